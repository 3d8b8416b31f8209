package item_test

import (
	"testing"

	"yichuang/internal/item"
)

// A step limits the stage that it names, whatever it is called; where none is named the words of old decide.
func TestStageLimit(t *testing.T) {
	wd := func(n int) item.Limit { return item.Limit{N: n, Unit: item.Workday} }
	step := func(name, stage string, n int) item.StepTemplate {
		return item.StepTemplate{Name: name, Stage: stage, Limit: wd(n)}
	}
	for _, x := range []struct {
		name  string
		steps []item.StepTemplate
		want  map[string]int // -1 for no limit
	}{
		{"by stage", []item.StepTemplate{step("踏勘论证", item.StageExamine, 3), step("会审", item.StageExamine, 2), step("签发", item.StageDecide, 1), step("审查归卷", item.StageNone, 9)},
			map[string]int{item.StageReceive: -1, item.StageExamine: 5, item.StageDecide: 1, item.StageMake: -1}},
		{"by words of old", []item.StepTemplate{step("窗口受理", "", 1), step("初步审查", "", 3), step("领导审批", "", 2), step("复核审查", "", 7), step("签发", "", 4)},
			map[string]int{item.StageReceive: 1, item.StageExamine: 3, item.StageDecide: 2, item.StageMake: -1, item.StageDeliver: -1}},
		{"one named stage ends the words", []item.StepTemplate{step("审查", "", 3), step("签发", item.StageDecide, 1)}, map[string]int{item.StageExamine: -1, item.StageDecide: 1}},
		{"no limit", []item.StepTemplate{{Name: "审查", Stage: item.StageExamine}, step("会审", item.StageExamine, 0)}, map[string]int{item.StageExamine: 0}},
	} {
		c := item.Content{Steps: x.steps}
		for stage, n := range x.want {
			got := c.StageLimit(stage)
			if n < 0 && !got.IsZero() || n >= 0 && got != wd(n) {
				t.Errorf("%s: %s: %v, want %d", x.name, stage, got, n)
			}
		}
	}
}

func TestGuessStage(t *testing.T) {
	for name, want := range map[string]string{"窗口收件": item.StageReceive, "受理审查": item.StageReceive, "审核": item.StageExamine, "现场核查": item.StageExamine, "审批": item.StageDecide, "颁证": item.StageMake, "送达": item.StageDeliver, "公示": item.StageNone} {
		if got := item.GuessStage(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
