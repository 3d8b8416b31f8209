package check_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/money"
)

// foreign are the looks of disclosures of other places.
var foreign = []struct {
	name   string
	render func(t testing.TB, l *checktest.Ledger) string
}{
	{"collapsed text of a PDF", func(_ testing.TB, l *checktest.Ledger) string { return checktest.Collapsed(l, shanghai) }},
	{"collapsed, zeros printed", func(_ testing.TB, l *checktest.Ledger) string {
		o := shanghai
		o.BlankZero, o.TotalLast = false, false
		return checktest.Collapsed(l, o)
	}},
	{"text before tables", func(_ testing.TB, l *checktest.Ledger) string { return checktest.Reversed(l, shanghai) }},
	{"tabs and full-width digits", func(_ testing.TB, l *checktest.Ledger) string { return checktest.Tabbed(l, shanghai) }},
	{"page of a portal", func(_ testing.TB, l *checktest.Ledger) string { return checktest.Portal(l, shanghai) }},
	{"page of a portal, 三公 in rows", func(_ testing.TB, l *checktest.Ledger) string {
		o := published
		o.SanGong, o.Split = "rows", true
		return checktest.Portal(l, o)
	}},
	{"spreadsheet of numbers", func(t testing.TB, l *checktest.Ledger) string {
		b, err := checktest.Numbers(l, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}},
	{"word-processor file", func(t testing.TB, l *checktest.Ledger) string {
		b, err := checktest.Word(l, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}},
	{"word-processor file with row numbers", func(t testing.TB, l *checktest.Ledger) string {
		b, err := checktest.Word(l, published)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}},
	{"元 and 万元 mixed", func(_ testing.TB, l *checktest.Ledger) string { return checktest.Mixed(l, shanghai) }},
	{"heads on every page", func(_ testing.TB, l *checktest.Ledger) string { return checktest.HeadsAgain(l, shanghai) }},
	{"heads on every page, zeros printed", func(_ testing.TB, l *checktest.Ledger) string {
		o := published
		o.BlankZero, o.RowNumbers = false, false
		return checktest.HeadsAgain(l, o)
	}},
	{"an earlier year", func(_ testing.TB, l *checktest.Ledger) string {
		text := checktest.Text(l.Before(2019), shanghai, false, false, false)
		return strings.NewReplacer("文化旅游体育与传媒支出", "文化体育与传媒支出", "资源勘探工业信息等支出", "资源勘探信息等支出", "使用非财政拨款结余（含专用结余）", "用事业基金弥补收支差额").Replace(text)
	}},
	{"amounts taken back", func(_ testing.TB, l *checktest.Ledger) string {
		return checktest.Text(l.Refund(), published, false, false, false)
	}},
	{"千元", func(_ testing.TB, l *checktest.Ledger) string {
		o := shanghai
		o.Unit = 1000 * money.Yuan
		return checktest.Text(l, o, false, false, false)
	}},
}

// However another department lays out what is right, no error and no warning comes of it.
func TestForeignLayoutsHaveNoErrors(t *testing.T) {
	b := newBench(t)
	for _, layout := range foreign {
		t.Run(layout.name, func(t *testing.T) {
			for seed := range uint64(10) {
				l := checktest.NewLedger(seed + 500)
				r := b.audit(t, layout.render(t, l), layout.name)
				if bad := grave(r); bad != "" {
					t.Fatalf("seed %d %s\n%s", seed, l, bad)
				}
				if r.Summary.Passed < 60 || len(r.Document.Tables) < 9 {
					t.Fatalf("seed %d %s: only %d passed, %d tables", seed, l, r.Summary.Passed, len(r.Document.Tables))
				}
			}
		})
	}
}

// One amount of a foreign text exchanged: how many of such changes are caught in each look.
func TestExchangedDigitsInForeignLayouts(t *testing.T) {
	b := newBench(t)
	all, found := 0, 0
	for _, layout := range foreign {
		tried, caught := 0, 0
		for seed := range uint64(2) {
			text := layout.render(t, checktest.NewLedger(seed+700))
			if strings.HasPrefix(text, "PK") {
				continue
			}
			r := rand.New(rand.NewPCG(seed, 77))
			before := graves(b.audit(t, text, "clean"))
			spots := decimals.FindAllStringIndex(text, -1)
			for range 12 {
				m := spots[r.IntN(len(spots))]
				now := swapped(r, text[m[0]:m[1]])
				if now == "" || free(text, m[0]) {
					continue
				}
				tried++
				if brings(before, graves(b.audit(t, text[:m[0]]+now+text[m[1]:], "changed"))) {
					caught++
				} else {
					t.Logf("%s, seed %d: …%s → %s", layout.name, seed, strings.ReplaceAll(text[max(0, m[0]-60):m[1]], "\n", "⏎"), now)
				}
			}
		}
		all, found = all+tried, found+caught
		t.Log(fmt.Sprintf("%s: %d of %d", layout.name, caught, tried))
	}
	if all < 150 || found*100 < all*95 {
		t.Errorf("%d of %d caught", found, all)
	}
}

// graves lists the errors and warnings of a report, notes left out.
func graves(r *check.Report) map[string]bool {
	out := map[string]bool{}
	for _, f := range r.Findings {
		if f.Severity != check.Info {
			out[f.Rule+f.Stated+f.Computed+f.Message] = true
		}
	}
	return out
}
