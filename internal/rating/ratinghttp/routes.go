// Package ratinghttp is the pages of package rating and its part of the API: the page on which people rate a service by its
// code, the published results, the desk of 政务监察股 with every rating, the tasks of bad ratings, the list of exclusions, the
// codes that a window shows, and the parameters.
package ratinghttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/rating"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Rating *rating.Module
	Org    *org.Module
	// Units lists the units of the centre for a choice.
	Units func(ctx context.Context) ([]web.Option, error)
}

type handlers struct{ Deps }

// Limits of what one address may send: a code is not to be found by trying.
var (
	lookRate = web.Rate{PerMinute: 20, Burst: 20}
	sayRate  = web.Rate{PerMinute: 10, Burst: 10}
)

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /rating", rating.PermRead, h.list)
	kit.Page("GET /rating/ratings.xlsx", rating.PermRead, h.export)
	kit.Page("GET /rating/cohort", rating.PermRead, h.cohort)
	kit.Page("GET /rating/tasks", rating.PermTaskRead, h.tasks)
	kit.Page("GET /rating/tasks/{no}", rating.PermTaskRead, h.sheet)
	kit.Page("POST /rating/tasks/{no}/rater", rating.PermIdentity, h.reveal)
	for _, x := range deeds() {
		kit.Page("POST /rating/tasks/{no}/"+string(x.action), rating.PermissionOf(x.action), h.act(x))
	}
	kit.Page("GET /rating/exclusions", rating.PermTaskRead, h.exclusions)
	kit.Page("GET /rating/codes", rating.PermShowCode, h.codes)
	kit.Page("POST /rating/codes", rating.PermShowCode, h.consult)
	kit.Page("GET /rating/codes/{kind}/{id}", rating.PermShowCode, h.code)
	kit.Page("GET /rating/phone", rating.PermPhone, h.phone)
	kit.Page("POST /rating/phone", rating.PermPhone, h.takePhone)
	kit.Page("GET /rating/settings", rating.PermParameter, h.settings)
	kit.Page("POST /rating/settings/{name}", rating.PermParameter, h.saveSetting)
	kit.Nav(
		web.NavItem{Group: "好差评", Label: "评价", Href: "/rating", Permission: rating.PermRead, Icon: "star"},
		web.NavItem{Group: "好差评", Label: "差评任务", Href: "/rating/tasks", Permission: rating.PermTaskRead, Icon: "alert-triangle"},
		web.NavItem{Group: "好差评", Label: "剔除清单", Href: "/rating/exclusions", Permission: rating.PermTaskRead, Icon: "gavel"},
		web.NavItem{Group: "好差评", Label: "评价码", Href: "/rating/codes", Permission: rating.PermShowCode, Icon: "star"},
		web.NavItem{Group: "好差评", Label: "电话评价", Href: "/rating/phone", Permission: rating.PermPhone, Icon: "phone"},
		web.NavItem{Group: "好差评", Label: "评价参数", Href: "/rating/settings", Permission: rating.PermParameter, Icon: "settings"},
	)
	registerPublic(kit, d)
}

func registerPublic(kit *web.Kit, d Deps) {
	s := citizens{d, kit}
	for _, base := range []string{"/rate", "/rate/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.door))
		kit.Public("POST "+base, s.at(s.enter), web.Limit(lookRate))
		kit.Public("GET "+base+"/s/{code}", s.at(s.form), web.Limit(lookRate))
		kit.Public("POST "+base+"/s/{code}", s.at(s.rate), web.Limit(sayRate))
		kit.Public("GET "+base+"/r/{receipt}", s.at(s.receipt), web.Limit(lookRate))
		kit.Public("POST "+base+"/r/{receipt}", s.at(s.change), web.Limit(sayRate))
		kit.Public("POST "+base+"/r/{receipt}/confirm", s.at(s.confirm), web.Limit(sayRate))
		kit.Public("GET "+base+"/results", s.at(s.results), web.Limit(lookRate))
	}
}

func taskPath(no string) string { return "/rating/tasks/" + no }

// asCitizen lets whoever asks be somebody without an account, in the centre that is asked.
func asCitizen(ctx context.Context) context.Context {
	return actor.With(ctx, rating.CitizenActor(actor.From(ctx).CentreID, web.ClientIP(ctx), web.RequestID(ctx)))
}
