package hotline

import (
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// order is a ticket with the legs of its current round, as a transaction works on it.
type order struct {
	Ticket
	legs   []Leg // current round; the lead first
	past   []Leg // earlier rounds, only to tell who has had the ticket
	before Ticket
	stale  []LegState // state of each leg when it was loaded; "" for a new one
	were   []Leg      // each leg as it was loaded
	touch  []bool     // legs that the step changed
	counts counts

	row  *Ticket       // the ticket as the database has it, nil where it was not loaded for change
	rows map[LegID]Leg // the legs as the database has them
}

// lead is the lead unit's leg of the current round, nil before dispatch.
func (o *order) lead() *Leg { return leadOf(o.legs) }

// leg finds a leg of the current round; "" means the lead's.
func (o *order) leg(id LegID) *Leg {
	if id == "" {
		return o.lead()
	}
	for i := range o.legs {
		if o.legs[i].ID == id {
			return &o.legs[i]
		}
	}
	return nil
}

// Errors of addressing a ticket.
var (
	ErrNotFound = errs.New(errs.NotFound, "hotline.not_found", "没有这张工单，或您无权查看。请核对工单号。")
	ErrNotYours = errs.New(errs.Forbidden, "hotline.not_your_leg", "这是其他单位的承办件，您不能办理。请在本单位的承办件上操作。")
	ErrVersion  = errs.New(errs.Conflict, "hotline.version", "这张工单刚被别人改过，您的操作没有进行。请刷新后核对再提交。")
)

var ticketColumns = store.Columns[Ticket]("")

const ticketQuery = " FROM hotline_ticket WHERE centre_id = $1 AND id = $2"

var legQuery = "SELECT " + store.Columns[Leg]("") + " FROM hotline_leg WHERE centre_id = $1 AND ticket_id = $2 ORDER BY role DESC, id"

// aheadOrder announces what loadOrder and the writing of its audit line will ask.
func aheadOrder(tx *store.Tx, centre string, id TicketID) {
	audit.Ahead(tx, centre, string(id))
	tx.Ahead("SELECT "+ticketColumns+ticketQuery+tx.ForUpdate(), centre, id)
	tx.Ahead(legQuery, centre, id)
}

// loadOrder loads a ticket for change, locked, with the legs of its round.
func loadOrder(tx *store.Tx, centre string, id TicketID) (*order, error) {
	t, err := store.Get[Ticket](tx, "SELECT "+ticketColumns+ticketQuery+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	o := &order{Ticket: t, before: t, row: &t, rows: map[LegID]Leg{}}
	if t.UnitID == "" {
		return o, nil
	}
	legs, err := store.Select[Leg](tx, legQuery, centre, id)
	for _, l := range legs {
		o.rows[l.ID] = l
		if l.Round == t.Round {
			o.legs, o.stale, o.were = append(o.legs, l), append(o.stale, l.State), append(o.were, l)
		} else {
			o.past = append(o.past, l)
		}
	}
	o.touch = make([]bool, len(o.legs))
	return o, err
}

// visible refuses an actor who may not see the ticket, as if it were not there. A unit sees a ticket that one of its
// legs of the current round belongs to. One that has returned its leg, or had one in an earlier round, may still read
// the ticket and dispute a rating of its work, unless all of it is confidential; and never does the unit that the
// ticket accuses (济南 art. 32). Whoever had a leg may also answer the supervision of it, which names the unit by itself.
func (o *order) visible(a *actor.Actor, perm actor.Permission) error {
	if o.accuses(a, perm) {
		return ErrNotFound.Hide()
	}
	if org.Sees(a, perm, org.Row{CentreID: o.CentreID, UnitID: o.UnitID, OwnerID: o.CreatedBy}) {
		return nil
	}
	reading := (perm == PermRead || perm == PermDispute) && o.Confidential != ConfidentialAll || perm == PermSuperviseReply
	for _, l := range o.legs {
		if (reading || l.State != Returned && l.State != Cancelled) && org.Sees(a, perm, org.Row{CentreID: o.CentreID, UnitID: l.UnitID}) {
			return nil
		}
	}
	for _, l := range o.past {
		if reading && org.Sees(a, perm, org.Row{CentreID: o.CentreID, UnitID: l.UnitID}) {
			return nil
		}
	}
	return ErrNotFound.Hide()
}

// accuses reports whether the ticket is about the actor's own unit, and the actor is not of the hotline office.
func (o *order) accuses(a *actor.Actor, perm actor.Permission) bool {
	return o.AccusedUnit != "" && a.UnitID == o.AccusedUnit && a.Scope(perm) < actor.Centre
}

// acting gives the leg that a command of an actor is about: the one that it names; else the lead's or, for people of
// another unit, their own.
func (o *order) acting(a *actor.Actor, perm actor.Permission, id LegID) *Leg {
	lead := o.lead()
	if id != "" {
		return o.leg(id)
	}
	if lead == nil || o.holds(a, perm, lead) {
		return lead
	}
	var own *Leg
	for i := range o.legs {
		l := &o.legs[i]
		if o.holds(a, perm, l) && (own == nil || !own.State.Running() && l.State.Running()) {
			own = l
		}
	}
	if own == nil {
		return lead
	}
	return own
}

// holds reports whether the actor has perm on a leg: on any in the hotline office, on those of his units elsewhere.
func (o *order) holds(a *actor.Actor, perm actor.Permission, l *Leg) bool {
	return org.Sees(a, perm, org.Row{CentreID: o.CentreID, UnitID: l.UnitID})
}

// addLeg puts a new leg into the round.
func (o *order) addLeg(l Leg) {
	o.legs = append(o.legs, l)
	o.stale = append(o.stale, "")
	o.were = append(o.were, Leg{})
	o.touch = append(o.touch, true)
}

// change marks a leg as changed, so that it is saved.
func (o *order) change(l *Leg) {
	for i := range o.legs {
		o.touch[i] = o.touch[i] || &o.legs[i] == l
	}
}

// saveOrder writes what changed: the ticket, its legs and the counts that follow from their states.
func saveOrder(tx *store.Tx, o *order) error {
	o.Version++
	o.Open = o.State.Open()
	if o.State != o.before.State {
		o.counts.moved(CountState, string(o.before.State), string(o.State))
	}
	if err := o.saveTicket(tx); err != nil {
		return err
	}
	for i := range o.legs {
		if !o.touch[i] {
			continue
		}
		if err := o.saveLeg(tx, i); err != nil {
			return err
		}
	}
	return o.counts.save(tx, o.CentreID, o.ID)
}

// saveTicket writes the columns of the ticket that differ from what the database has.
func (o *order) saveTicket(tx *store.Tx) error {
	if o.row == nil {
		return store.Update(tx, "hotline_ticket", &o.Ticket, "centre_id", "id")
	}
	if err := store.Change(tx, "hotline_ticket", o.row, &o.Ticket, "centre_id", "id"); err != nil {
		return err
	}
	*o.row = o.Ticket
	return nil
}

func (o *order) saveLeg(tx *store.Tx, i int) error {
	l := &o.legs[i]
	l.Open = l.State.Running()
	if !l.Open && l.State != Submitted && l.Asks > 0 {
		if err := voidAsks(tx, o, l); err != nil {
			return err
		}
	}
	if was := o.stale[i]; was != l.State {
		from := ""
		if was != "" {
			from = l.UnitID + "/" + string(was)
		}
		o.counts.moved(CountUnit, from, l.UnitID+"/"+string(l.State))
	}
	l.Version++
	was, kept := o.rows[l.ID]
	if o.rows != nil {
		o.rows[l.ID] = *l
	}
	switch {
	case o.stale[i] == "":
		return store.Insert(tx, "hotline_leg", l)
	case kept:
		return store.Change(tx, "hotline_leg", &was, l, "centre_id", "ticket_id", "id")
	}
	return store.Update(tx, "hotline_leg", l, "centre_id", "ticket_id", "id")
}

// Command addresses a ticket: which, in which version (0: whichever is there), and under which idempotency key.
type Command struct {
	TicketID TicketID `json:"-"`
	LegID    LegID    `json:"leg_id,omitempty"` // "" is the lead's
	Version  int64    `json:"version,omitempty"`
	Key      string   `json:"-"`
	// Files come with Propose, Submit (evidence of the leg) and AddAttachments; the attachment store has saved them.
	Files []blob.Upload `json:"-"`
	// Cites are the numbers or ids of the knowledge entries on which an answer (Answer) or a reply (Submit) rests.
	Cites []string          `json:"-"`
	sent  map[string]string // fields that the command would store, for telling the difference of a conflict
}

// step changes an order that the transition table has let through, and says what its event tells.
type step func(tx *store.Tx, o *order, leg *Leg) (note, error)

// act is the one way in which a ticket changes: permission, idempotency, load, visibility, version, transition table,
// the step itself, then state, event, audit line and counts, in tx.
func (m *Module) act(tx *store.Tx, cmd Command, action Action, digest string, do step) (*order, error) {
	a := actor.From(tx.Context())
	perm := transitions[action].Perm
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	aheadOrder(tx, a.CentreID, cmd.TicketID)
	if transitions[action].Clock {
		tx.Ahead(tokenQuery, a.CentreID)
		m.calendar.Ahead(tx, a.CentreID)
	}
	prior, repeated, err := once.Claim(tx, cmd.Key, string(action)+"|"+string(cmd.TicketID)+"|"+digest+uploadsDigest(cmd.Files)+citesDigest(cmd.Cites), string(cmd.TicketID))
	if err != nil {
		return nil, err
	}
	if repeated {
		return loadOrder(tx, a.CentreID, TicketID(prior))
	}
	if err := audit.Lock(tx, a.CentreID, string(cmd.TicketID)); err != nil {
		return nil, err
	}
	o, err := loadOrder(tx, a.CentreID, cmd.TicketID)
	if err != nil {
		return nil, err
	}
	if err := o.visible(a, perm); err != nil {
		return nil, err
	}
	if cmd.Version != 0 && cmd.Version != o.Version {
		return nil, o.conflict(tx, cmd, action)
	}
	return o, m.apply(tx, o, cmd, action, do)
}

func (m *Module) apply(tx *store.Tx, o *order, cmd Command, action Action, do step) error {
	if o.ArchivedAt != 0 {
		return ErrArchived
	}
	a := actor.From(tx.Context())
	leg := o.acting(a, transitions[action].Perm, cmd.LegID)
	legState := LegState("")
	switch {
	case leg != nil:
		legState = leg.State
	case cmd.LegID != "":
		return ErrNotFound
	}
	t, err := check(action, o.State, legState)
	if err != nil {
		return err
	}
	if len(t.Legs) > 0 && !o.holds(a, t.Perm, o.answerable(action, leg)) {
		return ErrNotYours
	}
	n, err := do(tx, o, leg)
	if err != nil {
		return err
	}
	if len(t.Legs) > 0 {
		leg = o.leg(leg.ID) // adding a leg may have moved the others
		if t.LegTo != "" {
			leg.State = t.LegTo
		}
		o.change(leg)
		if n.leg == "" {
			n.leg = leg.ID
		}
		o.State = derive(o.legs)
		o.requeue(tx.Now())
	} else if t.To != "" && o.State == o.before.State {
		o.State = t.To
	}
	return m.finish(tx, o, action, t.Perm, n)
}

// finish adds the event and the audit line and saves the order.
func (m *Module) finish(tx *store.Tx, o *order, action Action, perm actor.Permission, n note) error {
	o.keepFacts(&n)
	e, err := appendEvent(tx, &o.Ticket, action, n)
	if err != nil {
		return err
	}
	if err := saveOrder(tx, o); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "hotline." + string(action), Permission: perm, Kind: "ticket", Object: string(o.ID),
		Detail: map[string]any{"no": o.No, "seq": e.Seq, "state": o.State}, Digest: e.Hash})
}

// cancelLegs ends what the units still owe, because the ticket ended otherwise. A reply that was already approved no
// longer counts on time or late either: figures leave such tickets out (hotline reference §5.4).
func (o *order) cancelLegs() {
	for i := range o.legs {
		l := &o.legs[i]
		switch {
		case l.State.Running() || l.State == Submitted:
			l.cancel()
		case l.State == Accepted && l.Outcome != NotApplicable:
			o.counts.add(CountOutcome, l.AcceptedAt.Date(), l.UnitID+"/"+l.Outcome, -1)
			l.Outcome = NotApplicable
			o.counts.add(CountOutcome, l.AcceptedAt.Date(), l.UnitID+"/"+l.Outcome, 1)
		default:
			continue
		}
		o.touch[i] = true
	}
}
