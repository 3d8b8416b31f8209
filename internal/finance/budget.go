package finance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Phase says whether a budget line is of the budget at the beginning of the year, changes it, or makes money of it available.
type Phase string

// The phases. The full-year budget (全年预算) is the sum of the first two; what the treasury has made available of it (资金到位)
// is the sum of the third, which is no budget of its own.
const (
	Initial  Phase = "initial"  // 年初预算
	Adjust   Phase = "adjust"   // 调整
	Released Phase = "released" // 额度下达
)

// Phases lists the phases in the order of pages.
var Phases = [3]Phase{Initial, Adjust, Released}

// Label is the phase's Chinese name.
func (p Phase) Label() string {
	return map[Phase]string{Initial: "年初预算", Adjust: "调整", Released: "额度下达"}[p]
}

// Budget (预算指标) is one line of the budget or of its adjustment.
type Budget struct {
	CentreID string         `db:"centre_id" json:"-"`
	Year     int            `db:"year" json:"year"`
	ID       string         `db:"id" json:"id"`
	Phase    Phase          `db:"phase" json:"phase"`
	UnitID   string         `db:"unit_id" json:"unit_id"`
	Fund     fiscal.Fund    `db:"fund" json:"fund"`
	Func     string         `db:"func" json:"func"`
	Econ     string         `db:"econ" json:"econ,omitempty"`
	Kind     fiscal.Kind    `db:"kind" json:"kind"`
	Project  string         `db:"project" json:"project,omitempty"`
	SanGong  fiscal.SanGong `db:"sangong" json:"sangong,omitempty"`
	Fen      money.Fen      `db:"fen" json:"fen"`
	Document string         `db:"document" json:"document"` // 文号
	Day      clock.Date     `db:"day" json:"day"`
	Corrects string         `db:"corrects" json:"corrects,omitempty"` // the line that this one takes back
	At       clock.Instant  `db:"at" json:"at"`
	By       string         `db:"by_user" json:"by"`
}

// Refusals about budget lines.
var ErrBudgetInput = errs.New(errs.Invalid, "finance.budget_input", "预算指标有几处需要改正，没有登记。请按提示修改。")

var budgetColumns = store.Columns[Budget]("")

func (f *frame) checkBudget(b *Budget) []errs.Field {
	var out []errs.Field
	bad := func(name, format string, args ...any) {
		out = append(out, errs.Field{Name: name, Public: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(Phases[:], b.Phase) {
		bad("phase", "请选择年初预算、调整或额度下达。")
	}
	if b.Fen == 0 || b.Fen > maxFen || b.Fen < -maxFen || b.Fen < 0 && b.Phase == Initial {
		bad("fen", "金额不能为 0；年初预算应大于 0，核减记为负的调整，收回记为负的额度下达。")
	}
	if b.Day.Year() != f.book.Year && b.Phase != Initial {
		bad("day", "日期应在 %d 年。", f.book.Year)
	}
	if utf8.RuneCountInString(b.Document) > 100 || b.Document == "" && b.Phase != Initial {
		bad("document", "请填写文号，100 个字以内。")
	}
	e := Entry{Account: "7101", Contra: fiscal.FundsInHand, UnitID: b.UnitID, Fund: b.Fund, Func: b.Func, Econ: b.Econ, Kind: b.Kind, Project: b.Project}
	account, _ := fiscal.AccountOf(e.Account)
	for _, p := range f.checkClass(&e, account) {
		if p.Name != "econ" || b.Econ != "" {
			out = append(out, p)
		}
	}
	if !slices.ContainsFunc(f.units, func(u Unit) bool { return u.ID == b.UnitID }) {
		bad("unit_id", "请选择预算单位。")
	}
	return out
}

// AddBudget adds budget lines, all or none.
func (m *Module) AddBudget(ctx context.Context, year int, lines []Budget) error {
	a := actor.From(ctx)
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		f, err := frameTx(tx, b)
		if err != nil {
			return err
		}
		e := ErrBudgetInput
		var total money.Fen
		for i, line := range lines {
			line.CentreID, line.Year, line.ID, line.Corrects, line.At, line.By = a.CentreID, year, tx.NewID(), "", tx.Now(), a.UserID
			line.Document = strings.TrimSpace(line.Document)
			if line.SanGong == fiscal.NotSanGong {
				line.SanGong = fiscal.SanGongOf(line.Econ)
			}
			for _, p := range f.checkBudget(&line) {
				e = e.Field(fieldName(p.Name, i, len(lines)), "%s", p.Public)
			}
			if err := store.Insert(tx, "finance_budget", line); err != nil {
				return err
			}
			total += line.Fen
		}
		if err := e.OrNil(); err != nil {
			return err
		}
		if err := quotaStill(tx, b); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.budget_add", Permission: PermBudget, Kind: "book", Object: bookObject(year), Detail: map[string]any{"lines": len(lines), "fen": total}})
	})
}

// ErrBudgetMissing is a budget line that is not there, or was taken back already.
var ErrBudgetMissing = errs.New(errs.NotFound, "finance.budget_missing", "没有这条预算指标，或者已经冲销，没有改动。请刷新后再看。")

// ReverseBudget takes a budget line that was entered wrongly back (红字冲销) by a line of the opposite amount in the same
// phase; a change of the budget itself is an adjustment, not this.
func (m *Module) ReverseBudget(ctx context.Context, year int, id, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 90 {
		return ErrBudgetInput.Field("reason", "请写明冲销的原因，90 个字以内。")
	}
	a := actor.From(ctx)
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		lines, err := budgetLinesTx(tx, b)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(lines, func(x Budget) bool { return x.ID == id && x.Corrects == "" })
		if i < 0 || slices.ContainsFunc(lines, func(x Budget) bool { return x.Corrects == id }) {
			return ErrBudgetMissing
		}
		x := lines[i]
		x.ID, x.Fen, x.Document, x.Corrects, x.At, x.By = tx.NewID(), -x.Fen, "冲销："+reason, id, tx.Now(), a.UserID
		if err := store.Insert(tx, "finance_budget", x); err != nil {
			return err
		}
		if err := quotaStill(tx, b); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.budget_reverse", Permission: PermBudget, Kind: "book", Object: bookObject(year), Detail: map[string]any{"line": id, "fen": x.Fen}})
	})
}

// fieldName names a field of one of several lines; of the only line, the field itself.
func fieldName(name string, i, n int) string {
	if n == 1 {
		return name
	}
	return fmt.Sprintf("%s.%d", name, i)
}

// Budgets lists the budget lines of a year in the order in which they were entered.
func (m *Module) Budgets(ctx context.Context, year int) ([]Budget, error) {
	var out []Budget
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = budgetLinesTx(tx, b)
		return err
	})
	return out, err
}

// budgetLinesTx reads the lines of every phase.
func budgetLinesTx(tx *store.Tx, b *Book) ([]Budget, error) {
	return store.Select[Budget](tx, "SELECT "+budgetColumns+" FROM finance_budget WHERE centre_id = $1 AND year = $2 ORDER BY id", b.CentreID, b.Year)
}

// budgetsTx reads the lines that make the budget: all but the releases.
func budgetsTx(tx *store.Tx, b *Book) ([]Budget, error) {
	lines, err := budgetLinesTx(tx, b)
	return slices.DeleteFunc(lines, func(x Budget) bool { return x.Phase == Released }), err
}

// QuotaKey is what a quota is kept by.
type QuotaKey struct {
	Fund    fiscal.Fund `db:"fund" json:"fund"`
	Func    string      `db:"func" json:"func"`
	Kind    fiscal.Kind `db:"kind" json:"kind"`
	Project string      `db:"project" json:"project,omitempty"`
}

// Quota (指标执行) is a full-year budget with what was spent of it.
type Quota struct {
	QuotaKey
	Initial money.Fen `db:"initial" json:"initial"`
	Full    money.Fen `db:"total" json:"full"`
	Spent   money.Fen `db:"spent" json:"spent"`
}

// Left is what may still be spent.
func (q Quota) Left() money.Fen { return q.Full - q.Spent }

// quotas lists the quotas of a year. Only appropriations have quotas.
func quotas(tx *store.Tx, centre string, year int) ([]Quota, error) {
	return store.Select[Quota](tx, `SELECT fund, func, kind, project, CAST(SUM(initial) AS BIGINT) AS initial, CAST(SUM(total) AS BIGINT) AS total, CAST(SUM(spent) AS BIGINT) AS spent FROM (
			SELECT fund, func, kind, project, CASE WHEN phase = 'initial' THEN fen ELSE 0 END AS initial, fen AS total, 0 AS spent FROM finance_budget WHERE centre_id = $1 AND year = $2 AND phase <> 'released'
			UNION ALL
			SELECT fund, func, kind, project, 0 AS initial, 0 AS total, fen AS spent FROM finance_sum WHERE centre_id = $1 AND year = $2 AND kind <> '') AS q
		WHERE fund <> 'other' GROUP BY fund, func, kind, project ORDER BY fund, func, kind, project`, centre, year)
}

// overspent refuses the first quota that is spent beyond its budget, and gives a warning for each one that is used up
// among those that were touched.
func overspent(list []Quota, touched map[QuotaKey]bool) (warnings []string, err error) {
	for _, q := range list {
		if !touched[q.QuotaKey] {
			continue
		}
		name := q.Fund.Label() + " " + q.Func + " " + q.Kind.Label()
		if q.Project != "" {
			name += " " + q.Project
		}
		switch {
		case q.Left() < 0:
			return nil, ErrQuota.Say("%s：全年预算 %s 元，登记后支出 %s 元，超出 %s 元，没有登记。请先办理预算调整，或检查科目。", name, q.Full.Yuan(), q.Spent.Yuan(), (-q.Left()).Yuan()).With("quota", q.Full)
		case q.Left() == 0:
			warnings = append(warnings, name+"：预算指标已全部用完（"+q.Full.Yuan()+" 元）。")
		}
	}
	return warnings, nil
}

// quotaStill refuses an adjustment that takes away what was spent already.
func quotaStill(tx *store.Tx, b *Book) error {
	list, err := quotas(tx, b.CentreID, b.Year)
	if err != nil {
		return err
	}
	for _, q := range list {
		if q.Left() < 0 {
			return ErrBudgetInput.Say("调整后 %s %s 的全年预算 %s 元少于已经支出的 %s 元，没有登记。", q.Func, q.Kind.Label(), q.Full.Yuan(), q.Spent.Yuan())
		}
	}
	return nil
}

// Quotas lists the quotas of a year with what was spent of each.
func (m *Module) Quotas(ctx context.Context, year int) ([]Quota, error) {
	var out []Quota
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = quotas(tx, b.CentreID, year)
		return err
	})
	return out, err
}
