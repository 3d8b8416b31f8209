package check

import (
	"strings"

	"yichuang/internal/finance/disclosed"
)

// Annex is a table of performance as rules see it.
type Annex struct {
	Label       string `expr:"label"`
	Kind        string `expr:"kind"` // 整体 or 项目
	Project     string `expr:"project"`
	Implementer string `expr:"implementer"`
	Supervisor  string `expr:"supervisor"`
	Weight      Num    `expr:"weight"` // of the row 总分
	Score       Num    `expr:"score"`
	Reason      string `expr:"reason"`
	At          disclosed.Place
	Funds       []*Fund
	Indicators  []*Indicator
}

// Fund is a row of the money of an annex.
type Fund struct {
	Name    string `expr:"name"`
	Initial Num    `expr:"initial"`
	Full    Num    `expr:"full"`
	Actual  Num    `expr:"actual"`
	Weight  Num    `expr:"weight"`
	Rate    Num    `expr:"rate"`
	Score   Num    `expr:"score"`
	Reason  string `expr:"reason"`
	At      disclosed.Place
	In      *Annex
}

// Indicator is a row of the indicators of an annex.
type Indicator struct {
	Class      string `expr:"class"`
	Group      string `expr:"group"`
	Name       string `expr:"name"`
	Op         string `expr:"op"` // ge, le, eq, qual
	Goal       string `expr:"goal"`
	Target     Num    `expr:"target"`
	Actual     Num    `expr:"actual"`
	Unit       string `expr:"unit"`
	Weight     Num    `expr:"weight"`
	Completion Num    `expr:"completion"`
	Score      Num    `expr:"score"`
	At         disclosed.Place
	In         *Annex `expr:"annex"`
}

func annexOf(a *disclosed.Annex) *Annex {
	out := &Annex{Label: a.Label, Kind: "项目", Project: a.Project, Implementer: a.Implementer, Supervisor: a.Supervisor, Reason: a.Reason, At: a.Place}
	if a.Kind == disclosed.WholeTable {
		out.Kind = "整体"
	}
	out.Weight, out.Score = cellNum(&a.Weight), cellNum(&a.Score)
	places := 0
	for i := range a.Funds {
		for _, c := range []disclosed.Cell{a.Funds[i].Initial, a.Funds[i].Full, a.Funds[i].Actual} {
			places = max(places, c.Value.Places)
		}
	}
	money := func(c *disclosed.Cell) Num { return cellNum(c).atPlaces(places) }
	for i := range a.Funds {
		f := &a.Funds[i]
		out.Funds = append(out.Funds, &Fund{Name: f.Name, Initial: money(&f.Initial), Full: money(&f.Full), Actual: money(&f.Actual), Weight: cellNum(&f.Weight), Rate: cellNum(&f.Rate),
			Score: cellNum(&f.Score), Reason: f.Reason, At: f.Place, In: out})
	}
	for i := range a.Indicators {
		x := &a.Indicators[i]
		out.Indicators = append(out.Indicators, &Indicator{Class: x.Class, Group: x.Group, Name: x.Name, Op: string(x.Op), Goal: x.TargetText, Target: cellNum(&x.Target), Actual: cellNum(&x.Actual), Unit: x.Unit,
			Weight: cellNum(&x.Weight), Completion: cellNum(&x.Completion), Score: cellNum(&x.Score), At: x.Place, In: out})
	}
	return out
}

func cellNum(c *disclosed.Cell) Num {
	if !c.Has {
		return Num{Blank: true, At: &c.Place, Text: c.Text}
	}
	n := number(c.Value, 1, 1)
	n.At, n.Text = &c.Place, c.Text
	return n
}

// The functions of the language about annexes.

// Annexes lists the tables of performance: of the whole (整体) or of projects (项目).
func (s *scope) Annexes(kind ...string) []*Annex {
	var out []*Annex
	for _, a := range s.run.annexes {
		if len(kind) == 0 || a.Kind == kind[0] {
			out = append(out, a)
		}
	}
	return out
}

// Indicators lists the rows of indicators of all tables, or of those of one kind.
func (s *scope) Indicators(kind ...string) []*Indicator {
	var out []*Indicator
	for _, a := range s.Annexes(kind...) {
		out = append(out, a.Indicators...)
	}
	return out
}

// Funds lists the rows of money of all tables, or of those of one kind.
func (s *scope) Funds(kind ...string) []*Fund {
	var out []*Fund
	for _, a := range s.Annexes(kind...) {
		out = append(out, a.Funds...)
	}
	return out
}

// Fund gives a row of money of the table of the whole; missing where there is none.
func (s *scope) Fund(name string) *Fund {
	for _, f := range s.Funds("整体") {
		if f.Name == name {
			return f
		}
	}
	n := missing("没有部门整体支出绩效自评表，或表内没有“" + name + "”")
	return &Fund{Name: name, Initial: n, Full: n, Actual: n, Rate: n, Score: n}
}

// FundOf gives a row of money of one table.
func (s *scope) FundOf(a *Annex, name string) *Fund {
	for _, f := range a.Funds {
		if f.Name == name {
			return f
		}
	}
	n := missing(a.Label + "没有“" + name + "”")
	return &Fund{Name: name, Initial: n, Full: n, Actual: n, Rate: n, Score: n, Weight: n}
}

// Projects adds up a column of 年度资金总额 over the projects' tables: initial, full, actual.
func (s *scope) Projects(column string) Num {
	list := s.Annexes("项目")
	if len(list) == 0 {
		return missing("没有项目支出绩效自评表")
	}
	out := Num{Blank: true}
	for _, a := range list {
		f := s.FundOf(a, "年度资金总额")
		out = add(out, map[string]Num{"initial": f.Initial, "full": f.Full, "actual": f.Actual}[column])
	}
	return out
}

// SumWeights adds up the weights of a table's indicators with that of the money.
func (s *scope) SumWeights(a *Annex) Num {
	if len(a.Indicators) == 0 {
		return missing(a.Label + "的指标没有读出来")
	}
	out := s.execWeight(a)
	for _, i := range a.Indicators {
		out = add(out, i.Weight)
	}
	return out
}

// execWeight is the weight of the money: as printed, else the policy's.
func (s *scope) execWeight(a *Annex) Num {
	for _, f := range a.Funds {
		if f.Name == "年度资金总额" && !f.Weight.Blank {
			return f.Weight
		}
	}
	return whole(s.Policy.Exec)
}

// SumScores adds up the scores of a table as printed.
func (s *scope) SumScores(a *Annex) Num {
	if len(a.Indicators) == 0 {
		return missing(a.Label + "的指标没有读出来")
	}
	out := s.FundOf(a, "年度资金总额").Score
	for _, i := range a.Indicators {
		out = add(out, i.Score)
	}
	out.Lo, out.Hi = out.V, out.V
	return s.unrounded(a, out)
}

// unrounded widens a sum of scores to what it is when the scores are added before rounding: that of the money, and those of
// indicators that were printed as the policy rounds them.
func (s *scope) unrounded(a *Annex, n Num) Num {
	f := s.FundOf(a, "年度资金总额")
	exact := multiply(s.execWeight(a), divide(f.Actual, f.Full))
	if exact.Missing != "" || exact.Empty != "" || n.Missing != "" {
		return n
	}
	full := n.V - f.Score.V + exact.V
	for _, i := range a.Indicators {
		x := s.Policy.score(i)
		if x.Missing == "" && x.Empty == "" && x.V == i.Score.V {
			full += multiply(i.Weight, s.Policy.part(i)).V - i.Score.V
		}
	}
	full = roundTo(full, 2)
	slack := max(full-n.V, n.V-full)
	if slack > 2*one/100+int64(len(a.Indicators))*one/200 {
		return n
	}
	n.Lo, n.Hi = n.V-slack*2, n.V+slack*2
	return n
}

// ClassWeight adds up the weights of a class of indicators.
func (s *scope) ClassWeight(a *Annex, class string) Num {
	out := Num{Blank: true}
	for _, i := range a.Indicators {
		if i.Class == class {
			out = add(out, i.Weight)
		}
	}
	return out
}

// HasClass reports whether a table has indicators of a class.
func (s *scope) HasClass(a *Annex, class string) bool {
	for _, i := range a.Indicators {
		if i.Class == class {
			return true
		}
	}
	return false
}

// RateNamed is the rate of the fund row that an indicator names: 基本支出预算执行率 is the rate of 基本支出.
func (s *scope) RateNamed(i *Indicator) Num {
	if !strings.Contains(i.Name, "预算执行率") {
		return notApplicable("不是预算执行率")
	}
	name := i.Name[:strings.Index(i.Name, "预算执行率")]
	for _, f := range i.In.Funds {
		if name != "" && strings.HasSuffix(name, f.Name) {
			return percent(f.Actual, f.Full)
		}
	}
	return notApplicable("资金表没有对应的行")
}
