package check

import (
	"strings"

	"yichuang/internal/finance/disclosed"
)

// Keyed adds up the first figures of all rows of a key; blank where the table prints none.
func (t *Table) Keyed(key string) Num {
	out := t.start()
	for _, r := range t.rows {
		if r.Key == key {
			if strings.HasPrefix(key, "out.") {
				out = add(out, r.C2)
			} else {
				out = add(out, r.C1)
			}
		}
	}
	return out
}

// HasFunction reports whether 01表 or 04表 has a row of a functional class.
func (t *Table) HasFunction(code string) bool { return t.byKey["fn."+code] != nil }

// OpeningSplit reports whether 04表 divides the opening balance by fund.
func (t *Table) OpeningSplit() bool {
	for _, n := range []int{29, 30, 31} {
		if r := t.Line(n); t.Prints(n) && !r.C1.Blank {
			return true
		}
	}
	return false
}

// OpeningKnown reports whether the opening balance of each fund is known: divided, or nothing.
func (t *Table) OpeningKnown() bool { return t.OpeningSplit() || t.L(28).V == 0 }

// ClosingKnown reports whether the closing balance and the grand total are divided by fund: some layouts print only their
// sum in the columns and divide it in rows below.
func (t *Table) ClosingKnown() bool {
	for _, n := range []int{60, 64} {
		r := t.Line(n)
		if r.C2.V != 0 && r.C3.Blank && r.C4.Blank && r.C5.Blank {
			return false
		}
	}
	return true
}

// SameColumn is the figure of a row in the column of a cell.
func (s *scope) SameColumn(r *Row, k *Cell) Num { return *r.column(k.Col) }

// Exceeds reports whether a is more than b by more than their rounding.
func (s *scope) Exceeds(a, b Num) bool {
	if n, ok := settled(a, b); !ok {
		panic(unsettled{n})
	}
	return a.Lo > b.Hi
}

// Counterpart is the row of another table for the same code, or its total.
func (s *scope) Counterpart(t *Table, r *Row) *Row {
	if r.Level == "合计" {
		return t.Total()
	}
	return t.Row(r.Full)
}

// OnlyGeneral reports whether everything was spent from the general public budget: no other income, no other fund, no
// balance brought forward of other money.
func (s *scope) OnlyGeneral() bool {
	if !s.T01.Exists || !s.T04.Exists {
		return false
	}
	for _, n := range []int{2, 3, 4, 5, 6, 7, 8} {
		if v := s.T01.L(n); v.Missing != "" || v.V != 0 {
			return false
		}
	}
	used, opening, own := s.T01.Keyed("in.used"), s.T01.L(29), s.T04.L(28)
	if used.V != 0 || used.Missing != "" || opening.V != own.V || opening.Missing != "" || own.Missing != "" {
		return false
	}
	closing, ownClosing := s.T01.L(59), s.T04.line60()
	return closing.Missing == "" && ownClosing.Missing == "" && closing.V == ownClosing.V && s.T01.Keyed("out.allocation").V == 0 && s.otherFunds()
}

func (t *Table) line60() Num { return t.Line(60).C2 }

// otherFunds reports that 04表 has no expenditure of the other two funds.
func (s *scope) otherFunds() bool {
	r := s.T04.Line(59)
	for _, n := range []Num{r.C4, r.C5} {
		if n.V != 0 || n.Missing != "" {
			return false
		}
	}
	return true
}

// NoCarry reports whether no money was brought into the year or out of it.
func (s *scope) NoCarry() bool {
	for _, n := range []Num{s.T01.L(29), s.T01.L(59), s.T01.Keyed("in.used"), s.T01.Keyed("out.allocation")} {
		if n.Missing != "" || n.V != 0 {
			return false
		}
	}
	return true
}

// IncomeColumns pairs the incomes of 01表 with the columns of 02表.
func (s *scope) IncomeColumns() []*Spot {
	total := s.T02.Total()
	var out []*Spot
	for _, p := range []struct {
		line int
		b    Num
	}{{4, total.C3}, {5, total.C4}, {6, total.C5}, {7, total.C6}, {8, total.C7}} {
		r := s.T01.Line(p.line)
		if r.Key != "" {
			out = append(out, &Spot{Text: enumeratorless(r.Name), A: r.C1, B: p.b})
		}
	}
	return out
}

func enumeratorless(s string) string {
	if k := strings.Index(s, "、"); k > 0 && k <= 9 {
		return s[k+len("、"):]
	}
	return s
}

// FundSums pairs the rows of money of the whole with the sum of their parts.
func (s *scope) FundSums() []*Spot {
	var out []*Spot
	for _, a := range s.Annexes("整体") {
		for _, rule := range [][]string{{"年度资金总额", "基本支出", "项目支出"}, {"基本支出", "人员经费", "公用经费"}} {
			whole, x, y := s.FundOf(a, rule[0]), s.FundOf(a, rule[1]), s.FundOf(a, rule[2])
			for _, c := range []struct {
				name    string
				w, x, y Num
			}{{"年初预算数", whole.Initial, x.Initial, y.Initial}, {"全年预算数", whole.Full, x.Full, y.Full}, {"全年执行数", whole.Actual, x.Actual, y.Actual}} {
				out = append(out, &Spot{Text: a.Label + " " + rule[0] + c.name, A: c.w, B: add(c.x, c.y)})
			}
		}
	}
	return out
}

// unsure reports that no reader could tell the columns of a table.
func unsure(d *disclosed.Document, f disclosed.Form) bool {
	t := d.Table(f)
	return t != nil && !t.Known
}
