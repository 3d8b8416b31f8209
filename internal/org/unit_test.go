package org_test

import (
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func inputOf(u org.Unit) org.UnitInput {
	return org.UnitInput{Code: u.Code, Name: u.Name, ShortName: u.ShortName, Kinds: u.Kinds(), Group: u.Group, ParentID: u.ParentID, SiteID: u.SiteID,
		ActiveFrom: u.ActiveFrom, ActiveTo: u.ActiveTo, Sort: u.Sort}
}

func TestUnitTree(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		ctx := orgtest.System(c)
		top := orgtest.Unit(t, m, c, "市住建局", "")
		mid := orgtest.Unit(t, m, c, "物业科", top.ID)
		low := orgtest.Unit(t, m, c, "物业一队", mid.ID)
		other := orgtest.Unit(t, m, c, "市城管局", "")
		if top.Level != 2 || mid.Level != 3 || low.Level != 4 {
			t.Errorf("levels %d %d %d", top.Level, mid.Level, low.Level)
		}
		in := inputOf(top)
		in.Name, in.ParentID = "五级", low.ID
		_, err := m.CreateUnit(ctx, in)
		mustFail(t, "fifth level", err, org.ErrUnitDepth)
		in = inputOf(top)
		in.ParentID = low.ID
		_, err = m.ChangeUnit(ctx, top.ID, top.Version, in)
		mustFail(t, "a unit under its own", err, org.ErrUnitLoop)

		in = inputOf(mid)
		in.ParentID = other.ID
		mid, err = m.ChangeUnit(ctx, mid.ID, mid.Version, in)
		ok(t, err)
		low, err = m.Unit(ctx, low.ID)
		ok(t, err)
		if !low.Under(&mid) || !low.Under(&other) || low.Under(&top) || low.Level != 4 {
			t.Errorf("after the move: %q level %d", low.Path, low.Level)
		}
		boss := orgtest.User(t, m, c, orgtest.Where{Unit: other.ID}, org.RoleUnitHead)
		if len(boss.Actor.UnitIDs) != 3 || !boss.Actor.HasUnit(low.ID) {
			t.Errorf("head of the new parent has %v", boss.Actor.UnitIDs)
		}
		in.ParentID = low.ID
		_, err = m.ChangeUnit(ctx, mid.ID, mid.Version, in)
		mustFail(t, "loop of two", err, org.ErrUnitLoop)
		wide := inputOf(other)
		wide.ParentID = top.ID
		_, err = m.ChangeUnit(ctx, other.ID, other.Version, wide)
		mustFail(t, "moving a tree too deep", err, org.ErrUnitDepth)
		tree, err := m.UnitTree(ctx)
		ok(t, err)
		var names string
		for _, u := range tree {
			names += u.Name + " "
		}
		if names != "市住建局 市城管局 物业科 物业一队 " {
			t.Errorf("tree %s", names)
		}
	})
}

func TestEndingAUnit(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, now *clock.Manual) {
		c := orgtest.Centre(t, m)
		ctx := orgtest.System(c)
		top := orgtest.Unit(t, m, c, "市粮食局", "")
		low := orgtest.Unit(t, m, c, "粮库", top.ID)
		p := orgtest.User(t, m, c, orgtest.Where{Unit: low.ID}, org.RoleLiaison)
		today := now.Now().Date()
		_, err := m.DeactivateUnit(ctx, top.ID, top.Version, today)
		mustFail(t, "with a sub-unit", err, org.ErrUnitHasUsers)
		_, err = m.DeactivateUnit(ctx, low.ID, low.Version, today)
		mustFail(t, "with a user", err, org.ErrUnitHasUsers)
		_, err = m.SetUserActive(ctx, p.ID, p.Version, false)
		ok(t, err)
		low, err = m.DeactivateUnit(ctx, low.ID, low.Version, today)
		ok(t, err)
		if low.Active(today) || !low.Active(today-1) {
			t.Errorf("active to %s", low.ActiveTo)
		}
		_, err = m.DeactivateUnit(ctx, top.ID, top.Version, today)
		ok(t, err)
		list, _, err := m.Units(ctx, org.UnitQuery{ActiveOn: today})
		ok(t, err)
		before, _, err := m.Units(ctx, org.UnitQuery{ActiveOn: today - 1})
		ok(t, err)
		if len(list) != 0 || len(before) != 2 {
			t.Errorf("active today %d, yesterday %d", len(list), len(before))
		}
		same := inputOf(top)
		same.ActiveTo = clock.NoDate
		_, err = m.CreateUnit(ctx, same)
		mustFail(t, "the same name again", err, org.ErrUnitTaken)
	})
}

func TestUnitLists(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		d, err := m.SeedDemo(orgtest.System(""))
		ok(t, err)
		ctx := orgtest.System(d.Centre.ID)
		count := func(q org.UnitQuery) int {
			n := 0
			for {
				list, next, err := m.Units(ctx, q)
				ok(t, err)
				n += len(list)
				if q.After = next; next == "" {
					return n
				}
			}
		}
		if got := count(org.UnitQuery{Limit: 7}); got != len(d.Units) {
			t.Errorf("pages of seven hold %d of %d", got, len(d.Units))
		}
		for what, c := range map[string]struct {
			q    org.UnitQuery
			want int
		}{
			"sections":  {org.UnitQuery{Kind: org.UnitSection}, 4},
			"townships": {org.UnitQuery{Group: org.GroupTownship}, 11},
			"by text":   {org.UnitQuery{Text: "住建"}, 1},
			"wildcards": {org.UnitQuery{Text: "%"}, 0},
			"children":  {org.UnitQuery{ParentID: d.Units["市公安局"].ID}, 1},
			"at a site": {org.UnitQuery{SiteID: d.Sites["医保分中心"].ID}, 1},
		} {
			if got := count(c.q); got != c.want {
				t.Errorf("%s: %d units, want %d", what, got, c.want)
			}
		}
		_, _, err = m.Units(ctx, org.UnitQuery{After: "forged"})
		mustFail(t, "forged cursor", err, org.ErrCursor)
	})
}
