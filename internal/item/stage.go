package item

import (
	"slices"
	"strings"

	"yichuang/internal/org"
)

// The stages of a case (阶段) that a step of an item limits. A step says its stage by itself; its name is for people.
const (
	StageReceive = "receive" // 接件、受理
	StageExamine = "examine" // 审查、审核
	StageDecide  = "decide"  // 决定
	StageMake    = "make"    // 制证
	StageDeliver = "deliver" // 送达
	StageNone    = "none"    // limits no stage: part of one, or beside them all
)

// Stages lists the stages in the order of a case's life.
func Stages() []org.Choice {
	return []org.Choice{{Value: StageReceive, Label: "接件、受理"}, {Value: StageExamine, Label: "审查、审核"}, {Value: StageDecide, Label: "决定"},
		{Value: StageMake, Label: "制证"}, {Value: StageDeliver, Label: "送达"}, {Value: StageNone, Label: "不单独计时"}}
}

// stageWords are the words by which the stage of a step that names none is guessed, in the order in which they are tried.
var stageWords = []struct {
	stage string
	words []string
}{{StageReceive, []string{"受理", "接件", "收件"}}, {StageExamine, []string{"审查", "审核", "核查"}}, {StageDecide, []string{"决定", "审批"}}, {StageMake, []string{"制证", "颁证", "发证"}}, {StageDeliver, []string{"送达", "取件"}}}

// GuessStage gives the stage that the name of a step suggests: a proposal where a step is written, never a rule of cases.
func GuessStage(name string) string {
	for _, s := range stageWords {
		if slices.ContainsFunc(s.words, func(w string) bool { return strings.Contains(name, w) }) {
			return s.stage
		}
	}
	return StageNone
}

// stage gives every step that names no stage the one that its name suggests, when content is written or imported.
func (c *Content) stage() {
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		if s := &c.Steps[i]; s.Stage == "" {
			s.Stage = GuessStage(s.Name)
		}
	}
}

// StageLimit gives the limit of a stage: the sum of its steps; the zero Limit where the item sets none. A version from before
// steps named their stages keeps what it did: the first step whose name has a word of the stage.
func (c *Content) StageLimit(stage string) Limit {
	if !slices.ContainsFunc(c.Steps, func(s StepTemplate) bool { return s.Stage != "" }) {
		return c.namedLimit(stage)
	}
	var sum Limit
	for _, s := range c.Steps {
		if s.Stage == stage && !s.Limit.IsZero() {
			sum.N, sum.Unit = sum.N+s.Limit.N, s.Limit.Unit
		}
	}
	return sum
}

func (c *Content) namedLimit(stage string) Limit {
	for _, w := range stageWords {
		if w.stage != stage {
			continue
		}
		for _, s := range c.Steps {
			if slices.ContainsFunc(w.words, func(word string) bool { return strings.Contains(s.Name, word) }) {
				return s.Limit
			}
		}
	}
	return Limit{}
}

// checkStages refuses stages that are not in the table, and steps of one stage whose limits cannot be added.
func (c *Content) checkStages(k *checker) {
	units := map[string]LimitUnit{}
	for i, s := range c.Steps {
		k.code(at("steps", i), "所属阶段", s.Stage, Stages())
		if s.Stage == "" || s.Stage == StageNone || s.Limit.IsZero() {
			continue
		}
		if u, known := units[s.Stage]; known && u != s.Limit.Unit {
			k.say(at("steps", i), "“%s”阶段各环节的时限要用同一种单位，才能合计。", org.LabelOf(Stages(), s.Stage))
		}
		units[s.Stage] = s.Limit.Unit
	}
}
