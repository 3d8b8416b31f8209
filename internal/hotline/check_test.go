package hotline_test

import (
	"testing"
	"time"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/store"
)

func TestCheckFindsWhatDoesNotHold(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, s := range hotline.States {
			w.Ticket(t, s, func(in *hotline.RegisterInput) { in.Urgency = hotline.Urgent })
		}
		for range 3 {
			w.Clock.Advance(26 * time.Hour)
			w.RunJobs(t)
		}
		check := func() hotline.CheckReport {
			t.Helper()
			r, err := w.Hotline.Check(w.System())
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := check()
		if len(r.Faults) > 0 || r.Tickets != int64(len(hotline.States))+1 || /* a merged one needs another */ r.Events < 30 || r.Notices < 3 || r.Legs < 3 {
			t.Fatalf("%+v", r)
		}
		for _, c := range []struct{ kind, sql string }{
			{hotline.FaultChain, "UPDATE hotline_event SET text = 'x' WHERE seq = 2 AND ticket_id = (SELECT MAX(ticket_id) FROM hotline_event WHERE seq = 2)"},
			{hotline.FaultAudit, "UPDATE audit_log SET digest = hash WHERE action = 'hotline.archive'"},
			{hotline.FaultCount, "UPDATE hotline_count SET n = n + 1 WHERE name = 'received'"},
			{hotline.FaultCount, "DELETE FROM hotline_count WHERE name = 'state' AND dim = 'ARCHIVED'"},
			{hotline.FaultJob, "DELETE FROM job WHERE kind = 'hotline.watch'"},
			{hotline.FaultNotice, "DELETE FROM hotline_notice WHERE kind = 'sign_late'"},
		} {
			before := r.Of(c.kind)
			err := w.DB.WithTx(t.Context(), func(tx *store.Tx) error {
				n, err := tx.Exec(c.sql)
				if n == 0 {
					t.Errorf("nothing matched: %s", c.sql)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if r = check(); r.Of(c.kind) <= before {
				t.Errorf("%s: not found\n%s", c.sql, r.String())
			}
		}
		if _, err := w.Hotline.Check(w.As(t, "admin")); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a person may check: %v", err)
		}
	})
}

func TestCheckHoldsAfterAnImport(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		imported(t, w, readMapping(t, "import_map.yaml"), fixture(t, "import_rows.csv"))
		for _, when := range []string{"before", "after"} {
			if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) > 0 || r.Tickets != 5 {
				t.Errorf("%s its watches look: %v\n%s", when, err, r.String())
			}
			w.RunJobs(t)
		}
	})
}

// After a stop the cards that fell due meanwhile are late, not lost: their watches wait in the queue.
func TestCheckHoldsAfterAStop(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Ticket(t, hotline.Dispatched)
		w.Ticket(t, hotline.Handling)
		w.Ticket(t, hotline.Suspended)
		w.Clock.Advance(90 * 24 * time.Hour)
		for _, when := range []string{"before", "after"} {
			if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) > 0 || r.Legs != 3 {
				t.Errorf("%s the watches look again: %v, %d legs\n%s", when, err, r.Legs, r.String())
			}
			w.RunJobs(t)
		}
	})
}
