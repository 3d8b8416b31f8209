package narrative_test

import (
	"os"
	"strings"
	"testing"

	"yichuang/internal/finance/narrative"
)

// texts are the program's own, with some words exchanged.
func texts(t *testing.T, exchange ...string) []byte {
	t.Helper()
	b, err := os.ReadFile("texts/standard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(exchange); i += 2 {
		if !strings.Contains(text, exchange[i]) {
			t.Fatalf("the texts have no %q", exchange[i])
		}
		text = strings.Replace(text, exchange[i], exchange[i+1], 1)
	}
	return []byte(text)
}

func TestTheProgramsTextsPassTheCheck(t *testing.T) {
	if tpl, problems := narrative.CheckTexts(texts(t)); tpl == nil || len(problems) > 0 {
		t.Error(strings.Join(problems, "\n"))
	}
}

// TestWhatIsWrongWithTextsIsSaidInChinese: each slip is found, and the sentence names the place.
func TestWhatIsWrongWithTextsIsSaidInChinese(t *testing.T) {
	const income = "{{.Year}}年度收入合计{{wan .Income}}万元"
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"unknown part":     {texts(t, "terms:\n", "words:\n"), "没有“words”这个词"},
		"no region":        {texts(t, "region: 全国\n", ""), "region"},
		"typed figure":     {texts(t, income, "{{.Year}}年度收入合计123.45万元"), "第2节里写了“123.45万元”"},
		"unknown word":     {texts(t, income, "{{.Year}}年度收入合计{{wann .Income}}万元"), "不认识的词“wann”"},
		"forbidden word":   {texts(t, income, `{{printf "%d" 5}}收入合计{{wan .Income}}万元`), "不能使用“printf”"},
		"unknown data":     {texts(t, income, "{{.Year}}年度收入合计{{wan .Incom}}万元"), "没有“.Incom”这个数据"},
		"unclosed":         {texts(t, income, "{{if .Year}}年度收入合计{{wan .Income}}万元"), "少了 end"},
		"unknown count":    {texts(t, `{{int "abroad_groups"}}`, `{{int "groups"}}`), "int 不认识“groups”"},
		"no such text":     {texts(t, `{{template "item" .Abroad}}`, `{{template "things" .Abroad}}`), "parts 里没有“things”"},
		"circle":           {texts(t, "{{if .BaseZero}}", `{{template "budget" .}}{{if .BaseZero}}`), "绕回了自己"},
		"reason alone":     {texts(t, income, income+`{{reason "yoy.wages"}}`), "reason 用在了没有比较的地方"},
		"range of numbers": {texts(t, income, "{{range 1000000000}}甲{{end}}"+income), "range 只能用于列表"},
		"missing section":  {texts(t, "  - id: \"13\"\n    title: 其他需要说明的情况\n    text: |\n      {{if .Rounded}}公开的金额以万元为单位，按四舍五入保留两位小数，个别合计数与分项数之和存在尾数差额。{{else}}无其他需要说明的情况。{{end}}\n", ""), "现在是 12 节"},
	} {
		_, problems := narrative.CheckTexts(c.text)
		if got := strings.Join(problems, "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q lacks %q", name, got, c.want)
		}
		for _, p := range problems {
			for _, word := range []string{"template:", "executing", "not defined", "unexpected", "line "} {
				if strings.Contains(p, word) {
					t.Errorf("%s: English in %q", name, p)
				}
			}
		}
	}
}

// FuzzCheckTexts: whatever somebody uploads, the check comes to an end.
func FuzzCheckTexts(f *testing.F) {
	b, err := os.ReadFile("texts/standard.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("id: x\nsections: [{id: \"1\", title: 甲, text: '{{range .Incomes}}{{.Name}}{{end}}'}]\nperformance: {title: 乙, text: '{{wan .Total}}'}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if tpl, problems := narrative.CheckTexts(text); tpl == nil && len(problems) == 0 {
			t.Error("neither texts nor a problem")
		}
	})
}
