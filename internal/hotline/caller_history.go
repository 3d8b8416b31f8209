package hotline

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/store"
)

// CallerHistory lists the newest tickets of a phone number (来电历史), for the call-taker while the call comes in.
func (m *Module) CallerHistory(ctx context.Context, phone string) ([]Row, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRegister); err != nil {
		return nil, err
	}
	in := RegisterInput{Phone: phone}
	in.Normalize()
	if !plausiblePhone(in.Phone) || a.Scope(PermRead) < actor.Centre {
		return nil, nil
	}
	var rows []Row
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		people, err := m.party.WithPhone(tx, a.CentreID, in.Phone)
		if err != nil || len(people) == 0 {
			return err
		}
		w := (&store.Where{}).And("t.centre_id = ?", a.CentreID)
		store.In(w, "t.caller_id", people)
		w.And("t.confidential <> ?", ConfidentialAll)
		rows, err = store.Select[Row](tx, "SELECT "+store.Columns[Ticket]("t.")+" FROM hotline_ticket t"+w.SQL()+" AND t.caller_id <> '' ORDER BY t.id DESC LIMIT 20", w.Args...)
		if err != nil {
			return err
		}
		return m.DecorateTx(tx, a, rows)
	})
	return rows, err
}
