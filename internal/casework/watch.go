package casework

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
	jobWatch     = "casework.watch"
	jobReproject = "casework.reproject"
)

type watchArgs struct {
	Case CaseID `json:"case"`
}

// The rungs of a clock.
const (
	rungRemind = "remind" // 提醒: opening of the working day before the last day
	rungEnd    = "end"    // what the law says happens when the limit is over
	rungYellow = "yellow" // 黄牌: one working day over
	rungRed    = "red"    // 红牌: two working days over
)

// rung is one step of a clock's ladder.
type rung struct {
	clock *Clock
	name  string
	at    clock.Instant
}

// rungs lists what a running clock has to say, in the order of time. A reminder that would have come before the clock
// started is left out. The clocks of the decision say nothing during a special procedure.
func (d *dossier) rungs(k *Clock, today clock.Date) []rung {
	if !k.Running || k.day.Suspended(today) {
		return nil
	}
	r := k.day.Rungs(d.cal, today, d.UnitID)
	if k.day.Budget == 0 { // 即办件: the day itself
		last := calendar.LastDay(k.Due)
		r.Yellow, r.Red, r.Remind = d.cal.AddWorkdays(last, 1).End(), d.cal.AddWorkdays(last, 2).End(), 0
	}
	var out []rung
	if r.Remind.Date() > k.day.Anchor {
		out = append(out, rung{k, rungRemind, r.Remind})
	}
	switch k.Kind {
	case ClockNotice, ClockComplete, ClockSupply:
		return append(out, rung{k, rungEnd, k.Due})
	case ClockStep:
		return append(out, rung{k, rungYellow, r.Yellow})
	}
	return append(out, rung{k, rungYellow, r.Yellow}, rung{k, rungRed, r.Red})
}

// nextRung is the next moment at which one of the clocks has something to say.
func (d *dossier) nextRung(tx *store.Tx) (clock.Instant, bool) {
	at, found := clock.Instant(0), false
	for _, k := range d.clocks {
		for _, r := range d.rungs(k, tx.Now().Date()) {
			if r.at > tx.Now() && (!found || r.at < at) {
				at, found = r.at, true
			}
		}
	}
	return at, found
}

// watch gives the alerts of a case whose time has come, does what the law says about limits that are over, and sleeps until
// the next. Running late or twice it gives the same alerts once.
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
	alerts := d.Alerts
	for _, k := range d.clocks {
		for _, r := range d.rungs(k, tx.Now().Date()) {
			if r.at > tx.Now() || !k.Running {
				break
			}
			if err := m.climb(tx, d, r); err != nil {
				return jobs.Done, err
			}
		}
	}
	if d.Alerts != alerts {
		if err := tx.Queue("UPDATE casework_case SET alerts = $3 WHERE centre_id = $1 AND id = $2", d.CentreID, d.ID, d.Alerts); err != nil {
			return jobs.Done, err
		}
	}
	if at, ok := d.nextRung(tx); ok {
		return jobs.Snooze(at), nil
	}
	return jobs.Done, nil
}

// climb does what one rung says.
func (m *Module) climb(tx *store.Tx, d *dossier, r rung) error {
	k := r.clock
	due := calendar.FormatDue(k.Due)
	a := Alert{ClockID: k.ID, Rung: r.name, Kind: AlertTime, Due: k.Due}
	switch r.name {
	case rungRemind:
		a.Level, a.Text = LevelRemind, fmt.Sprintf("办件 %s 的%s将于 %s 届满。", d.No, k.name(), due)
	case rungYellow:
		a.Level, a.Text = LevelYellow, fmt.Sprintf("办件 %s 的%s已于 %s 届满，超期 1 个工作日。", d.No, k.name(), due)
	case rungRed:
		a.Level, a.Text = LevelRed, fmt.Sprintf("办件 %s 的%s已于 %s 届满，超期 2 个工作日。", d.No, k.name(), due)
	default:
		return m.expire(tx, d, k)
	}
	return d.give(tx, a)
}

// name is how a clock is called in an alert.
func (k *Clock) name() string {
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
