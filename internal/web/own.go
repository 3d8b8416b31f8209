package web

import (
	"net/http"

	"yichuang/internal/web/assets"
)

// mountOwn registers the kit's own routes, all public.
func (k *Kit) mountOwn() {
	open := Route{Public: true}
	k.Raw("GET /healthz", open, http.HandlerFunc(k.healthz))
	k.Raw("GET /readyz", open, http.HandlerFunc(k.readyz))
	if k.o.Metrics != nil {
		k.Raw("GET /metrics", open, k.metricsHandler())
	}
	k.Raw("GET /assets/{file}", open, http.HandlerFunc(k.asset))
	k.Public("POST /display", switchDisplay, Limit(Rate{PerMinute: 60, Burst: 30}))
}

func (k *Kit) asset(w http.ResponseWriter, r *http.Request) {
	if !assets.Serve(w, r, r.PathValue("file")) {
		k.Fail(w, r, ErrNotFound)
	}
}

// largeCookie remembers 老年模式, the larger type of public pages, without a script and without an account.
const largeCookie = "yc_large"

func switchDisplay(c *Ctx) error {
	f := c.Form()
	if f.Bool("large") {
		c.setCookie(largeCookie, "1", 365*24*3600)
	} else {
		c.setCookie(largeCookie, "", -1)
	}
	return c.Redirect(LocalPath(f.Text("back"), "/"))
}
