package crypt_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/crypt"
	"yichuang/internal/errs"
)

func TestSealedTextComesBackAndDiffersEachTime(t *testing.T) {
	k := crypt.Generate()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		a, b := k.Seal(text), k.Seal(text)
		got, err := k.Open(a)
		if err != nil || got != text {
			t.Fatalf("Open(Seal(%q)) = %q, %v", text, got, err)
		}
		if text != "" && bytes.Equal(a, b) {
			t.Fatal("two seals of one text are equal")
		}
		if len(text) > 8 && bytes.Contains(a, []byte(text)) {
			t.Fatal("the text shows in its seal")
		}
	})
}

func TestAnyChangeOfASealedValueIsNoticed(t *testing.T) {
	k := crypt.Generate()
	sealed := k.Seal("张三 13812345678")
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if text, err := k.Open(bad); err == nil {
				t.Fatalf("byte %d bit %d changed, still opened as %q", i, bit, text)
			}
		}
	}
	for n := 1; n < len(sealed); n++ {
		if _, err := k.Open(sealed[:n]); !errors.Is(err, crypt.ErrDamaged) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestEmptyStaysEmpty(t *testing.T) {
	k := crypt.Generate()
	if s := k.Seal(""); s == nil || len(s) != 0 {
		t.Fatalf("Seal(\"\") = %v", s)
	}
	for _, empty := range [][]byte{nil, {}} {
		if text, err := k.Open(empty); err != nil || text != "" {
			t.Fatalf("Open(empty) = %q, %v", text, err)
		}
	}
	if k.BlindIndex(crypt.KindPhone, " - ") != "" {
		t.Fatal("a number without digits has an index")
	}
}

func TestOldValuesStayReadableAfterRotation(t *testing.T) {
	k := crypt.Generate()
	index := k.BlindIndex(crypt.KindPhone, "13812345678")
	var sealed [][]byte
	for range 254 {
		sealed = append(sealed, k.Seal("王五"))
		if err := k.Rotate(0); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range sealed {
		if text, err := k.Open(s); err != nil || text != "王五" {
			t.Fatalf("value of key %d: %q, %v", i+1, text, err)
		}
		if k.IsCurrent(s) {
			t.Fatalf("value of key %d counts as current", i+1)
		}
	}
	if !k.IsCurrent(k.Seal("王五")) {
		t.Fatal("a new value is not of the current key")
	}
	if err := k.Rotate(0); !errors.Is(err, crypt.ErrKeyLimit) {
		t.Fatalf("rotation 255: %v", err)
	}
	if k.BlindIndex(crypt.KindPhone, "13812345678") != index {
		t.Fatal("rotation changed the blind index")
	}
}

func TestAnotherRingOpensNothing(t *testing.T) {
	a, b := crypt.Generate(), crypt.Generate()
	if _, err := b.Open(a.Seal("张三")); !errors.Is(err, crypt.ErrDamaged) {
		t.Fatalf("foreign value: %v", err)
	}
	if err := a.Rotate(0); err != nil {
		t.Fatal(err)
	}
	_, err := b.Open(a.Seal("张三"))
	if !errors.Is(err, crypt.ErrUnknownKey) || errs.KindOf(err) != errs.Unavailable {
		t.Fatalf("value of an unknown key: %v", err)
	}
	if a.BlindIndex(crypt.KindPhone, "13812345678") == b.BlindIndex(crypt.KindPhone, "13812345678") {
		t.Fatal("the blind index does not depend on the key")
	}
}

func TestRotationWhileOthersWork(t *testing.T) {
	k := crypt.Generate()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				if text, err := k.Open(k.Seal("赵六")); err != nil || text != "赵六" {
					t.Errorf("%q, %v", text, err)
					return
				}
			}
		})
	}
	for range 50 {
		if err := k.Rotate(0); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

func TestBlindIndexBringsVariantsTogether(t *testing.T) {
	k := crypt.Generate()
	same := map[crypt.Kind][][]string{
		crypt.KindPhone: {
			{"13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "0086 138 1234 5678", "86-13812345678", "１３８１２３４５６７８"},
			{"05573022345", "0557-3022345", "+86 557 3022345", "（0557）3022345"},
		},
		crypt.KindID:   {{"34220119800101123X", "34220119800101123x", "342201 19800101 123X", "３４２２０１１９８００１０１１２３ｘ"}},
		crypt.KindName: {{"阿卜杜拉·买买提", "阿卜杜拉买买提", " 阿卜杜拉・买买提 "}, {"ABC公司", "ＡＢＣ公司", "abc 公司"}},
	}
	seen := map[string]string{}
	for kind, groups := range same {
		for _, g := range groups {
			want := k.BlindIndex(kind, g[0])
			if len(want) != 26 || strings.Contains(want, g[0]) {
				t.Fatalf("index %q", want)
			}
			if other, ok := seen[want]; ok {
				t.Fatalf("%q and %q have one index", g[0], other)
			}
			seen[want] = g[0]
			for _, v := range g[1:] {
				if k.BlindIndex(kind, v) != want {
					t.Errorf("%s: %q and %q differ", kind, g[0], v)
				}
			}
		}
	}
	if k.BlindIndex(crypt.KindPhone, "13812345678") == k.BlindIndex(crypt.KindID, "13812345678") {
		t.Error("two kinds share an index value")
	}
}

func TestSM3FramesItsParts(t *testing.T) {
	join := func(parts ...string) [32]byte {
		bs := make([][]byte, len(parts))
		for i, p := range parts {
			bs[i] = []byte(p)
		}
		return crypt.SM3(bs...)
	}
	seen := map[[32]byte][]string{}
	for _, parts := range [][]string{{}, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"ab", ""}, {"", "ab"}, {"a", "", "b"}} {
		sum := join(parts...)
		if other, ok := seen[sum]; ok {
			t.Errorf("%q and %q have one hash", parts, other)
		}
		seen[sum] = parts
	}
	if join("a", "b") != join("a", "b") {
		t.Error("the hash is not the same twice")
	}
}

func FuzzOpen(f *testing.F) {
	k := crypt.Generate()
	f.Add([]byte{})
	f.Add([]byte{1, 1})
	f.Add(k.Seal("张三"))
	f.Add(append([]byte{1, 2}, make([]byte, 40)...))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if text, err := k.Open(sealed); err != nil && text != "" {
			t.Fatalf("an error and a text: %q, %v", text, err)
		}
	})
}

func FuzzNormal(f *testing.F) {
	f.Add("+86 138-1234-5678")
	f.Add("34220119800101123ｘ")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range crypt.Normal(crypt.KindPhone, s) {
			if c < '0' || c > '9' {
				t.Fatalf("a phone number with %q", c)
			}
		}
		_ = crypt.Normal(crypt.KindName, s)
		if n := crypt.Normal(crypt.KindID, s); strings.ToUpper(n) != n {
			t.Fatalf("not upper case: %q", n)
		}
		_, _, _ = crypt.MaskName(s), crypt.MaskPhone(s), crypt.MaskIDNo(s)
	})
}

func BenchmarkSeal20(b *testing.B) {
	k := crypt.Generate()
	for b.Loop() {
		k.Seal("12345678901234567890")
	}
}

func BenchmarkOpen20(b *testing.B) {
	k := crypt.Generate()
	s := k.Seal("12345678901234567890")
	for b.Loop() {
		if _, err := k.Open(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBlindIndex(b *testing.B) {
	k := crypt.Generate()
	for b.Loop() {
		k.BlindIndex(crypt.KindPhone, "13812345678")
	}
}
