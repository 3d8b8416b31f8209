package score

import (
	"bytes"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"
	"go.yaml.in/yaml/v3"

	"yichuang/internal/errs"
)

// Policy (评分办法) is how a place scores forms from one year on: data, with a version that changes whenever a score could.
type Policy struct {
	ID      string `yaml:"id"`
	Version int    `yaml:"version"`
	Name    string `yaml:"name"`
	Region  string `yaml:"region"`
	// Checking marks a policy that was reconstructed from published numbers: it explains them and is no ground for a score.
	Checking bool     `yaml:"checking"`
	FromYear int      `yaml:"from_year"`
	Basis    []string `yaml:"basis"`
	Notes    []string `yaml:"notes"`

	Execution Execution      `yaml:"execution"`
	Rules     []Rule         `yaml:"rules"`
	Bands     []Band         `yaml:"bands"`
	Weights   []WeightSet    `yaml:"weights"`
	Grades    []Grade        `yaml:"grades"` // from the best; none where the place does not grade
	Deviation Deviation      `yaml:"deviation"`
	Rounding  RoundingRules  `yaml:"rounding"`
	Warnings  WarningLimits  `yaml:"warnings"`
	Monitor   ProgressLimits `yaml:"monitor"`

	source string
}

// Execution says how the execution of the budget (预算执行率) is scored.
type Execution struct {
	Budget      Budget  `yaml:"budget"`
	Weight      Decimal `yaml:"weight"`
	Cap         Decimal `yaml:"cap"`          // of the share that counts; 1 for no more than the weight
	ReasonBelow Decimal `yaml:"reason_below"` // share below which a row of money needs a reason; blank for never
}

// Budget is which budget the execution is measured by.
type Budget string

// The budgets.
const (
	FullYear Budget = "full_year" // 全年预算数
	Initial  Budget = "initial"   // 年初预算数
)

// Rule (计分规则) scores indicators of some operators. The first rule of a policy that fits an indicator scores it.
type Rule struct {
	Ops        []Op    `yaml:"ops"`
	Kind       Kind    `yaml:"kind"`       // of form; both where it is empty
	Class      string  `yaml:"class"`      // 一级指标 without the word 指标; any where it is empty
	Measure    Measure `yaml:"measure"`    // how far the target was reached, as a share
	Award      Award   `yaml:"award"`      // what the share earns
	Threshold  Decimal `yaml:"threshold"`  // share below which nothing is earned; blank for none
	FullFrom   Decimal `yaml:"full_from"`  // share from which the whole weight is earned; blank for 1
	Steps      []Step  `yaml:"steps"`      // of the award steps, from the highest
	Completion Measure `yaml:"completion"` // what is printed as 完成率; the measure where it is empty
	Cap        Decimal `yaml:"cap"`        // of the printed 完成率, as a share; blank for none
}

// Measure is a way to say how far a target was reached.
type Measure string

// The measures, of a target T and an actual value A.
const (
	Ratio   Measure = "ratio"   // A/T
	Reverse Measure = "reverse" // 2−A/T: full while A ≤ T, nothing from 2T
	Actual  Measure = "actual"  // the actual value itself, read as a percentage
)

// Award is what a share earns.
type Award string

// The awards.
const (
	Proportional Award = "proportional" // the share of the weight, never more than all and never less than nothing
	AllOrNothing Award = "all_or_nothing"
	Steps        Award = "steps"
)

// Step is a step of the award steps: from a share on, this part of the weight.
type Step struct {
	From Decimal `yaml:"from"`
	Earn Decimal `yaml:"earn"`
}

// Band (定性档次) is how far a qualitative indicator was reached. From is included; To is not, unless it is 1.
type Band struct {
	Name       string  `yaml:"name"`
	Label      string  `yaml:"label"` // as forms print it: 100%-80%(含)
	From       Decimal `yaml:"from"`
	To         Decimal `yaml:"to"`
	Usual      Decimal `yaml:"usual"`      // the share given where nobody gives another
	Completion Decimal `yaml:"completion"` // printed as 完成率, as a share; blank prints the share given
	Met        bool    `yaml:"met"`        // counts as reached
}

// WeightSet is one admitted way to share 100 points among the classes of a kind of form. A name may join classes with a
// plus: 效益+满意度.
type WeightSet struct {
	Kind    Kind               `yaml:"kind"`
	Name    string             `yaml:"name"`
	Classes map[string]Decimal `yaml:"classes"`
}

// Grade (等级) begins at a score, which is included.
type Grade struct {
	Name string  `yaml:"name"`
	From Decimal `yaml:"from"`
}

// Deviation says which distance from a target needs a reason.
type Deviation struct {
	Over  Decimal `yaml:"over"`  // share above the target from which on; blank for never
	Under bool    `yaml:"under"` // any target that was not reached
}

// RoundingRules say how numbers are printed and what is added up.
type RoundingRules struct {
	Score       Rounding `yaml:"score"`
	ScorePlaces int      `yaml:"score_places"`
	Rate        Rounding `yaml:"rate"`
	RatePlaces  int      `yaml:"rate_places"`
	Total       Rounding `yaml:"total"`
	TotalPlaces int      `yaml:"total_places"`
	Sum         Sum      `yaml:"sum"`
}

// Sum is what a total adds up.
type Sum string

// The sums.
const (
	SumExact   Sum = "exact"   // the scores before rounding; the total is rounded once
	SumRounded Sum = "rounded" // the scores as they are printed
)

// WarningLimits are the limits of the lights of a finished form: red where the indicators earned a greater share of their
// points than the money by more than Red of it, yellow where more than Yellow of the budget was not spent.
type WarningLimits struct {
	Red    Decimal `yaml:"red"`
	Yellow Decimal `yaml:"yellow"`
}

// ProgressLimits are the limits of the lights during the year, of what was reached against what should have been: red
// below Red, yellow below Yellow.
type ProgressLimits struct {
	Red    Decimal `yaml:"red"`
	Yellow Decimal `yaml:"yellow"`
}

// Refusals of policies.
var (
	ErrPolicy     = errs.New(errs.Invalid, "score.policy", "评分办法的内容不对，不能使用。")
	ErrNoPolicy   = errs.New(errs.NotFound, "score.no_policy", "没有这个评分办法。")
	ErrDuplicated = errs.New(errs.Invalid, "score.policy_twice", "两个评分办法的编号相同。")
)

// DefaultPolicy is the policy of a place for which none was chosen.
const DefaultPolicy = "national-default"

//go:embed policies/*.yaml
var files embed.FS

// Policies reads the policies that the program brings, in the order of their ids.
func Policies() ([]*Policy, error) { return ReadPolicies(files, "policies/*.yaml") }

// ReadPolicies reads the policies of a folder, in the order of their ids; a policy that is wrong is refused with the name of
// its file.
func ReadPolicies(folder fs.FS, pattern string) ([]*Policy, error) {
	if _, err := fs.Stat(folder, "."); err != nil {
		return nil, ErrPolicy.Say("评分办法的文件夹打不开。请检查路径和权限。").Wrap(err)
	}
	names, err := fs.Glob(folder, pattern)
	if err != nil {
		return nil, err
	}
	var out []*Policy
	for _, n := range names {
		b, err := fs.ReadFile(folder, n)
		if err != nil {
			return nil, err
		}
		p, err := ReadPolicy(b)
		if err != nil {
			return nil, ErrPolicy.Say("评分办法文件 %s：%s", n, sentence(err)).Wrap(err)
		}
		if slices.ContainsFunc(out, func(x *Policy) bool { return x.ID == p.ID }) {
			return nil, ErrDuplicated.Say("评分办法文件 %s：编号 %s 与另一个文件相同。", n, p.ID)
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Policy) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// FindPolicy gives the policy of an id among those of the program and more, which come first.
func FindPolicy(id string, more ...*Policy) (*Policy, error) {
	builtIn, err := Policies()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range append(slices.Clone(more), builtIn...) {
		if p.ID == id {
			return p, nil
		}
		ids = append(ids, p.ID)
	}
	return nil, ErrNoPolicy.Say("没有编号为 %s 的评分办法。可用的有：%s。", id, strings.Join(ids, "、"))
}

// maxPolicy bounds the text of a policy.
const maxPolicy = 256 << 10

// ReadPolicy reads and checks a policy.
func ReadPolicy(text []byte) (*Policy, error) {
	if len(text) > maxPolicy {
		return nil, ErrPolicy.Say("评分办法文件超过 %d KB。", maxPolicy>>10)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	p := &Policy{source: string(text)}
	if err := d.Decode(p); err != nil {
		return nil, ErrPolicy.Say("评分办法不是正确的 YAML，或者有不认识的字段：%s", yamlError(err)).Wrap(err)
	}
	if list := p.check(); len(list) > 0 {
		return nil, ErrPolicy.Say("评分办法 %s 有 %d 处不对：%s", p.ID, len(list), strings.Join(list, "；"))
	}
	return p, nil
}

// yamlError keeps the place that the reader of YAML names.
func yamlError(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.ReplaceAll(strings.TrimPrefix(text, "unmarshal errors:\n  "), "\n", "；")
	return strings.NewReplacer("line ", "第 ", ": ", " 行：", "not found in type", "不是已有的字段，类型").Replace(text)
}

// Source is the text that the policy was read from.
func (p *Policy) Source() string { return p.source }

// Hash is SM3 over the policy's text.
func (p *Policy) Hash() string {
	sum := sm3.Sum([]byte(p.source))
	return hex.EncodeToString(sum[:])
}

// Title is how pages and forms name the policy: 全国通行（national-default，第1版）.
func (p *Policy) Title() string { return fmt.Sprintf("%s（%s，第%d版）", p.Name, p.ID, p.Version) }

// GradeOf is the grade of a score; "" where the policy gives none.
func (p *Policy) GradeOf(total Decimal) string {
	for _, g := range p.Grades {
		if total.Cmp(g.From) >= 0 {
			return g.Name
		}
	}
	return ""
}

// Band gives the qualitative band of a name or a printed label.
func (p *Policy) Band(name string) (Band, bool) {
	for _, b := range p.Bands {
		if name != "" && (b.Name == name || plainLabel(b.Label) == plainLabel(name)) {
			return b, true
		}
	}
	return Band{}, false
}

// plainLabel is a label without what varies in print.
func plainLabel(s string) string {
	return strings.NewReplacer(" ", "", "（", "(", "）", ")", "\n", "", "％", "%", "~", "-", "—", "-", "－", "-").Replace(s)
}

// Holds reports whether a share lies within the band.
func (b *Band) Holds(share Decimal) bool {
	return share.Cmp(b.From) >= 0 && (share.Cmp(b.To) < 0 || b.To.Cmp(Number(1)) == 0 && share.Cmp(b.To) == 0)
}

// rule is the rule that scores an indicator.
func (p *Policy) rule(k Kind, i *Indicator) (Rule, bool) {
	for _, r := range p.Rules {
		if slices.Contains(r.Ops, i.Op) && (r.Kind == "" || r.Kind == k) && (r.Class == "" || r.Class == ClassName(i.Class)) {
			return r, true
		}
	}
	return Rule{}, false
}

var one = big.NewRat(1, 1)
