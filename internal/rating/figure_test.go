package rating_test

import (
	"math/rand/v2"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// The bad ratings that count in 差评整改率 are the valid ones that fell due or are closed, the anonymous among them; counted
// a second time from the sheets of the tasks, after random lives, both sides and the lists behind them are the same.
func TestCorrectedBadRatingsCountedTwice(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	rnd := rand.New(rand.NewPCG(7, 11))
	w.Set("2025-11-03 09:00")
	var numbers []string
	for i := range 24 {
		name, phone := "", ""
		if i%2 == 0 {
			name, phone = "马建国", "1399300"+string(rune('1'+i/10))+string(rune('0'+i%10))+"34"
		}
		w.Rate(t, w.Answered(t), rating.Bad, name, phone)
		numbers = append(numbers, w.Newest(t).No)
	}
	for i, no := range numbers {
		w.Set((clock.MustDate("2025-11-04") + clock.Date(i/2)).String() + " 10:00")
		lead(t, w, w.Task(t, no), rnd.IntN(4))
	}
	for i, now := range []string{"2025-11-25 09:00", "2025-11-26 00:00", "2025-11-26 10:00"} { // 15 working days from 11-03 end with 11-25
		w.Set(now)
		if i == 2 {
			late(t, w, numbers)
		}
		want := map[string]metric.Ratio{}
		for _, no := range numbers {
			s := w.Task(t, no)
			if !s.Valid || s.State != rating.Closed && w.Clock.Now() < s.FixDue {
				continue
			}
			for code, is := range map[string]bool{rating.MeasureFixed: s.State == rating.Closed, rating.MeasureOnTime: s.State == rating.Closed && s.DoneAt < s.FixDue} {
				r := want[code]
				if r.Den++; is {
					r.Num++
				}
				want[code] = r
			}
		}
		for code, r := range want {
			f := figure(t, w, code)
			if f.Ratio != r || r.Num == 0 || i > 0 && r.Num == r.Den {
				t.Errorf("%s at %s: %d/%d, the sheets say %d/%d", code, now, f.Num, f.Den, r.Num, r.Den)
			}
			for part, n := range map[metric.Part]int64{metric.Numerator: f.Num, metric.Denominator: f.Den, metric.Excluded: f.Excluded} {
				page, err := w.Rating.Cohort(w.As(t, org.RoleSupervisor), rating.Subject{}, metric.Query{Metric: code, Part: part, Period: november})
				if err != nil || page.Total != n || int64(len(page.Records)) != n {
					t.Errorf("%s %s at %s: %d listed, %d counted, %v", code, part, now, page.Total, n, err)
				}
			}
		}
	}
}

// lead takes a task some way: to its end, to the review, nowhere, or out of the figures.
func lead(t *testing.T, w *ratingtest.World, s rating.Sheet, way int) {
	t.Helper()
	k, m, chief, j := rating.Command{TaskID: s.ID}, w.Rating, w.Chief(t), w.As(t, org.RoleSupervisor)
	step := func(_ rating.Task, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if way == 2 {
		return
	}
	if s.State == rating.Assigned && way != 3 {
		step(m.Contact(chief, k, "已联系核实"))
	}
	if way == 3 {
		if s.State == rating.Assigned {
			step(m.Void(j, k, "与前一次说的是同一件事"))
		}
		return
	}
	step(m.Fix(chief, k, "已整改"))
	if way == 1 {
		return
	}
	step(m.Pass(j, k, "属实，已整改"))
	if s.RealName {
		step(m.Call(w.As(t, org.RoleCallbacker), k, rating.CallInput{Reached: true, Answer: rating.AnswerGood}))
	}
	step(m.Close(j, k, "办结"))
}

// late closes one task with a name and one without whose corrections were due yesterday.
func late(t *testing.T, w *ratingtest.World, numbers []string) {
	t.Helper()
	done := map[bool]bool{}
	for _, no := range numbers {
		if s := w.Task(t, no); (s.State == rating.Assigned || s.State == rating.Contacted) && !done[s.RealName] {
			lead(t, w, s, 0)
			done[s.RealName] = true
		}
	}
	if !done[true] || !done[false] {
		t.Fatalf("nothing was left to be late: %v", done)
	}
}
