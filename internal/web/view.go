package web

import (
	"context"
	"net/url"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/web/assets"
)

// view is what layouts and components read from the context instead of being handed it by every page.
type view struct {
	kit       *Kit
	actor     *actor.Actor
	site      Site
	url       *url.URL
	messages  []Message
	large     bool
	requestID string
	now       clock.Instant
	groups    []navGroup // navigation, built when a layout first asks
	built     bool
}

type viewKey struct{}

// viewContext puts the view of this request into its context.
func (c *Ctx) viewContext() context.Context {
	ctx := c.Context()
	v := &view{kit: c.kit, actor: c.Actor(), site: c.kit.o.Site(ctx), url: c.Request.URL, messages: c.takeMessages(),
		requestID: c.RequestID(), now: c.Now()}
	if v.site.Product == "" {
		v.site.Product = "一窗"
	}
	if v.site.Centre == "" {
		v.site.Centre = v.site.Product
	}
	if cookie, err := c.Request.Cookie(largeCookie); err == nil && cookie.Value == "1" {
		v.large = true
	}
	return context.WithValue(ctx, viewKey{}, v)
}

// viewOf gives the context's view; one without a kit where a component is rendered by itself, as tests do.
func viewOf(ctx context.Context) *view {
	if v, ok := ctx.Value(viewKey{}).(*view); ok {
		return v
	}
	return &view{actor: actor.From(ctx), site: Site{Centre: "一窗", Product: "一窗"}, url: &url.URL{Path: "/"}}
}

func (v *view) nav(ctx context.Context) []navGroup {
	if v.kit == nil {
		return nil
	}
	if !v.built {
		v.groups, v.built = v.kit.navFor(ctx, v.url.Path), true
	}
	return v.groups
}

func (v *view) signedIn() bool { return v.actor.Kind == actor.User }

// missingAssets reports that the program was built without its styles and scripts.
func missingAssets() bool { return !assets.Built() }

// asset is the hashed address of a bundle's file.
func asset(name string) string { return assets.Path(name) }

// address is the current page with some query values changed: pairs of name and value, "" removes.
func (v *view) address(pairs ...string) string {
	q := v.url.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return v.url.Path
	}
	return v.url.Path + "?" + q.Encode()
}
