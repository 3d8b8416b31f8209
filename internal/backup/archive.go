// Package backup packs an installation into one file and unpacks it again: a consistent copy of the database, the key
// file, the attachments, and a manifest with the sum of each part.
//
// The archive is a ZIP file, so that an administrator can look into it anywhere. It is written under a temporary name,
// made durable and only then given its name: a file with that name is complete.
package backup

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Errors of archives.
var (
	ErrExists     = errs.New(errs.Conflict, "backup.exists", "目标文件已经存在，没有覆盖它。请换一个文件名。")
	ErrWrite      = errs.New(errs.Unavailable, "backup.write", "备份文件写不进去，备份没有完成。请检查文件夹权限和磁盘空间。")
	ErrArchive    = errs.New(errs.Invalid, "backup.archive", "这个文件不是本程序的备份，或已损坏，没有恢复。")
	ErrSum        = errs.New(errs.Invalid, "backup.sum", "备份文件已损坏：内容与清单的校验值不符，没有恢复。请改用另一份备份。")
	ErrOccupied   = errs.New(errs.Conflict, "backup.occupied", "恢复的目标已有数据，没有恢复，也没有改变它。请换一个空的位置。")
	ErrEngine     = errs.New(errs.Invalid, "backup.engine", "备份与目标的数据库种类不同，没有恢复。")
	ErrPassphrase = errs.New(errs.Invalid, "backup.passphrase", "备份中的密钥文件已加密，口令不对或没有提供，没有恢复。请用 --passphrase-file 指明口令文件。")
)

// Names of the parts.
const (
	manifestName = "manifest.json"
	databaseName = "database"
	keyName      = "yichuang.key"
	sealedName   = "yichuang.key.sealed"
	blobFolder   = "blobs/"
)

// formatVersion is that of the archive's layout.
const formatVersion = 1

// Manifest (清单) tells what is in an archive.
type Manifest struct {
	Format  int           `json:"format"`
	Program string        `json:"program"` // version that wrote it
	Engine  store.Engine  `json:"engine"`
	Schema  int64         `json:"schema"` // newest migration of the database
	At      clock.Instant `json:"at"`     // the database is at least as new as this
	Parts   []Part        `json:"parts"`
}

// Part is one file of an archive.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Part gives a part by its name.
func (m *Manifest) Part(name string) (Part, bool) {
	for _, p := range m.Parts {
		if p.Name == name {
			return p, true
		}
	}
	return Part{}, false
}

// Key tells how the archive holds the key file: "plain", "sealed" or "none".
func (m *Manifest) Key() string {
	if _, ok := m.Part(keyName); ok {
		return "plain"
	}
	if _, ok := m.Part(sealedName); ok {
		return "sealed"
	}
	return "none"
}

// Blobs counts the attachments.
func (m *Manifest) Blobs() int { return len(m.Parts) - 1 - map[bool]int{true: 1}[m.Key() != "none"] }

// Source says what to pack.
type Source struct {
	Database string // file or address
	KeyFile  string
	Blobs    string // folder; absent is empty
	NoKey    bool   // leave the key file out
	// Passphrase seals the key file; "" puts it in as it is.
	Passphrase string
	Program    string
	Schema     int64
	Clock      clock.Clock
	Progress   func(done, all int) // pages of the database; nil is silent
}

// Write packs s into the new file. Another process may serve the database meanwhile.
func Write(ctx context.Context, s Source, file string) (Manifest, error) {
	m := Manifest{Format: formatVersion, Program: s.Program, Schema: s.Schema, Engine: store.SQLite, At: s.Clock.Now()}
	if store.IsPostgres(s.Database) {
		m.Engine = store.Postgres
	}
	if _, err := os.Stat(file); err == nil {
		return m, ErrExists.Say("%s 已经存在，没有覆盖它。请换一个文件名。", file)
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return m, writeError(file, err)
	}
	defer os.RemoveAll(dir)
	// The key file after the database: a rotation in between adds a key, and the copy needs none that is not there.
	database := filepath.Join(dir, databaseName)
	if err := store.Dump(ctx, s.Database, database, s.Progress); err != nil {
		return m, err
	}
	temp := filepath.Join(dir, "archive")
	if err := s.pack(ctx, &m, database, temp); err != nil {
		return m, writeError(file, err)
	}
	// Link refuses where somebody has made the file meanwhile.
	if err := os.Link(temp, file); errors.Is(err, fs.ErrExist) {
		return m, ErrExists.Wrap(err)
	} else if err != nil {
		err = os.Rename(temp, file)
		if err != nil {
			return m, writeError(file, err)
		}
	}
	return m, syncDir(filepath.Dir(file))
}

func writeError(file string, err error) error {
	var known *errs.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrWrite.Say("磁盘空间不够，备份没有完成：%s 写不下。请清理磁盘或换一个位置。数据库没有受影响。", file).Wrap(err)
	}
	return ErrWrite.Say("备份文件 %s 写不进去，备份没有完成。请检查文件夹是否存在、是否有权限。", file).Wrap(err)
}

func (s *Source) pack(ctx context.Context, m *Manifest, database, temp string) error {
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &packer{zip: zip.NewWriter(f), manifest: m}
	w.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	if err := w.file(databaseName, database); err != nil {
		return err
	}
	if err := s.packKey(w); err != nil {
		return err
	}
	if err := s.packBlobs(ctx, w); err != nil {
		return err
	}
	list, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	out, err := w.zip.Create(manifestName)
	if err == nil {
		_, err = out.Write(append(list, '\n'))
	}
	if err == nil {
		err = w.zip.Close()
	}
	if err == nil {
		err = f.Sync()
	}
	return err
}

func (s *Source) packKey(w *packer) error {
	if s.NoKey {
		return nil
	}
	key, err := os.ReadFile(s.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrWrite.Say("找不到密钥文件 %s，备份没有完成。请用 --key-file 指明，或加 --no-key 只备份数据库。", s.KeyFile).Wrap(err)
	}
	if err != nil {
		return ErrWrite.Say("密钥文件 %s 读不出来，备份没有完成。请检查权限。", s.KeyFile).Wrap(err)
	}
	if s.Passphrase == "" {
		return w.bytes(keyName, key)
	}
	sealed, err := seal(key, s.Passphrase)
	if err != nil {
		return err
	}
	return w.bytes(sealedName, sealed)
}

func (s *Source) packBlobs(ctx context.Context, w *packer) error {
	if _, err := os.Stat(s.Blobs); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return filepath.WalkDir(s.Blobs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		rel, err := filepath.Rel(s.Blobs, path)
		if err != nil {
			return err
		}
		if rel == "tmp" {
			return fs.SkipDir // uploads under way
		}
		if !d.Type().IsRegular() {
			return nil
		}
		err = w.file(blobFolder+filepath.ToSlash(rel), path)
		if errors.Is(err, fs.ErrNotExist) { // collected as garbage since it was listed
			return nil
		}
		return err
	})
}

// packer adds parts and keeps their sums.
type packer struct {
	zip      *zip.Writer
	manifest *Manifest
}

func (w *packer) file(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return w.add(name, f)
}

func (w *packer) bytes(name string, b []byte) error {
	return w.add(name, bytes.NewReader(b))
}

func (w *packer) add(name string, r io.Reader) error {
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: w.manifest.At.Time()})
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	w.manifest.Parts = append(w.manifest.Parts, Part{Name: name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
