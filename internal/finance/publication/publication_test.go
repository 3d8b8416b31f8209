package publication_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/document/pdf"
	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/publication"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

func printer(t testing.TB) *pdf.Writer {
	t.Helper()
	return pdf.NewWriter()
}

func dictionary(t testing.TB) *fiscal.Dictionary {
	t.Helper()
	list, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return fiscal.NewDictionary(2024, fiscal.BuiltInYear, list)
}

// accounts is the reconstructed ledger of 2024 as it is published, with a layout.
func accounts(t testing.TB, layout string) *publication.Publication {
	t.Helper()
	tpl, err := statement.FindTemplate(layout)
	if err != nil {
		t.Fatal(err)
	}
	codes := dictionary(t)
	s := statement.Compute(tpl, statement.Ledger{Year: 2024, Department: "临夏市政务中心", Codes: codes, Postings: financetest.Postings()})
	return &publication.Publication{Year: 2024, Department: "临夏市政务中心", Statement: s, Narrative: words(t, s, codes),
		Duties: "负责全市政务服务大厅的日常管理。\n负责 12345 热线平台的运行管理。", Structure: "内设办公室、政务监察股、政务信息股和 12345 热线办公室四个股室。",
		Units:   []publication.Unit{{Code: "001", Name: "临夏市政务中心", Kind: "参照公务员法管理的事业单位"}},
		Edition: publication.Edition{State: "已公开", Published: true, Revision: 1, ApprovedOn: clock.MustDate("2025-08-28"), ClearedOn: clock.MustDate("2025-09-05"), PublishedOn: clock.MustDate("2025-09-10"), PublishedAt: clock.At(2025, 9, 10, 9, 30), Hash: "0f"}}
}

func words(t testing.TB, s *statement.Statement, codes *fiscal.Dictionary) *narrative.Document {
	t.Helper()
	texts, err := narrative.Standard()
	if err != nil {
		t.Fatal(err)
	}
	yuan := func(n int64) money.Fen { return money.Fen(n) * money.Yuan }
	in := narrative.Input{Year: 2024, Statement: s, Codes: codes, Digits: 3, HasMechanism: true, Prior: map[narrative.Metric]money.Fen{}, Counts: map[narrative.Count]int64{}, Reasons: map[string]string{}}
	for class, n := range financetest.Initial() {
		in.Budgets = append(in.Budgets, narrative.BudgetSum{Fund: fiscal.General, Func: class, Kind: fiscal.Basic, Initial: yuan(n), Full: yuan(n)})
	}
	for _, m := range narrative.Metrics() {
		in.Prior[m] = 0
	}
	total, personnel, public, project := financetest.Prior()
	for m, n := range map[narrative.Metric]int64{narrative.Total: total, narrative.Appropriated: total, narrative.General: total, narrative.Personnel: personnel, narrative.Public: public, narrative.Projects: project, narrative.Mechanism: public} {
		in.Prior[m] = yuan(n)
	}
	for _, c := range narrative.Counts() {
		in.Counts[c] = 0
	}
	for _, l := range financetest.Lines() {
		if l.Kind == fiscal.Project {
			in.Projects = append(in.Projects, narrative.ProjectSum{Name: "项目" + l.Project, Fund: fiscal.General, Full: yuan(10000), Spent: yuan(l.Yuan)})
		} else if l.Econ[:3] == "302" || l.Econ[:3] == "310" {
			in.Mechanism = append(in.Mechanism, narrative.Item{Code: l.Econ, Fen: yuan(l.Yuan)})
		}
	}
	goods, works, services, sme := financetest.Procurement()
	in.Procurement = narrative.Procurement{Goods: yuan(goods), Works: yuan(works), Services: yuan(services), SME: yuan(sme), Micro: yuan(sme)}
	for _, key := range []string{"yoy.total", "yoy.appropriated", "yoy.general", "yoy.personnel", "yoy.public", "yoy.mechanism", "budget.general.201", "budget.general.208", "budget.general.210"} {
		in.Reasons[key] = "人员经费和公用经费按标准增加"
	}
	d, err := narrative.Write(texts, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func written(t testing.TB, p *publication.Publication, f publication.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b, f, publication.Options{Print: printer(t)}); err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	return b.Bytes()
}

// TestKeep leaves the documents in the folder YICHUANG_KEEP names, for people to look at.
func TestKeep(t *testing.T) {
	folder := os.Getenv("YICHUANG_KEEP")
	if folder == "" {
		t.Skip("YICHUANG_KEEP names no folder")
	}
	for _, layout := range []string{"gansu-2024", "plain-2024"} {
		p := accounts(t, layout)
		for _, f := range publication.Formats() {
			if err := os.WriteFile(filepath.Join(folder, layout+"."+string(f)), written(t, p, f), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
