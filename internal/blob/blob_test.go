package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func open(t *testing.T, limits blob.Limits) (*blob.Store, string, *clock.Manual) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	c := clock.NewManual(storetest.Start)
	s, err := blob.Open(dir, limits, c)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir, c
}

func save(t *testing.T, s *blob.Store, content, name string) blob.Upload {
	t.Helper()
	up, err := s.Save("c1", strings.NewReader(content), name)
	if err != nil {
		t.Fatal(err)
	}
	return up
}

func attach(t *testing.T, db *store.DB, up blob.Upload) (b blob.Blob) {
	t.Helper()
	ctx := actor.With(context.Background(), &actor.Actor{Kind: actor.User, UserID: "u1", CentreID: "c1"})
	err := db.WithTx(ctx, func(tx *store.Tx) (err error) {
		b, err = blob.Attach(tx, "c1", up)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// files lists what lies below dir, without folders.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const pdf = "%PDF-1.7\nhello"

func TestAttachFindListDetach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := open(t, blob.Limits{})
		a, b := attach(t, db, save(t, s, pdf, "说明.pdf")), attach(t, db, save(t, s, pdf+"2", "图.pdf"))
		ctx := context.Background()
		err := db.Read(ctx, func(tx *store.Tx) error {
			got, err := blob.Find(tx, "c1", a.ID)
			if err != nil || got != a || got.Name != "说明.pdf" || got.MadeBy != "u1" || got.At != storetest.Start || got.Size != int64(len(pdf)) {
				t.Errorf("%+v, %v; attached %+v", got, err, a)
			}
			if _, err := blob.Find(tx, "c2", a.ID); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("another centre finds it: %v", err)
			}
			all, err := blob.List(tx, "c1", []string{b.ID, a.ID, "none"})
			if err != nil || len(all) != 2 || all[0] != a || all[1] != b {
				t.Errorf("List = %v, %v", all, err)
			}
			none, err := blob.List(tx, "c1", nil)
			if err != nil || len(none) != 0 {
				t.Errorf("List of nothing = %v, %v", none, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		detach := func() error {
			return db.WithTx(ctx, func(tx *store.Tx) error { return blob.Detach(tx, "c1", a.ID) })
		}
		if err := detach(); err != nil {
			t.Fatal(err)
		}
		if err := detach(); !errors.Is(err, blob.ErrNotFound) {
			t.Fatalf("second Detach: %v", err)
		}
	}, blob.Migrations)
}

func TestSameContentIsOneFile(t *testing.T) {
	s, dir, _ := open(t, blob.Limits{})
	a, b := save(t, s, pdf, "a.pdf"), save(t, s, pdf, "b.pdf")
	if a.SHA256 != b.SHA256 || len(files(t, dir)) != 1 {
		t.Fatalf("%v, %v, files %v", a, b, files(t, dir))
	}
	if up, err := s.Save("c2", strings.NewReader(pdf), "a.pdf"); err != nil || up.SHA256 != a.SHA256 || len(files(t, dir)) != 2 {
		t.Fatalf("centres share a file: %v, %v", files(t, dir), err)
	}
}

func TestConcurrentUploadsOfOneContent(t *testing.T) {
	s, dir, _ := open(t, blob.Limits{})
	content := pdf + strings.Repeat("x", 1<<20)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			up, err := s.Save("c1", strings.NewReader(content), fmt.Sprint(i, ".pdf"))
			if err == nil {
				err = s.Verify(blob.Blob{CentreID: "c1", SHA256: up.SHA256, Size: up.Size})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := files(t, dir); len(got) != 1 {
		t.Fatalf("files %v", got)
	}
}

type failing struct{ after io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.after.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestRefusedUploadsLeaveNothing(t *testing.T) {
	s, dir, _ := open(t, blob.Limits{MaxSize: 2 << 20, Exts: []string{".pdf", ".png"}})
	cases := map[string]struct {
		r    io.Reader
		name string
		want error
	}{
		"too large":        {strings.NewReader(pdf + strings.Repeat("x", 2<<20)), "a.pdf", blob.ErrTooLarge},
		"empty":            {strings.NewReader(""), "a.pdf", blob.ErrEmpty},
		"a program":        {strings.NewReader("MZ\x90\x00 program"), "a.pdf", blob.ErrType},
		"a page":           {strings.NewReader("<html><script>alert(1)</script>"), "a.png", blob.ErrType},
		"known, forbidden": {strings.NewReader("GIF89a......"), "a.gif", blob.ErrType},
		"broken off":       {failing{strings.NewReader(pdf)}, "a.pdf", io.ErrUnexpectedEOF},
	}
	for name, c := range cases {
		if _, err := s.Save("c1", c.r, c.name); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := s.Save("c1", strings.NewReader("MZ"), "a.exe")
	if err == nil || !strings.Contains(err.Error(), "png、pdf") {
		t.Errorf("the refusal does not say what is allowed: %v", err)
	}
	_, err = s.Save("c1", strings.NewReader(pdf+strings.Repeat("x", 2<<20)), "a.pdf")
	if err == nil || !strings.Contains(err.Error(), "2 MB") {
		t.Errorf("the refusal does not say the limit: %v", err)
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("files %v", got)
	}
}

func TestNames(t *testing.T) {
	s, _, _ := open(t, blob.Limits{})
	for in, want := range map[string]string{
		"现场照片.pdf": "现场照片.pdf", "REPORT.PDF": "REPORT.pdf", "photo.jpg": "photo.pdf", "run.exe": "run.pdf",
		`C:\fakepath\说明.pdf`: "说明.pdf", "../../etc/passwd": "passwd.pdf", "a\r\nSet-Cookie: x.pdf": "aSet-Cookie x.pdf",
		"": "附件.pdf", "..": "附件.pdf", "关于3.5万元补助的说明": "关于3.5万元补助的说明.pdf", "无后缀": "无后缀.pdf", "gpj.\u202efdp": "gpj.pdf",
		strings.Repeat("长", 300) + ".pdf": strings.Repeat("长", 100) + ".pdf", "bad\xff.pdf": "bad.pdf",
	} {
		if got := save(t, s, pdf, in).Name; got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
}

func TestServe(t *testing.T) {
	s, dir, _ := open(t, blob.Limits{})
	wav := "RIFF\x24\x00\x00\x00WAVEfmt " + strings.Repeat("0123456789", 100)
	up := save(t, s, wav, "通话录音.wav")
	b := blob.Blob{CentreID: "c1", ID: "1", SHA256: up.SHA256, Name: up.Name, MediaType: up.MediaType, Size: up.Size, At: storetest.Start}
	get := func(b blob.Blob, headers ...string) (*httptest.ResponseRecorder, error) {
		r, w := httptest.NewRequest("GET", "/x", nil), httptest.NewRecorder()
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return w, s.Serve(w, r, b)
	}
	w, err := get(b)
	if err != nil || w.Code != 200 || w.Body.String() != wav || w.Header().Get("Content-Type") != "audio/wav" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("whole: %d %v %v", w.Code, w.Header(), err)
	}
	if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "inline; filename*=utf-8''%E9%80%9A") {
		t.Errorf("disposition %q", d)
	}
	if w, err = get(b, "Range", "bytes=4-7"); err != nil || w.Code != http.StatusPartialContent || w.Body.String() != "\x24\x00\x00\x00" {
		t.Errorf("range: %d %q %v", w.Code, w.Body, err)
	}
	if w, err = get(b, "If-None-Match", `"`+up.SHA256+`"`); err != nil || w.Code != http.StatusNotModified {
		t.Errorf("not modified: %d %v", w.Code, err)
	}
	doc := b
	doc.MediaType = "application/msword"
	if w, _ = get(doc); !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("a document is shown inline: %v", w.Header())
	}
	for _, damage := range []func(string) error{func(p string) error { return os.Truncate(p, 10) }, os.Remove} {
		if err := damage(filepath.Join(dir, "c1", up.SHA256[:2], up.SHA256)); err != nil {
			t.Fatal(err)
		}
		if w, err = get(b); !errors.Is(err, blob.ErrMissing) || w.Body.Len() > 0 || len(w.Header()) > 0 {
			t.Errorf("missing file: %v, wrote %d bytes %v", err, w.Body.Len(), w.Header())
		}
	}
	if _, err = get(blob.Blob{SHA256: "../../../etc/passwd"}); !errors.Is(err, blob.ErrMissing) {
		t.Errorf("a sum that is none: %v", err)
	}
}

func TestVerifyNoticesAChangedFile(t *testing.T) {
	s, dir, _ := open(t, blob.Limits{})
	up := save(t, s, pdf, "a.pdf")
	b := blob.Blob{CentreID: "c1", SHA256: up.SHA256, Size: up.Size}
	if err := s.Verify(b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files(t, dir)[0], bytes.Repeat([]byte("x"), len(pdf)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(b); !errors.Is(err, blob.ErrMissing) {
		t.Fatal(err)
	}
}

func TestGarbage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, dir, c := open(t, blob.Limits{})
		ctx := context.Background()
		kept, lost, again := save(t, s, pdf+"kept", "a.pdf"), save(t, s, pdf+"lost", "b.pdf"), save(t, s, pdf+"again", "c.pdf")
		attach(t, db, kept)
		c.Advance(48 * time.Hour)
		save(t, s, pdf+"new", "d.pdf")
		before := c.Now().Add(-24 * time.Hour)
		got, err := s.Garbage(ctx, db, "c1", before)
		if err != nil || len(got) != 2 {
			t.Fatalf("garbage %v, %v", got, err)
		}
		save(t, s, pdf+"again", "c.pdf") // an upload between listing and discarding
		for _, sum := range got {
			if err := s.Discard("c1", sum, before); err != nil {
				t.Fatal(err)
			}
		}
		left := strings.Join(files(t, dir), " ")
		if !strings.Contains(left, kept.SHA256) || strings.Contains(left, lost.SHA256) || !strings.Contains(left, again.SHA256) {
			t.Fatalf("left %v", left)
		}
		if got, err = s.Garbage(ctx, db, "c9", before); err != nil || len(got) != 0 {
			t.Fatalf("a centre without files: %v, %v", got, err)
		}
		if err := s.Discard("c1", "../../x", before); !errors.Is(err, blob.ErrNotFound) {
			t.Fatal(err)
		}
	}, blob.Migrations)
}

func TestInterruptedUploadsAreSweptAtTheNextStart(t *testing.T) {
	s, dir, c := open(t, blob.Limits{})
	save(t, s, pdf, "a.pdf")
	for name, at := range map[string]clock.Instant{"upload-old": c.Now().Add(-25 * time.Hour), "upload-running": c.Now().Add(-time.Hour)} {
		path := filepath.Join(dir, "tmp", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at.Time(), at.Time()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := blob.Open(dir, blob.Limits{}, c); err != nil {
		t.Fatal(err)
	}
	left := strings.Join(files(t, dir), " ")
	if strings.Contains(left, "upload-old") || !strings.Contains(left, "upload-running") || strings.Contains(left, "probe") {
		t.Fatalf("left %v", left)
	}
}

func TestStrangeCentreIDsStayInTheFolder(t *testing.T) {
	s, dir, _ := open(t, blob.Limits{})
	for _, centre := range []string{"../x", "tmp", "", "A/B", "中心"} {
		up, err := s.Save(centre, strings.NewReader(pdf), "a.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(blob.Blob{CentreID: centre, SHA256: up.SHA256, Size: up.Size}); err != nil {
			t.Errorf("%q: %v", centre, err)
		}
	}
	if got := files(t, filepath.Dir(dir)); len(got) != 5 || len(files(t, dir)) != 5 || len(files(t, filepath.Join(dir, "tmp"))) != 0 {
		t.Fatalf("files %v", got)
	}
}
