package attest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// world is a centre with a log that grows by one line for each act, and a chain of one module beside it.
type world struct {
	db       *store.DB
	clock    *clock.Manual
	attest   *attest.Module
	jobs     *jobs.Runner
	centre   string
	j, l     context.Context
	uses     int64  // records of the chain beside the log
	use      []byte // hash of its first record
	tampered bool
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{db: db, clock: db.Clock().(*clock.Manual), use: []byte("0123456789abcdef0123456789abcdef")}
	w.clock.Set(clock.MustInstant("2025-11-12 10:00")) // a Wednesday
	keys := crypt.Generate()
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: attest.Permissions(), Grants: attest.Grants(), Keys: keys})
	w.centre = orgtest.Centre(t, o)
	w.attest, w.jobs = attest.New(db, keys), jobs.NewRunner(db, slog.New(slog.DiscardHandler))
	w.attest.RegisterJobs(w.jobs)
	w.attest.Use(attest.Chain{Name: "uses", Label: "使用记录",
		Head: func(*store.Tx, string) (int64, []byte, error) { return w.uses, w.use, nil },
		Walk: func(_ *store.Tx, _ string, seq int64) ([]byte, []string, error) {
			if w.tampered {
				return w.use, []string{"第 1 条：校验值不符"}, nil
			}
			return w.use, nil, nil
		}})
	w.j, w.l = orgtest.User(t, o, w.centre, orgtest.Where{}, org.RoleSupervisor).Ctx, orgtest.User(t, o, w.centre, orgtest.Where{}, org.RoleLeader).Ctx
	if err := db.WithTx(w.system(), func(tx *store.Tx) error { return attest.Schedule(tx, w.centre) }); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) system() context.Context { return orgtest.System(w.centre) }

func (w *world) act(t *testing.T) {
	t.Helper()
	if err := w.db.WithTx(w.system(), func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "test.act", Kind: "thing", Object: "one"})
	}); err != nil {
		t.Fatal(err)
	}
}

// at runs what is due at a moment and gives the sheets there are, newest first.
func (w *world) at(t *testing.T, moment string) []attest.Sheet {
	t.Helper()
	w.clock.Set(clock.MustInstant(moment))
	if err := w.jobs.RunAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.attest.Sheets(w.j, "")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (w *world) check(t *testing.T, sheet, typed string) attest.Check {
	t.Helper()
	c, err := w.attest.Check(w.j, sheet, typed)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each Monday at six there is a sheet of the week before; weeks in which the program did not run have one together; nothing is made twice.
func TestAWeekHasOneSheet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.act(t)
		for _, tt := range []struct {
			at   string
			want []string // periods, newest first
		}{
			{"2025-11-12 10:00", []string{"2025-11-03 2025-11-09"}}, // the first start: of the week that is over
			{"2025-11-17 05:59", []string{"2025-11-03 2025-11-09"}},
			{"2025-11-17 06:00", []string{"2025-11-10 2025-11-16", "2025-11-03 2025-11-09"}},
			{"2025-11-19 12:00", []string{"2025-11-10 2025-11-16", "2025-11-03 2025-11-09"}},
			{"2025-12-10 09:00", []string{"2025-11-17 2025-12-07", "2025-11-10 2025-11-16", "2025-11-03 2025-11-09"}}, // three weeks off, once
			{"2025-12-10 09:01", []string{"2025-11-17 2025-12-07", "2025-11-10 2025-11-16", "2025-11-03 2025-11-09"}},
		} {
			var got []string
			for _, s := range w.at(t, tt.at) {
				got = append(got, s.Since.String()+" "+s.Until.String())
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%s: %v, want %v", tt.at, got, tt.want)
			}
		}
		v, err := w.attest.Find(w.j, w.at(t, "2025-12-10 09:01")[0].ID)
		if err != nil || v.No != "政务链〔2025〕00003号" || len(v.Heads) == 0 || len(v.Paper.Code) != 10 {
			t.Errorf("%+v, %v", v, err)
		}
	}, append(orgtest.Migrations(), crypt.Migrations, attest.Migrations)...)
}

// A sheet finds whatever was done to the records before it, and the paper finds what was done to the sheet as well.
func TestASheetHoldsTheRecords(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, append(orgtest.Migrations(), crypt.Migrations, attest.Migrations)))
	for range 3 {
		w.act(t)
	}
	w.uses = 1
	s := w.at(t, "2025-11-17 06:00")[0]
	paper := s.Text()
	w.act(t) // the chain grows on
	if c := w.check(t, s.ID, strings.ToUpper(paper)); !c.Holds || !c.Typed || len(c.Heads) < 2 {
		t.Fatalf("untouched: %+v", c)
	}
	if _, err := w.attest.Check(w.j, s.ID, "abc"); !errors.Is(err, attest.ErrTyped) {
		t.Errorf("rubbish typed: %v", err)
	}
	if c := w.check(t, s.ID, strings.Repeat("0", 64)); c.Holds || !strings.Contains(fmt.Sprint(c.Faults), "以备案的纸面为准") {
		t.Errorf("another paper: %+v", c)
	}
	if c, err := w.attest.CheckNo(w.system(), s.No, paper); err != nil || !c.Holds {
		t.Errorf("by number: %+v, %v", c, err)
	}
	change := func(sql string, args ...any) {
		t.Helper()
		if err := w.db.WithTx(w.system(), func(tx *store.Tx) error { return tx.Queue(sql, args...) }); err != nil {
			t.Fatal(err)
		}
	}
	stream := audit.StreamOf("one")
	w.tampered = true
	if c := w.check(t, s.ID, paper); c.Holds || !strings.Contains(fmt.Sprint(c.Faults), "使用记录：第 1 条") {
		t.Errorf("the chain beside the log: %+v", c)
	}
	w.tampered = false
	change("UPDATE audit_log SET actor_id = 'somebody else' WHERE centre_id = $1 AND stream = $2 AND seq = 2", w.centre, stream)
	if c := w.check(t, s.ID, paper); c.Holds || !strings.Contains(fmt.Sprint(c.Faults), "第 2 条") {
		t.Errorf("a line before the head was edited: %+v", c)
	}
	change("DELETE FROM audit_log WHERE centre_id = $1 AND stream = $2", w.centre, stream)
	change("DELETE FROM audit_head WHERE centre_id = $1 AND stream = $2", w.centre, stream)
	if c := w.check(t, s.ID, paper); c.Holds || !strings.Contains(fmt.Sprint(c.Faults), "已不在") {
		t.Errorf("the log was emptied: %+v", c)
	}
	for range 5 { // a new history of the same length, sound in itself, with the sheet written anew to match
		w.act(t)
	}
	if c := w.check(t, s.ID, paper); c.Holds || !strings.Contains(fmt.Sprint(c.Faults), "被改写") {
		t.Errorf("the log was rewritten: %+v", c)
	}
	change("DELETE FROM attest_sheet")
	change("DELETE FROM attest_head")
	w.at(t, "2025-11-24 06:00")
	forged := w.at(t, "2025-11-24 06:00")[0]
	if c := w.check(t, forged.ID, ""); !c.Holds || c.Typed {
		t.Errorf("without the paper a forged sheet is not to be told: %+v", c)
	}
	if c := w.check(t, forged.ID, paper); c.Holds {
		t.Error("a forged sheet holds against the paper")
	}
}

// 政务监察股 reads and files, the leader reads; nobody else, and no other centre.
func TestWhoKeepsTheSheets(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, append(orgtest.Migrations(), crypt.Migrations, attest.Migrations)))
	w.act(t)
	s := w.at(t, "2025-11-17 06:00")[0]
	if _, err := w.attest.Find(w.l, s.ID); err != nil {
		t.Error(err)
	}
	if err := w.attest.File(w.l, s.ID); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("the leader files: %v", err)
	}
	if err := w.attest.File(w.j, s.ID); err != nil {
		t.Fatal(err)
	}
	filed := w.at(t, "2025-11-17 08:00")[0].FiledAt
	if err := w.attest.File(w.j, s.ID); err != nil || filed == 0 || w.at(t, "2025-11-17 09:00")[0].FiledAt != filed {
		t.Errorf("filed at %s, again: %v", filed, err)
	}
	other := actor.With(t.Context(), &actor.Actor{Kind: actor.User, UserID: "x", CentreID: "elsewhere", Grants: map[actor.Permission]actor.Scope{attest.PermRead: actor.Centre, attest.PermFile: actor.Centre}})
	for name, err := range map[string]error{"find": func() error { _, err := w.attest.Find(other, s.ID); return err }(), "file": w.attest.File(other, s.ID), "check": func() error { _, err := w.attest.Check(other, s.ID, ""); return err }()} {
		if !errors.Is(err, attest.ErrSheet) {
			t.Errorf("%s from another centre: %v", name, err)
		}
	}
	if _, _, err := w.attest.Sheets(actor.With(t.Context(), &actor.Actor{Kind: actor.User, CentreID: w.centre}), ""); !errors.Is(err, actor.ErrForbidden) {
		t.Errorf("without permission: %v", err)
	}
}

// A paper has one number and code for ever, whoever prints it and whatever is said of it later; numbers of a series follow each other.
func TestAPaperIsIssuedOnce(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, append(orgtest.Migrations(), crypt.Migrations, attest.Migrations)))
	issue := func(object, title string) (p attest.Paper) {
		t.Helper()
		if err := w.db.WithTx(w.system(), func(tx *store.Tx) (err error) {
			p, err = w.attest.IssueTx(tx, attest.Input{CentreID: w.centre, Kind: "test.answer", Object: object, Series: "试答", Title: title, Day: clock.Day(2025, 11, 12), Facts: []attest.Fact{{Label: "单位", Value: "市人社局"}}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return p
	}
	first, again, second := issue("1", "答复单"), issue("1", "另一张"), issue("2", "答复单")
	if first != again || first.No != "试答〔2025〕00001号" || second.No != "试答〔2025〕00002号" || first.Code == second.Code || first.Facts()[0].Value != "市人社局" {
		t.Errorf("%+v\n%+v\n%+v", first, again, second)
	}
	verify := func(centre, no, code string) error {
		return w.db.Read(w.system(), func(tx *store.Tx) error {
			_, err := w.attest.VerifyTx(tx, centre, no, no, code)
			return err
		})
	}
	if err := verify(w.centre, first.No, first.Code); err != nil {
		t.Error(err)
	}
	for _, x := range [][3]string{{w.centre, first.No, second.Code}, {w.centre, "试答〔2025〕00009号", first.Code}, {"elsewhere", first.No, first.Code}, {w.centre, "", ""}} {
		if err := verify(x[0], x[1], x[2]); !errors.Is(err, attest.ErrPaper) {
			t.Errorf("%v: %v", x, err)
		}
	}
}
