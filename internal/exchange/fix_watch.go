package exchange

import (
	"fmt"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// jobFix watches the answer to a request to put data right.
const jobFix = "exchange.fix"

// Late reports whether the answer is overdue, or came late.
func (f *DataFix) Late(now clock.Instant) bool {
	if f.AnsweredAt != 0 {
		return f.AnsweredAt >= f.Due
	}
	return now >= f.Due
}

// watchFix queues the watch of a new request to put data right.
func (m *Module) watchFix(tx *store.Tx, f *DataFix, cal *calendar.Calendar) error {
	at, _ := cal.Open(cal.PrevWorkday(calendar.LastDay(f.Due)), "")
	return jobs.Insert(tx, f.CentreID, jobFix, f.ID, at, watchArgs{f.ID})
}

// fixDue gives the alerts of a request to put data right whose time has come: the day before its end, and when it is over. Late or twice it
// gives each once.
func (m *Module) fixDue(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, args.ID); err != nil {
		return jobs.Done, err
	}
	f, err := loadFix(tx, j.CentreID, args.ID)
	if err != nil || f.State != FixOpen {
		return jobs.Done, err
	}
	rung, level, text := rungRemind, LevelRemind, fmt.Sprintf("数据校核 %s 的校核时限将于 %s 届满。", f.No, calendar.FormatDue(f.Due))
	over := tx.Now() >= f.Due
	if over {
		rung, level, text = rungOver, LevelOver, fmt.Sprintf("数据校核 %s 的校核时限已于 %s 届满，提供单位还没有答复。", f.No, calendar.FormatDue(f.Due))
	}
	_, err = m.raise(tx, Alert{CentreID: f.CentreID, RequestID: f.ID, Clock: ClockFix, Rung: rung, Level: level, Text: text, UnitID: f.ProviderID, Due: f.Due}, "share_fix", f.No)
	if err != nil || over {
		return jobs.Done, err
	}
	return jobs.Snooze(f.Due), nil
}

// raise gives one alert, here and on the desk of supervision, and tells whether it is new.
func (m *Module) raise(tx *store.Tx, a Alert, kind, no string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO exchange_alert (centre_id, request_id, clock, rung, level, text, unit_id, due, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (centre_id, request_id, clock, rung) DO NOTHING`, a.CentreID, a.RequestID, a.Clock, a.Rung, a.Level, a.Text, a.UnitID, a.Due, tx.Now())
	if err != nil || n == 0 {
		return false, err
	}
	if m.desk.Raise != nil {
		if err := m.desk.Raise(tx, a); err != nil {
			return false, err
		}
	}
	return true, audit.Record(tx, audit.Entry{Action: "exchange.alert", Kind: kind, Object: a.RequestID, Detail: map[string]any{"no": no, "level": a.Level, "clock": a.Clock}})
}

// Desk is the desk of supervision, to which the alerts of the clocks go as well: Raise brings one, Ease tells that a clock has stopped.
type Desk struct {
	Raise func(tx *store.Tx, a Alert) error
	Ease  func(tx *store.Tx, centre, request string, k ClockKind) error
}

// UseDesk hands in the desk of supervision. The composition root does this before the program serves.
func (m *Module) UseDesk(d Desk) { m.desk = d }

// ease tells the desk that a clock has stopped.
func (m *Module) ease(tx *store.Tx, centre, request string, k ClockKind) error {
	if m.desk.Ease == nil || k == NoClock {
		return nil
	}
	return m.desk.Ease(tx, centre, request, k)
}
