package supervision

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

const (
	runChunk = 2000 // alerts after which a run commits
	runPage  = 1000 // clocks that it reads at once
)

// Run (监察巡检) is one run over the clocks of a centre that gave something: how many it looked at, and what it gave.
type Run struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	At        clock.Instant `db:"at" json:"at"`
	Revision  int64         `db:"revision" json:"rule_revision"`
	Looked    int64         `db:"looked" json:"looked"`
	Reminders int64         `db:"reminders" json:"reminders"`
	Yellows   int64         `db:"yellows" json:"yellows"`
	Reds      int64         `db:"reds" json:"reds"`
}

// run is the job: it climbs on the clocks of its centre and comes again at the next moment at which a rule can speak, or at
// once while there is more to look at. Running late or twice it gives the same alerts once.
func (m *Module) run(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var out jobs.Outcome
	err := tx.In(actor.With(tx.Context(), actor.SystemFor(j.CentreID)), func() error {
		c, err := m.calendar.ForCentre(tx, j.CentreID, "")
		if err != nil {
			return err
		}
		_, more, err := m.climbSome(tx, j.CentreID, c, foothold{})
		out = jobs.Snooze(nextRun(c, tx.Now()))
		if more != nil {
			out = jobs.Snooze(tx.Now())
		}
		return err
	})
	return out, err
}

// nextRun is the next moment at which a rule can speak: midnight, or the opening of the day. Units that open at other hours
// are reminded within the hour.
func nextRun(c *calendar.Calendar, now clock.Instant) clock.Instant {
	midnight := now.Date().End()
	if at, ok := c.Open(now.Date(), ""); ok && at > now {
		return at
	}
	hour := now.Date().Clock(now.Time().Hour()+1, 0)
	if c.IsWorkday(now.Date()) && hour < midnight && now.Time().Hour() < 12 {
		return hour
	}
	return midnight
}

// Climb runs over the clocks at once, for whoever does not want to wait for the job (立即巡检).
func (m *Module) Climb(ctx context.Context) (Run, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertHandle); err != nil {
		return Run{}, err
	}
	total, from := Run{CentreID: a.CentreID}, &foothold{}
	for from != nil {
		var r Run
		var next *foothold
		err := m.db.WithTx(ctx, func(tx *store.Tx) error {
			c, err := m.calendar.ForCentre(tx, a.CentreID, "")
			if err != nil {
				return err
			}
			if r, next, err = m.climbSome(tx, a.CentreID, c, *from); err != nil {
				return err
			}
			return audit.Record(tx, audit.Entry{Action: "supervision.run", Permission: PermAlertHandle, Kind: "supervision_run", Object: a.CentreID, Detail: map[string]any{"looked": r.Looked}})
		})
		if err != nil {
			return total, err
		}
		from, total.ID, total.At, total.Revision = next, r.ID, r.At, r.Revision
		total.Looked, total.Reminders, total.Yellows, total.Reds = total.Looked+r.Looked, total.Reminders+r.Reminders, total.Yellows+r.Yellows, total.Reds+r.Reds
	}
	return total, nil
}

// foothold is how far a run has come: the clocks by how far they were climbed, and there the last one that it looked at. A run
// that begins anew at the bottom gives the same; it only passes once more over the clocks that have just been climbed.
type foothold struct {
	Climbed int64         `json:"climbed"`
	At      clock.Instant `json:"at"`
	ID      string        `json:"id"`
}

// climbSome takes a chunk of the clocks on which there may be something to say: from one index, those whose end lies before
// the horizon of the next level and on which that level has not been climbed. It gives where to go on; nil at the end.
func (m *Module) climbSome(tx *store.Tx, centre string, c *calendar.Calendar, from foothold) (Run, *foothold, error) {
	r := Run{CentreID: centre, At: tx.Now()}
	if err := audit.Lock(tx, centre, centre); err != nil {
		return r, nil, err
	}
	set, err := m.inForce(tx, centre, tx.Now().Date())
	if errors.Is(err, ErrNoRules) {
		return r, nil, nil
	}
	if err != nil {
		return r, nil, err
	}
	r.Revision = set.Revision
	w := climber{m: m, tx: tx, cal: c, set: &set, centre: centre, run: &r, marks: map[int64][]*casework.Overtime{}, above: map[string]bool{}}
	for from.Climbed < Red.rank() && len(w.give) < runChunk {
		more, err := w.from(&from)
		if err != nil {
			return r, nil, err
		}
		if !more {
			from = foothold{Climbed: from.Climbed + 1}
		}
	}
	if from.Climbed < Red.rank() {
		return r, &from, w.finish()
	}
	return r, nil, w.finish()
}

// climber is one chunk of a run.
type climber struct {
	m      *Module
	tx     *store.Tx
	cal    *calendar.Calendar
	set    *RuleSet
	centre string
	run    *Run
	give   []*Alert
	above  map[string]bool                // clocks on which there was something before
	marks  map[int64][]*casework.Overtime // clocks by how far they were climbed
}

// from looks at the next clocks on which the run has climbed as far as its foothold, and moves that; more is false where these
// were the last. A clock on which nothing is to be said yet is passed over; it is looked at again by the next run.
func (w *climber) from(f *foothold) (more bool, err error) {
	due, ok := clock.Instant(0), false
	for _, level := range Levels[f.Climbed:] {
		if at, found := w.set.Rules.horizon(w.cal, level, w.tx.Now()); found {
			due, ok = max(due, at), true
		}
	}
	if !ok {
		return false, nil
	}
	list, err := w.m.casework.OvertimeTx(w.tx, w.centre, f.Climbed, due, f.At, f.ID, runPage)
	if err != nil || len(list) == 0 {
		return false, err
	}
	for i := range list {
		w.look(&list[i])
	}
	f.At, f.ID = list[len(list)-1].Due, list[len(list)-1].ID
	return len(list) == runPage, nil
}

// look gives what the rules say about one clock by now, and marks how far it was climbed.
func (w *climber) look(k *casework.Overtime) {
	w.run.Looked++
	now := w.tx.Now()
	if k.Standing(now.Date()) {
		return
	}
	reached, top := k.Alerted, int64(0)
	w.above[k.ID] = w.above[k.ID] || k.Alerted > 0
	var last *Alert
	for _, r := range w.set.Rules.Ladder(w.cal, k.Kind, k.Anchor(), k.Due, k.UnitID) {
		top = max(top, r.Rule.Level.rank())
		if r.At > now || r.Rule.Level.rank() <= k.Alerted {
			continue
		}
		reached = max(reached, r.Rule.Level.rank())
		if last != nil { // several at once, after an outage: only the highest is in force
			last.State, last.ClosedAt = Superseded, now
		}
		last = &Alert{CentreID: w.centre, Rule: r.Rule.Code, Revision: w.set.Revision, CaseID: k.CaseID, CaseNo: k.No, ItemName: k.ItemName, ClockID: k.ID, Rung: rungNames[r.Rule.Level],
			Level: r.Rule.Level, Type: r.Rule.Type, Text: rungText(r.Rule, k.No, k.Name(), k.Due), UnitID: k.UnitID, SiteID: k.SiteID, StaffID: k.Worker(), Due: k.Due}
		w.give = append(w.give, last)
	}
	if reached == k.Alerted {
		return
	}
	if reached == top { // there is no more to say about this clock
		reached = Red.rank()
	}
	w.marks[reached] = append(w.marks[reached], k)
}

// finish writes the chunk's marks and alerts, and what they superseded.
func (w *climber) finish() error {
	for climbed := int64(1); climbed <= Red.rank(); climbed++ {
		if err := w.m.casework.MarkAlertedTx(w.tx, w.centre, w.marks[climbed], climbed); err != nil {
			return err
		}
	}
	given, err := give(w.tx, w.give)
	if err != nil || len(given) == 0 {
		return err
	}
	fresh := make(map[*Alert]bool, len(given))
	for _, l := range given {
		fresh[l] = true
	}
	for _, l := range w.give { // what was there already may be in force below a new one
		w.above[l.ClockID] = w.above[l.ClockID] || !fresh[l]
	}
	lost, err := supersede(w.tx, slices.DeleteFunc(slices.Clone(given), func(l *Alert) bool { return !w.above[l.ClockID] }))
	if err != nil {
		return err
	}
	w.run.count(given)
	w.run.ID = w.tx.NewID()
	if err := store.Insert(w.tx, "supervision_run", *w.run); err != nil {
		return err
	}
	return audit.Record(w.tx, audit.Entry{Action: "supervision.run", Kind: "supervision_run", Object: w.centre,
		Detail: map[string]any{"revision": w.set.Revision, "looked": w.run.Looked, "given": len(given), "superseded": lost}})
}

// count adds up what was given by level.
func (r *Run) count(given []*Alert) {
	for _, l := range given {
		switch l.Level {
		case Remind:
			r.Reminders++
		case Yellow:
			r.Yellows++
		default:
			r.Reds++
		}
	}
}

// runsShown is how many runs the list shows.
const runsShown = 60

// Runs lists the latest runs that gave something.
func (m *Module) Runs(ctx context.Context) ([]Run, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return nil, err
	}
	var out []Run
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Run](tx, "SELECT "+store.Columns[Run]("")+" FROM supervision_run WHERE centre_id = $1 ORDER BY id DESC LIMIT $2", a.CentreID, runsShown)
		return err
	})
	return out, err
}
