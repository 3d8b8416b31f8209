package hotline_test

import (
	"slices"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// told waits until a follower is woken about a ticket.
func told(t *testing.T, f *hotline.Follower, ticket hotline.TicketID) {
	t.Helper()
	end := time.After(time.Minute)
	for {
		select {
		case <-f.Wake():
		case <-end:
			t.Fatal("the follower was never told")
		}
		if list, all := f.Changed(); all && ticket == "" || slices.Contains(list, ticket) {
			return
		}
	}
}

func quiet(t *testing.T, f *hotline.Follower) {
	t.Helper()
	select {
	case <-f.Wake():
		list, all := f.Changed()
		t.Errorf("told of %v (all: %v)", list, all)
	case <-time.After(2200 * time.Millisecond):
	}
}

func TestFollowersAreToldWhatChanged(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		one, two := w.Ticket(t, hotline.Draft), w.Ticket(t, hotline.Draft)
		follow := func(ticket hotline.TicketID) *hotline.Follower {
			f, err := w.Hotline.Follow(w.As(t, org.RoleAgent), ticket)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(f.Stop)
			told(t, f, "") // everybody looks once after coming
			return f
		}
		all, first, second := follow(""), follow(one.ID), follow(two.ID)
		if _, err := w.Hotline.Accept(w.As(t, org.RoleAgent), hotline.Command{TicketID: one.ID}, hotline.Classify{}); err != nil {
			t.Fatal(err)
		}
		told(t, first, one.ID)
		told(t, all, one.ID)
		quiet(t, second)
	})
}

func TestNobodyFollowsWithoutPermission(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		if _, err := w.Hotline.Follow(w.As(t, org.RoleAdmin), ""); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("follow: %v", err)
		}
		if _, err := w.Desk.News(w.As(t, org.RoleAdmin), desk.NewsQuery{State: hotline.Triage}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("news: %v", err)
		}
	})
}

func TestWhoHasATicketOpen(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		tk := w.Ticket(t, hotline.Handling)
		d := w.Get(t, tk.ID)
		dispatcher, liaison, head := w.As(t, org.RoleDispatcher), w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Unit.ID, org.RoleUnitHead)
		visit := func(id string, writing hotline.Action) hotline.Visit {
			return hotline.Visit{TicketID: tk.ID, ID: id, Since: d.EventSeq, Writing: writing}
		}
		f, err := w.Hotline.Follow(head, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Stop()
		told(t, f, "")
		for _, err := range []error{w.Hotline.Arrive(dispatcher, visit("p1", "")), w.Hotline.Arrive(liaison, visit("p2", "")), w.Hotline.Arrive(liaison, visit("p3", hotline.ActPropose))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		told(t, f, tk.ID)
		g, err := w.Hotline.Glance(head, visit("p4", ""))
		if err != nil || len(g.Others) != 2 || len(g.Events) != 0 {
			t.Fatalf("the head sees %+v, %v", g, err)
		}
		if o := g.Others[0]; o.Name != actor.From(liaison).Name || o.Writing != hotline.ActPropose || o.Unit == "" {
			t.Errorf("the colleague is shown as %+v", o)
		}
		if o := g.Others[1]; o.Name != "" || o.Unit != "" {
			t.Errorf("a unit is told who of the office looks: %+v", o)
		}
		if g, err := w.Hotline.Glance(dispatcher, visit("p1", "")); err != nil || len(g.Others) != 1 || g.Others[0].Name != actor.From(liaison).Name {
			t.Errorf("the dispatcher sees %+v, %v", g, err)
		}
		if err := w.Hotline.Arrive(w.In(t, w.Other.ID, org.RoleLiaison), visit("p5", "")); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another unit comes: %v", err)
		}
		if _, err := w.Hotline.Glance(w.In(t, w.Other.ID, org.RoleLiaison), visit("p5", "")); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another unit glances: %v", err)
		}
		if err := w.Hotline.Leave(liaison, visit("p3", "")); err != nil {
			t.Fatal(err)
		}
		told(t, f, tk.ID)
		w.Clock.Advance(time.Minute) // nobody gave a sign of life
		if g, err := w.Hotline.Glance(head, visit("p4", "")); err != nil || len(g.Others) != 0 {
			t.Errorf("after a minute the head sees %+v, %v", g, err)
		}
		if _, err := w.Hotline.Comment(dispatcher, hotline.Command{TicketID: tk.ID}, "请注意时限"); err != nil {
			t.Fatal(err)
		}
		if g, err := w.Hotline.Glance(head, visit("p4", "")); err != nil || len(g.Events) != 1 || g.Events[0].Action != hotline.ActComment || g.Events[0].Text != "" {
			t.Errorf("after a remark the head glances %+v, %v", g, err)
		}
	})
}
