package crypt

import (
	"encoding/binary"

	"github.com/emmansun/gmsm/sm3"
)

// SM3 hashes parts with their lengths, so that no other cutting of the same bytes gives the same hash. It is the link
// of hash chains: SM3(previous, fields…).
func SM3(parts ...[]byte) [32]byte {
	h := sm3.New()
	var length [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write(p)
	}
	var sum [32]byte
	h.Sum(sum[:0])
	return sum
}
