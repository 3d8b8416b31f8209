package finance_test

import (
	"fmt"
	"testing"

	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// grow fills a year with n entries over some 1,400 sums, as a prefecture's departments together would have.
func grow(t testing.TB, w *world, n int) {
	t.Helper()
	codes, err := w.Subjects(w.finance.Ctx, 2024)
	if err != nil {
		t.Fatal(err)
	}
	var funcs, econs []string
	for _, s := range codes.All(fiscal.Func) {
		if len(s.Code) == 7 {
			funcs = append(funcs, s.Code)
		}
	}
	for _, s := range codes.All(fiscal.Econ) {
		if c := fiscal.Class(s.Code); len(s.Code) == 5 && (c == "301" || c == "302" || c == "303" || c == "310") {
			econs = append(econs, s.Code)
		}
	}
	err = w.db.WithTx(w.finance.Ctx, func(tx *store.Tx) error {
		for i, f := range funcs {
			for j, e := range econs {
				key := fmt.Sprintf("k%d-%d", i, j)
				if _, err := tx.Exec(`INSERT INTO finance_entry (centre_id, year, id, sum_key, voucher, day, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried, fen, summary, corrects, import_id, at, by_user)
					WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
					SELECT $2, 2024, $3 || '-' || i, $3, 'v', '2024-05-06', '7101', '6001', $4, 'general', $5, $6, 'basic', '', '', FALSE, i * 7 + 3, '', '', '', 0, '' FROM n`,
					n/(len(funcs)*len(econs))+1, w.centre, key, w.unit, f, e); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(`INSERT INTO finance_sum (centre_id, year, sum_key, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried, fen, entries)
			SELECT centre_id, year, sum_key, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried, SUM(fen), COUNT(*) FROM finance_entry WHERE centre_id = $1
			GROUP BY centre_id, year, sum_key, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried`, w.centre)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkStatement is the nine tables of a year with a million entries: from the sums, and as a recount from the entries.
// The goal is 2 s.
func BenchmarkStatement(b *testing.B) {
	w := newWorld(b, storetest.Open(b, store.SQLite, migrations()))
	grow(b, w, 1_000_000)
	balance, err := w.Balance(w.finance.Ctx, 2024)
	if err != nil || balance.Entries < 1_000_000 {
		b.Fatal(balance, err)
	}
	b.Run("from sums", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Statement(w.finance.Ctx, 2024); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("disclosure", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Disclosure(w.finance.Ctx, 2024); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("origin of a total", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Origin(w.finance.Ctx, 2024, "T01/57/2", ""); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("recount", func(b *testing.B) {
		for b.Loop() {
			if list, err := w.Recount(w.finance.Ctx, 2024); err != nil || len(list) > 0 {
				b.Fatal(list, err)
			}
		}
	})
}

// TestSumsEqualTheEntries compares every table from the sums with one from the entries themselves.
func TestSumsEqualTheEntries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.year(t)
		list, _, err := w.Entries(w.finance.Ctx, 2024, finance.EntryFilter{Limit: 100})
		if err != nil || len(list) != 21 {
			t.Fatal(len(list), err)
		}
		var total int64
		for _, e := range list {
			total += int64(e.Fen)
		}
		if s := w.statement(t); int64(s.Fen("T03/total/1")) != total {
			t.Errorf("the table has %d 分, the entries %d", s.Fen("T03/total/1"), total)
		}
		if err := db.WithTx(w.finance.Ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE finance_sum SET fen = fen + 1 WHERE centre_id = $1 AND econ = '30101'", w.centre)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if d, err := w.Recount(w.finance.Ctx, 2024); err != nil || len(d) != 1 || d[0].Kept-d[0].Counted != 1 {
			t.Errorf("a wrong sum is not found: %v, %v", d, err)
		}
		if lines, err := w.Check(w.finance.Ctx); err != nil || len(lines) != 1 {
			t.Error(lines, err)
		}
	}, migrations()...)
}
