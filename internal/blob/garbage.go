package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Garbage lists the sums of a centre's files that no attachment refers to and that were saved before a moment, which
// must lie long enough back (a day) that no upload waits for its Attach. Discard removes one.
func (s *Store) Garbage(ctx context.Context, db *store.DB, centre string, before clock.Instant) ([]string, error) {
	var out, batch []string
	flush := func() error {
		free, err := unreferenced(ctx, db, centre, batch)
		out, batch = append(out, free...), batch[:0]
		return err
	}
	err := filepath.WalkDir(s.centreDir(centre), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if d.IsDir() || !isSum(d.Name()) || !s.olderThan(path, before) {
			return nil
		}
		if batch = append(batch, d.Name()); len(batch) == 200 {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	return out, err
}

func isSum(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == 32
}

func (s *Store) olderThan(path string, before clock.Instant) bool {
	info, err := os.Stat(path)
	return err == nil && clock.FromTime(info.ModTime()) < before
}

func unreferenced(ctx context.Context, db *store.DB, centre string, sums []string) ([]string, error) {
	used := map[string]bool{}
	if len(sums) == 0 {
		return nil, nil
	}
	err := db.Read(ctx, func(tx *store.Tx) error {
		var w store.Where
		w.And("centre_id = ?", centre)
		store.In(&w, "sha256", sums)
		found, err := store.Select[string](tx, "SELECT DISTINCT sha256 FROM blob"+w.SQL(), w.Args...)
		for _, sum := range found {
			used[sum] = true
		}
		return err
	})
	var free []string
	for _, sum := range sums {
		if !used[sum] {
			free = append(free, sum)
		}
	}
	return free, err
}

// Discard removes a file that Garbage listed, unless it was saved again since.
func (s *Store) Discard(centre, sum string, before clock.Instant) error {
	if !isSum(sum) {
		return ErrNotFound
	}
	path := s.path(centre, sum)
	if !s.olderThan(path, before) {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s.fault(err)
	}
	return nil
}
