package exchange

import (
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// ClockKind is which limit of a request runs (hall reference §3 T10). All are in working days and end at 24:00.
type ClockKind string

// The clocks.
const (
	NoClock     ClockKind = ""
	ClockGrant  ClockKind = "grant"   // 无条件授权: 1 working day from the request
	ClockReview ClockKind = "review"  // 审查: 2 working days from the request
	ClockAnswer ClockKind = "answer"  // 提供单位答复: 10 working days from the request
	ClockSupply ClockKind = "provide" // 提供: 20 working days from the agreement
	ClockFix    ClockKind = "fix"     // 校核: 10 working days from the request to put data right
)

// limits are the working days of the clocks: 政务数据共享条例（国令第809号）for 1, 10 and 20; the two days of the review are
// those of local rules.
var limits = map[ClockKind]int{ClockGrant: 1, ClockReview: 2, ClockAnswer: 10, ClockSupply: 20}

// Label is the clock's Chinese name.
func (k ClockKind) Label() string {
	return map[ClockKind]string{ClockGrant: "无条件共享授权时限", ClockReview: "审查时限", ClockAnswer: "答复时限", ClockSupply: "提供时限", ClockFix: "校核时限"}[k]
}

// clockOf is the clock that runs in a state, and from which day.
func (r *Request) clockOf(today clock.Date) (ClockKind, clock.Date) {
	switch r.State {
	case InReview:
		if r.Class == Unconditional {
			return ClockGrant, r.SubmittedAt.Date()
		}
		return ClockReview, r.SubmittedAt.Date()
	case Answering:
		return ClockAnswer, r.SubmittedAt.Date()
	case Providing:
		return ClockSupply, today
	}
	return NoClock, clock.NoDate
}

// retime starts the clock of the state that the request came to, and stops the one before.
func (m *Module) retime(tx *store.Tx, r *Request) error {
	kind, anchor := r.clockOf(tx.Now().Date())
	if kind == r.Clock && kind != NoClock {
		return nil
	}
	if err := m.ease(tx, r.CentreID, r.ID, r.Clock); err != nil {
		return err
	}
	r.Clock, r.Anchor, r.Budget, r.Due, r.Provisional = kind, anchor, int64(limits[kind]), 0, false
	if kind == NoClock {
		return nil
	}
	return m.project(tx, r)
}

// project computes the end of the running clock by the calendar in force.
func (m *Module) project(tx *store.Tx, r *Request) error {
	cal, err := m.Calendar.ForCentre(tx, r.CentreID, "")
	if err != nil {
		return err
	}
	due := cal.Due(calendar.Workdays(int(r.Budget)).AtEndOfDay(), r.Anchor.Start(), "")
	r.Due, r.Provisional, r.Revision = due.At, due.Provisional, cal.Revision()
	return nil
}
