package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// disk is a folder that behaves as a disk with a cache does when the power goes. A write that was not synced may be there
// afterwards, be gone, or be there in part, sector by sector and in any order. Names (created, renamed, removed) are kept in
// order, as ext4 and xfs do: any sync makes all before it last, and of the rest a cut undoes the newest ones.
type disk struct {
	// lies is a disk that answers a sync before anything is safe. With it a run must find losses: it proves that the check sees them.
	lies bool

	mu      sync.Mutex
	rnd     *rand.Rand
	attic   string // where files that were removed are kept until that is safe
	files   map[uint64]*unsynced
	names   []naming
	changes int64
	lost    int64 // sectors that cuts took back
	undone  int64 // names that cuts took back
}

// unsynced is what a cut may take back of one file: its sectors and its size as they were at its last sync.
type unsynced struct {
	file    *os.File
	size    int64
	sectors map[int64][]byte
}

// naming is one change of a folder: how to take it back, and what to drop once it is safe.
type naming struct {
	undo func() error
	safe func()
}

func newDisk(attic string, seed int64) (*disk, error) {
	return &disk{rnd: rand.New(rand.NewSource(seed)), attic: attic, files: map[uint64]*unsynced{}}, os.MkdirAll(attic, 0o700)
}

// write changes bytes of a file by do, having kept what was there.
func (d *disk) write(f *os.File, from, to int64, do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, err := d.of(f)
	if err != nil {
		return err
	}
	for at := from / sector * sector; at < min(to, u.size); at += sector {
		if _, known := u.sectors[at]; known {
			continue
		}
		was := make([]byte, sector)
		if _, err := u.file.ReadAt(was, at); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		u.sectors[at] = was
	}
	d.changes++
	return do()
}

// of is what is kept of a file; it begins with the file as it is now.
func (d *disk) of(f *os.File) (*unsynced, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	ino := info.Sys().(*syscall.Stat_t).Ino
	if u := d.files[ino]; u != nil {
		return u, nil
	}
	own, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	u := &unsynced{file: own, size: info.Size(), sectors: map[int64][]byte{}}
	d.files[ino] = u
	return u, nil
}

// sync makes a file, and every name, last. A folder is synced with f nil.
func (d *disk) sync(f *os.File) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lies {
		return nil
	}
	for _, n := range d.names {
		n.safe()
	}
	d.names = nil
	if f == nil {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	ino := info.Sys().(*syscall.Stat_t).Ino
	if u := d.files[ino]; u != nil {
		u.file.Close()
		delete(d.files, ino)
	}
	return nil
}

// settle makes everything last, as a machine does that was left alone for a while.
func (d *disk) settle() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for ino, u := range d.files {
		u.file.Close()
		delete(d.files, ino)
	}
	for _, n := range d.names {
		n.safe()
	}
	d.names = nil
	return nil
}

// created notes a new name.
func (d *disk) created(path string) {
	d.named(naming{undo: func() error { return os.RemoveAll(path) }, safe: func() {}})
}

// remove takes a name away by do, having kept the file.
func (d *disk) remove(path string, do func() error) error {
	kept, err := d.keep(path)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	d.named(naming{undo: func() error { return os.Rename(kept, path) }, safe: func() { os.Remove(kept) }})
	return nil
}

// rename gives a file another name by do, having kept the one that had it.
func (d *disk) rename(from, to string, do func() error) error {
	kept := ""
	if _, err := os.Lstat(to); err == nil {
		if kept, err = d.keep(to); err != nil {
			return err
		}
	}
	if err := do(); err != nil {
		return err
	}
	d.named(naming{
		undo: func() error {
			if err := os.Rename(to, from); err != nil || kept == "" {
				return err
			}
			return os.Rename(kept, to)
		},
		safe: func() { os.Remove(kept) },
	})
	return nil
}

// keep gives a file a second name in the attic.
func (d *disk) keep(path string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	kept := filepath.Join(d.attic, fmt.Sprint(d.changes))
	return kept, os.Link(path, kept)
}

func (d *disk) named(n naming) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	d.names = append(d.names, n)
}

// cut takes back what was not safe: nothing, all, or a part by chance. Nobody may use the folder meanwhile.
func (d *disk) cut() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	share := []float64{0.1, 0.5, 0.9, 1}[d.rnd.Intn(4)]
	for _, ino := range slices.Sorted(maps.Keys(d.files)) {
		u := d.files[ino]
		if err := d.forget(u, share); err != nil {
			return err
		}
		u.file.Close()
		delete(d.files, ino)
	}
	stands := len(d.names)
	if share == 1 {
		stands = 0
	} else if stands > 0 {
		stands = d.rnd.Intn(stands + 1)
	}
	for i := len(d.names) - 1; i >= stands; i-- {
		if err := d.names[i].undo(); err != nil {
			return fmt.Errorf("undo a name: %w", err)
		}
		d.undone++
	}
	for _, n := range d.names[:stands] {
		n.safe()
	}
	d.names = nil
	return nil
}

// forget takes back each unsynced sector of a file with the given probability. What lies behind the size that was safe is cut
// off, or filled with nothing in parts.
func (d *disk) forget(u *unsynced, share float64) error {
	info, err := u.file.Stat()
	if err != nil {
		return err
	}
	for _, at := range slices.Sorted(maps.Keys(u.sectors)) { // in order: a seed makes the same cut again
		if d.rnd.Float64() < share {
			// A sector that held the end of the file goes back whole, with the nothing behind that end.
			whole := min(sector, max(u.size, info.Size())-at)
			if _, err := u.file.WriteAt(u.sectors[at][:whole], at); err != nil {
				return err
			}
			d.lost++
		}
	}
	switch now := info.Size(); {
	case now > u.size && d.rnd.Float64() < share:
		d.lost += (now - u.size + sector - 1) / sector
		return u.file.Truncate(u.size)
	case now > u.size:
		for at := (u.size + sector - 1) / sector * sector; at < now; at += sector {
			if d.rnd.Float64() < share {
				if _, err := u.file.WriteAt(make([]byte, min(sector, now-at)), at); err != nil {
					return err
				}
				d.lost++
			}
		}
	case now < u.size: // the end that was cut off comes back, as it was in sectors
		return u.file.Truncate(u.size)
	}
	return nil
}
