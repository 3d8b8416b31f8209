// Package archtest holds the guards of the house: what a reviewer would otherwise have to remember.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	kernel   = []string{"errs", "clock", "money", "id", "actor"}
	platform = append([]string{"store", "jobs", "chain", "audit", "once", "blob", "crypt", "text", "learn", "cluster", "place", "metric", "document/table", "document/xlsx", "document/grid", "document/chart", "document/paper", "document/docx", "document/pdf"}, kernel...)
	domain   = append([]string{"org", "calendar"}, platform...)
	pages    = []string{"web", "rest"}
)

// mayImport says which packages of ours each package may import; "…" of a test package is not looked at. A package that
// is not here may not exist.
var mayImport = map[string][]string{
	"errs": {}, "clock": {}, "money": {}, "id": {"clock"}, "actor": {"errs"},
	"config":         append([]string{"store"}, kernel...),
	"store":          kernel,
	"store/pgserver": append([]string{"store"}, kernel...),
	"jobs":           append([]string{"store"}, kernel...),
	"chain":          kernel,
	"audit":          append([]string{"store", "chain"}, kernel...),
	"once":           append([]string{"store"}, kernel...),
	"blob":           append([]string{"store"}, kernel...),
	"crypt":          append([]string{"store"}, kernel...),
	"text":           append([]string{"store"}, kernel...),
	"learn":          kernel,
	"cluster":        {},
	"place":          {},
	"metric":         append([]string{"store"}, kernel...),
	"sms":            kernel,
	"document/table": kernel,
	"document/grid":  {}, "document/chart": {},
	"document/xlsx":     append([]string{"document/grid", "document/chart"}, kernel...),
	"document/paper":    append([]string{"document/grid", "document/chart"}, kernel...),
	"document/docx":     append([]string{"document/grid", "document/chart", "document/paper"}, kernel...),
	"document/pdf":      append([]string{"document/grid", "document/chart", "document/paper", "document/pdf/font", "document/pdf/assets"}, kernel...),
	"document/pdf/font": {}, "document/pdf/assets": {}, "document/pdf/assets/build": {"document/pdf", "document/pdf/assets", "document/pdf/font"},
	"web": append([]string{"web/assets"}, kernel...), "web/assets": {}, "web/assets/build": {},
	"web/webtest":                 append([]string{"web"}, kernel...),
	"web/webtest/gallery":         append([]string{"web", "web/assets", "web/webtest"}, kernel...),
	"rest":                        append([]string{"web"}, kernel...),
	"org":                         platform,
	"calendar":                    platform,
	"party":                       domain,
	"archive":                     domain,
	"report":                      append([]string{"hotline", "hotline/figure", "hotline/topic"}, domain...),
	"archive/archivehttp":         httpOf("archive", "org"),
	"finance/disclosed":           {"money"},
	"finance/reader":              {"errs", "money", "finance/disclosed", "finance/fiscal", "document/pdf"},
	"finance/check":               {"money", "finance/disclosed", "finance/fiscal"},
	"report/reporthttp":           httpOf("report", "hotline", "hotline/figure", "hotline/topic", "org", "calendar"),
	"knowledge":                   domain,
	"telephony":                   append([]string{"metric"}, domain...),
	"telephony/telephonyhttp":     httpOf("telephony", "org"),
	"hotline":                     append([]string{"telephony", "party", "archive", "knowledge"}, domain...),
	"assess":                      append([]string{"hotline", "hotline/figure"}, domain...),
	"assess/assesshttp":           httpOf("assess", "hotline", "hotline/figure", "org", "calendar"),
	"finance/fiscal":              kernel,
	"finance/statement":           append([]string{"finance/fiscal", "document/grid"}, kernel...),
	"finance/narrative":           append([]string{"finance/fiscal", "finance/statement"}, kernel...),
	"finance/publication":         append([]string{"finance/fiscal", "finance/statement", "finance/narrative", "document/grid", "document/paper", "document/docx", "document/pdf", "document/xlsx"}, kernel...),
	"finance":                     append([]string{"finance/fiscal", "finance/statement", "finance/narrative", "finance/publication"}, domain...),
	"finance/examine":             append([]string{"finance", "finance/fiscal", "finance/disclosed", "finance/reader", "finance/check", "finance/publication", "document/grid", "document/paper", "document/pdf", "document/xlsx"}, domain...),
	"finance/financehttp":         httpOf("finance", "finance/examine", "finance/check", "finance/disclosed", "finance/fiscal", "finance/statement", "finance/narrative", "finance/publication", "org", "calendar"),
	"performance/score":           kernel,
	"performance/form":            append([]string{"performance/score", "finance/disclosed", "document/grid", "document/xlsx"}, kernel...),
	"performance/annex":           append([]string{"performance/score", "performance/form", "document/grid", "document/paper", "document/docx", "document/pdf", "document/xlsx"}, kernel...),
	"performance":                 append([]string{"finance", "performance/score", "performance/form", "performance/annex"}, domain...),
	"performance/performancehttp": httpOf("performance", "performance/score", "performance/form", "performance/annex", "finance", "org", "calendar"),
	"hall":                        domain,
	"hall/hallhttp":               httpOf("hall", "org", "calendar"),
	"hallmetric":                  append([]string{"item", "casework", "hall", "rating", "complaint", "supervision", "workforce"}, domain...),
	"hallmetric/hallmetrichttp":   httpOf("hallmetric", "casework", "hall", "item", "org"),
	"item":                        domain,
	"item/itemhttp":               httpOf("item", "org", "calendar"),
	"casework":                    append([]string{"attest", "item", "outbox", "party", "archive"}, domain...),
	"evidence":                    append([]string{"archive"}, domain...),
	"evidence/evidencehttp":       httpOf("evidence"),
	"attest":                      domain,
	"attest/attesthttp":           httpOf("attest", "org"),
	"outbox":                      append([]string{"party"}, domain...),
	"outbox/outboxhttp":           httpOf("outbox"),
	"rating":                      append([]string{"casework", "hall", "outbox", "party"}, domain...),
	"rating/ratinghttp":           httpOf("rating", "casework", "hall", "org", "calendar"),
	"casework/caseworkhttp":       httpOf("casework", "item", "party", "org", "calendar"),
	"complaint":                   append([]string{"archive", "attest", "casework", "evidence", "item", "hotline", "outbox", "party"}, domain...),
	"complaint/complainthttp":     httpOf("complaint", "attest", "attest/attesthttp", "evidence", "evidence/evidencehttp", "casework", "item", "hotline", "party", "org", "calendar"),
	"supervision":                 append([]string{"attest", "casework"}, domain...),
	"supervision/supervisionhttp": httpOf("supervision", "attest", "attest/attesthttp", "casework", "org", "calendar"),
	"honour":                      append([]string{"evidence"}, domain...),
	"honour/honourhttp":           httpOf("honour", "evidence", "evidence/evidencehttp", "org", "calendar"),
	"training":                    domain,
	"training/traininghttp":       httpOf("training", "org", "calendar"),
	"site":                        append([]string{"evidence"}, domain...),
	"site/sitehttp":               httpOf("site", "evidence", "evidence/evidencehttp", "org", "calendar"),
	"exchange":                    append([]string{"attest", "item", "casework", "party"}, domain...),
	"exchange/exchangehttp":       httpOf("exchange", "attest", "attest/attesthttp", "casework", "item", "org", "calendar"),
	"workforce":                   append([]string{"evidence"}, domain...),
	"workforce/workforcehttp":     httpOf("workforce", "evidence", "evidence/evidencehttp", "org"),
	"org/orghttp":                 httpOf("org"),
	"calendar/calendarhttp":       httpOf("calendar", "org"),
	"knowledge/knowledgehttp":     httpOf("knowledge", "org"),
	"hotline/open311":             httpOf("hotline", "org"),
	"hotline/figure":              append([]string{"hotline", "knowledge", "telephony"}, domain...),
	"hotline/topic":               append([]string{"hotline"}, domain...),
	"hotline/advice":              append([]string{"hotline", "knowledge"}, domain...),
	"hotline/desk":                append([]string{"hotline"}, domain...),
	"hotline/hotlinehttp":         httpOf("hotline", "hotline/advice", "hotline/desk", "hotline/figure", "hotline/topic", "telephony", "party", "archive", "org", "calendar", "knowledge"),
}

// anything names the packages that put the program together.
var anything = []string{"app", "cli", "bench", "bench/powercut", "demo", "backup", "archtest", "e2e"}

// httpOf is what a module's pages may import: everything of the module but the store.
func httpOf(modules ...string) []string {
	list := append(append([]string{}, modules...), append(pages, platform...)...)
	return slices.DeleteFunc(list, func(p string) bool { return p == "store" })
}

// modules lists the Go packages below internal with the files that are not tests.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir, err := filepath.Rel("..", filepath.Dir(path))
		out[filepath.ToSlash(dir)] = append(out[filepath.ToSlash(dir)], path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range f.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

func TestImportsFollowTheTable(t *testing.T) {
	for pkg, files := range packages(t) {
		if strings.HasSuffix(pkg, "test") || slices.Contains(anything, pkg) {
			continue
		}
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("internal/%s is not in the table of imports: add it with what it may import", pkg)
			continue
		}
		for _, file := range files {
			for _, path := range importsOf(t, file) {
				own, ok := strings.CutPrefix(path, "yichuang/internal/")
				if ok && !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s, which internal/%s may not: see docs/architecture.md", file, own, pkg)
				}
			}
		}
	}
}

func TestKernelUsesOnlyTheStandardLibrary(t *testing.T) {
	all := packages(t)
	for _, pkg := range kernel {
		for _, file := range all[pkg] {
			for _, path := range importsOf(t, file) {
				if strings.Contains(strings.Split(path, "/")[0], ".") {
					t.Errorf("%s imports %s: the kernel is standard library only", file, path)
				}
			}
		}
	}
}

func TestOnlyTheClockReadsTheTime(t *testing.T) {
	forEachSource(t, func(file, text string) {
		dir := filepath.ToSlash(filepath.Dir(file))
		if strings.HasSuffix(dir, "internal/clock") || strings.HasSuffix(dir, "../clock") || strings.Contains(dir, "test") {
			return
		}
		for _, call := range []string{"time.Now()", "time.Since(", "time.Until("} {
			if strings.Contains(text, call) {
				t.Errorf("%s calls %s: take the time from the clock that is passed in", file, call)
			}
		}
	})
}

func TestOnlyTheCommandLineReadsTheEnvironment(t *testing.T) {
	forEachSource(t, func(file, text string) {
		dir := filepath.ToSlash(filepath.Dir(file))
		if strings.Contains(dir, "/cli") || strings.Contains(dir, "test") || strings.Contains(dir, "/bench") || strings.Contains(dir, "pgserver") {
			return
		}
		for _, call := range []string{"os.Getenv(", "os.LookupEnv("} {
			if strings.Contains(text, call) {
				t.Errorf("%s calls %s: settings are read in package cli and passed down", file, call)
			}
		}
	})
}

func TestNoUnfinishedWork(t *testing.T) {
	forEachSource(t, func(file, text string) {
		for _, mark := range []string{"TO" + "DO", "FIX" + "ME", "X" + "XX", "暂未" + "实现"} {
			if strings.Contains(text, mark) {
				t.Errorf("%s says %s: finish it or leave it out", file, mark)
			}
		}
	})
}

func forEachSource(t *testing.T, fn func(file, text string)) {
	t.Helper()
	for _, files := range packages(t) {
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fn(file, string(b))
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for pkg, files := range packages(t) {
		documented := false
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			documented = documented || f.Doc != nil
		}
		if !documented {
			t.Errorf("internal/%s has no package comment", pkg)
		}
	}
}
