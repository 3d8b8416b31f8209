package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// domainModules hold the terms of the house.
var domainModules = []string{"org", "calendar", "party", "knowledge", "telephony", "hotline", "hotline/figure", "hotline/topic", "hotline/advice", "hotline/desk", "assess", "archive", "attest", "report", "casework", "exchange", "complaint", "rating", "supervision", "item", "hall", "hallmetric", "honour", "training", "site", "workforce", "finance", "finance/examine", "performance"}

// parsed gives the syntax of a source file.
func parsed(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// exportedTypes lists the names of the exported types of a file.
func exportedTypes(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	for _, d := range parsed(t, file).Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			if name := s.(*ast.TypeSpec).Name.Name; ast.IsExported(name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func TestTheGlossaryKnowsEveryTypeOfTheDomain(t *testing.T) {
	glossary, err := os.ReadFile(filepath.Join("..", "..", "docs", "glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := packages(t)
	found := 0
	for _, module := range domainModules {
		for _, file := range all[module] {
			for _, name := range exportedTypes(t, file) {
				found++
				if !strings.Contains(string(glossary), "`"+name+"`") && !strings.Contains(string(glossary), "`"+filepath.Base(module)+"."+name+"`") {
					t.Errorf("%s declares %s, which docs/glossary.md does not explain", file, name)
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d types found", found)
	}
}

// unaudited lists the files whose transactions leave no line in the audit log, with the reason.
var unaudited = map[string]string{
	"org/authenticate.go": "the last use of a token; what the token does leaves lines of its own",
	"hotline/presence.go": "who has a page open is no change of the ticket",
	"knowledge/search.go": "a search that found nothing adds to a count without a name",
	"hall/device_beat.go": "a device that is alive changes nothing of the queue",
	"org/demo.go":         "the demonstration makes units and users with helpers that record each of them",
}

// audits are the calls by which a transaction leaves a line in the audit log: the log itself, or a helper of the module
// that does nothing without it.
var audits = []string{"audit.Record", "m.act(", "m.do(", "finish(", "insertOrder(", "m.run(", "m.apply(", "m.rate(", "record(tx, "}

// The test is rough: it finds the file that forgets the log, not the one closure among several.
func TestTransactionsOfUseCasesAreAudited(t *testing.T) {
	all := packages(t)
	seen := map[string]bool{}
	for _, module := range domainModules {
		for _, file := range all[module] {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(b), ".WithTx(") || slices.ContainsFunc(audits, func(call string) bool { return strings.Contains(string(b), call) }) {
				continue
			}
			name := module + "/" + filepath.Base(file)
			seen[name] = true
			if unaudited[name] == "" {
				t.Errorf("%s changes data without a line in the audit log", name)
			}
		}
	}
	for name := range unaudited {
		if !seen[name] {
			t.Errorf("%s is excepted from the audit without need", name)
		}
	}
}
