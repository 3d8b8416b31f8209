package knowledge_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

func TestAnEntryGoesThroughBothReviews(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		liaison, head, office := w.in(w.unit.ID, org.RoleLiaison), w.in(w.unit.ID, org.RoleUnitHead), w.as(org.RoleKnowledge)
		in := content(func(c *knowledge.Content) { c.UnitID = w.unit.ID })
		e := must(w.m.Write(liaison, in))(t)
		if e.No != "ZS00001" || e.Stage != knowledge.Draft || e.Live != knowledge.Unpublished {
			t.Fatalf("new entry: %+v", e)
		}
		refused := func(what string, want *errs.Error, err error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %s", what, err, want.Code)
			}
		}
		_, err := w.m.Publish(office, e.No, 0, "")
		refused("publish a draft", knowledge.ErrStage, err)
		_, err = w.m.Find(w.as(org.RoleSupervisor), e.No)
		refused("a reader opens a draft", knowledge.ErrNotFound, err)
		_, err = w.m.Find(w.in(w.other.ID, org.RoleUnitHead), e.No)
		refused("another unit opens a draft", knowledge.ErrNotFound, err)
		e = must(w.m.Send(liaison, e.No, e.Version, "请审"))(t)
		_, err = w.m.PassUnit(liaison, e.No, e.Version, "")
		refused("the author reviews", knowledge.ErrOwnWork, err)
		_, err = w.m.PassUnit(w.in(w.other.ID, org.RoleUnitHead), e.No, e.Version, "")
		refused("another unit reviews", knowledge.ErrNotFound, err)
		_, err = w.m.Edit(liaison, e.No, e.Version, in)
		refused("edit while it is reviewed", knowledge.ErrStage, err)
		e = must(w.m.Return(head, e.No, e.Version, "写清楚窗口在几楼"))(t)
		in.Answer += "窗口在二楼。"
		e = must(w.m.Edit(liaison, e.No, e.Version, in))(t)
		_, err = w.m.Send(liaison, e.No, e.Version-1, "")
		refused("an old version of the page", knowledge.ErrVersion, err)
		mine := in
		mine.Answer = "窗口在三楼。"
		_, err = w.m.Edit(liaison, e.No, e.Version-1, mine)
		refused("a change on an old version", knowledge.ErrVersion, err)
		if d, ok := errs.As(err).Detail["differs"].([]errs.Difference); !ok || len(d) != 1 || d[0].Field != "answer" || string(d[0].Yours) != `"窗口在三楼。"` || !strings.Contains(string(d[0].Now), "二楼") {
			t.Errorf("the refusal does not say what differs: %+v", errs.As(err).Detail)
		}
		e = must(w.m.Send(liaison, e.No, e.Version, ""))(t)
		e = must(w.m.PassUnit(head, e.No, e.Version, "同意"))(t)
		_, err = w.m.Publish(head, e.No, e.Version, "")
		refused("the unit publishes", actor.ErrForbidden, err)
		e = must(w.m.Publish(office, e.No, e.Version, ""))(t)
		if e.Live != knowledge.Published || e.Stage != knowledge.NoStage || e.LiveN != 1 || e.ReviewDue != clock.MustDate("2026-12-31") {
			t.Fatalf("published: %+v", e)
		}
		d := must(w.m.Find(w.citizen(), e.No))(t)
		if !strings.HasSuffix(d.Shown.Answer, "二楼。") || len(d.Events)+len(d.Versions)+len(d.Corrections)+len(d.Allowed) > 0 {
			t.Errorf("a citizen sees %+v", d)
		}
		d = must(w.m.Find(liaison, e.No))(t)
		if len(d.Events) != 7 || len(d.Versions) != 1 {
			t.Errorf("%d events, %d versions", len(d.Events), len(d.Versions))
		}
	})
}

func TestThePublishedVersionStandsWhileANewOneIsInWork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.publish()
		liaison := w.in(w.unit.ID, org.RoleLiaison)
		in := content(func(c *knowledge.Content) {
			c.UnitID, c.Answer = w.unit.ID, "可以在手机上办理，不用跑大厅。"
		})
		e = must(w.m.Edit(liaison, e.No, e.Version, in))(t)
		if d := must(w.m.Find(w.citizen(), e.No))(t); strings.Contains(d.Shown.Answer, "手机") {
			t.Error("a draft is shown to citizens")
		}
		if r := must(w.m.Search(w.citizen(), knowledge.Search{Query: "不用跑大厅"}))(t); len(r.Entries) > 0 {
			t.Error("a draft is found")
		}
		e = must(w.m.Drop(liaison, e.No, e.Version, "写错了"))(t)
		if e.Live != knowledge.Published || e.LiveN != 1 {
			t.Errorf("after the draft was dropped: %+v", e)
		}
		e = must(w.m.Edit(liaison, e.No, e.Version, in))(t)
		e = w.review(e)
		if e.LiveN != 3 {
			t.Errorf("version %d in force, want 3: a dropped number is not used again", e.LiveN)
		}
		d := must(w.m.Find(liaison, e.No))(t)
		if got := []string{d.Versions[0].Outcome, d.Versions[1].Outcome, d.Versions[2].Outcome}; strings.Join(got, " ") != "live dropped superseded" {
			t.Errorf("versions: %v", got)
		}
		if r := must(w.m.Search(w.citizen(), knowledge.Search{Query: "不用跑大厅"}))(t); len(r.Entries) != 1 {
			t.Error("the new version is not found")
		}
		if r := must(w.m.Search(w.citizen(), knowledge.Search{Query: "当场办结"}))(t); len(r.Entries) != 0 {
			t.Error("the old version is still found")
		}
	})
}

func TestLevelsDecideWhoReads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		readers := []struct {
			who  string
			ctx  context.Context
			seen map[knowledge.Level]bool
		}{
			{"citizen", w.citizen(), map[knowledge.Level]bool{knowledge.Public: true}},
			{"another unit", w.in(w.other.ID, org.RoleLiaison), map[knowledge.Level]bool{knowledge.Public: true, knowledge.Internal: true}},
			{"call-taker", w.as(org.RoleAgent), map[knowledge.Level]bool{knowledge.Public: true, knowledge.Internal: true, knowledge.Office: true}},
		}
		for _, l := range knowledge.Levels {
			e := w.publish(func(c *knowledge.Content) { c.Level, c.Title = l, "密级"+l.Label()+"问题" })
			for _, r := range readers {
				_, err := w.m.Find(r.ctx, e.No)
				found := must(w.m.Search(r.ctx, knowledge.Search{Query: "密级" + l.Label()}))(t)
				near := must(w.m.Suggest(r.ctx, "密级"+l.Label()+"问题", 5))(t)
				suggested := false
				for _, s := range near {
					suggested = suggested || s.ID == e.ID
				}
				for how, got := range map[string]bool{"opens": err == nil, "finds": len(found.Entries) == 1, "is suggested": suggested} {
					if got != r.seen[l] {
						t.Errorf("%s %s an entry of level %s: %v", r.who, how, l, got)
					}
				}
			}
		}
	})
}

func TestAWithdrawnEntryIsGone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.publish()
		if _, err := w.m.Withdraw(w.in(w.unit.ID, org.RoleUnitHead), e.No, e.Version, ""); !errors.Is(err, knowledge.ErrInput) {
			t.Errorf("without a reason: %v", err)
		}
		must(w.m.Withdraw(w.in(w.unit.ID, org.RoleUnitHead), e.No, e.Version, "政策已废止"))(t)
		if _, err := w.m.Find(w.citizen(), e.No); !errors.Is(err, knowledge.ErrNotFound) {
			t.Errorf("a citizen opens it: %v", err)
		}
		if d := must(w.m.Find(w.as(org.RoleAgent), e.No))(t); d.Citable || d.Reason != "政策已废止" {
			t.Errorf("a call-taker sees %+v", d.EntryRow)
		}
		if s := must(w.m.Suggest(w.as(org.RoleAgent), "异地就医怎样备案", 5))(t); len(s) > 0 {
			t.Errorf("still suggested: %v", s)
		}
	})
}

func TestInputIsChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		liaison := w.in(w.unit.ID, org.RoleLiaison)
		own := func(c *knowledge.Content) { c.UnitID = w.unit.ID }
		for field, change := range map[string]func(*knowledge.Content){
			"title":      func(c *knowledge.Content) { c.Title = " " },
			"answer":     func(c *knowledge.Content) { c.Answer = strings.Repeat("长", 8001) },
			"basis_no":   func(c *knowledge.Content) { c.BasisNo = "" },
			"basis_link": func(c *knowledge.Content) { c.BasisLink = "javascript:alert(1)" },
			"level":      func(c *knowledge.Content) { c.Level = "secret" },
			"valid_to":   func(c *knowledge.Content) { c.ValidTo = clock.MustDate("2026-05-07") },
			"keywords":   func(c *knowledge.Content) { c.Keywords = "a\x00b" },
			"unit_id":    func(c *knowledge.Content) { c.UnitID = w.other.ID },
		} {
			_, err := w.m.Write(liaison, content(own, change))
			if !errors.Is(err, knowledge.ErrInput) || len(errs.As(err).Fields) != 1 || errs.As(err).Fields[0].Name != field {
				t.Errorf("%s: %v %+v", field, err, errs.As(err).Fields)
			}
		}
		e := must(w.m.Write(liaison, content(own)))(t)
		if d := must(w.m.Find(liaison, e.No))(t); d.Shown.Keywords != "报销 跨省 转院" {
			t.Errorf("keywords %q", d.Shown.Keywords)
		}
		if _, err := w.m.Write(w.as(org.RoleLeader), content()); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a leader writes: %v", err)
		}
	})
}

func TestCentresDoNotSeeEachOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.publish()
		stranger := newWorld(t, w.db)
		for who, ctx := range map[string]context.Context{"staff": stranger.as(org.RoleKnowledge), "citizen": stranger.citizen()} {
			if _, err := w.m.Find(ctx, e.ID); !errors.Is(err, knowledge.ErrNotFound) {
				t.Errorf("%s of another centre opens it: %v", who, err)
			}
			if r := must(w.m.Search(ctx, knowledge.Search{Query: "备案"}))(t); len(r.Entries)+len(r.Near) > 0 {
				t.Errorf("%s of another centre finds it", who)
			}
			if s := must(w.m.Suggest(ctx, "异地就医怎样备案", 3))(t); len(s) > 0 {
				t.Errorf("%s of another centre is given it", who)
			}
		}
	})
}

func TestEveryChangeIsAudited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.publish()
		must(w.m.Withdraw(w.as(org.RoleKnowledge), e.No, 0, "试验"))(t)
		var actions []string
		err := w.db.Read(context.Background(), func(tx *store.Tx) (err error) {
			actions, err = store.Select[string](tx, "SELECT action FROM audit_log WHERE centre_id = $1 AND object = $2 ORDER BY id", w.centre, e.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(actions, " "); got != "knowledge.write knowledge.send knowledge.pass_unit knowledge.publish knowledge.withdraw" {
			t.Errorf("audit log: %s", got)
		}
	})
}
