package app

import (
	"context"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// calendarWatch is the daily job that writes what the calendars lack to the log, for whoever watches it: from 1 November
// on next year's notice, at any time this year's. Those who may publish see the same as a number beside 工作日历 on every
// page.
const calendarWatch = "calendar.watch"

// calendarWatchAt is when the job runs: with the office's day.
const calendarWatchAt = 8*60 + 30

// watchCalendars looks at every centre's calendar once the job's transaction is over.
func (a *App) watchCalendars(tx *store.Tx, _ *jobs.Job) (jobs.Outcome, error) {
	ctx := tx.Context()
	tx.AfterCommit(func() {
		if err := a.logCalendarGaps(ctx); err != nil {
			a.Log.Error("calendars could not be looked at", "module", "calendar", "error", err.Error())
		}
	})
	return jobs.Snooze(nextWatch(tx.Now())), nil
}

func (a *App) logCalendarGaps(ctx context.Context) error {
	centres, err := a.Org.Centres(actor.With(ctx, actor.SystemFor("")))
	if err != nil {
		return err
	}
	for _, c := range centres {
		list, err := a.Calendar.Warn(actor.With(ctx, actor.SystemFor(c.ID)))
		if err != nil {
			return err
		}
		for _, w := range list {
			if w.Urgent() {
				a.Log.Warn("calendar is missing", "module", "calendar", "centre", c.Code, "year", w.Year, "code", w.Code, "text", w.Text)
			}
		}
	}
	return nil
}

// nextWatch is the next day's moment of the job.
func nextWatch(now clock.Instant) clock.Instant {
	return (now.Date() + 1).Start().Add(calendarWatchAt * time.Minute)
}

// scheduleCalendarWatch makes sure that the job is in the queue; it first runs at once.
func (a *App) scheduleCalendarWatch(ctx context.Context) error {
	return a.DB.WithTx(actor.With(ctx, actor.SystemFor("")), func(tx *store.Tx) error {
		return jobs.Insert(tx, "", calendarWatch, calendarWatch, 0, nil)
	})
}

// CalendarGaps counts what the calendar lacks, for those who can mend it: the number beside 工作日历.
func (a *App) CalendarGaps(ctx context.Context) (int, error) {
	if !actor.From(ctx).Can(calendar.PermDayPublish) {
		return 0, nil
	}
	list, err := a.Calendar.Warn(ctx)
	n := 0
	for _, w := range list {
		if w.Urgent() {
			n++
		}
	}
	return n, err
}
