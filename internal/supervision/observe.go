package supervision

import (
	"errors"

	"yichuang/internal/audit"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// observe looks at an event of a case in the event's own transaction: what the rules say about the event, what they would
// have said about a clock that has just stopped late, and the reminders that the stop has made needless.
func (m *Module) observe(tx *store.Tx, h *casework.Happening) error {
	late := stoppedLate(h, tx.Now())
	if err := m.easeReminders(tx, h); err != nil {
		return err
	}
	if len(speaks(h.Event.Action)) == 0 && len(late) == 0 {
		return nil
	}
	rules, err := m.inForce(tx, h.Case.CentreID, tx.Now().Date())
	if errors.Is(err, ErrNoRules) { // a centre without rules has nothing to say, and its cases go on
		return nil
	}
	if err != nil {
		return err
	}
	for _, k := range late {
		for _, r := range rules.Rules.Ladder(h.Calendar, k.Kind, k.Anchor(), k.Due, h.Case.UnitID) {
			if r.At > tx.Now() || r.Rule.Level.rank() <= k.Alerted || r.Rule.Level == Remind {
				continue
			}
			l := ofCase(h.Case, &rules, r.Rule, rungText(r.Rule, h.Case.No, k.Name(), k.Due))
			l.ClockID, l.Rung, l.Due, l.StaffID = k.ID, rungNames[r.Rule.Level], k.Due, h.Case.Worker()
			if err := m.giveNow(tx, h, &l); err != nil {
				return err
			}
			k.Alerted = r.Rule.Level.rank()
		}
	}
	return m.judge(tx, h, &rules)
}

// judge gives what the rules say about the event.
func (m *Module) judge(tx *store.Tx, h *casework.Happening, rules *RuleSet) error {
	f, err := m.factsOf(tx, h)
	if err != nil {
		return err
	}
	for _, x := range rules.Rules.Evaluate(f) {
		l := ofCase(h.Case, rules, x.Rule, x.Text)
		l.ClockID, l.Rung, l.StaffID = string(h.Case.ID), string(x.Rule.Check)+"-"+itoa(h.Event.Seq), h.Event.ActorID
		if l.StaffID == "" {
			l.StaffID = h.Case.Worker()
		}
		if err := m.giveNow(tx, h, &l); err != nil {
			return err
		}
	}
	return nil
}

// factsOf reads what the event's rules look at.
func (m *Module) factsOf(tx *store.Tx, h *casework.Happening) (*Facts, error) {
	f := &Facts{Case: h.Case, Event: h.Event}
	var err error
	switch h.Event.Action {
	case casework.ActFee:
		f.Charge, f.Fixed, err = m.casework.FeesTx(tx, h.Case)
	case casework.ActClose:
		if f.Events, err = m.casework.EventsTx(tx, h.Case.CentreID, h.Case.ID); err == nil {
			f.Vouchers, f.Materials, err = m.casework.CompletenessTx(tx, h.Case)
		}
	}
	return f, err
}

// stoppedLate lists the clocks that stop with this event after their end and on which there is more to say: the run over the
// clocks will not see them any more.
func stoppedLate(h *casework.Happening, now clock.Instant) []*casework.Clock {
	var out []*casework.Clock
	for _, k := range h.Clocks {
		if !k.Running && k.StoppedAt == now && k.Due < now && k.Alerted < Red.rank() {
			out = append(out, k)
		}
	}
	return out
}

// easeReminders puts away the reminders about clocks that have stopped.
func (m *Module) easeReminders(tx *store.Tx, h *casework.Happening) error {
	for _, k := range h.Clocks {
		if k.Running || k.StoppedAt != tx.Now() || k.Alerted == 0 {
			continue
		}
		err := tx.Queue("UPDATE supervision_alert SET state = 'settled', open = FALSE, closed_at = $4, version = version + 1 WHERE centre_id = $1 AND case_id = $2 AND clock_id = $3 AND level = 'remind' AND open",
			h.Case.CentreID, h.Case.ID, k.ID, tx.Now())
		if err != nil {
			return err
		}
	}
	return nil
}

// ofCase is an alert about a case, not yet given.
func ofCase(c *casework.Case, rules *RuleSet, rule Rule, text string) Alert {
	return Alert{CentreID: c.CentreID, Rule: rule.Code, Revision: rules.Revision, CaseID: c.ID, CaseNo: c.No, ItemName: c.ItemName, Level: rule.Level, Type: rule.Type, Text: text, UnitID: c.UnitID, SiteID: c.SiteID}
}

// giveNow gives one alert within the event of a case.
func (m *Module) giveNow(tx *store.Tx, h *casework.Happening, l *Alert) error {
	given, err := give(tx, []*Alert{l})
	if err != nil || len(given) == 0 {
		return err
	}
	if _, err := supersede(tx, given); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "supervision.alert", Kind: "case", Object: string(h.Case.ID), Detail: map[string]any{"no": h.Case.No, "rule": l.Rule, "level": l.Level, "revision": l.Revision}})
}
