// Package performancetest makes what tests of budget performance start from: a centre with the people of the chain, the
// books of 2024 that were reconstructed from the final accounts of 临夏市政务中心, and the three evaluations of that year.
package performancetest

import (
	"context"
	"encoding/csv"
	"io/fs"
	"strings"
	"testing"

	_ "embed" // the indicators

	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/finance"
	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// World is a centre with its books, its people and one source of facts.
type World struct {
	*performance.Module
	DB      *store.DB
	Clock   *clock.Manual
	Finance *finance.Module
	Centre  string
	// The people of the chain: who sets targets and reviews the money, who reports, who reviews, who decides.
	Money, Office, Section, Leader, Agent orgtest.Person
	// Answered and Asked are the two sides of the only fact of the source “test”.
	Answered, Asked int64

	org *org.Module
}

// Migrations are those that the module needs.
func Migrations() []fs.FS {
	return append(orgtest.Migrations(), calendar.Migrations, metric.Migrations, blob.Migrations, finance.Migrations, performance.Migrations)
}

// New makes the world on a database.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: append(finance.Permissions(), performance.Permissions()...), Grants: append(finance.Grants(), performance.Grants()...)})
	cal := calendar.NewModule(db)
	w := &World{DB: db, Clock: db.Clock().(*clock.Manual), Finance: finance.New(db, o, cal, crypt.Generate()), Centre: orgtest.Centre(t, o), Answered: 196, Asked: 200, org: o}
	w.Module = performance.New(db, o, w.Finance)
	w.Register(w.source())
	check(t, db.WithTx(orgtest.System(w.Centre), func(tx *store.Tx) error { return cal.Seed(tx, w.Centre, "622901") }))
	w.Clock.Set(clock.At(2025, 2, 10, 9, 0))
	for _, p := range []struct {
		to   *orgtest.Person
		role string
	}{{&w.Money, org.RoleFinance}, {&w.Office, org.RoleOffice}, {&w.Section, org.RoleSupervisor}, {&w.Leader, org.RoleLeader}, {&w.Agent, org.RoleAgent}} {
		*p.to = orgtest.User(t, o, w.Centre, orgtest.Where{}, p.role)
	}
	w.books(t)
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// source measures one rate, whose sides a test sets.
func (w *World) source() performance.Source {
	return performance.Source{Code: "test", Label: "大厅", Facts: []performance.Fact{{Code: "rate", Label: "按期办结率", Unit: "%", Rule: "到期的办件中按期办结的。"}},
		Freeze: func(_ context.Context, fact string, s performance.Scope) (metric.Frozen, error) {
			var c metric.Cohort
			c.Add(metric.Numerator, "all", w.Answered)
			c.Add(metric.Denominator, "all", w.Asked)
			f := metric.Figure{Metric: fact, Form: metric.Rate, Ratio: metric.Ratio{Num: w.Answered, Den: w.Asked}, Period: s.Period, Cutoff: w.Clock.Now()}
			return metric.Freeze(f, "test-1", c.Sum(), w.Clock.Now()), nil
		},
		Href: func(fact string, s performance.Scope) string {
			return "/test/" + fact + "?from=" + s.Period.From.String()
		},
	}
}

// books enters the ledger of 2024 with budgets that leave what the publication states.
func (w *World) books(t testing.TB) {
	t.Helper()
	ctx, m := w.Money.Ctx, w.Finance
	_, err := m.OpenBook(ctx, finance.BookInput{Year: 2024, Department: "临夏市政务中心", Template: statement.DefaultTemplate, Level: finance.ByClass}, finance.Treated)
	check(t, err)
	units, err := m.Units(ctx)
	check(t, err)
	check(t, m.SaveProject(ctx, 2024, "P1", "政务大厅规范化管理经费"))
	check(t, m.SaveProject(ctx, 2024, "P2", "引进人才租房补贴"))
	line := func(code, econ, project string, yuan int64) finance.Budget {
		kind := fiscal.Basic
		if project != "" {
			kind = fiscal.Project
		}
		return finance.Budget{Phase: finance.Initial, UnitID: units[0].ID, Fund: fiscal.General, Func: code, Econ: econ, Kind: kind, Project: project, Fen: money.Fen(yuan) * money.Yuan, Day: clock.Day(2024, 1, 26)}
	}
	cut := line("2010399", "30101", "", 128600)
	cut.Phase, cut.Document, cut.Day = finance.Adjust, "预算调整通知", clock.Day(2024, 11, 15)
	check(t, m.AddBudget(ctx, 2024, []finance.Budget{line("2010399", "30101", "", 1467711), line("2010399", "30201", "", 441789), line("2080505", "30108", "", 194616), line("2101102", "30110", "", 80973),
		line("2101103", "30110", "", 18340), line("2101199", "30112", "", 2560), line("2010399", "", "P1", 10000), line("2010399", "", "P2", 10000), cut}))
	v := finance.Voucher{Number: "记-001", Day: clock.Day(2024, 3, 15)}
	for _, l := range financetest.Lines() {
		v.Entries = append(v.Entries, finance.Entry{Account: "7101", Contra: "6001", UnitID: units[0].ID, Fund: fiscal.General, Func: l.Func, Econ: l.Econ, Kind: l.Kind, Project: l.Project, Fen: money.Fen(l.Yuan) * money.Yuan, Summary: "测试"})
	}
	_, err = m.AddVoucher(ctx, 2024, v)
	check(t, err)
}

// formsText are the indicators of 附件4-1 and 4-2 with their targets, points and values.
//
//go:embed forms.csv
var formsText string

// Planned makes a programme of 2024 with the published indicators of a project and confirms its targets.
func (w *World) Planned(t testing.TB, project string) performance.Programme {
	t.Helper()
	p, err := w.CreateProgramme(w.Money.Ctx, performance.ProgrammeInput{Year: 2024, Kind: score.Project, Project: project, Name: "项目" + project, Goal: "保障政务大厅各项工作的正常运转"})
	check(t, err)
	for _, r := range rows(t, project) {
		p, err = w.SaveIndicator(w.Money.Ctx, p.ID, p.Version, "", Input(t, r))
		check(t, err)
	}
	p, err = w.ConfirmTargets(w.Money.Ctx, p.ID, p.Version)
	check(t, err)
	return p
}

func rows(t testing.TB, project string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(formsText)).ReadAll()
	check(t, err)
	var out [][]string
	for _, r := range all[1:] {
		if r[0] == project {
			out = append(out, r)
		}
	}
	return out
}

// Decimal reads a number.
func Decimal(t testing.TB, s string) score.Decimal {
	t.Helper()
	d, err := score.ParseDecimal(s)
	check(t, err)
	return d
}

// Input is a row of the forms as a target.
func Input(t testing.TB, r []string) performance.IndicatorInput {
	t.Helper()
	return performance.IndicatorInput{Level1: r[1], Level2: r[2], Name: r[3], Op: score.Op(r[4]), Target: r[5], Unit: r[6], Weight: Decimal(t, r[7])}
}

// Filled reports the published values.
func (w *World) Filled(t testing.TB, p performance.Programme) performance.Programme {
	t.Helper()
	view, err := w.Programme(w.Office.Ctx, p.ID)
	check(t, err)
	sheet := performance.FillSheet{Outcome: "保障了政务大厅的正常运转", FundReason: "未按预算进度支付", Rows: map[string]performance.FillInput{}}
	for i, r := range rows(t, p.Project) {
		sheet.Rows[view.Indicators[i].ID] = performance.FillInput{Actual: Decimal(t, r[8]), Band: r[9], Reason: r[10]}
	}
	p, err = w.Fill(w.Office.Ctx, p.ID, p.Version, sheet)
	check(t, err)
	return p
}

// Locked takes a programme through every hand.
func (w *World) Locked(t testing.TB, project string) performance.Programme {
	t.Helper()
	p := w.Filled(t, w.Planned(t, project))
	var err error
	for _, step := range []func() (performance.Programme, error){
		func() (performance.Programme, error) { return w.Submit(w.Office.Ctx, p.ID, p.Version) },
		func() (performance.Programme, error) { return w.PassSection(w.Section.Ctx, p.ID, p.Version, "") },
		func() (performance.Programme, error) { return w.PassFinance(w.Money.Ctx, p.ID, p.Version, "") },
		func() (performance.Programme, error) { return w.Lock(w.Leader.Ctx, p.ID, p.Version, "") },
	} {
		if p, err = step(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// NextYear opens the books of 2025 with the first project only.
func (w *World) NextYear(t testing.TB) {
	t.Helper()
	_, err := w.Finance.OpenBook(w.Money.Ctx, finance.BookInput{Year: 2025, Department: "临夏市政务中心", Template: statement.DefaultTemplate, Level: finance.ByClass}, "")
	check(t, err)
	check(t, w.Finance.SaveProject(w.Money.Ctx, 2025, "P1", "政务大厅规范化管理经费"))
}

// Another is a second person of 政务监察股, who had no part in any evaluation.
func (w *World) Another(t testing.TB) orgtest.Person {
	t.Helper()
	return orgtest.User(t, w.org, w.Centre, orgtest.Where{}, org.RoleSupervisor)
}

// Watch keeps how a programme stands on a day and gives the programme as it is then.
func (w *World) Watch(p performance.Programme, day, reason string) (performance.Programme, error) {
	if _, err := w.KeepWatch(w.Money.Ctx, p.ID, p.Version, clock.MustDate(day), reason); err != nil {
		return p, err
	}
	v, err := w.Programme(w.Money.Ctx, p.ID)
	return v.Programme, err
}

// Spend corrects what a project of 2024 spent by so many 元, taking the old amount back.
func (w *World) Spend(t testing.TB, project string, yuan int64) {
	t.Helper()
	list, _, err := w.Finance.Entries(w.Money.Ctx, 2024, finance.EntryFilter{Limit: 500})
	check(t, err)
	for _, e := range list {
		if e.Project == project && e.Fen > 0 {
			instead := e
			instead.Fen += money.Fen(yuan) * money.Yuan
			check(t, w.Finance.CorrectEntry(w.Money.Ctx, 2024, e.ID, finance.Correction{Day: clock.Day(2024, 3, 20), Voucher: "记-002", Reason: "记错金额", Instead: &instead}))
			return
		}
	}
	t.Fatalf("project %s spent nothing", project)
}
