package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"yichuang/internal/clock"
	"yichuang/internal/document/chart"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/needtest"
)

// sample has one of everything.
func sample(t testing.TB) paper.Document {
	var pic bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 60, 20))
	for x := range 60 {
		img.Set(x, x/3, color.RGBA{31, 95, 168, 255})
	}
	if err := png.Encode(&pic, img); err != nil {
		t.Fatal(err)
	}
	wide := grid.Table{Columns: []grid.Column{{Width: 3}, {Align: grid.Right}, {Align: grid.Right}, {Align: grid.Right}, {Align: grid.Right}},
		Head: [][]grid.Cell{{{Text: "承办单位", Rows: 2}, {Text: "本月", Cols: 3}, {Text: "满意率", Rows: 2}}, {{Text: "按时"}, {Text: "超时"}, {Text: "未办"}}}}
	for i := range 40 {
		wide.Body = append(wide.Body, []grid.Cell{{Text: "第 " + strconv.Itoa(i+1) + " 街道办事处"}, {Text: strconv.Itoa(i * 3)}, {Text: strconv.Itoa(i % 4)}, {Text: "0"}, {Text: "95.50%"}})
	}
	wide.Body = append(wide.Body, []grid.Cell{{Text: "合计", Bold: true}, {Text: "2340", Bold: true, Cols: 3, Align: grid.Centre}, {Text: "—"}})
	body := "本月共受理群众诉求 1,284 件，环比上升 6.20%（上月 1,209 件）。其中投诉 512 件，占 39.88%；求助 431 件，占 33.57%；咨询 341 件，占 26.56%。按时办结率（到期口径）为 96.15%，满意率为 93.02%。"
	return paper.Document{Title: "12345 热线运行情况月报", Author: "市政务服务中心 12345 热线办公室", At: clock.At(2026, 6, 1, 9, 0), Sections: []paper.Section{
		{Blocks: []paper.Block{
			paper.Text(paper.Title, "12345 政务服务便民热线\n运行情况月报"), paper.Text(paper.Subtitle, "（2026 年 5 月）"),
			paper.Contents{Title: "目　录"},
			paper.Text(paper.Addressee, "各乡镇人民政府、街道办事处，市直有关部门："),
			paper.Text(paper.Heading1, "一、总体情况"), paper.Text(paper.Body, body),
			paper.Chart{Chart: chart.Chart{Kind: chart.Columns, Title: "近六个月受理量", Categories: []string{"12 月", "1 月", "2 月", "3 月", "4 月", "5 月"}, Unit: "件", Series: []chart.Series{{Name: "受理", Values: []float64{1100, 1180, 940, 1250, 1209, 1284}}, {Name: "办结", Values: []float64{1090, 1170, 930, 1201, math.NaN(), 1190}}}}},
			paper.Text(paper.Heading2, "（一）诉求类型"),
			paper.Paragraph{Style: paper.Body, Runs: []paper.Run{{Text: "重点："}, {Text: "供热", Bold: true}, {Text: "与"}, {Text: "噪声", Color: "B5403A"}, {Text: " <&\"> 两类。"}}},
			paper.Chart{Chart: chart.Chart{Kind: chart.Shares, Title: "诉求类型构成", Categories: []string{"投诉", "求助", "咨询"}, Series: []chart.Series{{Name: "件数", Values: []float64{512, 431, 341}}}}, Height: 65},
			paper.Text(paper.Heading3, "1. 供热"), paper.Text(paper.Body, body),
		}},
		{Landscape: true, Blocks: []paper.Block{
			paper.Text(paper.Heading1, "二、承办单位办理情况"), paper.Text(paper.Caption, "表 1　承办单位办理情况"),
			paper.Table{Table: wide}, paper.Text(paper.Note, "注：统计截至 2026-06-01 09:00。"),
		}},
		{Blocks: []paper.Block{
			paper.Text(paper.Heading1, "三、走势"),
			paper.Chart{Chart: chart.Chart{Kind: chart.Lines, Title: "按时办结率", Percent: true, Categories: []string{"1 月", "2 月", "3 月", "4 月"}, Series: []chart.Series{{Name: "按时办结率", Values: []float64{0.95, 0.961, math.NaN(), 0.9615}}}}},
			paper.Chart{Chart: chart.Chart{Kind: chart.Bars, Title: "高频事项", Categories: []string{"供热温度不达标", "夜间施工噪声", "占道经营"}, Series: []chart.Series{{Name: "件数", Values: []float64{120, 88, 61}}}}},
			paper.Picture{Data: pic.Bytes(), Width: 60, Alt: "示意"},
			paper.PageBreak{}, paper.Text(paper.Plain, "附件：1. 名单"), paper.Text(paper.Signature, "市政务服务中心"), paper.Text(paper.Signature, "2026 年 6 月 1 日"),
		}},
	}}
}

func write(t testing.TB, d paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := docx.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parts unpacks a document.
func parts(t testing.TB, data []byte) (names []string, content map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	content = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names, content[f.Name] = append(names, f.Name), b
		if f.Modified.Year() > 1980 {
			t.Errorf("%s has the time %v", f.Name, f.Modified)
		}
	}
	return names, content
}

// node is any element, for walking a part.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n node) all(name string) (out []node) {
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

// read is the document as a reader sees it.
func read(t testing.TB, content map[string][]byte, part string) node {
	t.Helper()
	var n node
	if err := xml.Unmarshal(content[part], &n); err != nil {
		t.Fatalf("%s: %v", part, err)
	}
	return n
}

func (n node) plain() string {
	s := ""
	for _, c := range n.Children {
		switch c.XMLName.Local {
		case "t":
			s += c.Text
		case "br":
			s += "\n"
		case "tab":
			s += "\t"
		default:
			s += c.plain()
		}
	}
	return s
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	first := write(t, sample(t))
	for range 3 {
		if !bytes.Equal(first, write(t, sample(t))) {
			t.Fatal("two writings differ")
		}
	}
	names, _ := parts(t, first)
	if names[0] != "[Content_Types].xml" || !slices.IsSorted(names[1:]) {
		t.Errorf("parts stand in the order %v", names)
	}
}

// Every part is well-formed, has a content type, and every relation leads to a part.
func TestThePackageIsWhole(t *testing.T) {
	names, content := parts(t, write(t, sample(t)))
	types := read(t, content, "[Content_Types].xml")
	known := map[string]bool{}
	for _, c := range types.Children {
		if c.XMLName.Local == "Default" {
			known["."+c.attr("Extension")] = true
		} else {
			known[c.attr("PartName")] = true
			if content[strings.TrimPrefix(c.attr("PartName"), "/")] == nil {
				t.Errorf("a type for %s, which is not there", c.attr("PartName"))
			}
		}
	}
	for _, n := range names[1:] {
		if !known["/"+n] && !known[filepath.Ext(n)] {
			t.Errorf("%s has no type", n)
		}
		if ext := filepath.Ext(n); ext == ".xml" || ext == ".rels" {
			read(t, content, n)
		}
		if !strings.HasSuffix(n, ".rels") {
			continue
		}
		base := filepath.Dir(filepath.Dir(n))
		for _, r := range read(t, content, n).Children {
			if target := filepath.Join(base, r.attr("Target")); content[target] == nil {
				t.Errorf("%s leads to %s, which is not there", n, target)
			}
		}
	}
}

func TestParagraphsAndHeadings(t *testing.T) {
	_, content := parts(t, write(t, sample(t)))
	doc := read(t, content, "word/document.xml")
	styles := map[string]string{}
	for _, p := range doc.all("p") {
		if s := p.all("pStyle"); len(s) > 0 && p.plain() != "" {
			styles[p.plain()] = s[0].attr("val")
		}
	}
	for text, style := range map[string]string{"12345 政务服务便民热线\n运行情况月报": "Title", "一、总体情况": "Heading1", "（一）诉求类型": "Heading2", "1. 供热": "Heading3",
		"重点：供热与噪声 <&\"> 两类。": "BodyText", "2026 年 6 月 1 日": "Signature"} {
		if styles[text] != style {
			t.Errorf("%q has the style %q, want %q", text, styles[text], style)
		}
	}
	defined := map[string]bool{}
	for _, s := range read(t, content, "word/styles.xml").all("style") {
		defined[s.attr("styleId")] = true
	}
	for _, name := range []string{"pStyle", "tblStyle"} {
		for _, s := range doc.all(name) {
			if !defined[s.attr("val")] {
				t.Errorf("style %q is not defined", s.attr("val"))
			}
		}
	}
}

// Contents list the headings down to the level asked for, each leading to its bookmark.
func TestContents(t *testing.T) {
	_, content := parts(t, write(t, sample(t)))
	doc := read(t, content, "word/document.xml")
	marks := map[string]bool{}
	for _, b := range doc.all("bookmarkStart") {
		marks[b.attr("name")] = true
	}
	var entries []string
	for _, h := range doc.all("hyperlink") {
		entries = append(entries, strings.TrimSuffix(h.plain(), "\t"))
		if !marks[h.attr("anchor")] {
			t.Errorf("%q leads nowhere", h.plain())
		}
	}
	if got := strings.Join(entries, "|"); got != "一、总体情况|（一）诉求类型|二、承办单位办理情况|三、走势" {
		t.Errorf("entries %s", got)
	}
	begins := 0
	for _, f := range doc.all("fldChar") {
		switch f.attr("fldCharType") {
		case "begin":
			begins++
		case "end":
			begins--
		}
	}
	if begins != 0 {
		t.Errorf("%d fields are not closed", begins)
	}
}

// The page is that of GB/T 9704: a type area of 156 mm × 225 mm; a landscape section is the page turned.
func TestPages(t *testing.T) {
	_, content := parts(t, write(t, sample(t)))
	sections := read(t, content, "word/document.xml").all("sectPr")
	if len(sections) != 3 {
		t.Fatalf("%d sections", len(sections))
	}
	number := func(n node, name string) float64 {
		v, err := strconv.ParseFloat(n.attr(name), 64)
		if err != nil {
			t.Fatal(err)
		}
		return v / 1440 * 25.4
	}
	for i, s := range sections {
		size, margin := s.all("pgSz")[0], s.all("pgMar")[0]
		wide := number(size, "w") - number(margin, "left") - number(margin, "right")
		high := number(size, "h") - number(margin, "top") - number(margin, "bottom")
		if i == 1 {
			wide, high = high, wide
		}
		if (size.attr("orient") == "landscape") != (i == 1) || math.Abs(wide-156) > 0.3 || math.Abs(high-225) > 0.3 {
			t.Errorf("section %d: %.1f mm × %.1f mm, %q", i, wide, high, size.attr("orient"))
		}
		if len(s.all("footerReference")) != 2 {
			t.Errorf("section %d has no footers", i)
		}
	}
	if got := read(t, content, "word/footer1.xml").plain(); got != "— 1 —" {
		t.Errorf("page number %q", got)
	}
}

// Every row of every table covers all columns, and the widths of its cells are those of the columns they span.
func TestTablesAreWhole(t *testing.T) {
	_, content := parts(t, write(t, sample(t)))
	for _, table := range read(t, content, "word/document.xml").all("tbl") {
		checkTable(t, table)
		heads := table.all("tblHeader")
		if len(heads) != 2 || len(table.all("vMerge")) != 4 {
			t.Errorf("%d head rows, %d vertical merges", len(heads), len(table.all("vMerge")))
		}
	}
}

func checkTable(t interface{ Fatalf(string, ...any) }, table node) {
	var widths []int
	for _, c := range table.all("gridCol") {
		n, _ := strconv.Atoi(c.attr("w"))
		widths = append(widths, n)
	}
	for i, row := range table.all("tr") {
		at := 0
		for _, cell := range row.all("tc") {
			span := 1
			if s := cell.all("gridSpan"); len(s) > 0 {
				span, _ = strconv.Atoi(s[0].attr("val"))
			}
			if at+span > len(widths) {
				t.Fatalf("row %d is wider than the table", i)
			}
			sum := 0
			for _, w := range widths[at : at+span] {
				sum += w
			}
			if got := cell.all("tcW")[0].attr("w"); got != strconv.Itoa(sum) {
				t.Fatalf("row %d: a cell %s wide over columns of %d", i, got, sum)
			}
			at += span
		}
		if at != len(widths) {
			t.Fatalf("row %d covers %d of %d columns", i, at, len(widths))
		}
	}
}

// Whatever is written is read back, in whatever shape of table.
func TestAnyTableIsWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(rt, "columns")
		table := grid.Table{Columns: make([]grid.Column, columns)}
		for range rapid.IntRange(1, 5).Draw(rt, "rows") {
			var row []grid.Cell
			for range rapid.IntRange(0, columns).Draw(rt, "cells") {
				row = append(row, grid.Cell{Text: rapid.String().Draw(rt, "text"), Rows: rapid.IntRange(0, 2).Draw(rt, "r"), Cols: rapid.IntRange(0, 2).Draw(rt, "c")})
			}
			table.Body = append(table.Body, row)
		}
		var b bytes.Buffer
		if err := docx.Write(&b, paper.Document{Sections: []paper.Section{{Blocks: []paper.Block{paper.Table{Table: table}}}}}); err != nil {
			if _, wrong := table.Layout(); wrong == nil || b.Len() > 0 {
				rt.Fatalf("%v, %d bytes", err, b.Len())
			}
			return
		}
		_, content := parts(t, b.Bytes())
		checkTable(rt, read(t, content, "word/document.xml").all("tbl")[0])
	})
}

// A chart carries its figures twice: drawn, and in a workbook that office programs open for editing.
func TestChartsCarryTheirFigures(t *testing.T) {
	_, content := parts(t, write(t, sample(t)))
	c := read(t, content, "word/charts/chart1.xml")
	var values []string
	for _, v := range c.all("numCache")[1].all("pt") {
		values = append(values, v.attr("idx")+"="+v.all("v")[0].Text)
	}
	if got := strings.Join(values, " "); got != "0=1090 1=1170 2=930 3=1201 5=1190" {
		t.Errorf("second series %s", got)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content["word/embeddings/chart1.xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Sheet1")
	if err != nil || len(rows) != 7 || strings.Join(rows[0], "|") != "|受理|办结" || strings.Join(rows[6], "|") != "5 月|1284|1190" || strings.Join(rows[5], "|") != "4 月|1209" {
		t.Errorf("workbook %v, %v", rows, err)
	}
}

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	for name, blk := range map[string]paper.Block{
		"style":   paper.Text(paper.Style(99), "x"),
		"link":    paper.Paragraph{Runs: []paper.Run{{Text: "x", Link: "#nowhere"}}},
		"colour":  paper.Paragraph{Runs: []paper.Run{{Text: "x", Color: `red"/>`}}},
		"picture": paper.Picture{Data: []byte("not a picture")},
		"chart":   paper.Chart{Chart: chart.Chart{Categories: []string{"a", "b"}, Series: []chart.Series{{Values: []float64{1}}}}},
		"shares":  paper.Chart{Chart: chart.Chart{Kind: chart.Shares, Categories: []string{"a"}, Series: []chart.Series{{Values: []float64{1}}, {Values: []float64{1}}}}},
		"table":   paper.Table{},
	} {
		var b bytes.Buffer
		if err := docx.Write(&b, paper.Document{Sections: []paper.Section{{Blocks: []paper.Block{blk}}}}); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
}

// FuzzText writes any text and reads it back; only what XML cannot hold is lost.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "第一行\n第二行\t缩进", "<w:p/>&amp;\"'", "\x00\x0b\uFFFE", "  两端空格  ", "]]>", "a\r\nb", "\xff坏"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, content := parts(t, write(t, paper.Document{Title: s, Sections: []paper.Section{{Blocks: []paper.Block{paper.Text(paper.Heading1, s), paper.Contents{}}}}}))
		want := strings.Map(func(r rune) rune {
			if r == '\n' || r == '\t' || r >= ' ' && r != utf8.RuneError && r != 0xFFFE && r != 0xFFFF {
				return r
			}
			return -1
		}, s)
		if got := read(t, content, "word/document.xml").all("p")[0].plain(); got != want {
			t.Fatalf("%q came back as %q", want, got)
		}
		read(t, content, "docProps/core.xml")
	})
}

// LibreOffice opens the document: where it is installed, the sample is converted, and DOCX_PICTURES says where the pages
// go as PDF to be looked at.
func TestAnOfficeProgramOpensIt(t *testing.T) {
	program, err := exec.LookPath("soffice")
	needtest.Have(t, err == nil, "LibreOffice (soffice, Debian: libreoffice-writer-nogui)")
	dir := t.TempDir()
	if keep := os.Getenv("DOCX_PICTURES"); keep != "" {
		dir = keep
	}
	file := filepath.Join(dir, "sample.docx")
	if err := os.WriteFile(file, write(t, sample(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", "pdf", "--outdir", dir, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pdf, err := os.ReadFile(filepath.Join(dir, "sample.pdf"))
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Fatalf("%v\n%s", err, out)
	}
	if pages := bytes.Count(pdf, []byte("/Type/Page")) - bytes.Count(pdf, []byte("/Type/Pages")); pages < 5 {
		t.Errorf("%d pages", pages)
	}
}

func TestLinksLeadToAnchorsAndOut(t *testing.T) {
	d := paper.Document{Sections: []paper.Section{{Blocks: []paper.Block{
		paper.Paragraph{Runs: []paper.Run{{Text: "见附件", Link: "#annex"}, {Text: "原文", Link: "https://example.gov.cn/a?b=1&c=2"}}},
		paper.Paragraph{Style: paper.Heading1, Anchor: "annex", Runs: []paper.Run{{Text: "附件"}}},
	}}}}
	_, content := parts(t, write(t, d))
	document := string(content["word/document.xml"])
	if !strings.Contains(document, `<w:hyperlink w:anchor="annex"`) || !strings.Contains(document, `w:name="annex"/>`) || !strings.Contains(document, `<w:hyperlink r:id="rId1"`) {
		t.Error(document)
	}
	if rels := string(content["word/_rels/document.xml.rels"]); !strings.Contains(rels, `Target="https://example.gov.cn/a?b=1&amp;c=2" TargetMode="External"`) {
		t.Error(rels)
	}
}
