package hotline_test

import (
	"testing"
	"time"

	"yichuang/internal/hotline"
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
