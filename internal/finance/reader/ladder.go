package reader

import (
	"regexp"
	"slices"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

var (
	rowCode    = regexp.MustCompile(`^(\d{3}|\d{5}|\d{6}|\d{7})(?:\D|$)`)
	glued      = regexp.MustCompile(`^(\d{3}|\d{5,7})(\p{Han}.*)$`)
	enumerator = regexp.MustCompile(`^[一二三四五六七八九十]{1,3}、`)
	totalName  = regexp.MustCompile(`^(?:合计|总计|本年(?:收入|支出)合计|支出合计|收入合计)$`)
	totalHead  = regexp.MustCompile(`^(?:类款项|类、款、项|栏次)(合计|总计)$`) // the row of the total beside the heads of the codes
)

// ladder reads a hierarchical table: code, name, amounts; the name may stand on several lines, the amounts on the next.
func (p *parser) ladder(d *draft, body []line) {
	r := &climber{p: p, d: d}
	for i := range body {
		r.line(&body[i])
	}
	r.end()
}

// climber reads the rows of a hierarchical table line by line.
type climber struct {
	p        *parser
	d        *draft
	pending  []string // lines of names that have not found their row
	before   int      // how many lines of its name stood before the last row without a name of its own
	nameless bool     // the last row has no name on its own line
	started  bool
}

// rung is what one line of a hierarchical table holds.
type rung struct {
	codes  []string
	name   string
	values []loose
	total  bool
}

func (r *climber) line(l *line) {
	t := l.tight()
	if strings.HasPrefix(t, "栏次") || formNumber.MatchString(t) || unitMark.MatchString(t) {
		return
	}
	g := r.parse(l)
	switch {
	case g.total:
		r.flush("", false)
		r.add(l, g)
	case len(g.codes) > 0 && (g.name != "" || len(g.values) > 0 || len(g.codes[0]) > 3 && l.grid == 0):
		r.add(l, g)
	case len(g.values) > 0 && g.name == "":
		r.amounts(g)
	case g.name != "" && len(g.values) == 0 && r.started:
		r.piece(g.name)
	}
}

// parse sorts the words of a line.
func (r *climber) parse(l *line) rung {
	var g rung
	var name strings.Builder
	for i, w := range l.words {
		s := w.Text
		if m := glued.FindStringSubmatch(s); m != nil && name.Len() == 0 && len(g.values) == 0 {
			g.codes = append(g.codes, m[1])
			name.WriteString(m[2])
			continue
		}
		n, ok := amount(s)
		switch {
		case ok && isDigits(s) && name.Len() == 0 && len(g.values) == 0 && isCode(s, i, l):
			g.codes = append(g.codes, s)
		case ok && (name.Len() > 0 || len(g.codes) > 0 || n.Places > 0 || i > 0):
			g.values = append(g.values, r.d.take(l, w, n))
		case !ok && len(g.values) == 0:
			name.WriteString(s)
		}
	}
	g.name = totalHead.ReplaceAllString(plain(name.String()), "$1")
	g.total = totalName.MatchString(g.name) && len(g.codes) == 0 && (len(g.values) > 0 || l.grid > 0 && len(l.words) == 1)
	if len(g.codes) > 0 && len(g.values) > 1 && allColumnNumbers(g) {
		return rung{}
	}
	return g
}

// allColumnNumbers recognises the row 1 2 3 4 of column numbers.
func allColumnNumbers(g rung) bool {
	for i, v := range g.values {
		if v.num.Places > 0 || v.num.Micro != int64(i+1+len(g.codes))*1_000_000 {
			return false
		}
	}
	return true
}

// isCode tells a code at the head of a line from a number: 201, 20103, 2010399, or 201 03 99 in columns of their own.
func isCode(s string, i int, l *line) bool {
	switch len(s) {
	case 3, 5, 6, 7:
		return s[0] == '2' || s[0] == '3'
	case 2:
		return i > 0 && i < 3 && isDigits(l.words[0].Text) || l.grid > 0 && l.words[i].X0 < 3*step
	}
	return false
}

// code joins the columns 类 款 项 of a row, completed from the row above where the upper ones are left blank.
func (r *climber) code(l *line, codes []string) string {
	out := codes[0]
	if len(out) == 2 { // 03 or 99 alone: below the last row
		last := r.lastCode()
		switch at := l.words[0].X0 / step; {
		case at == 1 && len(last) >= 3:
			out = last[:3] + out
		case at >= 2 && len(last) >= 5:
			out = last[:5] + out
		}
	}
	for _, c := range codes[1:] {
		if len(c) == 2 {
			out += c
		} else if strings.HasPrefix(c, out) {
			out = c
		}
	}
	return out
}

func (r *climber) lastCode() string {
	for i := len(r.d.rows) - 1; i >= 0; i-- {
		if c := r.d.rows[i].Code; c != "" {
			return c
		}
	}
	return ""
}

// add makes a row.
func (r *climber) add(l *line, g rung) {
	r.started = true
	row := draftRow{values: g.values}
	row.Parent, row.Name, row.Place = -1, g.name, l.place(r.d.t.Label())
	switch {
	case g.total:
		row.Level, row.Key = disclosed.LevelTotal, "total"
	default:
		row.Code = r.code(l, g.codes)
		row.Level = levelOf(row.Code)
		r.flush(row.Code, g.name == "")
	}
	nameless := g.name == ""
	if n := len(r.d.rows); nameless && len(g.values) == 0 && n > 0 {
		r.d.rows[n-1].Wrapped = true // a code alone: the names of two rows were printed over each other
	}
	if nameless {
		row.Name = strings.Join(r.pending, "")
		row.Wrapped = true
		r.before = len(r.pending)
		r.pending = nil
	}
	r.nameless = nameless
	r.d.rows = append(r.d.rows, row)
}

func levelOf(code string) disclosed.Level {
	switch len(code) {
	case 3:
		return disclosed.LevelClass
	case 5:
		return disclosed.LevelGroup
	case 6, 7:
		return disclosed.LevelItem
	}
	return disclosed.LevelNone
}

// amounts gives a line of numbers to the row above that has none.
func (r *climber) amounts(g rung) {
	if n := len(r.d.rows); n > 0 && len(r.d.rows[n-1].values) == 0 {
		r.d.rows[n-1].values = g.values
	}
}

// piece keeps a line of a name: of the row above while that waits for its amounts, else open.
func (r *climber) piece(s string) {
	if n := len(r.d.rows); n > 0 && len(r.d.rows[n-1].values) == 0 && !r.nameless && r.d.rows[n-1].Key == "" && len(r.pending) == 0 {
		r.d.rows[n-1].Name += s
		return
	}
	r.pending = append(r.pending, s)
}

// flush gives the open lines of names to the row above, as far as they belong to it; next is the code of the row that
// follows, nameless whether that has no name on its own line.
func (r *climber) flush(next string, nameless bool) {
	n := len(r.d.rows)
	if len(r.pending) == 0 || n == 0 {
		return
	}
	last := &r.d.rows[n-1]
	if last.Key == "total" {
		return // they stand before the first row of codes
	}
	take := len(r.pending)
	if r.nameless {
		take = min(take, max(r.before, 1))
	} else if (nameless || r.begins(next, r.pending[0])) && !r.ends(last.Code, last.Name, r.pending[0]) {
		take = 0
	}
	last.Wrapped = last.Wrapped || take > 0
	last.Name += strings.Join(r.pending[:take], "")
	r.pending = r.pending[take:]
}

// begins reports whether the name of a code in the dictionary begins with s.
func (r *climber) begins(code, s string) bool {
	name, ok := r.p.subject(code)
	return ok && strings.HasPrefix(plain(name), s)
}

// ends reports whether a row's name goes on with s by the dictionary.
func (r *climber) ends(code, name, s string) bool {
	full, ok := r.p.subject(code)
	return ok && strings.HasPrefix(plain(full), name+s)
}

func (p *parser) subject(code string) (string, bool) {
	if p.dict == nil || code == "" {
		return "", false
	}
	s, ok := p.dict.Find(fiscal.Func, code)
	return s.Name, ok
}

// end gives the last lines away and drops codes that stood alone on a line and found neither name nor amounts.
func (r *climber) end() {
	r.flush("", false)
	r.d.rows = slices.DeleteFunc(r.d.rows, func(row draftRow) bool { return row.Code != "" && row.Name == "" && len(row.values) == 0 })
}

// linkParents finds each row's parent by its code, and completes codes that were printed short where only one code fits.
func linkParents(rows []draftRow) {
	last := map[disclosed.Level]int{disclosed.LevelTotal: -1, disclosed.LevelClass: -1, disclosed.LevelGroup: -1}
	for i := range rows {
		r := &rows[i]
		r.Parent = -1
		if r.Code == "" {
			continue
		}
		r.Full = r.Code
		for up := r.Level - 1; up >= disclosed.LevelClass; up-- {
			if k := last[up]; k >= 0 && strings.HasPrefix(r.Code, rows[k].Code) {
				r.Parent = k
				break
			}
		}
		last[r.Level] = i
	}
	for i := range rows {
		if rows[i].Level != disclosed.LevelClass {
			continue
		}
		for k := range rows {
			if rows[k].Key == "total" {
				rows[i].Parent = k
			}
		}
	}
}
