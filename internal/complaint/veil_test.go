package complaint_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/casework"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// What leads to the complainant of these tests.
func traces(c casework.Case) []string {
	return []string{complainttest.Name, complainttest.Phone, "马**", "138****", "秀英", c.No, "扔了回来", "年轻人"}
}

// Invariant I10: over random lives of complaints, nothing that the person complained of, a colleague, the chief representative, an
// approver or the site's administrator can read holds what leads to the complainant; nor do audit lines and reminders.
func TestTheComplainantStaysUnknown(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	it := w.Ready(t)
	about := w.Receive(t, it)
	accused := w.Person(t, "accused", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow, org.RoleChiefRep, org.RoleSupervisor)
	readers := map[string]context.Context{
		"the accused": accused.Ctx, "chief": w.Chief(t), "approver": w.Approver(t, 1), "head": w.Head(t),
		"colleague":  w.Person(t, "colleague", orgtest.Where{Unit: w.Unit.ID}, org.RoleWindow, org.RoleApprover, org.RoleSupervisor).Ctx,
		"site admin": w.Person(t, "T", orgtest.Where{Unit: w.Section.ID, Site: w.Hall.ID}, org.RoleSiteAdmin).Ctx,
		"leader":     w.As(t, org.RoleLeader),
	}
	rnd := rand.New(rand.NewPCG(12, 10))
	for range 5 {
		in := w.Complained()
		in.CaseNo = about.No
		got := w.Register(t, in)
		w.Walk(t, rnd, complaint.Command{ID: got.ID}, accused.ID)
		w.RunJobs(t)
		for name, ctx := range readers {
			hunt(t, w, name, ctx, got.Matter, traces(about))
		}
	}
	lines := auditText(t, w)
	for _, s := range traces(about)[:5] {
		if strings.Contains(lines, s) {
			t.Errorf("the audit log holds %s", s)
		}
	}
}

// hunt reads everything that somebody may read and looks for traces.
func hunt(t *testing.T, w *complainttest.World, name string, ctx context.Context, c complaint.Matter, traces []string) {
	t.Helper()
	m := w.Complaint
	var read []any
	if s, err := m.Get(ctx, complaint.Complaint, c.No); err == nil {
		read = append(read, s)
		if s.Known {
			t.Errorf("%s may know the complainant", name)
		}
	}
	for _, f := range []complaint.Filter{{Kind: complaint.Complaint}, {Kind: complaint.Complaint, Done: true}, {Kind: complaint.Complaint, Cause: "attitude"}} {
		list, _, err := m.List(ctx, f)
		if err != nil {
			t.Fatal(name, err)
		}
		read = append(read, list)
		if err := m.Export(ctx, f, func(x complaint.Listed) error { read = append(read, x); return nil }); err != nil {
			t.Fatal(name, err)
		}
	}
	today := w.Clock.Now().Date()
	roots, err := m.Roots(ctx, today-300, today)
	if err != nil && complaint.RefusalCode(err) != "FORBIDDEN" {
		t.Fatal(name, err)
	}
	if p, err := m.Reveal(ctx, complaint.Complaint, c.No); err == nil {
		t.Errorf("%s reveals %+v", name, p)
	}
	b, err := json.Marshal(append(read, roots))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range traces {
		if strings.Contains(string(b)+fmt.Sprintf("%+v", read), s) {
			t.Errorf("%s reads %q of a complaint in %s", name, s, c.No)
		}
	}
}

// auditText is the audit log of the centre as text.
func auditText(t *testing.T, w *complainttest.World) string {
	t.Helper()
	var out string
	err := w.DB.Read(w.System(), func(tx *store.Tx) error {
		lines, err := audit.List(tx, w.Centre, audit.Filter{Limit: 1000})
		out = fmt.Sprintf("%+v", lines)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Another unit, another centre and a window see no complaint at all; nobody reaches a stuck matter of others.
func TestStrangersReachNothing(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	m := w.Complaint
	c, s := w.Investigating(t, complaint.Forwarded, false), w.Handling(t, complaint.Common)
	elsewhere := orgtest.Centre(t, w.Org)
	strangers := map[string]context.Context{
		"window":       w.Window(t),
		"another unit": orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleChiefRep, org.RoleApprover).Ctx,
		"centre":       orgtest.User(t, w.Org, elsewhere, orgtest.Where{}, org.RoleSupervisor, org.RoleLeader, org.RoleDispatcher).Ctx,
	}
	for name, ctx := range strangers {
		for what, try := range map[string]func() error{
			"complaint": func() error { _, err := m.Get(ctx, complaint.Complaint, c.No); return err },
			"stuck":     func() error { _, err := m.Get(ctx, complaint.Stuck, s.No); return err },
			"reveal":    func() error { _, err := m.Reveal(ctx, complaint.Stuck, s.No); return err },
			"print":     func() error { _, err := m.Print(ctx, s.No); return err },
			"finish":    func() error { _, err := m.Finish(ctx, cmd(s), complaint.FinishInput{}); return err },
			"answer":    func() error { _, err := m.Answer(ctx, cmd(c), "x"); return err },
			"crossed":   func() error { _, err := m.Accept(ctx, complaint.Complaint, cmd(s)); return err },
		} {
			if err := try(); complaint.RefusalCode(err) != "NOT_FOUND" && complaint.RefusalCode(err) != "FORBIDDEN" {
				t.Errorf("%s: %s gives %v", name, what, err)
			}
		}
		if list, _, err := m.List(ctx, complaint.Filter{Kind: complaint.Stuck}); err != nil || len(list) != 0 {
			t.Errorf("%s sees %d stuck matters, %v", name, len(list), err)
		}
	}
	there := actor.With(context.Background(), complaint.ReporterActor(elsewhere, "", ""))
	_, err := m.Track(there, m.QueryCode(s.ID), "5678")
	wantCode(t, err, "QUERY")
	if p, err := m.Track(w.Citizen(), m.QueryCode(s.ID), "5678"); err != nil || p.No != s.No {
		t.Errorf("the reporter: %+v %v", p, err)
	}
	_, err = m.Track(w.Citizen(), m.QueryCode(s.ID), "1234")
	wantCode(t, err, "QUERY")
}

// The desk's lists go on where they stopped, also among matters without an end.
func TestTheListGoesOnWhereItStopped(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	for _, done := range []bool{false, true} {
		want := map[complaint.MatterID]bool{}
		for n := range 5 {
			c := w.Register(t, w.Stuck())
			if n == 3 && !done {
				c.Matter = w.Handling(t, complaint.Hard)
				want[w.Register(t, w.Stuck()).ID] = true
			}
			want[c.ID] = true
			if done {
				must[complaint.Matter](t)(w.Complaint.Withdraw(w.J(t), complaint.Stuck, cmd(c.Matter), "不办了"))
			}
		}
		f := complaint.Filter{Kind: complaint.Stuck, Done: done, Limit: 2}
		seen := 0
		for pages := 0; ; pages++ {
			list, next, err := w.Complaint.List(w.J(t), f)
			if err != nil || pages > 6 {
				t.Fatal(pages, err)
			}
			for _, c := range list {
				seen++
				if done && !want[c.ID] {
					t.Errorf("%s comes twice or is nobody's", c.No)
				}
				delete(want, c.ID)
			}
			if f.After = next; next == "" {
				break
			}
		}
		if len(want) != 0 || !done && seen != 7 {
			t.Errorf("ended %v: %d were left out, %d seen", done, len(want), seen)
		}
	}
}

// Whoever leaves a number without a name is not called by the name that somebody left with the same number before.
func TestANameNotGivenIsNotKnown(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	w.Register(t, w.Stuck())
	in := w.Complained()
	in.Name, in.Content = "", "昨天在人社窗口问社保转移，工作人员不耐烦。"
	for range 2 {
		s := w.Sheet(t, w.Register(t, in).ID)
		if s.Reporter.Name != "" || s.Reporter.Phone == "" {
			t.Errorf("%+v", s.Reporter)
		}
		in.Content += "又去了一次也是这样。"
	}
}
