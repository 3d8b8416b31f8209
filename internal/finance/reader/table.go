package reader

import (
	"regexp"
	"strconv"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/money"
)

// units are the printed units with their size.
var units = map[string]money.Fen{"元": money.Yuan, "百元": 100 * money.Yuan, "千元": 1000 * money.Yuan, "万元": money.WanYuan, "百万元": 100 * money.WanYuan, "亿元": 10_000 * money.WanYuan}

var (
	noteMark  = regexp.MustCompile(`^(?:注|备注|说明|注释)[:：]`)
	noteStart = regexp.MustCompile(`^注\d?[:：.、]|^备注[:：]|^说明[:：]|^注释[:：]|没有.{0,60}(?:故|所以|因此)?.{0,6}(?:无数据|空表|数据为空)|故本表(?:无数据|为空)`)
	titleYear = regexp.MustCompile(`(20\d\d)年`)
)

// draft is a table whose numbers may not have found their columns yet.
type draft struct {
	t       *disclosed.Table
	rows    []draftRow
	columns map[int]int // of a grid: canonical column by the grid's
	anchors []int       // of text that keeps its gaps: the middle of each column
	heads   int         // how many columns the row 栏次 counts, 0 where there is none
	past    bool        // the head is over
	wide    bool        // 08表 with incomes and balances
	doubt   bool        // the columns are not those of the form
}

// draftRow is a row with its numbers in the order in which they stand.
type draftRow struct {
	disclosed.Row
	values []loose
}

// loose is a number of a row; col is 0 until its column is known.
type loose struct {
	word Word
	num  disclosed.Number
	col  int
	at   disclosed.Place
}

// tables reads every table.
func (p *parser) tables() {
	for _, s := range p.spans() {
		for i := s.from; i < s.to; i++ {
			p.parts[i].table = true
		}
		if s.form == otherForm {
			continue
		}
		d := &draft{t: p.head(s)}
		p.fill(d, p.body(s, d.t))
		if prev := p.draftOf(s.form); prev != nil {
			prev.goOn(d)
			continue
		}
		p.drafts = append(p.drafts, d)
	}
	for _, d := range p.drafts {
		p.doc.Tables = append(p.doc.Tables, d.t)
	}
	p.inheritUnits()
}

func (p *parser) draftOf(f disclosed.Form) *draft {
	for _, d := range p.drafts {
		if d.t.Form == f {
			return d
		}
	}
	return nil
}

// goOn adds the rows of a table whose title is repeated on a further page; a second copy of the whole table is left out.
func (d *draft) goOn(next *draft) {
	if len(next.rows) == 0 {
		return
	}
	if len(d.rows) > 0 && d.rows[0].Key == next.rows[0].Key && d.rows[0].Code == next.rows[0].Code && d.rows[0].Name == next.rows[0].Name {
		return
	}
	d.rows = append(d.rows, next.rows...)
	if d.t.Form == disclosed.T06 {
		linkEcon(d.rows)
	}
	if d.t.Note == "" {
		d.t.Note = next.t.Note
	}
}

// head reads what stands between the title and the rows.
func (p *parser) head(s span) *disclosed.Table {
	t := &disclosed.Table{Form: s.form, Title: cleanTitle(s.title), Unit: money.WanYuan, Columns: s.form.Width(), Place: p.lines[s.from].place(cleanTitle(s.title))}
	for i := max(0, s.from-3); i < min(s.to, s.rows+8); i++ {
		text := p.lines[i].tight()
		if i < s.from && !formNumber.MatchString(text) {
			continue
		}
		if m := formNumber.FindString(text); m != "" && t.Number == "" {
			t.Number = m
		}
		if i < s.from {
			continue
		}
		if m := unitMark.FindStringSubmatch(text); m != nil && t.UnitName == "" {
			t.UnitName, t.Unit = m[1], units[m[1]]
		}
		if m := orgWords.FindStringSubmatch(text); m != nil && t.Org == "" && !strings.HasSuffix(m[1], "元") {
			t.Org = m[1]
		}
		if m := titleYear.FindStringSubmatch(text); m != nil && t.Year == 0 {
			t.Year, _ = strconv.Atoi(m[1])
		}
	}
	t.Place.At = t.Label()
	return t
}

func cleanTitle(s string) string {
	return formNumber.ReplaceAllString(numbering.ReplaceAllString(s, ""), "")
}

// inheritUnits gives a table without a unit the one that the others have.
func (p *parser) inheritUnits() {
	counts := map[string]int{}
	for _, t := range p.doc.Tables {
		if t.UnitName != "" {
			counts[t.UnitName]++
		}
	}
	name := most(counts, "")
	for _, t := range p.doc.Tables {
		if t.UnitName == "" && name != "" {
			t.UnitName, t.Unit = "", units[name]
		}
	}
}

// body cuts the note off and gives the lines of rows.
func (p *parser) body(s span, t *disclosed.Table) []line {
	out := make([]line, 0, s.to-s.rows)
	note := false
	for i := s.rows; i < s.to; i++ {
		l := p.lines[i]
		text := l.tight()
		if noteStart.MatchString(text) && (!hasAmount(l) || noteMark.MatchString(text)) {
			note = true
		}
		if note {
			if rowCode.MatchString(text) && hasAmount(l) { // rows go on behind a note at the foot of a page
				note = false
			} else {
				t.Note += text
				continue
			}
		}
		out = append(out, l)
	}
	t.Note = plain(t.Note)
	return out
}

// hasAmount reports whether a word of the line is a number with decimals.
func hasAmount(l line) bool {
	for _, w := range l.words {
		if n, ok := amount(w.Text); ok && n.Places > 0 {
			return true
		}
	}
	return false
}

// fill reads the rows by the layout of the form.
func (p *parser) fill(d *draft, body []line) {
	d.findColumns(body)
	switch d.t.Form {
	case disclosed.T01, disclosed.T04:
		p.sides(d, body)
	case disclosed.T06:
		p.blocks(d, body)
	case disclosed.T09:
		p.strip(d, body)
	default:
		p.ladder(d, body)
	}
}

// take makes a loose number of a word.
func (d *draft) take(l *line, w Word, n disclosed.Number) loose {
	v := loose{word: w, num: n, at: l.place(d.t.Label())}
	if l.grid > 0 || l.placed && w.X1-w.X0 == step-1 {
		v.col = d.columns[w.X0/step]
	} else if l.placed && len(d.anchors) > 0 {
		v.col = nearest(d.anchors, (w.X0+w.X1)/2)
	}
	return v
}
