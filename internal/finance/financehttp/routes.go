// Package financehttp is the pages of package finance and its part of the API: the books with their entry forms and
// imports, the nine tables in which every cell leads to what stands behind it, the text whose figures lead to their
// cells, and the life of the final accounts from draft to publication.
package financehttp

import (
	"context"
	"strconv"

	"yichuang/internal/document/pdf"
	"yichuang/internal/finance"
	"yichuang/internal/finance/examine"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Finance *finance.Module
	Print   *pdf.Writer
	Examine *examine.Module
	Issuer  func(ctx context.Context) string // the office in whose name documents go out
}

type handlers struct{ Deps }

const upload = 21 << 20

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /finance", finance.PermRead, h.books)
	kit.Page("POST /finance", finance.PermBudget, h.open)
	kit.Page("GET /finance/assets", finance.PermRead, h.assets)
	kit.Page("POST /finance/assets", finance.PermBudget, h.addAsset)
	kit.Page("POST /finance/assets/dispose", finance.PermBudget, h.disposeAsset)
	kit.Page("GET /finance/{year}", finance.PermRead, h.overview)
	kit.Page("GET /finance/{year}/tables/{table}", finance.PermRead, h.table)
	kit.Page("GET /finance/{year}/cells/{table}/{row}/{column}", finance.PermRead, h.cell)
	kit.Page("GET /finance/{year}/tables.xlsx", finance.PermRead, h.workbook)
	kit.Page("GET /finance/{year}/text", finance.PermRead, h.text)
	kit.Page("POST /finance/{year}/text/reason", finance.PermDraft, h.setReason)
	kit.Page("POST /finance/{year}/text/part", finance.PermDraft, h.setText)
	registerBooks(kit, h)
	registerLife(kit, h)
	registerPublication(kit, h)
	registerTemplates(kit, h)
	registerExaminations(kit, h)
	kit.Nav(
		web.NavItem{Group: "财务", Label: "部门决算", Href: "/finance", Permission: finance.PermRead, Icon: "coin"},
		web.NavItem{Group: "财务", Label: "车辆和设备", Href: "/finance/assets", Permission: finance.PermRead, Icon: "archive"},
		web.NavItem{Group: "财务", Label: "版式和说明文本", Href: "/finance/templates", Permission: finance.PermTemplate, Icon: "list"},
	)
}

func registerBooks(kit *web.Kit, h handlers) {
	kit.Page("GET /finance/{year}/entries", finance.PermRead, h.entries)
	kit.Page("GET /finance/{year}/entries/new", finance.PermWrite, h.newVoucher)
	kit.Page("POST /finance/{year}/entries/new", finance.PermWrite, h.addVoucher)
	kit.Page("GET /finance/{year}/entries/{id}", finance.PermRead, h.entry)
	kit.Page("POST /finance/{year}/entries/{id}/correct", finance.PermWrite, h.correctEntry)
	kit.Page("GET /finance/{year}/budget", finance.PermRead, h.budget)
	kit.Page("POST /finance/{year}/budget", finance.PermBudget, h.addBudget)
	kit.Page("POST /finance/{year}/budget/{id}/reverse", finance.PermBudget, h.reverseBudget)
	kit.Page("GET /finance/{year}/figures", finance.PermRead, h.figures)
	kit.Page("POST /finance/{year}/figures/prior", finance.PermBudget, h.setPrior)
	kit.Page("POST /finance/{year}/figures/counts", finance.PermBudget, h.setCounts)
	kit.Page("POST /finance/{year}/figures/carry", finance.PermBudget, h.setCarry)
	kit.Page("POST /finance/{year}/figures/last", finance.PermBudget, h.takePrior)
	kit.Page("GET /finance/{year}/contracts", finance.PermRead, h.contracts)
	kit.Page("POST /finance/{year}/contracts", finance.PermBudget, h.addContract)
	kit.Page("POST /finance/{year}/contracts/{id}/reverse", finance.PermBudget, h.reverseContract)
	registerRosters(kit, h)
	kit.Page("GET /finance/{year}/settings", finance.PermRead, h.settings)
	kit.Page("POST /finance/{year}/settings", finance.PermBudget, h.changeBook)
	kit.Page("POST /finance/{year}/units", finance.PermBudget, h.addUnit)
	kit.Page("POST /finance/{year}/projects", finance.PermBudget, h.saveProject)
	kit.Page("GET /finance/{year}/subjects", finance.PermRead, h.subjects)
	kit.Page("GET /finance/{year}/subjects/file", finance.PermRead, h.subjectFile)
	kit.Page("POST /finance/{year}/subjects", finance.PermCodes, h.importSubjects, web.MaxBody(upload))
	kit.Page("POST /finance/{year}/close", finance.PermClose, h.closeMonth)
	kit.Page("POST /finance/{year}/reopen", finance.PermReopen, h.reopenMonth)
	kit.Page("GET /finance/{year}/imports", finance.PermRead, h.imports)
	kit.Page("POST /finance/{year}/imports", finance.PermWrite, h.receive, web.MaxBody(upload))
	kit.Page("GET /finance/{year}/imports/{id}", finance.PermWrite, h.preview)
	kit.Page("POST /finance/{year}/imports/{id}", finance.PermWrite, h.apply)
}

func registerLife(kit *web.Kit, h handlers) {
	kit.Page("POST /finance/{year}/account/submit", finance.PermDraft, h.submit)
	kit.Page("POST /finance/{year}/account/return", finance.PermReview, h.giveBack)
	kit.Page("POST /finance/{year}/account/review", finance.PermReview, h.sign)
	kit.Page("POST /finance/{year}/account/approve", finance.PermApprove, h.approve)
	kit.Page("POST /finance/{year}/account/reply", finance.PermApprove, h.reply)
	kit.Page("POST /finance/{year}/account/clear", finance.PermSecrecy, h.clear)
	kit.Page("POST /finance/{year}/account/publish", finance.PermPublish, h.publish)
	kit.Page("POST /finance/{year}/account/correct", finance.PermDraft, h.correct)
	kit.Page("GET /finance/{year}/revisions/{revision}", finance.PermRead, h.revision)
	kit.Page("GET /finance/{year}/revisions/{revision}/tables/{table}", finance.PermRead, h.revisionTable)
	kit.Page("GET /finance/{year}/revisions/{revision}/cells/{table}/{row}/{column}", finance.PermRead, h.revisionCell)
	kit.Page("GET /finance/{year}/revisions/{revision}/text", finance.PermRead, h.revisionText)
	kit.Page("GET /finance/{year}/revisions/{revision}/content", finance.PermRead, h.revisionContent)
}

// yearOf reads the year of the address; what is no year has no book.
func yearOf(c *web.Ctx) int {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || len(c.Param("year")) != 4 {
		return 0
	}
	return year
}

func path(year int, rest string) string { return "/finance/" + strconv.Itoa(year) + rest }

// tabs are the parts of a year.
func tabs(year int, current string) []web.Tab {
	list := []struct{ href, label string }{{"", "概况"}, {"/tables/T01", "决算表"}, {"/text", "说明"}, {"/publication", "公开文件"}, {"/entries", "账簿"}, {"/budget", "预算指标"}, {"/figures", "上年数和实物量"},
		{"/contracts", "政府采购"}, {"/rosters", "发放名册"}, {"/imports", "导入"}, {"/settings", "设置"}}
	out := make([]web.Tab, len(list))
	for i, t := range list {
		out[i] = web.Tab{Label: t.label, Href: path(year, t.href), Current: t.label == current}
	}
	return out
}

func number(n int) string { return strconv.Itoa(n) }

func crumbs(year int) []web.Link {
	return []web.Link{{Label: "部门决算", Href: "/finance"}, {Label: number(year) + " 年", Href: path(year, "")}}
}
