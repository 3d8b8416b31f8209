package statement_test

import (
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// drawPostings makes a ledger by chance: incomes and outgoes of every fund, source and code, and a closing that balances.
func drawPostings(t *rapid.T, codes *fiscal.Dictionary) []fiscal.Posting {
	var funcs, econs []string
	for _, s := range codes.All(fiscal.Func) {
		if len(s.Code) == 7 {
			funcs = append(funcs, s.Code)
		}
	}
	for _, s := range codes.All(fiscal.Econ) {
		if c := fiscal.Class(s.Code); len(s.Code) == 5 && (c == "301" || c == "302" || c == "303" || c == "307" || c == "310" || c == "399") {
			econs = append(econs, s.Code)
		}
	}
	var out []fiscal.Posting
	balance := map[fiscal.Fund]money.Fen{}
	for i := range rapid.IntRange(1, 40).Draw(t, "entries") {
		a := rapid.SampledFrom(fiscal.Accounts()).Draw(t, "account")
		s := fiscal.Sum{Key: string(rune('a' + i)), Account: a.Code, Contra: "8001", Fund: rapid.SampledFrom(fiscal.Funds()).Draw(t, "fund"), Func: rapid.SampledFrom(funcs).Draw(t, "func"),
			Fen: money.Fen(rapid.Int64Range(-5_000_000_00, 900_000_000_00).Draw(t, "fen"))}
		switch {
		case a.Nature == fiscal.Income && a.Source != fiscal.Appropriation, a.Source == fiscal.Operating || a.Source == fiscal.Remitted || a.Source == fiscal.Subsidiary:
			s.Fund = fiscal.Other
		case a.Nature == fiscal.Income:
			s.Fund = rapid.SampledFrom(fiscal.Funds()[:3]).Draw(t, "appropriation")
		}
		if a.Source == fiscal.Own {
			s.Kind, s.Econ = rapid.SampledFrom([]fiscal.Kind{fiscal.Basic, fiscal.Project}).Draw(t, "kind"), rapid.SampledFrom(econs).Draw(t, "econ")
			if s.Fund != fiscal.Other && rapid.Bool().Draw(t, "direct") {
				s.Contra = "6001"
			}
		}
		for _, p := range s.Postings() {
			out = append(out, p)
			if p.Nature == fiscal.Income {
				balance[p.Fund] += p.Fen
			} else {
				balance[p.Fund] -= p.Fen
			}
		}
	}
	for f, fen := range balance {
		out = append(out, fiscal.Posting{Key: "closing " + string(f), Nature: fiscal.Closing, Fund: f, Func: funcs[0], Fen: fen})
	}
	return out
}

// TestTablesOfAnyLedger: in either layout the tables balance, agree with each other, and every sum is the sum of its parts
// in 分; money is in the tables of its fund and nowhere else.
func TestTablesOfAnyLedger(t *testing.T) {
	d := codes(t)
	rapid.Check(t, func(rt *rapid.T) {
		postings := drawPostings(rt, d)
		naive := map[fiscal.Fund]money.Fen{}
		var all money.Fen
		for _, p := range postings {
			if p.Nature == fiscal.Expense {
				naive[p.Fund] += p.Fen
				all += p.Fen
			}
		}
		for _, id := range []string{"gansu-2024", "plain-2024"} {
			s := compute(t, id, postings)
			hidden := false
			for _, p := range postings {
				if p.Nature == fiscal.Expense && !contains(s.Template.Functions, fiscal.Class(p.Func)) {
					hidden = true
				}
			}
			if !hidden && len(s.Issues) > 0 {
				rt.Fatalf("%s: %v", id, s.Issues)
			}
			for _, table := range s.Tables {
				for _, r := range table.Rows {
					for _, c := range r.Cells {
						var sum money.Fen
						for _, term := range c.Terms {
							sum += s.Fen(term)
						}
						if len(c.Terms) > 0 && sum != c.Fen {
							rt.Fatalf("%s is %d, its parts sum to %d", c.Ref, c.Fen, sum)
						}
					}
				}
			}
			if s.Fen("T03/total/1") != all || s.Fen("T05/total/1") != naive[fiscal.General] || s.Fen("T07/total/3") != naive[fiscal.GovFund] {
				rt.Fatalf("%s: 03 %d of %d, 05 %d of %d, 07 %d of %d", id, s.Fen("T03/total/1"), all, s.Fen("T05/total/1"), naive[fiscal.General], s.Fen("T07/total/3"), naive[fiscal.GovFund])
			}
		}
	})
}

func contains(list []string, x string) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}

// TestTheThreePublicExpenses is 公开09表 with money: budget and expenditure apart, the four items apart, their sums.
func TestTheThreePublicExpenses(t *testing.T) {
	var postings []fiscal.Posting
	add := func(n fiscal.Nature, item fiscal.SanGong, fund fiscal.Fund, yuan int64) {
		postings = append(postings, fiscal.Posting{Key: "k" + string(n) + string(item), Nature: n, Source: fiscal.Own, Kind: fiscal.Basic, Fund: fund, Func: "2010399", SanGong: item, Fen: money.Fen(yuan) * money.Yuan})
	}
	add(fiscal.Budget, fiscal.CarRun, fiscal.General, 30000)
	add(fiscal.Budget, fiscal.Reception, fiscal.General, 10000)
	add(fiscal.Expense, fiscal.CarRun, fiscal.General, 25050)
	add(fiscal.Expense, fiscal.CarBuy, fiscal.GovFund, 180000)
	add(fiscal.Expense, fiscal.Reception, fiscal.Other, 7000) // not an appropriation
	s := compute(t, "gansu-2024", postings)
	for ref, want := range map[statement.Ref]string{"T09/1/1": "4.00", "T09/1/2": "", "T09/1/3": "3.00", "T09/1/4": "", "T09/1/5": "3.00", "T09/1/6": "1.00", "T09/1/7": "20.51", "T09/1/9": "20.51",
		"T09/1/10": "18.00", "T09/1/11": "2.51", "T09/1/12": ""} {
		if got := s.Cell(ref).Text(); got != want {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
	if s.Table("T09").Empty {
		t.Error("the table says that it is empty")
	}
}
