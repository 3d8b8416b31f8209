// Package font reads TrueType fonts, cuts them down to the characters that a document uses, and finds the fonts that are
// installed on the machine. It reads outlines of quadratic curves (the table glyf), in single files and collections;
// fonts with other outlines are refused, because they would have to be embedded in another way.
package font

import (
	"encoding/binary"
	"fmt"
)

// Font is a font with its characters.
type Font struct {
	Ascent, Descent int // of the line, in thousandths of the type size; Descent is below the baseline and negative
	Box             [4]int

	tables  map[string][]byte
	units   int // of the em square
	glyphs  int
	metrics int // glyphs with an advance of their own
	long    bool
	chars   map[rune]uint16
}

var be = binary.BigEndian

// Parse reads a font; index is its number in a collection, 0 for a single one.
func Parse(data []byte, index int) (f *Font, err error) {
	defer func() {
		if r := recover(); r != nil { // an offset beyond the end
			f, err = nil, fmt.Errorf("font: a broken file: %v", r)
		}
	}()
	tables, err := directory(data, index)
	if err != nil {
		return nil, err
	}
	f = &Font{tables: tables, chars: map[rune]uint16{}}
	for _, name := range []string{"head", "hhea", "hmtx", "maxp", "loca", "glyf", "cmap"} {
		if len(tables[name]) == 0 {
			return nil, fmt.Errorf("font: no table %s", name)
		}
	}
	head, hhea := tables["head"], tables["hhea"]
	f.units = int(be.Uint16(head[18:]))
	f.long = be.Uint16(head[50:]) != 0
	f.glyphs = int(be.Uint16(tables["maxp"][4:]))
	f.metrics = int(be.Uint16(hhea[34:]))
	if f.units == 0 || f.glyphs == 0 || f.metrics == 0 || len(tables["hmtx"]) < 4*f.metrics {
		return nil, fmt.Errorf("font: empty")
	}
	f.Ascent, f.Descent = f.mille(int(int16(be.Uint16(hhea[4:])))), f.mille(int(int16(be.Uint16(hhea[6:]))))
	for i := range f.Box {
		f.Box[i] = f.mille(int(int16(be.Uint16(head[36+2*i:]))))
	}
	if err := f.readCharacters(); err != nil {
		return nil, err
	}
	return f, nil
}

// directory lists the tables of a font.
func directory(data []byte, index int) (map[string][]byte, error) {
	if len(data) < 12 {
		return nil, fmt.Errorf("font: no font")
	}
	at := 0
	if string(data[:4]) == "ttcf" {
		if index >= int(be.Uint32(data[8:])) {
			return nil, fmt.Errorf("font: no font %d in the collection", index)
		}
		at = int(be.Uint32(data[12+4*index:]))
	}
	switch tag := be.Uint32(data[at:]); tag {
	case 0x00010000, 0x74727565: // 1.0, "true"
	default:
		return nil, fmt.Errorf("font: kind %08x is not TrueType", tag)
	}
	tables := map[string][]byte{}
	for i := range int(be.Uint16(data[at+4:])) {
		e := data[at+12+16*i:]
		from, n := int(be.Uint32(e[8:])), int(be.Uint32(e[12:]))
		if from+n <= len(data) {
			tables[string(e[:4])] = data[from : from+n : from+n]
		}
	}
	return tables, nil
}

func (f *Font) mille(v int) int { return (v*2000 + f.units) / (2 * f.units) }

// readCharacters reads the best table of characters: all of Unicode before the basic plane alone.
func (f *Font) readCharacters() error {
	cmap := f.tables["cmap"]
	best, rank := []byte(nil), 0
	for i := range int(be.Uint16(cmap[2:])) {
		e := cmap[4+8*i:]
		platform, encoding := be.Uint16(e), be.Uint16(e[2:])
		t := cmap[be.Uint32(e[4:]):]
		r := 0
		switch format := be.Uint16(t); {
		case platform != 0 && platform != 3 || platform == 3 && encoding == 0:
		case format == 12:
			r = 2
		case format == 4:
			r = 1
		}
		if r > rank {
			best, rank = t, r
		}
	}
	switch rank {
	case 2:
		f.readGroups(best)
	case 1:
		f.readSegments(best)
	default:
		return fmt.Errorf("font: no Unicode characters")
	}
	return nil
}

// readGroups reads a table of format 12.
func (f *Font) readGroups(t []byte) {
	for i := range int(be.Uint32(t[12:])) {
		g := t[16+12*i:]
		from, to, glyph := be.Uint32(g), be.Uint32(g[4:]), be.Uint32(g[8:])
		for c := from; c <= to && c-from < 0x10000; c++ {
			f.chars[rune(c)] = uint16(glyph + c - from)
		}
	}
}

// readSegments reads a table of format 4.
func (f *Font) readSegments(t []byte) {
	n := int(be.Uint16(t[6:])) / 2
	ends, starts, deltas, offsets := t[14:], t[16+2*n:], t[16+4*n:], t[16+6*n:]
	for i := range n {
		from, to, delta, offset := int(be.Uint16(starts[2*i:])), int(be.Uint16(ends[2*i:])), be.Uint16(deltas[2*i:]), int(be.Uint16(offsets[2*i:]))
		for c := from; c <= to && c < 0xFFFF; c++ {
			g := uint16(c)
			if offset != 0 {
				g = be.Uint16(offsets[2*i+offset+2*(c-from):])
			}
			if offset == 0 || g != 0 {
				f.chars[rune(c)] = g + delta
			}
		}
	}
}

// Glyph gives the glyph of a character, 0 where the font has none.
func (f *Font) Glyph(r rune) uint16 {
	if g := f.chars[r]; int(g) < f.glyphs {
		return g
	}
	return 0
}

// Advance is how far a glyph moves the pen, in thousandths of the type size.
func (f *Font) Advance(glyph uint16) int {
	i := min(int(glyph), f.metrics-1)
	return f.mille(int(be.Uint16(f.tables["hmtx"][4*i:])))
}

// bearing is a glyph's left side bearing, in units.
func (f *Font) bearing(glyph uint16) uint16 {
	hmtx := f.tables["hmtx"]
	at := 4*int(glyph) + 2
	if int(glyph) >= f.metrics {
		at = 4*f.metrics + 2*(int(glyph)-f.metrics)
	}
	if at+2 > len(hmtx) {
		return 0
	}
	return be.Uint16(hmtx[at:])
}

// outline is a glyph's part of the table glyf.
func (f *Font) outline(glyph uint16) ([]byte, error) {
	var from, to int
	if loca, i := f.tables["loca"], int(glyph); f.long && len(loca) >= 4*i+8 {
		from, to = int(be.Uint32(loca[4*i:])), int(be.Uint32(loca[4*i+4:]))
	} else if !f.long && len(loca) >= 2*i+4 {
		from, to = 2*int(be.Uint16(loca[2*i:])), 2*int(be.Uint16(loca[2*i+2:]))
	}
	if from > to || to > len(f.tables["glyf"]) {
		return nil, fmt.Errorf("font: glyph %d lies outside the file", glyph)
	}
	return f.tables["glyf"][from:to], nil
}
