package reader

import (
	"archive/zip"
	"bytes"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds what an office file may unfold to.
const maxUnzipped = 256 << 20

// officeLines reads a spreadsheet or a word-processor file.
func officeLines(b []byte) ([]line, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, ErrBroken.Wrap(err)
	}
	var total uint64
	word, sheet := false, false
	for _, f := range z.File {
		total += f.UncompressedSize64
		word = word || f.Name == "word/document.xml"
		sheet = sheet || strings.HasPrefix(f.Name, "xl/workbook")
	}
	switch {
	case total > maxUnzipped:
		return nil, ErrTooLarge
	case word:
		return wordLines(z)
	case sheet:
		return sheetLines(b)
	}
	return nil, ErrFormat
}

// sheetLines reads every sheet of a spreadsheet as one grid; a sheet's name is its first line.
func sheetLines(b []byte) ([]line, error) {
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: maxUnzipped})
	if err != nil {
		return nil, ErrBroken.Wrap(err)
	}
	defer book.Close()
	var out []line
	for i, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			return nil, ErrBroken.Wrap(err)
		}
		g := newMatrix(rows)
		merged, err := book.GetMergeCells(name)
		if err != nil {
			return nil, ErrBroken.Wrap(err)
		}
		for _, m := range merged {
			c0, r0, err0 := excelize.CellNameToCoordinates(m.GetStartAxis())
			c1, r1, err1 := excelize.CellNameToCoordinates(m.GetEndAxis())
			if err0 == nil && err1 == nil {
				g.span(r0-1, c0-1, r1-1, c1-1)
			}
		}
		out = append(out, textLine(clean(name), i+1))
		out = append(out, g.lines(i+1, i+1)...)
	}
	return numbered(out), nil
}

// textLine is a line of running text.
func textLine(s string, page int) line {
	l := line{page: page}
	l.words, _ = split(s)
	l.join()
	return l
}

// numbered drops lines without text and counts the rest.
func numbered(in []line) []line {
	out := in[:0]
	for _, l := range in {
		if l.text != "" {
			l.no = len(out) + 1
			out = append(out, l)
		}
	}
	return out
}

// matrix is a grid of cells.
type matrix struct {
	text [][]string // where a cell begins
	over [][]string // repeated over the whole of a merged cell
}

func newMatrix(rows [][]string) *matrix {
	m := &matrix{}
	for _, r := range rows {
		t := make([]string, len(r))
		for i, c := range r {
			t[i] = strings.Join(strings.Fields(clean(c)), " ")
		}
		m.text = append(m.text, t)
		m.over = append(m.over, append([]string{}, t...))
	}
	return m
}

// maxColumns bounds the columns of a grid.
const maxColumns = 64

// span repeats a cell's text over the cells that it covers.
func (m *matrix) span(r0, c0, r1, c1 int) {
	if r0 >= len(m.over) || c0 >= len(m.over[r0]) {
		return
	}
	s := m.over[r0][c0]
	for r := r0; r <= min(r1, len(m.over)-1); r++ {
		for c := c0; c <= min(c1, maxColumns-1); c++ {
			for len(m.over[r]) <= c {
				m.over[r] = append(m.over[r], "")
				m.text[r] = append(m.text[r], "")
			}
			m.over[r][c] = s
		}
	}
}

// lines gives the rows as lines whose words stand at their columns.
func (m *matrix) lines(grid, page int) []line {
	var out []line
	for r := range m.text {
		l := line{page: page, grid: grid, placed: true, over: m.over[r]}
		for c, s := range m.text[r] {
			if s != "" && c < maxColumns {
				l.words = append(l.words, Word{Text: s, X0: c * step, X1: c*step + step - 1})
			}
		}
		l.join()
		out = append(out, l)
	}
	return out
}
