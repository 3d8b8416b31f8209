package performance

import "testing"

// TestEveryStateAndAction goes through every pair: what the table below does not allow is refused.
func TestEveryStateAndAction(t *testing.T) {
	allowed := map[State]map[Action]State{
		Drafting:  {ActEdit: Drafting, ActConfirm: Running},
		Running:   {ActRevise: Drafting, ActFill: Running, ActWatch: Running, ActSubmit: InSection},
		InSection: {ActOverride: InSection, ActSection: InFinance, ActReturn: Running},
		InFinance: {ActOverride: InFinance, ActFinance: InLead, ActReturn: Running},
		InLead:    {ActLock: Locked, ActReturn: Running},
		Locked:    {ActReopen: Running},
	}
	for _, s := range States() {
		if s.Label() == "" {
			t.Errorf("%s has no name", s)
		}
		for _, a := range Actions() {
			want, may := allowed[s][a]
			got, ok := next(s, a)
			if ok != may || may && got != want || s.Allows(a) != may {
				t.Errorf("%s, %s: %s %v, want %s %v", s, a, got, ok, want, may)
			}
		}
	}
	for _, a := range Actions() {
		if a.Label() == "" {
			t.Errorf("%s has no name", a)
		}
	}
	for _, x := range flow() {
		if x.from == Locked && x.act != ActReopen {
			t.Errorf("a locked evaluation allows %s", x.act)
		}
	}
}
