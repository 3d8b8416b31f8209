package knowledge

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// jobRemind is the job of one entry that gives its reminders.
const jobRemind = "knowledge.remind"

// rungs are how many days before the review is due a reminder goes out (hotline reference §5.4 KB).
var rungs = []clock.Date{30, 7, 0}

// Reminder (到期提醒) tells a unit that an entry of its must be looked at again.
type Reminder struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	EntryID  string        `db:"entry_id" json:"entry_id"`
	UnitID   string        `db:"unit_id" json:"unit_id,omitempty"`
	Due      clock.Date    `db:"due" json:"due"`
	Days     int64         `db:"days" json:"days"`
	At       clock.Instant `db:"at" json:"at"`
	Open     bool          `db:"open" json:"open"`
}

// reminderAt is the moment of a rung: the morning of its day.
func reminderAt(due, days clock.Date) clock.Instant { return (due - days).Clock(8, 0) }

// firstReminder is when the job of an entry has to look first.
func firstReminder(due clock.Date, now clock.Instant) clock.Instant {
	for _, d := range rungs {
		if at := reminderAt(due, d); at > now {
			return at
		}
	}
	return now
}

// remind gives the reminders of an entry whose time has come, each once, and sleeps until the next one.
func (m *Module) remind(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	e, err := loadEntry(tx, j.CentreID, j.Key, tx.ForUpdate())
	if errors.Is(err, ErrNotFound) || err == nil && (e.Live != Published || e.ReviewDue.IsZero()) {
		return jobs.Done, nil
	}
	if err != nil {
		return jobs.Done, err
	}
	for i, d := range rungs {
		at := reminderAt(e.ReviewDue, d)
		if at > tx.Now() {
			return jobs.Snooze(at), nil
		}
		if i+1 < len(rungs) && reminderAt(e.ReviewDue, rungs[i+1]) <= tx.Now() {
			continue // a later one is due as well: one is enough
		}
		if err := tx.Queue(`INSERT INTO knowledge_reminder (centre_id, id, entry_id, unit_id, due, days, at, open) VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE)
			ON CONFLICT (centre_id, entry_id, due, days) DO NOTHING`, e.CentreID, tx.NewID(), e.ID, e.UnitID, e.ReviewDue, int64(d), tx.Now()); err != nil {
			return jobs.Done, err
		}
		if err := audit.Record(tx, audit.Entry{Action: "knowledge.remind", Kind: "knowledge", Object: e.ID, Detail: map[string]any{"no": e.No, "days": int64(d)}}); err != nil {
			return jobs.Done, err
		}
	}
	return jobs.Done, nil
}

// DueEntry is an entry that must be looked at again, as lists show it.
type DueEntry struct {
	Entry
	Days     int64  `db:"days" json:"days"` // of the newest reminder
	UnitName string `db:"-" json:"unit_name,omitempty"`
}

// DueEntries lists the entries whose reminders are open and for which the actor answers, the earliest day first.
func (m *Module) DueEntries(ctx context.Context, limit int) ([]DueEntry, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return nil, err
	}
	cond, args := org.Filter(a, PermWrite, org.Columns{Centre: "r.centre_id", Unit: "r.unit_id"})
	w := (&store.Where{}).And(cond, args...).And("r.centre_id = ?", a.CentreID).And("r.open")
	w.Args = append(w.Args, pageSize(limit))
	var out []DueEntry
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[DueEntry](tx, "SELECT "+store.Columns[Entry]("e.")+`, r.days FROM knowledge_reminder r
			JOIN knowledge_entry e ON e.centre_id = r.centre_id AND e.id = r.entry_id`+w.SQL()+` AND NOT EXISTS (SELECT 1 FROM knowledge_reminder n
			WHERE n.centre_id = r.centre_id AND n.entry_id = r.entry_id AND n.due = r.due AND n.days < r.days) ORDER BY r.due, r.id LIMIT $`+number(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		names, err := m.unitNames(tx, a.CentreID, func(yield func(string) bool) {
			for _, d := range out {
				if !yield(d.UnitID) {
					return
				}
			}
		})
		for i := range out {
			out[i].UnitName = names[out[i].UnitID]
		}
		return err
	})
	return out, err
}
