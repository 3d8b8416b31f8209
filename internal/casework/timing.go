package casework

import (
	"slices"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
)

// Timing (办理用时) is what a case took, counted at the act itself by the calendar of that day: what has been published does
// not move when a later calendar is (hall reference §3 rule 6).
type Timing struct {
	AcceptTimed   bool  `db:"accept_timed" json:"-"`
	AcceptMinutes int64 `db:"accept_minutes" json:"accept_office_minutes,omitempty"` // 受理时长: office time from the last complete submission to acceptance or refusal
	DecideTimed   bool  `db:"decide_timed" json:"-"`
	UsedDays      int64 `db:"used_days" json:"used_days,omitempty"`       // 办理时长: working days from acceptance to decision without special procedures
	Stops         int64 `db:"stops" json:"stops,omitempty"`               // special procedures
	StoppedDays   int64 `db:"stopped_days" json:"stopped_days,omitempty"` // working days that they took out
	StoppedNear   bool  `db:"stopped_near" json:"stopped_near,omitempty"` // one began in the last two working days of the promise
	StdMinutes    int64 `db:"std_minutes" json:"std_minutes,omitempty"`   // 标准工时 of the item's version
}

// nearDays is how close to the end of the promise a special procedure is a signal (hall reference §5, 特别程序占比).
const nearDays = 2

// timeAcceptance counts the office time from the last complete submission to a moment. There is none where the materials
// were never complete, and where acceptance was deemed: nobody worked on it.
func (d *dossier) timeAcceptance(at clock.Instant) {
	d.StdMinutes = int64(d.terms.Minutes)
	if d.CompleteAt == 0 || at < d.CompleteAt || d.Mode == DeemedMode {
		return
	}
	d.AcceptTimed, d.AcceptMinutes = true, int64(d.cal.WorkMinutes(d.CompleteAt, at, d.UnitID))
}

// timeDecision counts the working days that the case consumed until today, whatever unit its limits are in: those from acceptance,
// without those of special procedures.
func (d *dossier) timeDecision(today clock.Date) {
	stood := map[clock.Date]bool{}
	for _, k := range d.clocks {
		if k.Kind != ClockFirst && k.Kind != ClockPromise && k.Kind != ClockStatutory {
			continue
		}
		for _, day := range k.day.Removed(d.cal, today) {
			if day > d.AcceptedAt.Date() && day <= today {
				stood[day] = true
			}
		}
	}
	removed := int64(len(stood))
	d.DecideTimed, d.StoppedDays = true, removed
	d.UsedDays = int64(d.cal.WorkdaysBetween(d.AcceptedAt.Date(), today)) - removed
}

// stoodDays counts the days that special procedures have taken out of a case's limits so far, in the unit in which the promise counts,
// or the limit that it has instead (hall reference §3 rule 7: the applicant is shown their sum).
func (d *dossier) stoodDays(today clock.Date) (n int64, in item.LimitUnit) {
	rank := []ClockKind{ClockFirst, ClockStatutory, ClockPromise}
	best := -1
	for _, k := range d.clocks {
		i := slices.Index(rank, k.Kind)
		if i < 0 || len(k.day.Suspensions) == 0 || i < best {
			continue
		}
		day := today
		if !k.Running {
			day = k.StoppedAt.Date()
		}
		used := k.Consumed(d.cal, day)
		n, in, best = int64(used.Removed), used.Counted, i
	}
	return n, in
}

// endsToday is what is promised and what the law says about a case, as the sheet shows it: while a special procedure keeps a clock
// still, its end is the one that it would have if the procedure ended today.
func (d *dossier) endsToday(today clock.Date) (promise, statutory clock.Instant, err error) {
	promise, statutory = d.PromiseDue, d.StatutoryDue
	for _, k := range d.clocks {
		if !k.Running || !k.day.Suspended(today) {
			continue
		}
		if err := k.project(d.cal, today); err != nil {
			return 0, 0, err
		}
		switch k.Kind {
		case ClockPromise:
			promise = k.Due
		case ClockStatutory:
			statutory = k.Due
		}
	}
	return promise, statutory, nil
}

// timeStop notes a special procedure that starts on a day, before the clocks stand still.
func (d *dossier) timeStop(start clock.Date) {
	d.Stops++
	for _, k := range d.clocks {
		if k.Kind == ClockPromise && k.Running && k.Unit == item.Workday && d.cal.WorkdaysBetween(start, calendar.LastDay(k.Due)) <= nearDays {
			d.StoppedNear = true
		}
	}
}

// Limits gives the two limits of the decision that a case takes from the version of its item: a case of the day (即办件) ends
// on its day, and so does one that was accepted on a declaration (告知承诺, 安阳市政务服务条例 art. 26: decided on the spot); a permit
// without a statutory limit of its own has that of the law.
func Limits(c *item.Content, mode Mode) (promise, statutory item.Limit) {
	t := Terms{Content: *c}
	promise = t.Promise
	if t.instant() || mode == Pledged {
		promise = item.Limit{Unit: item.Workday}
	}
	return promise, t.statutory()
}
