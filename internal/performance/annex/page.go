package annex

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"io"
	"strings"

	"yichuang/internal/document/grid"
	"yichuang/internal/performance/form"
)

//go:embed page.html
var pageText string

// pageView is the web page: it stands alone, without script, pictures or files beside it.
type pageView struct {
	Document
	Title, Status string
}

// slotView is one cell of a form on the page.
type slotView struct {
	grid.Slot
	Class string
	Scope string // of what the cell is a head: col, row; "" where it is none
}

// writePage writes the page.
func (d Document) writePage(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{"rows": pageRows, "note": noteMark}).Parse(pageText)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, pageView{d, d.Title(), d.status()}); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// pageRows are the rows of a form; the names of the indicators' columns are heads, and so are the marks in the first column.
func pageRows(l *form.Layout) ([][]slotView, error) {
	upper := len(l.Head.Body)
	rows, err := l.Joined().Layout()
	if err != nil {
		return nil, err
	}
	out := make([][]slotView, len(rows))
	for i, r := range rows {
		for _, s := range r.Slots {
			if !s.Top {
				continue
			}
			v := slotView{Slot: s, Class: [...]string{"", "", "c", "r"}[s.Align]}
			if s.Bold {
				v.Class = strings.TrimSpace(v.Class + " b")
			}
			switch {
			case i == upper:
				v.Scope = "col"
			case s.Col == 0 && s.Text != "" && i < upper:
				v.Scope = "row"
			}
			out[i] = append(out[i], v)
		}
	}
	return out, nil
}
