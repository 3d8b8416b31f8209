package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// logBook collects what the program logs, from any goroutine.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// What would tell who reported: the name and the phone, whole, masked, or in part.
var identity = []string{secretName, "欧阳", secretPhone, "139****5678", "139****", "13912"}

// accusation is a report against one unit, handled by a second with the help of a third, after a fourth returned it.
type accusation struct {
	prey
	accused, lead, helper, returner org.Unit
}

func makeAccusation(t *testing.T, a *app.App, centre string) accusation {
	t.Helper()
	c := accusation{accused: orgtest.Unit(t, a.Org, centre, "被举报局", ""), lead: orgtest.Unit(t, a.Org, centre, "纪检监察组", ""), helper: orgtest.Unit(t, a.Org, centre, "审计局", ""),
		returner: orgtest.Unit(t, a.Org, centre, "信访局", "")}
	agent := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent)
	dispatcher := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleDispatcher)
	reg, err := a.Hotline.Register(agent.Ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Report, Category: "0101", Title: secretTitle, Content: secretTitle + "违规收费",
		Name: secretName, Phone: secretPhone, Confidential: hotline.ConfidentialCaller, AccusedUnit: c.accused.ID})
	if err != nil {
		t.Fatal(err)
	}
	cmd := hotline.Command{TicketID: reg.ID}
	head := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: c.returner.ID}, org.RoleUnitHead)
	liaison := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: c.lead.ID}, org.RoleLiaison)
	for _, step := range []func() (hotline.Ticket, error){
		func() (hotline.Ticket, error) { return a.Hotline.Accept(agent.Ctx, cmd, hotline.Classify{}) },
		func() (hotline.Ticket, error) {
			return a.Hotline.Dispatch(dispatcher.Ctx, cmd, hotline.DispatchInput{UnitID: c.returner.ID, Helpers: []hotline.Helper{{UnitID: c.helper.ID}}})
		},
		func() (hotline.Ticket, error) {
			return a.Hotline.AskReturn(head.Ctx, cmd, hotline.ReturnInput{Ground: hotline.ReturnReasons[0], Reason: "应由纪检监察组办理"})
		},
		func() (hotline.Ticket, error) {
			return a.Hotline.AcceptReturn(dispatcher.Ctx, cmd, hotline.AcceptInput{UnitID: c.lead.ID})
		},
		func() (hotline.Ticket, error) { return a.Hotline.Sign(liaison.Ctx, cmd) },
		func() (hotline.Ticket, error) {
			return a.Hotline.AskHelp(liaison.Ctx, cmd, hotline.Helper{UnitID: c.returner.ID}, "请协助核实")
		},
	} {
		if _, err := step(); err != nil {
			t.Fatal(err)
		}
	}
	d, err := a.Hotline.Find(agent.Ctx, reg.No)
	if err != nil || d.CallerName == "" {
		t.Fatalf("the hotline office does not know the caller: %v", err)
	}
	for _, to := range []hotline.Helper{{UnitID: c.accused.ID}} {
		if _, err := a.Hotline.AddHelp(dispatcher.Ctx, cmd, hotline.HelpInput{Helper: to}); err == nil || !strings.Contains(err.Error(), "hotline.conflict_of_interest") {
			t.Errorf("the accused unit may help: %v", err)
		}
	}
	c.prey = prey{ticket: d.Ticket, ids: map[string]string{"ticket": string(reg.ID), "no": reg.No, "unit": c.lead.ID}}
	return c
}

// unpacked is a body with, where it is a ZIP file such as a workbook, the text of its entries.
func unpacked(body string) string {
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		return body
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(io.LimitReader(r, 16<<20))
		r.Close()
		body += string(b)
	}
	return body
}

// Who reported a unit in confidence is not readable to any unit, least of all the accused one, on any page, in any
// answer of the API, any export, any search, or the log; and the accused unit finds no trace of the report at all.
func TestNobodyOutsideTheOfficeLearnsWhoReported(t *testing.T) {
	book := &logBook{}
	dir := t.TempDir()
	cfg := config.Config{Database: config.Secret(filepath.Join(dir, "test.db")), Blobs: filepath.Join(dir, "blobs")}
	cfg.Fill()
	a, err := app.Open(context.Background(), cfg, slog.New(slog.NewTextHandler(book, &slog.HandlerOptions{Level: slog.LevelDebug})), clock.NewManual(clock.At(2026, 5, 8, 16, 30)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	c := makeAccusation(t, a, centre)
	asked := 0
	for _, u := range []org.Unit{c.accused, c.lead, c.helper, c.returner} {
		for _, role := range []string{org.RoleLiaison, org.RoleUnitHead} {
			h := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{Unit: u.ID}, role))
			look := func(what, body string) {
				asked++
				body = unpacked(body)
				for _, s := range identity {
					if strings.Contains(body, s) {
						t.Errorf("%s shows %q to the %s of %s", what, s, role, u.Name)
					}
				}
				if u.ID == c.accused.ID && (strings.Contains(body, secretTitle) || strings.Contains(body, c.ticket.No)) {
					t.Errorf("%s tells the %s of the accused unit of the report", what, role)
				}
			}
			for _, rt := range a.Web.Routes() {
				if harmless(rt.Pattern) && !strings.HasPrefix(rt.Pattern, "/12345") || strings.HasSuffix(rt.Pattern, "/live") || strings.Contains(rt.Pattern, "stream") || strings.Contains(rt.Pattern, "events") || rt.Pattern == "/metrics" { // numbers that count and time
					continue
				}
				_, _, body := h.try(t, a, rt, c.prey)
				if rt.Method == http.MethodGet && strings.Contains(c.fill(rt.Pattern), c.ticket.No) && u.ID == c.accused.ID {
					body = strings.ReplaceAll(body, c.ticket.No, "") // its own question comes back
				}
				look(rt.Method+" "+rt.Pattern, body)
			}
			for _, q := range []string{secretName, secretPhone, "违规收费"} {
				for _, path := range []string{"/hotline/search?q=", "/api/v1/search?q="} {
					body := h.get(t, path+url.QueryEscape(q))
					if path == "/hotline/search?q=" {
						body = strings.ReplaceAll(body, q, "") // the box shows what was typed
					}
					look("search for "+q, body)
				}
			}
		}
	}
	agent := signIn(t, srv.URL, orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent))
	body := agent.post(t, "/api/v1/tickets/"+string(c.ticket.ID)+"/caller")
	if !strings.Contains(body, secretPhone) || !strings.Contains(body, secretName) {
		t.Errorf("the hotline office cannot read the caller: %s", body)
	}
	log := book.String()
	for _, s := range identity[:4] {
		if strings.Contains(log, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	if asked < 1000 || len(log) == 0 {
		t.Errorf("only %d answers were looked at, %d bytes of log", asked, len(log))
	}
}

func (h hunter) get(t *testing.T, path string) string {
	t.Helper()
	_, text := h.send(t, http.MethodGet, path, "", nil)
	return text
}

func (h hunter) post(t *testing.T, path string) string {
	t.Helper()
	_, text := h.send(t, http.MethodPost, path, "application/json", strings.NewReader("{}"))
	return text
}
