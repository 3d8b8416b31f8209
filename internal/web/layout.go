package web

import (
	"context"

	"github.com/a-h/templ"
)

// Link is a label with an address.
type Link struct {
	Label string `json:"label"`
	Href  string `json:"href"`
}

// Page is what a layout needs to know about a page.
type Page struct {
	// Title names the record; it is the page's one h1 and, with the centre's name, the window title.
	Title string
	// Lead is one sentence under the title, "" for none.
	Lead string
	// Crumbs lead back to the list the record came from.
	Crumbs []Link
	// Tools stand to the right of the title: the page's own links and buttons.
	Tools templ.Component
	// Aside is the right column of a desk, beside the children; nil for one column.
	Aside templ.Component
	// Live is an address that streams news (Ctx.Live of Tidings), which a quiet bar then offers. Where no stream can be
	// had it is asked every LiveEvery seconds (30 by default): see Ctx.Tell. The page itself never changes under the reader.
	Live      string
	LiveEvery int
	// LiveWriting names the form of the page; once somebody types into it, the live address gets it as "writing".
	LiveWriting string
	// NewHref is where the key "n" leads on this page.
	NewHref string
	// Narrow limits the width for reading and short forms.
	Narrow bool
	// BareTitle hides the h1 where the children hold their own.
	BareTitle bool
}

func (p Page) window(ctx context.Context) string {
	site := viewOf(ctx).site
	if p.Title == "" {
		return site.Centre
	}
	return p.Title + " · " + site.Centre
}

func (p Page) every() int {
	if p.LiveEvery > 0 {
		return p.LiveEvery
	}
	return 30
}

// Paper is what a printed page is laid out for.
type Paper string

// The papers: A4 for vouchers, forms and reports, and 80 mm rolls for receipts.
const (
	A4      Paper = "a4"
	A4Wide  Paper = "a4-wide"
	Receipt Paper = "receipt"
)

// Tidings are what a live bar shows (Page.Live): Count new things, said in Text ("3 条新工单"), to be seen at Href. With
// nothing new and nobody there the bar stays hidden.
type Tidings struct {
	Count  int      `json:"count"`
	Text   string   `json:"text,omitempty"`
	Href   string   `json:"href,omitempty"`
	Items  []Link   `json:"items,omitempty"`  // the newest of them
	People []string `json:"people,omitempty"` // who else has the page open
}

// Tell answers a live bar once, where it does not stream.
func (c *Ctx) Tell(t Tidings) error {
	if t.Count <= 0 && len(t.People) == 0 {
		return c.NoContent()
	}
	return c.JSON(200, t)
}

// Fragment marks the part of a page that a script may ask for alone with the header X-Fragment: the id. The page is
// rendered as always, and only this part of it is sent.
func Fragment(id string) templ.Component { return templ.Fragment(id) }
