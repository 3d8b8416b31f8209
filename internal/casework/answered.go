package casework

import (
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// AnswerFollower is told of a case that was answered, in the transaction that answers it. An error takes the answer back.
type AnswerFollower func(tx *store.Tx, c *Case) error

// OnAnswered registers who is told when a case gets its answer: it is closed, not accepted, or sent to another organ. The
// composition root does this before the program serves.
func (m *Module) OnAnswered(f AnswerFollower) { m.answered = append(m.answered, f) }

// TakeRatingCode hands in how the code is made by which a case that was answered is rated (评价码).
func (m *Module) TakeRatingCode(code func(c CaseID) string) { m.ratingCode = code }

// rateable gives the rating code of a case that was answered; "" before, and where nothing is rated.
func (m *Module) rateable(c *Case) string {
	if m.ratingCode == nil || !c.State.Answered() && c.ClosedAt == 0 {
		return ""
	}
	return m.ratingCode(c.ID)
}

// Answered reports whether the applicant has got an answer of the organ, be it what it may; what was withdrawn, lapsed or
// terminated has none.
func (s State) Answered() bool { return s == Closed || s == Refused || s == Redirected }

// tell tells the followers of a case that has just been answered.
func (m *Module) tell(tx *store.Tx, d *dossier) error {
	if d.State == d.was || !d.State.Answered() {
		return nil
	}
	for _, f := range m.answered {
		if err := f(tx, &d.Case); err != nil {
			return err
		}
	}
	return nil
}

// ReceivedSince reports whether somebody has received an application since a moment (接件).
func ReceivedSince(tx *store.Tx, centre, staff string, since clock.Instant) (bool, error) {
	if staff == "" {
		return false, nil
	}
	found, err := store.Select[string](tx, "SELECT id FROM casework_visit WHERE centre_id = $1 AND id >= $2 AND created_by = $3 LIMIT 1", centre, id.Format(id.At(since)), staff)
	return len(found) > 0, err
}
