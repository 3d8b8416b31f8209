package org_test

import (
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func TestCentresAreIsolated(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		here, there := orgtest.Centre(t, m), orgtest.Centre(t, m)
		unit, site := orgtest.Unit(t, m, there, "市住建局", ""), orgtest.Site(t, m, there, "医保分中心")
		victim := orgtest.User(t, m, there, orgtest.Where{Unit: unit.ID, Site: site.ID}, org.RoleAgent)
		orgtest.Unit(t, m, here, "市住建局", "") // the same name is free in another centre
		admin := orgtest.User(t, m, here, orgtest.Where{}, org.RoleAdmin, org.RoleOffice, org.RoleInfo)
		input := org.UserInput{Username: "x1", DisplayName: "某"}
		tries := map[string]func() error{
			"user":       func() error { _, err := m.User(admin.Ctx, victim.ID); return err },
			"by name":    func() error { _, err := m.UserByName(admin.Ctx, victim.Username); return err },
			"phone":      func() error { _, err := m.Phone(admin.Ctx, victim.ID); return err },
			"change":     func() error { _, err := m.ChangeUser(admin.Ctx, victim.ID, 1, input); return err },
			"deactivate": func() error { _, err := m.SetUserActive(admin.Ctx, victim.ID, 1, false); return err },
			"roles":      func() error { _, err := m.SetRoles(admin.Ctx, victim.ID, 1, nil); return err },
			"reset":      func() error { _, _, err := m.ResetPassword(admin.Ctx, victim.ID, 1); return err },
			"unit":       func() error { _, err := m.Unit(admin.Ctx, unit.ID); return err },
			"end unit":   func() error { _, err := m.DeactivateUnit(admin.Ctx, unit.ID, 1, clock.NoDate); return err },
			"site":       func() error { _, err := m.Site(admin.Ctx, site.ID); return err },
			"close site": func() error { _, err := m.SetSiteActive(admin.Ctx, site.ID, 1, false); return err },
		}
		for what, try := range tries {
			if err := try(); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s of another centre: %v", what, err)
			}
		}
		for what, in := range map[string]org.UserInput{
			"unit_id": {Username: "x1", DisplayName: "某", UnitID: unit.ID}, "site_id": {Username: "x1", DisplayName: "某", SiteID: site.ID},
		} {
			_, _, err := m.CreateUser(admin.Ctx, in)
			if e := errs.As(err); e.Code != org.ErrInput.Code || e.Fields[0].Name != what {
				t.Errorf("user with a foreign %s: %v", what, err)
			}
		}
		users, _, err := m.Users(admin.Ctx, org.UserQuery{})
		ok(t, err)
		units, _, err := m.Units(admin.Ctx, org.UnitQuery{})
		ok(t, err)
		sites, _, err := m.ListSites(admin.Ctx, org.SiteQuery{})
		ok(t, err)
		if len(users) != 1 || len(units) != 1 || len(sites) != 0 {
			t.Errorf("lists hold %d users, %d units, %d sites", len(users), len(units), len(sites))
		}
	})
}

func TestNobodyRaisesHimself(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		office := orgtest.User(t, m, c, orgtest.Where{}, org.RoleOffice)
		info := orgtest.User(t, m, c, orgtest.Where{}, org.RoleInfo)
		agent := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAgent)
		unit := orgtest.Unit(t, m, c, "市住建局", "")

		_, err := m.SetRoles(office.Ctx, office.ID, office.Version, []string{org.RoleOffice, org.RoleFinance})
		mustFail(t, "own roles", err, org.ErrSelf)
		_, err = m.ChangeUser(office.Ctx, office.ID, office.Version, org.UserInput{Username: office.Username, DisplayName: "某", UnitID: unit.ID})
		mustFail(t, "own unit", err, org.ErrSelf)
		_, err = m.SetRoles(office.Ctx, agent.ID, agent.Version, []string{org.RoleAgent, org.RoleAdmin})
		mustFail(t, "office makes an administrator", err, org.ErrRoleGive)
		_, err = m.SetRoles(office.Ctx, agent.ID, agent.Version, []string{org.RoleLeader})
		mustFail(t, "office makes a leader", err, org.ErrRoleGive)
		for what, p := range map[string]orgtest.Person{"office": office, "info": info} {
			_, _, err = m.ResetPassword(p.Ctx, admin.ID, admin.Version)
			mustFail(t, what+" resets the administrator", err, org.ErrUserRank)
		}
		_, err = m.SetUserActive(office.Ctx, admin.ID, admin.Version, false)
		mustFail(t, "office closes the administrator", err, org.ErrUserRank)
		_, err = m.SetRoles(agent.Ctx, info.ID, info.Version, nil)
		mustFail(t, "agent gives roles", err, actor.ErrForbidden)
		_, err = m.SetRoles(info.Ctx, agent.ID, agent.Version, nil)
		mustFail(t, "info gives roles", err, actor.ErrForbidden)
		_, _, err = m.ResetPassword(info.Ctx, agent.ID, agent.Version)
		ok(t, err)
		_, err = m.SetRoles(admin.Ctx, office.ID, office.Version, []string{"emperor"})
		mustFail(t, "unknown role", err, org.ErrInput)

		// the last administrator stays, also where two ask at once to remove each other
		second := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		done := make(chan error, 2)
		go func() { _, err := m.SetRoles(second.Ctx, admin.ID, admin.Version, nil); done <- err }()
		go func() { _, err := m.SetRoles(admin.Ctx, second.ID, second.Version, nil); done <- err }()
		first, other := <-done, <-done
		if (first == nil) == (other == nil) {
			t.Fatalf("removing each other: %v and %v", first, other)
		}
		if first == nil {
			first = other
		}
		mustFail(t, "the last administrator", first, org.ErrLastAdmin)
	})
}

func TestSiteAdministratorStaysOnSite(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		site, hall := orgtest.Site(t, m, c, "折桥镇便民服务中心"), orgtest.Site(t, m, c, "大厅")
		town, police := orgtest.Unit(t, m, c, "折桥镇", ""), orgtest.Unit(t, m, c, "市公安局", "")
		boss := orgtest.User(t, m, c, orgtest.Where{Unit: town.ID, Site: site.ID}, org.RoleSiteAdmin)
		here := orgtest.User(t, m, c, orgtest.Where{Unit: town.ID, Site: site.ID}, org.RoleWindow)
		away := orgtest.User(t, m, c, orgtest.Where{Unit: town.ID, Site: hall.ID}, org.RoleWindow)

		users, _, err := m.Users(boss.Ctx, org.UserQuery{})
		ok(t, err)
		if len(users) != 2 {
			t.Errorf("sees %d users, want himself and one", len(users))
		}
		_, err = m.SetUserActive(boss.Ctx, away.ID, away.Version, false)
		mustFail(t, "user of another site", err, org.ErrUserMissing)
		in := org.UserInput{Username: "new1", DisplayName: "新人", UnitID: town.ID, SiteID: site.ID}
		for what, bad := range map[string]org.UserInput{
			"other site": {Username: "new1", DisplayName: "新人", UnitID: town.ID, SiteID: hall.ID},
			"no site":    {Username: "new1", DisplayName: "新人", UnitID: town.ID},
			"other unit": {Username: "new1", DisplayName: "新人", UnitID: police.ID, SiteID: site.ID},
		} {
			_, _, err := m.CreateUser(boss.Ctx, bad)
			mustFail(t, what, err, org.ErrUserReach)
		}
		u, _, err := m.CreateUser(boss.Ctx, in)
		ok(t, err)
		_, err = m.SetRoles(boss.Ctx, u.ID, u.Version, []string{org.RoleDispatcher})
		mustFail(t, "gives a centre role", err, org.ErrRoleGive)
		u, err = m.SetRoles(boss.Ctx, u.ID, u.Version, []string{org.RoleWindow})
		ok(t, err)
		in.SiteID = hall.ID
		_, err = m.ChangeUser(boss.Ctx, u.ID, u.Version, in)
		mustFail(t, "moves a user away", err, org.ErrUserReach)
		_, _, err = m.ResetPassword(boss.Ctx, here.ID, here.Version)
		ok(t, err)
		_, err = m.CreateSite(boss.Ctx, org.SiteInput{Name: "又一个", Kind: org.SiteTownship})
		mustFail(t, "makes a site", err, actor.ErrForbidden)
		_, err = m.ChangeSite(boss.Ctx, hall.ID, hall.Version, org.SiteInput{Name: "大厅二", Kind: org.SiteHall})
		mustFail(t, "changes another site", err, org.ErrSiteMissing)
		_, err = m.ChangeSite(boss.Ctx, site.ID, site.Version, org.SiteInput{Name: "不动产登记大厅", Kind: org.SiteSpecial})
		mustFail(t, "a special hall that nobody approved", err, org.ErrInput)
		_, err = m.ChangeSite(boss.Ctx, site.ID, site.Version, org.SiteInput{Name: "折桥镇便民服务中心", Kind: org.SiteTownship, Phone: "0930-6200000"})
		ok(t, err)
	})
}

func TestStaleVersionsAndUniqueNames(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		in := org.UserInput{Username: "zhang.san", DisplayName: "张三", Phone: "138 9300 0001"}
		u, _, err := m.CreateUser(admin.Ctx, in)
		ok(t, err)
		_, _, err = m.CreateUser(admin.Ctx, in)
		mustFail(t, "same user name", err, org.ErrUserTaken)
		in.DisplayName, in.PhoneKeep, in.Phone = "张三丰", true, ""
		_, err = m.ChangeUser(admin.Ctx, u.ID, u.Version+1, in)
		mustFail(t, "stale version", err, store.ErrStale)
		u, err = m.ChangeUser(admin.Ctx, u.ID, u.Version, in)
		ok(t, err)
		if u.DisplayName != "张三丰" || u.Version != 2 {
			t.Errorf("changed to %+v", u)
		}
		phone, err := m.Phone(admin.Ctx, u.ID)
		ok(t, err)
		if string(phone) != "13893000001" || phone.String() != "138****0001" {
			t.Errorf("phone %q", string(phone))
		}
		found, _, err := m.Users(admin.Ctx, org.UserQuery{Phone: "+86 138-9300-0001"})
		ok(t, err)
		if len(found) != 1 || found[0].ID != u.ID {
			t.Errorf("found by phone: %+v", found)
		}
		if got := actions(t, db, c, "org.user_phone_read"); len(got) != 1 {
			t.Errorf("readings of the phone in the audit log: %v", got)
		}
		for _, line := range append(actions(t, db, c, "org.user_create"), actions(t, db, c, "org.user_change")...) {
			if strings.Contains(line, "张三") || strings.Contains(line, "1389") {
				t.Errorf("personal data in the audit log: %s", line)
			}
		}
		for what, bad := range map[string]org.UserInput{
			"username": {Username: "张三", DisplayName: "张三"}, "display_name": {Username: "ok", DisplayName: " "}, "phone": {Username: "ok", DisplayName: "张三", Phone: "call me"},
		} {
			_, _, err := m.CreateUser(admin.Ctx, bad)
			if e := errs.As(err); e.Code != org.ErrInput.Code || e.Fields[0].Name != what {
				t.Errorf("bad %s: %v", what, err)
			}
		}
	})
}

func TestUserPagesFollowEachOther(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		for range 12 {
			orgtest.User(t, m, c, orgtest.Where{}, org.RoleAgent)
		}
		var names []string
		q := org.UserQuery{Role: org.RoleAgent, Limit: 5}
		for pages := 1; ; pages++ {
			list, next, err := m.Users(admin.Ctx, q)
			ok(t, err)
			for _, u := range list {
				names = append(names, u.Username)
			}
			if q.After = next; next == "" {
				if pages != 3 {
					t.Errorf("%d pages, want 3", pages)
				}
				break
			}
		}
		if len(names) != 12 {
			t.Errorf("%d names: %v", len(names), names)
		}
		for i := 1; i < len(names); i++ {
			if names[i] <= names[i-1] {
				t.Errorf("%s behind %s", names[i], names[i-1])
			}
		}
	})
}

func TestDemo(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		d, err := m.SeedDemo(orgtest.System(""))
		ok(t, err)
		held := map[string]bool{}
		for _, a := range d.Accounts {
			if a.User.MustChange || a.User.SiteID == "" && a.User.UnitID == "" {
				t.Errorf("account %+v", a.User)
			}
			for _, r := range a.User.Roles() {
				held[r] = true
			}
			in, err := m.SignIn(t.Context(), a.User.Username, a.Password)
			ok(t, err)
			who, err := m.Authenticate(t.Context(), in.Subject, in.Epoch)
			ok(t, err)
			if !who.Can(org.PermUnitRead) {
				t.Errorf("%s may do nothing", a.User.Username)
			}
		}
		for _, r := range m.Roles() {
			if !held[r.Code] {
				t.Errorf("nobody is %s", r.Name)
			}
		}
		for name, u := range d.Units {
			if u.Division == "622901" && u.Is(org.UnitStationed) != (u.SiteID != "") && !u.Is(org.UnitSection) {
				t.Errorf("unit %s: stationed and site do not agree", name)
			}
		}
		if d.Units["交警大队"].Level != 3 || d.Units["办公室"].Level != 1 || len(d.Units) < 40 || len(d.Sites) != 17 {
			t.Errorf("%d units, %d sites", len(d.Units), len(d.Sites))
		}
		_, err = m.SeedDemo(orgtest.System(""))
		mustFail(t, "demo twice", err, org.ErrDemoExists)
		agent, _ := d.Account("mali")
		p := orgtest.SignedIn(t, m, agent.User, agent.Password)
		_, err = m.SeedDemo(p.Ctx)
		mustFail(t, "demo by a user", err, actor.ErrForbidden)
	})
}
