package org_test

import (
	"context"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// sessionOf encodes what the page kit keeps for a signed-in person.
func sessionOf(t *testing.T, p orgtest.Person, id, note string, expiry time.Time) []byte {
	t.Helper()
	b, err := scs.GobCodec{}.Encode(expiry, map[string]any{"user": p.Subject(), "epoch": p.EpochText(), "x.sid": id, "x.device": "Windows · Edge", "x.note": note})
	ok(t, err)
	return b
}

func TestSessionsAreStoredFoundAndEnded(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		p := orgtest.User(t, m, orgtest.Centre(t, m), orgtest.Where{}, org.RoleAgent)
		s := m.Sessions()
		expiry := now.Now().Time().Add(12 * time.Hour)
		from := func(ip string) context.Context { return actor.With(t.Context(), &actor.Actor{IP: ip}) }
		data := sessionOf(t, p, "s1", "", expiry)
		ok(t, s.CommitCtx(from("10.0.0.7"), "token-1", data, expiry))
		ok(t, s.CommitCtx(from("10.0.0.8"), "token-2", sessionOf(t, p, "s2", "", expiry), expiry))
		found, there, err := s.FindCtx(t.Context(), "token-1")
		if err != nil || !there || string(found) != string(data) {
			t.Fatalf("found %v %v", there, err)
		}
		list, err := m.OwnSessions(p.Ctx)
		ok(t, err)
		if len(list) != 2 || list[0].ID != "s1" || list[0].IP != "10.0.0.7" || list[0].Device != "Windows · Edge" {
			t.Errorf("list %+v", list)
		}
		ok(t, m.EndSession(p.Ctx, "s1"))
		mustFail(t, "end twice", m.EndSession(p.Ctx, "s1"), org.ErrSessionMissing)
		ok(t, s.CommitCtx(from("10.0.0.7"), "token-1", sessionOf(t, p, "s1", "late", expiry), expiry))
		if _, there, _ := s.FindCtx(t.Context(), "token-1"); there {
			t.Error("a request under way brought a session back that was signed out")
		}
		other := orgtest.User(t, m, p.CentreID, orgtest.Where{}, org.RoleAgent)
		mustFail(t, "end somebody else's", m.EndSession(other.Ctx, "s2"), org.ErrSessionMissing)
		ok(t, s.DeleteCtx(t.Context(), "token-2"))
		ok(t, s.DeleteCtx(t.Context(), "never there"))
		if list, _ := m.OwnSessions(p.Ctx); len(list) != 0 {
			t.Errorf("still signed in: %+v", list)
		}
	})
}

func TestCommitWritesOnlyWhatMatters(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		p := orgtest.User(t, m, orgtest.Centre(t, m), orgtest.Where{}, org.RoleAgent)
		s := m.Sessions()
		expiry := now.Now().Time().Add(time.Hour)
		commit := func(note string, at time.Time) int64 {
			before := db.Stat.Writes.Load()
			ok(t, s.CommitCtx(t.Context(), "token", sessionOf(t, p, "s", note, at), at))
			return db.Stat.Writes.Load() - before
		}
		for _, c := range []struct {
			what   string
			note   string
			at     time.Time
			writes int64
		}{
			{"first", "", expiry, 1},
			{"same again", "", expiry, 0},
			{"59 s later", "", expiry.Add(59 * time.Second), 0},
			{"60 s later", "", expiry.Add(60 * time.Second), 1},
			{"other value, same expiry", "x", expiry.Add(60 * time.Second), 1},
		} {
			if n := commit(c.note, c.at); n != c.writes {
				t.Errorf("%s: %d writes, want %d", c.what, n, c.writes)
			}
		}
		now.Advance(2 * time.Hour)
		if _, there, err := s.FindCtx(t.Context(), "token"); there || err != nil {
			t.Errorf("an expired session is found: %v %v", there, err)
		}
	})
}

func TestSweepRemovesExpiredSessions(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		p := orgtest.User(t, m, orgtest.Centre(t, m), orgtest.Where{}, org.RoleAgent)
		for i, life := range []time.Duration{time.Hour, 3 * time.Hour} {
			at := now.Now().Time().Add(life)
			ok(t, m.Sessions().CommitCtx(t.Context(), []string{"short", "long"}[i], sessionOf(t, p, "", "", at), at))
		}
		r := jobs.NewRunner(db, nil)
		m.HandleJobs(r)
		ok(t, m.ScheduleJobs(t.Context()))
		ok(t, m.ScheduleJobs(t.Context()))
		now.Advance(2 * time.Hour)
		if n, err := r.RunDue(t.Context()); n != 1 || err != nil {
			t.Fatalf("ran %d jobs: %v", n, err)
		}
		var left int64
		ok(t, db.Read(t.Context(), func(tx *store.Tx) (err error) {
			left, err = store.Get[int64](tx, "SELECT COUNT(*) FROM org_session")
			return err
		}))
		if left != 1 {
			t.Errorf("%d sessions left, want 1", left)
		}
		now.Advance(2 * time.Hour)
		if n, err := r.RunDue(t.Context()); n != 1 || err != nil {
			t.Errorf("the sweep did not come back: %d %v", n, err)
		}
	})
}

func TestSignOutEverywhere(t *testing.T) {
	each(t, func(t *testing.T, m *org.Module, db *store.DB, now *clock.Manual) {
		centre := orgtest.Centre(t, m)
		p := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAgent)
		admin := orgtest.User(t, m, centre, orgtest.Where{}, org.RoleAdmin)
		expiry := now.Now().Time().Add(time.Hour)
		ok(t, m.Sessions().CommitCtx(t.Context(), "token", sessionOf(t, p, "s", "", expiry), expiry))
		ok(t, m.EndAllSessions(p.Ctx))
		_, err := m.Authenticate(t.Context(), p.Subject(), p.EpochText())
		mustFail(t, "epoch of before", err, org.ErrSession)
		if _, there, _ := m.Sessions().FindCtx(t.Context(), "token"); there {
			t.Error("the session is still there")
		}
		for what, end := range map[string]func(u org.User) (org.User, error){
			"reset": func(u org.User) (org.User, error) {
				u, _, err := m.ResetPassword(admin.Ctx, u.ID, u.Version)
				return u, err
			},
			"sign out":    func(u org.User) (org.User, error) { return m.SignOutUser(admin.Ctx, u.ID, u.Version) },
			"deactivate ": func(u org.User) (org.User, error) { return m.SetUserActive(admin.Ctx, u.ID, u.Version, false) },
		} {
			u, err := m.User(admin.Ctx, p.ID)
			ok(t, err)
			if !u.Active {
				u, err = m.SetUserActive(admin.Ctx, u.ID, u.Version, true)
				ok(t, err)
			}
			after, err := end(u)
			ok(t, err)
			_, err = m.Authenticate(t.Context(), u.Subject(), u.EpochText())
			mustFail(t, "after "+what, err, org.ErrSession)
			if after.Active {
				_, err = m.Authenticate(t.Context(), after.Subject(), after.EpochText())
				ok(t, err)
			}
		}
	})
}
