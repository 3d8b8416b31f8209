package workforce_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

var november = clock.MustDate("2025-11-01")

// monthOf puts a whole November of presence in, apart from some days.
func monthOf(t *testing.T, w *workforcetest.World, user string, but ...string) {
	t.Helper()
	cal, err := w.Calendar.Calendar(w.System(), "")
	if err != nil {
		t.Fatal(err)
	}
	for d := november; d < november+30; d++ {
		if cal.IsWorkday(d) && !strings.Contains(strings.Join(but, " "), d.String()) {
			w.Present(t, user, d.String())
		}
	}
}

func confirmAll(t *testing.T, w *workforcetest.World, month clock.Date) {
	t.Helper()
	j := w.As(t, org.RoleSupervisor)
	list, _, err := w.Workforce.Scores(j, workforce.ScoreFilter{Month: month, State: workforce.Proposed, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if _, err := w.Workforce.DecideScore(j, e.ID, e.Version, true, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func rowOf(t *testing.T, w *workforcetest.World, month clock.Date, user string) workforce.ScoreRow {
	t.Helper()
	v, err := w.Workforce.SheetOf(w.As(t, org.RoleSupervisor), month)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range v.Rows {
		if r.UserID == user {
			return r
		}
	}
	t.Fatalf("%s is not on the sheet", user)
	return workforce.ScoreRow{}
}

// Scenario 13 of the hall reference, §8.4, through the use cases, on both databases.
func TestScenario13(t *testing.T) {
	workforcetest.Each(t, func(t *testing.T, w *workforcetest.World) {
		w.Set("2025-12-01 09:00")
		monthOf(t, w, w.A.ID, "2025-11-04", "2025-11-05", "2025-11-06", "2025-11-07")
		w.Correct(t, w.A.ID, "2025-11-04 08:36", "2025-11-04 12:00", "2025-11-04 14:30", "2025-11-04 18:00") // late by 6
		w.Correct(t, w.A.ID, "2025-11-05 08:30", "2025-11-05 12:00", "2025-11-05 14:36", "2025-11-05 18:00") // late by 6
		w.Correct(t, w.A.ID, "2025-11-06 08:30", "2025-11-06 14:30", "2025-11-06 18:00")                     // one punch is missing
		powerCut(t, w)
		monthOf(t, w, w.Z.ID, "2025-11-10")
		exactCut(t, w)
		w.Workforce.TakeFaults("rating", func(*store.Tx, string, clock.Date, clock.Date) ([]workforce.Fault, error) {
			return []workforce.Fault{{Record: "r1", No: "评价 1", Code: workforce.CodeBadRating, UserID: w.A.ID, Day: clock.MustDate("2025-11-12"), Text: "差评核实"}}, nil
		})
		j := w.As(t, org.RoleSupervisor)
		g, err := w.Workforce.Gather(j, november)
		if err != nil || g.Proposed < 4 {
			t.Fatal(g, err)
		}
		if again, err := w.Workforce.Gather(j, november); err != nil || again.Proposed != 0 || again.Known != g.Proposed {
			t.Fatal("gathering twice proposes twice", again, err)
		}
		if r := rowOf(t, w, november, w.A.ID); r.Score != 10000 {
			t.Errorf("proposals count before anybody confirmed them: %s", workforce.PointsText(r.Score))
		}
		if _, err := w.Workforce.FileScore(w.Z.Ctx, workforce.ScoreInput{Day: clock.MustDate("2025-11-20"), UserID: w.A.ID, Code: "bonus", Points: 300, Text: "群众送锦旗", Evidence: "锦旗照片 3 号"}); err != nil {
			t.Fatal(err)
		}
		confirmAll(t, w, november)
		if r := rowOf(t, w, november, w.A.ID); workforce.PointsText(r.Score) != "97.00" {
			t.Errorf("2 lates, 1 missing punch, 1 bad rating, bonus 3, a power cut: %s %+v", workforce.PointsText(r.Score), r)
		}
		b := rowOf(t, w, november, w.B.ID)
		if b.Raw >= 0 || b.Score != 0 {
			t.Errorf("absent all month: raw %s, score %s", workforce.PointsText(b.Raw), workforce.PointsText(b.Score))
		}
		if z := rowOf(t, w, november, w.Z.ID); z.Lost != 0 || z.WindowLoss != 200 || z.Share != 100 {
			t.Errorf("the chief representative bears half of the bad rating: %+v", z)
		}
	})
}

// powerCut is a morning without current: hall hours begin at 08:30, the cut is 08:20 to 10:00, and A signs on paper.
func powerCut(t *testing.T, w *workforcetest.World) {
	t.Helper()
	in := workforce.OutageInput{SiteID: w.Hall.ID, From: clock.MustInstant("2025-11-07 08:20"), To: clock.MustInstant("2025-11-07 10:00"), Reason: "停电",
		Signatures: []workforce.Signature{{UserID: w.A.ID, At: clock.MustInstant("2025-11-07 09:05")}}}
	g := w.As(t, org.RoleOffice)
	if _, err := w.Workforce.EnterOutage(g, in); err == nil || !strings.Contains(err.Error(), "workforce.input") {
		t.Fatal("an outage without its sheet", err)
	}
	in.Sheet = blob.Upload{SHA256: strings.Repeat("ab", 32), Name: "签到表.jpg", MediaType: "image/jpeg", Size: 100}
	o, err := w.Workforce.EnterOutage(g, in)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := w.Workforce.OpenSheet(g, o.ID); err != nil || b.SHA256 != in.Sheet.SHA256 {
		t.Error(b, err)
	}
	w.Correct(t, w.A.ID, "2025-11-07 12:00", "2025-11-07 14:30", "2025-11-07 18:00")
	m, err := w.Workforce.PersonMonthOf(g, november, w.A.ID)
	if err != nil {
		t.Fatal(err)
	}
	if first := m.Row.Days[clock.MustDate("2025-11-07")][0]; !first.Has(workforce.Normal) || !first.Paper {
		t.Errorf("signed on paper during the cut: %+v", first)
	}
}

// exactCut is the cut of the scenario, 09:00 to 10:00 of a day on which the shift begins at 08:30: A punched in on time, Z only
// signed the paper at 09:20. Neither loses anything by it.
func exactCut(t *testing.T, w *workforcetest.World) {
	t.Helper()
	in := workforce.OutageInput{SiteID: w.Hall.ID, From: clock.MustInstant("2025-11-10 09:00"), To: clock.MustInstant("2025-11-10 10:00"), Reason: "停电",
		Sheet:      blob.Upload{SHA256: strings.Repeat("cd", 32), Name: "签到表.jpg", MediaType: "image/jpeg", Size: 100},
		Signatures: []workforce.Signature{{UserID: w.A.ID, At: clock.MustInstant("2025-11-10 09:15")}, {UserID: w.Z.ID, At: clock.MustInstant("2025-11-10 09:20")}}}
	g := w.As(t, org.RoleOffice)
	if _, err := w.Workforce.EnterOutage(g, in); err != nil {
		t.Fatal(err)
	}
	w.Correct(t, w.Z.ID, "2025-11-10 12:00", "2025-11-10 14:30", "2025-11-10 18:00")
	for _, u := range []string{w.A.ID, w.Z.ID} {
		m, err := w.Workforce.PersonMonthOf(g, november, u)
		if err != nil {
			t.Fatal(err)
		}
		first := m.Row.Days[clock.MustDate("2025-11-10")][0]
		if !first.Has(workforce.Normal) || first.LateBy != 0 || first.Missing != 0 {
			t.Errorf("a cut within the shift: %+v", first)
		}
	}
}

// The way of a sheet (hall reference §4.8) to the lock, and what comes after it (I7).
func TestALockedSheetNeverChanges(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	w.Set("2025-11-28 19:00")
	m, j, l := w.Workforce, w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
	if _, err := m.StartRating(j, november); !errors.Is(err, workforce.ErrEarly) {
		t.Fatal("a month that is not over", err)
	}
	w.Set("2025-12-01 09:00")
	for _, u := range []string{w.A.ID, w.B.ID, w.Z.ID} {
		monthOf(t, w, u, "2025-11-10")
	}
	w.Present(t, w.B.ID, "2025-11-10")
	w.Present(t, w.Z.ID, "2025-11-10")
	s, err := m.StartRating(j, november)
	if err != nil || s.State != workforce.SheetRate {
		t.Fatal(s, err)
	}
	if err := m.Rate(w.A.Ctx, november, w.Unit.ID, "好"); err == nil {
		t.Fatal("a window worker rates")
	}
	if err := m.Rate(w.Z.Ctx, november, w.Unit.ID, "整体较好，A 缺勤一天"); err != nil {
		t.Fatal(err)
	}
	if s, err = m.StartCheck(j, november, s.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Show(j, november, s.Version); !errors.Is(err, workforce.ErrUndecided) {
		t.Fatal("shown with open proposals", err)
	}
	confirmAll(t, w, november)
	appealed := onlyEvent(t, w, w.A.ID)
	e, err := m.Appeal(w.A.Ctx, appealed[0].ID, appealed[0].Version, "当天在外培训")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.AnswerAppeal(w.Z.Ctx, e.ID, e.Version, true, "同意"); err == nil {
		t.Fatal("the chief representative answers an appeal")
	}
	if e, err = m.AnswerAppeal(j, e.ID, e.Version, true, "经查属实"); err != nil || e.State != workforce.Void {
		t.Fatal(e, err)
	}
	if s, err = m.Show(j, november, s.Version); err != nil || s.AppealTo != clock.MustDate("2025-12-04") {
		t.Fatal(s.AppealTo, err)
	}
	if _, err := m.Lock(l, november, s.Version); !errors.Is(err, workforce.ErrShown) {
		t.Fatal("locked during the publication", err)
	}
	w.Set("2025-12-05 09:00")
	if s, err = m.Lock(l, november, s.Version); err != nil || s.State != workforce.SheetLocked || s.Hash == "" {
		t.Fatal(s, err)
	}
	afterTheLock(t, w, appealed[1])
}

func onlyEvent(t *testing.T, w *workforcetest.World, user string) []workforce.ScoreLine {
	t.Helper()
	list, _, err := w.Workforce.Scores(w.As(t, org.RoleSupervisor), workforce.ScoreFilter{Month: november, UserID: user})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	return list
}

// afterTheLock tries everything that would change the locked month.
func afterTheLock(t *testing.T, w *workforcetest.World, e workforce.ScoreLine) {
	t.Helper()
	m, j, g := w.Workforce, w.As(t, org.RoleSupervisor), w.As(t, org.RoleOffice)
	before := rowOf(t, w, november, w.A.ID)
	if _, err := m.Appeal(w.A.Ctx, e.ID, e.Version, "再申诉"); !errors.Is(err, workforce.ErrLocked) {
		t.Error("an appeal after the lock", err)
	}
	if _, err := m.Correct(g, workforce.CorrectionInput{UserID: w.A.ID, At: clock.MustInstant("2025-11-10 08:30"), Reason: "补"}); !errors.Is(err, workforce.ErrLocked) {
		t.Error("a correction after the lock", err)
	}
	m.TakeFaults("late", func(*store.Tx, string, clock.Date, clock.Date) ([]workforce.Fault, error) {
		return []workforce.Fault{{Record: "x", Code: workforce.CodeComplaint, UserID: w.A.ID, Day: clock.MustDate("2025-11-20"), Text: "投诉后来查实"}}, nil
	})
	if got, err := m.Gather(j, november); err != nil || got.Proposed != 1 {
		t.Fatal(got, err)
	}
	december := clock.MustDate("2025-12-01")
	list, _, err := m.Scores(j, workforce.ScoreFilter{Month: december})
	if err != nil || len(list) != 1 || list[0].Day != clock.MustDate("2025-11-20") {
		t.Fatal("what comes late is of the next month", list, err)
	}
	back, err := m.PutRight(j, e.ID, "核实后有误")
	if err != nil || back.Month != december || back.Kind != workforce.Refund || back.Points != e.Points {
		t.Fatal(back, err)
	}
	if _, err := m.PutRight(j, e.ID, "核实后有误"); err == nil {
		t.Error("given back twice")
	}
	if after := rowOf(t, w, november, w.A.ID); after.Score != before.Score || after.Lost != before.Lost {
		t.Errorf("the locked row changed: %+v, %+v", before, after)
	}
}

func TestFiguresAndTheirCohorts(t *testing.T) {
	w := workforcetest.Open(t, store.SQLite)
	w.Set("2025-11-08 09:00")
	w.Present(t, w.A.ID, "2025-11-03", "2025-11-04", "2025-11-05")
	w.Present(t, w.Z.ID, "2025-11-03", "2025-11-04", "2025-11-05", "2025-11-06", "2025-11-07")
	p := metric.Period{From: clock.MustDate("2025-11-03"), To: clock.MustDate("2025-11-08")}
	w.Workforce.TakeWork("casework", func(*store.Tx, string, clock.Date, clock.Date) ([]workforce.Work, error) {
		return []workforce.Work{{Record: "1", No: "B1", UserID: w.A.ID, UnitID: w.Unit.ID, Minutes: 30}, {Record: "2", No: "B2", UserID: w.A.ID, UnitID: w.Unit.ID, Minutes: 45}, {Record: "3", UnitID: w.Unit.ID}}, nil
	})
	j := w.As(t, org.RoleSupervisor)
	got, err := w.Workforce.Figures(j, p, "")
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	if a := got[0]; a.Num != 16 || a.Den != 30 || a.Text() != "53.33%" { // 3 people × 10 half days; A 6, Z 10, B none
		t.Errorf("出勤率 %d/%d %s", a.Num, a.Den, a.Text())
	}
	if x := got[1]; x.Text() != "75" || x.Excluded != 1 {
		t.Errorf("工作量 %s, %d left out", x.Text(), x.Excluded)
	}
	for part, want := range map[metric.Part]int64{metric.Numerator: 16, metric.Denominator: 30, metric.Excluded: 0} {
		n, after := int64(0), ""
		for {
			page, err := w.Workforce.Cohort(j, metric.Query{Metric: workforce.FigureAttendance, Period: p, Part: part, After: after, Limit: 7})
			if err != nil || page.Total != want {
				t.Fatal(part, page.Total, err)
			}
			n += int64(len(page.Records))
			if after = page.Next; after == "" {
				break
			}
		}
		if n != want {
			t.Errorf("%s: %d records behind %d", part, n, want)
		}
	}
	if u, err := w.Workforce.UnitFigures(j, workforce.FigureAttendance, p); err != nil || len(u) != 1 || u[0].Num != 16 {
		t.Error(u, err)
	}
	if mine, err := w.Workforce.Figures(w.A.Ctx, p, ""); err != nil || mine[0].Num != 6 || mine[0].Den != 10 {
		t.Error("a person's own", mine, err)
	}
}
