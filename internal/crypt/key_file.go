package crypt

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Errors of the key file; all of them stop the start.
var (
	ErrKeyMissing = errs.New(errs.Unavailable, "crypt.key_missing", "找不到密钥文件，而数据库里已有加密的数据。程序没有启动，也没有另建密钥。请把密钥文件放回原处。")
	ErrKeyWrong   = errs.New(errs.Unavailable, "crypt.key_wrong", "密钥文件与数据库不配套。程序没有启动，数据没有改变。请换回这个数据库的最新密钥文件。")
	ErrKeyFile    = errs.New(errs.Unavailable, "crypt.key_file", "密钥文件读不出来或已损坏。程序没有启动，数据没有改变。请从备份恢复密钥文件。")
	ErrKeyWrite   = errs.New(errs.Unavailable, "crypt.key_write", "密钥文件写不进去。请检查所在文件夹的权限和磁盘空间。")
	ErrKeyShared  = errs.New(errs.Unavailable, "crypt.key_shared", "密钥文件可以被本机的其他用户读取。请把它的权限改为只有运行本程序的用户可读写（chmod 600）。")
)

const fileNote = "一窗的密钥文件。丢失后，数据库中加密的姓名、电话、证件号将无法恢复。请另行妥善备份，不要与数据库备份放在一起。"

type keyFile struct {
	Note    string       `json:"note"`
	Version int          `json:"version"`
	Index   string       `json:"index"`
	Keys    []keyInAFile `json:"keys"`
}

type keyInAFile struct {
	No     int           `json:"no"`
	Secret string        `json:"secret"`
	Made   clock.Instant `json:"made"`
}

// Load reads the key file at path. check is the value of Keyring.Check that the database remembers; "" means that
// nothing was ever encrypted, and only then a missing file is made, readable by the owner alone.
func Load(path, check string, now clock.Instant) (*Keyring, error) {
	k := &Keyring{path: path}
	data, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && check != "":
		return nil, ErrKeyMissing.Say("找不到密钥文件 %s，而数据库里已有加密的数据。程序没有启动，也没有另建密钥。请把密钥文件放回原处；找不到时，从密钥备份恢复。", path)
	case errors.Is(err, fs.ErrNotExist):
		r := newRing(now)
		if err := createFile(path, encodeRing(r)); err != nil {
			return nil, err
		}
		k.ring.Store(r)
		return k, nil
	case err != nil:
		return nil, err
	}
	r, err := decodeRing(data)
	if err != nil {
		return nil, ErrKeyFile.Say("密钥文件 %s 已损坏，无法使用。程序没有启动，数据没有改变。请从备份恢复密钥文件。", path).Wrap(err)
	}
	k.ring.Store(r)
	if !k.covers(check) {
		return nil, ErrKeyWrong.Say("密钥文件 %s 与数据库不配套，或早于最近一次密钥轮换。程序没有启动，数据没有改变。请换回这个数据库的最新密钥文件。", path)
	}
	return k, nil
}

func encodeRing(r *ring) []byte {
	f := keyFile{Note: fileNote, Version: 1, Index: hex.EncodeToString(r.index)}
	for _, k := range r.keys {
		if k != nil {
			f.Keys = append(f.Keys, keyInAFile{No: int(k.no), Secret: hex.EncodeToString(k.secret), Made: k.made})
		}
	}
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		panic(err) // plain strings and numbers
	}
	return append(b, '\n')
}

func decodeRing(data []byte) (*ring, error) {
	var f keyFile
	if err := json.Unmarshal(data, &f); err != nil {
		// The text of a JSON error may quote the file; only its place is safe to log.
		return nil, errors.New("not a key file")
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("version %d of the key file is unknown", f.Version)
	}
	r := &ring{}
	var err error
	if r.index, err = hex.DecodeString(f.Index); err != nil || len(r.index) != 32 {
		return nil, errors.New("the index key is malformed")
	}
	for _, k := range f.Keys {
		secret, err := hex.DecodeString(k.Secret)
		if err != nil || len(secret) != keySize || k.No < 1 || k.No > maxKeys || r.keys[k.No] != nil {
			return nil, fmt.Errorf("key %d is malformed", k.No)
		}
		if r.keys[k.No], err = newKey(byte(k.No), secret, k.Made); err != nil {
			return nil, fmt.Errorf("key %d is malformed", k.No)
		}
		if r.current == nil || r.keys[k.No].no > r.current.no {
			r.current = r.keys[k.No]
		}
	}
	if r.current == nil {
		return nil, errors.New("the key file holds no key")
	}
	return r, nil
}

// readFile reads a key file after making sure that only its owner can.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, ErrKeyFile.Wrap(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, ErrKeyShared.Wrap(err)
		}
		if info, err = os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			return nil, ErrKeyShared.Wrap(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, ErrKeyFile.Say("密钥文件 %s 读不出来，程序没有启动。请检查文件的权限。", path).Wrap(err)
	}
	return data, nil
}

// createFile writes a new key file and never replaces one, even where two processes start at once.
func createFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return writeError(path, err)
	}
	return putFile(path, data, func(temp string) error {
		err := os.Link(temp, path)
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS) {
			return os.Rename(temp, path) // a file system without hard links
		}
		return err
	})
}

func replaceFile(path string, data []byte) error {
	return putFile(path, data, func(temp string) error { return os.Rename(temp, path) })
}

// putFile writes a temporary file beside path, makes it durable, and lets place give it its name.
func putFile(path string, data []byte, place func(temp string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with mode 0600
	if err != nil {
		return writeError(path, err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone already after a rename
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = place(f.Name())
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return writeError(path, err)
	}
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

func writeError(path string, err error) error {
	return ErrKeyWrite.Say("密钥文件 %s 写不进去。请检查所在文件夹的权限和磁盘空间，再启动本程序。", path).Wrap(err)
}
