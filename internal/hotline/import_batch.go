package hotline

import (
	"context"
	"encoding/binary"
	"slices"
	"strconv"

	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// save writes the rows of a batch that are not there yet, all or none, and says which those are.
func (im *importer) save(ctx context.Context, batch []*importRow) ([]bool, error) {
	var taken []bool
	do := im.m.db.WithTx
	if im.opt.DryRun {
		do = im.m.db.Read
	}
	err := do(ctx, func(tx *store.Tx) error {
		taken = make([]bool, len(batch)) // the closure may run again
		there, err := im.existing(tx, batch)
		if err != nil {
			return err
		}
		var rows []*importRow
		for i, r := range batch {
			if !there[r.ref] {
				taken[i] = true
				rows = append(rows, r)
			}
		}
		if im.opt.DryRun || len(rows) == 0 {
			return nil
		}
		return im.insert(tx, rows)
	})
	return taken, err
}

func (im *importer) existing(tx *store.Tx, batch []*importRow) (map[string]bool, error) {
	refs := make([]string, len(batch))
	for i, r := range batch {
		refs[i] = r.ref
	}
	w := (&store.Where{}).And("centre_id = ?", im.centre).And("source = ?", im.mapping.Source)
	store.In(w, "source_ref", refs)
	found, err := store.Select[string](tx, "SELECT source_ref FROM hotline_ticket"+w.SQL()+" AND source_ref <> ''", w.Args...)
	there := map[string]bool{}
	for _, ref := range found {
		there[ref] = true
	}
	return there, err
}

func (im *importer) insert(tx *store.Tx, rows []*importRow) error {
	numbers, err := im.identify(tx, rows)
	if err != nil {
		return err
	}
	objects := make([]string, len(numbers))
	for i, n := range numbers {
		objects[i] = id.Format(n)
	}
	locks := append([]string(nil), objects...)
	audit.LockOrder(locks)
	for _, object := range locks {
		if err := audit.Lock(tx, im.centre, object); err != nil {
			return err
		}
	}
	days, err := im.reserve(tx, rows)
	if err != nil {
		return err
	}
	for i, r := range rows {
		day := r.createdAt.Date()
		if err := im.ticket(tx, r, TicketID(objects[i]), ticketNumber(day, days[day])); err != nil {
			return err
		}
		days[day]++
	}
	return nil
}

// identify gives every row an id of its own second that no ticket of the installation has: the search index tells
// tickets of different centres apart by their id alone.
func (im *importer) identify(tx *store.Tx, rows []*importRow) ([]int64, error) {
	out, used := make([]int64, len(rows)), map[int64]bool{}
	open := make([]int, len(rows))
	for i := range rows {
		open[i] = i
	}
	for turn := 0; len(open) > 0; turn++ {
		var ids []string
		for _, i := range open {
			sum := crypt.SM3([]byte(im.centre), []byte(im.mapping.Source), []byte(rows[i].ref), []byte(strconv.Itoa(turn)))
			out[i] = id.Past(rows[i].createdAt, binary.BigEndian.Uint64(sum[:8]))
			ids = append(ids, id.Format(out[i]))
		}
		w := &store.Where{}
		store.In(w, "centre_id", im.centres)
		store.In(w, "id", ids)
		found, err := store.Select[string](tx, "SELECT id FROM hotline_ticket"+w.SQL(), w.Args...)
		if err != nil {
			return nil, err
		}
		taken := map[string]bool{}
		for _, f := range found {
			taken[f] = true
		}
		again := open[:0]
		for _, i := range open {
			if taken[id.Format(out[i])] || used[out[i]] {
				again = append(again, i)
				continue
			}
			used[out[i]] = true
		}
		open = again
	}
	return out, nil
}

// reserve takes as many ticket numbers of each day as the rows need, and gives the first of each.
func (im *importer) reserve(tx *store.Tx, rows []*importRow) (map[clock.Date]int64, error) {
	need := map[clock.Date]int64{}
	var order []clock.Date
	for _, r := range rows {
		day := r.createdAt.Date()
		if need[day]++; need[day] == 1 {
			order = append(order, day)
		}
	}
	slices.Sort(order) // one order of locks for every import
	first := map[clock.Date]int64{}
	for _, day := range order {
		last, err := store.Get[int64](tx, `INSERT INTO hotline_number (centre_id, day, n) VALUES ($1, $2, $3)
			ON CONFLICT (centre_id, day) DO UPDATE SET n = hotline_number.n + excluded.n RETURNING n`, im.centre, day, need[day])
		if err != nil {
			return nil, err
		}
		first[day] = last - need[day] + 1
	}
	return first, nil
}

// ticket writes one row's ticket, leg, event, index entry, counts and audit line.
func (im *importer) ticket(tx *store.Tx, r *importRow, ticketID TicketID, no string) error {
	o, err := im.m.newOrder(tx, r.prepared, ticketID)
	if err != nil {
		return err
	}
	o.No, o.Source, o.SourceRef = no, im.mapping.Source, r.ref
	o.CreatedAt, o.AcceptedAt, o.QueueAt = r.createdAt, r.createdAt, r.createdAt
	o.State = Triage
	o.accepted()
	n := note{data: map[string]any{"source": o.Source, "source_ref": o.SourceRef, "created_at": o.CreatedAt}}
	if r.unitID == "" {
		n.text = r.reply // without a unit there is no leg to hold the reply
	}
	if r.unitID != "" {
		if err := im.leg(tx, o, r, n.data); err != nil {
			return err
		}
	}
	if r.closed {
		im.close(o, r, n.data)
	}
	for i := range o.legs {
		n.leg = o.legs[i].ID
		if err := o.saveLeg(tx, i); err != nil {
			return err
		}
		if err := im.m.indexReply(tx, &o.Ticket, &o.legs[i]); err != nil {
			return err
		}
	}
	return im.m.insertOrder(tx, o, TicketText{r.Content, r.Address}, r.tokens, ActImport, PermImport, n)
}

// leg adds the unit's obligation: accepted with its reply where the source has closed the ticket, else waiting to be
// signed from now on, with its handling limit counted from creation.
func (im *importer) leg(tx *store.Tx, o *order, r *importRow, data map[string]any) error {
	l := Leg{CentreID: o.CentreID, ID: LegID(tx.NewID()), TicketID: o.ID, Round: 1, UnitID: r.unitID, Role: Lead, DispatchedAt: o.CreatedAt, WorkMinutes: -1, WallMinutes: -1,
		Course: Course{calendar.Course{Limit: im.mapping.Limit, From: o.CreatedAt}}}
	l.project(im.cal, 0)
	sign := calendar.Workdays(1)
	if r.closed {
		closed := im.closing(r, l.Due)
		l.State, l.Outcome, l.ReplyPublic, l.Solved = Accepted, r.outcome, r.reply, r.solved
		l.SignLimit, l.SignDue, l.SignedAt = sign, im.cal.Due(sign, o.CreatedAt, r.unitID).At, o.CreatedAt
		l.SubmittedAt, l.AcceptedAt = closed, closed
		if r.closedAt != 0 && l.Outcome != NotApplicable {
			l.measure(im.cal)
		}
		o.counts.add(CountOutcome, closed.Date(), l.UnitID+"/"+l.Outcome, 1)
	} else {
		l.DispatchedAt = tx.Now()
		l.SignLimit, l.SignDue = sign, im.cal.Due(sign, tx.Now(), r.unitID).At
		l.State, o.State = PendingSign, Dispatched
	}
	o.addLeg(l)
	o.follow(&l)
	o.counts.add(CountDispatched, l.DispatchedAt.Date(), l.UnitID, 1)
	data["unit"], data["due"] = l.UnitID, l.Due
	if r.closed {
		data["outcome"] = l.Outcome
		return nil
	}
	return im.m.watchFrom(tx, im.clocks, &l)
}

// closing is when the source closed the ticket. Where it does not say, a closing is put where the mark on it is true: at
// the end of the limit, or, for a late one, at the close of the next working day; the event marks it as an estimate.
func (im *importer) closing(r *importRow, due clock.Instant) clock.Instant {
	switch {
	case r.closedAt != 0:
		return r.closedAt
	case r.outcome == Late:
		due = im.cal.Due(calendar.Workdays(1), due, r.unitID).At
	}
	return min(due, im.now)
}

func (im *importer) close(o *order, r *importRow, data map[string]any) {
	due := o.Due
	if len(o.legs) == 0 {
		due = im.cal.Due(im.mapping.Limit, o.CreatedAt, "").At
	}
	if r.closedAt == 0 {
		data["closed_at_estimated"] = true
	}
	o.State = Closed
	o.close(im.closing(r, due), CloseImported)
	data["closed_at"] = o.ClosedAt
}
