package hallmetric_test

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// matrix is the row 指标 of the hall reference §8.3 written down a second time: which roles hold a permission, on whose
// facts. Every role that is not named holds nothing of it, the hotline's among them.
var matrix = map[actor.Permission]map[string]actor.Scope{
	hallmetric.PermRead: {org.RoleWindow: actor.Own, org.RoleChiefRep: actor.Unit, org.RoleApprover: actor.Unit, org.RoleUnitHead: actor.Unit, org.RoleSiteAdmin: actor.Site, org.RoleOffice: actor.Centre,
		org.RoleSupervisor: actor.Centre, org.RoleInfo: actor.Centre, org.RoleLeader: actor.Centre},
	hallmetric.PermTotals:  {org.RoleFinance: actor.Centre},
	hallmetric.PermCheck:   {org.RoleSupervisor: actor.Centre, org.RoleInfo: actor.Centre},
	hallmetric.PermPublish: {org.RoleInfo: actor.Centre},
}

func TestThePermissionRowCellByCell(t *testing.T) {
	w := open(t, store.SQLite)
	if len(matrix) != len(hallmetric.Permissions()) {
		t.Errorf("%d rows for %d permissions", len(matrix), len(hallmetric.Permissions()))
	}
	held := map[actor.Permission]map[string]actor.Scope{}
	for _, g := range hallmetric.Grants() {
		if held[g.Permission] == nil {
			held[g.Permission] = map[string]actor.Scope{}
		}
		held[g.Permission][g.Role] = g.Scope
	}
	for _, role := range w.Org.Roles() {
		for _, p := range hallmetric.Permissions() {
			if got, want := held[p.Name][role.Code], matrix[p.Name][role.Code]; got != want {
				t.Errorf("%s on %s: %s, want %s", role.Code, p.Name, got, want)
			}
		}
	}
}

// Everybody counts only what is theirs; totals lead to no record and to no department.
func TestWhoSeesWhat(t *testing.T) {
	w := open(t, store.SQLite)
	w.Set("2025-11-03 09:00")
	other := w.unit(t, "另一部门")
	for range 3 {
		w.put(t, func(c *casework.Case) { c.CreatedBy = "reader" })
	}
	for range 5 {
		w.put(t, func(c *casework.Case) { c.UnitID, c.SiteID = other.ID, "elsewhere" })
	}
	own := func(a *actor.Actor) { a.UnitID, a.SiteID = w.Unit.ID, w.Hall.ID }
	for scope, want := range map[actor.Scope]string{actor.Own: "3", actor.Unit: "3", actor.Site: "3", actor.Centre: "8"} {
		ctx := w.reader(hallmetric.PermRead, scope, own)
		if got := w.figure(t, ctx, "HC0", october, "").Text(); got != want {
			t.Errorf("%s counts %s, want %s", scope, got, want)
		}
		p, err := w.Metrics.Records(ctx, metric.Query{Metric: "HC0", Part: metric.Denominator, Subject: "unit:" + other.ID, Period: october})
		if hidden := scope < actor.Centre; err != nil || hidden != (p.Total == 0) {
			t.Errorf("%s sees %d cases of another department, %v", scope, p.Total, err)
		}
	}
	if f := w.figure(t, w.reader(hallmetric.PermRead, actor.Own, own), "HQ1", october, ""); f.Absent == "" {
		t.Error("waiting is counted by person")
	}
	ratingsStayUnread(t, w, own)
	totals := w.reader(hallmetric.PermTotals, actor.Centre)
	if got := w.figure(t, totals, "HC0", october, "").Text(); got != "8" {
		t.Errorf("totals are %s", got)
	}
	if _, err := w.Metrics.Figures(totals, hallmetric.Query{Period: october, By: hallmetric.ByUnit}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("totals by department: %v", err)
	}
	if _, err := w.Metrics.Records(totals, metric.Query{Metric: "HC0", Part: metric.Denominator, Period: october}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("records behind totals: %v", err)
	}
	asked := []string{"HC1", "HCr", "HC0"}
	sheet, err := w.Metrics.Figures(totals, hallmetric.Query{Measures: asked, Period: october})
	for i := range asked {
		if err != nil || sheet.Measures[i].Code != asked[i] || sheet.Lines[0].Values[i].Metric != asked[i] {
			t.Errorf("figure %d is not %s, %v", i, asked[i], err)
		}
	}
	if o, err := w.Metrics.Overview(totals); err != nil || o.Units != nil || len(o.Spans) != 3 {
		t.Errorf("the leader's page of totals: %+v %v", o, err)
	}
}

// Who may not read ratings gets no list of them, and below the centre no figure of a few days, from which one could tell who
// rated (I10).
func ratingsStayUnread(t *testing.T, w *world, own func(*actor.Actor)) {
	t.Helper()
	day := metric.Period{From: october.From, To: october.From + 1}
	for _, scope := range []actor.Scope{actor.Own, actor.Unit, actor.Site} {
		ctx := w.reader(hallmetric.PermRead, scope, own)
		if _, err := w.Metrics.Records(ctx, metric.Query{Metric: "HP1", Part: metric.Denominator, Period: october}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s lists ratings: %v", scope, err)
		}
		if err := w.Metrics.Export(ctx, metric.Query{Metric: "HP1", Part: metric.Denominator, Period: october}, func(hallmetric.Record) error { return nil }); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s exports ratings: %v", scope, err)
		}
		if f := w.figure(t, ctx, "HP1", day, ""); f.Absent == "" {
			t.Errorf("%s counts the ratings of a day", scope)
		}
	}
	if _, err := w.Metrics.Records(w.reader(hallmetric.PermRead, actor.Centre), metric.Query{Metric: "HP1", Part: metric.Denominator, Period: october}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the centre's figures lead to ratings without the permission of ratings: %v", err)
	}
}
