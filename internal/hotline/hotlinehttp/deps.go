// Package hotlinehttp holds the hotline's pages and its part of the API. Handlers read a request, call one use case of
// package hotline and show what it gives; every rule is there.
package hotlinehttp

import (
	"context"

	"yichuang/internal/blob"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/telephony"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Hotline   *hotline.Module
	Figures   *figure.Module
	Topics    *topic.Module
	Desk      *desk.Module
	Advice    *advice.Module
	Org       *org.Module
	Blobs     *blob.Store       // where attachments lie
	Telephony *telephony.Module // whose calls a registration takes up
	Knowledge *knowledge.Module
	// Beside tells what became of a ticket outside the hotline, and Desks which other desks stand beside the hotline's; nil for neither.
	Beside func(ctx context.Context, t *hotline.Ticket) (Beside, error)
	Desks  func(ctx context.Context) ([]web.Link, error)
	// Hall tells how the hall stands, for the leader's page; nil for nothing.
	Hall  func(ctx context.Context) ([]web.Tile, error)
	Doors []Door // other public pages that the first public page leads to
}

// Door is a way from the first public page to other public pages. They are below Path, and below Path/c/{centre} where several centres
// share the installation.
type Door struct {
	Path, Label, Text string
}

// Beside is what a ticket's page shows of other desks: what the ticket became there, and the ways to give it to one.
type Beside struct {
	Lines []BesideLine
	Ways  []web.Link
}

// BesideLine is one record of another desk; no Href for whoever may not open it.
type BesideLine struct {
	Label, Href, State, Due string
}
