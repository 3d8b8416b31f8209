package casework

import (
	"encoding/json"
	"slices"

	"yichuang/internal/item"
)

// PowersOf gives the powers that an action takes, and Backing what its event says of the papers used (ids) and of the office or post
// held, to the tests.
func PowersOf(a Action) []item.Power {
	if a == ActReceive {
		return receiving
	}
	return transitions[a].Powers
}

// Backing reads the data of an event.
func Backing(e *Event) (ids []string, by string, err error) {
	var data struct {
		Authorizations []string `json:"authorizations"`
		ActsBy         string   `json:"acts_by"`
	}
	if e.Data != "" {
		err = json.Unmarshal([]byte(e.Data), &data)
	}
	return slices.Clone(data.Authorizations), data.ActsBy, err
}

// PoweredActions lists the actions that take powers, 接件 of a new case with them.
func PoweredActions() []Action {
	out := []Action{ActReceive}
	for _, t := range flow {
		if len(t.Powers) > 0 {
			out = append(out, t.Action)
		}
	}
	return out
}
