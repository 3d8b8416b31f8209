package app

import (
	"yichuang/internal/exchange"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
)

// shareDesk brings the alerts of the clocks of data sharing to the desk of supervision.
func (a *App) shareDesk() exchange.Desk {
	clock := func(request string, k exchange.ClockKind) string { return "share:" + request + ":" + string(k) }
	return exchange.Desk{
		Raise: func(tx *store.Tx, x exchange.Alert) error {
			level := supervision.Remind
			if x.Level == exchange.LevelOver {
				level = supervision.Yellow
			}
			return a.Supervision.Bring(tx, x.CentreID, supervision.Foreign{Clock: clock(x.RequestID, x.Clock), Level: level, Text: x.Text, UnitID: x.UnitID, Due: x.Due})
		},
		Ease: func(tx *store.Tx, centre, request string, k exchange.ClockKind) error {
			return a.Supervision.Ease(tx, centre, clock(request, k))
		},
	}
}
