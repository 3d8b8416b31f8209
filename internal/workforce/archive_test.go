package workforce_test

import (
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/workforce/workforcetest"
)

// An archive shows the latest three years of locked months, those of its person alone.
func TestAnArchiveShowsThePersonsLockedMonths(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		for i := range 40 {
			month := clock.Day(2022+i/12, time.Month(i%12+1), 1)
			for pos, user := range []string{w.A.ID, w.B.ID} {
				if _, err := tx.Exec("INSERT INTO workforce_row (centre_id, month, pos, user_id, unit_id, site_id, data) VALUES ($1, $2, $3, $4, $5, $6, $7)",
					w.Centre, month, pos, user, w.Unit.ID, w.Hall.ID, `{"user_id":"`+user+`","score":9700}`); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Workforce.ArchiveOf(w.As(t, org.RoleSupervisor), w.A.ID)
	if err != nil || len(v.Sheets) != 36 {
		t.Fatal(len(v.Sheets), err)
	}
	for i, s := range v.Sheets {
		n := 39 - i
		if want := clock.Day(2022+n/12, time.Month(n%12+1), 1); s.Month != want || s.Row.UserID != w.A.ID || s.Row.Score != 9700 {
			t.Errorf("%d: %+v, want A's of %s", i, s, want)
		}
	}
}
