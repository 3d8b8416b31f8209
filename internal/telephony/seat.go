package telephony

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// ErrSeat refuses a name of a seat.
var ErrSeat = errs.New(errs.Invalid, "telephony.seat", "请填写座席号：1 到 20 个字母或数字，例如 8001。")

// TakeSeat (登录座席) says at which extension the actor sits from now on; whoever sat there before has left it. "" leaves.
func (m *Module) TakeSeat(ctx context.Context, seat string) error {
	a := actor.From(ctx)
	if err := a.Require(PermSeat); err != nil {
		return err
	}
	if len(seat) > 20 || !plain(seat) {
		return ErrSeat.Field("seat", "%s", ErrSeat.Public)
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := tx.Queue("DELETE FROM telephony_seat WHERE centre_id = $1 AND (user_id = $2 OR seat = $3)", a.CentreID, a.UserID, seat); err != nil {
			return err
		}
		if seat != "" {
			if err := tx.Queue("INSERT INTO telephony_seat (centre_id, seat, user_id, since) VALUES ($1, $2, $3, $4)", a.CentreID, seat, a.UserID, tx.Now()); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "telephony.seat", Permission: PermSeat, Kind: "seat", Object: seat})
	})
}

// Seat gives the actor's seat, "" where he has none.
func (m *Module) Seat(ctx context.Context) (string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSeat); err != nil {
		return "", err
	}
	seat := ""
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		seat, err = seatOf(tx, a.CentreID, a.UserID)
		return err
	})
	return seat, err
}

func seatOf(tx *store.Tx, centre, user string) (string, error) {
	return one(store.Select[string](tx, "SELECT seat FROM telephony_seat WHERE centre_id = $1 AND user_id = $2", centre, user))
}

func userAt(tx *store.Tx, centre, seat string) (string, error) {
	return one(store.Select[string](tx, "SELECT user_id FROM telephony_seat WHERE centre_id = $1 AND seat = $2", centre, seat))
}

func one(list []string, err error) (string, error) {
	if len(list) == 0 {
		return "", err
	}
	return list[0], err
}
