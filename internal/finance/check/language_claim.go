package check

import (
	"fmt"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// AmountSaid is what the narrative gives as the amount of a subject.
func (s *scope) AmountSaid(subject string) Num { return s.amountSaid(subject) }

// InitialSaid is the budget at the year's beginning that the narrative gives for a subject.
func (s *scope) InitialSaid(subject string) Num {
	for _, c := range s.run.claims {
		if c.Subject == subject && c.Initial.Empty == "" {
			return c.Initial
		}
	}
	return notApplicable("文中没有写" + subject + "年初预算数")
}

// BudgetOf is the budget of which a claim's completion is taken.
func (s *scope) BudgetOf(c *Claim) Num {
	initial, full := c.Initial.Empty == "", c.Full.Empty == ""
	switch {
	case c.Base == "年初" && initial:
		return c.Initial
	case (c.Base == "全年" || c.Base == "调整") && full:
		return c.Full
	case c.Base == "" && initial && !full:
		return c.Initial
	case c.Base == "" && full && !initial:
		return c.Full
	}
	return notApplicable("文中没有写作为基数的预算数")
}

// SanGongBudget is the cell of 09表 that a claim's budget is bound to.
func (s *scope) SanGongBudget(c *Claim) Num {
	r := s.T09.Total()
	n, ok := map[string]Num{"三公.合计": r.C1, "三公.出国": r.C2, "三公.公车": r.C3, "三公.购置": r.C4, "三公.运行": r.C5, "三公.接待": r.C6}[c.Subject]
	if !ok {
		return notApplicable("没有对应的格")
	}
	return n
}

// Relation is how a claim's actual stands to its budget by the figures: 大于, 小于, 等于; "" where that is not known or
// the printed figures cannot tell.
func (s *scope) Relation(c *Claim) string {
	budget := c.Initial
	switch {
	case strings.Contains(c.ThanText, "年初"):
	case strings.Contains(c.ThanText, "全年") || strings.Contains(c.ThanText, "调整"):
		budget = c.Full
	case c.Initial.Empty != "":
		budget = c.Full
	case c.Full.Empty == "" && sign(c.Actual, c.Initial) != sign(c.Actual, c.Full):
		return ""
	}
	if c.Actual.Empty != "" || budget.Empty != "" {
		return s.relationByRate(c)
	}
	switch sign(c.Actual, budget) {
	case 1:
		return "大于"
	case -1:
		return "小于"
	}
	if c.Than != "等于" { // equal as printed may still differ before rounding
		return ""
	}
	return "等于"
}

func sign(a, b Num) int {
	switch {
	case a.V > b.V:
		return 1
	case a.V < b.V:
		return -1
	}
	return 0
}

// relationByRate tells from the rate of completion alone.
func (s *scope) relationByRate(c *Claim) string {
	switch {
	case c.Completion.Empty != "" || c.Completion.V == 100*one || c.Completion.V == 0:
		return ""
	case c.Completion.V > 100*one:
		return "大于"
	}
	return "小于"
}

// NeedsReason reports whether a claim states a difference between budget and actual that its text should explain.
func (s *scope) NeedsReason(c *Claim) bool {
	budget := s.anyBudget(c)
	if c.Actual.Empty != "" || budget.Empty != "" || c.Actual.V == budget.V {
		return false
	}
	switch c.Subject {
	case "一般公共预算支出", "政府性基金支出", "国资支出": // explained item by item below
		return !s.explainedBelow(c)
	}
	return true
}

func (s *scope) anyBudget(c *Claim) Num {
	if c.Full.Empty == "" {
		return c.Full
	}
	return c.Initial
}

// explainedBelow reports whether other claims of the same section give budgets of parts.
func (s *scope) explainedBelow(c *Claim) bool {
	for _, o := range s.run.claims {
		if o != c && o.c.Section == c.c.Section && (o.Initial.Empty == "" || o.Full.Empty == "") {
			return true
		}
	}
	return false
}

// WhyBelow reports whether another claim of the same section gives the reason of a change: of the part that changed.
func (s *scope) WhyBelow(c *Claim) bool {
	for _, o := range s.run.claims {
		if o != c && o.c.Section == c.c.Section && (o.Why != "" || o.Reason != "") {
			return true
		}
	}
	return false
}

// EconCode is the economic code that a claim speaks of.
func (s *scope) EconCode(c *Claim) string { return strings.TrimPrefix(c.Subject, "econ.") }

// ItemsComparable reports whether a listed item must equal 06表: in the section on basic expenditure, or where the
// running costs are all of 公用经费.
func (s *scope) ItemsComparable(c *Claim) bool {
	if !strings.Contains(c.Section, "机关运行") {
		return true
	}
	return s.mechIsAll()
}

func (s *scope) mechIsAll() bool {
	mech, all := s.amountSaid("机关运行经费"), s.T06.EconTotal("公用经费合计")
	return mech.Empty == "" && all.Missing == "" && mech.V == all.V
}

// MechItems adds up what the section on running costs lists.
func (s *scope) MechItems() Num {
	out := Num{Blank: true}
	for _, c := range s.run.claims {
		if strings.HasPrefix(c.Subject, "econ.") && strings.Contains(c.Section, "机关运行") && c.Actual.Empty == "" {
			out = add(out, c.Actual)
		}
	}
	return out
}

// MechComplete reports whether the list means to be complete: it has several items that come to the whole within one in a
// hundred, or to more.
func (s *scope) MechComplete() bool {
	mech, items := s.amountSaid("机关运行经费"), s.MechItems()
	return mech.Empty == "" && !items.Blank && mech.V > 0 && items.V*100 >= mech.V*99
}

// HasInstitution reports whether the document lists a unit that is a plain public institution.
func (s *scope) HasInstitution() bool {
	for _, u := range s.run.doc.Units {
		if u.Kind == disclosed.Institution {
			return true
		}
	}
	return false
}

// MechDoubt says why running costs may not apply: the organisation is a public institution, or looks like one. A document
// that lists its units is left alone: what an administrative unit among them spends is not known from here.
func (s *scope) MechDoubt() string {
	units := s.run.doc.Units
	switch {
	case len(units) > 0:
		for _, u := range units {
			if u.Kind != disclosed.Institution {
				return ""
			}
		}
		return "所属单位都是事业单位"
	case s.Doc.Kind == string(disclosed.Institution):
		return "本单位是非参公事业单位"
	case s.Doc.Kind != "":
		return ""
	}
	wages, own, office := s.T06.Econ("30107"), s.T05.Row("2101102").C1, s.T05.Row("2101101").C1
	if wages.V > 0 && own.V > 0 && office.V == 0 && s.mechIsAll() {
		return fmt.Sprintf("按全部公用经费填列，而本单位有绩效工资%s、事业单位医疗%s，疑为非参公事业单位", wages, own)
	}
	return ""
}

// ShareSums pairs the sum of the shares of a whole with 100, where the parts make up the whole.
func (s *scope) ShareSums() []*Spot {
	type key struct {
		section *disclosed.Section
		of      string
	}
	sums := map[key]*Spot{}
	var order []key
	amounts := map[key]Num{}
	for _, c := range s.run.claims {
		if c.Share.Empty != "" || c.Actual.Empty != "" || c.ShareOf == "" || strings.HasPrefix(c.ShareOf, "采购") || strings.HasPrefix(c.Subject, "自评") {
			continue
		}
		k := key{c.c.Section, c.ShareOf}
		if sums[k] == nil {
			sums[k] = &Spot{Text: c.Section, B: whole(100), A: Num{At: &c.At}}
			order = append(order, k)
			amounts[k] = Num{}
		}
		p := sums[k].A.At
		sums[k].A = add(sums[k].A, c.Share)
		sums[k].A.At = p
		amounts[k] = add(amounts[k], c.Actual)
	}
	var out []*Spot
	for _, k := range order {
		for _, c := range s.run.claims {
			if c.c.Section == k.section && c.Subject == k.of && c.Actual.Empty == "" && amounts[k].Lo <= c.Actual.Hi && c.Actual.Lo <= amounts[k].Hi {
				out = append(out, sums[k])
				break
			}
		}
	}
	return out
}

// ShareHint says what the stated share would be a share of.
func (s *scope) ShareHint(c *Claim) string {
	all := s.T05.Total().C1
	if all.Missing != "" || c.Share.Empty != "" {
		return ""
	}
	if (tolerance{kind: "interval", n: 2}).compare(c.Share, percent(c.Actual, all)).outcome == Pass {
		return fmt.Sprintf("；%s%%=%s/%s，疑分母误用支出合计", c.Share, c.Actual, all)
	}
	return ""
}

// SameScope reports whether the money of the whole annex and the general budget are the same money.
func (s *scope) SameScope() bool {
	a, b := s.T03.Total().C1, s.T05.Total().C1
	return a.Missing == "" && b.Missing == "" && a.V == b.V
}

// Near reports whether a printed rate is what is computed.
func (s *scope) Near(a, b Num) bool {
	o := (tolerance{kind: "interval", n: 2}).compare(a, b).outcome
	return o == Pass || o == Rounding
}

// Missed reports whether an indicator did not reach its target.
func (s *scope) Missed(i *Indicator) bool {
	if i.Op == "le" {
		return i.Actual.V > i.Target.V
	}
	return i.Actual.V < i.Target.V
}

// CorrectedTotal says what the table's total would be under the policy.
func (s *scope) CorrectedTotal(i *Indicator) string {
	n := s.Recomputed(i.In)
	if n.Missing != "" || n.Empty != "" || i.In.Score.Blank {
		return ""
	}
	return fmt.Sprintf("；总分应为%s，等级%s", n, s.GradeOf(n))
}

// WeightOf is the weight of a row of money: its own, else that of the whole.
func (s *scope) WeightOf(f *Fund) Num { return s.execWeight(f.In) }

// AllProjects reports whether the document shows a table for every project that it says was evaluated.
func (s *scope) AllProjects() bool {
	return len(s.Annexes("项目")) > 0 && s.run.projectsSaid() == len(s.Annexes("项目"))
}
