package table_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/document/table"
)

// workbook makes a spreadsheet with another program's writer.
func workbook(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func set(t testing.TB, f *excelize.File, sheet, cell string, value any, format string) {
	t.Helper()
	if err := f.SetCellValue(sheet, cell, value); err != nil {
		t.Fatal(err)
	}
	if format == "" {
		return
	}
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err == nil {
		err = f.SetCellStyle(sheet, cell, cell, style)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestSpreadsheet(t *testing.T) {
	at := time.Date(2026, 5, 14, 18, 30, 5, 0, time.UTC)
	day := time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
	content := workbook(t, func(f *excelize.File) {
		s := "Sheet1"
		set(t, f, s, "A1", "2026 年工单明细", "")
		for i, h := range []string{"编号", "日期", "时刻", "几点", "时长", "率", "金额", "数", "文字", "是否", "长号", "备注"} {
			cell, _ := excelize.CoordinatesToCellName(i+1, 3)
			set(t, f, s, cell, h, "")
		}
		set(t, f, s, "A4", 1, "")
		set(t, f, s, "B4", day, `yyyy"年"m"月"d"日"`)
		set(t, f, s, "C4", at, "yyyy/m/d h:mm")
		set(t, f, s, "D4", 0.75, "h:mm")
		set(t, f, s, "E4", 1.5, "[h]:mm")
		set(t, f, s, "F4", 0.1255, "0.0%")
		set(t, f, s, "G4", 1234.5, `#,##0.00"元"`)
		set(t, f, s, "H4", 0.1+0.2, "")
		set(t, f, s, "I4", " a_x000D_b ", "")
		set(t, f, s, "J4", true, "")
		set(t, f, s, "K4", "342201198001011234", "")
		set(t, f, s, "L5", "只有这格", "")
		if err := f.SetCellRichText(s, "A7", []excelize.RichTextRun{{Text: "富"}, {Text: "文本", Font: &excelize.Font{Bold: true}}}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula(s, "H7", "1+1"); err != nil {
			t.Fatal(err)
		}
	})
	want := "编号|日期|时刻|几点|时长|率|金额|数|文字|是否|长号|备注\n" +
		"4:1|2026-05-14|2026-05-14 18:30:05|18:00:00|36:00:00|12.55%|1234.5|0.3|ab|是|342201198001011234|\n" +
		"5:|||||||||||只有这格\n" +
		"7:富文本|||||||||||"
	if got := read(t, content); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestTheFirstVisibleSheetIsRead(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		set(t, f, "Sheet1", "A1", "隐藏", "")
		if _, err := f.NewSheet("名单"); err != nil {
			t.Fatal(err)
		}
		set(t, f, "名单", "A1", "姓名", "")
		set(t, f, "名单", "A2", "张三", "")
		f.SetActiveSheet(1)
		if err := f.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	})
	if got := read(t, content); got != "姓名\n2:张三" {
		t.Errorf("%q", got)
	}
}

// raw makes a spreadsheet of hand-written parts.
func raw(t testing.TB, sheet string, more map[string]string) string {
	t.Helper()
	parts := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="/xl/worksheets/Sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}
	for name, content := range more {
		parts[name] = content
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHandWrittenParts(t *testing.T) {
	styles := map[string]string{"xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="31"/></cellXfs></styleSheet>`}
	got := read(t, raw(t, `<worksheet><sheetData><row><c t="inlineStr"><is><t>日</t></is></c><c t="str"><v>月_x0041_</v></c></row>
		<row r="9"><c s="1"><v>0</v></c><c r="B9" s="2"><v>44692.5</v></c></row><row r="3"><c><v>1E3</v></c><c t="d"><v>2026-05-14T18:00:00</v></c></row></sheetData></worksheet>`, styles))
	if want := "日|月A\n9:1904-01-01|2026-05-12 12:00:00\n10:1000|2026-05-14 18:00:00"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDaysOf1900(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		set(t, f, "Sheet1", "A1", "日", "")
		for i, serial := range []float64{1, 59, 61, 46156} {
			set(t, f, "Sheet1", fmt.Sprint("A", i+2), serial, "yyyy-mm-dd")
		}
	})
	if got, want := read(t, content), "日\n2:1900-01-01\n3:1900-02-28\n4:1900-03-01\n5:2026-05-14"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDamagedSpreadsheets(t *testing.T) {
	good := `<worksheet><sheetData><row><c t="inlineStr"><is><t>姓名</t></is></c></row><row><c t="inlineStr"><is><t>张三</t></is></c></row></sheetData></worksheet>`
	for name, content := range map[string]string{
		"cut off":             raw(t, good[:len(good)-40], nil),
		"no such string":      raw(t, `<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>`, nil),
		"negative string":     raw(t, `<worksheet><sheetData><row><c t="s"><v>-1</v></c></row></sheetData></worksheet>`, map[string]string{"xl/sharedStrings.xml": `<sst><si><t>a</t></si></sst>`}),
		"strange reference":   raw(t, `<worksheet><sheetData><row><c r="ZZZZZ1"><v>7</v></c></row></sheetData></worksheet>`, nil),
		"no sheet":            raw(t, good, map[string]string{"xl/workbook.xml": `<workbook/>`}),
		"sheet without part":  raw(t, good, map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="nothing.xml"/></Relationships>`}),
		"styles are no XML":   raw(t, good, map[string]string{"xl/styles.xml": "PK"}),
		"another kind of zip": strings.Replace(raw(t, good, nil), "workbook", "werkbook", -1),
		"half a file":         raw(t, good, nil)[:200],
	} {
		r, err := open(t, content, table.Options{})
		if err == nil {
			_, err = r.ReadAll()
		}
		if !errors.Is(err, table.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestZipBombs(t *testing.T) {
	for name, content := range map[string]string{
		"a large part":      raw(t, "<worksheet>"+strings.Repeat(" ", 9<<20), nil),
		"part never read":   raw(t, "<worksheet/>", map[string]string{"xl/media/a.png": strings.Repeat("\x00", 9<<20)}),
		"cells far out":     raw(t, `<worksheet><sheetData><row><c r="A1" t="str"><v>a</v></c><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`, nil),
		"too many of parts": raw(t, "<worksheet/>", numbered(10_001)),
	} {
		if _, err := open(t, content, table.Options{Limits: table.Limits{Unzipped: 8 << 20}}); !errors.Is(err, table.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func numbered(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprint("x", i)] = ""
	}
	return m
}

func FuzzSpreadsheet(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr" s="1"><is><r><t>x</t></r></is></c></row></sheetData></worksheet>`), []byte(`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`))
	f.Add([]byte(`<worksheet><sheetData><row><c t="s"><v>0</v></c><c s="0"><v>1e308</v></c></row></sheetData>`), []byte(`<styleSheet/>`))
	f.Fuzz(func(t *testing.T, sheet, styles []byte) {
		fuzz(t, []byte(raw(t, string(sheet), map[string]string{"xl/styles.xml": string(styles), "xl/sharedStrings.xml": `<sst><si><t>s</t></si></sst>`})))
	})
}

func FuzzZip(f *testing.F) {
	f.Add([]byte(raw(f, `<worksheet><sheetData><row><c t="str"><v>a</v></c></row></sheetData></worksheet>`, nil)))
	f.Fuzz(fuzz)
}

func BenchmarkSpreadsheet(b *testing.B) {
	content := workbook(b, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		row := make([]any, 20)
		for i := range 5000 {
			for j := range row {
				row[j] = fmt.Sprint("第", j, "列")
			}
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := w.SetRow(cell, row); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	})
	for b.Loop() {
		r, err := open(b, content, table.Options{})
		if err != nil {
			b.Fatal(err)
		}
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 4999 {
			b.Fatalf("%d rows, %v", len(rows), err)
		}
	}
	b.ReportMetric(100_000/1000/(float64(b.Elapsed().Milliseconds())/float64(b.N)/1000), "kcells/s")
}
