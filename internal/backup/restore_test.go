package backup_test

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/backup"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// archive writes a well-formed archive with these parts.
func archive(t *testing.T, m backup.Manifest, parts map[string]string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	put := func(name string, b []byte) {
		out, err := w.Create(name)
		if err == nil {
			_, err = out.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range parts {
		sum := sha256.Sum256([]byte(text))
		m.Parts = append(m.Parts, backup.Part{Name: name, Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])})
		put(name, []byte(text))
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	put("manifest.json", b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestArchivesThatAreNotOursAreRefused(t *testing.T) {
	good := backup.Manifest{Format: 1, Engine: store.SQLite, Schema: 5}
	for name, c := range map[string]struct {
		change func(*backup.Manifest)
		parts  map[string]string
		want   error
	}{
		"a part that leaves the folder": {func(*backup.Manifest) {}, map[string]string{"database": "x", "blobs/../../escaped": "x"}, backup.ErrArchive},
		"a later format":                {func(m *backup.Manifest) { m.Format = 2 }, map[string]string{"database": "x"}, backup.ErrArchive},
		"a later schema":                {func(m *backup.Manifest) { m.Schema = 11 }, map[string]string{"database": "x"}, store.ErrNewer},
		"another engine":                {func(m *backup.Manifest) { m.Engine = store.Postgres }, map[string]string{"database": "x"}, backup.ErrEngine},
		"no database":                   {func(*backup.Manifest) {}, map[string]string{"blobs/a": "x"}, backup.ErrArchive},
		"a malformed sealed key":        {func(*backup.Manifest) {}, map[string]string{"database": "x", "yichuang.key.sealed": `{"version":1}`}, backup.ErrArchive},
		"a database that is none":       {func(*backup.Manifest) {}, map[string]string{"database": strings.Repeat("x", 9000)}, errs.New(errs.Unavailable, "store.corrupt", "")},
	} {
		t.Run(name, func(t *testing.T) {
			m := good
			c.change(&m)
			dir := filepath.Join(t.TempDir(), "deep", "er")
			_, err := backup.Restore(t.Context(), archive(t, m, c.parts), backup.Target{Database: filepath.Join(dir, "y.db"), KeyFile: filepath.Join(dir, "k"), Blobs: filepath.Join(dir, "b"), Passphrase: "p", Schema: 10})
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			for _, left := range []string{filepath.Join(dir, "y.db"), filepath.Join(dir, "k"), filepath.Join(filepath.Dir(dir), "escaped"), filepath.Join(dir, "escaped")} {
				if _, err := os.Stat(left); err == nil {
					t.Errorf("%s was written", left)
				}
			}
		})
	}
}
