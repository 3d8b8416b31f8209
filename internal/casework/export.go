package casework

import (
	"context"
	"encoding/json"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ExportInput chooses what is exported: the rows of a set whose day lies from From to To, both included. Which day that is the set says.
type ExportInput struct {
	Set      ExportSet
	From, To clock.Date
	// Personal asks for names, papers and phones in the clear. They are masked for whoever may not read them of the row.
	Personal bool
}

// ExportSource (数据集来源) gives the rows of a set that another module keeps. It takes Permission beside PermExport.
type ExportSource struct {
	Permission actor.Permission
	Rows       func(ctx context.Context, in ExportInput, add func(Facts) error) error
}

// TakeSet makes the set of another module a part of the export.
func (m *Module) TakeSet(set ExportSet, s ExportSource) {
	if m.sources == nil {
		m.sources = map[ExportSet]ExportSource{}
	}
	m.sources[set] = s
}

// ErrExport refuses an export that cannot be made.
var ErrExport = errs.New(errs.Invalid, "casework.export", "请选择数据集和起止日期，止期不早于起期，最长三年。")

// Sets lists the sets that an actor may export.
func (m *Module) Sets(a *actor.Actor) []DataSet {
	return slices.DeleteFunc(DataSets(), func(d DataSet) bool { return m.mayExport(a, d.Set) != nil })
}

// mayExport checks the permission of a set: that of exporting, and that of reading what another module keeps.
func (m *Module) mayExport(a *actor.Actor, set ExportSet) error {
	if err := a.Require(PermExport); err != nil {
		return err
	}
	if set.cases() {
		return nil
	}
	if set.items() {
		return a.Require(item.PermRead)
	}
	s, ok := m.sources[set]
	if !ok {
		return ErrExport
	}
	return a.Require(s.Permission)
}

// cases reports whether a set is made of what this package keeps.
func (s ExportSet) cases() bool {
	return slices.Contains([]ExportSet{SetApply, SetMaterial, SetAccept, SetProcess, SetProcedure, SetResult, SetPayment, SetDelivery}, s)
}

// items reports whether a set is made of the catalogue of items.
func (s ExportSet) items() bool { return s == SetItem || s == SetItemPaper }

// Undated reports whether the rows of a set have no day, so that a period does not matter.
func (s ExportSet) Undated() bool { return s.items() || s == SetCatalogue }

// Export gives the rows of a set in the fields and codes of GB/T 39046-2020, in the order of their days. It is written into the audit
// log before the first row. People are masked; in the clear they are given only of rows of which the actor may read them.
func (m *Module) Export(ctx context.Context, in ExportInput, add func(cells []string) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermExport); err != nil {
		return err
	}
	d, ok := DataSetOf(in.Set)
	if !ok || in.From.IsZero() || in.To < in.From || in.To-in.From > compareDays {
		return ErrExport
	}
	perm := PermExport
	if err := m.mayExport(a, in.Set); err != nil {
		return err
	}
	if in.Personal {
		if perm = PermReadPersonal; a.Require(perm) != nil {
			return a.Require(perm)
		}
	}
	if err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "casework.export", Permission: perm, Kind: "case", Object: "list", Detail: map[string]any{"set": in.Set, "from": in.From.String(), "to": in.To.String(), "personal": in.Personal}})
	}); err != nil {
		return err
	}
	write := func(f Facts) error {
		if !in.Personal {
			f.veil()
		}
		cells, err := d.Cells(f)
		if err != nil {
			return err
		}
		return add(cells)
	}
	if in.Set.items() {
		return m.exportItems(ctx, in.Set, write)
	}
	if !in.Set.cases() {
		return m.sources[in.Set].Rows(ctx, in, write)
	}
	return m.exportCases(ctx, in, write)
}

// exportPage is how many cases are read at once.
const exportPage = 200

// exportCases gives a set of cases, a page of cases at a time, so that a long one does not hold the database.
func (m *Module) exportCases(ctx context.Context, in ExportInput, add func(Facts) error) error {
	x := exporter{m: m, in: in, a: actor.From(ctx), terms: map[string]*Terms{}, units: map[string]org.Unit{}}
	at, id := in.From.Start(), CaseID("")
	for {
		var rows []Facts
		var list []Case
		err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
			rows = nil
			if list, err = store.Select[Case](tx, "SELECT "+caseColumns+` FROM casework_case WHERE centre_id = $1 AND received_at >= $2 AND received_at < $3 AND (received_at > $2 OR id > $4)
				ORDER BY received_at, id LIMIT `+itoa(exportPage), x.a.CentreID, at, in.To.End(), id); err != nil {
				return err
			}
			rows, err = x.rows(tx, list)
			return err
		})
		if err != nil {
			return err
		}
		for _, f := range rows {
			if err := add(f); err != nil {
				return err
			}
		}
		if len(list) < exportPage {
			return nil
		}
		at, id = list[len(list)-1].ReceivedAt, list[len(list)-1].ID
	}
}

// Record is a row of an export as an object, whose members stand in the order of the standard.
type Record struct{ Names, Cells []string }

// MarshalJSON writes the members in their order.
func (o Record) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range o.Names {
		if i > 0 {
			out = append(out, ',')
		}
		for j, s := range []string{name, o.Cells[i]} {
			b, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			if out = append(out, b...); j == 0 {
				out = append(out, ':')
			}
		}
	}
	return append(out, '}'), nil
}

// written are the fields that somebody wrote freely: a name may stand in them.
var written = []string{"环节处理意见", "特别程序结果", "减免依据", "监察结果描述"}

// veil leaves out what was written freely; codes and states stand in fields of their own.
func (f Facts) veil() {
	for _, name := range written {
		delete(f, name)
	}
}
