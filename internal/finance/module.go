// Package finance is the department's final accounts (部门决算): the books of a year, the tables and the text that are
// computed from them, and their life from draft to publication.
//
// A Book is one year. Its Entry rows are only ever added: a mistake is taken back by a new entry, and a closed month
// takes none. Each transaction that adds entries also adds to the sums (finance_sum) by everything that a table can ask
// for, so that tables cost the same for a thousand entries and for a million; Recount proves the sums. Budget lines are
// quotas: spending beyond the full-year budget is refused.
//
// The tables come from package statement, the text from package narrative; both are pure and are handed what this
// package reads. What is published is frozen with its hash as a revision of the Account (决算).
//
//	entries ─→ sums ─┐
//	budget, carry ───┴→ statement ─┬→ pages, every cell a link to its entries
//	prior, counts, reasons ────────┴→ narrative
package finance

import (
	"context"
	"embed"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/publication"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Migrations make the tables finance_*.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Module is the use cases of final accounts.
type Module struct {
	db       *store.DB
	org      *org.Module
	calendar *calendar.Module
	keys     *crypt.Keyring // seals the names of rosters
	evaluate Evaluate
}

// Evaluate gives what is to be published of the performance of a year with its annexes; nil where there is nothing. It reads
// in the transaction that computes or freezes the disclosure, so that both are of the same moment.
type Evaluate func(tx *store.Tx, centre string, year int) (*publication.Evaluation, error)

// TakeEvaluations gives the module what to ask for part four and the annexes, before the first request.
func (m *Module) TakeEvaluations(e Evaluate) { m.evaluate = e }

// New makes the module.
func New(db *store.DB, o *org.Module, c *calendar.Module, keys *crypt.Keyring) *Module {
	return &Module{db: db, org: o, calendar: c, keys: keys}
}

// ErrYear is a year that has no book.
var ErrYear = errs.New(errs.NotFound, "finance.year", "没有这一年的账套，或您无权查看。请先建立账套。")

// read runs fn with the book of a year, for whoever may read the books.
func (m *Module) read(ctx context.Context, year int, fn func(tx *store.Tx, b *Book) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	return m.db.Read(ctx, func(tx *store.Tx) error {
		b, err := bookTx(tx, a.CentreID, year)
		if err != nil {
			return err
		}
		return fn(tx, &b)
	})
}

// dictionary gives the codes of a year: what was imported for it, over the program's start set.
func dictionary(tx *store.Tx, centre string, year int) (*fiscal.Dictionary, error) {
	start, err := fiscal.BuiltIn()
	if err != nil {
		return nil, err
	}
	own, err := store.Select[subjectRow](tx, "SELECT "+subjectColumns+" FROM finance_subject WHERE centre_id = $1 AND year = $2", centre, year)
	if err != nil {
		return nil, err
	}
	base := fiscal.BuiltInYear
	list := make([]fiscal.Subject, len(own))
	for i, s := range own {
		list[i] = fiscal.Subject{Scheme: s.Scheme, Code: s.Code, Name: s.Name, Confirmed: true}
		base = year
	}
	return fiscal.NewDictionary(year, base, start, list), nil
}
