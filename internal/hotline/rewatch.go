package hotline

import (
	"slices"

	"yichuang/internal/calendar"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// jobRewatch lets every open leg of a centre be looked at again, because the moments of the ladder have changed.
const jobRewatch = "hotline.rewatch"

// ladderParameters are those that the ladder of notices depends on.
var ladderParameters = []string{"yellow_days", "demand_days", "bulletin_days"}

type rewatchArgs struct {
	After LegID `json:"after,omitempty"`
}

// ladderChanged queues the look at every open leg, in the transaction that changes a parameter.
func (m *Module) ladderChanged(tx *store.Tx, centre, parameter string) error {
	if !slices.Contains(ladderParameters, parameter) {
		return nil
	}
	tx.AfterCommit(m.wake)
	return jobs.Insert(tx, centre, jobRewatch, "", 0, rewatchArgs{})
}

// rewatch wakes the watches of a chunk of open legs.
func (m *Module) rewatch(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args rewatchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	keys, err := store.Select[legKey](tx, "SELECT ticket_id, id FROM hotline_leg WHERE centre_id = $1 AND open AND id > $2 ORDER BY id LIMIT $3", j.CentreID, args.After, reprojectChunk)
	if err != nil {
		return jobs.Done, err
	}
	for _, k := range keys {
		if err := jobs.Insert(tx, j.CentreID, jobWatch, string(k.Leg), tx.Now(), watchArgs{k.Ticket, k.Leg}); err != nil {
			return jobs.Done, err
		}
	}
	if len(keys) == reprojectChunk {
		tx.AfterCommit(m.wake)
		return jobs.Done, jobs.Insert(tx, j.CentreID, jobRewatch, "", 0, rewatchArgs{keys[len(keys)-1].Leg})
	}
	return jobs.Done, nil
}

// jobSupervisionDue computes the ends of open supervisions again after a new calendar; there are never many.
const jobSupervisionDue = "hotline.supervision_due"

func (m *Module) reprojectSupervisions(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	c, err := m.clocks(tx, j.CentreID)
	if err != nil {
		return jobs.Done, err
	}
	list, err := store.Select[Supervision](tx, "SELECT "+supervisionColumns+" FROM hotline_supervision WHERE centre_id = $1 AND open AND state = $2 ORDER BY due, id", j.CentreID, SupervisionOpen)
	if err != nil {
		return jobs.Done, err
	}
	for i := range list {
		s := &list[i]
		limit := calendar.Workdays(s.Days)
		due := c.cal.Due(limit, s.Since, s.UnitID)
		if due.At == s.Due && due.Provisional == s.Provisional {
			continue
		}
		old := s.Due
		s.Due, s.Provisional = due.At, due.Provisional
		if err := saveSupervision(tx, s); err != nil {
			return jobs.Done, err
		}
		if err := calendar.Journal(tx, calendar.JournalEntry{Kind: "hotline.supervision", Object: string(s.ID), OldDue: old, NewDue: s.Due, Revision: c.cal.Revision()}); err != nil {
			return jobs.Done, err
		}
		if err := jobs.Insert(tx, j.CentreID, jobSupervision, string(s.ID), c.cal.Cards(limit, s.Due, s.UnitID).Red, supervisionArgs{s.TicketID, s.ID}); err != nil {
			return jobs.Done, err
		}
	}
	return jobs.Done, nil
}
