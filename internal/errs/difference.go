package errs

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Difference is a field of a refused change that says something else than what is stored now.
type Difference struct {
	Field string          `json:"field"`
	Now   json.RawMessage `json:"now"`
	Yours json.RawMessage `json:"yours"`
}

// Differs compares what is stored with what was sent, field by field under the names that both have in JSON. A refusal of
// a change on an older version carries it beside its sentence: e.With("differs", errs.Differs(stored, sent)).
func Differs(now, yours any) []Difference {
	out := []Difference{}
	stored, sent := fieldsOf(now), fieldsOf(yours)
	names := maps.Clone(stored)
	maps.Copy(names, sent)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !bytes.Equal(stored[name], sent[name]) {
			out = append(out, Difference{name, orNull(stored[name]), orNull(sent[name])})
		}
	}
	return out
}

// orNull is the value of a field that is left out where it is empty.
func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

func fieldsOf(v any) map[string]json.RawMessage {
	b, err := json.Marshal(v)
	fields := map[string]json.RawMessage{}
	if err != nil || json.Unmarshal(b, &fields) != nil {
		return map[string]json.RawMessage{}
	}
	return fields
}
