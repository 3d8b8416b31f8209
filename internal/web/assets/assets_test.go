package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"yichuang/internal/needtest"
)

func TestServeGivesOnlyWhatThePagesNeed(t *testing.T) {
	for _, name := range []string{"README", "manifest.json", "nothing.js", "../assets.go", ""} {
		w := httptest.NewRecorder()
		if Serve(w, httptest.NewRequest("GET", "/", nil), name) {
			t.Errorf("%q was served", name)
		}
	}
}

func TestBundles(t *testing.T) {
	needtest.Have(t, Built(), "assets are not built: npm ci in web/, then go run ./internal/web/assets/build")
	for _, name := range []string{"app.js", "app.css", "chart.js", "icons.svg", "notices.txt"} {
		file := strings.TrimPrefix(Path(name), "/assets/")
		if file == "" {
			t.Errorf("%s is not in the manifest", name)
			continue
		}
		plain, packed := httptest.NewRecorder(), httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		if !Serve(plain, r, file) {
			t.Fatalf("%s is not served", file)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		Serve(packed, r, file)
		if packed.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(packed.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %v", file, packed.Header())
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(content, plain.Body.Bytes()) {
			t.Errorf("%s: the compressed form differs: %v", file, err)
		}
	}
	w := httptest.NewRecorder()
	Serve(w, httptest.NewRequest("GET", "/", nil), strings.TrimPrefix(Path("app.js"), "/assets/"))
	if ct := w.Header().Get("Content-Type"); !strings.HasPrefix(ct, "text/javascript") {
		t.Errorf("scripts are sent as %q", ct)
	}
	if body := w.Body.String(); strings.Contains(body, "new Function(") || strings.Contains(body, "eval(") {
		t.Error("a script needs what the content policy forbids")
	}
}

var iconUse = regexp.MustCompile(`(?:Icon\(|Icon:\s*)"([a-z0-9-]+)"`)

func TestEveryIconThatPagesNameIsInTheSprite(t *testing.T) {
	list, err := os.ReadFile("../../../web/src/icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range strings.Fields(string(list)) {
		known[name] = true
	}
	uses := 0
	err = filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".templ" && (filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_templ.go")) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range iconUse.FindAllSubmatch(text, -1) {
			uses++
			if !known[string(m[1])] {
				t.Errorf("%s uses the icon %q, which is not in web/src/icons.txt", path, m[1])
			}
		}
		return nil
	})
	if err != nil || uses == 0 {
		t.Errorf("%d uses, %v", uses, err)
	}
}
