package casework

import (
	"encoding/json"
	"errors"
	"math"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
)

// ClockKind is what a clock of a case measures (hall reference §3 rule 9).
type ClockKind string

// The kinds of clock.
const (
	ClockPrereview ClockKind = "T0"  // 网上预审: one working day from the application
	ClockNotice    ClockKind = "T1"  // 告知补正: 5 working days from receipt, then accepted by law
	ClockComplete  ClockKind = "T1s" // 补齐后受理: one working day from the complete supplement
	ClockPromise   ClockKind = "T2p" // 承诺时限
	ClockStatutory ClockKind = "T2s" // 法定时限
	ClockSupply    ClockKind = "T3"  // 补正或容缺材料的补齐期限
	ClockDelivery  ClockKind = "T4"  // 送达: 10 working days from the decision
	ClockHearing   ClockKind = "T5"  // 听证: held within 20 working days of being asked for
	ClockStep      ClockKind = "T6"  // 环节时限
	ClockPledge    ClockKind = "T14" // 承诺核查: from the decision on a declaration, or until it is put right
	ClockFirst     ClockKind = "T2f" // 初审: 20 working days from acceptance by the lower organ (行政许可法 art. 43)
	ClockRenewal   ClockKind = "T13" // 延续决定期限: the end of the licence that is to be renewed (行政许可法 art. 50)
)

var clockLabels = map[ClockKind]string{ClockPrereview: "网上预审时限", ClockNotice: "告知补正期限", ClockComplete: "补齐后受理期限", ClockPromise: "承诺办结时限", ClockStatutory: "法定办结时限",
	ClockSupply: "材料补齐期限", ClockDelivery: "送达期限", ClockHearing: "组织听证期限", ClockStep: "环节时限", ClockRenewal: "延续决定期限", ClockFirst: "初审期限", ClockPledge: "承诺核查期限"}

// Label is the clock's Chinese name.
func (k ClockKind) Label() string { return clockLabels[k] }

// The limits that the law sets, in working days.
const (
	reviewDays   = 1  // of an online application; the usual target, inferred
	noticeDays   = 5  // 行政许可法 art. 32 (4)
	completeDays = 1  // inferred; an item may not lengthen it
	deliveryDays = 10 // 行政许可法 art. 44
	supplyDays   = 10 // where the item names no limit for corrections
)

// Clock (时钟) is one limit of a case. What is stored is the budget with its anchor and turns; the due moment is a projection
// of it on the calendar, kept for the index.
type Clock struct {
	CentreID       string         `db:"centre_id" json:"-"`
	CaseID         CaseID         `db:"case_id" json:"-"`
	ID             string         `db:"id" json:"id"`
	Kind           ClockKind      `db:"kind" json:"kind"`
	Step           State          `db:"step" json:"step,omitempty"` // of a T6
	Body           string         `db:"body" json:"-"`              // calendar.DayClock as JSON
	Unit           item.LimitUnit `db:"unit" json:"unit"`
	Due            clock.Instant  `db:"due" json:"due"`
	Tentative      bool           `db:"provisional" json:"provisional"`
	Running        bool           `db:"running" json:"running"`
	StoppedAt      clock.Instant  `db:"stopped_at" json:"stopped_at,omitzero"`
	Revision       int64          `db:"calendar_revision" json:"calendar_revision"`
	Alerted        int64          `db:"alerted" json:"-"` // how far supervision has climbed on it
	day            calendar.DayClock
	touched, fresh bool
}

// load reads the stored body.
func (k *Clock) load() error { return json.Unmarshal([]byte(k.Body), &k.day) }

// Day is the day clock itself, with its suspensions and extension.
func (k *Clock) Day() calendar.DayClock { return k.day }

// project computes the due moment anew. A clock with no budget ends on its anchor day (即办件).
func (k *Clock) project(c *calendar.Calendar, today clock.Date) error {
	b, err := json.Marshal(k.day)
	if err != nil {
		return err
	}
	k.Body, k.Revision, k.touched = string(b), c.Revision(), true
	switch {
	case k.day.Budget == 0:
		k.Due, k.Tentative = k.day.Anchor.End(), false
	case k.Unit == item.Workday:
		due := k.day.Due(c, today)
		k.Due, k.Tentative = due.At, due.Provisional
	default:
		k.projectNatural(c, today)
	}
	return nil
}

// projectNatural computes the end of a limit in natural days, months or years: the last day moves on from a day off
// (民法典 art. 203), days of special procedures are added as natural days, those of an extension as working days.
func (k *Clock) projectNatural(c *calendar.Calendar, today clock.Date) {
	due := c.Due(calendar.NaturalDays(k.period()+len(k.stood(today))).Rolling(), k.day.Anchor.Start(), "")
	k.Due, k.Tentative = due.At, due.Provisional
	if k.day.Extra > 0 {
		k.Due = c.AddWorkdays(calendar.LastDay(due.At), k.day.Extra).End()
	}
}

// period is a limit in natural days, months or years as a number of natural days, of those months and years.
func (k *Clock) period() int {
	anchor := k.day.Anchor
	switch k.Unit {
	case item.Month:
		return int(calendar.AddMonths(anchor, k.day.Budget) - anchor)
	case item.Year:
		return int(calendar.AddMonths(anchor, 12*k.day.Budget) - anchor)
	}
	return k.day.Budget
}

// stood gives the natural days after the anchor in special procedures, each once.
func (k *Clock) stood(today clock.Date) map[clock.Date]bool {
	days := map[clock.Date]bool{}
	for _, s := range k.day.Suspensions {
		end := s.End
		if s.Open() {
			end = today + 1
		}
		for d := max(s.Start, k.day.Anchor+1); d < end; d++ {
			days[d] = true
		}
	}
	return days
}

// ends is the next moment that somebody must keep: the end of the limit or, during a special procedure, the day on which
// that was expected to be over.
func (k *Clock) ends(today clock.Date) clock.Instant {
	if !k.day.Suspended(today) {
		return k.Due
	}
	last := k.day.Suspensions[len(k.day.Suspensions)-1]
	return max(last.Expected, last.End).End()
}

// UntilResumed is the end of a special procedure that has none yet: it lasts until somebody ends it.
const UntilResumed clock.Instant = math.MaxInt64

// stillUntil is the moment from which the clock runs again after its special procedures: UntilResumed while one is open, the
// first moment of the last planned end otherwise, 0 without any.
func (k *Clock) stillUntil() clock.Instant {
	at := clock.Instant(0)
	for _, s := range k.day.Suspensions {
		if s.Open() {
			return UntilResumed
		}
		at = max(at, s.End.Start())
	}
	return at
}

// Stands reports whether a special procedure keeps the limits of the decision still at a moment. It asks the clocks, of which
// StandsUntil is the projection, and not the state: a procedure with a planned end is over at that end, whenever the program
// writes so.
func (c *Case) Stands(now clock.Instant) bool { return now < c.StandsUntil }

// Late reports whether the limit had passed at a moment: for a clock that stands, when it stopped.
func (k *Clock) Late(now clock.Instant) bool {
	if !k.Running {
		return k.StoppedAt >= k.Due
	}
	return now >= k.Due
}

// Consumption (时限消耗) is how a clock's days divide: Used and Left make up Budget, and Removed stood still. Working days are counted
// for a limit in working days, natural days for any other: they never convert (hall reference §3 rule 3).
type Consumption struct {
	Counted item.LimitUnit `json:"counted_in"` // workday or day
	Budget  int            `json:"budget"`
	Used    int            `json:"used"`
	Left    int            `json:"left"`
	Removed int            `json:"removed"`
	Over    int            `json:"over"` // days after the last one
}

// Consumed counts the clock's days up to the close of a day (invariant I4).
func (k *Clock) Consumed(c *calendar.Calendar, day clock.Date) Consumption {
	if k.Unit != item.Workday {
		return k.consumedNatural(c, day)
	}
	removed := k.day.Removed(c, day)
	n := c.WorkdaysBetween(k.day.Anchor, day)
	out := Consumption{Counted: item.Workday, Budget: k.day.Budget + k.day.Extra}
	for _, d := range removed {
		if d <= day {
			out.Removed++
		}
	}
	ran := n - out.Removed
	out.Used = min(ran, out.Budget)
	out.Left, out.Over = out.Budget-out.Used, ran-out.Used
	return out
}

// consumedNatural counts natural days. An extension, which is in working days, is the natural days by which it moves the end. The days
// off by which the last day moves on belong to nothing: the limit is used up, and nobody is late yet.
func (k *Clock) consumedNatural(c *calendar.Calendar, day clock.Date) Consumption {
	stood, at := k.stood(day), *k
	out := Consumption{Counted: item.Day, Budget: k.period()}
	if out.Budget > 0 {
		at.projectNatural(c, day)
	}
	last := calendar.LastDay(at.Due)
	if k.day.Extra > 0 {
		out.Budget = int(last-k.day.Anchor) - len(stood)
	}
	for d := range stood {
		if d <= day {
			out.Removed++
		}
	}
	ran := int(max(day, k.day.Anchor)-k.day.Anchor) - out.Removed
	out.Used = min(ran, out.Budget)
	out.Left, out.Over = out.Budget-out.Used, int(max(day, last)-last)
	return out
}

// suspend stops the clock for a special procedure; the calendar's refusals get this package's codes. A limit in natural
// days is compared with its own end first, and then with none.
func (k *Clock) suspend(c *calendar.Calendar, today clock.Date, s calendar.Suspension) error {
	day := k.day
	if k.Unit != item.Workday {
		if s.Start > calendar.LastDay(k.Due) {
			return calendar.ErrAfterDue
		}
		day.Budget = day.Budget*31 + 366
	}
	next, err := day.Suspend(c, today, s)
	if errors.Is(err, calendar.ErrNoticeRequired) {
		return ErrNoticeRequired
	}
	if err != nil {
		return err
	}
	next.Budget = k.day.Budget
	k.day = next
	return nil
}

// extend puts the end off once, while the limit is not over.
func (k *Clock) extend(c *calendar.Calendar, today clock.Date, days int) error {
	if k.Unit != item.Workday && today > calendar.LastDay(k.Due) {
		return calendar.ErrAfterDue
	}
	day := k.day
	if k.Unit != item.Workday {
		day.Budget = day.Budget*31 + 366
	}
	next, err := day.Extend(c, today, days)
	if err != nil {
		return err
	}
	next.Budget = k.day.Budget
	k.day = next
	return nil
}

// Verdict is whether a limit was kept (按期).
type Verdict string

// The verdicts.
const (
	NoVerdict Verdict = ""          // no such limit, or the case ended without a decision
	Running   Verdict = "open"      // 在办
	OpenLate  Verdict = "open_late" // 在办超期
	OnTime    Verdict = "on_time"   // 按期
	Late      Verdict = "late"      // 超期
)

// Label is the verdict's Chinese name.
func (v Verdict) Label() string {
	return map[Verdict]string{NoVerdict: "—", Running: "在办", OpenLate: "在办超期", OnTime: "按期", Late: "超期"}[v]
}

// verdict judges a case by a due moment.
func verdict(c *Case, due, now clock.Instant) Verdict {
	switch {
	case due == 0:
		return NoVerdict
	case c.DecidedAt != 0 && c.DecidedAt < due:
		return OnTime
	case c.DecidedAt != 0:
		return Late
	case !c.State.Open():
		return NoVerdict
	case now < due, c.Stands(now): // the days of a special procedure do not count, so that the end moves with them
		return Running
	}
	return OpenLate
}

// Verdicts gives the case's two verdicts: by the promised limit (承诺) and by the statutory one (法定). They never decide each
// other: an extension moves the second only.
func (c *Case) Verdicts(now clock.Instant) (promise, statutory Verdict) {
	return verdict(c, c.PromiseDue, now), verdict(c, c.StatutoryDue, now)
}
