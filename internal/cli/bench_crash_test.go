package cli

import (
	"testing"

	"yichuang/internal/bench"
	"yichuang/internal/store"
)

// TestCrash is the crash benchmark in small; `yichuang bench crash --kills 50` is the whole.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the program")
	}
	t.Setenv(asProgram, "yes")
	t.Setenv("YICHUANG_TEST_AID", "yes")
	r, err := bench.Crash{Engine: store.SQLite, Kills: 3, Writers: 4, Rate: 7200, Seed: 3}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK || r.Kills != 3 || r.Acknowledged < 50 || r.Tickets == 0 || r.AuditLines == 0 || r.Notices == 0 {
		t.Errorf("%+v", r)
	}
}
