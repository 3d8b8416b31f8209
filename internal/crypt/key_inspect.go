package crypt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"yichuang/internal/store"
)

// Inspect compares the key file at path with what the database remembers and makes and changes nothing, for commands
// beside a running server. Where nothing was ever encrypted and there is no file, found is false and the ring lives in
// memory only. It fails as Unlock does.
func Inspect(ctx context.Context, db *store.DB, path string) (k *Keyring, found bool, err error) {
	var check string
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		check, err = remembered(tx, "")
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read the key check value: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && check == "" {
		return Generate(), false, nil
	}
	k, err = Load(path, check, db.Clock().Now())
	return k, err == nil, err
}
