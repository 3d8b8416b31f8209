package pdf

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"yichuang/internal/document/pdf/font"
)

// cut is a font of the file: the glyphs that the document uses, numbered in the order of their first use.
type cut struct {
	font   *font.Font
	object int
	name   string // in the pages' resources
	glyphs []uint16
	runes  []rune // that a glyph stands for
	number map[glyphOf]int
}

// glyphOf is a glyph in its meaning: two characters may share a glyph and must be told apart when text is copied.
type glyphOf struct {
	glyph uint16
	r     rune
}

// cut gives the file's part of a font.
func (p *press) cut(f *font.Font) *cut {
	if c := p.cuts[f]; c != nil {
		return c
	}
	c := &cut{font: f, object: p.file.reserve(), name: fmt.Sprintf("F%d", len(p.order)+1), glyphs: []uint16{0}, runes: []rune{0}, number: map[glyphOf]int{}}
	p.cuts[f] = c
	p.order = append(p.order, c)
	return c
}

// use gives the number under which pages call a glyph.
func (c *cut) use(glyph uint16, r rune) int {
	n, ok := c.number[glyphOf{glyph, r}]
	if !ok {
		n = len(c.glyphs)
		c.number[glyphOf{glyph, r}] = n
		c.glyphs, c.runes = append(c.glyphs, glyph), append(c.runes, r)
	}
	return n
}

// embed writes the font into the file.
func (c *cut) embed(f *file, i int) error {
	data, err := c.font.Subset(c.glyphs)
	if err != nil {
		return err
	}
	base := fmt.Sprintf("YC%c%c%c%c+Face%d", 'A'+i%26, 'A'+len(c.glyphs)/676%26, 'A'+len(c.glyphs)/26%26, 'A'+len(c.glyphs)%26, i+1)
	program := f.stream(fmt.Sprintf("/Length1 %d", len(data)), data)
	box := c.font.Box
	descriptor := f.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 700/StemV 80/FontFile2 %d 0 R>>",
		base, box[0], box[1], box[2], box[3], c.font.Ascent, c.font.Descent, program))
	var widths strings.Builder
	for _, g := range c.glyphs {
		fmt.Fprintf(&widths, "%d ", c.font.Advance(g))
	}
	descendant := f.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/DW 1000/W[0[%s]]/FontDescriptor %d 0 R>>",
		base, strings.TrimSpace(widths.String()), descriptor))
	unicode := f.stream("", []byte(c.toUnicode()))
	f.set(c.object, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", base, descendant, unicode))
	return nil
}

// toUnicode maps the glyphs to characters, so that text can be searched and copied.
func (c *cut) toUnicode() string {
	var b strings.Builder
	b.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	for from := 1; from < len(c.runes); from += 100 { // at most 100 in a block
		to := min(from+100, len(c.runes))
		fmt.Fprintf(&b, "%d beginbfchar\n", to-from)
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, "<%04X><", i)
			for _, u := range utf16.Encode([]rune{c.runes[i]}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
	return b.String()
}
