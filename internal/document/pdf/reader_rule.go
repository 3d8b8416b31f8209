package pdf

import "math"

// matrix is a map of the plane: x' = ax + cy + e, y' = bx + dy + f.
type matrix struct{ a, b, c, d, e, f float64 }

func (m matrix) point(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// after is the map that first applies n, then m.
func (m matrix) after(n matrix) matrix {
	e, f := m.point(n.e, n.f)
	return matrix{m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b, m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d, e, f}
}

// Kinds of objects on a page, of segments of a path.
const (
	objectPath, objectImage, objectForm = 2, 3, 5
	segmentLine, segmentMove            = 0, 2
)

// most are the objects of a page that are looked at: a map may have a million.
const mostObjects = 60_000

// thin is the greatest thickness of a box that counts as a line.
const thin = 2.6

// sketch collects the rules and pictures of a page.
type sketch struct {
	m     *machine
	frame frame
	page  *Page
	seen  int
}

// drawings reads the rules and the pictures of a page.
func (m *machine) drawings(page uint64, f frame, p *Page) error {
	s := &sketch{m: m, frame: f, page: p}
	n, err := m.number("FPDFPage_CountObjects", page)
	for i := 0; i < n && err == nil; i++ {
		var o uint64
		if o, err = m.pointer("FPDFPage_GetObject", page, uint64(i)); err == nil {
			err = s.object(o, matrix{a: 1, d: 1}, 0)
		}
	}
	return err
}

func (s *sketch) object(o uint64, at matrix, depth int) error {
	if s.seen++; s.seen > mostObjects || depth > 8 || o == 0 {
		return nil
	}
	kind, err := s.m.number("FPDFPageObj_GetType", o)
	if err != nil {
		return err
	}
	switch kind {
	case objectPath:
		return s.path(o, at)
	case objectImage:
		return s.picture(o, at)
	case objectForm:
		return s.form(o, at, depth)
	}
	return nil
}

func (s *sketch) form(o uint64, at matrix, depth int) error {
	inner, err := s.matrix(o)
	if err != nil {
		return err
	}
	n, err := s.m.number("FPDFFormObj_CountObjects", o)
	for i := 0; i < n && err == nil; i++ {
		var child uint64
		if child, err = s.m.pointer("FPDFFormObj_GetObject", o, uint64(i)); err == nil {
			err = s.object(child, at.after(inner), depth+1)
		}
	}
	return err
}

func (s *sketch) matrix(o uint64) (matrix, error) {
	ok, err := s.m.number("FPDFPageObj_GetMatrix", o, s.m.at(0))
	if err != nil || ok == 0 {
		return matrix{a: 1, d: 1}, err
	}
	v := s.m.floats(6)
	return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}, nil
}

// bounds gives the box of an object on the page.
func (s *sketch) bounds(o uint64, at matrix) (left, top, right, bottom float64, err error) {
	ok, err := s.m.number("FPDFPageObj_GetBounds", o, s.m.at(0), s.m.at(4), s.m.at(8), s.m.at(12))
	if err != nil || ok == 0 {
		return 0, 0, 0, 0, err
	}
	v := s.m.floats(4) // left, bottom, right, top
	x0, y0 := at.point(v[0], v[1])
	x1, y1 := at.point(v[2], v[3])
	left, top, right, bottom = s.frame.box(x0, y0, x1, y1)
	return left, top, right, bottom, nil
}

func (s *sketch) picture(o uint64, at matrix) error {
	left, top, right, bottom, err := s.bounds(o, at)
	s.page.Pictures++
	if area := s.page.Width * s.page.Height; area > 0 {
		s.page.covered = math.Max(s.page.covered, (right-left)*(bottom-top)/area)
	}
	return err
}

// path reads the rules of a path: a thin filled box is one line, any other path gives its straight segments.
func (s *sketch) path(o uint64, at matrix) error {
	seen, err := s.visible(o)
	if err != nil || !seen {
		return err
	}
	left, top, right, bottom, err := s.bounds(o, at)
	if err != nil {
		return err
	}
	wide, high := right-left, bottom-top
	switch {
	case high <= thin && wide > 2*thin:
		s.add(left, (top+bottom)/2, right, (top+bottom)/2)
		return nil
	case wide <= thin && high > 2*thin:
		s.add((left+right)/2, top, (left+right)/2, bottom)
		return nil
	case wide <= 2*thin && high <= 2*thin:
		return nil
	}
	inner, err := s.matrix(o)
	if err != nil {
		return err
	}
	return s.segments(o, at.after(inner))
}

// visible reports a path that leaves a mark on white paper: white boxes behind text are no borders.
func (s *sketch) visible(o uint64) (bool, error) {
	ok, err := s.m.number("FPDFPath_GetDrawMode", o, s.m.at(0), s.m.at(4))
	if err != nil || ok == 0 {
		return false, err
	}
	mode, _ := s.m.mod.Memory().Read(s.m.scratch, 8)
	filled, stroked := mode[0] != 0, mode[4] != 0
	if stroked {
		if dark, err := s.dark("FPDFPageObj_GetStrokeColor", o); err != nil || dark {
			return dark, err
		}
	}
	if filled {
		return s.dark("FPDFPageObj_GetFillColor", o)
	}
	return false, nil
}

func (s *sketch) dark(name string, o uint64) (bool, error) {
	ok, err := s.m.number(name, o, s.m.at(0), s.m.at(4), s.m.at(8), s.m.at(12))
	if err != nil || ok == 0 {
		return err == nil, err
	}
	v, _ := s.m.mod.Memory().Read(s.m.scratch, 16) // red, green, blue, opacity
	return v[12] > 0 && int(v[0])+int(v[4])+int(v[8]) < 3*250, nil
}

// segments adds the straight segments of a path that run along the page's edges.
func (s *sketch) segments(o uint64, at matrix) error {
	n, err := s.m.number("FPDFPath_CountSegments", o)
	if err != nil {
		return err
	}
	var x, y, startX, startY float64
	for i := 0; i < n && s.seen <= mostObjects; i++ {
		s.seen++
		seg, err := s.m.pointer("FPDFPath_GetPathSegment", o, uint64(i))
		if err != nil || seg == 0 {
			return err
		}
		kind, err := s.m.number("FPDFPathSegment_GetType", seg)
		if err != nil {
			return err
		}
		if _, err = s.m.call("FPDFPathSegment_GetPoint", seg, s.m.at(0), s.m.at(4)); err != nil {
			return err
		}
		v := s.m.floats(2)
		px, py := s.frame.point(at.point(v[0], v[1]))
		switch kind {
		case segmentMove:
			startX, startY = px, py
		case segmentLine:
			s.add(x, y, px, py)
		}
		x, y = px, py
		shut, err := s.m.number("FPDFPathSegment_GetClose", seg)
		if err != nil {
			return err
		}
		if shut != 0 {
			s.add(x, y, startX, startY)
		}
	}
	return nil
}

// add adds a line, if it lies or stands.
func (s *sketch) add(x0, y0, x1, y1 float64) {
	const slant, short = 0.5, 3
	switch {
	case math.Abs(y0-y1) <= slant && math.Abs(x0-x1) > short:
		y := (y0 + y1) / 2
		s.page.Rules = append(s.page.Rules, Rule{math.Min(x0, x1), y, math.Max(x0, x1), y})
	case math.Abs(x0-x1) <= slant && math.Abs(y0-y1) > short:
		x := (x0 + x1) / 2
		s.page.Rules = append(s.page.Rules, Rule{x, math.Min(y0, y1), x, math.Max(y0, y1)})
	}
}
