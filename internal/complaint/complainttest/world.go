// Package complainttest builds a hall at work that is told about itself, for the tests of any module: the world of caseworktest with the
// hotline and this module, and matters brought to a given state by the real use cases.
package complainttest

import (
	"context"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/calendar"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/evidence"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/telephony"
)

// Migrations are those that matters need in a test database.
func Migrations() []fs.FS {
	return append(caseworktest.Migrations(), knowledge.Migrations, telephony.Migrations, hotline.Migrations, evidence.Migrations, complaint.Migrations)
}

// World is a centre with a hall and a hotline.
type World struct {
	*caseworktest.World
	Hotline   *hotline.Module
	Complaint *complaint.Module
	Bureau    org.Unit // 政务监察股, whose people supervise
}

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

// New makes the modules on a migrated database; modules above this one bring their permissions and grants.
func New(t testing.TB, db *store.DB, more ...orgtest.Contribution) *World {
	t.Helper()
	more = append(more, orgtest.Contribution{Permissions: hotline.Permissions, Grants: hotline.Grants()}, orgtest.Contribution{Permissions: knowledge.Permissions(), Grants: knowledge.Grants()},
		orgtest.Contribution{Permissions: archive.Permissions(), Grants: archive.Grants()}, orgtest.Contribution{Permissions: telephony.Permissions, Grants: telephony.Grants()},
		orgtest.Contribution{Permissions: complaint.Permissions(), Grants: complaint.Grants()})
	w := &World{World: caseworktest.New(t, db, more...)}
	log := slog.New(slog.DiscardHandler)
	k := knowledge.New(knowledge.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar})
	w.Hotline = hotline.New(hotline.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party, Archive: w.Archive, Knowledge: k, Telephony: telephony.New(db, w.Keys, w.Org), Log: log, Wake: w.Jobs.Wake})
	w.Complaint = complaint.New(complaint.Deps{DB: db, Keys: w.Keys, Org: w.Org, Calendar: w.Calendar, Party: w.Party, Item: w.Item, Casework: w.Casework, Hotline: w.Hotline, Archive: w.Archive, Attest: w.Attest, Outbox: w.Outbox, Log: log, Wake: w.Jobs.Wake})
	w.Hotline.RegisterJobs(w.Jobs)
	w.Complaint.RegisterJobs(w.Jobs)
	if err := db.WithTx(w.System(), func(tx *store.Tx) error { return w.Hotline.Seed(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	w.Bureau = orgtest.Unit(t, w.Org, w.Centre, "政务监察股", "")
	return w
}

// Supervisor is somebody of 政务监察股 (J); another one by name.
func (w *World) Supervisor(t testing.TB, name string) orgtest.Person {
	t.Helper()
	return w.Person(t, "J"+name, orgtest.Where{Unit: w.Bureau.ID, Site: w.Hall.ID}, org.RoleSupervisor)
}

// J is the supervisor who handles complaints.
func (w *World) J(t testing.TB) context.Context { return w.Supervisor(t, "").Ctx }

// K is somebody of the hotline office.
func (w *World) K(t testing.TB) context.Context { return w.As(t, org.RoleDispatcher) }

// Clerk is somebody at a window of the deciding organ: whom complaints are about.
func (w *World) Clerk(t testing.TB) orgtest.Person {
	t.Helper()
	return w.Person(t, "clerk", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow)
}

// Citizen is somebody without an account.
func (w *World) Citizen() context.Context {
	return actor.With(context.Background(), complaint.ReporterActor(w.Centre, "10.0.0.9", "req"))
}

// The reporter of every matter of a world.
const (
	Name  = "马秀英"
	Phone = "13893005678"
)

// Stuck is what a reporter says who could not get something done.
func (w *World) Stuck() complaint.IntakeInput {
	return complaint.IntakeInput{Kind: complaint.Stuck, Content: "劳务派遣许可跑了三趟，每次说的材料都不一样，一直没有受理。", UnitID: w.Unit.ID, Name: Name, Phone: Phone}
}

// Complained is what a reporter says about somebody at a window.
func (w *World) Complained() complaint.IntakeInput {
	return complaint.IntakeInput{Kind: complaint.Complaint, Content: "我叫马秀英，昨天在人社窗口问社保转移，工作人员不耐烦，把材料扔了回来。", About: "人社 2 号窗口的年轻人", UnitID: w.Unit.ID, Name: Name, Phone: Phone}
}

// Register registers a matter by the supervisor.
func (w *World) Register(t testing.TB, in complaint.IntakeInput) complaint.Registration {
	t.Helper()
	got, err := w.Complaint.Register(w.J(t), in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Handling brings a new stuck matter of a class to the unit that handles it.
func (w *World) Handling(t testing.TB, class complaint.Class) complaint.Matter {
	t.Helper()
	m, j := w.Complaint, w.J(t)
	got := w.Register(t, w.Stuck())
	k := complaint.Command{ID: got.ID}
	_, err := m.Accept(j, complaint.Stuck, k)
	if err == nil {
		_, err = m.Classify(j, complaint.Stuck, k, complaint.ClassifyInput{Class: class})
	}
	var c complaint.Matter
	if err == nil {
		c, err = m.Dispatch(j, k, complaint.DispatchInput{UnitID: w.Unit.ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Investigating brings a new complaint about the clerk to its investigation by two supervisors.
func (w *World) Investigating(t testing.TB, class complaint.Class, multi bool) complaint.Matter {
	t.Helper()
	m, j := w.Complaint, w.J(t)
	got := w.Register(t, w.Complained())
	k := complaint.Command{ID: got.ID}
	_, err := m.Accept(j, complaint.Complaint, k)
	if err == nil {
		_, err = m.Identify(j, k, complaint.IdentifyInput{UserID: w.Clerk(t).ID})
	}
	if err == nil {
		_, err = m.Classify(j, complaint.Complaint, k, complaint.ClassifyInput{Class: class, Multi: multi})
	}
	var c complaint.Matter
	if err == nil {
		c, err = m.Assign(j, k, []string{w.Supervisor(t, "").ID, w.Supervisor(t, "2").ID})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Upheld brings a new complaint about the clerk to a finding that holds.
func (w *World) Upheld(t testing.TB) complaint.Matter {
	t.Helper()
	c := w.Investigating(t, complaint.Forwarded, false)
	c, err := w.Complaint.Find(w.J(t), complaint.Command{ID: c.ID}, complaint.FindInput{Finding: complaint.Upheld, Report: "调取监控，属实。", Cause: "attitude"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Sheet gives a matter as the program sees it.
func (w *World) Sheet(t testing.TB, id complaint.MatterID) complaint.Sheet {
	t.Helper()
	for _, k := range []complaint.Kind{complaint.Stuck, complaint.Complaint} {
		if s, err := w.Complaint.Get(w.J(t), k, string(id)); err == nil {
			return s
		}
	}
	t.Fatal("no matter", id)
	return complaint.Sheet{}
}

// DayOff publishes a decree of the county that makes a day off.
func (w *World) DayOff(t testing.TB, date string) {
	t.Helper()
	days, err := calendar.ReadDays([]byte("日期,类型,名称\n" + date + ",休,临时放假\n"))
	if err == nil {
		_, err = w.Calendar.Publish(w.System(), calendar.Publication{Layer: calendar.County, Area: "622901", Years: days,
			Document: calendar.Document{Title: "临夏市人民政府关于临时放假的通知"}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Walk plays a random life of a complaint about somebody by the supervisor, the unit and the leader.
func (w *World) Walk(t testing.TB, rnd *rand.Rand, k complaint.Command, accused string) {
	t.Helper()
	m, j, z, l := w.Complaint, w.J(t), w.Chief(t), w.As(t, org.RoleLeader)
	pair := []string{w.Supervisor(t, "").ID, w.Supervisor(t, "2").ID}
	moves := []func() error{
		func() error { _, err := m.Accept(j, complaint.Complaint, k); return err },
		func() error { _, err := m.Identify(j, k, complaint.IdentifyInput{UserID: accused}); return err },
		func() error {
			_, err := m.Classify(j, complaint.Complaint, k, complaint.ClassifyInput{Class: complaint.Forwarded})
			return err
		},
		func() error { _, err := m.Assign(j, k, pair); return err },
		func() error { _, err := m.Ask(j, k, "请说明当日上午窗口接待的情况"); return err },
		func() error { _, err := m.Answer(z, k, "已核实"); return err },
		func() error {
			_, err := m.Find(j, k, complaint.FindInput{Finding: complaint.Findings[rnd.IntN(3)], Serious: rnd.IntN(3) == 0, Report: "查明的事实", Cause: "attitude"})
			return err
		},
		func() error { _, err := m.Confirm(l, k, "同意"); return err },
		func() error { _, err := m.Dispose(j, k, "批评教育"); return err },
		func() error { _, err := m.Feedback(j, k, "已处理"); return err },
		func() error { _, err := m.File(z, k, "已整改"); return err },
		func() error {
			_, err := m.VisitComplaint(j, k, complaint.VisitInput{Answer: complaint.Satisfied})
			return err
		},
	}
	for i := range 14 + rnd.IntN(14) {
		if err := moves[min(i, rnd.IntN(len(moves)))](); err != nil && complaint.RefusalCode(err) == "" {
			t.Fatal(err)
		}
		w.Clock.Set(w.Clock.Now() + clock.Instant(rnd.IntN(20))*3600_000)
	}
}
