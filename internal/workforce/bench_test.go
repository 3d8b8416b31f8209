package workforce_test

import (
	"fmt"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

// BenchmarkMonth reads and folds the month of two hundred people with sixteen thousand punches.
func BenchmarkMonth(b *testing.B) {
	w := workforcetest.Open(b, store.SQLite)
	users := make([]string, 200)
	for i := range users {
		p := orgtest.User(b, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow)
		users[i] = p.ID
		w.Assign(b, p.ID, false)
	}
	w.Set("2025-12-01 09:00")
	first := clock.MustDate("2025-11-01")
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		for _, u := range users {
			for d := first; d < first+28; d++ {
				for i, m := range []clock.Instant{d.Clock(8, 25), d.Clock(12, 2), d.Clock(14, 29), d.Clock(18, 3)} {
					p := workforce.Punch{CentreID: w.Centre, UserID: u, ID: fmt.Sprintf("%s-%d", d, i), UnitID: w.Unit.ID, SiteID: w.Hall.ID, At: m, Method: workforce.ByCode}
					if err := store.Insert(tx, "workforce_punch", p); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	j := w.As(b, org.RoleSupervisor)
	b.ResetTimer()
	for range b.N {
		if v, err := w.Workforce.Month(j, first, workforce.StaffFilter{}); err != nil || len(v.Rows) < 200 {
			b.Fatal(len(v.Rows), err)
		}
	}
}
