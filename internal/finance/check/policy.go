package check

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yichuang/internal/finance/disclosed"
)

// Policy (评分规则) is how a region scores indicators in a year, read from a file of policies/; a report names the one that
// was used.
type Policy struct {
	ID          string           `yaml:"id" expr:"id"`
	Name        string           `yaml:"name" expr:"name"`
	Basis       string           `yaml:"basis" expr:"basis"`
	Regions     []string         `yaml:"regions"`                   // words in the name of an organisation or the head of a document
	Exec        int64            `yaml:"exec"`                      // weight of the execution of the budget
	Ratio       ratios           `yaml:"ratio"`                     // how each operator turns a ratio into a share of the weight
	Over        int64            `yaml:"over"`                      // percent of the target from which over-fulfilment may cost points; 0 for never
	Reasons     bool             `yaml:"reasons" expr:"reasons"`    // an unfinished row needs a reason
	ReasonBelow int              `yaml:"reason_below" expr:"below"` // percent; 100 where it is 0
	Grades      []GradeFloor     `yaml:"grades"`
	Classes     []map[string]int `yaml:"classes"` // weights of the classes of indicators; one of them should hold
}

// ratios name the ways of scoring: capped A/T up to full; full also where it is nearly met; reverse 2−A/T; direct A/T.
type ratios struct {
	AtLeast string `yaml:"ge"`
	Exactly string `yaml:"eq"`
	AtMost  string `yaml:"le"`
}

// GradeFloor is the least score of a grade.
type GradeFloor struct {
	Name string `yaml:"name"`
	From int64  `yaml:"from"` // points
}

//go:embed policies/*.yaml
var policyFiles embed.FS

// Policies reads the policies that come with the program, the national one first.
func Policies() ([]*Policy, error) {
	names, err := fs.Glob(policyFiles, "policies/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	slices.Sort(names)
	var out []*Policy
	for _, name := range names {
		b, err := fs.ReadFile(policyFiles, name)
		if err != nil {
			return nil, fmt.Errorf("check: %w", err)
		}
		p, err := ParsePolicy(b)
		if err != nil {
			return nil, fmt.Errorf("%s：%w", name, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// ParsePolicy reads one policy and refuses what is not whole.
func ParsePolicy(b []byte) (*Policy, error) {
	p := &Policy{}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(p); err != nil {
		return nil, err
	}
	switch {
	case p.ID == "" || p.Name == "":
		return nil, fmt.Errorf("缺 id 或 name")
	case p.Exec < 0 || p.Exec > 100:
		return nil, fmt.Errorf("exec 应在 0 到 100 之间")
	case !slices.Contains([]string{"capped", "full"}, p.Ratio.AtLeast) || !slices.Contains([]string{"capped", "full"}, p.Ratio.Exactly):
		return nil, fmt.Errorf("ratio.ge、ratio.eq 应是 capped 或 full")
	case !slices.Contains([]string{"reverse", "direct"}, p.Ratio.AtMost):
		return nil, fmt.Errorf("ratio.le 应是 reverse 或 direct")
	case len(p.Grades) == 0 || p.Grades[len(p.Grades)-1].From != 0:
		return nil, fmt.Errorf("grades 应从高到低，最后一档从 0 分起")
	}
	for i := range p.Grades[1:] {
		if p.Grades[i].From <= p.Grades[i+1].From {
			return nil, fmt.Errorf("grades 应从高到低")
		}
	}
	if p.ReasonBelow == 0 {
		p.ReasonBelow = 100
	}
	return p, nil
}

// PolicyFor chooses the policy of the region that a document names in the name of its organisation or on its cover; the
// first policy where it names none.
func PolicyFor(list []*Policy, d *disclosed.Document) *Policy {
	text := d.Org
	for i, l := range d.Lines {
		if i == 12 {
			break
		}
		text += "\n" + l.Text
	}
	for _, p := range list {
		for _, r := range p.Regions {
			if strings.Contains(text, r) {
				return p
			}
		}
	}
	return list[0]
}

// Grade is the grade of a score.
func (p *Policy) Grade(score Num) string {
	for _, g := range p.Grades {
		if score.V >= g.From*one {
			return g.Name
		}
	}
	return ""
}

// knows reports whether the policy has a grade of that word, 优秀 for 优 as well.
func (p *Policy) knows(grade string) bool {
	for _, g := range p.Grades {
		if g.Name == grade || strings.HasPrefix(grade, g.Name) && len([]rune(grade)) == 2 {
			return true
		}
	}
	return false
}

// score is what an indicator earns: full when the target is met, else in proportion.
func (p *Policy) score(i *Indicator) Num {
	if i.Op == "qual" {
		return notApplicable("定性指标在档内打分")
	}
	if i.Target.Blank || i.Actual.Blank || i.Weight.Blank {
		return missing(i.In.Label + "“" + i.Name + "”的指标值、实际值或分值没有读出来")
	}
	return rounded(multiply(i.Weight, p.part(i)), 2)
}

// part is the share of the weight that an indicator earns.
func (p *Policy) part(i *Indicator) Num {
	t, a := i.Target, i.Actual
	switch {
	case i.Op == "le" && p.Ratio.AtMost == "direct" && t.V > 0:
		return divide(a, t)
	case i.Op == "eq" && p.Ratio.Exactly == "full" || i.Op == "ge" && p.Ratio.AtLeast == "full":
		return whole(1)
	case i.Op == "le" && a.V <= t.V, i.Op != "le" && a.V >= t.V:
		return whole(1)
	case t.V == 0:
		return whole(0)
	case i.Op == "le" && a.V >= 2*t.V:
		return whole(0)
	case i.Op == "le":
		return subtract(whole(1), divide(subtract(a, t), t))
	}
	return divide(a, t)
}

// completion is the rate of completion in percent, never above 100.
func (p *Policy) completion(i *Indicator) Num {
	if i.Op == "qual" {
		return notApplicable("定性指标不算完成率")
	}
	if i.Target.Blank || i.Actual.Blank {
		return missing(i.In.Label + "“" + i.Name + "”的指标值或实际值没有读出来")
	}
	n := divide(i.Actual, i.Target)
	if i.Op == "le" {
		n = subtract(whole(2), n)
	}
	n = multiply(n, whole(100))
	if n.V > 100*one {
		n = whole(100)
	}
	return n
}

// The functions of the language about scoring.

// ScoreOf is what an indicator earns under the policy.
func (s *scope) ScoreOf(i *Indicator) Num { return s.Policy.score(i) }

// CompletionOf is an indicator's rate of completion under the policy.
func (s *scope) CompletionOf(i *Indicator) Num { return s.Policy.completion(i) }

// Ratio is A/T in percent, neither turned round for 不超过 nor capped.
func (s *scope) Ratio(i *Indicator) Num { return percent(i.Actual, i.Target) }

// Uncapped is the rate of completion without the cap.
func (s *scope) Uncapped(i *Indicator) Num {
	n := divide(i.Actual, i.Target)
	if i.Op == "le" {
		n = subtract(whole(2), n)
	}
	return multiply(n, whole(100))
}

// Recomputed is a table's total under the policy, qualitative scores as printed.
func (s *scope) Recomputed(a *Annex) Num {
	out := s.execution(a)
	if len(a.Indicators) == 0 {
		return missing(a.Label + "的指标没有读出来")
	}
	for _, i := range a.Indicators {
		n := s.Policy.score(i)
		if i.Op == "qual" {
			n = i.Score
		}
		out = add(out, n)
	}
	return rounded(out, 2)
}

// execution is the score of the money.
func (s *scope) execution(a *Annex) Num {
	f := s.FundOf(a, "年度资金总额")
	n := divide(f.Actual, f.Full)
	if n.V > one {
		n = whole(1)
	}
	return rounded(multiply(s.execWeight(a), n), 2)
}

// GradeOf is the grade of a score under the policy.
func (s *scope) GradeOf(n Num) string { return s.Policy.Grade(n) }

// ClassWeights says how the weights of a table's classes of indicators differ from every set that the policy has; "" where
// they agree with one, and where a class could not be told.
func (s *scope) ClassWeights(a *Annex) string {
	sums := map[string]Num{}
	for _, i := range a.Indicators {
		class := strings.TrimSuffix(i.Class, "指标")
		if class == "" || i.Weight.Blank {
			return ""
		}
		sums[class] = add(sums[class], i.Weight)
	}
	if len(s.Policy.Classes) == 0 || a.Kind != "项目" || len(sums) < 3 {
		return ""
	}
	for _, set := range s.Policy.Classes {
		if fits(sums, set) {
			return ""
		}
	}
	var out []string
	for _, class := range sortedKeys(sums) {
		out = append(out, class+sums[class].shown(0))
	}
	return strings.Join(out, "、")
}

func fits(sums map[string]Num, set map[string]int) bool {
	if len(sums) != len(set) {
		return false
	}
	for class, want := range set {
		if n, ok := sums[class]; !ok || n.V != int64(want)*one {
			return false
		}
	}
	return true
}

// MeanScore is the mean of the projects' total scores: those that the text gives to two decimals where the table gives
// fewer.
func (s *scope) MeanScore() Num {
	list := s.Annexes("项目")
	if len(list) == 0 {
		return missing("没有项目支出绩效自评表")
	}
	out := Num{}
	for _, a := range list {
		out = add(out, s.SumScores(a))
	}
	return rounded(divide(out, whole(int64(len(list)))), 2)
}
