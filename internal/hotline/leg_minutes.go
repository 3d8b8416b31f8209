package hotline

import "yichuang/internal/calendar"

// measure freezes how long the unit took from dispatch to the reply that was accepted: office time without the
// suspensions, and time by the clock.
func (l *Leg) measure(cal *calendar.Calendar) {
	l.WallMinutes = int64(l.SubmittedAt.Sub(l.DispatchedAt).Minutes())
	from := l.DispatchedAt
	sum := 0
	for _, t := range l.Course.Turns {
		switch {
		case t.Kind == calendar.TurnSuspend && from != 0:
			sum += cal.WorkMinutes(from, min(t.At, l.SubmittedAt), l.UnitID)
			from = 0
		case t.Kind == calendar.TurnResume && from == 0:
			from = t.At
		}
	}
	if from != 0 && from < l.SubmittedAt {
		sum += cal.WorkMinutes(from, l.SubmittedAt, l.UnitID)
	}
	l.WorkMinutes = int64(sum)
}
