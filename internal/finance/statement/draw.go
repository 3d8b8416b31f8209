package statement

import (
	"strconv"

	"yichuang/internal/document/grid"
)

// Slot is one place of a drawn table: a head, a label, or a cell with its amount.
type Slot struct {
	Text  string
	Rows  int // that it spans; 1 where it is 0
	Cols  int
	Align grid.Align
	Bold  bool
	Cell  *Cell // nil for a head or a label
}

// Drawing is a table as it is printed: heads that repeat on every page, and the body. Pages and documents draw the same.
type Drawing struct {
	Widths []float64
	Head   [][]Slot
	Body   [][]Slot
}

// Draw lays the table out as its template wants.
func (s *Statement) Draw(t *Table) Drawing {
	d := drawer{table: t, numbers: s.Template.LineNumbers}
	switch t.Spec.Shape {
	case Sides:
		return d.sides()
	case Detail:
		return d.detail()
	case Single:
		return d.single()
	}
	return d.tree()
}

// Grid is the drawing as a table for print; amounts are numbers in a spreadsheet.
func (d Drawing) Grid() grid.Table {
	out := grid.Table{Columns: make([]grid.Column, len(d.Widths))}
	for i, w := range d.Widths {
		out.Columns[i].Width = w
	}
	part := func(rows [][]Slot) [][]grid.Cell {
		cells := make([][]grid.Cell, len(rows))
		for i, row := range rows {
			for _, s := range row {
				c := grid.Cell{Text: s.Text, Rows: s.Rows, Cols: s.Cols, Align: s.Align, Bold: s.Bold}
				if s.Cell != nil && s.Text != "" {
					c.Value, c.Format = float64(hundredths(s.Cell))/100, "0.00"
				}
				cells[i] = append(cells[i], c)
			}
		}
		return cells
	}
	out.Head, out.Body = part(d.Head), part(d.Body)
	return out
}

// hundredths is the printed amount in hundredths of 万元.
func hundredths(c *Cell) int64 {
	n, sign := int64(c.Fen), int64(1)
	if n < 0 {
		n, sign = -n, -1
	}
	return sign * ((n + 5000) / 10000)
}

type drawer struct {
	table   *Table
	numbers bool
}

func label(text string) Slot  { return Slot{Text: text, Align: grid.Left} }
func centre(text string) Slot { return Slot{Text: text, Align: grid.Centre} }

func amount(c *Cell, bold bool) Slot {
	return Slot{Text: c.Text(), Align: grid.Right, Bold: bold, Cell: c}
}

// heads gives the head rows over the columns: groups above, labels below, equal neighbours joined.
func heads(columns []ColumnSpec, depth int) [][]Slot {
	rows := make([][]Slot, depth)
	var put func(from, to, level int)
	put = func(from, to, level int) {
		for i := from; i < to; {
			c := columns[i]
			if level >= len(c.Group) {
				rows[level] = append(rows[level], Slot{Text: c.Label, Rows: depth - level, Align: grid.Centre})
				i++
				continue
			}
			j := i + 1
			for j < to && level < len(columns[j].Group) && columns[j].Group[level] == c.Group[level] {
				j++
			}
			rows[level] = append(rows[level], Slot{Text: c.Group[level], Cols: j - i, Align: grid.Centre})
			put(i, j, level+1)
			i = j
		}
	}
	put(0, len(columns), 0)
	return rows
}

func depthOf(columns []ColumnSpec) int {
	depth := 1
	for _, c := range columns {
		depth = max(depth, len(c.Group)+1)
	}
	return depth
}

func (d drawer) side(side string) (columns []ColumnSpec, rows []Row) {
	for _, c := range d.table.Spec.Columns {
		if c.Side == side {
			columns = append(columns, c)
		}
	}
	for _, r := range d.table.Rows {
		if r.Side == side {
			rows = append(rows, r)
		}
	}
	return columns, rows
}

func (d drawer) sides() Drawing {
	var out Drawing
	top, names, numbers := []Slot{}, []Slot{}, []Slot{}
	var sides [2][]Row
	var widths [2]int
	for i, side := range []string{"left", "right"} {
		columns, rows := d.side(side)
		sides[i], widths[i] = rows, len(columns)
		title := [2]string{"收入", "支出"}[i]
		fixed := 1
		out.Widths = append(out.Widths, 4.2)
		names = append(names, centre("项目"))
		numbers = append(numbers, centre("栏次"))
		if d.numbers {
			fixed = 2
			out.Widths = append(out.Widths, 0.8)
			names = append(names, centre("行次"))
			numbers = append(numbers, centre(""))
		}
		for _, c := range columns {
			out.Widths = append(out.Widths, 1.8)
			names = append(names, centre(c.Label))
			numbers = append(numbers, centre(c.No))
		}
		top = append(top, Slot{Text: title, Cols: fixed + len(columns), Align: grid.Centre})
	}
	out.Head = [][]Slot{top, names}
	if d.numbers {
		out.Head = append(out.Head, numbers)
	}
	for n := range max(len(sides[0]), len(sides[1])) {
		var line []Slot
		for i, rows := range sides {
			r := Row{}
			if n < len(rows) {
				r = rows[n]
			}
			line = append(line, d.sideRow(r, widths[i])...)
		}
		out.Body = append(out.Body, line)
	}
	return out
}

func (d drawer) sideRow(r Row, columns int) []Slot {
	name := label(r.Label)
	if r.Bold {
		name = centre(r.Label)
	}
	name.Bold = r.Bold
	line := []Slot{name}
	if d.numbers {
		number := ""
		if r.Line > 0 {
			number = strconv.Itoa(r.Line)
		}
		line = append(line, centre(number))
	}
	for i := range columns {
		if i < len(r.Cells) {
			line = append(line, amount(r.Cells[i], r.Bold))
		} else {
			line = append(line, centre(""))
		}
	}
	return line
}

func (d drawer) tree() Drawing {
	columns := d.table.Spec.Columns
	depth := max(depthOf(columns), 2)
	out := Drawing{Widths: []float64{1.4, 4}}
	h := heads(columns, depth)
	h[0] = append([]Slot{{Text: "项目", Cols: 2, Align: grid.Centre}}, h[0]...)
	h[1] = append([]Slot{{Text: "科目代码", Rows: depth - 1, Align: grid.Centre}, {Text: "科目名称", Rows: depth - 1, Align: grid.Centre}}, h[1]...)
	numbers := []Slot{{Text: "栏次", Cols: 2, Align: grid.Centre}}
	for _, c := range columns {
		out.Widths = append(out.Widths, 1.8)
		numbers = append(numbers, centre(c.No))
	}
	out.Head = h
	if d.numbers {
		out.Head = append(out.Head, numbers)
	}
	for _, r := range d.table.Rows {
		line := []Slot{label(r.Code), label(r.Label)}
		if r.Code == "" {
			line = []Slot{{Text: r.Label, Cols: 2, Align: grid.Centre, Bold: true}}
		}
		for _, c := range r.Cells {
			line = append(line, amount(c, r.Bold))
		}
		out.Body = append(out.Body, line)
	}
	return out
}

func (d drawer) single() Drawing {
	columns := d.table.Spec.Columns
	out := Drawing{Head: heads(columns, depthOf(columns))}
	var numbers, line []Slot
	for i, c := range columns {
		out.Widths = append(out.Widths, 1)
		numbers = append(numbers, centre(c.No))
		line = append(line, amount(d.table.Rows[0].Cells[i], false))
	}
	if d.numbers {
		out.Head = append(out.Head, numbers)
	}
	out.Body = [][]Slot{line}
	return out
}

// detail puts the blocks of all groups beside each other, and the groups' totals below.
func (d drawer) detail() Drawing {
	var out Drawing
	var top, names []Slot
	var blocks [][]Row
	for _, g := range d.table.Spec.Groups {
		top = append(top, Slot{Text: g.Label, Cols: 3 * len(g.Blocks), Align: grid.Centre})
		for _, classes := range g.Blocks {
			out.Widths = append(out.Widths, 1, 3.2, 1.5)
			names = append(names, centre("科目代码"), centre("科目名称"), centre(d.table.Spec.Columns[0].Label))
			blocks = append(blocks, d.block(classes))
		}
	}
	out.Head = [][]Slot{top, names}
	for n := 0; ; n++ {
		var line []Slot
		more := false
		for _, rows := range blocks {
			if n >= len(rows) {
				line = append(line, label(""), label(""), label(""))
				continue
			}
			more = true
			r := rows[n]
			line = append(line, label(r.Code), Slot{Text: r.Label, Align: grid.Left, Bold: len(r.Code) == 3}, amount(r.Cells[0], len(r.Code) == 3))
		}
		if !more {
			break
		}
		out.Body = append(out.Body, line)
	}
	var totals []Slot
	for _, g := range d.table.Spec.Groups {
		r := d.table.Row(g.Total)
		totals = append(totals, Slot{Text: r.Label, Cols: 3*len(g.Blocks) - 1, Align: grid.Centre, Bold: true}, amount(r.Cells[0], true))
	}
	out.Body = append(out.Body, totals)
	return out
}

func (d drawer) block(classes []string) []Row {
	var out []Row
	for _, r := range d.table.Rows {
		for _, class := range classes {
			if len(r.Code) >= 3 && r.Code[:3] == class {
				out = append(out, r)
			}
		}
	}
	return out
}
