package narrative

import (
	"fmt"
	"regexp"
	"strings"
	"text/template/parse"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// CheckTexts reads texts that somebody wrote for another region or year, and says in Chinese what is wrong with them, one
// sentence for each; none for texts that can be used. It tries them on invented accounts: with money and with changes
// everywhere, and with nothing at all.
func CheckTexts(source []byte) (*Texts, []string) {
	t, err := ReadTexts(source)
	if err != nil {
		if m := templateError.FindStringSubmatch(err.Error()); m != nil {
			return nil, []string{templateProblem(m[1], m[2], m[3])}
		}
		return nil, statement.YAMLProblems(err, map[string]string{"narrative.Texts": "说明文本"})
	}
	c := &textChecker{t: t}
	c.head()
	c.parts()
	for _, tpl := range t.parsed.Templates() {
		if tpl.Tree != nil {
			c.node(tpl.Name(), tpl.Root)
		}
	}
	c.circles()
	if len(c.problems) == 0 {
		c.trial(true)
		c.trial(false)
	}
	return t, c.problems
}

type textChecker struct {
	t        *Texts
	problems []string
	calls    map[string][]string // which texts a text takes in
}

func (c *textChecker) bad(format string, args ...any) {
	if len(c.problems) < 20 {
		c.problems = append(c.problems, fmt.Sprintf(format, args...))
	}
}

// place names a text as its writer knows it.
func place(name string) string {
	if id, ok := strings.CutPrefix(name, "section "); ok {
		return "第" + id + "节"
	}
	if name == "performance" {
		return "第四部分（performance）"
	}
	return "parts 里的 " + name
}

func (c *textChecker) head() {
	t := c.t
	if !statement.TemplateID.MatchString(t.ID) {
		c.bad("id “%s”应由小写字母、数字和短横线组成，以字母开头，2 至 40 个字符。", t.ID)
	}
	if n := len([]rune(t.Name)); n == 0 || n > 60 {
		c.bad("请写明 name（说明文本的名称），60 个字以内。")
	}
	if n := len([]rune(t.Region)); n == 0 || n > 30 {
		c.bad("请写明 region（适用地区），30 个字以内。")
	}
	if t.FromYear < 2015 || t.FromYear > 2099 {
		c.bad("from_year（从哪一年起用）应在 2015 至 2099 之间。")
	}
}

// sections are what the text of final accounts must speak of, in the order of the disclosure.
const sections = 13

func (c *textChecker) parts() {
	seen := map[string]bool{}
	for i, s := range c.t.Sections {
		if s.ID != fmt.Sprint(i+1) {
			c.bad("第 %d 节的 id 应为 \"%d\"：各节按顺序编号。", i+1, i+1)
		}
		if s.Title == "" || len([]rune(s.Title)) > 60 || strings.TrimSpace(s.Text) == "" {
			c.bad("第 %d 节要写明 title（60 个字以内）和 text。", i+1)
		}
		if seen[s.Title] {
			c.bad("第 %d 节的标题“%s”重复。", i+1, s.Title)
		}
		seen[s.Title] = true
	}
	if len(c.t.Sections) < sections || len(c.t.Sections) > 30 {
		c.bad("说明应有 %d 至 30 节，现在是 %d 节：收支、财政拨款、一般公共预算、基本支出、基金、国有资本、三公、机关运行、采购、国有资产等都要说明。", sections, len(c.t.Sections))
	}
	if c.t.Performance.Title == "" || strings.TrimSpace(c.t.Performance.Text) == "" {
		c.bad("performance（第四部分）要写明 title 和 text。")
	}
	if len(c.t.Terms) == 0 {
		c.bad("terms（名词解释）不能为空。")
	}
	for i, x := range c.t.Terms {
		if x.Name == "" || x.Text == "" || len([]rune(x.Text)) > 1000 {
			c.bad("名词解释第 %d 条要写明 name 和 text。", i+1)
		}
	}
}

// number finds an amount or a percentage that was typed into a sentence: figures come from the tables.
var number = regexp.MustCompile(`[0-9０-９][0-9０-９.,，]*\s*(万元|亿元|%|％|人|辆|批次|个团组)`)

// allowed are numbers of the law that a sentence may name.
var allowed = regexp.MustCompile(`(单价)?100\s*万元|12月31日`)

// plainWords are what a text may call; the others of Go's templates could run without an end or print figures past the tables.
var plainWords = map[string]bool{"wan": true, "share": true, "pct": true, "int": true, "reason": true, "yoy": true, "inc": true, "and": true, "or": true, "not": true, "eq": true, "ne": true, "len": true}

// node walks a text and refuses what it may not hold.
func (c *textChecker) node(name string, n parse.Node) {
	switch x := n.(type) {
	case *parse.ListNode:
		if x != nil {
			for _, y := range x.Nodes {
				c.node(name, y)
			}
		}
	case *parse.TextNode:
		if m := number.FindString(allowed.ReplaceAllString(string(x.Text), "")); m != "" {
			c.bad("%s里写了“%s”：数字由表带出，不能写在文本里。", place(name), m)
		}
	case *parse.ActionNode:
		c.pipe(name, x.Pipe)
	case *parse.IfNode:
		c.branch(name, &x.BranchNode)
	case *parse.WithNode:
		c.branch(name, &x.BranchNode)
	case *parse.RangeNode:
		for _, cmd := range x.Pipe.Cmds {
			for _, a := range cmd.Args {
				if _, isNumber := a.(*parse.NumberNode); isNumber {
					c.bad("%s的 range 只能用于列表，不能用于数字。", place(name))
				}
			}
		}
		c.branch(name, &x.BranchNode)
	case *parse.TemplateNode:
		if c.calls == nil {
			c.calls = map[string][]string{}
		}
		c.calls[name] = append(c.calls[name], x.Name)
		c.pipe(name, x.Pipe)
	case *parse.CommentNode:
	default:
		c.bad("%s里有不能使用的写法：%s。", place(name), n.String())
	}
}

func (c *textChecker) branch(name string, b *parse.BranchNode) {
	c.pipe(name, b.Pipe)
	c.node(name, b.List)
	if b.ElseList != nil {
		c.node(name, b.ElseList)
	}
}

func (c *textChecker) pipe(name string, p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, cmd := range p.Cmds {
		for _, a := range cmd.Args {
			switch x := a.(type) {
			case *parse.IdentifierNode:
				if !plainWords[x.Ident] {
					c.bad("%s里不能使用“%s”。可以用的词是 wan、share、pct、int、reason、yoy、inc 和 and、or、not、eq、ne、len。", place(name), x.Ident)
				}
			case *parse.PipeNode:
				c.pipe(name, x)
			case *parse.StringNode:
				if number.MatchString(x.Text) {
					c.bad("%s里写了“%s”：数字由表带出，不能写在文本里。", place(name), x.Text)
				}
			}
		}
	}
}

// circles refuses texts that take themselves in.
func (c *textChecker) circles() {
	state := map[string]int{}
	var round func(name string) bool
	round = func(name string) bool {
		if state[name] != 0 {
			return state[name] == 1
		}
		state[name] = 1
		for _, next := range c.calls[name] {
			if round(next) {
				return true
			}
		}
		state[name] = 2
		return false
	}
	for name := range c.calls {
		if round(name) {
			c.bad("%s用 template 绕回了自己。", place(name))
			return
		}
	}
}

var (
	templateError = regexp.MustCompile(`template: ([^:]+):(\d+)(?::\d+)?: (.*)$`)
	noFunction    = regexp.MustCompile(`function "([^"]+)" not defined`)
	noField       = regexp.MustCompile(`can't evaluate field (\S+)`)
	noText        = regexp.MustCompile(`template "([^"]+)" not defined|no template "([^"]+)"`)
	noReason      = regexp.MustCompile(`reason "([^"]+)" without a difference`)
	noCount       = regexp.MustCompile(`count "([^"]*)"`)
)

// templateProblem says in Chinese what is wrong at a line of a text.
func templateProblem(name, line, message string) string {
	at := place(name) + "第 " + line + " 行："
	if m := noFunction.FindStringSubmatch(message); m != nil {
		return at + "不认识的词“" + m[1] + "”。可以用的词见说明文本的写法。"
	}
	if m := noField.FindStringSubmatch(message); m != nil {
		return at + "没有“." + m[1] + "”这个数据，请检查拼写和大小写。"
	}
	if m := noText.FindStringSubmatch(message); m != nil {
		return at + "parts 里没有“" + m[1] + m[2] + "”。"
	}
	if m := noReason.FindStringSubmatch(message); m != nil {
		return at + "reason 用在了没有比较的地方：它只能写在 yoy、budget 或 item 里有差异的分支。"
	}
	if m := noCount.FindStringSubmatch(message); m != nil {
		return at + "int 不认识“" + m[1] + "”：它只印实物量、车辆种类、vehicles 和 equipment。"
	}
	if strings.Contains(message, "unexpected") || strings.Contains(message, "missing") || strings.Contains(message, "unclosed") || strings.Contains(message, "unterminated") {
		return at + "双花括号没有配对，或者 if、range、with 少了 end。"
	}
	return at + "取数的写法不对，请对照样本检查。"
}

// trial writes the text of invented accounts: full ones, in which everything has changed, or empty ones.
func (c *textChecker) trial(full bool) {
	tpl, err := statement.FindTemplate(statement.DefaultTemplate)
	if err != nil {
		c.bad("试写没有进行：%v。", err)
		return
	}
	in, err := trialInput(tpl, full)
	if err != nil {
		c.bad("试写没有进行：%v。", err)
		return
	}
	if _, err := Write(c.t, in); err != nil {
		if m := templateError.FindStringSubmatch(err.Error()); m != nil {
			c.bad("%s", templateProblem(m[1], m[2], m[3]))
			return
		}
		c.bad("试写没有成功，请对照样本检查。")
	}
}

// trialInput invents accounts.
func trialInput(tpl *statement.Template, full bool) (Input, error) {
	list, err := fiscal.BuiltIn()
	if err != nil {
		return Input{}, err
	}
	l := statement.Ledger{Year: 2024, Department: "试算部门", Codes: fiscal.NewDictionary(2024, fiscal.BuiltInYear, list)}
	in := Input{Year: 2024, Codes: l.Codes, Prior: map[Metric]money.Fen{}, Counts: map[Count]int64{}, Reasons: map[string]string{}, Digits: 7}
	if full {
		if l, err = statement.TrialLedger(tpl); err != nil {
			return in, err
		}
		in.Codes, in.HasMechanism, in.Meeting, in.Training = l.Codes, true, 1_00, 2_00
		in.Mechanism = []Item{{Code: "30201", Fen: 3_00}}
		in.Procurement = Procurement{Goods: 5_00, Works: 4_00, Services: 3_00, SME: 2_00, Micro: 1_00}
		in.Vehicles, in.Equipment = map[Vehicle]int64{"other": 1}, 1
		for _, f := range fiscal.Funds()[:3] {
			in.Budgets = append(in.Budgets, BudgetSum{Fund: f, Func: "2019999", Kind: fiscal.Basic, Initial: 7_00, Full: 9_00}, BudgetSum{Fund: f, Func: "2010399", Kind: fiscal.Project, Full: 9_00})
			in.Projects = append(in.Projects, ProjectSum{Name: "试算项目", Fund: f, Full: 9_00, Spent: 8_00})
		}
		for i, m := range Metrics() {
			in.Prior[m] = money.Fen(i * 1_00)
		}
		for _, n := range Counts() {
			in.Counts[n] = 1
		}
	}
	in.Statement = statement.Compute(tpl, l)
	return in, nil
}
