package app_test

import (
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/hallmetric"
	"yichuang/internal/honour"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/supervision"
	"yichuang/internal/workforce"
)

// hallWithin is a hall at work in a centre of the composed program, from 2025-11-03 on.
func hallWithin(t *testing.T) (*app.App, *complainttest.World) { return hallOf(t, open(t)) }

// hallOf is hallWithin of an open program.
func hallOf(t *testing.T, a *app.App) (*app.App, *complainttest.World) {
	t.Helper()
	manual := a.Clock.(*clock.Manual)
	manual.Set(clock.MustInstant("2025-11-03 09:00"))
	w := caseworktest.Within(t, caseworktest.World{DB: a.DB, Clock: manual, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Party: a.Party, Item: a.Item, Casework: a.Casework, Archive: a.Archive, Jobs: a.Jobs, Centre: addCentre(t, a)})
	return a, &complainttest.World{World: w, Hotline: a.Hotline, Complaint: a.Complaint, Bureau: orgtest.Unit(t, a.Org, w.Centre, "政务监察股", "")}
}

// proposals are the codes that the gathering of a month proposes, each with its records.
func proposals(t *testing.T, a *app.App, w *complainttest.World, month string) map[string][]string {
	t.Helper()
	j, out := w.As(t, org.RoleSupervisor), map[string][]string{}
	if _, err := a.Workforce.Gather(j, clock.MustDate(month)); err != nil {
		t.Fatal(err)
	}
	list, _, err := a.Workforce.Scores(j, workforce.ScoreFilter{Month: clock.MustDate(month), Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		out[e.Code] = append(out[e.Code], e.Evidence)
	}
	return out
}

// Both figures of 工作量 (hall reference §5), of people and of the hall, count what was closed and nothing else.
func TestWorkloadIsOneFigure(t *testing.T) {
	a, w := hallWithin(t)
	it := w.Ready(t, func(c *item.Content) { c.Minutes = 45 })
	m, win := a.Casework, w.Window(t)
	act := func(_ casework.Case, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		k := casework.Command{CaseID: w.Accepted(t, it).ID}
		act(m.Review(w.Chief(t), k, "符合"))
		act(m.Grant(w.Approver(t, 1), k, casework.DecideInput{Opinion: "准予", Overdue: "等待函证"}))
		act(m.Issue(win, k, casework.IssueInput{Number: "证号 " + string(k.CaseID)}))
		act(m.Deliver(win, k, casework.DeliverInput{Way: "窗口领取", Came: true}))
	}
	withdrawn, ended := casework.Command{CaseID: w.Accepted(t, it).ID}, casework.Command{CaseID: w.Accepted(t, it).ID}
	act(m.Withdraw(win, withdrawn, "申请人不办了"))
	act(m.Terminate(w.Head(t), ended, "申请人死亡"))
	refused := w.Receive(t, it, "M1", "M2", "M3")
	act(m.Refuse(w.Chief(t), casework.Command{CaseID: refused.ID}, casework.RefuseInput{Ground: "NOT_ELIGIBLE", Basis: "行政许可法第三十二条", Reason: "不具备申请资格"}))
	p := metric.Period{From: clock.MustDate("2025-11-01"), To: clock.MustDate("2025-12-01")}
	people, err := a.Workforce.Figures(w.System(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	hall, err := a.HallMetric.Figures(w.System(), hallmetric.Query{Measures: []string{"HCw"}, Period: p})
	if err != nil {
		t.Fatal(err)
	}
	of, whole := people[1], hall.Lines[0].Values[0].Figure
	if of.Metric != workforce.FigureWorkload || of.Num != 90 || of.Num != whole.Num {
		t.Errorf("people %d, the hall %d, want 90 minutes of two closed cases", of.Num, whole.Num)
	}
}

// A complaint that was found wholly true is proposed, one that was found partly true is left to people. That nothing was told
// until the law accepted counts as 未一次性告知, whatever number the rule has.
func TestProposalsOfComplaintsAndUntoldApplicants(t *testing.T) {
	a, w := hallWithin(t)
	sets, err := a.Supervision.RuleSets(w.System())
	if err != nil {
		t.Fatal(err)
	}
	rules := sets[0].Rules
	for i := range rules.Rules {
		rules.Rules[i].Code = "新" + rules.Rules[i].Code
	}
	set, err := a.Supervision.SaveRuleSet(w.System(), supervision.RuleSetInput{Basis: "测试改号", Rules: rules})
	if err == nil {
		_, err = a.Supervision.ActivateRuleSet(w.System(), set.ID, set.Version, a.Clock.Now().Date())
	}
	if err != nil {
		t.Fatal(err)
	}
	silent := w.Receive(t, w.Ready(t))
	w.Upheld(t)
	partly := w.Investigating(t, complaint.Forwarded, false)
	if _, err := a.Complaint.Find(w.J(t), complaint.Command{ID: partly.ID}, complaint.FindInput{Finding: complaint.Partly, Report: "部分情节属实。", Cause: "attitude"}); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-11-13 09:00")
	w.RunJobs(t)
	got := proposals(t, a, w, "2025-11-01")
	if n := len(got[workforce.CodeComplaint]); n != 1 {
		t.Errorf("%d complaints are proposed: %v", n, got)
	}
	if n := len(got[workforce.CodeUntold]); n != 1 || w.Get(t, silent.ID).Mode != casework.DeemedMode {
		t.Errorf("%d untold: %v", n, got)
	}
}

// An exposure that was confirmed bars from being a star in its whole year, also in a round whose period begins after it; not in the
// next year, and not before anybody confirmed it.
func TestAnExposureBarsFromTheStarsOfItsYear(t *testing.T) {
	a, w := hallWithin(t)
	g, m, worker := w.As(t, org.RoleOffice), a.Workforce, w.Clerk(t)
	shift, err := m.SaveShift(g, "", 0, workforce.ShiftInput{Name: "行政班", Seasonal: true, Active: true})
	if err != nil {
		t.Fatal(err)
	}
	post, err := m.SavePost(g, "", 0, workforce.PostInput{SiteID: w.Hall.ID, UnitID: w.Unit.ID, Kind: workforce.WindowPost, Name: "社保窗口", Active: true})
	if err == nil {
		_, err = m.Assign(g, workforce.PostingInput{UserID: worker.ID, PostID: post.ID, ShiftID: shift.ID, Employment: workforce.Contract, From: clock.MustDate("2025-09-01")})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Set("2025-12-02 09:00")
	e, err := m.FileScore(w.Supervisor(t, "").Ctx, workforce.ScoreInput{Day: clock.MustDate("2025-11-03"), UserID: worker.ID, Code: workforce.CodeExposure, Text: "媒体曝光窗口推诿", Evidence: "晚报 11 月 3 日"})
	if err != nil {
		t.Fatal(err)
	}
	nominate := func(from, to string) honour.Candidate {
		t.Helper()
		r, err := a.Honour.OpenRound(g, honour.RoundInput{Title: "政务之星 " + from + w.Clock.Now().String(), From: clock.MustDate(from), To: clock.MustDate(to), Seats: 1})
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Honour.Nominate(w.Chief(t), r.ID, honour.NominateInput{UserID: worker.ID, Reason: "办件量第一"})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	barred := func(c honour.Candidate) bool { return c.State == honour.Vetoed && c.VetoCode == honour.BarMedia }
	if barred(nominate("2025-12-01", "2025-12-31")) {
		t.Error("barred by what nobody has confirmed")
	}
	if _, err := m.DecideScore(w.Supervisor(t, "2").Ctx, e.ID, e.Version, true, ""); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-12-02 09:30")
	if c := nominate("2025-12-01", "2025-12-31"); !barred(c) || c.VetoRecord != "晚报 11 月 3 日" {
		t.Errorf("an exposure of the same year: %+v", c)
	}
	w.Set("2026-01-02 09:00")
	if c := nominate("2026-01-01", "2026-03-31"); barred(c) {
		t.Errorf("an exposure of the year before: %+v", c)
	}
}
