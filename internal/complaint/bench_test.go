package complaint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/store"
)

// BenchmarkMattersAt200000 measures the desk of stuck matters and complaints beside 200,000 of them, a tenth still open: a page of
// the open ones, of the ended ones and of a department, and one matter with its events.
func BenchmarkMattersAt200000(b *testing.B) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			w := complainttest.Open(b, engine)
			first := w.Handling(b, complaint.Common)
			second := w.Investigating(b, complaint.Intervene, false)
			for _, m := range []complaint.Matter{first, second} {
				crowd(b, w, m, 100_000)
			}
			j := w.J(b)
			day := w.Clock.Now().Date()
			list := func(f complaint.Filter) func(int) error {
				return func(int) error {
					got, _, err := w.Complaint.List(j, f)
					if err == nil && len(got) != complaint.ListPage {
						err = fmt.Errorf("%d rows", len(got))
					}
					return err
				}
			}
			for b.Loop() {
				for _, x := range []struct {
					name string
					do   func(i int) error
				}{
					{"open", list(complaint.Filter{Kind: complaint.Stuck})}, {"done", list(complaint.Filter{Kind: complaint.Complaint, Done: true})},
					{"unit", list(complaint.Filter{Kind: complaint.Complaint, UnitID: w.Unit.ID})}, {"days", list(complaint.Filter{Kind: complaint.Stuck, From: day - 10, To: day})},
					{"sheet", func(i int) error {
						s, err := w.Complaint.Get(j, complaint.Stuck, fmt.Sprintf("%sx%d", first.ID, 10*(1+i)))
						if err == nil && len(s.Events) == 0 {
							err = fmt.Errorf("no events")
						}
						return err
					}},
				} {
					b.ReportMetric(slowest(b, x.do), x.name+"-p95-ms")
				}
			}
		})
	}
}

// slowest is the 95th percentile of a hundred runs, in milliseconds.
func slowest(b *testing.B, do func(int) error) float64 {
	var times []time.Duration
	for i := range 100 {
		watch := clock.StartStopwatch()
		if err := do(i); err != nil {
			b.Fatal(err)
		}
		times = append(times, watch.Elapsed())
	}
	slices.Sort(times)
	return float64(times[94].Microseconds()) / 1000
}

// crowd copies a matter inside the engine, back over some ten weeks; every tenth stays open and has its events.
func crowd(b *testing.B, w *complainttest.World, m complaint.Matter, n int) {
	b.Helper()
	const first = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $3) INSERT INTO "
	copied := func(table, columns, id, where string, change map[string]string) {
		var values []string
		for _, c := range strings.Split(columns, ", ") {
			if v, ok := change[c]; ok {
				values = append(values, v)
			} else {
				values = append(values, "t."+c)
			}
		}
		err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			_, err := tx.Exec(first+table+" ("+columns+") SELECT "+strings.Join(values, ", ")+" FROM "+table+" t CROSS JOIN n WHERE t.centre_id = $1 AND t."+id+" = $2"+where, w.Centre, string(m.ID), int64(n))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	copied("complaint_matter", store.Columns[complaint.Matter](""), "id", "", map[string]string{"id": "t.id || 'x' || n.i", "no": "t.no || '-' || n.i", "query_bix": "t.query_bix || '-' || n.i",
		"ticket_id": "''", "open": "n.i % 10 = 0", "closed_at": "CASE WHEN n.i % 10 = 0 THEN 0 ELSE t.received_at - n.i * 60000 END", "received_at": "t.received_at - n.i * 60000",
		"next_due": "CASE WHEN n.i % 10 = 0 THEN t.next_due + n.i * 1000 ELSE 0 END"})
	copied("complaint_event", store.Columns[complaint.Event](""), "matter_id", " AND n.i % 10 = 0", map[string]string{"matter_id": "t.matter_id || 'x' || n.i"})
	copied("complaint_text", "centre_id, matter_id, content, about", "matter_id", " AND n.i % 10 = 0", map[string]string{"matter_id": "t.matter_id || 'x' || n.i"})
	if w.DB.Engine() == store.Postgres {
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			_, err := tx.Exec("ANALYZE")
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}
