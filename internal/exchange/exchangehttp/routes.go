// Package exchangehttp is the pages of package exchange and its part of the API: the data catalogue, share requests with
// the answers of providers, grants, the use of data for a case, the log of uses with its chain, and, for people without an
// account, the catalogue and who used data about them.
package exchangehttp

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/document/pdf"
	"yichuang/internal/exchange"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Exchange *exchange.Module
	Item     *item.Module
	Org      *org.Module
	Print    *pdf.Writer
}

type handlers struct{ Deps }

// upload is the most that a list of the catalogue may weigh.
const upload = 11 << 20

// publicRate is what one address may ask of the public pages: too little to try out codes.
var publicRate = web.Rate{PerMinute: 10, Burst: 10}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	registerEntries(kit, h)
	kit.Page("GET /exchange/requests", exchange.PermRead, h.requests)
	kit.Page("GET /exchange/requests/new", exchange.PermPropose, h.newRequest)
	kit.Page("POST /exchange/requests/new", exchange.PermPropose, h.ask)
	kit.Page("GET /exchange/requests/{id}", exchange.PermRead, h.request)
	kit.Page("GET /exchange/requests/{id}/edit", exchange.PermPropose, h.editRequest)
	kit.Page("POST /exchange/requests/{id}/edit", exchange.PermPropose, h.saveRequest)
	kit.Page("POST /exchange/requests/{id}/steps/{action}", exchange.PermRead, h.act)
	kit.Page("GET /exchange/requests/{id}/print/{kind}", exchange.PermRead, h.print)
	kit.Page("GET /exchange/requests/{id}/print/{kind}/file.pdf", exchange.PermRead, h.printPDF)
	kit.Page("GET /exchange/grants", exchange.PermRead, h.grants)
	kit.Page("GET /exchange/use", exchange.PermUse, h.useForm)
	kit.Page("POST /exchange/use", exchange.PermUse, h.use)
	kit.Page("GET /exchange/usages", exchange.PermUsageRead, h.usages)
	kit.Page("GET /exchange/usages.xlsx", exchange.PermUsageRead, h.exportUsages)
	kit.Page("GET /exchange/usages/outline", exchange.PermUsageMeta, h.usages)
	kit.Page("GET /exchange/usages/{seq}", exchange.PermUsageRead, h.usage)
	kit.Page("GET /exchange/fixes", exchange.PermUse, h.fixes)
	kit.Page("POST /exchange/fixes", exchange.PermUse, h.askFix)
	kit.Page("POST /exchange/fixes/{id}", exchange.PermAnswer, h.answerFix)
	kit.Page("GET /exchange/backflows", exchange.PermRead, h.backflows)
	kit.Page("GET /exchange/backflows.xlsx", exchange.PermRead, h.exportBackflows)
	kit.Page("GET /exchange/backflows/new", exchange.PermReview, h.newBackflow)
	kit.Page("POST /exchange/backflows/new", exchange.PermReview, h.recordBackflow)
	kit.Page("GET /exchange/backflows/{id}", exchange.PermRead, h.backflow)
	kit.Page("POST /exchange/backflows/{id}/strike", exchange.PermReview, h.strikeBackflow)
	kit.Page("GET /exchange/chain", exchange.PermChain, h.chain)
	kit.Page("POST /exchange/chain/verify", exchange.PermChain, h.verify)
	kit.Page("POST /exchange/chain/seals", exchange.PermChain, h.makeSeal)
	kit.Page("GET /exchange/chain/seals/{id}", exchange.PermChain, h.printSeal)
	kit.Page("POST /exchange/chain/seals/{id}/file", exchange.PermChain, h.fileSeal)
	kit.Nav(
		web.NavItem{Group: "数据共享", Label: "数据目录", Href: "/exchange/entries", Permission: exchange.PermRead, Icon: "book"},
		web.NavItem{Group: "数据共享", Label: "共享申请", Href: "/exchange/requests", Permission: exchange.PermRead, Icon: "inbox"},
		web.NavItem{Group: "数据共享", Label: "共享授权", Href: "/exchange/grants", Permission: exchange.PermRead, Icon: "checklist"},
		web.NavItem{Group: "数据共享", Label: "查询共享数据", Href: "/exchange/use", Permission: exchange.PermUse, Icon: "search"},
		web.NavItem{Group: "数据共享", Label: "使用记录", Href: "/exchange/usages", Permission: exchange.PermUsageRead, Icon: "history"},
		web.NavItem{Group: "数据共享", Label: "使用概要", Href: "/exchange/usages/outline", Permission: exchange.PermUsageMeta, Icon: "history"},
		web.NavItem{Group: "数据共享", Label: "数据校核", Href: "/exchange/fixes", Permission: exchange.PermUse, Icon: "pencil"},
		web.NavItem{Group: "数据共享", Label: "数据回流", Href: "/exchange/backflows", Permission: exchange.PermRead, Icon: "download"},
		web.NavItem{Group: "数据共享", Label: "链条核验", Href: "/exchange/chain", Permission: exchange.PermChain, Icon: "lock"},
	)
	registerPublic(kit, d)
}

func registerEntries(kit *web.Kit, h handlers) {
	kit.Page("GET /exchange/entries", exchange.PermRead, h.entries)
	kit.Page("GET /exchange/entries.xlsx", exchange.PermRead, h.exportEntries)
	kit.Page("GET /exchange/entries/new", exchange.PermPropose, h.newEntry)
	kit.Page("POST /exchange/entries/new", exchange.PermPropose, h.draftEntry)
	kit.Page("GET /exchange/entries/import", exchange.PermSubmit, h.importForm)
	kit.Page("POST /exchange/entries/import", exchange.PermSubmit, h.importEntries, web.MaxBody(upload))
	kit.Page("POST /exchange/entries/publish-waiting", exchange.PermReview, h.publishWaiting)
	kit.Page("GET /exchange/entries/{id}", exchange.PermRead, h.entry)
	kit.Page("GET /exchange/entries/{id}/edit", exchange.PermPropose, h.editEntry)
	kit.Page("POST /exchange/entries/{id}/edit", exchange.PermPropose, h.saveEntry)
	kit.Page("POST /exchange/entries/{id}/steps/{action}", exchange.PermRead, h.moveEntry)
}

func registerPublic(kit *web.Kit, d Deps) {
	s := citizens{d, kit}
	for _, base := range []string{"/data", "/data/c/{centre}"} {
		kit.Public("GET "+base, s.at(s.catalogue))
		kit.Public("GET "+base+"/mine", s.at(s.mineForm))
		kit.Public("POST "+base+"/mine", s.at(s.mine), web.Limit(publicRate))
	}
}

// button is an action whose confirmation holds fields.
func button(a web.Action, fields ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return web.ActionButton(a).Render(templ.WithChildren(ctx, parts(fields)), w)
	})
}

// parts stand one below the other.
func parts(list []templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		ctx = templ.ClearChildren(ctx)
		for _, p := range list {
			if err := p.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func text[F ~string](s F) templ.Component { return web.CellText(string(s)) }

// hidden is a hidden field; "" is left out.
func hidden(name, value string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if value == "" {
			return nil
		}
		_, err := io.WriteString(w, `<input type="hidden" name="`+templ.EscapeString(name)+`" value="`+templ.EscapeString(value)+`">`)
		return err
	})
}

// formKey is the idempotency key of a form: the one that it was first shown with.
func formKey(c *web.Ctx, f *web.Form) string {
	if key := f.Text("key"); key != "" {
		return key
	}
	return c.RequestID()
}

// paragraph is a line of plain text.
func paragraph(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<p>"+templ.EscapeString(s)+"</p>")
		return err
	})
}
