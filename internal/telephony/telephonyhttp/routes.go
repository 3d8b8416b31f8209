// Package telephonyhttp holds the pages and the API of package telephony: the list of calls, the seat of a call-taker
// with its screen pop, and the door through which a switch reports, by HTTP or by one WebSocket.
package telephonyhttp

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/rest"
	"yichuang/internal/telephony"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Telephony *telephony.Module
	// AuthenticateToken turns the bearer token of a socket into its actor.
	AuthenticateToken func(ctx context.Context, token string) (*actor.Actor, error)
}

// Register adds the pages and the API.
func Register(kit *web.Kit, api *rest.Kit, d Deps) {
	p := pages{d}
	kit.Page("GET /calls", telephony.PermRead, p.list)
	kit.Page("POST /calls/{id}/recording", telephony.PermListen, p.recording)
	kit.Page("GET /calls/seat", telephony.PermSeat, p.seat)
	kit.Page("POST /calls/seat", telephony.PermSeat, p.takeSeat)
	kit.Page("GET /calls/live", telephony.PermSeat, p.live, web.Background())
	registerAPI(api, d)
	kit.Raw("GET "+rest.Prefix+"/calls/socket", web.Route{Permission: telephony.PermReport, API: true}, socket{d, kit})
}

// NavItems are the module's lines in the navigation.
func NavItems() []web.NavItem {
	return []web.NavItem{
		{Group: "12345 热线", Label: "来电记录", Href: "/calls", Permission: telephony.PermRead, Icon: "phone"},
		{Group: "12345 热线", Label: "座席", Href: "/calls/seat", Permission: telephony.PermSeat, Icon: "phone"},
	}
}
