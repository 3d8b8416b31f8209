package exchange

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

// Check proves the centre's usage records and the bookkeeping around them from what is stored: the chain (invariant I8),
// and that a request is in use exactly while its grant is open. Only the program itself runs it.
func (m *Module) Check(ctx context.Context) (Chain, error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		return Chain{}, actor.ErrForbidden
	}
	var c Chain
	err := m.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if c, err = verify(tx, a.CentreID); err != nil {
			return err
		}
		odd, err := store.Select[string](tx, `SELECT r.no FROM exchange_request r JOIN exchange_grant g ON g.centre_id = r.centre_id AND g.id = r.grant_id
			WHERE r.centre_id = $1 AND (g.open AND r.state <> 'ACTIVE' OR NOT g.open AND r.state = 'ACTIVE') ORDER BY r.id LIMIT `+itoa(maxFaults), a.CentreID)
		for _, no := range odd {
			c.fault(0, "申请 "+no+" 的状态与授权不一致")
		}
		return err
	})
	return c, err
}
