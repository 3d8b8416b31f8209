package statement_test

import (
	"os"
	"strings"
	"testing"

	"yichuang/internal/finance/statement"
)

// gansu is the program's own layout as text, with some words exchanged.
func gansu(t *testing.T, exchange ...string) []byte {
	t.Helper()
	b, err := os.ReadFile("templates/gansu-2024.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(exchange); i += 2 {
		if !strings.Contains(text, exchange[i]) {
			t.Fatalf("the layout has no %q", exchange[i])
		}
		text = strings.Replace(text, exchange[i], exchange[i+1], 1)
	}
	return []byte(text)
}

func TestTheProgramsTemplatesPassTheCheck(t *testing.T) {
	for _, name := range []string{"gansu-2024", "plain-2024"} {
		b, err := os.ReadFile("templates/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if tpl, problems := statement.CheckTemplate(b); tpl == nil || len(problems) > 0 {
			t.Errorf("%s: %s", name, strings.Join(problems, "\n"))
		}
	}
}

// TestWhatIsWrongWithATemplateIsSaidInChinese: each slip of the pen is found, and the sentence names the place.
func TestWhatIsWrongWithATemplateIsSaidInChinese(t *testing.T) {
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"empty":               {nil, "文件是空的"},
		"no YAML":             {[]byte("id: x\n\tname: 甲\n"), "第 2 行附近不符合 YAML"},
		"unknown word":        {gansu(t, "    shape: sides\n", "    shape: sides\n    colour: red\n"), "没有“colour”这个词"},
		"word for a number":   {gansu(t, "from_year: 2024", "from_year: 今年"), "“今年”应为一个整数"},
		"id":                  {gansu(t, "id: gansu-2024", "id: 甘肃"), "id “甘肃”应由小写字母"},
		"no region":           {gansu(t, "region: 甘肃省\n", ""), "region"},
		"unit":                {gansu(t, "unit: 万元", "unit: 元"), "应为万元"},
		"missing table":       {gansu(t, "  - id: T09\n", "  - id: T19\n"), "缺 T09"},
		"shape":               {gansu(t, "    title: 收入决算表\n    shape: tree", "    title: 收入决算表\n    shape: single"), "T02 的 shape 应为 tree"},
		"missing line":        {gansu(t, "name: in-total", "name: in-sum"), "name: in-total"},
		"unknown condition":   {gansu(t, "where: {source: superior}", "where: {source: above}"), "source 是“above”"},
		"column of nothing":   {gansu(t, "label: 上级补助收入, where: {source: superior}", "label: 上级补助收入"), "没有写 where 或 sum"},
		"money left out":      {gansu(t, "where: {source: superior}", "where: {source: service}"), "试算不平"},
		"sum that goes round": {gansu(t, `{no: "2", label: 财政拨款收入, where: {source: appropriation}}`, `{no: "2", label: 财政拨款收入, sum: ["1"]}`), "绕回了自己"},
		"long blank":          {gansu(t, "{blank: [9, 26]}", "{blank: [9, 2000000000]}"), "太长"},
		"address of nothing":  {gansu(t, "{left: T01/30/1,", "{left: T01/99/1,"), "T01/99/1 不是表里的单元格"},
	} {
		_, problems := statement.CheckTemplate(c.text)
		if got := strings.Join(problems, "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q lacks %q", name, got, c.want)
		}
		for _, p := range problems {
			for _, word := range []string{"cannot", "line ", "yaml:", "field ", "statement."} {
				if strings.Contains(p, word) {
					t.Errorf("%s: English in %q", name, p)
				}
			}
		}
	}
}

// FuzzCheckTemplate: whatever somebody uploads, the check comes to an end and says something.
func FuzzCheckTemplate(f *testing.F) {
	for _, name := range []string{"gansu-2024", "plain-2024"} {
		b, err := os.ReadFile("templates/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("id: x\ntables: [{id: T01, title: 表, shape: sides, left: [{line: 1, label: 甲, sum: [1, 1]}], columns: [{no: \"1\", side: left}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if tpl, problems := statement.CheckTemplate(text); tpl == nil && len(problems) == 0 {
			t.Error("neither a template nor a problem")
		}
	})
}
