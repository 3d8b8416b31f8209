package xlsx_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/money"
)

var sheet = xlsx.Sheet{
	Name:  "工单/明细[1]",
	Title: "2026 年 5 月工单明细",
	Note:  "筛选：区域=红园街道；导出时间 2026-05-08 16:30",
	Columns: []xlsx.Column{{Label: "编号", Kind: xlsx.Text, Width: 20}, {Label: "标题"}, {Label: "次数", Kind: xlsx.Int}, {Label: "金额（元）", Kind: xlsx.Yuan},
		{Label: "满意率", Kind: xlsx.Rate}, {Label: "日期", Kind: xlsx.Day}, {Label: "登记时间", Kind: xlsx.Moment}},
}

func write(t *testing.T, s xlsx.Sheet, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	err := s.Write(&b, func(add func(...any) error) error {
		for _, r := range rows {
			if err := add(r...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var rows = [][]any{
	{"202605080000000001", "=1+1", 3, money.Fen(123456), 0.9553, clock.MustDate("2026-05-14"), clock.At(2026, 5, 14, 18, 5)},
	{"B2", "换行\n 和 <&>", int64(-2), int64(-5), 1.0, clock.NoDate, clock.Instant(0)},
	{"", nil, 0, money.Fen(9_007_199_254_740_9), "—", "", nil},
	{label("短")},
}

type label string

// What is written is read back by the importers' reader, which finds the head below title and note.
func TestRoundTrip(t *testing.T) {
	data := write(t, sheet, rows...)
	r, err := table.Open("x.xlsx", bytes.NewReader(data), int64(len(data)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"202605080000000001|=1+1|3|1234.56|95.53%|2026-05-14|2026-05-14 18:05:00",
		"B2|换行\n 和 <&>|-2|-0.05|100%||",
		"||0|900719925474.09|—||",
		"短||||||",
	}
	if strings.Join(r.Columns(), "|") != "编号|标题|次数|金额（元）|满意率|日期|登记时间" || len(got) != len(want) {
		t.Fatalf("%v, %v", r.Columns(), got)
	}
	for i, row := range got {
		if cells := strings.Join(row.Cells, "|"); cells != want[i] || row.Line != i+4 {
			t.Errorf("line %d: %q, want %q", row.Line, cells, want[i])
		}
	}
}

// A spreadsheet program shows the cells as civil servants expect them.
func TestHowItLooks(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet, rows...)))
	if err != nil {
		t.Fatal(err)
	}
	name := f.GetSheetName(0)
	if name != "工单_明细_1_" {
		t.Errorf("sheet %q", name)
	}
	shown, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(shown[3], "|"); got != "202605080000000001|=1+1|3|1,234.56|95.53%|2026-05-14|2026-05-14 18:05" {
		t.Errorf("first row shows %q", got)
	}
	if panes, err := f.GetPanes(name); err != nil || !panes.Freeze || panes.YSplit != 3 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if width, err := f.GetColWidth(name, "A"); err != nil || width != 20 {
		t.Errorf("width %v, %v", width, err)
	}
	if formula, _ := f.GetCellFormula(name, "B4"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
	merged, err := f.GetMergeCells(name)
	if err != nil || len(merged) != 2 {
		t.Errorf("merged %v, %v", merged, err)
	}
}

func TestAWrongCellIsAnError(t *testing.T) {
	for _, row := range [][]any{{"x", "y", "z", 1.5}, {"1", "2", 3, 4, 5, "", "", "eighth"}, {"", "", 3.5}, {"", "", nil, nil, nil, clock.Instant(1)}} {
		var b bytes.Buffer
		err := sheet.Write(&b, func(add func(...any) error) error { return add(row...) })
		if err == nil || b.Len() != 0 {
			t.Errorf("%v: %v, %d bytes", row, err, b.Len())
		}
	}
}

func TestMoreRowsThanASheetHas(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a million rows")
	}
	var b bytes.Buffer
	n := 0
	err := xlsx.Table(&b, "x", []xlsx.Column{{Label: "a"}}, func(add func(...any) error) error {
		for {
			if err := add(); err != nil {
				return err
			}
			n++
		}
	})
	if !errors.Is(err, xlsx.ErrTooLong) || n != 1<<20-1 || b.Len() != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", "'", strings.Repeat("长", 40), "a:b", "\x01"} {
		if data := write(t, xlsx.Sheet{Name: name, Columns: []xlsx.Column{{Label: "a"}}}); len(data) == 0 {
			t.Errorf("%q: nothing written", name)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		var out bytes.Buffer
		err := sheet.Write(&out, func(add func(...any) error) error {
			for range 5000 {
				if err := add(rows[0]...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
