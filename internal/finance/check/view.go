package check

import (
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

// Table is a table as rules see it. A table that the document does not have gives figures that are missing.
type Table struct {
	Form   disclosed.Form
	Title  string `expr:"title"`
	Label  string `expr:"label"`
	Exists bool   `expr:"exists"`
	Empty  bool   `expr:"empty"`
	Note   string `expr:"note"`
	Unit   string `expr:"unit"`
	Year   int    `expr:"year"`
	Org    string `expr:"org"`
	t      *disclosed.Table
	rows   []*Row
	byCode map[string]*Row
	byKey  map[string]*Row
}

// Row is a row as rules see it, with its columns c1 … c12.
type Row struct {
	Code    string `expr:"code"` // as printed
	Full    string `expr:"full"` // completed
	Name    string `expr:"name"`
	Key     string `expr:"key"`
	Level   string `expr:"level"` // 合计, 类, 款, 项
	Table   string `expr:"table"`
	C1      Num    `expr:"c1"`
	C2      Num    `expr:"c2"`
	C3      Num    `expr:"c3"`
	C4      Num    `expr:"c4"`
	C5      Num    `expr:"c5"`
	C6      Num    `expr:"c6"`
	C7      Num    `expr:"c7"`
	C8      Num    `expr:"c8"`
	C9      Num    `expr:"c9"`
	C10     Num    `expr:"c10"`
	C11     Num    `expr:"c11"`
	C12     Num    `expr:"c12"`
	At      disclosed.Place
	wrapped bool
	parent  *Row
	kids    []*Row
	in      *Table
}

// Cell is one cell with its row, for rules that hold in every column.
type Cell struct {
	Row   *Row   `expr:"row"`
	Col   int    `expr:"col"`
	Value Num    `expr:"value"`
	Head  string `expr:"head"`
}

func (r *Row) column(n int) *Num {
	cols := [...]*Num{&r.C1, &r.C2, &r.C3, &r.C4, &r.C5, &r.C6, &r.C7, &r.C8, &r.C9, &r.C10, &r.C11, &r.C12}
	return cols[n-1]
}

// viewOf builds the rules' view of a table.
func viewOf(d *disclosed.Document, f disclosed.Form) *Table {
	src := d.Table(f)
	t := &Table{Form: f, Title: f.Title(), Label: f.Title(), byCode: map[string]*Row{}, byKey: map[string]*Row{}}
	if src == nil {
		return t
	}
	t.t, t.Exists, t.Empty = src, true, src.Empty()
	t.Title, t.Label, t.Note, t.Unit, t.Year, t.Org = src.Title, src.Label(), src.Note, src.UnitName, src.Year, src.Org
	t.rows = make([]*Row, len(src.Rows))
	rows := make([]Row, len(src.Rows))
	for i := range src.Rows {
		s := &src.Rows[i]
		r := &rows[i]
		*r = Row{Code: s.Code, Full: s.Full, Name: s.Name, Key: s.Key, Level: levelName(s.Level), Table: t.Label, At: s.Place, wrapped: s.Wrapped, in: t}
		for c := 1; c <= 12; c++ {
			*r.column(c) = t.figure(s, c)
		}
		t.rows[i] = r
		if s.Full != "" && t.byCode[s.Full] == nil {
			t.byCode[s.Full] = r
		}
		if s.Key != "" && t.byKey[s.Key] == nil {
			t.byKey[s.Key] = r
		}
		if s.Parent >= 0 && s.Parent < len(t.rows) {
			r.parent = &rows[s.Parent]
		}
	}
	for _, r := range t.rows {
		if r.parent != nil {
			r.parent.kids = append(r.parent.kids, r)
		}
	}
	return t
}

func levelName(l disclosed.Level) string {
	switch l {
	case disclosed.LevelTotal:
		return "合计"
	case disclosed.LevelClass:
		return "类"
	case disclosed.LevelGroup:
		return "款"
	case disclosed.LevelItem:
		return "项"
	}
	return ""
}

// figure is a cell in 万元.
func (t *Table) figure(r *disclosed.Row, col int) Num {
	if col >= len(r.Cells) {
		return Num{Blank: true}
	}
	c := &r.Cells[col]
	switch {
	case !c.Sure:
		return Num{Missing: t.Label + "有的列对不上表头，不能确定是哪一栏", At: &c.Place}
	case !c.Has:
		return Num{Blank: true, At: &c.Place}
	}
	n := number(c.Value, int64(t.t.Unit), int64(money.WanYuan))
	n.At, n.Text = &c.Place, c.Text
	return n
}

func (t *Table) absent() string { return "缺" + t.Form.Short() }

// blankRow is a row that the table does not print; missingRow one of a table that is not there.
func (t *Table) blankRow(code string) *Row {
	r := &Row{Code: code, Full: code, Table: t.Label, in: t, At: disclosed.Place{At: strings.TrimSpace(t.Label + " " + code)}}
	if t.t != nil {
		r.At.Page, r.At.Line = t.t.Place.Page, t.t.Place.Line
	}
	for c := 1; c <= 12; c++ {
		if t.Exists {
			*r.column(c) = Num{Blank: true, At: &r.At}
		} else {
			*r.column(c) = missing(t.absent())
		}
	}
	return r
}

// Row gives the row of a code; blank where the table prints none.
func (t *Table) Row(code string) *Row {
	if r := t.byCode[code]; r != nil {
		return r
	}
	return t.blankRow(code)
}

// Has reports whether the table prints a row of the code.
func (t *Table) Has(code string) bool { return t.byCode[code] != nil }

// Total gives the row 合计; where the table prints none, the sum of the classes.
func (t *Table) Total() *Row {
	if r := t.byKey["total"]; r != nil {
		return r
	}
	return t.summed("合计", func(r *Row) bool { return r.Level == "类" })
}

// Class gives the row of a functional class, or the sum of what the table prints below it where it prints no class.
func (t *Table) Class(code string) *Row {
	if r := t.byCode[code]; r != nil || !t.Exists {
		return t.Row(code)
	}
	for _, level := range []string{"款", "项"} {
		found := false
		for _, r := range t.rows {
			found = found || r.Level == level && strings.HasPrefix(r.Full, code)
		}
		if found {
			return t.summed(code, func(r *Row) bool { return r.Level == level && strings.HasPrefix(r.Full, code) })
		}
	}
	return t.blankRow(code)
}

func (t *Table) summed(name string, keep func(*Row) bool) *Row {
	out := t.blankRow("")
	out.Name = name
	for _, r := range t.rows {
		if keep(r) {
			for c := 1; c <= 12; c++ {
				*out.column(c) = add(*out.column(c), *r.column(c))
			}
		}
	}
	return out
}

// lineKeys are the row numbers of 01 and 04 in the edition of 2024, by which rules name rows whatever the layout.
var lineKeys = map[disclosed.Form]map[int]string{
	disclosed.T01: {1: "in.general", 2: "in.fund", 3: "in.capital", 4: "in.superior", 5: "in.business", 6: "in.operating", 7: "in.attached", 8: "in.other",
		27: "in.total", 28: "in.used", 29: "in.opening", 30: "in.sum", 57: "out.total", 58: "out.allocation", 59: "out.closing", 60: "out.sum"},
	disclosed.T04: {1: "in.general", 2: "in.fund", 3: "in.capital", 27: "in.total", 28: "in.opening", 29: "in.opening.general", 30: "in.opening.fund", 31: "in.opening.capital", 32: "in.sum",
		59: "out.total", 60: "out.closing", 64: "out.sum"},
}

// Line gives a row of 01表 or 04表 by its number in the edition of 2024.
func (t *Table) Line(n int) *Row {
	key := lineKeys[t.Form][n]
	if r := t.byKey[key]; r != nil {
		return r
	}
	r := t.blankRow("")
	r.Name = key
	return r
}

// L gives the first figure of a row of 01表 or 04表 by its number.
func (t *Table) L(n int) Num {
	r := t.Line(n)
	switch {
	case !strings.HasPrefix(r.Key, "out.") && !strings.HasPrefix(r.Key, "fn.") && n < 31:
		return r.C1
	case n == 31 || n == 32:
		return r.C1
	}
	return r.C2
}

// Prints reports whether 01表 or 04表 has the row of a number at all.
func (t *Table) Prints(n int) bool { return t.byKey[lineKeys[t.Form][n]] != nil }

// Incomes is the sum of the incomes by source, 01表 rows 1 to 8 or 04表 rows 1 to 3.
func (t *Table) Incomes() Num {
	out := t.start()
	for _, r := range t.rows {
		switch r.Key {
		case "in.general", "in.fund", "in.capital", "in.superior", "in.business", "in.operating", "in.attached", "in.other":
			out = add(out, r.C1)
		case "in.appropriation":
			if t.byKey["in.general"] == nil {
				out = add(out, r.C1)
			}
		}
	}
	return t.strange(out)
}

func (t *Table) start() Num {
	if !t.Exists {
		return missing(t.absent())
	}
	return Num{Blank: true}
}

// strange gives up a sum over rows when the table has rows with figures that are not known.
func (t *Table) strange(n Num) Num {
	for _, r := range t.rows {
		if !strings.HasPrefix(r.Key, "x.") {
			continue
		}
		for c := 1; c <= 5; c++ {
			if !r.column(c).Blank {
				return missing(t.Label + "有不认识的行“" + r.Name + "”")
			}
		}
	}
	return n
}

// Functions is the sum of the functional rows of 01表 or 04表 in a column.
func (t *Table) Functions(col int) Num {
	out := t.start()
	for _, r := range t.rows {
		if strings.HasPrefix(r.Key, "fn.") {
			out = add(out, *r.column(col))
		}
	}
	return t.strange(out)
}

// Function is the row of a functional class in 01表 or 04表.
func (t *Table) Function(code string) *Row {
	if r := t.byKey["fn."+code]; r != nil {
		return r
	}
	return t.blankRow(code)
}

// Econ is the amount of an economic code in 06表.
func (t *Table) Econ(code string) Num { return t.Row(code).C1 }

// EconTotal is one of the two totals of 06表: 人员经费合计, 公用经费合计.
func (t *Table) EconTotal(name string) Num {
	if r := t.byKey[name]; r != nil {
		return r.C1
	}
	if !t.Exists {
		return missing(t.absent())
	}
	return missing(t.Label + "没有“" + name + "”")
}

// EconClasses sums the classes of 06表 that belong to 人员经费 (301, 303) or to 公用经费 (the others).
func (t *Table) EconClasses(personnel bool) Num {
	out := t.start()
	for _, r := range t.rows {
		if r.Level == "类" && (r.Code == "301" || r.Code == "303") == personnel {
			out = add(out, r.C1)
		}
	}
	return out
}

// EconLeaves sums the finest rows of 06表 that belong to 人员经费 or to 公用经费.
func (t *Table) EconLeaves(personnel bool) Num {
	out := t.start()
	for _, r := range t.rows {
		class := fiscal.Class(r.Code)
		if class != "" && len(r.kids) == 0 && (class == "301" || class == "303") == personnel {
			out = add(out, r.C1)
		}
	}
	return out
}
