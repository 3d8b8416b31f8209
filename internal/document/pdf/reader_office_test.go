package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/document/docx"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf"
	"yichuang/internal/needtest"
)

// What an office program exports is read with every cell as a run of its own between its rules.
func TestOpenReadsWhatAnOfficeProgramExports(t *testing.T) {
	program, err := exec.LookPath("soffice")
	needtest.Have(t, err == nil, "needs soffice (libreoffice-writer-nogui)")
	table := long(60)
	var doc bytes.Buffer
	d := paper.Document{Title: "导出", Sections: []paper.Section{
		{Blocks: []paper.Block{paper.Text(paper.Title, "某市政务服务中心"), paper.Text(paper.Body, prose)}},
		{Landscape: true, Blocks: []paper.Block{paper.Table{Table: table}, paper.Table{Table: threePublic()}}},
	}}
	if err := docx.Write(&doc, d); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a.docx")
	if err := os.WriteFile(path, doc.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "a.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, reader(t, pdf.Limits{}), data)
	var runs []string
	for _, p := range f.Pages {
		runs = append(runs, texts(p)...)
	}
	text := strings.Join(runs, "")
	for _, want := range []string{"2024年度收入总计1,176.80万元", "增长9.09%", "（某政办发〔2024〕12号）"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	missing := 0
	for _, row := range slices.Concat(table.Body, threePublic().Body) {
		for _, c := range row {
			if strings.ContainsAny(c.Text, "0123456789") && !slices.Contains(runs, c.Text) {
				missing++
			}
		}
	}
	if missing > 0 {
		t.Errorf("%d numbers are no runs of their own: %.2000q", missing, runs)
	}
	checkRules(t, f, table)
}

// checkRules looks for the standing rules of a table beside its numbers.
func checkRules(t *testing.T, f *pdf.File, table grid.Table) {
	for _, p := range f.Pages {
		for _, r := range p.Runs {
			if r.Text != table.Body[0][4].Text {
				continue
			}
			left, right := false, false
			for _, rule := range p.Rules {
				if rule.Lies() || rule.Y0 > r.Y || rule.Y1 < r.Y-r.Size*0.5 {
					continue
				}
				left = left || rule.X0 < r.X && rule.X0 > r.X-120
				right = right || rule.X0 > r.Right && rule.X0 < r.Right+20
			}
			if !left || !right {
				t.Errorf("%s on page %d has no rules at its sides: %s", r.Text, p.Number, fmt.Sprint(p.Rules[:min(20, len(p.Rules))]))
			}
			return
		}
	}
	t.Error("the table's first amount is on no page")
}
