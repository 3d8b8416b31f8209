package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Ctx is one request on its way to a page.
type Ctx struct {
	Request *http.Request
	Writer  http.ResponseWriter

	kit      *Kit
	form     *Form
	messages []Message // for the next page
}

// page runs a handler within its session and permission.
func (k *Kit) page(rt *Route, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := k.openSession(r)
		r = r.WithContext(ctx)
		if err != nil {
			k.Fail(w, r, err)
			return
		}
		k.saveBefore(w, ctx)
		if err := allow(actor.From(ctx), rt); err != nil {
			k.Fail(w, r, err)
			return
		}
		c := &Ctx{Request: r, Writer: w, kit: k}
		if err := c.parseForm(); err != nil {
			k.Fail(w, r, err)
			return
		}
		defer c.dropUploads()
		if err := h(c); err != nil {
			k.Fail(w, r, err)
		}
	})
}

// allow checks the route's permission.
func allow(a *actor.Actor, rt *Route) error {
	if rt.Public {
		return nil
	}
	return Allow(a, rt.Permission)
}

// Allow checks a route's permission for an actor, knowing SignedIn; package rest uses it too.
func Allow(a *actor.Actor, p actor.Permission) error {
	if p == SignedIn {
		if a.Kind == actor.Anonymous || a.Kind == actor.Citizen {
			return actor.ErrSignIn
		}
		return nil
	}
	return a.Require(p)
}

// Context is the request's context; it carries the actor and the request number.
func (c *Ctx) Context() context.Context { return c.Request.Context() }

// Actor is who acts; anonymous on public pages, never nil.
func (c *Ctx) Actor() *actor.Actor { return actor.From(c.Request.Context()) }

// Can reports whether the actor holds p, for buttons that are absent when not allowed.
func (c *Ctx) Can(p actor.Permission) bool { return c.Actor().Can(p) }

// Now is the kit's time.
func (c *Ctx) Now() clock.Instant { return c.kit.o.Clock.Now() }

// RequestID is the number of this request.
func (c *Ctx) RequestID() string { return RequestID(c.Context()) }

// Param gives a wildcard of the route's pattern.
func (c *Ctx) Param(name string) string { return c.Request.PathValue(name) }

// Note logs an error that the page shows beside a field instead of failing.
func (c *Ctx) Note(err error) { c.kit.Note(c.Context(), c.Request, errs.As(err)) }

// Query gives a value of the address, trimmed.
func (c *Ctx) Query(name string) string { return strings.TrimSpace(c.Request.URL.Query().Get(name)) }

// IsHTMX reports whether a script on the page asked, so that a part of a page is enough.
func (c *Ctx) IsHTMX() bool { return c.Request.Header.Get("HX-Request") == "true" }

// Render sends the component as a page. Where the script asked for one fragment of the page (header X-Fragment), only
// that part is sent; see Fragment.
func (c *Ctx) Render(page templ.Component) error { return c.RenderStatus(http.StatusOK, page) }

// Invalid sends the form again with status 422, for forms that were refused: with what was typed, and what is wrong.
func (c *Ctx) Invalid(page templ.Component) error {
	return c.RenderStatus(http.StatusUnprocessableEntity, page)
}

// RenderStatus is Render with another status.
func (c *Ctx) RenderStatus(status int, page templ.Component) error {
	var buf bytes.Buffer
	ctx := c.viewContext()
	var err error
	if id := c.Request.Header.Get("X-Fragment"); id != "" && c.IsHTMX() {
		err = templ.RenderFragments(ctx, &buf, page, id)
	} else {
		err = page.Render(ctx, &buf)
	}
	if err != nil {
		return fmt.Errorf("render %s: %w", RoutePattern(ctx), err)
	}
	c.send(status, "text/html; charset=utf-8", buf.Bytes())
	return nil
}

// send writes a whole response. What a page shows depends on who asks, so nothing keeps it.
func (c *Ctx) send(status int, contentType string, body []byte) {
	h := c.Writer.Header()
	h.Set("Content-Type", contentType)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Writer.WriteHeader(status)
	if c.Request.Method != http.MethodHead {
		c.Writer.Write(body)
	}
}

// Redirect sends the browser to a path of this site with 303, after a form was accepted. A script that posted the form
// is told to go there too.
func (c *Ctx) Redirect(path string) error {
	path = LocalPath(path, "/")
	if c.IsHTMX() {
		c.Writer.Header().Set("HX-Redirect", path)
		c.send(http.StatusOK, "text/html; charset=utf-8", nil)
		return nil
	}
	c.Writer.Header().Set("Cache-Control", "no-store")
	http.Redirect(c.Writer, c.Request, path, http.StatusSeeOther)
	return nil
}

// LocalPath gives path when it points into this site, else fallback. Use it on every path that came from outside, such
// as the page to go back to after signing in.
func LocalPath(path, fallback string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return fallback
	}
	return path
}

// JSON sends v as JSON, for the page's own scripts; programs use package rest.
func (c *Ctx) JSON(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	c.send(status, "application/json; charset=utf-8", b)
	return nil
}

// NoContent answers with nothing, such as a live bar that has no news.
func (c *Ctx) NoContent() error {
	c.Writer.WriteHeader(http.StatusNoContent)
	return nil
}

// Download sends bytes as a file to keep.
func (c *Ctx) Download(name, contentType string, content []byte) error {
	c.disposition("attachment", name)
	c.send(http.StatusOK, contentType, content)
	return nil
}

// Stream sends a file of unknown length as it is written. An error before the first byte becomes an error page; after
// it the connection is cut, so that nobody takes a part for the whole.
func (c *Ctx) Stream(name, contentType string, write func(w io.Writer) error) error {
	sent, err := WriteFile(c.Writer, name, contentType, write)
	if err == nil || !sent {
		return err
	}
	c.kit.log.ErrorContext(c.Context(), "stream cut", "request_id", c.RequestID(), "cause", err.Error())
	panic(http.ErrAbortHandler)
}

// WriteFile writes a file to keep of unknown length, as Ctx.Stream does; package rest uses it too. sent tells whether
// anything had been sent before an error, so that no other answer is possible.
func WriteFile(w http.ResponseWriter, name, contentType string, write func(w io.Writer) error) (sent bool, err error) {
	h := w.Header()
	h.Set("Content-Disposition", disposition("attachment", name))
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	counted := &firstByte{w: w}
	if err = write(counted); err != nil && !counted.sent {
		h.Del("Content-Disposition")
	}
	return counted.sent, err
}

type firstByte struct {
	w    io.Writer
	sent bool
}

func (f *firstByte) Write(b []byte) (int, error) {
	f.sent = true
	return f.w.Write(b)
}

// File sends a stored file with ranges and conditional requests. Inline shows it in the browser where that is safe
// (pictures and PDF); everything else is sent as a file to keep.
func (c *Ctx) File(name, contentType string, modified clock.Instant, content io.ReadSeeker, inline bool) error {
	kind := "attachment"
	if inline && (contentType == "application/pdf" || strings.HasPrefix(contentType, "image/") && contentType != "image/svg+xml") {
		kind = "inline"
	}
	c.disposition(kind, name)
	c.Writer.Header().Set("Content-Type", contentType)
	c.Writer.Header().Set("Cache-Control", "private, no-cache")
	var at time.Time
	if !modified.IsZero() {
		at = modified.Time()
	}
	http.ServeContent(c.Writer, c.Request, "", at, content)
	return nil
}

// disposition names the file; the name is sent as RFC 6266 wants names beyond ASCII.
func (c *Ctx) disposition(kind, name string) {
	c.Writer.Header().Set("Content-Disposition", disposition(kind, name))
}

func disposition(kind, name string) string {
	name = strings.NewReplacer("/", "_", "\\", "_", "\"", "'", "\r", "", "\n", "").Replace(name)
	return kind + "; filename*=UTF-8''" + url.PathEscape(name)
}

// parseForm reads the body of a form, if it is one.
func (c *Ctx) parseForm() error {
	if m := c.Request.Method; m == http.MethodGet || m == http.MethodHead {
		return nil
	}
	var err error
	switch kind := c.Request.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "multipart/form-data"):
		err = c.Request.ParseMultipartForm(8 << 20)
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		err = c.Request.ParseForm()
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, multipart.ErrMessageTooLarge) {
		return ErrTooLarge.Say("提交的内容或附件超过了 %s，没有保存。请减小后再试。", sizeText(tooLarge)).Wrap(err)
	}
	if err != nil {
		return ErrForm.Wrap(err)
	}
	return nil
}

func sizeText(e *http.MaxBytesError) string {
	if e == nil {
		return "上限"
	}
	return fmt.Sprintf("%d MB", max(e.Limit>>20, 1))
}

func (c *Ctx) dropUploads() {
	if c.Request.MultipartForm != nil {
		c.Request.MultipartForm.RemoveAll()
	}
}
