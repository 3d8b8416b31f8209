package hotline_test

import (
	"context"
	"fmt"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// another is an input of a second caller.
func another(in *hotline.RegisterInput) { in.Name, in.Phone = "李四", "13900000002" }

// rowsOf tells everything of a ticket that figures and lists are made from.
func rowsOf(t *testing.T, w *hotlinetest.World, o hotline.Ticket) string {
	t.Helper()
	d := w.Get(t, o.ID)
	k := d.Ticket
	k.EventSeq, k.EventHash, k.Version = 0, nil, 0
	out := fmt.Sprintf("%+v\n", k)
	for _, l := range d.Legs {
		l.Version = 0
		out += fmt.Sprintf("%+v\n", l)
	}
	return out
}

// kept gives every kept count of the centre that is not 0.
func kept(t *testing.T, w *hotlinetest.World) map[string]int64 {
	t.Helper()
	type row struct {
		Key string `db:"key"`
		N   int64  `db:"n"`
	}
	out := map[string]int64{}
	err := w.DB.Read(context.Background(), func(tx *store.Tx) error {
		list, err := store.Select[row](tx, "SELECT name || '|' || day || '|' || dim AS key, CAST(SUM(n) AS BIGINT) AS n FROM hotline_count WHERE centre_id = $1 GROUP BY name, day, dim", w.Centre)
		for _, r := range list {
			if r.N != 0 {
				out[r.Key] = r.N
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Merging and un-merging leave tickets, legs and counts as they were, from every state that may be merged.
func TestUnmergingIsIdentity(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		dispatcher := w.As(t, org.RoleDispatcher)
		target := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		var tickets []hotline.Ticket
		for _, s := range []hotline.State{hotline.Draft, hotline.Triage, hotline.Handling} {
			tickets = append(tickets, w.Ticket(t, s, another))
		}
		tickets = append(tickets, shared(t, w, w.Other))
		for _, o := range tickets {
			before, counts := rowsOf(t, w, o)+rowsOf(t, w, target), kept(t, w)
			w.Set("2026-05-11 09:00")
			m, err := w.Hotline.Merge(dispatcher, at(o), target.No, "同一小区同一事项")
			if err != nil || m.State != hotline.Merged || m.MergedInto != target.ID || w.Get(t, target.ID).MergedCount != 1 {
				t.Fatalf("merge from %s: %+v %v", o.State, m, err)
			}
			w.RunJobs(t)
			w.Set("2026-05-12 09:00")
			if _, err = w.Hotline.Unmerge(dispatcher, at(o), "不是同一事项"); err != nil {
				t.Fatal(err)
			}
			w.RunJobs(t)
			if after := rowsOf(t, w, o) + rowsOf(t, w, target); after != before {
				t.Errorf("from %s:\nbefore %s\nafter  %s", o.State, before, after)
			}
			if after := kept(t, w); fmt.Sprint(after) != fmt.Sprint(counts) {
				t.Errorf("from %s the counts are %v, were %v", o.State, after, counts)
			}
			d := w.Get(t, o.ID)
			if n := len(d.Events); d.Events[n-2].Action != hotline.ActMerge || d.Events[n-1].Action != hotline.ActUnmerge || len(d.Links) != 1 || d.Links[0].EndedAt == 0 {
				t.Errorf("the history of the merged: %+v, links %+v", d.Events, d.Links)
			}
		}
		if d := w.Get(t, target.ID); d.MergedCount != 0 || len(d.Links) != len(tickets) || !d.Links[0].Back {
			t.Errorf("the target: %d merged, links %+v", d.MergedCount, d.Links)
		}
		r, err := w.Hotline.Check(w.System())
		if err != nil || len(r.Faults) > 0 {
			t.Errorf("%v\n%s", err, r.String())
		}
	})
}

// Every caller of a merged ticket reads the reply of the one that carries the matter on, is called back, and may rate;
// the ticket closes when all have been asked.
func TestEveryCallerIsCalledBack(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		target, other := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling), w.Ticket(t, hotline.Triage, another)
		third := w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) { another(in); in.NoReply = true })
		for _, o := range []hotline.Ticket{other, third} {
			if _, err := w.Hotline.Merge(w.As(t, org.RoleDispatcher), at(o), string(target.ID), "同一事项"); err != nil {
				t.Fatal(err)
			}
		}
		w.Set("2026-05-11 09:00")
		target = w.MoveTo(t, target, hotline.Callback)
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		code := w.Hotline.QueryCode(other.ID)
		p, err := w.Hotline.Track(citizen, code, "0002")
		if err != nil || p.No != other.No || p.State != hotline.Callback || len(p.Replies) != 1 || p.Replies[0] != w.Reply().Public || !p.MayRate || p.Unit != w.Unit.Name {
			t.Fatalf("the second caller reads %+v, %v", p, err)
		}
		desk := w.As(t, org.RoleCallbacker)
		call := hotline.CallbackResult{Reached: true, Result: hotline.Satisfied}
		call.About = w.Ticket(t, hotline.Draft).ID
		_, err = w.Hotline.RecordCallback(desk, at(target), call)
		wantCode(t, "a call about a ticket that was not merged", err, "hotline.input")
		call.About = ""
		if _, err = w.Hotline.RecordCallback(desk, at(target), call); err != nil {
			t.Fatal(err)
		}
		_, err = w.Hotline.Close(desk, at(target), "")
		if e := errs.As(err); e.Code != "hotline.close_early" || e.Detail["about"] != other.ID {
			t.Errorf("closed before the second caller was asked: %v", err)
		}
		d, err := w.Hotline.Find(desk, target.No)
		if err != nil || len(d.Merged) != 2 || d.Merged[0].No != other.No || d.Merged[0].Called || !d.Merged[0].ReplyWanted || d.Merged[0].CallerName == "" || d.Merged[1].ReplyWanted {
			t.Errorf("who waits: %+v, %v", d.Merged, err)
		}
		if err = w.Hotline.Rate(citizen, hotline.RateInput{Code: code, Tail: "0002", Result: hotline.Fair, Key: "r"}); err != nil {
			t.Fatal(err)
		}
		d = w.Get(t, target.ID)
		if d.State != hotline.Closed || d.CloseKind != hotline.CloseSatisfied || len(d.Callbacks) != 2 || d.Callbacks[1].About != other.ID || d.Callbacks[1].Attempt != 1 {
			t.Errorf("%s %s, calls %+v", d.State, d.CloseKind, d.Callbacks)
		}
		if c := w.Get(t, other.ID); c.State != hotline.Merged || c.CloseKind != "" {
			t.Errorf("the merged ticket: %+v", c.Ticket)
		}
		if u, err := w.Hotline.Find(w.In(t, w.Unit.ID, org.RoleLiaison), target.No); err != nil || u.Merged[0].CallerName != "" {
			t.Errorf("the unit reads the other caller: %+v, %v", u.Merged, err)
		}
		checkCounts(t, w)
		checkChains(t, w)
	})
}

func TestWhatIsNotMerged(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		merge := func(o hotline.Ticket, into string) error {
			_, err := w.Hotline.Merge(w.As(t, org.RoleDispatcher), at(o), into, "同一事项")
			return err
		}
		target := w.Ticket(t, hotline.Handling)
		o := w.Ticket(t, hotline.Triage)
		wantCode(t, "into itself", merge(o, o.No), "hotline.merge")
		wantCode(t, "into nothing", merge(o, "20200101-000001"), "hotline.not_found")
		wantCode(t, "into a closed one", merge(o, w.Ticket(t, hotline.Closed).No), "hotline.merge")
		wantCode(t, "from a state that is not merged", merge(w.Ticket(t, hotline.Review), target.No), "hotline.wrong_state")
		for _, degree := range []string{hotline.ConfidentialCaller, hotline.ConfidentialAll} {
			secret := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Confidential = degree })
			wantCode(t, "a confidential one", merge(secret, target.No), "hotline.merge")
			wantCode(t, "into a confidential one", merge(o, secret.No), "hotline.merge")
		}
		report := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Kind, in.AccusedUnit = hotline.Report, w.Unit.ID })
		wantCode(t, "a report to the unit that it accuses", merge(report, target.No), "hotline.conflict_of_interest")
		if err := merge(o, target.No); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "twice", merge(o, target.No), "hotline.wrong_state")
		wantCode(t, "one that others were merged into", merge(target, w.Ticket(t, hotline.Triage).No), "hotline.merge")
		_, err := w.Hotline.Withdraw(w.As(t, org.RoleAgent), at(target), "不要了")
		wantCode(t, "withdrawn while another waits for it", err, "hotline.merge")
		_, err = w.Hotline.Correct(w.As(t, org.RoleReviewer), at(target), hotline.Correction{Confidential: hotline.ConfidentialAll}, "保密")
		wantCode(t, "made confidential while merged", err, "hotline.merge")
		_, err = w.Hotline.Merge(w.As(t, org.RoleAgent), at(o), target.No, "x")
		wantCode(t, "a call-taker merges", err, "actor.forbidden")
		asking := w.Ticket(t, hotline.Handling)
		if _, err = w.Hotline.AskExtension(w.In(t, w.Unit.ID, org.RoleLiaison), at(asking), 1, "等"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "while an ask waits", merge(asking, target.No), "hotline.ask_pending")
	})
}
