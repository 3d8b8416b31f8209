package hotline

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"yichuang/internal/clock"
)

// Every event carries, beside what its action tells, the facts that it changed: those of the ticket and of its legs that
// figures are counted from. So the log alone gives every figure: Replay folds the facts of a ticket's events into the
// rows that the measures count, and Check compares the two (checkLives).

// fact is one value of a row that figures are counted from, under a short name; at gives where it is kept.
type fact[T any] struct {
	key string
	at  func(*T) any
}

var ticketFacts = []fact[Ticket]{
	{"kind", func(t *Ticket) any { return &t.Kind }}, {"channel", func(t *Ticket) any { return &t.Channel }}, {"category", func(t *Ticket) any { return &t.Category }},
	{"area", func(t *Ticket) any { return &t.Area }}, {"round", func(t *Ticket) any { return &t.Round }}, {"unit", func(t *Ticket) any { return &t.UnitID }},
	{"due", func(t *Ticket) any { return &t.Due }}, {"accepted", func(t *Ticket) any { return &t.AcceptedAt }}, {"closed", func(t *Ticket) any { return &t.ClosedAt }},
	{"close_kind", func(t *Ticket) any { return &t.CloseKind }}, {"merged_into", func(t *Ticket) any { return &t.MergedInto }},
}

var legFacts = []fact[Leg]{
	{"round", func(l *Leg) any { return &l.Round }}, {"unit", func(l *Leg) any { return &l.UnitID }}, {"role", func(l *Leg) any { return &l.Role }},
	{"state", func(l *Leg) any { return &l.State }}, {"sent", func(l *Leg) any { return &l.DispatchedAt }}, {"by", func(l *Leg) any { return &l.DispatchedBy }},
	{"sign_due", func(l *Leg) any { return &l.SignDue }}, {"signed", func(l *Leg) any { return &l.SignedAt }}, {"due", func(l *Leg) any { return &l.Due }},
	{"contact_due", func(l *Leg) any { return &l.ContactDue }}, {"contacted", func(l *Leg) any { return &l.ContactedAt }}, {"ext_asked", func(l *Leg) any { return &l.Extension.AskedAt }},
	{"ext", func(l *Leg) any { return &l.ExtCount }}, {"submitted", func(l *Leg) any { return &l.SubmittedAt }}, {"outcome", func(l *Leg) any { return &l.Outcome }},
	{"solved", func(l *Leg) any { return &l.Solved }}, {"work", func(l *Leg) any { return &l.WorkMinutes }}, {"wall", func(l *Leg) any { return &l.WallMinutes }},
	{"misdispatch", func(l *Leg) any { return &l.Misdispatch }},
}

// changed gives the facts of now that differ from those of was.
func changed[T any](list []fact[T], was, now *T) map[string]any {
	out := map[string]any{}
	for _, f := range list {
		v := reflect.ValueOf(f.at(now)).Elem().Interface()
		if v != reflect.ValueOf(f.at(was)).Elem().Interface() {
			if i, ok := v.(clock.Instant); ok {
				v = int64(i) // exact, where the text of a moment has whole seconds
			}
			out[f.key] = v
		}
	}
	return out
}

// set puts recorded facts into a row.
func set[T any](list []fact[T], row *T, facts map[string]json.RawMessage) error {
	for _, f := range list {
		raw, ok := facts[f.key]
		if !ok {
			continue
		}
		into := f.at(row)
		if i, moment := into.(*clock.Instant); moment {
			into = (*int64)(i)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return fmt.Errorf("fact %s: %w", f.key, err)
		}
	}
	return nil
}

// keepFacts adds to an event what the order changed.
func (o *order) keepFacts(n *note) {
	data := maps.Clone(n.data)
	if data == nil {
		data = map[string]any{}
	}
	data["ticket"] = changed(ticketFacts, &o.before, &o.Ticket)
	legs := map[LegID]map[string]any{}
	for i := range o.legs {
		if !o.touch[i] {
			continue
		}
		was := &Leg{}
		if o.stale[i] != "" {
			was = &o.were[i]
		}
		if facts := changed(legFacts, was, &o.legs[i]); len(facts) > 0 {
			legs[o.legs[i].ID] = facts
		}
	}
	if len(legs) > 0 {
		data["legs"] = legs
	}
	n.data = data
}

// Life (工单履历) is a ticket as its events tell it: the rows that figures are counted from.
type Life struct {
	Ticket
	Legs      []Leg
	Callbacks []CallbackResult
	Returns   []Ask // asks to return a leg
}

// recorded is the data of an event as far as Replay reads it.
type recorded struct {
	Ticket   map[string]json.RawMessage           `json:"ticket"`
	Legs     map[LegID]map[string]json.RawMessage `json:"legs"`
	ID       string                               `json:"id"`
	About    TicketID                             `json:"about"`
	Attempt  int                                  `json:"attempt"`
	Reached  bool                                 `json:"reached"`
	Result   string                               `json:"result"`
	Attitude string                               `json:"attitude"`
	Solved   string                               `json:"solved"`
	Callback string                               `json:"callback"`
	Finding  string                               `json:"finding"`
}

// Replay folds a ticket's events up to and with a moment. It reports false for a ticket from before events carried
// their facts.
func Replay(events []Event, until clock.Instant) (Life, bool, error) {
	var life Life
	for i := range events {
		e := &events[i]
		if e.At > until {
			break
		}
		var r recorded
		if e.Data != "" {
			if err := json.Unmarshal([]byte(e.Data), &r); err != nil {
				return life, false, fmt.Errorf("event %d: %w", e.Seq, err)
			}
		}
		if i == 0 && r.Ticket == nil {
			return life, false, nil
		}
		if err := life.follow(e, &r); err != nil {
			return life, false, err
		}
	}
	return life, true, nil
}

// follow takes one event into the life.
func (l *Life) follow(e *Event, r *recorded) error {
	l.CentreID, l.ID, l.State = e.CentreID, e.TicketID, e.State
	if err := set(ticketFacts, &l.Ticket, r.Ticket); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(r.Legs)) {
		if err := set(legFacts, l.leg(id), r.Legs[id]); err != nil {
			return err
		}
	}
	for i := range l.Legs {
		l.Legs[i].Open = l.Legs[i].State.Running()
	}
	switch e.Action {
	case ActCallback, ActRate:
		l.called(e, r)
	case ActAdjudicate:
		for i := range l.Callbacks {
			if l.Callbacks[i].ID == r.Callback {
				l.Callbacks[i].Adjudication = r.Finding
			}
		}
	case ActAskReturn:
		l.Returns = append(l.Returns, Ask{LegID: e.LegID, UnitID: l.leg(e.LegID).UnitID, Kind: AskedReturn, State: AskWaiting, AskedAt: e.At})
	case ActAcceptReturn:
		l.decided(e.LegID, AskGranted)
	case ActDenyReturn:
		l.decided(e.LegID, AskDenied)
	}
	l.settle()
	return nil
}

func (l *Life) leg(id LegID) *Leg {
	for i := range l.Legs {
		if l.Legs[i].ID == id {
			return &l.Legs[i]
		}
	}
	l.Legs = append(l.Legs, Leg{CentreID: l.CentreID, TicketID: l.ID, ID: id})
	return &l.Legs[len(l.Legs)-1]
}

// called adds a call-back, which is the caller's last word in its round until another one reaches him.
func (l *Life) called(e *Event, r *recorded) {
	if r.Reached {
		for i := range l.Callbacks {
			if c := &l.Callbacks[i]; c.Round == l.Round && c.About == r.About {
				c.Final = false
			}
		}
	}
	l.Callbacks = append(l.Callbacks, CallbackResult{CentreID: e.CentreID, TicketID: e.TicketID, ID: r.ID, Round: l.Round, Attempt: r.Attempt, At: e.At, Reached: r.Reached, Result: r.Result,
		Attitude: r.Attitude, Solved: r.Solved, About: r.About, UnitID: l.UnitID, Category: l.Category, Final: r.Reached})
}

func (l *Life) decided(leg LegID, state AskState) {
	for i := range l.Returns {
		if a := &l.Returns[i]; a.LegID == leg && a.State == AskWaiting {
			a.State = state
		}
	}
}

// settle draws the consequences of the facts: an ask that its leg did not outlive is void, and a ticket that was closed
// against a rating does not count it.
func (l *Life) settle() {
	for i := range l.Returns {
		if a := &l.Returns[i]; a.State == AskWaiting && l.leg(a.LegID).State != ReturnAsked {
			a.State = AskVoid
		}
	}
	for i := range l.Callbacks {
		c := &l.Callbacks[i]
		if l.CloseKind == CloseAdjudicated && c.Round == l.Round && c.Final && c.Result == Unsatisfied && c.Adjudication != FindingExclude {
			c.Adjudication = FindingUnreasonable
		}
	}
}
