package complaint

import (
	"fmt"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// The module's jobs.
const (
	jobWatch     = "complaint.watch"
	jobReproject = "complaint.reproject"
)

type watchArgs struct {
	Matter MatterID `json:"matter"`
}

// Reminder (提醒) says that a limit of a matter ends or has passed: once for a clock and a rung.
type Reminder struct {
	CentreID string        `db:"centre_id" json:"-"`
	ClockID  string        `db:"clock_id" json:"-"`
	Rung     string        `db:"rung" json:"rung"`
	MatterID MatterID      `db:"matter_id" json:"-"`
	Text     string        `db:"text" json:"text"`
	At       clock.Instant `db:"at" json:"at"`
	Due      clock.Instant `db:"due" json:"due"`
}

// nextRung is the next moment at which one of the clocks has something to say.
func (f *file) nextRung(now clock.Instant) (clock.Instant, bool) {
	at, found := clock.Instant(0), false
	for _, k := range f.clocks {
		for _, r := range k.rungs(f.cal, now.Date(), f.UnitID) {
			if r.at > now && (!found || r.at < at) {
				at, found = r.at, true
			}
		}
	}
	return at, found
}

// watch gives the reminders of a matter whose time has come and sleeps until the next. Running late or twice it gives the same
// reminders once.
func (m *Module) watch(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, string(args.Matter)); err != nil {
		return jobs.Done, err
	}
	f, err := m.load(tx, j.CentreID, args.Matter)
	if err != nil {
		return jobs.Done, err
	}
	given := f.Reminders
	for _, k := range f.clocks {
		for _, r := range k.rungs(f.cal, tx.Now().Date(), f.UnitID) {
			if r.at > tx.Now() {
				continue
			}
			if err := f.remind(tx, r); err != nil {
				return jobs.Done, err
			}
		}
	}
	if f.Reminders != given {
		if err := tx.Queue("UPDATE complaint_matter SET reminders = $3 WHERE centre_id = $1 AND id = $2", f.CentreID, f.ID, f.Reminders); err != nil {
			return jobs.Done, err
		}
	}
	if at, ok := f.nextRung(tx.Now()); ok {
		return jobs.Snooze(at), nil
	}
	return jobs.Done, nil
}

// remind gives the reminder of a rung, unless it was given.
func (f *file) remind(tx *store.Tx, r rung) error {
	due := calendar.FormatDue(r.clock.Due)
	text := fmt.Sprintf("%s 的“%s”将于 %s 届满。", f.No, r.clock.Kind.Label(), due)
	switch {
	case r.clock.Kind == ClockContact:
		text = fmt.Sprintf("%s 的承办单位当日没有联系反映人，应在 %s 前联系。", f.No, due)
	case r.name == rungOver:
		text = fmt.Sprintf("%s 的“%s”已于 %s 届满。", f.No, r.clock.Kind.Label(), due)
	}
	n, err := tx.Exec(`INSERT INTO complaint_reminder (centre_id, clock_id, rung, matter_id, text, at, due) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (centre_id, clock_id, rung) DO NOTHING`, f.CentreID, r.clock.ID, r.name, f.ID, text, tx.Now(), r.clock.Due)
	if err != nil || n == 0 {
		return err
	}
	f.Reminders++
	return audit.Record(tx, audit.Entry{Action: "complaint.remind", Kind: string(f.Kind), Object: string(f.ID), Detail: map[string]any{"no": f.No, "clock": r.clock.Kind, "rung": r.name}})
}

type reprojectArgs struct {
	Revision int64    `json:"revision"`
	Document string   `json:"document"`
	After    MatterID `json:"after,omitempty"`
}

// reprojectChunk is how many matters one job looks at in its transaction.
const reprojectChunk = 100

// calendarChanged queues the re-projection of every running clock of the centre, in the transaction that publishes the calendar.
func (m *Module) calendarChanged(tx *store.Tx, c calendar.Change) error {
	tx.AfterCommit(m.wake)
	return jobs.Insert(tx, c.CentreID, jobReproject, "", 0, reprojectArgs{Revision: c.Revision, Document: c.Document.String()})
}

// reproject computes the running clocks of an earlier calendar anew on the one in force and journals what moved.
func (m *Module) reproject(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args reprojectArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	ids, err := store.Select[MatterID](tx, "SELECT DISTINCT matter_id FROM complaint_clock WHERE centre_id = $1 AND running AND calendar_revision < $2 AND matter_id > $3 ORDER BY matter_id LIMIT $4",
		j.CentreID, args.Revision, args.After, reprojectChunk)
	if err != nil {
		return jobs.Done, err
	}
	objects := make([]string, len(ids))
	for i, id := range ids {
		objects[i] = string(id)
	}
	audit.LockOrder(objects)
	for _, id := range objects {
		if err := audit.Lock(tx, j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	for _, id := range ids {
		if err := m.reprojectMatter(tx, j.CentreID, id, args); err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) == reprojectChunk {
		args.After = ids[len(ids)-1]
		tx.AfterCommit(m.wake)
		return jobs.Done, jobs.Insert(tx, j.CentreID, jobReproject, "", 0, args)
	}
	return jobs.Done, nil
}

func (m *Module) reprojectMatter(tx *store.Tx, centre string, id MatterID, args reprojectArgs) error {
	f, err := m.load(tx, centre, id)
	if err != nil {
		return err
	}
	moved := map[string]any{}
	for _, k := range f.clocks {
		if !k.Running {
			continue
		}
		old := k.Due
		if err := k.project(f.cal, tx.Now().Date()); err != nil {
			return err
		}
		if k.Due == old {
			continue
		}
		moved[string(k.Kind)] = []string{calendar.LastDay(old).String(), calendar.LastDay(k.Due).String()}
		if err := calendar.Journal(tx, calendar.JournalEntry{Kind: "complaint", Object: string(f.ID), OldDue: old, NewDue: k.Due, Revision: k.Revision, Document: args.Document}); err != nil {
			return err
		}
	}
	if len(moved) == 0 {
		return m.save(tx, f)
	}
	return m.finish(tx, f, ActReproject, "", note{text: args.Document, data: map[string]any{"moved": moved, "calendar_revision": args.Revision}})
}
