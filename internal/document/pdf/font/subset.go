package font

import (
	"fmt"
	"slices"
)

// Subset is a font with the given glyphs, numbered in their order; parts of which they are composed follow. It has no
// table of characters and no hints: it is meant to be embedded. The first glyph must be 0.
func (f *Font) Subset(glyphs []uint16) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("font: a broken glyph: %v", r)
		}
	}()
	tables, _, err := f.subset(glyphs)
	if err != nil {
		return nil, err
	}
	return pack(tables), nil
}

// Pick is a font with the characters that keep chooses, with its names and the table of its characters, as a file of its
// own.
func (f *Font) Pick(keep func(rune) bool) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("font: a broken glyph: %v", r)
		}
	}()
	var chars []rune
	for r := range f.chars {
		if f.Glyph(r) != 0 && keep(r) {
			chars = append(chars, r)
		}
	}
	slices.Sort(chars)
	glyphs, number := []uint16{0}, map[uint16]int{}
	for _, r := range chars {
		if g := f.Glyph(r); number[g] == 0 {
			number[g] = len(glyphs)
			glyphs = append(glyphs, g)
		}
	}
	tables, _, err := f.subset(glyphs)
	if err != nil {
		return nil, err
	}
	tables["cmap"] = characters(chars, func(r rune) int { return number[f.Glyph(r)] })
	for _, name := range []string{"name", "OS/2"} {
		tables[name] = f.tables[name]
	}
	return pack(tables), nil
}

// subset makes the tables of a font with some glyphs.
func (f *Font) subset(glyphs []uint16) (map[string][]byte, []uint16, error) {
	glyphs = slices.Clone(glyphs)
	number := make(map[uint16]int, len(glyphs))
	for i, g := range glyphs {
		number[g] = i
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(glyphs); i++ { // composed glyphs add to the list as it is walked
		o, err := f.outline(glyphs[i])
		if err != nil {
			return nil, nil, err
		}
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		o = plain(o, func(part uint16) uint16 {
			n, ok := number[part]
			if !ok {
				n = len(glyphs)
				number[part] = n
				glyphs = append(glyphs, part)
			}
			return uint16(n)
		})
		glyf = append(glyf, o...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		at := min(int(glyphs[i]), f.metrics-1)
		hmtx = be.AppendUint16(hmtx, be.Uint16(f.tables["hmtx"][4*at:]))
		hmtx = be.AppendUint16(hmtx, f.bearing(glyphs[i]))
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	be.PutUint32(head[8:], 0)  // the checksum of the whole, which readers in PDF do not look at
	be.PutUint16(head[50:], 1) // offsets of 32 bits
	be.PutUint16(hhea[34:], uint16(len(glyphs)))
	be.PutUint16(maxp[4:], uint16(len(glyphs)))
	return map[string][]byte{"glyf": glyf, "loca": loca, "hmtx": hmtx, "head": head, "hhea": hhea, "maxp": maxp}, glyphs, nil
}

// Flags of the parts of a composed glyph.
const (
	wordArguments = 1 << 0
	oneScale      = 1 << 3
	moreParts     = 1 << 5
	twoScales     = 1 << 6
	fourScales    = 1 << 7
	instructions  = 1 << 8
)

// plain is an outline without its hints, the parts of a composed one numbered anew.
func plain(o []byte, renumber func(uint16) uint16) []byte {
	if len(o) < 10 {
		return nil
	}
	contours := int(int16(be.Uint16(o)))
	if contours >= 0 {
		at := 10 + 2*contours
		hints := int(be.Uint16(o[at:]))
		out := append(slices.Clone(o[:at]), 0, 0)
		return append(out, o[at+2+hints:]...)
	}
	out := slices.Clone(o)
	for at := 10; ; {
		flags := be.Uint16(out[at:])
		be.PutUint16(out[at:], flags&^instructions)
		be.PutUint16(out[at+2:], renumber(be.Uint16(out[at+2:])))
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&fourScales != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			return out[:at]
		}
	}
}

// characters makes a table of characters of format 12.
func characters(chars []rune, glyph func(rune) int) []byte {
	type group struct{ from, to, glyph int }
	var groups []group
	for _, r := range chars {
		g := glyph(r)
		if n := len(groups); n > 0 && groups[n-1].to+1 == int(r) && groups[n-1].glyph+int(r)-groups[n-1].from == g {
			groups[n-1].to++
			continue
		}
		groups = append(groups, group{int(r), int(r), g})
	}
	t := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0}
	for _, v := range []int{16 + 12*len(groups), 0, len(groups)} {
		t = be.AppendUint32(t, uint32(v))
	}
	for _, g := range groups {
		for _, v := range []int{g.from, g.to, g.glyph} {
			t = be.AppendUint32(t, uint32(v))
		}
	}
	return t
}

// pack makes a file of tables.
func pack(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	for n, t := range tables {
		if len(t) > 0 {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	power, log := 1, 0
	for power*2 <= len(names) {
		power, log = power*2, log+1
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{len(names), power * 16, log, (len(names) - power) * 16} {
		out = be.AppendUint16(out, uint16(v))
	}
	at := 12 + 16*len(names)
	var body []byte
	for _, n := range names {
		t := tables[n]
		out = append(out, n...)
		for _, v := range []uint32{checksum(t), uint32(at + len(body)), uint32(len(t))} {
			out = be.AppendUint32(out, v)
		}
		body = append(body, t...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func checksum(t []byte) uint32 {
	var sum uint32
	for i, b := range t {
		sum += uint32(b) << (24 - 8*(i%4))
	}
	return sum
}
