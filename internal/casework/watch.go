package casework

import (
	"errors"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// The module's jobs.
const (
	jobWatch     = "casework.watch"
	jobReproject = "casework.reproject"
)

type watchArgs struct {
	Case CaseID `json:"case"`
}

// expires reports whether something is said about what happens when a running clock's limit is over: by the law about
// acceptance, by the item or the applicant's own promise about materials. What supervision says about clocks is its own
// matter (package supervision).
func (d *dossier) expires(k *Clock) bool {
	switch k.Kind {
	case ClockNotice, ClockComplete:
		return k.Running
	case ClockSupply:
		return k.Running && d.lapses()
	}
	return false
}

// lapses reports whether materials that do not come in time are a withdrawal (视为撤回): before acceptance where the item says
// so, after a 容缺 acceptance because the applicant's promise does. Otherwise the case waits for what the window does.
func (d *dossier) lapses() bool {
	if d.AcceptedAt == 0 {
		return d.terms.Silent
	}
	return d.Mode == Tolerant
}

// resumes is the planned end of the special procedure that the case is in; ok is false where there is none, or where the
// procedure lasts until somebody ends it.
func (d *dossier) resumes() (at clock.Instant, ok bool) {
	if d.State != Suspended {
		return 0, false
	}
	at = d.stillUntil(ClockFirst, ClockPromise, ClockStatutory, ClockStep)
	return at, at != 0 && at != UntilResumed
}

// nextEnding is the next moment at which a special procedure is over by its plan, or something is said about the end of one
// of the clocks.
func (d *dossier) nextEnding(tx *store.Tx) (clock.Instant, bool) {
	at, found := d.resumes()
	for _, k := range d.clocks {
		if d.expires(k) && k.Due > tx.Now() && (!found || k.Due < at) {
			at, found = k.Due, true
		}
	}
	return at, found
}

// watch ends a special procedure whose planned end has come, does what the law says about limits of a case that are over, and
// sleeps until the next. Running late or twice it does the same once.
func (m *Module) watch(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, string(args.Case)); err != nil {
		return jobs.Done, err
	}
	d, err := m.load(tx, j.CentreID, args.Case)
	if err != nil {
		return jobs.Done, err
	}
	if errors.Is(d.renewalOver(tx), ErrRenewalOver) {
		return jobs.Snooze(tx.Now().Add(time.Minute)), nil
	}
	if err := m.resumePlanned(tx, d); err != nil {
		return jobs.Done, err
	}
	for _, k := range d.clocks {
		if d.expires(k) && k.Due <= tx.Now() {
			if err := m.expire(tx, d, k); err != nil {
				return jobs.Done, err
			}
		}
	}
	if at, ok := d.nextEnding(tx); ok {
		return jobs.Snooze(at), nil
	}
	return jobs.Done, nil
}

// resumePlanned ends a special procedure whose planned end has come (结束特别程序). The clocks know the end and run again by
// themselves: the event says so, and lets the case go on.
func (m *Module) resumePlanned(tx *store.Tx, d *dossier) error {
	at, ok := d.resumes()
	switch {
	case ok && at <= tx.Now():
		return m.apply(tx, d, ActResume, func(tx *store.Tx, d *dossier) (note, error) {
			return note{text: "特别程序的结束日期已到，办理时限继续计算。", data: map[string]any{"end": at.Date().String(), "planned": true}}, nil
		})
	case d.StandsUntil != d.stillUntil(ClockPromise, ClockStatutory): // of a row from before it was kept
		return m.save(tx, d)
	}
	return nil
}

// Name is how a clock is called: of a step with the step's name.
func (k *Clock) Name() string {
	if k.Kind == ClockStep {
		return "“" + k.Step.Label() + "”" + k.Kind.Label()
	}
	return k.Kind.Label()
}

// expire does what the law says when a limit is over: nothing told in time is acceptance, nothing supplied in time is
// withdrawal.
func (m *Module) expire(tx *store.Tx, d *dossier, k *Clock) error {
	if k.Kind == ClockSupply {
		return m.apply(tx, d, ActLapse, func(tx *store.Tx, d *dossier) (note, error) {
			return note{text: "补正或容缺的材料在期限内没有补齐，视为撤回申请。"}, d.end(tx)
		})
	}
	return m.apply(tx, d, ActDeem, func(tx *store.Tx, d *dossier) (note, error) { return m.deem(tx, d, k) })
}

type reprojectArgs struct {
	Revision int64  `json:"revision"`
	Document string `json:"document"`
	After    CaseID `json:"after,omitempty"`
}

// reprojectChunk is how many cases one job looks at in its transaction.
const reprojectChunk = 100

// calendarChanged queues the re-projection of every running clock of the centre, in the transaction that publishes the
// calendar (hall reference §3 rule 6).
func (m *Module) calendarChanged(tx *store.Tx, c calendar.Change) error {
	tx.AfterCommit(m.wake)
	return jobs.Insert(tx, c.CentreID, jobReproject, "", 0, reprojectArgs{Revision: c.Revision, Document: c.Document.String()})
}

// reproject computes the running clocks of an earlier calendar anew on the one in force and journals what moved. Clocks
// that stand, and so every closed case, keep their end.
func (m *Module) reproject(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args reprojectArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	ids, err := store.Select[CaseID](tx, "SELECT DISTINCT case_id FROM casework_clock WHERE centre_id = $1 AND running AND calendar_revision < $2 AND case_id > $3 ORDER BY case_id LIMIT $4",
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
		if err := m.reprojectCase(tx, j.CentreID, id, args); err != nil {
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

func (m *Module) reprojectCase(tx *store.Tx, centre string, id CaseID, args reprojectArgs) error {
	d, err := m.load(tx, centre, id)
	if err != nil {
		return err
	}
	moved := map[string]any{}
	for _, k := range d.clocks {
		if !k.Running {
			continue
		}
		old := k.Due
		if err := k.project(d.cal, tx.Now().Date()); err != nil {
			return err
		}
		if k.Due == old {
			continue
		}
		moved[string(k.Kind)] = []string{calendar.LastDay(old).String(), calendar.LastDay(k.Due).String()}
		if err := calendar.Journal(tx, calendar.JournalEntry{Kind: "case", Object: string(d.ID), OldDue: old, NewDue: k.Due, Revision: k.Revision, Document: args.Document}); err != nil {
			return err
		}
	}
	if len(moved) == 0 {
		return m.save(tx, d)
	}
	if err := jobs.Insert(tx, centre, jobWatch, string(d.ID), tx.Now(), watchArgs{d.ID}); err != nil {
		return err
	}
	return m.finish(tx, d, ActReproject, note{text: args.Document, data: map[string]any{"moved": moved, "calendar_revision": args.Revision}})
}
