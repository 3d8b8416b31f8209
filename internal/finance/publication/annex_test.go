package publication_test

import (
	"bytes"
	"strings"
	"testing"

	"yichuang/internal/document/grid"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
)

// TestAnnexesStandInEveryFormat: forms and texts of evaluations are printed behind part five, and part four says what they
// found instead of that there is nothing.
func TestAnnexesStandInEveryFormat(t *testing.T) {
	p := accounts(t, "gansu-2024")
	form := &grid.Table{Columns: []grid.Column{{Width: 3}, {}, {}}, Head: [][]grid.Cell{{{Text: "三级指标", Rows: 2}, {Text: "完成情况", Cols: 2}}, {{Text: "目标值"}, {Text: "得分"}}},
		Body: [][]grid.Cell{{{Text: "预算执行率"}, {Text: "100%", Align: grid.Centre}, {Text: "9.42", Align: grid.Right, Value: 9.42, Format: "0.00"}}}}
	said := []narrative.Paragraph{{Spans: []narrative.Span{{Text: "两个项目的自评得分分别为98.20分和95.30分。"}}}}
	p.Evaluation = &publication.Evaluation{Self: said, Annexes: []publication.Annex{{Label: "附件1", Title: "整体支出绩效自评报告", Paragraphs: said}, {Label: "附件2", Title: "整体支出绩效自评表", Table: form, Notes: []string{"按全国通用口径计分。"}, Landscape: true}}}
	page := string(written(t, p, publication.HTML))
	for _, want := range []string{"附件2　整体支出绩效自评表", `rowspan="2"`, "9.42", "按全国通用口径计分", "自评得分分别为98.20分", "没有开展部门重点绩效评价"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "没有形成可以公开的绩效自评结果") {
		t.Error("part four says that there is no evaluation")
	}
	for format, part := range map[publication.Format]string{publication.DOCX: "word/document.xml", publication.XLSX: "xl/workbook.xml"} {
		if text := string(unzipped(t, written(t, p, format))[part]); !strings.Contains(text, "附件2") {
			t.Errorf("%s lacks the annex", format)
		}
	}
	if text := string(written(t, p, publication.JSON)); !strings.Contains(text, `"label": "附件2"`) {
		t.Error("the model lacks the annex")
	}
	if !bytes.HasPrefix(written(t, p, publication.PDF), []byte("%PDF-")) {
		t.Error("no PDF")
	}
}
