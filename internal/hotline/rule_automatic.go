package hotline

import (
	"context"
	"math"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Automatic dispatch (自动派单): a line of the catalogue that is marked sends a ticket when it is accepted, in the same
// transaction, while the centre has switched it on (ADR 0053). Nothing is asked of the database where it has not.

// autoParameter is the parameter that switches automatic dispatch on in a centre.
const autoParameter = "auto_dispatch"

const automaticQuery = "SELECT %s FROM hotline_rule WHERE centre_id = $1 AND automatic ORDER BY category, area, valid_from, id"

// AutomaticDispatch reports whether the actor's centre lets marked lines of the catalogue send tickets.
func (m *Module) AutomaticDispatch(ctx context.Context) (bool, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return false, err
	}
	on := false
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		l, err := m.LimitsTx(tx, a.CentreID)
		on = l.AutoDispatch != 0
		return err
	})
	return on, err
}

// automaticRules reads the lines that send by themselves; none while the centre has not switched it on.
func automaticRules(tx *store.Tx, centre string, l Limits) ([]Rule, error) {
	if l.AutoDispatch == 0 {
		return nil, nil
	}
	return store.Select[Rule](tx, strings.Replace(automaticQuery, "%s", store.Columns[Rule](""), 1), centre)
}

// mayGoAutomatically reports whether a program may choose the unit of a ticket: nobody is accused in it, nothing of it
// is confidential, its caller can be asked, and no life is in danger. All else a person looks at first.
func (t *Ticket) mayGoAutomatically() bool {
	return t.Kind != Report && t.AccusedUnit == "" && t.Confidential == NotConfidential && !t.Anonymous && t.Urgency != Critical
}

// automaticRule finds the line that may send a ticket: its category is the ticket's own, not one above it; its area is
// the ticket's own or everywhere. Of two the one for the ticket's area prevails.
func automaticRule(rules []Rule, t *Ticket, on clock.Date) *Rule {
	var found *Rule
	for i := range rules {
		r := &rules[i]
		if t.Category == "" || r.Category != t.Category || r.Area != "" && r.Area != t.Area || !r.Covers(on) {
			continue
		}
		if found == nil || found.Area == "" {
			found = r
		}
	}
	return found
}

// byRule is what the program goes by when it dispatches a ticket.
type byRule struct {
	*Rule
	probability float64 // that the category is right, as the model says; 0 where it was not asked
}

// dispatchByRule sends an accepted ticket to the unit of a marked line, where one is meant for it.
func (m *Module) dispatchByRule(tx *store.Tx, o *order, c clocks) error {
	if len(c.automatic) == 0 || o.State != Triage || !o.mayGoAutomatically() {
		return nil
	}
	marked := automaticRule(c.automatic, &o.Ticket, tx.Now().Date())
	if marked == nil {
		return nil
	}
	by := byRule{Rule: marked}
	for _, holds := range []func(*store.Tx, *order, *byRule) (bool, error){m.narrowest, m.unitsOpen, m.sureOf} {
		if ok, err := holds(tx, o, &by); err != nil || !ok {
			return err
		}
	}
	ctx := actor.With(tx.Context(), ruleActor(tx))
	return tx.In(ctx, func() error { return m.sendByRule(tx, o, by) })
}

// ruleActor is the program acting by the catalogue, upon the request of whoever accepted the ticket.
func ruleActor(tx *store.Tx) *actor.Actor {
	a := actor.From(tx.Context())
	return &actor.Actor{Kind: actor.System, Name: "派单目录（自动派单）", CentreID: a.CentreID, RequestID: a.RequestID, IP: a.IP}
}

// narrowest reports whether the marked line is what the catalogue says for the ticket: a line for a smaller area, marked
// or not, takes it.
func (m *Module) narrowest(tx *store.Tx, o *order, by *byRule) (bool, error) {
	rules, err := store.Select[Rule](tx, "SELECT "+store.Columns[Rule]("")+" FROM hotline_rule WHERE centre_id = $1 AND category = $2", o.CentreID, o.Category)
	if err != nil {
		return false, err
	}
	best := BestRule(rules, o.Category, o.Area, tx.Now().Date())
	return best != nil && best.ID == by.ID, nil
}

// unitsOpen reports whether the units of the line can take the ticket.
func (m *Module) unitsOpen(tx *store.Tx, o *order, by *byRule) (bool, error) {
	for _, unit := range append([]string{by.UnitID}, by.Helpers...) {
		err := m.checkUnit(tx, o, unit)
		if k := errs.KindOf(err); err != nil && (k == errs.Invalid || k == errs.Conflict) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// sureOf asks the model in use where the line demands that it be sure of the category.
func (m *Module) sureOf(tx *store.Tx, o *order, by *byRule) (bool, error) {
	if by.LeastPercent == 0 {
		return true, nil
	}
	if m.sure == nil {
		return false, nil
	}
	probability, known, err := m.sure(tx, &o.Ticket)
	if err != nil || !known {
		return false, err
	}
	by.probability = probability
	return by.probability*100 >= float64(by.LeastPercent), nil
}

// UseModel takes the model that a marked line may ask (package advice): how probable it holds the category of a ticket, if
// there is one in use that names it.
func (m *Module) UseModel(sure func(tx *store.Tx, t *Ticket) (probability float64, known bool, err error)) {
	m.sure = sure
}

// sendByRule is the dispatch itself: an event of its own after that of the acceptance, which names the line.
func (m *Module) sendByRule(tx *store.Tx, o *order, by byRule) error {
	o.before, o.counts = o.Ticket, counts{}
	t, err := check(ActDispatch, o.State, "")
	if err != nil {
		return err
	}
	var helpers []Helper
	for _, h := range by.Helpers {
		helpers = append(helpers, Helper{UnitID: h})
	}
	n, err := m.send(tx, o, by.UnitID, helpers, StepHandle, "")
	if err != nil {
		return err
	}
	n.data["rule"], n.data["rule_version"] = by.ID, by.Version
	if by.LeastPercent > 0 {
		n.data["probability"] = math.Round(by.probability*1000) / 1000
	}
	o.State = t.To
	return m.finish(tx, o, ActDispatch, t.Perm, n)
}
