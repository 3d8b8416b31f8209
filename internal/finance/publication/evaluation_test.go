package publication_test

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
	"yichuang/internal/money"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// spent adds up the reconstructed ledger.
func spent(wanted func(l financetest.Line) bool) money.Fen {
	sum := money.Fen(0)
	for _, l := range financetest.Lines() {
		if wanted(l) {
			sum += money.Fen(l.Yuan) * money.Yuan
		}
	}
	return sum
}

func decimal(s string) score.Decimal {
	d, _ := score.PrintedNumber(s)
	return d
}

// wholeForm is a form of the whole department whose money is that of the accounts.
func wholeForm() *score.Form {
	initial := money.Fen(0)
	for _, n := range financetest.Initial() {
		initial += money.Fen(n) * money.Yuan
	}
	projects := money.Fen(20000) * money.Yuan
	public := spent(func(l financetest.Line) bool {
		return strings.HasPrefix(l.Econ, "302") || strings.HasPrefix(l.Econ, "310")
	})
	basic := spent(func(l financetest.Line) bool { return l.Kind == fiscal.Basic })
	used := spent(func(l financetest.Line) bool { return l.Kind == fiscal.Project })
	fund := func(k score.FundKind, full, actual money.Fen, reason string) score.Fund {
		return score.Fund{Kind: k, Initial: full, Full: full, Actual: actual, Reason: reason}
	}
	f := &score.Form{Kind: score.Whole, Year: 2024, Name: "临夏市政务中心", Goal: "保障大厅正常运转。", GoalActual: "大厅运转正常。"}
	f.Funds = []score.Fund{fund(score.TotalFund, initial, basic+used, "人员变动，部分经费没有支出"), fund(score.BasicFund, initial-projects, basic, "人员变动"), fund(score.PersonnelFund, initial-projects-public, basic-public, "人员变动"),
		fund(score.PublicFund, public, public, ""), fund(score.ProjectFund, projects, used, "零星支出结余"), fund(score.GeneralFund, 0, 0, ""), fund(score.KeyFund, projects, used, "零星支出结余")}
	rate := score.HalfUp.Round(basic100(basic, initial-projects).Rat(), 2)
	f.Indicators = []score.Indicator{
		{Class: "部门管理", Group: "资金投入", Name: "基本支出预算执行率", Op: score.Exactly, Target: score.Number(100), Actual: rate, Unit: "%", Weight: score.Number(10), Reason: "人员变动", Source: "部门账簿·基本支出预算执行率"},
		{Class: "部门管理", Group: "财务管理", Name: "资金支付及时性", Op: score.Quality, Goal: "及时", Band: "达成", Weight: score.Number(10)},
		{Class: "履职效果", Group: "部门履职目标", Name: "12345热线办结率", Op: score.AtLeast, Target: score.Number(95), Actual: decimal("98.50"), Unit: "%", Weight: score.Number(30), Source: "12345热线·办结率"},
		{Class: "履职效果", Group: "服务对象满意度", Name: "群众满意度", Op: score.AtLeast, Target: score.Number(98), Actual: score.Number(98), Unit: "%", Weight: score.Number(30), Source: form.SelfReported},
		{Class: "能力建设", Group: "档案管理", Name: "档案管理完备性", Op: score.Quality, Goal: "完备", Band: "部分达成", Weight: score.Number(10), Reason: "部分档案没有整理完"},
	}
	return f
}

func basic100(part, whole money.Fen) score.Exact {
	var e score.Exact
	if e.UnmarshalText([]byte(fmt.Sprintf("%d/%d", int64(part)*100, int64(whole)))) != nil {
		return score.Exact{}
	}
	return e
}

// projectForm is a form of one of the two projects.
func projectForm(name string, full, actual money.Fen, reason string) *score.Form {
	f := &score.Form{Kind: score.Project, Year: 2024, Name: name, Supervisor: "临夏市政务中心", Implementer: "临夏市政务中心", Goal: "按计划使用经费。", GoalActual: "已按计划使用经费。", FundReason: reason}
	for _, k := range score.Project.FundKinds() {
		x := score.Fund{Kind: k}
		if k == score.TotalFund || k == score.Appropriation {
			x.Initial, x.Full, x.Actual = full, full, actual
		}
		f.Funds = append(f.Funds, x)
	}
	f.Indicators = []score.Indicator{
		{Class: "成本指标", Group: "经济成本指标", Name: "项目支出控制数", Op: score.AtMost, Target: score.Number(1), Actual: decimal("0.98"), Unit: "万元", Weight: score.Number(20)},
		{Class: "产出指标", Group: "数量指标", Name: "保障窗口数量", Op: score.Exactly, Target: score.Number(30), Actual: score.Number(30), Unit: "个", Weight: score.Number(20)},
		{Class: "产出指标", Group: "时效指标", Name: "资金支付及时性", Op: score.Quality, Goal: "及时", Band: "达成", Weight: score.Number(20)},
		{Class: "效益指标", Group: "社会效益指标", Name: "办事效率", Op: score.Quality, Goal: "提高", Band: "达成", Weight: score.Number(20)},
		{Class: "满意度指标", Group: "服务对象满意度指标", Name: "窗口工作人员满意度", Op: score.AtLeast, Target: score.Number(95), Actual: score.Number(99), Unit: "%", Weight: score.Number(10)},
	}
	return f
}

// evaluations is the self-evaluation of the year as the composition root hands it over.
func evaluations(t testing.TB) *publication.Evaluation {
	t.Helper()
	p, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"duties": "负责大厅的日常管理。", "structure": "内设四个股室。", "plan": "提升服务能力。", "background": "保障大厅运转。", "progress": "按计划实施。"}
	evaluated := func(f *score.Form) *annex.Evaluated {
		r := score.Score(p, f)
		if len(r.Faults) > 0 {
			t.Fatalf("%s: %+v", f.Name, r.Faults)
		}
		return &annex.Evaluated{Form: f, Result: r, Texts: texts}
	}
	wan := money.WanYuan
	y := &annex.Year{Year: 2024, Department: "临夏市政务中心", Whole: evaluated(wholeForm()),
		Projects: []*annex.Evaluated{evaluated(projectForm("项目P1", wan, wan*98/100, "零星支出结余")), evaluated(projectForm("项目P2", wan, wan, ""))}}
	said := func(list []annex.Paragraph) []narrative.Paragraph {
		var out []narrative.Paragraph
		for _, x := range list {
			out = append(out, narrative.Paragraph{Heading: x.Level > 0, Spans: []narrative.Span{{Text: x.Text}}})
		}
		return out
	}
	out := &publication.Evaluation{Self: said(y.Results())}
	for _, x := range y.Annexes() {
		a := publication.Annex{Label: x.Label, Title: x.Title, Paragraphs: said(x.Paragraphs)}
		if x.Layout != nil {
			table := x.Layout.Joined()
			a.Table, a.Notes = &table, x.Layout.Notes
		}
		out.Annexes = append(out.Annexes, a)
	}
	return out
}

// TestTheAuditPassesTheAnnexes: a disclosure with its evaluations passes the program's own audit in every format that it
// reads, and the audit does see the forms.
func TestTheAuditPassesTheAnnexes(t *testing.T) {
	rules, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	p := accounts(t, "gansu-2024")
	p.Evaluation = evaluations(t)
	for _, f := range []publication.Format{publication.DOCX, publication.PDF, publication.HTML, publication.XLSX} {
		t.Run(string(f), func(t *testing.T) {
			d := foreign(t, written(t, p, f))
			if len(d.Annexes) != 3 {
				t.Fatalf("the audit reads %d forms", len(d.Annexes))
			}
			for i, want := range []int{5, 5, 5} {
				if got := len(d.Annexes[i].Indicators); got != want {
					t.Errorf("%s: %d indicators are read", d.Annexes[i].Label, got)
				}
			}
			for _, x := range rules.Run(d, check.Options{Dictionary: dictionary(t)}).Findings {
				if x.Severity == check.Error {
					t.Errorf("%s %s: %s", x.Rule, x.Message, fmt.Sprint(x.Places))
				}
			}
			readsBack(t, d)
		})
	}
}

// readsBack: what the audit reads from the annexes scores as it was scored.
func readsBack(t *testing.T, d *disclosed.Document) {
	t.Helper()
	p, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	s := form.Published(d)
	for _, f := range s.Forms {
		for _, x := range score.Compare(f, score.Score(p, f)) {
			t.Errorf("%s: %s", x.Rule, x.Message)
		}
	}
	for _, x := range score.Review(s.Forms, s.Claims) {
		if x.Severity == score.Error {
			t.Errorf("%s: %s", x.Rule, x.Message)
		}
	}
}
