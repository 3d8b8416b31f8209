package casework

import (
	"bytes"
	"encoding/json"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Event (办理记录) is one fact in the life of a case: who did what, by which authority, from which state to which. Events are
// only ever added; each carries the SM3 of its content and of the event before it, and the audit line of the same
// transaction carries that hash. The time is the server's: nobody can name another (invariant I2).
type Event struct {
	CentreID  string        `db:"centre_id" json:"-"`
	CaseID    CaseID        `db:"case_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	Action    Action        `db:"action" json:"action"`
	Was       State         `db:"was" json:"was,omitempty"`
	State     State         `db:"state" json:"state"`
	ActorKind string        `db:"actor_kind" json:"actor_kind"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	Authority string        `db:"authority" json:"authority,omitempty"` // number of the 授权书 or 委托受理 that was used
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"` // what was written: a reason, an opinion
	TextSalt  string        `db:"text_salt" json:"-"`
	TextSeal  string        `db:"text_seal" json:"-"`
	Data      string        `db:"data" json:"data,omitempty"` // what changed, as JSON: codes, numbers, days
	Hash      []byte        `db:"hash" json:"hash"`
}

// note is what a step adds to its event.
type note struct {
	text      string
	authority string
	data      map[string]any
}

// appendEvent adds the event of an action to the case's chain.
func appendEvent(tx *store.Tx, c *Case, action Action, was State, n note) (*Event, error) {
	e, err := nextEvent(tx, Event{CentreID: c.CentreID, CaseID: c.ID, Seq: c.EventSeq, Action: action, Was: was, State: c.State, Hash: c.EventHash}, n)
	if err != nil {
		return nil, err
	}
	c.EventSeq, c.EventHash = e.Seq, e.Hash
	return e, store.Insert(tx, "casework_event", *e)
}

// nextEvent makes the event that comes after the head of a chain: e holds the number and hash of the head.
func nextEvent(tx *store.Tx, e Event, n note) (*Event, error) {
	if len(n.data) > 0 {
		b, err := json.Marshal(n.data)
		if err != nil {
			return nil, fmt.Errorf("event data: %w", err)
		}
		e.Data = string(b)
	}
	a := actor.From(tx.Context())
	e.Seq++
	e.ActorKind, e.ActorID, e.ActorName, e.UnitID, e.Authority, e.At, e.Text = string(a.Kind), a.UserID, a.Name, a.UnitID, n.authority, tx.Now(), n.text
	e.seal()
	e.Hash = e.link(e.Hash)
	return &e, nil
}

// seal binds the text into the chain over a random salt, so that it can be taken out with the archive's period and the
// chain still holds (see the hotline's events). Data holds nothing that anybody wrote freely.
func (e *Event) seal() {
	if e.Text == "" {
		return
	}
	e.TextSalt, e.TextSeal = chain.Seal(e.Text)
}

// link is SM3 over the hash before and every field, each framed by its length; a sealed text counts by its seal.
func (e *Event) link(prev []byte) []byte {
	text := e.Text
	if e.TextSeal != "" {
		text = e.TextSeal
	}
	l := chain.After(prev)
	l.Number(e.Seq)
	l.Number(int64(e.At))
	l.Text(e.CentreID, string(e.CaseID), string(e.Action), string(e.Was), string(e.State), e.ActorKind, e.ActorID, e.ActorName, e.UnitID, e.Authority, text, e.Data)
	return l.Hash()
}

// Place is the event's number in the life of its case.
func (e *Event) Place() int64 { return e.Seq }

// Digest is the event's hash.
func (e *Event) Digest() []byte { return e.Hash }

// Holds reports whether the event is as it was added behind the one with the hash prev.
func (e *Event) Holds(prev []byte) bool {
	if e.TextSeal != "" && (e.Text != "" || e.TextSalt != "") && e.TextSeal != chain.SealWith(e.TextSalt, e.Text) {
		return false
	}
	return bytes.Equal(e.link(prev), e.Hash)
}

func loadEvents(tx *store.Tx, centre string, id CaseID) ([]Event, error) {
	return store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM casework_event WHERE centre_id = $1 AND case_id = $2 ORDER BY seq", centre, id)
}
