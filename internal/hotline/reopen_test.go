package hotline_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// A closed ticket is taken up again within the window: a new round with the limit of rework, and the closing is undone.
func TestReopen(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Closed)
		desk := w.As(t, org.RoleCallbacker)
		w.Set("2026-05-15 23:59")
		o, err := w.Hotline.Reopen(desk, at(o), "", "阀门又坏了")
		if err != nil || o.State != hotline.Dispatched || o.Round != 2 || o.ClosedAt != 0 || o.CloseKind != "" || o.UnitID != w.Unit.ID {
			t.Fatalf("%+v %v", o, err)
		}
		// 05-18, 19, 20: three working days of rework from Friday night.
		wantDue(t, w, o, "2026-05-20 18:00")
		if o.CitizenDue != clock.MustInstant("2026-05-20 18:00") {
			t.Errorf("promised %s", o.CitizenDue)
		}
		o = w.MoveTo(t, o, hotline.Closed)
		w.Clock.Set(clock.MustInstant("2026-05-23 00:00") + 1)
		_, err = w.Hotline.Reopen(desk, at(o), "", "又坏了")
		wantCode(t, "after the window", err, "hotline.reopen_late")
		checkCounts(t, w)
		checkChains(t, w)
	})
}

func TestReopenEndsSomewhere(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o, desk := w.Ticket(t, hotline.Closed), w.As(t, org.RoleCallbacker)
		var err error
		for range 2 {
			if o, err = w.Hotline.Reopen(desk, at(o), "", "又坏了"); err != nil {
				t.Fatal(err)
			}
			o = w.MoveTo(t, o, hotline.Closed)
		}
		_, err = w.Hotline.Reopen(desk, at(o), "", "又坏了")
		wantCode(t, "a fourth round", err, "hotline.rework_limit")
	})
}

// The caller takes a closed request up again with the query code: the dispatcher decides who gets it.
func TestTheCallerReopens(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Closed)
		citizen := actor.With(context.Background(), hotline.CitizenActor(w.Centre, "10.0.0.1", ""))
		in := hotline.ReopenInput{Code: w.Hotline.QueryCode(o.ID), Tail: "0001", Reason: "暖气又不热了", Key: "k"}
		wrong := in
		wrong.Tail = "9999"
		_, err := w.Hotline.ReopenByCode(citizen, wrong)
		wantCode(t, "with another's digits", err, "hotline.query")
		for range 2 {
			p, err := w.Hotline.ReopenByCode(citizen, in)
			if err != nil || p.State != hotline.Triage || !strings.Contains(p.Steps[len(p.Steps)-1].Text, "重新打开") {
				t.Fatalf("%+v %v", p, err)
			}
		}
		d := w.Get(t, o.ID)
		if d.Round != 2 || d.UnitID != "" || d.Due != 0 || d.State != hotline.Triage {
			t.Errorf("%+v", d.Ticket)
		}
		in.Key = "k2"
		_, err = w.Hotline.ReopenByCode(citizen, in)
		wantCode(t, "twice", err, "hotline.wrong_state")
		o = w.MoveTo(t, d.Ticket, hotline.Handling)
		if l := w.Lead(t, o.ID); l.Round != 2 || l.Course.Limit.N != 5 {
			t.Errorf("%+v", l)
		}
		checkCounts(t, w)
		checkChains(t, w)
	})
}

// After archiving a matter goes on in a new ticket that is tied to the old one.
func TestANewTicketFollowsAnArchivedOne(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent := w.As(t, org.RoleAgent)
		old := w.Ticket(t, hotline.Archived)
		events := len(w.Get(t, old.ID).Events)
		in := hotlinetest.Input(func(in *hotline.RegisterInput) { in.Follows = old.No })
		o, err := w.Hotline.Register(agent, in)
		if err != nil {
			t.Fatal(err)
		}
		if d := w.Get(t, o.ID); len(d.Links) != 1 || d.Links[0].Kind != hotline.LinkFollows || d.Links[0].No != old.No || d.Links[0].Back {
			t.Errorf("%+v", d.Links)
		}
		if d := w.Get(t, old.ID); len(d.Links) != 1 || d.Links[0].No != o.No || !d.Links[0].Back || len(d.Events) != events {
			t.Errorf("%+v", d.Links)
		}
		in.Follows = w.Ticket(t, hotline.Handling).No
		_, err = w.Hotline.Register(agent, in)
		wantCode(t, "one that is not over", err, "hotline.follows")
		in.Follows = w.Ticket(t, hotline.Closed).No
		_, err = w.Hotline.Register(agent, in)
		wantCode(t, "one that can be reopened", err, "hotline.follows")
		in.Follows = "20200101-000001"
		_, err = w.Hotline.Register(agent, in)
		wantCode(t, "one that is not there", err, "hotline.not_found")
	})
}

// A rating is disputed by the lead unit within two working days, with evidence, and adjudicated.
func TestDisputeOfARating(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		head, reviewer, desk := w.In(t, w.Unit.ID, org.RoleUnitHead), w.As(t, org.RoleReviewer), w.As(t, org.RoleCallbacker)
		unsatisfied := func(moment string) hotline.Ticket {
			o := w.MoveTo(t, w.At(t, moment), hotline.Callback)
			o, err := w.Hotline.RecordCallback(desk, at(o), hotline.CallbackResult{Reached: true, Result: hotline.Unsatisfied, Reason: "要求免费更换全部管道"})
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		for _, c := range []struct{ finding, closes string }{
			{hotline.FindingKeep, "hotline.close_unsatisfied"}, {hotline.FindingExclude, "hotline.close_unsatisfied"}, {hotline.FindingUnreasonable, ""},
		} {
			o := unsatisfied("2026-05-08 16:30")
			_, err := w.Hotline.Dispute(w.In(t, w.Other.ID, org.RoleUnitHead), at(o), "", "与我无关")
			wantCode(t, "another unit", err, "hotline.not_found")
			w.Set("2026-05-11 18:00") // two working days: 05-09 and 05-11
			if _, err = w.Hotline.Dispute(head, at(o), "", "超出职责范围，附规定"); err != nil {
				t.Fatal(err)
			}
			_, err = w.Hotline.Dispute(head, at(o), "", "再说一次")
			wantCode(t, "twice", err, "hotline.dispute_none")
			_, err = w.Hotline.Adjudicate(reviewer, at(o), hotline.Verdict{Finding: "maybe", Reason: "x"})
			wantCode(t, "no finding", err, "hotline.input")
			if _, err = w.Hotline.Adjudicate(reviewer, at(o), hotline.Verdict{Finding: c.finding, Reason: "经核查"}); err != nil {
				t.Fatal(err)
			}
			_, err = w.Hotline.Adjudicate(reviewer, at(o), hotline.Verdict{Finding: c.finding, Reason: "再裁定"})
			wantCode(t, "decided twice", err, "hotline.no_ask")
			d := w.Get(t, o.ID)
			if d.Callbacks[0].Adjudication != c.finding || d.Asks[0].Finding != c.finding || (d.Asks[0].State == hotline.AskGranted) != (c.finding != hotline.FindingKeep) {
				t.Errorf("%s: %+v %+v", c.finding, d.Callbacks, d.Asks)
			}
			closed, err := w.Hotline.Close(desk, at(o), "")
			if errs.CodeOf(err) != c.closes && err != nil || err == nil && (c.closes != "" || closed.CloseKind != hotline.CloseAdjudicated) {
				t.Errorf("%s: closed as %q, %v", c.finding, closed.CloseKind, err)
			}
		}
		o := unsatisfied("2026-05-08 16:30")
		w.Clock.Set(clock.MustInstant("2026-05-11 18:00") + 1)
		_, err := w.Hotline.Dispute(head, at(o), "", "太晚")
		wantCode(t, "after two working days", err, "hotline.dispute_late")
		o = unsatisfied("2026-05-08 16:30")
		if o, err = w.Hotline.Rework(desk, at(o), w.Other.ID, "未解决"); err != nil {
			t.Fatal(err)
		}
		if _, err = w.Hotline.Dispute(head, at(o), "", "上一轮的评价不公"); err != nil {
			t.Errorf("the unit of the round before: %v", err)
		}
		satisfied := w.MoveTo(t, w.Ticket(t, hotline.Draft), hotline.Closed)
		_, err = w.Hotline.Dispute(head, at(satisfied), "", "x")
		wantCode(t, "a satisfied rating", err, "hotline.dispute_none")
		checkCounts(t, w)
		checkChains(t, w)
	})
}

// A correction keeps both values in the history, moves the counts, and moves no clock.
func TestCorrection(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		reviewer := w.As(t, org.RoleReviewer)
		o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
		due := o.Due
		w.Set("2026-05-11 09:00")
		o, err := w.Hotline.Correct(reviewer, at(o), hotline.Correction{Title: "供热管道阀门漏水", Kind: hotline.Complaint, Channel: "网站", Urgency: hotline.Urgent, Category: "0201", Area: "622901002"}, "登记有误")
		if err != nil || o.Kind != hotline.Complaint || o.Channel != "网站" || o.Category != "0201" || o.Area != "622901002" || o.Due != due {
			t.Fatalf("%+v %v", o, err)
		}
		d := w.Get(t, o.ID)
		last := d.Events[len(d.Events)-1]
		if d.Kind != hotline.Complaint || d.Channel != "网站" || last.Action != hotline.ActCorrect || !strings.Contains(last.Data, `"kind":["求助","投诉"]`) || !strings.Contains(last.Data, `["0101","0201"]`) {
			t.Errorf("%+v", last)
		}
		_, err = w.Hotline.Correct(reviewer, at(o), hotline.Correction{Kind: hotline.Complaint}, "x")
		wantCode(t, "nothing to correct", err, "hotline.correct_nothing")
		_, err = w.Hotline.Correct(reviewer, at(o), hotline.Correction{Kind: "闲聊"}, "x")
		wantCode(t, "no such kind", err, "hotline.input")
		_, err = w.Hotline.Correct(reviewer, at(o), hotline.Correction{Accused: w.Unit.ID}, "反映的就是该单位")
		wantCode(t, "accuses the unit that handles it", err, "hotline.conflict_of_interest")
		_, err = w.Hotline.Correct(reviewer, at(o), hotline.Correction{Accused: "nobody"}, "x")
		wantCode(t, "accuses nobody", err, "hotline.input")
		found := func(q string) int {
			rows, _, err := w.Hotline.Search(w.As(t, org.RoleAgent), q, "", 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		if found("阀门漏水") != 1 {
			t.Error("not found by its new title")
		}
		for _, degree := range []string{hotline.ConfidentialAll, hotline.NotConfidential} {
			if o, err = w.Hotline.Correct(reviewer, at(o), hotline.Correction{Confidential: degree}, "来电人要求"); err != nil {
				t.Fatal(err)
			}
			if n, want := found("阀门漏水"), map[string]int{hotline.ConfidentialAll: 0, hotline.NotConfidential: 1}[degree]; n != want {
				t.Errorf("%s: found %d times", degree, n)
			}
		}
		checkCounts(t, w)
		checkChains(t, w)
	})
}
