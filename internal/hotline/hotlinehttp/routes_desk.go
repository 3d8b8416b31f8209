package hotlinehttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// desks are the pages of those who work on tickets: call-takers, dispatchers, units, reviewers and call-back desks.
type desks struct{ Deps }

// RegisterDesks adds the staff desks (工作台), the record of a ticket and the search box to the kit.
func RegisterDesks(kit *web.Kit, d Deps) {
	s := desks{d}
	kit.Search(web.SearchBox{Action: "/hotline/search", Placeholder: "查找工单、答复、知识", Permission: hotline.PermRead})
	kit.Page("GET /hotline", hotline.PermRead, s.queue)
	kit.Page("GET /hotline/export.xlsx", hotline.PermRead, s.export)
	kit.Page("GET /hotline/live", hotline.PermRead, s.live, web.Background())
	kit.Page("GET /hotline/search", hotline.PermRead, s.search)

	kit.Page("GET /hotline/new", hotline.PermRegister, s.newCall)
	kit.Page("POST /hotline/new", hotline.PermRegister, s.registerCall, web.MaxBody(uploadBody))
	kit.Page("POST /hotline/new/look", hotline.PermRegister, s.lookUp)

	kit.Page("GET /hotline/unit", hotline.PermSign, s.unit)
	kit.Page("GET /hotline/asks", hotline.PermRead, s.asks)
	kit.Page("GET /hotline/review", hotline.PermReview, s.review)
	kit.Page("GET /hotline/callback", hotline.PermCallback, s.callback)
	kit.Page("POST /hotline/callback/next", hotline.PermCallback, s.nextCall)
	kit.Page("POST /hotline/callback/{no}", hotline.PermCallback, s.recordCall)
	after := visits{d}
	kit.Page("GET /hotline/messages", hotline.PermMessages, after.messages)
	kit.Page("GET /hotline/samples", hotline.PermReport, after.samples)

	kit.Page("GET /hotline/tickets/{no}", hotline.PermRead, s.ticket)
	kit.Page("GET /hotline/tickets/{no}/live", hotline.PermRead, s.followTicket, web.Background())
	kit.Page("GET /hotline/tickets/{no}/attachments/{id}", hotline.PermRead, s.download)
	kit.Page("GET /hotline/tickets/{no}/print", hotline.PermRead, s.printTicket)
	kit.Page("GET /hotline/tickets/{no}/receipt", hotline.PermRegister, s.printReceipt)
	for _, d := range bulkDeeds {
		kit.Page("POST "+"/hotline/bulk/"+d.slug, d.perm, s.bulk(d))
	}
	kit.Page("POST /hotline/tickets/{no}/reveal", hotline.PermReadPersonal, s.reveal)
	for _, d := range deeds {
		kit.Page("POST "+"/hotline/tickets/{no}/"+d.slug, d.perm, s.perform(d), d.options()...)
	}
}

// NavItems are the desks' lines in the navigation, with their true counts.
func NavItems(m *hotline.Module, d *desk.Module) []web.NavItem {
	const group = "12345 热线"
	states := func(list ...hotline.State) func(ctx context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			counts, err := m.StateCounts(ctx)
			n := int64(0)
			for _, s := range list {
				n += counts[s]
			}
			return int(n), err
		}
	}
	return []web.NavItem{
		{Group: group, Label: "登记来电", Href: "/hotline/new", Permission: hotline.PermRegister, Icon: "headset"},
		{Group: group, Label: "工单", Href: "/hotline", Permission: hotline.PermRead, Icon: "ticket", Count: states(hotline.Draft, hotline.Triage)},
		{Group: group, Label: "本单位工单", Href: "/hotline/unit", Permission: hotline.PermSign, Icon: "inbox", Count: unitOpen(d)},
		{Group: group, Label: "审核答复", Href: "/hotline/review", Permission: hotline.PermReview, Icon: "checklist", Count: states(hotline.Review)},
		{Group: group, Label: "申请与审批", Href: "/hotline/asks", Permission: hotline.PermRead, Icon: "gavel", Count: askCount(d)},
		{Group: group, Label: "回访", Href: "/hotline/callback", Permission: hotline.PermCallback, Icon: "phone", Count: states(hotline.Callback)},
		{Group: group, Label: "查找", Href: "/hotline/search", Permission: hotline.PermRead, Icon: "search"},
	}
}

// unitOpen counts what the actor's units have to sign, handle or sign off.
func unitOpen(m *desk.Module) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		counts, err := m.UnitCounts(ctx, "")
		return int(counts[hotline.PendingSign] + counts[hotline.Signed] + counts[hotline.SignOff]), err
	}
}

// seesCentre reports whether the actor reads the tickets of the whole centre, as the hotline office does, and not those
// of a unit.
func seesCentre(a *actor.Actor) bool { return a.Scope(hotline.PermRead) >= actor.Centre }
