package xlsx

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/errs"
)

// ErrTooLong is a table with more rows than a sheet can have.
var ErrTooLong = errs.New(errs.TooLarge, "xlsx.too_long", "导出的行数超过一张工作表的上限（1,048,576 行），没有导出。请缩小筛选范围后再试。")

const maxRows = 1 << 20

// Sheet is a table on one sheet: a title and a note above it if there are any, the labels in a row that stays in sight,
// and the rows.
type Sheet struct {
	Name    string // of the sheet; what a name may not hold is replaced
	Title   string // large, above the table
	Note    string // small, below the title: the filter and the time of the figures
	Columns []Column
}

// Write writes the workbook to w. Rows are those that fill hands to add, one value a column; they are streamed to a
// temporary file, so that a long table needs little memory, and nothing reaches w before fill has returned without an
// error. Strings are never read as formulas.
func (s Sheet) Write(w io.Writer, fill func(add func(cells ...any) error) error) error {
	f := excelize.NewFile()
	defer f.Close()
	name := sheetName(s.Name)
	if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("open sheet: %w", err)
	}
	sw := &sheetWriter{Sheet: s, file: f, out: out}
	if err := sw.head(); err != nil {
		return fmt.Errorf("write head: %w", err)
	}
	if err := fill(sw.add); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	_, err = f.WriteTo(w)
	return err
}

// sheetName keeps what a name may hold: 31 characters, none of those that references use.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return '_'
		}
		return r
	}, s), "' ")
	if rs := []rune(s); len(rs) > 31 {
		s = string(rs[:31])
	}
	if s == "" {
		return "表1"
	}
	return s
}

// sheetWriter writes one sheet from the top.
type sheetWriter struct {
	Sheet
	file   *excelize.File
	out    *excelize.StreamWriter
	line   int
	styles []int // of each column's cells
}

// head writes title, note and labels, which stay in sight.
func (w *sheetWriter) head() error {
	above := 0
	for _, line := range []string{w.Title, w.Note} {
		if line != "" {
			above++
		}
	}
	if err := w.layout(above + 1); err != nil {
		return err
	}
	if err := w.across(w.Title, 26, &excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Vertical: "center"}}); err != nil {
		return err
	}
	if err := w.across(w.Note, 20, &excelize.Style{Font: &excelize.Font{Size: 9, Color: "5F6B7A"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}); err != nil {
		return err
	}
	bold, err := w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"ECEFF3"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	if err != nil {
		return err
	}
	labels := make([]any, len(w.Columns))
	for i, c := range w.Columns {
		labels[i] = excelize.Cell{StyleID: bold, Value: c.Label}
	}
	return w.put(labels)
}

// layout sets widths, the fixed rows and the cell styles, which must come before any row.
func (w *sheetWriter) layout(fixed int) error {
	for i, c := range w.Columns {
		width := c.Width
		if width == 0 {
			width = 14
		}
		if err := w.out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
		style, err := w.cellStyle(c)
		if err != nil {
			return err
		}
		w.styles = append(w.styles, style)
	}
	below, err := excelize.CoordinatesToCellName(1, fixed+1)
	if err != nil {
		return err
	}
	return w.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: fixed, TopLeftCell: below, ActivePane: "bottomLeft"})
}

// cellStyle gives the style of a column's cells; 0 where they need none. Next to a column whose lines are broken, all
// begin at the top.
func (w *sheetWriter) cellStyle(c Column) (int, error) {
	style, plain := excelize.Style{}, true
	if format := c.Kind.format(); format != "" {
		style.CustomNumFmt, plain = &format, false
	}
	if slices.ContainsFunc(w.Columns, func(c Column) bool { return c.Wrap }) {
		style.Alignment, plain = &excelize.Alignment{Vertical: "top", WrapText: c.Wrap}, false
	}
	if plain {
		return 0, nil
	}
	return w.file.NewStyle(&style)
}

// across writes a line over the whole width of the table; "" writes nothing.
func (w *sheetWriter) across(text string, height float64, style *excelize.Style) error {
	if text == "" {
		return nil
	}
	id, err := w.file.NewStyle(style)
	if err != nil {
		return err
	}
	if err := w.put([]any{excelize.Cell{StyleID: id, Value: text}}, excelize.RowOpts{Height: height}); err != nil {
		return err
	}
	if len(w.Columns) < 2 {
		return nil
	}
	first, err := excelize.CoordinatesToCellName(1, w.line)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(w.Columns), w.line)
	if err != nil {
		return err
	}
	return w.out.MergeCell(first, last)
}

// put writes the next row as it is.
func (w *sheetWriter) put(cells []any, opts ...excelize.RowOpts) error {
	if w.line == maxRows {
		return ErrTooLong
	}
	w.line++
	at, err := excelize.CoordinatesToCellName(1, w.line)
	if err != nil {
		return err
	}
	return w.out.SetRow(at, cells, opts...)
}

// add writes one row of the table.
func (w *sheetWriter) add(cells ...any) error {
	if len(cells) > len(w.Columns) {
		return fmt.Errorf("xlsx: %d cells for %d columns", len(cells), len(w.Columns))
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		v, err := w.Columns[i].Kind.value(c)
		if err != nil {
			return fmt.Errorf("row %d, column %q: %w", w.line+1, w.Columns[i].Label, err)
		}
		if row[i] = v; w.styles[i] != 0 {
			row[i] = excelize.Cell{StyleID: w.styles[i], Value: v}
		}
	}
	return w.put(row)
}
