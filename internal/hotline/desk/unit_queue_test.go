package desk_test

import (
	"testing"
	"time"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

func TestUnitQueueIsSortedByDueAndKeepsWhatIsDone(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		late := w.Ticket(t, hotline.Handling)
		w.Ticket(t, hotline.Suspended)
		done := w.Ticket(t, hotline.Callback)
		w.Set("2026-05-18 09:00")
		fresh := w.Ticket(t, hotline.Dispatched)
		unit := w.In(t, w.Unit.ID, org.RoleLiaison)

		open, _, err := w.Desk.UnitQueue(unit, desk.UnitFilter{})
		if err != nil || len(open) != 3 || open[2].ID != fresh.ID || open[2].SignDue == 0 {
			t.Fatalf("open: %d legs, %v", len(open), err)
		}
		for _, l := range open {
			if want := l.ID == late.ID; l.Overdue != want {
				t.Errorf("%s: overdue is %v", l.No, l.Overdue)
			}
		}
		var paged []hotline.TicketID
		for after := ""; ; {
			page, next, err := w.Desk.UnitQueue(unit, desk.UnitFilter{Limit: 1, After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range page {
				paged = append(paged, l.ID)
			}
			if after = next; next == "" {
				break
			}
		}
		if len(paged) != 3 || paged[0] != open[0].ID || paged[1] != open[1].ID || paged[2] != open[2].ID {
			t.Errorf("page by page: %v", paged)
		}
		if sign, _, err := w.Desk.UnitQueue(unit, desk.UnitFilter{State: hotline.PendingSign}); err != nil || len(sign) != 1 || sign[0].ID != fresh.ID {
			t.Errorf("to be signed: %v, %v", sign, err)
		}
		if over, _, err := w.Desk.UnitQueue(unit, desk.UnitFilter{Done: true}); err != nil || len(over) != 1 || over[0].ID != done.ID || over[0].Outcome != hotline.OnTime || over[0].Overdue {
			t.Errorf("done: %v, %v", over, err)
		}
		counts, err := w.Desk.UnitCounts(unit, "")
		if err != nil || counts[hotline.PendingSign] != 1 || counts[hotline.Signed] != 1 || counts[hotline.LegSuspended] != 1 || counts[hotline.Accepted] != 1 {
			t.Errorf("counts: %v, %v", counts, err)
		}

		foreign := w.In(t, w.Other.ID, org.RoleLiaison)
		if list, _, err := w.Desk.UnitQueue(foreign, desk.UnitFilter{}); err != nil || len(list) != 0 {
			t.Errorf("another unit sees %v, %v", list, err)
		}
		if _, _, err := w.Desk.UnitQueue(foreign, desk.UnitFilter{UnitID: w.Unit.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another unit's queue: %v", err)
		}
		if _, err := w.Desk.UnitCounts(foreign, w.Unit.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another unit's counts: %v", err)
		}
	})
}

func TestStateCountsAreForThoseWhoSeeTheCentre(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Ticket(t, hotline.Triage)
		w.Ticket(t, hotline.Review)
		counts, err := w.Hotline.StateCounts(w.As(t, org.RoleDispatcher))
		if err != nil || counts[hotline.Triage] != 1 || counts[hotline.Review] != 1 || counts[hotline.Draft] != 0 {
			t.Errorf("counts: %v, %v", counts, err)
		}
		if counts, err := w.Hotline.StateCounts(w.In(t, w.Unit.ID, org.RoleLiaison)); err != nil || len(counts) != 0 {
			t.Errorf("a unit is told %v, %v", counts, err)
		}
	})
}

func TestNewsCountsWhatCameSince(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, state := range []hotline.State{hotline.Draft, hotline.Triage, hotline.Dispatched, hotline.Handling, hotline.Review, hotline.Callback} {
			earlier := w.Ticket(t, state)
			since := w.Clock.Now()
			w.Clock.Advance(time.Minute)
			w.Ticket(t, state)
			n, err := w.Desk.News(w.As(t, org.RoleDispatcher), desk.NewsQuery{State: state, Since: since})
			if err != nil || len(n.New) != 1 || n.Newest[0].ID != n.New[0] || n.Due != 0 {
				t.Errorf("%s: %+v, %v", state, n, err)
			}
			for among, want := range map[hotline.TicketID]int{n.New[0]: 1, earlier.ID: 0} {
				again, err := w.Desk.News(w.As(t, org.RoleDispatcher), desk.NewsQuery{State: state, Since: since, Among: []hotline.TicketID{among}})
				if err != nil || len(again.New) != want {
					t.Errorf("%s among %s: %+v, %v", state, among, again, err)
				}
			}
		}
		since := w.Clock.Now()
		w.Clock.Advance(time.Minute)
		w.Ticket(t, hotline.Dispatched)
		for unit, want := range map[string]int{w.Unit.ID: 1, w.Other.ID: 0} {
			if n, err := w.Desk.News(w.In(t, unit, org.RoleLiaison), desk.NewsQuery{Unit: true, Since: since}); err != nil || len(n.New) != want {
				t.Errorf("new at a unit: %+v, want %d: %v", n, want, err)
			}
		}
	})
}

func TestExportGivesWhatIsFilteredAndIsAudited(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Ticket(t, hotline.Triage)
		mine := w.Ticket(t, hotline.Handling)
		var got []string
		if err := w.Desk.Export(w.In(t, w.Unit.ID, org.RoleLiaison), hotline.Filter{Kind: hotline.Help}, func(r hotline.Row) error {
			got = append(got, r.No)
			return nil
		}); err != nil || len(got) != 1 || got[0] != mine.No {
			t.Errorf("exported %v, %v", got, err)
		}
		err := w.DB.Read(w.System(), func(tx *store.Tx) error {
			detail, err := store.Get[string](tx, "SELECT detail FROM audit_log WHERE centre_id = $1 AND action = 'hotline.export'", w.Centre)
			if err == nil && detail == "" {
				t.Error("the filter is not in the audit log")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
