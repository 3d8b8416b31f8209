// Package grid is a table for print: columns of relative widths, head rows that are repeated on every page, cells that
// span rows and columns. Package docx draws it on paper, package xlsx in a spreadsheet. It knows nothing of what the
// cells mean.
package grid

import "fmt"

// Align is where a cell's text stands.
type Align uint8

// The alignments. Inherit is the column's in the body and the centre in the head.
const (
	Inherit Align = iota
	Left
	Centre
	Right
)

// Column is one column of the table.
type Column struct {
	Width float64 // relative to the other columns'; 1 where it is 0
	Align Align   // of the body's cells; Left where it is Inherit
}

// Cell is one cell. Line ends in its text are kept.
type Cell struct {
	Text  string
	Rows  int // that it spans; 1 where it is 0
	Cols  int // that it spans; 1 where it is 0
	Align Align
	Bold  bool
	// Value is what a spreadsheet stores in the place of the text, so that it can be summed: an int64 or a float64, nil
	// for the text itself. Format is how the spreadsheet shows it, such as "0.00%".
	Value  any
	Format string
}

// Table is a table. A row lists only the cells that begin in it, from left to right; places that cells above reach down
// to are skipped. A row that ends early is filled with empty cells.
type Table struct {
	Columns []Column
	Head    [][]Cell
	Body    [][]Cell
}

// Slot is one cell's share of one row, from column Col over Cols columns. Top is set in the row where the cell begins,
// Rows is how many rows it takes from there; in the rows below, Top is false and the text is not repeated.
type Slot struct {
	Cell
	Col, Cols int
	Top       bool
	Rows      int
}

// Row is a row with its slots from left to right; together they cover every column exactly once.
type Row struct {
	Head  bool
	Slots []Slot
}

// Layout places the cells. It fails where cells overlap, stick out at the right, or reach below the head or the end.
func (t Table) Layout() ([]Row, error) {
	if len(t.Columns) == 0 {
		return nil, fmt.Errorf("grid: a table without columns")
	}
	head, err := t.place(t.Head, true)
	if err != nil {
		return nil, err
	}
	body, err := t.place(t.Body, false)
	return append(head, body...), err
}

// place lays out one part: the cells of the head may not reach into the body.
func (t Table) place(part [][]Cell, head bool) ([]Row, error) {
	out := make([]Row, len(part))
	above := make([]Slot, len(t.Columns)) // by first column: what reaches down, with the rows still to come
	left := make([]int, len(t.Columns))   // by first column: rows that the slot above still takes
	for r, cells := range part {
		out[r].Head = head
		for col := 0; col < len(t.Columns); {
			if left[col] > 0 {
				s := above[col]
				s.Top = false
				left[col]--
				out[r].Slots = append(out[r].Slots, s)
				col += s.Cols
				continue
			}
			c := Cell{}
			if len(cells) > 0 {
				c, cells = cells[0], cells[1:]
			}
			s := t.slot(c, col, head)
			if err := fits(s, len(t.Columns), len(part)-r, left); err != nil {
				return nil, fmt.Errorf("grid: row %d, column %d: %w", r+1, col+1, err)
			}
			above[col], left[col] = s, s.Rows-1
			out[r].Slots = append(out[r].Slots, s)
			col += s.Cols
		}
		if len(cells) > 0 {
			return nil, fmt.Errorf("grid: row %d has %d cells too many", r+1, len(cells))
		}
	}
	return out, nil
}

func (t Table) slot(c Cell, col int, head bool) Slot {
	s := Slot{Cell: c, Col: col, Cols: max(c.Cols, 1), Rows: max(c.Rows, 1), Top: true}
	switch {
	case s.Align != Inherit:
	case head:
		s.Align = Centre
	case t.Columns[col].Align != Inherit:
		s.Align = t.Columns[col].Align
	default:
		s.Align = Left
	}
	return s
}

func fits(s Slot, columns, rows int, left []int) error {
	switch {
	case s.Col+s.Cols > columns:
		return fmt.Errorf("a cell over %d columns sticks out", s.Cols)
	case s.Rows > rows:
		return fmt.Errorf("a cell over %d rows reaches below the end", s.Rows)
	}
	for c := s.Col + 1; c < s.Col+s.Cols; c++ {
		if left[c] > 0 {
			return fmt.Errorf("the cell overlaps one that begins above")
		}
	}
	return nil
}

// Widths shares out total among the columns by their relative widths; the parts add up to total.
func (t Table) Widths(total int) []int {
	var sum, done float64
	for _, c := range t.Columns {
		sum += c.relative()
	}
	out, given := make([]int, len(t.Columns)), 0
	for i, c := range t.Columns {
		done += c.relative()
		upto := int(done/sum*float64(total) + 0.5)
		out[i], given = upto-given, upto
	}
	return out
}

func (c Column) relative() float64 {
	if c.Width > 0 {
		return c.Width
	}
	return 1
}
