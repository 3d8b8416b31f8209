// Package complainthttp is the pages of package complaint and its part of the API: the desks of stuck matters and of complaints, the
// sheet of one with its next steps, the printed work sheet, why things get stuck, and, for people without an account, the two forms and
// the progress of what they reported.
package complainthttp

import (
	"context"

	"yichuang/internal/blob"
	"yichuang/internal/complaint"
	"yichuang/internal/document/pdf"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// Deps are what the pages work with.
type Deps struct {
	Complaint *complaint.Module
	Blobs     *blob.Store
	Org       *org.Module
	Print     *pdf.Writer
	Units     func(ctx context.Context) ([]web.Option, error) // the centre's units, for choices
}

type handlers struct{ Deps }

// desk is the pages of one kind of matter.
type desk struct {
	handlers
	kind complaint.Kind
}

// Limits of what one address may send to the public pages: enough for a family, too little to try out codes.
var (
	submitRate = web.Rate{PerMinute: 4, Burst: 6}
	trackRate  = web.Rate{PerMinute: 10, Burst: 10}
)

// base is where the pages of a kind are.
func base(k complaint.Kind) string {
	if k == complaint.Complaint {
		return "/complaints"
	}
	return "/stuck"
}

func matterPath(k complaint.Kind, no string) string { return base(k) + "/" + no }

// Register adds the pages and their lines in the navigation.
func Register(kit *web.Kit, d Deps) {
	h := handlers{d}
	for _, k := range []complaint.Kind{complaint.Stuck, complaint.Complaint} {
		s, at := desk{h, k}, base(k)
		read, register, personal := readPerm(k), registerPerm(k), complaint.PermStuckPersonal
		if k == complaint.Complaint {
			personal = complaint.PermComplaintPersonal
		}
		kit.Page("GET "+at, read, s.list)
		kit.Page("GET "+at+"/export.xlsx", read, s.export)
		kit.Page("GET "+at+"/new", register, s.newMatter)
		kit.Page("POST "+at+"/new", register, s.register, web.MaxBody(evidencehttp.Body))
		kit.Page("GET "+at+"/{no}", read, s.sheet)
		kit.Page("POST "+at+"/{no}/reporter", personal, s.reveal)
		kit.Page("POST "+at+"/{no}/files", complaint.AttachPerm(k), s.addFiles, web.MaxBody(evidencehttp.Body))
		kit.Page("GET "+at+"/{no}/files/{file}", read, s.openFile)
		for _, x := range deeds(k) {
			kit.Page("POST "+at+"/{no}/"+string(x.action), complaint.PermissionOf(k, x.action), s.act(x))
		}
	}
	kit.Page("GET /stuck/{no}/print", complaint.PermStuckPersonal, h.print)
	kit.Page("GET /stuck/{no}/file.pdf", complaint.PermStuckPersonal, h.printPDF)
	kit.Page("GET /complaint/roots", complaint.PermCauses, h.roots)
	kit.Page("GET /complaint/roots/export.xlsx", complaint.PermCauses, h.exportRoots)
	kit.Page("GET /complaint/tables", complaint.PermTable, h.tables)
	kit.Page("POST /complaint/tables/limits/{code}", complaint.PermTable, h.changeLimit)
	kit.Page("POST /complaint/tables/causes", complaint.PermTable, h.saveCause)
	kit.Nav(
		web.NavItem{Group: "办件", Label: "办不成事", Href: "/stuck", Permission: complaint.PermStuckRead, Icon: "flag", Most: 100, Count: func(ctx context.Context) (int, error) { return d.Complaint.Open(ctx, complaint.Stuck) }},
		web.NavItem{Group: "办件", Label: "投诉", Href: "/complaints", Permission: complaint.PermComplaintRead, Icon: "message", Most: 100, Count: func(ctx context.Context) (int, error) { return d.Complaint.Open(ctx, complaint.Complaint) }},
		web.NavItem{Group: "办件", Label: "根因分析", Href: "/complaint/roots", Permission: complaint.PermCauses, Icon: "chart-bar"},
		web.NavItem{Group: "办件", Label: "投诉时限和成因", Href: "/complaint/tables", Permission: complaint.PermTable, Icon: "settings"},
	)
	registerPublic(kit, d)
}
