package check_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/finance/check"
	"yichuang/internal/finance/check/checktest"
)

var decimals = regexp.MustCompile(`\d[\d,]*\.\d{2}`)

// swapped exchanges two different digits of a number; "" where it has no two.
func swapped(r *rand.Rand, s string) string {
	b := []byte(s)
	for range 20 {
		i, j := r.IntN(len(b)), r.IntN(len(b))
		if b[i] >= '0' && b[i] <= '9' && b[j] >= '0' && b[j] <= '9' && b[i] != b[j] && !(min(i, j) == 0 && len(b) > 4 && b[max(i, j)] == '0') {
			b[i], b[j] = b[j], b[i]
			return string(b)
		}
	}
	return ""
}

// errorsOf lists what a report holds against a document, to tell what a change brought.
func errorsOf(r *check.Report) map[string]bool {
	out := map[string]bool{}
	for _, f := range r.Findings {
		if f.Severity == check.Error || f.Outcome == check.Rounding || f.Truncated {
			out[f.Rule+f.Stated+f.Computed+f.Message] = true
		}
	}
	return out
}

func brings(before, after map[string]bool) bool {
	for k := range after {
		if !before[k] {
			return true
		}
	}
	return false
}

// free reports figures that stand in no identity: amounts within reasons.
func free(text string, at int) bool {
	line := text[max(0, at-90):at]
	return strings.Contains(line, "涉及资金") && !strings.Contains(line[strings.LastIndex(line, "涉及资金"):], "。")
}

// Two digits of any amount exchanged: at least 95 of 100 such changes are caught.
func TestExchangedDigitsAreCaught(t *testing.T) {
	b := newBench(t)
	tried, caught := 0, 0
	var missed []string
	for seed := range uint64(12) {
		l := checktest.NewLedger(seed + 100)
		r := rand.New(rand.NewPCG(seed, 99))
		o := published
		if seed%2 == 1 {
			o = shanghai
		}
		text := checktest.Text(l, o, false, false, false)
		before := errorsOf(b.audit(t, text, "clean"))
		spots := decimals.FindAllStringIndex(text, -1)
		for range 16 {
			m := spots[r.IntN(len(spots))]
			now := swapped(r, text[m[0]:m[1]])
			if now == "" || free(text, m[0]) {
				continue
			}
			tried++
			if brings(before, errorsOf(b.audit(t, text[:m[0]]+now+text[m[1]:], "changed"))) {
				caught++
			} else {
				missed = append(missed, fmt.Sprintf("seed %d: …%s → %s", seed, text[max(0, m[0]-60):m[1]], now))
			}
		}
	}
	if tried < 100 || caught*100 < tried*95 {
		t.Errorf("%d of %d caught\n%s", caught, tried, strings.Join(missed, "\n"))
	}
	t.Logf("%d of %d caught; missed:\n%s", caught, tried, strings.Join(missed, "\n"))
}

// A table dropped, a word of direction turned round, a placeholder left: each is caught, every time.
func TestOtherDamageIsCaught(t *testing.T) {
	b := newBench(t)
	for seed := range uint64(8) {
		l := checktest.NewLedger(seed + 300)
		text := checktest.Text(l, published, false, false, false)
		r := rand.New(rand.NewPCG(seed, 3))
		sheets := checktest.Sheets(l, published)
		k := r.IntN(len(sheets))
		less := checktest.TextOf(l, published, append(append([]checktest.Sheet{}, sheets[:k]...), sheets[k+1:]...), false, false, false)
		if f := findings(b.audit(t, less, "less"), "COMP-TABLES"); len(f) != 1 || !strings.Contains(f[0].Message, sheets[k].Title) {
			t.Errorf("seed %d: %s dropped: %+v", seed, sheets[k].Title, f)
		}
		for _, w := range [][2]string{{"大于预算数", "小于预算数"}, {"小于预算数", "大于预算数"}, {"，增长", "，下降"}, {"，下降", "，增长"}} {
			if i := strings.Index(text, w[0]); i >= 0 {
				turned := text[:i] + w[1] + text[i+len(w[0]):]
				if len(findings(b.audit(t, turned, "turned"), "DIRECTION")) == 0 {
					t.Errorf("seed %d: %s turned to %s: …%s", seed, w[0], w[1], text[max(0, i-120):i])
				}
			}
		}
		spots := decimals.FindAllStringIndex(text, -1)
		m := spots[r.IntN(len(spots))]
		if len(findings(b.audit(t, text[:m[0]]+"XX"+text[m[1]:], "left"), "PLACEHOLDER")) == 0 {
			t.Errorf("seed %d: a placeholder was not found: …%s", seed, text[max(0, m[0]-60):m[1]])
		}
	}
}

// One broken cell gives the error that it should, in every layout that text can have.
func TestTheRightErrorForABrokenCell(t *testing.T) {
	b := newBench(t)
	for _, o := range []checktest.Layout{published, shanghai} {
		l := checktest.NewLedger(4)
		sheets := checktest.Sheets(l, o)
		for i := range sheets {
			if sheets[i].Form != "T05" {
				continue
			}
			row := sheets[i].Body[2]
			row[2] = "7777.77"
		}
		for name, text := range map[string]string{"text": checktest.TextOf(l, o, sheets, false, false, false), "page": checktest.HTMLOf(l, o, sheets)} {
			r := b.audit(t, text, name)
			ok := false
			for _, f := range append(findings(r, "ROW-SUM"), findings(r, "PARENT-SUM")...) {
				ok = ok || strings.ReplaceAll(f.Stated, ",", "") == "7777.77" || strings.Contains(f.Computed, "7777.77")
			}
			if !ok {
				t.Errorf("%s, %s: %s", o.Name, name, grave(r))
			}
		}
	}
}
