// Package check audits a published disclosure of final accounts. It is pure: a document and a set of rules in, a report
// out; no clock, no database.
//
// Rules are data: YAML files whose expressions are evaluated by a maintained expression library (see docs/howto/
// accounts-rule.md). An application of a rule passes, is explained by rounding, fails, does not apply, or is not
// evaluated for a reason; no data is never taken for no problem.
package check

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/vm"
	"go.yaml.in/yaml/v3"
)

// Severity is how grave a finding is.
type Severity string

// The severities.
const (
	Error Severity = "error"
	Warn  Severity = "warn"
	Info  Severity = "info"
)

// Definition is a rule as it is written in YAML.
type Definition struct {
	ID        string   `yaml:"id"`
	Title     string   `yaml:"title"`
	Severity  Severity `yaml:"severity"`
	Scope     string   `yaml:"scope"`
	Needs     []string `yaml:"needs"`     // tables without which the rule is not evaluated: T03
	For       string   `yaml:"for"`       // each r in rows(T03)
	When      string   `yaml:"when"`      // applies only where this holds
	Assert    string   `yaml:"assert"`    // a condition, or stated ≟ computed
	Find      string   `yaml:"find"`      // in the place of for and assert: everything found is a finding
	Tol       string   `yaml:"tol"`       // exact, cent, envelope, printed, interval(n), a number
	Suspect   int64    `yaml:"suspect"`   // of interval: how many hundredths of the computed interval must fit, else cutting off is suspected
	Truncated Severity `yaml:"truncated"` // severity where only cutting off decimals explains the figure; warn if empty
	Msg       string   `yaml:"msg"`
	Basis     string   `yaml:"basis"`
	Explain   string   `yaml:"explain"`
	Group     string   `yaml:"group"` // findings of one group are one finding with many places
	At        string   `yaml:"at"`    // further place
	Heuristic bool     `yaml:"heuristic"`
	Suggest   string   `yaml:"suggest"`
	Stated    string   `yaml:"stated"`   // what a condition shows as stated, with {holes}
	Computed  string   `yaml:"computed"` // and as computed
}

// Rule is a definition that was compiled.
type Rule struct {
	Definition
	file  string
	each  string // the loop's variable
	list  *vm.Program
	when  *vm.Program
	cond  *vm.Program
	left  *vm.Program // of ≟
	right *vm.Program
	tol   tolerance
	msg   template
	group template
	shows [2]template
	at    *vm.Program
}

// Rules is a set of compiled rules. It is read only and may be used by many goroutines.
type Rules struct {
	list     []*Rule
	bindings map[string]*vm.Program // subject of a claim → its cell
	policies []*Policy
	names    map[string]string
}

// Len is the number of rules.
func (s *Rules) Len() int { return len(s.list) }

// Name is what people call the rules of an id; the id where it has no name.
func (s *Rules) Name(id string) string {
	if n := s.names[id]; n != "" {
		return n
	}
	return id
}

// Definitions lists the rules in the order of the files.
func (s *Rules) Definitions() []Definition {
	out := make([]Definition, len(s.list))
	for i, r := range s.list {
		out[i] = r.Definition
	}
	return out
}

//go:embed rules/*.yaml
var builtIn embed.FS

// BuiltIn compiles the rules that come with the program.
func BuiltIn() (*Rules, error) { return Load(builtIn, "rules") }

// file is one YAML file.
type file struct {
	Names    map[string]string `yaml:"names"` // what people call the rules of an id
	Bindings map[string]string `yaml:"bindings"`
	Rules    []Definition      `yaml:"rules"`
}

// Load compiles every YAML file of a folder. All mistakes of all files are reported together.
func Load(fsys fs.FS, dir string) (*Rules, error) {
	names, err := fs.Glob(fsys, dir+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	slices.Sort(names)
	policies, err := Policies()
	if err != nil {
		return nil, err
	}
	out := &Rules{bindings: map[string]*vm.Program{}, policies: policies, names: map[string]string{}}
	g := newGrammar()
	seen := map[string]string{}
	var faults []string
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("check: %w", err)
		}
		var f file
		d := yaml.NewDecoder(strings.NewReader(string(b)))
		d.KnownFields(true)
		if err := d.Decode(&f); err != nil {
			faults = append(faults, name+"："+err.Error())
			continue
		}
		maps.Copy(out.names, f.Names)
		for subject, text := range f.Bindings {
			p, err := g.compile(text)
			if err != nil {
				faults = append(faults, name+"：绑定 "+subject+"："+err.Error())
			}
			out.bindings[subject] = p
		}
		for _, d := range f.Rules {
			r, err := g.rule(d, name)
			if err != nil {
				faults = append(faults, fmt.Sprintf("%s：规则 %s：%v", name, d.ID, err))
				continue
			}
			key := strings.Join([]string{d.ID, d.Scope, d.When, d.Assert, d.Find, d.For}, "\x00")
			if other, twice := seen[key]; twice {
				faults = append(faults, fmt.Sprintf("%s：规则 %s 与 %s 里的相同", name, d.ID, other))
			}
			seen[key] = name
			out.list = append(out.list, r)
		}
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("规则有误：\n%s", strings.Join(faults, "\n"))
	}
	return out, nil
}

var eachWords = regexp.MustCompile(`^each ([rkciafs]) in (.+)$`)

// rule compiles one rule of a file.
func (g *grammar) rule(d Definition, name string) (*Rule, error) {
	r := &Rule{Definition: d, file: name}
	switch {
	case d.ID == "" || d.Msg == "":
		return nil, fmt.Errorf("缺 id 或 msg")
	case d.Severity != Error && d.Severity != Warn && d.Severity != Info:
		return nil, fmt.Errorf("severity 应是 error、warn 或 info")
	case (d.Assert == "") == (d.Find == ""):
		return nil, fmt.Errorf("assert 和 find 应有且只有一个")
	}
	if r.Truncated == "" {
		r.Truncated = Warn
	}
	steps := []func(*grammar) error{r.loop, r.conditions, r.texts}
	for _, step := range steps {
		if err := step(g); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// loop compiles for and find.
func (r *Rule) loop(g *grammar) (err error) {
	text := r.For
	if r.Find != "" {
		text = "each s in " + r.Find
	}
	if text == "" {
		return nil
	}
	m := eachWords.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("for 应写成 each 变量 in 列表，变量是 r（行）、k（格）、c（文中的话）、i（指标）、a（附件）、f（资金行）、s（查得的）之一")
	}
	r.each = m[1]
	r.list, err = g.compile(m[2])
	return err
}

func (r *Rule) conditions(g *grammar) (err error) {
	if r.tol, err = parseTolerance(r.Tol); err != nil {
		return err
	}
	r.tol.suspect = r.Suspect
	if r.When != "" {
		if r.when, err = g.condition(r.When); err != nil {
			return fmt.Errorf("when：%w", err)
		}
	}
	if r.Assert == "" {
		return nil
	}
	if left, right, ok := strings.Cut(r.Assert, "≟"); ok {
		if r.left, err = g.compile(left); err != nil {
			return fmt.Errorf("≟ 左边：%w", err)
		}
		if r.right, err = g.compile(right); err != nil {
			return fmt.Errorf("≟ 右边：%w", err)
		}
		return nil
	}
	if r.cond, err = g.condition(r.Assert); err != nil {
		return fmt.Errorf("assert：%w", err)
	}
	return nil
}

func (r *Rule) texts(g *grammar) (err error) {
	if r.msg, err = g.template(r.Msg); err != nil {
		return fmt.Errorf("msg：%w", err)
	}
	if r.group, err = g.template(r.Group); err != nil {
		return fmt.Errorf("group：%w", err)
	}
	for i, text := range []string{r.Stated, r.Computed} {
		if r.shows[i], err = g.template(text); err != nil {
			return fmt.Errorf("stated、computed：%w", err)
		}
	}
	if r.At != "" {
		if r.at, err = g.compile(r.At); err != nil {
			return fmt.Errorf("at：%w", err)
		}
	}
	return nil
}

// template is a text with expressions in braces.
type template struct {
	parts []string      // literal texts, one more than programs
	holes []*vm.Program // nil for stated, computed, diff, env
	names []string
}

var holeWords = regexp.MustCompile(`\{([^{}]+)\}`)

func (g *grammar) template(s string) (template, error) {
	t := template{}
	at := 0
	for _, m := range holeWords.FindAllStringSubmatchIndex(s, -1) {
		t.parts = append(t.parts, s[at:m[0]])
		name := s[m[2]:m[3]]
		t.names = append(t.names, name)
		var p *vm.Program
		switch name {
		case "stated", "computed", "diff", "env":
		default:
			var err error
			if p, err = g.compile(name); err != nil {
				return t, err
			}
		}
		t.holes = append(t.holes, p)
		at = m[1]
	}
	t.parts = append(t.parts, s[at:])
	return t, nil
}

// grammar is the language prepared for many expressions: its operators are checked and its types are read once for all rules
// of a folder, where the library's own Compile would do so for every expression. It is for one goroutine.
type grammar struct{ config *conf.Config }

func newGrammar() *grammar {
	c := conf.CreateNew()
	for _, option := range language() {
		option(c)
	}
	for name := range c.Disabled {
		delete(c.Builtins, name)
	}
	c.Check()
	return &grammar{c}
}

// compile makes an expression of any type ready to run.
func (g *grammar) compile(text string) (*vm.Program, error) {
	return g.expecting(text, reflect.Invalid)
}

// condition makes an expression ready that is true or false.
func (g *grammar) condition(text string) (*vm.Program, error) { return g.expecting(text, reflect.Bool) }

func (g *grammar) expecting(text string, kind reflect.Kind) (*vm.Program, error) {
	text = strings.TrimSpace(text)
	g.config.Expect, g.config.ExpectAny = kind, kind != reflect.Invalid
	tree, err := checker.ParseCheck(text, g.config)
	if err == nil {
		err = optimizer.Optimize(&tree.Node, g.config)
	}
	if err != nil {
		return nil, fmt.Errorf("%q：%w", text, err)
	}
	p, err := compiler.Compile(tree, g.config)
	if err != nil {
		return nil, fmt.Errorf("%q：%w", text, err)
	}
	return p, nil
}
