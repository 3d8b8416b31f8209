package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// LineKind is what a line of a bulletin's text is.
type LineKind uint8

// The kinds of line.
const (
	Paragraph  LineKind = iota
	Heading             // # 一、……
	Subheading          // ## （一）……
	TableLine           // 【表：名称】
	ChartLine           // 【图：名称】
)

// Segment is a stretch of a line: words as they were written, or a place for a value.
type Segment struct {
	Text string
	Key  string // of the value; "" for words
}

// Line is one line of a text; blank lines are left out.
type Line struct {
	No       int // in the text, from 1
	Kind     LineKind
	Segments []Segment
	Name     string // of the table or chart
}

var (
	block = regexp.MustCompile(`^【(表|图)：(.+)】$`)
	place = regexp.MustCompile(`\{([^{}\n]+)\}`)
)

// Parse cuts a text into lines and places.
func Parse(text string) []Line {
	var out []Line
	for i, raw := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		raw = strings.TrimSpace(raw)
		if raw == "" {
			continue
		}
		l := Line{No: i + 1}
		if m := block.FindStringSubmatch(raw); m != nil {
			l.Kind, l.Name = map[string]LineKind{"表": TableLine, "图": ChartLine}[m[1]], strings.TrimSpace(m[2])
			out = append(out, l)
			continue
		}
		if rest, ok := strings.CutPrefix(raw, "## "); ok {
			l.Kind, raw = Subheading, rest
		} else if rest, ok := strings.CutPrefix(raw, "# "); ok {
			l.Kind, raw = Heading, rest
		}
		l.Segments = segments(raw)
		out = append(out, l)
	}
	return out
}

func segments(s string) (out []Segment) {
	at := 0
	for _, m := range place.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > at {
			out = append(out, Segment{Text: s[at:m[0]]})
		}
		out = append(out, Segment{Key: strings.TrimSpace(s[m[2]:m[3]])})
		at = m[1]
	}
	if at < len(s) {
		out = append(out, Segment{Text: s[at:]})
	}
	return out
}

// Problem is a place in a text that cannot stay as it is.
type Problem struct {
	Line int    `json:"line"`
	Text string `json:"text"` // what to do about it
}

// Text limits.
const (
	maxText  = 20_000
	maxTitle = 80
)

// written are the numbers that may be typed, because they are no figures: the name of the hotline, days and document
// numbers, and the numbers of headings.
var written = regexp.MustCompile(`12345|〔\d{4}〕\d+号|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|\d{4}年|第[一二三四五六七八九十]+[季条款项部分]`)

// figures are numbers however they are written: digits of any width, percent signs, and Chinese numerals before a measure
// word.
var figures = regexp.MustCompile(`[0-9０-９①-⑳%％‰]+|百分之[〇零一二三四五六七八九十百千万点]+|[〇零一二两三四五六七八九十百千万亿]+(?:余|多)?(?:件|张|起|次|个百分点|倍|成|人次|人|户|条|家|个单位|通|小时|分钟|天|工作日)`)

// Check lists what is wrong with a text: a place or block that the content does not have, a place that is not closed, and
// every number that is typed instead of bound.
func Check(text string, c *Content) []Problem {
	var out []Problem
	add := func(line int, format string, args ...any) {
		out = append(out, Problem{line, fmt.Sprintf(format, args...)})
	}
	if n := utf8.RuneCountInString(text); n > maxText {
		add(1, "正文最多 %d 个字，现在有 %d 个", maxText, n)
	}
	for _, l := range Parse(text) {
		switch l.Kind {
		case TableLine:
			if _, ok := c.Table(l.Name); !ok {
				add(l.No, "没有名为“%s”的表", l.Name)
			}
		case ChartLine:
			if _, ok := c.Chart(l.Name); !ok {
				add(l.No, "没有名为“%s”的图", l.Name)
			}
		}
		for _, s := range l.Segments {
			if s.Key != "" {
				if _, ok := c.Lookup(s.Key); !ok {
					add(l.No, "没有名为“%s”的数，请从右侧的列表中选择", s.Key)
				}
				continue
			}
			rest := written.ReplaceAllString(s.Text, "")
			for _, n := range figures.FindAllString(rest, -1) {
				add(l.No, "“%s”是手写的数，没有来源：请改用花括号里的数，例如 {受理量}", n)
			}
			if strings.ContainsAny(rest, "{}") {
				add(l.No, "花括号没有成对")
			}
		}
	}
	return out
}
