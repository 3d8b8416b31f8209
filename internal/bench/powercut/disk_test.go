package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a cut takes back: what was synced is there to the byte, and each sector that was not is as it was or as written.
func TestACutTakesBackOnlyWhatWasNotSynced(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp("", "powercut")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		d, err := newDisk(filepath.Join(dir, "attic"), rapid.Int64().Draw(r, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(filepath.Join(dir, "file"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var now, safe []byte
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			if rapid.IntRange(0, 3).Draw(r, "sync") == 0 {
				if err := d.sync(f); err != nil {
					t.Fatal(err)
				}
				safe = bytes.Clone(now)
				continue
			}
			at := rapid.IntRange(0, 5*sector).Draw(r, "at")
			data := bytes.Repeat([]byte{rapid.Byte().Draw(r, "value")}, rapid.IntRange(1, 3*sector).Draw(r, "size"))
			err := d.write(f, int64(at), int64(at+len(data)), func() error {
				_, err := f.WriteAt(data, int64(at))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if need := at + len(data); need > len(now) {
				now = append(now, make([]byte, need-len(now))...)
			}
			copy(now[at:], data)
		}
		if err := d.cut(); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "file"))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(now) && len(got) != len(safe) {
			r.Fatalf("%d bytes are left of %d, %d of them safe", len(got), len(now), len(safe))
		}
		for at := 0; at < len(got); at += sector {
			end := min(at+sector, len(got))
			if part := got[at:end]; !bytes.Equal(part, piece(now, at, end)) && !bytes.Equal(part, piece(safe, at, end)) {
				r.Fatalf("sector at %d is neither as it was nor as written", at)
			}
		}
	})
}

// piece is a piece of a file; behind its end is nothing but zeros.
func piece(b []byte, from, to int) []byte {
	out := make([]byte, to-from)
	if from < len(b) {
		copy(out, b[from:min(to, len(b))])
	}
	return out
}

func TestNamesComeBackInOrder(t *testing.T) {
	at := func(dir, name string) string { return filepath.Join(dir, name) }
	read := func(dir, name string) string {
		b, _ := os.ReadFile(at(dir, name))
		return string(b)
	}
	put := func(d *disk, dir, name string) {
		if err := os.WriteFile(at(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		d.created(at(dir, name))
	}
	for seed := range int64(40) {
		dir := t.TempDir()
		d, err := newDisk(at(dir, "attic"), seed)
		if err != nil {
			t.Fatal(err)
		}
		put(d, dir, "old")
		put(d, dir, "new")
		if err := d.sync(nil); err != nil {
			t.Fatal(err)
		}
		err = d.rename(at(dir, "new"), at(dir, "old"), func() error { return os.Rename(at(dir, "new"), at(dir, "old")) })
		if err != nil {
			t.Fatal(err)
		}
		put(d, dir, "later")
		if err := d.cut(); err != nil {
			t.Fatal(err)
		}
		renamed := read(dir, "old") == "new" && read(dir, "new") == ""
		before := read(dir, "old") == "old" && read(dir, "new") == "new"
		if !renamed && !before || before && read(dir, "later") != "" {
			t.Errorf("seed %d: old is %q, new is %q, later is %q", seed, read(dir, "old"), read(dir, "new"), read(dir, "later"))
		}
	}
}
