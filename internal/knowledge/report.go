package knowledge

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// ReviewFact is one review of an entry that fell due in a period, for the rate of timely updates (知识库更新及时率, hotline
// reference §5.4 M17): it counts in the denominator, and in the numerator where Timely.
type ReviewFact struct {
	ID      string        `db:"id"`
	EntryID string        `db:"entry_id"`
	No      string        `db:"no"`
	Title   string        `db:"title"`
	UnitID  string        `db:"unit_id"`
	Due     clock.Date    `db:"due"`
	DoneAt  clock.Instant `db:"done_at"` // 0 while it waits
}

// Timely reports whether the entry was updated, confirmed or withdrawn by the end of its day.
func (f ReviewFact) Timely() bool { return f.DoneAt != 0 && f.DoneAt < f.Due.End() }

// EachReviewDue gives every review of a centre whose day lies in [from, to) to fn, by day. What is not yet due at the
// cutoff has no result and is left to the caller.
func EachReviewDue(tx *store.Tx, centre string, from, to clock.Date, fn func(*ReviewFact) error) error {
	return store.Each(tx, fn, `SELECT r.id, r.entry_id, e.no, e.title, r.unit_id, r.due, r.done_at FROM knowledge_review r
		JOIN knowledge_entry e ON e.centre_id = r.centre_id AND e.id = r.entry_id
		WHERE r.centre_id = $1 AND r.due >= $2 AND r.due < $3 ORDER BY r.due, r.id`, centre, from, to)
}

// CorrectionFact is one correction request whose answer fell due in a period (M17, second part).
type CorrectionFact struct {
	ID          string        `db:"id"`
	EntryID     string        `db:"entry_id"`
	No          string        `db:"no"`
	Title       string        `db:"title"`
	UnitID      string        `db:"unit_id"`
	AskedAt     clock.Instant `db:"asked_at"`
	Due         clock.Instant `db:"due"`
	Provisional bool          `db:"provisional"`
	AnsweredAt  clock.Instant `db:"answered_at"` // 0 while it waits
}

// Timely reports whether the request was answered within three working days.
func (f CorrectionFact) Timely() bool { return f.AnsweredAt != 0 && f.AnsweredAt <= f.Due }

// EachCorrectionDue gives every correction request of a centre that fell due in [from, to) to fn, by its due moment.
func EachCorrectionDue(tx *store.Tx, centre string, from, to clock.Instant, fn func(*CorrectionFact) error) error {
	return store.Each(tx, fn, `SELECT c.id, c.entry_id, e.no, e.title, c.unit_id, c.asked_at, c.due, c.provisional, c.answered_at FROM knowledge_correction c
		JOIN knowledge_entry e ON e.centre_id = c.centre_id AND e.id = c.entry_id
		WHERE c.centre_id = $1 AND c.due >= $2 AND c.due < $3 ORDER BY c.due, c.id`, centre, from, to)
}

// Health (知识库概况) is how the knowledge base stands.
type Health struct {
	Published, Expired, InWork, Withdrawn int64
	DueSoon                               int64 // to be looked at within 30 days
	OpenCorrections, LateCorrections      int64
}

// Health counts the entries that the actor may see by how they stand; a knowledge base has thousands, not millions.
func (m *Module) Health(ctx context.Context) (Health, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return Health{}, err
	}
	var h Health
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		today := tx.Now().Date()
		w := visible(a)
		err := store.Each(tx, func(e *Entry) error {
			switch {
			case e.Expired(today):
				h.Expired++
			case e.Live == Published:
				h.Published++
			case e.Live == Withdrawn:
				h.Withdrawn++
			}
			if e.Stage != NoStage {
				h.InWork++
			}
			if e.Live == Published && !e.ReviewDue.IsZero() && e.ReviewDue <= today+earlyDays {
				h.DueSoon++
			}
			return nil
		}, "SELECT "+store.Columns[Entry]("e.")+" FROM knowledge_entry e"+w.SQL(), w.Args...)
		if err != nil || !a.Can(PermAnswer) {
			return err
		}
		type open struct {
			UnitID string        `db:"unit_id"`
			Due    clock.Instant `db:"due"`
		}
		return store.Each(tx, func(c *open) error {
			if a.Scope(PermAnswer) < actor.Centre && !a.HasUnit(c.UnitID) {
				return nil
			}
			h.OpenCorrections++
			if tx.Now() > c.Due {
				h.LateCorrections++
			}
			return nil
		}, "SELECT unit_id, due FROM knowledge_correction WHERE centre_id = $1 AND open", a.CentreID)
	})
	return h, err
}
