package org

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"yichuang/internal/errs"
)

// ErrPassword refuses a new password (口令).
var ErrPassword = errs.New(errs.Invalid, "org.password", "新密码不符合要求，没有保存。请换一个再试。")

const (
	minPassword = 10
	maxPassword = 128
)

// commonPasswords are refused as they stand or with other capitals; shorter ones are refused by length already.
var commonPasswords = strings.Fields(`
	0123456789 1234567890 12345678910 1234567891 0987654321 9876543210 1234554321 1122334455 1231231234 1020304050
	a123456789 aa123456789 abc123456789 123456789a 123456789q q123456789 qq123456789 abc1234567 abcd123456 abcd1234567 1234567890a
	password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 adminadmin admin12345 admin123456 admin@123456 administrator
	qwertyuiop qwerty12345 qwerty123456 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y qazwsxedcrfv zaq12wsxcde3 asdfghjkl123 asdfghjkl; zxcvbnm123 q1w2e3r4t5
	woaini1314 woaini1314520 5201314520 1314520520 woaiwojia1 zhongguo123 linxia12345 linxia2024 linxia2025 linxia2026
	zhengwu123 zhengwu12345 zwzx123456 zwfw123456 hotline12345 yichuang123 welcome123 welcome1234 letmein1234 iloveyou123 changeme123 test123456`)

// CheckPassword applies the rules for a new password: 10 to 128 characters, not the user name, no well-known password,
// not the same few characters over and over.
func CheckPassword(username, password string) error {
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	refuse := func(text string, args ...any) error { return ErrPassword.Field("password", text, args...) }
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return refuse("密码含有无法识别的字符")
	case n < minPassword:
		return refuse("密码至少 %d 个字符，现在是 %d 个", minPassword, n)
	case n > maxPassword:
		return refuse("密码最多 %d 个字符", maxPassword)
	case username != "" && (lower == username || len(username) >= 4 && strings.Contains(lower, username)):
		return refuse("密码不能包含用户名")
	case distinct(lower) < 4:
		return refuse("密码的字符太单一，请至少用 4 种不同的字符")
	}
	for _, c := range commonPasswords {
		if lower == c {
			return refuse("这个密码太常见，容易被猜中")
		}
	}
	return nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// oneTimeAlphabet has no characters that are mistaken for each other on paper.
const oneTimeAlphabet = "abcdefghjkmnpqrstuvwxyz23456789"

// oneTimePassword makes a random password of 59 bits, written as three groups of four.
func oneTimePassword() string {
	var b strings.Builder
	buf := make([]byte, 1)
	for n := 0; n < 12; {
		rand.Read(buf) // never fails
		if int(buf[0]) >= 256/len(oneTimeAlphabet)*len(oneTimeAlphabet) {
			continue // would favour the first letters
		}
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(oneTimeAlphabet[int(buf[0])%len(oneTimeAlphabet)])
		n++
	}
	return b.String()
}

// argonParams are stored with each hash, so that they can be raised later.
type argonParams struct {
	memory uint32 // KiB
	time   uint32
	lanes  uint8
}

var (
	// chosenParams are for passwords that people choose (OWASP's second recommendation, 19 MiB).
	chosenParams = argonParams{19 * 1024, 2, 1}
	// randomParams are for one-time passwords: 59 random bits need no slow hash, and an import makes hundreds.
	randomParams = argonParams{1024, 1, 1}
)

const (
	saltLen = 16
	keyLen  = 32
)

var errHash = errors.New("org: stored password hash is malformed")

// hasher computes argon2id with a bound on how many run at once, because each takes 19 MiB.
type hasher struct {
	slots chan struct{}
	dummy string // verified for unknown users, so that they take as long as known ones; no password is known to make it
}

func newHasher(slots int) *hasher {
	if slots <= 0 {
		slots = max(2, runtime.GOMAXPROCS(0))
	}
	salt, key := make([]byte, saltLen), make([]byte, keyLen)
	rand.Read(salt)
	rand.Read(key)
	return &hasher{slots: make(chan struct{}, slots), dummy: phc(chosenParams, salt, key)}
}

func (h *hasher) key(ctx context.Context, password string, salt []byte, p argonParams) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, p.time, p.memory, p.lanes, keyLen), nil
}

// phc writes parameters, salt and key as a PHC string: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func phc(p argonParams, salt, key []byte) string {
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.lanes, enc(salt), enc(key))
}

// hash gives the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string, p argonParams) (string, error) {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	key, err := h.key(ctx, password, salt, p)
	if err != nil {
		return "", err
	}
	return phc(p, salt, key), nil
}

// verify reports whether password made the stored hash. An empty stored hash stands for an unknown user: it takes as
// long, and never matches.
func (h *hasher) verify(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	p, salt, want, err := parseHash(stored)
	if err != nil {
		return false, err
	}
	if len(password) > 4*maxPassword {
		password, known = "", false
	}
	got, err := h.key(ctx, password, salt, p)
	if err != nil {
		return false, err
	}
	if p != chosenParams { // a one-time password must not be told from an unknown user by its speed
		if _, err := h.key(ctx, password, salt, chosenParams); err != nil {
			return false, err
		}
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// weaker reports whether a stored hash was made with less than today's parameters.
func weaker(stored string) bool {
	p, _, _, err := parseHash(stored)
	return err == nil && (p.memory < chosenParams.memory || p.time < chosenParams.time)
}

func parseHash(s string) (p argonParams, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.lanes); err != nil {
		return p, nil, nil, errHash
	}
	if p.memory > 1<<20 || p.time == 0 || p.time > 64 || p.lanes == 0 {
		return p, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) != keyLen {
		return p, nil, nil, errHash
	}
	return p, salt, key, nil
}
