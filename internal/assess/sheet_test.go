package assess_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/assess"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// bureau is a centre at work whose units are assessed.
type bureau struct {
	*hotlinetest.World
	assess *assess.Module
}

func migrations() []fs.FS {
	return append(hotlinetest.Migrations(), metric.Migrations, assess.Migrations)
}

func each(t *testing.T, fn func(t *testing.T, b *bureau)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, open(t, db)) }, migrations()...)
}

func open(t *testing.T, db *store.DB) *bureau {
	t.Helper()
	w := hotlinetest.New(t, db)
	b := &bureau{w, assess.New(db, w.Org, w.Figures)}
	if err := db.WithTx(orgtest.System(w.Centre), func(tx *store.Tx) error { return b.assess.Seed(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	return b
}

// who gives somebody of a role what the assessment grants it, too.
func (b *bureau) who(t *testing.T, unit, role string) context.Context {
	return hotlinetest.Actor(b.In(t, unit, role), func(a *actor.Actor) {
		grants := map[actor.Permission]actor.Scope{}
		for p, s := range a.Grants {
			grants[p] = s
		}
		for _, g := range assess.Grants() {
			if g.Role == role {
				grants[g.Permission] = max(grants[g.Permission], g.Scope)
			}
		}
		a.Grants = grants
	})
}

var may = metric.Month(clock.MustDate("2026-05-01"))

// work gives w.Unit twelve tickets of which nine are on time, and w.Other one.
func (b *bureau) work(t *testing.T) {
	for range 9 {
		b.Ticket(t, hotline.Closed)
	}
	late := []hotline.Ticket{b.Ticket(t, hotline.Handling), b.Ticket(t, hotline.Handling), b.Ticket(t, hotline.Handling)}
	o := b.Ticket(t, hotline.Triage)
	o, err := b.Hotline.Dispatch(b.As(t, org.RoleDispatcher), hotlinetest.Command(o), hotline.DispatchInput{UnitID: b.Other.ID})
	if err != nil {
		t.Fatal(err)
	}
	b.MoveTo(t, o, hotline.Closed)
	b.Set("2026-05-20 09:00")
	b.MoveTo(t, late[0], hotline.Closed)
	b.Set("2026-06-02 09:00")
}

func rowOf(t *testing.T, v assess.SheetView, unit string) assess.Row {
	t.Helper()
	for _, r := range v.Rows {
		if r.UnitID == unit {
			return r
		}
	}
	t.Fatalf("no row for %s", unit)
	return assess.Row{}
}

// TestASheetFromDraftToPublication walks the whole way: computed, open, disputed, locked, published, computed again.
func TestASheetFromDraftToPublication(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		b.work(t)
		idle := b.AddUnit(t, "市文旅局", "")
		boss, leader, head := b.who(t, "", org.RoleSupervisor), b.who(t, "", org.RoleLeader), b.who(t, b.Unit.ID, org.RoleUnitHead)
		m := b.assess
		s, err := m.ComputeSheet(boss, assess.CodeDefault, may)
		if err != nil {
			t.Fatal(err)
		}
		v, err := m.Sheet(boss, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		own, none := rowOf(t, v, b.Unit.ID), rowOf(t, v, idle.ID)
		if none.Assessed || none.Note != assess.NoteNoOrders {
			t.Errorf("a unit without orders: %+v", none)
		}
		if i := own.Items[1]; i.Code != "ontime" || i.Figure.Num != 9 || i.Figure.Den != 12 || i.Shown != 1125 || !own.Assessed { // 30 × (75 − 60) / 40
			t.Errorf("on time: %+v", i)
		}
		if _, err := m.Sheet(head, s.ID); !errors.Is(err, assess.ErrSheetMissing) {
			t.Errorf("a unit sees a draft: %v", err)
		}
		if s, err = m.OpenSheet(boss, s.ID, s.Version); err != nil {
			t.Fatal(err)
		}
		if v, err = m.Sheet(head, s.ID); err != nil || len(v.Rows) != 1 || v.Rows[0].UnitID != b.Unit.ID || !v.Own {
			t.Errorf("a unit sees %d rows, %v", len(v.Rows), err)
		}
		if _, err := m.ComputeSheet(boss, assess.CodeDefault, may); !errors.Is(err, assess.ErrSheetState) {
			t.Errorf("an open sheet is computed again: %v", err)
		}
		s = b.dispute(t, s)
		locked, err := m.LockSheet(boss, s.ID, s.Version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.PublishSheet(boss, s.ID, locked.Version); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the section publishes by itself: %v", err)
		}
		if s, err = m.PublishSheet(leader, s.ID, locked.Version); err != nil || s.State != assess.SheetPublished || s.Hash != locked.Hash {
			t.Fatalf("%+v, %v", s, err)
		}
		if v, err = m.Sheet(head, s.ID); err != nil || len(v.Rows) != 3 || v.Own {
			t.Errorf("a published sheet shows %d rows, %v", len(v.Rows), err)
		}
		if i := rowOf(t, v, b.Unit.ID).Items[1]; i.Figure.Num != 10 || i.Figure.Den != 12 {
			t.Errorf("after the appeal: %+v", i)
		}
		b.reproduced(t, boss, true)
	})
}

// dispute files an appeal, decides it, and proposes a bonus.
func (b *bureau) dispute(t *testing.T, s assess.Sheet) assess.Sheet {
	t.Helper()
	m, boss, leader, head := b.assess, b.who(t, "", org.RoleSupervisor), b.who(t, "", org.RoleLeader), b.who(t, b.Unit.ID, org.RoleUnitHead)
	if _, err := m.FileAppeal(head, assess.AppealInput{SheetID: s.ID, UnitID: b.Other.ID, Item: "ontime", Reason: "理由", Evidence: "材料"}); !errors.Is(err, assess.ErrSheetMissing) {
		t.Errorf("an appeal for another unit: %v", err)
	}
	if _, err := m.FileAppeal(head, assess.AppealInput{SheetID: s.ID, UnitID: b.Unit.ID, Item: "ontime", Reason: " ", Evidence: "材料"}); !errors.Is(err, assess.ErrAppealInput) {
		t.Errorf("an appeal without a reason: %v", err)
	}
	p, err := m.FileAppeal(head, assess.AppealInput{SheetID: s.ID, UnitID: b.Unit.ID, Item: "ontime", Reason: "一件因系统故障未能按时提交", Evidence: "20260508-000010，故障通报"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.LockSheet(boss, s.ID, s.Version); !errors.Is(err, assess.ErrAppealsOpen) {
		t.Errorf("a sheet is locked over an open appeal: %v", err)
	}
	if _, err := m.DecideAppeal(boss, s.ID, p.ID, assess.AppealVerdict{Uphold: true, NumChange: 1, Remark: "情况属实"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.DecideAppeal(boss, s.ID, p.ID, assess.AppealVerdict{Remark: "又"}); !errors.Is(err, assess.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	e, err := m.ProposeEvent(boss, assess.EventInput{Month: may.From, UnitID: b.Unit.ID, Kind: assess.Bonus, Points: 150, Reason: "典型案例", Evidence: "临市政办通报〔2026〕5号"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.DecideEvent(boss, e.ID, true, ""); !errors.Is(err, assess.ErrSamePerson) {
		t.Errorf("who proposes decides: %v", err)
	}
	if _, err := m.DecideEvent(leader, e.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	v, err := m.Sheet(boss, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v.Sheet
}

func (b *bureau) reproduced(t *testing.T, ctx context.Context, equal bool) assess.Reproduction {
	t.Helper()
	list, err := b.assess.Reproduce(ctx, may, "")
	if err != nil || len(list) != 1 || list[0].Equal != equal {
		t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// published brings a month's sheet to publication.
func (b *bureau) published(t *testing.T, code string) assess.Sheet {
	t.Helper()
	b.work(t)
	boss := b.who(t, "", org.RoleSupervisor)
	s, err := b.assess.ComputeSheet(boss, code, may)
	if err == nil {
		s, err = b.assess.OpenSheet(boss, s.ID, s.Version)
	}
	if err == nil {
		s, err = b.assess.LockSheet(boss, s.ID, s.Version)
	}
	if err == nil {
		s, err = b.assess.PublishSheet(b.who(t, "", org.RoleLeader), s.ID, s.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReproductionFindsWhatWasChanged alters the stored sheet in every way that matters.
func TestReproductionFindsWhatWasChanged(t *testing.T) {
	for _, c := range []struct{ name, sql, place string }{
		{"total", "UPDATE assess_row SET data = replace(data, '\"total\":', '\"total\":9') WHERE pos = 0", "总分"},
		{"figure", "UPDATE metric_frozen SET num = num + 1 WHERE metric = 'M4'", "封存记录被改动"},
		{"scheme", "UPDATE assess_scheme SET definition = replace(definition, '\"floor\":6000', '\"floor\":5000')", "方案"},
		{"bonus", "UPDATE assess_sheet SET inputs = replace(inputs, '\"bonus\":0', '\"bonus\":500')", "总分"},
		{"hash", "UPDATE assess_sheet SET hash = '00'", "校验值"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t, storetest.Open(t, store.SQLite, migrations()))
			b.published(t, assess.CodeDefault)
			boss := b.who(t, "", org.RoleSupervisor)
			b.reproduced(t, boss, true)
			if err := b.DB.WithTx(context.Background(), func(tx *store.Tx) error {
				n, err := tx.Exec(c.sql)
				if err == nil && n == 0 {
					err = errors.New("nothing was changed")
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if r := b.reproduced(t, boss, false); !strings.Contains(strings.Join(r.Found, "\n"), c.place) {
				t.Errorf("%q does not name %s", r.Found, c.place)
			}
		})
	}
}

// What happens after the cutoff moves today's figures, not the published sheet.
func TestLaterFactsDoNotChangeAPublishedSheet(t *testing.T) {
	b := open(t, storetest.Open(t, store.SQLite, migrations()))
	b.published(t, assess.CodeByCounts)
	boss := b.who(t, "", org.RoleSupervisor)
	if r := b.reproduced(t, boss, true); len(r.Later) != 0 {
		t.Errorf("nothing has happened since: %v", r.Later)
	}
	rows, _, err := b.Hotline.List(b.System(), hotline.Filter{State: hotline.Handling})
	if err != nil || len(rows) == 0 {
		t.Fatal(err)
	}
	b.MoveTo(t, rows[0].Ticket, hotline.Closed)
	if r := b.reproduced(t, boss, true); len(r.Later) == 0 {
		t.Error("a late answer leaves no trace")
	}
}

func TestASheetOfAMonthThatGoesOnStaysADraft(t *testing.T) {
	b := open(t, storetest.Open(t, store.SQLite, migrations()))
	b.Ticket(t, hotline.Handling)
	boss := b.who(t, "", org.RoleSupervisor)
	s, err := b.assess.ComputeSheet(boss, assess.CodeDefault, may)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.assess.OpenSheet(boss, s.ID, s.Version); !errors.Is(err, assess.ErrSheetEarly) {
		t.Errorf("opened in the middle of the month: %v", err)
	}
	again, err := b.assess.ComputeSheet(boss, assess.CodeDefault, may)
	if err != nil || again.ID != s.ID || again.Run != 2 {
		t.Errorf("computed again: %+v, %v", again, err)
	}
	if _, err := b.assess.OpenSheet(boss, s.ID, s.Version); !errors.Is(err, store.ErrStale) {
		t.Errorf("an old version: %v", err)
	}
}

func TestSchemesAreSupersededNotEdited(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		boss, m := b.who(t, "", org.RoleSupervisor), b.assess
		list, err := m.Schemes(boss)
		if err != nil || len(list) != 2 || list[0].Confirmed || list[0].State != assess.SchemeInForce {
			t.Fatalf("%+v, %v", list, err)
		}
		old := list[1]
		in := assess.SchemeInput{ID: old.ID, Version: old.Version, Code: old.Code, Name: old.Name, Def: old.Def}
		if _, err := m.SaveScheme(boss, in); !errors.Is(err, assess.ErrSchemeFixed) {
			t.Errorf("a scheme in force is edited: %v", err)
		}
		in.ID, in.Name = "", "2026 年下半年方案"
		in.Def.Items[0].Weight = 200000
		draft, err := m.SaveScheme(boss, in)
		if err != nil || draft.Revision != old.Revision+1 {
			t.Fatalf("%+v, %v", draft, err)
		}
		in.ID, in.Version, in.Name = draft.ID, draft.Version, "下半年方案"
		if draft, err = m.SaveScheme(boss, in); err != nil {
			t.Fatal(err)
		}
		if _, err := m.ActivateScheme(boss, draft.ID, draft.Version, clock.MustDate("2026-06-15")); !errors.Is(err, assess.ErrScheme) {
			t.Errorf("in force from the middle of a month: %v", err)
		}
		if draft, err = m.ActivateScheme(boss, draft.ID, draft.Version, clock.MustDate("2026-06-01")); err != nil {
			t.Fatal(err)
		}
		if draft, err = m.ConfirmScheme(boss, draft.ID, draft.Version, "临市政办发〔2026〕20号"); err != nil || !draft.Confirmed {
			t.Fatal(err)
		}
		b.work(t)
		for month, want := range map[metric.Period]string{may: old.ID, metric.Month(clock.MustDate("2026-06-01")): draft.ID} {
			if s, err := m.ComputeSheet(boss, old.Code, month); err != nil || s.SchemeID != want {
				t.Errorf("%s: scheme %s, want %s, %v", month, s.SchemeID, want, err)
			}
		}
		if _, err := m.SaveScheme(b.who(t, "", org.RoleLeader), in); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the leader edits a scheme: %v", err)
		}
	})
}
