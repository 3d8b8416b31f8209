package rating

import (
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// The module's jobs.
const (
	jobWatch     = "rating.watch"
	jobReproject = "rating.reproject"
)

type watchArgs struct {
	Task string `json:"task"`
}

// Notice (时限提醒) is one warning about a clock of a task, once for its rung, however often the job runs.
type Notice struct {
	CentreID string        `db:"centre_id" json:"-"`
	TaskID   string        `db:"task_id" json:"-"`
	Rung     string        `db:"rung" json:"rung"`
	Text     string        `db:"text" json:"text"`
	At       clock.Instant `db:"at" json:"at"`
}

// rung is one step of a task's ladder.
type rung struct {
	name string
	at   clock.Instant
	text string
}

// rungs lists what the running clocks have to say, in the order of time: the contact at the opening of its last day and
// when it is over, the correction at the opening of the working day before its last and when it is over.
func (t *Task) rungs(c *calendar.Calendar) []rung {
	var out []rung
	if t.contacting() {
		last, _ := c.Open(calendar.LastDay(t.ContactDue), t.UnitID)
		out = append(out, rung{"contact", last, "今天是联系评价人的最后一天，" + calendar.FormatDue(t.ContactDue) + " 到期。"},
			rung{"contact_over", t.ContactDue, "联系评价人的期限已于 " + calendar.FormatDue(t.ContactDue) + " 届满。"})
	}
	if t.State.Open() && t.fixing() {
		near, _ := c.Open(c.PrevWorkday(calendar.LastDay(t.FixDue)), t.UnitID)
		out = append(out, rung{"fix", near, "整改期限将于 " + calendar.FormatDue(t.FixDue) + " 届满。"}, rung{"fix_over", t.FixDue, "整改期限已于 " + calendar.FormatDue(t.FixDue) + " 届满。"})
	}
	slices.SortStableFunc(out, func(a, b rung) int { return int(a.at - b.at) })
	return slices.DeleteFunc(out, func(r rung) bool { return r.at <= t.ReceivedAt })
}

// Stands reports whether a warning still says what is so: its clock runs, and none of the same clock came after it.
func (s *Sheet) Stands(n Notice) bool {
	if strings.HasPrefix(n.Rung, "contact") {
		return s.contacting() && (n.Rung == "contact_over" || !s.warned("contact_over"))
	}
	return s.State.Open() && s.fixing() && (n.Rung == "fix_over" || !s.warned("fix_over"))
}

func (s *Sheet) warned(rung string) bool {
	return slices.ContainsFunc(s.Notes, func(n Notice) bool { return n.Rung == rung })
}

// watch gives the warnings of a task whose time has come and sleeps until the next. Running late or twice it gives each once.
func (m *Module) watch(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, args.Task); err != nil {
		return jobs.Done, err
	}
	t, err := loadTask(tx, j.CentreID, args.Task)
	if err != nil {
		return jobs.Done, err
	}
	cal, err := m.calendar.ForCentre(tx, j.CentreID, "")
	if err != nil {
		return jobs.Done, err
	}
	for _, r := range t.rungs(cal) {
		if r.at > tx.Now() {
			return jobs.Snooze(r.at), nil
		}
		if err := give(tx, &t, r); err != nil {
			return jobs.Done, err
		}
	}
	return jobs.Done, nil
}

func give(tx *store.Tx, t *Task, r rung) error {
	n, err := tx.Exec("INSERT INTO rating_notice (centre_id, task_id, rung, text, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (centre_id, task_id, rung) DO NOTHING", t.CentreID, t.ID, r.name, r.text, tx.Now())
	if err != nil || n == 0 {
		return err
	}
	t.Notices++
	if err := tx.Queue("UPDATE rating_task SET notices = $3 WHERE centre_id = $1 AND id = $2", t.CentreID, t.ID, t.Notices); err != nil {
		return err
	}
	return audit.RecordIn(tx, t.CentreID, audit.Entry{Action: "rating.notice", Kind: "rating_task", Object: t.ID, Detail: map[string]any{"no": t.No, "rung": r.name}})
}

type reprojectArgs struct {
	Revision int64  `json:"revision"`
	Document string `json:"document"`
	After    string `json:"after,omitempty"`
}

// reprojectChunk is how many tasks one job looks at in its transaction.
const reprojectChunk = 100

// calendarChanged queues the re-projection of every open task of the centre, in the transaction that publishes the calendar
// (hall reference §3 rule 6).
func (m *Module) calendarChanged(tx *store.Tx, c calendar.Change) error {
	tx.AfterCommit(m.wake)
	return jobs.Insert(tx, c.CentreID, jobReproject, "", 0, reprojectArgs{Revision: c.Revision, Document: c.Document.String()})
}

// reproject computes the clocks of open tasks anew on the calendar in force and journals what moved.
func (m *Module) reproject(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args reprojectArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	ids, err := store.Select[string](tx, "SELECT id FROM rating_task WHERE centre_id = $1 AND open AND revision < $2 AND id > $3 ORDER BY id LIMIT $4", j.CentreID, args.Revision, args.After, reprojectChunk)
	if err != nil {
		return jobs.Done, err
	}
	locked := slices.Clone(ids)
	audit.LockOrder(locked)
	for _, id := range locked {
		if err := audit.Lock(tx, j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	for _, id := range ids {
		if err := m.reprojectTask(tx, j.CentreID, id, args.Document); err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) == reprojectChunk {
		args.After = ids[len(ids)-1]
		return jobs.Done, jobs.Insert(tx, j.CentreID, jobReproject, "", 0, args)
	}
	return jobs.Done, nil
}

func (m *Module) reprojectTask(tx *store.Tx, centre, id, document string) error {
	t, err := loadTask(tx, centre, id)
	if err != nil {
		return err
	}
	contact, fix := t.ContactDue, t.FixDue
	if err := m.project(tx, &t); err != nil {
		return err
	}
	if t.DoneAt != 0 && !t.fixing() {
		t.FixDue = fix // what was reported is judged by the end that it had
	}
	moved := map[string]any{}
	for name, d := range map[string][2]clock.Instant{"contact": {contact, t.ContactDue}, "fix": {fix, t.FixDue}} {
		if d[0] == d[1] {
			continue
		}
		moved[name] = []string{calendar.LastDay(d[0]).String(), calendar.LastDay(d[1]).String()}
		if err := calendar.Journal(tx, calendar.JournalEntry{Kind: "rating_" + name, Object: t.ID, OldDue: d[0], NewDue: d[1], Revision: t.Revision, Document: document}); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	if len(moved) == 0 {
		return store.Update(tx, "rating_task", t, "centre_id", "id")
	}
	return m.finish(tx, &t, ActReproject, note{text: document, data: map[string]any{"moved": moved}})
}
