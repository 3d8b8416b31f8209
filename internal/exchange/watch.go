package exchange

import (
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// The module's jobs.
const (
	jobWatch     = "exchange.watch"
	jobReproject = "exchange.reproject"
	jobExpire    = "exchange.expire"
	jobSeal      = "exchange.seal"
)

// The rungs of a clock and their levels.
const (
	rungRemind = "remind"
	rungOver   = "over"

	LevelRemind = "提醒"
	LevelOver   = "预警"
)

// Alert (时限预警) is what a clock of a request had to say: once for a clock and a rung. It changes nothing else: silence is
// not consent.
type Alert struct {
	CentreID  string        `db:"centre_id" json:"-"`
	RequestID string        `db:"request_id" json:"request_id"`
	Clock     ClockKind     `db:"clock" json:"clock"`
	Rung      string        `db:"rung" json:"rung"`
	Level     string        `db:"level" json:"level"`
	Text      string        `db:"text" json:"text"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"` // who is late; "" for the reviewers
	Due       clock.Instant `db:"due" json:"due"`
	At        clock.Instant `db:"at" json:"at"`
}

type watchArgs struct {
	ID string `json:"id"`
}

// rungs are the moments at which the running clock has something to say: the opening of the last working day but one for
// limits that have one, and the end.
func (m *Module) rungs(tx *store.Tx, r *Request) (remind, over clock.Instant, err error) {
	if r.Clock == NoClock {
		return 0, 0, nil
	}
	if r.Budget > 2 {
		cal, err := m.Calendar.ForCentre(tx, r.CentreID, "")
		if err != nil {
			return 0, 0, err
		}
		remind, _ = cal.Open(cal.PrevWorkday(calendar.LastDay(r.Due)), "")
	}
	return remind, r.Due, nil
}

// watchFrom queues the watch of a request at the next moment of its clock.
func (m *Module) watchFrom(tx *store.Tx, r *Request) error {
	remind, over, err := m.rungs(tx, r)
	if err != nil || over == 0 {
		return err
	}
	at := over
	if remind > tx.Now() {
		at = remind
	}
	if at <= tx.Now() {
		tx.AfterCommit(m.Wake)
	}
	return jobs.Insert(tx, r.CentreID, jobWatch, r.ID, at, watchArgs{r.ID})
}

// watch gives the alerts whose time has come. Running late or twice it gives the same alerts once.
func (m *Module) watch(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, args.ID); err != nil {
		return jobs.Done, err
	}
	r, err := lockRequest(tx, j.CentreID, args.ID)
	if err != nil {
		return jobs.Done, err
	}
	remind, over, err := m.rungs(tx, &r)
	if err != nil || over == 0 {
		return jobs.Done, err
	}
	before := r.Alerts
	if remind > 0 && remind <= tx.Now() {
		if err := m.alert(tx, &r, rungRemind, LevelRemind, fmt.Sprintf("共享申请 %s 的%s将于 %s 届满。", r.No, r.Clock.Label(), calendar.FormatDue(r.Due))); err != nil {
			return jobs.Done, err
		}
	}
	if over <= tx.Now() {
		if err := m.alert(tx, &r, rungOver, LevelOver, fmt.Sprintf("共享申请 %s 的%s已于 %s 届满。逾期没有答复不视为同意，数据没有共享。", r.No, r.Clock.Label(), calendar.FormatDue(r.Due))); err != nil {
			return jobs.Done, err
		}
	}
	if r.Alerts != before {
		if err := tx.Queue("UPDATE exchange_request SET alerts = $3 WHERE centre_id = $1 AND id = $2", r.CentreID, r.ID, r.Alerts); err != nil {
			return jobs.Done, err
		}
	}
	switch {
	case remind > tx.Now():
		return jobs.Snooze(remind), nil
	case over > tx.Now():
		return jobs.Snooze(over), nil
	}
	return jobs.Done, nil
}

// late is the unit that a clock holds to account: the provider, or nobody's for the reviewers.
func (r *Request) late() string {
	if r.Clock == ClockAnswer || r.Clock == ClockSupply {
		return r.ProviderID
	}
	return ""
}

func (m *Module) alert(tx *store.Tx, r *Request, rung, level, text string) error {
	fresh, err := m.raise(tx, Alert{CentreID: r.CentreID, RequestID: r.ID, Clock: r.Clock, Rung: rung, Level: level, Text: text, UnitID: r.late(), Due: r.Due}, "share_request", r.No)
	if fresh {
		r.Alerts++
	}
	return err
}

// expire ends the grants whose last day has passed, and the requests behind them.
func (m *Module) expire(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args watchArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, args.ID); err != nil {
		return jobs.Done, err
	}
	r, err := lockRequest(tx, j.CentreID, args.ID)
	if err != nil || r.State != InUse {
		return jobs.Done, err
	}
	if r.To >= tx.Now().Date() {
		return jobs.Snooze(r.To.End()), nil
	}
	if err := m.endGrant(tx, &r, "到期"); err != nil {
		return jobs.Done, err
	}
	r.State = Ended
	return jobs.Done, m.save(tx, &r, ActExpire, InUse, "使用期限届满。", "")
}

type reprojectArgs struct {
	Revision int64  `json:"revision"`
	Document string `json:"document"`
}

// reprojectChunk is how many requests one run of the job looks at.
const reprojectChunk = 100

// calendarChanged queues the re-projection of every running clock of the centre.
func (m *Module) calendarChanged(tx *store.Tx, c calendar.Change) error {
	tx.AfterCommit(m.Wake)
	return jobs.Insert(tx, c.CentreID, jobReproject, "", 0, reprojectArgs{c.Revision, c.Document.String()})
}

// reproject computes the running clocks anew on the calendar in force, journals what moved, and comes again while any are
// left.
func (m *Module) reproject(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args reprojectArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	ids, err := store.Select[string](tx, "SELECT id FROM exchange_request WHERE centre_id = $1 AND clock <> '' AND calendar_revision < $2 ORDER BY calendar_revision, id LIMIT "+itoa(reprojectChunk), j.CentreID, args.Revision)
	if err != nil {
		return jobs.Done, err
	}
	audit.LockOrder(ids)
	for _, id := range ids {
		if err := audit.Lock(tx, j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	for _, id := range ids {
		if err := m.reprojectOne(tx, j.CentreID, id, args.Document); err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) == reprojectChunk {
		return jobs.Snooze(tx.Now()), nil
	}
	return jobs.Done, nil
}

func (m *Module) reprojectOne(tx *store.Tx, centre, id, document string) error {
	r, err := lockRequest(tx, centre, id)
	if err != nil {
		return err
	}
	old := r.Due
	if err := m.project(tx, &r); err != nil {
		return err
	}
	if r.Due == old {
		return tx.Queue("UPDATE exchange_request SET calendar_revision = $3, provisional = $4 WHERE centre_id = $1 AND id = $2", centre, id, r.Revision, r.Provisional)
	}
	if err := calendar.Journal(tx, calendar.JournalEntry{Kind: "share_request", Object: r.ID, OldDue: old, NewDue: r.Due, Revision: r.Revision, Document: document}); err != nil {
		return err
	}
	return m.save(tx, &r, ActReproject, r.State, document, actor.Permission(""))
}
