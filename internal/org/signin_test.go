package org_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// each runs a test on both engines with a clock that it may move.
func each(t *testing.T, fn func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual)) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			now := clock.NewManual(storetest.Start)
			db := storetest.Open(t, kind, orgtest.Migrations(), storetest.WithClock(now))
			fn(t, orgtest.New(t, db), db, now)
		})
	}
}

// actions lists a centre's audit lines of one action with their outcome and detail, oldest first.
func actions(t *testing.T, db *store.DB, centre, action string) []string {
	t.Helper()
	var lines []audit.Line
	if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		lines, err = audit.List(tx, centre, audit.Filter{Action: action, Limit: 1000})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[len(lines)-1-i] = strings.TrimSpace(l.Outcome + " " + l.Detail)
	}
	return out
}

func mustFail(t *testing.T, what string, err error, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignInAndAuthenticate(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, _ *clock.Manual) {
		centre := orgtest.Centre(t, m)
		top := orgtest.Unit(t, m, centre, "市住建局", "")
		mid := orgtest.Unit(t, m, centre, "物业科", top.ID)
		low := orgtest.Unit(t, m, centre, "物业一队", mid.ID)
		orgtest.Unit(t, m, centre, "市水务局", "")
		p := orgtest.User(t, m, centre, orgtest.Where{Unit: mid.ID}, org.RoleLiaison, org.RoleUnitHead)

		in, err := m.SignIn(t.Context(), " "+strings.ToUpper(p.Username)+" ", p.Password)
		ok(t, err)
		a, err := m.Authenticate(t.Context(), in.Subject, in.Epoch)
		ok(t, err)
		if a.Kind != actor.User || a.UserID != p.ID || a.CentreID != centre || len(a.Roles) != 2 || a.Scope(org.PermUserRead) != actor.Unit {
			t.Errorf("actor %+v", a)
		}
		if strings.Join(a.UnitIDs, " ") != mid.ID+" "+low.ID || a.HasUnit(top.ID) {
			t.Errorf("units %v, want %s and %s", a.UnitIDs, mid.ID, low.ID)
		}
		for _, bad := range [][2]string{{in.Subject, "2"}, {in.Subject, ""}, {"x", in.Epoch}, {centre + ".x", "1"}, {"", ""}} {
			_, err := m.Authenticate(t.Context(), bad[0], bad[1])
			mustFail(t, "authenticate "+bad[0], err, org.ErrSession)
		}
		_, unknown := m.SignIn(t.Context(), "nobody", p.Password)
		_, wrong := m.SignIn(t.Context(), p.Username, "not-the-password")
		if unknown == nil || wrong == nil || unknown.Error() != wrong.Error() {
			t.Errorf("an unknown name is answered %v, a wrong password %v", unknown, wrong)
		}
		got := strings.Join(actions(t, db, centre, "org.sign_in"), "; ")
		if want := `ok; denied {"reason":"unknown"}; denied {"reason":"password"}`; got != want {
			t.Errorf("audit %s, want %s", got, want)
		}
	})
}

func TestLockOut(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		centre := orgtest.Centre(t, m)
		p := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAgent)
		try := func(password string) error {
			_, err := m.SignIn(t.Context(), p.Username, password)
			return err
		}
		for range 4 {
			mustFail(t, "wrong password", try("wrong"), org.ErrSignInFailed)
		}
		now.Advance(15*time.Minute + time.Second) // the four are forgotten
		mustFail(t, "fifth, too late to count", try("wrong"), org.ErrSignInFailed)
		ok(t, try(p.Password)) // success forgets the one
		for range 5 {
			mustFail(t, "wrong password", try("wrong"), org.ErrSignInFailed)
		}
		mustFail(t, "right password while locked", try(p.Password), org.ErrSignInFailed)
		now.Advance(14 * time.Minute)
		mustFail(t, "right password a minute too early", try(p.Password), org.ErrSignInFailed)
		now.Advance(time.Minute)
		ok(t, try(p.Password))
		if got := actions(t, db, centre, "org.lock"); len(got) != 1 {
			t.Errorf("locks in the audit log: %v", got)
		}
	})
}

func TestLockOutHoldsAgainstManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, _ *clock.Manual) {
		centre := orgtest.Centre(t, m)
		p := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAgent)
		const n = 20
		done := make(chan error, n)
		for range n {
			go func() {
				_, err := m.SignIn(context.Background(), p.Username, "guess")
				done <- err
			}()
		}
		for range n {
			mustFail(t, "guess", <-done, org.ErrSignInFailed)
		}
		counted := 0
		for _, line := range actions(t, db, centre, "org.sign_in") {
			if strings.Contains(line, `"password"`) {
				counted++
			}
		}
		if counted != 5 {
			t.Errorf("%d guesses were looked at, want 5", counted)
		}
	})
}

func TestFirstPasswordMustBeChanged(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, _ *clock.Manual) {
		centre := orgtest.Centre(t, m)
		admin := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAdmin)
		u, password, err := m.CreateUser(admin.Ctx, org.UserInput{Username: "wang.fang", DisplayName: "王芳", Phone: "13893000001"})
		ok(t, err)
		_, err = m.SetRoles(admin.Ctx, u.ID, u.Version, []string{org.RoleAgent})
		ok(t, err)
		in, err := m.SignIn(t.Context(), "wang.fang", password)
		ok(t, err)
		a, err := m.Authenticate(t.Context(), in.Subject, in.Epoch)
		ok(t, err)
		if !in.MustChange || len(a.Grants) != 0 {
			t.Errorf("before the change: must change %v, grants %v", in.MustChange, a.Grants)
		}
		ctx := actor.With(t.Context(), a)
		_, err = m.Unit(ctx, "x")
		mustFail(t, "anything else", err, org.ErrMustChange)
		_, err = m.ChangePassword(ctx, "wrong", "Hong-cha 88 du")
		mustFail(t, "wrong old password", err, org.ErrOldPassword)
		_, err = m.ChangePassword(ctx, password, "wang.fang99")
		mustFail(t, "name as password", err, org.ErrPassword)
		_, err = m.ChangePassword(ctx, password, password)
		mustFail(t, "same password", err, org.ErrPassword)
		changed, err := m.ChangePassword(ctx, password, "Hong-cha 88 du")
		ok(t, err)
		_, err = m.Authenticate(t.Context(), in.Subject, in.Epoch)
		mustFail(t, "session of before", err, org.ErrSession)
		a, err = m.Authenticate(t.Context(), changed.Subject, changed.Epoch)
		ok(t, err)
		if !a.Can(org.PermUnitRead) || a.Roles[0] != org.RoleAgent {
			t.Errorf("after the change: %+v", a)
		}
		_, err = m.SignIn(t.Context(), "wang.fang", password)
		mustFail(t, "old password", err, org.ErrSignInFailed)
		_, err = m.SignIn(t.Context(), "wang.fang", "Hong-cha 88 du")
		ok(t, err)
		if got := actions(t, db, centre, "org.password_change"); len(got) != 2 {
			t.Errorf("audit %v", got)
		}
	})
}

func TestSameNameInTwoCentres(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, _ *store.DB, _ *clock.Manual) {
		in := org.AccountInput{UserInput: org.UserInput{Username: "admin", DisplayName: "管理员"}, Roles: []string{org.RoleAdmin}}
		passwords := map[string]string{}
		for _, code := range []string{"linxia", "hezheng"} {
			c, err := m.CreateCentre(orgtest.System(""), org.CentreInput{Code: code, Name: code + "政务中心", Division: "622901", Tier: org.TierCounty})
			ok(t, err)
			if _, passwords[code], err = m.AddAccount(orgtest.System(c.ID), in); err != nil {
				t.Fatal(err)
			}
		}
		for code, p := range passwords {
			_, err := m.SignIn(t.Context(), "admin@"+code, p)
			ok(t, err)
			_, err = m.SignIn(t.Context(), "admin", p)
			mustFail(t, "name without a centre", err, org.ErrSignInFailed)
		}
		_, err := m.SignIn(t.Context(), "admin@linxia", passwords["hezheng"])
		mustFail(t, "password of the other centre", err, org.ErrSignInFailed)
		_, err = m.CreateCentre(orgtest.System(""), org.CentreInput{Code: "linxia", Name: "又一个", Division: "622901", Tier: org.TierCounty})
		mustFail(t, "same code", err, org.ErrCentreTaken)
	})
}

func TestWeakHashIsRaisedAtSignIn(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, _ *clock.Manual) {
		p := orgtest.User(t, m, orgtest.Centre(t, m), orgtest.Where{}, org.RoleAgent)
		hash := func() (h string) {
			ok(t, db.Read(t.Context(), func(tx *store.Tx) (err error) {
				h, err = store.Get[string](tx, "SELECT password_hash FROM org_user WHERE id = $1", p.ID)
				return err
			}))
			return h
		}
		if !strings.Contains(hash(), "m=1024,") {
			t.Fatalf("a one-time password is hashed as %s", hash())
		}
		for range 2 {
			_, err := m.SignIn(t.Context(), p.Username, p.Password)
			ok(t, err)
			if !strings.Contains(hash(), "m=19456,t=2,p=1") {
				t.Errorf("after sign-in the hash is %s", hash()[:30])
			}
		}
	})
}
