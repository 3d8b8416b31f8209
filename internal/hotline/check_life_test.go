package hotline_test

import (
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// TestARowThatTheEventsDoNotTellIsNamed changes rows that figures are counted from behind the program's back.
func TestARowThatTheEventsDoNotTellIsNamed(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Ticket(t, hotline.Closed)
		o := w.Ticket(t, hotline.Handling)
		if _, err := w.Hotline.AskReturn(w.In(t, w.Unit.ID, org.RoleUnitHead), at(o), hotlinetest.Return()); err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		r, err := w.Hotline.Check(w.System())
		if err != nil || len(r.Faults) != 0 || r.Replayed != 2 || r.Untold != 0 {
			t.Fatalf("%+v %v", r, err)
		}
		closed := w.Ticket(t, hotline.Closed)
		for name, c := range map[string]struct{ sql, undo, names string }{
			"a due":         {"UPDATE hotline_leg SET due = due + 60000 WHERE ticket_id = $1", "UPDATE hotline_leg SET due = due - 60000 WHERE ticket_id = $1", "due"},
			"an outcome":    {"UPDATE hotline_leg SET outcome = 'late' WHERE ticket_id = $1", "UPDATE hotline_leg SET outcome = 'on_time' WHERE ticket_id = $1", "outcome"},
			"an acceptance": {"UPDATE hotline_ticket SET accepted_at = accepted_at - 1 WHERE id = $1", "UPDATE hotline_ticket SET accepted_at = accepted_at + 1 WHERE id = $1", "accepted_at"},
			"a rating":      {"UPDATE hotline_callback SET result = '不满意' WHERE ticket_id = $1", "UPDATE hotline_callback SET result = '满意' WHERE ticket_id = $1", "回访和评价"},
		} {
			change := func(sql string) {
				t.Helper()
				if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return tx.Queue(sql, closed.ID) }); err != nil {
					t.Fatal(err)
				}
			}
			change(c.sql)
			r, err := w.Hotline.Check(w.System())
			if err != nil {
				t.Fatal(err)
			}
			named := 0
			for _, f := range r.Faults {
				if f.Kind == hotline.FaultFigure && f.Object == closed.No && strings.Contains(f.Public, c.names) {
					named++
				}
			}
			if named != 1 || r.Of(hotline.FaultChain) != 0 {
				t.Errorf("%s: %+v", name, r.Faults)
			}
			change(c.undo)
		}
		if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) != 0 {
			t.Errorf("set right again: %+v %v", r.Faults, err)
		}
	})
}
