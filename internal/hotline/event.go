package hotline

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
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
	TextSalt  string        `db:"text_salt" json:"-"`         // with which text and data are sealed; goes with the text
	TextSeal  string        `db:"text_seal" json:"-"`         // what the chain holds in their place
	Data      string        `db:"data" json:"data,omitempty"` // what changed, as JSON
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

// seal binds what people wrote into the chain by SM3 over a random salt, the text and the data. Without the salt nobody can
// find the text from it by trying, so that it may be taken out later (redacted) and the chain still holds (ADR 0032). An
// event in which nobody wrote anything is chained as it is.
func (e *Event) seal() {
	if e.Text == "" && e.Data == keptData(e.Data) {
		return
	}
	e.TextSalt, e.TextSeal = chain.Seal(e.Text, e.Data)
}

// keptText are the keys of an event's data whose texts are codes, ids and numbers of the program or of a closed list; a
// text under any other key counts as written by somebody.
var keptText = map[string]bool{"area": true, "ask": true, "cause": true, "reason_code": true, "sample": true, "supervision": true, "attitude": true, "category": true, "channel": true, "close_kind": true, "content_sm3": true, "finding": true,
	"from": true, "ground": true, "into": true, "kept_sm3": true, "kind": true, "level": true, "limit": true, "list": true, "origin": true, "other_unit": true,
	"outcome": true, "parent": true, "result": true, "role": true, "rule": true, "sha256": true, "solved": true, "source": true, "state": true, "unit": true, "units": true, "urgency": true}

var momentText = regexp.MustCompile(`^(\d{4}-\d\d-\d\d(T[0-9:.]+(Z|[+-]\d\d:\d\d))?)?$`)

// keptData is an event's data without what people wrote: numbers, moments, and texts under the keys of keptText. Figures
// are made from it; it stays when the rest goes.
func keptData(data string) string {
	if data == "" {
		return ""
	}
	var m map[string]any
	dec := json.NewDecoder(strings.NewReader(data))
	dec.UseNumber()
	if dec.Decode(&m) != nil {
		return ""
	}
	n := len(m)
	for k, v := range m {
		text, isText := v.(string)
		switch {
		case keptText[k]:
		case isText && momentText.MatchString(text):
		case isText, isList(v):
			delete(m, k)
		}
	}
	if len(m) == n {
		return data
	}
	if len(m) == 0 {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(b)
}

func isList(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// redact takes out what people wrote; the seal stays in its place.
func (e *Event) redact() {
	if e.TextSeal == "" && e.Text != "" {
		e.TextSeal = redactedBefore
	}
	e.Text, e.TextSalt, e.Data = "", "", keptData(e.Data)
}

// keptSum is the SM3 over what is left of a ticket's events when what people wrote is gone. The event of the destruction
// holds it, so that figures can still be recomputed from data that somebody vouches for.
func keptSum(events []Event) string {
	h := sm3.New()
	for i := range events {
		fmt.Fprintf(h, "%d %q\n", events[i].Seq, keptData(events[i].Data))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// redactedBefore is the seal of a text that was taken out of an event from before texts were sealed: only the audit
// line of such an event vouches for it.
const redactedBefore = "redacted"

// Place is the event's number in the life of its ticket.
func (e *Event) Place() int64 { return e.Seq }

// Digest is the event's hash.
func (e *Event) Digest() []byte { return e.Hash }

// Holds reports whether an event is as it was added: what was written as sealed, or taken out, and its hash as linked.
func (e *Event) Holds(prev []byte) bool {
	gone := e.TextSalt == "" && e.Text == ""
	switch {
	case e.TextSeal == redactedBefore:
		return gone
	case e.TextSeal != "" && !gone && e.TextSeal != chain.SealWith(e.TextSalt, e.Text, e.Data):
		return false
	}
	return bytes.Equal(e.link(prev), e.Hash)
}

// link is SM3 over the hash before and every field, each framed by its length; where there is a seal, text and data
// count by it.
func (e *Event) link(prev []byte) []byte {
	text, data := e.Text, e.Data
	if e.TextSeal != "" {
		text, data = e.TextSeal, ""
	}
	l := chain.After(prev)
	l.Number(e.Seq)
	l.Number(int64(e.At))
	l.Text(e.CentreID, string(e.TicketID), string(e.LegID), string(e.Action), string(e.State), e.ActorKind, e.ActorID, e.ActorName, e.UnitID, text, data)
	return l.Hash()
}
