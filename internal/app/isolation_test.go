package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/config"
	"yichuang/internal/exchange"
	"yichuang/internal/finance"
	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/finance/examine"
	"yichuang/internal/finance/statement"
	"yichuang/internal/hall"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/item"
	"yichuang/internal/knowledge"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/performance"
	"yichuang/internal/performance/score"
	"yichuang/internal/rating"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
)

// open gives the whole program on a fresh SQLite file whose clock stands at Friday 2026-05-08 16:30.
func open(t *testing.T) *app.App { return openOn(t, store.SQLite) }

// openOn is open on one engine.
func openOn(t *testing.T, engine store.Engine) *app.App {
	t.Helper()
	dir := t.TempDir()
	cfg := config.Config{Database: config.Secret(storetest.Migrated(t, engine, app.Migrations())), KeyFile: filepath.Join(dir, "key"), Blobs: filepath.Join(dir, "blobs")}
	cfg.Fill()
	a, err := app.Open(context.Background(), cfg, slog.New(slog.DiscardHandler), clock.NewManual(clock.At(2026, 5, 8, 16, 30)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// addCentre makes a centre with calendar and time limits.
func addCentre(t *testing.T, a *app.App) string {
	t.Helper()
	centre := orgtest.Centre(t, a.Org)
	if err := a.SeedCentre(orgtest.System(centre), org.Centre{ID: centre, Division: "622901"}); err != nil {
		t.Fatal(err)
	}
	return centre
}

// What must never reach somebody from elsewhere.
const (
	secretTitle = "机密标记甲乙丙路灯"
	secretName  = "欧阳机密"
	secretPhone = "13912345678"
	secretUnit  = "机密承办单位"
	secretUser  = "机密联络员"
)

// prey is one object of each kind in a centre.
type prey struct {
	ticket hotline.Ticket
	ids    map[string]string // route parameter → value, by the first path segments
}

func makePrey(t *testing.T, a *app.App, centre string) prey {
	t.Helper()
	unit := orgtest.Unit(t, a.Org, centre, secretUnit, "")
	site := orgtest.Site(t, a.Org, centre, "机密分中心")
	agent := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAgent)
	dispatcher := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleDispatcher)
	admin := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleAdmin)
	reg, err := a.Hotline.Register(agent.Ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: secretTitle, Content: secretTitle + "连续三天不亮",
		Name: secretName, Phone: secretPhone})
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := a.Hotline.Accept(agent.Ctx, hotline.Command{TicketID: reg.ID}, hotline.Classify{})
	if err == nil {
		ticket, err = a.Hotline.Dispatch(dispatcher.Ctx, hotline.Command{TicketID: reg.ID}, hotline.DispatchInput{UnitID: unit.ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	rule, err := a.Hotline.SaveRule(dispatcher.Ctx, hotline.Rule{Category: "01", UnitID: unit.ID, From: clock.MustDate("2026-01-01"), To: clock.NoDate, Basis: "机密依据"})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := a.Org.CreateToken(admin.Ctx, org.TokenInput{Name: "机密令牌", Scopes: []actor.Permission{hotline.PermPolicy}, ExpiresAt: clock.At(2026, 12, 1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	lead := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleShiftLead)
	pressed, err := a.Hotline.Supervise(lead.Ctx, hotline.Command{TicketID: ticket.ID}, hotline.SupervisionInput{Level: 1, Cause: "逾期未办结", Demand: secretTitle})
	if err != nil {
		t.Fatal(err)
	}
	cards, _, err := a.Desk.Notices(lead.Ctx, desk.NoticeFilter{})
	if err != nil || len(cards) != 1 {
		t.Fatalf("%d notices of the supervision, %v", len(cards), err)
	}
	draft, err := a.Knowledge.Write(agent.Ctx, knowledge.WriteInput{Content: knowledge.Content{Title: secretTitle, Answer: secretTitle, BasisNo: "机密依据", Level: knowledge.Internal, ValidTo: clock.NoDate}})
	if err != nil {
		t.Fatal(err)
	}
	accountant := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleFinance)
	book := finance.BookInput{Year: 2024, Department: secretTitle, Template: statement.DefaultTemplate, Level: finance.ByItem}
	if _, err := a.Finance.OpenBook(accountant.Ctx, book, finance.Treated); err != nil {
		t.Fatal(err)
	}
	published := strings.ReplaceAll(checktest.Text(checktest.NewLedger(1), checktest.Layout{RowNumbers: true, Unit: money.WanYuan, BlankZero: true}, false, false, false), checktest.NewLedger(1).Org, secretTitle)
	examined, err := a.Examine.Examine(accountant.Ctx, examine.Input{File: secretTitle + ".txt", Content: []byte(published)})
	if err != nil {
		t.Fatal(err)
	}
	programme, err := a.Performance.CreateProgramme(accountant.Ctx, performance.ProgrammeInput{Year: 2024, Kind: score.Whole, Name: secretTitle})
	if err != nil {
		t.Fatal(err)
	}
	stuck, complained := matterPrey(t, a, centre, unit.ID)
	queue, counter, slip := hallPrey(t, a, centre, site.ID)
	entry, shared := sharePrey(t, a, centre, unit.ID)
	service := servicePrey(t, a, centre, site.ID)
	p := prey{ticket: ticket, ids: map[string]string{"stuck": stuck, "complained": complained, "round": service.round, "candidate": service.candidate, "course": service.course, "question": service.question, "visit": service.visit, "finding": service.finding, "kiosk": service.kiosk, "fault": service.fault, "supply": service.supply, "data_entry": entry, "share_request": shared, "backflow": backflowPrey(t, a, centre, unit.ID), "hall_queue": queue, "counter": counter, "hall_ticket": slip, "programme": programme.ID, "year": "2024", "examination": examined.ID, "entry": draft.No, "supervision": string(pressed.ID), "notice": cards[0].ID, "ticket": string(ticket.ID), "no": ticket.No, "unit": unit.ID, "site": site.ID, "user": agent.ID, "rule": rule.ID, "token": token.ID}}
	maps.Copy(p.ids, casePrey(t, a, centre, unit.ID, site.ID))
	maps.Copy(p.ids, supervisionPrey(t, a, centre, unit.ID, site.ID))
	maps.Copy(p.ids, peoplePrey(t, a, centre, unit.ID, site.ID))
	maps.Copy(p.ids, evidencePrey(t, a, centre, p.ids))
	return p
}

// matterPrey makes a stuck matter and a complaint about a unit, and gives their numbers.
func matterPrey(t *testing.T, a *app.App, centre, unit string) (stuck, complained string) {
	t.Helper()
	j := orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleSupervisor)
	var out []string
	for _, k := range []complaint.Kind{complaint.Stuck, complaint.Complaint} {
		got, err := a.Complaint.Register(j.Ctx, complaint.IntakeInput{Kind: k, Content: secretTitle + "跑了三趟", Name: secretName, Phone: secretPhone, UnitID: unit})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, got.No)
	}
	return out[0], out[1]
}

// hallPrey makes a queue of a site with a counter and somebody who waits.
func hallPrey(t *testing.T, a *app.App, centre, site string) (queue, counter, ticket string) {
	t.Helper()
	ctx := orgtest.System(centre)
	if _, err := a.Hall.SaveHall(ctx, site, 0, hall.DefaultRules()); err != nil {
		t.Fatal(err)
	}
	q, err := a.Hall.SaveQueue(ctx, site, "", 0, hall.QueueInput{Name: secretTitle, Minutes: 5, Active: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Hall.SaveCounter(ctx, site, "", 0, hall.CounterInput{No: "1", Name: secretTitle, Kind: hall.OneStop, Active: true, Queues: []string{q.ID}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Hall.TakeAtCounter(ctx, c.ID, hall.TakeInput{QueueID: q.ID, Class: hall.Ordinary})
	if err != nil {
		t.Fatal(err)
	}
	return q.ID, c.ID, s.ID
}

// sharePrey makes an entry of the data catalogue in force and a request for it.
func sharePrey(t *testing.T, a *app.App, centre, unit string) (entry, request string) {
	t.Helper()
	ctx := orgtest.System(centre)
	provider := orgtest.Unit(t, a.Org, centre, "机密数据单位", "")
	it, _, err := a.Item.Create(ctx, item.NewItem{UnitID: unit, Content: item.Content{Name: secretTitle, Profile: item.ProfileStandard, Code: "SECRET0001", Kind: item.Permit, CaseKind: item.Promised}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Exchange.DraftEntry(ctx, exchange.NewEntry{UnitID: provider.ID, Content: exchange.EntryContent{Name: secretTitle, Class: exchange.Conditional, Basis: secretTitle, Conditions: secretTitle, Cycle: "day", Fields: []exchange.DataField{{Code: "XM", Name: secretTitle}}}})
	for _, act := range []exchange.EntryAction{exchange.SubmitEntry, exchange.PublishEntry} {
		if err == nil {
			_, err = a.Exchange.MoveEntry(ctx, e.ID, 0, act, "")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Exchange.Ask(ctx, exchange.RequestInput{EntryID: e.ID, UnitID: unit, Purpose: secretTitle, Basis: secretTitle, Fields: []string{"XM"}, Items: []string{it.ID}, From: clock.MustDate("2026-05-08"), To: clock.MustDate("2026-12-31")})
	if err == nil {
		r, err = a.Exchange.Act(ctx, exchange.Command{ID: r.ID}, exchange.ActSubmit, exchange.Terms{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return e.ID, r.ID
}

// backflowPrey enters data that came back to a unit.
func backflowPrey(t *testing.T, a *app.App, centre, unit string) string {
	t.Helper()
	day := clock.MustDate("2026-05-01")
	b, err := a.Exchange.RecordBackflow(orgtest.System(centre), exchange.BackflowInput{Day: day, Provider: secretTitle, Name: secretTitle, From: day, To: day, Records: 1, UnitID: unit, Purpose: secretTitle})
	if err != nil {
		t.Fatal(err)
	}
	return b.ID
}

// ratingPrey makes a service of a kiosk that somebody rated badly, with a task for a unit.
func ratingPrey(t *testing.T, a *app.App, centre, unit, site string) (task, service string) {
	t.Helper()
	ctx := orgtest.System(centre)
	err := a.DB.WithTx(ctx, func(tx *store.Tx) error {
		return a.Rating.OfferTx(tx, rating.Service{CentreID: centre, Kind: rating.OfKiosk, Subject: "prey", No: "ZZ-1", Title: secretTitle, UnitID: unit, SiteID: site})
	})
	if err != nil {
		t.Fatal(err)
	}
	doors, _, err := a.Rating.Doors(ctx, "")
	if err != nil || len(doors) != 1 {
		t.Fatal(doors, err)
	}
	in := rating.RateInput{Level: rating.Bad, Text: secretTitle, Name: secretName, Phone: secretPhone}
	if _, err := a.Rating.Rate(ctx, doors[0].Code, in); err != nil {
		t.Fatal(err)
	}
	list, _, err := a.Rating.Tasks(ctx, rating.TaskFilter{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0].ID, doors[0].ID()
}

// fill puts the prey's ids into a route's pattern. Parameters that name nothing of the prey get an id of nobody.
func (p prey) fill(pattern string) string {
	return regexp.MustCompile(`\{(\w+)(\.\.\.)?\}`).ReplaceAllStringFunc(pattern, func(param string) string {
		for _, k := range append(slices.Concat(evidenceParts, peopleParts, caseParts, supervisionParts), []struct{ part, key string }{{"/honour/rounds/{id}", "round"}, {"/candidates/{candidate}", "candidate"}, {"/training/courses/{id}", "course"}, {"/training/questions/{id}", "question"}, {"/site/visits/{id}/findings/{finding}", "finding"}, {"/site/findings/{id}", "finding"}, {"/site/visits/{id}", "visit"}, {"/site/kiosks/{id}", "kiosk"}, {"/site/faults/{id}", "fault"}, {"/site/supplies/{id}", "supply"}, {"/site/places/{site}", "site"}, {"/hall/tickets/{id}", "hall_ticket"}, {"/hall/queue/tickets/{ticket}", "hall_ticket"}, {"/hall/desk/{counter}/tickets/{ticket}", "hall_ticket"}, {"/hall/desk/{counter}", "counter"}, {"/hall/counters/{counter}/tickets/{ticket}", "hall_ticket"}, {"/hall/counters/{counter}", "counter"}, {"/hall/setup/{site}/queues/{id}", "hall_queue"}, {"/hall/setup/{site}", "site"}, {"/hall/places/{id}", "site"}, {"/exchange/entries/{id}", "data_entry"}, {"/exchange/requests/{id}", "share_request"}, {"/exchange/backflows/{id}", "backflow"}, {"/stuck/{no}", "stuck"}, {"/complaints/{no}", "complained"}, {"/stuck-matters/{id}", "stuck"}, {"/complaints/{id}", "complained"}, {"/exchange/entries/{id}", "data_entry"}, {"/exchange/requests/{id}", "share_request"}, {"/tickets/{id}", "ticket"}, {"/knowledge/entries/{no}", "entry"}, {"/knowledge/leads/{id}", "ticket"}, {"/knowledge/gaps/{id}", "ticket"}, {"{no}", "no"}, {"/units/{id}", "unit"}, {"/sites/{id}", "site"}, {"/users/{id}", "user"},
			{"/rules/{id}", "rule"}, {"/dispatch-rules/{id}", "rule"}, {"/tokens/{id}", "token"}, {"/finance/{year}", "year"}, {"/performance/programmes/{id}", "programme"}, {"/examinations/{id}", "examination"}, {"/supervisions/{id}", "supervision"}, {"/notices/{id}", "notice"}}...) {
			if strings.Contains(pattern, k.part) && strings.HasSuffix(k.part, param) {
				return p.ids[k.key]
			}
		}
		return "0000000000000"
	})
}

// sample makes the smallest valid value of a schema.
func sample(doc *huma.OpenAPI, s *huma.Schema) any {
	if s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == huma.TypeObject:
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = sample(doc, s.Properties[name])
		}
		return out
	case s.Type == huma.TypeArray:
		return []any{}
	case s.Type == huma.TypeBoolean:
		return true
	case s.Type == huma.TypeInteger, s.Type == huma.TypeNumber:
		return 1
	case s.Format == "date":
		return "2026-06-01"
	case s.Format == "date-time":
		return "2026-05-08T16:00:00+08:00"
	}
	return "x"
}

// form is a body that most forms take.
func form() url.Values {
	return url.Values{"version": {"1"}, "reason": {"理由"}, "text": {"备注"}, "remark": {"说明"}, "reply": {"答复"}, "unit_id": {"u"}, "name": {"名称"}, "result": {"满意"}, "reached": {"1"},
		"kind": {"投诉"}, "channel": {"电话"}, "content": {"内容"}, "measures": {"措施"}, "days": {"1"}, "to": {"110"}, "ground": {"2"}, "told": {"已告知"}}
}

// hunter is somebody who tries every route.
type hunter struct {
	name string
	http *http.Client
	base string
}

// plainClient follows no redirect and asks for no compression, which would be most of the work of a small answer.
func plainClient(jar http.CookieJar) *http.Client {
	return &http.Client{Jar: jar, Timeout: patience, Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// patience is how long a request may take where other work has the processors; it only ends a request that hangs.
const patience = time.Minute

func signIn(t *testing.T, base string, p orgtest.Person) hunter {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	h := hunter{name: strings.Join(p.Roles(), ","), base: base, http: plainClient(jar)}
	res, err := h.http.PostForm(base+"/login", url.Values{"username": {p.Username}, "password": {p.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		b, _ := io.ReadAll(res.Body)
		t.Fatalf("sign-in of %s: %d %s", p.Username, res.StatusCode, b)
	}
	return h
}

func (h hunter) try(t *testing.T, a *app.App, rt web.Route, p prey) (status int, location, body string) {
	t.Helper()
	path := p.fill(rt.Pattern)
	var payload io.Reader
	contentType := "application/x-www-form-urlencoded"
	if rt.Method != http.MethodGet {
		payload = strings.NewReader(form().Encode())
		if rt.API {
			contentType, payload = "application/json", strings.NewReader(apiBody(a, rt))
		}
	}
	req, err := http.NewRequest(rt.Method, h.base+path, payload)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("If-Match", `"1"`)
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
	return res.StatusCode, res.Header.Get("Location"), string(b)
}

func apiBody(a *app.App, rt web.Route) string {
	doc := a.REST.OpenAPI()
	item := doc.Paths[strings.TrimPrefix(rt.Pattern, "/api/v1")]
	if item == nil {
		return "{}"
	}
	for _, o := range []*huma.Operation{item.Post, item.Put, item.Patch, item.Delete} {
		if o != nil && o.Method == rt.Method && o.RequestBody != nil {
			if m := o.RequestBody.Content["application/json"]; m != nil {
				return jsonText(sample(doc, m.Schema))
			}
		}
	}
	return "{}"
}

// harmless are routes that end the hunter's own session or are of the hunter's own account.
func harmless(pattern string) bool {
	return pattern == "/logout" || strings.HasPrefix(pattern, "/account") || strings.HasPrefix(pattern, "/login") || strings.HasPrefix(pattern, "/12345") || strings.HasPrefix(pattern, "/api/v1/public")
}

func TestNobodyReachesAnotherCentreOrUnit(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	p := makePrey(t, a, home)
	away := addCentre(t, a)
	awayUnit := orgtest.Unit(t, a.Org, away, "外单位", "")
	otherUnit := orgtest.Unit(t, a.Org, home, "同中心另一单位", "")
	type case_ struct {
		hunter
		sameCentre bool
	}
	var hunters []case_
	for _, r := range a.Org.Roles() {
		hunters = append(hunters, case_{signIn(t, srv.URL, orgtest.User(t, a.Org, away, orgtest.Where{Unit: awayUnit.ID}, r.Code)), false})
	}
	for _, r := range []string{org.RoleLiaison, org.RoleUnitHead} {
		hunters = append(hunters, case_{signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{Unit: otherUnit.ID}, r)), true})
	}
	before := stateOf(t, a, home, p)
	hunt := func(t *testing.T, h case_) {
		for _, rt := range a.Web.Routes() {
			if harmless(rt.Pattern) {
				continue
			}
			status, location, body := h.try(t, a, rt, p)
			where := fmt.Sprintf("%s %s as %s (same centre: %v): %d %s", rt.Method, rt.Pattern, h.name, h.sameCentre, status, location)
			for _, secret := range []string{secretTitle, secretName, secretPhone, "机密令牌"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s shows %s", where, secret)
				}
			}
			if !h.sameCentre && strings.Contains(body, secretUnit) {
				t.Errorf("%s shows a unit of another centre", where)
			}
			about := p.fill(rt.Pattern) != rt.Pattern
			ticketRoute := strings.Contains(rt.Pattern, "tickets/{")
			if about && (ticketRoute || !h.sameCentre) && status < 300 {
				t.Errorf("%s: answered about an object of others", where)
			}
			if status >= 500 {
				t.Errorf("%s: %.300s", where, body)
			}
		}
	}
	t.Run("hunters", func(t *testing.T) { // two at a time, so that their audit lines share commits
		for _, h := range hunters {
			t.Run(fmt.Sprintf("%s, same centre %v", h.name, h.sameCentre), func(t *testing.T) {
				t.Parallel()
				hunt(t, h)
			})
		}
	})
	if after := stateOf(t, a, home, p); after != before {
		t.Errorf("the objects changed: before %s, after %s", before, after)
	}
	denied := 0
	for _, centre := range []string{home, away} {
		denied += deniedLines(t, a, centre)
	}
	if denied < len(hunters) {
		t.Errorf("only %d denied requests are in the audit log", denied)
	}
}

// stateOf tells everything that a stranger could have changed of the prey.
func stateOf(t *testing.T, a *app.App, centre string, p prey) string {
	t.Helper()
	var out string
	err := a.DB.Read(orgtest.System(centre), func(tx *store.Tx) error {
		for _, q := range []string{"SELECT version FROM hotline_ticket WHERE centre_id = $1", "SELECT version FROM org_unit WHERE centre_id = $1", "SELECT version FROM org_site WHERE centre_id = $1",
			"SELECT version FROM org_user WHERE centre_id = $1", "SELECT version FROM hotline_rule WHERE centre_id = $1", "SELECT revoked_at FROM org_token WHERE centre_id = $1",
			"SELECT seq FROM hotline_event WHERE centre_id = $1", "SELECT version FROM finance_book WHERE centre_id = $1", "SELECT version FROM finance_account WHERE centre_id = $1", "SELECT version FROM hall_site WHERE centre_id = $1", "SELECT version FROM workforce_leave WHERE centre_id = $1", "SELECT version FROM workforce_score WHERE centre_id = $1", "SELECT version FROM workforce_posting WHERE centre_id = $1", "SELECT version FROM workforce_ruleset WHERE centre_id = $1", "SELECT at FROM workforce_punch WHERE centre_id = $1", "SELECT version FROM hall_queue WHERE centre_id = $1", "SELECT version FROM hall_ticket WHERE centre_id = $1", "SELECT version FROM rating_task WHERE centre_id = $1", "SELECT version FROM rating_rating WHERE centre_id = $1", "SELECT version FROM exchange_request WHERE centre_id = $1", "SELECT version FROM exchange_backflow WHERE centre_id = $1", "SELECT revision FROM exchange_version WHERE centre_id = $1", "SELECT version FROM casework_case WHERE centre_id = $1", "SELECT event_seq FROM casework_case WHERE centre_id = $1", "SELECT version FROM casework_licence WHERE centre_id = $1", "SELECT version FROM casework_platform WHERE centre_id = $1", "SELECT version FROM item_authorization WHERE centre_id = $1", "SELECT version FROM item_alteration WHERE centre_id = $1", "SELECT version FROM complaint_matter WHERE centre_id = $1", "SELECT event_seq FROM complaint_matter WHERE centre_id = $1", "SELECT version FROM exchange_request WHERE centre_id = $1", "SELECT revision FROM exchange_version WHERE centre_id = $1", "SELECT version FROM honour_round WHERE centre_id = $1", "SELECT version FROM honour_candidate WHERE centre_id = $1", "SELECT version + enrolled FROM training_course WHERE centre_id = $1", "SELECT version FROM training_question WHERE centre_id = $1", "SELECT version FROM site_visit WHERE centre_id = $1", "SELECT version FROM site_finding WHERE centre_id = $1", "SELECT version FROM site_kiosk WHERE centre_id = $1", "SELECT version FROM site_kiosk_fault WHERE centre_id = $1", "SELECT version FROM site_supply WHERE centre_id = $1"} {
			v, err := store.Select[int64](tx, q, centre)
			if err != nil {
				return err
			}
			out += fmt.Sprint(v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func deniedLines(t *testing.T, a *app.App, centre string) int {
	t.Helper()
	n := 0
	err := a.DB.Read(context.Background(), func(tx *store.Tx) error {
		lines, err := audit.List(tx, centre, audit.Filter{Outcome: audit.Denied, Limit: 1000})
		n = len(lines)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
