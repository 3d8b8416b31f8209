package statement

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

// Ledger is what the tables are computed from.
type Ledger struct {
	Year       int
	Department string
	Codes      *fiscal.Dictionary
	Postings   []fiscal.Posting
}

// Ref is the address of a cell: table, row and column, such as T05/2010399/2.
type Ref string

// Parts are the table, row and column of an address.
func (r Ref) Parts() (table, row, column string) {
	table, rest, _ := strings.Cut(string(r), "/")
	row, column, _ = strings.Cut(rest, "/")
	return table, row, column
}

// Cell (单元格) is one amount of a table.
type Cell struct {
	Ref Ref       `json:"ref"`
	Fen money.Fen `json:"fen"`
	// Present is whether anything stands behind the amount: a blank is not 0.
	Present bool `json:"present"`
	// Keys name the sums of the ledger that were added up, in order, each once.
	Keys []string `json:"keys,omitempty"`
	// Terms are the cells that this one adds up; nil for one that chooses postings.
	Terms []Ref `json:"terms,omitempty"`
	// Rule says in Chinese what was added up.
	Rule string `json:"rule"`
	zero bool
}

// Text is the cell as it is printed: 万元 with two decimals, rounded half up, or a blank.
func (c *Cell) Text() string {
	if !c.Present && !c.zero {
		return ""
	}
	return c.Fen.WanYuan()
}

// Row is one line of a table.
type Row struct {
	Key   string  `json:"key"` // line number, code, "total" or the total's name
	Line  int     `json:"line,omitempty"`
	Code  string  `json:"code,omitempty"`
	Label string  `json:"label"`
	Name  string  `json:"name,omitempty"`
	Side  string  `json:"side,omitempty"`
	Bold  bool    `json:"bold,omitempty"`
	Cells []*Cell `json:"cells,omitempty"` // one for each column of the row's side
}

// Table is one computed table.
type Table struct {
	Spec  *TableSpec `json:"-"`
	ID    string     `json:"id"`
	Form  string     `json:"form"`
	Title string     `json:"title"`
	Rows  []Row      `json:"rows"`
	Notes []string   `json:"notes"`
	Empty bool       `json:"empty"` // nothing stands behind any cell; the notes say so
}

// Issue (不平) is an equation that does not hold, or money that no row shows.
type Issue struct {
	Text  string    `json:"text"`
	Left  Ref       `json:"left"`
	Right Ref       `json:"right"`
	Diff  money.Fen `json:"diff"`
}

// Statement (决算表) is all tables of one year by one template.
type Statement struct {
	Template   *Template `json:"-"`
	TemplateID string    `json:"template"`
	Year       int       `json:"year"`
	Department string    `json:"department"`
	Unit       string    `json:"unit"`
	Tables     []*Table  `json:"tables"`
	Issues     []Issue   `json:"issues,omitempty"`
	cells      map[Ref]*Cell
}

// Compute makes the tables.
func Compute(t *Template, l Ledger) *Statement {
	s := &Statement{Template: t, TemplateID: t.ID, Year: l.Year, Department: l.Department, Unit: t.Unit, cells: map[Ref]*Cell{}}
	for i := range t.Tables {
		b := &builder{spec: &t.Tables[i], ledger: &l, template: t}
		for j := range l.Postings {
			if p := &l.Postings[j]; b.spec.Where.chooses(p) {
				b.postings = append(b.postings, p)
			}
		}
		s.Tables = append(s.Tables, b.build())
	}
	for _, table := range s.Tables {
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				s.cells[c.Ref] = c
			}
		}
	}
	for _, c := range t.Checks {
		if diff := s.Fen(c.Left) - s.Fen(c.Right); diff != 0 {
			s.Issues = append(s.Issues, Issue{Text: c.Text, Left: c.Left, Right: c.Right, Diff: diff})
		}
	}
	return s
}

// Bind gives a statement that was stored its template again, so that it can be drawn and its cells be found. It fails
// where the template is another one.
func (s *Statement) Bind(t *Template) error {
	if t.ID != s.TemplateID || len(t.Tables) != len(s.Tables) {
		return fmt.Errorf("the statement was made with template %s, not %s", s.TemplateID, t.ID)
	}
	s.Template, s.cells = t, map[Ref]*Cell{}
	for i, table := range s.Tables {
		if table.ID != t.Tables[i].ID {
			return fmt.Errorf("table %s stands in the place of %s", table.ID, t.Tables[i].ID)
		}
		table.Spec = &t.Tables[i]
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				c.zero = table.Spec.Zero
				s.cells[c.Ref] = c
			}
		}
	}
	return nil
}

// Cell finds a cell by its address; nil where the statement has none, as for a code without money.
func (s *Statement) Cell(r Ref) *Cell { return s.cells[r] }

// Fen is the amount of a cell; 0 where there is none.
func (s *Statement) Fen(r Ref) money.Fen {
	if c := s.cells[r]; c != nil {
		return c.Fen
	}
	return 0
}

// Table finds a table by its id.
func (s *Statement) Table(id string) *Table {
	for _, t := range s.Tables {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Row finds a row of a table by its key.
func (t *Table) Row(key string) *Row {
	for i := range t.Rows {
		if t.Rows[i].Key == key {
			return &t.Rows[i]
		}
	}
	return nil
}

// Named finds the cell of a named line in a column; nil where there is none.
func (t *Table) Named(name, column string) *Cell {
	for _, r := range t.Rows {
		if r.Name != name {
			continue
		}
		for _, c := range r.Cells {
			if _, _, no := c.Ref.Parts(); no == column {
				return c
			}
		}
	}
	return nil
}

// Rounded lists the cells whose printed amount is not the sum of the printed amounts that it adds up (尾数差额).
func (s *Statement) Rounded() []Ref {
	var out []Ref
	for _, t := range s.Tables {
		for _, r := range t.Rows {
			for _, c := range r.Cells {
				var sum int64
				for _, term := range c.Terms {
					if x := s.cells[term]; x != nil {
						sum += hundredths(x)
					}
				}
				if len(c.Terms) > 0 && sum != hundredths(c) {
					out = append(out, c.Ref)
				}
			}
		}
	}
	return out
}

func (w Where) chooses(p *fiscal.Posting) bool {
	return (w.Nature == "" || w.Nature == p.Nature) && (w.Source == "" || w.Source == p.Source) && (w.Fund == "" || w.Fund == p.Fund) &&
		(w.Kind == "" || w.Kind == p.Kind) && (w.SanGong == "" || w.SanGong == p.SanGong) && (!w.Appropriated || p.Fund.Appropriated())
}

// builder makes one table.
type builder struct {
	spec     *TableSpec
	template *Template
	ledger   *Ledger
	postings []*fiscal.Posting // that the table chooses
}

func (b *builder) build() *Table {
	t := &Table{Spec: b.spec, ID: b.spec.ID, Form: b.spec.Form, Title: b.spec.Title, Empty: true, Notes: slices.Clone(b.spec.Notes)}
	switch b.spec.Shape {
	case Sides:
		t.Rows = append(b.side("left", b.spec.Left), b.side("right", b.spec.Right)...)
	case Tree:
		t.Rows = b.tree()
	case Detail:
		t.Rows = b.detail()
	case Single:
		t.Rows = []Row{b.row(Row{Key: "1"}, b.postings, nil)}
	}
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			t.Empty = t.Empty && !c.Present
		}
	}
	if t.Empty && b.spec.Empty != "" {
		t.Notes = append(t.Notes, strings.ReplaceAll(b.spec.Empty, "{year}", fmt.Sprint(b.ledger.Year)))
	}
	return t
}

// columns are those of a side; all of them where the table has no sides.
func (b *builder) columns(side string) []*ColumnSpec {
	var out []*ColumnSpec
	for i := range b.spec.Columns {
		if b.spec.Columns[i].Side == side {
			out = append(out, &b.spec.Columns[i])
		}
	}
	return out
}

func (b *builder) ref(row, column string) Ref { return Ref(b.spec.ID + "/" + row + "/" + column) }

// row fills the cells of a row: those of terms added up where there are terms, else chosen from the postings.
func (b *builder) row(r Row, postings []*fiscal.Posting, terms []Row) Row {
	columns := b.columns(r.Side)
	r.Cells = make([]*Cell, len(columns))
	for i, c := range columns {
		cell := &Cell{Ref: b.ref(r.Key, c.No), zero: b.spec.Zero}
		r.Cells[i] = cell
		switch {
		case len(c.Sum) > 0:
		case terms != nil:
			list := make([]*Cell, len(terms))
			for j, t := range terms {
				list[j] = t.Cells[i]
			}
			cell.add(list...)
			cell.Rule = termsRule(terms)
		default:
			cell.choose(postings, c.Where)
			cell.Rule = ruleText(b.spec.Where, c.Where)
		}
	}
	for i, c := range columns {
		if len(c.Sum) == 0 {
			continue
		}
		sumFirst(columns, r.Cells, i)
		r.Cells[i].Rule = "本行第 " + strings.Join(c.Sum, "、") + " 栏之和"
	}
	return r
}

// sumFirst fills a column that is a sum, and before it those sums that it adds up.
func sumFirst(columns []*ColumnSpec, cells []*Cell, at int) {
	c := columns[at]
	if len(c.Sum) == 0 || len(cells[at].Terms) > 0 {
		return
	}
	var list []*Cell
	for j, other := range columns {
		if slices.Contains(c.Sum, other.No) {
			sumFirst(columns, cells, j)
			list = append(list, cells[j])
		}
	}
	cells[at].add(list...)
}

// add adds cells up, each once; their keys are put in order once for all.
func (c *Cell) add(list ...*Cell) {
	room := len(c.Keys)
	for _, x := range list {
		room += len(x.Keys)
	}
	keys := append(make([]string, 0, room), c.Keys...)
	for _, x := range list {
		if slices.Contains(c.Terms, x.Ref) {
			continue
		}
		c.Terms = append(c.Terms, x.Ref)
		c.Fen += x.Fen
		c.Present = c.Present || x.Present
		keys = append(keys, x.Keys...)
	}
	if len(keys) > 0 {
		slices.Sort(keys)
		c.Keys = slices.Compact(keys)
	}
}

func (c *Cell) choose(postings []*fiscal.Posting, w Where) {
	for _, p := range postings {
		if w.chooses(p) {
			c.Fen += p.Fen
			c.Present = true
			c.Keys = append(c.Keys, p.Key)
		}
	}
	slices.Sort(c.Keys)
	c.Keys = slices.Compact(c.Keys)
}

func ruleText(parts ...Where) string {
	var out []string
	for _, w := range parts {
		if t := w.Text(); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "、") + "的分录之和"
}

func termsRule(terms []Row) string {
	if len(terms) == 0 {
		return "没有下级"
	}
	first, last := terms[0], terms[len(terms)-1]
	switch {
	case first.Line > 0:
		return fmt.Sprintf("第 %d 至 %d 行之和", first.Line, last.Line)
	case len(terms) == 1:
		return "等于 " + first.Label
	}
	return fmt.Sprintf("下级 %d 项之和（以分相加，显示时才取舍）", len(terms))
}
