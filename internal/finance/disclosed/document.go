// Package disclosed is the model of a published disclosure of final accounts (部门决算公开) as anyone can read it: its kind,
// year and organisation, the tables with their cells, the sections and the figures in their sentences, and the annexes of
// performance. It says what is printed and where, and nothing of whether it is right: that is package check.
package disclosed

import "yichuang/internal/money"

// Kind is what a document is.
type Kind string

// The kinds of documents.
const (
	Accounts Kind = "决算"
	Budget   Kind = "预算"
	Unknown  Kind = "未能识别"
)

// OrgKind (单位性质) decides whether 机关运行经费 applies.
type OrgKind string

// The kinds of organisations. Unsaid is a document that does not tell.
const (
	Administrative OrgKind = "行政"
	Comparable     OrgKind = "参公"
	Institution    OrgKind = "事业"
	Unsaid         OrgKind = ""
)

// Place is where something stands.
type Place struct {
	Page int    `json:"page,omitempty"`
	Line int    `json:"line,omitempty"`
	At   string `json:"at"` // 公开03表 201 第2栏
}

// Document is one disclosure.
type Document struct {
	Kind     Kind
	Year     int
	Org      string
	OrgKind  OrgKind
	Units    []UnitPart // the units below a department, where the document lists them with their kind
	Tables   []*Table
	Contents []Form // tables that the contents (目录) announces
	Lines    []Line
	Sections []*Section
	Claims   []*Claim
	Annexes  []*Annex
	Dates    Dates
	Pages    int
	Hash     string // SM3 or SHA-256 of the bytes read, in hex
	Notes    []string
}

// UnitPart is a unit whose figures a department's document includes.
type UnitPart struct {
	Name string
	Kind OrgKind
}

// Dates are what the document says of its own procedure; "" where it is silent.
type Dates struct {
	Approved, Published, Secrecy string
}

// Table finds a table by its form; nil where the document has none.
func (d *Document) Table(f Form) *Table {
	for _, t := range d.Tables {
		if t.Form == f {
			return t
		}
	}
	return nil
}

// Line is one line of the document's text.
type Line struct {
	No, Page int
	Text     string
	Part     Part
	Heading  bool
}

// Part is one of the great parts of a disclosure.
type Part string

// The parts.
const (
	Cover     Part = "封面目录"
	Overview  Part = "部门概况"
	Statement Part = "决算表"
	Narrative Part = "决算情况说明"
	Results   Part = "预算绩效情况说明"
	Terms     Part = "名词解释"
	Annexed   Part = "附件"
)

// Section is a heading with the text below it, up to the next heading of any level.
type Section struct {
	Part    Part
	Path    []string // headings from the part down, such as 五、…说明 then （三）…
	Annex   string   // 附件 1, "" outside the annexes
	Heading string
	Text    string // without the heading, line ends removed
	Place   Place
}

// Title joins the path for a reader.
func (s *Section) Title() string {
	out := s.Annex
	for _, p := range s.Path {
		if out != "" {
			out += "·"
		}
		out += p
	}
	if out == "" {
		return string(s.Part)
	}
	return out
}

// Cell is one place of a table.
type Cell struct {
	Text  string
	Value Number
	Has   bool // a number stands here; false is a blank, which is not 0
	Sure  bool // the column is certain
	Place Place
}

// Level is how deep a row stands in a classification.
type Level int

// The levels of a hierarchical table.
const (
	LevelTotal Level = iota
	LevelClass
	LevelGroup
	LevelItem
	LevelNone Level = -1 // a row of which the document does not tell
)

// Row is one row of a table. Cells are by canonical column, from 1; Cells[0] is not used.
type Row struct {
	Key  string // of the rows of 01 and 04: in.general, fn.201, out.total
	Code string // as printed
	Full string // completed where it was printed short
	Name string // "" where it could not be told from its neighbours
	// Wrapped is a name that was put together from lines around the row and may have lost or gained words.
	Wrapped bool
	Level   Level
	Parent  int // index of the parent row, -1 for none
	Line    int // 行次, 0 where the table has none
	Cells   []Cell
	Place   Place
}

// Table is one table.
type Table struct {
	Form     Form
	Title    string // as printed
	Number   string // 公开01表 as printed, "" where the layout has none
	Org      string
	Year     int
	UnitName string // 万元
	Unit     money.Fen
	Columns  int // canonical columns
	Known    bool
	Rows     []Row
	Note     string // 注 below the table
	Place    Place
	// Remark says what the reader could not settle.
	Remark string
}

// Label names the table for people.
func (t *Table) Label() string {
	if t.Number != "" {
		return t.Number
	}
	return t.Title
}

// Empty reports whether no cell has a number other than 0.
func (t *Table) Empty() bool {
	for i := range t.Rows {
		for _, c := range t.Rows[i].Cells {
			if c.Has && c.Value.Micro != 0 {
				return false
			}
		}
	}
	return true
}

// Fen is a cell's amount in 分.
func (t *Table) Fen(c Cell) money.Fen { return c.Value.Fen(t.Unit) }
