// Package hallhttp is the pages of package hall and its part of the API: the kiosk, the display and the booking page, which
// need no account; the desk of a counter; the watch over the queue with its figures; and the setup.
package hallhttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/hall"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Hall *hall.Module
	Org  *org.Module
	// Units lists the units of the centre for a choice.
	Units func(ctx context.Context) ([]web.Option, error)
}

type handlers struct {
	Deps
	kit *web.Kit
}

// Limits of what one address may send: a kiosk takes a number every half second at most; a code is not to be found by
// trying.
var (
	takeRate = web.Rate{PerMinute: 120, Burst: 30}
	codeRate = web.Rate{PerMinute: 10, Burst: 10}
	bookRate = web.Rate{PerMinute: 6, Burst: 8}
)

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d, kit}
	registerPublic(kit, h)
	kit.Page("GET /hall/desk", hall.PermCall, h.ownDesk)
	kit.Page("POST /hall/desk/sit", hall.PermCall, h.sit)
	kit.Page("GET /hall/desk/{counter}", hall.PermCall, h.desk)
	kit.Page("GET /hall/desk/{counter}/live", hall.PermCall, h.deskLive, web.Background())
	kit.Page("POST /hall/desk/{counter}/leave", hall.PermCall, h.leave)
	kit.Page("POST /hall/desk/{counter}/pause", hall.PermCall, h.pause)
	kit.Page("POST /hall/desk/{counter}/next", hall.PermCall, h.next)
	kit.Page("POST /hall/desk/{counter}/take", hall.PermCall, h.takeAtCounter)
	kit.Page("POST /hall/desk/{counter}/check-in", hall.PermCall, h.checkInAtCounter)
	kit.Page("POST /hall/desk/{counter}/tickets/{ticket}/{action}", hall.PermCall, h.act)
	kit.Page("GET /hall/desk/{counter}/slip/{ticket}", hall.PermCall, h.deskSlip)
	kit.Page("GET /hall/bookings", hall.PermBookings, h.bookings)
	kit.Page("POST /hall/bookings/{id}/reveal", hall.PermReveal, h.reveal)
	kit.Page("GET /hall/queue", hall.PermRead, h.queue)
	kit.Page("GET /hall/queue/tickets/{ticket}", hall.PermRead, h.ticket)
	kit.Page("GET /hall/figures", hall.PermRead, h.figures)
	kit.Page("GET /hall/figures/cohort", hall.PermRead, h.cohort)
	registerSetup(kit, h)
	kit.Nav(
		web.NavItem{Group: "大厅", Label: "叫号台", Href: "/hall/desk", Permission: hall.PermCall, Icon: "bell"},
		web.NavItem{Group: "大厅", Label: "预约名单", Href: "/hall/bookings", Permission: hall.PermBookings, Icon: "calendar"},
		web.NavItem{Group: "大厅", Label: "排队现场", Href: "/hall/queue", Permission: hall.PermRead, Icon: "users"},
		web.NavItem{Group: "大厅", Label: "排队统计", Href: "/hall/figures", Permission: hall.PermRead, Icon: "chart-bar"},
		web.NavItem{Group: "大厅", Label: "排队设置", Href: "/hall/setup", Permission: hall.PermConfigure, Icon: "settings"},
	)
}

func registerSetup(kit *web.Kit, h handlers) {
	kit.Page("GET /hall/setup", hall.PermConfigure, h.places)
	kit.Page("GET /hall/setup/{site}", hall.PermConfigure, h.setup)
	kit.Page("POST /hall/setup/{site}/rules", hall.PermConfigure, h.saveRules)
	kit.Page("GET /hall/setup/{site}/queues/{id}", hall.PermConfigure, h.queueForm)
	kit.Page("POST /hall/setup/{site}/queues/{id}", hall.PermConfigure, h.saveQueue)
	kit.Page("GET /hall/setup/{site}/counters/{id}", hall.PermConfigure, h.counterForm)
	kit.Page("POST /hall/setup/{site}/counters/{id}", hall.PermConfigure, h.saveCounter)
	kit.Page("GET /hall/setup/{site}/devices/{id}", hall.PermConfigure, h.deviceForm)
	kit.Page("POST /hall/setup/{site}/devices/{id}", hall.PermConfigure, h.saveDevice)
}

func registerPublic(kit *web.Kit, h handlers) {
	const base = "/hall/c/{centre}"
	kit.Public("GET "+base+"/kiosk/{code}", h.at(h.kiosk))
	kit.Public("POST "+base+"/kiosk/{code}/take", h.at(h.take), web.Limit(takeRate))
	kit.Public("POST "+base+"/kiosk/{code}/check-in", h.at(h.checkIn), web.Limit(codeRate))
	kit.Public("POST "+base+"/kiosk/{code}/beat", h.at(h.beat), web.Limit(takeRate))
	kit.Public("GET "+base+"/kiosk/{code}/slip/{ticket}", h.at(h.slip))
	kit.Public("GET "+base+"/display/{code}", h.at(h.display))
	kit.Public("GET "+base+"/display/{code}/live", h.at(h.displayLive), web.Background())
	kit.Public("GET "+base+"/ticket/{ticket}/{code}", h.at(h.progress), web.Limit(takeRate))
	kit.Public("GET "+base+"/book", h.at(h.bookable))
	kit.Public("GET "+base+"/book/{queue}", h.at(h.slots))
	kit.Public("POST "+base+"/book/{queue}", h.at(h.book), web.Limit(bookRate))
	kit.Public("GET "+base+"/booking", h.at(h.bookingForm))
	kit.Public("POST "+base+"/booking", h.at(h.booking), web.Limit(codeRate))
	kit.Public("POST "+base+"/booking/cancel", h.at(h.cancelBooking), web.Limit(codeRate))
	kit.Public("GET /hall/book", h.ownBook)
}

// at puts a visitor into the centre of the address, as a citizen.
func (h handlers) at(next web.Handler) web.Handler {
	return func(c *web.Ctx) error {
		ctx, err := h.citizen(c.Context(), c.Param("centre"))
		if err != nil {
			return err
		}
		c.Request = c.Request.WithContext(ctx)
		return next(c)
	}
}

// citizen makes the actor of somebody without an account in a centre by its code.
func (d Deps) citizen(ctx context.Context, centre string) (context.Context, error) {
	found, err := d.Org.CentreByCode(ctx, centre)
	if err != nil {
		return nil, err
	}
	return actor.With(ctx, hall.CitizenActor(found.ID, web.ClientIP(ctx), web.RequestID(ctx))), nil
}

// ownBook leads to the booking page of the installation's only centre.
func (h handlers) ownBook(c *web.Ctx) error {
	centre, err := h.Org.Centre(c.Context(), h.kit.Visitor(c.Request).CentreID)
	if err != nil {
		return err
	}
	return c.Redirect("/hall/c/" + centre.Code + "/book")
}

// RegisterAPI adds the part of the API.
func RegisterAPI(k *rest.Kit, d Deps) {
	registerDesk(k, d.Hall)
	registerReading(k, d.Hall)
	registerConfiguring(k, d.Hall)
	registerVisitors(k, d)
}
