package reader

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var htmlStart = regexp.MustCompile(`(?i)<(!doctype html|html|head|body|table|div|p|meta|article)[\s>/]`)

func isHTML(s string) bool { return htmlStart.MatchString(s[:min(len(s), 4096)]) }

// htmlLines reads paragraphs and tables; merged cells are repeated over what they cover.
func htmlLines(s string) ([]line, error) {
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return nil, ErrBroken.Wrap(err)
	}
	w := &webPage{}
	w.walk(root)
	w.flush()
	return numbered(w.lines), nil
}

type webPage struct {
	lines []line
	text  strings.Builder
	grids int
}

func (w *webPage) flush() {
	for _, row := range strings.Split(w.text.String(), "\n") {
		if row = strings.Join(strings.Fields(clean(row)), " "); row != "" {
			w.lines = append(w.lines, textLine(row, 1))
		}
	}
	w.text.Reset()
}

// breaks are the elements that end a line.
var breaks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Br: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.Li: true, atom.Tr: true, atom.Section: true, atom.Article: true, atom.Caption: true, atom.Pre: true, atom.Dd: true, atom.Dt: true}

func (w *webPage) walk(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		if n.Parent != nil && n.Parent.DataAtom == atom.Pre {
			w.text.WriteString(n.Data)
		} else {
			w.text.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
		}
		return
	case n.Type == html.ElementNode && hidden(n):
		return
	case n.DataAtom == atom.Table && n.Type == html.ElementNode && isData(n):
		w.flush()
		if c := child(n, atom.Caption); c != nil {
			w.text.WriteString(textOf(c))
			w.flush()
		}
		w.grids++
		w.lines = append(w.lines, tableOf(n).lines(w.grids, 1)...)
		return
	}
	if breaks[n.DataAtom] {
		w.text.WriteByte('\n')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
	if breaks[n.DataAtom] {
		w.text.WriteByte('\n')
	}
}

func hidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Nav, atom.Noscript, atom.Template, atom.Footer:
		return true
	}
	return false
}

// isData tells a table of data from one that lays out the page: no table inside, and more than one column.
func isData(n *html.Node) bool {
	wide := false
	for c := range n.Descendants() {
		if c.DataAtom == atom.Table {
			return false
		}
		if (c.DataAtom == atom.Td || c.DataAtom == atom.Th) && c.PrevSibling != nil {
			wide = true
		}
	}
	return wide
}

func child(n *html.Node, a atom.Atom) *html.Node {
	for c := range n.Descendants() {
		if c.DataAtom == a {
			return c
		}
	}
	return nil
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		} else if c.DataAtom == atom.Br {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(clean(b.String())), " ")
}

func tableOf(n *html.Node) *matrix {
	b := &builder{}
	for row := range n.Descendants() {
		if row.DataAtom != atom.Tr {
			continue
		}
		b.row()
		for c := row.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
				b.cell(textOf(c), number(c, "rowspan"), number(c, "colspan"))
			}
		}
	}
	return &b.m
}

func number(n *html.Node, key string) int {
	for _, a := range n.Attr {
		if a.Key == key {
			if v, err := strconv.Atoi(strings.TrimSpace(a.Val)); err == nil && v > 1 {
				return min(v, 500)
			}
		}
	}
	return 1
}

// builder fills a matrix cell by cell; places that cells above reach down to are taken.
type builder struct {
	m     matrix
	taken map[[2]int]string
	col   int
}

func (b *builder) row() {
	b.m.text, b.m.over = append(b.m.text, nil), append(b.m.over, nil)
	b.col = 0
}

func (b *builder) cell(s string, rows, cols int) {
	if b.taken == nil {
		b.taken = map[[2]int]string{}
	}
	r := len(b.m.text) - 1
	b.skip(r)
	for i := range rows {
		for j := range min(cols, maxColumns) {
			if i > 0 {
				b.taken[[2]int{r + i, b.col + j}] = s
			}
		}
	}
	for j := range min(cols, maxColumns) {
		t := ""
		if j == 0 {
			t = s
		}
		b.put(r, t, s)
	}
}

// skip passes the places that are taken from above.
func (b *builder) skip(r int) {
	for {
		s, ok := b.taken[[2]int{r, b.col}]
		if !ok {
			return
		}
		b.put(r, "", s)
	}
}

func (b *builder) put(r int, text, over string) {
	b.m.text[r], b.m.over[r] = append(b.m.text[r], text), append(b.m.over[r], over)
	b.col++
}

// wordLines reads the paragraphs and tables of a DOCX.
func wordLines(z *zip.Reader) ([]line, error) {
	f, err := z.Open("word/document.xml")
	if err != nil {
		return nil, ErrBroken.Wrap(err)
	}
	defer f.Close()
	d := &wordDoc{dec: xml.NewDecoder(io.LimitReader(f, maxUnzipped)), page: 1}
	if err := d.body(); err != nil && !errors.Is(err, io.EOF) {
		return nil, ErrBroken.Wrap(err)
	}
	return numbered(d.lines), nil
}

type wordDoc struct {
	dec   *xml.Decoder
	lines []line
	grids int
	page  int
}

// body reads what is outside tables: paragraphs, and tables one by one.
func (d *wordDoc) body() error {
	for {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		s, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch s.Name.Local {
		case "p":
			text, err := d.paragraph()
			if err != nil {
				return err
			}
			for _, row := range strings.Split(text, "\n") {
				d.lines = append(d.lines, textLine(clean(row), d.page))
			}
		case "tbl":
			d.grids++
			m, err := d.table()
			if err != nil {
				return err
			}
			d.lines = append(d.lines, m.lines(d.grids, d.page)...)
		}
	}
}

// paragraph gives the text up to the end of the paragraph, a manual line end as \n.
func (d *wordDoc) paragraph() (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		t, err := d.dec.Token()
		if err != nil {
			return "", err
		}
		switch v := t.(type) {
		case xml.StartElement:
			switch v.Name.Local {
			case "t":
				var s string
				if err := d.dec.DecodeElement(&s, &v); err != nil {
					return "", err
				}
				b.WriteString(s)
				continue
			case "br", "cr":
				b.WriteByte('\n')
			case "tab":
				b.WriteByte(' ')
			case "lastRenderedPageBreak":
				d.page++
			case "instrText", "del", "delText", "Fallback":
				if err := d.dec.Skip(); err != nil {
					return "", err
				}
				continue
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return b.String(), nil
}

// table reads one table; a table within a cell counts as that cell's text.
func (d *wordDoc) table() (*matrix, error) {
	w := &wordTable{open: map[int]string{}}
	for {
		t, err := d.dec.Token()
		if err != nil {
			return nil, err
		}
		switch v := t.(type) {
		case xml.StartElement:
			switch v.Name.Local {
			case "tr":
				w.row()
			case "tc":
				if err := d.cell(w); err != nil {
					return nil, err
				}
			}
		case xml.EndElement:
			if v.Name.Local == "tbl" {
				return &w.m, nil
			}
		}
	}
}

// cell reads one cell with its spans.
func (d *wordDoc) cell(w *wordTable) error {
	span, merge, restart := 1, false, false
	var parts []string
	for depth := 1; depth > 0; {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		switch v := t.(type) {
		case xml.StartElement:
			switch v.Name.Local {
			case "gridSpan":
				if n, err := strconv.Atoi(value(v)); err == nil {
					span = max(1, min(n, maxColumns))
				}
			case "vMerge":
				merge, restart = true, value(v) == "restart"
			case "p":
				s, err := d.paragraph()
				if err != nil {
					return err
				}
				parts = append(parts, strings.Fields(clean(s))...)
				continue
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
	w.cell(strings.Join(parts, " "), span, merge && !restart, merge)
	return nil
}

func value(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "val" {
			return a.Value
		}
	}
	return ""
}

// wordTable fills a matrix from cells with gridSpan and vMerge.
type wordTable struct {
	builder
	open map[int]string // by column: what reaches down
}

// cell puts one cell. continued is a cell that only carries on the one above.
func (w *wordTable) cell(s string, span int, continued, merged bool) {
	r, col := len(w.m.text)-1, w.col
	over := s
	if continued {
		over, s = w.open[col], ""
	}
	delete(w.open, col)
	if merged {
		w.open[col] = over
	}
	for j := range span {
		t := ""
		if j == 0 {
			t = s
		}
		w.put(r, t, over)
	}
}
