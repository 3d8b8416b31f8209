package org

import (
	"strings"
	"testing"

	"yichuang/internal/actor"
)

func TestGrantTableRefusesWhatDoesNotFit(t *testing.T) {
	read := actor.PermissionInfo{Name: "test.thing.read", Label: "查看"}
	kept := actor.PermissionInfo{Name: "test.thing.make", Label: "新建", Reserved: true}
	ok := Grant{RoleAdmin, read.Name, actor.Centre}
	cases := map[string]struct {
		infos  []actor.PermissionInfo
		grants []Grant
		want   string
	}{
		"fits":               {[]actor.PermissionInfo{read, kept}, []Grant{ok}, ""},
		"declared twice":     {[]actor.PermissionInfo{read, read}, []Grant{ok}, "declared twice"},
		"no label":           {[]actor.PermissionInfo{{Name: "test.x"}}, []Grant{{RoleAdmin, "test.x", actor.Own}}, "label"},
		"unknown role":       {[]actor.PermissionInfo{read}, []Grant{ok, {"boss", read.Name, actor.Own}}, "unknown role"},
		"unknown permission": {[]actor.PermissionInfo{read}, []Grant{ok, {RoleAdmin, "test.thing.raed", actor.Own}}, "unknown permission"},
		"reserved":           {[]actor.PermissionInfo{read, kept}, []Grant{ok, {RoleAdmin, kept.Name, actor.Own}}, "reserved"},
		"no scope":           {[]actor.PermissionInfo{read}, []Grant{{RoleAdmin, read.Name, actor.None}}, "no scope"},
		"granted twice":      {[]actor.PermissionInfo{read}, []Grant{ok, ok}, "twice"},
		"granted to nobody":  {[]actor.PermissionInfo{read}, nil, "no role"},
	}
	for name, c := range cases {
		_, err := newGrantTable(c.infos, c.grants)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestOwnGrantsFitAndWidestScopeWins(t *testing.T) {
	g, err := newGrantTable(Permissions(), Grants())
	if err != nil {
		t.Fatal(err)
	}
	both := g.of(joinList([]string{RoleSiteAdmin, RoleOffice}))
	if both[PermUserWrite] != actor.Centre {
		t.Errorf("two roles: scope %v, want centre", both[PermUserWrite])
	}
	if got := g.of("agent"); got[PermUserWrite] != actor.None || got[PermUnitRead] != actor.Centre {
		t.Errorf("agent: %v", got)
	}
	if got := g.of("role_of_an_older_version"); len(got) != 0 {
		t.Errorf("an unknown role allows %v", got)
	}
	for _, r := range roles() {
		if RoleName(r.Code) == r.Code || r.Duty == "" || len(r.Givers) == 0 {
			t.Errorf("role %s lacks a name, a duty or somebody who gives it", r.Code)
		}
		if found, ok := FindRole(r.Name); !ok || found.Code != r.Code {
			t.Errorf("role %s is not found by its name %s", r.Code, r.Name)
		}
	}
}
