package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/clock"
	"yichuang/internal/config"
	"yichuang/internal/hotline"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
)

// hostileBodies are whole bodies that no honest client sends.
func hostileBodies() []string {
	return []string{"", "{", "[]", "null", `"x"`, "1e999", "{}{}", "{\"a\":1,\"a\":2}", "\xff\xfe\x00", `{"title":"` + "\xff\xfe" + `"}`, `{"content":"\u0000","title":"\ud800"}`,
		strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), strings.Repeat("[", 50000), `{"content":"` + strings.Repeat("长", 600_000) + `"}`, "<xml/>", "a=1&b=%zz&%=%"}
}

// hostileValues replace one value of a body that is otherwise honest.
func hostileValues() []any {
	return []any{nil, "", "\x00", "甲\x00乙", "\ufffd\u202e\u200b", strings.Repeat("长", 9000), "' OR 1=1 --", "%s%n${x}{{.}}<script>", -1, 0, 1 << 53, 1.5, 9.3e18, true, "true",
		[]any{}, []any{"a", 1, nil}, map[string]any{"a": map[string]any{}}, "0000-00-00", "9999-12-31", "-292277026596-12-04", "2026-13-45T99:99:99Z", "2026-05-08T16:30:00+08:00", "１２３", "🚰🚰"}
}

// honest gives a plausible value for a field, so that what is hostile elsewhere is looked at closely.
func honest(p prey, name string, fallback any) any {
	known := map[string]any{"channel": "电话", "kind": "求助", "urgency": "普通", "title": "路灯不亮", "content": "小区门口路灯不亮", "phone": "13800000001", "name": "张三", "category": "0101",
		"area": "622901001", "unit_id": p.ids["unit"], "units": []any{p.ids["unit"]}, "reason": "理由", "remark": "说明", "text": "备注", "reply": "答复", "ground": 2, "to": "110", "days": 1,
		"measures": "措施", "review_at": "2026-06-01", "reached": true, "result": "满意", "solved": "已解决", "reply_public": "已办理", "contacted_at": "2026-05-08T16:00:00+08:00",
		"confidential": "none", "anonymous": false, "grant": true, "code": "0000000000", "tail": "0001", "valid_from": "2026-01-01", "limit": "5wd", "step": "sign", "version": 1}
	if v, ok := known[name]; ok {
		return v
	}
	return fallback
}

// hostility is one engine's program with somebody who may do everything.
type hostility struct {
	t       *testing.T
	a       *app.App
	p       prey
	tickets []hotline.TicketID
	who     hunter
	nobody  hunter
	rnd     *rand.Rand
	share   int // of so many requests one is sent
	asked   int
	passed  int
}

// TestHostileRequests sends every route what no honest client sends. Refusals are fine; a fault of ours (5xx), a
// connection that breaks and an answer that shows our insides are not.
func TestHostileRequests(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			h := newHostility(t, engine)
			for i, rt := range h.a.Web.Routes() {
				// What a route makes of a body is the same on both; what differs are the texts of statements.
				if h.share = 1; engine == store.Postgres && i%4 != 1 {
					h.share = 3
				}
				h.attack(rt)
			}
			if h.asked < 1000 || h.passed < 50 {
				t.Errorf("only %d requests, %d of them accepted", h.asked, h.passed)
			}
			r, err := h.a.Hotline.Check(orgtest.System(h.p.ticket.CentreID))
			if err != nil || len(r.Faults) > 0 {
				t.Errorf("%v\n%s", err, r.String())
			}
		})
	}
}

func newHostility(t *testing.T, engine store.Engine) *hostility {
	dir := t.TempDir()
	cfg := config.Config{Database: config.Secret(storetest.Migrated(t, engine, app.Migrations())), KeyFile: filepath.Join(dir, "key"), Blobs: filepath.Join(dir, "blobs")}
	cfg.Fill()
	a, err := app.Open(context.Background(), cfg, slog.New(slog.DiscardHandler), clock.NewManual(clock.At(2026, 5, 8, 16, 30)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	srv := httptest.NewServer(a.Web.Handler())
	t.Cleanup(srv.Close)
	centre := addCentre(t, a)
	h := &hostility{t: t, a: a, p: makePrey(t, a, centre), rnd: rand.New(rand.NewSource(7))}
	var roles []string
	for _, r := range a.Org.Roles() {
		roles = append(roles, r.Code)
	}
	person := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: h.p.ids["unit"]}, roles...)
	h.who = signIn(t, srv.URL, person)
	h.nobody = hunter{base: srv.URL, http: plainClient(nil)}
	h.fillPool(person.Ctx)
	return h
}

// fillPool makes tickets at every step of the usual way.
func (h *hostility) fillPool(ctx context.Context) {
	m := h.a.Hotline
	for i := range 42 {
		r, err := m.Register(ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Consult, Title: fmt.Sprintf("第 %d 件", i), Content: "路灯不亮", Name: "张三", Phone: "13800000001"})
		if err != nil {
			h.t.Fatal(err)
		}
		c := hotline.Command{TicketID: r.ID}
		steps := []func() (hotline.Ticket, error){
			func() (hotline.Ticket, error) { return m.Accept(ctx, c, hotline.Classify{}) },
			func() (hotline.Ticket, error) {
				return m.Dispatch(ctx, c, hotline.DispatchInput{UnitID: h.p.ids["unit"]})
			},
			func() (hotline.Ticket, error) { return m.Sign(ctx, c) },
			func() (hotline.Ticket, error) {
				return m.Submit(ctx, c, hotline.Reply{Public: "已办理", Solved: "已解决", ContactedAt: h.a.Clock.Now()})
			},
			func() (hotline.Ticket, error) { return m.Approve(ctx, c, "") },
			func() (hotline.Ticket, error) {
				return m.RecordCallback(ctx, c, hotline.CallbackResult{Reached: true, Result: hotline.Satisfied})
			},
		}
		for _, step := range steps[:i%(len(steps)+1)] {
			if _, err := step(); err != nil {
				h.t.Fatal(err)
			}
		}
		h.tickets = append(h.tickets, r.ID)
	}
}

// attack sends one route everything.
func (h *hostility) attack(rt web.Route) {
	if rt.Pattern == "/logout" || strings.HasPrefix(rt.Pattern, "/account") || rt.Pattern == "/metrics" {
		return
	}
	h.paths(rt)
	if rt.Method == http.MethodGet {
		h.queries(rt)
		return
	}
	for _, body := range hostileBodies() {
		for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "", "application/json; charset=gbk"} {
			if h.rnd.Intn(16) == 0 || kind == "application/json" && rt.API && len(body) < 1000 && h.rnd.Intn(2) == 0 {
				h.send(rt, h.path(rt), kind, body)
			}
		}
	}
	fields := h.fields(rt)
	const rounds = 8
	for range rounds {
		h.one(rt, fields)
	}
}

// fields gives the honest body of a route.
func (h *hostility) fields(rt web.Route) map[string]any {
	out := map[string]any{}
	if !rt.API {
		for k, v := range form() {
			out[k] = honest(h.p, k, v[0])
		}
		return out
	}
	item := h.a.REST.OpenAPI().Paths[strings.TrimPrefix(rt.Pattern, "/api/v1")]
	if item == nil || item.Post == nil || item.Post.RequestBody == nil || item.Post.RequestBody.Content["application/json"] == nil {
		return out
	}
	doc := h.a.REST.OpenAPI()
	schema := item.Post.RequestBody.Content["application/json"].Schema
	if schema.Ref != "" {
		schema = doc.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	for name, s := range schema.Properties {
		if name != "$schema" {
			out[name] = honest(h.p, name, sample(doc, s))
		}
	}
	return out
}

// one sends an honest body with one hostile value, or none.
func (h *hostility) one(rt web.Route, fields map[string]any) {
	body, names := map[string]any{}, []string{}
	for k, v := range fields {
		body[k] = v
		names = append(names, k)
	}
	if len(names) > 0 && h.rnd.Intn(8) > 0 {
		values := hostileValues()
		body[names[h.rnd.Intn(len(names))]] = values[h.rnd.Intn(len(values))]
	}
	if rt.API {
		b, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		h.send(rt, h.path(rt), "application/json", string(b))
		return
	}
	f := url.Values{}
	for k, v := range body {
		f.Set(k, fmt.Sprint(v))
	}
	h.send(rt, h.path(rt), "application/x-www-form-urlencoded", f.Encode())
}

var param = regexp.MustCompile(`\{(\w+)(\.\.\.)?\}`)

// path fills a pattern; a ticket is any one of the pool.
func (h *hostility) path(rt web.Route) string {
	p := strings.ReplaceAll(h.p.fill(rt.Pattern), string(h.p.ticket.ID), string(h.tickets[h.rnd.Intn(len(h.tickets))]))
	return strings.TrimSuffix(p, "{$}")
}

// paths sends ids that are none.
func (h *hostility) paths(rt web.Route) {
	if !param.MatchString(rt.Pattern) {
		return
	}
	for _, id := range []string{"%00", "%ff%fe", "..%2f..", "%20", strings.Repeat("a", 3000), "%F0%9F%9A%B0", "20260508-999999", "'%3B--"} {
		h.send(rt, strings.TrimSuffix(param.ReplaceAllLiteralString(rt.Pattern, id), "{$}"), "application/json", "{}")
	}
}

// queries sends lists and searches what they do not expect.
func (h *hostility) queries(rt web.Route) {
	for _, v := range []string{"%00", "%ff", "-1", "99999999999999999999", "0", "%E7%94%B2%00", strings.Repeat("x", 4000), "9999-99-99", "2026-05-08", "%25%27%22", "a:b*%22NEAR(", "\u202e"} {
		q := url.PathEscape("x")
		for _, name := range []string{"q", "after", "cursor", "limit", "from", "to", "state", "unit", "kind", "category", "name", "area", "year", "date", "month", "page", "sort", "code", "tail", "action", "object"} {
			q += "&" + name + "=" + strings.ReplaceAll(v, "\u202e", "%E2%80%AE")
		}
		if h.rnd.Intn(2) == 0 {
			h.send(rt, h.path(rt)+"?"+q, "", "")
			continue
		}
		h.send(rt, h.path(rt)+"?q="+strings.ReplaceAll(v, "\u202e", "%E2%80%AE"), "", "")
	}
}

func (h *hostility) send(rt web.Route, path, contentType, body string) {
	if h.share > 1 && h.rnd.Intn(h.share) != 0 {
		return
	}
	who := h.who
	if rt.Public && h.rnd.Intn(2) == 0 {
		who = h.nobody
	}
	req, err := http.NewRequest(rt.Method, who.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return // the client cannot even say it
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	switch h.rnd.Intn(6) {
	case 0:
		req.Header.Set("If-Match", `W/"-7`)
		req.Header.Set("Idempotency-Key", "\u00ff\u202e")
	case 1:
		req.Header.Set("If-Match", `"99999999999999999999"`)
		req.Header.Set("Idempotency-Key", strings.Repeat("k", 300))
	case 2:
		req.Header.Set("Idempotency-Key", "same")
	default:
		req.Header.Set("If-Match", "*")
	}
	h.asked++
	res, err := who.http.Do(req)
	what := fmt.Sprintf("%s %.120s (%s) %.200q", rt.Method, path, contentType, body)
	if err != nil {
		if len(body) < 100_000 { // a server may hang up on a body that is too large while it is being sent
			h.t.Errorf("%s: %v", what, err)
		}
		return
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Errorf("%s: %v", what, err)
	}
	if res.StatusCode < 300 {
		h.passed++
	}
	if res.StatusCode >= 500 {
		h.t.Errorf("%s: %d %.400s", what, res.StatusCode, answer)
	}
	for _, inside := range []string{"goroutine ", "runtime error", "SELECT ", "pgconn", "sqlite"} {
		if res.StatusCode >= 400 && strings.Contains(string(answer), inside) {
			h.t.Errorf("%s: the answer shows %q: %.300s", what, inside, answer)
		}
	}
}
