package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode"

	"yichuang/internal/clock"
)

// Limits say what may be attached.
type Limits struct {
	// MaxSize is the size of one attachment in bytes; 0 means DefaultMaxSize.
	MaxSize int64
	// Exts are the allowed endings, such as ".pdf"; none means all of Formats.
	Exts []string
}

// DefaultMaxSize is 20 MiB.
const DefaultMaxSize = 20 << 20

// Store is the folder of attachments. It is safe for concurrent use, also by several processes on one folder.
type Store struct {
	dir    string
	limits Limits
	clock  clock.Clock
}

// Open prepares the folder dir, making it where it is absent, and removes what interrupted uploads left more than a day
// ago. It fails with blob.readonly or blob.full where nothing can be written there.
func Open(dir string, limits Limits, c clock.Clock) (*Store, error) {
	if limits.MaxSize == 0 {
		limits.MaxSize = DefaultMaxSize
	}
	s := &Store{dir: dir, limits: limits, clock: c}
	if err := os.MkdirAll(s.temp(), 0o750); err != nil {
		return nil, s.fault(err)
	}
	probe, err := os.CreateTemp(s.temp(), "probe-*")
	if err != nil {
		return nil, s.fault(err)
	}
	_, err = probe.WriteString("probe")
	probe.Close()
	if rerr := os.Remove(probe.Name()); err == nil {
		err = rerr
	}
	if err != nil {
		return nil, s.fault(err)
	}
	return s, s.sweepTemp()
}

func (s *Store) temp() string { return filepath.Join(s.dir, "tmp") }

func (s *Store) sweepTemp() error {
	entries, err := os.ReadDir(s.temp())
	if err != nil {
		return s.fault(err)
	}
	limit := s.clock.Now().Add(-24 * time.Hour).Time()
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(limit) {
			if err := os.Remove(filepath.Join(s.temp(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return s.fault(err)
			}
		}
	}
	return nil
}

// Upload is a file that is saved and waits for Attach.
type Upload struct {
	SHA256    string
	Name      string
	MediaType string
	Size      int64
}

// Save writes what r gives as a file of a centre. name is what the sender calls it. It fails with blob.too_large,
// blob.type, blob.empty, blob.full or blob.readonly; nothing stays behind then.
func (s *Store) Save(centre string, r io.Reader, name string) (Upload, error) {
	f, err := os.CreateTemp(s.temp(), "upload-*")
	if err != nil {
		return Upload{}, s.fault(err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone already after the rename
	defer f.Close()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, hash), io.LimitReader(r, s.limits.MaxSize+1))
	if err != nil {
		return Upload{}, s.fault(err)
	}
	format, err := s.check(f, size)
	if err != nil {
		return Upload{}, err
	}
	up := Upload{SHA256: hex.EncodeToString(hash.Sum(nil)), Name: cleanName(name, format), MediaType: format.MediaType, Size: size}
	if err := s.place(f, s.path(centre, up.SHA256), size); err != nil {
		return Upload{}, s.fault(err)
	}
	return up, nil
}

func (s *Store) check(f *os.File, size int64) (Format, error) {
	if size > s.limits.MaxSize {
		return Format{}, ErrTooLarge.Say("附件超过 %s，没有上传。请压缩或拆分后再传。", sizeText(s.limits.MaxSize))
	}
	if size == 0 {
		return Format{}, ErrEmpty
	}
	format, ok := Sniff(f, size)
	if !ok || !s.allows(format) {
		return Format{}, ErrType.Say("不能上传这种类型的附件（按内容判断，与文件名无关；含宏的文档也不能上传）。可以上传：%s。", s.allowed())
	}
	return format, nil
}

func (s *Store) allows(f Format) bool {
	for _, ext := range s.limits.Exts {
		if ext == f.Ext {
			return true
		}
	}
	return len(s.limits.Exts) == 0
}

func (s *Store) allowed() string {
	var names []string
	for _, f := range Formats() {
		if s.allows(f) {
			names = append(names, strings.TrimPrefix(f.Ext, "."))
		}
	}
	return strings.Join(names, "、")
}

func sizeText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// place makes f durable and gives it its name. A file of the same content that is there already only gets a new date,
// which keeps it from being listed as garbage.
func (s *Store) place(f *os.File, path string, size int64) error {
	now := s.clock.Now().Time()
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		return os.Chtimes(path, now, now)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Chtimes(f.Name(), now, now); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

var plainID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

func (s *Store) centreDir(centre string) string {
	if !plainID.MatchString(centre) || centre == "tmp" {
		centre = "x-" + hex.EncodeToString([]byte(centre))
	}
	return filepath.Join(s.dir, centre)
}

func (s *Store) path(centre, sum string) string {
	return filepath.Join(s.centreDir(centre), sum[:2], sum)
}

// cleanName keeps the last part of a name without control and path characters, at most 100 characters, and gives it the
// ending of its content.
func cleanName(name string, f Format) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	ext := strings.ToLower(filepath.Ext(name))
	stem := strings.Trim(strings.TrimSuffix(name, filepath.Ext(name)), " .")
	if _, known := formatBy(func(g Format) bool { return g.Ext == ext }); !known && ext != ".jpeg" && len(ext) > 6 {
		stem = strings.Trim(name, " .") // the dot was part of the name, not before an ending
	}
	if rs := []rune(stem); len(rs) > 100 {
		stem = string(rs[:100])
	}
	if stem == "" {
		stem = "附件"
	}
	return stem + f.Ext
}

// fault turns what the system says into this package's errors.
func (s *Store) fault(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrFull.Wrap(err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR):
		return ErrReadOnly.Say("附件文件夹 %s 不能写入，附件没有保存。请管理员检查文件夹权限。", s.dir).Wrap(err)
	}
	return fmt.Errorf("attachment folder: %w", err)
}
