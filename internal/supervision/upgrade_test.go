package supervision_test

import (
	"context"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/supervision"
)

// An older database has alerts in a table of the cases. They move with their state, and the first run gives none of them again.
func TestAlertsOfAnOlderDatabaseMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := caseworktest.New(t, db, orgtest.Contribution{Permissions: supervision.Permissions(), Grants: supervision.Grants()})
		it := w.Ready(t)
		w.Set("2025-09-26 15:00")
		c := w.Accepted(t, it)
		err := db.WithTx(w.System(), func(tx *store.Tx) error {
			clocks, err := store.Select[casework.Clock](tx, "SELECT "+store.Columns[casework.Clock]("")+" FROM casework_clock WHERE centre_id = $1 AND kind = 'T2p'", w.Centre)
			if err != nil {
				return err
			}
			for i, row := range []struct{ rung, level, state string }{{"remind", "提醒", "open"}, {"yellow", "黄牌", "proposed"}} {
				if _, err := tx.Exec(`INSERT INTO casework_alert (centre_id, id, case_id, clock_id, rung, level, kind, text, unit_id, site_id, state, open, at, due, proposed_by, proposed_at, reason, lifted_by, lifted_at)
					VALUES ($1, $2, $3, $4, $5, $6, '时效', 't', $7, $8, $9, $10, 1, 2, '', 0, '', '', 0)`, w.Centre, "a"+string(rune('0'+i)), c.ID, clocks[0].ID, row.rung, row.level, w.Unit.ID, w.Hall.ID, row.state, true); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			err = db.Migrate(context.Background(), append(caseworktest.Migrations(), supervision.Migrations)...)
		}
		if err != nil {
			t.Fatal(err)
		}
		m := supervision.New(db, w.Org, w.Calendar, w.Casework, w.Attest)
		if err := db.WithTx(w.System(), func(tx *store.Tx) error { return m.Seed(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		w.Set("2025-10-21 00:00")
		for range 2 {
			if _, err := m.Climb(w.System()); err != nil {
				t.Fatal(err)
			}
		}
		list, _, err := m.Alerts(w.System(), supervision.AlertFilter{All: true})
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		for _, l := range list {
			if l.CaseNo != c.No || l.Open != (l.Level == supervision.Red) {
				t.Errorf("%+v", l.Alert)
			}
		}
		if n := inForce(t, w, c.ID); n != 1 {
			t.Errorf("%d in force on the case", n)
		}
	}, caseworktest.Migrations()...)
}
