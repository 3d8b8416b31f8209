// Package performancehttp is the pages of package performance and its part of the API: the year on one page for the leader,
// targets, self-evaluation with its bound values, monitoring, reviews, policies side by side, samples and the library of
// common indicators.
package performancehttp

import (
	"strconv"

	"yichuang/internal/blob"
	"yichuang/internal/document/pdf"
	"yichuang/internal/finance"
	"yichuang/internal/performance"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Performance *performance.Module
	Finance     *finance.Module
	Blobs       *blob.Store
	Print       *pdf.Writer
}

type handlers struct{ Deps }

// Limits of what is sent.
const (
	upload   = 64 << 20
	formFile = 21 << 20
)

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /performance", performance.PermRead, h.index)
	kit.Page("GET /performance/library", performance.PermRead, h.library)
	kit.Page("POST /performance/library", performance.PermTarget, h.addCommon)
	kit.Page("GET /performance/years/{year}", performance.PermRead, h.year)
	kit.Page("GET /performance/years/{year}/new", performance.PermTarget, h.newProgramme)
	kit.Page("POST /performance/years/{year}/new", performance.PermTarget, h.create)
	kit.Page("POST /performance/years/{year}/copy", performance.PermTarget, h.copyYear)
	kit.Page("POST /performance/years/{year}/import", performance.PermTarget, h.preview, web.MaxBody(formFile))
	kit.Page("POST /performance/years/{year}/import/apply", performance.PermTarget, h.importForms, web.MaxBody(formFile))
	kit.Page("GET /performance/years/{year}/policy", performance.PermRead, h.policy)
	kit.Page("POST /performance/years/{year}/policy", performance.PermPolicy, h.choosePolicy)
	kit.Page("GET /performance/years/{year}/files/{format}", performance.PermRead, h.yearFile)
	kit.Page("GET /performance/years/{year}/draws", performance.PermRead, h.draws)
	kit.Page("POST /performance/years/{year}/draws", performance.PermDraw, h.draw)
	kit.Page("GET /performance/years/{year}/draws/{draw}/{id}", performance.PermRead, h.recheck)
	kit.Page("POST /performance/years/{year}/draws/{draw}/{id}", performance.PermDraw, h.finishRecheck)
	registerProgramme(kit, h)
	kit.Nav(
		web.NavItem{Group: "财务", Label: "预算绩效", Href: "/performance", Permission: performance.PermRead, Icon: "chart-bar"},
		web.NavItem{Group: "财务", Label: "绩效指标库", Href: "/performance/library", Permission: performance.PermRead, Icon: "checklist"},
	)
}

func registerProgramme(kit *web.Kit, h handlers) {
	const at = "/performance/programmes/{id}"
	kit.Page("GET "+at, performance.PermRead, h.programme)
	kit.Page("GET "+at+"/targets", performance.PermRead, h.targets)
	kit.Page("POST "+at+"/targets", performance.PermTarget, h.edit)
	kit.Page("GET "+at+"/indicators/{indicator}", performance.PermRead, h.indicator)
	kit.Page("POST "+at+"/indicators", performance.PermTarget, h.addIndicator)
	kit.Page("POST "+at+"/indicators/{indicator}", performance.PermTarget, h.saveIndicator)
	kit.Page("POST "+at+"/indicators/{indicator}/remove", performance.PermTarget, h.removeIndicator)
	kit.Page("POST "+at+"/indicators/{indicator}/move", performance.PermTarget, h.moveIndicator)
	kit.Page("POST "+at+"/indicators/{indicator}/evidence", performance.PermFill, h.addEvidence, web.MaxBody(upload))
	kit.Page("GET "+at+"/evidence/{file}", performance.PermRead, h.openEvidence)
	kit.Page("GET "+at+"/fill", performance.PermRead, h.fill)
	kit.Page("POST "+at+"/fill", performance.PermFill, h.saveFill)
	kit.Page("GET "+at+"/watch", performance.PermRead, h.watch)
	kit.Page("POST "+at+"/watch", performance.PermWatch, h.keepWatch)
	kit.Page("GET "+at+"/watch/{watch}", performance.PermRead, h.watched)
	kit.Page("GET "+at+"/watch/{watch}/files/{format}", performance.PermRead, h.watchFile)
	kit.Page("GET "+at+"/trials", performance.PermRead, h.trials)
	kit.Page("GET "+at+"/files", performance.PermRead, h.files)
	kit.Page("GET "+at+"/files/{format}", performance.PermRead, h.file)
	kit.Page("POST "+at+"/confirm", performance.PermTarget, h.confirm)
	kit.Page("POST "+at+"/revise", performance.PermTarget, h.revise)
	kit.Page("POST "+at+"/submit", performance.PermFill, h.submit)
	kit.Page("POST "+at+"/section", performance.PermSection, h.passSection)
	kit.Page("POST "+at+"/finance", performance.PermFinance, h.passFinance)
	kit.Page("POST "+at+"/lock", performance.PermLead, h.lock)
	kit.Page("POST "+at+"/return", performance.PermRead, h.giveBack)
	kit.Page("POST "+at+"/override", performance.PermRead, h.override)
	kit.Page("POST "+at+"/reopen", performance.PermLead, h.reopen)
}

// yearOf reads the year of the address; 0 for what is no year.
func yearOf(c *web.Ctx) int {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year < 2015 || year > 2099 {
		return 0
	}
	return year
}

func yearPath(year int, rest string) string {
	return "/performance/years/" + strconv.Itoa(year) + rest
}

func programmePath(id, rest string) string { return "/performance/programmes/" + id + rest }

func number(n int) string { return strconv.Itoa(n) }

func crumbs(year int) []web.Link {
	return []web.Link{{Label: "预算绩效", Href: "/performance"}, {Label: number(year) + " 年", Href: yearPath(year, "")}}
}

// tabs are the parts of a programme.
func tabs(p *performance.Programme, current string) []web.Tab {
	list := []struct{ href, label string }{{"", "评价"}, {"/targets", "目标和指标"}, {"/fill", "填报自评"}, {"/watch", "监控"}, {"/trials", "换办法试算"}, {"/files", "表格和报告"}}
	out := make([]web.Tab, 0, len(list))
	for _, t := range list {
		if t.label == "填报自评" && p.State != performance.Running || t.label == "换办法试算" && p.State == performance.Drafting {
			continue
		}
		out = append(out, web.Tab{Label: t.label, Href: programmePath(p.ID, t.href), Current: t.label == current})
	}
	return out
}

// answer ends a change: with a message on the page that it leads to, or with the page that was refused.
func answer(c *web.Ctx, err error, done, to string, again func(*web.Form) error) error {
	f := c.Form()
	if err == nil && f.OK() {
		c.Flash(web.Success, done)
		return c.Redirect(to)
	}
	if err == nil || f.Take(err) {
		return again(f)
	}
	return err
}
