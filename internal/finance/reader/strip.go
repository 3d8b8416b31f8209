package reader

import (
	"strings"

	"yichuang/internal/finance/disclosed"
)

// strip reads 09表: one row of twelve amounts, or a budget and an actual for each item in turn.
func (p *parser) strip(d *draft, body []line) {
	if standing(body) {
		d.stand(body)
		return
	}
	var head strings.Builder
	for i := range body {
		l := &body[i]
		var vals []loose
		words := 0
		for _, w := range l.words {
			if n, ok := amount(w.Text); ok {
				vals = append(vals, d.take(l, w, n))
			} else {
				words++
			}
		}
		if len(vals) == 0 || strings.HasPrefix(l.tight(), "栏次") || countsUp(vals) || len(vals) < 2 && l.grid == 0 {
			if len(d.rows) == 0 {
				head.WriteString(l.tight())
			}
			continue
		}
		row := draftRow{values: vals}
		row.Parent, row.Key, row.Level, row.Place = -1, "total", disclosed.LevelTotal, l.place(d.t.Label())
		if len(d.rows) == 0 || words == 0 {
			d.rows = append(d.rows, row)
		}
	}
	if strings.Count(head.String(), "预算数决算数预算数决算数") > 0 && d.columns == nil {
		d.t.Remark = pairsRemark
	}
	if len(d.rows) > 1 && d.columns == nil {
		d.doubt = true // several rows: another layout
	}
}

// pairsRemark marks a 09表 whose columns come in pairs.
const pairsRemark = "预算数与决算数逐项并列"

// countsUp recognises the numbers of the columns.
func countsUp(v []loose) bool {
	for i := range v {
		if v[i].num.Places > 0 || i > 0 && v[i].num.Micro != v[i-1].num.Micro+1_000_000 {
			return false
		}
	}
	return len(v) > 2
}
