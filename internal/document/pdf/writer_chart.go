package pdf

import (
	"fmt"
	"math"
	"strconv"

	"yichuang/internal/document/chart"
	"yichuang/internal/document/paper"
)

// palette are the colours of series and shares: told apart in print and by the colour-blind.
func palette(i int) string {
	return [...]string{"1F5FA8", "E08A1E", "3C8D5A", "B5403A", "7A5BA6", "5F6B7A", "C2A83E", "2B9DB0"}[i%8]
}

func chartHeight(b paper.Chart) float64 {
	high := b.Height
	if high <= 0 {
		high = 75
	}
	return high*72/25.4 + 8
}

// plot is a chart being drawn in a box of the page.
type plot struct {
	p                        *press
	s                        *sheet
	c                        chart.Chart
	left, top, right, bottom float64 // of what is left for the figures
	taken                    []area  // where values stand already
}

func (p *press) chart(b paper.Chart) error {
	if err := b.Check(); err != nil {
		return err
	}
	h := math.Min(chartHeight(b), p.sheet().area.height)
	p.room(h)
	s := p.sheet()
	d := plot{p: p, s: s, c: b.Chart, left: s.area.left, top: s.area.top + p.y + 4, right: s.area.left + s.area.width, bottom: s.area.top + p.y + h - 4}
	if b.Title != "" {
		d.text(b.Title, (d.left+d.right)/2, d.top+14, 12, middle, "")
		d.top += 24
	}
	d.legend()
	switch b.Kind {
	case chart.Shares:
		d.shares()
	case chart.Bars:
		d.bars()
	default:
		d.upright()
	}
	p.y += h
	return nil
}

// Where a text stands relative to its place.
const (
	before = iota // it ends there
	middle
	behind // it begins there
)

func (d *plot) set(s string, size float64) []letter {
	return d.p.fonts.set([]paper.Run{{Text: s}}, look{face: heiti, size: size})
}

func (d *plot) text(s string, x, baseline, size float64, where int, color string) {
	ls := d.set(s, size)
	switch where {
	case before:
		x -= measure(ls)
	case middle:
		x -= measure(ls) / 2
	}
	d.p.draw(d.s, ls, nil, x, baseline, size, 1, []paper.Run{{Color: color}})
}

// shown is a value in words.
func (d *plot) shown(v float64) string {
	if d.c.Percent {
		return strconv.FormatFloat(v*100, 'f', 1, 64) + "%"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// value writes a value at the first of some places, middle of its baseline, where no other one stands; nowhere if all
// are taken: the table beside the chart has it.
func (d *plot) value(s, color string, places ...[2]float64) {
	const size = 8
	w := measure(d.set(s, size))
	for _, at := range places {
		box := area{at[0] - w/2 - 1, at[1] - size, w + 2, size + 1}
		if d.free(box) {
			d.taken = append(d.taken, box)
			d.text(s, at[0], at[1], size, middle, color)
			return
		}
	}
}

func (d *plot) free(b area) bool {
	for _, t := range d.taken {
		if b.left < t.left+t.width && t.left < b.left+b.width && b.top < t.top+t.height && t.top < b.top+b.height {
			return false
		}
	}
	return true
}

// legend names the series, or the shares, below the figures.
func (d *plot) legend() {
	const size, mark, gap = 9, 7.0, 14.0
	var names []string
	for _, s := range d.c.Series {
		names = append(names, s.Name)
	}
	if d.c.Kind == chart.Shares {
		names = d.c.Categories
	} else if len(names) < 2 {
		return
	}
	rows, width := [][]int{nil}, 0.0
	for i, n := range names {
		w := mark + 4 + measure(d.set(n, size)) + gap
		if last := len(rows) - 1; width+w > d.right-d.left && len(rows[last]) > 0 {
			rows, width = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], i)
		width += w
	}
	d.bottom -= float64(len(rows))*13 + 3
	for r, row := range rows {
		total := -gap
		for _, i := range row {
			total += mark + 4 + measure(d.set(names[i], size)) + gap
		}
		x, y := (d.left+d.right-total)/2, d.bottom+13+float64(r)*13
		for _, i := range row {
			d.s.fill(x, y-7, mark, mark, palette(i))
			d.text(names[i], x+mark+4, y, size, behind, "")
			x += mark + 4 + measure(d.set(names[i], size)) + gap
		}
	}
}

// scale is the axis of values: from low to high by step.
type scale struct{ low, high, step float64 }

// axis chooses round values around 0 and all values.
func (d *plot) axis() scale {
	low, high := 0.0, 0.0
	for _, s := range d.c.Series {
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
	}
	if high == low {
		high = low + 1
	}
	raw := (high - low) / 5
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := power * 10
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= raw*0.999 {
			step = m * power
			break
		}
	}
	s := scale{math.Floor(low/step+1e-9) * step, math.Ceil(high/step-1e-9) * step, step}
	if d.c.Percent && high <= 1 {
		s.high = math.Min(s.high, 1)
	}
	return s
}

func (s scale) part(v float64) float64 { return (v - s.low) / (s.high - s.low) }

// values are the marks of the axis.
func (s scale) values() []float64 {
	var out []float64
	for i := 0; i <= 20; i++ {
		v := s.low + float64(i)*s.step
		if v > s.high+s.step*1e-6 {
			break
		}
		out = append(out, math.Round(v/s.step*1e6)/1e6*s.step)
	}
	return out
}

const axisSize = 9

func (d *plot) grey(width float64) { d.s.op("0.78 G %s w", num(width)) }

// label rounds away what binary fractions leave.
func (d *plot) label(v float64) string { return d.shown(math.Round(v*1e6) / 1e6) }

// upright draws columns or lines.
func (d *plot) upright() {
	ax := d.axis()
	if d.c.Unit != "" {
		d.text("（"+d.c.Unit+"）", d.left, d.top+8, axisSize, behind, "")
		d.top += 14
	}
	d.top += 10
	room := 0.0
	for _, v := range ax.values() {
		room = math.Max(room, measure(d.set(d.label(v), axisSize)))
	}
	x0 := d.left + room + 6
	slot := (d.right - x0) / float64(len(d.c.Categories))
	lines := d.categoryLines(slot - 4)
	y0 := d.bottom - float64(lines)*11 - 4
	at := func(v float64) float64 { return y0 - ax.part(v)*(y0-d.top) }
	for _, v := range ax.values() {
		d.grey(0.4)
		d.s.op("%s m %s l S 0 G", nums(x0, d.s.y(at(v))), nums(d.right, d.s.y(at(v))))
		d.text(d.label(v), x0-4, at(v)+3, axisSize, before, "")
	}
	for i, name := range d.c.Categories {
		for n, l := range wrap(d.set(name, axisSize), slot-4, 0, false) {
			d.p.draw(d.s, l.letters, nil, x0+(float64(i)+0.5)*slot-l.width()/2, y0+11+float64(n)*11, axisSize, 1, nil)
		}
	}
	if d.c.Kind == chart.Lines {
		d.courses(x0, slot, at)
	} else {
		d.columns(x0, slot, at)
	}
}

func (d *plot) categoryLines(width float64) int {
	most := 1
	for _, name := range d.c.Categories {
		most = max(most, len(wrap(d.set(name, axisSize), width, 0, false)))
	}
	return min(most, 4)
}

// labelled reports that there is room for the values beside what shows them.
func (d *plot) labelled() bool { return len(d.c.Series)*len(d.c.Categories) <= 24 }

func (d *plot) columns(x0, slot float64, at func(float64) float64) {
	band := math.Min(slot*0.62, 44*float64(len(d.c.Series)))
	wide := band / float64(len(d.c.Series))
	for i, s := range d.c.Series {
		for j, v := range s.Values {
			if math.IsNaN(v) {
				continue
			}
			x, top, bottom := x0+float64(j)*slot+(slot-band)/2+float64(i)*wide, at(math.Max(v, 0)), at(math.Min(v, 0))
			d.s.fill(x, top, wide*0.92, bottom-top, palette(i))
			if d.labelled() {
				d.value(d.shown(v), "", [2]float64{x + wide*0.46, top - 3}, [2]float64{x + wide*0.46, top - 12})
			}
		}
	}
}

func (d *plot) courses(x0, slot float64, at func(float64) float64) {
	for i, s := range d.c.Series {
		color := rgb(palette(i))
		open := false
		path := ""
		for j, v := range s.Values {
			if math.IsNaN(v) {
				open = false
				continue
			}
			op := "m"
			if open {
				op = "l"
			}
			path += nums(x0+(float64(j)+0.5)*slot, d.s.y(at(v))) + " " + op + " "
			open = true
		}
		if path != "" {
			d.s.op("q %s RG 1.8 w 1 J 1 j %sS Q", color, path)
		}
		for j, v := range s.Values {
			if math.IsNaN(v) {
				continue
			}
			x := x0 + (float64(j)+0.5)*slot
			d.ring(x, at(v), 0, 2.4, 0, 2*math.Pi, palette(i))
			if d.labelled() {
				above, below := [2]float64{x, at(v) - 6}, [2]float64{x, at(v) + 13}
				if !d.highest(j, v) {
					above, below = below, above
				}
				d.value(d.shown(v), palette(i), above, below)
			}
		}
	}
}

// highest reports a value that no other series exceeds in its category.
func (d *plot) highest(category int, v float64) bool {
	for _, s := range d.c.Series {
		if s.Values[category] > v {
			return false
		}
	}
	return true
}

// bars draws lying bars, the first category at the top.
func (d *plot) bars() {
	ax := d.axis()
	names := 0.0
	for _, c := range d.c.Categories {
		names = math.Max(names, measure(d.set(c, axisSize)))
	}
	names = math.Min(names, (d.right-d.left)*0.4)
	if d.c.Unit != "" {
		d.text("（"+d.c.Unit+"）", d.right, d.top+8, axisSize, before, "")
		d.top += 12
	}
	x0, x1, y1 := d.left+names+8, d.right-30, d.bottom-14
	at := func(v float64) float64 { return x0 + ax.part(v)*(x1-x0) }
	for _, v := range ax.values() {
		d.grey(0.4)
		d.s.op("%s m %s l S 0 G", nums(at(v), d.s.y(d.top)), nums(at(v), d.s.y(y1)))
		d.text(d.label(v), at(v), d.bottom-3, axisSize, middle, "")
	}
	slot := (y1 - d.top) / float64(len(d.c.Categories))
	band := math.Min(slot*0.66, 24*float64(len(d.c.Series)))
	high := band / float64(len(d.c.Series))
	for j, name := range d.c.Categories {
		lines := wrap(d.set(name, axisSize), names, 0, false)
		lines = lines[:min(len(lines), max(1, int(slot/10.5)))]
		for n, l := range lines {
			d.p.draw(d.s, l.letters, nil, x0-5-l.width(), d.top+(float64(j)+0.5)*slot+(float64(n)-float64(len(lines)-1)/2)*10.5+3, axisSize, 1, nil)
		}
		for i, s := range d.c.Series {
			v := s.Values[j]
			if math.IsNaN(v) {
				continue
			}
			y := d.top + float64(j)*slot + (slot-band)/2 + float64(i)*high
			from, to := at(math.Min(v, 0)), at(math.Max(v, 0))
			d.s.fill(from, y, to-from, high*0.92, palette(i))
			if high >= 8 {
				d.text(d.shown(v), to+3, y+high*0.46+3, 8, behind, "")
			}
		}
	}
}

// shares draws a ring.
func (d *plot) shares() {
	values := d.c.Series[0].Values
	total := 0.0
	for _, v := range values {
		if v > 0 {
			total += v
		}
	}
	if total == 0 {
		d.text("没有数据", (d.left+d.right)/2, (d.top+d.bottom)/2, 10.5, middle, "")
		return
	}
	x, y := (d.left+d.right)/2, (d.top+d.bottom)/2
	outer := math.Max(math.Min(d.right-d.left, d.bottom-d.top)/2-16, 10)
	at := -math.Pi / 2
	for i, v := range values {
		if !(v > 0) {
			continue
		}
		turn := v / total * 2 * math.Pi
		d.ring(x, y, outer*0.55, outer, at, at+turn, palette(i))
		mid := at + turn/2
		label := strconv.FormatFloat(v/total*100, 'f', 1, 64) + "%"
		lx, ly, where := x+math.Cos(mid)*(outer+6), y+math.Sin(mid)*(outer+7)+3, behind
		if math.Cos(mid) < 0 {
			where = before
		}
		d.text(label, lx, ly, 8.5, where, "")
		at += turn
	}
}

// ring fills the part of a ring between two angles, clockwise from the right; an inner radius of 0 gives a sector.
func (d *plot) ring(x, y, inner, outer, from, to float64, color string) {
	place := func(r, a float64) string { return nums(x+r*math.Cos(a), d.s.y(y+r*math.Sin(a))) }
	path := place(outer, from) + " m " + arc(place, outer, from, to)
	if inner > 0 {
		path += place(inner, to) + " l " + arc(place, inner, to, from)
	} else if to-from < 2*math.Pi-1e-9 {
		path += place(0, from) + " l "
	}
	d.s.op("q %s rg 1 G 0.8 w %sh %s Q", rgb(color), path, map[bool]string{true: "B", false: "f"}[inner > 0])
}

// arc is a curve along a circle, in parts of at most an eighth.
func arc(place func(r, a float64) string, r, from, to float64) string {
	n := max(1, int(math.Ceil(math.Abs(to-from)/(math.Pi/4))))
	step, out := (to-from)/float64(n), ""
	k := 4.0 / 3 * math.Tan(step/4)
	far := r * math.Hypot(1, k)
	turn := math.Atan(k)
	for i := range n {
		a := from + float64(i)*step
		out += fmt.Sprintf("%s %s %s c ", place(far, a+turn), place(far, a+step-turn), place(r, a+step))
	}
	return out
}
