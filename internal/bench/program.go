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
	cmd   *exec.Cmd
	base  string
	took  time.Duration
	watch func() time.Duration // since the launch
	log   *os.File
}

// startProgram starts this binary as a server on the database at url and waits until it is ready.
func startProgram(ctx context.Context, url, dir string) (*program, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p, err := launch(ctx, "", url, dir, addr)
	if err != nil {
		return nil, err
	}
	return p, p.waitReady(60 * time.Second)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// launch starts the binary at path, this one where it is "", as a server at addr and does not wait.
func launch(ctx context.Context, path, url, dir, addr string, args ...string) (p *program, err error) {
	if path == "" {
		if path, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	p = &program{base: "http://" + addr}
	if p.log, err = os.OpenFile(filepath.Join(dir, "serve.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, path, append([]string{"serve", "--database", url, "--key-file", keyFile(dir), "--listen", addr, "--log-level", "warn"}, args...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.watch = startWatch()
	return p, p.cmd.Start()
}

// waitReady waits until the program answers; where it does not, it is stopped and the error has its last words.
func (p *program) waitReady(atMost time.Duration) error {
	for p.watch() < atMost {
		res, err := http.Get(p.base + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				p.took = p.watch()
				return nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.stop()
	text, _ := os.ReadFile(p.log.Name())
	return fmt.Errorf("the program did not start: %.2000s", strings.TrimSpace(string(text)))
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

func (p *program) stop() { _ = p.end() }

// end stops the program in order; the error is that of its exit.
func (p *program) end() error {
	defer p.log.Close()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	return p.cmd.Wait()
}

// kill ends the program without a warning, as a crash would.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p.log.Close()
}
