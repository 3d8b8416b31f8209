package hotline

import (
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// jobQuiet archives what has been over for the quiet period (归档等待), every night.
const jobQuiet = "hotline.quiet"

const (
	quietBatch = 20               // tickets that one transaction archives
	quietAt    = 1 * time.Hour    // at night, when nobody waits for the writer, one batch follows the other
	quietUntil = 6 * time.Hour    // from then on there is time between them
	quietPause = 30 * time.Second // by day, for a centre whose computer is off at night
)

// ScheduleArchive makes sure that a centre's ended tickets are archived by and by.
func ScheduleArchive(tx *store.Tx, centre string) error {
	return jobs.Ensure(tx, centre, jobQuiet, jobQuiet)
}

// archiveQuiet archives the next tickets whose quiet period is over, those that ended first before others. One with an
// open supervision, or that was merged into a ticket that is not archived, waits for another night.
func (m *Module) archiveQuiet(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	limits, err := m.LimitsTx(tx, j.CentreID)
	if err != nil {
		return jobs.Done, err
	}
	before := (tx.Now().Date() - clock.Date(limits.ArchiveDays)).Start()
	ids, err := store.Select[TicketID](tx, `SELECT t.id FROM hotline_ticket t WHERE t.centre_id = $1 AND t.closed_at <> 0 AND t.archived_at = 0 AND t.closed_at < $2 AND t.supervised = 0
		AND (t.merged_into = '' OR EXISTS (SELECT 1 FROM hotline_ticket x WHERE x.centre_id = t.centre_id AND x.id = t.merged_into AND x.archived_at <> 0))
		ORDER BY t.closed_at, t.id LIMIT $3`, j.CentreID, before, quietBatch)
	if err != nil {
		return jobs.Done, err
	}
	for _, id := range ids {
		if _, err := m.act(tx, Command{TicketID: id}, ActArchive, "", m.putAway); err != nil {
			return jobs.Done, err
		}
	}
	night := tx.Now().Date().Start().Add(quietAt)
	switch {
	case len(ids) == quietBatch && tx.Now() >= night && tx.Now() < night.Add(quietUntil-quietAt):
		return jobs.Snooze(tx.Now()), nil
	case len(ids) == quietBatch:
		return jobs.Snooze(tx.Now().Add(quietPause)), nil
	case night <= tx.Now():
		night = (tx.Now().Date() + 1).Start().Add(quietAt)
	}
	return jobs.Snooze(night), nil
}
