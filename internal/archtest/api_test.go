package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pagesOnly are the use cases that pages call and the API does not, each with its reason. Everything else that a page
// can do, a program can do.
var pagesOnly = map[string]string{
	"hotline.Limits":              "the numbers of the parameters in force, which the API gives with their documents",
	"hotline.AutomaticDispatch":   "whether a parameter is set; GET /parameters has it with its document",
	"hotline.RateByLink":          "behind the link of a message, for people; programs rate by query code",
	"hotline.RatingPage":          "the page of the same link",
	"org.SignIn":                  "a session belongs to a browser; programs have tokens",
	"org.ChangePassword":          "one's own password is changed in one's own session, which continues as a new one; a token must not take over its owner",
	"org.OwnSessions":             "sessions belong to browsers; a token has none",
	"org.EndSession":              "sessions belong to browsers; POST /users/{id}/sign-out ends all of an account's",
	"org.EndAllSessions":          "sessions belong to browsers; POST /users/{id}/sign-out ends all of an account's",
	"org.Centres":                 "which centre a public page is of; the API has the centre of whoever asks",
	"org.CentreByCode":            "as org.Centres",
	"org.UnitTree":                "the choices of a form; GET /units lists the same",
	"org.UserNames":               "names beside ids in a list; GET /users has them",
	"hotline.UnitsNamed":          "names that people type in a form; programs give ids",
	"hotline.Leaders":             "the choices of a form; GET /users?role=leader lists the same",
	"hotline/advice.FollowAdvice": "what a form's suggestion came to, noted beside the action itself",

	"hotline.ConfirmParameter":         "POST /parameters/{name} with confirmed does the same",
	"hotline.CentreCalendar":           "words for what is left of a limit; the API gives them with each ticket and leg",
	"hotline/desk.Export":              "a spreadsheet of a list; GET /tickets pages through the same",
	"hotline/figure.ImportPopulations": "a file of figures; PUT /populations/{area}/{year} stores one",
	"hotline/figure.ExportCohort":      "a spreadsheet of a list; GET /overview/cohort pages through the same",
	"hotline/topic.NoteExport":         "a spreadsheet of a list; GET /topics gives the same",

	"hotline/desk.News": "the bar of a page that stays open; a program asks the list again",
	"hotline.Follow":    "as hotline/desk.News",
	"hotline.Arrive":    "who has a page open now; programs have none",
	"hotline.Glance":    "as hotline.Arrive",
	"hotline.Leave":     "as hotline.Arrive",

	"hotline/desk.ExportUrging":       "a spreadsheet of a list; GET /urging pages through the same",
	"hotline/desk.ExportSupervisions": "a spreadsheet of a list; GET /supervisions pages through the same",
	"archive.ExportCatalogue":         "a spreadsheet of a list; GET /archive/records pages through the same",
	"complaint.Open":                  "the number beside a line of the navigation",
	"archive.DueCount":                "the number beside a line of the navigation",
	"knowledge.Waiting":               "the number beside a line of the navigation",
	"report.People":                   "names beside a bulletin; GET /reports/{id}/editions has who wrote what",
	"telephony.Seat":                  "the seat of a person's own browser; PUT /calls/seat answers with it",
	"telephony.TakeUp":                "the form that a ringing telephone opens on a desk",
	"rating.Export":                   "a spreadsheet of a list; GET /ratings pages through the same",
	"casework.Workers":                "the choices of a form; GET /users lists the same",
	"supervision.ExportAlerts":        "a spreadsheet of a list; GET /supervision/alerts pages through the same",
	"supervision.Waiting":             "the number beside a line of the navigation",
	"finance.Books":                   "the years that a form offers; GET /finance/books lists them with their accounts",
}

// useCases lists the exported methods of a module's Module that take a context: what a page or a program asks for.
func useCases(t *testing.T, module string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, file := range packages(t)[module] {
		for _, d := range parse(t, file).Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 {
				continue
			}
			star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
			first, isSelector := f.Type.Params.List[0].Type.(*ast.SelectorExpr)
			if ok && isSelector && star.X.(*ast.Ident).Name == "Module" && first.Sel.Name == "Context" {
				out[f.Name.Name] = true
			}
		}
	}
	return out
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// moduleNames are how the pages and the API call the module that they hold: h.org.Units, s.Hotline.List. In a module's own
// pages, m is the module too: a.m.Sign.
var moduleNames = map[string][]string{"org": {"org", "Org"}, "calendar": {"Calendar", "calendar"}, "hotline": {"Hotline", "hotline"}, "hotline/figure": {"Figures", "figures"}, "hotline/topic": {"Topics", "topics"}, "hotline/desk": {"Desk", "desk"}, "hotline/advice": {"Advice", "advice"}, "archive": {"Archive"}, "attest": {"Attest"}, "report": {"Report"}, "assess": {"Assess"},
	"knowledge": {"Knowledge"}, "telephony": {"Telephony"}, "casework": {"Casework"}, "exchange": {"Exchange"}, "supervision": {"Supervision"}, "complaint": {"Complaint"}, "hall": {"Hall"}, "rating": {"Rating"}, "finance": {"Finance"}, "honour": {"Honour"}, "training": {"Training"}, "site": {"Site"}, "workforce": {"Workforce"}}

// holders are the packages of pages and API.
var holders = []string{"org/orghttp", "calendar/calendarhttp", "hotline/hotlinehttp", "archive/archivehttp", "attest/attesthttp", "report/reporthttp", "assess/assesshttp", "knowledge/knowledgehttp", "telephony/telephonyhttp", "finance/financehttp", "casework/caseworkhttp", "exchange/exchangehttp", "supervision/supervisionhttp", "complaint/complainthttp", "hall/hallhttp", "rating/ratinghttp", "honour/honourhttp", "training/traininghttp", "site/sitehttp", "workforce/workforcehttp"}

// asked lists the use cases of a module that a file names, be it as a call or as a value.
func asked(t *testing.T, file, module string, own bool, cases map[string]bool) []string {
	t.Helper()
	var out []string
	ast.Inspect(parse(t, file), func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok || !cases[s.Sel.Name] {
			return true
		}
		holder := ""
		switch x := s.X.(type) {
		case *ast.Ident:
			holder = x.Name
		case *ast.SelectorExpr:
			holder = x.Sel.Name
		case *ast.ParenExpr: // (*report.Module).Issue
			if star, ok := x.X.(*ast.StarExpr); ok {
				if t, ok := star.X.(*ast.SelectorExpr); ok && t.Sel.Name == "Module" && t.X.(*ast.Ident).Name == module {
					holder = moduleNames[module][0]
				}
			}
		}
		if slices.Contains(moduleNames[module], holder) || own && holder == "m" {
			out = append(out, module+"."+s.Sel.Name)
		}
		return true
	})
	return out
}

// TestTheAPIDoesWhatThePagesDo compares the use cases that the pages call with those that the API calls. Files of the
// API are named api*.go.
func TestTheAPIDoesWhatThePagesDo(t *testing.T) {
	byPages, byAPI := map[string]string{}, map[string]bool{}
	all := packages(t)
	for module := range moduleNames {
		cases := useCases(t, module)
		if len(cases) < 5 {
			t.Fatalf("only %d use cases of %s were found", len(cases), module)
		}
		for _, holder := range holders {
			for _, file := range all[holder] {
				for _, name := range asked(t, file, module, strings.HasPrefix(holder, module+"/"), cases) {
					if strings.HasPrefix(filepath.Base(file), "api") {
						byAPI[name] = true
					} else {
						byPages[name] = file
					}
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byPages)) {
		if _, excused := pagesOnly[name]; !byAPI[name] && !excused {
			t.Errorf("%s is called by %s and by no route of the API: add one, or say in pagesOnly why not", name, byPages[name])
		}
	}
	for name, reason := range pagesOnly {
		if byAPI[name] || byPages[name] == "" || reason == "" {
			t.Errorf("pagesOnly: %s is called by the API, by no page, or has no reason: take it out", name)
		}
	}
}
