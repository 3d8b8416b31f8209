package pdf

import (
	"math"

	"github.com/tetratelabs/wazero/api"
)

// Page is a page as it is seen: turned upright where the file says so. Lengths are in points (1/72 inch), x from the
// left edge, y from the top edge downwards.
type Page struct {
	Number        int // from 1
	Width, Height float64
	Runs          []Run  // in the order in which the file draws them, mostly that of reading
	Rules         []Rule // the ruled lines, borders of filled and outlined boxes included
	Pictures      int    // pictures of any size

	runes, unmapped int
	covered         float64 // share of the page under its largest picture
}

// Unmapped is the number of characters that were left out because the file does not say which they are.
func (p Page) Unmapped() int { return p.unmapped }

// Scanned reports a page that is a picture without text.
func (p Page) Scanned() bool { return p.runes == 0 && p.covered > 0.2 }

// Run is a stretch of characters on one line without a gap: a cell of a table, a word, or a line of text. Spaces at its
// ends are left out.
type Run struct {
	Text     string
	X, Right float64 // of the first character's place, and where the ink of the last one ends
	Y        float64 // the baseline
	Size     float64 // of the type
	Angle    float64 // in degrees clockwise, 0 for upright text; other than 0 mostly stamps and watermarks

	lefts []float64 // of every character
}

// Top is where the characters begin, above the baseline.
func (r Run) Top() float64 { return r.Y - 0.86*r.Size }

// Bottom is where the characters end, below the baseline.
func (r Run) Bottom() float64 { return r.Y + 0.14*r.Size }

// Lefts are the places of the run's characters (runes), from left to right.
func (r Run) Lefts() []float64 { return r.lefts }

// Cut parts a run at x: characters whose middle lies left of x, and the rest. A run that lies on one side leaves the
// other one with an empty text.
func (r Run) Cut(x float64) (left, right Run) {
	runes := []rune(r.Text)
	at := len(runes)
	for i := range runes {
		end := r.Right
		if i+1 < len(runes) {
			end = r.lefts[i+1]
		}
		if (r.lefts[i]+end)/2 > x {
			at = i
			break
		}
	}
	return r.part(runes, 0, at), r.part(runes, at, len(runes))
}

// part is the run of the characters from i up to j, without spaces at its ends.
func (r Run) part(runes []rune, i, j int) Run {
	for i < j && blank(runes[i]) {
		i++
	}
	for j > i && blank(runes[j-1]) {
		j--
	}
	out := r
	out.Text, out.lefts = string(runes[i:j]), r.lefts[i:j]
	if i < j {
		out.X = r.lefts[i]
	}
	if j < len(runes) && j > i {
		out.Right = r.lefts[j]
	}
	return out
}

// Rule is a straight line along the edges of the page: Y0 = Y1 for one that lies, X0 = X1 for one that stands.
type Rule struct{ X0, Y0, X1, Y1 float64 }

// Lies reports a horizontal rule.
func (r Rule) Lies() bool { return r.Y0 == r.Y1 }

// frame turns the file's coordinates (from the lower left corner) into a page's.
type frame struct{ left, top float64 }

func (f frame) point(x, y float64) (float64, float64) { return x - f.left, f.top - y }

// box turns two corners into the box's edges on the page.
func (f frame) box(x0, y0, x1, y1 float64) (left, top, right, bottom float64) {
	a, b := f.point(x0, y0)
	c, d := f.point(x1, y1)
	return math.Min(a, c), math.Min(b, d), math.Max(a, c), math.Max(b, d)
}

// refusal is why PDFium did not open the file.
func (m *machine) refusal() error {
	const password, security = 4, 5
	code, err := m.number("FPDF_GetLastError")
	switch {
	case err != nil:
		return err
	case code == password || code == security:
		return ErrEncrypted
	}
	return ErrBroken
}

// page reads page i, counted from 0. A page that the file turns, or whose text is drawn sideways, is turned upright
// before it is read.
func (m *machine) page(doc uint64, i, most int) (Page, error) {
	broken := ErrBroken.Say("这个 PDF 的第 %d 页已经损坏，无法读取。请重新下载或重新导出后再试。", i+1)
	for turned := 0; ; turned++ {
		h, err := m.pointer("FPDF_LoadPage", doc, uint64(i))
		if err != nil {
			return Page{}, err
		}
		if h == 0 {
			return Page{}, broken
		}
		turns, err := m.number("FPDFPage_GetRotation", h)
		if err != nil {
			return Page{}, err
		}
		p := Page{Number: i + 1}
		if turns == 0 || turned > 1 {
			if err := m.content(h, &p, most); err != nil {
				return p, err
			}
			turns = p.sideways()
		}
		if turns == 0 || turned > 1 {
			_, err = m.call("FPDF_ClosePage", h)
			return p, err
		}
		if err := m.turn(h, turns); err != nil {
			return p, err
		}
	}
}

// content reads what stands on an upright page.
func (m *machine) content(page uint64, p *Page, most int) error {
	var err error
	if p.Width, err = m.float("FPDF_GetPageWidthF", page); err != nil {
		return err
	}
	if p.Height, err = m.float("FPDF_GetPageHeightF", page); err != nil {
		return err
	}
	box, err := m.box(page)
	if err != nil {
		return err
	}
	f := frame{left: box[0], top: box[1]}
	if err := m.text(page, f, p, most); err != nil {
		return err
	}
	if err := m.drawings(page, f, p); err != nil {
		return err
	}
	p.cutAtRules()
	return nil
}

// box gives the left, top, right and bottom edges of what is shown of a page.
func (m *machine) box(page uint64) ([6]float64, error) {
	_, err := m.call("FPDF_GetPageBoundingBox", page, m.at(0))
	return m.floats(4), err
}

// sideways is by how many quarter turns clockwise a page must be turned so that most of its text stands upright.
func (p *Page) sideways() int {
	var by [4]int
	for _, r := range p.Runs {
		if quarter := r.Angle / 90; quarter == math.Trunc(quarter) {
			by[int(quarter)&3] += len(r.lefts)
		}
	}
	for turns, quarter := range [4]int{0, 3, 2, 1} {
		if by[quarter] > p.runes/2 {
			return turns
		}
	}
	return 0
}

// turn turns a page by quarter turns clockwise, its content with it, and closes it: it is then as if it had been drawn
// upright. PDFium loses text in type faces that are not in the file where it is drawn sideways.
func (m *machine) turn(page uint64, turns int) error {
	b, err := m.box(page)
	if err != nil {
		return err
	}
	left, top, right, bottom := b[0], b[1], b[2], b[3]
	wide, high := right-left, top-bottom
	at := matrix{a: 0, b: -1, c: 1, d: 0, e: -bottom, f: right}
	switch turns & 3 {
	case 1:
		wide, high = high, wide
	case 2:
		at = matrix{a: -1, b: 0, c: 0, d: -1, e: right, f: top}
	case 3:
		at = matrix{a: 0, b: 1, c: -1, d: 0, e: top, f: -left}
		wide, high = high, wide
	}
	for i, v := range []float64{at.a, at.b, at.c, at.d, at.e, at.f} {
		m.mod.Memory().WriteFloat32Le(m.scratch+uint32(4*i), float32(v))
	}
	if _, err := m.call("FPDFPage_TransFormWithClip", page, m.at(0), 0); err != nil {
		return err
	}
	if _, err := m.call("FPDFPage_SetRotation", page, 0); err != nil {
		return err
	}
	for _, name := range []string{"FPDFPage_SetMediaBox", "FPDFPage_SetCropBox"} {
		if _, err := m.call(name, page, 0, 0, api.EncodeF32(float32(wide)), api.EncodeF32(float32(high))); err != nil {
			return err
		}
	}
	_, err = m.call("FPDF_ClosePage", page)
	return err
}
