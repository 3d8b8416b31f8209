package hotline_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// overdueNos lists the numbers of the tickets on the list of what is overdue, page by page.
func overdueNos(t *testing.T, w *hotlinetest.World, ctx context.Context) []string {
	t.Helper()
	var out []string
	after := ""
	for {
		rows, next, err := w.Desk.OverdueLegs(ctx, desk.OverdueFilter{After: after, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, r.No)
		}
		if next == "" {
			return out
		}
		after = next
	}
}

// Scenario 17 on the surfaces: 1,001 legs go overdue in the same minute. All are overdue at once wherever one looks, every notice is out
// within a minute of the program's work, and a remark does not move a due. The clock is the test's; the work is real.
func TestAThousandOverdueOnEverySurface(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand tickets")
	}
	const n = 1001
	w := hotlinetest.Open(t, store.SQLite)
	w.Set("2026-05-08 16:30")
	agent, dispatcher, leader := w.As(t, org.RoleAgent), w.As(t, org.RoleDispatcher), w.As(t, org.RoleLeader)
	var mu sync.Mutex
	var all []hotline.Ticket
	work := make(chan int)
	var crew sync.WaitGroup
	for range 32 {
		crew.Add(1)
		go func() {
			defer crew.Done()
			for i := range work {
				in := hotlinetest.Input(func(in *hotline.RegisterInput) { in.Phone = fmt.Sprintf("138%08d", i) })
				r, err := w.Hotline.Register(agent, in)
				o := r.Ticket
				if err == nil {
					o, err = w.Hotline.Accept(agent, at(o), hotline.Classify{})
				}
				if err == nil {
					o, err = w.Hotline.Dispatch(dispatcher, at(o), hotline.DispatchInput{UnitID: w.Unit.ID})
				}
				if err != nil {
					t.Error(err)
					continue
				}
				mu.Lock()
				all = append(all, o)
				mu.Unlock()
			}
		}()
	}
	for i := range n {
		work <- i
	}
	close(work)
	crew.Wait()
	if len(all) != n {
		t.Fatalf("%d tickets", len(all))
	}

	w.Set("2026-05-14 18:00") // the due itself is still in time
	w.RunJobs(t)
	if got := overdueNos(t, w, leader); len(got) != 0 {
		t.Fatalf("%d overdue at the due", len(got))
	}
	remarked := all[0]
	before := w.Lead(t, remarked.ID).Due
	if _, err := w.Hotline.Comment(agent, at(remarked), "来电人补充：仍未处理。"); err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(clock.MustInstant("2026-05-14 18:00").Add(time.Millisecond))
	if got := w.Lead(t, remarked.ID).Due; got != before || before != clock.MustInstant("2026-05-14 18:00") {
		t.Errorf("the remark moved the due from %s to %s", before, got)
	}
	nos := overdueNos(t, w, leader)
	slices.Sort(nos)
	if len(slices.Compact(nos)) != n {
		t.Errorf("%d of %d are overdue a millisecond after the due", len(nos), n)
	}
	units, err := w.Desk.OverdueUnits(leader)
	if err != nil || len(units) != 1 || units[0].N != n {
		t.Errorf("by unit: %+v, %v", units, err)
	}
	v, err := w.Figures.Overview(leader)
	if err != nil || v.Overdue != n {
		t.Errorf("the leader's page has %d overdue, %v", v.Overdue, err)
	}

	w.Set("2026-05-15 08:30") // the red cards and the demands of all fall now
	began := time.Now()
	w.RunJobs(t)
	took := time.Since(began)
	t.Logf("%d red cards and %d demands in %s", n, n, took.Round(time.Millisecond))
	if took > 60*time.Second {
		t.Errorf("the notices took %s", took)
	}
	for _, kind := range []string{hotline.NoticeRed, hotline.NoticeDemand} {
		var got int64
		err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
			got, err = store.Get[int64](tx, "SELECT COUNT(*) FROM hotline_notice WHERE kind = $1 AND at = $2", kind, w.Clock.Now())
			return err
		})
		if err != nil || got != n {
			t.Errorf("%d notices of kind %s, %v", got, kind, err)
		}
	}
}

// What is overdue is public within the centre: every unit sees the list, and no unit another's matter.
func TestOverdueIsPublicWithoutItsMatter(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		w.Set("2026-05-22 08:30")
		for who, c := range map[string]struct {
			ctx   context.Context
			title bool
		}{
			"the office":   {w.As(t, org.RoleDispatcher), true},
			"the unit":     {w.In(t, w.Unit.ID, org.RoleLiaison), true},
			"another unit": {w.In(t, w.Other.ID, org.RoleLiaison), false},
		} {
			rows, _, err := w.Desk.OverdueLegs(c.ctx, desk.OverdueFilter{})
			if err != nil || len(rows) != 1 {
				t.Fatalf("%s sees %d, %v", who, len(rows), err)
			}
			r := rows[0]
			if r.No != o.No || r.Unit != w.Unit.Name || r.Readable != c.title || (r.Title != "") != c.title || !r.Bulletin || r.Workdays != 6 {
				t.Errorf("%s: %+v", who, r)
			}
		}
		if _, _, err := w.Desk.OverdueLegs(w.As(t, org.RoleWindow), desk.OverdueFilter{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a window clerk: %v", err)
		}
		home := w.Centre
		w.Centre = w.AddCentre(t, "620102")
		if rows, _, err := w.Desk.OverdueLegs(w.System(), desk.OverdueFilter{}); err != nil || len(rows) != 0 {
			t.Errorf("another centre sees %d of %s, %v", len(rows), home, err)
		}
	})
}

// A card is answered by the unit and lifted by somebody else; it never disappears by the doing of those who caused it.
func TestNobodyLiftsWhatHeCaused(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.At(t, "2026-05-08 16:30")
		w.Set("2026-05-15 08:30")
		w.RunJobs(t)
		red := notices(t, w, o, hotline.NoticeRed)[0]
		head, supervisor := w.In(t, w.Unit.ID, org.RoleUnitHead), w.As(t, org.RoleSupervisor)
		for who, ctx := range map[string]context.Context{"the unit": head, "an agent": w.As(t, org.RoleAgent), "the shift lead": w.As(t, org.RoleShiftLead)} {
			if err := w.Desk.LiftNotice(ctx, red.ID, "没有理由"); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s lifts the card: %v", who, err)
			}
		}
		if err := w.Desk.AnswerNotice(w.In(t, w.Other.ID, org.RoleUnitHead), red.ID, "说明"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another unit answers: %v", err)
		}
		if err := w.Desk.AnswerNotice(head, red.ID, "系统停电半天。"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "a second answer", w.Desk.AnswerNotice(head, red.ID, "再说明"), "hotline.notice_answered")
		if n, err := w.Desk.Notice(supervisor, red.ID); err != nil || n.LiftedAt != 0 || n.Answer == "" || n.Answerer == "" {
			t.Errorf("after the answer: %+v, %v", n, err)
		}
		if err := w.Desk.LiftNotice(supervisor, red.ID, "停电属实。"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "lifted again", w.Desk.LiftNotice(supervisor, red.ID, "停电属实。"), "hotline.notice_lifted")
		if got := overdueNos(t, w, supervisor); len(got) != 1 {
			t.Errorf("lifting a card changed what is overdue: %v", got)
		}
	})
}

// Pressing notices go to the leader whom the roster names for the day, and to every leader where it names none.
func TestTheLeaderOnDuty(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		admin, leader := w.As(t, org.RoleAdmin), w.As(t, org.RoleLeader)
		second := w.Person(t, w.Unit.ID, org.RoleLeader) // somebody else who is a leader
		critical := func(in *hotline.RegisterInput) { in.Urgency = hotline.Critical }
		unseen := func(ctx context.Context) int {
			t.Helper()
			n, err := w.Desk.UnseenNotices(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		w.At(t, "2026-10-04 02:10", critical)
		w.Set("2026-10-04 02:26")
		w.RunJobs(t)
		if unseen(leader) != 1 || unseen(second.Ctx) != 1 {
			t.Errorf("with an empty roster the leaders have %d and %d", unseen(leader), unseen(second.Ctx))
		}
		me := w.Person(t, "", org.RoleLeader)
		days, problems, err := w.Hotline.SetDuty(admin, []hotline.DutyLine{{Line: 1, Day: "2026-10-05", Who: me.Username, Note: "带班"}})
		if err != nil || days != 1 || len(problems) != 0 {
			t.Fatalf("%d days, %v, %v", days, problems, err)
		}
		w.At(t, "2026-10-05 02:10", critical)
		w.Set("2026-10-05 02:26")
		w.RunJobs(t)
		if unseen(leader) != 2 || unseen(second.Ctx) != 1 {
			t.Errorf("with one on duty the leaders have %d and %d", unseen(leader), unseen(second.Ctx))
		}
		_, problems, err = w.Hotline.SetDuty(admin, []hotline.DutyLine{{1, "2026-10-06", "没有这个人", ""}, {2, "十月六日", me.Username, ""}})
		if err != nil || len(problems) != 2 {
			t.Errorf("%v, %v", problems, err)
		}
		roster, err := w.Hotline.DutyRoster(leader, clock.MustDate("2026-10-01"), clock.MustDate("2026-10-31"))
		if err != nil || len(roster) != 1 || roster[0].Name == "" {
			t.Errorf("%+v, %v", roster, err)
		}
		if _, _, err := w.Hotline.SetDuty(w.As(t, org.RoleAgent), []hotline.DutyLine{{1, "2026-10-06", me.Username, ""}}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an agent changes the roster: %v", err)
		}
	})
}
