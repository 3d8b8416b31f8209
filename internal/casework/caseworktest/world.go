// Package caseworktest builds a hall at work for the tests of any module: a centre with its calendar, an item in force with
// its authorizations, the people of every role, and cases brought to a given state by the real use cases.
package caseworktest

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"strconv"
	"testing"

	"yichuang/internal/archive"
	"yichuang/internal/attest"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/text"
)

// Migrations are those that cases need in a test database.
func Migrations() []fs.FS {
	return append(orgtest.Migrations(), text.Migrations, crypt.Migrations, calendar.Migrations, party.Migrations, item.Migrations, blob.Migrations, archive.Migrations, attest.Migrations, outbox.Migrations, casework.Migrations)
}

// World is a centre with a hall. Its clock stands still until a test moves it.
type World struct {
	DB       *store.DB
	Clock    *clock.Manual
	Keys     *crypt.Keyring
	Org      *org.Module
	Calendar *calendar.Module
	Party    *party.Module
	Item     *item.Module
	Casework *casework.Module
	Archive  *archive.Module
	Attest   *attest.Module
	Outbox   *outbox.Module
	Jobs     *jobs.Runner
	Centre   string
	Hall     org.Site
	Unit     org.Unit // 市人社局, the organ that decides
	Section  org.Unit // 政务服务股, whose people sit at the comprehensive windows

	people map[string]orgtest.Person
	items  int
}

// Start is when a world begins: 2025-09-01 09:00, before every scenario of the hall reference.
const Start = "2025-09-01 09:00"

// Each runs fn on each engine with a new world.
func Each(t *testing.T, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, New(t, db)) }, Migrations()...)
}

// Open gives a world on one engine.
func Open(t testing.TB, kind store.Engine) *World {
	t.Helper()
	return New(t, storetest.Open(t, kind, Migrations()))
}

// New makes the modules and a centre in 临夏市 on a migrated database whose clock is a *clock.Manual; modules above this one
// bring their permissions and grants.
func New(t testing.TB, db *store.DB, more ...orgtest.Contribution) *World {
	t.Helper()
	manual, ok := db.Clock().(*clock.Manual)
	if !ok {
		t.Fatal("caseworktest: the database's clock must be a *clock.Manual")
	}
	manual.Set(clock.MustInstant(Start))
	w := &World{DB: db, Clock: manual, Keys: crypt.Generate(), people: map[string]orgtest.Person{}}
	w.Org = orgtest.New(t, db, append([]orgtest.Contribution{{Permissions: item.Permissions(), Grants: item.Grants()}, {Permissions: casework.Permissions(), Grants: casework.Grants(), Keys: w.Keys}}, more...)...)
	w.Calendar = calendar.NewModule(db)
	w.Party = party.New(w.Keys)
	w.Item = item.New(db, w.Org, w.Calendar)
	log := slog.New(slog.DiscardHandler)
	w.Jobs = jobs.NewRunner(db, log)
	w.Archive = archive.New(db, w.Keys, w.Org, log)
	w.Attest = attest.New(db, w.Keys)
	w.Outbox = outbox.New(db, w.Org, w.Party, "https://hall.example")
	w.Casework = casework.New(casework.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party, Item: w.Item, Archive: w.Archive, Attest: w.Attest, Outbox: w.Outbox, Log: log, Wake: w.Jobs.Wake})
	w.Item.RegisterJobs(w.Jobs)
	w.Casework.RegisterJobs(w.Jobs)
	w.Party.RegisterJobs(w.Jobs)
	w.Archive.RegisterJobs(w.Jobs)
	w.Centre = orgtest.Centre(t, w.Org)
	if err := db.WithTx(w.System(), func(tx *store.Tx) error {
		return errors.Join(w.Calendar.Seed(tx, w.Centre, "622901"), w.Archive.Seed(tx, w.Centre), casework.ScheduleLicences(tx, w.Centre))
	}); err != nil {
		t.Fatal(err)
	}
	return w.settle(t)
}

// Within gives a world in a centre of a composed program, whose modules the caller fills in, with a hall and two units.
func Within(t testing.TB, w World) *World {
	t.Helper()
	w.people = map[string]orgtest.Person{}
	return w.settle(t)
}

func (w *World) settle(t testing.TB) *World {
	t.Helper()
	var err error
	if w.Hall, err = w.Org.CreateSite(w.System(), org.SiteInput{Name: "政务大厅", Kind: org.SiteHall}); err != nil {
		t.Fatal(err)
	}
	w.Unit = orgtest.Unit(t, w.Org, w.Centre, "市人社局", "")
	w.Section = orgtest.Unit(t, w.Org, w.Centre, "政务服务股", "")
	return w
}

// System is a context in which the program acts in the centre.
func (w *World) System() context.Context { return orgtest.System(w.Centre) }

// Set moves the clock to a moment.
func (w *World) Set(moment string) { w.Clock.Set(clock.MustInstant(moment)) }

// RunJobs runs every job that is due now.
func (w *World) RunJobs(t testing.TB) {
	t.Helper()
	if err := w.Jobs.RunAll(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// Person gives somebody with roles at a place; name tells several of them apart.
func (w *World) Person(t testing.TB, name string, at orgtest.Where, roles ...string) orgtest.Person {
	t.Helper()
	p, ok := w.people[name]
	if !ok {
		p = orgtest.User(t, w.Org, w.Centre, at, roles...)
		w.people[name] = p
	}
	return p
}

// Window is somebody at a comprehensive window of the hall (W).
func (w *World) Window(t testing.TB) context.Context {
	t.Helper()
	return w.Person(t, "W", orgtest.Where{Unit: w.Section.ID, Site: w.Hall.ID}, org.RoleWindow).Ctx
}

// Chief is the chief representative of the organ that decides (Z).
func (w *World) Chief(t testing.TB) context.Context {
	t.Helper()
	return w.Person(t, "Z", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleChiefRep).Ctx
}

// Approver is an approver of the organ that decides (D); another one by n.
func (w *World) Approver(t testing.TB, n int) context.Context {
	t.Helper()
	return w.Person(t, "D"+strconv.Itoa(n), orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover).Ctx
}

// Head is the head of the organ that decides.
func (w *World) Head(t testing.TB) context.Context {
	t.Helper()
	return w.Person(t, "H", orgtest.Where{Unit: w.Unit.ID}, org.RoleApprover, org.RoleUnitHead).Ctx
}

// As is somebody of the centre's own staff with a role.
func (w *World) As(t testing.TB, role string) context.Context {
	t.Helper()
	return w.Person(t, role, orgtest.Where{}, role).Ctx
}

// Content is a complete permit: promise 10 and statute 20 working days, two materials of which the second may follow.
func Content(change ...func(*item.Content)) item.Content {
	c := item.Content{Name: "劳务派遣经营许可", Profile: item.ProfileStandard, Code: "TEST0001", Kind: item.Permit, Level: "4", CaseKind: item.Promised,
		Bases:     []item.Basis{{Document: "劳动合同法", Article: "第五十七条"}},
		Statutory: item.Limit{N: 20, Unit: item.Workday}, Promise: item.Limit{N: 10, Unit: item.Workday}, Correction: item.Limit{N: 10, Unit: item.Workday},
		Conditions: []string{"注册资本不少于二百万元"}, Materials: []item.Material{{Code: "M1", Name: "劳务派遣经营许可申请书", Form: "paper", Source: "form", Originals: 1},
			{Code: "M2", Name: "办公场所使用证明", Form: "paper", Source: "self", Copies: 1, Waivable: true}, {Code: "M3", Name: "劳务派遣管理制度", Form: "paper", Source: "self", Copies: 1, Waivable: true}},
		Steps:   []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow}, {Code: "2", Name: "决定", Role: org.RoleChiefRep}},
		Objects: []string{"2"}, Channels: []string{"1"}, Themes: []string{"license"}, Result: item.Result{Name: "劳务派遣经营许可证", Kind: "licence"}, Tolerant: true, Commitment: true, Silent: true,
		Place: "政务大厅二楼", Hours: "工作日 8:30-12:00，14:30-18:00", Consult: "0930-6210000", Complaint: "0930-12345", Remedy: "可以申请行政复议或提起行政诉讼"}
	for _, f := range change {
		f(&c)
	}
	return c
}

// Publish puts an item of the deciding organ in force from today by the real use cases.
func (w *World) Publish(t testing.TB, change ...func(*item.Content)) item.Item {
	t.Helper()
	w.items++
	c := Content(append([]func(*item.Content){func(c *item.Content) { c.Code = "TEST" + strconv.Itoa(1000+w.items) }}, change...)...)
	it, v, err := w.Item.Create(w.Approver(t, 1), item.NewItem{UnitID: w.Unit.ID, Content: c})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		ctx context.Context
		act item.Action
	}{{w.Approver(t, 1), item.Submit}, {w.Approver(t, 2), item.Pass}, {w.As(t, org.RoleInfo), item.Publish}} {
		if v, err = w.Item.Move(step.ctx, v.ID, v.Revision, step.act, item.Change{Day: w.Clock.Now().Date()}); err != nil {
			t.Fatal(step.act, err)
		}
	}
	return it
}

// Authorize puts a letter of the chief representative or, for the zero user, the agreement of the hall's windows in force.
func (w *World) Authorize(t testing.TB, it item.Item, user string, from, to, number string, powers ...item.Power) item.Authorization {
	t.Helper()
	in := item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: user, Powers: powers, Items: []string{it.ID}, From: clock.MustDate(from), To: clock.MustDate(to), Number: number}
	if user == "" {
		in.Kind = item.Agreement
	}
	return w.InForce(t, in)
}

// InForce takes a letter or an agreement through its life until it is published.
func (w *World) InForce(t testing.TB, in item.AuthorizationInput) item.Authorization {
	t.Helper()
	a, err := w.Item.DraftAuthorization(w.Approver(t, 1), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		ctx context.Context
		act item.AuthorizationAction
	}{{w.Approver(t, 2), item.IssueAuth}, {w.As(t, org.RoleOffice), item.FileAuth}, {w.As(t, org.RoleInfo), item.PublishAuth}} {
		if a, err = w.Item.MoveAuthorization(step.ctx, a.ID, a.Version, step.act, ""); err != nil {
			t.Fatal(step.act, err)
		}
	}
	return a
}

// Ready puts an item in force with the agreement of the hall's windows and a letter of the chief representative for 2025 and
// 2026.
func (w *World) Ready(t testing.TB, change ...func(*item.Content)) item.Item {
	t.Helper()
	it := w.Publish(t, change...)
	w.Authorize(t, it, "", "2025-09-01", "2026-12-31", "协议-"+it.Code, item.Receive, item.Accept, item.HandOut)
	w.Chief(t)
	w.Authorize(t, it, w.people["Z"].ID, "2025-09-01", "2026-12-31", "授权-"+it.Code, item.Accept, item.Examine, item.Decide, item.Seal)
	return it
}

// ChiefID is the account of the chief representative.
func (w *World) ChiefID(t testing.TB) string {
	t.Helper()
	w.Chief(t)
	return w.people["Z"].ID
}

// Applicant is somebody who applies.
func Applicant() party.Applicant {
	return party.Applicant{Contact: party.Contact{Name: "马建国", Phone: "13993001234"}, IDType: party.ResidentCard, IDNo: "622901199003071239"}
}

// Input is a visit with one item and the first material only, unless more are given.
func Input(it item.Item, had ...string) casework.IntakeInput {
	if len(had) == 0 {
		had = []string{"M1"}
	}
	return casework.IntakeInput{Applicant: Applicant(), Window: "12", Identity: casework.IdentityManual, Items: []casework.IntakeItem{{ItemID: it.ID, Had: had, Reason: "测试中再次申请"}}}
}

// Receive receives a case at the comprehensive window.
func (w *World) Receive(t testing.TB, it item.Item, had ...string) casework.Case {
	t.Helper()
	in, err := w.Casework.Receive(w.Window(t), Input(it, had...))
	if err != nil {
		t.Fatal(err)
	}
	return in.Cases[0]
}

// Accepted receives a case with everything and accepts it.
func (w *World) Accepted(t testing.TB, it item.Item) casework.Case {
	t.Helper()
	c := w.Receive(t, it, "M1", "M2", "M3")
	c, err := w.Casework.Accept(w.Window(t), casework.Command{CaseID: c.ID}, casework.NormalMode)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Get gives a case as it is now.
func (w *World) Get(t testing.TB, id casework.CaseID) casework.Sheet {
	t.Helper()
	s, err := w.Casework.Find(w.As(t, org.RoleSupervisor), string(id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
