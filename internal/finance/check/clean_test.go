package check_test

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/reader"
	"yichuang/internal/money"
)

// bench holds what every audit of the tests needs.
type bench struct {
	rules *check.Rules
	dict  *fiscal.Dictionary
}

func newBench(t testing.TB) bench {
	t.Helper()
	rules, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	subjects, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return bench{rules, fiscal.NewDictionary(2024, 2024, subjects)}
}

func (b bench) audit(t testing.TB, text, name string) *check.Report {
	t.Helper()
	return b.auditWith(t, text, check.Options{Dictionary: b.dict})
}

func (b bench) auditWith(t testing.TB, text string, opt check.Options) *check.Report {
	t.Helper()
	d, err := reader.Bytes(t.Context(), []byte(text), reader.Options{Dictionary: b.dict})
	if err != nil {
		t.Fatal(err)
	}
	return b.rules.Run(d, opt)
}

var published = checktest.Layout{Name: "published", RowNumbers: true, Unit: money.WanYuan, BlankZero: true}
var shanghai = checktest.Layout{Name: "no row numbers, 三公 before 基金", Unit: money.WanYuan, BlankZero: true, TotalLast: true, Thousands: true, Style: 1, SanGong: "pairs",
	Order: []string{"T01", "T02", "T03", "T04", "T05", "T06", "T09", "T07", "T08"}}

// layouts render one ledger in many ways.
var layouts = []struct {
	name   string
	render func(t testing.TB, l *checktest.Ledger) string
}{
	{"text without gaps", func(_ testing.TB, l *checktest.Ledger) string {
		return checktest.Text(l, published, false, false, false)
	}},
	{"zeros printed", func(_ testing.TB, l *checktest.Ledger) string {
		o := published
		o.BlankZero = false
		return checktest.Text(l, o, false, false, false)
	}},
	{"other order, no row numbers, wrapped names", func(_ testing.TB, l *checktest.Ledger) string {
		return checktest.Text(l, shanghai, false, true, false)
	}},
	{"page breaks", func(_ testing.TB, l *checktest.Ledger) string {
		return checktest.Text(l, published, false, false, true)
	}},
	{"text with gaps", func(_ testing.TB, l *checktest.Ledger) string {
		return checktest.Text(l, published, true, false, false)
	}},
	{"元", func(_ testing.TB, l *checktest.Ledger) string {
		o := shanghai
		o.Unit, o.SanGong = money.Yuan, "rows"
		return checktest.Text(l, o, false, false, true)
	}},
	{"类 款 项 apart", func(_ testing.TB, l *checktest.Ledger) string {
		o := published
		o.Split = true
		return checktest.Text(l, o, false, false, false)
	}},
	{"more tables", func(_ testing.TB, l *checktest.Ledger) string {
		o := shanghai
		o.Extra = true
		return checktest.Text(l, o, false, false, false)
	}},
	{"HTML", func(_ testing.TB, l *checktest.Ledger) string { return checktest.HTML(l, shanghai) }},
	{"HTML with row numbers", func(_ testing.TB, l *checktest.Ledger) string { return checktest.HTML(l, published) }},
	{"HTML, 类 款 项 apart, 元", func(_ testing.TB, l *checktest.Ledger) string {
		o := published
		o.Split, o.Unit, o.SanGong = true, money.Yuan, "rows"
		return checktest.HTML(l, o)
	}},
	{"spreadsheet", func(t testing.TB, l *checktest.Ledger) string {
		b, err := checktest.Book(l, checktest.Sheets(l, shanghai))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}},
}

// A disclosure that is right must be found right, whatever it looks like.
func TestACleanDisclosureHasNoErrors(t *testing.T) {
	b := newBench(t)
	for _, layout := range layouts {
		t.Run(layout.name, func(t *testing.T) {
			for seed := range uint64(12) {
				l := checktest.NewLedger(seed)
				text := layout.render(t, l)
				r := b.audit(t, text, layout.name)
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

// grave lists the errors and warnings of a report.
func grave(r *check.Report) string {
	var out []string
	for _, f := range r.Findings {
		if f.Severity != check.Info && !f.Heuristic {
			out = append(out, fmt.Sprintf("%s %s %s [%s → %s] %v", f.Severity, f.Rule, f.Message, f.Stated, f.Computed, f.Places))
		}
	}
	return strings.Join(out, "\n")
}
