package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/exchange"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// holdsOf lists the permissions of a role whose names begin so.
func holdsOf(a *actor.Actor, prefix string) []string {
	var out []string
	for p := range a.Grants {
		if strings.HasPrefix(string(p), prefix) {
			out = append(out, string(p))
		}
	}
	slices.Sort(out)
	return out
}

// The sentences below the matrix (hall reference §8.3, Separation), of the composed program.
func TestSeparationOfDuties(t *testing.T) {
	a := open(t)
	people := everyRole(t, a)
	reads := []string{string(casework.PermExport), string(casework.PermPlatform), string(casework.PermRead), string(casework.PermLicence)}
	slices.Sort(reads)
	if got := holdsOf(people[org.RoleSupervisor], "casework."); !slices.Equal(got, reads) {
		t.Errorf("政务监察股 edits case data: %q", got)
	}
	for _, prefix := range []string{"casework.", "supervision."} {
		if got := holdsOf(people[org.RoleOffice], prefix); len(got) != 0 {
			t.Errorf("办公室 touches clocks: %q", got)
		}
	}
	info := people[org.RoleInfo]
	for _, p := range []actor.Permission{exchange.PermPropose, exchange.PermSubmit, exchange.PermAnswer, exchange.PermUse} {
		if info.Can(p) || !info.Can(exchange.PermReview) {
			t.Errorf("政务信息股 asks for data and reviews what is asked: %s", p)
		}
	}
	for code, b := range people {
		causes := b.Can(casework.PermAccept) || b.Can(casework.PermReview) || b.Can(casework.PermDecide)
		if causes && (b.Can("supervision.alert.propose") || b.Can("supervision.alert.lift") || b.Can("supervision.alert.handle")) {
			t.Errorf("%s causes alerts and clears them", code)
		}
	}
	if l := people[org.RoleSupervisor]; l.Can("supervision.alert.lift") {
		t.Error("政务监察股 lifts what it gives")
	}
}

// The leader approves and reads, and edits nothing: in every row of the matrix he holds verbs of these two only, and may
// enrol himself for a course.
func TestTheLeaderApprovesAndDoesNotEdit(t *testing.T) {
	for _, r := range readMatrix(t) {
		for p := range r.cells["L"].holds {
			i := slices.IndexFunc(r.perms, func(x matrixPermission) bool { return x.perm == p })
			if v := r.perms[i].verbs; !slices.Contains(v, "r") && !slices.Contains(v, "a") && !slices.Contains(v, "enrol") {
				t.Errorf("%s: the leader holds %s (%s)", r.object, p, strings.Join(v, ","))
			}
		}
	}
}

// everywhere are the permissions of the administrator of a site that are not about rows of a site, with the reason.
var everywhere = map[actor.Permission]string{
	"org.unit.read": "names of units", "org.site.read": "names of sites", "calendar.day.read": "one calendar", "supervision.rule.read": "rules are for all",
	"honour.round.read": "one election", "honour.candidate.vote": "one election", "training.course.read": "courses for all", "training.course.enrol": "his own enrolment",
}

// The administrator of a branch or township sees his own site only.
func TestASiteAdministratorStaysOnHisSite(t *testing.T) {
	a := open(t)
	for p, scope := range everyRole(t, a)[org.RoleSiteAdmin].Grants {
		if _, ok := everywhere[p]; !ok && scope > actor.Site {
			t.Errorf("%s on %s", p, scope)
		}
	}
}

// Acceptance and the sole decision of a case are never of one person, except of 即办件 under a letter that says so.
func TestNobodyAcceptsAndDecidesAlone(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	c := w.Receive(t, it, "M1", "M2", "M3")
	k := casework.Command{CaseID: c.ID}
	chief := w.Chief(t)
	if _, err := w.Casework.Accept(chief, k, casework.NormalMode); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Casework.Grant(chief, k, casework.DecideInput{}); errs.CodeOf(err) != "casework.review_first" {
		t.Errorf("decided without a review: %v", err)
	}
	if _, err := w.Casework.Review(chief, k, "符合"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Casework.Grant(chief, k, casework.DecideInput{}); casework.RefusalCode(err) != "SAME_SIGNER" {
		t.Errorf("accepted, reviewed and decided by one: %v", err)
	}
	both := w.Person(t, "both", orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleWindow, org.RoleApprover).Ctx
	other := casework.Command{CaseID: w.Receive(t, it, "M1", "M2", "M3").ID}
	_, err := w.Casework.Accept(both, other, casework.NormalMode)
	if err == nil {
		_, err = w.Casework.Review(both, other, "符合")
	}
	if err == nil {
		_, err = w.Casework.Grant(both, other, casework.DecideInput{})
	}
	if err == nil || errs.KindOf(err) != errs.Conflict && errs.KindOf(err) != errs.Forbidden {
		t.Errorf("one person with two roles accepts and decides: %v", err)
	}
	instant := w.Ready(t, func(c *item.Content) { c.CaseKind, c.Promise = item.Instant, item.Limit{Unit: item.Workday} })
	of := w.Person(t, "both", orgtest.Where{}).ID
	decides := func(ctx context.Context, want, why string) casework.CaseID {
		t.Helper()
		k := casework.Command{CaseID: w.Receive(t, instant, "M1", "M2", "M3").ID}
		if _, err := w.Casework.Accept(both, k, casework.NormalMode); err != nil {
			t.Fatal(err)
		}
		_, err := w.Casework.Deny(ctx, k, casework.DecideInput{Opinion: "不符合", Basis: "第一条"})
		if casework.RefusalCode(err) != want {
			t.Errorf("%s: refused for %v", why, err)
		}
		if _, err = w.Casework.Grant(ctx, k, casework.DecideInput{}); want != "" && casework.RefusalCode(err) != want {
			t.Errorf("%s: granted, %v", why, err)
		}
		return k.CaseID
	}
	decides(both, "SAME_SIGNER", "即办件, by office, without a letter")
	w.Authorize(t, instant, of, "2025-08-01", "2025-09-01", "过期-1", item.Decide, item.Seal)
	w.Authorize(t, instant, of, "2025-08-01", "2026-08-31", "受理-1", item.Accept, item.Seal)
	w.Set("2025-09-02 09:00")
	decides(both, "SAME_SIGNER", "即办件, with letters that are over or give something else")
	w.Authorize(t, it, of, "2025-08-01", "2026-08-31", "别件-1", item.Decide, item.Seal)
	decides(both, "SAME_SIGNER", "即办件, with a letter over another item")
	decides(w.Approver(t, 1), "", "即办件, decided by another by office")
	w.Authorize(t, instant, of, "2025-08-01", "2026-08-31", "即办-1", item.Decide, item.Seal)
	events := w.Get(t, decides(both, "", "即办件, with a letter that says so")).Events
	if last := events[len(events)-1]; last.Action != casework.ActDeny || last.Authority != "即办-1" {
		t.Errorf("%s by %q", last.Action, last.Authority)
	}
}
