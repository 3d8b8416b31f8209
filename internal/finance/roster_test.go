package finance_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// People are counted from the rosters: one who was paid twice is one, whether the number or only the name tells him, and a
// roster that was taken back counts no longer. Names and numbers cannot be read in the tables.
func TestPeopleAreCountedFromRosters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for _, p := range []string{"P1", "P2"} {
			if err := w.SaveProject(w.finance.Ctx, 2024, p, "补贴"+p); err != nil {
				t.Fatal(err)
			}
		}
		add := func(project, day string, list ...finance.Payee) (finance.Roster, error) {
			return w.AddRoster(w.finance.Ctx, finance.Roster{Year: 2024, Project: project, Document: "发放表", Day: clock.MustDate(day)}, list)
		}
		wang, li := finance.Payee{Name: "王建国", IDNo: "62290119800101001x", Fen: 60000}, finance.Payee{Name: "李梅", Fen: 40000}
		first, err := add("P1", "2024-03-31", wang, li)
		if err != nil || first.People != 2 || first.Fen != 100000 {
			t.Fatal(first, err)
		}
		other := wang
		other.IDNo = " 62290119800101001X"
		second, err := add("P1", "2024-09-30", other, finance.Payee{Name: "王建国", Fen: 50000}, finance.Payee{Name: "赵红", Fen: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := add("P2", "2024-10-01", li); err != nil {
			t.Fatal(err)
		}
		paid := func(project, until string, people, fen int64) {
			t.Helper()
			p, err := w.PaidOut(w.leader.Ctx, 2024, project, clock.MustDate(until))
			if err != nil || p.People != people || int64(p.Fen) != fen {
				t.Errorf("%s until %s: %+v, %v, want %d people, %d", project, until, p, err, people, fen)
			}
		}
		paid("P1", "2024-03-30", 0, 0)
		paid("P1", "2024-06-30", 2, 100000)
		paid("P1", "2024-12-31", 4, 210001)
		paid("P2", "2024-12-31", 1, 40000)
		paid("", "2024-12-31", 4, 250001)
		if err := w.TakeBackRoster(w.finance.Ctx, 2024, second.ID, "名单有误"); err != nil {
			t.Fatal(err)
		}
		paid("P1", "2024-12-31", 2, 100000)
		if err := w.TakeBackRoster(w.finance.Ctx, 2024, second.ID, "再撤一次"); !errors.Is(err, finance.ErrRoster) {
			t.Error(err)
		}
		_, lines, err := w.Roster(w.leader.Ctx, 2024, first.ID)
		if err != nil || len(lines) != 2 || strings.Contains(lines[0].Name, "建国") || !strings.HasPrefix(lines[0].Name, "王") {
			t.Errorf("%+v, %v", lines, err)
		}
		for name, list := range map[string][]finance.Payee{"应有 1 到": nil, "是同一个人": {wang, other}, "金额应大于 0": {{Name: "甲"}}, "请写姓名": {{Fen: 1}}, "第 2 人": {li, {Name: "乙", Fen: -1}}} {
			_, err := add("P1", "2024-05-01", list...)
			if e := errs.As(err); !errors.Is(err, finance.ErrRosterInput) || len(e.Fields) == 0 || !strings.Contains(e.Fields[0].Public, name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, bad := range []finance.Roster{{Year: 2024, Project: "P9", Document: "发放表", Day: clock.MustDate("2024-05-01")}, {Year: 2024, Project: "P1", Day: clock.MustDate("2024-05-01")}, {Year: 2024, Project: "P1", Document: "发放表", Day: clock.MustDate("2025-05-01")}} {
			if _, err := w.AddRoster(w.finance.Ctx, bad, []finance.Payee{li}); !errors.Is(err, finance.ErrRosterInput) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if _, err := w.AddRoster(w.leader.Ctx, finance.Roster{Year: 2024}, nil); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the leader enters a roster: %v", err)
		}
		if list, err := w.Rosters(w.leader.Ctx, 2024); err != nil || len(list) != 3 {
			t.Errorf("%d rosters, %v", len(list), err)
		}
	}, migrations()...)
}
