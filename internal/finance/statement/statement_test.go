package statement_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
)

func codes(t testing.TB) *fiscal.Dictionary {
	t.Helper()
	list, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return fiscal.NewDictionary(2024, 2024, list)
}

func compute(t testing.TB, template string, postings []fiscal.Posting) *statement.Statement {
	t.Helper()
	tpl, err := statement.FindTemplate(template)
	if err != nil {
		t.Fatal(err)
	}
	return statement.Compute(tpl, statement.Ledger{Year: 2024, Department: "临夏市政务中心", Codes: codes(t), Postings: postings})
}

// figure is one printed cell of the published tables.
type figure struct{ table, row, column, text string }

func published(t *testing.T) []figure {
	t.Helper()
	f, err := os.Open("testdata/figures-2024.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []figure
	for _, r := range rows[1:] {
		out = append(out, figure{r[0], r[1], r[2], r[3]})
	}
	return out
}

// TestTheLedgerGivesEveryPublishedCell is scenario 1: the twenty-one entries give every cell of 公开01 to 06, blanks
// included. 06表 prints 0.00 in every empty row but 39999, where the published table has a blank.
func TestTheLedgerGivesEveryPublishedCell(t *testing.T) {
	s := compute(t, "gansu-2024", financetest.Postings())
	seen := map[statement.Ref]bool{}
	for _, f := range published(t) {
		ref := statement.Ref(f.table + "/" + f.row + "/" + f.column)
		seen[ref] = true
		got := ""
		if c := s.Cell(ref); c != nil {
			got = c.Text()
		}
		if ref == "T06/39999/1" && got == "0.00" {
			continue
		}
		if got != f.text {
			t.Errorf("%s: %q, published %q", ref, got, f.text)
		}
	}
	if len(seen) != 495 {
		t.Errorf("%d published cells", len(seen))
	}
	for _, table := range s.Tables[:6] {
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				if c.Present && !seen[c.Ref] && c.Ref != "T06/total/1" {
					t.Errorf("%s = %s is not in the published tables", c.Ref, c.Text())
				}
			}
		}
	}
	if len(s.Issues) > 0 {
		t.Errorf("issues: %v", s.Issues)
	}
}

func TestScenario1(t *testing.T) {
	s := compute(t, "gansu-2024", financetest.Postings())
	for ref, want := range map[statement.Ref]string{"T01/30/1": "221.73", "T01/60/2": "221.73", "T03/total/1": "221.73", "T03/total/2": "219.75", "T03/total/3": "1.98",
		"T03/201/1": "192.11", "T03/201/2": "190.13", "T03/201/3": "1.98", "T03/208/1": "19.45", "T03/210/1": "10.17", "T03/2101102/1": "8.09", "T03/2101103/1": "1.82", "T03/2101199/1": "0.26",
		"T06/人员经费合计/1": "177.76", "T06/公用经费合计/1": "41.99", "T06/301/1": "177.52", "T06/302/1": "39.99", "T06/310/1": "2.00"} {
		if c := s.Cell(ref); c == nil || c.Text() != want {
			t.Errorf("%s: %v, want %s", ref, c, want)
		}
	}
	if r := s.Table("T03").Row("2010399"); r == nil || r.Code != "2010399" {
		t.Error("the code 2010399 is not whole")
	}
	if r := s.Table("T06").Row("30101"); r == nil || r.Code != "30101" {
		t.Error("the code 30101 is not whole")
	}
}

// TestScenario2 is that the three tables without data say so.
func TestScenario2(t *testing.T) {
	s := compute(t, "gansu-2024", financetest.Postings())
	for _, id := range []string{"T07", "T08", "T09"} {
		table := s.Table(id)
		if notes := strings.Join(table.Notes, ""); !table.Empty || !strings.Contains(notes, "2024年度没有") || !strings.Contains(notes, "故本表无数据") {
			t.Errorf("%s: empty %v, notes %v", id, table.Empty, table.Notes)
		}
	}
	for _, id := range []string{"T01", "T06"} {
		if s.Table(id).Empty {
			t.Errorf("%s is not empty", id)
		}
	}
}

// TestEveryCellKnowsItsEntries: the amount of a cell is the sum over the keys behind it, for every cell.
func TestEveryCellKnowsItsEntries(t *testing.T) {
	postings := financetest.Postings()
	s := compute(t, "gansu-2024", postings)
	byKey := map[string]int64{}
	for _, p := range postings {
		byKey[p.Key] = int64(p.Fen)
	}
	cells := 0
	for _, table := range s.Tables {
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				var sum int64
				for _, k := range c.Keys {
					sum += byKey[k]
				}
				if sum != int64(c.Fen) || c.Present != (len(c.Keys) > 0) || c.Rule == "" {
					t.Errorf("%s: %d 分, behind it %d 分 in %v (%s)", c.Ref, c.Fen, sum, c.Keys, c.Rule)
				}
				cells++
			}
		}
	}
	if cells < 300 {
		t.Errorf("only %d cells", cells)
	}
}

func TestAnUnbalancedLedgerIsAnIssue(t *testing.T) {
	postings := append(financetest.Postings(), fiscal.Posting{Key: "x", Nature: fiscal.Expense, Source: fiscal.Own, Kind: fiscal.Basic, Fund: fiscal.General, Func: "2010399", Econ: "30902", Fen: 100},
		fiscal.Posting{Key: "y", Nature: fiscal.Expense, Source: fiscal.Own, Kind: fiscal.Basic, Fund: fiscal.General, Func: "2090101", Econ: "30201", Fen: 7})
	s := compute(t, "gansu-2024", postings)
	var texts []string
	for _, i := range s.Issues {
		texts = append(texts, i.Text)
	}
	all := strings.Join(texts, "\n")
	for _, want := range []string{"收入总计应等于支出总计", "总表的本年支出应等于支出决算表的合计", "基本支出应等于明细表的合计"} {
		if !strings.Contains(all, want) {
			t.Errorf("no issue %q in %q", want, all)
		}
	}
}
