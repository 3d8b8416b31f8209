package reader

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"yichuang/internal/document/pdf"
)

// pdfLines reads the text layer of a PDF: text line by line, and what stands between ruled lines as the rows of a grid.
func pdfLines(ctx context.Context, b []byte, opt Options) ([]line, error) {
	if opt.PDF == nil {
		return nil, ErrFormat.Say("没有准备好 PDF 的阅读，没有审核。请用 DOCX、XLSX、HTML 或文本文件。")
	}
	f, err := opt.PDF.Open(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	var out []line
	grids := 0
	for i := range f.Pages {
		out = append(out, pageLines(&f.Pages[i], &grids)...)
	}
	return numbered(dropPageNumbers(out)), nil
}

// dropPageNumbers leaves out the last line of each page where it is only a number.
func dropPageNumbers(in []line) []line {
	var out []line
	for i, l := range in {
		last := i+1 == len(in) || in[i+1].page != l.page
		first := i == 0 || in[i-1].page != l.page
		if l.grid == 0 && (last || first) && pageNumber(l.text, true) {
			continue
		}
		out = append(out, l)
	}
	return out
}

// pageLines gives the lines of a page from the top.
func pageLines(p *pdf.Page, grids *int) []line {
	areas := ruledAreas(p)
	inside := make([][]pdf.Run, len(areas))
	var free []pdf.Run
	for _, r := range p.Runs {
		if r.Angle != 0 || strings.TrimSpace(r.Text) == "" {
			continue
		}
		k := slices.IndexFunc(areas, func(a area) bool { return a.holds(r) })
		if k < 0 {
			free = append(free, r)
		} else {
			inside[k] = append(inside[k], r)
		}
	}
	type block struct {
		y     float64
		lines []line
	}
	var blocks []block
	for _, l := range textRows(free) {
		blocks = append(blocks, block{l[0].Y, []line{runLine(l, p.Number)}})
	}
	for k, a := range areas {
		*grids++
		m := a.matrix(inside[k])
		blocks = append(blocks, block{a.ys[0], m.lines(*grids, p.Number)})
	}
	slices.SortStableFunc(blocks, func(x, y block) int {
		if x.y < y.y {
			return -1
		} else if x.y > y.y {
			return 1
		}
		return 0
	})
	var out []line
	for _, b := range blocks {
		out = append(out, b.lines...)
	}
	return out
}

// textRows groups runs by their baselines, each row from left to right.
func textRows(runs []pdf.Run) [][]pdf.Run {
	runs = slices.Clone(runs)
	slices.SortStableFunc(runs, func(a, b pdf.Run) int {
		switch {
		case a.Y < b.Y:
			return -1
		case a.Y > b.Y:
			return 1
		}
		return 0
	})
	var out [][]pdf.Run
	for _, r := range runs {
		if n := len(out); n > 0 && r.Y-out[n-1][0].Y < 0.45*r.Size {
			out[n-1] = append(out[n-1], r)
			continue
		}
		out = append(out, []pdf.Run{r})
	}
	for _, row := range out {
		slices.SortStableFunc(row, func(a, b pdf.Run) int {
			switch {
			case a.X < b.X:
				return -1
			case a.X > b.X:
				return 1
			}
			return 0
		})
	}
	return out
}

func runLine(row []pdf.Run, page int) line {
	l := line{page: page, placed: len(row) > 1}
	for _, r := range row {
		for _, w := range strings.Fields(clean(r.Text)) {
			l.words = append(l.words, Word{Text: w, X0: int(r.X), X1: int(r.Right)})
		}
	}
	l.join()
	return l
}

// area is a ruled table on a page: its horizontal and vertical lines.
type area struct {
	ys, xs []float64
	rules  []pdf.Rule
}

const near = 2.5 // points within which two lines are one

func (a area) holds(r pdf.Run) bool {
	x, y := (r.X+r.Right)/2, (r.Top()+r.Bottom())/2
	return y > a.ys[0]-near && y < a.ys[len(a.ys)-1]+near && x > a.xs[0]-near && x < a.xs[len(a.xs)-1]+near
}

// ruledAreas finds the tables: bands between horizontal lines that vertical lines cross.
func ruledAreas(p *pdf.Page) []area {
	var lying, standing []pdf.Rule
	for _, r := range p.Rules {
		if r.Lies() {
			lying = append(lying, r)
		} else {
			standing = append(standing, r)
		}
	}
	var ys []float64
	for _, r := range lying {
		ys = append(ys, r.Y0)
	}
	ys = distinctLines(ys)
	var out []area
	for i := 0; i < len(ys); {
		k := i
		for k+1 < len(ys) && crossed(standing, (ys[k]+ys[k+1])/2) >= 2 {
			k++
		}
		if k > i+1 {
			a := area{ys: ys[i : k+1], rules: p.Rules}
			for _, r := range standing {
				if r.Y1 > a.ys[0]+near && r.Y0 < a.ys[len(a.ys)-1]-near {
					a.xs = append(a.xs, r.X0)
				}
			}
			if a.xs = distinctLines(a.xs); len(a.xs) >= 3 {
				out = append(out, a)
			}
		}
		i = max(k, i+1)
	}
	return out
}

func distinctLines(v []float64) []float64 {
	slices.Sort(v)
	var out []float64
	for _, x := range v {
		if len(out) == 0 || x-out[len(out)-1] > near {
			out = append(out, x)
		}
	}
	return out
}

func crossed(standing []pdf.Rule, y float64) int {
	n := 0
	for _, r := range standing {
		if r.Y0 <= y && r.Y1 >= y {
			n++
		}
	}
	return n
}

// edge reports a vertical line between two rows at x, and ruled a horizontal one between two columns at y.
func (a area) edge(x, y0, y1 float64) bool {
	mid := (y0 + y1) / 2
	return slices.ContainsFunc(a.rules, func(r pdf.Rule) bool {
		return !r.Lies() && r.X0 > x-near && r.X0 < x+near && r.Y0 <= mid && r.Y1 >= mid
	})
}

func (a area) ruled(y, x0, x1 float64) bool {
	mid := (x0 + x1) / 2
	return slices.ContainsFunc(a.rules, func(r pdf.Rule) bool {
		return r.Lies() && r.Y0 > y-near && r.Y0 < y+near && r.X0 <= mid && r.X1 >= mid
	})
}

// matrix puts the runs into the cells; a cell reaches right and down as far as no line parts it.
func (a area) matrix(runs []pdf.Run) *matrix {
	rows, cols := len(a.ys)-1, min(len(a.xs)-1, maxColumns)
	m := &matrix{text: make([][]string, rows), over: make([][]string, rows)}
	done := make([][]bool, rows)
	for r := range rows {
		m.text[r], m.over[r], done[r] = make([]string, cols), make([]string, cols), make([]bool, cols)
	}
	for r := range rows {
		for c := range cols {
			if done[r][c] {
				continue
			}
			r1, c1 := a.reach(r, c, rows, cols)
			s := a.inside(runs, r, c, r1, c1)
			m.text[r][c] = s
			for i := r; i <= r1; i++ {
				for j := c; j <= c1; j++ {
					m.over[i][j], done[i][j] = s, true
				}
			}
		}
	}
	return m
}

// reach gives the last row and column of the cell that begins at a place.
func (a area) reach(r, c, rows, cols int) (int, int) {
	c1 := c
	for c1+1 < cols && !a.edge(a.xs[c1+1], a.ys[r], a.ys[r+1]) {
		c1++
	}
	r1 := r
	for r1+1 < rows && !a.ruled(a.ys[r1+1], a.xs[c], a.xs[c+1]) {
		r1++
	}
	return r1, c1
}

// inside joins the runs of a cell, row by row.
func (a area) inside(runs []pdf.Run, r, c, r1, c1 int) string {
	var mine []pdf.Run
	for _, run := range runs {
		x, y := (run.X+run.Right)/2, (run.Top()+run.Bottom())/2
		if x >= a.xs[c] && x < a.xs[c1+1] && y >= a.ys[r] && y < a.ys[r1+1] {
			mine = append(mine, run)
		}
	}
	var parts []string
	for _, row := range textRows(mine) {
		for _, run := range row {
			parts = append(parts, strings.TrimSpace(clean(run.Text)))
		}
	}
	return strings.Join(parts, " ")
}
