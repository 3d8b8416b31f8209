package telephony

import (
	"time"

	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Tally (话务统计) is what happened to the calls offered in a period, those that still ring or are talked about left out.
type Tally struct {
	Offered, Answered, Abandoned int64
	Waited                       time.Duration // by those who were answered, together
}

// tallyRow is what SQL adds up.
type tallyRow struct {
	Offered  int64 `db:"offered"`
	Answered int64 `db:"answered"`
	Waited   int64 `db:"waited"`
}

// tally counts by the index of offers alone.
func tally(tx *store.Tx, centre string, p metric.Period) (Tally, error) {
	r, err := store.Get[tallyRow](tx, `SELECT COALESCE(SUM(1), 0) AS offered, COALESCE(SUM(CASE WHEN answered_at <> 0 THEN 1 ELSE 0 END), 0) AS answered,
		COALESCE(SUM(CASE WHEN answered_at <> 0 THEN answered_at - offered_at ELSE 0 END), 0) AS waited
		FROM telephony_call WHERE centre_id = $1 AND offered_at >= $2 AND offered_at < $3 AND ended_at <> 0`, centre, p.Start(), p.End())
	return Tally{Offered: r.Offered, Answered: r.Answered, Abandoned: r.Offered - r.Answered, Waited: time.Duration(r.Waited) * time.Millisecond}, err
}

// Figure kinds: what Figures can count.
type figureKind int

const (
	answeredShare figureKind = iota
	meanWait
	abandonedShare
)

// AnsweredTx is the share of offered calls that were answered (接通率), M18 of the hotline's catalogue.
func (m *Module) AnsweredTx(tx *store.Tx, centre string, p metric.Period) ([]metric.Figure, error) {
	return m.figure(tx, centre, p, answeredShare)
}

// WaitTx is the mean wait of answered calls in seconds (平均等待时长).
func (m *Module) WaitTx(tx *store.Tx, centre string, p metric.Period) ([]metric.Figure, error) {
	return m.figure(tx, centre, p, meanWait)
}

// AbandonedTx is the share of offered calls that were given up (放弃率).
func (m *Module) AbandonedTx(tx *store.Tx, centre string, p metric.Period) ([]metric.Figure, error) {
	return m.figure(tx, centre, p, abandonedShare)
}

// figure counts for the centre as a whole; a centre whose switch has never reported has no figure.
func (m *Module) figure(tx *store.Tx, centre string, p metric.Period, kind figureKind) ([]metric.Figure, error) {
	fed, err := store.Select[string](tx, "SELECT id FROM telephony_call WHERE centre_id = $1 LIMIT 1", centre)
	if err != nil || len(fed) == 0 {
		return nil, err
	}
	t, err := tally(tx, centre, p)
	f := metric.Figure{Ratio: metric.Ratio{Num: t.Answered, Den: t.Offered}}
	switch kind {
	case meanWait:
		f.Ratio = metric.Ratio{Num: int64(t.Waited.Round(time.Second) / time.Second), Den: t.Answered}
	case abandonedShare:
		f.Num = t.Abandoned
	}
	return []metric.Figure{f}, err
}
