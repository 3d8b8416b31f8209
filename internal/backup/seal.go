package backup

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"

	"golang.org/x/crypto/argon2"
)

// sealed is a key file under a passphrase: AES-256-GCM with a key that Argon2id makes of the passphrase.
type sealed struct {
	Note    string `json:"note"`
	Version int    `json:"version"`
	Time    uint32 `json:"argon2id_time"`
	Memory  uint32 `json:"argon2id_memory_kib"`
	Threads uint8  `json:"argon2id_threads"`
	Salt    []byte `json:"salt"`
	Nonce   []byte `json:"nonce"`
	Data    []byte `json:"data"`
}

func (s *sealed) cipher(passphrase string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(argon2.IDKey([]byte(passphrase), s.Salt, s.Time, s.Memory, s.Threads, 32))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func seal(key []byte, passphrase string) ([]byte, error) {
	s := sealed{Note: "一窗的密钥文件，用口令加密（Argon2id、AES-256-GCM）。", Version: 1, Time: 3, Memory: 64 * 1024, Threads: 2, Salt: make([]byte, 16), Nonce: make([]byte, 12)}
	rand.Read(s.Salt)  //nolint:errcheck // never fails
	rand.Read(s.Nonce) //nolint:errcheck // never fails
	c, err := s.cipher(passphrase)
	if err != nil {
		return nil, err
	}
	s.Data = c.Seal(nil, s.Nonce, key, nil)
	return json.MarshalIndent(s, "", "  ")
}

func unseal(b []byte, passphrase string) ([]byte, error) {
	var s sealed
	if err := json.Unmarshal(b, &s); err != nil || s.Version != 1 || len(s.Nonce) != 12 || len(s.Salt) < 8 || s.Time < 1 || s.Time > 100 || s.Memory > 1<<21 || s.Threads < 1 {
		return nil, ErrArchive.Wrap(errors.Join(errors.New("the sealed key file is malformed"), err))
	}
	c, err := s.cipher(passphrase)
	if err != nil {
		return nil, ErrArchive.Wrap(err)
	}
	key, err := c.Open(nil, s.Nonce, s.Data, nil)
	if err != nil {
		return nil, ErrPassphrase.Wrap(err)
	}
	return key, nil
}
