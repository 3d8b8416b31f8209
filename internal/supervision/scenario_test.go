package supervision_test

import (
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

func cmd(c casework.Case) casework.Command { return casework.Command{CaseID: c.ID} }

func day(s string) clock.Date { return clock.MustDate(s) }

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if supervision.RefusalCode(err) != code {
		t.Errorf("refusal %q (%v), want %s", supervision.RefusalCode(err), err, code)
	}
}

// first is the case of scenario 1: accepted on Friday 2025-09-26 at 15:00, promise due 2025-10-16.
func first(t *testing.T, w *supervisiontest.World) casework.Case {
	t.Helper()
	it := w.Ready(t)
	w.Set("2025-09-26 15:00")
	return w.Accepted(t, it)
}

// promise lists the alerts of a case about its promise at a rung.
func rung(list []supervision.Alert, name string) (out []supervision.Alert) {
	for _, l := range list {
		if l.Rung == name {
			out = append(out, l)
		}
	}
	return out
}

func process(list []supervision.Alert) (out []supervision.Alert) {
	for _, l := range list {
		if l.Type == supervision.Process {
			out = append(out, l)
		}
	}
	return out
}

// Scenario 2, its alert: acceptance by law is an alert about the course, on the window that received the case.
func TestScenario2AlertOfDeemedAcceptance(t *testing.T) {
	w := supervisiontest.Open(t, "sqlite")
	it := w.Ready(t)
	w.Set("2025-11-14 10:00")
	c := w.Receive(t, it)
	for _, at := range []string{"2025-11-24 23:59", "2025-11-25 00:00"} {
		w.Set(at)
		w.RunJobs(t)
		list := process(w.Alerts(t, c.ID))
		if due := at == "2025-11-25 00:00"; len(list) > 1 || (len(list) == 1) != due {
			t.Fatalf("at %s: %+v", at, list)
		}
	}
	list := process(w.Alerts(t, c.ID))
	if l := list[0]; l.SiteID != w.Hall.ID || l.Rule != "P01" || l.Level != supervision.Yellow || l.StaffID != c.CreatedBy || l.Revision != 1 {
		t.Errorf("alert %+v", l)
	}
	if len(rung(w.Alerts(t, c.ID), "remind")) != 1 {
		t.Error("nobody was reminded that silence accepts")
	}
}

// Scenario 3, its alert: a notice after acceptance is 报警 “受理后补正”; a second one before it is 预警.
func TestScenario3AlertOfNoticeAfterAcceptance(t *testing.T) {
	w := supervisiontest.Open(t, "sqlite")
	m := w.Casework
	it := w.Ready(t)
	w.Set("2025-11-14 10:00")
	c, twice := w.Receive(t, it), w.Receive(t, it)
	w.Set("2025-11-20 10:00")
	one := []casework.Defect{{Code: "M2", What: "补交租赁合同"}}
	for _, x := range []casework.Case{c, twice} {
		if _, err := m.Notify(w.Window(t), cmd(x), append(one, casework.Defect{Code: "M3", What: "补交管理制度"}), ""); err != nil {
			t.Fatal(err)
		}
	}
	w.Set("2025-11-28 11:00")
	if _, err := m.Supply(w.Window(t), cmd(c), []string{"M1", "M2", "M3"}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Accept(w.Window(t), cmd(c), casework.NormalMode); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-12-01 09:00")
	_, err := m.Notify(w.Window(t), cmd(c), one, "又发现一处")
	wantCode(t, err, "SECOND_NOTICE")
	if list := process(w.Alerts(t, c.ID)); len(list) != 0 {
		t.Errorf("a refused notice is no alert: %+v", list)
	}
	for _, x := range []casework.Case{c, twice} {
		if _, err := m.Notify(w.Chief(t), cmd(x), one, "申请书与新换发的营业执照不一致"); err != nil {
			t.Fatal(err)
		}
	}
	if list := process(w.Alerts(t, c.ID)); len(list) != 1 || list[0].Level != supervision.Red || list[0].Word() != "报警" || list[0].Rule != "P03" {
		t.Errorf("alerts %+v", list)
	}
	if list := process(w.Alerts(t, twice.ID)); len(list) != 1 || list[0].Word() != "预警" || list[0].Rule != "P02" {
		t.Errorf("alerts %+v", list)
	}
}

// Scenario 5: a special procedure that begins before it is entered is refused with 422 BACKDATED and kept; 政务监察股 sees an
// alert; nothing else changes.
func TestScenario5AntiGaming(t *testing.T) {
	supervisiontest.Each(t, func(t *testing.T, w *supervisiontest.World) {
		c := first(t, w)
		w.Set("2025-10-20 10:00")
		before := w.Get(t, c.ID)
		_, err := w.Casework.ProposeSuspension(w.Window(t), cmd(c), casework.ProcedureInput{Type: "testing", Start: day("2025-09-26"), End: day("2025-10-20"), Notice: day("2025-09-26"), Reason: "等待业主补齐材料"})
		wantCode(t, err, "BACKDATED")
		s := w.Get(t, c.ID)
		if s.PromiseDue != before.PromiseDue || s.StatutoryDue != before.StatutoryDue || s.State != before.State || s.Promise != casework.OpenLate {
			t.Errorf("changed: %+v", s.Case)
		}
		if last := s.Events[len(s.Events)-1]; s.EventSeq != before.EventSeq+1 || last.Action != casework.ActAttempt {
			t.Errorf("last event %+v", last)
		}
		list, _, err := w.Supervision.Alerts(w.As(t, org.RoleSupervisor), supervision.AlertFilter{Type: supervision.Process})
		if err != nil || len(list) != 1 || list[0].Rule != "P05" || list[0].CaseID != c.ID || inForce(t, w.World, c.ID) != 1 {
			t.Errorf("alerts %+v, %d on the case, %v", list, inForce(t, w.World, c.ID), err)
		}
	})
}

// Scenario 6: the ladder of supervision, once each, also after an outage; only the leader lifts.
func TestScenario6Ladder(t *testing.T) {
	for name, moments := range map[string][]string{"hourly": {"2025-10-15 08:29", "2025-10-15 08:30", "2025-10-17 00:00", "2025-10-17 23:59", "2025-10-18 00:00", "2025-10-20 23:59", "2025-10-21 00:00"},
		"after an outage": {"2025-10-15 08:30", "2025-10-21 00:00"}} {
		t.Run(name, func(t *testing.T) {
			if name == "hourly" {
				supervisiontest.Each(t, func(t *testing.T, w *supervisiontest.World) { ladder(t, w, moments) })
				return
			}
			ladder(t, supervisiontest.Open(t, "sqlite"), moments)
		})
	}
}

func ladder(t *testing.T, w *supervisiontest.World, moments []string) {
	t.Helper()
	c := first(t, w)
	for _, at := range moments {
		w.Set(at)
		w.RunJobs(t)
		w.RunJobs(t)
		s, list := w.Get(t, c.ID), w.Alerts(t, c.ID)
		now := w.Clock.Now()
		for name, from := range map[string]string{"remind": "2025-10-15 08:30", "yellow": "2025-10-18 00:00", "red": "2025-10-21 00:00"} {
			if n, due := len(rung(list, name)), now >= clock.MustInstant(from); n > 1 || (n == 1) != due {
				t.Errorf("at %s: %d of %s", at, n, name)
			}
		}
		if overdue := now >= clock.MustInstant("2025-10-17 00:00"); (s.Promise == casework.OpenLate) != overdue {
			t.Errorf("at %s: %s", at, s.Promise)
		}
	}
	lifting(t, w, c.ID)
}

func lifting(t *testing.T, w *supervisiontest.World, id casework.CaseID) {
	t.Helper()
	m, j, l := w.Supervision, w.As(t, org.RoleSupervisor), w.As(t, org.RoleLeader)
	list := w.Alerts(t, id)
	for _, name := range []string{"remind", "yellow"} {
		if x := rung(list, name)[0]; x.State != supervision.Superseded || x.Open {
			t.Errorf("%s %+v", name, x)
		}
	}
	red := supervision.Command{ID: rung(list, "red")[0].ID}
	try := func(c supervision.Command, text string) supervision.Command { c.Text = text; return c }
	_, err := m.Act(j, red, supervision.ActLift)
	wantCode(t, err, "FORBIDDEN")
	_, err = m.Act(l, red, supervision.ActLift)
	wantCode(t, err, "ALERT_STATE")
	_, err = m.Act(j, red, supervision.ActPropose)
	wantCode(t, err, "REASON_REQUIRED")
	_, err = m.Act(w.Chief(t), try(red, "自己的"), supervision.ActPropose)
	wantCode(t, err, "FORBIDDEN")
	if _, err := m.Act(j, try(red, "系统停电期间无法决定"), supervision.ActPropose); err != nil {
		t.Fatal(err)
	}
	if sheet, err := m.Find(w.Chief(t), red.ID); err != nil || sheet.Reason != "系统停电期间无法决定" {
		t.Errorf("the department reads %+v, %v", sheet, err)
	}
	if _, err := m.Act(l, red, supervision.ActLift); err != nil {
		t.Fatal(err)
	}
	open, _, err := m.Alerts(w.Chief(t), supervision.AlertFilter{})
	if err != nil || len(open) != 0 {
		t.Errorf("a lifted card is still in force: %+v, %v", open, err)
	}
	if n := inForce(t, w.World, id); n != 0 || rung(w.Alerts(t, id), "red")[0].State != supervision.Lifted {
		t.Errorf("%d in force on the case", n)
	}
}
