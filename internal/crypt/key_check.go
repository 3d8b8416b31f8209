package crypt

import (
	"context"
	"errors"
	"fmt"

	"yichuang/internal/store"
)

// Unlock is the start of encryption: it loads the key file at path against what the database remembers, makes the file
// at the very first start, and lets the database remember it. It fails with crypt.key_missing, crypt.key_wrong,
// crypt.key_file, crypt.key_shared or crypt.key_write, each with what the administrator should do.
func Unlock(ctx context.Context, db *store.DB, path string) (*Keyring, error) {
	var check string
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		check, err = remembered(tx, "")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the key check value: %w", err)
	}
	k, err := Load(path, check, db.Clock().Now())
	if err != nil {
		return nil, err
	}
	if k.Check() == check {
		return k, nil
	}
	return k, db.WithTx(ctx, func(tx *store.Tx) error { return Remember(tx, k) })
}

// Remember stores k's check value in the database; Unlock does it at the start, a rotation must do it again. It fails
// with crypt.key_wrong where the database remembers keys that k lacks, such as those of another node's first start.
func Remember(tx *store.Tx, k *Keyring) error {
	n, err := tx.Exec("INSERT INTO crypt_check (id, value, at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING", k.Check(), int64(tx.Now()))
	if err != nil || n == 1 {
		return err
	}
	old, err := remembered(tx, tx.ForUpdate())
	if err != nil {
		return err
	}
	if !k.covers(old) {
		return ErrKeyWrong
	}
	_, err = tx.Exec("UPDATE crypt_check SET value = $1, at = $2 WHERE id = 1", k.Check(), int64(tx.Now()))
	return err
}

// remembered gives the stored check value, "" where nothing was ever encrypted.
func remembered(tx *store.Tx, lock string) (string, error) {
	v, err := store.Get[string](tx, "SELECT value FROM crypt_check WHERE id = 1"+lock)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return v, err
}
