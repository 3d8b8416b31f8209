package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"yichuang/internal/text"
)

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"路灯不亮":                   "路灯 灯不 不亮 亮",
		"水":                      "水",
		"B区2栋路灯不亮":               "b 区 2 栋路 路灯 灯不 不亮 亮",
		"路灯，不亮！":                 "路灯 灯 不亮 亮",
		"１２３４５　ＡＢＣ":              "12345 abc",
		"Wi-Fi 5G":               "wi fi 5 g",
		"GD20260514001":          "gd 20260514001",
		"café CAFÉ cafe\u0301":   "café café café",
		"零\u200b宽":               "零宽 宽",
		"㍿":                      "株式 式会 会社 社",
		"〇々𠮷":                    "〇々 々𠮷 𠮷",
		"路\x00灯 \xff\xfe":        "路 灯",
		"“—…（）":                  "",
		"":                       "",
		strings.Repeat("a", 100): strings.Repeat("a", 40),
		"ﬁle ½":                  "file 1 2",
		"\ue000abc":              "abc",
	} {
		if got := text.Tokens(in); got != want {
			t.Errorf("Tokens(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLongTextsAreCut(t *testing.T) {
	got := text.Tokens(strings.Repeat("路灯", 20000))
	if n := len(strings.Fields(got)); n != 16000 {
		t.Fatalf("%d tokens", n)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"B区2栋路灯不亮", "ＡＢＣ１２３", "e\u0301\u200b", "\xff\x00'\"\\", "ﷺ", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := text.Tokens(s)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if r != ' ' && (r < '0' || strings.ContainsRune(`'"\:*()&|!<>^-`, r) || r == '\ue000' || r >= 'A' && r <= 'Z') {
				t.Fatalf("%q in %q", r, got)
			}
		}
		for tok := range strings.SplitSeq(got, " ") {
			if tok == "" && got != "" || utf8.RuneCountInString(tok) > 40 {
				t.Fatalf("token %q in %q", tok, got)
			}
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	s := strings.Repeat("文昌大道与人民路交叉口路灯不亮，请处理。", 5)
	for b.Loop() {
		text.Tokens(s)
	}
}
