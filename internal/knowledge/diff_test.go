package knowledge_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/knowledge"
)

func show(list []knowledge.Piece) string {
	var b strings.Builder
	for _, p := range list {
		switch p.What {
		case knowledge.Added:
			b.WriteString("+" + p.Text + "+")
		case knowledge.Removed:
			b.WriteString("-" + p.Text + "-")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	cases := []struct{ was, is, want string }{
		{"", "", ""},
		{"甲", "甲", "甲"},
		{"", "甲", "+甲+"},
		{"甲", "", "-甲-"},
		{"到二楼办理", "到三楼办理", "到-二-+三+楼办理"},
		{"带身份证、户口本。", "带身份证。", "带身份证-、户口本-。"},
		{"5 个工作日", "3 个工作日内", "-5-+3+ 个工作日+内+"},
	}
	for _, c := range cases {
		if got := show(knowledge.Compare(c.was, c.is)); got != c.want {
			t.Errorf("%q → %q: %q, want %q", c.was, c.is, got, c.want)
		}
	}
}

// What is kept and removed is the old text, what is kept and added is the new one, whatever they are.
func TestCompareGivesBothTexts(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("甲乙丙，。a1\n")))
	rapid.Check(t, func(rt *rapid.T) {
		was, is := text.Draw(rt, "was"), text.Draw(rt, "is")
		if rapid.IntRange(0, 9).Draw(rt, "long") == 0 {
			was, is = strings.Repeat(was+"，", 300)+"尾", strings.Repeat(is+"，", 300)+"末"
		}
		var before, after strings.Builder
		for _, p := range knowledge.Compare(was, is) {
			if p.What != knowledge.Added {
				before.WriteString(p.Text)
			}
			if p.What != knowledge.Removed {
				after.WriteString(p.Text)
			}
		}
		if before.String() != was || after.String() != is {
			rt.Fatalf("%q → %q gives %q → %q", was, is, before.String(), after.String())
		}
	})
}

func TestDifferencesNameTheFields(t *testing.T) {
	a, b := content().Content, content().Content
	b.Answer, b.Level = "改了", knowledge.Office
	var changed []string
	for _, d := range knowledge.Differences(&a, &b, func(id string) string { return id }) {
		if d.Changed() {
			changed = append(changed, d.Label)
		}
	}
	if strings.Join(changed, " ") != "答 公开级别" {
		t.Errorf("%v", changed)
	}
}
