package telephony

import (
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Offered (呼入) is a call that a figure of the hotline counted, without the number of the caller.
type Offered struct {
	ID         string        `db:"id"`
	OfferedAt  clock.Instant `db:"offered_at"`
	AnsweredAt clock.Instant `db:"answered_at"` // 0 where nobody answered
	EndedAt    clock.Instant `db:"ended_at"`
	UserID     string        `db:"user_id"`
	TicketID   string        `db:"ticket_id"`
}

// OfferedQuery chooses calls of a period that have ended.
type OfferedQuery struct {
	Period    metric.Period
	Answered  bool // only those that were answered
	Abandoned bool // only those that were not
	At        clock.Instant
	After     string // with At: behind this call
	Limit     int
}

// OfferedTx lists the calls behind a figure, by the moment of the offer, and how many there are in all.
func OfferedTx(tx *store.Tx, centre string, q OfferedQuery) (list []Offered, total int64, err error) {
	w := (&store.Where{}).And("centre_id = ?", centre).And("offered_at >= ?", q.Period.Start()).And("offered_at < ?", q.Period.End()).And("ended_at <> 0")
	switch {
	case q.Answered:
		w.And("answered_at <> 0")
	case q.Abandoned:
		w.And("answered_at = 0")
	}
	if total, err = store.Get[int64](tx, "SELECT COUNT(*) FROM telephony_call"+w.SQL(), w.Args...); err != nil {
		return nil, 0, err
	}
	if q.After != "" {
		w.And("(offered_at, id) > (?, ?)", q.At, q.After)
	}
	w.Args = append(w.Args, q.Limit)
	list, err = store.Select[Offered](tx, "SELECT "+store.Columns[Offered]("")+" FROM telephony_call"+w.SQL()+" ORDER BY offered_at, id LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
	return list, total, err
}
