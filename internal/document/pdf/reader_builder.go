package pdf

import "math"

// builder joins characters to runs.
type builder struct {
	page   *Page
	ink    func(*glyph) error
	mapped func(*glyph) (bool, error) // whether the file says which character a glyph is
	glyphs []glyph
	// Of the last upright character: the height of its loose box, how far the box reaches below the baseline, its size.
	high, drop, size float64
}

func (b *builder) add(g glyph) error {
	if !blank(g.r) {
		b.page.runes++
		if len(b.glyphs) > 0 {
			apart, err := b.apart(&g)
			if err == nil && apart {
				err = b.end()
			}
			if err != nil {
				return err
			}
		}
	}
	if blank(g.r) && len(b.glyphs) == 0 {
		return nil
	}
	b.glyphs = append(b.glyphs, g)
	return nil
}

// apart reports a character that begins a new run: on another line, in another size, or behind a gap that no spaces of
// the file fill. Numbers are parted by less, because digits of two columns must never become one number.
func (b *builder) apart(g *glyph) (bool, error) {
	before, spaces, made := b.lastInk()
	size := math.Max(math.Min(before.size, g.size), 1)
	if before.angle != g.angle || math.Abs(before.y-g.y) > 0.25*size || math.Abs(before.size-g.size) > 0.2*size {
		return true, nil
	}
	if step := g.x - before.x; spaces == 0 && !made && step > 0 && step < near(before.r)*size {
		return false, nil
	}
	if err := b.ink(before); err != nil {
		return false, err
	}
	if err := b.ink(g); err != nil {
		return false, err
	}
	gap := g.ink0 - before.ink1
	numbers := figure(before.r) && figure(g.r)
	switch {
	case gap < -0.6*size: // back to the left
		return true, nil
	case spaces > 0:
		return gap > (0.6+0.6*float64(spaces))*size && gap > 1.1*size, nil
	case made && numbers:
		return true, nil
	case numbers:
		return gap > 0.3*size, nil
	case made:
		return gap > 0.5*size, nil
	}
	return gap > 0.8*size, nil
}

// near is the step to the next character, in type sizes, that leaves no gap whatever the characters are.
func near(r rune) float64 {
	switch {
	case figure(r):
		return 0.75
	case r < 0x2E80:
		return 0.9
	}
	return 1.3
}

// chinese reports a character of Chinese text, its punctuation included.
func chinese(r rune) bool {
	switch r {
	case '“', '”', '‘', '’', '…', '—', '·':
		return true
	}
	return r >= 0x2E80
}

// lastInk is the last character that is no space, with the number of spaces of the file behind it, and whether PDFium
// put one there.
func (b *builder) lastInk() (before *glyph, spaces int, made bool) {
	for i := len(b.glyphs) - 1; i > 0; i-- {
		switch g := &b.glyphs[i]; {
		case !blank(g.r):
			return g, spaces, made
		case g.made:
			made = true
		default:
			spaces++
		}
	}
	return &b.glyphs[0], spaces, made
}

func figure(r rune) bool {
	return r >= '0' && r <= '9' || r == '.' || r == ',' || r == '-' || r == '%'
}

// end closes the run.
func (b *builder) end() error {
	gs := b.glyphs
	b.glyphs = b.glyphs[:0]
	for len(gs) > 0 && blank(gs[len(gs)-1].r) {
		gs = gs[:len(gs)-1]
	}
	if len(gs) == 0 {
		return nil
	}
	first, last := gs[0], &gs[len(gs)-1]
	if known, err := b.mapped(&first); err != nil || !known {
		b.page.unmapped += len(gs)
		return err
	}
	if err := b.ink(last); err != nil {
		return err
	}
	runes, lefts := make([]rune, 0, len(gs)), make([]float64, 0, len(gs))
	for i, g := range gs {
		if g.made && (chinese(gs[i-1].r) || chinese(gs[i+1].r)) {
			continue // Chinese text that is spread over the line has no spaces
		}
		runes, lefts = append(runes, g.r), append(lefts, g.x)
	}
	b.page.Runs = append(b.page.Runs, Run{Text: string(runes), X: first.x, Right: math.Max(last.ink1, last.x), Y: first.y, Size: first.size, Angle: first.angle, lefts: lefts})
	return nil
}

// cutAtRules parts runs that reach over a standing rule: what a program drew in one piece across two cells.
func (p *Page) cutAtRules() {
	var standing []Rule
	for _, r := range p.Rules {
		if !r.Lies() {
			standing = append(standing, r)
		}
	}
	if len(standing) == 0 {
		return
	}
	var out []Run
	for _, run := range p.Runs {
		out = append(out, cutRun(run, standing)...)
	}
	p.Runs = out
}

func cutRun(run Run, standing []Rule) []Run {
	if run.Angle != 0 {
		return []Run{run}
	}
	for _, r := range standing {
		if r.X0 <= run.X+0.3*run.Size || r.X0 >= run.Right-0.3*run.Size || r.Y0 > run.Top()+0.3*run.Size || r.Y1 < run.Bottom()-0.3*run.Size {
			continue
		}
		left, right := run.Cut(r.X0)
		if left.Text != "" && right.Text != "" {
			return append(cutRun(left, standing), cutRun(right, standing)...)
		}
	}
	return []Run{run}
}
