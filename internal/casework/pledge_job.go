package casework

import (
	"encoding/json"

	"yichuang/internal/audit"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// jobPledges carries over the declarations of a database from before their checks had a limit and a result of their own.
const jobPledges = "casework.pledges"

// pledgeBatch is how many declarations one transaction carries over.
const pledgeBatch = 50

type pledgeArgs struct {
	After CaseID `json:"after,omitempty"`
}

// unsettled are the declarations whose row does not say what their check came to, or by when it is due, in the words of the partial
// index, which is empty once they are carried over.
const unsettled = "accept_mode = 'pledged' AND (pledge_checked AND pledge_state = '' OR NOT pledge_checked AND check_due = 0 AND decision = 'granted' AND state <> 'REVOKED' AND state <> 'ARCHIVED')"

// SchedulePledges makes sure that a centre's earlier declarations are carried over. Where there are none, or none any more, the job
// finds nothing.
func SchedulePledges(tx *store.Tx, centre string) error {
	return jobs.Ensure(tx, centre, jobPledges, jobPledges)
}

// carryPledges carries over the next of the earlier declarations. Running twice it does nothing more.
func (m *Module) carryPledges(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args pledgeArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	ids, err := store.Select[string](tx, "SELECT id FROM casework_case WHERE centre_id = $1 AND "+unsettled+" AND id > $2 ORDER BY id LIMIT $3", j.CentreID, args.After, pledgeBatch)
	if err != nil {
		return jobs.Done, err
	}
	audit.LockOrder(ids)
	for _, id := range ids {
		if err := audit.Lock(tx, j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	for _, id := range ids {
		if err := m.carryPledge(tx, j.CentreID, CaseID(id)); err != nil {
			return jobs.Done, err
		}
		args.After = max(args.After, CaseID(id))
	}
	if len(ids) < pledgeBatch {
		return jobs.Done, nil
	}
	tx.AfterCommit(m.wake)
	return jobs.Done, jobs.Insert(tx, j.CentreID, jobPledges, "", 0, args)
}

// carryPledge writes what the check of a declaration came to, as its event has it, so that one that was false stands on the list of
// those to be revoked; where nobody has checked, the limit begins today, because there was none before.
func (m *Module) carryPledge(tx *store.Tx, centre string, id CaseID) error {
	d, err := m.load(tx, centre, id)
	if err != nil {
		return err
	}
	switch {
	case d.Mode != Pledged:
		return nil
	case d.Checked && d.Pledge == PledgeOpen:
		if d.Pledge, err = d.checkFound(tx); err != nil || d.Pledge == PledgeOpen {
			return err
		}
	case d.PledgePending() && d.running(ClockPledge) == nil:
		if err := m.awaitCheck(tx, d); err != nil {
			return err
		}
	default:
		return nil
	}
	return m.save(tx, d)
}

// checkFound is what the last check of the declaration found, by its event; PledgeOpen where no event says so.
func (d *dossier) checkFound(tx *store.Tx) (PledgeState, error) {
	if err := d.loadEvents(tx); err != nil {
		return PledgeOpen, err
	}
	found := PledgeOpen
	for _, e := range d.events {
		if e.Action != ActCheck || e.Data == "" {
			continue
		}
		var data struct {
			Holds *bool `json:"holds"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return PledgeOpen, err
		}
		switch {
		case data.Holds == nil:
		case *data.Holds:
			found = PledgeHeld
		default:
			found = PledgeFalse
		}
	}
	return found, nil
}
