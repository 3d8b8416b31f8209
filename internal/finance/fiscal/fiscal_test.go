package fiscal_test

import (
	"strings"
	"testing"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

func TestPercentRoundsHalfUp(t *testing.T) {
	for _, c := range []struct {
		part, whole money.Fen
		want        string
	}{{1, 3, "33.33%"}, {2, 3, "66.67%"}, {1, 1, "100.00%"}, {1, 20000, "0.01%"}, {1, 20001, "0.00%"}, {-1, 3, "-33.33%"}, {-1, 30000, "0.00%"}, {35_121_200, 6_868_800, "511.31%"},
		{9_000_000_000_000_000_00, 9_000_000_000_000_000_00, "100.00%"}} {
		if got, ok := fiscal.Percent(c.part, c.whole); !ok || got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.part, c.whole, got, c.want)
		}
	}
	if _, ok := fiscal.Percent(1, 0); ok {
		t.Error("a percentage of nothing")
	}
}

func TestTheBuiltInCodes(t *testing.T) {
	list, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	d := fiscal.NewDictionary(2024, 2024, list)
	for _, s := range list {
		if p := fiscal.Parent(s.Code); p != "" {
			if _, ok := d.Find(s.Scheme, p); !ok {
				t.Errorf("%s %s has no parent %s", s.Code, s.Name, p)
			}
		}
	}
	if n := len(d.Children(fiscal.Econ, "301")); n != 13 {
		t.Errorf("301 has %d 款", n)
	}
	for _, pair := range [][2]string{{"309", "310"}, {"311", "312"}} {
		a, b := d.Name(fiscal.Econ, pair[0]), d.Name(fiscal.Econ, pair[1])
		if a == b || !strings.HasPrefix(a, b) {
			t.Errorf("%s %s and %s %s", pair[0], a, pair[1], b)
		}
	}
	for code, want := range map[string]string{"201039": "应是", "2010398": "没有", "2010399": ""} {
		if got := d.Check(fiscal.Func, code); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q", code, got)
		}
	}
}

func TestPostingsOfADirectPayment(t *testing.T) {
	p := fiscal.Sum{Key: "k", Account: "7101", Contra: "6001", Fund: fiscal.General, Func: "2010399", Econ: "30101", Kind: fiscal.Basic, Fen: 5}.Postings()
	if len(p) != 2 || p[0].Nature != fiscal.Expense || p[1].Nature != fiscal.Income || p[1].Source != fiscal.Appropriation || p[1].Econ != "" || p[1].Fen != 5 {
		t.Errorf("%+v", p)
	}
	if p := (fiscal.Sum{Account: "7101", Contra: "8001"}).Postings(); len(p) != 1 {
		t.Errorf("paid from funds in hand: %+v", p)
	}
}
