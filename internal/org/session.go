package org

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// The values of a session that this package reads, by their key in the session's data.
const (
	sessionSubject = "user"     // SignedIn.Subject, put there by the page kit
	sessionName    = "x.sid"    // NewSessionID, put there at sign-in
	sessionDevice  = "x.device" // DeviceName, put there at sign-in
	// SessionIDKey and SessionDeviceKey are the same keys as the page kit's SessionPut spells them.
	SessionIDKey     = "sid"
	SessionDeviceKey = "device"
)

// commitEvery is how far a session's expiry must move for a write when nothing else changed.
const commitEvery = 60 * time.Second

// Session (登录会话) is one sign-in of a user on one device.
type Session struct {
	ID        string        `db:"id"`
	Device    string        `db:"device"`
	IP        string        `db:"ip"`
	CreatedAt clock.Instant `db:"created_at"`
	SeenAt    clock.Instant `db:"seen_at"` // to the minute
}

// ErrSessionMissing says that a session is over already.
var ErrSessionMissing = errs.New(errs.NotFound, "org.session_missing", "这个登录已经退出。")

// SessionStore keeps the page kit's sessions in the database: an scs.CtxStore. A session is found by a digest of its
// token; the token itself is nowhere but in the browser.
type SessionStore struct {
	db *store.DB
}

var _ scs.CtxStore = (*SessionStore)(nil)

// Sessions makes the store.
func (m *Module) Sessions() *SessionStore { return &SessionStore{db: m.db} }

type sessionData struct {
	Data      []byte        `db:"data"`
	ExpiresAt clock.Instant `db:"expires_at"`
	Revoked   bool          `db:"revoked"`
}

func loadSession(tx *store.Tx, token string) (sessionData, error) {
	return store.Get[sessionData](tx, "SELECT data, expires_at, revoked FROM org_session WHERE token_hash = $1", digest(token))
}

// FindCtx gives the data of a live session.
func (s *SessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row sessionData
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = loadSession(tx, token)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil || row.Revoked || row.ExpiresAt <= s.db.Clock().Now() {
		return nil, false, err
	}
	return row.Data, true, nil
}

// CommitCtx saves a session. Where nothing changed but the expiry, and that by less than a minute, it writes nothing.
// A session that was signed out is not brought back by a request that was under way.
func (s *SessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	expires := clock.FromTime(expiry)
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return err
	}
	var old sessionData
	err = s.db.Read(ctx, func(tx *store.Tx) (err error) {
		old, err = loadSession(tx, token)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && (old.Revoked || unchanged(old, data, values, expires)) {
		return nil
	}
	text := func(key string) string { v, _ := values[key].(string); return v }
	centre, user, _ := splitSubject(text(sessionSubject))
	return s.db.WithTx(ctx, func(tx *store.Tx) error {
		name := text(sessionName)
		if name == "" {
			name = tx.NewID()
		}
		return tx.Queue(`INSERT INTO org_session (token_hash, id, centre_id, user_id, device, ip, data, created_at, seen_at, expires_at, revoked)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, FALSE)
			ON CONFLICT (token_hash) DO UPDATE SET centre_id = excluded.centre_id, user_id = excluded.user_id, ip = excluded.ip,
			  data = excluded.data, seen_at = excluded.seen_at, expires_at = excluded.expires_at
			WHERE NOT org_session.revoked`,
			digest(token), name, centre, user, text(sessionDevice), actor.From(ctx).IP, data, tx.Now(), expires)
	})
}

// unchanged compares decoded values: the encoding of a map has no fixed order.
func unchanged(old sessionData, data []byte, values map[string]any, expires clock.Instant) bool {
	if moved := expires.Sub(old.ExpiresAt); moved >= commitEvery || moved <= -commitEvery {
		return false
	}
	if bytes.Equal(old.Data, data) {
		return true
	}
	_, before, err := scs.GobCodec{}.Decode(old.Data)
	return err == nil && reflect.DeepEqual(before, values)
}

// DeleteCtx ends a session. The row stays, empty, until it would have expired; see CommitCtx.
func (s *SessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.db.WithTx(ctx, func(tx *store.Tx) error {
		return tx.Queue("UPDATE org_session SET revoked = TRUE, data = $1 WHERE token_hash = $2", []byte{}, digest(token))
	})
}

// Find is FindCtx without a context.
func (s *SessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *SessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s *SessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// OwnSessions lists the signed-in actor's live sessions, newest first.
func (m *Module) OwnSessions(ctx context.Context) ([]Session, error) {
	a := actor.From(ctx)
	if a.Kind != actor.User {
		return nil, actor.ErrSignIn
	}
	var out []Session
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Session](tx, "SELECT "+store.Columns[Session]("")+` FROM org_session
			WHERE centre_id = $1 AND user_id = $2 AND NOT revoked AND expires_at > $3 ORDER BY created_at DESC, id LIMIT 100`, a.CentreID, a.UserID, tx.Now())
		return err
	})
	return out, err
}

// EndSession signs one of the actor's own sessions out.
func (m *Module) EndSession(ctx context.Context, id string) error {
	a := actor.From(ctx)
	if a.Kind != actor.User {
		return actor.ErrSignIn
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE org_session SET revoked = TRUE, data = $1 WHERE centre_id = $2 AND user_id = $3 AND id = $4 AND NOT revoked",
			[]byte{}, a.CentreID, a.UserID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrSessionMissing
		}
		return audit.Record(tx, audit.Entry{Action: "org.session_end", Kind: "user", Object: a.UserID, Detail: map[string]any{"session": id}})
	})
}

// EndAllSessions signs the actor out everywhere, here included, by raising the epoch.
func (m *Module) EndAllSessions(ctx context.Context) error {
	a := actor.From(ctx)
	if a.Kind != actor.User {
		return actor.ErrSignIn
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		u, err := loadUser(tx, a.CentreID, a.UserID, true)
		if err != nil {
			return err
		}
		if err := endSessions(tx, &u); err != nil {
			return err
		}
		if err := saveUser(tx, &u); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "org.session_end_all", Kind: "user", Object: u.ID})
	})
}

// endSessions raises the epoch of a loaded account, which the caller saves, and marks its sessions.
func endSessions(tx *store.Tx, u *account) error {
	u.Epoch++
	return tx.Queue("UPDATE org_session SET revoked = TRUE, data = $1 WHERE centre_id = $2 AND user_id = $3 AND NOT revoked", []byte{}, u.CentreID, u.ID)
}

// NewSessionID names a session for OwnSessions and EndSession. It is no secret: nobody can sign in with it.
func NewSessionID() string { return strings.ToLower(rand.Text()) }

// sweepKind is the job that removes expired sessions and forgotten uploads, once an hour.
const sweepKind = "org.sweep"

const (
	sweepEvery = time.Hour
	keepImport = 24 * time.Hour
)

// HandleJobs registers this package's jobs.
func (m *Module) HandleJobs(r *jobs.Runner) { r.Handle(sweepKind, m.sweep) }

// ScheduleJobs makes sure that the hourly sweep is in the queue; call it at start.
func (m *Module) ScheduleJobs(ctx context.Context) error {
	return m.db.WithTx(ctx, func(tx *store.Tx) error { return jobs.Insert(tx, "", sweepKind, sweepKind, 0, nil) })
}

func (m *Module) sweep(tx *store.Tx, _ *jobs.Job) (jobs.Outcome, error) {
	if err := tx.Queue("DELETE FROM org_session WHERE expires_at <= $1", tx.Now()); err != nil {
		return jobs.Done, err
	}
	if err := tx.Queue("DELETE FROM org_import WHERE created_at <= $1", tx.Now().Add(-keepImport)); err != nil {
		return jobs.Done, err
	}
	return jobs.Snooze(tx.Now().Add(sweepEvery)), nil
}
