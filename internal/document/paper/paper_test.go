package paper_test

import (
	"testing"

	"yichuang/internal/document/paper"
)

func document(blocks ...paper.Block) paper.Document {
	return paper.Document{Sections: []paper.Section{{Blocks: blocks}}}
}

func TestHeadingsAreListedInOrder(t *testing.T) {
	d := document(paper.Text(paper.Title, "标题"), paper.Text(paper.Heading1, "一、甲"), paper.PageBreak{},
		paper.Paragraph{Style: paper.Heading3, Runs: []paper.Run{{Text: "1. "}, {Text: "乙", Bold: true}}})
	got := d.Headings()
	if len(got) != 2 || got[0] != (paper.Heading{Level: 1, Text: "一、甲"}) || got[1] != (paper.Heading{Level: 3, Text: "1. 乙"}) {
		t.Errorf("%+v", got)
	}
}

func TestCheckRefuses(t *testing.T) {
	for name, d := range map[string]paper.Document{
		"style":       document(paper.Text(200, "x")),
		"colour":      document(paper.Paragraph{Runs: []paper.Run{{Color: "red"}}}),
		"link":        document(paper.Paragraph{Runs: []paper.Run{{Link: "#b"}}, Anchor: "a"}),
		"two anchors": document(paper.Paragraph{Anchor: "a"}, paper.Paragraph{Anchor: "a"}),
	} {
		if d.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	good := document(paper.Paragraph{Anchor: "a"}, paper.Paragraph{}, paper.Paragraph{Runs: []paper.Run{{Link: "#a", Color: "B5403A"}, {Link: "https://a"}}})
	if err := good.Check(); err != nil {
		t.Error(err)
	}
}

func TestHalvesAreThoseOfTheFirstLine(t *testing.T) {
	p := paper.Paragraph{Runs: []paper.Run{{Text: "编制单位："}, {Text: "某中心\t单位：", Bold: true}, {Text: "万元"}}}
	left, right, ok := p.Halves()
	if !ok || len(left) != 2 || left[1] != (paper.Run{Text: "某中心", Bold: true}) || len(right) != 2 || right[0] != (paper.Run{Text: "单位：", Bold: true}) || right[1].Text != "万元" {
		t.Errorf("%+v | %+v, %v", left, right, ok)
	}
	for _, text := range []string{"没有", "第一行\n第二行\t之后"} {
		if _, _, ok := paper.Text(paper.Plain, text).Halves(); ok {
			t.Errorf("%q has halves", text)
		}
	}
}
