package org

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCheckPassword(t *testing.T) {
	cases := map[string]bool{
		"Hong-cha 88 du":            true,
		"临夏市政务中心真好呀":                true,
		"short-9ch":                 false,
		"ab12 wangfang 99":          false, // the user name
		"WANGFANG2026":              false,
		"1234567890":                false,
		"PassWord123":               false,
		"aaaaaaaabbb":               false,
		"abcdefgh\x00ij":            false,
		strings.Repeat("长密码很长", 26): false,
	}
	for p, ok := range cases {
		if err := CheckPassword("wangfang", p); (err == nil) != ok || err != nil && !errors.Is(err, ErrPassword) {
			t.Errorf("%q: %v, want ok %v", p, err, ok)
		}
	}
}

func TestEveryCommonPasswordIsLongEnoughToMatter(t *testing.T) {
	for _, c := range commonPasswords {
		if len(c) < minPassword || c != strings.ToLower(c) {
			t.Errorf("%q can never be met", c)
		}
	}
}

func TestHashRoundTrip(t *testing.T) {
	h := newHasher(0)
	if p, _, _, err := parseHash(h.dummy); err != nil || p != chosenParams {
		t.Fatalf("an unknown user takes %+v: %v", p, err)
	}
	passwords := []string{"x", "Hong-cha 88 du", "临夏市政务中心", "Hong-cha 88 dU", " ", strings.Repeat("长", 500)}
	for _, p := range passwords {
		stored, err := h.hash(t.Context(), p, argonParams{64, 1, 1})
		if err != nil || !weaker(stored) {
			t.Fatalf("hash %q: %s %v", p, stored, err)
		}
		for _, other := range passwords {
			want := p == other && len(p) <= 4*maxPassword
			if got, err := h.verify(t.Context(), stored, other); err != nil || got != want {
				t.Errorf("verify %q against %q: %v %v", other, p, got, err)
			}
		}
	}
	if ok, err := h.verify(t.Context(), "", "whatever"); ok || err != nil {
		t.Errorf("an unknown user: %v %v", ok, err)
	}
	if _, err := h.verify(t.Context(), "$argon2id$v=19$m=9999999999,t=1,p=1$AAAA$AAAA", "x"); err == nil {
		t.Error("a forged hash with absurd memory is accepted")
	}
}

func TestHashingWaitsForASlotAndGivesUpWithTheRequest(t *testing.T) {
	h := &hasher{slots: make(chan struct{}, 1)}
	h.slots <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.hash(ctx, "x", randomParams); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hash with all slots taken: %v", err)
	}
}

func TestOneTimePasswordsPassTheRules(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		p := oneTimePassword()
		if len(p) != 14 || seen[p] {
			t.Fatalf("one-time password %q", p)
		}
		seen[p] = true
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Fuzz(func(t *testing.T, s string) {
		if p, _, key, err := parseHash(s); err == nil && (len(key) != keyLen || p.time == 0 || p.lanes == 0 || p.memory > 1<<20) {
			t.Errorf("accepted %q", s)
		}
	})
}
