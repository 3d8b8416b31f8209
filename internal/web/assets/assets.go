// Package assets holds the bundled styles, scripts and icons of the pages. They are built from web/ by
// internal/web/assets/build into dist, which is not committed: a program built without them says so on its pages and
// still works, because no page needs a script.
package assets

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// bundle is the embedded manifest: logical name ("app.css") to file name with content hash ("app-3F2A.css").
var bundle = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	b, err := fs.ReadFile(dist, "dist/manifest.json")
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		return nil
	}
	return m
})

// Built reports whether the program was built with its assets.
func Built() bool { return len(bundle()) > 0 }

// Path is the address of a file by its logical name; "" when it was not built.
func Path(name string) string {
	if f := bundle()[name]; f != "" {
		return "/assets/" + f
	}
	return ""
}

// Serve sends the file of that hashed name, compressed beforehand where the browser takes it, to be kept for a year:
// another content has another name. It gives false where there is no such file.
func Serve(w http.ResponseWriter, r *http.Request, name string) bool {
	if name == "manifest.json" || name == "README" || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return false
	}
	body, encoding, err := read(name, r.Header.Get("Accept-Encoding"))
	if err != nil {
		return false
	}
	h := w.Header()
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return true
}

// read gives a file in the smallest form that is accepted. Files that compress are embedded in their compressed forms alone.
func read(name, accepted string) (body []byte, encoding string, err error) {
	for _, enc := range [...]struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !strings.Contains(accepted, enc.name) {
			continue
		}
		if b, err := fs.ReadFile(dist, "dist/"+name+enc.suffix); err == nil {
			return b, enc.name, nil
		}
	}
	if body, err = fs.ReadFile(dist, "dist/"+name); err == nil {
		return body, "", nil
	}
	packed, err := dist.Open("dist/" + name + ".gz")
	if err != nil {
		return nil, "", err
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		return nil, "", err
	}
	body, err = io.ReadAll(z)
	return body, "", err
}

func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".txt", ".LEGAL":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
	}
	return "application/octet-stream"
}
