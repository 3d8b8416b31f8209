package rating_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// figure reads one measure of November 2025 as 政务监察股 does.
func figure(t *testing.T, w *ratingtest.World, code string) metric.Figure {
	t.Helper()
	list, err := w.Rating.Figures(w.As(t, org.RoleSupervisor), rating.Subject{}, november)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if f.Metric == code {
			return f
		}
	}
	t.Fatal("no measure", code)
	return metric.Figure{}
}

var november, _ = metric.ParseMonth("2025-11")

// TestScenario11 is scenario 11 of the hall reference §8.4 with exactly its numbers and days.
func TestScenario11(t *testing.T) {
	t.Parallel()
	w := ratingtest.Open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	var cases []casework.Case
	for range 200 {
		cases = append(cases, w.Answered(t))
	}
	w.Set("2025-11-18 09:00")
	n := 0
	for level, count := range map[rating.Level]int{1: 30, 2: 6, 3: 2, 5: 1} {
		for range count {
			w.Rate(t, cases[n], level, "", "")
			n++
		}
	}
	w.Set("2025-11-18 16:40")
	w.Rate(t, cases[n], rating.Bad, "石敏中", "13893007788")
	for code, want := range map[string]string{rating.MeasureGood: "95.00% 38/40", rating.MeasurePoor: "5.00% 2/40", rating.MeasureActive: "20.00% 40/200"} {
		if f := figure(t, w, code); f.Text()+" "+f.NumText()+"/"+f.DenText() != want {
			t.Errorf("%s is %s %s/%s, want %s", code, f.Text(), f.NumText(), f.DenText(), want)
		}
	}
	s := w.Newest(t)
	if got := calendar.FormatDue(s.ContactDue); got != "2025-11-20 周四 24:00" {
		t.Errorf("contact due %s", got)
	}
	if got := calendar.FormatDue(s.FixDue); got != "2025-12-10 周三 24:00" {
		t.Errorf("fix due %s", got)
	}
	if s.State != rating.Assigned || s.UnitID != w.Unit.ID || !s.RealName {
		t.Errorf("%s of %s", s.State, s.UnitID)
	}
	ratedCannotClose(t, w, s)
	appealUpheld(t, w, s)
	if f := figure(t, w, rating.MeasureGood); f.Text() != "97.44%" || f.Num != 38 || f.Den != 39 || f.Excluded != 1 {
		t.Errorf("after the appeal %s %d/%d, %d excluded", f.Text(), f.Num, f.Den, f.Excluded)
	}
	if f := figure(t, w, rating.MeasureActive); f.Text() != "20.00%" {
		t.Errorf("an excluded rating was made all the same: %s", f.Text())
	}
}

// ratedCannotClose tries to end the task as whoever was rated, as the chief representative and as the unit's approver.
func ratedCannotClose(t *testing.T, w *ratingtest.World, s rating.Sheet) {
	t.Helper()
	k := rating.Command{TaskID: s.ID}
	for who, ctx := range map[string]context.Context{"W": w.Window(t), "Z": w.Chief(t), "D": w.Approver(t, 1)} {
		_, err := w.Rating.Close(ctx, k, "办结")
		if errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s closes: %v", who, err)
		}
		seen, err := w.Rating.Find(ctx, s.No)
		if err != nil {
			t.Fatal(who, err)
		}
		if seen.Service != "" || seen.Rater != "" || strings.Contains(seen.Text, "石敏中") {
			t.Errorf("%s sees %q %q", who, seen.Service, seen.Rater)
		}
		if _, err := w.Rating.RevealRater(ctx, s.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s reads who rated: %v", who, err)
		}
	}
}

// appealUpheld takes the task from the contact over the appeal to the leader's decision.
func appealUpheld(t *testing.T, w *ratingtest.World, s rating.Sheet) {
	t.Helper()
	k, m := rating.Command{TaskID: s.ID}, w.Rating
	j, l := w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
	step := func(_ rating.Task, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := m.Uphold(l, k, "误评")
	if !errors.Is(err, rating.ErrState) {
		t.Errorf("upheld without an appeal: %v", err)
	}
	step(m.Contact(w.As(t, org.RoleCallbacker), k, "评价人说点错了"))
	step(m.Appeal(w.Window(t), k, rating.Mistaken, "当事人当场表示满意，应为误评"))
	if _, err = m.Uphold(l, k, "误评"); !errors.Is(err, rating.ErrOpinion) {
		t.Errorf("decided before the opinion: %v", err)
	}
	step(m.Opine(j, k, rating.AppealUpheld, "经核实为误评，建议剔除"))
	step(m.Uphold(l, k, "同意，误评"))
	list, _, err := m.Exclusions(j, "")
	if err != nil || len(list) != 1 || list[0].Ground != rating.Mistaken || list[0].Reason != "同意，误评" || list[0].TaskNo != s.No {
		t.Errorf("exclusions %+v, %v", list, err)
	}
	if own, _, err := m.Exclusions(w.Window(t), ""); err != nil || len(own) != 1 {
		t.Errorf("whoever was rated sees %d exclusions, %v", len(own), err)
	}
	done := w.Task(t, s.No)
	if done.State != rating.Excluded || done.Valid || !done.Intact || done.Reason == "" {
		t.Errorf("%+v", done.Task)
	}
	faults, err := m.Faults(j, november.From, november.Last())
	if err != nil || len(faults) != 1 || faults[0].Level != rating.VeryBad {
		t.Errorf("faults %+v, %v", faults, err)
	}
}

// The task of a bad rating goes from the unit over the review and the follow-up to its end, and counts as corrected in time.
func TestFromTheRatingToTheEnd(t *testing.T) {
	t.Parallel()
	ratingtest.Each(t, func(t *testing.T, w *ratingtest.World) {
		w.Set("2025-11-18 16:40")
		s := w.Poor(t)
		k, m := rating.Command{TaskID: s.ID}, w.Rating
		z, j, b := w.Chief(t), w.As(t, org.RoleSupervisor), w.As(t, org.RoleCallbacker)
		step := func(_ rating.Task, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := m.Fix(z, k, "已改"); !errors.Is(err, rating.ErrState) {
			t.Errorf("corrected before the contact: %v", err)
		}
		step(m.Contact(z, k, "经中心转接与评价人马建国（13993001234）通话，反映窗口让他跑了两趟"))
		if _, err := m.Plan(z, k, w.Clock.Now().Date()+60, "培训"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("planned beyond the limit: %v", err)
		}
		step(m.Plan(z, k, w.Clock.Now().Date()+6, "组织一次业务培训")) // 2025-11-24
		if got := calendar.FormatDue(w.Task(t, s.No).FixDue); got != "2025-11-24 周一 24:00" {
			t.Errorf("planned end %s", got)
		}
		w.Set("2025-11-24 17:00")
		step(m.Report(z, k, "已培训，窗口一次告知"))
		step(m.SendBack(j, k, "没有说明怎样防止再发生"))
		step(m.Fix(z, k, "增加一次告知单"))
		step(m.Pass(j, k, "属实，已整改"))
		if _, err := m.Close(j, k, ""); !errors.Is(err, rating.ErrState) {
			t.Errorf("closed before the follow-up: %v", err)
		}
		who, err := m.RevealRater(b, s.ID)
		if err != nil || who.Name != "马建国" || who.Phone != "13993001234" {
			t.Errorf("the follow-up caller reads %+v, %v", who, err)
		}
		step(m.Call(b, k, rating.CallInput{Text: "无人接听"}))
		step(m.Call(b, k, rating.CallInput{Reached: true, Answer: rating.AnswerGood}))
		step(m.Close(j, k, "办结"))
		end := w.Task(t, s.No)
		if end.State != rating.Closed || end.Open || !end.Intact || end.Calls != 2 {
			t.Errorf("%+v", end.Task)
		}
		for _, e := range end.Events {
			if strings.Contains(e.Text, "马建国") || strings.Contains(e.Text, "13993001234") {
				t.Errorf("the history says who rated: %s", e.Text)
			}
		}
		for code, want := range map[string]string{rating.MeasureFixed: "100.00%", rating.MeasureOnTime: "100.00%", rating.MeasureContent: "100.00%"} {
			if f := figure(t, w, code); f.Text() != want || f.Den != 1 {
				t.Errorf("%s %s of %d", code, f.Text(), f.Den)
			}
		}
		page, err := m.Cohort(j, rating.Subject{UnitID: w.Unit.ID}, metric.Query{Metric: rating.MeasureOnTime, Period: november, Part: metric.Numerator})
		if err != nil || page.Total != 1 || page.Records[0].No != s.No {
			t.Errorf("cohort %+v, %v", page, err)
		}
		if n := len(auditOf(t, w, "rating.read_personal")); n != 1 {
			t.Errorf("%d readings of the rater are in the log", n)
		}
	})
}

// auditOf lists the details of the audit lines of an action.
func auditOf(t *testing.T, w *ratingtest.World, action string) []string {
	t.Helper()
	var out []string
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		out, err = store.Select[string](tx, "SELECT detail FROM audit_log WHERE centre_id = $1 AND action = $2", w.Centre, action)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
