package desk

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// Export gives every ticket of a filter that the actor may see, in the order of List, page by page (导出). What was asked
// for is in the audit log before the first row is read. It fails with hotline.export_too_long beyond ExportLimit.
func (m *Module) Export(ctx context.Context, f hotline.Filter, each func(hotline.Row) error) error {
	if err := actor.From(ctx).Require(hotline.PermRead); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(hotline.ActExport), Permission: hotline.PermRead, Kind: "ticket_list", Object: "list",
			Detail: map[string]any{"state": f.State, "unit": f.UnitID, "kind": f.Kind, "channel": f.Channel, "category": f.Category, "urgency": f.Urgency, "from": f.From, "to": f.To}})
	})
	if err != nil {
		return err
	}
	f.After, f.Limit = "", hotline.MaxPage
	for n := 0; ; {
		rows, next, err := m.hotline.List(ctx, f)
		if err != nil {
			return err
		}
		if n += len(rows); n > hotline.ExportLimit {
			return hotline.ErrExportTooLong
		}
		for _, r := range rows {
			if err := each(r); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		f.After = next
	}
}
