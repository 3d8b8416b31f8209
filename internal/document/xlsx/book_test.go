package xlsx_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/document/chart"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/xlsx"
)

func book() xlsx.Book {
	return xlsx.Book{Pages: []xlsx.Page{
		{Name: "正文", Title: "热线周报", Lines: []string{"=1+1 不是公式。", "第二段。"}},
		{Name: "单位", Title: "承办单位办理情况", Table: grid.Table{Columns: []grid.Column{{Width: 2}, {Align: grid.Right}, {Align: grid.Right}},
			Head: [][]grid.Cell{{{Text: "单位", Rows: 2}, {Text: "件数", Cols: 2}}, {{Text: "按时"}, {Text: "按时率"}}},
			Body: [][]grid.Cell{{{Text: "市水务局"}, {Text: "12", Value: int64(12)}, {Text: "75.00%", Value: 0.75, Format: "0.00%"}}}},
			Charts: []chart.Chart{{Kind: chart.Bars, Title: "按时率", Percent: true, Categories: []string{"市水务局", "市城管局"}, Series: []chart.Series{{Name: "按时率", Values: []float64{0.75, math.NaN()}}}}}},
		{Name: "单位"},
	}}
}

// Numbers are stored as numbers, heads are merged, text is never a formula.
func TestBook(t *testing.T) {
	var b bytes.Buffer
	if err := book().Write(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(f.GetSheetList(), "|"); got != "正文|单位|单位(2)" {
		t.Errorf("sheets %s", got)
	}
	if v, _ := f.GetCellValue("正文", "A2"); v != "=1+1 不是公式。" {
		t.Errorf("line %q", v)
	}
	if formula, _ := f.GetCellFormula("正文", "A2"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
	for cell, want := range map[string]string{"A2": "单位", "B2": "件数", "B3": "按时", "B4": "12", "C4": "75.00%"} {
		if v, _ := f.GetCellValue("单位", cell); v != want {
			t.Errorf("%s is %q, want %q", cell, v, want)
		}
	}
	if raw, _ := f.GetCellValue("单位", "C4", excelize.Options{RawCellValue: true}); raw != "0.75" {
		t.Errorf("stored %q", raw)
	}
	merged, err := f.GetMergeCells("单位")
	if err != nil || len(merged) != 3 {
		t.Errorf("%d merged ranges, %v", len(merged), err)
	}
}

func TestBookRefusesWhatDoesNotFit(t *testing.T) {
	for name, p := range map[string]xlsx.Page{
		"value": {Table: grid.Table{Columns: []grid.Column{{}}, Body: [][]grid.Cell{{{Value: "x"}}}}},
		"cells": {Table: grid.Table{Columns: []grid.Column{{}}, Body: [][]grid.Cell{{{}, {}}}}},
		"chart": {Charts: []chart.Chart{{}}},
	} {
		var b bytes.Buffer
		if err := (xlsx.Book{Pages: []xlsx.Page{p}}).Write(&b); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
}
