package reader

import "yichuang/internal/finance/disclosed"

// maxWays bounds the search below one parent; a row of more possibilities stays uncertain.
const maxWays = 1 << 13

// narrowTree settles the rows below each parent so that the columns add up, from the total down.
func (d *draft) narrowTree(fits []ways) {
	for i := range d.rows {
		if d.rows[i].Level == disclosed.LevelTotal || d.rows[i].Key == "out.total" {
			d.narrowBelow(i, fits)
		}
	}
	for _, level := range []disclosed.Level{disclosed.LevelClass, disclosed.LevelGroup} {
		for i := range d.rows {
			if d.rows[i].Level == level && d.rows[i].Key == "" {
				d.narrowBelow(i, fits)
			}
		}
	}
	for i := range d.rows {
		if d.rows[i].Key == "out.sum" || d.rows[i].Key == "out.closing" {
			d.narrowLike(i, fits)
		}
	}
}

// children lists the rows below a row.
func (d *draft) children(parent int) []int {
	var out []int
	for i := range d.rows {
		r := &d.rows[i]
		if r.Parent == parent && parent >= 0 && i != parent || d.rows[parent].Key == "out.total" && len(r.Key) > 3 && r.Key[:3] == "fn." {
			out = append(out, i)
		}
	}
	return out
}

// narrowBelow keeps the ways of the children whose sums fit the parent best.
func (d *draft) narrowBelow(parent int, fits []ways) {
	if len(fits[parent]) != 1 {
		return
	}
	kids := d.children(parent)
	want := map[int]int64{}
	for i, col := range fits[parent][0] {
		want[col] = d.rows[parent].values[i].num.Micro
	}
	total := 1
	for _, k := range kids {
		fits[k] = within(fits[k], want)
		if total *= max(1, len(fits[k])); total > maxWays {
			return
		}
	}
	if total == 1 {
		return
	}
	s := &search{d: d, kids: kids, fits: fits, sum: map[int]int64{}, want: want, least: 1 << 30, kept: make([]map[int]bool, len(kids)), now: make([]int, len(kids))}
	s.half = int64(len(kids)+1) * 5000
	s.try(0)
	for i, k := range kids {
		if s.kept[i] == nil {
			continue
		}
		var left ways
		for n, w := range fits[k] {
			if s.kept[i][n] {
				left = append(left, w)
			}
		}
		fits[k] = left
	}
}

// within drops ways that use a column which the parent leaves blank, unless that drops all.
func within(all ways, want map[int]int64) ways {
	var out ways
	for _, w := range all {
		ok := true
		for _, c := range w {
			if _, used := want[c]; !used {
				ok = false
			}
		}
		if ok {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// search tries the ways of all children together and notes which belong to a best solution.
type search struct {
	d     *draft
	kids  []int
	fits  []ways
	sum   map[int]int64
	want  map[int]int64
	half  int64
	least int
	kept  []map[int]bool
	now   []int
}

func (s *search) try(i int) {
	if i == len(s.kids) {
		s.judge()
		return
	}
	k := s.kids[i]
	r := &s.d.rows[k]
	if len(s.fits[k]) == 0 {
		s.try(i + 1)
		return
	}
	for n, w := range s.fits[k] {
		for v, c := range w {
			s.sum[c] += r.values[v].num.Micro
		}
		s.now[i] = n
		s.try(i + 1)
		for v, c := range w {
			s.sum[c] -= r.values[v].num.Micro
		}
	}
}

func (s *search) judge() {
	faults := 0
	for c, sum := range s.sum {
		faults += apart(sum, s.want[c], s.half)
	}
	for c, v := range s.want {
		if _, seen := s.sum[c]; !seen {
			faults += apart(0, v, s.half)
		}
	}
	if faults > s.least {
		return
	}
	if faults < s.least {
		s.least = faults
		for i := range s.kept {
			s.kept[i] = map[int]bool{}
		}
	}
	for i, n := range s.now {
		s.kept[i][n] = true
	}
}

// narrowLike settles a row of sums by the columns that the total uses.
func (d *draft) narrowLike(i int, fits []ways) {
	for k := range d.rows {
		if d.rows[k].Key != "out.total" || len(fits[k]) != 1 || d.rows[i].Key == "out.closing" {
			continue
		}
		want := map[int]int64{}
		for _, c := range fits[k][0] {
			want[c] = 1
		}
		fits[i] = within(fits[i], want)
	}
}

// cells places a row's numbers by its ways: a cell on which the ways agree is certain.
func (d *draft) cells(r *draftRow, fits ways) []disclosed.Cell {
	out := make([]disclosed.Cell, max(d.t.Columns, 6)+1)
	for c := range out {
		out[c].Sure = d.t.Known
		out[c].Place = r.Place
	}
	if len(fits) == 0 && len(r.values) > 0 {
		for c := range out {
			out[c].Sure = false
		}
		fits = ways{rising(len(r.values))}
	}
	if len(fits) == 0 {
		return d.narrowed(out)
	}
	for c := range out {
		if !agree(fits, c) {
			out[c].Sure = false
		}
	}
	for i, v := range r.values {
		if c := fits[0][i]; c > 0 && c < len(out) {
			out[c].Text, out[c].Value, out[c].Has, out[c].Place = v.word.Text, v.num, true, v.at
		}
	}
	return d.narrowed(out)
}

// agree reports whether all ways put the same number, or none, into a column.
func agree(fits ways, col int) bool {
	index := func(w []int) int {
		for i, c := range w {
			if c == col {
				return i
			}
		}
		return -1
	}
	for _, w := range fits[1:] {
		if index(w) != index(fits[0]) {
			return false
		}
	}
	return true
}

func rising(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// narrowed brings the six columns of a 08表 with incomes into the order of the form: 合计, 基本, 项目 first.
func (d *draft) narrowed(c []disclosed.Cell) []disclosed.Cell {
	if d.t.Form == disclosed.T08 && d.wide {
		return []disclosed.Cell{c[0], c[3], c[4], c[5], c[1], c[2], c[6]}
	}
	return c
}

// build hands the rows to the table.
func (d *draft) build() {
	d.t.Rows = make([]disclosed.Row, len(d.rows))
	for i := range d.rows {
		r := d.rows[i].Row
		for c := range r.Cells {
			r.Cells[c].Place.At = placeName(d.t, &r, c)
		}
		d.t.Rows[i] = r
	}
	if d.wide {
		d.t.Columns = 6
	}
}

// placeName names a cell for people: 公开03表 20103 基本支出.
func placeName(t *disclosed.Table, r *disclosed.Row, col int) string {
	s := t.Label()
	switch {
	case r.Code != "":
		s += " " + r.Code + r.Name
	case r.Name != "":
		s += " " + r.Name
	case r.Key == "total" && t.Form != disclosed.T09:
		s += " 合计"
	}
	if name := t.Form.Column(col); name != "" && t.Form != disclosed.T01 && t.Form != disclosed.T06 && !(t.Form == disclosed.T04 && col == 1) {
		s += " " + name
	}
	return s
}
