package org

import (
	"strings"
	"testing"
)

// CheckDivisionFile asserts that whatever a file holds, what is read from it is well-formed.
func CheckDivisionFile(t *testing.T, text string) {
	list, err := readDivisions(strings.NewReader(text))
	if err != nil {
		return
	}
	seen := map[string]bool{}
	for _, d := range list {
		if divisionLevels[len(d.Code)] != d.Level || d.Name == "" || seen[d.Code] || !strings.HasPrefix(d.Code, d.Parent) {
			t.Errorf("accepted %+v", d)
		}
		seen[d.Code] = true
	}
}
