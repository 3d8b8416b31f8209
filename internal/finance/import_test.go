package finance_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// sheet reads CSV as an uploaded file is read.
func sheet(t testing.TB, k finance.ImportKind, text string) finance.Sheet {
	t.Helper()
	r, err := table.Open("导出.csv", bytes.NewReader([]byte(text)), int64(len(text)), table.Options{Expect: finance.ImportHeads(k)})
	if err != nil {
		t.Fatal(err)
	}
	s, err := finance.ReadSheet(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) preview(t testing.TB, k finance.ImportKind, text string, m finance.Mapping) *finance.Preview {
	t.Helper()
	s := sheet(t, k, text)
	s.ByHand = true
	i, err := w.Receive(w.finance.Ctx, 2024, k, "导出.csv", s)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Preview(w.finance.Ctx, 2024, i.ID, m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const budgetFile = "指标文号,指标类型,下达日期,资金性质,支出功能分类,支出类型,项目,指标金额（万元）\n" +
	"临财〔2024〕1号,年初预算,2024-01-20,一般公共预算资金,2010399 其他,基本支出,,10.000001\n" +
	"临财〔2024〕1号,年初预算,2024-01-20,一般公共预算资金,2010399 其他,项目支出,P1 政务大厅管理,3\n" +
	"临财〔2024〕9号,追加,2024年11月2日,政府性基金,2010399 其他,项目支出,P1 政务大厅管理,\"1,200.5\"\n" +
	"临财〔2024〕9号,调减,2024年11月3日,一般公共预算资金,2010399 其他,项目支出,P1 政务大厅管理,-1\n合计,,,,,,,1212.500001\n"

func TestABudgetIsImported(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p := w.preview(t, finance.ImportBudget, budgetFile, finance.Mapping{})
		if !p.Mapping.Wan || p.Mapping.Columns["amount"] != "指标金额（万元）" || len(p.Sheet.Rows) != 4 || len(p.Reading.Problems) > 0 {
			t.Fatalf("%+v, %d rows, %v", p.Mapping, len(p.Sheet.Rows), p.Reading.Problems)
		}
		total := money.Fen(1_212_500_001)
		if p.Reading.Budget != total || len(p.Reading.Projects) != 1 {
			t.Errorf("%d 分, projects %v", p.Reading.Budget, p.Reading.Projects)
		}
		wrong := total + 1
		if _, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{Budget: &wrong}); !errors.Is(err, finance.ErrImportControl) {
			t.Errorf("a wrong total: %v", err)
		}
		if _, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{Budget: &total}); err != nil {
			t.Fatal(err)
		}
		list, err := w.Quotas(w.finance.Ctx, 2024)
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		full := map[finance.QuotaKey]money.Fen{}
		for _, q := range list {
			full[q.QuotaKey] = q.Full
		}
		if full[finance.QuotaKey{Fund: fiscal.General, Func: "2010399", Kind: fiscal.Basic}] != 10_000_001 || full[finance.QuotaKey{Fund: fiscal.General, Func: "2010399", Kind: fiscal.Project, Project: "P1"}] != 2_000_000 {
			t.Error(full)
		}
		if _, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{}); !errors.Is(err, finance.ErrImportDone) {
			t.Errorf("imported twice: %v", err)
		}
	}, migrations()...)
}

const entryFile = "凭证号,日期,功能分类,经济分类,金额\nZ1,2024-03-01,2010399,30201,100\nZ2,2024-03-02,2010399,30201,50\n"

func TestNoRowIsEnteredWhereOneIsRefused(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	w.budget(t, finance.Initial, "2010399", fiscal.Basic, "", 120)
	p := w.preview(t, finance.ImportEntries, entryFile, finance.Mapping{})
	if len(p.Overruns) != 1 || !strings.Contains(p.Overruns[0], "超出全年预算 30.00 元") {
		t.Errorf("overruns %v", p.Overruns)
	}
	if _, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{}); !errors.Is(err, finance.ErrQuota) {
		t.Fatal(err)
	}
	if b, err := w.Balance(w.finance.Ctx, 2024); err != nil || b.Entries != 0 {
		t.Error(b, err)
	}
	w.budget(t, finance.Adjust, "2010399", fiscal.Basic, "", 30)
	for month := 1; month <= 3; month++ { // closed after the preview
		if _, err := w.CloseMonth(w.finance.Ctx, 2024, month); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{}); !errors.Is(err, finance.ErrImportRows) {
		t.Errorf("entered into a closed month: %v", err)
	}
	if _, err := w.ReopenMonth(w.leader.Ctx, 2024, 3, "导入"); err != nil {
		t.Fatal(err)
	}
	if warnings, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{}); err != nil || len(warnings) != 1 {
		t.Error(warnings, err)
	}
	for text, problem := range map[string]string{
		"凭证号,日期,功能分类,经济分类,金额\nZ1,2024-13-01,2010399,30201,1\n":               "认不出",
		"凭证号,日期,功能分类,经济分类,金额\nZ1,2024-05-01,2010399,30201,一百\n":              "金额“一百”认不出",
		"凭证号,日期,功能分类,经济分类,金额\nZ1,2024-05-01,201039,30201,1\n":                "3、5 或 7",
		"凭证号,日期,功能分类,经济分类,项目,金额\nZ1,2024-05-01,2010399,30201,没有的项目,1\n":      "没有项目",
		"凭证号,日期,功能分类,经济分类,资金性质,金额\nZ1,2024-05-01,2010399,30201,人情,1\n":       "认不出资金性质",
		"凭证号,日期,功能分类,经济分类,单位,金额\nZ1,2024-05-01,2010399,30201,别的单位,1\n":       "没有预算单位",
		"编号,日期,功能分类,经济分类,金额\nZ1,2024-05-01,2010399,30201,1\n":                "没有指定“凭证号”",
		"凭证号,日期,功能分类,经济分类,支出类型,金额\nZ1,2024-05-01,2010399,30201,别样支出,1.005\n": "认不出",
	} {
		p := w.preview(t, finance.ImportEntries, text, finance.Mapping{})
		if len(p.Reading.Problems) != 1 || !strings.Contains(p.Reading.Problems[0].Text, problem) {
			t.Errorf("%q: %v", problem, p.Reading.Problems)
		}
		if _, err := w.Apply(w.finance.Ctx, 2024, p.Import.ID, p.Mapping, finance.Control{}); !errors.Is(err, finance.ErrImportRows) {
			t.Errorf("%q: %v", problem, err)
		}
	}
}

// TestAnotherFileIsRefused: a file whose head names nothing of what a row needs is refused before anything is kept of it.
func TestAnotherFileIsRefused(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	for _, text := range []string{"工单编号,标题,受理时间\n1,路灯不亮,2024-05-01\n", "编号,日期,功能分类,经济分类,金额\nZ1,2024-05-01,2010399,30201,1\n"} {
		_, err := w.Receive(w.finance.Ctx, 2024, finance.ImportEntries, "工单.csv", sheet(t, finance.ImportEntries, text))
		if !errors.Is(err, finance.ErrImportFile) || !strings.Contains(err.Error(), "“凭证号”") || !strings.Contains(err.Error(), "文件的表头是") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if list, err := w.Imports(w.finance.Ctx, 2024); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// TestWhatWasEnteredWronglyIsTakenBack: budget lines and contracts stay and get a line of the opposite amount, once.
func TestWhatWasEnteredWronglyIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.budget(t, finance.Initial, "2010399", fiscal.Basic, "", 120)
		lines, err := w.Budgets(w.finance.Ctx, 2024)
		if err != nil || len(lines) != 1 {
			t.Fatal(lines, err)
		}
		if err := w.ReverseBudget(w.finance.Ctx, 2024, lines[0].ID, ""); !errors.Is(err, finance.ErrBudgetInput) {
			t.Error(err)
		}
		if err := w.ReverseBudget(w.finance.Ctx, 2024, lines[0].ID, "重复登记"); err != nil {
			t.Fatal(err)
		}
		if err := w.ReverseBudget(w.finance.Ctx, 2024, lines[0].ID, "重复登记"); !errors.Is(err, finance.ErrBudgetMissing) {
			t.Error(err)
		}
		if list, err := w.Quotas(w.finance.Ctx, 2024); err != nil || len(list) != 1 || list[0].Initial != 0 || list[0].Full != 0 {
			t.Error(list, err)
		}
		c := finance.Contract{Number: "1", Name: "桌椅", Category: finance.Goods, Size: finance.Small, Fen: 100, Day: clock.Day(2024, 3, 1)}
		if err := w.AddContract(w.finance.Ctx, 2024, c); err != nil {
			t.Fatal(err)
		}
		if err := w.AddContract(w.finance.Ctx, 2024, c); !errors.Is(err, finance.ErrFigureInput) {
			t.Errorf("the same number twice: %v", err)
		}
		list, err := w.Contracts(w.finance.Ctx, 2024)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if err := w.ReverseContract(w.finance.Ctx, 2024, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := w.ReverseContract(w.finance.Ctx, 2024, list[0].ID); !errors.Is(err, finance.ErrContractMissing) {
			t.Error(err)
		}
		if err := w.AddContract(w.finance.Ctx, 2024, c); err != nil {
			t.Errorf("entered again: %v", err)
		}
	}, migrations()...)
}

// FuzzImport reads any table as entries and as a budget: whatever is entered obeys the rules of the books, and the totals
// are those of the rows.
func FuzzImport(f *testing.F) {
	f.Add(entryFile)
	f.Add(budgetFile)
	f.Add("凭证号,日期,功能分类,经济分类,金额\nZ1,20240301,2010399,30201,(1.20)\n")
	w := newWorld(f, storetest.Open(f, store.SQLite, migrations()))
	f.Fuzz(func(t *testing.T, text string) {
		for _, k := range []finance.ImportKind{finance.ImportEntries, finance.ImportBudget} {
			r, err := table.Open("x.csv", bytes.NewReader([]byte(text)), int64(len(text)), table.Options{Expect: finance.ImportHeads(k)})
			if err != nil {
				return
			}
			s, err := finance.ReadSheet(r)
			if err != nil || len(s.Rows) > 100 {
				return
			}
			s.ByHand = true
			i, err := w.Receive(w.finance.Ctx, 2024, k, "x.csv", s)
			if err != nil {
				t.Fatal(err)
			}
			p, err := w.Preview(w.finance.Ctx, 2024, i.ID, finance.Mapping{})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Reading.Problems) > 0 {
				continue
			}
			var sum money.Fen
			for _, e := range p.Reading.Entries {
				if e.Fen == 0 || len(e.Func) != 7 || e.Day.Year() != 2024 || e.SumKey == "" {
					t.Errorf("%+v was accepted", e)
				}
				if e.Account[0] == '7' {
					sum += e.Fen
				}
			}
			if k == finance.ImportEntries && sum != p.Reading.Expense {
				t.Errorf("expense %d, rows %d", p.Reading.Expense, sum)
			}
		}
	})
}
