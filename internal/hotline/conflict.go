package hotline

import (
	"encoding/json"
	"maps"
	"math"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// What a refused change on an older version is told beside the refusal (hotline reference §5.2, concurrency): the fields
// that others have changed since that version, who did what, and where the refused change itself says something else than
// what is stored now.

// ChangedField is a field of a ticket, or of one of its legs, that others have changed since the version that was seen.
type ChangedField struct {
	Field string `json:"field"`
	LegID LegID  `json:"leg_id,omitempty"`
	Was   any    `json:"was"`
	Now   any    `json:"now"`
}

// DifferingField is a field of the refused change that says something else than what is stored now.
type DifferingField struct {
	Field string `json:"field"`
	Now   string `json:"now"`
	Yours string `json:"yours"`
}

// LaterEvent is what was done since the version that was seen.
type LaterEvent struct {
	Seq    int64         `json:"seq"`
	Action Action        `json:"action"`
	Label  string        `json:"label"`
	By     string        `json:"by"`
	At     clock.Instant `json:"at"`
}

// factFields are the names that the API has for facts whose own are shorter.
var factFields = map[string]string{"unit": "unit_id", "accepted": "accepted_at", "closed": "closed_at", "sent": "dispatched_at", "by": "dispatched_by", "signed": "signed_at", "contacted": "contacted_at",
	"ext_asked": "extension.asked_at", "ext": "ext_count", "submitted": "submitted_at", "work": "work_minutes", "wall": "wall_minutes"}

func fieldName(fact string) string {
	if name := factFields[fact]; name != "" {
		return name
	}
	return fact
}

// conflict refuses a command that was based on an older version, with the difference.
func (o *order) conflict(tx *store.Tx, cmd Command, action Action) error {
	e := ErrVersion.With("version", o.Version).With("state", o.State)
	a := actor.From(tx.Context())
	if !a.Can(PermRead) || cmd.Version > o.Version {
		return e
	}
	events, err := loadEvents(tx, o.CentreID, o.ID)
	if err != nil {
		return err
	}
	seen := int(min(max(o.EventSeq-(o.Version-cmd.Version), 0), int64(len(events))))
	changed, err := o.changedSince(events, seen)
	if err != nil {
		return err
	}
	later := []LaterEvent{}
	for _, x := range events[seen:] {
		later = append(later, LaterEvent{x.Seq, x.Action, x.Action.Label(), x.ActorName, x.At})
	}
	return e.With("changed", changed).With("since", later).With("differs", o.differing(a, cmd, action))
}

// changedSince compares the ticket as its first events tell it with what it is now.
func (o *order) changedSince(events []Event, seen int) ([]ChangedField, error) {
	out := []ChangedField{}
	was, known, err := Replay(events[:seen], math.MaxInt64)
	if err != nil {
		return nil, err
	}
	if seen > 0 && events[seen-1].State != o.State {
		out = append(out, ChangedField{Field: "state", Was: events[seen-1].State, Now: o.State})
	}
	told := map[string]bool{}
	add := func(leg LegID, before, now map[string]any) {
		for _, fact := range slices.Sorted(maps.Keys(now)) {
			out = append(out, ChangedField{Field: fieldName(fact), LegID: leg, Was: before[fact], Now: now[fact]})
			told[fact] = told[fact] || leg == ""
		}
	}
	if known { // a ticket from before events carried facts has none to compare
		add("", changed(ticketFacts, &o.Ticket, &was.Ticket), changed(ticketFacts, &was.Ticket, &o.Ticket))
		for i := range o.legs {
			before := was.leg(o.legs[i].ID)
			add(o.legs[i].ID, changed(legFacts, &o.legs[i], before), changed(legFacts, before, &o.legs[i]))
		}
	}
	return append(out, corrections(events[seen:], told)...), nil
}

// changesOf is what an event says that it set right: before and after.
func changesOf(e *Event) map[string][2]string {
	var d struct {
		Changes map[string][2]string `json:"changes"`
	}
	if e.Action != ActCorrect || e.Data == "" || json.Unmarshal([]byte(e.Data), &d) != nil {
		return nil
	}
	return d.Changes
}

// corrections are the fields that were set right and that no fact tells: the first value before and the last one after.
func corrections(events []Event, told map[string]bool) []ChangedField {
	fields := map[string]*ChangedField{}
	for i := range events {
		for name, values := range changesOf(&events[i]) {
			if told[name] {
				continue
			}
			if fields[name] == nil {
				fields[name] = &ChangedField{Field: name, Was: values[0]}
			}
			fields[name].Now = values[1]
		}
	}
	var out []ChangedField
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		out = append(out, *fields[name])
	}
	return out
}

// differing compares what a command would store with what is stored now, where the actor may see that.
func (o *order) differing(a *actor.Actor, cmd Command, action Action) []DifferingField {
	out := []DifferingField{}
	l := o.acting(a, transitions[action].Perm, cmd.LegID)
	if l != nil && !o.holds(a, PermRead, l) {
		l = nil
	}
	for _, name := range slices.Sorted(maps.Keys(cmd.sent)) {
		now, known := o.stored(l, name)
		if yours := cmd.sent[name]; known && yours != "" && yours != now {
			out = append(out, DifferingField{name, now, yours})
		}
	}
	return out
}

// stored is a field's present value as a form or a program writes it.
func (o *order) stored(l *Leg, name string) (value string, known bool) {
	ticket := map[string]string{"title": o.Title, "kind": o.Kind, "channel": o.Channel, "urgency": o.Urgency, "category": o.Category, "area": o.Area, "accused_unit": o.AccusedUnit,
		"confidential": o.Confidential, "unit_id": o.UnitID}
	if value, known = ticket[name]; known || l == nil {
		return value, known
	}
	reply := map[string]string{"reply_public": l.ReplyPublic, "reply_internal": l.ReplyInside, "solved": l.Solved, "contacted_at": l.ContactedAt.String()}
	value, known = reply[name]
	return value, known
}

// sent are the fields of a classification.
func (c Classify) sent() map[string]string {
	return map[string]string{"category": c.Category, "area": c.Area, "urgency": c.Urgency, "accused_unit": c.Accused}
}

// sent are the fields of a reply.
func (r Reply) sent() map[string]string {
	out := map[string]string{"reply_public": r.Public, "reply_internal": r.Inside, "solved": r.Solved}
	if r.ContactedAt != 0 {
		out["contacted_at"] = r.ContactedAt.String()
	}
	return out
}

// sent are the fields of a correction.
func (c Correction) sent() map[string]string {
	return map[string]string{"title": c.Title, "kind": c.Kind, "channel": c.Channel, "urgency": c.Urgency, "category": c.Category, "area": c.Area, "accused_unit": c.Accused, "confidential": c.Confidential}
}
