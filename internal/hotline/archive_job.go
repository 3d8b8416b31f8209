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
	quietBatch = 20            // tickets that one transaction archives
	quietAt    = 1 * time.Hour // at night, when nobody waits for the writer
)

// ScheduleArchive makes sure that a centre's ended tickets are archived by and by.
func ScheduleArchive(tx *store.Tx, centre string) error {
	return jobs.Insert(tx, centre, jobQuiet, jobQuiet, 0, nil)
}

// archiveQuiet archives the next tickets whose quiet period is over, those that ended first before others. One with an
// open supervision, or that was merged into a ticket that is not archived, waits for another night.
func (m *Module) archiveQuiet(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	limits, err := m.limits(tx, j.CentreID)
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
	if len(ids) == quietBatch {
		return jobs.Snooze(tx.Now()), nil
	}
	next := tx.Now().Date().Start().Add(quietAt)
	if next <= tx.Now() {
		next = (tx.Now().Date() + 1).Start().Add(quietAt)
	}
	return jobs.Snooze(next), nil
}
