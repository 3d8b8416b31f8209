package supervision

import (
	"slices"
	"strings"

	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// RuleResult (规则分列) is how often a rule spoke in a period, over the same units as the sheet. Cards has the cases of all of
// them below it, so that the rates of the rules add up to the rate of the sheet.
type RuleResult struct {
	Rule      string       `json:"rule"`
	Name      string       `json:"name"`
	Type      Type         `json:"type"`
	Reminders int64        `json:"reminders"`
	Yellows   int64        `json:"yellows"`
	Reds      int64        `json:"reds"`
	Lifted    int64        `json:"lifted"`
	Cards     metric.Ratio `json:"card_rate"`
}

func (r *RuleResult) add(l *Alert) {
	switch {
	case l.State == Lifted:
		r.Lifted++
	case !l.Holds():
	case l.Level == Yellow:
		r.Yellows++
	case l.Level == Red:
		r.Reds++
	default:
		r.Reminders++
	}
}

// byRule divides the alerts of tallies by the rule that gave them, in the order of codes. A rule is called as the set says
// or, where it is no more in it, as it was called when it spoke.
func (m *Module) byRule(tx *store.Tx, set *Rules, tallies map[string]*Tally) ([]RuleResult, error) {
	by, ended := map[string]*RuleResult{}, int64(0)
	for _, t := range tallies {
		ended += t.Ended
		for i := range t.Alerts {
			l := &t.Alerts[i]
			r := by[l.Rule]
			if r == nil {
				rule, err := m.named(tx, set, l)
				if err != nil {
					return nil, err
				}
				r = &RuleResult{Rule: l.Rule, Name: rule.Name, Type: rule.Type}
				by[l.Rule] = r
			}
			r.add(l)
		}
	}
	var out []RuleResult
	for _, r := range by {
		if r.Reminders+r.Yellows+r.Reds+r.Lifted == 0 {
			continue // only such that a higher one replaced
		}
		r.Cards = metric.Ratio{Num: r.Yellows + r.Reds, Den: ended}
		out = append(out, *r)
	}
	slices.SortFunc(out, func(x, y RuleResult) int { return strings.Compare(x.Rule, y.Rule) })
	return out, nil
}

// named finds the rule of an alert in a set, else in the revision by which the alert was given.
func (m *Module) named(tx *store.Tx, set *Rules, l *Alert) (Rule, error) {
	if i := slices.IndexFunc(set.Rules, func(r Rule) bool { return r.Code == l.Rule }); i >= 0 {
		return set.Rules[i], nil
	}
	return m.ruleOf(tx, l)
}
