// Package chain links records by SM3 (校验链): each record's hash covers the hash before it and every field of its own, so
// that a record which is edited, removed or inserted later is found by walking the chain. The audit log, and the events of
// tickets, cases, matters, rating tasks and queue numbers are such chains.
package chain

import (
	"bytes"
	"encoding/binary"
	"hash"

	"github.com/emmansun/gmsm/sm3"
)

// Link is the hash of one record in the making. Fields are added in a fixed order; each is framed by its length, so that no
// other cutting of the same bytes gives the same hash.
type Link struct {
	sum  hash.Hash
	size [8]byte
}

// After begins the link behind the record whose hash is prev; the first of a chain has none.
func After(prev []byte) *Link {
	l := &Link{sum: sm3.New()}
	l.Bytes(prev)
	return l
}

// Number adds a number by its eight bytes.
func (l *Link) Number(v int64) {
	binary.BigEndian.PutUint64(l.size[:], uint64(v))
	l.sum.Write(l.size[:])
}

// Bytes adds a field.
func (l *Link) Bytes(b []byte) {
	l.Number(int64(len(b)))
	l.sum.Write(b)
}

// Text adds fields.
func (l *Link) Text(fields ...string) {
	for _, s := range fields {
		l.Bytes([]byte(s))
	}
}

// Hash is the link: 32 bytes.
func (l *Link) Hash() []byte { return l.sum.Sum(nil) }

// Record is a link of a chain: its number, counted from 1, its hash, and whether it is as it was added behind prev.
type Record interface {
	Place() int64
	Digest() []byte
	Holds(prev []byte) bool
}

// Broken walks records in order and compares them with the head of the chain, which is kept apart from them: the number and
// hash of the last. It gives the number of the first record that does not hold, or 0 where all do.
func Broken[E any, R interface {
	*E
	Record
}](records []E, last int64, head []byte) int64 {
	prev := []byte{}
	for i := range records {
		r := R(&records[i])
		if r.Place() != int64(i+1) || !r.Holds(prev) {
			return int64(i + 1)
		}
		prev = r.Digest()
	}
	if n := int64(len(records)); last != n || !bytes.Equal(head, prev) {
		return n + 1
	}
	return 0
}
