package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"yichuang/internal/bench"
)

// plug is the disk of a run with its power. The disk is a process of its own, which is told what to do line by line: a
// process that starts others from a folder that it serves itself would wait for itself.
type plug struct {
	seed    int64
	lies    bool
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// diskCommand is the first argument of the disk's process.
const diskCommand = "disk"

// insert starts the disk that keeps its files in folder.
func (p *plug) insert(folder string) (*bench.Disk, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p.process = exec.Command(self, diskCommand, folder, fmt.Sprint(p.seed), fmt.Sprint(p.lies))
	p.process.Stderr = os.Stderr
	p.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.in, err = p.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if err := p.process.Start(); err != nil {
		return nil, err
	}
	d := &bench.Disk{Folder: mountPoint(folder), Settle: p.tell("settle"), Cut: p.tell("cut"), Eject: p.tell("eject")}
	return d, p.tell("mount")()
}

// tell gives the disk a word and waits until it is done.
func (p *plug) tell(word string) func() error {
	return func() error {
		a, err := p.ask(word)
		if err == nil && a.Error != "" {
			err = fmt.Errorf("disk: %s: %s", word, a.Error)
		}
		return err
	}
}

func (p *plug) ask(word string) (a answer, err error) {
	if _, err := fmt.Fprintln(p.in, word); err != nil {
		return a, err
	}
	if !p.out.Scan() {
		return a, errors.New("the disk's process has ended")
	}
	return a, json.Unmarshal(p.out.Bytes(), &a)
}

// end lets the disk's process go; what it counted is given back.
func (p *plug) end() (answer, error) {
	a, err := p.ask("count")
	p.in.Close()
	return a, errors.Join(err, p.process.Wait())
}
