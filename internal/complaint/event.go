package complaint

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

// Event (办理记录) is one fact in the life of a matter: who did what, from which state to which. Events are only ever added; each
// carries the SM3 of its content and of the event before it, and the audit line of the same transaction carries that hash. The time
// is the server's: nobody can name another (invariant I2).
type Event struct {
	CentreID  string        `db:"centre_id" json:"-"`
	MatterID  MatterID      `db:"matter_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	Action    Action        `db:"action" json:"action"`
	Was       State         `db:"was" json:"was,omitempty"`
	State     State         `db:"state" json:"state"`
	ActorKind string        `db:"actor_kind" json:"actor_kind"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"` // what was written: a reason, an opinion
	TextSalt  string        `db:"text_salt" json:"-"`
	TextSeal  string        `db:"text_seal" json:"-"`
	Data      string        `db:"data" json:"data,omitempty"` // what changed, as JSON: codes, numbers, days
	Hash      []byte        `db:"hash" json:"hash"`
}

// note is what a step adds to its event.
type note struct {
	text string
	data map[string]any
}

// appendEvent adds the event of an action to the matter's chain.
func appendEvent(tx *store.Tx, c *Matter, action Action, was State, n note) (*Event, error) {
	a := actor.From(tx.Context())
	data := ""
	if len(n.data) > 0 {
		b, err := json.Marshal(n.data)
		if err != nil {
			return nil, fmt.Errorf("event data: %w", err)
		}
		data = string(b)
	}
	c.EventSeq++
	e := Event{CentreID: c.CentreID, MatterID: c.ID, Seq: c.EventSeq, Action: action, Was: was, State: c.State, ActorKind: string(a.Kind), ActorID: a.UserID,
		ActorName: a.Name, UnitID: a.UnitID, At: tx.Now(), Text: n.text, Data: data}
	e.seal()
	e.Hash = e.link(c.EventHash)
	c.EventHash = e.Hash
	return &e, store.Insert(tx, "complaint_event", e)
}

// seal binds the text into the chain over a random salt, so that it can be taken out with the archive's period and the
// chain still holds (see the hotline's events). Data holds nothing that anybody wrote freely.
func (e *Event) seal() {
	if e.Text == "" {
		return
	}
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // never fails; ends the program where the system has no randomness
	e.TextSalt = hex.EncodeToString(salt)
	e.TextSeal = e.sealWith(e.TextSalt)
}

func (e *Event) sealWith(salt string) string {
	sum := crypt.SM3([]byte(salt), []byte(e.Text))
	return hex.EncodeToString(sum[:])
}

// link is SM3 over the hash before and every field, each framed by its length; a sealed text counts by its seal.
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
	for _, s := range []string{e.CentreID, string(e.MatterID), string(e.Action), string(e.Was), string(e.State), e.ActorKind, e.ActorID, e.ActorName, e.UnitID, text, e.Data} {
		frame([]byte(s))
	}
	return h.Sum(nil)
}

// holds reports whether an event is as it was added.
func (e *Event) holds(prev []byte) bool {
	if e.TextSeal != "" && (e.Text != "" || e.TextSalt != "") && e.TextSeal != e.sealWith(e.TextSalt) {
		return false
	}
	return bytes.Equal(e.link(prev), e.Hash)
}

// verifyEvents checks the chain of a matter against the head in its row; it gives the number of the first event that does not
// hold, or 0.
func verifyEvents(c *Matter, events []Event) int64 {
	prev := []byte{}
	for i := range events {
		e := &events[i]
		if e.Seq != int64(i+1) || !e.holds(prev) {
			return int64(i + 1)
		}
		prev = e.Hash
	}
	if c.EventSeq != int64(len(events)) || !bytes.Equal(c.EventHash, prev) {
		return int64(len(events)) + 1
	}
	return 0
}

func loadEvents(tx *store.Tx, centre string, id MatterID) ([]Event, error) {
	return store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM complaint_event WHERE centre_id = $1 AND matter_id = $2 ORDER BY seq", centre, id)
}
