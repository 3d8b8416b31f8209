package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

// asProgram makes the test binary behave as the program, so that tests can start it in processes of its own.
const asProgram = "YICHUANG_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "yes" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := Environment(ctx)
		stop()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// command prepares the program with arguments in a process of its own, which ends with the test.
func command(t *testing.T, args ...string) (*exec.Cmd, *buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=yes")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out := &buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// buffer may be read while the process writes.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the buffer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String gives what was written.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// execute runs the program to its end and gives what it printed and its exit code.
func execute(t *testing.T, args ...string) (string, int) {
	t.Helper()
	cmd, out := command(t, args...)
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// place is a data folder with the options that name it.
type place struct {
	dir    string
	centre string
	token  string // of the call-taker
}

func (p *place) database() string { return filepath.Join(p.dir, "yichuang.db") }

func (p *place) options() []string {
	return []string{"--database", p.database(), "--blobs", filepath.Join(p.dir, "blobs")}
}

func (p *place) config() config.Config {
	c := config.Config{Database: config.Secret(p.database()), Blobs: filepath.Join(p.dir, "blobs")}
	c.Fill()
	return c
}

// open opens the place in this process.
func (p *place) open(t *testing.T) (*app.App, context.Context) {
	t.Helper()
	a, err := app.Open(t.Context(), p.config(), slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	ctx, err := a.SystemContext(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return a, ctx
}

// settled makes the demonstration centre with some tickets in a new folder.
func settled(t *testing.T, tickets int) *place {
	t.Helper()
	p := &place{dir: t.TempDir()}
	a, err := app.Open(t.Context(), p.config(), slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	d, err := a.Org.SeedDemo(actor.With(t.Context(), &actor.Actor{Kind: actor.System}))
	if err != nil {
		t.Fatal(err)
	}
	p.centre = d.Centre.ID
	ctx := actor.With(t.Context(), actor.SystemFor(d.Centre.ID))
	if err := a.SeedCentre(ctx, d.Centre); err != nil {
		t.Fatal(err)
	}
	for i := range tickets {
		if _, err := a.Hotline.Register(ctx, request(fmt.Sprintf("第 %d 件", i))); err != nil {
			t.Fatal(err)
		}
	}
	p.issue(t, ctx, a, &d)
	return p
}

func request(title string) hotline.RegisterInput {
	return hotline.RegisterInput{Channel: "电话", Kind: hotline.Help, Title: title, Content: "小区门口路灯不亮，请尽快维修。", Name: "张三", Phone: "13800000001"}
}

func (p *place) issue(t *testing.T, ctx context.Context, a *app.App, d *org.Demo) {
	t.Helper()
	for _, acc := range d.Accounts {
		if !acc.User.HasRole(org.RoleAgent) {
			continue
		}
		_, text, err := a.Org.CreateTokenFor(ctx, acc.User.ID, org.TokenInput{Name: "测试", Scopes: []actor.Permission{hotline.PermRegister, hotline.PermRead, hotline.PermAccept},
			ExpiresAt: clock.System{}.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		p.token = text
		return
	}
	t.Fatal("the demonstration has no call-taker")
}

// server is the program serving a place.
type server struct {
	base string
	cmd  *exec.Cmd
	out  *buffer
}

// serve starts the program on the place and waits until it answers.
func (p *place) serve(t *testing.T, args ...string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	s := &server{base: "http://" + addr}
	s.cmd, s.out = command(t, append(append([]string{"serve", "--listen", addr}, p.options()...), args...)...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop(t) })
	for watch := clock.StartStopwatch(); watch.Elapsed() < 2*time.Minute; time.Sleep(10 * time.Millisecond) {
		if res, err := http.Get(s.base + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return s
			}
		}
	}
	t.Fatalf("the program did not start:\n%s", s.out)
	return nil
}

func (s *server) stop(t *testing.T) {
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil && t.Context().Err() == nil {
		t.Errorf("the program ended with %v:\n%s", err, s.out)
	}
}

// post sends a JSON body and gives the status and the answer.
func (s *server) post(t *testing.T, token, path string, body any) (int, string) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return s.raw(t, token, path, "application/json", bytes.NewReader(b))
}

func (s *server) raw(t *testing.T, token, path, contentType string, body io.Reader) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, string(answer)
}

// mustHave fails the test where text lacks one of the parts.
func mustHave(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("no %q in:\n%s", p, text)
		}
	}
}
