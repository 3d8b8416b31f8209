package web

import (
	"net/url"
	"slices"
	"testing"
)

func TestDifferencesLoseNoEdit(t *testing.T) {
	form := func(title, answer string) *Form {
		return &Form{sent: true, values: url.Values{"title": {title}, "answer": {answer}, "level": {"public"},
			shownField: {shownValues([]Stored{{Name: "title", Value: "医保缴费"}, {Name: "answer", Value: "到二楼办理。\r\n带身份证。"}, {Name: "level", Value: "public"}})}}}
	}
	now := func(title, answer string) []Stored {
		return []Stored{{Name: "title", Label: "标题", Value: title}, {Name: "answer", Label: "答", Value: answer},
			{Name: "level", Label: "公开级别", Value: "public", Show: ShowOption([]Option{{Value: "public", Label: "公开"}})}}
	}
	for _, c := range []struct {
		name                string
		f                   *Form
		title, answer       string
		labels              []string
		wantTitle, wantText string // what the form holds afterwards
	}{
		{"nobody else changed anything", form("医保怎样缴费", "到二楼办理。\n带身份证。"), "医保缴费", "到二楼办理。\n带身份证。", nil, "医保怎样缴费", "到二楼办理。\n带身份证。"},
		{"each changed another field: both are kept", form("医保怎样缴费", "到二楼办理。\n带身份证。"), "医保缴费", "到三楼办理。\n带身份证。", []string{"答"}, "医保怎样缴费", "到三楼办理。\n带身份证。"},
		{"both changed the same field: both are shown", form("医保缴费", "到四楼办理。\n带身份证。"), "医保缴费", "到三楼办理。\n带身份证。", []string{"答"}, "医保缴费", "到四楼办理。\n带身份证。"},
		{"both wrote the same", form("医保缴费", "到三楼办理。"), "医保缴费", "到三楼办理。", nil, "医保缴费", "到三楼办理。"},
	} {
		var labels []string
		differs := c.f.Differences(now(c.title, c.answer))
		for _, d := range differs {
			labels = append(labels, d.Label)
		}
		if !slices.Equal(labels, c.labels) || c.f.Text("title") != c.wantTitle || c.f.Text("answer") != c.wantText {
			t.Errorf("%s: %v, form %q %q", c.name, labels, c.f.Text("title"), c.f.Text("answer"))
		}
		if c.name == "both changed the same field: both are shown" && (differs[0].Taken || differs[0].Now[1] != "三" || differs[0].Mine[1] != "四") {
			t.Errorf("%s: %+v", c.name, differs[0])
		}
	}
	var fresh *Form
	if fresh.Differences(now("甲", "乙")) != nil || (&Form{sent: true, values: url.Values{}}).Differences(now("甲", "乙")) != nil {
		t.Error("a form that showed nothing has no differences")
	}
}
