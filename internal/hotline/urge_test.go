package hotline_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func TestACallersUrgingCountsOnceADay(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Set("2026-05-08 09:00")
		o := w.Ticket(t, hotline.Handling)
		w.RunJobs(t)
		told := func() int {
			n := 0
			for _, x := range w.Get(t, o.ID).Notices {
				if x.Kind == hotline.NoticeUrge {
					n++
				}
			}
			return n
		}
		for _, c := range []struct {
			what     string
			at       string
			byCaller bool
			want     int
			text     string
		}{
			{"the office", "2026-05-08 10:00", false, 1, "请抓紧"},
			{"the caller", "2026-05-08 10:05", true, 2, "请抓紧"},
			{"the caller again", "2026-05-08 23:59", true, 2, "来电人今天已经催办过，这次只作记录，不重复计数。请抓紧"},
			{"the office again", "2026-05-08 23:59", false, 3, "请抓紧"},
			{"the caller after midnight in Shanghai", "2026-05-09 00:01", true, 4, "请抓紧"},
			{"the caller in the morning", "2026-05-09 07:00", true, 4, "来电人今天已经催办过，这次只作记录，不重复计数。请抓紧"},
		} {
			w.Set(c.at)
			got, err := w.Hotline.Urge(w.As(t, org.RoleAgent), at(o), hotline.Urging{Remark: " 请抓紧 ", ByCaller: c.byCaller})
			if err != nil {
				t.Fatalf("%s: %v", c.what, err)
			}
			d := w.Get(t, o.ID)
			last := d.Events[len(d.Events)-1]
			if got.Urged != c.want || told() != c.want || last.Action != hotline.ActUrge || last.Text != c.text {
				t.Errorf("%s: %d urgings, %d told, event %s %q; want %d, %q", c.what, got.Urged, told(), last.Action, last.Text, c.want, c.text)
			}
			w.Clock.Advance(time.Second)
		}
		// Another ticket of the same day has its own count.
		other := w.Ticket(t, hotline.Handling)
		if got, err := w.Hotline.Urge(w.As(t, org.RoleAgent), at(other), hotline.Urging{ByCaller: true}); err != nil || got.Urged != 1 {
			t.Errorf("another ticket: %d, %v", got.Urged, err)
		}
	})
}

func TestTheListOfWhatFallsDueSoon(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		agent := w.As(t, org.RoleAgent)
		o := w.At(t, "2026-05-08 16:30") // five working days: due on the 14th at 18:00
		o = w.MoveTo(t, o, hotline.Handling)
		other := w.MoveTo(t, w.At(t, "2026-05-09 10:00"), hotline.Handling)
		soon := func(hours int, uncalled bool) []desk.UrgeRow {
			t.Helper()
			rows, _, _, err := w.Desk.DueSoon(agent, desk.UrgeFilter{Hours: hours, Uncalled: uncalled})
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		w.Set("2026-05-13 17:59")
		if rows := soon(0, false); len(rows) != 0 {
			t.Errorf("24 hours and a minute before: %+v", rows)
		}
		w.Set("2026-05-13 18:01")
		rows := soon(0, false)
		if len(rows) != 1 || rows[0].No != o.No || rows[0].Unit == "" || rows[0].Remaining == "" || rows[0].CalledAt != 0 {
			t.Fatalf("within a day: %+v", rows)
		}
		if rows := soon(72, false); len(rows) != 2 || rows[0].No != o.No || rows[1].No != other.No {
			t.Errorf("within three days, the first due first: %+v", rows)
		}
		for name, bad := range map[string]hotline.Urging{"nobody": {ByPhone: true}, "a caller's": {ByPhone: true, Spoke: "李四", ByCaller: true}, "a long name": {ByPhone: true, Spoke: strings.Repeat("长", 41)}} {
			if _, err := w.Hotline.Urge(agent, at(o), bad); !errors.Is(err, hotline.ErrInput) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Hotline.Urge(agent, at(o), hotline.Urging{Remark: "请抓紧"}); err != nil {
			t.Fatal(err)
		}
		if rows := soon(24, true); len(rows) != 1 {
			t.Errorf("an urging without a call counts as one: %+v", rows)
		}
		w.Clock.Advance(time.Minute)
		if _, err := w.Hotline.Urge(agent, at(o), hotline.Urging{ByPhone: true, Spoke: "李四", Remark: "明天上午答复"}); err != nil {
			t.Fatal(err)
		}
		rows = soon(24, false)
		if len(rows) != 1 || rows[0].CalledAt != w.Clock.Now() || rows[0].CalledBy == "" || rows[0].CalledText != "电话催办，接电话：李四。明天上午答复" {
			t.Errorf("after the call: %+v", rows)
		}
		if rows := soon(24, true); len(rows) != 0 {
			t.Errorf("called, and yet on the list of those to call: %+v", rows)
		}
		d := w.Get(t, o.ID)
		if n := d.Notices[len(d.Notices)-1]; n.Kind != hotline.NoticeUrge || !strings.HasPrefix(n.Text, "电话催办") || n.UnitID != w.Unit.ID {
			t.Errorf("the unit is told: %+v", n)
		}
		if _, _, _, err := w.Desk.DueSoon(w.In(t, w.Unit.ID, org.RoleUnitHead), desk.UrgeFilter{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a unit's head: %v", err)
		}
		w.MoveTo(t, o, hotline.Review)
		if rows := soon(24, false); len(rows) != 0 {
			t.Errorf("answered: %+v", rows)
		}
	})
}
