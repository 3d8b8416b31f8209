package hotline

import (
	"cmp"
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// RuleTrial (派单目录试算) says where the tickets of a span would go by another catalogue, and where they went.
type RuleTrial struct {
	From    clock.Date     `json:"from"` // accepted in [From, To]
	To      clock.Date     `json:"to"`
	Tickets int            `json:"tickets"` // dispatched tickets that were looked at
	Silent  int            `json:"silent"`  // of them, those for which the tried catalogue names no unit
	Agreed  int            `json:"agreed"`  // went where the tried catalogue sends them
	Moves   []RuleMove     `json:"moves"`   // between units, most frequent first
	Rows    []RuleTrialRow `json:"rows"`
	More    bool           `json:"more"` // there are more rows than are shown
}

// RuleMove is how many tickets would have gone from one unit to another.
type RuleMove struct {
	From  NamedUnit `json:"from"`
	To    NamedUnit `json:"to"`
	Count int       `json:"count"`
}

// RuleTrialRow is one ticket that would have gone elsewhere.
type RuleTrialRow struct {
	TicketID TicketID `db:"id" json:"ticket_id"`
	No       string   `db:"no" json:"no"`
	Category string   `db:"category" json:"category"`
	Area     string   `db:"area" json:"area"`
	UnitID   string   `db:"unit_id" json:"unit_id"`
	Unit     string   `db:"-" json:"unit"`
	Would    string   `db:"-" json:"would_unit_id"`
	WouldBe  string   `db:"-" json:"would_unit"`
}

// Bounds of a trial.
const (
	maxTrialDays = 92
	maxTrial     = 200_000
	trialRows    = 500
)

// ErrTrialSpan refuses the days of a trial.
var ErrTrialSpan = errs.New(errs.Invalid, "hotline.trial_span", "试算的时间段不对：开始不能晚于结束，最多 92 天。")

// TryRules (试算) compares where the tickets accepted in a span went with where the catalogue would send them today, with
// the lines of a file put into it first. Nothing is changed.
func (m *Module) TryRules(ctx context.Context, lines []RuleLine, from, to clock.Date) (RuleTrial, error) {
	a := actor.From(ctx)
	empty := RuleTrial{From: from, To: to, Moves: []RuleMove{}, Rows: []RuleTrialRow{}}
	out := empty
	if err := a.Require(PermRule); err != nil {
		return out, err
	}
	if from.IsZero() || to.IsZero() || to < from || int(to-from) >= maxTrialDays {
		return out, ErrTrialSpan
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		rules, err := m.tried(tx, a.CentreID, lines)
		if err != nil {
			return err
		}
		out = empty
		moves, err := CategoryMovesTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		t := trial{category: moves.Now, rules: newRuleIndex(rules, tx.Now().Date()), moves: map[[2]string]int{}, out: &out}
		err = store.Each(tx, t.look, `SELECT id, no, category, area, unit_id FROM hotline_ticket WHERE centre_id = $1 AND accepted_at >= $2 AND accepted_at < $3 AND accepted_at <> 0
			AND unit_id <> '' ORDER BY accepted_at LIMIT $4`, a.CentreID, from.Start(), (to + 1).Start(), maxTrial)
		if err != nil {
			return err
		}
		return m.nameTrial(tx, a.CentreID, &t)
	})
	return out, err
}

// tried is the catalogue after a file's lines: those in force today, and those that begin later, as if they had begun.
func (m *Module) tried(tx *store.Tx, centre string, lines []RuleLine) ([]Rule, error) {
	rules, err := RulesTx(tx, centre)
	if err != nil || len(lines) == 0 {
		return rules, err
	}
	plan, err := m.planRules(tx, centre, lines)
	if err != nil {
		return nil, err
	}
	today := tx.Now().Date()
	for _, row := range plan.Rows {
		if row.What != RuleAdded && row.What != RuleChanged {
			continue
		}
		r := row.rule
		r.From = min(r.From, today)
		rules = slices.DeleteFunc(rules, func(old Rule) bool {
			return old.Category == r.Category && old.Area == r.Area && (old.ID == r.ID || overlap(&old, &r))
		})
		rules = append(rules, r)
	}
	return rules, nil
}

type trial struct {
	category func(string) string
	rules    ruleIndex
	moves    map[[2]string]int
	out      *RuleTrial
}

func (t *trial) look(r *RuleTrialRow) error {
	t.out.Tickets++
	best := t.rules.best(t.category(r.Category), r.Area)
	switch {
	case best == nil:
		t.out.Silent++
		return nil
	case best.UnitID == r.UnitID:
		t.out.Agreed++
		return nil
	}
	t.moves[[2]string{r.UnitID, best.UnitID}]++
	if len(t.out.Rows) < trialRows {
		row := *r
		row.Would = best.UnitID
		t.out.Rows = append(t.out.Rows, row)
	} else {
		t.out.More = true
	}
	return nil
}

func (m *Module) nameTrial(tx *store.Tx, centre string, t *trial) error {
	var ids []string
	for pair := range t.moves {
		ids = append(ids, pair[0], pair[1])
	}
	units, err := m.org.UnitsTx(tx, centre, ids)
	if err != nil {
		return err
	}
	for pair, n := range t.moves {
		t.out.Moves = append(t.out.Moves, RuleMove{From: NamedUnit{pair[0], units[pair[0]].Name}, To: NamedUnit{pair[1], units[pair[1]].Name}, Count: n})
	}
	slices.SortFunc(t.out.Moves, func(a, b RuleMove) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From.UnitID, b.From.UnitID), cmp.Compare(a.To.UnitID, b.To.UnitID))
	})
	for i := range t.out.Rows {
		r := &t.out.Rows[i]
		r.Unit, r.WouldBe = units[r.UnitID].Name, units[r.Would].Name
	}
	return nil
}

// ruleIndex finds the best rule of a day without going through all of them for every ticket.
type ruleIndex map[string][]*Rule // by category

func newRuleIndex(rules []Rule, on clock.Date) ruleIndex {
	x := ruleIndex{}
	for i := range rules {
		if r := &rules[i]; r.Covers(on) {
			x[r.Category] = append(x[r.Category], r)
		}
	}
	return x
}

// best is bestRule: the longest category that has a rule for the area, then the longest area.
func (x ruleIndex) best(category, area string) *Rule {
	for n := len(category); n > 0; n-- {
		if r := longestArea(x[category[:n]], area); r != nil {
			return r
		}
	}
	return nil
}

func longestArea(rules []*Rule, area string) *Rule {
	var best *Rule
	for _, r := range rules {
		if len(r.Area) <= len(area) && area[:len(r.Area)] == r.Area && (best == nil || len(r.Area) > len(best.Area)) {
			best = r
		}
	}
	return best
}
