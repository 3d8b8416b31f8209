package report

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func sample() *Content {
	c := &Content{Tables: []Table{{Name: "承办单位"}}, Charts: []Chart{{Name: "近期走势"}}}
	c.word("期间", "2026年5月")
	c.word("受理量", "1284")
	c.word("受理量·环比", "上升 6.20%（增加 75 件）")
	return c
}

// Every number of a text is bound; one that somebody types is found, however it is written.
func TestANumberWithoutASourceIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		"{期间}，受理 {受理量} 件，环比{受理量·环比}。":               "",
		"# 一、总体情况\n## （一）类型\n【表：承办单位】\n【图：近期走势】":    "",
		"12345 热线，甘政办发〔2021〕18号，5月8日，2026年5月，第二季度。": "",
		"各单位要高度重视，一件一件抓落实。":                         "一件",
		"共受理 1284 件。": "1284",
		"共受理１２８４件。":   "１２８４",
		"办结率百分之九十五。":  "百分之九十五",
		"约三百余件。":      "三百余件",
		"上升③个百分点":     "③",
		"{没有的数}":      "没有的数",
		"【表：没有的表】":    "没有的表",
		"【图：没有的图】":    "没有的图",
		"{受理量 件":      "没有成对",
	} {
		got := Check(text, sample())
		if want == "" && len(got) > 0 || want != "" && (len(got) == 0 || !strings.Contains(got[0].Text, want)) {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
}

// No digit gets through outside a place, whatever stands around it.
func TestNoDigitGetsThrough(t *testing.T) {
	c := sample()
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.StringMatching(`[群众诉求、，。]{0,6}`).Draw(t, "before"), rapid.StringMatching(`[群众诉求、，。]{0,6}`).Draw(t, "after")
		n := rapid.IntRange(0, 99999).Draw(t, "n")
		if n == 12345 {
			return
		}
		if len(Check(before+itoa(n)+after, c)) == 0 {
			t.Fatalf("%s%d%s gets through", before, n, after)
		}
	})
}

// Covered numbers cannot be found by subtraction: never exactly one of a list that adds up to a published whole, unless it
// is the only one that is not 0.
func TestHideLeavesNothingToSubtract(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 30), 0, 8).Draw(t, "counts")
		covered, positive := 0, 0
		for i, h := range hide(counts) {
			if counts[i] > 0 {
				positive++
			}
			if h {
				covered++
			}
			if counts[i] > 0 && counts[i] < small && !h {
				t.Fatalf("%v: %d is shown", counts, counts[i])
			}
			if h && counts[i] == 0 {
				t.Fatalf("%v: a nought is covered", counts)
			}
		}
		if covered == 1 && positive > 1 {
			t.Fatalf("%v: one covered number can be found by subtraction", counts)
		}
	})
}

// FuzzParse cuts any text without losing its words.
func FuzzParse(f *testing.F) {
	f.Add("# 一、\n{a}b{c}\n【表：x】")
	f.Add("{{}}}{\r\n## ")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range Parse(text) {
			if l.Kind == Paragraph && len(l.Segments) == 0 {
				t.Fatalf("%q: an empty line", text)
			}
		}
		Check(text, sample())
	})
}
