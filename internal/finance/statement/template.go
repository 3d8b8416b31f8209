// Package statement computes the tables of a department's final accounts (部门决算公开表) from the sums of its ledger. It
// is pure: a Template, which is data, and a Ledger give a Statement, always the same one.
//
// All arithmetic is in whole 分. A parent is the sum of its children in 分, never of rounded figures, and rounding
// happens once, where a cell is printed (预算法 75 and 预算法实施条例 83 want figures from verified books, not estimates). Each
// Cell knows which sums of the ledger stand behind it, and so which entries.
//
//	Template (YAML) ─┐
//	Ledger (分) ─────┴→ Compute → Statement → Draw → pages, grid.Table for documents
package statement

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yichuang/internal/finance/fiscal"
)

// Template (版式) is the layout of all tables of one place from one year on.
type Template struct {
	ID          string      `yaml:"id"`
	Name        string      `yaml:"name"`
	Region      string      `yaml:"region"` // whose layout it is
	FromYear    int         `yaml:"from_year"`
	Unit        string      `yaml:"unit"`
	LineNumbers bool        `yaml:"line_numbers"` // 行次 and 栏次 are printed
	Functions   []string    `yaml:"functions"`    // the 类 that have a row in the two-sided tables, in order
	Tables      []TableSpec `yaml:"tables"`       // in the order of publication
	Checks      []Check     `yaml:"checks"`
	source      string
}

// Source is the text that the template was read from.
func (t *Template) Source() string { return t.source }

// Shape is the form of a table.
type Shape string

// The shapes.
const (
	Sides  Shape = "sides"  // incomes on the left, outgoes on the right
	Tree   Shape = "tree"   // 合计, then 类, 款 and 项 of the functional classification
	Detail Shape = "detail" // codes of the economic classification in blocks beside each other
	Single Shape = "single" // one row
)

// TableSpec says what one table shows.
type TableSpec struct {
	ID      string       `yaml:"id"` // T01 … T09: what the table is, whatever its place and number
	Form    string       `yaml:"form"`
	Title   string       `yaml:"title"`
	Shape   Shape        `yaml:"shape"`
	Where   Where        `yaml:"where"`
	Columns []ColumnSpec `yaml:"columns"`
	Left    []LineSpec   `yaml:"left"`
	Right   []LineSpec   `yaml:"right"`
	Groups  []GroupSpec  `yaml:"groups"`
	Omit    []string     `yaml:"omit"` // codes of a Detail that are printed only where there is money
	Zero    bool         `yaml:"zero"` // cells without a source print 0.00 instead of a blank
	Notes   []string     `yaml:"notes"`
	Empty   string       `yaml:"empty"` // what a table without data says; {year} is the year
}

// Where chooses postings; an empty field chooses all.
type Where struct {
	Nature       fiscal.Nature  `yaml:"nature"`
	Source       fiscal.Source  `yaml:"source"`
	Fund         fiscal.Fund    `yaml:"fund"`
	Kind         fiscal.Kind    `yaml:"kind"`
	SanGong      fiscal.SanGong `yaml:"sangong"`
	Appropriated bool           `yaml:"appropriated"`
}

// ColumnSpec is one column of amounts: what it chooses, or the columns that it adds up.
type ColumnSpec struct {
	No    string   `yaml:"no"`
	Label string   `yaml:"label"`
	Group []string `yaml:"group"` // heads above it, from the top
	Side  string   `yaml:"side"`  // left or right, of Sides
	Where Where    `yaml:"where"`
	Sum   []string `yaml:"sum"`
}

// LineSpec is one line of a side: what it chooses, the first and last line that it adds up, a stretch of blank lines, or
// one line for each 类 of the template from the number Functions on.
type LineSpec struct {
	Line      int    `yaml:"line"`
	Label     string `yaml:"label"`
	Name      string `yaml:"name"` // by which texts find the line, whatever its number
	Where     Where  `yaml:"where"`
	Sum       []int  `yaml:"sum"`
	Blank     []int  `yaml:"blank"`
	Functions int    `yaml:"functions"`
	Bold      bool   `yaml:"bold"`
	class     string // of a line made by Functions
}

// GroupSpec is a part of a Detail: its blocks stand beside each other and list the codes of their 类 one below the other.
type GroupSpec struct {
	Label  string     `yaml:"label"`
	Total  string     `yaml:"total"`
	Blocks [][]string `yaml:"blocks"`
}

// Check is an equation that must hold in 分 between two cells.
type Check struct {
	Left  Ref    `yaml:"left"`
	Right Ref    `yaml:"right"`
	Text  string `yaml:"text"`
}

//go:embed templates/*.yaml
var files embed.FS

// Templates reads the templates that the program brings, in the order of their names.
func Templates() ([]*Template, error) {
	names, err := fs.Glob(files, "templates/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []*Template
	for _, n := range names {
		b, err := files.ReadFile(n)
		if err != nil {
			return nil, err
		}
		t, err := ReadTemplate(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// DefaultTemplate is the template of a year for which none was chosen.
const DefaultTemplate = "gansu-2024"

// ErrNoTemplate is an id that none of the program's templates has.
var ErrNoTemplate = errors.New("no such template")

// FindTemplate gives the program's template of an id; its file has the id as name.
func FindTemplate(id string) (*Template, error) {
	b, err := files.ReadFile("templates/" + id + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrNoTemplate, id)
	}
	return ReadTemplate(b)
}

// ReadTemplate reads and checks a template.
func ReadTemplate(text []byte) (*Template, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	t := &Template{source: string(text)}
	if err := d.Decode(t); err != nil {
		return nil, err
	}
	if len(t.Functions) > maxFunctions {
		return nil, fmt.Errorf("functions 有 %d 个，最多 %d 个", len(t.Functions), maxFunctions)
	}
	for i := range t.Tables {
		s := &t.Tables[i]
		var err error
		if s.Left, err = t.expand(s.Left); err == nil {
			s.Right, err = t.expand(s.Right)
		}
		if err == nil {
			err = s.check()
		}
		if err != nil {
			return nil, fmt.Errorf("%s：%w", s.ID, err)
		}
	}
	return t, t.check()
}

// Bounds of a template.
const (
	maxLines     = 200 // of a side
	maxColumns   = 40
	maxFunctions = 60
)

// expand writes out blank stretches and the lines of the 类.
func (t *Template) expand(lines []LineSpec) ([]LineSpec, error) {
	var out []LineSpec
	for _, l := range lines {
		switch {
		case l.Functions > 0:
			for i, class := range t.Functions {
				out = append(out, LineSpec{Line: l.Functions + i, Label: Ordinal(i+1) + "、", Where: l.Where, class: class})
			}
		case len(l.Blank) == 2 && l.Blank[1]-l.Blank[0] > maxLines:
			return nil, fmt.Errorf("blank: [%d, %d] 太长，一边最多 %d 行", l.Blank[0], l.Blank[1], maxLines)
		case len(l.Blank) == 2:
			for n := l.Blank[0]; n <= l.Blank[1]; n++ {
				out = append(out, LineSpec{Line: n})
			}
		case l.Line > 0 && (len(l.Sum) == 0 || len(l.Sum) == 2):
			out = append(out, l)
		default:
			return nil, fmt.Errorf("“%s”这一行既没有写行号 line，也不是 blank: [首行, 末行] 或 functions: 起始行", l.Label)
		}
	}
	if len(out) > maxLines {
		return nil, fmt.Errorf("一边有 %d 行，最多 %d 行", len(out), maxLines)
	}
	for i := 1; i < len(out); i++ {
		if out[i].Line != out[i-1].Line+1 {
			return nil, fmt.Errorf("第 %d 行后面接着第 %d 行：行号要连续", out[i-1].Line, out[i].Line)
		}
	}
	return out, nil
}

func (s *TableSpec) check() error {
	if !slices.Contains([]Shape{Sides, Tree, Detail, Single}, s.Shape) {
		return fmt.Errorf("shape “%s”应为 sides、tree、detail、single 之一", s.Shape)
	}
	if s.ID == "" || s.Title == "" || len(s.Columns) == 0 || len(s.Columns) > maxColumns {
		return errors.New("每张表要写明 id、title 和 columns")
	}
	seen := map[string]bool{}
	for _, c := range s.Columns {
		if seen[c.No] || c.No == "" {
			return fmt.Errorf("栏次 no “%s”没有写或重复", c.No)
		}
		seen[c.No] = true
		if (c.Side != "") != (s.Shape == Sides) {
			return fmt.Errorf("第 %s 栏：shape 为 sides 的表每一栏都要写 side，其他的表不写", c.No)
		}
	}
	for _, c := range s.Columns {
		for _, no := range c.Sum {
			if !seen[no] || no == c.No {
				return fmt.Errorf("第 %s 栏的 sum 里写了“%s”：只能加别的栏", c.No, no)
			}
		}
	}
	return s.checkSums()
}

// checkSums refuses sums that go round in a circle.
func (s *TableSpec) checkSums() error {
	of := map[string][]string{}
	for _, c := range s.Columns {
		of["栏 "+c.No] = nil
		for _, no := range c.Sum {
			of["栏 "+c.No] = append(of["栏 "+c.No], "栏 "+no)
		}
	}
	for _, lines := range [][]LineSpec{s.Left, s.Right} {
		for _, l := range lines {
			for _, x := range lines {
				if len(l.Sum) == 2 && x.Line >= l.Sum[0] && x.Line <= l.Sum[1] && x.Label != "" {
					of[fmt.Sprintf("行 %d", l.Line)] = append(of[fmt.Sprintf("行 %d", l.Line)], fmt.Sprintf("行 %d", x.Line))
				}
			}
		}
	}
	state := map[string]int{} // 1 while it is looked at, 2 afterwards
	var round func(name string) bool
	round = func(name string) bool {
		if state[name] != 0 {
			return state[name] == 1
		}
		state[name] = 1
		for _, next := range of[name] {
			if round(next) {
				return true
			}
		}
		state[name] = 2
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if round(name) {
			return fmt.Errorf("第 %s 的 sum 绕回了自己", name)
		}
	}
	return nil
}

func (t *Template) check() error {
	if t.ID == "" || t.Unit == "" || len(t.Tables) == 0 {
		return errors.New("要写明 id、unit 和 tables")
	}
	seen := map[string]bool{}
	for _, s := range t.Tables {
		if seen[s.ID] {
			return fmt.Errorf("%s 写了两次", s.ID)
		}
		seen[s.ID] = true
	}
	for _, c := range t.Checks {
		for _, r := range []Ref{c.Left, c.Right} {
			if table, _, _ := r.Parts(); !seen[table] {
				return fmt.Errorf("checks 里“%s”写的 %s 没有这张表", c.Text, r)
			}
		}
	}
	return nil
}

// Ordinal writes 一 to 九十九.
func Ordinal(n int) string {
	const digits = "一二三四五六七八九"
	d := []rune(digits)
	out := ""
	if n >= 10 {
		if n >= 20 {
			out = string(d[n/10-1])
		}
		out += "十"
	}
	if n%10 > 0 {
		out += string(d[n%10-1])
	}
	return out
}

// Text says in Chinese what a Where chooses, for the page that explains a cell.
func (w Where) Text() string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	add(map[fiscal.Nature]string{fiscal.Income: "预算收入", fiscal.Expense: "预算支出", fiscal.Opening: "年初结转和结余", fiscal.Closing: "年末结转和结余",
		fiscal.Used: "使用非财政拨款结余", fiscal.Allocated: "结余分配", fiscal.Budget: "全年预算数"}[w.Nature])
	if w.Appropriated {
		add("财政拨款")
	}
	add(w.Fund.Label())
	if w.Source == fiscal.Subsidiary && w.Nature != fiscal.Income {
		add("附属单位")
	} else {
		add(map[fiscal.Source]string{fiscal.Appropriation: "财政拨款", fiscal.Superior: "上级补助", fiscal.Service: "事业", fiscal.Operating: "经营", fiscal.Subsidiary: "附属单位上缴",
			fiscal.OtherIncome: "其他", fiscal.Remitted: "上缴上级"}[w.Source])
	}
	add(w.Kind.Label())
	add(w.SanGong.Label())
	return strings.Join(out, "、")
}
