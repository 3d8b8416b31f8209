package hotline

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// Event (办理记录) is one fact in the life of a ticket. Events are only ever added; each carries the SM3 of its content
// and of the event before it, and the audit line of the same transaction carries that hash.
type Event struct {
	CentreID  string        `db:"centre_id" json:"-"`
	TicketID  TicketID      `db:"ticket_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	LegID     LegID         `db:"leg_id" json:"leg_id,omitempty"`
	Action    Action        `db:"action" json:"action"`
	State     State         `db:"state" json:"state"` // after the event
	ActorKind string        `db:"actor_kind" json:"actor_kind"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"` // of the actor
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"` // what was written: a reason, a reply, a remark
	TextSalt  string        `db:"text_salt" json:"-"`         // with which the text is sealed; goes with it
	TextSeal  string        `db:"text_seal" json:"-"`         // what the chain holds of the text
	Data      string        `db:"data" json:"data,omitempty"` // what changed, as JSON: codes, ids, numbers and moments, nothing that people wrote
	Hash      []byte        `db:"hash" json:"hash"`
}

// note is what a use case adds to its event.
type note struct {
	leg  LegID
	text string
	data map[string]any
}

// appendEvent adds the event of action to the ticket's chain in tx.
func appendEvent(tx *store.Tx, t *Ticket, action Action, n note) (*Event, error) {
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
	e := Event{CentreID: t.CentreID, TicketID: t.ID, Seq: t.EventSeq, LegID: n.leg, Action: action, State: t.State, ActorKind: string(a.Kind),
		ActorID: a.UserID, ActorName: a.Name, UnitID: a.UnitID, At: tx.Now(), Text: n.text, Data: data}
	e.seal()
	e.Hash = e.link(t.EventHash)
	t.EventHash = e.Hash
	return &e, store.Insert(tx, "hotline_event", e)
}

// seal binds the text into the chain by SM3 over a random salt and the text. Without the salt nobody can find the text
// from it by trying, so that a text may be taken out later (redactEvents) and its chain still holds (ADR 0032).
func (e *Event) seal() {
	if e.Text == "" {
		return
	}
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // never fails; ends the program where the system has no randomness
	e.TextSalt = hex.EncodeToString(salt)
	e.TextSeal = sealOf(e.TextSalt, e.Text)
}

func sealOf(salt, text string) string {
	sum := crypt.SM3([]byte(salt), []byte(text))
	return hex.EncodeToString(sum[:])
}

// redactedBefore is the seal of a text that was taken out of an event from before texts were sealed: only the audit
// line of such an event vouches for it.
const redactedBefore = "redacted"

// holds reports whether an event is as it was added: its text as sealed, or taken out, and its hash as linked.
func (e *Event) holds(prev []byte) bool {
	switch {
	case e.TextSeal == redactedBefore:
		return e.Text == ""
	case e.TextSeal != "" && e.TextSalt != "" && e.TextSeal != sealOf(e.TextSalt, e.Text):
		return false
	case e.TextSeal != "" && e.TextSalt == "" && e.Text != "":
		return false
	}
	return bytes.Equal(e.link(prev), e.Hash)
}

// link is SM3 over the hash before and every field, each framed by its length; the text counts by its seal.
func (e *Event) link(prev []byte) []byte {
	h := sm3.New()
	var n [8]byte
	frame := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	number := func(v int64) {
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	text := e.Text
	if e.TextSeal != "" {
		text = e.TextSeal
	}
	frame(prev)
	number(e.Seq)
	number(int64(e.At))
	for _, s := range []string{e.CentreID, string(e.TicketID), string(e.LegID), string(e.Action), string(e.State), e.ActorKind, e.ActorID, e.ActorName, e.UnitID, text, e.Data} {
		frame([]byte(s))
	}
	return h.Sum(nil)
}

// verifyEvents checks the chain of one ticket's events, in order, against the head that the ticket holds; it gives the
// sequence number of the first event that does not hold, or 0.
func verifyEvents(t *Ticket, events []Event) int64 {
	prev := []byte{}
	for i := range events {
		e := &events[i]
		if e.Seq != int64(i+1) || !e.holds(prev) {
			return int64(i + 1)
		}
		prev = e.Hash
	}
	if t.EventSeq != int64(len(events)) || !bytes.Equal(t.EventHash, prev) {
		return int64(len(events)) + 1
	}
	return 0
}
