package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// answer is what the disk's process says to every word: a line of JSON.
type answer struct {
	Error   string `json:"error,omitempty"`
	Sectors int64  `json:"sectors_lost"`
	Names   int64  `json:"names_undone"`
	Changes int64  `json:"changes"`
}

// served is the disk in its own process.
type served struct {
	folder string
	disk   *disk
	server *fuse.Server
}

func mountPoint(folder string) string { return folder + ".mounted" }

// serve is the disk's process: it does what the lines of in say, until they end.
func serve(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 3 {
		return fmt.Errorf("%s wants a folder, a seed and whether it lies", diskCommand)
	}
	seed, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return err
	}
	s := &served{folder: args[0]}
	if s.disk, err = newDisk(filepath.Join(filepath.Dir(s.folder), "attic"), seed); err != nil {
		return err
	}
	s.disk.lies = args[2] == "true"
	words := map[string]func() error{"mount": s.mount, "settle": s.disk.settle, "cut": s.cut, "eject": s.eject, "count": func() error { return nil }}
	reply := json.NewEncoder(out)
	for lines := bufio.NewScanner(in); lines.Scan(); {
		a := answer{}
		if do := words[lines.Text()]; do == nil {
			a.Error = "unknown word"
		} else if err := do(); err != nil {
			a.Error = err.Error()
		}
		a.Sectors, a.Names, a.Changes = s.disk.lost, s.disk.undone, s.disk.changes
		if err := reply.Encode(a); err != nil {
			return err
		}
	}
	return s.eject()
}

func (s *served) mount() (err error) {
	s.server, err = mount(s.disk, s.folder, mountPoint(s.folder))
	return err
}

// cut ends the mount, so that no cache of the system outlives the power, takes back what was not safe, and mounts again.
func (s *served) cut() error {
	if err := s.eject(); err != nil {
		return err
	}
	if err := s.disk.cut(); err != nil {
		return err
	}
	return s.mount()
}

// eject ends the mount; processes that were just killed may still hold files for a moment.
func (s *served) eject() (err error) {
	if s.server == nil {
		return nil
	}
	for range 200 {
		if err = s.server.Unmount(); err == nil {
			s.server = nil
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
