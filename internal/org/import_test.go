package org_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// table is a list as CSV.
func table(text string) org.List {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		panic(err)
	}
	return listOf(rows)
}

func listOf(rows [][]string) org.List {
	l := org.List{Name: "list.csv"}
	for i, r := range rows {
		if i == 0 {
			l.Columns = r
			continue
		}
		l.Rows = append(l.Rows, org.ListRow{Line: i + 1, Cells: r})
	}
	return l
}

func summary(p org.ImportPlan) string {
	return fmt.Sprintf("+%d ~%d =%d !%d", p.Count(org.RowAdded), p.Count(org.RowChanged), p.Count(org.RowUnchanged), p.Count(org.RowRefused))
}

const (
	siteList = "站点名称,类型,上级站点,地址\n政务大厅,中心大厅,,红园路1号\n医保分中心,分中心,政务大厅,\n"
	unitList = "单位名称,简称,性质,类别,上级单位,所在站点,启用日期,备注\n临夏市住房和城乡建设局,市住建局,承办单位、进驻单位,县直部门,,政务大厅,2024/1/1,x\n物业管理中心,,承办单位,县直部门,市住建局,,,\n"
	userList = "用户名,姓名,手机,单位,站点,角色\nzhangming,张明,138 9300 0002,市住建局,,承办单位联络员\nmahua,马花,,物业管理中心,政务大厅,窗口人员、首席代表\n"
)

func apply(t *testing.T, m *org.Module, ctx context.Context, kind org.ImportKind, text, want string) []org.OneTimePassword {
	t.Helper()
	p, err := m.PreviewImport(ctx, kind, table(text))
	ok(t, err)
	if got := summary(p); got != want {
		t.Fatalf("%s: %s, want %s; %+v", kind, got, want, p.Rows)
	}
	done, given, err := m.ApplyImport(ctx, p.ID, p.Digest)
	ok(t, err)
	if done.Digest != p.Digest {
		t.Errorf("%s: applied something else than was shown", kind)
	}
	return given
}

func TestImportAndAgain(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		apply(t, m, admin.Ctx, org.ImportSites, siteList, "+2 ~0 =0 !0")
		apply(t, m, admin.Ctx, org.ImportUnits, unitList, "+2 ~0 =0 !0")
		given := apply(t, m, admin.Ctx, org.ImportUsers, userList, "+2 ~0 =0 !0")
		if len(given) != 2 || given[0].Username != "zhangming" || given[1].DisplayName != "马花" {
			t.Fatalf("one-time passwords for %+v", given)
		}
		for _, g := range given {
			in, err := m.SignIn(t.Context(), g.Username, g.Password)
			ok(t, err)
			if !in.MustChange {
				t.Errorf("%s keeps the one-time password", g.Username)
			}
		}
		u, err := m.UserByName(admin.Ctx, "mahua")
		ok(t, err)
		unit, err := m.Unit(admin.Ctx, u.UnitID)
		ok(t, err)
		if unit.Name != "物业管理中心" || unit.Level != 3 || org.RoleNames(u.Roles()) != "首席代表、窗口人员" {
			t.Errorf("mahua %+v in %+v", u, unit)
		}
		// again: nothing changes, nothing is written, no password is given
		apply(t, m, admin.Ctx, org.ImportSites, siteList, "+0 ~0 =2 !0")
		apply(t, m, admin.Ctx, org.ImportUnits, unitList, "+0 ~0 =2 !0")
		if given := apply(t, m, admin.Ctx, org.ImportUsers, userList, "+0 ~0 =2 !0"); len(given) != 0 {
			t.Errorf("passwords given again: %v", given)
		}
		again, err := m.UserByName(admin.Ctx, "mahua")
		ok(t, err)
		if again.Version != u.Version {
			t.Error("an unchanged row raised the version")
		}
		apply(t, m, admin.Ctx, org.ImportUsers, "用户名,手机,职务\nmahua,13893000003,\nzhangming,+86 13893000002,科员\n", "+0 ~2 =0 !0")
		apply(t, m, admin.Ctx, org.ImportUnits, "单位名称,办公电话\n物业管理中心,0930-6210000\n", "+0 ~1 =0 !0")
	})
}

func TestImportIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		office := orgtest.User(t, m, c, orgtest.Where{}, org.RoleOffice)
		orgtest.Unit(t, m, c, "市水务局", "")
		bad := "用户名,姓名,单位,角色\n" +
			"good1,好人,市水务局,话务员\n" +
			"bad1,坏人,没有的局,话务员\n" +
			"good1,好人,市水务局,话务员\n" +
			"bad2,,市水务局,话务员\n" +
			"bad3,坏人,市水务局,皇帝\n" +
			"bad4,坏人,市水务局,系统管理员\n" +
			office.Username + ",自己,市水务局,话务员\n" +
			admin.Username + ",管理员改名,,\n"
		p, err := m.PreviewImport(office.Ctx, org.ImportUsers, table(bad))
		ok(t, err)
		if got := summary(p); got != "+1 ~0 =0 !7" {
			t.Errorf("%s %+v", got, p.Rows)
		}
		for _, r := range p.Rows[1:] {
			if len(r.Notes) == 0 {
				t.Errorf("line %d is refused without a reason", r.Line)
			}
		}
		if p.Rows[2].Notes[0] != "与第 2 行重复" {
			t.Errorf("duplicate: %v", p.Rows[2].Notes)
		}
		_, _, err = m.ApplyImport(office.Ctx, p.ID, p.Digest)
		mustFail(t, "apply", err, org.ErrImportRefused)
		_, err = m.UserByName(office.Ctx, "good1")
		mustFail(t, "the good row of a bad list", err, org.ErrUserMissing)
	})
}

func TestImportAppliesOnlyWhatWasSeen(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		c := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		other := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAdmin)
		stranger := orgtest.User(t, m, orgtest.Centre(t, m), orgtest.Where{}, org.RoleAdmin)
		p, err := m.PreviewImport(admin.Ctx, org.ImportSites, table(siteList))
		ok(t, err)
		for what, who := range map[string]orgtest.Person{"another administrator": other, "another centre": stranger} {
			_, _, err = m.ApplyImport(who.Ctx, p.ID, p.Digest)
			mustFail(t, what+" applies", err, org.ErrImportGone)
		}
		orgtest.Site(t, m, c, "政务大厅") // meanwhile
		seen, _, err := m.ApplyImport(admin.Ctx, p.ID, p.Digest)
		mustFail(t, "data moved on", err, org.ErrImportMoved)
		_, _, err = m.ApplyImport(admin.Ctx, p.ID, seen.Digest)
		ok(t, err)
		_, _, err = m.ApplyImport(admin.Ctx, p.ID, seen.Digest)
		mustFail(t, "twice", err, org.ErrImportGone)
		agent := orgtest.User(t, m, c, orgtest.Where{}, org.RoleAgent)
		_, err = m.PreviewImport(agent.Ctx, org.ImportSites, table(siteList))
		mustFail(t, "agent", err, actor.ErrForbidden)
	})
}

func TestImportRefusesFilesThatAreNone(t *testing.T) {
	m := orgtest.New(t, storetest.Open(t, store.SQLite, orgtest.Migrations()))
	ctx := orgtest.System(orgtest.Centre(t, m))
	for what, c := range map[string]struct {
		kind org.ImportKind
		list org.List
		want error
	}{
		"no rows":        {org.ImportUnits, org.List{}, org.ErrImportHead},
		"head only":      {org.ImportUnits, table("单位名称\n"), org.ErrImportEmpty},
		"blank rows":     {org.ImportUnits, table("单位名称,简称\n,\n"), org.ErrImportEmpty},
		"no name column": {org.ImportUnits, table("简称\nx\n"), org.ErrImportHead},
		"column twice":   {org.ImportUnits, table("单位名称,单位\nx,y\n"), org.ErrImportHead},
		"unknown kind":   {"cats", table("单位名称\nx\n"), org.ErrImportKind},
	} {
		_, err := m.PreviewImport(ctx, c.kind, c.list)
		mustFail(t, what, err, c.want)
	}
	long := [][]string{{"单位名称"}}
	for i := range 5001 {
		long = append(long, []string{fmt.Sprint("单位", i)})
	}
	_, err := m.PreviewImport(ctx, org.ImportUnits, listOf(long))
	mustFail(t, "too long", err, org.ErrImportLong)
}

// FuzzImport checks that no list crashes the importer, gets half applied, or is not recognised the second time.
func FuzzImport(f *testing.F) {
	for _, s := range []string{siteList, unitList, userList, "单位名称,单位代码,性质,类别\nA,1,承办单位,县直部门\nB,1,承办单位,县直部门\n", "站点名称,站点类型,序号\nX,分中心,1e9\nX,分中心,\n",
		"用户名,姓名\na.b,\x00\nadmin,甲\n"} {
		for kind := range 3 {
			f.Add(kind, s)
		}
	}
	m := orgtest.New(f, storetest.Open(f, store.SQLite, orgtest.Migrations()))
	kinds := org.ImportKinds()
	f.Fuzz(func(t *testing.T, kind int, text string) {
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		rows, err := r.ReadAll()
		if err != nil || kind < 0 {
			t.Skip()
		}
		ctx := orgtest.System(orgtest.Centre(t, m))
		k := org.ImportKind(kinds[kind%len(kinds)].Value)
		p, err := m.PreviewImport(ctx, k, listOf(rows))
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		done, _, err := m.ApplyImport(ctx, p.ID, p.Digest)
		if p.Count(org.RowRefused) > 0 {
			mustFail(t, "apply", err, org.ErrImportRefused)
			return
		}
		if err != nil || done.Digest != p.Digest {
			t.Fatalf("apply: %v", err)
		}
		again, err := m.PreviewImport(ctx, k, listOf(rows))
		if err != nil || again.Count(org.RowUnchanged) != len(again.Rows) {
			t.Fatalf("the second time: %v %+v", err, again.Rows)
		}
	})
}
