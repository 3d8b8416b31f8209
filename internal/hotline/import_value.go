package hotline

import (
	"strings"
	"time"
	"unicode/utf8"

	"yichuang/internal/clock"
)

// Value says where one field of a ticket comes from: a column, a template over columns, or a constant; then what the
// source's words become, and what stands in where there is nothing.
type Value struct {
	Column   string            `yaml:"column"`
	Template string            `yaml:"template"` // "{STREET}{COMMUNITY}": columns in braces; missing ones vanish
	Const    string            `yaml:"const"`
	Map      map[string]string `yaml:"map"`     // the source's word → ours; a word that is not listed is refused, unless other is given
	Other    string            `yaml:"other"`   // for words that map does not list
	Default  string            `yaml:"default"` // for nothing
	Formats  []string          `yaml:"formats"` // of times: "yyyy-MM-dd HH:mm:ss"; none reads the usual ones
}

func (v Value) check(isTime bool) string {
	n := 0
	for _, s := range []string{v.Column, v.Template, v.Const} {
		if s != "" {
			n++
		}
	}
	switch {
	case n > 1:
		return "column、template、const 只能写一个。"
	case n == 0 && v.Default == "":
		return "请写 column、template、const 或 default。"
	case len(v.Formats) > 0 && !isTime:
		return "只有时间字段可以写 formats。"
	case v.Other != "" && len(v.Map) == 0:
		return "写了 other，还要写 map。"
	}
	for _, f := range v.Formats {
		if !strings.Contains(f, "yyyy") || !strings.Contains(f, "d") || !strings.Contains(f, "M") {
			return "时间格式应像 yyyy-MM-dd HH:mm:ss。"
		}
	}
	return ""
}

// columns lists the columns that the value reads.
func (v Value) columns() []string {
	if v.Column != "" {
		return []string{v.Column}
	}
	var out []string
	v.expand(func(column string) string {
		out = append(out, column)
		return ""
	})
	return out
}

// expand fills the template.
func (v Value) expand(column func(string) string) string {
	var b strings.Builder
	rest := v.Template
	for {
		text, after, ok := strings.Cut(rest, "{")
		b.WriteString(text)
		if !ok {
			return b.String()
		}
		name, next, ok := strings.Cut(after, "}")
		if !ok {
			b.WriteString("{" + after)
			return b.String()
		}
		b.WriteString(column(name))
		rest = next
	}
}

// SourceRow is one row of a file to import: what stands in which column, and the line that it began on.
type SourceRow struct {
	Line   int
	Values map[string]string
}

// cell is what a column of the row holds, trimmed; "" for what the mapping calls missing.
func (m *Mapping) cell(r SourceRow, column string) string {
	s := strings.TrimSpace(r.Values[column])
	for _, missing := range m.Missing {
		if s == missing {
			return ""
		}
	}
	return s
}

// problem is why a row, or a part of it, is not taken, in Chinese.
type problem struct{ text string }

func (p *problem) say(field, text string) {
	if p.text != "" {
		p.text += "；"
	}
	p.text += importFields[field] + "：" + text
}

// text gives a field of the row; "" where the mapping has none for it.
func (m *Mapping) text(r SourceRow, field string, p *problem) string {
	v, ok := m.Fields[field]
	if !ok {
		return ""
	}
	s := v.Const
	switch {
	case v.Column != "":
		s = m.cell(r, v.Column)
	case v.Template != "":
		s = strings.TrimSpace(v.expand(func(c string) string { return m.cell(r, c) }))
	}
	if s != "" && len(v.Map) > 0 {
		to, ok := v.Map[s]
		if !ok && v.Other == "" {
			p.say(field, "字段对照里没有“"+firstRunes(s, 20)+"”")
			return ""
		}
		if s = to; !ok {
			s = v.Other
		}
	}
	if s == "" {
		s = v.Default
	}
	return s
}

// time gives a time of the row, and whether only its day is known.
func (m *Mapping) time(r SourceRow, field string, p *problem) (at clock.Instant, dayOnly bool) {
	s := m.text(r, field, p)
	if s == "" {
		return 0, false
	}
	at, dayOnly, ok := parseTime(s, m.Fields[field].Formats)
	if !ok {
		p.say(field, "“"+firstRunes(s, 30)+"”不是时间")
	}
	return at, dayOnly
}

// goLayout turns yyyy-MM-dd HH:mm:ss into what package time reads.
var goLayout = strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05", "M", "1", "d", "2", "H", "15")

func parseTime(s string, formats []string) (at clock.Instant, dayOnly, ok bool) {
	for _, f := range formats {
		if t, err := time.ParseInLocation(goLayout.Replace(f), s, clock.Shanghai); err == nil {
			return clock.FromTime(t), !strings.Contains(f, "H"), true
		}
	}
	if len(formats) > 0 {
		return 0, false, false
	}
	at, err := clock.ParseInstant(s)
	return at, err == nil && !strings.ContainsAny(s, ":"), err == nil
}

// Condition holds for rows whose column has one of some words, or has anything (filled), or for all (always).
type Condition struct {
	Always bool     `yaml:"always"`
	Column string   `yaml:"column"`
	In     []string `yaml:"in"` // none: any word will do
}

func (m *Mapping) holds(c Condition, r SourceRow) bool {
	if c.Always || c.Column == "" {
		return c.Always
	}
	s := m.cell(r, c.Column)
	if len(c.In) == 0 {
		return s != ""
	}
	for _, w := range c.In {
		if s == w {
			return true
		}
	}
	return false
}

// storable reports whether both databases can keep a text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
