package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

var (
	econCode  = regexp.MustCompile(`^3\d{2}(?:\d{2})?$`)
	econGlued = regexp.MustCompile(`^(3\d{2}(?:\d{2})?)(\p{Han}.*)$`)
	econTotal = regexp.MustCompile(`(人员经费合计|公用经费合计|合计|总计)$`)
)

// blocks reads 06表: code, name, amount side by side in two or three blocks.
func (p *parser) blocks(d *draft, body []line) {
	var pending []string
	for i := range body {
		l := &body[i]
		t := l.tight()
		if strings.HasPrefix(t, "栏次") || formNumber.MatchString(t) || unitMark.MatchString(t) {
			continue
		}
		first := len(d.rows)
		rest := blockLine(d, l)
		if len(rest) > 0 && len(d.rows) > 0 && first == len(d.rows) {
			last := &d.rows[len(d.rows)-1]
			if last.Name != "" && len(last.values) == 0 && last.Key == "" && !p.wholeEcon(last) {
				last.Name += rest[0]
				rest = rest[1:]
			}
		}
		pending = append(pending, rest...)
	}
	p.completeEcon(d, pending)
}

// wholeEcon reports whether a row has the whole name of its code already, so that what follows is not part of it.
func (p *parser) wholeEcon(r *draftRow) bool {
	if p.dict == nil {
		return false
	}
	s, ok := p.dict.Find(fiscal.Econ, r.Code)
	return ok && plain(s.Name) == r.Name
}

// blockLine reads the items of a line and gives the words that belong to none.
func blockLine(d *draft, l *line) []string {
	var item *draftRow
	var rest []string
	start := func(code, name string) {
		row := draftRow{}
		row.Parent, row.Code, row.Name, row.Level, row.Place = -1, code, plain(name), levelOf(code), l.place(d.t.Label())
		d.rows = append(d.rows, row)
		item = &d.rows[len(d.rows)-1]
	}
	for i, w := range l.words {
		n, isNumber := amount(w.Text)
		m := econGlued.FindStringSubmatch(w.Text)
		switch {
		case m != nil:
			start(m[1], m[2])
		case isNumber && econCode.MatchString(w.Text) && (item == nil || len(item.values) > 0 || item.Name != "") && follows(l, i):
			start(w.Text, "")
		case isNumber && isDigits(w.Text) && len(w.Text) == 2 && item != nil && len(item.Code) == 3 && item.Name == "":
			item.Code += w.Text
			item.Level = levelOf(item.Code)
		case isNumber && item != nil && len(item.values) == 0:
			item.values = append(item.values, loose{word: w, num: n, col: 1, at: l.place(d.t.Label())})
		case isNumber && item == nil && n.Places > 0 && len(d.rows) > 0 && len(d.rows[len(d.rows)-1].values) == 0:
			item = &d.rows[len(d.rows)-1]
			item.values = append(item.values, loose{word: w, num: n, col: 1, at: l.place(d.t.Label())})
		case !isNumber && econTotal.MatchString(plain(w.Text)):
			start("", w.Text)
			item.Level, item.Key = disclosed.LevelTotal, plain(w.Text)
		case !isNumber && item != nil && len(item.values) == 0:
			item.Name = plain(item.Name + w.Text)
		case !isNumber && hasHan(w.Text):
			rest = append(rest, plain(w.Text))
		}
	}
	return rest
}

// follows reports whether a number that looks like a code is followed by a name or an amount, or ends the line.
func follows(l *line, i int) bool {
	if i+1 >= len(l.words) {
		return true
	}
	next := l.words[i+1].Text
	n, ok := amount(next)
	return !ok || n.Places > 0 || len(next) == 2
}

// completeEcon gives every row its whole code: by its code, or by its name within the class where the code was cut.
func (p *parser) completeEcon(d *draft, pending []string) {
	class := map[string]bool{}
	for i := range d.rows {
		r := &d.rows[i]
		r.Full = r.Code
		if r.Name == "" || len(pending) > 0 {
			p.econName(r)
		}
		if len(r.Code) != 3 {
			continue
		}
		if p.isClass(r, class[r.Code]) {
			class[r.Code] = true
			continue
		}
		r.Level = disclosed.LevelGroup
		r.Full = p.econByName(r.Code, r.Name)
	}
	linkEcon(d.rows)
}

// linkEcon finds the class above each row.
func linkEcon(rows []draftRow) {
	parents := map[string]int{}
	for i := range rows {
		if rows[i].Level == disclosed.LevelClass {
			parents[rows[i].Code] = i
		}
	}
	for i := range rows {
		r := &rows[i]
		if k, ok := parents[fiscal.Class(r.Code)]; ok && r.Level == disclosed.LevelGroup && r.Code != "" {
			r.Parent = k
		}
	}
}

// isClass tells the row of a class from a row below it whose code was cut to the class: it comes first.
func (p *parser) isClass(r *draftRow, seen bool) bool {
	if seen {
		return false
	}
	if p.dict == nil {
		return true
	}
	s, ok := p.dict.Find(fiscal.Econ, r.Code)
	return !ok || r.Name == "" || plain(s.Name) == r.Name || p.econByName(r.Code, r.Name) == ""
}

// econName settles a name that was wrapped around its row by the dictionary.
func (p *parser) econName(r *draftRow) {
	if p.dict == nil || len(r.Code) != 5 {
		return
	}
	s, ok := p.dict.Find(fiscal.Econ, r.Code)
	if ok && (r.Name == "" || strings.Contains(plain(s.Name), r.Name)) {
		r.Name = plain(s.Name)
	}
}

// econByName finds the code of a name within its class; within a class names are unique.
func (p *parser) econByName(class, name string) string {
	if p.dict == nil || name == "" {
		return ""
	}
	for _, code := range p.dict.Children(fiscal.Econ, class) {
		if plain(p.dict.Name(fiscal.Econ, code)) == name {
			return code
		}
	}
	return ""
}
