package reader

import (
	"strings"

	"yichuang/internal/finance/disclosed"
)

// sanGongItem reads a line's name as an item of 09表 that stands on a row of its own; 0 for none.
func sanGongItem(l *line) int {
	if len(l.words) == 0 {
		return 0
	}
	name := ""
	for _, w := range l.words {
		if _, ok := amount(w.Text); ok {
			break
		}
		name += plain(w.Text)
	}
	switch {
	case strings.Contains(name, "其中") && len([]rune(name)) < 4, strings.Contains(name, "国内") || strings.Contains(name, "外事") || strings.Contains(name, "数") || strings.Contains(name, "量"):
		return 0
	case strings.HasSuffix(name, "合计") || strings.HasSuffix(name, "三公”经费") || strings.HasSuffix(name, "三公”经费支出"):
		return 1
	case strings.Contains(name, "出国"):
		return 2
	case strings.Contains(name, "购置及运行") || strings.Contains(name, "购置和运行"):
		return 3
	case strings.Contains(name, "用车购置"):
		return 4
	case strings.Contains(name, "用车运行"):
		return 5
	case strings.Contains(name, "公务接待"):
		return 6
	}
	return 0
}

// standing reports whether 09表 has its items on rows: several lines that begin with an item and hold a few numbers.
func standing(body []line) bool {
	items := map[int]bool{}
	for i := range body {
		n, words := 0, 0
		for _, w := range body[i].words {
			if _, ok := amount(w.Text); ok {
				n++
			} else {
				words++
			}
		}
		if k := sanGongItem(&body[i]); k > 0 && n <= 3 && words <= 2 && (n > 0 || body[i].grid > 0 || k > 1) {
			items[k] = true
		}
	}
	return items[1] && items[3] && items[6] && len(items) >= 5 && !spread(body)
}

// spread reports whether one line names several items, as the head of the other layout does.
func spread(body []line) bool {
	for i := range body {
		n := 0
		for _, w := range body[i].words {
			t := plain(w.Text)
			if strings.Contains(t, "出国") || strings.Contains(t, "公务接待") || strings.Contains(t, "公务用车") {
				n++
			}
		}
		if n >= 2 {
			return true
		}
	}
	return false
}

// stand reads 09表 with an item to a row into one row of twelve columns.
func (d *draft) stand(body []line) {
	d.doubt = false
	heads := headsOf(body)
	widest := 0
	budgets := ""
	for i := range body {
		if sanGongItem(&body[i]) == 0 || !hasAmount(body[i]) {
			budgets += body[i].tight()
		}
		widest = max(widest, numbersOf(&body[i]))
	}
	row := draftRow{}
	row.Parent, row.Key, row.Level = -1, "total", disclosed.LevelTotal
	for i := range body {
		l := &body[i]
		item := sanGongItem(l)
		if item == 0 {
			continue
		}
		n := numbersOf(l)
		if l.grid == 0 && n > 0 && n < widest || widest == 1 && strings.Contains(budgets, "预算数") {
			d.doubt = true // which column was left blank is not known
		}
		if row.Place.Line == 0 {
			row.Place = l.place(d.t.Label())
		}
		k := 0
		for _, w := range l.words {
			v, ok := amount(w.Text)
			if !ok {
				continue
			}
			k++
			if col := sanGongPlace(l, w, heads, k, widest); col > 0 {
				row.values = append(row.values, loose{word: w, num: v, col: col*6 + item - 6, at: l.place(d.t.Label())})
			}
		}
	}
	if len(row.values) > 0 {
		d.rows = append(d.rows, row)
	}
}

func numbersOf(l *line) int {
	n := 0
	for _, w := range l.words {
		if _, ok := amount(w.Text); ok {
			n++
		}
	}
	return n
}

// sanGongPlace says which half a number belongs to: 1 预算数, 2 决算数, 0 neither (年初预算数 beside 全年预算数).
func sanGongPlace(l *line, w Word, heads map[int][]string, k, widest int) int {
	if l.grid > 0 {
		h := strings.Join(heads[w.X0/step], "")
		switch {
		case strings.Contains(h, "决算"):
			return 2
		case strings.Contains(h, "年初"):
			return 0
		case strings.Contains(h, "预算"):
			return 1
		}
		return 0
	}
	switch widest - k {
	case 0:
		return 2
	case 1:
		return 1
	}
	return 0
}
