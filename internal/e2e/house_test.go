package e2e

import (
	"context"
	"encoding/gob"
	"flag"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/demo"
	"yichuang/internal/hotline"
	"yichuang/internal/needtest"
	"yichuang/internal/web/assets"
)

// now is the moment at which the demonstration stands: a Thursday afternoon in office hours.
var now = clock.At(2026, 5, 14, 15, 20)

// shared is what all tests of the package have in common, made by the first that asks and removed by TestMain.
var shared struct {
	sync.Mutex
	dir      string
	demo     demo.Result
	browser  context.Context
	shutDown []func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(shared.shutDown) - 1; i >= 0; i-- {
		shared.shutDown[i]()
	}
	os.Exit(code)
}

// house is the program on a copy of the demonstration, at work on a port of this machine.
type house struct {
	app    *app.App
	clock  *clock.Manual
	url    string
	system context.Context
	// watched looks at every window before anything is opened in it.
	watched func(*person)
}

func settings(dir string) config.Config {
	c := config.Config{Database: config.Secret(filepath.Join(dir, "demo.db")), Blobs: filepath.Join(dir, "blobs"), Listen: "127.0.0.1:0"}
	c.Fill()
	return c
}

// demonstration makes the demonstration once and gives the folder with its database and keys.
func demonstration(t *testing.T) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.dir != "" {
		return shared.dir
	}
	if *given != "" {
		return receive(t)
	}
	dir, err := os.MkdirTemp("", "yichuang-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	shared.shutDown = append(shared.shutDown, func() { os.RemoveAll(dir) })
	if shared.demo, err = demo.Load(context.Background(), demo.Options{Config: settings(dir), Now: now, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	shared.dir = dir
	return dir
}

// given is where another run of the tests has written what it demonstrates.
var given = flag.String("demonstration", "", "file with a demonstration that another run has made")

// demonstrated is a demonstration as one run of the tests gives it to another.
type demonstrated struct {
	Dir    string
	Result demo.Result
}

// receive takes over the demonstration of another run.
func receive(t *testing.T) string {
	t.Helper()
	f, err := os.Open(*given)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var d demonstrated
	if err := gob.NewDecoder(f).Decode(&d); err != nil {
		t.Fatal(err)
	}
	shared.dir, shared.demo = d.Dir, d.Result
	return shared.dir
}

// whole leaves out, with -short, what runs the whole program.
func whole(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the whole program")
	}
}

// openHouse starts the program: its own listener, its own job runner.
func openHouse(t *testing.T) *house {
	t.Helper()
	whole(t)
	needtest.Have(t, assets.Built(), "assets are not built: npm ci in web/, then go run ./internal/web/assets/build")
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(demonstration(t))); err != nil {
		t.Fatal(err)
	}
	h := &house{clock: clock.NewManual(now)}
	ctx, stop := context.WithCancel(context.Background())
	var err error
	if h.app, err = app.Open(ctx, settings(dir), slog.New(slog.DiscardHandler), h.clock); err != nil {
		t.Fatal(err)
	}
	l, err := h.app.Listen()
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- h.app.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		h.app.Close()
	})
	h.url = "http://" + l.Addr().String()
	h.system = actor.With(ctx, actor.SystemFor(shared.demo.Demo.Centre.ID))
	return h
}

// password gives the password of an account of the demonstration.
func password(t *testing.T, user string) string {
	t.Helper()
	a, ok := shared.demo.Demo.Account(user)
	if !ok {
		t.Fatalf("the demonstration has no %s", user)
	}
	return a.Password
}

// as acts for an account without a browser, for what happens between two steps of a journey.
func (h *house) as(t *testing.T, user string) context.Context {
	t.Helper()
	u, err := h.app.Org.UserByName(h.system, user)
	if err != nil {
		t.Fatal(err)
	}
	a, err := h.app.Org.Authenticate(h.system, u.Subject(), u.EpochText())
	if err != nil {
		t.Fatal(err)
	}
	return actor.With(h.system, a)
}

// ticket reads a ticket from the database.
func (h *house) ticket(t *testing.T, no string) hotline.Dossier {
	t.Helper()
	d, err := h.app.Hotline.Find(h.system, no)
	if err != nil {
		t.Fatalf("%q: %v", no, err)
	}
	return d
}

// stands fails unless a ticket is in a state, and gives it.
func (h *house) stands(t *testing.T, no string, want hotline.State) hotline.Dossier {
	t.Helper()
	d := h.ticket(t, no)
	if d.State != want {
		t.Fatalf("%s is %s, not %s", no, d.State.Label(), want.Label())
	}
	return d
}

// leg gives the leg of the current round.
func leg(t *testing.T, d hotline.Dossier) hotline.Leg {
	t.Helper()
	for _, l := range d.Legs {
		if l.Round == d.Round {
			return l
		}
	}
	t.Fatalf("%s has no leg in round %d", d.No, d.Round)
	return hotline.Leg{}
}

// session signs in over HTTP, without a browser.
func (h *house) session(t *testing.T, user string) *http.Client {
	t.Helper()
	c := plainClient(t)
	if user == "" {
		return c
	}
	r, err := c.PostForm(h.url+"/login", url.Values{"username": {user}, "password": {password(t, user)}, "next": {"/account"}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if to := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || to != "/account" {
		t.Fatalf("%s was not signed in: %s, %q", user, r.Status, to)
	}
	return c
}
