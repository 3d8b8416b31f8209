package workforce

import (
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Vetoed (一票否决) is a confirmed deduction of somebody whose charge takes him out of the awards of its year, such as an
// exposure in the media (hall reference §5).
type Vetoed struct {
	UserID   string
	Day      clock.Date
	Text     string
	Evidence string
}

// VetoesTx lists the deductions of the days [from, to) that veto awards, for modules that give some; they have checked who may
// see which of them. What was given back after the lock of its sheet no longer vetoes, and what was filed against a whole
// window names nobody.
func (m *Module) VetoesTx(tx *store.Tx, centre string, from, to clock.Date) ([]Vetoed, error) {
	first, _ := monthSpan(from)
	events, err := store.Select[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND month >= $2 AND day >= $3 AND day < $4 AND state = $5 AND user_id <> '' ORDER BY month, id",
		centre, first, from, to, Confirmed)
	if err != nil {
		return nil, err
	}
	back := map[string]bool{}
	for _, e := range events {
		back[e.Corrects] = true
	}
	rules := map[clock.Date]RuleSet{}
	var out []Vetoed
	for _, e := range events {
		r, known := rules[e.Month]
		if !known {
			if r, err = rulesFor(tx, centre, e.Month); err != nil {
				return nil, err
			}
			rules[e.Month] = r
		}
		if c, _ := r.Def.charge(e.Code); c.Veto && e.Kind == Deduct && !back[e.ID] {
			out = append(out, Vetoed{e.UserID, e.Day, e.Text, e.Evidence})
		}
	}
	return out, nil
}
