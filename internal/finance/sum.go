package finance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// sumRow is one row of finance_sum.
type sumRow struct {
	CentreID string         `db:"centre_id"`
	Year     int            `db:"year"`
	Key      string         `db:"sum_key"`
	Account  string         `db:"account"`
	Contra   string         `db:"contra"`
	UnitID   string         `db:"unit_id"`
	Fund     fiscal.Fund    `db:"fund"`
	Func     string         `db:"func"`
	Econ     string         `db:"econ"`
	Kind     fiscal.Kind    `db:"kind"`
	Project  string         `db:"project"`
	SanGong  fiscal.SanGong `db:"sangong"`
	Carried  bool           `db:"carried"`
	Fen      money.Fen      `db:"fen"`
	Entries  int64          `db:"entries"`
}

var sumColumns = store.Columns[sumRow]("")

func (r *sumRow) sum() fiscal.Sum {
	return fiscal.Sum{Key: r.Key, Account: r.Account, Contra: r.Contra, Unit: r.UnitID, Fund: r.Fund, Func: r.Func, Econ: r.Econ, Kind: r.Kind, Project: r.Project, SanGong: r.SanGong,
		Carried: r.Carried, Fen: r.Fen, Entries: r.Entries}
}

// summed adds entries up by their keys.
func summed(entries []Entry) map[string]*sumRow {
	out := map[string]*sumRow{}
	for i := range entries {
		e := &entries[i]
		s := out[e.SumKey]
		if s == nil {
			s = &sumRow{CentreID: e.CentreID, Year: e.Year, Key: e.SumKey, Account: e.Account, Contra: e.Contra, UnitID: e.UnitID, Fund: e.Fund, Func: e.Func, Econ: e.Econ, Kind: e.Kind,
				Project: e.Project, SanGong: e.SanGong, Carried: e.Carried}
			out[e.SumKey] = s
		}
		s.Fen += e.Fen
		s.Entries++
	}
	return out
}

const addSum = `INSERT INTO finance_sum (centre_id, year, sum_key, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried, fen, entries)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
	ON CONFLICT (centre_id, year, sum_key) DO UPDATE SET fen = finance_sum.fen + excluded.fen, entries = finance_sum.entries + excluded.entries`

// addSums adds to the sums what the entries of this transaction amount to.
func addSums(tx *store.Tx, sums map[string]*sumRow) error {
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		s := sums[key]
		err := tx.Queue(addSum, s.CentreID, s.Year, s.Key, s.Account, s.Contra, s.UnitID, s.Fund, s.Func, s.Econ, s.Kind, s.Project, s.SanGong, s.Carried, int64(s.Fen), s.Entries)
		if err != nil {
			return err
		}
	}
	return nil
}

// sumsTx reads the sums of a year.
func sumsTx(tx *store.Tx, centre string, year int) ([]fiscal.Sum, error) {
	var out []fiscal.Sum
	err := store.Each(tx, func(r *sumRow) error {
		out = append(out, r.sum())
		return nil
	}, "SELECT "+sumColumns+" FROM finance_sum WHERE centre_id = $1 AND year = $2 ORDER BY sum_key", centre, year)
	return out, err
}

// recount adds up the entries themselves, for Recount and for measuring what the sums save.
const recount = `SELECT centre_id, year, sum_key, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried, CAST(SUM(fen) AS BIGINT) AS fen, COUNT(*) AS entries
	FROM finance_entry WHERE centre_id = $1 AND year = $2
	GROUP BY centre_id, year, sum_key, account, contra, unit_id, fund, func, econ, kind, project, sangong, carried ORDER BY sum_key`

// sumsOnTx adds up the entries of a year up to a day.
func sumsOnTx(tx *store.Tx, centre string, year int, day clock.Date) ([]fiscal.Sum, error) {
	var out []fiscal.Sum
	err := store.Each(tx, func(r *sumRow) error {
		out = append(out, r.sum())
		return nil
	}, strings.Replace(recount, "GROUP BY", "AND day <= $3 GROUP BY", 1), centre, year, day)
	return out, err
}

// Difference is a sum that a recount finds to be another.
type Difference struct {
	Key           string
	Kept, Counted money.Fen
}

// Recount compares the sums of a year with the entries (账表核对); no difference gives nil.
func (m *Module) Recount(ctx context.Context, year int) ([]Difference, error) {
	var out []Difference
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		kept, err := sumsTx(tx, b.CentreID, year)
		if err != nil {
			return err
		}
		was := map[string]fiscal.Sum{}
		for _, s := range kept {
			was[s.Key] = s
		}
		err = store.Each(tx, func(r *sumRow) error {
			k := was[r.Key]
			if k.Fen != r.Fen || k.Entries != r.Entries {
				out = append(out, Difference{r.Key, k.Fen, r.Fen})
			}
			delete(was, r.Key)
			return nil
		}, recount, b.CentreID, year)
		for _, key := range slices.Sorted(maps.Keys(was)) {
			out = append(out, Difference{key, was[key].Fen, 0})
		}
		return err
	})
	return out, err
}

// Check proves the sums of every book of the actor's centre, for the doctor; each line says what is wrong.
func (m *Module) Check(ctx context.Context) ([]string, error) {
	if err := actor.From(ctx).Require(PermRead); err != nil {
		return nil, err
	}
	books, err := m.Books(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range books {
		list, err := m.Recount(ctx, b.Year)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			out = append(out, fmt.Sprintf("%d 年汇总 %s：记 %s 元，分录合计 %s 元", b.Year, d.Key, d.Kept.Yuan(), d.Counted.Yuan()))
		}
	}
	return out, nil
}
