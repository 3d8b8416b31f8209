package party

import (
	"slices"
	"strings"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Need tells why a module still needs to know who a person is: a record of its own that is open, in force or kept.
type Need func(tx *store.Tx, centre, person string) (Reason, error)

// Reason is why somebody must stay known; without words there is none. A lasting one, such as a kept record or a licence in force,
// holds for months or years, and he is asked about seldom.
type Reason struct {
	Text    string
	Lasting bool
}

// Ask registers the question of a module that keeps the ids of people. Call it before records are destroyed.
func (m *Module) Ask(n Need) { m.needs = append(m.needs, n) }

// Waiting (待清除的个人信息) is somebody who could not be forgotten yet, and why.
type Waiting struct {
	CentreID string        `db:"centre_id" json:"-"`
	PersonID string        `db:"person_id" json:"-"`
	Reason   string        `db:"reason" json:"reason"`
	Since    clock.Instant `db:"since" json:"since"`
	AskedAt  clock.Instant `db:"asked_at" json:"asked_at"`
	AskAt    clock.Instant `db:"ask_at" json:"ask_at"`
}

var waitingColumns = store.Columns[Waiting]("")

const (
	jobForget = "party.forget"
	askAt     = 4 * time.Hour // at night
	lastingIn = 30            // days until somebody is asked about again whom a lasting reason holds
)

// RegisterJobs adds the module's job handler.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(jobForget, m.askAgain) }

// Release empties the record of a person with the identity paper, because a record of his was destroyed (销毁): what is left is an id
// that leads to nobody. Every module is asked first; while one still needs him he stays, with the reasons, and is asked about again
// the next night, or after a month where the reason lasts. It tells whether he was forgotten. The caller has already taken him out
// of what it destroys.
func (m *Module) Release(tx *store.Tx, centre, person string) (forgotten bool, err error) {
	if person == "" {
		return false, nil
	}
	reason, err := m.settle(tx, centre, person)
	if err != nil || reason.Text == "" {
		return err == nil, err
	}
	if err := tx.Queue(`INSERT INTO party_waiting (centre_id, person_id, reason, since, asked_at, ask_at) VALUES ($1, $2, $3, $4, $4, $5)
		ON CONFLICT (centre_id, person_id) DO UPDATE SET reason = excluded.reason, asked_at = excluded.asked_at, ask_at = excluded.ask_at`, centre, person, reason.Text, tx.Now(), askNext(tx.Now(), reason)); err != nil {
		return false, err
	}
	if err := jobs.Insert(tx, centre, jobForget, jobForget, nextNight(tx.Now()), nil); err != nil {
		return false, err
	}
	return false, audit.RecordIn(tx, centre, audit.Entry{Action: "party.keep", Kind: "person", Object: person, Detail: map[string]any{"reasons": reason.Text}})
}

// settle forgets a person whom nobody needs, or gives the reason why he stays. Whoever is about to be forgotten is locked and asked about
// once more: somebody may have referred to him meanwhile (see store.Tx.ForReuse).
func (m *Module) settle(tx *store.Tx, centre, person string) (Reason, error) {
	reason, err := m.reasons(tx, centre, person)
	if err != nil || reason.Text != "" {
		return reason, err
	}
	if _, err := store.Select[string](tx, "SELECT id FROM party_person WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, person); err != nil {
		return reason, err
	}
	if reason, err = m.reasons(tx, centre, person); err != nil || reason.Text != "" {
		return reason, err
	}
	return reason, m.forget(tx, centre, person)
}

// reasons asks every module and gives all their words; one lasting reason is enough for him to stay for long.
func (m *Module) reasons(tx *store.Tx, centre, person string) (Reason, error) {
	var texts []string
	lasting := false
	for _, ask := range m.needs {
		r, err := ask(tx, centre, person)
		if err != nil {
			return Reason{}, err
		}
		if r.Text != "" && !slices.Contains(texts, r.Text) {
			texts = append(texts, r.Text)
		}
		lasting = lasting || r.Lasting
	}
	return Reason{strings.Join(texts, "；"), lasting}, nil
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

// askAgain asks about the next of those who wait and are due, one in a transaction, so that few rows are locked and for a short time.
func (m *Module) askAgain(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	list, err := store.Select[Waiting](tx, "SELECT "+waitingColumns+" FROM party_waiting WHERE centre_id = $1 ORDER BY ask_at, person_id LIMIT 2", j.CentreID)
	if err != nil || len(list) == 0 {
		return jobs.Done, err
	}
	if list[0].AskAt > tx.Now() {
		return jobs.Snooze(nextNight(tx.Now())), nil
	}
	reason, err := m.settle(tx, j.CentreID, list[0].PersonID)
	if err == nil && reason.Text != "" {
		err = tx.Queue("UPDATE party_waiting SET reason = $3, asked_at = $4, ask_at = $5 WHERE centre_id = $1 AND person_id = $2", j.CentreID, list[0].PersonID, reason.Text, tx.Now(), askNext(tx.Now(), reason))
	}
	if len(list) == 1 && reason.Text == "" {
		return jobs.Done, err
	}
	return jobs.Snooze(tx.Now()), err
}

func nextNight(now clock.Instant) clock.Instant { return (now.Date() + 1).Start().Add(askAt) }

// askNext is when somebody is asked about again.
func askNext(now clock.Instant, r Reason) clock.Instant {
	if r.Lasting {
		return (now.Date() + lastingIn).Start().Add(askAt)
	}
	return nextNight(now)
}

// WaitingTx counts those who wait by their reasons, for the archive; nobody is named.
func WaitingTx(tx *store.Tx, centre string) (map[string]int, error) {
	list, err := store.Select[Waiting](tx, "SELECT "+waitingColumns+" FROM party_waiting WHERE centre_id = $1 ORDER BY since, person_id LIMIT 5000", centre)
	out := map[string]int{}
	for _, w := range list {
		out[w.Reason]++
	}
	return out, err
}
