package knowledge

import (
	"strings"
)

// Change kinds of a Piece.
const (
	Same    = ""
	Added   = "added"
	Removed = "removed"
)

// Piece is a stretch of text in a comparison: kept, added or removed.
type Piece struct {
	What string `json:"what,omitempty"`
	Text string `json:"text"`
}

// FieldDiff is one field of an entry in two versions.
type FieldDiff struct {
	Label  string  `json:"label"`
	Pieces []Piece `json:"pieces"`
}

// Changed reports whether the field differs.
func (d FieldDiff) Changed() bool {
	for _, p := range d.Pieces {
		if p.What != Same {
			return true
		}
	}
	return false
}

// field is a labelled text of a version.
type field struct{ label, text string }

func (c *Content) fields(unit func(id string) string) []field {
	valid := c.ValidTo.String()
	if valid == "" {
		valid = "长期"
	}
	return []field{{"标题", c.Title}, {"问", c.Question}, {"答", c.Answer}, {"依据文号", c.BasisNo}, {"依据链接", c.BasisLink}, {"适用范围", c.Applies},
		{"主责单位", unit(c.UnitID)}, {"有效期至", valid}, {"事项分类", c.Category}, {"关键词", c.Keywords}, {"公开级别", c.Level.Label()}}
}

// Differences compares two versions field by field (版本差异); unit names a unit.
func Differences(older, newer *Content, unit func(id string) string) []FieldDiff {
	var out []FieldDiff
	was, is := older.fields(unit), newer.fields(unit)
	for i := range was {
		out = append(out, FieldDiff{was[i].label, Compare(was[i].text, is[i].text)})
	}
	return out
}

// mostCells bounds the work of one comparison by characters; longer texts are compared by clauses.
const mostCells = 1 << 20

// Compare finds what was added and removed between two texts: by characters, or by clauses where both are long.
func Compare(older, newer string) []Piece {
	a, b := []rune(older), []rune(newer)
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	p := &pieces{}
	p.add(Same, string(a[:head]))
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(x)*len(y) <= mostCells {
		p.compare(singles(x), singles(y))
	} else if c, d := clauses(x), clauses(y); len(c)*len(d) <= mostCells {
		p.compare(c, d)
	} else {
		p.add(Removed, string(x))
		p.add(Added, string(y))
	}
	p.add(Same, string(a[len(a)-tail:]))
	return p.list
}

func singles(rs []rune) []string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = string(r)
	}
	return out
}

// clauses cuts a text after each mark of punctuation.
func clauses(rs []rune) []string {
	var out []string
	from := 0
	for i, r := range rs {
		if strings.ContainsRune("，。；：、！？,.;:!?\n", r) {
			out = append(out, string(rs[from:i+1]))
			from = i + 1
		}
	}
	if from < len(rs) {
		out = append(out, string(rs[from:]))
	}
	return out
}

// pieces collects stretches, joining neighbours of one kind.
type pieces struct{ list []Piece }

func (p *pieces) add(what, text string) {
	if text == "" {
		return
	}
	if n := len(p.list); n > 0 && p.list[n-1].What == what {
		p.list[n-1].Text += text
		return
	}
	p.list = append(p.list, Piece{what, text})
}

// compare walks along a longest common subsequence.
func (p *pieces) compare(a, b []string) {
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			p.add(Same, a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[(i+1)*width+j] >= common[i*width+j+1]:
			p.add(Removed, a[i])
			i++
		default:
			p.add(Added, b[j])
			j++
		}
	}
}
