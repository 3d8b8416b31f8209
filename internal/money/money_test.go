package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParseYuanRefusesWhatIsNotAnAmount(t *testing.T) {
	for text, want := range map[string]Fen{"0": 0, "1": 100, "1.5": 150, "1,234.50": 123450, "-3": -300, " 221.73 ": 22173, "-0.01": -1} {
		if got, err := ParseYuan(text); got != want || err != nil {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5", "1.234", "abc", "1e3", "--1", "９", "99999999999999999999"} {
		if got, err := ParseYuan(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestPrintingAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64Range(-1e17, 1e17).Draw(t, "fen"))
		if back, err := ParseYuan(f.Yuan()); back != f || err != nil {
			t.Fatalf("%s came back as %d, %v", f.Yuan(), back, err)
		}
		want := new(big.Rat).SetFrac64(int64(f), int64(WanYuan)).FloatString(2) // rounds halves away from zero
		if got := f.WanYuan(); got != want && want != "-0.00" {
			t.Fatalf("%d 分: %s 万元, want %s", f, got, want)
		}
	})
}
