package reader

import (
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/money"
)

// Text without gaps does not show which columns were blank: "201 …支出 192.11 192.11" has its second number in some column
// behind the first. settle finds the columns from what must hold in any case: the sums of the table itself and the totals
// that other places state. Where several ways fit equally, the cells on which they differ are marked as not certain.

// settle places the numbers of every table and builds its rows.
func (p *parser) settle() {
	order := []disclosed.Form{disclosed.T01, disclosed.T05, disclosed.T04, disclosed.T02, disclosed.T03, disclosed.T06, disclosed.T07, disclosed.T08, disclosed.T09}
	for _, f := range order {
		if d := p.draftOf(f); d != nil {
			linkIfLadder(d)
			p.settleDraft(d)
			d.build()
		}
	}
	p.completeCodes()
}

func linkIfLadder(d *draft) {
	switch d.t.Form {
	case disclosed.T01, disclosed.T04, disclosed.T06, disclosed.T09:
	default:
		linkParents(d.rows)
	}
}

// ways are the places that a row's numbers may take: each way gives a column for every number.
type ways [][]int

func (p *parser) settleDraft(d *draft) {
	d.t.Known = !d.doubt && !d.odd()
	fits := make([]ways, len(d.rows))
	open := false
	for i := range d.rows {
		fits[i] = d.waysOf(&d.rows[i])
		open = open || len(fits[i]) > 1
	}
	if open {
		p.narrowTotal(d, fits)
		d.narrowTree(fits)
	}
	for i := range d.rows {
		d.rows[i].Cells = d.cells(&d.rows[i], fits[i])
	}
}

// odd reports columns of text that are not the form's: their numbers are more or fewer.
func (d *draft) odd() bool {
	for i := range d.rows {
		if len(d.rows[i].values) > d.width() {
			return true
		}
	}
	return d.heads != 0 && d.heads != d.width()
}

// width is the number of columns that a row may fill.
func (d *draft) width() int {
	switch d.t.Form {
	case disclosed.T01, disclosed.T06:
		return 1
	case disclosed.T04:
		return 4
	case disclosed.T08:
		if d.wide {
			return 6
		}
	}
	return d.t.Columns
}

// waysOf lists the ways of one row on its own.
func (d *draft) waysOf(r *draftRow) ways {
	n := len(r.values)
	if n == 0 {
		return nil
	}
	if w, ok := d.given(r); ok {
		return ways{w}
	}
	switch d.t.Form {
	case disclosed.T01, disclosed.T06:
		if n == 1 {
			return ways{{d.only(r)}}
		}
		return nil
	case disclosed.T04:
		if !isRight(r.Key) {
			if n == 1 {
				return ways{{1}}
			}
			return nil
		}
		return combine(n, 2, 5, true)
	case disclosed.T07:
		return best(combine(n, 1, 6, false), func(w []int) int { return flowFaults(r, w) })
	case disclosed.T08:
		if d.wide {
			return best(combine(n, 1, 6, false), func(w []int) int { return flowFaults(r, w) })
		}
	case disclosed.T09:
		return best(d.sanGongWays(n), func(w []int) int { return sanGongFaults(r, w) })
	}
	return combine(n, 1, d.t.Columns, true)
}

// given takes the columns that the page itself shows, if every number has one of its own.
func (d *draft) given(r *draftRow) ([]int, bool) {
	var out []int
	seen := map[int]bool{}
	for _, v := range r.values {
		col := v.col
		if col == 0 || seen[col] {
			return nil, false
		}
		seen[col] = true
		out = append(out, col)
	}
	return out, true
}

func (d *draft) only(r *draftRow) int {
	if d.t.Form == disclosed.T01 && isRight(r.Key) {
		return 2
	}
	return 1
}

func isRight(key string) bool { return strings.HasPrefix(key, "fn.") || strings.HasPrefix(key, "out.") }

// combine lists the rising choices of n columns from lo to hi; lead puts the first number into the first of them.
func combine(n, lo, hi int, lead bool) ways {
	if n > hi-lo+1 {
		return nil
	}
	var out ways
	var pick func(w []int, from int)
	pick = func(w []int, from int) {
		if len(w) == n {
			out = append(out, append([]int{}, w...))
			return
		}
		for c := from; c <= hi-(n-len(w)-1); c++ {
			if lead && len(w) == 0 && c > lo {
				return
			}
			pick(append(w, c), c+1)
		}
	}
	pick(nil, lo)
	return out
}

// best keeps the ways with the fewest faults.
func best(all ways, faults func(w []int) int) ways {
	least := 1 << 30
	var out ways
	for _, w := range all {
		switch n := faults(w); {
		case n < least:
			least, out = n, ways{w}
		case n == least:
			out = append(out, w)
		}
	}
	return out
}

// at sums the numbers that a way puts into the given columns, and counts half a printed unit for each.
func at(r *draftRow, w []int, cols ...int) (sum, slack int64) {
	for i, c := range w {
		for _, want := range cols {
			if c == want {
				sum += r.values[i].num.Micro
				slack += r.values[i].num.Half()
			}
		}
	}
	return sum, slack
}

func apart(a, b, slack int64) int {
	d := a - b
	if d < 0 {
		d = -d
	}
	if d > slack {
		return 1
	}
	return 0
}

func flowFaults(r *draftRow, w []int) int {
	in, s1 := at(r, w, 1, 2)
	out, s2 := at(r, w, 3, 6)
	spent, s3 := at(r, w, 3)
	parts, s4 := at(r, w, 4, 5)
	return apart(in, out, s1+s2) + apart(spent, parts, s3+s4)
}

func (d *draft) sanGongWays(n int) ways {
	if d.t.Remark != pairsRemark {
		return combine(n, 1, 12, false)
	}
	var out ways
	for _, w := range combine(n, 1, 12, false) { // 1 is the first pair's budget, 2 its actual
		v := make([]int, n)
		for i, c := range w {
			v[i] = (c+1)/2 + 6*((c+1)%2)
		}
		out = append(out, v)
	}
	return out
}

func sanGongFaults(r *draftRow, w []int) int {
	n := 0
	for _, base := range []int{0, 6} {
		all, s1 := at(r, w, base+1)
		parts, s2 := at(r, w, base+2, base+3, base+6)
		cars, s3 := at(r, w, base+3)
		two, s4 := at(r, w, base+4, base+5)
		n += apart(all, parts, s1+s2) + apart(cars, two, s3+s4)
	}
	return n
}

// narrowTotal settles the row of totals by what other places state of them.
func (p *parser) narrowTotal(d *draft, fits []ways) {
	known := p.evidence(d)
	for i := range d.rows {
		r := &d.rows[i]
		if r.Level != disclosed.LevelTotal && r.Key != "out.total" || len(fits[i]) < 2 {
			continue
		}
		fits[i] = best(fits[i], func(w []int) int {
			faults := 0
			for col, fen := range known {
				sum, slack := at(r, w, col)
				faults += apart(int64(scaledFen(d.t, sum)), int64(fen), int64(scaledFen(d.t, slack))+5000)
			}
			return faults
		})
	}
}

func scaledFen(t *disclosed.Table, m int64) money.Fen {
	return disclosed.Number{Micro: m}.Fen(t.Unit)
}

// evidence gives what other places say of the columns of a table's total, in 分. A column that is stated to be nothing is
// in the map with 0; one of which nothing is known is not in it.
func (p *parser) evidence(d *draft) map[int]money.Fen {
	switch d.t.Form {
	case disclosed.T02:
		return p.incomes()
	case disclosed.T03:
		return p.kinds(map[int]string{2: "基本支出", 3: "项目支出", 4: "上缴上级支出", 5: "经营支出", 6: "对附属单位补助支出"}, d)
	case disclosed.T05:
		return p.kinds(map[int]string{2: "一般公共预算基本支出", 3: "一般公共预算项目支出"}, d)
	case disclosed.T04:
		return d.funds()
	}
	return nil
}

// incomes are the columns of 02表 as 01表 states them.
func (p *parser) incomes() map[int]money.Fen {
	d := p.draftOf(disclosed.T01)
	if d == nil || !d.t.Known {
		return nil
	}
	keys := map[string]int{"in.general": 2, "in.fund": 2, "in.capital": 2, "in.appropriation": 2, "in.superior": 3, "in.business": 4, "in.operating": 5, "in.attached": 6, "in.other": 7}
	out := map[int]money.Fen{2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0}
	for i := range d.rows {
		if col := keys[d.rows[i].Key]; col > 0 && len(d.rows[i].values) == 1 {
			out[col] += d.rows[i].values[0].num.Fen(d.t.Unit)
		}
	}
	return out
}

// kinds are the columns of 03表 or 05表 as the text states them; when those stated make up the whole, the rest is nothing.
func (p *parser) kinds(subjects map[int]string, d *draft) map[int]money.Fen {
	out := map[int]money.Fen{}
	var sum money.Fen
	for col, subject := range subjects {
		if v, ok := p.stated(subject); ok {
			out[col] = v
			sum += v
		}
	}
	for i := range d.rows {
		r := &d.rows[i]
		if r.Level != disclosed.LevelTotal || len(r.values) == 0 {
			continue
		}
		if apart(int64(sum), int64(r.values[0].num.Fen(d.t.Unit)), 20_000) == 0 {
			for col := range subjects {
				if _, ok := out[col]; !ok {
					out[col] = 0
				}
			}
		}
	}
	return out
}

// stated is the amount that the narrative gives for a subject.
func (p *parser) stated(subject string) (money.Fen, bool) {
	for _, c := range p.doc.Claims {
		if c.Subject != subject || c.Section.Part != disclosed.Narrative {
			continue
		}
		if f, ok := c.Get(disclosed.Actual); ok {
			return f.Value.Fen(units[f.Unit]), true
		}
	}
	return 0, false
}

// funds says which columns of 04表 can hold anything: those of funds that have income or an opening balance.
func (d *draft) funds() map[int]money.Fen {
	out := map[int]money.Fen{3: 0, 4: 0, 5: 0}
	var total money.Fen
	for i := range d.rows {
		r := &d.rows[i]
		if r.Key == "out.total" && len(r.values) > 0 {
			total = r.values[0].num.Fen(d.t.Unit)
		}
		for k, col := range map[string]int{"general": 3, "fund": 4, "capital": 5} {
			if (r.Key == "in."+k || r.Key == "in.opening."+k) && len(r.values) == 1 {
				out[col] += r.values[0].num.Fen(d.t.Unit)
			}
		}
	}
	used := 0
	for _, v := range out {
		if v != 0 {
			used++
		}
	}
	for col, v := range out {
		if v != 0 {
			delete(out, col) // what was spent of it is not known from here
			if used == 1 {
				out[col] = total
			}
		}
	}
	return out
}
