package org

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Refusals of a session or token; they end it quietly or ask for another one.
var (
	ErrSession = errs.New(errs.Unauthenticated, "org.session", "登录已失效，请重新登录。")
	// ErrMustChange refuses everything but one's own account until the one-time password is changed.
	ErrMustChange = errs.New(errs.Conflict, "org.must_change", "您用的是一次性密码，请先在“我的账号”里改成自己的密码，再继续使用。").With("next_page", "/account/password")
	ErrToken      = errs.New(errs.Unauthenticated, "org.token", "接口令牌无效、已过期或已吊销。请换用有效的令牌。")
)

// standing is what one indexed read tells of an account: the hot path of every request.
type standing struct {
	ID         string `db:"id"`
	Name       string `db:"display_name"`
	UnitID     string `db:"unit_id"`
	SiteID     string `db:"site_id"`
	RoleList   string `db:"roles"`
	Active     bool   `db:"active"`
	MustChange bool   `db:"must_change"`
	Epoch      int64  `db:"epoch"`
	Below      string `db:"below"` // ids of the unit and all below it
}

// standingColumns reads a standing from org_user u. The units below are one range of the index on path, because ids
// and slashes sort before the tilde.
const standingColumns = `u.id, u.display_name, u.unit_id, u.site_id, u.roles, u.active, u.must_change, u.epoch,
	COALESCE((SELECT string_agg(d.id, ' ') FROM org_unit p JOIN org_unit d ON d.centre_id = p.centre_id AND d.path >= p.path AND d.path < p.path || '~'
		WHERE p.centre_id = u.centre_id AND p.id = u.unit_id), '') AS below`

// actor builds the actor of an account. One whose password is a one-time password holds no grant until it is changed.
func (m *Module) actor(centre string, s *standing) *actor.Actor {
	a := &actor.Actor{Kind: actor.User, UserID: s.ID, Name: s.Name, CentreID: centre, UnitID: s.UnitID, SiteID: s.SiteID,
		UnitIDs: strings.Fields(s.Below)}
	if s.MustChange {
		a.Refusal = ErrMustChange
		return a
	}
	a.Roles, a.Grants = splitList(s.RoleList), m.grants.of(s.RoleList)
	return a
}

// Authenticate gives the actor of a session: subject and epoch as SignIn gave them. It is one read by primary key.
// org.session means that the session is over: signed out everywhere, password changed, account closed.
func (m *Module) Authenticate(ctx context.Context, subject, epoch string) (*actor.Actor, error) {
	centre, user, ok := splitSubject(subject)
	n, err := strconv.ParseInt(epoch, 10, 64)
	if !ok || err != nil {
		return nil, ErrSession
	}
	var s standing
	err = m.db.Peek(ctx, func(tx *store.Tx) (err error) {
		s, err = store.Get[standing](tx, "SELECT "+standingColumns+" FROM org_user u WHERE u.centre_id = $1 AND u.id = $2", centre, user)
		return missing(err, ErrSession)
	})
	if err != nil {
		return nil, err
	}
	if !s.Active || s.Epoch != n {
		return nil, ErrSession
	}
	return m.actor(centre, &s), nil
}

// ownAccount loads the signed-in actor's account.
func (m *Module) ownAccount(ctx context.Context) (User, error) {
	a := actor.From(ctx)
	if a.UserID == "" {
		return User{}, actor.ErrSignIn
	}
	var u account
	err := m.db.Peek(ctx, func(tx *store.Tx) (err error) {
		u, err = loadUser(tx, a.CentreID, a.UserID, false)
		return err
	})
	return u.User, err
}

// Me gives the account of the signed-in actor.
func (m *Module) Me(ctx context.Context) (User, error) { return m.ownAccount(ctx) }

// tokenMark starts every API token, so that a leaked one is recognised; the centre's id follows, then the secret.
const tokenMark = "yct_"

const (
	secretLen   = 26 // rand.Text: 130 bits
	tokenPrefix = 6  // characters of the secret that stay visible
)

// newTokenText makes a token for a centre, with the visible prefix and the digest to keep.
func newTokenText(centre string) (text, prefix, hash string) {
	secret := strings.ToLower(rand.Text())
	text = tokenMark + centre + secret
	return text, secret[:tokenPrefix], digest(text)
}

func parseToken(text string) (centre string, ok bool) {
	if len(text) != len(tokenMark)+id.Len+secretLen || !strings.HasPrefix(text, tokenMark) {
		return "", false
	}
	return text[len(tokenMark) : len(tokenMark)+id.Len], true
}

// digest of a random secret: it cannot be guessed, so one round of SHA-256 is enough.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// tokenStanding is a token with its owner.
type tokenStanding struct {
	standing
	TokenID   string        `db:"token_id"`
	TokenName string        `db:"token_name"`
	Scopes    string        `db:"scopes"`
	ExpiresAt clock.Instant `db:"expires_at"`
	UsedAt    clock.Instant `db:"used_at"`
	RevokedAt clock.Instant `db:"revoked_at"`
}

// usedEvery is how coarse a token's last use is kept, so that the hot path hardly ever writes.
const usedEvery = time.Hour

// AuthenticateToken gives the actor of an API token: its owner, limited to the token's permissions. It is one read by
// unique index; once an hour of use it also notes the time.
func (m *Module) AuthenticateToken(ctx context.Context, token string) (*actor.Actor, error) {
	centre, ok := parseToken(token)
	if !ok {
		return nil, ErrToken
	}
	var s tokenStanding
	err := m.db.Peek(ctx, func(tx *store.Tx) (err error) {
		s, err = store.Get[tokenStanding](tx, `SELECT `+standingColumns+`, t.id AS token_id, t.name AS token_name, t.scopes, t.expires_at, t.used_at, t.revoked_at
			FROM org_token t JOIN org_user u ON u.centre_id = t.centre_id AND u.id = t.user_id
			WHERE t.centre_id = $1 AND t.hash = $2`, centre, digest(token))
		return missing(err, ErrToken)
	})
	if err != nil {
		return nil, err
	}
	now := m.db.Clock().Now()
	if !s.Active || s.MustChange || s.RevokedAt != 0 || now >= s.ExpiresAt {
		return nil, ErrToken
	}
	if now.Sub(s.UsedAt) >= usedEvery {
		m.noteUse(ctx, centre, s.TokenID)
	}
	a := m.actor(centre, &s.standing)
	a.Kind, a.TokenID, a.Name = actor.Token, s.TokenID, a.Name+"（"+s.TokenName+"）"
	a.Grants = restrict(a.Grants, splitList(s.Scopes))
	return a, nil
}

// restrict keeps the permissions that are in scopes.
func restrict(grants map[actor.Permission]actor.Scope, scopes []string) map[actor.Permission]actor.Scope {
	out := make(map[actor.Permission]actor.Scope, len(scopes))
	for _, p := range scopes {
		if s := grants[actor.Permission(p)]; s > actor.None {
			out[actor.Permission(p)] = s
		}
	}
	return out
}

// noteUse keeps a token's last use. It is not worth failing a request for.
func (m *Module) noteUse(ctx context.Context, centre, token string) {
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return tx.Queue("UPDATE org_token SET used_at = $1 WHERE centre_id = $2 AND id = $3", tx.Now(), centre, token)
	})
	if err != nil {
		m.log.WarnContext(ctx, "token use not noted", "module", "org", "token", token, "error", err.Error())
	}
}
