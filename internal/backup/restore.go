package backup

import (
	"archive/zip"
	"bytes"
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
	"strings"
	"syscall"

	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Target says where to unpack.
type Target struct {
	Database   string // file that does not exist, or an empty PostgreSQL database
	KeyFile    string
	Blobs      string
	Passphrase string
	Schema     int64 // newest migration that this program knows
	// Verify proves the unpacked database before it gets its name; its argument is where the copy is now.
	Verify func(ctx context.Context, database string) error
}

// Read gives the manifest of an archive.
func Read(file string) (Manifest, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return Manifest{}, openError(file, err)
	}
	defer z.Close()
	return readManifest(file, &z.Reader)
}

func openError(file string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrArchive.Say("没有找到备份文件 %s。", file).Wrap(err)
	}
	return ErrArchive.Say("%s 不是本程序的备份，或没有复制完整，没有恢复。", file).Wrap(err)
}

func readManifest(file string, z *zip.Reader) (Manifest, error) {
	var m Manifest
	f, err := z.Open(manifestName)
	if err != nil {
		return m, openError(file, err)
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, 1<<30)).Decode(&m); err != nil {
		return m, openError(file, err)
	}
	if m.Format != formatVersion {
		return m, ErrArchive.Say("%s 的格式（%d）比程序新，没有恢复。请改用更新的程序。", file, m.Format)
	}
	if _, ok := m.Part(databaseName); !ok {
		return m, openError(file, errors.New("no database in the manifest"))
	}
	return m, nil
}

// Restore unpacks an archive. Nothing that exists is overwritten: an existing database or another key file is refused
// before anything is written, attachments are added to those that are there, and the database gets its name last.
func Restore(ctx context.Context, file string, t Target) (Manifest, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return Manifest{}, openError(file, err)
	}
	defer z.Close()
	m, err := readManifest(file, &z.Reader)
	if err != nil {
		return m, err
	}
	u := unpacker{target: t, zip: &z.Reader, manifest: m}
	if err := u.refuse(); err != nil {
		return m, err
	}
	key, err := u.key()
	if err != nil {
		return m, err
	}
	if err := u.verifySums(ctx); err != nil {
		return m, err
	}
	return m, u.place(ctx, key)
}

type unpacker struct {
	target   Target
	zip      *zip.Reader
	manifest Manifest
}

func (u *unpacker) refuse() error {
	toPostgres := store.IsPostgres(u.target.Database)
	if toPostgres != (u.manifest.Engine == store.Postgres) {
		return ErrEngine.Say("这份备份来自 %s，不能恢复到另一种数据库，没有恢复。请改写 --database。", u.manifest.Engine)
	}
	if u.manifest.Schema > u.target.Schema {
		return store.ErrNewer.Say("备份中数据库的版本（%d）比程序（%d）新，没有恢复。请改用更新的程序。", u.manifest.Schema, u.target.Schema)
	}
	if toPostgres {
		return nil // store.Load looks itself
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if _, err := os.Stat(u.target.Database + suffix); !errors.Is(err, fs.ErrNotExist) {
			return ErrOccupied.Say("%s 已经存在，没有恢复，也没有改变它。请换一个位置，或先把原来的数据文件移走。", u.target.Database+suffix)
		}
	}
	return nil
}

// key gives the key file of the archive, and refuses another one in its place.
func (u *unpacker) key() ([]byte, error) {
	kind := u.manifest.Key()
	if kind == "none" {
		return nil, nil
	}
	name := map[string]string{"plain": keyName, "sealed": sealedName}[kind]
	if kind == "sealed" && u.target.Passphrase == "" {
		return nil, ErrPassphrase
	}
	var b bytes.Buffer
	if err := u.part(name, &b); err != nil {
		return nil, err
	}
	key := b.Bytes()
	if kind == "sealed" {
		var err error
		if key, err = unseal(key, u.target.Passphrase); err != nil {
			return nil, err
		}
	}
	switch have, err := os.ReadFile(u.target.KeyFile); {
	case errors.Is(err, fs.ErrNotExist):
		return key, nil
	case err != nil:
		return nil, ErrOccupied.Say("密钥文件 %s 读不出来，没有恢复。请检查权限。", u.target.KeyFile).Wrap(err)
	case bytes.Equal(have, key):
		return nil, nil
	}
	return nil, ErrOccupied.Say("%s 已有另一个密钥文件，没有恢复，也没有改变它。请用 --key-file 换一个位置。", u.target.KeyFile)
}

// part copies one part and compares its sum.
func (u *unpacker) part(name string, to io.Writer) error {
	want, ok := u.manifest.Part(name)
	if !ok {
		return ErrArchive
	}
	f, err := u.zip.Open(name)
	if err != nil {
		return ErrSum.Wrap(err)
	}
	defer f.Close()
	sum := sha256.New()
	from := &archiveReader{r: io.LimitReader(f, want.Size+1)}
	n, err := io.Copy(io.MultiWriter(to, sum), from)
	if from.err != nil {
		return ErrSum.Wrap(from.err)
	}
	if err != nil {
		return err
	}
	if n != want.Size || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return ErrSum.Wrap(fmt.Errorf("%s: %d bytes", name, n))
	}
	return nil
}

// archiveReader keeps the error of reading apart from that of writing.
type archiveReader struct {
	r   io.Reader
	err error
}

// Read reads on.
func (a *archiveReader) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if err != nil && err != io.EOF {
		a.err = err
	}
	return n, err
}

// verifySums reads every part before anything is written.
func (u *unpacker) verifySums(ctx context.Context) error {
	for _, p := range u.manifest.Parts {
		if rel, ok := strings.CutPrefix(p.Name, blobFolder); ok && !filepath.IsLocal(filepath.FromSlash(rel)) {
			return ErrArchive.Wrap(fmt.Errorf("a part is called %q", p.Name))
		}
		if err := errors.Join(ctx.Err(), u.part(p.Name, io.Discard)); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) place(ctx context.Context, key []byte) error {
	home := u.target.Database
	if u.manifest.Engine == store.Postgres {
		home = u.target.KeyFile
	}
	if err := os.MkdirAll(filepath.Dir(home), 0o750); err != nil {
		return restoreError(home, err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(home), ".restore-*")
	if err != nil {
		return restoreError(home, err)
	}
	defer os.RemoveAll(dir)
	temp := filepath.Join(dir, databaseName)
	if err := u.save(databaseName, temp); err != nil {
		return restoreError(home, err)
	}
	if u.manifest.Engine == store.Postgres {
		err = store.Load(ctx, u.target.Database, temp)
		temp = u.target.Database
	} else {
		err = store.CheckFile(ctx, temp)
	}
	if err == nil && u.target.Verify != nil {
		err = u.target.Verify(ctx, temp)
	}
	if err != nil {
		return err
	}
	if err := u.blobs(ctx); err != nil {
		return restoreError(u.target.Blobs, err)
	}
	if key != nil {
		if err := saveNew(u.target.KeyFile, func(w io.Writer) error { _, err := w.Write(key); return err }); err != nil {
			return restoreError(u.target.KeyFile, err)
		}
	}
	if u.manifest.Engine == store.SQLite {
		if err := os.Rename(temp, u.target.Database); err != nil {
			return restoreError(home, err)
		}
		return syncDir(filepath.Dir(home))
	}
	return nil
}

func (u *unpacker) save(name, path string) error {
	return saveNew(path, func(w io.Writer) error { return u.part(name, w) })
}

// blobs adds the attachments; their names are their sums, so one that is there already is the same.
func (u *unpacker) blobs(ctx context.Context) error {
	for _, p := range u.manifest.Parts {
		rel, ok := strings.CutPrefix(p.Name, blobFolder)
		if !ok {
			continue
		}
		path := filepath.Join(u.target.Blobs, filepath.FromSlash(rel))
		if info, err := os.Stat(path); err == nil && info.Size() == p.Size {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		temp := path + ".restore"
		if err := errors.Join(ctx.Err(), os.RemoveAll(temp)); err != nil {
			return err
		}
		if err := u.save(p.Name, temp); err != nil {
			return err
		}
		if err := os.Rename(temp, path); err != nil {
			return err
		}
	}
	return nil
}

// saveNew writes a durable file that must not exist yet, readable by its owner alone.
func saveNew(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func restoreError(path string, err error) error {
	var known *errs.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrWrite.Say("磁盘空间不够，没有恢复完：%s 写不下。请清理磁盘或换一个位置，再恢复一次。", path).Wrap(err)
	}
	return ErrWrite.Say("%s 写不进去，没有恢复完。请检查文件夹权限，再恢复一次。", path).Wrap(err)
}
