package finance

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Receive keeps a file that was read, so that it can be looked at before it is imported; nothing is entered yet.
func (m *Module) Receive(ctx context.Context, year int, k ImportKind, file string, s Sheet) (Import, error) {
	a := actor.From(ctx)
	var out Import
	if k.Label() == "" {
		return out, ErrImportFile.Field("kind", "请选择导入的内容。")
	}
	if err := s.check(k); err != nil {
		return out, err
	}
	data, err := s.pack()
	if err != nil {
		return out, err
	}
	digest, err := s.digest()
	if err != nil {
		return out, err
	}
	err = m.change(ctx, permOf(k), year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		out = Import{CentreID: a.CentreID, Year: year, ID: tx.NewID(), Kind: k, File: cut(file, 200), Digest: digest, State: importPreview, Lines: int64(len(s.Rows)), Data: data, At: tx.Now(), By: a.UserID}
		if err := store.Insert(tx, "finance_import", out); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.import_read", Permission: permOf(k), Kind: "import", Object: out.ID, Detail: map[string]any{"year": year, "lines": out.Lines}})
	})
	return out, err
}

func permOf(k ImportKind) actor.Permission {
	if k == ImportBudget {
		return PermBudget
	}
	return PermWrite
}

// Preview (预览) is a file with what its rows come to under a mapping, and what the quotas would be.
type Preview struct {
	Import   Import
	Sheet    Sheet
	Mapping  Mapping
	Reading  *Reading
	Overruns []string // quotas that the import would break
}

// Preview reads a received file under a mapping, without entering anything; a mapping without columns is guessed.
func (m *Module) Preview(ctx context.Context, year int, id string, mapping Mapping) (*Preview, error) {
	p := &Preview{Mapping: mapping}
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		if err := p.load(tx, b, id); err != nil {
			return err
		}
		if p.Import.Kind != ImportEntries || p.Import.Applied() {
			return nil
		}
		now, err := quotas(tx, b.CentreID, year)
		if err != nil {
			return err
		}
		p.Overruns = overruns(now, p.Reading.Entries)
		return nil
	})
	return p, err
}

func (p *Preview) load(tx *store.Tx, b *Book, id string) error {
	var err error
	p.Import, err = store.Get[Import](tx, "SELECT "+importColumns+" FROM finance_import WHERE centre_id = $1 AND year = $2 AND id = $3", b.CentreID, b.Year, id)
	if errors.Is(err, store.ErrNotFound) {
		return ErrImportMissing
	}
	if err != nil {
		return err
	}
	if p.Sheet, err = unpack(p.Import.Data); err != nil {
		return err
	}
	if len(p.Mapping.Columns) == 0 {
		p.Mapping = p.Import.Kind.Guess(p.Sheet.Columns)
	}
	f, err := frameTx(tx, b)
	if err != nil {
		return err
	}
	p.Reading = f.interpret(&p.Sheet, p.Import.Kind, &p.Mapping)
	return nil
}

// overruns says which quotas entries would break.
func overruns(now []Quota, entries []Entry) []string {
	more := map[QuotaKey]money.Fen{}
	for _, e := range entries {
		if e.Kind != "" && e.Fund.Appropriated() {
			more[QuotaKey{e.Fund, e.Func, e.Kind, e.Project}] += e.Fen
		}
	}
	for _, q := range now {
		more[q.QuotaKey] -= q.Left()
	}
	var out []string
	for k, over := range more {
		if over > 0 {
			out = append(out, fmt.Sprintf("%s %s%s：超出全年预算 %s 元。", k.Func, k.Kind.Label(), " "+k.Project, over.Yuan()))
		}
	}
	return out
}

// Control (控制数) is what the totals of a file should be, as the budget system states them; a nil total is not checked.
type Control struct {
	Income, Expense, Budget *money.Fen
}

func (c Control) check(r *Reading) error {
	e := ErrImportControl
	for _, x := range []struct {
		name, label string
		want        *money.Fen
		got         money.Fen
	}{{"control_income", "收入", c.Income, r.Income}, {"control_expense", "支出", c.Expense, r.Expense}, {"control_budget", "预算", c.Budget, r.Budget}} {
		if x.want != nil && *x.want != x.got {
			e = e.Field(x.name, "文件的%s合计 %s 元，控制数 %s 元，相差 %s 元。", x.label, x.got.Yuan(), x.want.Yuan(), (x.got - *x.want).Yuan())
		}
	}
	return e.OrNil()
}

// Apply enters all rows of a received file, or none. The rows are read before the transaction; in it they are only checked
// again, against the books as they are then.
func (m *Module) Apply(ctx context.Context, year int, id string, mapping Mapping, control Control) (warnings []string, err error) {
	p, err := m.Preview(ctx, year, id, mapping)
	if err != nil {
		return nil, err
	}
	perm := permOf(p.Import.Kind)
	if err := actor.From(ctx).Require(perm); err != nil {
		return nil, err
	}
	if err := p.ready(control); err != nil {
		return nil, err
	}
	err = m.change(ctx, perm, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		if err := p.still(tx, b); err != nil {
			return err
		}
		warnings, err = p.enter(tx, b)
		if err != nil {
			return err
		}
		i, r := &p.Import, p.Reading
		n, err := tx.Exec("UPDATE finance_import SET state = $1, fen = $2, at = $3, by_user = $4 WHERE centre_id = $5 AND year = $6 AND id = $7 AND state = $8", importApplied,
			int64(r.Income+r.Expense+r.Budget), int64(tx.Now()), actor.From(ctx).UserID, b.CentreID, b.Year, i.ID, importPreview)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrImportDone
		}
		return audit.Record(tx, audit.Entry{Action: "finance.import", Permission: perm, Kind: "import", Object: i.ID,
			Detail: map[string]any{"year": year, "kind": i.Kind, "lines": i.Lines, "digest": i.Digest, "income": r.Income, "expense": r.Expense, "budget": r.Budget}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrImportDone
	}
	return warnings, err
}

// still checks rows that were read a moment ago against the books of now: a month may have been closed, a unit's name may
// stand for another.
func (p *Preview) still(tx *store.Tx, b *Book) error {
	f, err := frameTx(tx, b)
	if err != nil {
		return err
	}
	f.projects = append(f.projects, p.Reading.Projects...)
	for i := range p.Reading.Entries {
		if list := f.check(&p.Reading.Entries[i]); len(list) > 0 {
			return ErrImportRows.Field("file", "第 %d 行：%s", p.Sheet.Lines[i], list[0].Public)
		}
	}
	for i := range p.Reading.Budgets {
		if list := f.checkBudget(&p.Reading.Budgets[i]); len(list) > 0 {
			return ErrImportRows.Field("file", "第 %d 行：%s", p.Sheet.Lines[i], list[0].Public)
		}
	}
	return nil
}

func (p *Preview) ready(control Control) error {
	if p.Import.Applied() {
		return ErrImportDone
	}
	if len(p.Reading.Problems) > 0 {
		e := ErrImportRows
		for i, x := range p.Reading.Problems {
			if i == 5 {
				break
			}
			e = e.Field("file", "第 %d 行：%s", x.Line, x.Text)
		}
		return e
	}
	return control.check(p.Reading)
}

// enter writes projects and rows.
func (p *Preview) enter(tx *store.Tx, b *Book) ([]string, error) {
	for _, x := range p.Reading.Projects {
		if err := store.Insert(tx, "finance_project", x); err != nil {
			return nil, err
		}
	}
	a := actor.From(tx.Context())
	if p.Import.Kind == ImportBudget {
		for _, x := range p.Reading.Budgets {
			x.ID, x.At, x.By = tx.NewID(), tx.Now(), a.UserID
			if err := store.Insert(tx, "finance_budget", x); err != nil {
				return nil, err
			}
		}
		return nil, quotaStill(tx, b)
	}
	touched := map[QuotaKey]bool{}
	list := p.Reading.Entries
	for i := range list {
		e := &list[i]
		e.ID, e.At, e.By, e.ImportID = tx.NewID(), tx.Now(), a.UserID, p.Import.ID
		if e.Kind != "" && e.Fund.Appropriated() {
			touched[QuotaKey{e.Fund, e.Func, e.Kind, e.Project}] = true
		}
	}
	if err := insertEntries(tx, list); err != nil {
		return nil, err
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

const entryBatch = 200

// insertEntries writes many entries with few statements.
func insertEntries(tx *store.Tx, list []Entry) error {
	for len(list) > 0 {
		n := min(entryBatch, len(list))
		var b strings.Builder
		b.WriteString("INSERT INTO finance_entry (" + entryColumns + ") VALUES ")
		var args []any
		for i, e := range list[:n] {
			if i > 0 {
				b.WriteString(", ")
			}
			row := []any{e.CentreID, e.Year, e.ID, e.SumKey, e.Voucher, e.Day, e.Account, e.Contra, e.UnitID, e.Fund, e.Func, e.Econ, e.Kind, e.Project, e.SanGong, e.Carried, int64(e.Fen),
				e.Summary, e.Corrects, e.ImportID, int64(e.At), e.By}
			b.WriteByte('(')
			for j := range row {
				if j > 0 {
					b.WriteByte(',')
				}
				b.WriteString("$" + strconv.Itoa(len(args)+j+1))
			}
			b.WriteByte(')')
			args = append(args, row...)
		}
		if err := tx.Queue(b.String(), args...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// Imports lists the files of a year, the newest first.
func (m *Module) Imports(ctx context.Context, year int) ([]Import, error) {
	var out []Import
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		columns := strings.Replace(importColumns, "data, ", "", 1)
		out, err = store.Select[Import](tx, "SELECT "+columns+" FROM finance_import WHERE centre_id = $1 AND year = $2 ORDER BY id DESC LIMIT 100", b.CentreID, year)
		return err
	})
	return out, err
}
