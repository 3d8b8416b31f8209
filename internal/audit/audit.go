// Package audit is the append-only log (审计日志) of who did what: every change, every denied request and every reading
// of personal data is a line, written in the transaction of what it records and chained by SM3, so that a line that is
// edited, removed or inserted later is found by Verify.
//
// A centre's log has several chains (streams), chosen by the object, so that writers on PostgreSQL rarely wait for one
// head; a line carries the digest of the domain event that it vouches for, which ties the event tables to the chain.
// Details never hold personal data.
package audit

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sort"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Migrations make the tables audit_log and audit_head.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Streams is the number of chains of a centre.
const Streams = 16

// Outcomes of an audited request.
const (
	OK     = "ok"     // done
	Denied = "denied" // refused on grounds of who asked
)

// Entry is what a use case says; who, when and from where come from the transaction.
type Entry struct {
	Action     string           // "<module>.<verb>", such as hotline.sign
	Permission actor.Permission // what allowed it, or would have
	Kind       string           // kind of object: ticket, user …
	Object     string           // id of the object
	Outcome    string           // OK unless said otherwise
	Detail     map[string]any   // small facts, no personal data
	Digest     []byte           // digest of the domain event, if there is one
}

// Line is a stored entry.
type Line struct {
	CentreID   string        `db:"centre_id" json:"-"`
	Stream     int64         `db:"stream" json:"stream"`
	Seq        int64         `db:"seq" json:"seq"`
	ID         string        `db:"id" json:"id"`
	At         clock.Instant `db:"at" json:"at"`
	ActorKind  string        `db:"actor_kind" json:"actor_kind"`
	ActorID    string        `db:"actor_id" json:"actor_id"`
	ActorUnit  string        `db:"actor_unit" json:"actor_unit"`
	Action     string        `db:"action" json:"action"`
	Permission string        `db:"permission" json:"permission"`
	Outcome    string        `db:"outcome" json:"outcome"`
	ObjectKind string        `db:"object_kind" json:"object_kind"`
	Object     string        `db:"object" json:"object"`
	Detail     string        `db:"detail" json:"detail"`
	Digest     []byte        `db:"digest" json:"digest"`
	IP         string        `db:"ip" json:"ip"`
	RequestID  string        `db:"request_id" json:"request_id"`
	Hash       []byte        `db:"hash" json:"hash"`
}

type head struct {
	Seq  int64  `db:"seq"`
	Hash []byte `db:"hash"`
}

type headKey struct {
	centre string
	stream int64
}

// Record appends e to the log in tx, for the actor of tx's context and in that actor's centre.
func Record(tx *store.Tx, e Entry) error {
	a := actor.From(tx.Context())
	return RecordIn(tx, a.CentreID, e)
}

// RecordIn is Record for a centre that is not the actor's, such as a failed sign-in of a stranger.
func RecordIn(tx *store.Tx, centre string, e Entry) error {
	a := actor.From(tx.Context())
	detail, err := encodeDetail(e.Detail)
	if err != nil {
		return err
	}
	l := Line{
		CentreID: centre, Stream: StreamOf(e.Object), ID: tx.NewID(), At: tx.Now(),
		ActorKind: string(a.Kind), ActorID: actorID(a), ActorUnit: a.UnitID, Action: e.Action, Permission: string(e.Permission),
		Outcome: e.Outcome, ObjectKind: e.Kind, Object: e.Object, Detail: detail, Digest: nonNil(e.Digest), IP: a.IP, RequestID: a.RequestID,
	}
	if l.Outcome == "" {
		l.Outcome = OK
	}
	return appendLine(tx, &l)
}

func actorID(a *actor.Actor) string {
	if a.Kind == actor.Token {
		return a.UserID + "/" + a.TokenID
	}
	return a.UserID
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func encodeDetail(d map[string]any) (string, error) {
	if len(d) == 0 {
		return "", nil
	}
	b, err := json.Marshal(d) // keys come out sorted
	if err != nil {
		return "", fmt.Errorf("audit detail: %w", err)
	}
	return string(b), nil
}

// StreamOf gives the chain that an object's lines go to; also a fair shard number for counters that change with it.
func StreamOf(object string) int64 {
	h := fnv.New32a()
	h.Write([]byte(object))
	return int64(h.Sum32() % Streams)
}

// Lock takes the chain of object's stream for this transaction before anything else is locked, so that transactions on
// one stream queue in one order. Use cases that change several objects call it for each, in the order of LockOrder.
func Lock(tx *store.Tx, centre, object string) error {
	_, err := loadHead(tx, headKey{centre, StreamOf(object)})
	return err
}

const headQuery = "SELECT seq, hash FROM audit_head WHERE centre_id = $1 AND stream = $2"

// Ahead announces that Lock will be called for object; see store.Tx.Ahead.
func Ahead(tx *store.Tx, centre, object string) {
	tx.Ahead(headQuery+tx.ForUpdate(), centre, StreamOf(object))
}

// LockOrder sorts objects in the order in which their chains must be locked.
func LockOrder(objects []string) {
	sort.Slice(objects, func(i, j int) bool { return StreamOf(objects[i]) < StreamOf(objects[j]) })
}

func loadHead(tx *store.Tx, k headKey) (*head, error) {
	if h, ok := tx.Value(k).(*head); ok {
		return h, nil
	}
	h, err := store.Get[head](tx, headQuery+tx.ForUpdate(), k.centre, k.stream)
	if errors.Is(err, store.ErrNotFound) {
		if err = tx.Queue("INSERT INTO audit_head (centre_id, stream, seq, hash) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING",
			k.centre, k.stream, []byte{}); err != nil {
			return nil, err
		}
		h, err = store.Get[head](tx, headQuery+tx.ForUpdate(), k.centre, k.stream)
	}
	if err != nil {
		return nil, err
	}
	tx.SetValue(k, &h)
	return &h, nil
}

// appendLine puts a line behind the head of its chain. Where work of several requests shares the transaction, it waits for
// its end: a head is what most transactions need.
func appendLine(tx *store.Tx, l *Line) error {
	k := headKey{l.CentreID, l.Stream}
	return tx.Last(store.LastStep{Order: l.Stream,
		Ahead: func(tx *store.Tx) { tx.Ahead(headQuery+tx.ForUpdate(), k.centre, k.stream) },
		Lock: func(tx *store.Tx) error {
			_, err := loadHead(tx, k)
			return err
		},
		Do: func(tx *store.Tx) error { return chained(tx, l) }})
}

// chained gives a line its place behind the head and moves the head.
func chained(tx *store.Tx, l *Line) error {
	h, err := loadHead(tx, headKey{l.CentreID, l.Stream})
	if err != nil {
		return err
	}
	l.Seq = h.Seq + 1
	l.Hash = link(h.Hash, l)
	h.Seq, h.Hash = l.Seq, l.Hash
	if err := store.Insert(tx, "audit_log", l); err != nil {
		return err
	}
	return tx.Queue("UPDATE audit_head SET seq = $1, hash = $2 WHERE centre_id = $3 AND stream = $4", l.Seq, l.Hash, l.CentreID, l.Stream)
}

// link is SM3 over the previous hash and every field of the line, each framed by its length.
func link(prev []byte, l *Line) []byte {
	h := chain.After(prev)
	h.Number(l.Stream)
	h.Number(l.Seq)
	h.Number(int64(l.At))
	h.Text(l.CentreID, l.ID, l.ActorKind, l.ActorID, l.ActorUnit, l.Action, l.Permission, l.Outcome, l.ObjectKind, l.Object, l.Detail, l.IP, l.RequestID)
	h.Bytes(l.Digest)
	return h.Hash()
}
