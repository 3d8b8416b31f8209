package orghttp

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// tokenView is the page of one's own tokens.
type tokenView struct {
	Form     *web.Form
	Tokens   []org.Token
	Next     string
	Scopes   []web.Option
	New      org.Token
	NewText  string // shown once
	Manage   bool   // of everybody
	Names    map[string]string
	LastDate string
}

func (h *handlers) tokenView(c *web.Ctx, f *web.Form) (tokenView, error) {
	v := tokenView{Form: f, Scopes: h.scopeOptions(c.Actor()), LastDate: (c.Now().Date() + 180).String()}
	var err error
	v.Tokens, v.Next, err = h.org.Tokens(c.Context(), org.TokenQuery{After: c.Query("after")})
	return v, err
}

// scopeOptions are the permissions that the actor may hand to a token, in the order of declaration.
func (h *handlers) scopeOptions(a *actor.Actor) []web.Option {
	var out []web.Option
	for _, row := range h.org.Matrix() {
		p := row.Permission
		if s := a.Scope(p.Name); s > actor.None && p.Name != org.PermTokenCreate && p.Name != org.PermTokenManage {
			out = append(out, web.Option{Value: string(p.Name), Label: p.Label, Hint: org.ScopeName(s)})
		}
	}
	return out
}

func (h *handlers) tokens(c *web.Ctx) error {
	v, err := h.tokenView(c, nil)
	if err != nil {
		return err
	}
	return c.Render(tokenPage(v))
}

func (h *handlers) tokenCreate(c *web.Ctx) error {
	f := c.Form()
	in := org.TokenInput{Name: f.Text("name")}
	for _, s := range f.All("scopes") {
		in.Scopes = append(in.Scopes, actor.Permission(s))
	}
	if day := f.Date("expires_at"); !day.IsZero() {
		in.ExpiresAt = day.End()
	}
	var t org.Token
	var text string
	var err error
	if f.OK() {
		if t, text, err = h.org.CreateToken(c.Context(), in); err != nil && !f.Take(err) {
			return err
		}
	}
	if !f.OK() {
		v, err := h.tokenView(c, f)
		if err != nil {
			return err
		}
		return c.Invalid(tokenPage(v))
	}
	v, err := h.tokenView(c, nil)
	if err != nil {
		return err
	}
	v.New, v.NewText = t, text
	return c.Render(tokenPage(v))
}

func (h *handlers) tokenRevoke(c *web.Ctx) error {
	if err := h.org.RevokeToken(c.Context(), c.Param("id")); err != nil {
		return err
	}
	c.Flash(web.Success, "令牌已吊销，立即失效。")
	if c.Form().Bool("all") {
		return c.Redirect("/org/tokens")
	}
	return c.Redirect("/account/tokens")
}

func (h *handlers) allTokens(c *web.Ctx) error {
	v := tokenView{Manage: true, Names: map[string]string{}}
	var err error
	if v.Tokens, v.Next, err = h.org.Tokens(c.Context(), org.TokenQuery{All: true, After: c.Query("after")}); err != nil {
		return err
	}
	var ids []string
	for _, t := range v.Tokens {
		if !slices.Contains(ids, t.UserID) {
			ids = append(ids, t.UserID)
		}
	}
	if v.Names, err = h.org.UserNames(c.Context(), ids); err != nil {
		return err
	}
	return c.Render(allTokensPage(v))
}
