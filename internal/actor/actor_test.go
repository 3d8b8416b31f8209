package actor_test

import (
	"context"
	"errors"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
)

const perm actor.Permission = "box.item.read"

func TestScopesGrowInTheOrderOfTheMatrix(t *testing.T) {
	names := []string{"none", "own", "unit", "site", "centre", "all"}
	for i, s := range []actor.Scope{actor.None, actor.Own, actor.Unit, actor.Site, actor.Centre, actor.All} {
		if s.String() != names[i] || int(s) != i {
			t.Errorf("scope %d is %q", i, s)
		}
	}
}

func TestRequire(t *testing.T) {
	first := errs.New(errs.Forbidden, "org.first_password", "请先改密码。")
	granted := map[actor.Permission]actor.Scope{perm: actor.Unit, "box.item.none": actor.None}
	for name, c := range map[string]struct {
		a    actor.Actor
		p    actor.Permission
		want error
	}{
		"granted":                      {actor.Actor{Kind: actor.User, Grants: granted}, perm, nil},
		"not granted":                  {actor.Actor{Kind: actor.User, Grants: granted}, "box.item.write", actor.ErrForbidden},
		"granted on nothing":           {actor.Actor{Kind: actor.User, Grants: granted}, "box.item.none", actor.ErrForbidden},
		"no grants at all":             {actor.Actor{Kind: actor.Token}, perm, actor.ErrForbidden},
		"a stranger":                   {actor.Actor{Kind: actor.Anonymous}, perm, actor.ErrSignIn},
		"a stranger with a grant":      {actor.Actor{Kind: actor.Anonymous, Grants: granted}, perm, nil},
		"refused for now":              {actor.Actor{Kind: actor.User, Refusal: first}, perm, first},
		"a citizen":                    {actor.Actor{Kind: actor.Citizen}, perm, actor.ErrForbidden},
		"the program":                  {actor.Actor{Kind: actor.System}, "anything.at.all", nil},
		"the program, whatever it has": {actor.Actor{Kind: actor.System, Grants: granted, Refusal: first}, "box.item.none", nil},
	} {
		if err := c.a.Require(c.p); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if c.a.Can(c.p) != (c.want == nil) {
			t.Errorf("%s: Can and Require disagree", name)
		}
	}
}

func TestARefusalNamesThePermissionThatIsMissing(t *testing.T) {
	err := (&actor.Actor{Kind: actor.User}).Require(perm)
	if e := errs.As(err); e.Detail["permission"] != string(perm) || !e.Denied || e.Kind != errs.Forbidden {
		t.Errorf("%+v", e)
	}
	if actor.ErrForbidden.Detail != nil {
		t.Error("the template was changed")
	}
}

func TestUnitsAndRoles(t *testing.T) {
	a := &actor.Actor{UnitID: "u1", UnitIDs: []string{"u1", "u2"}, Roles: []string{"agent"}}
	for unit, want := range map[string]bool{"u1": true, "u2": true, "u3": false, "": false} {
		if a.HasUnit(unit) != want {
			t.Errorf("unit %q: %v", unit, !want)
		}
	}
	if (&actor.Actor{}).HasUnit("") {
		t.Error("an actor without a unit has rows without a unit")
	}
	if !a.HasRole("agent") || a.HasRole("admin") || a.HasRole("") {
		t.Error("roles")
	}
}

func TestTheContextCarriesTheActor(t *testing.T) {
	if a := actor.From(context.Background()); a == nil || a.Kind != actor.Anonymous || a.Can(perm) {
		t.Errorf("an empty context has %+v", a)
	}
	want := actor.SystemFor("c1")
	ctx := actor.With(context.Background(), want)
	if actor.From(ctx) != want || want.CentreID != "c1" || want.Kind != actor.System {
		t.Errorf("%+v", actor.From(ctx))
	}
	inner := actor.With(ctx, &actor.Actor{Kind: actor.Citizen})
	if actor.From(inner).Kind != actor.Citizen || actor.From(ctx) != want {
		t.Error("an inner actor is not the inner context's alone")
	}
	if l := actor.LocalAdmin("c1"); l.Kind != actor.System || l.IP != actor.Local || want.IP == actor.Local {
		t.Errorf("the local administrator is %+v", l)
	}
}
