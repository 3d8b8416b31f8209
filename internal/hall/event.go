package hall

import (
	"bytes"
	"encoding/json"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Event (排队记录) is one fact in the life of a ticket. Events are only ever added; each carries the SM3 of its content and
// of the event before it, and the audit line of the same transaction carries that hash.
type Event struct {
	CentreID  string        `db:"centre_id" json:"-"`
	TicketID  string        `db:"ticket_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	Action    Action        `db:"action" json:"action"`
	State     State         `db:"state" json:"state"` // after the event
	QueueID   string        `db:"queue_id" json:"queue_id"`
	CounterID string        `db:"counter_id" json:"counter_id,omitempty"`
	ActorKind string        `db:"actor_kind" json:"actor_kind"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	Data      string        `db:"data" json:"data,omitempty"`
	Hash      []byte        `db:"hash" json:"hash"`
}

// link is the hash of the event behind prev.
func (e *Event) link(prev []byte) []byte {
	l := chain.After(prev)
	l.Text(e.CentreID, e.TicketID, fmt.Sprint(e.Seq), string(e.Action), string(e.State), e.QueueID, e.CounterID, e.ActorKind, e.ActorID, e.ActorName, fmt.Sprint(int64(e.At)), e.Data)
	return l.Hash()
}

// Place is the event's number in the life of its ticket.
func (e *Event) Place() int64 { return e.Seq }

// Digest is the event's hash.
func (e *Event) Digest() []byte { return e.Hash }

// Holds reports whether the event is as it was added behind the one with the hash prev.
func (e *Event) Holds(prev []byte) bool { return bytes.Equal(e.link(prev), e.Hash) }

// record adds the event of an action to the ticket's chain, with its audit line. counter is where it happened.
func record(tx *store.Tx, t *Ticket, action Action, counter string, data map[string]any) error {
	a := actor.From(tx.Context())
	text := ""
	if len(data) > 0 {
		b, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("event data: %w", err)
		}
		text = string(b)
	}
	t.EventSeq++
	e := Event{CentreID: t.CentreID, TicketID: t.ID, Seq: t.EventSeq, Action: action, State: t.State, QueueID: t.QueueID, CounterID: counter,
		ActorKind: string(a.Kind), ActorID: a.UserID, ActorName: a.Name, At: tx.Now(), Data: text}
	e.Hash = e.link(t.EventHash)
	t.EventHash = e.Hash
	if err := store.Insert(tx, "hall_event", e); err != nil {
		return err
	}
	perm := PermCall
	if a.Kind == actor.Citizen || a.Kind == actor.Anonymous {
		perm = "" // at the kiosk anybody may
	}
	return audit.RecordIn(tx, t.CentreID, audit.Entry{Action: "hall." + string(action), Permission: perm, Kind: "hall_ticket", Object: t.ID,
		Detail: map[string]any{"no": t.No, "seq": e.Seq, "state": t.State}, Digest: e.Hash})
}

// loadEvents gives a ticket's events in order.
func loadEvents(tx *store.Tx, centre, ticket string) ([]Event, error) {
	return store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM hall_event WHERE centre_id = $1 AND ticket_id = $2 ORDER BY seq", centre, ticket)
}
