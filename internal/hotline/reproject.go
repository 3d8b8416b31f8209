package hotline

import (
	"slices"
	"strconv"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// reprojectChunk is how many legs one job recomputes in its transaction.
const reprojectChunk = 100

// reprojectAgain is how long after the last chunk a second pass looks for legs that were missed: on PostgreSQL a leg may
// be computed with the calendar of before and committed after the pass. No transaction of ours lasts that long.
const reprojectAgain = time.Minute

type reprojectArgs struct {
	Revision int64  `json:"revision"`
	Document string `json:"document"`
	After    LegID  `json:"after,omitempty"`
	Again    bool   `json:"again,omitempty"` // the second pass
}

// calendarChanged queues the re-projection of every open clock of the centre, in the transaction that publishes the
// calendar (hall reference §3 rule 6).
func (m *Module) calendarChanged(tx *store.Tx, c calendar.Change) error {
	tx.AfterCommit(m.wake)
	if err := jobs.Insert(tx, c.CentreID, jobSupervisionDue, "", 0, struct{}{}); err != nil {
		return err
	}
	return jobs.Insert(tx, c.CentreID, jobReproject, "", 0, reprojectArgs{Revision: c.Revision, Document: c.Document.String()})
}

type legKey struct {
	Ticket TicketID `db:"ticket_id"`
	Leg    LegID    `db:"id"`
}

// reproject recomputes the due moments of the open legs of an earlier calendar on the one in force and journals what
// moved. Closed legs keep their outcome.
func (m *Module) reproject(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args reprojectArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	c, err := m.clocks(tx, j.CentreID)
	cal := c.cal
	if err != nil || cal.Revision() > args.Revision { // a newer publication has its own job
		return jobs.Done, err
	}
	keys, err := store.Select[legKey](tx, "SELECT ticket_id, id FROM hotline_leg WHERE centre_id = $1 AND open AND calendar_revision < $2 AND id > $3 ORDER BY id LIMIT $4",
		j.CentreID, cal.Revision(), args.After, reprojectChunk)
	if err != nil {
		return jobs.Done, err
	}
	objects := make([]string, len(keys))
	for i, k := range keys {
		objects[i] = string(k.Ticket)
	}
	audit.LockOrder(objects)
	for _, object := range objects {
		if err := audit.Lock(tx, j.CentreID, object); err != nil {
			return jobs.Done, err
		}
	}
	for _, k := range keys {
		if err := m.reprojectLeg(tx, j.CentreID, k, c, args); err != nil {
			return jobs.Done, err
		}
	}
	return jobs.Done, m.reprojectNext(tx, j.CentreID, args, keys)
}

// reprojectNext queues the next chunk or, after the last one of the first pass, the second pass, once for a revision.
func (m *Module) reprojectNext(tx *store.Tx, centre string, args reprojectArgs, done []legKey) error {
	if len(done) == reprojectChunk {
		args.After = done[len(done)-1].Leg
		tx.AfterCommit(m.wake)
		return jobs.Insert(tx, centre, jobReproject, "", 0, args)
	}
	if args.Again {
		return nil
	}
	args.Again, args.After = true, ""
	return jobs.Insert(tx, centre, jobReproject, "again-"+strconv.FormatInt(args.Revision, 10), tx.Now().Add(reprojectAgain), args)
}

func (m *Module) reprojectLeg(tx *store.Tx, centre string, k legKey, c clocks, args reprojectArgs) error {
	o, err := loadOrder(tx, centre, k.Ticket)
	if err != nil {
		return err
	}
	l := o.leg(k.Leg)
	if l == nil || l.ID != k.Leg || !l.State.Running() {
		return nil
	}
	old, oldSign, was := l.Due, l.SignDue, l.Provisional
	before := make(map[LegID]clock.Instant, len(o.legs))
	for i := range o.legs {
		before[o.legs[i].ID] = o.legs[i].Due
	}
	if l.State == PendingSign {
		l.SignDue = c.cal.Due(l.SignLimit, l.DispatchedAt, l.UnitID).At
	}
	changed := o.retime(c)
	if len(changed) == 0 && l.SignDue == oldSign {
		// Nothing happened to the leg; it only need not be looked at again.
		return tx.Queue("UPDATE hotline_leg SET calendar_revision = $1 WHERE centre_id = $2 AND ticket_id = $3 AND id = $4", l.Revision, centre, k.Ticket, k.Leg)
	}
	o.change(l)
	o.promise(c)
	if err := m.journal(tx, changed, before, args); err != nil {
		return err
	}
	n := note{leg: l.ID, text: args.Document, data: map[string]any{"old_due": old, "new_due": l.Due, "was_provisional": was, "provisional": l.Provisional, "calendar_revision": l.Revision}}
	if err := m.finish(tx, o, ActReproject, "", n); err != nil {
		return err
	}
	if !slices.Contains(changed, l) {
		changed = append(changed, l)
	}
	for _, moved := range changed {
		if err := m.watchNow(tx, moved); err != nil {
			return err
		}
	}
	return nil
}

// journal writes each due that the new calendar has moved.
func (m *Module) journal(tx *store.Tx, changed []*Leg, before map[LegID]clock.Instant, args reprojectArgs) error {
	for _, l := range changed {
		if l.Due == before[l.ID] {
			continue
		}
		if err := calendar.Journal(tx, calendar.JournalEntry{Kind: "hotline.leg", Object: string(l.ID), OldDue: before[l.ID], NewDue: l.Due, Revision: l.Revision, Document: args.Document}); err != nil {
			return err
		}
	}
	return nil
}

// promise makes the ticket follow its lead on a new calendar; what the caller was promised is that of the first lead of
// the round, as long as the clock of the one that took its place has run straight on.
func (o *order) promise(c clocks) {
	lead := o.lead()
	if lead == nil {
		return
	}
	o.follow(lead)
	if len(lead.Course.Turns) > 0 || !o.replaced(lead) {
		return
	}
	first := lead
	for i := range o.legs {
		if l := &o.legs[i]; l.Role == Lead && l.ID < first.ID {
			first = l
		}
	}
	o.CitizenDue = capped(c.cal.Project(first.Course.Course, first.UnitID).At, o.capOf(c, first))
}
