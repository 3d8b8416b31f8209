// Package hotlinehttp holds the hotline's pages and its part of the API. Handlers read a request, call one use case of
// package hotline and show what it gives; every rule is there.
package hotlinehttp

import (
	"yichuang/internal/blob"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
	"yichuang/internal/telephony"
)

// Deps are what the pages work with.
type Deps struct {
	Hotline   *hotline.Module
	Figures   *figure.Module
	Org       *org.Module
	Blobs     *blob.Store       // where attachments lie
	Telephony *telephony.Module // whose calls a registration takes up
	Knowledge *knowledge.Module
}
