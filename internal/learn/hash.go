package learn

// Features are known by 64-bit hashes of their characters: no two of a model's features meet in practice, and the hash
// has no seed, so a file means the same everywhere.

// kind keeps features of different kinds apart.
type kind uint64

const (
	oneChar kind = iota + 1
	twoChars
	threeChars
	oneWord
	twoWords
	oneFact
	twoFacts
)

const (
	hashBasis = 14695981039346656037
	hashPrime = 1099511628211
)

func (k kind) start() uint64 { return (hashBasis ^ uint64(k)) * hashPrime }

// more adds a character to a hash.
func more(h uint64, r rune) uint64 { return (h ^ uint64(r)) * hashPrime }

// moreString adds the bytes of a string to a hash.
func moreString(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return h
}

// mixed spreads a hash over all its bits.
func mixed(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// table finds the number of a key: open addressing, half full at most.
type table struct {
	keys  []uint64 // 0 is free
	value []int32
	mask  uint64
}

func newTable(keys []uint64) *table {
	size := 16
	for size < 2*len(keys) {
		size *= 2
	}
	t := &table{keys: make([]uint64, size), value: make([]int32, size), mask: uint64(size - 1)}
	for i, k := range keys {
		at := mixed(k) & t.mask
		for t.keys[at] != 0 {
			at = (at + 1) & t.mask
		}
		t.keys[at], t.value[at] = k, int32(i)
	}
	return t
}

// find gives the number of a key, or -1.
func (t *table) find(k uint64) int32 {
	for at := mixed(k) & t.mask; t.keys[at] != 0; at = (at + 1) & t.mask {
		if t.keys[at] == k {
			return t.value[at]
		}
	}
	return -1
}
