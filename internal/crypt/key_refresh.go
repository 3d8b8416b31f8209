package crypt

import (
	"bytes"
	"os"

	"yichuang/internal/clock"
)

// fileState tells one state of the key file from another.
type fileState struct {
	size int64
	at   clock.Instant
}

// Refresh takes over the keys that another process has added to the key file since this one read it, and reports whether
// there were any. A file that lacks a key of this ring, or is not a key file, is left alone: it belongs to something else.
func (k *Keyring) Refresh() (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.refresh()
}

func (k *Keyring) refresh() (bool, error) {
	if k.path == "" {
		return false, nil
	}
	info, err := os.Stat(k.path)
	if err != nil {
		return false, ErrKeyFile.Wrap(err)
	}
	state := fileState{info.Size(), clock.FromTime(info.ModTime())}
	if state == k.read {
		return false, nil
	}
	data, err := readFile(k.path)
	if err != nil {
		return false, err
	}
	r, err := decodeRing(data)
	if err != nil {
		return false, ErrKeyFile.Wrap(err)
	}
	old := k.ring.Load()
	if !r.extends(old) {
		return false, ErrKeyWrong.Say("密钥文件 %s 被换成了不配套的文件，程序继续用启动时的密钥。请换回原来的密钥文件。", k.path)
	}
	k.read = state
	k.ring.Store(r)
	return r.current.no != old.current.no, nil
}

// extends reports whether a ring has every key of an older one.
func (r *ring) extends(old *ring) bool {
	if !bytes.Equal(r.index, old.index) {
		return false
	}
	for no, was := range old.keys {
		if was != nil && (r.keys[no] == nil || !bytes.Equal(r.keys[no].secret, was.secret)) {
			return false
		}
	}
	return true
}

// find gives the key of a number; one that this ring lacks may have been added to the file by another process.
func (k *Keyring) find(no byte) *key {
	if by := k.ring.Load().keys[no]; by != nil {
		return by
	}
	if _, err := k.Refresh(); err != nil {
		return nil
	}
	return k.ring.Load().keys[no]
}
