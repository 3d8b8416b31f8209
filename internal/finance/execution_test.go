package finance_test

import (
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// How far the budget was executed on a day counts what is dated up to that day, whenever it was written; money that the
// treasury made available is no budget and gives no quota.
func TestExecutionOnADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		if err := w.SaveProject(w.finance.Ctx, 2024, "P1", "政务大厅规范化管理经费"); err != nil {
			t.Fatal(err)
		}
		w.budget(t, finance.Initial, "2010399", fiscal.Project, "P1", 1000)
		on := func(day string) finance.Funds {
			t.Helper()
			x, err := w.ExecutionOn(w.finance.Ctx, 2024, clock.MustDate(day))
			if err != nil {
				t.Fatal(err)
			}
			p, _ := x.Project("P1")
			if p.Total.Spent != x.Total.Spent || p.Total.Full != x.Total.Full {
				t.Errorf("%s: project %+v, all %+v", day, p.Total, x.Total)
			}
			return p.Total
		}
		if f := on("2024-12-31"); f.Received != nil {
			t.Errorf("without any record %v is said to have arrived", f.Received)
		}
		lines := []finance.Budget{
			{Phase: finance.Adjust, Fen: yuan(200), Document: "追加", Day: clock.MustDate("2024-09-01")},
			{Phase: finance.Released, Fen: yuan(600), Document: "额度1", Day: clock.MustDate("2024-02-01")},
			{Phase: finance.Released, Fen: yuan(500), Document: "额度2", Day: clock.MustDate("2024-08-01")},
			{Phase: finance.Released, Fen: -yuan(100), Document: "收回", Day: clock.MustDate("2024-11-01")},
		}
		for i := range lines {
			b := &lines[i]
			b.UnitID, b.Fund, b.Func, b.Kind, b.Project = w.unit, fiscal.General, "2010399", fiscal.Project, "P1"
		}
		if err := w.AddBudget(w.finance.Ctx, 2024, lines); err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			number, day string
			yuan        int64
		}{{"记-1", "2024-12-20", 50}, {"记-2", "2024-03-01", 300}, {"记-3", "2024-06-30", 200}, {"记-4", "2024-07-01", 100}} {
			if _, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: v.number, Day: clock.MustDate(v.day), Entries: []finance.Entry{w.entry("2010399", "30201", fiscal.Project, "P1", v.yuan)}}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			day                   string
			full, received, spent int64
		}{{"2024-01-31", 1000, -1, 0}, {"2024-06-29", 1000, 600, 300}, {"2024-06-30", 1000, 600, 500}, {"2024-08-31", 1000, 1100, 600}, {"2024-12-30", 1200, 1000, 650}, {"2024-12-31", 1200, 1000, 650}} {
			f := on(c.day)
			if f.Initial != yuan(1000) || f.Full != yuan(c.full) || f.Spent != yuan(c.spent) || (f.Received == nil) != (c.received < 0) || f.Received != nil && *f.Received != yuan(c.received) {
				t.Errorf("%s: %+v, received %v", c.day, f, f.Received)
			}
		}
		list, err := w.Quotas(w.finance.Ctx, 2024)
		if err != nil || len(list) != 1 || list[0].Full != yuan(1200) {
			t.Errorf("%+v, %v", list, err)
		}
		all, err := w.Budgets(w.finance.Ctx, 2024)
		if err != nil || len(all) != 5 {
			t.Errorf("%d lines, %v", len(all), err)
		}
	}, migrations()...)
}
