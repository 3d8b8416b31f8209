package complaint

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// exportLimit is how many matters one file may hold.
const exportLimit = 20000

// Export gives every matter of a filter, as a list shows it: without reporters, and of complaints without what leads to them for whoever
// may not know them. An export leaves a line in the audit log.
func (m *Module) Export(ctx context.Context, f Filter, add func(Listed) error) error {
	a := actor.From(ctx)
	if err := a.Require(readPerm(f.Kind)); err != nil {
		return err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "complaint.export", Permission: readPerm(f.Kind), Kind: "list", Object: string(f.Kind), Detail: map[string]any{"state": f.State, "unit": f.UnitID, "cause": f.Cause, "item": f.ItemID, "done": f.Done}})
	})
	if err != nil {
		return err
	}
	f.After, f.Limit = "", ListPage
	for n := 0; n < exportLimit; n += ListPage {
		list, next, err := m.List(ctx, f)
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := add(x); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		f.After = next
	}
	return nil
}
