package chain

import (
	"crypto/rand"
	"encoding/hex"
)

// Seal stands in a link for texts that may have to be taken out one day (脱敏, 销毁): SM3 over a random salt and the texts.
// Without the salt nobody finds a text from its seal by trying, so that salt and text can be removed and the chain still
// holds (ADR 0032). Both are hex.
func Seal(texts ...string) (salt, seal string) {
	b := make([]byte, 16)
	rand.Read(b) //nolint:errcheck // never fails; ends the program where the system has no randomness
	salt = hex.EncodeToString(b)
	return salt, SealWith(salt, texts...)
}

// SealWith is the seal of texts under a salt that is known.
func SealWith(salt string, texts ...string) string {
	l := After([]byte(salt))
	l.Text(texts...)
	return hex.EncodeToString(l.Hash())
}
