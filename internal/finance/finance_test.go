package finance_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// world is a department with the books of 2024.
type world struct {
	*finance.Module
	db              *store.DB
	clock           *clock.Manual
	centre          string
	finance, leader orgtest.Person
	office, info    orgtest.Person
	unit            string
}

func migrations() []fs.FS {
	return append(orgtest.Migrations(), calendar.Migrations, finance.Migrations)
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: finance.Permissions(), Grants: finance.Grants()})
	cal := calendar.NewModule(db)
	w := &world{Module: finance.New(db, o, cal, crypt.Generate()), db: db, clock: db.Clock().(*clock.Manual), centre: orgtest.Centre(t, o)}
	if err := db.WithTx(orgtest.System(w.centre), func(tx *store.Tx) error { return cal.Seed(tx, w.centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	w.clock.Set(clock.At(2025, 2, 10, 9, 0))
	for _, p := range []struct {
		to   *orgtest.Person
		role string
	}{{&w.finance, org.RoleFinance}, {&w.leader, org.RoleLeader}, {&w.office, org.RoleOffice}, {&w.info, org.RoleInfo}} {
		*p.to = orgtest.User(t, o, w.centre, orgtest.Where{}, p.role)
	}
	if _, err := w.OpenBook(w.finance.Ctx, finance.BookInput{Year: 2024, Department: "临夏市政务中心", Template: statement.DefaultTemplate, Level: finance.ByClass}, finance.Treated); err != nil {
		t.Fatal(err)
	}
	units, err := w.Units(w.finance.Ctx)
	if err != nil || len(units) != 1 {
		t.Fatal(units, err)
	}
	w.unit = units[0].ID
	return w
}

func yuan(n int64) money.Fen { return money.Fen(n) * money.Yuan }

func (w *world) budget(t testing.TB, phase finance.Phase, code string, kind fiscal.Kind, project string, n int64) {
	t.Helper()
	b := finance.Budget{Phase: phase, UnitID: w.unit, Fund: fiscal.General, Func: code, Kind: kind, Project: project, Fen: yuan(n), Document: "临财预〔2024〕1号", Day: clock.MustDate("2024-01-20")}
	if err := w.AddBudget(w.finance.Ctx, 2024, []finance.Budget{b}); err != nil {
		t.Fatal(err)
	}
}

// entry is a direct payment of the treasury.
func (w *world) entry(code, econ string, kind fiscal.Kind, project string, n int64) finance.Entry {
	return finance.Entry{Account: "7101", Contra: "6001", UnitID: w.unit, Fund: fiscal.General, Func: code, Econ: econ, Kind: kind, Project: project, Fen: yuan(n), Summary: "测试"}
}

// year enters the reconstructed ledger with its budget and last year's figures.
func (w *world) year(t testing.TB) {
	t.Helper()
	for code, name := range map[string]string{"P1": "政务大厅规范化管理经费", "P2": "引进人才租房补贴"} {
		if err := w.SaveProject(w.finance.Ctx, 2024, code, name); err != nil {
			t.Fatal(err)
		}
	}
	b, p := fiscal.Basic, fiscal.Project
	w.budget(t, finance.Initial, "2010399", b, "", 1909500)
	w.budget(t, finance.Initial, "2010399", p, "P1", 10000)
	w.budget(t, finance.Initial, "2010399", p, "P2", 10000)
	w.budget(t, finance.Initial, "2080505", b, "", 194616)
	w.budget(t, finance.Initial, "2101102", b, "", 80973)
	w.budget(t, finance.Initial, "2101103", b, "", 18340)
	w.budget(t, finance.Initial, "2101199", b, "", 2560)
	for i, l := range financetest.Lines() {
		v := finance.Voucher{Number: "记-" + string(rune('A'+i)), Day: clock.MustDate("2024-03-15"), Entries: []finance.Entry{w.entry(l.Func, l.Econ, l.Kind, l.Project, l.Yuan)}}
		if _, err := w.AddVoucher(w.finance.Ctx, 2024, v); err != nil {
			t.Fatalf("entry %d: %v", i, err)
		}
	}
	if err := w.SetCarry(w.finance.Ctx, 2024, finance.Carry{Nature: fiscal.Opening, UnitID: w.unit, Fund: fiscal.General}); err != nil {
		t.Fatal(err)
	}
	total, personnel, public, project := financetest.Prior()
	prior := map[narrative.Metric]money.Fen{}
	for _, m := range narrative.Metrics() {
		prior[m] = 0
	}
	for m, n := range map[narrative.Metric]int64{narrative.Total: total, narrative.Appropriated: total, narrative.General: total, narrative.Personnel: personnel, narrative.Public: public,
		narrative.Projects: project, narrative.Mechanism: public} {
		prior[m] = yuan(n)
	}
	if err := w.SetPrior(w.finance.Ctx, 2024, prior); err != nil {
		t.Fatal(err)
	}
}

func (w *world) statement(t testing.TB) *statement.Statement {
	t.Helper()
	s, err := w.Statement(w.finance.Ctx, 2024)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func want(t testing.TB, s *statement.Statement, cells map[statement.Ref]string) {
	t.Helper()
	for ref, text := range cells {
		if c := s.Cell(ref); c == nil || c.Text() != text {
			t.Errorf("%s: %v, want %s", ref, c, text)
		}
	}
}

func TestTheBooksGiveTheTablesAndLeadBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.year(t)
		s := w.statement(t)
		want(t, s, map[statement.Ref]string{"T01/30/1": "221.73", "T01/60/2": "221.73", "T01/29/1": "0.00", "T01/59/2": "", "T04/28/1": "0.00", "T05/201/2": "190.13", "T06/302/1": "39.99", "T06/公用经费合计/1": "41.99"})
		if len(s.Issues) > 0 {
			t.Error(s.Issues)
		}
		o, err := w.Origin(w.finance.Ctx, 2024, "T05/210/1", "")
		if err != nil || o.Total != 3 || len(o.Entries) != 3 || len(o.Terms) != 2 {
			t.Fatalf("%+v, %v", o, err)
		}
		var sum money.Fen
		for _, e := range o.Entries {
			sum += e.Fen
		}
		if sum != o.Cell.Fen {
			t.Errorf("the entries behind the cell sum to %d, the cell is %d", sum, o.Cell.Fen)
		}
		if o, err := w.Origin(w.finance.Ctx, 2024, "T01/29/1", ""); err != nil || len(o.Carries) != 1 || len(o.Entries) != 0 {
			t.Errorf("opening: %+v, %v", o, err)
		}
		if _, err := w.Origin(w.finance.Ctx, 2024, "T05/999/1", ""); !errors.Is(err, finance.ErrCell) {
			t.Error(err)
		}
		if list, err := w.Recount(w.finance.Ctx, 2024); err != nil || len(list) > 0 {
			t.Error(list, err)
		}
		balance, err := w.Balance(w.finance.Ctx, 2024)
		if err != nil || balance.Entries != 21 || balance.Income != balance.Expense || balance.Expense.WanYuan() != "221.73" {
			t.Errorf("%+v, %v", balance, err)
		}
	}, migrations()...)
}

func TestSpendingBeyondTheQuotaIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.budget(t, finance.Initial, "2010399", fiscal.Basic, "", 1000)
		spend := func(n int64) ([]string, error) {
			return w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "记-1", Day: clock.MustDate("2024-05-06"), Entries: []finance.Entry{w.entry("2010399", "30201", fiscal.Basic, "", n)}})
		}
		if warnings, err := spend(600); err != nil || len(warnings) > 0 {
			t.Fatal(warnings, err)
		}
		if _, err := spend(401); !errors.Is(err, finance.ErrQuota) || !strings.Contains(errs.As(err).Public, "超出 1.00 元") {
			t.Fatal(err)
		}
		if warnings, err := spend(400); err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "全部用完") {
			t.Fatal(warnings, err)
		}
		less := finance.Budget{Phase: finance.Adjust, UnitID: w.unit, Fund: fiscal.General, Func: "2010399", Kind: fiscal.Basic, Fen: -1, Document: "核减", Day: clock.MustDate("2024-06-01")}
		if err := w.AddBudget(w.finance.Ctx, 2024, []finance.Budget{less}); !errors.Is(err, finance.ErrBudgetInput) {
			t.Errorf("a quota was cut below what was spent: %v", err)
		}
		w.budget(t, finance.Adjust, "2010399", fiscal.Basic, "", 50)
		if _, err := spend(50); err != nil {
			t.Error(err)
		}
		list, err := w.Quotas(w.finance.Ctx, 2024)
		if err != nil || len(list) != 1 || list[0].Full != yuan(1050) || list[0].Initial != yuan(1000) || list[0].Left() != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "记-2", Day: clock.MustDate("2024-05-06"), Entries: []finance.Entry{w.entry("2080505", "30108", fiscal.Basic, "", 1)}}); !errors.Is(err, finance.ErrQuota) {
			t.Errorf("spending without a budget: %v", err)
		}
	}, migrations()...)
}

func TestAClosedMonthTakesNothingAndCorrectionsAreNewEntries(t *testing.T) {
	db := storetest.Open(t, store.SQLite, migrations())
	w := newWorld(t, db)
	w.budget(t, finance.Initial, "2010399", fiscal.Basic, "", 10000)
	v := finance.Voucher{Number: "记-1", Day: clock.MustDate("2024-01-31"), Entries: []finance.Entry{w.entry("2010399", "30201", fiscal.Basic, "", 700)}}
	if _, err := w.AddVoucher(w.finance.Ctx, 2024, v); err != nil {
		t.Fatal(err)
	}
	if _, err := w.CloseMonth(w.finance.Ctx, 2024, 2); !errors.Is(err, finance.ErrPeriod) {
		t.Errorf("February before January: %v", err)
	}
	if _, err := w.CloseMonth(w.finance.Ctx, 2024, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddVoucher(w.finance.Ctx, 2024, v); !errors.Is(err, finance.ErrEntryInput) || !strings.Contains(err.Error(), "1 月已经结账") {
		t.Errorf("an entry in a closed month: %v", err)
	}
	list, _, err := w.Entries(w.finance.Ctx, 2024, finance.EntryFilter{Voucher: "记-1"})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	right := w.entry("2010399", "30202", fiscal.Basic, "", 700)
	c := finance.Correction{Day: clock.MustDate("2024-02-05"), Voucher: "记-2", Reason: "经济分类记错", Instead: &right}
	if err := w.CorrectEntry(w.finance.Ctx, 2024, list[0].ID, c); err != nil {
		t.Fatal(err)
	}
	if err := w.CorrectEntry(w.finance.Ctx, 2024, list[0].ID, c); !errors.Is(err, finance.ErrCorrected) {
		t.Errorf("corrected twice: %v", err)
	}
	s := w.statement(t)
	if s.Fen("T06/30201/1") != 0 || s.Fen("T06/30202/1") != yuan(700) {
		t.Error("the correction is not in the table")
	}
	if o, err := w.Origin(w.finance.Ctx, 2024, "T06/30201/1", ""); err != nil || o.Total != 2 || o.Cell.Text() != "0.00" {
		t.Errorf("the mistake is gone from the books: %+v, %v", o, err)
	}
	if _, err := w.ReopenMonth(w.finance.Ctx, 2024, 1, "漏记"); err == nil {
		t.Error("the finance section reopened a month")
	}
	if _, err := w.ReopenMonth(w.leader.Ctx, 2024, 1, "漏记一笔"); err != nil {
		t.Error(err)
	}
}

func TestWhatAnEntryMustBe(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	w.budget(t, finance.Initial, "2010399", fiscal.Basic, "", 10000)
	for name, change := range map[string]func(*finance.Entry){
		"功能分类应到项":       func(e *finance.Entry) { e.Func = "20103" },
		"没有“2010398”":   func(e *finance.Entry) { e.Func = "2010398" },
		"应是 3、5 或 7":    func(e *finance.Entry) { e.Func = "201039" },
		"经济分类应到款":       func(e *finance.Entry) { e.Econ = "302" },
		"基本支出不带项目":      func(e *finance.Entry) { e.Project = "P1" },
		"请选择项目":         func(e *finance.Entry) { e.Kind = fiscal.Project },
		"金额应大于 0":       func(e *finance.Entry) { e.Fen = -1 },
		"不能为 0":         func(e *finance.Entry) { e.Fen = 0 },
		"三种财政拨款之一":      func(e *finance.Entry) { e.Fund = fiscal.Other },
		"对方科目应是":        func(e *finance.Entry) { e.Contra = "1002" },
		"不是预算收入或预算支出科目": func(e *finance.Entry) { e.Account = "1002" },
		"请选择预算单位":       func(e *finance.Entry) { e.UnitID = "x" },
		"资金性质应是非财政拨款": func(e *finance.Entry) {
			e.Account, e.Contra, e.Econ, e.Kind = "6101", "8001", "", ""
		},
	} {
		e := w.entry("2010399", "30201", fiscal.Basic, "", 1)
		change(&e)
		_, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "记-1", Day: clock.MustDate("2024-05-06"), Entries: []finance.Entry{e}})
		if !errors.Is(err, finance.ErrEntryInput) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "记-1", Day: clock.MustDate("2023-05-06"), Entries: []finance.Entry{w.entry("2010399", "30201", fiscal.Basic, "", 1)}}); err == nil {
		t.Error("an entry of another year")
	}
	list, _, err := w.Entries(w.finance.Ctx, 2024, finance.EntryFilter{})
	if err != nil || len(list) > 0 {
		t.Error("a refused entry is in the books", list, err)
	}
}

func TestOnlyTheFinanceSectionWrites(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	for _, p := range []orgtest.Person{w.leader, w.office, w.info} {
		if _, err := w.AddVoucher(p.Ctx, 2024, finance.Voucher{Number: "1", Entries: make([]finance.Entry, 1)}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%v: %v", p.Actor.Roles, err)
		}
		if _, err := w.Statement(p.Ctx, 2024); err != nil {
			t.Errorf("%v may not read: %v", p.Actor.Roles, err)
		}
	}
	if _, err := w.Statement(orgtest.System("other"), 2024); !errors.Is(err, finance.ErrYear) {
		t.Errorf("another centre's year: %v", err)
	}
	if _, err := w.Statement(context.Background(), 2024); errs.KindOf(err) != errs.Unauthenticated {
		t.Error(err)
	}
}

// TestMechanismOfTwoUnits is a department of an administrative unit with 公用经费 of 21.99 万元 and an institution with 20.00:
// 机关运行经费 are 21.99.
func TestMechanismOfTwoUnits(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	other, err := w.AddUnit(w.finance.Ctx, "002", "下属事业单位", finance.Institution)
	if err != nil {
		t.Fatal(err)
	}
	w.budget(t, finance.Initial, "2010399", fiscal.Basic, "", 1_000_000)
	own, theirs := w.entry("2010399", "30201", fiscal.Basic, "", 219900), w.entry("2010399", "30202", fiscal.Basic, "", 200000)
	theirs.UnitID, theirs.Account = other.ID, "7201"
	if _, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "记-1", Day: clock.MustDate("2024-05-06"), Entries: []finance.Entry{own, theirs}}); err != nil {
		t.Fatal(err)
	}
	d, err := w.Disclosure(w.finance.Ctx, 2024)
	if err != nil {
		t.Fatal(err)
	}
	if text := d.Narrative.Section("10").Text(); !strings.Contains(text, "机关运行经费支出21.99万元") || !strings.Contains(text, "办公费21.99万元") || strings.Contains(text, "印刷费") {
		t.Error(text)
	}
	want(t, d.Statement, map[statement.Ref]string{"T06/公用经费合计/1": "41.99"})
}

// TestNextYearBeginsWhereThisOneEnds: last year's figures and the opening come from last year's books.
func TestNextYearBeginsWhereThisOneEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.year(t)
		next := finance.BookInput{Year: 2025, Department: "临夏市政务中心", Template: statement.DefaultTemplate, Level: finance.ByItem}
		if _, err := w.OpenBook(w.finance.Ctx, next, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.TakePrior(w.finance.Ctx, 2025); !errors.Is(err, finance.ErrNoPrior) {
			t.Errorf("taken from a year that is not closed: %v", err)
		}
		if err := w.SetCarry(w.finance.Ctx, 2024, finance.Carry{Nature: fiscal.Closing, UnitID: w.unit, Fund: fiscal.GovFund, Func: "2010399", Fen: 77}); err != nil {
			t.Fatal(err)
		}
		for month := 1; month <= 12; month++ {
			if _, err := w.CloseMonth(w.finance.Ctx, 2024, month); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.TakePrior(w.finance.Ctx, 2025); err != nil {
			t.Fatal(err)
		}
		prior, err := w.Prior(w.finance.Ctx, 2025)
		if err != nil || len(prior) != len(narrative.Metrics()) || prior[narrative.Total].WanYuan() != "221.73" || prior[narrative.Personnel].WanYuan() != "177.76" || prior[narrative.Public].WanYuan() != "41.99" ||
			prior[narrative.Projects].WanYuan() != "1.98" || prior[narrative.Mechanism].WanYuan() != "41.99" || prior[narrative.SanGong] != 0 {
			t.Errorf("%v, %v", prior, err)
		}
		carries, err := w.Carries(w.finance.Ctx, 2025)
		if err != nil || len(carries) != 1 || carries[0].Nature != fiscal.Opening || carries[0].Fen != 77 || carries[0].Func != "2010399" {
			t.Errorf("%+v, %v", carries, err)
		}
	}, migrations()...)
}
