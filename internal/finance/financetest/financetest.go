// Package financetest holds the figures that tests of the finance module share: the ledger of twenty-one entries that was
// reconstructed from the published final accounts of 临夏市政务中心 for 2024 so that every printed cell follows from it.
package financetest

import (
	"fmt"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

// Line is one entry of the reconstructed ledger.
type Line struct {
	Func, Econ string
	Kind       fiscal.Kind
	Project    string
	Yuan       int64
}

// Lines are the twenty-one entries, all of 一般公共预算财政拨款 and paid directly by the treasury.
func Lines() []Line {
	b, p := fiscal.Basic, fiscal.Project
	return []Line{
		{"2010399", "30101", b, "", 579590}, {"2010399", "30102", b, "", 200200}, {"2010399", "30103", b, "", 333100}, {"2010399", "30107", b, "", 366100},
		{"2010399", "30309", b, "", 2400}, {"2010399", "30201", b, "", 122160}, {"2010399", "30202", b, "", 25000}, {"2010399", "30203", b, "", 2500},
		{"2010399", "30207", b, "", 63280}, {"2010399", "30211", b, "", 5500}, {"2010399", "30213", b, "", 22700}, {"2010399", "30226", b, "", 133960},
		{"2010399", "30228", b, "", 12300}, {"2010399", "30229", b, "", 12500}, {"2010399", "31002", b, "", 20000}, {"2080505", "30108", b, "", 194480},
		{"2101102", "30110", b, "", 80930}, {"2101103", "30110", b, "", 18230}, {"2101199", "30112", b, "", 2560},
		{"2010399", "", p, "P1", 9800}, {"2010399", "", p, "P2", 10000},
	}
}

// Postings are the entries as the tables take them, with an opening of 0 of the general budget.
func Postings() []fiscal.Posting {
	var out []fiscal.Posting
	for i, l := range Lines() {
		s := fiscal.Sum{Key: fmt.Sprintf("e%02d", i+1), Account: "7101", Contra: "6001", Fund: fiscal.General, Func: l.Func, Econ: l.Econ, Kind: l.Kind, Project: l.Project,
			Fen: money.Fen(l.Yuan) * money.Yuan, Entries: 1}
		out = append(out, s.Postings()...)
	}
	return append(out, fiscal.Posting{Key: "opening", Nature: fiscal.Opening, Fund: fiscal.General})
}

// Initial is the budget at the beginning of the year by 类, in 元, as the published sentences of 五（三） imply it.
func Initial() map[string]int64 {
	return map[string]int64{"201": 1929500, "208": 194616, "210": 101873}
}

// Prior are last year's figures in 元 that the published growth implies: 收支总计, 人员经费, 公用经费 and what is left, 项目支出.
func Prior() (total, personnel, public, project int64) { return 1989490, 1470490, 68688, 450312 }

// Procurement are the contracts in 元: goods, works, services, and of these with small and medium enterprises, all of which
// were small or micro ones.
func Procurement() (goods, works, services, sme int64) { return 47590, 0, 24405, 27610 }
