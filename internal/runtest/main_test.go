package main

import (
	"strings"
	"testing"
)

func TestTheSlowestAreNamed(t *testing.T) {
	in := "ok  \tyichuang/internal/a\t1.500s\n?   \tyichuang/internal/b\t[no test files]\n--- FAIL: TestX (0.00s)\nFAIL\nFAIL\tyichuang/internal/c\t12.250s\n" +
		"ok  \tyichuang/internal/d\t(cached)\nok  \tyichuang/internal/e\t0.100s\nFAIL"
	var out strings.Builder
	took := watch(strings.NewReader(in), &out)
	if out.String() != in {
		t.Errorf("passed on %q", out.String())
	}
	want := "slowest packages:\n    12.2 s  internal/c\n     1.5 s  internal/a\n"
	if got := slowest(took, 2); got != want {
		t.Errorf("%q", got)
	}
	if got := slowest(nil, 2); got != "" {
		t.Errorf("nothing ran: %q", got)
	}
}

func TestAFolderThatIsNoneHasNoRoom(t *testing.T) {
	if roomy("/nonexistent") {
		t.Error("a folder that does not exist has room")
	}
}
