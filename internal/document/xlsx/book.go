package xlsx

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/document/chart"
	"yichuang/internal/document/grid"
)

// Page is a sheet of a book: a title, lines of text, a table, and charts below it. Each part may be left out.
type Page struct {
	Name   string
	Title  string
	Lines  []string
	Table  grid.Table
	Below  []string // lines of text below the table
	Charts []chart.Chart
	// Landscape prints the sheet on pages turned sideways. Either way it is as wide as one page, with its heads repeated.
	Landscape bool
}

// Book is a workbook of a few small sheets for reading and printing; Sheet is for long lists.
type Book struct {
	Pages []Page
}

// Write writes the workbook to w; nothing reaches w if a page cannot be written.
func (b Book) Write(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	taken := map[string]bool{}
	for i, p := range b.Pages {
		name := freeName(sheetName(p.Name), taken)
		if i == 0 {
			if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
				return fmt.Errorf("name sheet: %w", err)
			}
		} else if _, err := f.NewSheet(name); err != nil {
			return fmt.Errorf("new sheet: %w", err)
		}
		pw := pageWriter{Page: p, file: f, sheet: name, columns: max(len(p.Table.Columns), 6), styles: map[cellStyle]int{}}
		if err := pw.write(); err != nil {
			return fmt.Errorf("sheet %q: %w", name, err)
		}
	}
	_, err := f.WriteTo(w)
	return err
}

// freeName gives a name that no sheet before has.
func freeName(name string, taken map[string]bool) string {
	for n := 2; taken[name]; n++ {
		base := []rune(name)
		name = fmt.Sprintf("%s(%d)", string(base[:min(len(base), 26)]), n)
	}
	taken[name] = true
	return name
}

// pageWriter writes one page from the top.
type pageWriter struct {
	Page
	file    *excelize.File
	sheet   string
	columns int // that titles and lines are drawn across
	row     int
	styles  map[cellStyle]int

	headStart, headEnd int // rows of the table's head
}

type cellStyle struct {
	head, bold bool
	align      grid.Align
	format     string
}

func (w *pageWriter) write() error {
	if err := w.across(w.Title, 28, &excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}); err != nil {
		return err
	}
	if err := w.lines(w.Lines); err != nil {
		return err
	}
	if err := w.table(); err != nil {
		return err
	}
	if err := w.lines(w.Below); err != nil {
		return err
	}
	if err := w.paper(); err != nil {
		return err
	}
	w.row++
	for _, c := range w.Charts {
		if err := w.chart(c); err != nil {
			return err
		}
	}
	return nil
}

func (w *pageWriter) lines(texts []string) error {
	for _, l := range texts {
		rows := (len([]rune(l))*2 + w.columns*14 - 1) / (w.columns * 14) // a line of the sheet holds about 14 half-width characters a column
		if err := w.across(l, float64(17*max(rows, 1)), &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}); err != nil {
			return err
		}
	}
	return nil
}

// paper sets how the sheet is printed: on A4, as wide as the page, the heads of the table on every page.
func (w *pageWriter) paper() error {
	size, wide, long, turned, fit := 9, 1, 0, "portrait", true
	if w.Landscape {
		turned = "landscape"
	}
	if err := w.file.SetPageLayout(w.sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &turned, FitToWidth: &wide, FitToHeight: &long}); err != nil {
		return err
	}
	if err := w.file.SetSheetProps(w.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if w.headEnd == 0 {
		return nil
	}
	return w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", w.sheet, w.headStart, w.headEnd), Scope: w.sheet})
}

func (w *pageWriter) across(text string, height float64, style *excelize.Style) error {
	if text == "" {
		return nil
	}
	w.row++
	first, last := cellName(1, w.row), cellName(w.columns, w.row)
	id, err := w.file.NewStyle(style)
	if err != nil {
		return err
	}
	if err := w.file.SetCellStr(w.sheet, first, text); err != nil {
		return err
	}
	if err := w.file.SetCellStyle(w.sheet, first, last, id); err != nil {
		return err
	}
	if err := w.file.MergeCell(w.sheet, first, last); err != nil {
		return err
	}
	return w.file.SetRowHeight(w.sheet, w.row, height)
}

// table writes the table with its merged cells; the widths of the columns share out about 90 characters.
func (w *pageWriter) table() error {
	if len(w.Table.Columns) == 0 {
		return nil
	}
	rows, err := w.Table.Layout()
	if err != nil {
		return err
	}
	longest := unbroken(rows, len(w.Table.Columns))
	for i, width := range w.Table.Widths(max(90, 13*len(w.Table.Columns))) {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := w.file.SetColWidth(w.sheet, name, name, float64(max(width, 6, longest[i]+2))); err != nil {
			return err
		}
	}
	for _, r := range rows {
		w.row++
		if r.Head {
			if w.headEnd = w.row; w.headStart == 0 {
				w.headStart = w.row
			}
		}
		for _, s := range r.Slots {
			if err := w.cell(s, r.Head); err != nil {
				return err
			}
		}
	}
	return nil
}

// unbroken gives for every column the length of its longest number or code, which must not be cut or broken.
func unbroken(rows []grid.Row, columns int) []int {
	out := make([]int, columns)
	for _, r := range rows {
		for _, s := range r.Slots {
			if s.Top && s.Cols == 1 && strings.Trim(s.Text, "0123456789.,-%") == "" {
				out[s.Col] = max(out[s.Col], len(s.Text))
			}
		}
	}
	return out
}

func (w *pageWriter) cell(s grid.Slot, head bool) error {
	at := cellName(s.Col+1, w.row)
	style, err := w.style(cellStyle{head: head, bold: s.Bold, align: s.Align, format: s.Format})
	if err != nil {
		return err
	}
	if err := w.file.SetCellStyle(w.sheet, at, cellName(s.Col+s.Cols, w.row), style); err != nil || !s.Top {
		return err
	}
	if s.Rows > 1 || s.Cols > 1 {
		if err := w.file.MergeCell(w.sheet, at, cellName(s.Col+s.Cols, w.row+s.Rows-1)); err != nil {
			return err
		}
	}
	switch v := s.Value.(type) {
	case int64:
		return w.file.SetCellInt(w.sheet, at, v)
	case float64:
		return w.file.SetCellFloat(w.sheet, at, v, -1, 64)
	case nil:
		return w.file.SetCellStr(w.sheet, at, s.Text)
	default:
		return fmt.Errorf("xlsx: a %T in a table", v)
	}
}

func (w *pageWriter) style(s cellStyle) (int, error) {
	if id, ok := w.styles[s]; ok {
		return id, nil
	}
	st := &excelize.Style{Font: &excelize.Font{Bold: s.bold || s.head}, Alignment: &excelize.Alignment{Horizontal: [...]string{"left", "left", "center", "right"}[s.align], Vertical: "center", WrapText: true}}
	for _, side := range []string{"left", "top", "right", "bottom"} {
		st.Border = append(st.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
	}
	if s.head {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"ECEFF3"}}
	}
	if s.format != "" {
		st.CustomNumFmt = &s.format
	}
	id, err := w.file.NewStyle(st)
	w.styles[s] = id
	return id, err
}

// chart draws a chart below what is there, from figures that are written to the right of the page.
func (w *pageWriter) chart(c chart.Chart) error {
	if err := c.Check(); err != nil {
		return err
	}
	const rows = 16
	top, left := w.row+1, w.columns+3
	for i, name := range c.Categories {
		if err := w.file.SetCellStr(w.sheet, cellName(left, top+1+i), name); err != nil {
			return err
		}
	}
	var series []excelize.ChartSeries
	for i, s := range c.Series {
		if err := w.figures(s, left+1+i, top, c.Format()); err != nil {
			return err
		}
		ref := func(col, from, to int) string {
			return fmt.Sprintf("'%s'!%s:%s", w.sheet, absolute(col, from), absolute(col, to))
		}
		series = append(series, excelize.ChartSeries{Name: fmt.Sprintf("'%s'!%s", w.sheet, absolute(left+1+i, top)),
			Categories: ref(left, top+1, top+len(c.Categories)), Values: ref(left+1+i, top+1, top+len(c.Categories))})
	}
	kind := map[chart.Kind]excelize.ChartType{chart.Columns: excelize.Col, chart.Bars: excelize.Bar, chart.Lines: excelize.Line, chart.Shares: excelize.Doughnut}[c.Kind]
	err := w.file.AddChart(w.sheet, cellName(1, top), &excelize.Chart{Type: kind, Series: series, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: c.Title}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: 640, Height: 300}, HoleSize: 50,
		YAxis: excelize.ChartAxis{MajorGridLines: true}, XAxis: excelize.ChartAxis{ReverseOrder: c.Kind == chart.Bars},
		PlotArea: excelize.ChartPlotArea{ShowVal: c.Kind != chart.Shares, ShowPercent: c.Kind == chart.Shares}, ShowBlanksAs: "gap"})
	w.row += max(rows, len(c.Categories)+2)
	return err
}

func (w *pageWriter) figures(s chart.Series, col, top int, format string) error {
	if err := w.file.SetCellStr(w.sheet, cellName(col, top), s.Name); err != nil {
		return err
	}
	id, err := w.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	for i, v := range s.Values {
		at := cellName(col, top+1+i)
		if math.IsNaN(v) {
			continue
		}
		if err := w.file.SetCellFloat(w.sheet, at, v, -1, 64); err != nil {
			return err
		}
		if err := w.file.SetCellStyle(w.sheet, at, at, id); err != nil {
			return err
		}
	}
	return nil
}

// cellName names a cell inside the bounds of a sheet, which the callers keep.
func cellName(col, row int) string {
	name, _ := excelize.CoordinatesToCellName(col, row)
	return name
}

func absolute(col, row int) string {
	name, _ := excelize.CoordinatesToCellName(col, row, true)
	return name
}
