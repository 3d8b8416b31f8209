package supervision

import (
	"fmt"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
)

// rungNames are the rungs of a clock as alerts keep them, by level: once each (invariant I5).
var rungNames = map[Level]string{Remind: "remind", Yellow: "yellow", Red: "red"}

// Rung (级别) is one thing that a rule says about a clock, from a moment on.
type Rung struct {
	Rule Rule
	At   clock.Instant
}

// kindChecks says which checks look at which kind of clock.
func kindChecks(k casework.ClockKind) []Check {
	switch k {
	case casework.ClockPromise, casework.ClockStatutory, casework.ClockDelivery, casework.ClockHearing, casework.ClockRenewal, casework.ClockFirst, casework.ClockPledge:
		return []Check{CheckBefore, CheckOver}
	case casework.ClockStep, casework.ClockPrereview:
		return []Check{CheckBefore, CheckStep}
	case casework.ClockNotice, casework.ClockComplete, casework.ClockSupply:
		return []Check{CheckLaw}
	}
	return nil
}

// Ladder lists what the rules say about a clock that ends at due and counts from anchor, the lightest level first. A reminder
// that would have come on the day from which the clock counts, or before, is left out: nobody needs it. It is pure: the same
// clock, calendar and rules give the same ladder.
func (r *Rules) Ladder(c *calendar.Calendar, kind casework.ClockKind, anchor clock.Date, due clock.Instant, unit string) []Rung {
	last := calendar.LastDay(due)
	var out []Rung
	for _, level := range Levels {
		for _, check := range kindChecks(kind) {
			rule, ok := r.at(check, level)
			if !ok {
				continue
			}
			at := momentOf(c, rule, last, unit)
			if (check == CheckBefore || check == CheckLaw) && at.Date() <= anchor {
				continue
			}
			out = append(out, Rung{rule, at})
		}
	}
	return out
}

// momentOf is when a rule speaks about a clock with this last day: reminders at the opening of a working day before, the
// rest at the close of a working day after.
func momentOf(c *calendar.Calendar, rule Rule, last clock.Date, unit string) clock.Instant {
	if rule.Check == CheckBefore || rule.Check == CheckLaw {
		day := last
		for range rule.N {
			day = c.PrevWorkday(day)
		}
		at, _ := c.Open(day, unit)
		return at
	}
	return c.AddWorkdays(last, int(rule.N)).End()
}

// horizon is the latest end of a clock about which a level can have anything to say by now.
func (r *Rules) horizon(c *calendar.Calendar, level Level, now clock.Instant) (clock.Instant, bool) {
	found, due := false, clock.Instant(0)
	for _, rule := range r.Rules {
		if rule.Off || rule.Level != level {
			continue
		}
		switch rule.Check {
		case CheckBefore, CheckLaw:
			due, found = max(due, c.AddWorkdays(now.Date(), int(rule.N)).End()), true
		case CheckOver, CheckStep:
			due, found = max(due, now), true
		}
	}
	return due, found
}

// rungText is what an alert about a clock says.
func rungText(rule Rule, no, name string, due clock.Instant) string {
	when := calendar.FormatDue(due)
	switch rule.Check {
	case CheckBefore:
		return fmt.Sprintf("办件 %s 的%s将于 %s 届满。", no, name, when)
	case CheckLaw:
		return fmt.Sprintf("办件 %s 的%s将于 %s 届满，届满后依法视为受理，或按事项规定、申请人承诺视为撤回；没有规定视为撤回的，由受理人员处理。", no, name, when)
	}
	return fmt.Sprintf("办件 %s 的%s已于 %s 届满，超期 %d 个工作日。", no, name, when, rule.N)
}
