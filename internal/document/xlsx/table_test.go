package xlsx_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/document/xlsx"
)

func TestTableKeepsTextAsText(t *testing.T) {
	var b bytes.Buffer
	err := xlsx.Table(&b, "工单", []xlsx.Column{{Label: "工单号", Width: 20}, {Label: "标题"}, {Label: "次数"}}, func(add func(...any) error) error {
		if err := add("20260508-000001", "=1+1", 3); err != nil {
			return err
		}
		return add("20260508-000002", "暖气不热", 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("工单")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"工单号", "标题", "次数"}, {"20260508-000001", "=1+1", "3"}, {"20260508-000002", "暖气不热", "0"}}
	for i := range want {
		for j := range want[i] {
			if rows[i][j] != want[i][j] {
				t.Errorf("row %d column %d is %q, want %q", i, j, rows[i][j], want[i][j])
			}
		}
	}
	if formula, _ := f.GetCellFormula("工单", "B2"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
}

func TestTableWritesNothingWhenFillFails(t *testing.T) {
	var b bytes.Buffer
	wrong := errors.New("too many")
	err := xlsx.Table(&b, "表", []xlsx.Column{{Label: "一"}}, func(add func(...any) error) error {
		if err := add("x"); err != nil {
			return err
		}
		return wrong
	})
	if !errors.Is(err, wrong) || b.Len() != 0 {
		t.Errorf("err = %v, %d bytes written", err, b.Len())
	}
}
