// Package pgserver starts a scratch PostgreSQL server from the machine's own binaries, for tests and benchmarks: a data
// folder of its own, a free loopback port, a user that is not root, and an end with the process that started it.
package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"yichuang/internal/clock"
)

// Server is a scratch PostgreSQL server of this process.
type Server struct {
	// URL connects as the superuser to the database postgres.
	URL  string
	Port int
	dir  string
	bin  string
	cred *syscall.Credential
	conf []string
	cmd  *exec.Cmd
}

// ErrNoBinaries says that this machine has no PostgreSQL server.
var ErrNoBinaries = errors.New("no PostgreSQL server binaries found (Debian: apt-get install postgresql)")

// New makes and starts a server in dir (a temporary folder where dir is "") with the given settings. It dies with
// this process.
func New(dir string, settings ...string) (*Server, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, conf: settings}
	if s.dir = dir; dir == "" {
		sweep()
		if s.dir, err = os.MkdirTemp("", "yichuang-pg-"); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, err
	}
	if err := s.dropRoot(); err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		initdb := s.command("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
		if out, err := initdb.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
		}
	}
	if s.Port, err = freePort(); err != nil {
		return nil, err
	}
	s.URL = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.Port)
	return s, s.Start()
}

// sweep removes the folders of servers whose process, and with it their server, has ended.
func sweep() {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), "yichuang-pg-*"))
	for _, dir := range old {
		b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
		first, _, _ := strings.Cut(string(b), "\n")
		pid, convErr := strconv.Atoi(first)
		switch info, statErr := os.Stat(dir); {
		case err == nil && convErr == nil && syscall.Kill(pid, 0) == nil:
		case statErr != nil || clock.FromTime(info.ModTime()) > clock.System{}.Now().Add(-time.Minute): // it may be starting
		default:
			os.RemoveAll(dir)
		}
	}
}

// Binaries gives the folder of the newest server binaries of this machine, or ErrNoBinaries.
func Binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	sort.Strings(found)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", ErrNoBinaries
}

// dropRoot gives the folder to the user nobody where we are root, because PostgreSQL refuses to run as root.
func (s *Server) dropRoot() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, uid, gid)
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred, Pdeathsig: syscall.SIGINT}
	return cmd
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Start starts the server after NewServer or Stop and waits until it answers.
func (s *Server) Start() error {
	args := []string{"-D", filepath.Join(s.dir, "data"), "-p", strconv.Itoa(s.Port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=" + s.dir, "-c", "autovacuum_naptime=10s"}
	for _, c := range s.conf {
		args = append(args, "-c", c)
	}
	s.cmd = s.command("postgres", args...)
	log, err := os.Create(filepath.Join(s.dir, "server.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			return c.Close(ctx)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the server did not start: %w", err)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// Kill stops the server at once, as a power cut would (SIGQUIT: no checkpoint).
func (s *Server) Kill() error { return s.end(syscall.SIGQUIT) }

// Stop ends the server in order.
func (s *Server) Stop() error { return s.end(syscall.SIGINT) }

func (s *Server) end(sig syscall.Signal) error {
	if err := s.cmd.Process.Signal(sig); err != nil {
		return err
	}
	_, err := s.cmd.Process.Wait()
	return err
}

// RSS is the resident memory of the server's main process in bytes, 0 where unknown.
func (s *Server) RSS() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var size, rss int64
	fmt.Sscan(string(b), &size, &rss)
	return rss * int64(os.Getpagesize())
}
