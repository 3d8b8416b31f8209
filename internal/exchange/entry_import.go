package exchange

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// The columns of a list of the catalogue, in the order of the export.
const (
	colCode       = "目录代码"
	colName       = "数据名称"
	colUnit       = "提供单位"
	colClass      = "共享属性"
	colBasis      = "依据"
	colConditions = "共享条件"
	colCycle      = "更新周期"
	colSource     = "来源系统"
	colFields     = "数据项"
)

// EntryColumns lists the columns of a list of the catalogue.
func EntryColumns() []string {
	return []string{colCode, colName, colUnit, colClass, colBasis, colConditions, colCycle, colSource, colFields}
}

// ImportRow is a row of a list of the catalogue as it was read: what it says, what it would do, and what is wrong with it.
type ImportRow struct {
	Line     int          `json:"line"`
	Code     string       `json:"code"`
	Unit     string       `json:"unit"`
	Content  EntryContent `json:"content"`
	Outcome  string       `json:"outcome"` // 新增, 变更, 没有变化
	Problems []string     `json:"problems,omitempty"`
	entry    EntrySheet
	unitID   string
}

// ErrImport refuses a list with wrong rows: all of it or nothing.
var ErrImport = errs.New(errs.Invalid, "exchange.import_rows", "名单里有不能导入的行，一行也没有导入。请改好后再导入。")

// ImportRecord is a row of a list of the catalogue as another program sends it, in the words of the export.
type ImportRecord struct {
	Code       string `json:"code,omitempty"`
	Name       string `json:"name"`
	Unit       string `json:"unit"`
	Class      string `json:"class"`
	Basis      string `json:"basis,omitempty"`
	Conditions string `json:"conditions,omitempty"`
	Cycle      string `json:"cycle,omitempty"`
	Source     string `json:"source,omitempty"`
	Fields     string `json:"fields"` // one a line: code, name, 个人信息
}

// RowsOf reads such rows; numbers count from 2, as in a file with a head.
func RowsOf(list []ImportRecord) []ImportRow {
	out := make([]ImportRow, len(list))
	for i, r := range list {
		out[i] = readEntry(i+2, map[string]string{colCode: r.Code, colName: r.Name, colUnit: r.Unit, colClass: r.Class, colBasis: r.Basis, colConditions: r.Conditions, colCycle: r.Cycle, colSource: r.Source, colFields: r.Fields})
	}
	return out
}

// maxImport bounds a list.
const maxImport = 2000

// ReadEntries reads a list of the catalogue.
func ReadEntries(r *table.Reader) ([]ImportRow, error) {
	if err := r.Need(colName, colUnit, colClass, colFields); err != nil {
		return nil, err
	}
	var out []ImportRow
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if errors.Is(err, table.ErrRow) {
			out = append(out, ImportRow{Line: row.Line, Problems: errs.Reasons(err)})
			continue
		}
		if err != nil {
			return out, err
		}
		if len(out) == maxImport {
			return out, ErrImport.Say("一次最多导入 %d 行，没有读取。请拆分文件。", maxImport)
		}
		out = append(out, readEntry(row.Line, row.Values()))
	}
}

// readEntry reads one row. Fields stand in one cell, one a line or apart by semicolons.
func readEntry(line int, v map[string]string) ImportRow {
	get := func(column string) string { return strings.TrimSpace(v[column]) }
	row := ImportRow{Line: line, Code: get(colCode), Unit: get(colUnit)}
	c := EntryContent{Name: get(colName), Basis: get(colBasis), Conditions: get(colConditions), Source: get(colSource), Cycle: "year", Fields: ParseFields(strings.NewReplacer("；", "\n", ";", "\n").Replace(v[colFields]))}
	for _, x := range Classes {
		if get(colClass) == x.Label() || get(colClass) == string(x) || get(colClass)+"共享" == x.Label() {
			c.Class = x
		}
	}
	for _, x := range Cycles() {
		if get(colCycle) == x.Label || get(colCycle) == x.Value {
			c.Cycle = x.Value
		}
	}
	if get(colCycle) != "" && c.Cycle == "year" && get(colCycle) != "每年" && get(colCycle) != "year" {
		row.Problems = append(row.Problems, "更新周期“"+get(colCycle)+"”不在列。")
	}
	row.Content = c
	if err := c.validate().OrNil(); err != nil {
		row.Problems = append(row.Problems, errs.Reasons(err)...)
	}
	return row
}

// ImportEntries says what a list would do to the catalogue and, unless it is a trial, does it: new entries and new
// versions, submitted for review. Rows are of units in whose name the actor may submit.
func (m *Module) ImportEntries(ctx context.Context, rows []ImportRow, trial bool) ([]ImportRow, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSubmit); err != nil {
		return nil, err
	}
	wrong := false
	for i := range rows {
		if err := m.planRow(ctx, a, &rows[i]); err != nil {
			return rows, err
		}
		wrong = wrong || len(rows[i].Problems) > 0
	}
	if trial {
		return rows, nil
	}
	if wrong {
		return rows, ErrImport
	}
	for i := range rows {
		if err := m.enterRow(ctx, &rows[i]); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

func (m *Module) planRow(ctx context.Context, a *actor.Actor, row *ImportRow) error {
	return m.DB.Read(ctx, func(tx *store.Tx) error {
		u, err := m.Org.UnitByNameTx(tx, a.CentreID, row.Unit)
		if err != nil || !org.Sees(a, PermSubmit, org.Row{CentreID: u.CentreID, UnitID: u.ID}) {
			row.Problems = append(row.Problems, "没有名为“"+row.Unit+"”的单位，或不是本单位。")
			return nil
		}
		row.unitID, row.Outcome = u.ID, "新增"
		if row.Code == "" {
			return nil
		}
		e, err := store.Get[Entry](tx, "SELECT "+entryColumns+" FROM exchange_entry WHERE centre_id = $1 AND code = $2", a.CentreID, row.Code)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return row.against(tx, e)
	})
}

// against compares a row with the entry that has its code.
func (row *ImportRow) against(tx *store.Tx, e Entry) error {
	if e.UnitID != row.unitID {
		row.Problems = append(row.Problems, "目录代码 "+row.Code+" 是另一个单位的。")
		return nil
	}
	if e.OpenID != "" || e.LiveID == "" {
		row.Problems = append(row.Problems, "目录 "+row.Code+" 有一版在编制或审查，或已停用。")
		return nil
	}
	v, err := loadVersion(tx, e.CentreID, e.LiveID)
	if err != nil {
		return err
	}
	c, err := v.Content()
	row.entry, row.Outcome = EntrySheet{Entry: e, Current: v, Content: c}, "变更"
	if same(&c, &row.Content) {
		row.Outcome = "没有变化"
	}
	return err
}

func same(a, b *EntryContent) bool {
	return a.Name == b.Name && a.Class == b.Class && a.Basis == b.Basis && a.Conditions == b.Conditions && a.Cycle == b.Cycle && a.Source == b.Source && slices.Equal(a.Fields, b.Fields)
}

// enterRow makes the entry or the new version of a row and submits it.
func (m *Module) enterRow(ctx context.Context, row *ImportRow) error {
	id := row.entry.ID
	switch row.Outcome {
	case "没有变化":
		return nil
	case "变更":
		if _, err := m.ReviseEntry(ctx, id); err != nil {
			return err
		}
		if _, err := m.EditEntry(ctx, id, 0, row.Content); err != nil {
			return err
		}
	default:
		e, err := m.DraftEntry(ctx, NewEntry{UnitID: row.unitID, Code: row.Code, Content: row.Content})
		if err != nil {
			return err
		}
		id = e.ID
	}
	_, err := m.MoveEntry(ctx, id, 0, SubmitEntry, "")
	return err
}

// ExportEntries gives the catalogue in force as rows of EntryColumns.
func (m *Module) ExportEntries(ctx context.Context, f EntryFilter, add func(cells []string) error) error {
	f.Open = false
	for {
		list, next, err := m.Entries(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range list {
			s, err := m.liveOf(ctx, e.Entry)
			if err != nil {
				return err
			}
			if err := add([]string{e.Code, s.Name, e.Unit, s.Class.Label(), s.Basis, s.Conditions, org.LabelOf(Cycles(), s.Cycle), s.Source, FormatFields(s.Fields)}); err != nil {
				return err
			}
		}
		if f.After = next; next == "" {
			return nil
		}
	}
}

func (m *Module) liveOf(ctx context.Context, e Entry) (c EntryContent, err error) {
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		v, err := loadVersion(tx, e.CentreID, e.LiveID)
		if err != nil {
			return err
		}
		c, err = v.Content()
		return err
	})
	return c, err
}
