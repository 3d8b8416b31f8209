package calendar

import (
	"time"

	"yichuang/internal/clock"
)

// Pause is a limit that stands still (挂起): what was left of it when it stopped. Its Limit is kept, so that a change of
// policy in the meantime does not touch it.
type Pause struct {
	Limit Limit         `json:"limit"`
	Due   clock.Instant `json:"due"` // the end that was in force
	At    clock.Instant `json:"at"`  // when the clock stopped
	// Left is the rest: days for limits in days, milliseconds for limits in minutes.
	Left int64 `json:"left"`
}

// Suspend stops the clock of a limit that ends at due. Left of a limit in working days are the working days after the
// day of at, up to and with the last one. It refuses with ErrAfterDue when at is past due.
func (c *Calendar) Suspend(l Limit, due, at clock.Instant, unit string) (Pause, error) {
	if at > due {
		return Pause{}, ErrAfterDue.With("due", due)
	}
	return c.pause(l, due, at, unit), nil
}

func (c *Calendar) pause(l Limit, due, at clock.Instant, unit string) Pause {
	p := Pause{Limit: l, Due: due, At: at}
	switch l.Unit {
	case UnitWorkMinute:
		p.Left = c.workMillis(at, due, unit)
	case UnitMinute:
		p.Left = max(0, int64(due-at))
	case UnitDay:
		p.Left = max(0, int64(LastDay(due)-at.Date()))
	default:
		p.Left = int64(c.WorkdaysBetween(at.Date(), LastDay(due)))
	}
	return p
}

// Resume sets a paused limit going again at a moment; the rest, but at least one day, counts from there. The new end is
// never before the old one. It refuses with ErrBackdated when at is before the pause began.
func (c *Calendar) Resume(p Pause, at clock.Instant, unit string) (Due, error) {
	if at < p.At {
		return Due{}, ErrBackdated.Say("恢复时间不能早于暂停时间 %s。", p.At)
	}
	return c.resume(p, at, unit), nil
}

func (c *Calendar) resume(p Pause, at clock.Instant, unit string) Due {
	l := p.Limit
	var due Due
	switch l.Unit {
	case UnitWorkMinute:
		due = c.dueWorkMillis(l, at, p.Left, unit)
	case UnitMinute:
		due = Due{Limit: l, From: at, At: at.Add(time.Duration(p.Left) * time.Millisecond)}
	default:
		l.N = max(1, int(p.Left))
		due = c.Due(l, at, unit)
	}
	due.Limit = p.Limit
	if due.At < p.Due { // an end that was set by hand may lie later on its day than the limit's own
		due.At = p.Due
	}
	return due
}

// Extend lengthens a limit by another one, counted from the old end and not from the approval. The new end is never
// before the old one.
func (c *Calendar) Extend(due clock.Instant, by Limit, unit string) Due {
	from := due
	if by.Unit == UnitWorkday || by.Unit == UnitDay {
		from = due - 1 // 24:00 belongs to the day that ends
	}
	return c.Due(by, from, unit)
}

// CheckExtension refuses an extension that is asked for after the end (ErrAfterDue), or once the allowed number is used
// up (ErrAlreadyExtended).
func CheckExtension(due, asked clock.Instant, done, allowed int) error {
	if done >= allowed {
		return ErrAlreadyExtended.With("allowed", allowed)
	}
	if asked > due {
		return ErrAfterDue.With("due", due)
	}
	return nil
}

// TurnKind is what happened to a limit on its way.
type TurnKind string

// The kinds of turn.
const (
	TurnSuspend TurnKind = "suspend"
	TurnResume  TurnKind = "resume"
	TurnExtend  TurnKind = "extend"
)

// Turn is one event in the course of a limit.
type Turn struct {
	Kind TurnKind      `json:"kind"`
	At   clock.Instant `json:"at"`           // suspend and resume
	By   Limit         `json:"by,omitempty"` // extend
}

// Course (时限经过) is a limit with its turns in the order in which they happened. It holds everything that the end
// depends on besides the calendar, so that the end can be projected anew when the calendar changes.
type Course struct {
	Limit Limit         `json:"limit"`
	From  clock.Instant `json:"from"`
	Turns []Turn        `json:"turns,omitempty"`
}

// Projection is where a course stands.
type Projection struct {
	Due
	// First is the end before any turn.
	First clock.Instant
	// Suspended: the clock stands still; At is the end that was in force when it stopped.
	Suspended bool
	Pause     Pause
}

// Project replays a course on this calendar. Provisional and Missing cover every stretch of it. A turn that does not
// fit the state (resume of a running clock) is passed over.
func (c *Calendar) Project(course Course, unit string) Projection {
	p := Projection{Due: c.Due(course.Limit, course.From, unit)}
	p.First = p.At
	for _, t := range course.Turns {
		var next Due
		switch {
		case t.Kind == TurnSuspend && !p.Suspended:
			p.Pause, p.Suspended = c.pause(course.Limit, p.At, t.At, unit), true
			p.Days = until(p.Days, t.At.Date())
			continue
		case t.Kind == TurnResume && p.Suspended:
			next, p.Suspended = c.resume(p.Pause, max(t.At, p.Pause.At), unit), false
		case t.Kind == TurnExtend && p.Suspended:
			// An extension during a pause lengthens what will be left.
			p.Pause.Due = c.Extend(p.At, t.By, unit).At
			p.Pause.Left = c.pause(course.Limit, p.Pause.Due, p.Pause.At, unit).Left
			p.At = p.Pause.Due
			continue
		case t.Kind == TurnExtend:
			next = c.Extend(p.At, t.By, unit)
		default:
			continue
		}
		next.Limit, next.From = course.Limit, course.From
		next.Days = append(p.Days, next.Days...)
		next.Missing = mergeYears(p.Missing, next.Missing)
		next.Provisional = len(next.Missing) > 0
		p.Due = next
	}
	return p
}

// until gives the days up to and with last.
func until(days []clock.Date, last clock.Date) []clock.Date {
	n := len(days)
	for n > 0 && days[n-1] > last {
		n--
	}
	return days[:n:n]
}

func mergeYears(a, b []int) []int {
	out := append([]int(nil), a...)
	for _, y := range b {
		found := false
		for _, x := range a {
			found = found || x == y
		}
		if !found {
			out = append(out, y)
		}
	}
	return out
}
