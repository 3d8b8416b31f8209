package statement

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

// CheckTemplate reads a template that somebody wrote for another region or year, and says in Chinese what is wrong with it,
// one sentence for each; none for a template that can be used. Beside the words it tries the template on an invented
// ledger that has money in every fund, source and code: the equations must hold there, and every table must be drawn.
func CheckTemplate(text []byte) (*Template, []string) {
	t, err := ReadTemplate(text)
	if err != nil {
		return nil, YAMLProblems(err, words)
	}
	c := &checker{t: t}
	c.head()
	c.tables()
	c.conditions()
	if len(c.problems) == 0 {
		c.trial()
	}
	return t, c.problems
}

// checker collects what is wrong with a template.
type checker struct {
	t        *Template
	problems []string
}

func (c *checker) bad(format string, args ...any) {
	if len(c.problems) < 20 {
		c.problems = append(c.problems, fmt.Sprintf(format, args...))
	}
}

// TemplateID is what an id of a template may be.
var TemplateID = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

func (c *checker) head() {
	t := c.t
	if !TemplateID.MatchString(t.ID) {
		c.bad("id “%s”应由小写字母、数字和短横线组成，以字母开头，2 至 40 个字符。", t.ID)
	}
	if n := len([]rune(t.Name)); n == 0 || n > 60 {
		c.bad("请写明 name（版式的名称），60 个字以内。")
	}
	if n := len([]rune(t.Region)); n == 0 || n > 30 {
		c.bad("请写明 region（适用地区），30 个字以内。")
	}
	if t.FromYear < 2015 || t.FromYear > 2099 {
		c.bad("from_year（从哪一年起用）应在 2015 至 2099 之间。")
	}
	if t.Unit != "万元" {
		c.bad("unit（金额单位）应为万元：公开表以万元为单位。")
	}
	for _, f := range t.Functions {
		if len(f) != 3 || strings.Trim(f, "0123456789") != "" {
			c.bad("functions 里的“%s”不是 3 位的功能分类“类”代码；代码要加引号。", f)
		}
	}
}

// needs are the tables that every disclosure has, with the shape and the columns by which the text and the checks find them.
var needs = []struct {
	id      string
	shape   Shape
	columns []string
	lines   []string
}{
	{"T01", Sides, []string{"1", "2"}, []string{"income", "in-total", "expense", "out-total"}}, {"T02", Tree, []string{"1", "2"}, nil}, {"T03", Tree, []string{"1", "2", "3"}, nil},
	{"T04", Sides, []string{"1", "2"}, []string{"income", "in-total", "expense", "out-total"}}, {"T05", Tree, []string{"1", "2", "3"}, nil}, {"T06", Detail, []string{"1"}, nil},
	{"T07", Tree, []string{"1", "2", "3", "6"}, nil}, {"T08", Tree, nil, nil}, {"T09", Single, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}, nil},
}

var tableNames = map[string]string{"T01": "收入支出决算总表", "T02": "收入决算表", "T03": "支出决算表", "T04": "财政拨款收入支出决算总表", "T05": "一般公共预算财政拨款支出决算表",
	"T06": "一般公共预算财政拨款基本支出决算明细表", "T07": "政府性基金预算财政拨款收入支出决算表", "T08": "国有资本经营预算财政拨款支出决算表", "T09": "财政拨款“三公”经费支出决算表"}

func (c *checker) tables() {
	for _, n := range needs {
		i := slices.IndexFunc(c.t.Tables, func(s TableSpec) bool { return s.ID == n.id })
		if i < 0 {
			c.bad("缺 %s（%s）：没有数据也要列空表。", n.id, tableNames[n.id])
			continue
		}
		s := &c.t.Tables[i]
		if s.Shape != n.shape {
			c.bad("%s 的 shape 应为 %s，不是 %s。", s.ID, n.shape, s.Shape)
			continue
		}
		for _, no := range n.columns {
			if !slices.ContainsFunc(s.Columns, func(x ColumnSpec) bool { return x.No == no }) {
				c.bad("%s 缺第 %s 栏：说明文本要从这一栏取数。", s.ID, no)
			}
		}
		for _, name := range n.lines {
			if !slices.ContainsFunc(slices.Concat(s.Left, s.Right), func(l LineSpec) bool { return l.Name == name }) {
				c.bad("%s 没有一行写着 name: %s：说明文本要从这一行取数。", s.ID, name)
			}
		}
		c.table(s)
	}
	for _, s := range c.t.Tables {
		if tableNames[s.ID] == "" {
			c.bad("不认识的表 %s：id 应为 T01 至 T09，说明是哪一张表，与表号无关。", s.ID)
		}
	}
}

func (c *checker) table(s *TableSpec) {
	if s.Form == "" || len([]rune(s.Form)) > 20 || len([]rune(s.Title)) > 60 {
		c.bad("%s 请写明 form（表号，20 个字以内）；title（表名）60 个字以内。", s.ID)
	}
	if s.ID == "T06" {
		for _, name := range []string{"人员经费", "公用经费"} {
			if !slices.ContainsFunc(s.Groups, func(g GroupSpec) bool { return g.Label == name && g.Total == name+"合计" }) {
				c.bad("T06 的 groups 里应有 label: %s、total: %s合计。", name, name)
			}
		}
	}
	if (s.ID == "T07" || s.ID == "T08" || s.ID == "T09") && s.Empty == "" {
		c.bad("%s 请写明 empty：没有数据时表下说明的话。", s.ID)
	}
	for _, l := range slices.Concat(s.Left, s.Right) {
		if len(l.Sum) == 2 && (l.Sum[0] >= l.Sum[1]+1 || l.Sum[0] <= l.Line && l.Line <= l.Sum[1]) {
			c.bad("%s 第 %d 行的 sum 应写首行和末行，且不能把自己加进去。", s.ID, l.Line)
		}
	}
	if s.Shape == Sides && (!slices.ContainsFunc(s.Columns, func(x ColumnSpec) bool { return x.Side == "left" }) || len(s.Left) == 0 || len(s.Right) == 0) {
		c.bad("%s 左右两边都要有栏（side: left、side: right）和行（left、right）。", s.ID)
	}
}

// conditions refuses words that choose nothing: a slip of the pen would leave a column empty without a word.
func (c *checker) conditions() {
	for i := range c.t.Tables {
		s := &c.t.Tables[i]
		c.where(s.ID, s.Where)
		for _, x := range s.Columns {
			c.where(s.ID+" 第 "+x.No+" 栏", x.Where)
			if x.Side != "" && x.Side != "left" && x.Side != "right" {
				c.bad("%s 第 %s 栏的 side 应为 left 或 right。", s.ID, x.No)
			}
			if len(x.Sum) == 0 && x.Where == (Where{}) && s.Shape != Sides && s.Shape != Detail {
				c.bad("%s 第 %s 栏（%s）没有写 where 或 sum：不知道取什么数。", s.ID, x.No, x.Label)
			}
		}
		for _, l := range slices.Concat(s.Left, s.Right) {
			c.where(fmt.Sprintf("%s 第 %d 行", s.ID, l.Line), l.Where)
		}
	}
}

func (c *checker) where(at string, w Where) {
	natures := []fiscal.Nature{"", fiscal.Income, fiscal.Expense, fiscal.Opening, fiscal.Closing, fiscal.Used, fiscal.Allocated, fiscal.Budget}
	sources := []fiscal.Source{"", fiscal.Appropriation, fiscal.Superior, fiscal.Service, fiscal.Operating, fiscal.Subsidiary, fiscal.OtherIncome, fiscal.Own, fiscal.Remitted}
	check(c, at, "nature", w.Nature, natures)
	check(c, at, "source", w.Source, sources)
	check(c, at, "fund", w.Fund, append(fiscal.Funds(), ""))
	check(c, at, "kind", w.Kind, []fiscal.Kind{"", fiscal.Basic, fiscal.Project})
	check(c, at, "sangong", w.SanGong, append(fiscal.SanGongs(), ""))
}

func check[T ~string](c *checker, at, word string, value T, allowed []T) {
	if slices.Contains(allowed, value) {
		return
	}
	var list []string
	for _, a := range allowed {
		if a != "" {
			list = append(list, string(a))
		}
	}
	c.bad("%s 的 %s 是“%s”，应为 %s 之一。", at, word, value, strings.Join(list, "、"))
}

// trial computes and draws the tables of an invented ledger.
func (c *checker) trial() {
	ledger, err := TrialLedger(c.t)
	if err != nil {
		c.bad("试算没有进行：%v。", err)
		return
	}
	s := Compute(c.t, ledger)
	for _, x := range c.t.Checks {
		for _, r := range []Ref{x.Left, x.Right} {
			if s.Cell(r) == nil {
				c.bad("checks 里“%s”的 %s 不是表里的单元格。", x.Text, r)
			}
		}
	}
	for _, i := range s.Issues {
		c.bad("试算不平：%s（%s 与 %s 相差 %s 元）。请检查这两处的 where 和 sum。", i.Text, i.Left, i.Right, i.Diff.Yuan())
	}
	if len(c.t.Checks) < 5 {
		c.bad("checks 里至少要有五条核对关系，例如收支总计相等、表间合计相等。")
	}
	for _, table := range s.Tables {
		d := s.Draw(table)
		if _, err := d.Grid().Layout(); err != nil {
			c.bad("%s 画不出来：表头的 group 层次不齐，同一组的栏要连在一起。", table.ID)
		}
		if table.Empty {
			c.bad("%s 在试算里没有取到任何数，请检查 where。", table.ID)
		}
	}
}

// TrialLedger invents a ledger with money of every kind that balances in every fund, on which layouts and texts are tried.
func TrialLedger(t *Template) (Ledger, error) {
	list, err := fiscal.BuiltIn()
	if err != nil {
		return Ledger{}, err
	}
	var extra []fiscal.Subject
	for _, f := range t.Functions {
		extra = append(extra, fiscal.Subject{Scheme: fiscal.Func, Code: f, Name: f}, fiscal.Subject{Scheme: fiscal.Func, Code: f + "99", Name: f}, fiscal.Subject{Scheme: fiscal.Func, Code: f + "9999", Name: f})
	}
	l := Ledger{Year: max(t.FromYear, 2015), Department: "试算部门", Codes: fiscal.NewDictionary(t.FromYear, fiscal.BuiltInYear, extra, list)}
	n := money.Fen(0)
	add := func(p fiscal.Posting) {
		n += 1_234_56
		p.Key, p.Fen = fmt.Sprintf("k%d", len(l.Postings)), n
		l.Postings = append(l.Postings, p)
	}
	for _, f := range fiscal.Funds() {
		trialFund(t, f, add)
	}
	balance := map[fiscal.Fund]money.Fen{}
	for _, p := range l.Postings {
		switch p.Nature {
		case fiscal.Income, fiscal.Opening, fiscal.Used:
			balance[p.Fund] += p.Fen
		case fiscal.Expense, fiscal.Allocated:
			balance[p.Fund] -= p.Fen
		}
	}
	for _, f := range fiscal.Funds() {
		l.Postings = append(l.Postings, fiscal.Posting{Key: "closing-" + string(f), Nature: fiscal.Closing, Fund: f, Func: t.trialFunc(), Fen: balance[f]})
	}
	return l, nil
}

func (t *Template) trialFunc() string {
	if len(t.Functions) == 0 {
		return "2019999"
	}
	return t.Functions[0] + "9999"
}

// trialFund invents incomes and expenditure of one fund.
func trialFund(t *Template, f fiscal.Fund, add func(fiscal.Posting)) {
	at := t.trialFunc()
	for _, a := range fiscal.Accounts() {
		if a.Nature == fiscal.Income && f.Appropriated() == (a.Source == fiscal.Appropriation) {
			add(fiscal.Posting{Nature: fiscal.Income, Source: a.Source, Fund: f, Func: at})
		}
		if a.Nature == fiscal.Expense && a.Source != fiscal.Own && f == fiscal.Other {
			add(fiscal.Posting{Nature: fiscal.Expense, Source: a.Source, Fund: f, Func: at})
		}
	}
	add(fiscal.Posting{Nature: fiscal.Opening, Fund: f, Func: at})
	if f == fiscal.Other {
		add(fiscal.Posting{Nature: fiscal.Used, Fund: f, Func: at})
		add(fiscal.Posting{Nature: fiscal.Allocated, Fund: f, Func: at})
	}
	for _, class := range t.Functions {
		for _, k := range []fiscal.Kind{fiscal.Basic, fiscal.Project} {
			for _, econ := range []string{"30101", "30201", "30217", "30231", "30309", "30701", "31002", "39999"} {
				add(fiscal.Posting{Nature: fiscal.Expense, Source: fiscal.Own, Fund: f, Func: class + "9999", Econ: econ, Kind: k, SanGong: fiscal.SanGongOf(econ)})
			}
		}
	}
	if f == fiscal.General {
		for _, s := range fiscal.SanGongs() {
			add(fiscal.Posting{Nature: fiscal.Budget, Source: fiscal.Own, Fund: f, Func: at, Kind: fiscal.Basic, SanGong: s})
		}
	}
}

// words are the types of this package as a person who writes a template knows them.
var words = map[string]string{"statement.Template": "版式", "statement.TableSpec": "表（tables）", "statement.Where": "条件（where）", "statement.ColumnSpec": "栏（columns）", "statement.LineSpec": "行（left、right）",
	"statement.GroupSpec": "分组（groups）", "statement.Check": "核对（checks）"}

var (
	unknownWord = regexp.MustCompile(`^line (\d+): field (\S+) not found in type (\S+)$`)
	wrongValue  = regexp.MustCompile(`^line (\d+): cannot unmarshal (\S+?)(?: ` + "`(.*)`" + `)? into (\S+)$`)
	badLine     = regexp.MustCompile(`line (\d+): (.*)$`)
)

// YAMLProblems says in Chinese what is wrong with a file in YAML; types are the names under which its writer knows the parts.
func YAMLProblems(err error, types map[string]string) []string {
	var wrong *yaml.TypeError
	if errors.As(err, &wrong) {
		var out []string
		for _, line := range wrong.Errors {
			out = append(out, yamlProblem(line, types))
		}
		return out[:min(len(out), 20)]
	}
	if m := badLine.FindStringSubmatch(err.Error()); m != nil && strings.Contains(err.Error(), "yaml:") {
		return []string{"第 " + m[1] + " 行附近不符合 YAML 的写法：请检查缩进（用空格，不用制表符）、冒号后面的空格，以及引号和括号是否成对。"}
	}
	if strings.Contains(err.Error(), "EOF") {
		return []string{"文件是空的。"}
	}
	return []string{err.Error()}
}

func yamlProblem(line string, types map[string]string) string {
	if m := unknownWord.FindStringSubmatch(line); m != nil {
		part := types[m[3]]
		if part == "" {
			part = "这里"
		}
		return fmt.Sprintf("第 %s 行：%s没有“%s”这个词，请检查拼写。", m[1], part, m[2])
	}
	if m := wrongValue.FindStringSubmatch(line); m != nil {
		want := map[string]string{"int": "一个整数", "bool": "true 或 false", "string": "一段文字", "[]int": "方括号里的整数，如 [1, 8]", "[]string": "方括号里的文字，如 [\"2\", \"3\"]"}[m[4]]
		if want == "" {
			want = "另一种写法"
		}
		return fmt.Sprintf("第 %s 行：“%s”应为%s。", m[1], m[3], want)
	}
	if m := badLine.FindStringSubmatch(line); m != nil {
		return "第 " + m[1] + " 行的写法不对：同一个词只能写一次，缩进要对齐。"
	}
	return "文件的写法不对，请对照样本检查。"
}
