// Package needtest says what a test needs that a machine may lack, such as Chromium or the built assets: a developer's
// run skips the test with a word, CI fails.
package needtest

import (
	"os"
	"testing"
)

// Have goes on where there is, and otherwise skips the test saying what is missing, or fails it where CI=true.
func Have(t testing.TB, there bool, missing string) {
	t.Helper()
	switch {
	case there:
	case os.Getenv("CI") == "true":
		t.Fatal("required in CI: " + missing)
	default:
		t.Skip(missing)
	}
}
