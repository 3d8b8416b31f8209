package knowledge

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// ExportColumns are the columns of an export: those of an import, and how each entry stands.
var ExportColumns = append(append([]string{}, Columns...), "状态", "引用次数", "发布时间")

// Export gives every entry that the actor may see and that a filter chooses to fn, one row of cells in the order of
// ExportColumns, and notes the export in the audit log.
func (m *Module) Export(ctx context.Context, f Filter, fn func(cells []string) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "knowledge.export", Permission: PermRead, Kind: "knowledge", Object: "export"})
	})
	if err != nil {
		return err
	}
	f.Limit = maxPage
	for {
		rows, next, err := m.List(ctx, f)
		if err != nil {
			return err
		}
		versions, err := m.shownVersions(ctx, a, rows)
		if err != nil {
			return err
		}
		for _, r := range rows {
			v := versions[r.ID]
			valid := v.ValidTo.String()
			if valid == "" {
				valid = "长期"
			}
			if err := fn([]string{v.Title, r.No, v.Question, v.Answer, v.BasisNo, v.BasisLink, v.Applies, r.UnitName, valid, v.Category, v.Keywords, v.Level.Label(),
				r.State, number(int(r.Uses)), r.PublishedAt.String()}); err != nil {
				return err
			}
		}
		if f.After = next; next == "" {
			return nil
		}
	}
}

// shownVersions loads the published version of each entry, or the newest one of an entry that was never published.
func (m *Module) shownVersions(ctx context.Context, a *actor.Actor, rows []EntryRow) (map[string]Version, error) {
	ids := make([]string, len(rows))
	n := map[string]int64{}
	for i, r := range rows {
		ids[i] = r.ID
		if n[r.ID] = r.LiveN; r.LiveN == 0 {
			n[r.ID] = r.LastN
		}
	}
	out := make(map[string]Version, len(rows))
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		w := (&store.Where{}).And("centre_id = ?", a.CentreID)
		store.In(w, "entry_id", ids)
		return store.Each(tx, func(v *Version) error {
			if v.N == n[v.EntryID] {
				out[v.EntryID] = *v
			}
			return nil
		}, "SELECT "+store.Columns[Version]("")+" FROM knowledge_version"+w.SQL(), w.Args...)
	})
	return out, err
}
