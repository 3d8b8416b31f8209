package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"yichuang/internal/text"
)

func marked(segments []text.Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Hit {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestSnippet(t *testing.T) {
	cases := []struct {
		text, query string
		width       int
		want        string
	}{
		{"文昌大道路灯不亮", "路灯", 0, "文昌大道[路灯]不亮"},
		{"文昌大道路灯不亮", "路灯不亮 文昌", 0, "[文昌]大道[路灯不亮]"},
		{"文昌大道路灯不亮", "路灯 灯不", 0, "文昌大道[路灯不]亮"},
		{"路灯，不亮", "路灯，不亮", 0, "[路灯，不亮]"},
		{"自来水管停水", "水", 0, "自来[水]管停[水]"},
		{"Ｂ区２栋楼下", "b区2栋", 0, "[Ｂ区２栋]楼下"},
		{"Wi-Fi 慢", "wi-fi", 0, "[Wi-Fi] 慢"},
		{"路灯不亮", "路灯 -不亮", 0, "[路灯]不亮"},
		{"路灯不亮", "", 0, "路灯不亮"},
		{"", "路灯", 5, ""},
		{"一二三四五六七八九十路灯甲乙丙丁戊己庚辛", "路灯", 8, "…九十[路灯]甲乙丙丁…"},
		{"一二三四五六七八九十路灯", "路灯", 8, "…五六七八九十[路灯]"},
		{"一二三四五六七八九十", "路灯", 4, "一二三四…"},
		{"一二三四五六七八九十", "九十", 4, "…七八[九十]"},
		{"一二㍿四", "株式", 0, "一二[㍿]四"},
		{"a\xffb路灯", "路灯", 0, "a\xffb[路灯]"},
	}
	for _, c := range cases {
		if got := marked(text.Snippet(c.text, c.query, c.width)); got != c.want {
			t.Errorf("Snippet(%q, %q, %d) = %q, want %q", c.text, c.query, c.width, got, c.want)
		}
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("一二三四五六七八九十路灯甲乙", "路灯 -甲", 6)
	f.Add("e\u0301\u200b㍿\xff", "e 会", 2)
	f.Fuzz(func(t *testing.T, s, query string, width int) {
		var b strings.Builder
		whole := text.Snippet(s, query, 0)
		for _, seg := range whole {
			b.WriteString(seg.Text)
		}
		if b.String() != s {
			t.Fatalf("%q became %q", s, b.String())
		}
		if width = min(width, 1000); width <= 0 {
			return
		}
		got := strings.Trim(strings.NewReplacer("[", "", "]", "").Replace(marked(text.Snippet(s, query, width))), "…")
		if utf8.RuneCountInString(got) > width {
			t.Fatalf("%d characters instead of %d: %q", utf8.RuneCountInString(got), width, got)
		}
	})
}

func TestSimilarity(t *testing.T) {
	lamp := "文昌大道与人民路交叉口的路灯不亮，晚上出行不安全，请尽快维修"
	cases := []struct {
		a, b     string
		from, to float64
	}{
		{lamp, lamp, 1, 1},
		{lamp, "人民路与文昌大道交叉口路灯不亮，晚上出行很不安全，请尽快维修", 0.5, 0.99},
		{lamp, "小区停水两天，物业不处理", 0, 0.05},
		{"ＡＢＣ 路灯", "abc，路灯", 1, 1},
		{"", "", 0, 0},
		{lamp, "", 0, 0},
	}
	for _, c := range cases {
		got := text.Similarity(c.a, c.b)
		if got < c.from || got > c.to || got != text.Similarity(c.b, c.a) {
			t.Errorf("Similarity(%q, %q) = %.2f", c.a, c.b, got)
		}
	}
}
