// Package xlsx writes spreadsheets (XLSX). It knows nothing of the domain: it is given columns and rows.
package xlsx

import (
	"io"
)

// Column is one column of a table.
type Column struct {
	Label string
	Width float64 // in characters; 14 where it is 0
	Kind  Kind    // what its cells are; Any where it is not said
	Wrap  bool    // long text is broken into lines instead of running out of the cell
}

// Table writes a workbook with one sheet to w: the columns' labels in a fixed first row, then the rows that fill hands to
// add. It is Sheet without title and note.
func Table(w io.Writer, sheet string, columns []Column, fill func(add func(cells ...any) error) error) error {
	return Sheet{Name: sheet, Columns: columns}.Write(w, fill)
}
