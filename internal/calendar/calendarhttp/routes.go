// Package calendarhttp is the pages and the API of package calendar: the year with its days off and make-up days, the
// import of notices, office hours, the trial of a limit and the journal of re-projected limits.
package calendarhttp

import (
	"context"

	"yichuang/internal/calendar"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// Deps is what the pages are made from.
type Deps struct {
	Calendar *calendar.Module
	// Units lists the units that may have office hours of their own, from the module that knows them; nil leaves the
	// choice out.
	Units func(ctx context.Context) ([]web.Option, error)
	// Gaps counts what the calendar lacks, for the number beside its line in the navigation; nil shows none.
	Gaps func(ctx context.Context) (int, error)
}

// handlers answers the pages.
type handlers struct {
	Deps
}

// Register adds the pages and the API.
func Register(pages *web.Kit, api *rest.Kit, d Deps) {
	h := &handlers{d}
	pages.Nav(web.NavItem{Group: "设置", Label: "工作日历", Href: "/calendar", Permission: calendar.PermDayRead, Icon: "calendar", Count: d.Gaps})
	pages.Page("GET /calendar", calendar.PermDayRead, h.year)
	pages.Page("GET /calendar/days.csv", calendar.PermDayRead, h.download)
	pages.Page("GET /calendar/days.xlsx", calendar.PermDayRead, h.exportYear)
	pages.Page("GET /calendar/due", calendar.PermDayRead, h.due)
	pages.Page("GET /calendar/revisions/{id}", calendar.PermDayRead, h.revision)
	pages.Page("GET /calendar/journal", calendar.PermDayRead, h.journal)
	pages.Page("GET /calendar/hours", calendar.PermDayRead, h.hours)
	pages.Page("GET /calendar/hours/new", calendar.PermHoursPublish, h.hoursForm)
	pages.Page("POST /calendar/hours", calendar.PermHoursPublish, h.hoursPublish)
	pages.Page("GET /calendar/import", calendar.PermDayPublish, h.importForm)
	pages.Page("POST /calendar/import/preview", calendar.PermDayPublish, h.importPreview, web.MaxBody(2<<20))
	pages.Page("POST /calendar/import", calendar.PermDayPublish, h.importPublish, web.MaxBody(2<<20))
	h.registerAPI(api)
}

// tabs lead between the pages of the calendar.
func tabs(current string) []web.Tab {
	list := []web.Tab{{Label: "年历", Href: "/calendar"}, {Label: "办公时间", Href: "/calendar/hours"}, {Label: "时限试算", Href: "/calendar/due"}, {Label: "重算记录", Href: "/calendar/journal"}}
	for i := range list {
		list[i].Current = list[i].Href == current
	}
	return list
}
