package supervision_test

import (
	"context"
	"sync"
	"testing"

	"yichuang/internal/audit"
	"yichuang/internal/store"
	"yichuang/internal/supervision/supervisiontest"
)

// A run that dies between its chunks is taken up where it was, and two at once give nothing twice: each clock and rung once, one
// alert of a clock in force, the numbers of the cases right, the chain whole.
func TestARunDiesAndTwoGoOn(t *testing.T) {
	supervisiontest.Each(t, func(t *testing.T, w *supervisiontest.World) {
		it := w.Ready(t)
		w.Set("2025-09-02 09:00")
		crowd(t, w, w.Accepted(t, it), 1600)
		w.Set("2025-10-09 09:00")
		if _, err := w.Jobs.RunDue(w.System()); err != nil { // the job's first chunk, and no more
			t.Fatal(err)
		}
		count := func(sql string) int64 {
			t.Helper()
			var n int64
			if err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
				n, err = store.Get[int64](tx, sql, w.Centre)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		const all = "SELECT COUNT(*) FROM supervision_alert WHERE centre_id = $1"
		first := count(all)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if _, err := w.Supervision.Climb(w.System()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		given := count(all)
		if first < 2000 || given <= first {
			t.Errorf("%d alerts after the first chunk, %d at the end", first, given)
		}
		if r, err := w.Supervision.Climb(w.System()); err != nil || r.Reminders+r.Yellows+r.Reds != 0 || count(all) != given {
			t.Errorf("a further run gives %+v, %v", r, err)
		}
		for what, sql := range map[string]string{
			"rungs of a clock given twice":    "SELECT COUNT(*) FROM (SELECT clock_id FROM supervision_alert WHERE centre_id = $1 GROUP BY clock_id, rung HAVING COUNT(*) > 1) x",
			"clocks with two alerts in force": "SELECT COUNT(*) FROM (SELECT clock_id FROM supervision_alert WHERE centre_id = $1 AND open GROUP BY clock_id HAVING COUNT(*) > 1) x",
			"red cards without a yellow one":  "SELECT COUNT(*) FROM supervision_alert r WHERE centre_id = $1 AND rung = 'red' AND NOT EXISTS (SELECT 1 FROM supervision_alert y WHERE y.centre_id = r.centre_id AND y.case_id = r.case_id AND y.clock_id = r.clock_id AND y.rung = 'yellow')",
		} {
			if n := count(sql); n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		if r, err := audit.Verify(context.Background(), w.DB, w.Centre, nil); err != nil || len(r.Faults) != 0 {
			t.Errorf("chain: %+v, %v", r, err)
		}
	})
}
