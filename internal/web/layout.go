package web

import (
	"context"

	"github.com/a-h/templ"
)

// Link is a label with an address.
type Link struct{ Label, Href string }

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
	// Live is an address that is asked every LiveEvery seconds (30 by default) for news, which a quiet bar then offers:
	// see Ctx.News. The page itself never changes under the reader.
	Live      string
	LiveEvery int
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

// News answers a live bar (Page.Live): n new things, said in text ("3 条新工单"), to be seen at href. With n = 0 the bar
// stays hidden.
func (c *Ctx) News(n int, text, href string) error {
	if n <= 0 {
		return c.NoContent()
	}
	return c.JSON(200, map[string]any{"count": n, "text": text, "href": href})
}

// Fragment marks the part of a page that a script may ask for alone with the header X-Fragment: the id. The page is
// rendered as always, and only this part of it is sent.
func Fragment(id string) templ.Component { return templ.Fragment(id) }
