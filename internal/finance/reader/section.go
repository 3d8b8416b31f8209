package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

var (
	levelOne = regexp.MustCompile(`^([一二三四五六七八九十]{1,3})、(.+)$`)
	levelTwo = regexp.MustCompile(`^（([一二三四五六七八九十]{1,3})）(.+)$`)
	figures  = regexp.MustCompile(`\d+(?:\.\d+)?(?:万元|元|%)`)
)

// sections cuts the running text at its headings.
func (p *parser) sections() []*disclosed.Section {
	var out []*disclosed.Section
	c := &cutter{p: p, out: &out}
	for i := range p.lines {
		c.line(i)
	}
	for _, s := range out {
		s.Text = plain(s.Text)
	}
	return out
}

// cutter collects lines into sections.
type cutter struct {
	p     *parser
	out   *[]*disclosed.Section
	now   *disclosed.Section
	one   string
	part  part
	score bool // within a table of performance
}

func (c *cutter) line(i int) {
	pt := &c.p.parts[i]
	l := &c.p.lines[i]
	t := plain(l.text)
	if pt.name != c.part.name || pt.annex != c.part.annex || pt.ready {
		c.now, c.one, c.score = nil, "", false
		c.part = *pt
	}
	if pt.name == disclosed.Annexed && strings.HasSuffix(t, "表") && scoreTable.MatchString(t) {
		c.score = true
	}
	if c.score {
		pt.table = true
	}
	if pt.table || pt.ready && pt.name == disclosed.Cover || pt.name == disclosed.Terms || pt.name == disclosed.Statement && l.grid > 0 {
		c.now = nil
		return
	}
	if level, head, rest := c.heading(t); level > 0 && l.grid == 0 && !pt.ready {
		pt.heading = level
		c.open(i, level, head, rest)
		return
	}
	if c.now == nil {
		path := []string{}
		if c.one != "" {
			path = append(path, c.one)
		}
		c.start(i, path, "")
	}
	if c.now.Text != "" && strings.HasSuffix(c.now.Text, "\n") {
		c.now.Text = strings.TrimSuffix(c.now.Text, "\n")
	}
	c.now.Text += t
}

// heading reads a line as a heading: its number, and the text behind a full stop or colon on the same line.
func (c *cutter) heading(t string) (level int, head, rest string) {
	m := levelOne.FindStringSubmatch(t)
	level = 1
	if m == nil {
		m = levelTwo.FindStringSubmatch(t)
		level = 2
	}
	if m == nil {
		return 0, "", ""
	}
	head = m[2]
	if k := strings.IndexAny(head, "。：；"); k >= 0 {
		head, rest = head[:k], head[k+len("。"):]
		_ = rest
		rest = strings.TrimLeft(m[2][k:], "。：；")
	}
	if n := len([]rune(head)); n > 42 || figures.MatchString(head) {
		return 0, "", ""
	}
	return level, strings.TrimSuffix(t[:strings.Index(t, m[2])], "、") + "、" + head, rest
}

func (c *cutter) open(i, level int, head, rest string) {
	path := []string{strings.Replace(head, "）、", "）", 1)}
	if level == 1 {
		c.one = path[0]
	} else if c.one != "" {
		path = []string{c.one, path[0]}
	}
	c.start(i, path, path[len(path)-1])
	c.now.Text = rest
}

func (c *cutter) start(i int, path []string, head string) {
	pt := c.p.parts[i]
	c.now = &disclosed.Section{Part: pt.name, Path: path, Annex: pt.annex, Heading: head}
	c.now.Place = c.p.lines[i].place(c.now.Title())
	*c.out = append(*c.out, c.now)
}
