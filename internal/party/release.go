package party

import (
	"errors"
	"slices"
	"strings"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Need tells why a module still needs to know who a person is: a record of its own that is open, in force or kept. "" is no need.
type Need func(tx *store.Tx, centre, person string) (reason string, err error)

// Ask registers the question of a module that keeps the ids of people. Call it before records are destroyed.
func (m *Module) Ask(n Need) { m.needs = append(m.needs, n) }

// Waiting (待清除的个人信息) is somebody who could not be forgotten yet, and why.
type Waiting struct {
	CentreID string        `db:"centre_id" json:"-"`
	PersonID string        `db:"person_id" json:"-"`
	Reason   string        `db:"reason" json:"reason"`
	Since    clock.Instant `db:"since" json:"since"`
	AskedAt  clock.Instant `db:"asked_at" json:"asked_at"`
}

var waitingColumns = store.Columns[Waiting]("")

const (
	jobForget = "party.forget"
	askBatch  = 50
	askAt     = 4 * time.Hour // at night
)

// RegisterJobs adds the module's job handler.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(jobForget, m.askAgain) }

// Release empties the record of a person with the identity paper, because a record of his was destroyed (销毁): what is left is an id
// that leads to nobody. Every module is asked first; while one still needs him he stays, with the reasons, and is asked about again
// every night. It tells whether he was forgotten. The caller has already taken him out of what it destroys.
func (m *Module) Release(tx *store.Tx, centre, person string) (forgotten bool, err error) {
	if person == "" {
		return false, nil
	}
	reasons, err := m.reasons(tx, centre, person)
	if err != nil {
		return false, err
	}
	if len(reasons) == 0 {
		return true, m.forget(tx, centre, person)
	}
	if err := tx.Queue(`INSERT INTO party_waiting (centre_id, person_id, reason, since, asked_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (centre_id, person_id) DO UPDATE SET reason = excluded.reason, asked_at = excluded.asked_at`, centre, person, strings.Join(reasons, "；"), tx.Now()); err != nil {
		return false, err
	}
	if err := jobs.Insert(tx, centre, jobForget, jobForget, nextNight(tx.Now()), nil); err != nil {
		return false, err
	}
	return false, audit.RecordIn(tx, centre, audit.Entry{Action: "party.keep", Kind: "person", Object: person, Detail: map[string]any{"reasons": reasons}})
}

func (m *Module) reasons(tx *store.Tx, centre, person string) ([]string, error) {
	var out []string
	for _, ask := range m.needs {
		reason, err := ask(tx, centre, person)
		if err != nil {
			return nil, err
		}
		if reason != "" && !slices.Contains(out, reason) {
			out = append(out, reason)
		}
	}
	return out, nil
}

func (m *Module) forget(tx *store.Tx, centre, person string) error {
	for _, sql := range []string{"DELETE FROM party_identity WHERE centre_id = $1 AND person_id = $2", "DELETE FROM party_waiting WHERE centre_id = $1 AND person_id = $2"} {
		if err := tx.Queue(sql, centre, person); err != nil {
			return err
		}
	}
	if err := tx.Queue("UPDATE party_person SET name_enc = $3, phone_enc = $3, phone_bix = '', tail_bix = '' WHERE centre_id = $1 AND id = $2", centre, person, []byte{}); err != nil {
		return err
	}
	return audit.RecordIn(tx, centre, audit.Entry{Action: "party.forget", Kind: "person", Object: person})
}

// askAgain asks about those who wait, the longest unasked first.
func (m *Module) askAgain(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	today := tx.Now().Date().Start()
	list, err := store.Select[Waiting](tx, "SELECT "+waitingColumns+" FROM party_waiting WHERE centre_id = $1 AND asked_at < $2 ORDER BY asked_at, person_id LIMIT 51", j.CentreID, today)
	if err != nil {
		return jobs.Done, err
	}
	more := len(list) > askBatch
	for _, w := range list[:min(len(list), askBatch)] {
		reasons, err := m.reasons(tx, j.CentreID, w.PersonID)
		if err == nil && len(reasons) == 0 {
			err = m.forget(tx, j.CentreID, w.PersonID)
		} else if err == nil {
			err = tx.Queue("UPDATE party_waiting SET reason = $3, asked_at = $4 WHERE centre_id = $1 AND person_id = $2", j.CentreID, w.PersonID, strings.Join(reasons, "；"), tx.Now())
		}
		if err != nil {
			return jobs.Done, err
		}
	}
	if more {
		return jobs.Snooze(tx.Now().Add(time.Second)), nil
	}
	_, err = store.Get[Waiting](tx, "SELECT "+waitingColumns+" FROM party_waiting WHERE centre_id = $1 ORDER BY asked_at, person_id LIMIT 1", j.CentreID)
	if errors.Is(err, store.ErrNotFound) {
		return jobs.Done, nil
	}
	return jobs.Snooze(nextNight(tx.Now())), err
}

func nextNight(now clock.Instant) clock.Instant { return (now.Date() + 1).Start().Add(askAt) }

// WaitingTx counts those who wait by their reasons, for the archive; nobody is named.
func WaitingTx(tx *store.Tx, centre string) (map[string]int, error) {
	list, err := store.Select[Waiting](tx, "SELECT "+waitingColumns+" FROM party_waiting WHERE centre_id = $1 ORDER BY since, person_id LIMIT 5000", centre)
	out := map[string]int{}
	for _, w := range list {
		out[w.Reason]++
	}
	return out, err
}
