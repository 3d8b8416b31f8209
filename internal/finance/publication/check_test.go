package publication_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"yichuang/internal/document/pdf"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/reader"
	"yichuang/internal/needtest"
)

func foreign(t testing.TB, b []byte) *disclosed.Document {
	t.Helper()
	r := pdf.NewReader(filepath.Join(os.TempDir(), "yichuang-pdf-code"), pdf.Limits{})
	needtest.Have(t, !errors.Is(r.Start(), pdf.ErrNoReader), "needs the PDF reader of `make assets`")
	defer r.Close()
	d, err := reader.Bytes(t.Context(), b, reader.Options{Dictionary: dictionary(t), PDF: r})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTheAuditFindsNoError: what the program publishes passes the program's own audit in every format that it reads.
func TestTheAuditFindsNoError(t *testing.T) {
	rules, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{"gansu-2024", "plain-2024"} {
		p := accounts(t, layout)
		for _, f := range []publication.Format{publication.DOCX, publication.PDF, publication.HTML, publication.XLSX} {
			t.Run(layout+"/"+string(f), func(t *testing.T) {
				d := foreign(t, written(t, p, f))
				if d.Kind != disclosed.Accounts || d.Year != 2024 || len(d.Tables) != 9 {
					t.Fatalf("%s of %d with %d tables", d.Kind, d.Year, len(d.Tables))
				}
				r := rules.Run(d, check.Options{Dictionary: dictionary(t)})
				if r.Summary.Passed < 150 {
					t.Errorf("only %d passed", r.Summary.Passed)
				}
				for _, x := range r.Findings {
					if x.Severity == check.Error {
						t.Errorf("%s %s: %s", x.Rule, x.Message, fmt.Sprint(x.Places))
					}
				}
			})
		}
	}
}
