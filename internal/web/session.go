package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Keys of what a session holds.
const (
	sessionUser  = "user"
	sessionEpoch = "epoch"
	sessionSeen  = "seen" // last request in milliseconds, written at most once a minute
)

// seenEvery is how stale the "last request" of a session may be: a write for each page would cost more than the page.
const seenEvery = time.Minute

func newSessions(o Options) *scs.SessionManager {
	m := scs.New()
	m.Store = o.Sessions
	m.Lifetime = o.Session.Lifetime
	m.Cookie.Name = o.Session.Cookie
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = o.Session.Secure
	m.Cookie.Persist = false
	m.HashTokenInStore = true
	return m
}

// SessionCookie is the name of the cookie that holds a session.
func (k *Kit) SessionCookie() string { return k.sessions.Cookie.Name }

// openSession loads the request's session into the context and finds out who acts. A session that is idle for too long,
// or whose user may no longer sign in, is ended.
func (k *Kit) openSession(r *http.Request) (context.Context, error) {
	token := ""
	if cookie, err := r.Cookie(k.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := k.sessions.Load(r.Context(), token)
	if err != nil {
		return r.Context(), err
	}
	a, err := k.sessionActor(ctx)
	if err != nil {
		return ctx, err
	}
	if a == nil {
		a = k.o.Visitor(r)
	}
	who := *a
	q := requestOf(ctx)
	who.RequestID, who.IP = q.id, q.ip
	q.user = who.UserID
	return actor.With(ctx, &who), nil
}

// sessionActor gives the actor of the loaded session; nil without an error when nobody is signed in.
func (k *Kit) sessionActor(ctx context.Context) (*actor.Actor, error) {
	user := k.sessions.GetString(ctx, sessionUser)
	if user == "" {
		return nil, nil
	}
	seen, _ := strconv.ParseInt(k.sessions.GetString(ctx, sessionSeen), 10, 64)
	now := k.o.Clock.Now()
	idle := now.Sub(clock.Instant(seen))
	if idle > k.o.Session.Idle {
		return nil, k.sessions.Destroy(ctx)
	}
	if q := requestOf(ctx); idle > seenEvery && (q.route == nil || !q.route.background) {
		// Stored at once rather than with the answer: a slow page that ends after somebody signed out must not bring the
		// session back.
		k.sessions.Put(ctx, sessionSeen, strconv.FormatInt(int64(now), 10))
		if _, _, err := k.sessions.Commit(ctx); err != nil {
			return nil, err
		}
	}
	a, err := k.o.Authenticate(ctx, user, k.sessions.GetString(ctx, sessionEpoch))
	if errs.KindOf(err) == errs.Unauthenticated && err != nil {
		return nil, k.sessions.Destroy(ctx)
	}
	return a, err
}

// SessionActor gives the actor of the request's session for handlers registered with Raw; nil when nobody is signed in.
func (k *Kit) SessionActor(w http.ResponseWriter, r *http.Request) (*actor.Actor, error) {
	if _, err := r.Cookie(k.sessions.Cookie.Name); err != nil {
		return nil, nil
	}
	ctx, err := k.openSession(r)
	if err != nil {
		return nil, err
	}
	k.saveBefore(w, ctx)
	if a := actor.From(ctx); a.Kind == actor.User {
		return a, nil
	}
	return nil, nil
}

// saveBefore writes the session, if it changed, just before the response's headers go out.
func (k *Kit) saveBefore(w http.ResponseWriter, ctx context.Context) {
	rw, ok := w.(*responseWriter)
	if !ok {
		return
	}
	rw.before = func() {
		if err := k.saveSession(ctx, rw); err != nil {
			k.log.ErrorContext(ctx, "session not saved", "request_id", RequestID(ctx), "cause", err.Error())
		}
	}
}

func (k *Kit) saveSession(ctx context.Context, w http.ResponseWriter) error {
	switch k.sessions.Status(ctx) {
	case scs.Modified:
		if !requestOf(ctx).dirty {
			return nil
		}
		token, expiry, err := k.sessions.Commit(ctx)
		if err != nil {
			return err
		}
		k.sessions.WriteSessionCookie(ctx, w, token, expiry)
	case scs.Destroyed:
		k.sessions.WriteSessionCookie(ctx, w, "", time.Time{})
	}
	return nil
}

// SignIn starts a session for the user under a new token, so that a token known before is worth nothing. The session is
// stored at once: an error means that nobody is signed in.
func (c *Ctx) SignIn(userID, epoch string) error {
	if userID == "" {
		return errors.New("web: sign in without a user")
	}
	s, ctx := c.kit.sessions, c.Context()
	if err := s.RenewToken(ctx); err != nil {
		return err
	}
	s.Put(ctx, sessionUser, userID)
	s.Put(ctx, sessionEpoch, epoch)
	s.Put(ctx, sessionSeen, strconv.FormatInt(int64(c.Now()), 10))
	token, expiry, err := s.Commit(ctx)
	if err != nil {
		return err
	}
	s.WriteSessionCookie(ctx, c.Writer, token, expiry)
	return nil
}

// SignOut ends the session.
func (c *Ctx) SignOut() error { return c.kit.sessions.Destroy(c.Context()) }

// SessionPut keeps a short text in the session, such as the step of a sign-in with two factors.
func (c *Ctx) SessionPut(key, value string) {
	requestOf(c.Context()).dirty = true
	c.kit.sessions.Put(c.Context(), "x."+key, value)
}

// SessionGet gives what SessionPut kept and leaves it there; "" for nothing.
func (c *Ctx) SessionGet(key string) string {
	return c.kit.sessions.GetString(c.Context(), "x."+key)
}

// SessionTake gives what SessionPut kept and removes it.
func (c *Ctx) SessionTake(key string) string {
	requestOf(c.Context()).dirty = true
	return c.kit.sessions.PopString(c.Context(), "x."+key)
}
