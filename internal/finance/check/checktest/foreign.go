package checktest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/money"
)

// Refund adds what was taken back: negative amounts in the tables.
func (l *Ledger) Refund() *Ledger {
	fn := l.entries[0].fn
	back := l.amount(2_000)
	l.add("general", fn, "30299", false, -back)
	l.income["general"] -= back
	return l
}

// Before makes the ledger one of an earlier year.
func (l *Ledger) Before(year int) *Ledger {
	l.Year = year
	return l
}

// Collapsed renders text as it comes out of a PDF of the pattern without row numbers: heads broken over lines, the total
// beside the heads of the codes, long names on three lines, codes of 06表 in two columns, blanks gone.
func Collapsed(l *Ledger, o Layout) string {
	var b strings.Builder
	line := func(s ...string) { b.WriteString(strings.Join(s, " ") + "\n") }
	for _, s := range Opening(l, o) {
		line(s)
	}
	line(fmt.Sprintf("第二部分 %s%d年度部门决算表", l.Org, l.Year))
	for n, s := range Sheets(l, o) {
		line(s.Title)
		line("单位：" + s.Unit)
		collapsedHead(line, s)
		for i, r := range s.Body {
			switch {
			case s.Left == 2 && r[0] == "合计":
				line(append([]string{"类 款 项 合计"}, filled(r[2:])...)...)
			case s.Left == 2 && len([]rune(r[1])) > 9:
				name := []rune(r[1])
				line(string(name[:len(name)-3]))
				line(append([]string{r[0]}, filled(r[2:])...)...)
				line(string(name[len(name)-3:]))
			case s.Form == "T06":
				line(filled(apart(r))...)
			default:
				line(filled(r)...)
			}
			if i%23 == 22 {
				b.WriteString(fmt.Sprint(n+5) + "\n\f")
			}
		}
		line(s.Note)
	}
	for _, s := range Narrative(l, o) {
		for _, p := range fold(s, 29) {
			line(p)
		}
	}
	return b.String()
}

func collapsedHead(line func(...string), s Sheet) {
	for _, h := range s.Head {
		var words []string
		for _, c := range h {
			rs := []rune(c.Text)
			if len(rs) > 8 {
				line(string(rs[:5]))
				words = append(words, string(rs[5:]))
				continue
			}
			words = append(words, c.Text)
		}
		line(words...)
	}
}

// apart sets the codes of 06表 as 301 01.
func apart(r []string) []string {
	var out []string
	for _, c := range r {
		if len(c) == 5 && strings.Trim(c, "0123456789") == "" {
			out = append(out, c[:3], c[3:])
			continue
		}
		out = append(out, c)
	}
	return out
}

func filled(cells []string) []string {
	var out []string
	for _, c := range cells {
		if c != "" {
			out = append(out, c)
		}
	}
	return out
}

// Reversed puts the text before the tables, which stand at the end as 附表.
func Reversed(l *Ledger, o Layout) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	for _, s := range Opening(l, o) {
		line(s)
	}
	text := Narrative(l, o)
	end := len(text)
	for i, s := range text {
		s = strings.Replace(s, "第三部分", "第二部分", 1)
		s = strings.Replace(s, "第四部分 预算绩效情况说明", "第三部分 预算绩效情况说明", 1)
		if strings.HasPrefix(s, "第五部分") {
			s = "第四部分 名词解释"
		}
		text[i] = s
	}
	for _, s := range text[:end] {
		for _, p := range fold(s, 33) {
			line(p)
		}
	}
	line("第五部分 附表")
	for i, s := range Sheets(l, o) {
		line(fmt.Sprintf("附表%d：%s", i+1, s.Title))
		line("编制单位：" + l.Org + " " + fmt.Sprint(l.Year) + "年度 单位：" + s.Unit)
		for _, h := range s.Head {
			var cells []string
			for _, c := range h {
				cells = append(cells, c.Text)
			}
			line(strings.Join(cells, " "))
		}
		for _, r := range s.Body {
			line(strings.Join(filled(r), " "))
		}
		line(s.Note)
	}
	return b.String()
}

// Tabbed separates cells by tabs and prints the figures of the text in full-width digits.
func Tabbed(l *Ledger, o Layout) string {
	var b strings.Builder
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９", "%", "％")
	for _, s := range Opening(l, o) {
		b.WriteString(s + "\n")
	}
	fmt.Fprintf(&b, "第二部分　%d年度部门决算表\n", l.Year)
	for _, s := range Sheets(l, o) {
		fmt.Fprintf(&b, "%s\n\t\t\t单位：%s\n", s.Title, s.Unit)
		for _, h := range spread(s) {
			b.WriteString(strings.Join(h, "\t") + "\n")
		}
		for _, r := range s.Body {
			b.WriteString(strings.Join(r, "\t") + "\n")
		}
		b.WriteString(s.Note + "\n")
	}
	for _, s := range Narrative(l, o) {
		b.WriteString("　　" + wide.Replace(s) + "\n")
	}
	return b.String()
}

// spread lays the head out on the columns, a merged cell's text in its first place.
func spread(s Sheet) [][]string {
	width := columns(s)
	out := make([][]string, len(s.Head))
	taken := map[[2]int]bool{}
	for i, h := range s.Head {
		out[i] = make([]string, width)
		col := 0
		for _, c := range h {
			for taken[[2]int{i, col}] {
				col++
			}
			if col < width {
				out[i][col] = c.Text
			}
			for r := range c.Rows {
				for k := range c.Cols {
					taken[[2]int{i + r, col + k}] = true
				}
			}
			col += c.Cols
		}
	}
	return out
}

// Portal renders a page as portals publish them: the whole within a table that lays out the page, cells full of spans,
// fonts and hard spaces, navigation around it.
func Portal(l *Ledger, o Layout) string {
	var b strings.Builder
	p := func(s string) {
		b.WriteString(`<p style="text-indent:2em"><span lang="EN-US"><font face="仿宋">` + html.EscapeString(s) + "</font></span></p>\n")
	}
	b.WriteString(`<html><head><meta charset="utf-8"><title>政府信息公开</title><script>var a = "<table>";</script></head><body><div class="nav"><ul><li>首页</li><li>政务公开</li></ul></div>` +
		`<table width="100%"><tr><td class="left">栏目导航</td><td class="main"><div id="content">发布时间：2025-09-10 来源：` + l.Org)
	for _, s := range Opening(l, o) {
		p(s)
	}
	p(fmt.Sprintf("第二部分 %d年度部门决算表", l.Year))
	for _, s := range Sheets(l, o) {
		p(s.Title)
		fmt.Fprintf(&b, `<p align="right">单位：%s</p><div><table border="1" cellspacing="0"><tbody>`, s.Unit)
		for _, h := range s.Head {
			b.WriteString("<tr>")
			for _, c := range h {
				fmt.Fprintf(&b, `<td rowspan="%d" colspan="%d"><p align="center"><b><span>&nbsp;%s&nbsp;</span></b></p></td>`, c.Rows, c.Cols, html.EscapeString(c.Text))
			}
			b.WriteString("</tr>")
		}
		for _, r := range s.Body {
			b.WriteString("<tr>")
			for _, c := range r {
				if c == "" {
					c = "\u00a0"
				}
				fmt.Fprintf(&b, `<td><p><span style="font-size:9pt">%s</span></p></td>`, html.EscapeString(c))
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</tbody></table></div>")
		p(s.Note)
	}
	for _, s := range Narrative(l, o) {
		p(s)
	}
	return b.String() + `</div></td></tr></table><div class="footer">主办：某某政府 备案号：12345678</div></body></html>`
}

// Numbers renders a spreadsheet whose amounts are numbers with formats, as they are computed: 0.1+0.2.
func Numbers(l *Ledger, o Layout) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 4})
	if err != nil {
		return nil, err
	}
	for i, s := range Sheets(l, o) {
		name := fmt.Sprintf("GK%02d", i+1)
		if _, err := f.NewSheet(name); err != nil {
			return nil, err
		}
		if err := fillSheet(f, name, l, s); err != nil {
			return nil, err
		}
		for r, cells := range s.Body {
			for c, text := range cells {
				v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
				if err != nil || !strings.Contains(text, ".") {
					continue
				}
				at, err := excelize.CoordinatesToCellName(c+1, r+4+len(s.Head))
				if err != nil {
					return nil, err
				}
				if err := f.SetCellFloat(name, at, v+1e-10, -1, 64); err != nil {
					return nil, err
				}
				if err := f.SetCellStyle(name, at, at, style); err != nil {
					return nil, err
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = f.WriteTo(&b)
	return b.Bytes(), err
}

// Word renders a word-processor file as WPS exports them: merged cells, runs cut within words, tracked changes.
func Word(l *Ledger, o Layout) ([]byte, error) {
	var x strings.Builder
	run := func(s string) {
		rs := []rune(s)
		for i := 0; i < len(rs); i += 5 {
			x.WriteString(`<w:r><w:rPr><w:rFonts w:eastAsia="仿宋"/></w:rPr><w:t xml:space="preserve">` + html.EscapeString(string(rs[i:min(i+5, len(rs))])) + `</w:t></w:r>`)
		}
	}
	p := func(s string) {
		x.WriteString(`<w:p><w:pPr><w:jc w:val="both"/></w:pPr>`)
		run(s)
		x.WriteString(`<w:del w:id="1"><w:r><w:delText>删去的文字9.99万元</w:delText></w:r></w:del></w:p>`)
	}
	x.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	for _, s := range Opening(l, o) {
		p(s)
	}
	p(fmt.Sprintf("第二部分 %d年度部门决算表", l.Year))
	for _, s := range Sheets(l, o) {
		p(s.Title)
		p("单位：" + s.Unit)
		x.WriteString(`<w:tbl>`)
		below := map[[2]int]bool{}
		width := columns(s)
		for i, h := range s.Head {
			x.WriteString(`<w:tr>`)
			col, k := 0, 0
			for col < width {
				if below[[2]int{i, col}] {
					x.WriteString(`<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>`)
					col++
					continue
				}
				if k >= len(h) {
					break
				}
				c := h[k]
				k++
				merge := ""
				if c.Rows > 1 {
					merge = `<w:vMerge w:val="restart"/>`
					for r := 1; r < c.Rows; r++ {
						for j := range c.Cols {
							below[[2]int{i + r, col + j}] = true
						}
					}
				}
				fmt.Fprintf(&x, `<w:tc><w:tcPr><w:gridSpan w:val="%d"/>%s</w:tcPr><w:p>`, c.Cols, merge)
				run(c.Text)
				x.WriteString(`</w:p></w:tc>`)
				col += c.Cols
			}
			x.WriteString(`</w:tr>`)
		}
		for _, r := range s.Body {
			x.WriteString(`<w:tr>`)
			for _, c := range r {
				x.WriteString(`<w:tc><w:p>`)
				run(c)
				x.WriteString(`</w:p></w:tc>`)
			}
			x.WriteString(`</w:tr>`)
		}
		x.WriteString(`</w:tbl>`)
		p(s.Note)
	}
	for _, s := range Narrative(l, o) {
		p(s)
	}
	x.WriteString(`</w:body></w:document>`)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(x.String())); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// Mixed prints some tables in 元 and others in 万元.
func Mixed(l *Ledger, o Layout) string {
	yuan := o
	yuan.Unit = money.Yuan
	a, b := Sheets(l, o), Sheets(l, yuan)
	for i := range a {
		if i%2 == 1 {
			a[i] = b[i]
		}
	}
	return TextOf(l, o, a, false, false, false)
}

// HeadsAgain repeats title, unit and head of a table on every page, marked as continued.
func HeadsAgain(l *Ledger, o Layout) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	for _, s := range Opening(l, o) {
		line(s)
	}
	line(fmt.Sprintf("第二部分 %d年度部门决算表", l.Year))
	page := 3
	for _, s := range Sheets(l, o) {
		top := func(mark string) {
			line(s.Title + mark)
			line("部门：" + l.Org + " " + fmt.Sprint(l.Year) + "年度 金额单位：" + s.Unit)
			for _, h := range s.Head {
				var cells []string
				for _, c := range h {
					cells = append(cells, c.Text)
				}
				line(strings.Join(cells, " "))
			}
		}
		top("")
		for i, r := range s.Body {
			if i > 0 && i%12 == 0 && s.Form != "T09" {
				page++
				fmt.Fprintf(&b, "第 %d 页\n\f", page)
				top("（续表）")
			}
			line(strings.Join(filled(r), " "))
		}
		line(s.Note)
	}
	for _, s := range Narrative(l, o) {
		for _, p := range fold(s, 31) {
			line(p)
		}
	}
	return b.String()
}
