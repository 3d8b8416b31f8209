package annex

import (
	_ "embed" // the texts
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yichuang/internal/performance/score"
)

// Text (报告文字) is a part of a report that people write.
type Text struct {
	Name   string     `yaml:"name" json:"name"`
	Kind   score.Kind `yaml:"kind" json:"kind,omitempty"` // of form; both where it is empty
	Label  string     `yaml:"label" json:"label"`
	Usual  string     `yaml:"usual" json:"usual,omitempty"` // where nobody has written anything
	Needed bool       `yaml:"needed" json:"needed,omitempty"`
	// Plan marks a text that tells what is to be done; every other one may not claim more than the figures.
	Plan bool `yaml:"plan" json:"plan,omitempty"`
}

//go:embed texts/standard.yaml
var standard []byte

// Texts lists what people write for the reports of a kind of form, in the order of the report.
func Texts(k score.Kind) []Text {
	var file struct {
		Texts []Text `yaml:"texts"`
	}
	if err := yaml.Unmarshal(standard, &file); err != nil {
		panic("annex: the texts of the program cannot be read: " + err.Error()) // a test reads them
	}
	return slices.DeleteFunc(file.Texts, func(t Text) bool { return t.Kind != "" && t.Kind != k })
}

// written is what people wrote under a name, or the usual words, or a note that they are missing. What tells of outcomes is
// without sentences that claim everything was reached where something was not.
func (e *Evaluated) written(name string) string {
	for _, x := range Texts(e.Form.Kind) {
		if x.Name != name {
			continue
		}
		text := e.honest(e.Texts[name], !x.Plan)
		switch {
		case text != "":
			return text
		case x.Needed:
			return "（尚未填写" + x.Label + "。）"
		}
		return x.Usual
	}
	return ""
}

// Missing lists the texts that a report needs and nobody has written.
func (e *Evaluated) Missing() []Text {
	return slices.DeleteFunc(Texts(e.Form.Kind), func(t Text) bool { return !t.Needed || strings.TrimSpace(e.Texts[t.Name]) != "" })
}

// Ways to say that everything was reached. allDid speaks of what was done (各项指标均已完成); allDo may also be a plan
// (各项任务按期完成) and is a claim only in a text that tells what was done. A sentence with a negation in between says something
// else.
var (
	allDid = regexp.MustCompile(`(?:指标|目标|任务)值?(?:已|均|都|全)[^，。；！：未没不]{0,8}?(?:完成|达成|实现|达到|达标)|(?:圆满|超额)(?:完成|达成|实现)`)
	allDo  = regexp.MustCompile(`(?:各项|全部|所有|每项|每一项|各类|各个)[^，。；！：未没不]{0,14}?(?:完成|达成|实现|达到|达标)|(?:全部|全面|百分之百|100%)地?(?:完成|达成|实现|达标)`)
)

// claims reports whether a text says that everything was reached.
func claims(text string, outcome bool) bool {
	text = plain(text)
	return allDid.MatchString(text) || outcome && allDo.MatchString(text)
}

// Contradictions lists the sentences among what people wrote that claim everything was reached where something was not.
// Documents leave them out.
func (e *Evaluated) Contradictions() []string {
	if len(e.Result.Unmet()) == 0 {
		return nil
	}
	var out []string
	look := func(text string, outcome bool) {
		for _, s := range sentences(text) {
			if claims(s, outcome) {
				out = append(out, strings.TrimSpace(s))
			}
		}
	}
	look(e.Form.GoalActual, true)
	for _, t := range Texts(e.Form.Kind) {
		look(e.Texts[t.Name], !t.Plan)
	}
	return out
}

// honest is a text without the sentences that claim everything was reached, where something was not.
func (e *Evaluated) honest(text string, outcome bool) string {
	text = strings.TrimSpace(text)
	if len(e.Result.Unmet()) == 0 || !claims(text, outcome) {
		return text
	}
	var b strings.Builder
	for _, s := range sentences(text) {
		if !claims(s, outcome) {
			b.WriteString(s)
		}
	}
	if out := strings.TrimSpace(b.String()); !claims(out, outcome) {
		return out
	}
	return ""
}

// sentences parts a text behind its marks, which stay with what they end.
func sentences(text string) []string {
	var out []string
	from := 0
	for i, r := range text {
		if strings.ContainsRune("。；！\n", r) {
			end := i + len(string(r))
			out = append(out, text[from:end])
			from = end
		}
	}
	if from < len(text) {
		out = append(out, text[from:])
	}
	return out
}

// plain is a text without any space.
func plain(s string) string { return strings.Join(strings.Fields(s), "") }

// stop ends a text with a full stop.
func stop(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "。）") {
		return s
	}
	return strings.TrimRight(s, "；;，,") + "。"
}
