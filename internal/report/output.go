package report

import (
	"io"
	"strings"

	"yichuang/internal/document/chart"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
)

// Issuer is what the documents of a bulletin are signed with.
type Issuer struct {
	Centre string // name of the centre
}

func (i Issuer) office() string { return i.Centre + "12345热线办" }

// plain is a line's words with the values in their places.
func (b *Bulletin) plain(l Line) string {
	var s strings.Builder
	for _, x := range l.Segments {
		if x.Key == "" {
			s.WriteString(x.Text)
			continue
		}
		if v, ok := b.Content.Lookup(x.Key); ok {
			s.WriteString(v.Shown(b.Published()))
		} else {
			s.WriteString("{" + x.Key + "}")
		}
	}
	return s.String()
}

// grid is a table for print.
func (t Table) grid(public bool) grid.Table {
	columns := 0
	for _, c := range t.Head[0] {
		columns += max(c.Cols, 1)
	}
	out := grid.Table{Columns: make([]grid.Column, columns)}
	for i := range out.Columns {
		out.Columns[i] = grid.Column{Width: 1, Align: grid.Right}
		if t.Inner { // words, not numbers
			out.Columns[i].Align = grid.Left
		}
	}
	out.Columns[0] = grid.Column{Width: 2.2, Align: grid.Left}
	for _, row := range t.Head {
		var cells []grid.Cell
		for _, c := range row {
			cells = append(cells, grid.Cell{Text: c.Text, Rows: c.Rows, Cols: c.Cols})
		}
		out.Head = append(out.Head, cells)
	}
	for _, row := range t.Rows {
		var cells []grid.Cell
		for _, c := range row {
			g := grid.Cell{Text: c.Shown(public), Cols: c.Cols, Bold: c.Bold}
			if c.Num != nil && g.Text == c.Text {
				g.Value = *c.Num
			}
			cells = append(cells, g)
		}
		out.Body = append(out.Body, cells)
	}
	return out
}

// status says below the title what a reader must know of the figures.
func (b *Bulletin) status() string {
	s := "统计截至 " + b.Content.Cutoff.String()
	if len(b.Content.Marks) > 0 {
		s += "，数据" + strings.Join(b.Content.Marks, "、")
	}
	if b.State != Issued {
		return "（" + b.State.Label() + "，" + s + "）"
	}
	return "（" + s + "）"
}

// Document is the bulletin on paper, for DOCX and PDF.
func (b *Bulletin) Document(by Issuer) paper.Document {
	d := paper.Document{Title: b.Title, Author: by.office(), At: b.Content.Cutoff}
	portrait := paper.Section{Blocks: []paper.Block{paper.Text(paper.Title, b.Title), paper.Text(paper.Subtitle, b.status())}}
	current := portrait
	flush := func(landscape bool) {
		if len(current.Blocks) > 0 {
			d.Sections = append(d.Sections, current)
		}
		current = paper.Section{Landscape: landscape}
	}
	tables := 0
	for _, l := range Parse(b.Text) {
		if current.Landscape && l.Kind != TableLine {
			flush(false)
		}
		switch l.Kind {
		case Heading:
			current.Blocks = append(current.Blocks, paper.Text(paper.Heading1, b.plain(l)))
		case Subheading:
			current.Blocks = append(current.Blocks, paper.Text(paper.Heading2, b.plain(l)))
		case TableLine:
			t, ok := b.shown(l.Name)
			if !ok {
				continue
			}
			if t.Wide != current.Landscape {
				flush(t.Wide)
			}
			tables++
			current.Blocks = append(current.Blocks, paper.Text(paper.Caption, "表 "+itoa(tables)+"　"+t.Name), paper.Table{Table: t.grid(b.Published())})
			if t.Note != "" {
				current.Blocks = append(current.Blocks, paper.Text(paper.Note, "注："+t.Note))
			}
		case ChartLine:
			if c, ok := b.Content.Chart(l.Name); ok {
				d := paper.Chart{Chart: c.Chart}
				if c.Chart.Kind == chart.Bars && len(c.Chart.Categories) > 8 {
					d.Height = float64(20 + 7*len(c.Chart.Categories)) // a line for every name
				}
				current.Blocks = append(current.Blocks, d)
			}
		default:
			current.Blocks = append(current.Blocks, paper.Text(paper.Body, b.plain(l)))
		}
	}
	if current.Landscape {
		flush(false)
	}
	current.Blocks = append(current.Blocks, b.ending(by)...)
	flush(false)
	return d
}

// ending is what stands at the end: who issues it, when, and how small numbers are treated.
func (b *Bulletin) ending(by Issuer) []paper.Block {
	out := []paper.Block{paper.Text(paper.Plain, "")}
	if b.State == Issued {
		at := b.IssuedAt.Time()
		out = append(out, paper.Text(paper.Signature, by.office()), paper.Text(paper.Signature, at.Format("2006年1月2日")),
			paper.Text(paper.Note, "注：不足 5 件的分组数及能由此推出的数不予公布（以“不足 5”和“*”表示）。封存校验值（SM3）："+b.Seal))
		return out
	}
	return append(out, paper.Text(paper.Note, "注：内部"+b.State.Label()+"，未印发，不得外传。"))
}

// WriteXLSX writes the bulletin as a workbook: the text on the first sheet, each table with its numbers on one of its own.
func (b *Bulletin) WriteXLSX(w io.Writer) error {
	text := xlsx.Page{Name: "正文", Title: b.Title, Lines: []string{b.status()}}
	book := xlsx.Book{}
	for _, l := range Parse(b.Text) {
		switch l.Kind {
		case TableLine:
			if t, ok := b.shown(l.Name); ok {
				p := xlsx.Page{Name: t.Name, Title: t.Name, Table: t.grid(b.Published())}
				if t.Note != "" {
					p.Lines = []string{"注：" + t.Note}
				}
				book.Pages = append(book.Pages, p)
			}
		case ChartLine:
			if c, ok := b.Content.Chart(l.Name); ok {
				text.Charts = append(text.Charts, c.Chart)
			}
		default:
			text.Lines = append(text.Lines, b.plain(l))
		}
	}
	book.Pages = append([]xlsx.Page{text}, book.Pages...)
	return book.Write(w)
}
