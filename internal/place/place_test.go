package place_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"yichuang/internal/place"
)

func names(list []place.Name) (out []string) {
	for _, n := range list {
		out = append(out, n.Text)
	}
	return out
}

func TestFind(t *testing.T) {
	f := place.New([]string{"临夏市", "临夏县", "积石山保安族东乡族撒拉族自治县", "城关镇", "折桥镇"})
	for text, want := range map[string]string{
		"投诉红园小区暖气不热":            "红园小区",
		"临夏市折桥镇滨河路施工扰民":         "临夏市 折桥镇 滨河路",
		"临夏新华街的路灯不亮":            "临夏 新华街",
		"A市伊景园滨河苑捆绑销售车位":        "A市 伊景园 滨河苑",
		"反映A7县泉塘街道道路破损":         "A7县 泉塘街道",
		"我们小区停水了，这条路也没修":        "",
		"请问农村医保怎么交":             "",
		"关于光华小学门口堵车，光华小学的家长都知道": "光华小学",
		"团结路团结小区3号楼，团结路口":       "团结路 团结小区",
		"":  "",
		"A": "",
		"积石山保安族东乡族撒拉族自治县人民医院挂不上号": "积石山保安族东乡族撒拉族自治县 人民医院",
	} {
		if got := strings.Join(names(f.Find(text)), " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestNamesStandWhereTheySay(t *testing.T) {
	f := place.New([]string{"临夏市"})
	for _, text := range []string{"临夏市红园小区和北大街之间的滨河路", "🙂临夏市红园小区"} {
		s := []rune(text)
		last := 0
		for _, n := range f.Find(text) {
			if string(s[n.From:n.To]) != n.Text || n.From < last {
				t.Errorf("%s: %+v", text, n)
			}
			last = n.To
		}
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string][]string{
		"从5月3日起每天晚上10点到凌晨2点施工": {"5月3日", "每天晚上10点到凌晨2点"},
		"2026年11月19日停水":        {"2026年11月19日"},
		"昨晚半夜一直响":              {"昨晚", "半夜"},
		"没有说时间":                nil,
	} {
		if got := place.Times(text); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	finder := place.New([]string{"临夏市", "临夏县"})
	f.Add("临夏市红园小区滨河路A3区泉塘街道")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		runes := []rune(s)
		for _, n := range finder.Find(s) {
			if n.From < 0 || n.To > len(runes) || n.From >= n.To || string(runes[n.From:n.To]) != n.Text {
				t.Fatalf("%q: %+v", s, n)
			}
		}
		place.Times(s)
	})
}
