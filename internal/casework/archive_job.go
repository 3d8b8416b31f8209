package casework

import (
	"slices"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// jobQuiet archives what has been over for the quiet period (归档等待), every night.
const jobQuiet = "casework.quiet"

const (
	quietDays  = 60              // 复议 may be asked for within 60 days of a decision (行政复议法 art. 20)
	quietBatch = 20              // cases that one transaction archives
	quietAt    = 2 * time.Hour   // at night
	quietPause = 5 * time.Second // between batches, for those who write at the same time
)

// electronicBox is where a case is put that the program archives: there is no box of paper.
const electronicBox = "电子档案"

// ScheduleArchive makes sure that a centre's ended cases are archived by and by.
func ScheduleArchive(tx *store.Tx, centre string) error {
	return jobs.Ensure(tx, centre, jobQuiet, jobQuiet)
}

// archiveQuiet archives the next cases whose quiet period is over, those that ended first before others. One that was accepted on a
// declaration waits until that has been checked, because nothing is checked in the archive.
func (m *Module) archiveQuiet(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	before := (tx.Now().Date() - clock.Date(quietDays)).Start()
	ids, err := store.Select[string](tx, `SELECT id FROM casework_case WHERE centre_id = $1 AND closed_at > 0 AND closed_at < $2 AND state <> 'ARCHIVED' AND state <> 'REVOKED'
		AND (accept_mode <> 'pledged' OR decision <> 'granted' OR pledge_checked AND pledge_state <> 'false') ORDER BY closed_at, id LIMIT $3`, j.CentreID, before, quietBatch)
	if err != nil {
		return jobs.Done, err
	}
	locks := slices.Clone(ids)
	audit.LockOrder(locks)
	for _, id := range locks {
		if err := audit.Lock(tx, j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	for _, id := range ids {
		d, err := m.load(tx, j.CentreID, CaseID(id))
		if err != nil {
			return jobs.Done, err
		}
		if err := m.apply(tx, d, ActArchive, m.putAway(electronicBox)); err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) == quietBatch {
		return jobs.Snooze(tx.Now().Add(quietPause)), nil
	}
	night := tx.Now().Date().Start().Add(quietAt)
	if night <= tx.Now() {
		night = (tx.Now().Date() + 1).Start().Add(quietAt)
	}
	return jobs.Snooze(night), nil
}

// putAway is the step of archiving.
func (m *Module) putAway(box string) step {
	return func(tx *store.Tx, d *dossier) (note, error) {
		r, err := m.deposit(tx, d, box)
		return note{data: map[string]any{"box": box, "content_sm3": r.ContentSM3, "files": r.Files}}, err
	}
}
