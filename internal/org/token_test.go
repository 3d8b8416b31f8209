package org_test

import (
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func TestTokenScopes(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		centre := orgtest.Centre(t, m)
		p := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleInfo)
		admin := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAdmin)
		in := org.TokenInput{Name: "大屏取数", Scopes: []actor.Permission{org.PermUserRead, org.PermUnitRead}, ExpiresAt: now.Now().Add(24 * time.Hour)}
		tok, text, err := m.CreateToken(p.Ctx, in)
		ok(t, err)
		a, err := m.AuthenticateToken(t.Context(), text)
		ok(t, err)
		if a.Kind != actor.Token || a.UserID != p.ID || a.TokenID != tok.ID || len(a.Grants) != 2 || a.Scope(org.PermUserRead) != actor.Centre {
			t.Errorf("actor %+v", a)
		}
		if a.Can(org.PermUserReset) || !p.Actor.Can(org.PermUserReset) {
			t.Error("the token is not narrower than its owner")
		}
		if strings.Contains(text, tok.Hash) || !strings.Contains(text, tok.Prefix) || len(tok.Prefix) != 6 {
			t.Errorf("prefix %q", tok.Prefix)
		}
		for what, scopes := range map[string][]actor.Permission{
			"more than the owner has": {org.PermUserWrite}, "making tokens": {org.PermTokenCreate}, "nothing": nil, "unknown": {"x.y"},
		} {
			bad := in
			bad.Scopes = scopes
			_, _, err := m.CreateToken(p.Ctx, bad)
			mustFail(t, what, err, org.ErrInput)
		}
		agent := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAgent)
		_, _, err = m.CreateToken(agent.Ctx, in)
		mustFail(t, "agent makes a token", err, actor.ErrForbidden)

		// the owner loses a role: the token loses it too
		u, err := m.SetRoles(admin.Ctx, p.ID, p.Version, []string{org.RoleAgent})
		ok(t, err)
		a, err = m.AuthenticateToken(t.Context(), text)
		ok(t, err)
		if a.Can(org.PermUserRead) || !a.Can(org.PermUnitRead) {
			t.Errorf("grants after the owner lost a role: %v", a.Grants)
		}
		u, err = m.SetUserActive(admin.Ctx, u.ID, u.Version, false)
		ok(t, err)
		_, err = m.AuthenticateToken(t.Context(), text)
		mustFail(t, "token of a closed account", err, org.ErrToken)
		_, err = m.SetUserActive(admin.Ctx, u.ID, u.Version, true)
		ok(t, err)

		now.Advance(24 * time.Hour)
		_, err = m.AuthenticateToken(t.Context(), text)
		mustFail(t, "expired", err, org.ErrToken)
		for _, bad := range []string{"", "yct_", text[:len(text)-1], text + "x", strings.Replace(text, centre, "0000000000000", 1)} {
			_, err := m.AuthenticateToken(t.Context(), bad)
			mustFail(t, "token "+bad, err, org.ErrToken)
		}
	})
}

func TestTokenUseIsCoarseAndRevocationImmediate(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		centre, elsewhere := orgtest.Centre(t, m), orgtest.Centre(t, m)
		p := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleInfo)
		admin := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAdmin)
		stranger := orgtest.User(t, m, elsewhere, orgtest.Where{}, org.RoleAdmin)
		tok, text, err := m.CreateToken(p.Ctx, org.TokenInput{Name: "取数", Scopes: []actor.Permission{org.PermUnitRead}, ExpiresAt: now.Now().Add(24 * time.Hour)})
		ok(t, err)
		before := db.Stat.Writes.Load()
		for range 50 {
			_, err := m.AuthenticateToken(t.Context(), text)
			ok(t, err)
		}
		if n := db.Stat.Writes.Load() - before; n != 1 {
			t.Errorf("50 calls made %d writes, want 1", n)
		}
		list, _, err := m.Tokens(admin.Ctx, org.TokenQuery{All: true})
		ok(t, err)
		if len(list) != 1 || list[0].UsedAt != now.Now() {
			t.Errorf("tokens %+v", list)
		}
		_, _, err = m.Tokens(p.Ctx, org.TokenQuery{UserID: admin.ID})
		mustFail(t, "reading another's tokens", err, actor.ErrForbidden)
		if list, _, err := m.Tokens(stranger.Ctx, org.TokenQuery{All: true}); err != nil || len(list) != 0 {
			t.Errorf("another centre sees %v %v", list, err)
		}
		mustFail(t, "another centre revokes", m.RevokeToken(stranger.Ctx, tok.ID), org.ErrTokenMissing)
		second := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleInfo)
		mustFail(t, "a colleague revokes", m.RevokeToken(second.Ctx, tok.ID), org.ErrTokenMissing)
		ok(t, m.RevokeToken(admin.Ctx, tok.ID))
		_, err = m.AuthenticateToken(t.Context(), text)
		mustFail(t, "revoked", err, org.ErrToken)
	})
}
