package complaint

import (
	"encoding/json"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// file is a matter with everything that a step may change, as a transaction works on it.
type file struct {
	Matter
	clocks []*Clock
	cal    *calendar.Calendar
	was    State
}

// load loads a matter for change, locked.
func (m *Module) load(tx *store.Tx, centre string, id MatterID) (*file, error) {
	c, err := store.Get[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return m.complete(tx, c)
}

// complete reads the clocks of a matter and the calendar.
func (m *Module) complete(tx *store.Tx, c Matter) (*file, error) {
	f := &file{Matter: c, was: c.State}
	list, err := store.Select[Clock](tx, "SELECT "+clockColumns+" FROM complaint_clock WHERE centre_id = $1 AND matter_id = $2 ORDER BY id", c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := json.Unmarshal([]byte(list[i].Body), &list[i].day); err != nil {
			return nil, err
		}
		f.clocks = append(f.clocks, &list[i])
	}
	f.cal, err = m.calendar.ForCentre(tx, c.CentreID, "")
	return f, err
}

// running finds the running clock of a kind.
func (f *file) running(kind ClockKind) *Clock {
	for _, k := range f.clocks {
		if k.Kind == kind && k.Running {
			return k
		}
	}
	return nil
}

// start sets a clock going from a day.
func (f *file) start(tx *store.Tx, kind ClockKind, anchor clock.Date, days int) error {
	k := &Clock{CentreID: f.CentreID, MatterID: f.ID, ID: tx.NewID(), Kind: kind, Running: true, fresh: true, day: calendar.DayClock{Anchor: anchor, Budget: days}}
	f.clocks = append(f.clocks, k)
	return k.project(f.cal, tx.Now().Date())
}

// stop ends the running clocks of some kinds, or all of them.
func (f *file) stop(tx *store.Tx, kinds ...ClockKind) {
	for _, k := range f.clocks {
		if k.Running && (len(kinds) == 0 || slices.Contains(kinds, k.Kind)) {
			k.Running, k.StoppedAt, k.touched = false, tx.Now(), true
		}
	}
}

// retime keeps the ends in the matter's row in step with its clocks.
func (f *file) retime(tx *store.Tx) {
	f.Open = f.State.Open()
	if !f.Open {
		f.stop(tx)
		if f.ClosedAt == 0 {
			f.ClosedAt = tx.Now()
		}
	}
	f.NextDue = 0
	first := true
	for _, k := range f.clocks {
		if k.Running && (f.NextDue == 0 || k.Due < f.NextDue) {
			f.NextDue = k.Due
		}
		if k.Kind == ClockHandle {
			f.Due = k.Due
			if first {
				f.FirstDue, first = k.Due, false
			}
		}
	}
}

// save writes the matter with its clocks, and queues the watch of the clocks.
func (m *Module) save(tx *store.Tx, f *file) error {
	f.retime(tx)
	f.Version++
	var err error
	if f.Version == 1 {
		err = store.Insert(tx, "complaint_matter", f.Matter)
	} else {
		err = store.Update(tx, "complaint_matter", f.Matter, "centre_id", "id")
	}
	for _, k := range f.clocks {
		switch {
		case err != nil:
			return err
		case k.fresh:
			err = store.Insert(tx, "complaint_clock", *k)
		case k.touched:
			err = store.Update(tx, "complaint_clock", *k, "centre_id", "matter_id", "id")
		}
		k.fresh, k.touched = false, false
	}
	if at, ok := f.nextRung(tx.Now()); err == nil && ok {
		err = jobs.Insert(tx, f.CentreID, jobWatch, string(f.ID), at, watchArgs{f.ID})
	}
	return err
}

// Command addresses a matter: which, in which version (0: whichever is there), and under which idempotency key.
type Command struct {
	ID      MatterID `json:"-"`
	Version int64    `json:"-"`
	Key     string   `json:"-"`
}

// step changes a matter that the transition table has let through, and says what its event tells.
type step func(tx *store.Tx, f *file) (note, error)

// run runs one action on a matter of a kind in its own transaction and gives the matter as it is then, as the actor may see it.
func (m *Module) run(tx *store.Tx, k Kind, cmd Command, action Action, digest any, do step) (Matter, error) {
	f, err := m.act(tx, k, cmd, action, digest, do)
	if err != nil {
		return Matter{}, err
	}
	return f.shown(actor.From(tx.Context())), nil
}

// shown is the matter as an actor may see it.
func (m *Matter) shown(a *actor.Actor) Matter {
	if m.knows(a) {
		return *m
	}
	return m.veiled()
}

// act is the one way in which people change a matter: permission, idempotency, load, visibility, version, transition table, the step
// itself, then state, event, audit line, clocks and jobs, in tx.
func (m *Module) act(tx *store.Tx, kind Kind, cmd Command, action Action, digest any, do step) (*file, error) {
	a := actor.From(tx.Context())
	perm := PermissionOf(kind, action)
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	if _, repeated, err := once.ClaimContent(tx, cmd.Key, string(action)+"|"+string(cmd.ID), digest, string(cmd.ID)); err != nil {
		return nil, err
	} else if repeated {
		return m.load(tx, a.CentreID, cmd.ID)
	}
	if err := audit.Lock(tx, a.CentreID, string(cmd.ID)); err != nil {
		return nil, err
	}
	f, err := m.load(tx, a.CentreID, cmd.ID)
	if err != nil {
		return nil, err
	}
	if f.Kind != kind {
		return nil, ErrNotFound
	}
	if err := f.visible(a, perm); err != nil {
		return nil, err
	}
	if perm != PermComplaintAnswer && f.involved(a) {
		return nil, ErrInvolved
	}
	if cmd.Version != 0 && cmd.Version != f.Version {
		return nil, ErrVersion.With("version", f.Version)
	}
	if f.Deposited {
		return nil, ErrDeposited
	}
	t, err := check(kind, action, f.State)
	if err != nil {
		return nil, err
	}
	n, err := do(tx, f)
	if err != nil {
		return nil, err
	}
	if t.To != "" && f.State == f.was {
		f.State = t.To
	}
	return f, m.finish(tx, f, action, perm, n)
}

// finish adds the event and the audit line and saves the matter.
func (m *Module) finish(tx *store.Tx, f *file, action Action, perm actor.Permission, n note) error {
	e, err := appendEvent(tx, &f.Matter, action, f.was, n)
	if err != nil {
		return err
	}
	if err := m.save(tx, f); err != nil {
		return err
	}
	if err := m.tell(tx, f, action); err != nil {
		return err
	}
	f.was = f.State
	return audit.Record(tx, audit.Entry{Action: "complaint." + string(action), Permission: perm, Kind: string(f.Kind), Object: string(f.ID),
		Detail: map[string]any{"no": f.No, "seq": e.Seq, "state": f.State}, Digest: e.Hash})
}
