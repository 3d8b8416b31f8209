package pdf

import (
	"math"

	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
)

// Lengths of a table, in points: between a cell's text and its edges, of the lines inside and at the top and bottom, the
// least type size.
const (
	padX, padY          = 3.5, 2.5
	hairline, outerLine = 0.5, 1.0
	leastSize           = 6.0
	lineFactor          = 1.3 // of the type size
)

// box is one cell's place in the table, from the row where it begins.
type box struct {
	grid.Slot
	row    int
	x, w   float64
	lines  []line
	narrow float64
	drawn  bool
}

func (b *box) height(line float64) float64 { return float64(len(b.lines))*line + 2*padY }

// laid is a table with the sizes of its rows.
type laid struct {
	size, line float64
	head       int // rows
	heights    []float64
	slots      [][]*box // the boxes of every row, those from above included
	width      float64
}

// start is the height of the head with the first row of the body.
func (t *laid) start() float64 {
	h := 0.0
	for i := 0; i < len(t.heights) && i <= t.head; i++ {
		h += t.heights[i]
	}
	return h
}

// layTable finds the greatest type size, up to the one that is asked for, in which no number is wider than its column.
func (p *press) layTable(t paper.Table) (*laid, error) {
	rows, err := t.Layout()
	if err != nil {
		return nil, err
	}
	size := t.Size
	if size <= 0 {
		size = 10.5
	}
	width := p.sheet().area.width
	xs := edges(t.Table, width)
	size *= p.shrink(rows, xs, size)
	out := &laid{size: size, line: math.Round(size*lineFactor*4) / 4, width: width, heights: make([]float64, len(rows)), slots: make([][]*box, len(rows))}
	above := map[int]*box{} // by first column
	for r, row := range rows {
		if row.Head {
			out.head++
		}
		for _, s := range row.Slots {
			if s.Top {
				above[s.Col] = p.layCell(s, row.Head, r, xs, size)
			}
			out.slots[r] = append(out.slots[r], above[s.Col])
		}
	}
	out.measure()
	out.split(p.sheet().area.height)
	return out, nil
}

// edges are the left edges of the columns, and the right edge of the last one.
func edges(t grid.Table, width float64) []float64 {
	out := make([]float64, 1, len(t.Columns)+1)
	at := 0
	for _, w := range t.Widths(int(width * 100)) {
		at += w
		out = append(out, float64(at)/100)
	}
	return out
}

// shrink is by how much the type must be smaller than asked for.
func (p *press) shrink(rows []grid.Row, xs []float64, size float64) float64 {
	by := 1.0
	for _, row := range rows {
		for _, s := range row.Slots {
			if !s.Top {
				continue
			}
			room := xs[s.Col+s.Cols] - xs[s.Col] - 2*padX
			if need := longest(p.fonts.set([]paper.Run{{Text: s.Text}}, cellLook(s, row.Head, size))); need > room {
				by = math.Min(by, room/need)
			}
		}
	}
	if by = math.Max(by, leastSize/size); by < 1 {
		by = math.Floor(by*size*4) / 4 / size // to a quarter of a point
	}
	return by
}

func cellLook(s grid.Slot, head bool, size float64) look {
	if head {
		return look{face: heiti, size: size}
	}
	return look{face: fangsong, size: size, bold: s.Bold}
}

// layCell breaks a cell's text. A number that is still too wide for its column is drawn narrower rather than cut.
func (p *press) layCell(s grid.Slot, head bool, row int, xs []float64, size float64) *box {
	b := &box{Slot: s, row: row, x: xs[s.Col], w: xs[s.Col+s.Cols] - xs[s.Col], narrow: 1}
	ls := p.fonts.set([]paper.Run{{Text: s.Text}}, cellLook(s, head, size))
	room := math.Max(b.w-2*padX, 1)
	if need := longest(ls); need > room {
		b.narrow = room / need
	}
	if len(ls) > 0 {
		b.lines = wrap(ls, room/b.narrow, 0, false)
	}
	if s.Align == grid.Centre && len(b.lines) > 1 {
		b.lines = balanced(ls, b.lines, room/b.narrow)
	}
	return b
}

// balanced breaks centred letters into as many lines as before, of about the same width.
func balanced(ls []letter, lines []line, width float64) []line {
	for w := width * 0.95; w > width/3; w *= 0.95 {
		next := wrap(ls, w, 0, false)
		if len(next) > len(lines) || longest(ls) > w {
			break
		}
		lines = next
	}
	return lines
}

// measure makes every row as high as its cells; a cell over several rows gives what it lacks to its last row.
func (t *laid) measure() {
	for pass := range 2 {
		for r, row := range t.slots {
			t.heights[r] = math.Max(t.heights[r], t.line+2*padY)
			for _, b := range row {
				switch {
				case pass == 0 && b.Rows == 1:
					t.heights[r] = math.Max(t.heights[r], b.height(t.line))
				case pass == 1 && b.Rows > 1 && r == b.row+b.Rows-1:
					have := 0.0
					for i := b.row; i <= r; i++ {
						have += t.heights[i]
					}
					t.heights[r] += math.Max(0, b.height(t.line)-have)
				}
			}
		}
	}
}

// split cuts rows that are higher than a page, where no cell of theirs reaches over several rows, into rows of the lines
// that fit.
func (t *laid) split(page float64) {
	head := 0.0
	for _, h := range t.heights[:t.head] {
		head += h
	}
	most := int((page - head - 2*padY) / t.line)
	for r := t.head; r < len(t.slots) && most > 3; r++ {
		if t.heights[r] <= page-head || !single(t.slots[r]) {
			continue
		}
		rest := make([]*box, len(t.slots[r]))
		for i, b := range t.slots[r] {
			next := *b
			next.lines = nil
			if len(b.lines) > most {
				b.lines, next.lines = b.lines[:most], b.lines[most:]
			}
			rest[i] = &next
		}
		t.heights[r] = float64(most)*t.line + 2*padY
		t.insert(r+1, rest)
	}
}

func single(row []*box) bool {
	for _, b := range row {
		if b.Rows > 1 {
			return false
		}
	}
	return true
}

// insert puts a row in; the boxes below move down.
func (t *laid) insert(at int, row []*box) {
	moved := map[*box]bool{}
	for _, below := range t.slots[at:] {
		for _, b := range below {
			if !moved[b] && b.row >= at {
				moved[b] = true
				b.row++
			}
		}
	}
	h := t.line + 2*padY
	for _, b := range row {
		b.row = at
		h = math.Max(h, b.height(t.line))
	}
	t.slots = append(t.slots[:at], append([][]*box{row}, t.slots[at:]...)...)
	t.heights = append(t.heights[:at], append([]float64{h}, t.heights[at:]...)...)
}

// table draws a table: as many rows as fit on the page, then its head again and the next ones.
func (p *press) table(b paper.Table) error {
	t, err := p.layTable(b)
	if err != nil {
		return err
	}
	p.room(t.start())
	for r := t.head; ; {
		to, h := t.fitting(r, p.sheet().area.height-p.y)
		p.rows(t, r, to)
		p.y += h
		if r = to; r >= len(t.slots) {
			break
		}
		p.breakPage()
	}
	p.y += 8
	return nil
}

// fitting is the end of the rows from r on that fit, at least one, with the head above them, and their height.
func (t *laid) fitting(r int, room float64) (int, float64) {
	h := 0.0
	for _, x := range t.heights[:t.head] {
		h += x
	}
	for to := r; ; to++ {
		if to == len(t.slots) || to > r && h+t.heights[to] > room {
			return to, h
		}
		h += t.heights[to]
	}
}

// rows draws the head and the rows from one up to another.
func (p *press) rows(t *laid, from, to int) {
	for _, row := range t.slots[:t.head] {
		for _, b := range row {
			b.drawn = false // the head is drawn again on every page
		}
	}
	s := p.sheet()
	top := s.area.top + p.y
	left, right := s.area.left, s.area.left+t.width
	head := 0.0
	for _, h := range t.heights[:t.head] {
		head += h
	}
	if head > 0 {
		s.fill(left, top, t.width, head, "F2F2F2")
	}
	p.cells(t, 0, t.head, 0, top)
	bottom := p.cells(t, from, to, from, top+head)
	s.stroke(left, top, right, top, outerLine)
	s.stroke(left, bottom, right, bottom, outerLine)
	s.stroke(left, top, left, bottom, hairline)
}

// cells draws the rows from one up to another, begun at first, from y on, and gives where they end.
func (p *press) cells(t *laid, from, to, first int, y float64) float64 {
	s := p.sheet()
	for r := from; r < to; r++ {
		for _, b := range t.slots[r] {
			if b.row != r && r != first {
				continue
			}
			h := 0.0
			for i := r; i < to && i < b.row+b.Rows; i++ {
				h += t.heights[i]
			}
			p.cell(s, t, b, y, h, b.row+b.Rows <= to)
		}
		y += t.heights[r]
	}
	return y
}

// cell draws what of a cell stands on this page. Text that has no room here waits for the cell's next page, if it has
// one.
func (p *press) cell(s *sheet, t *laid, b *box, y, h float64, final bool) {
	left := s.area.left + b.x
	s.stroke(left+b.w, y, left+b.w, y+h, hairline)
	s.stroke(left, y+h, left+b.w, y+h, hairline)
	if b.drawn || len(b.lines) == 0 || !final && b.height(t.line) > h {
		return
	}
	b.drawn = true
	top := y + (h-float64(len(b.lines))*t.line)/2
	for i, l := range b.lines {
		x, w := left+padX, l.width()*b.narrow
		switch b.Align {
		case grid.Centre:
			x = left + (b.w-w)/2
		case grid.Right:
			x = left + b.w - padX - w
		}
		p.draw(s, l.letters, nil, x, top+float64(i)*t.line+baseline(t.line, t.size), t.size, b.narrow, nil)
	}
}
