package chain_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"

	"yichuang/internal/chain"
)

const (
	known     = "77269f7aab20c13b93418c5160253052dd39d88fc9ae63a280e5c6f92f452fad"
	knownSeal = "fd8f827ec74a42057f44c0738f53b29ae8c3fcf2c8c4459fd652f6f308d14f24"
)

type record struct {
	n    int64
	text string
	hash []byte
}

func (r *record) link(prev []byte) []byte {
	l := chain.After(prev)
	l.Number(r.n)
	l.Text(r.text)
	return l.Hash()
}

func (r *record) Place() int64           { return r.n }
func (r *record) Digest() []byte         { return r.hash }
func (r *record) Holds(prev []byte) bool { return bytes.Equal(r.link(prev), r.hash) }

func written(texts ...string) (out []record, head []byte) {
	head = []byte{}
	for i, t := range texts {
		r := record{n: int64(i + 1), text: t}
		r.hash = r.link(head)
		out, head = append(out, r), r.hash
	}
	return out, head
}

func TestWhateverIsDoneToAChainIsFound(t *testing.T) {
	_, none := written()
	cases := []struct {
		name   string
		change func(list []record) []record
		breaks int64
	}{
		{"nothing", func(l []record) []record { return l }, 0},
		{"edited", func(l []record) []record { l[1].text = "乙二"; return l }, 2},
		{"edited and linked anew", func(l []record) []record { l[1].text = "乙二"; l[1].hash = l[1].link(l[0].hash); return l }, 3},
		{"the last edited and linked anew", func(l []record) []record { l[2].text = "丙二"; l[2].hash = l[2].link(l[1].hash); return l }, 4},
		{"removed", func(l []record) []record { return slices.Delete(l, 0, 1) }, 1},
		{"the last removed", func(l []record) []record { return l[:2] }, 3},
		{"all removed", func(l []record) []record { return nil }, 1},
		{"inserted", func(l []record) []record { return slices.Insert(l, 1, record{n: 2, text: "插入", hash: l[1].hash}) }, 2},
		{"added", func(l []record) []record {
			r := record{n: 4, text: "丁"}
			r.hash = r.link(l[2].hash)
			return append(l, r)
		}, 5},
		{"exchanged", func(l []record) []record { l[0], l[1] = l[1], l[0]; return l }, 1},
	}
	for _, c := range cases {
		list, head := written("甲", "乙", "丙")
		if got := chain.Broken(c.change(list), 3, head); got != c.breaks {
			t.Errorf("%s: breaks at %d, want %d", c.name, got, c.breaks)
		}
	}
	if got := chain.Broken([]record{}, 0, none); got != 0 {
		t.Errorf("an empty chain breaks at %d", got)
	}
}

// The hashes stand in databases and in heads that were printed: their making must never change. The value was computed with
// OpenSSL from the bytes: 8 bytes of length before each field, 8 bytes for a number.
func TestTheHashIsAsItAlwaysWas(t *testing.T) {
	l := chain.After([]byte{})
	l.Number(1)
	l.Text("linxia", "")
	l.Bytes([]byte{0xff})
	if got := hex.EncodeToString(l.Hash()); got != known {
		t.Errorf("link is %s, want %s", got, known)
	}
	if got := chain.SealWith("00", "原因"); got != knownSeal {
		t.Errorf("seal is %s, want %s", got, knownSeal)
	}
}

func TestASealTellsNothingAndHolds(t *testing.T) {
	salt, seal := chain.Seal("不符合条件", `{"a":1}`)
	other, again := chain.Seal("不符合条件", `{"a":1}`)
	if salt == other || seal == again {
		t.Error("two seals of one text are alike")
	}
	if chain.SealWith(salt, "不符合条件", `{"a":1}`) != seal {
		t.Error("a seal does not hold its text")
	}
	if chain.SealWith(salt, "不符合条件"+`{"a":1}`) == seal || chain.SealWith(salt, "不符合条件", `{"a":2}`) == seal {
		t.Error("a seal holds another text")
	}
}

// Two lists of fields that are cut differently from the same bytes have different links.
func FuzzFieldsAreFramed(f *testing.F) {
	f.Add("ab", "c", uint8(1))
	f.Add("", "", uint8(0))
	f.Fuzz(func(t *testing.T, a, b string, at uint8) {
		both := a + b
		cut := int(at) % (len(both) + 1)
		if cut == len(a) {
			return
		}
		l, m := chain.After(nil), chain.After(nil)
		l.Text(a, b)
		m.Text(both[:cut], both[cut:])
		if bytes.Equal(l.Hash(), m.Hash()) {
			t.Errorf("%q | %q and %q | %q have one link", a, b, both[:cut], both[cut:])
		}
	})
}
