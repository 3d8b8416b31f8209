package errs_test

import (
	"encoding/json"
	"testing"

	"yichuang/internal/errs"
)

func TestDiffersNamesTheFieldsThatSayOtherwise(t *testing.T) {
	type record struct {
		Title   string   `json:"title"`
		Words   []string `json:"words"`
		Hidden  string   `json:"-"`
		Version int64    `json:"version,omitempty"`
	}
	got, err := json.Marshal(errs.Differs(record{"甲", []string{"一"}, "x", 3}, record{"乙", []string{"一"}, "y", 0}))
	if err != nil || string(got) != `[{"field":"title","now":"甲","yours":"乙"},{"field":"version","now":3,"yours":null}]` {
		t.Errorf("%s, %v", got, err)
	}
	if d := errs.Differs(record{Title: "甲"}, record{Title: "甲"}); len(d) != 0 {
		t.Errorf("equal records: %+v", d)
	}
}
