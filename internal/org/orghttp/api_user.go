package orghttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// userOut is an account as the API shows it; the telephone number is not part of it.
type userOut struct {
	ID          string        `json:"id"`
	Username    string        `json:"username" doc:"用户名"`
	DisplayName string        `json:"display_name" doc:"姓名"`
	Title       string        `json:"title,omitempty" doc:"职务"`
	UnitID      string        `json:"unit_id,omitempty" doc:"单位"`
	SiteID      string        `json:"site_id,omitempty" doc:"站点"`
	Roles       []string      `json:"roles" doc:"角色代码"`
	Active      bool          `json:"active" doc:"是否启用"`
	MustChange  bool          `json:"must_change_password" doc:"是否要先改密码"`
	LockedUntil clock.Instant `json:"locked_until,omitempty" doc:"锁定到什么时候"`
	SignedInAt  clock.Instant `json:"signed_in_at,omitempty" doc:"最近登录"`
	Version     int64         `json:"version"`
}

func userOf(u org.User) userOut {
	roles := u.Roles()
	if roles == nil {
		roles = []string{}
	}
	return userOut{ID: u.ID, Username: u.Username, DisplayName: u.DisplayName, Title: u.Title, UnitID: u.UnitID, SiteID: u.SiteID, Roles: roles, Active: u.Active,
		MustChange: u.MustChange, LockedUntil: u.LockedUntil, SignedInAt: u.SignedInAt, Version: u.Version}
}

// userIn is an account as the API takes it.
type userIn struct {
	Username    string  `json:"username" minLength:"2" maxLength:"32"`
	DisplayName string  `json:"display_name" minLength:"1" maxLength:"30"`
	Title       string  `json:"title,omitempty" maxLength:"30"`
	Phone       *string `json:"phone,omitempty" maxLength:"20" doc:"手机号；修改时不传表示不变，传空表示删除"`
	UnitID      string  `json:"unit_id,omitempty" maxLength:"64"`
	SiteID      string  `json:"site_id,omitempty" maxLength:"64"`
}

func (in *userIn) input(key string) org.UserInput {
	out := org.UserInput{Key: key, Username: in.Username, DisplayName: in.DisplayName, Title: in.Title, UnitID: in.UnitID, SiteID: in.SiteID, PhoneKeep: in.Phone == nil}
	if in.Phone != nil {
		out.Phone = *in.Phone
	}
	return out
}

// newUserOut is a new account with its one-time password.
type newUserOut struct {
	userOut
	Password string `json:"one_time_password,omitempty" doc:"一次性密码，只返回这一次，用同一个幂等键重发也不再返回；首次登录必须修改"`
}

// Change is a path and a version, for operations that change an account.
type Change struct {
	rest.ID
	rest.IfMatch
}

// versioned answers an operation that changed an account.
func versioned(u org.User, err error) (*rest.Versioned[userOut], error) {
	if err != nil {
		return nil, err
	}
	return rest.WithVersion(userOf(u), u.Version), nil
}

func (h *handlers) userAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/users", Summary: "用户列表", Tags: tags}, org.PermUserRead,
		func(ctx context.Context, in *struct {
			rest.Paging
			Q      string `query:"q" maxLength:"60" doc:"姓名、用户名或职务的一部分"`
			Role   string `query:"role" maxLength:"32" doc:"角色代码"`
			UnitID string `query:"unit_id" maxLength:"64"`
			SiteID string `query:"site_id" maxLength:"64"`
			Active bool   `query:"active" doc:"只要启用的"`
		}) (*rest.Body[rest.Page[userOut]], error) {
			list, next, err := h.org.Users(ctx, org.UserQuery{Text: in.Q, Role: in.Role, UnitID: in.UnitID, SiteID: in.SiteID, Active: in.Active, After: in.After, Limit: in.Limit})
			return mapList(list, next, err, userOf)
		})
	rest.Register(api, huma.Operation{Method: "GET", Path: "/users/{id}", Summary: "查看用户", Tags: tags}, org.PermUserRead,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[userOut], error) {
			return versioned(h.org.User(ctx, in.ID.ID))
		})
	rest.Register(api, huma.Operation{Method: "POST", Path: "/users", Summary: "新建用户", Tags: tags, DefaultStatus: 201}, org.PermUserWrite,
		func(ctx context.Context, in *struct {
			rest.IdempotencyKey
			Body userIn
		}) (*rest.Created[newUserOut], error) {
			u, password, err := h.org.CreateUser(ctx, in.Body.input(in.IdempotencyKey.IdempotencyKey))
			if err != nil {
				return nil, err
			}
			return rest.Made(newUserOut{userOf(u), password}, "/users/"+u.ID, u.Version), nil
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/users/{id}", Summary: "修改用户", Tags: tags}, org.PermUserWrite,
		func(ctx context.Context, in *struct {
			Change
			Body userIn
		}) (*rest.Versioned[userOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			return versioned(h.org.ChangeUser(ctx, in.ID.ID, version, in.Body.input("")))
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/users/{id}/roles", Summary: "分配角色", Tags: tags}, org.PermRoleAssign,
		func(ctx context.Context, in *struct {
			Change
			Body struct {
				Roles []string `json:"roles" maxItems:"20" doc:"角色代码，完整列出"`
			}
		}) (*rest.Versioned[userOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			return versioned(h.org.SetRoles(ctx, in.ID.ID, version, in.Body.Roles))
		})
	rest.Register(api, huma.Operation{Method: "PUT", Path: "/users/{id}/active", Summary: "启用或停用用户", Tags: tags}, org.PermUserWrite,
		func(ctx context.Context, in *struct {
			Change
			Body activeIn
		}) (*rest.Versioned[userOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			return versioned(h.org.SetUserActive(ctx, in.ID.ID, version, in.Body.Active))
		})
	h.userHelpAPI(api)
	h.meAPI(api)
}

// phoneOut is the telephone number of an account.
type phoneOut struct {
	Phone string `json:"phone" doc:"手机号；没有登记为空"`
}

// userHelpAPI adds what an administrator does for somebody who cannot sign in, or must not stay signed in.
func (h *handlers) userHelpAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "POST", Path: "/users/{id}/password-reset", Summary: "重置密码：返回一次性密码，解除锁定，结束全部登录", Tags: tags}, org.PermUserReset,
		func(ctx context.Context, in *Change) (*rest.Versioned[newUserOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			u, password, err := h.org.ResetPassword(ctx, in.ID.ID, version)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(newUserOut{userOf(u), password}, u.Version), nil
		})
	for _, help := range []struct {
		verb, summary string
		do            func(ctx context.Context, id string, version int64) (org.User, error)
	}{{"unlock", "解除登录锁定", h.org.Unlock}, {"sign-out", "结束账号的全部登录", h.org.SignOutUser}} {
		rest.Register(api, huma.Operation{Method: "POST", Path: "/users/{id}/" + help.verb, Summary: help.summary, Tags: tags}, org.PermUserReset,
			func(ctx context.Context, in *Change) (*rest.Versioned[userOut], error) {
				version, err := in.RequireVersion()
				if err != nil {
					return nil, err
				}
				return versioned(help.do(ctx, in.ID.ID, version))
			})
	}
	rest.Register(api, huma.Operation{Method: "POST", Path: "/users/{id}/phone", Summary: "查看手机号（写入审计）", Tags: tags}, org.PermUserPhone,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[phoneOut], error) {
			phone, err := h.org.Phone(ctx, in.ID.ID)
			if err != nil {
				return nil, err
			}
			return rest.OK(phoneOut{string(phone)}), nil
		})
}

// meOut is the actor of the request.
type meOut struct {
	User        userOut           `json:"user"`
	CentreID    string            `json:"centre_id" doc:"政务中心"`
	UnitIDs     []string          `json:"unit_ids" doc:"本单位和下级单位"`
	Permissions map[string]string `json:"permissions" doc:"权限与数据范围：own 本人，unit 本单位，site 本站点，centre 本中心"`
}

func (h *handlers) meAPI(api *rest.Kit) {
	rest.Register(api, huma.Operation{Method: "GET", Path: "/me", Summary: "当前账号", Tags: []string{apiTag}}, web.SignedIn,
		func(ctx context.Context, _ *struct{}) (*rest.Body[meOut], error) {
			u, err := h.org.Me(ctx)
			if err != nil {
				return nil, err
			}
			a := actor.From(ctx)
			out := meOut{User: userOf(u), CentreID: a.CentreID, UnitIDs: append([]string{}, a.UnitIDs...), Permissions: map[string]string{}}
			for p, s := range a.Grants {
				out.Permissions[string(p)] = s.String()
			}
			return rest.OK(out), nil
		})
}

// tokenOut is an API token as the API shows it, without its secret.
type tokenOut struct {
	ID        string        `json:"id"`
	Name      string        `json:"name" doc:"用途"`
	Prefix    string        `json:"prefix" doc:"密文开头几位，用于辨认"`
	UserID    string        `json:"user_id" doc:"所属用户"`
	Scopes    []string      `json:"scopes" doc:"允许的权限"`
	CreatedAt clock.Instant `json:"created_at"`
	ExpiresAt clock.Instant `json:"expires_at"`
	UsedAt    clock.Instant `json:"used_at,omitempty" doc:"最近使用，精确到小时"`
	RevokedAt clock.Instant `json:"revoked_at,omitempty"`
}

func tokenOf(t org.Token) tokenOut {
	return tokenOut{ID: t.ID, Name: t.Name, Prefix: t.Prefix, UserID: t.UserID, Scopes: t.Scopes(), CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt, RevokedAt: t.RevokedAt}
}

// newTokenOut is a new token with its secret.
type newTokenOut struct {
	tokenOut
	Token string `json:"token,omitempty" doc:"令牌，只返回这一次，用同一个幂等键重发也不再返回"`
}

func (h *handlers) tokenAPI(api *rest.Kit) {
	tags := []string{apiTag}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/tokens", Summary: "自己的接口令牌；all 为全部用户的", Tags: tags}, org.PermTokenCreate,
		func(ctx context.Context, in *struct {
			rest.Paging
			All bool `query:"all" doc:"全部用户的令牌，需要权限 org.token.manage"`
		}) (*rest.Body[rest.Page[tokenOut]], error) {
			list, next, err := h.org.Tokens(ctx, org.TokenQuery{All: in.All, After: in.After, Limit: in.Limit})
			return mapList(list, next, err, tokenOf)
		})
	rest.Register(api, huma.Operation{Method: "POST", Path: "/tokens", Summary: "新建接口令牌", Tags: tags, DefaultStatus: 201}, org.PermTokenCreate,
		func(ctx context.Context, in *struct {
			rest.IdempotencyKey
			Body struct {
				Name      string        `json:"name" minLength:"1" maxLength:"40"`
				Scopes    []string      `json:"scopes" minItems:"1" maxItems:"200"`
				ExpiresAt clock.Instant `json:"expires_at"`
			}
		}) (*rest.Created[newTokenOut], error) {
			input := org.TokenInput{Name: in.Body.Name, ExpiresAt: in.Body.ExpiresAt, Key: in.IdempotencyKey.IdempotencyKey}
			for _, s := range in.Body.Scopes {
				input.Scopes = append(input.Scopes, actor.Permission(s))
			}
			t, text, err := h.org.CreateToken(ctx, input)
			if err != nil {
				return nil, err
			}
			return rest.Made(newTokenOut{tokenOf(t), text}, "/tokens/"+t.ID, 1), nil
		})
	rest.Register(api, huma.Operation{Method: "DELETE", Path: "/tokens/{id}", Summary: "吊销接口令牌", Tags: tags, DefaultStatus: 204}, org.PermTokenCreate,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Nothing, error) {
			return &rest.Nothing{}, h.org.RevokeToken(ctx, in.ID.ID)
		})
}
