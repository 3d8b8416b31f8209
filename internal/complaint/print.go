package complaint

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// Paper (办不成事工单) is a stuck matter as it is printed for the unit that handles it, with the reporter in clear.
type Paper struct {
	Sheet
	Reporter Person       `json:"reporter"`
	Voucher  attest.Paper `json:"voucher"`
}

// SheetTitle is what the printed work sheet is called.
const SheetTitle = "办不成事工单"

// Print gives the work sheet of a stuck matter to be printed (打印工单) and writes that down. Complaints are not printed for units.
func (m *Module) Print(ctx context.Context, idOrNo string) (Paper, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStuckPersonal); err != nil {
		return Paper{}, err
	}
	var p Paper
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := one(tx, a.CentreID, idOrNo)
		if err != nil {
			return err
		}
		if c.Kind != Stuck || !c.knows(a) {
			return ErrNotFound.Hide()
		}
		if p.Sheet, err = m.sheet(tx, a, c); err != nil {
			return err
		}
		who, err := m.contact(tx, &c)
		if err != nil {
			return err
		}
		p.Reporter = Person(who)
		facts := []attest.Fact{{Label: "登记日期", Value: c.ReceivedAt.Date().String()}}
		if p.Voucher, err = m.attest.IssueTx(tx, attest.Input{CentreID: c.CentreID, Kind: "complaint.sheet", Object: string(c.ID), No: c.No, Title: SheetTitle, Day: tx.Now().Date(), Facts: facts}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "complaint.print", Permission: PermStuckPersonal, Kind: string(Stuck), Object: string(c.ID), Detail: map[string]any{"no": c.No}})
	})
	return p, err
}
