package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Token (接口令牌) lets a program act for a user within a chosen part of the user's permissions. Only its digest is kept.
type Token struct {
	CentreID  string        `db:"centre_id"`
	ID        string        `db:"id"`
	UserID    string        `db:"user_id"`
	Name      string        `db:"name"`
	Prefix    string        `db:"prefix"` // first characters of the secret, to tell tokens apart
	Hash      string        `db:"hash" json:"-"`
	ScopeList string        `db:"scopes"` // permission names, sorted, joined by commas
	CreatedAt clock.Instant `db:"created_at"`
	ExpiresAt clock.Instant `db:"expires_at"`
	UsedAt    clock.Instant `db:"used_at"` // to the hour
	RevokedAt clock.Instant `db:"revoked_at"`
}

// Scopes lists the permissions of the token; it never has more than its owner.
func (t *Token) Scopes() []string { return splitList(t.ScopeList) }

// Live reports whether the token works at now, as long as its owner does.
func (t *Token) Live(now clock.Instant) bool { return t.RevokedAt == 0 && now < t.ExpiresAt }

// Errors about tokens.
var (
	ErrTokenMissing = errs.New(errs.NotFound, "org.token_missing", "没有这个接口令牌，或您无权查看。")
	ErrTokenOwner   = errs.New(errs.Conflict, "org.token_owner", "账号已停用，或本人还没有改掉一次性密码，没有新建令牌。请先启用账号，并由本人登录改密码。")
)

const (
	maxTokenLife = 366 * 24 * time.Hour
	maxTokens    = 50 // live ones of one user
)

// TokenInput is what the owner says about a new token.
type TokenInput struct {
	Name      string
	Scopes    []actor.Permission
	ExpiresAt clock.Instant
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

func (in *TokenInput) validate(a *actor.Actor, grants map[actor.Permission]actor.Scope, now clock.Instant) error {
	in.Name = strings.TrimSpace(in.Name)
	e := checkName(ErrInput, "name", "用途", in.Name, 40)
	if len(in.Scopes) == 0 {
		e = e.Field("scopes", "请至少选择一项权限")
	}
	for _, p := range in.Scopes {
		if grants[p] == actor.None || a.Kind != actor.System && !a.Can(p) {
			e = e.Field("scopes", "“%s”不在您自己的权限内，不能交给令牌", p)
		}
		if p == PermTokenCreate || p == PermTokenManage {
			e = e.Field("scopes", "令牌不能再管理令牌")
		}
	}
	if in.ExpiresAt <= now || in.ExpiresAt.Sub(now) > maxTokenLife {
		e = e.Field("expires_at", "到期时间应在今后一年之内")
	}
	return e.OrNil()
}

// CreateToken makes a token for the actor himself. The text is shown this once; a repeated key gives the token of the
// first time without it.
func (m *Module) CreateToken(ctx context.Context, in TokenInput) (Token, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTokenCreate); err != nil {
		return Token{}, "", err
	}
	return m.createToken(ctx, a.CentreID, a.UserID, in)
}

// CreateTokenFor makes a token for a user of the actor's centre; only the program's command line may.
func (m *Module) CreateTokenFor(ctx context.Context, user string, in TokenInput) (Token, string, error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return Token{}, "", actor.ErrForbidden.With("permission", string(PermTokenCreate))
	}
	return m.createToken(ctx, a.CentreID, user, in)
}

func (m *Module) createToken(ctx context.Context, centre, user string, in TokenInput) (Token, string, error) {
	text, prefix, hash := newTokenText(centre)
	var t Token
	repeated := false
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		var prior string
		var err error
		if prior, repeated, err = once.ClaimContent(tx, in.Key, "org.token_create", in, id); err != nil {
			return err
		}
		if repeated {
			t, err = store.Get[Token](tx, "SELECT "+store.Columns[Token]("")+" FROM org_token WHERE centre_id = $1 AND id = $2", centre, prior)
			return missing(err, ErrTokenMissing)
		}
		u, err := loadUser(tx, centre, user, true)
		if err != nil {
			return err
		}
		if !u.Active || u.MustChange {
			return ErrTokenOwner
		}
		if err := in.validate(actor.From(ctx), m.grants.of(u.RoleList), tx.Now()); err != nil {
			return err
		}
		live, err := store.Get[int64](tx, "SELECT COUNT(*) FROM org_token WHERE centre_id = $1 AND user_id = $2 AND revoked_at = 0 AND expires_at > $3", centre, user, tx.Now())
		if err != nil {
			return err
		}
		if live >= maxTokens {
			return ErrInput.Field("name", "有效的令牌已有 %d 个，请先吊销不用的", live)
		}
		t = Token{CentreID: centre, ID: id, UserID: user, Name: in.Name, Prefix: prefix, Hash: hash,
			ScopeList: joinScopes(in.Scopes), CreatedAt: tx.Now(), ExpiresAt: in.ExpiresAt}
		if err := store.Insert(tx, "org_token", t); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "org.token_create", Permission: PermTokenCreate, Kind: "token", Object: t.ID,
			Detail: map[string]any{"user": user, "name": t.Name, "scopes": t.Scopes(), "expires": t.ExpiresAt.String()}})
	})
	if err != nil {
		return Token{}, "", err
	}
	if repeated {
		text = ""
	}
	return t, text, nil
}

func joinScopes(list []actor.Permission) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = string(p)
	}
	return joinList(names)
}

// TokenQuery chooses tokens; an empty user means the actor's own.
type TokenQuery struct {
	UserID string
	All    bool   // of every user; needs org.token.manage
	After  string // id of the last token already seen
	Limit  int
}

// Tokens lists tokens, newest first: one's own, or with org.token.manage those of others.
func (m *Module) Tokens(ctx context.Context, q TokenQuery) (list []Token, next string, err error) {
	a := actor.From(ctx)
	if q.UserID == "" && !q.All {
		q.UserID = a.UserID
	}
	own := !q.All && q.UserID == a.UserID && a.Can(PermTokenCreate)
	if err := a.Require(PermTokenManage); err != nil && !own {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if !q.All {
		w.And("user_id = ?", q.UserID)
	}
	if q.After != "" {
		w.And("id < ?", q.After)
	}
	limit := pageSize(q.Limit)
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = selectPage[Token](tx, "org_token", w, "id DESC", limit+1)
		return err
	})
	if len(list) > limit {
		list, next = list[:limit], list[limit-1].ID
	}
	return list, next, err
}

// RevokeToken ends a token: one's own, or with org.token.manage anybody's of the centre.
func (m *Module) RevokeToken(ctx context.Context, id string) error {
	a := actor.From(ctx)
	perms := []actor.Permission{PermTokenCreate, PermTokenManage}
	if !slices.ContainsFunc(perms, a.Can) {
		return a.Require(PermTokenManage)
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		t, err := store.Get[Token](tx, "SELECT "+store.Columns[Token]("")+" FROM org_token WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		if err != nil {
			return missing(err, ErrTokenMissing)
		}
		perm := PermTokenManage
		if t.UserID == a.UserID {
			perm = PermTokenCreate
		}
		if !Sees(a, perm, Row{CentreID: t.CentreID, OwnerID: t.UserID}) {
			return ErrTokenMissing.Hide()
		}
		if t.RevokedAt != 0 {
			return nil
		}
		t.RevokedAt = tx.Now()
		if err := store.Update(tx, "org_token", t, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "org.token_revoke", Permission: perm, Kind: "token", Object: t.ID, Detail: map[string]any{"user": t.UserID}})
	})
}
