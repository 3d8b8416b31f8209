package hall

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

// Beat notes that a device is alive (心跳). It is no change of the queue and leaves no line in the audit log.
func (m *Module) Beat(ctx context.Context, code string, kind DeviceKind) error {
	centre := actor.From(ctx).CentreID
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		d, err := device(tx, centre, code, kind)
		if err != nil {
			return err
		}
		return tx.Queue("UPDATE hall_device SET seen_at = $3 WHERE centre_id = $1 AND id = $2", centre, d.ID, tx.Now())
	})
}
