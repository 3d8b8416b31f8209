package checktest

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Text renders a disclosure as text. gaps keeps the columns by spaces; else a row's cells are joined by one, as programs
// that copy text out of a PDF do. wrap sets long names on lines of their own around their row; pages breaks tables.
func Text(l *Ledger, o Layout, gaps, wrap, pages bool) string {
	return TextOf(l, o, Sheets(l, o), gaps, wrap, pages)
}

// TextOf renders given sheets.
func TextOf(l *Ledger, o Layout, sheets []Sheet, gaps, wrap, pages bool) string {
	var b strings.Builder
	write := func(lines ...string) {
		for _, s := range lines {
			b.WriteString(s + "\n")
		}
	}
	write(Opening(l, o)...)
	write(fmt.Sprintf("第二部分 %d年度部门决算表", l.Year))
	for i, s := range sheets {
		if s.Number != "" {
			write(ordinal(i+1)+"、"+s.Title, s.Number, fmt.Sprintf("部门：%s %d年度 金额单位：%s", l.Org, l.Year, s.Unit))
		} else {
			write(s.Title, "单位："+s.Unit)
		}
		for _, h := range s.Head {
			var cells []string
			for _, c := range h {
				cells = append(cells, c.Text)
			}
			write(strings.Join(cells, " "))
		}
		rows(&b, s, gaps, wrap, pages)
		write(s.Note)
		if pages {
			write("— "+fmt.Sprint(i+3)+" —", "\f"+fmt.Sprint(i+4))
		}
	}
	for _, s := range Narrative(l, o) {
		write(fold(s, 27)...)
	}
	return b.String()
}

// fold breaks a sentence as a page does, headings excepted.
func fold(s string, n int) []string {
	rs := []rune(s)
	if strings.HasPrefix(s, "第") || len(rs) < 40 && !strings.Contains(s, "。") {
		return []string{s}
	}
	var out []string
	for len(rs) > n {
		out = append(out, string(rs[:n]))
		rs = rs[n:]
	}
	return append(out, string(rs))
}

func rows(b *strings.Builder, s Sheet, gaps, wrap, pages bool) {
	if s.Order != nil {
		row := append([]string{}, s.Order...)
		if len(row) > 0 && row[0] == "" {
			row[0] = "栏次"
		}
		writeRow(b, row, s, gaps)
	}
	for i, r := range s.Body {
		if pages && i > 0 && i%14 == 0 {
			b.WriteString("— 9 —\n\f")
		}
		if wrap && !gaps && s.Left == 2 && len([]rune(r[1])) > 8 && len(r[0]) >= 3 {
			name := []rune(r[1])
			half := (len(name) + 1) / 2
			b.WriteString(string(name[:half]) + "\n")
			writeRow(b, append([]string{r[0], ""}, r[2:]...), s, gaps)
			b.WriteString(string(name[half:]) + "\n")
			continue
		}
		writeRow(b, r, s, gaps)
	}
}

func writeRow(b *strings.Builder, cells []string, s Sheet, gaps bool) {
	if !gaps {
		var full []string
		for _, c := range cells {
			if c != "" {
				full = append(full, c)
			}
		}
		b.WriteString(strings.Join(full, " ") + "\n")
		return
	}
	for i, c := range cells {
		width := 16
		if i < s.Left && i == s.Left-1 {
			width = 50
		} else if s.Left == 0 && strings.ContainsAny(c, "、合总结余拨款经费") {
			width = 40
		}
		pad := max(2, width-display(c))
		if i >= s.Left && s.Left > 0 {
			b.WriteString(strings.Repeat(" ", pad) + c)
		} else {
			b.WriteString(c + strings.Repeat(" ", pad))
		}
	}
	b.WriteString("\n")
}

func display(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 {
			n++
		}
	}
	return n
}

// HTML renders a disclosure as a page with merged heads.
func HTML(l *Ledger, o Layout) string { return HTMLOf(l, o, Sheets(l, o)) }

// HTMLOf renders given sheets.
func HTMLOf(l *Ledger, o Layout, sheets []Sheet) string {
	var b strings.Builder
	p := func(s string) { b.WriteString("<p>" + html.EscapeString(s) + "</p>\n") }
	b.WriteString("<!DOCTYPE html><html><head><title>公开</title><style>td{}</style></head><body>")
	for _, s := range Opening(l, o) {
		p(s)
	}
	p(fmt.Sprintf("第二部分 %d年度部门决算表", l.Year))
	for _, s := range sheets {
		p(s.Title)
		b.WriteString("<table>")
		fmt.Fprintf(&b, `<tr><td colspan="%d">单位：%s</td></tr>`, columns(s), s.Unit)
		for _, h := range s.Head {
			b.WriteString("<tr>")
			for _, c := range h {
				fmt.Fprintf(&b, `<td rowspan="%d" colspan="%d">%s</td>`, c.Rows, c.Cols, html.EscapeString(c.Text))
			}
			b.WriteString("</tr>\n")
		}
		body := s.Body
		if s.Order != nil {
			body = append([][]string{s.Order}, body...)
		}
		for _, r := range body {
			b.WriteString("<tr>")
			for _, c := range r {
				b.WriteString("<td>" + html.EscapeString(c) + "</td>")
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</table>\n")
		p(s.Note)
	}
	for _, s := range Narrative(l, o) {
		p(s)
	}
	return b.String() + "</body></html>"
}

func columns(s Sheet) int {
	n := 0
	for _, r := range s.Body {
		n = max(n, len(r))
	}
	for _, h := range s.Head {
		sum := 0
		for _, c := range h {
			sum += c.Cols
		}
		n = max(n, sum)
	}
	return n
}

// Book renders the tables as a spreadsheet with merged heads, amounts as numbers.
func Book(l *Ledger, sheets []Sheet) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		name := fmt.Sprintf("%d %s", i+1, strings.NewReplacer("“", "", "”", "").Replace(string([]rune(s.Title)[:min(12, len([]rune(s.Title)))])))
		if _, err := f.NewSheet(name); err != nil {
			return nil, err
		}
		if err := fillSheet(f, name, l, s); err != nil {
			return nil, err
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err := f.WriteTo(&b)
	return b.Bytes(), err
}

func fillSheet(f *excelize.File, name string, l *Ledger, s Sheet) error {
	row := 1
	put := func(col int, text string) error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		return f.SetCellStr(name, cell, text)
	}
	for _, t := range []string{s.Title, fmt.Sprintf("部门：%s %d年度", l.Org, l.Year), "金额单位：" + s.Unit} {
		if err := put(1, t); err != nil {
			return err
		}
		row++
	}
	taken := map[[2]int]bool{}
	for _, h := range s.Head {
		col := 1
		for _, c := range h {
			for taken[[2]int{row, col}] {
				col++
			}
			if err := put(col, c.Text); err != nil {
				return err
			}
			for r := range c.Rows {
				for k := range c.Cols {
					taken[[2]int{row + r, col + k}] = true
				}
			}
			a, _ := excelize.CoordinatesToCellName(col, row)
			z, _ := excelize.CoordinatesToCellName(col+c.Cols-1, row+c.Rows-1)
			if a != z {
				if err := f.MergeCell(name, a, z); err != nil {
					return err
				}
			}
			col += c.Cols
		}
		row++
	}
	for _, r := range s.Body {
		for i, c := range r {
			if err := put(i+1, c); err != nil {
				return err
			}
		}
		row++
	}
	return put(1, s.Note)
}
