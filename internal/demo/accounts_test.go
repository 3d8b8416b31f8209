package demo

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"yichuang/internal/finance/financetest"
)

// TestTheAccountsAreTheReconstructedLedger: what the demonstration shows is what the tests of the tables prove.
func TestTheAccountsAreTheReconstructedLedger(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(accountsText)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := financetest.Lines()
	if len(rows)-1 != len(lines) {
		t.Fatalf("%d entries, the ledger has %d", len(rows)-1, len(lines))
	}
	for i, r := range rows[1:] {
		l := lines[i]
		if r[0] != l.Func || r[1] != l.Econ || r[2] != l.Project || r[3] != strconv.FormatInt(l.Yuan, 10) {
			t.Errorf("entry %d: %v, the ledger has %+v", i+1, r, l)
		}
	}
}
