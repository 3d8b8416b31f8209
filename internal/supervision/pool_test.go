package supervision_test

import (
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/supervision/supervisiontest"
)

// A department of one: its only person leaves, and every case of his says that nobody can take it; where somebody can, nothing is
// said.
func TestAnEmptyPoolIsAnAlert(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	it := w.Ready(t)
	taken, lonely := w.Accepted(t, it), w.Accepted(t, it)
	lone := orgtest.Unit(t, w.Org, w.Centre, "市气象局", "")
	chief := w.Person(t, "lone", orgtest.Where{Unit: lone.ID}, org.RoleChiefRep)
	other := w.Person(t, "other", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover)
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE casework_case SET unit_id = $3, handler = $4 WHERE centre_id = $1 AND id = $2", w.Centre, lonely.ID, lone.ID, chief.ID); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE casework_case SET handler = $3 WHERE centre_id = $1 AND id = $2", w.Centre, taken.ID, other.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := w.Casework.HandOver(w.Chief(t), casework.HandOverInput{From: other.ID, Reason: "调离"}); err != nil || got.Empty || len(got.Cases) != 1 {
		t.Fatal(got, err)
	}
	if got, err := w.Casework.HandOver(chief.Ctx, casework.HandOverInput{From: chief.ID, Reason: "撤回派驻"}); err != nil || !got.Empty {
		t.Fatal(got, err)
	}
	if list := w.Alerts(t, taken.ID); len(list) != 0 {
		t.Errorf("somebody can take it: %+v", list)
	}
	if list := w.Alerts(t, lonely.ID); len(list) != 1 || list[0].Text == "" {
		t.Errorf("alerts %+v", list)
	}
}
