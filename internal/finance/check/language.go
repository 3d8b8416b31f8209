package check

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr"

	"yichuang/internal/finance/disclosed"
)

// scope is what an expression may speak of: the nine tables, the variable of the loop, and the document.
type scope struct {
	T01 *Table `expr:"T01"`
	T02 *Table `expr:"T02"`
	T03 *Table `expr:"T03"`
	T04 *Table `expr:"T04"`
	T05 *Table `expr:"T05"`
	T06 *Table `expr:"T06"`
	T07 *Table `expr:"T07"`
	T08 *Table `expr:"T08"`
	T09 *Table `expr:"T09"`

	R *Row       `expr:"r"`
	K *Cell      `expr:"k"`
	C *Claim     `expr:"c"`
	I *Indicator `expr:"i"`
	A *Annex     `expr:"a"`
	F *Fund      `expr:"f"`
	S *Spot      `expr:"s"`

	Doc *Facts `expr:"doc"`

	// Policy is the chosen rules of scoring.
	Policy *Policy `expr:"policy"`

	run *run
}

// Facts is what rules may ask of the document as a whole.
type Facts struct {
	Year      int    `expr:"year"`
	Org       string `expr:"org"`
	Kind      string `expr:"kind"`      // of the organisation: 行政, 参公, 事业, "" if unsaid
	Approved  string `expr:"approved"`  // a date, "" if unsaid
	Published string `expr:"published"` // a date, "" if unsaid
	Secrecy   string `expr:"secrecy"`
}

// The methods of scope are the functions of the language that need the document.

// Rows lists the rows of a table, all or of one level: rows(T03), rows(T03, "类").
func (s *scope) Rows(t *Table, level ...string) []*Row {
	var out []*Row
	for _, r := range t.rows {
		if len(level) == 0 && (r.Level != "" || r.Key != "") || len(level) > 0 && r.Level == level[0] {
			out = append(out, r)
		}
	}
	return out
}

// Cells lists the cells of a table that hold a figure or have rows below them that do: every column of every row.
func (s *scope) Cells(t *Table) []*Cell {
	var out []*Cell
	if t.t == nil {
		return nil
	}
	for _, r := range t.rows {
		for c := 1; c <= t.t.Columns && c <= 12; c++ {
			out = append(out, &Cell{Row: r, Col: c, Value: *r.column(c), Head: t.Form.Column(c)})
		}
	}
	return out
}

// Children lists the cells of the same column in the rows below.
func (s *scope) Children(k *Cell) []Num {
	var out []Num
	for _, r := range k.Row.kids {
		out = append(out, *r.column(k.Col))
	}
	return out
}

// Rest adds up the columns of a row from one to another.
func (s *scope) Rest(r *Row, from, to int) Num {
	out := Num{Blank: true}
	if r.in != nil && r.in.t != nil && r.in.t.Known {
		return r.loosely(from, to)
	}
	for c := from; c <= to; c++ {
		out = add(out, *r.column(c))
	}
	return out
}

// loosely adds the columns whatever their order: where it is not certain which column was blank, the sum is still known.
func (r *Row) loosely(from, to int) Num {
	out := Num{Blank: true}
	for c := from; c <= to; c++ {
		out = add(out, r.printed(c))
	}
	return out
}

// printed is the figure of a column as printed, also where the column is not certain.
func (r *Row) printed(c int) Num {
	n := *r.column(c)
	if n.Missing == "" || r.in.t == nil {
		return n
	}
	for i := range r.in.t.Rows {
		if r.in.rows[i] == r {
			cell := r.in.t.Rows[i].Cells[c]
			cell.Sure = true
			row := disclosed.Row{Cells: make([]disclosed.Cell, c+1)}
			row.Cells[c] = cell
			return r.in.figure(&row, c)
		}
	}
	return n
}

// Claims lists what the text says, of one part or all.
func (s *scope) Claims(part ...string) []*Claim {
	if len(part) == 0 {
		return s.run.claims
	}
	var out []*Claim
	for _, c := range s.run.claims {
		if c.Part == part[0] {
			out = append(out, c)
		}
	}
	return out
}

// Cell is the figure of the table to which a claim is bound; not applicable where the rules bind its subject to none.
func (s *scope) Cell(c *Claim) Num { return s.run.bound(c.Subject) }

// Bound is the figure of the table for a subject.
func (s *scope) Bound(subject string) Num { return s.run.bound(subject) }

// amountSaid is what the text gives as the amount of a subject anywhere in the narrative.
func (s *scope) amountSaid(subject string) Num {
	for _, c := range s.run.claims {
		if c.Subject == subject && c.Part == string(disclosed.Narrative) && c.Actual.Empty == "" {
			return c.Actual
		}
	}
	return notApplicable("文中没有写" + subject)
}

// Whole is the amount of which a claim's share is taken: as its section states it, else as the table has it.
func (s *scope) Whole(c *Claim) Num {
	if c.ShareOf == "" || strings.HasPrefix(c.ShareOf, "不明") {
		return notApplicable("占比的基数不明")
	}
	for _, w := range s.run.claims {
		if w.Subject == c.ShareOf && w.c.Section == c.c.Section && w.Actual.Empty == "" {
			return w.Actual
		}
	}
	return s.run.bound(c.ShareOf)
}

// language gives the options of every expression.
func language() []expr.Option {
	num := func(f func(a, b Num) Num) func(...any) (any, error) {
		return func(p ...any) (any, error) { return f(toNum(p[0]), toNum(p[1])), nil }
	}
	cmp := func(f func(d int64) bool) func(...any) (any, error) {
		return func(p ...any) (any, error) {
			d, err := difference(toNum(p[0]), toNum(p[1]))
			return err == nil && f(d), err
		}
	}
	three := []any{new(func(Num, Num) Num), new(func(Num, int) Num), new(func(int, Num) Num)}
	bools := []any{new(func(Num, Num) bool), new(func(Num, int) bool), new(func(int, Num) bool)}
	out := []expr.Option{expr.Env(&scope{}), expr.Patch(lowercase{}),
		expr.Function("plus", num(add), three...), expr.Operator("+", "plus"),
		expr.Function("minus", num(subtract), three...), expr.Operator("-", "minus"),
		expr.Function("times", num(multiply), three...), expr.Operator("*", "times"),
		expr.Function("over", num(divide), three...), expr.Operator("/", "over"),
		expr.Function("below", cmp(func(d int64) bool { return d < 0 }), bools...), expr.Operator("<", "below"),
		expr.Function("above", cmp(func(d int64) bool { return d > 0 }), bools...), expr.Operator(">", "above"),
		expr.Function("atmost", cmp(func(d int64) bool { return d <= 0 }), bools...), expr.Operator("<=", "atmost"),
		expr.Function("atleast", cmp(func(d int64) bool { return d >= 0 }), bools...), expr.Operator(">=", "atleast"),
		expr.Function("same", cmp(func(d int64) bool { return d == 0 }), bools...), expr.Operator("==", "same"),
		expr.Function("differs", cmp(func(d int64) bool { return d != 0 }), bools...), expr.Operator("!=", "differs"),
		expr.Function("pct", num(percent), three...),
		expr.Function("yoy", num(growth), three...),
	}
	return append(out, functions()...)
}

// functions are the functions of one figure or of a list.
func functions() []expr.Option {
	return []expr.Option{
		expr.DisableBuiltin("sum"), expr.DisableBuiltin("abs"), expr.DisableBuiltin("round"), expr.DisableBuiltin("trunc"), expr.DisableBuiltin("now"),
		expr.Function("sum", func(p ...any) (any, error) { return total(p[0].([]Num)), nil }, new(func([]Num) Num)),
		expr.Function("abs", func(p ...any) (any, error) { return absolute(p[0].(Num)), nil }, new(func(Num) Num)),
		expr.Function("round", func(p ...any) (any, error) { return rounded(p[0].(Num), p[1].(int)), nil }, new(func(Num, int) Num)),
		expr.Function("trunc", func(p ...any) (any, error) { return truncated(p[0].(Num), p[1].(int)), nil }, new(func(Num, int) Num)),
		expr.Function("isblank", func(p ...any) (any, error) { return blankNum(p[0].(Num)), nil }, new(func(Num) bool)),
		expr.Function("known", func(p ...any) (any, error) { n := p[0].(Num); return n.Missing == "" && n.Empty == "", nil }, new(func(Num) bool)),
		expr.Function("said", func(p ...any) (any, error) { n := p[0].(Num); return n.Missing == "" && n.Empty == "" && !n.Blank, nil }, new(func(Num) bool)),
		expr.Function("zero", func(p ...any) (any, error) {
			n := p[0].(Num)
			return n.Missing == "" && n.Empty == "" && n.V == 0, nil
		}, new(func(Num) bool)),
		expr.Function("num", func(p ...any) (any, error) { return whole(int64(p[0].(int))), nil }, new(func(int) Num)),
	}
}

// blankNum is a cell without a figure.
func blankNum(n Num) bool { return n.Blank && n.Missing == "" && n.Empty == "" }

func total(list []Num) Num {
	out := Num{Blank: true}
	for _, n := range list {
		out = add(out, n)
	}
	return out
}

func toNum(v any) Num {
	switch n := v.(type) {
	case Num:
		return n
	case int:
		return whole(int64(n))
	}
	panic(fmt.Sprintf("check: %T is no figure", v))
}

// unsettled stops a condition on figures that are not known or do not apply.
type unsettled struct{ n Num }

func (u unsettled) Error() string { return u.n.Missing + u.n.Empty }

func difference(a, b Num) (int64, error) {
	if n, ok := settled(a, b); !ok {
		return 0, unsettled{n}
	}
	return a.V - b.V, nil
}
