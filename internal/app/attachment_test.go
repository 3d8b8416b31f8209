package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

const secretPicture = "\x89PNG\r\n\x1a\n机密照片"

// multi is a form with one file.
func multi(t *testing.T, kind, name, content string) (contentType string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	form := multipart.NewWriter(body)
	err := form.WriteField("kind", kind)
	if err == nil {
		var part io.Writer
		if part, err = form.CreateFormFile("files", name); err == nil {
			_, err = io.WriteString(part, content)
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return form.FormDataContentType(), body
}

// send gives the status and body of a request.
func (h hunter) send(t *testing.T, method, path, contentType string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, h.base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := h.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestAttachmentsOverTheAPI(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	p := makePrey(t, a, home)
	agent := signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{}, org.RoleAgent))
	path := "/api/v1/tickets/" + p.ids["ticket"] + "/attachments"
	kind, body := multi(t, "citizen", "现场.jpg", secretPicture)
	res, text := agent.send(t, http.MethodPost, path, kind, body)
	var made struct{ Items []hotline.Attachment }
	if err := json.Unmarshal([]byte(text), &made); err != nil || res.StatusCode != http.StatusOK || len(made.Items) != 1 || made.Items[0].Name != "现场.png" {
		t.Fatalf("%d %s %v", res.StatusCode, text, err)
	}
	file := path + "/" + made.Items[0].ID
	page := "/hotline/tickets/" + p.ids["no"] + "/attachments/" + made.Items[0].ID
	for _, path := range []string{file, page} {
		res, text = agent.send(t, http.MethodGet, path, "", nil)
		h := res.Header
		if res.StatusCode != http.StatusOK || text != secretPicture || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(h.Get("Content-Disposition"), "inline") {
			t.Errorf("%s: %d %v", path, res.StatusCode, h)
		}
	}
	if _, text = agent.send(t, http.MethodGet, "/api/v1/tickets/"+p.ids["ticket"], "", nil); !strings.Contains(text, `"name":"现场.png"`) || strings.Contains(text, "blob_id") {
		t.Errorf("the dossier: %s", text)
	}
	kind, body = multi(t, "citizen", "a.exe", "MZ program")
	if res, text = agent.send(t, http.MethodPost, path, kind, body); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "a.exe") {
		t.Errorf("a program: %d %s", res.StatusCode, text)
	}
	if res, text = agent.send(t, http.MethodPost, path, "application/json", strings.NewReader("{}")); res.StatusCode >= 500 || res.StatusCode < 400 {
		t.Errorf("no form: %d %s", res.StatusCode, text)
	}
	kind, body = multi(t, "citizen", "a.png", secretPicture+strings.Repeat("x", 65<<20))
	if res, text = agent.send(t, http.MethodPost, path, kind, body); res.StatusCode < 400 || res.StatusCode >= 500 || strings.Contains(text, "too large") {
		t.Errorf("too large: %d %s", res.StatusCode, text)
	}
	if err := os.Remove(filepath.Join(a.Config.BlobFolder(), home, made.Items[0].ID)); err == nil {
		t.Error("files are named by the attachment")
	}
	if err := os.RemoveAll(filepath.Join(a.Config.BlobFolder(), home)); err != nil {
		t.Fatal(err)
	}
	if res, text = agent.send(t, http.MethodGet, file, "", nil); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "blob.missing") {
		t.Errorf("the file is gone: %d %s", res.StatusCode, text)
	}
}

func TestNobodyElseOpensAnAttachment(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	p := makePrey(t, a, home)
	before := filesOf(t, a, "*")
	up, err := a.Blobs.Save(home, strings.NewReader(secretPicture), "机密.png")
	if err != nil {
		t.Fatal(err)
	}
	cmd := hotline.Command{TicketID: p.ticket.ID}
	ctx := orgtest.User(t, a.Org, home, orgtest.Where{}, org.RoleAgent).Ctx
	if _, err := a.Hotline.AddAttachments(ctx, cmd, hotline.FromCitizen, []blob.Upload{up}); err != nil {
		t.Fatal(err)
	}
	d, err := a.Hotline.Find(ctx, string(p.ticket.ID))
	if err != nil {
		t.Fatal(err)
	}
	away, other := addCentre(t, a), orgtest.Unit(t, a.Org, home, "同中心另一单位", "")
	for _, h := range []hunter{
		signIn(t, srv.URL, orgtest.User(t, a.Org, away, orgtest.Where{}, org.RoleShiftLead)),
		signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{Unit: other.ID}, org.RoleUnitHead)),
	} {
		for _, path := range []string{"/hotline/tickets/" + d.No + "/attachments/", "/api/v1/tickets/" + string(d.ID) + "/attachments/", "/api/v1/tickets/" + d.No + "/attachments/"} {
			if res, text := h.send(t, http.MethodGet, path+d.Attachments[0].ID, "", nil); res.StatusCode != http.StatusNotFound || strings.Contains(text, "机密") {
				t.Errorf("%s %s: %d", h.name, path, res.StatusCode)
			}
		}
		kind, body := multi(t, "evidence", "x.png", secretPicture+"x")
		if res, _ := h.send(t, http.MethodPost, "/api/v1/tickets/"+string(d.ID)+"/attachments", kind, body); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s adds one: %d", h.name, res.StatusCode)
		}
	}
	if n := filesOf(t, a, "*"); n != 1+before {
		t.Errorf("strangers left files: %d", n-before-1)
	}
}

// filesOf counts the files that a centre keeps.
func filesOf(t *testing.T, a *app.App, centre string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(a.Config.BlobFolder(), centre, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func TestFilesWithoutAttachmentAreSwept(t *testing.T) {
	a := open(t)
	home := addCentre(t, a)
	p := makePrey(t, a, home)
	before := filesOf(t, a, home)
	kept, err := a.Blobs.Save(home, strings.NewReader(secretPicture), "a.png")
	if err == nil {
		_, err = a.Blobs.Save(home, strings.NewReader(secretPicture+"orphan"), "b.png")
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx := actor.With(t.Context(), actor.SystemFor(home))
	if _, err := a.Hotline.AddAttachments(ctx, hotline.Command{TicketID: p.ticket.ID}, hotline.Internal, []blob.Upload{kept}); err != nil {
		t.Fatal(err)
	}
	count := func(want int) {
		t.Helper()
		if n := filesOf(t, a, home) - before; n != want {
			t.Errorf("%d files, want %d", n, want)
		}
	}
	if err := a.Jobs.RunAll(ctx); err != nil {
		t.Fatal(err)
	}
	count(2)
	a.Clock.(*clock.Manual).Advance(72 * time.Hour)
	if err := a.Jobs.RunAll(ctx); err != nil {
		t.Fatal(err)
	}
	count(1)
}

func TestBlobsLieBesideTheDatabase(t *testing.T) {
	for database, want := range map[string]string{"/var/lib/x/y.db": "/var/lib/x/blobs", "y.db": "blobs", "postgres://host/db": "data/blobs"} {
		c := config.Config{Database: config.Secret(database)}
		c.Fill()
		if got := c.BlobFolder(); got != want {
			t.Errorf("%s: %s", database, got)
		}
		c.Blobs = "/elsewhere"
		if got := c.BlobFolder(); got != "/elsewhere" {
			t.Errorf("%s: %s", database, got)
		}
	}
}
