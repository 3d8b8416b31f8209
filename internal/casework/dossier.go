package casework

import (
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/money"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// dossier is a case with everything that a step may change, as a transaction works on it.
type dossier struct {
	Case
	terms     Terms
	clocks    []*Clock
	materials []CaseMaterial
	cal       *calendar.Calendar
	was       State
	events    []Event // read where a step asks for them
	backing   backing // what the actor acts by
}

var (
	caseColumns = store.Columns[Case]("")
	clockQuery  = "SELECT " + store.Columns[Clock]("") + " FROM casework_clock WHERE centre_id = $1 AND case_id = $2 ORDER BY id"
	partsQuery  = "SELECT " + store.Columns[CaseMaterial]("") + " FROM casework_material WHERE centre_id = $1 AND case_id = $2 ORDER BY material_id"
)

// load loads a case for change, locked.
func (m *Module) load(tx *store.Tx, centre string, id CaseID) (*dossier, error) {
	c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return m.complete(tx, c)
}

// complete reads the parts of a case.
func (m *Module) complete(tx *store.Tx, c Case) (*dossier, error) {
	d := &dossier{Case: c, was: c.State}
	clocks, err := store.Select[Clock](tx, clockQuery, c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range clocks {
		if err := clocks[i].load(); err != nil {
			return nil, err
		}
		d.clocks = append(d.clocks, &clocks[i])
	}
	if d.materials, err = store.Select[CaseMaterial](tx, partsQuery, c.CentreID, c.ID); err != nil {
		return nil, err
	}
	if d.terms, err = m.termsOf(tx, c.CentreID, c.VersionID); err != nil {
		return nil, err
	}
	d.cal, err = m.calendar.ForCentre(tx, c.CentreID, "")
	return d, err
}

// row is the case as an object of the scope model: it belongs to the organ that decides, to the site where it was received
// and to whoever received it.
func (c *Case) row() org.Row {
	return org.Row{CentreID: c.CentreID, UnitID: c.UnitID, SiteID: c.SiteID, OwnerID: c.CreatedBy}
}

// visible refuses an actor who may not see the case, as if it were not there.
func (c *Case) visible(a *actor.Actor, perm actor.Permission) error {
	if org.Sees(a, perm, c.row()) {
		return nil
	}
	if c.FirstUnit != "" && perm == PermRead { // the organ that reviewed first, or had to, reads on what becomes of it
		row := c.row()
		if row.UnitID = c.FirstUnit; org.Sees(a, perm, row) {
			return nil
		}
	}
	return ErrNotFound.Hide()
}

// running finds the running clock of a kind.
func (d *dossier) running(kind ClockKind) *Clock {
	for _, k := range d.clocks {
		if k.Kind == kind && k.Running {
			return k
		}
	}
	return nil
}

// start sets a clock going from a day; no limit starts none.
func (d *dossier) start(tx *store.Tx, kind ClockKind, step State, anchor clock.Date, l item.Limit) error {
	if l.IsZero() {
		return nil
	}
	k := &Clock{CentreID: d.CentreID, CaseID: d.ID, ID: tx.NewID(), Kind: kind, Step: step, Unit: l.Unit, Running: true, fresh: true,
		day: calendar.DayClock{Anchor: anchor, Budget: l.N}}
	d.clocks = append(d.clocks, k)
	return k.project(d.cal, tx.Now().Date())
}

// startOn sets a clock going that ends with a day that is fixed, whether or not anybody works on it.
func (d *dossier) startOn(tx *store.Tx, kind ClockKind, last clock.Date) error {
	return d.start(tx, kind, "", last, item.Limit{Unit: item.Workday})
}

// stop ends the running clock of a kind.
func (d *dossier) stop(tx *store.Tx, kinds ...ClockKind) {
	for _, k := range d.clocks {
		if k.Running && (len(kinds) == 0 || slices.Contains(kinds, k.Kind)) {
			k.Running, k.StoppedAt, k.touched = false, tx.Now(), true
		}
	}
}

// retime keeps the dues of the case's row in step with its clocks, and the clock of the step with the state. A special
// procedure stops the clock of a step; it does not start it anew.
func (d *dossier) retime(tx *store.Tx) error {
	if k := d.running(ClockStep); d.State != d.was && d.State != Suspended && (k == nil || k.Step != d.State) {
		d.stop(tx, ClockStep)
		if d.State.Open() {
			if err := d.start(tx, ClockStep, d.State, tx.Now().Date(), d.stageLimit()); err != nil {
				return err
			}
		}
	}
	if !d.State.Open() {
		d.stopEnded(tx)
	}
	d.CheckDue = 0
	for _, k := range d.clocks {
		switch k.Kind {
		case ClockPromise:
			d.PromiseDue = k.Due
		case ClockStatutory:
			d.StatutoryDue = k.Due
		case ClockPledge:
			if d.PledgePending() {
				d.CheckDue = k.Due
			}
		}
	}
	d.StandsUntil = d.stillUntil(ClockPromise, ClockStatutory)
	d.NextDue = d.nextEnd(tx.Now().Date())
	return nil
}

// stillUntil is the moment from which every running clock of the kinds runs again after its special procedures.
func (d *dossier) stillUntil(kinds ...ClockKind) clock.Instant {
	at := clock.Instant(0)
	for _, k := range d.clocks {
		if k.Running && slices.Contains(kinds, k.Kind) {
			at = max(at, k.stillUntil())
		}
	}
	return at
}

// nextEnd is the nearest end of a running clock; 0 for none.
func (d *dossier) nextEnd(today clock.Date) clock.Instant {
	next := clock.Instant(0)
	for _, k := range d.clocks {
		if at := k.ends(today); k.Running && (next == 0 || at < next) {
			next = at
		}
	}
	return next
}

// save writes the case with its clocks and materials, and queues the watch of the clocks.
func (m *Module) save(tx *store.Tx, d *dossier) error {
	if err := d.retime(tx); err != nil {
		return err
	}
	d.Open = d.State.Open()
	d.Version++
	if d.Version == 1 {
		if err := store.Insert(tx, "casework_case", d.Case); err != nil {
			return err
		}
	} else if err := store.Update(tx, "casework_case", d.Case, "centre_id", "id"); err != nil {
		return err
	}
	for _, k := range d.clocks {
		var err error
		switch {
		case k.fresh:
			err = store.Insert(tx, "casework_clock", *k)
		case k.touched:
			err = store.Update(tx, "casework_clock", *k, "centre_id", "case_id", "id")
		}
		if err != nil {
			return err
		}
		k.fresh, k.touched = false, false
	}
	return m.watchFrom(tx, d)
}

// setMaterial writes the state of one material.
func (d *dossier) setMaterial(tx *store.Tx, mat item.Material, state string) error {
	at := clock.Instant(0)
	if state == MaterialHad {
		at = tx.Now()
	}
	for i := range d.materials {
		if r := &d.materials[i]; r.MaterialID == mat.Code {
			r.State, r.At = state, at
			return store.Update(tx, "casework_material", *r, "centre_id", "case_id", "material_id")
		}
	}
	r := CaseMaterial{d.CentreID, d.ID, mat.Code, mat.Name, state, at}
	d.materials = append(d.materials, r)
	return store.Insert(tx, "casework_material", r)
}

// had lists the ids of the materials in a state.
func (d *dossier) had(states ...string) []string {
	var out []string
	for _, r := range d.materials {
		if slices.Contains(states, r.State) {
			out = append(out, r.MaterialID)
		}
	}
	return out
}

// Command addresses a case: which, in which version (0: whichever is there), and under which idempotency key.
type Command struct {
	CaseID  CaseID `json:"-"`
	Version int64  `json:"-"`
	Key     string `json:"-"`

	amount *money.Fen // what a decision is about; nil where nobody said
}

// step changes a case that the transition table has let through, and says what its event tells.
type step func(tx *store.Tx, d *dossier) (note, error)

// act is the one way in which people change a case: permission, idempotency, load, visibility, version, transition table,
// the powers that its row takes, the step itself, then state, event, audit line, clocks and jobs, in tx.
func (m *Module) act(tx *store.Tx, cmd Command, action Action, digest any, do step) (*dossier, error) {
	a := actor.From(tx.Context())
	perm := transitions[action].Perm
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	if _, repeated, err := once.ClaimContent(tx, cmd.Key, string(action)+"|"+string(cmd.CaseID), digest, string(cmd.CaseID)); err != nil {
		return nil, err
	} else if repeated {
		return m.load(tx, a.CentreID, cmd.CaseID)
	}
	if err := audit.Lock(tx, a.CentreID, string(cmd.CaseID)); err != nil {
		return nil, err
	}
	d, err := m.load(tx, a.CentreID, cmd.CaseID)
	if err != nil {
		return nil, err
	}
	if err := d.visible(a, perm); err != nil {
		return nil, err
	}
	if cmd.Version != 0 && cmd.Version != d.Version {
		return nil, ErrVersion.With("version", d.Version)
	}
	if err := d.renewalOver(tx); err != nil {
		return nil, err
	}
	return d, m.apply(tx, d, action, func(tx *store.Tx, d *dossier) (note, error) {
		if err := m.empower(tx, d, action, cmd.amount); err != nil {
			return note{}, err
		}
		return do(tx, d)
	})
}

func (m *Module) apply(tx *store.Tx, d *dossier, action Action, do step) error {
	t, err := check(action, d.State)
	if err != nil {
		return err
	}
	d.was = d.State
	n, err := do(tx, d)
	if err != nil {
		return err
	}
	if t.To != "" && d.State == d.was {
		d.State = t.To
	}
	return m.finish(tx, d, action, n)
}

// finish adds the event and the audit line and saves the case.
func (m *Module) finish(tx *store.Tx, d *dossier, action Action, n note) error {
	n.authority, n.data = or(n.authority, d.backing.authority()), d.backing.cite(n.data)
	e, err := appendEvent(tx, &d.Case, action, d.was, n)
	if err != nil {
		return err
	}
	if err := d.retime(tx); err != nil {
		return err
	}
	if err := m.observe(tx, d, e); err != nil {
		return err
	}
	if err := m.save(tx, d); err != nil {
		return err
	}
	if err := m.tell(tx, d); err != nil {
		return err
	}
	d.was = d.State
	return audit.Record(tx, audit.Entry{Action: "casework." + string(action), Permission: transitions[action].Perm, Kind: "case", Object: string(d.ID),
		Detail: map[string]any{"no": d.No, "seq": e.Seq, "state": d.State}, Digest: e.Hash})
}

// do runs one action on a case in its own transaction and gives the case as it is then.
func (m *Module) do(tx *store.Tx, cmd Command, action Action, digest any, s step) (Case, error) {
	d, err := m.act(tx, cmd, action, digest, s)
	if err != nil {
		return Case{}, err
	}
	return d.Case, nil
}

// watchFrom queues the watch of a case at the next moment at which the law says something about one of its clocks.
func (m *Module) watchFrom(tx *store.Tx, d *dossier) error {
	at, ok := d.nextEnding(tx)
	if !ok {
		return nil
	}
	if at <= tx.Now() {
		tx.AfterCommit(m.wake)
	}
	return jobs.Insert(tx, d.CentreID, jobWatch, string(d.ID), at, watchArgs{d.ID})
}
