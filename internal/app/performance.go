package app

import (
	"context"
	"net/url"
	"os"
	"strconv"

	"yichuang/internal/finance"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/performance"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// readPolicies reads the scoring policies of the place; a program with a wrong one does not start.
func (a *App) readPolicies() error {
	if a.Config.Policies == "" {
		return nil
	}
	list, err := score.ReadPolicies(os.DirFS(a.Config.Policies), "*.yaml")
	a.Performance.UsePolicies(list)
	return err
}

// registerFacts gives budget performance its sources: what is measured elsewhere in the house. A module that measures
// something new is added here.
func (a *App) registerFacts() {
	a.Performance.Register(a.hotlineFacts())
	a.Performance.Register(a.accountFacts())
	for _, s := range a.serviceFacts() {
		a.Performance.Register(s)
	}
	a.Performance.Register(a.hallFacts())
	a.Finance.TakeEvaluations(a.evaluations)
}

// evaluations hands the locked evaluations of a year to the final accounts, whose part four and annexes they are.
func (a *App) evaluations(tx *store.Tx, centre string, year int) (*publication.Evaluation, error) {
	y, err := a.Performance.LockedYear(tx, centre, year)
	if err != nil || y == nil {
		return nil, err
	}
	out := &publication.Evaluation{Self: paragraphs(y.Results())}
	for _, x := range y.Annexes() {
		n := publication.Annex{Label: x.Label, Title: x.Title, Paragraphs: paragraphs(x.Paragraphs)}
		if x.Layout != nil {
			t := x.Layout.Joined()
			n.Table, n.Notes = &t, x.Layout.Notes
		}
		out.Annexes = append(out.Annexes, n)
	}
	return out, nil
}

func paragraphs(list []annex.Paragraph) []narrative.Paragraph {
	var out []narrative.Paragraph
	for _, p := range list {
		out = append(out, narrative.Paragraph{Heading: p.Level > 0, Spans: []narrative.Span{{Text: p.Text}}})
	}
	return out
}

// hotlineFacts are the figures of the 12345 hotline.
func (a *App) hotlineFacts() performance.Source {
	s := performance.Source{Code: "hotline", Label: "12345热线", Needs: hotline.PermReport}
	for _, m := range figure.Measures() {
		if m.Now {
			continue // what is so at this moment is no figure of a year
		}
		unit := m.Unit
		if m.Form == metric.Rate {
			unit = "%"
		}
		s.Facts = append(s.Facts, performance.Fact{Code: string(m.Code), Label: m.Label, Unit: unit, Rule: m.Rule, Lower: m.Lower})
	}
	s.Freeze = func(ctx context.Context, fact string, at performance.Scope) (metric.Frozen, error) {
		list, err := a.Figures.FreezeWhole(ctx, []figure.Measure{figure.Measure(fact)}, at.Period)
		if err != nil {
			return metric.Frozen{}, err
		}
		return list[0], nil
	}
	s.Href = func(fact string, at performance.Scope) string {
		return "/overview/cohort?" + url.Values{"m": {fact}, "part": {string(metric.Numerator)}, "from": {at.Period.From.String()}, "to": {at.Period.To.String()}}.Encode()
	}
	return s
}

// wan is how many 分 there are in a 万元, in which the sides of these figures are shown.
const wan = 1_000_000

// accountRules is the version of the definitions below.
const accountRules = "accounts-1"

// accountFact is a figure of the accounts: which funds, and which cell of the tables it leads to.
type accountFact struct {
	performance.Fact
	form  metric.Form
	funds func(x *finance.Execution, project string) finance.Funds
	cell  string
}

func ofProject(x *finance.Execution, project string) finance.Funds {
	if project == "" {
		return x.Total
	}
	p, _ := x.Project(project)
	return p.Total
}

func accountFactList() []accountFact {
	whole := func(pick func(x *finance.Execution) finance.Funds) func(*finance.Execution, string) finance.Funds {
		return func(x *finance.Execution, _ string) finance.Funds { return pick(x) }
	}
	basic := whole(func(x *finance.Execution) finance.Funds { return x.Basic })
	projects := whole(func(x *finance.Execution) finance.Funds { return x.Projects })
	people := whole(func(x *finance.Execution) finance.Funds { return x.Personnel })
	public := whole(func(x *finance.Execution) finance.Funds { return x.Public })
	rate := func(code, label, rule string, funds func(*finance.Execution, string) finance.Funds, cell string) accountFact {
		return accountFact{performance.Fact{Code: code, Label: label, Unit: "%", Rule: rule}, metric.Rate, funds, cell}
	}
	amount := func(code, label, rule string, funds func(*finance.Execution, string) finance.Funds, cell string) accountFact {
		return accountFact{performance.Fact{Code: code, Label: label, Unit: "万元", Rule: rule}, metric.Count, funds, cell}
	}
	return []accountFact{
		rate("rate", "预算执行率", "全年执行数与全年预算数之比；项目按本项目，部门按全部支出。", ofProject, "T03/total/1"),
		rate("basic_rate", "基本支出预算执行率", "基本支出全年执行数与全年预算数之比。", basic, "T03/total/2"),
		rate("project_rate", "项目支出预算执行率", "项目支出全年执行数与全年预算数之比。", projects, "T03/total/3"),
		amount("spent", "支出总额", "全年执行数；项目按本项目，部门按全部支出。", ofProject, "T03/total/1"),
		amount("personnel", "人员经费", "基本支出中的人员经费全年执行数。", people, "T06/人员经费合计/1"),
		amount("public", "公用经费", "基本支出中的公用经费全年执行数。", public, "T06/公用经费合计/1"),
	}
}

// accountFacts are the figures of the accounts.
func (a *App) accountFacts() performance.Source {
	s := performance.Source{Code: "accounts", Label: "部门账簿", Needs: finance.PermRead}
	list := map[string]accountFact{}
	for _, f := range accountFactList() {
		s.Facts, list[f.Code] = append(s.Facts, f.Fact), f
	}
	s.Facts = append(s.Facts, paidFact)
	s.Freeze = func(ctx context.Context, fact string, at performance.Scope) (metric.Frozen, error) {
		if fact == paidFact.Code {
			return a.paidPeople(ctx, at)
		}
		x, err := a.Finance.ExecutionOn(ctx, at.Year(), at.Period.To-1)
		if err != nil {
			return metric.Frozen{}, err
		}
		f := list[fact]
		funds := f.funds(&x, at.Project)
		figure := metric.Figure{Metric: fact, Form: f.form, Unit: f.Unit, Ratio: metric.Ratio{Num: int64(funds.Spent), Den: int64(funds.Full)}, Scale: wan, Period: at.Period, Cutoff: x.At, Provisional: x.ClosedTo < 12}
		if f.form == metric.Count {
			figure.Den = 0
		}
		return metric.Freeze(figure, accountRules, x.Records, x.At), nil
	}
	s.Href = func(fact string, at performance.Scope) string {
		if fact == paidFact.Code {
			return "/finance/" + strconv.Itoa(at.Year()) + "/rosters"
		}
		if at.Project != "" {
			return "/finance/" + strconv.Itoa(at.Year()) + "/budget"
		}
		return "/finance/" + strconv.Itoa(at.Year()) + "/cells/" + list[fact].cell
	}
	return s
}

// paidFact counts people, not money: those of the payment rosters.
var paidFact = performance.Fact{Code: "paid_people", Label: "发放补贴人数", Unit: "人", Rule: "发放名册上的人数，同一个人只计一次；项目按本项目的名册，部门按全部名册。"}

// paidPeople counts the people of the payment rosters up to the end of the period.
func (a *App) paidPeople(ctx context.Context, at performance.Scope) (metric.Frozen, error) {
	x, err := a.Finance.PaidOut(ctx, at.Year(), at.Project, at.Period.To-1)
	if err != nil {
		return metric.Frozen{}, err
	}
	now := a.DB.Clock().Now()
	figure := metric.Figure{Metric: paidFact.Code, Form: metric.Count, Unit: paidFact.Unit, Ratio: metric.Ratio{Num: x.People}, Scale: 1, Period: at.Period, Cutoff: now}
	return metric.Freeze(figure, accountRules, x.Records, now), nil
}
