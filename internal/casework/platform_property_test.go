package casework_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Invariant I2 of imports, over random imports and re-imports: the moments of the platform's cases are the platform's own, whatever ours
// are; the moment of the first import stays; no event of ours is written.
func TestImportsKeepTheMomentsOfThePlatform(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, info, rnd := w.Casework, w.As(t, org.RoleInfo), rand.New(rand.NewPCG(8, 2))
	ours := w.Accepted(t, w.Ready(t))
	before := w.Get(t, ours.ID)
	type known struct{ original, imported clock.Instant }
	model := map[string]known{}
	w.Set("2025-10-09 10:00")
	for range 15 {
		w.Clock.Advance(time.Duration(1+rnd.IntN(48)) * time.Hour)
		text := "办件编号,本地办件编号,事项名称,实施编码,受理部门,申请人名称,办件类型,办件状态,申请时间,受理时间,办结时间\n"
		for _, n := range rnd.Perm(8)[:1+rnd.IntN(8)] {
			no, own := fmt.Sprintf("P-%d", n), ""
			if n == 0 {
				own = ours.No
			}
			at := clock.MustInstant("2025-08-01 09:00").Add(time.Duration(rnd.IntN(30*24)) * time.Hour)
			if was, ok := model[no]; ok && rnd.IntN(2) == 0 {
				at = was.original
			}
			text += fmt.Sprintf("%s,%s,劳务派遣经营许可,TEST1001,市人社局,马建国,2,%s,%s,,\n", no, own, []string{"办理中", "撤件"}[rnd.IntN(2)], at.Time().Format("2006-01-02 15:04:05"))
			first := w.Clock.Now()
			if was, ok := model[no]; ok {
				first = was.imported
			}
			model[no] = known{at, first}
		}
		im, err := m.StartImport(info, platformFile(text))
		if err == nil {
			_, err = m.ApplyImport(info, im.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := m.PlatformCases(info, casework.PlatformFilter{})
		if err != nil || len(list) != len(model) {
			t.Fatalf("%d cases, want %d: %v", len(list), len(model), err)
		}
		for _, p := range list {
			if want := model[p.ExternalNo]; p.OriginalTime != want.original || p.ImportedAt != want.imported {
				t.Errorf("%s: original %s, imported %s; want %s, %s", p.ExternalNo, p.OriginalTime, p.ImportedAt, want.original, want.imported)
			}
		}
	}
	if after := w.Get(t, ours.ID); after.EventSeq != before.EventSeq || len(after.Events) != len(before.Events) || after.ReceivedAt != before.ReceivedAt || after.AcceptedAt != before.AcceptedAt {
		t.Error("an import wrote into a case of ours")
	}
	if broken, err := m.Check(w.System()); err != nil || len(broken.Faults) != 0 {
		t.Errorf("check: %+v, %v", broken, err)
	}
}
