package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
)

// Refusals of the kit itself.
var (
	ErrNotFound  = errs.New(errs.NotFound, "web.not_found", "没有这个页面。可能是地址写错了，或者内容已经移走。")
	ErrMethod    = errs.New(errs.NotFound, "web.method", "这个地址不接受这种操作。请从页面上的按钮进入。")
	ErrTooMany   = errs.New(errs.TooMany, "web.too_many", "操作太频繁，本次没有处理。请等一分钟再试。")
	ErrCrossSite = errs.New(errs.Forbidden, "web.cross_site", "这次提交来自别的网站，没有处理。请从本系统的页面提交。")
	ErrTooLarge  = errs.New(errs.TooLarge, "web.too_large", "提交的内容或附件太大，没有保存。请减小后再试。")
	ErrForm      = errs.New(errs.Invalid, "web.form", "表单内容无法读取，没有保存。请返回重新填写。")
)

// NextPage is the detail of an error that names the page on which to do first what is asked for.
const NextPage = "next_page"

// Status is the HTTP status of an error kind; it and package rest's use of it are the only such map.
func Status(kind errs.Kind) int {
	switch kind {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict:
		return http.StatusConflict
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	case errs.TooMany:
		return http.StatusTooManyRequests
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// StatusTitle is the short Chinese name of a status, for error pages and problem documents.
func StatusTitle(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "请求无法读取"
	case http.StatusUnauthorized:
		return "需要登录"
	case http.StatusForbidden:
		return "没有权限"
	case http.StatusNotFound:
		return "没有找到"
	case http.StatusMethodNotAllowed:
		return "不支持的操作"
	case http.StatusNotAcceptable:
		return "不支持的返回格式"
	case http.StatusRequestTimeout:
		return "请求超时"
	case http.StatusConflict:
		return "内容已有变化"
	case http.StatusPreconditionFailed:
		return "版本不一致"
	case http.StatusRequestEntityTooLarge:
		return "内容太大"
	case http.StatusUnsupportedMediaType:
		return "不支持的内容格式"
	case http.StatusUnprocessableEntity:
		return "内容有误"
	case http.StatusTooManyRequests:
		return "操作太频繁"
	case http.StatusServiceUnavailable:
		return "暂时不可用"
	}
	return "系统出错"
}

// APIErrors gives the paths under prefix another way of writing errors; package rest sets it.
func (k *Kit) APIErrors(prefix string, write func(w http.ResponseWriter, r *http.Request, e *errs.Error, status int)) {
	k.apiPrefix, k.apiError = prefix, write
}

// Fail answers a request with err: a page for people, a problem document under the API's prefix. It logs what the user
// is not told, and reports refusals to Options.Denied.
func (k *Kit) Fail(w http.ResponseWriter, r *http.Request, err error) {
	e := errs.As(err)
	status := Status(e.Kind)
	if e.Code == ErrMethod.Code {
		status = http.StatusMethodNotAllowed
	}
	k.Note(r.Context(), r, e)
	if (e.Kind == errs.TooMany || e.Kind == errs.Unavailable) && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "60")
	}
	if k.apiError != nil && strings.HasPrefix(r.URL.Path, k.apiPrefix) {
		k.apiError(w, r, e, status)
		return
	}
	if e.Kind == errs.Unauthenticated && r.Method == http.MethodGet && r.Header.Get("HX-Request") == "" {
		http.Redirect(w, r, k.o.SignInPath+"?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	k.failPage(w, r, e, status)
}

// Note logs a failed request and reports a refusal to Options.Denied; kits that write their own answers call it.
func (k *Kit) Note(ctx context.Context, r *http.Request, e *errs.Error) {
	if e.Denied || e.Kind == errs.Unauthenticated {
		k.o.Denied(k.withVisitor(ctx, r), r, e)
	}
	level := slog.LevelInfo
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("request_id", RequestID(ctx)), slog.String("code", e.Code), slog.String("route", RoutePattern(ctx))}
	if e.Err != nil {
		attrs = append(attrs, slog.String("cause", e.Err.Error()))
	}
	k.log.LogAttrs(ctx, level, "request failed", attrs...)
}

// withVisitor makes sure that a refusal before anybody was identified still says from where, and in which centre.
func (k *Kit) withVisitor(ctx context.Context, r *http.Request) context.Context {
	if a := actor.From(ctx); a.Kind != actor.Anonymous || a.RequestID != "" {
		return ctx
	}
	who := *k.o.Visitor(r)
	q := requestOf(ctx)
	who.RequestID, who.IP = q.id, q.ip
	return actor.With(ctx, &who)
}

func (k *Kit) failPage(w http.ResponseWriter, r *http.Request, e *errs.Error, status int) {
	c := &Ctx{Request: r, Writer: w, kit: k}
	f := failureOf(c, e, status)
	page := errorPage(f)
	if c.IsHTMX() {
		page = errorNote(f)
		w.Header().Set("HX-Retarget", "#notices")
		w.Header().Set("HX-Reswap", "innerHTML")
	}
	var buf bytes.Buffer
	if err := page.Render(c.viewContext(), &buf); err != nil {
		k.log.ErrorContext(r.Context(), "error page failed", "request_id", f.RequestID, "cause", err.Error())
		buf.Reset()
		buf.WriteString("<!doctype html><html lang=\"zh-CN\"><title>系统出错</title><h1>系统出错</h1><p>请求编号 " + f.RequestID + "</p>")
	}
	c.send(status, "text/html; charset=utf-8", buf.Bytes())
}

// failure is what an error page says: what happened, what was kept, what to do next.
type failure struct {
	Status    int
	Title     string
	Happened  string
	Fields    []errs.Field
	Kept      string
	Next      string
	NextHref  string
	NextLabel string
	RequestID string
	Phone     string
	Staff     bool // somebody is signed in: show the navigation
}

func failureOf(c *Ctx, e *errs.Error, status int) failure {
	f := failure{Status: status, Title: StatusTitle(status), Happened: e.Public, Fields: e.Fields, RequestID: RequestID(c.Context()),
		Phone: c.kit.o.Site(c.Context()).Phone, NextHref: "/", NextLabel: "回到首页"}
	f.Staff = c.Actor().Kind == actor.User
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		f.Kept = "这次提交没有生效，原有记录没有改变。用浏览器的“后退”可以回到刚才填写的内容。"
		if back := cameFrom(c.Request); back != "" {
			f.NextHref, f.NextLabel = back, "重新打开刚才的页面"
		}
	}
	switch e.Kind {
	case errs.Unauthenticated:
		f.NextHref, f.NextLabel = c.kit.o.SignInPath, "去登录"
	case errs.Conflict:
		f.Next = "请重新打开记录，看看别人改了什么，再决定要不要继续。"
	case errs.Internal, errs.Unavailable:
		f.Next = "请稍后再试。仍不行，请把下面的请求编号告诉管理员。"
	case errs.NotFound:
		f.Next = "请核对地址，或从首页重新查找。"
	}
	if to, ok := e.Detail[NextPage].(string); ok {
		f.Title, f.Next, f.NextHref, f.NextLabel = "还差一步", "", to, "现在去办"
	}
	return f
}

// failMissing answers where no route matched. Somebody who is signed in keeps the navigation.
func (k *Kit) failMissing(w *responseWriter, r *http.Request) {
	err := ErrNotFound
	if w.missing == http.StatusMethodNotAllowed {
		err = ErrMethod
	}
	if k.apiError == nil || !strings.HasPrefix(r.URL.Path, k.apiPrefix) {
		ctx, failed := k.openSession(r)
		if failed != nil {
			k.log.ErrorContext(ctx, "session not read", "request_id", RequestID(ctx), "cause", failed.Error())
		}
		r = r.WithContext(ctx)
	}
	k.Fail(w, r, err)
}

// cameFrom is the page of this site that sent the form, to go back to; "" where the browser does not say.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || u.Path == "" {
		return ""
	}
	return LocalPath(u.RequestURI(), "")
}
