package knowledge_test

import (
	"context"
	"errors"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// reviews gives the facts of the reviews due in a span: timely, all.
func (w *world) reviews(from, to string) (timely, all int) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(tx *store.Tx) error {
		return knowledge.EachReviewDue(tx, w.centre, clock.MustDate(from), clock.MustDate(to), func(f *knowledge.ReviewFact) error {
			all++
			if f.Timely() {
				timely++
			}
			return nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return timely, all
}

func TestRemindersComeThirtySevenAndNoDaysBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.publish(func(c *knowledge.Content) { c.ValidTo = clock.MustDate("2026-08-31") })
		liaison := w.in(w.unit.ID, org.RoleLiaison)
		steps := []struct {
			at   string
			days int64 // of the open reminder; -1 for none
		}{{"2026-07-31 09:00", -1}, {"2026-08-01 07:59", -1}, {"2026-08-01 08:00", 30}, {"2026-08-20 12:00", 30}, {"2026-08-24 08:00", 7}, {"2026-08-31 08:00", 0}, {"2026-09-02 08:00", 0}}
		for _, s := range steps {
			w.clock.Set(clock.MustInstant(s.at))
			w.runJobs()
			w.runJobs() // a second look changes nothing
			list := must(w.m.DueEntries(liaison, 0))(t)
			got := int64(-1)
			if len(list) == 1 {
				got = list[0].Days
			}
			if got != s.days || len(list) > 1 {
				t.Errorf("%s: %d reminders, %d days", s.at, len(list), got)
			}
		}
		if list := must(w.m.DueEntries(w.in(w.other.ID, org.RoleLiaison), 0))(t); len(list) > 0 {
			t.Error("another unit is reminded")
		}
		if timely, all := w.reviews("2026-08-01", "2026-09-01"); timely != 0 || all != 1 {
			t.Errorf("before the review: %d of %d", timely, all)
		}
		if _, err := w.m.Confirm(liaison, e.No, 0, clock.MustDate("2026-09-01"), ""); !errors.Is(err, knowledge.ErrInput) {
			t.Errorf("confirmed into the past: %v", err)
		}
		must(w.m.Confirm(liaison, e.No, 0, clock.MustDate("2027-08-31"), "政策没有变化"))(t)
		if list := must(w.m.DueEntries(liaison, 0))(t); len(list) > 0 {
			t.Error("still reminded after the review")
		}
		if timely, all := w.reviews("2026-08-01", "2026-09-01"); timely != 0 || all != 1 {
			t.Errorf("reviewed two days late: %d of %d", timely, all)
		}
	})
}

func TestAReviewCountsForItsDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		valid := func(day string) func(*knowledge.Content) {
			return func(c *knowledge.Content) { c.ValidTo = clock.MustDate(day) }
		}
		head := w.in(w.unit.ID, org.RoleUnitHead)
		intime, early, gone, late := w.publish(valid("2026-06-30")), w.publish(valid("2026-06-30")), w.publish(valid("2026-06-30")), w.publish(valid("2026-06-29"))
		w.publish(valid("2026-07-01")) // outside of June
		// Far ahead of its day a change moves the review.
		must(w.m.Confirm(head, early.No, 0, clock.MustDate("2026-07-15"), ""))(t)
		w.clock.Set(clock.MustInstant("2026-06-30 23:59"))
		w.runJobs()
		must(w.m.Confirm(head, intime.No, 0, clock.MustDate("2026-12-31"), ""))(t)
		must(w.m.Withdraw(head, gone.No, 0, "已废止"))(t)
		must(w.m.Confirm(head, late.No, 0, clock.MustDate("2026-12-31"), ""))(t)
		if timely, all := w.reviews("2026-06-01", "2026-07-01"); timely != 2 || all != 3 {
			t.Errorf("June: %d of %d, want 2 of 3", timely, all)
		}
		if timely, all := w.reviews("2026-07-01", "2026-08-01"); timely != 0 || all != 2 {
			t.Errorf("July: %d of %d, want 0 of 2", timely, all)
		}
	})
}

func TestACorrectionIsAnsweredWithinThreeWorkingDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.publish()
		// Friday 2026-05-08 16:30; Saturday the 9th is worked.
		asked := must(w.m.Correct(w.citizen(), e.No, "窗口已经搬到三楼了", ""))(t)
		if got := asked.Due.String(); got != "2026-05-12 18:00" {
			t.Errorf("due %s", got)
		}
		byAgent := must(w.m.Correct(w.as(org.RoleAgent), e.No, "电话打不通", ""))(t)
		for who, n := range map[string]int{"own unit": len(must(w.m.Corrections(w.in(w.unit.ID, org.RoleLiaison), 0))(t)), "office": len(must(w.m.Corrections(w.as(org.RoleKnowledge), 0))(t)),
			"another unit": 2 + len(must(w.m.Corrections(w.in(w.other.ID, org.RoleLiaison), 0))(t))} {
			if n != 2 {
				t.Errorf("%s sees %d", who, n)
			}
		}
		if _, err := w.m.AnswerCorrection(w.in(w.other.ID, org.RoleLiaison), asked.ID, true, "已改"); !errors.Is(err, knowledge.ErrCorrection) {
			t.Errorf("another unit answers: %v", err)
		}
		w.clock.Set(clock.MustInstant("2026-05-12 18:00"))
		must(w.m.AnswerCorrection(w.in(w.unit.ID, org.RoleLiaison), asked.ID, true, "谢谢指正，已经更新。"))(t)
		if _, err := w.m.AnswerCorrection(w.in(w.unit.ID, org.RoleLiaison), asked.ID, true, "再答"); !errors.Is(err, knowledge.ErrAnswered) {
			t.Errorf("answered twice: %v", err)
		}
		w.clock.Set(clock.MustInstant("2026-05-12 18:01"))
		must(w.m.AnswerCorrection(w.in(w.unit.ID, org.RoleLiaison), byAgent.ID, false, "核实过，电话可以打通。"))(t)
		if c := must(w.m.CorrectionByCode(w.citizen(), " "+asked.Code+" "))(t); !c.Right || c.Answer != "谢谢指正，已经更新。" {
			t.Errorf("by its code: %+v", c)
		}
		if _, err := w.m.CorrectionByCode(w.citizen(), "ABCDEFGHJKMN"); !errors.Is(err, knowledge.ErrCode) {
			t.Errorf("a wrong code: %v", err)
		}
		timely, all := 0, 0
		err := w.db.Read(context.Background(), func(tx *store.Tx) error {
			return knowledge.EachCorrectionDue(tx, w.centre, clock.MustInstant("2026-05-01"), clock.MustInstant("2026-06-01"), func(f *knowledge.CorrectionFact) error {
				if all++; f.Timely() {
					timely++
				}
				return nil
			})
		})
		if err != nil || timely != 1 || all != 2 {
			t.Errorf("%d of %d in time, %v; want 1 of 2", timely, all, err)
		}
	})
}
