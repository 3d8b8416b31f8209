package finance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/store"
)

// Level says how deep the explanations of 五（三） go.
type Level string

// The levels.
const (
	ByClass Level = "class" // 到类
	ByGroup Level = "group" // 到款
	ByItem  Level = "item"  // 到项
)

// Levels lists the levels from the coarsest.
func Levels() []Level { return []Level{ByClass, ByGroup, ByItem} }

// Label is the level's Chinese name.
func (l Level) Label() string {
	return map[Level]string{ByClass: "逐类说明", ByGroup: "逐款说明", ByItem: "逐项说明"}[l]
}

// Digits is the length of the functional codes of the level.
func (l Level) Digits() int { return map[Level]int{ByClass: 3, ByGroup: 5, ByItem: 7}[l] }

// Book (账套) is the books of one year.
type Book struct {
	CentreID   string        `db:"centre_id" json:"-"`
	Year       int           `db:"year" json:"year"`
	Department string        `db:"department" json:"department"`
	Template   string        `db:"template" json:"template"` // key of the layout of its tables
	Texts      string        `db:"texts" json:"texts"`       // key of the sentences of its text
	Level      Level         `db:"level" json:"level"`
	ClosedTo   int           `db:"closed_to" json:"closed_to"` // the last closed month, 0 for none
	OpenedAt   clock.Instant `db:"opened_at" json:"opened_at"`
	OpenedBy   string        `db:"opened_by" json:"opened_by"`
	Version    int64         `db:"version" json:"version"`
}

// Refusals about books.
var (
	ErrBookInput  = errs.New(errs.Invalid, "finance.book_input", "账套有几处需要改正，没有保存。请按提示修改。")
	ErrBookExists = errs.New(errs.Conflict, "finance.book_exists", "这一年的账套已经建立，没有重复建立。")
	ErrClosed     = errs.New(errs.Conflict, "finance.closed", "这个月已经结账，不能再登记。请记在没有结账的月份，或请中心领导取消结账。")
	ErrPeriod     = errs.New(errs.Conflict, "finance.period", "结账只能逐月进行，取消结账只能从最后一个月开始。请刷新后再看。")
)

var bookColumns = store.Columns[Book]("")

// Years that a book may be for; earlier accounts used other classifications.
const (
	firstYear = 2015
	lastYear  = 2099
)

// BookInput opens or changes a book.
type BookInput struct {
	Year       int    `json:"year"`
	Department string `json:"department"`
	Template   string `json:"template"`
	Texts      string `json:"texts"` // the program's own where it is empty
	Level      Level  `json:"level"`
}

func (in *BookInput) check() error {
	e := ErrBookInput
	in.Department = strings.TrimSpace(in.Department)
	if in.Year < firstYear || in.Year > lastYear {
		e = e.Field("year", "年度应在 %d 至 %d 之间。", firstYear, lastYear)
	}
	if n := utf8.RuneCountInString(in.Department); n == 0 || n > 60 {
		e = e.Field("department", "请填写部门名称，60 个字以内。")
	}
	if in.Texts == "" {
		in.Texts = narrative.StandardID
	}
	if in.Level.Digits() == 0 {
		e = e.Field("level", "请选择说明的细致程度。")
	}
	return e.OrNil()
}

// checkTemplates refuses a layout or texts that are not there, or that are for later years.
func (in *BookInput) checkTemplates(tx *store.Tx, centre string) error {
	e := ErrBookInput
	if t, err := layoutTx(tx, centre, in.Template); errors.Is(err, ErrTemplateMissing) {
		e = e.Field("template", "请选择表的版式。")
	} else if err != nil {
		return err
	} else if strings.Contains(in.Template, versionMark) && in.Year < t.FromYear {
		e = e.Field("template", "这个版式从 %d 年起用。", t.FromYear)
	}
	if t, err := textsOf(tx, centre, in.Texts); errors.Is(err, ErrTemplateMissing) {
		e = e.Field("texts", "请选择说明文本。")
	} else if err != nil {
		return err
	} else if t.FromYear > in.Year {
		e = e.Field("texts", "这个说明文本从 %d 年起用。", t.FromYear)
	}
	return e.OrNil()
}

// OpenBook opens the books of a year (建立账套), and the department itself as budget unit where there is none yet.
func (m *Module) OpenBook(ctx context.Context, in BookInput, kind UnitKind) (Book, error) {
	a := actor.From(ctx)
	if err := a.Require(PermBudget); err != nil {
		return Book{}, err
	}
	if err := in.check(); err != nil {
		return Book{}, err
	}
	var b Book
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		units, err := unitsTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		if len(units) == 0 {
			if kind.Label() == "" {
				return ErrBookInput.Field("kind", "请选择单位性质。")
			}
			u := Unit{CentreID: a.CentreID, ID: tx.NewID(), Code: "001", Name: in.Department, Kind: kind, Active: true, Version: 1}
			if err := store.Insert(tx, "finance_unit", u); err != nil {
				return err
			}
		}
		if err := in.checkTemplates(tx, a.CentreID); err != nil {
			return err
		}
		b = Book{CentreID: a.CentreID, Year: in.Year, Department: in.Department, Template: in.Template, Texts: in.Texts, Level: in.Level, OpenedAt: tx.Now(), OpenedBy: a.UserID, Version: 1}
		if err := store.Insert(tx, "finance_book", b); err != nil {
			return err
		}
		first := Account{CentreID: a.CentreID, Year: in.Year, Revision: 1, State: Draft, ApprovedOn: clock.NoDate, RepliedOn: clock.NoDate, PublishedOn: clock.NoDate, At: tx.Now(), By: a.UserID, Version: 1}
		if err := store.Insert(tx, "finance_account", first); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.book_open", Permission: PermBudget, Kind: "book", Object: bookObject(b.Year), Detail: map[string]any{"year": b.Year, "template": b.Template}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrBookExists
	}
	return b, err
}

func bookObject(year int) string { return fmt.Sprintf("book-%d", year) }

// ChangeBook changes name, layout and level of a book whose account is not under review.
func (m *Module) ChangeBook(ctx context.Context, in BookInput, version int64) (Book, error) {
	if err := in.check(); err != nil {
		return Book{}, err
	}
	var out Book
	err := m.change(ctx, PermBudget, in.Year, func(tx *store.Tx, b *Book) error {
		if version != b.Version {
			return store.ErrStale.With("version", b.Version)
		}
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		if err := in.checkTemplates(tx, b.CentreID); err != nil {
			return err
		}
		b.Department, b.Template, b.Texts, b.Level, b.Version = in.Department, in.Template, in.Texts, in.Level, b.Version+1
		if err := store.Update(tx, "finance_book", b, "centre_id", "year"); err != nil {
			return err
		}
		out = *b
		return audit.Record(tx, audit.Entry{Action: "finance.book_change", Permission: PermBudget, Kind: "book", Object: bookObject(b.Year), Detail: map[string]any{"template": b.Template, "level": b.Level}})
	})
	return out, err
}

// CloseMonth closes the next month (结账): from then on it takes no entries.
func (m *Module) CloseMonth(ctx context.Context, year, month int) (Book, error) {
	return m.moveClosing(ctx, PermClose, year, month, "", func(b *Book) error {
		if month != b.ClosedTo+1 || month > 12 {
			return ErrPeriod
		}
		b.ClosedTo = month
		return nil
	})
}

// ReopenMonth takes back the closing of the last closed month, with a reason, while the account is a draft.
func (m *Module) ReopenMonth(ctx context.Context, year, month int, reason string) (Book, error) {
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > maxSummary {
		return Book{}, ErrBookInput.Field("reason", "请写明取消结账的理由，%d 个字以内。", maxSummary)
	}
	return m.moveClosing(ctx, PermReopen, year, month, reason, func(b *Book) error {
		if month != b.ClosedTo || month == 0 {
			return ErrPeriod
		}
		b.ClosedTo = month - 1
		return nil
	})
}

func (m *Module) moveClosing(ctx context.Context, p actor.Permission, year, month int, reason string, rule func(*Book) error) (Book, error) {
	var out Book
	err := m.change(ctx, p, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		if err := rule(b); err != nil {
			return err
		}
		b.Version++
		out = *b
		if err := store.Update(tx, "finance_book", b, "centre_id", "year"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.period", Permission: p, Kind: "book", Object: bookObject(year), Detail: map[string]any{"month": month, "closed_to": b.ClosedTo, "reason": reason}})
	})
	return out, err
}

// change runs fn in a transaction with the book of a year, locked.
func (m *Module) change(ctx context.Context, p actor.Permission, year int, fn func(tx *store.Tx, b *Book) error) error {
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		b, err := store.Get[Book](tx, "SELECT "+bookColumns+" FROM finance_book WHERE centre_id = $1 AND year = $2"+tx.ForUpdate(), a.CentreID, year)
		if errors.Is(err, store.ErrNotFound) {
			return ErrYear
		}
		if err != nil {
			return err
		}
		return fn(tx, &b)
	})
}

func bookTx(tx *store.Tx, centre string, year int) (Book, error) {
	b, err := store.Get[Book](tx, "SELECT "+bookColumns+" FROM finance_book WHERE centre_id = $1 AND year = $2", centre, year)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrYear
	}
	return b, err
}

// Books lists the books, the newest year first.
func (m *Module) Books(ctx context.Context) ([]Book, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []Book
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Book](tx, "SELECT "+bookColumns+" FROM finance_book WHERE centre_id = $1 ORDER BY year DESC", a.CentreID)
		return err
	})
	return out, err
}

// Book gives the book of a year.
func (m *Module) Book(ctx context.Context, year int) (Book, error) {
	var out Book
	err := m.read(ctx, year, func(_ *store.Tx, b *Book) error {
		out = *b
		return nil
	})
	return out, err
}
