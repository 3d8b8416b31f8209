package complaint_test

import (
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ended brings a stuck matter to its archive with an answer; denied says no instead.
func ended(t *testing.T, w *complainttest.World, cause string, denied bool, answers ...complaint.Answer) complaint.Matter {
	t.Helper()
	m, ok := w.Complaint, must[complaint.Matter](t)
	c := w.Handling(t, complaint.Common)
	for _, a := range answers {
		if denied {
			ok(m.Deny(w.Approver(t, 1), cmd(c), complaint.DenyInput{Result: "不能", Basis: "第一条", Cause: cause}))
			ok(m.ApproveDenial(w.Approver(t, 2), cmd(c), ""))
		} else {
			ok(m.Finish(w.Chief(t), cmd(c), complaint.FinishInput{Result: "已办", Cause: cause}))
		}
		c = ok(m.VisitStuck(w.J(t), cmd(c), complaint.VisitInput{Answer: a, Note: "说明"}))
	}
	return c
}

// The two figures against numbers counted by hand, each with the records behind it; an empty period has no rate.
func TestFigures(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	m, ok := w.Complaint, must[complaint.Matter](t)
	w.Set("2025-11-03 09:00")
	ended(t, w, "material", false, complaint.Satisfied)
	ended(t, w, "material", false, complaint.Unreached)
	ended(t, w, "law", true, complaint.Satisfied)
	again := ended(t, w, "slow", false, complaint.Dissatisfied, complaint.Dissatisfied)
	ok(m.Settle(w.As(t, org.RoleLeader), cmd(again), "终结"))
	refused := w.Register(t, w.Stuck())
	ok(m.Refuse(w.J(t), complaint.Stuck, complaint.Command{ID: refused.ID}, complaint.RefuseInput{Ground: "petition", Reason: "信访"}))
	w.Handling(t, complaint.Common) // open: not ended, and so not in the rate
	november := metric.Period{From: day("2025-11-01"), To: day("2025-12-01")}
	list, err := m.Cohort(w.System(), complaint.MeasureSolved, november)
	if r := complaint.RatioOf(list, ""); err != nil || r != (metric.Ratio{Num: 2, Den: 4}) {
		t.Errorf("solved: %+v, %v", r, err)
	}
	if r := complaint.RatioOf(list, "nobody"); r.Text() != metric.None {
		t.Errorf("a unit without any: %s", r.Text())
	}

	// Due on 2025-11-06: one told in time, one told late, one not at all; one due in December does not count.
	tell := func(at clock.Instant) {
		c := w.Upheld(t)
		ok(m.Dispose(w.J(t), cmd(c), "批评"))
		back := w.Clock.Now()
		w.Clock.Set(at)
		ok(m.Feedback(w.J(t), cmd(c), "已处理"))
		w.Clock.Set(back)
	}
	tell(clock.MustInstant("2025-11-06 23:59"))
	tell(clock.MustInstant("2025-11-07 00:00"))
	w.Investigating(t, complaint.Forwarded, false)
	w.Set("2025-11-28 09:00")
	w.Investigating(t, complaint.Forwarded, false)
	list, err = m.Cohort(w.System(), complaint.MeasureOnTime, november)
	if r := complaint.RatioOf(list, ""); err != nil || r != (metric.Ratio{Num: 1, Den: 3}) {
		t.Errorf("on time: %+v, %v", r, err)
	}
	if _, err := m.Cohort(w.As(t, org.RoleFinance), complaint.MeasureOnTime, november); complaint.RefusalCode(err) != "FORBIDDEN" {
		t.Errorf("finance reads the cohort: %v", err)
	}
	rootsOf(t, w)
}

// rootsOf checks that every part of the root-cause page sums up to its total, and what came again.
func rootsOf(t *testing.T, w *complainttest.World) {
	t.Helper()
	r, err := w.Complaint.Roots(w.J(t), day("2025-11-01"), day("2025-11-30"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Total.Stuck != 5 || r.Total.Denied != 1 || r.Total.Complaint != 2 || r.Open != 1 {
		t.Errorf("total %+v, without a cause %d", r.Total, r.Open)
	}
	for name, part := range map[string][]complaint.Tally{"causes": r.Causes, "units": r.Units, "items": r.Items} {
		sum := complaint.Tally{}
		for _, x := range part {
			sum.Stuck, sum.Denied, sum.Complaint = sum.Stuck+x.Stuck, sum.Denied+x.Denied, sum.Complaint+x.Complaint
		}
		if sum != r.Total {
			t.Errorf("%s sum up to %+v, the total is %+v", name, sum, r.Total)
		}
	}
	behind(t, w, r)
	if r.Causes[0].Name == "" || r.Solved.Den != 4 || r.OnTime.Den != 3 {
		t.Errorf("%+v", r)
	}
	if _, err := w.Complaint.Roots(w.J(t), day("2024-01-01"), day("2025-11-30")); complaint.RefusalCode(err) != "INPUT" {
		t.Errorf("more than a year: %v", err)
	}
}

// behind checks that the list behind each number has as many records as the number says.
func behind(t *testing.T, w *complainttest.World, r complaint.Roots) {
	t.Helper()
	for _, part := range []struct {
		name string
		list []complaint.Tally
		set  func(f *complaint.Filter, key string)
	}{{"cause", r.Causes, func(f *complaint.Filter, key string) { f.Cause = key }}, {"unit", r.Units, func(f *complaint.Filter, key string) { f.UnitID = key }}, {"item", r.Items, func(f *complaint.Filter, key string) { f.ItemID = key }}} {
		for _, x := range part.list {
			for kind, want := range map[complaint.Kind]int64{complaint.Stuck: x.Stuck, complaint.Complaint: x.Complaint} {
				f := complaint.Filter{Kind: kind, From: r.From, To: r.To, Counted: true}
				if part.set(&f, x.Key); x.Key == "" {
					part.set(&f, complaint.None)
				}
				list, _, err := w.Complaint.List(w.J(t), f)
				if err != nil || int64(len(list)) != want {
					t.Errorf("%s %q of %s: the list has %d, the number is %d, %v", part.name, x.Key, kind, len(list), want, err)
				}
			}
		}
	}
}

// What is stuck again at one unit for one item and cause is counted as repeated.
func TestRepeatedMatters(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	it := w.Ready(t)
	ok := must[complaint.Matter](t)
	for range 3 {
		in := w.Stuck()
		in.ItemID = it.ID
		c := w.Register(t, in).Matter
		ok(w.Complaint.Accept(w.J(t), complaint.Stuck, cmd(c)))
		ok(w.Complaint.Classify(w.J(t), complaint.Stuck, cmd(c), complaint.ClassifyInput{Class: complaint.Simple}))
		ok(w.Complaint.Dispatch(w.J(t), cmd(c), complaint.DispatchInput{UnitID: w.Unit.ID}))
		ok(w.Complaint.Finish(w.Chief(t), cmd(c), complaint.FinishInput{Result: "已办", Cause: "untold"}))
	}
	today := w.Clock.Now().Date()
	r, err := w.Complaint.Roots(w.J(t), today, today)
	if err != nil || len(r.Repeats) != 1 || r.Repeats[0].N != 3 || r.Repeats[0].Item != it.Name || r.Repeats[0].Name != "没有一次告知" {
		t.Errorf("%+v %v", r.Repeats, err)
	}
	s := w.Sheet(t, must[[]complaint.Listed](t)(first(w.Complaint.List(w.J(t), complaint.Filter{Kind: complaint.Stuck})))[0].ID)
	if len(s.Earlier) != 2 {
		t.Errorf("%d other matters of the same reporter", len(s.Earlier))
	}
}

func first[T any](list T, _ string, err error) (T, error) { return list, err }
