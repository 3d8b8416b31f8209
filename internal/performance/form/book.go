package form

import (
	"io"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/performance/score"
)

// WriteXLSX writes the forms as a workbook in the layout in which they are published, a sheet for each; results may be nil,
// or hold nil for a form that prints what it states itself.
func (s *Set) WriteXLSX(w io.Writer, results []*score.Result) error {
	var book xlsx.Book
	for i, f := range s.Forms {
		var r *score.Result
		if i < len(results) {
			r = results[i]
		}
		book.Pages = append(book.Pages, Page(f, r))
	}
	return book.Write(w)
}

// Page is the sheet of one form.
func Page(f *score.Form, r *score.Result) xlsx.Page {
	l := Draw(f, r)
	name := f.Label
	if name == "" {
		name = f.Name
	}
	return xlsx.Page{Name: name, Title: l.Title, Lines: []string{l.Year}, Table: numbered(l.Joined()), Below: below(l.Notes)}
}

func below(notes []string) []string {
	var out []string
	for _, n := range notes {
		out = append(out, "注："+n)
	}
	return out
}

// numbered stores numbers as numbers, so that they can be added up, as they are printed.
func numbered(t grid.Table) grid.Table {
	for r := range t.Body {
		for c := range t.Body[r] {
			cell := &t.Body[r][c]
			if d, ok := printable(cell.Text); ok && cell.Value == nil {
				cell.Value, cell.Format = d.Float(), formats[d.Places()]
			}
		}
	}
	return t
}

// formats show a number with so many decimals.
var formats = map[int]string{0: "0", 1: "0.0", 2: "0.00", 3: "0.000", 4: "0.0000", 5: "0.00000", 6: "0.000000"}

// printable reads a cell that is wholly a number.
func printable(s string) (score.Decimal, bool) {
	d, err := score.ParseDecimal(s)
	return d, err == nil && !d.Blank()
}
