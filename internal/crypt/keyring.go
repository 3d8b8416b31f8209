package crypt

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Errors of sealed values.
var (
	ErrDamaged    = errs.New(errs.Internal, "crypt.damaged", "加密的数据已损坏或被改动，无法解密。请从备份恢复这条记录。")
	ErrUnknownKey = errs.New(errs.Unavailable, "crypt.key_unknown", "这条数据用本机没有的密钥加密。请从其他节点或备份复制最新的密钥文件，然后重启。")
	ErrKeyLimit   = errs.New(errs.Conflict, "crypt.key_limit", "密钥已轮换 255 次，达到上限，不能再轮换。")
)

const (
	format   = 1 // first byte of a sealed value
	keySize  = 16
	nonceLen = 12
	tagLen   = 16
	headLen  = 2
	overhead = headLen + nonceLen + tagLen
	maxKeys  = 255
)

// key is one SM4 key with its cipher made ready.
type key struct {
	no     byte
	secret []byte
	made   clock.Instant
	aead   cipher.AEAD
}

func newKey(no byte, secret []byte, made clock.Instant) (*key, error) {
	block, err := sm4.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &key{no: no, secret: secret, made: made, aead: aead}, nil
}

// ring is the set of keys at one time; it is never changed.
type ring struct {
	index   []byte // key of the blind index
	keys    [maxKeys + 1]*key
	current *key
}

// Keyring holds the keys of an installation. It is safe for concurrent use.
type Keyring struct {
	path string // "" for keys that live in memory only
	mu   sync.Mutex
	read fileState // of the file when it was last taken over
	ring atomic.Pointer[ring]
}

// Generate makes a Keyring with new keys that live in memory only: for tests, and for demonstrations whose data is
// thrown away.
func Generate() *Keyring {
	k := &Keyring{}
	k.ring.Store(newRing(0))
	return k
}

func newRing(now clock.Instant) *ring {
	r := &ring{index: random(32)}
	r.current = mustKey(1, now)
	r.keys[1] = r.current
	return r
}

func mustKey(no byte, now clock.Instant) *key {
	k, err := newKey(no, random(keySize), now)
	if err != nil {
		panic(err) // a 16-byte key cannot be refused
	}
	return k
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) //nolint:errcheck // never fails; ends the program where the system has no randomness
	return b
}

// Seal encrypts text under the current key. The same text gives another value each time; "" gives an empty value.
func (k *Keyring) Seal(text string) []byte {
	if text == "" {
		return []byte{}
	}
	cur := k.ring.Load().current
	out := make([]byte, headLen+nonceLen, overhead+len(text))
	out[0], out[1] = format, cur.no
	nonce := out[headLen:]
	rand.Read(nonce) //nolint:errcheck // see random
	return cur.aead.Seal(out, nonce, []byte(text), out[:headLen])
}

// Open decrypts what Seal made under any key of the ring. It fails with crypt.damaged on anything else, and with
// crypt.key_unknown on a value of a key that this ring lacks.
func (k *Keyring) Open(sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	if len(sealed) < overhead || sealed[0] != format {
		return "", ErrDamaged
	}
	by := k.find(sealed[1])
	if by == nil {
		return "", ErrUnknownKey.Wrap(fmt.Errorf("key %d", sealed[1]))
	}
	body := sealed[headLen:]
	text, err := by.aead.Open(nil, body[:nonceLen], body[nonceLen:], sealed[:headLen])
	if err != nil {
		return "", ErrDamaged.Wrap(err)
	}
	return string(text), nil
}

// IsCurrent reports whether a sealed value is of the current key. After a rotation the others may be opened and sealed
// again at leisure; nothing depends on it.
func (k *Keyring) IsCurrent(sealed []byte) bool {
	return len(sealed) == 0 || len(sealed) > 1 && sealed[1] == k.ring.Load().current.no
}

// Rotate makes a new current key, in the key file first. Old keys still open what they sealed. Remember must follow. Other
// processes that use the same file take the key over when they meet a value of it, or by Refresh; where a node has a file
// of its own, it must be replaced before that node meets new values.
func (k *Keyring) Rotate(now clock.Instant) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.path != "" {
		if _, err := k.refresh(); err != nil {
			return err
		}
	}
	old := k.ring.Load()
	if old.current.no == maxKeys {
		return ErrKeyLimit
	}
	r := *old
	r.current = mustKey(old.current.no+1, now)
	r.keys[r.current.no] = r.current
	if k.path != "" {
		if err := replaceFile(k.path, encodeRing(&r)); err != nil {
			return err
		}
	}
	k.ring.Store(&r)
	return nil
}

// Check gives the check value (密钥校验值) of all keys, from which no key can be found. Stored beside encrypted data, it
// lets Load tell the right key file from another.
func (k *Keyring) Check() string {
	r := k.ring.Load()
	parts := []string{"index=" + keyCheck(r.index)}
	for _, key := range r.keys {
		if key != nil {
			parts = append(parts, fmt.Sprintf("%d=%s", key.no, keyCheck(key.secret)))
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, " ")
}

func keyCheck(secret []byte) string {
	h := hmac.New(sm3.New, secret)
	h.Write([]byte("yichuang key check"))
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// covers reports whether the ring has every key that a stored check value names.
func (k *Keyring) covers(check string) bool {
	have := map[string]bool{}
	for _, p := range strings.Fields(k.Check()) {
		have[p] = true
	}
	for _, p := range strings.Fields(check) {
		if !have[p] {
			return false
		}
	}
	return true
}
