package complaint

import (
	"encoding/json"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// ClockKind is what a clock of a matter measures (hall reference §3 rule 9: T8, T9).
type ClockKind string

// The kinds of clock.
const (
	ClockAccept  ClockKind = "accept"  // 告知是否受理, of a complaint
	ClockContact ClockKind = "contact" // 当日联系: the unit calls the reporter the day it gets a stuck matter
	ClockHandle  ClockKind = "handle"  // 办结, of a stuck matter from its registration; 反馈, of a complaint from its acceptance
	ClockFile    ClockKind = "file"    // 整改备案
	ClockVisit   ClockKind = "visit"   // 回访, of a complaint
)

var clockLabels = map[ClockKind]string{ClockAccept: "告知是否受理", ClockContact: "当日联系反映人", ClockHandle: "办理时限", ClockFile: "整改备案", ClockVisit: "回访"}

// Label is the clock's Chinese name.
func (k ClockKind) Label() string { return clockLabels[k] }

// Clock (时钟) is one limit of a matter. What is stored is the budget with its anchor and extension; the due moment is a projection of
// it on the calendar, kept for the index.
type Clock struct {
	CentreID       string        `db:"centre_id" json:"-"`
	MatterID       MatterID      `db:"matter_id" json:"-"`
	ID             string        `db:"id" json:"id"`
	Kind           ClockKind     `db:"kind" json:"kind"`
	Body           string        `db:"body" json:"-"` // calendar.DayClock as JSON
	Due            clock.Instant `db:"due" json:"due"`
	Tentative      bool          `db:"provisional" json:"provisional"`
	Running        bool          `db:"running" json:"running"`
	StoppedAt      clock.Instant `db:"stopped_at" json:"stopped_at,omitzero"`
	Revision       int64         `db:"calendar_revision" json:"calendar_revision"`
	day            calendar.DayClock
	touched, fresh bool
}

var clockColumns = store.Columns[Clock]("")

// project computes the due moment anew: at 24:00 of the last day. No days at all end with the day itself or, where nobody works on it,
// with the next working day.
func (k *Clock) project(c *calendar.Calendar, today clock.Date) error {
	b, err := json.Marshal(k.day)
	if err != nil {
		return err
	}
	k.Body, k.Revision, k.touched = string(b), c.Revision(), true
	if k.day.Budget+k.day.Extra == 0 && c.IsWorkday(k.day.Anchor) {
		k.Due, k.Tentative = k.day.Anchor.End(), false
		return nil
	}
	due := k.day.Due(c, today)
	k.Due, k.Tentative = due.At, due.Provisional
	return nil
}

// Late reports whether the limit had passed at a moment: for a clock that stands, when it stopped.
func (k *Clock) Late(now clock.Instant) bool {
	if !k.Running {
		return k.StoppedAt >= k.Due
	}
	return now >= k.Due
}

// extend puts the end off once, while the limit is not over. A limit of no days is one of its day.
func (k *Clock) extend(c *calendar.Calendar, today clock.Date, days int) error {
	if today > calendar.LastDay(k.Due) {
		return calendar.ErrAfterDue
	}
	next, err := k.day.Extend(c, today, days)
	if err != nil {
		return err
	}
	k.day = next
	return k.project(c, today)
}

// The rungs of a clock.
const (
	rungRemind = "remind" // opening of the working day before the last day
	rungOver   = "over"   // the limit has passed
)

// rung is one step of a clock's ladder.
type rung struct {
	clock *Clock
	name  string
	at    clock.Instant
}

// rungs lists what a running clock has to say, in the order of time. A reminder that would have come before the clock started is left
// out; the contact of the same day is missed when the day is over.
func (k *Clock) rungs(c *calendar.Calendar, today clock.Date, unit string) []rung {
	if !k.Running {
		return nil
	}
	over := rung{k, rungOver, k.Due}
	before, ok := c.Open(c.PrevWorkday(calendar.LastDay(k.Due)), unit)
	if !ok || before.Date() <= k.day.Anchor || k.Kind == ClockContact {
		return []rung{over}
	}
	return []rung{{k, rungRemind, before}, over}
}
