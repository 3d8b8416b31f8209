// Package xlsx writes spreadsheets (XLSX). It knows nothing of the domain: it is given columns and rows.
package xlsx

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Column is one column of a table.
type Column struct {
	Label string
	Width float64 // in characters; 14 where it is 0
}

// Table writes a workbook with one sheet to w: the columns' labels in a fixed first row, then the rows that fill hands to
// add. Rows are streamed to a temporary file, so that a long table needs little memory; nothing reaches w before fill has
// returned without an error. A cell may be a string, a number or a bool; strings are never read as formulas.
func Table(w io.Writer, sheet string, columns []Column, fill func(add func(cells ...any) error) error) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("open sheet: %w", err)
	}
	if err := head(f, out, columns); err != nil {
		return err
	}
	line := 1
	err = fill(func(cells ...any) error {
		line++
		at, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return fmt.Errorf("row %d: %w", line, err)
		}
		return out.SetRow(at, cells)
	})
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	_, err = f.WriteTo(w)
	return err
}

// head writes the first row, which stays in sight.
func head(f *excelize.File, out *excelize.StreamWriter, columns []Column) error {
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"ECEFF3"}}})
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	labels := make([]any, len(columns))
	for i, c := range columns {
		labels[i] = excelize.Cell{StyleID: bold, Value: c.Label}
		width := c.Width
		if width == 0 {
			width = 14
		}
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return fmt.Errorf("column width: %w", err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze head: %w", err)
	}
	return out.SetRow("A1", labels)
}
