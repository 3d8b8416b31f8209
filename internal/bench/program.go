package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// program is the measured program in a process of its own.
type program struct {
	cmd  *exec.Cmd
	base string
	took time.Duration
	log  *os.File
}

// startProgram starts this binary as a server on the database at url and waits until it is ready.
func startProgram(ctx context.Context, url, dir string) (*program, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	p := &program{base: "http://" + addr}
	if p.log, err = os.Create(filepath.Join(dir, "serve.log")); err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, self, "serve", "--database", url, "--key-file", keyFile(dir), "--listen", addr, "--log-level", "warn")
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	watch := startWatch()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for watch() < 60*time.Second {
		res, err := http.Get(p.base + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				p.took = watch()
				return p, nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.stop()
	text, _ := os.ReadFile(p.log.Name())
	return nil, fmt.Errorf("the program did not start: %s", strings.TrimSpace(string(text)))
}

func keyFile(dir string) string { return filepath.Join(dir, "yichuang.key") }

// peakMB is the largest resident memory that the process has had.
func (p *program) peakMB() float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var kb float64
		if n, _ := fmt.Sscanf(s.Text(), "VmHWM: %f kB", &kb); n == 1 {
			return round(kb / 1024)
		}
	}
	return 0
}

func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	p.log.Close()
}
