package finance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Voucher (凭证) is what is entered at one time: entries under one number and day.
type Voucher struct {
	Key     string     `json:"-"` // Idempotency-Key
	Number  string     `json:"number"`
	Day     clock.Date `json:"day"`
	Entries []Entry    `json:"entries"`
}

// AddVoucher enters a voucher. Spending beyond a quota is refused; a quota that is used up gives a warning.
func (m *Module) AddVoucher(ctx context.Context, year int, v Voucher) (warnings []string, err error) {
	a := actor.From(ctx)
	if len(v.Entries) == 0 || len(v.Entries) > 500 {
		return nil, ErrEntryInput.Field("fen", "凭证应有 1 至 500 条分录。")
	}
	err = m.change(ctx, PermWrite, year, func(tx *store.Tx, b *Book) error {
		if _, repeated, err := once.ClaimContent(tx, v.Key, "finance.voucher", v, v.Number); err != nil || repeated {
			return err
		}
		list := slices.Clone(v.Entries)
		for i := range list {
			list[i].Voucher, list[i].Day, list[i].Corrects, list[i].ImportID = v.Number, v.Day, "", ""
		}
		warnings, err = enter(tx, b, list)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.voucher", Permission: PermWrite, Kind: "book", Object: bookObject(year),
			Detail: map[string]any{"voucher": list[0].Voucher, "day": v.Day, "entries": len(list), "first": list[0].ID, "by": a.UserID}})
	})
	return warnings, err
}

// enter checks entries, adds them and their sums, and holds them against the quotas.
func enter(tx *store.Tx, b *Book, list []Entry) ([]string, error) {
	a := actor.From(tx.Context())
	if err := requireDraft(tx, b); err != nil {
		return nil, err
	}
	f, err := frameTx(tx, b)
	if err != nil {
		return nil, err
	}
	e := ErrEntryInput
	touched := map[QuotaKey]bool{}
	for i := range list {
		x := &list[i]
		x.CentreID, x.Year, x.ID, x.At, x.By = a.CentreID, b.Year, tx.NewID(), tx.Now(), a.UserID
		x.complete()
		for _, p := range f.check(x) {
			e = e.Field(fieldName(p.Name, i, len(list)), "%s", p.Public)
		}
		if x.Kind != "" && x.Fund.Appropriated() {
			touched[QuotaKey{x.Fund, x.Func, x.Kind, x.Project}] = true
		}
	}
	if err := e.OrNil(); err != nil {
		return nil, err
	}
	for i := range list {
		if err := store.Insert(tx, "finance_entry", list[i]); err != nil {
			return nil, err
		}
	}
	if err := addSums(tx, summed(list)); err != nil {
		return nil, err
	}
	now, err := quotas(tx, b.CentreID, b.Year)
	if err != nil {
		return nil, err
	}
	return overspent(now, touched)
}

// frameTx loads what entries are checked against.
func frameTx(tx *store.Tx, b *Book) (*frame, error) {
	f := &frame{book: b}
	var err error
	if f.codes, err = dictionary(tx, b.CentreID, b.Year); err != nil {
		return nil, err
	}
	if f.units, err = unitsTx(tx, b.CentreID); err != nil {
		return nil, err
	}
	f.projects, err = projectsTx(tx, b)
	return f, err
}

// Correction (更正) says what takes the place of an entry: nothing, or an entry with other particulars.
type Correction struct {
	Day     clock.Date `json:"day"`
	Voucher string     `json:"voucher"`
	Reason  string     `json:"reason"`
	Instead *Entry     `json:"instead,omitempty"`
}

// ErrCorrected refuses to correct an entry that was taken back already, or that takes back another.
var ErrCorrected = ErrEntryInput.Say("这条分录已经冲销，或者本身是冲销分录，没有登记。")

// CorrectEntry takes an entry back by one of the opposite amount (红字冲销) and, where something takes its place, enters
// that; the entry itself stays as it is.
func (m *Module) CorrectEntry(ctx context.Context, year int, id string, c Correction) error {
	if c.Reason = strings.TrimSpace(c.Reason); c.Reason == "" || utf8.RuneCountInString(c.Reason) > maxSummary {
		return ErrEntryInput.Field("reason", "请写明更正的原因，%d 个字以内。", maxSummary)
	}
	return m.change(ctx, PermWrite, year, func(tx *store.Tx, b *Book) error {
		old, err := entryTx(tx, b, id)
		if err != nil {
			return err
		}
		again, err := store.Select[string](tx, "SELECT id FROM finance_entry WHERE centre_id = $1 AND year = $2 AND sum_key = $3 AND corrects = $4", b.CentreID, year, old.SumKey, old.ID)
		if err != nil {
			return err
		}
		if len(again) > 0 || old.Fen < 0 {
			return ErrCorrected
		}
		list := []Entry{old.reversal(c.Day, c.Voucher, c.Reason)}
		if c.Instead != nil {
			x := *c.Instead
			x.Day, x.Voucher, x.Summary, x.Corrects, x.ImportID = c.Day, c.Voucher, c.Reason, old.ID, ""
			list = append(list, x)
		}
		if _, err := enter(tx, b, list); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.entry_correct", Permission: PermWrite, Kind: "entry", Object: old.ID, Detail: map[string]any{"year": year, "fen": old.Fen, "instead": c.Instead != nil}})
	})
}

func entryTx(tx *store.Tx, b *Book, id string) (Entry, error) {
	e, err := store.Get[Entry](tx, "SELECT "+entryColumns+" FROM finance_entry WHERE centre_id = $1 AND year = $2 AND id = $3", b.CentreID, b.Year, id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrEntryMissing
	}
	return e, err
}

// Entry gives one entry.
func (m *Module) Entry(ctx context.Context, year int, id string) (Entry, error) {
	var out Entry
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = entryTx(tx, b, id)
		return err
	})
	return out, err
}

// EntryFilter chooses entries of a year; empty fields choose all.
type EntryFilter struct {
	Keys    []string // of sums
	Voucher string
	After   string // id of the last entry of the page before
	Limit   int
	until   clock.Instant // entered by then; 0 for all
}

// Entries lists entries in the order in which they were entered, with the cursor of the next page.
func (m *Module) Entries(ctx context.Context, year int, f EntryFilter) ([]Entry, string, error) {
	var out []Entry
	next := ""
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, next, err = entriesTx(tx, b, f)
		return err
	})
	return out, next, err
}

func entriesTx(tx *store.Tx, b *Book, f EntryFilter) ([]Entry, string, error) {
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 50
	}
	w := (&store.Where{}).And("centre_id = ?", b.CentreID).And("year = ?", b.Year)
	if f.Keys != nil {
		store.In(w, "sum_key", f.Keys)
	}
	if f.Voucher != "" {
		w.And("voucher = ?", f.Voucher)
	}
	if f.After != "" {
		w.And("id > ?", f.After)
	}
	if f.until != 0 {
		w.And("at <= ?", int64(f.until))
	}
	out, err := store.Select[Entry](tx, "SELECT "+entryColumns+" FROM finance_entry"+w.SQL()+fmt.Sprintf(" ORDER BY id LIMIT %d", f.Limit+1), w.Args...)
	if err != nil || len(out) <= f.Limit {
		return out, "", err
	}
	return out[:f.Limit], out[f.Limit-1].ID, nil
}

// Balance is what the books of a year hold, for the head of their page.
type Balance struct {
	Entries int64     `json:"entries"`
	Income  money.Fen `json:"income"`
	Expense money.Fen `json:"expense"`
	Full    money.Fen `json:"full"` // full-year budget
}

// Balance adds up the books of a year.
func (m *Module) Balance(ctx context.Context, year int) (Balance, error) {
	var out Balance
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		sums, err := sumsTx(tx, b.CentreID, year)
		if err != nil {
			return err
		}
		for _, s := range sums {
			out.Entries += s.Entries
			for _, p := range s.Postings() {
				switch p.Nature {
				case fiscal.Income:
					out.Income += p.Fen
				case fiscal.Expense:
					out.Expense += p.Fen
				}
			}
		}
		lines, err := budgetsTx(tx, b)
		for _, l := range lines {
			out.Full += l.Fen
		}
		return err
	})
	return out, err
}
