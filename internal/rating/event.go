package rating

import (
	"bytes"
	"encoding/json"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Event (办理记录) is one fact in the life of a task. Events are only ever added; each carries the SM3 of its content and of
// the event before it, and the audit line of the same transaction carries that hash. Texts hold nothing that tells who
// rated: they are scrubbed before they are written.
type Event struct {
	CentreID  string        `db:"centre_id" json:"-"`
	TaskID    string        `db:"task_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	Action    Action        `db:"action" json:"action"`
	State     State         `db:"state" json:"state"` // after the event
	ActorKind string        `db:"actor_kind" json:"actor_kind"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"`
	Data      string        `db:"data" json:"data,omitempty"`
	Hash      []byte        `db:"hash" json:"hash"`
}

// note is what a step adds to its event.
type note struct {
	text string
	data map[string]any
}

// appendEvent adds the event of an action to the task's chain.
func appendEvent(tx *store.Tx, t *Task, action Action, n note) (*Event, error) {
	a := actor.From(tx.Context())
	data := ""
	if len(n.data) > 0 {
		b, err := json.Marshal(n.data)
		if err != nil {
			return nil, fmt.Errorf("event data: %w", err)
		}
		data = string(b)
	}
	t.EventSeq++
	e := Event{CentreID: t.CentreID, TaskID: t.ID, Seq: t.EventSeq, Action: action, State: t.State, ActorKind: string(a.Kind), ActorID: a.UserID, ActorName: a.Name, UnitID: a.UnitID,
		At: tx.Now(), Text: n.text, Data: data}
	e.Hash = e.link(t.EventHash)
	t.EventHash = e.Hash
	return &e, store.Insert(tx, "rating_event", e)
}

// link is the hash of the event behind prev: SM3 over every field, each framed by its length.
func (e *Event) link(prev []byte) []byte {
	l := chain.After(prev)
	l.Text(e.CentreID, e.TaskID, itoa(e.Seq), string(e.Action), string(e.State), e.ActorKind, e.ActorID, e.ActorName, e.UnitID, itoa(int64(e.At)), e.Text, e.Data)
	return l.Hash()
}

// Place is the event's number in the life of its task.
func (e *Event) Place() int64 { return e.Seq }

// Digest is the event's hash.
func (e *Event) Digest() []byte { return e.Hash }

// Holds reports whether the event is as it was added behind the one with the hash prev.
func (e *Event) Holds(prev []byte) bool { return bytes.Equal(e.link(prev), e.Hash) }

func loadEvents(tx *store.Tx, centre, task string) ([]Event, error) {
	return store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM rating_event WHERE centre_id = $1 AND task_id = $2 ORDER BY seq", centre, task)
}
