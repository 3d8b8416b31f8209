// Package traininghttp is the pages of package training and its part of the API: courses with enrolment, sign-in and quiz,
// one's own archive, the question bank, figures and certificates.
package traininghttp

import (
	"yichuang/internal/document/pdf"
	"yichuang/internal/org"
	"yichuang/internal/training"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Training *training.Module
	Org      *org.Module
	Print    *pdf.Writer
}

type handlers struct{ Deps }

// codeRate is what one address may try of sign-in codes, on the page and through the API: a lecture room full of people
// behind one address, but no searching.
var codeRate = web.Rate{PerMinute: 60, Burst: 100}

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	kit.Page("GET /training/courses", training.PermRead, h.courses)
	kit.Page("POST /training/courses", training.PermManage, h.plan)
	kit.Page("GET /training/courses/{id}", training.PermRead, h.course)
	kit.Page("POST /training/courses/{id}/change", training.PermManage, h.change)
	kit.Page("POST /training/courses/{id}/approve", training.PermApprove, h.approve)
	kit.Page("POST /training/courses/{id}/start", training.PermManage, h.start)
	kit.Page("POST /training/courses/{id}/archive", training.PermManage, h.archive)
	kit.Page("POST /training/courses/{id}/cancel", training.PermManage, h.cancel)
	kit.Page("POST /training/courses/{id}/enrol", training.PermEnrol, h.enrol)
	kit.Page("POST /training/courses/{id}/leave", training.PermEnrol, h.leave)
	kit.Page("POST /training/courses/{id}/send", training.PermSend, h.send)
	kit.Page("POST /training/courses/{id}/sign", training.PermEnrol, h.sign, web.Limit(codeRate))
	kit.Page("POST /training/courses/{id}/sign-for", training.PermManage, h.signFor)
	kit.Page("GET /training/courses/{id}/quiz", training.PermEnrol, h.quiz)
	kit.Page("POST /training/courses/{id}/quiz", training.PermEnrol, h.submit)
	kit.Page("GET /training/courses/{id}/export.xlsx", training.PermRead, h.export)
	kit.Page("GET /training/courses/{id}/certificates/{user}/certificate.pdf", training.PermRead, h.certificate)
	kit.Page("GET /training/mine", training.PermEnrol, h.mine)
	kit.Page("GET /training/questions", training.PermQuestion, h.questions)
	kit.Page("POST /training/questions", training.PermQuestion, h.saveQuestion)
	kit.Page("GET /training/figures", training.PermFigure, h.figures)
	kit.Page("GET /training/figures/export.xlsx", training.PermFigure, h.exportFigures)
	kit.Page("GET /training/figures/{code}", training.PermFigure, h.figure)
	kit.Nav(
		web.NavItem{Group: "大厅", Label: "大讲堂和培训", Href: "/training/courses", Permission: training.PermRead, Icon: "certificate"},
		web.NavItem{Group: "大厅", Label: "培训题库", Href: "/training/questions", Permission: training.PermQuestion, Icon: "list"},
		web.NavItem{Group: "大厅", Label: "培训统计", Href: "/training/figures", Permission: training.PermFigure, Icon: "chart-bar"},
	)
}
