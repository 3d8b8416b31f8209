package publication_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// randomAccounts are accounts of books with random amounts.
func randomAccounts(t *testing.T, seed uint64) *publication.Publication {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	lines := financetest.Lines()
	sums := make([]money.Fen, len(lines))
	var postings []fiscal.Posting
	in := narrative.Input{Year: 2024, Codes: dictionary(t), Digits: []int{3, 5, 7}[r.IntN(3)], HasMechanism: true, Prior: map[narrative.Metric]money.Fen{}, Counts: map[narrative.Count]int64{}, Reasons: map[string]string{}}
	for i, l := range lines {
		sums[i] = money.Fen(1 + r.IntN(90_000_000))
		s := fiscal.Sum{Key: fmt.Sprintf("e%02d", i), Account: "7101", Contra: "6001", Fund: fiscal.General, Func: l.Func, Econ: l.Econ, Kind: l.Kind, Project: l.Project, Fen: sums[i], Entries: 1}
		postings = append(postings, s.Postings()...)
		budget := narrative.BudgetSum{Fund: fiscal.General, Func: l.Func, Kind: l.Kind, Initial: money.Fen(r.IntN(90_000_000)), Full: sums[i] + money.Fen(r.IntN(1_000_000))}
		in.Budgets = append(in.Budgets, budget)
		switch {
		case l.Kind == fiscal.Project:
			in.Projects = append(in.Projects, narrative.ProjectSum{Name: "项目" + l.Project, Fund: fiscal.General, Full: budget.Full, Spent: sums[i]})
		case l.Econ[:3] == "302" || l.Econ[:3] == "310":
			in.Mechanism = append(in.Mechanism, narrative.Item{Code: l.Econ, Fen: sums[i]})
		}
	}
	postings = append(postings, fiscal.Posting{Key: "opening", Nature: fiscal.Opening, Fund: fiscal.General})
	for _, m := range narrative.Metrics() {
		in.Prior[m] = money.Fen(r.IntN(900_000_000))
	}
	for _, c := range narrative.Counts() {
		in.Counts[c] = 0
	}
	tpl, err := statement.FindTemplate([]string{"gansu-2024", "plain-2024"}[seed%2])
	if err != nil {
		t.Fatal(err)
	}
	p := accounts(t, tpl.ID)
	p.Statement = statement.Compute(tpl, statement.Ledger{Year: 2024, Department: p.Department, Codes: in.Codes, Postings: postings})
	in.Statement = p.Statement
	texts, err := narrative.Standard()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time with a reason for every difference that the first one asks for
		if p.Narrative, err = narrative.Write(texts, in); err != nil {
			t.Fatal(err)
		}
		for _, a := range p.Narrative.Asks {
			in.Reasons[a.Key] = "按标准增加了人员经费、公用经费和项目支出"
		}
	}
	return p
}

var printed = regexp.MustCompile(`>(\d[\d,]*\.\d\d)<`)

// Whatever the books hold, what is published of them passes the audit without an error; one cell changed does not.
func TestRandomBooksPassTheAuditAndDamageDoesNot(t *testing.T) {
	rules, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	errorsOf := func(page []byte) []string {
		var out []string
		for _, f := range rules.Run(foreign(t, page), check.Options{Dictionary: dictionary(t)}).Findings {
			if f.Severity == check.Error {
				out = append(out, f.Rule+" "+f.Message)
			}
		}
		return out
	}
	tried, caught := 0, 0
	for seed := range uint64(8) {
		page := written(t, randomAccounts(t, seed), publication.HTML)
		if bad := errorsOf(page); len(bad) > 0 {
			t.Fatalf("seed %d: %s", seed, strings.Join(bad, "\n"))
		}
		r := rand.New(rand.NewPCG(seed, 6))
		cells := printed.FindAllSubmatchIndex(page, -1)
		for range 3 {
			m := cells[r.IntN(len(cells))]
			if string(page[m[2]:m[3]]) == "0.00" {
				continue
			}
			tried++
			if len(errorsOf([]byte(string(page[:m[2]])+"7"+string(page[m[2]:])))) > 0 {
				caught++
			} else {
				t.Logf("seed %d: %s not caught", seed, page[m[2]-60:m[3]])
			}
		}
	}
	t.Logf("%d of %d caught", caught, tried)
	if caught*100 < tried*90 { // a few printed figures, such as a change down to nothing, stand in no identity
		t.Errorf("%d of %d caught", caught, tried)
	}
}
