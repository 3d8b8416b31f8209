package supervision

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Signals looks for what looks like gaming of the limits in a period, by the rules in force on its last day.
func (m *Module) Signals(ctx context.Context, p metric.Period) ([]Signal, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSignalRead); err != nil {
		return nil, err
	}
	var out []Signal
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		t, err := m.traces(tx, a.CentreID, p)
		if err != nil {
			return err
		}
		out = t.Signals()
		ids := map[string]bool{}
		for _, s := range out {
			ids[s.UnitID] = true
		}
		units, err := m.org.UnitsTx(tx, a.CentreID, keys(ids))
		for i := range out {
			out[i].Unit = units[out[i].UnitID].Name
		}
		return err
	})
	return out, err
}

// traces reads what signals are looked for in.
func (m *Module) traces(tx *store.Tx, centre string, p metric.Period) (*Traces, error) {
	set, err := m.inForce(tx, centre, min(p.Last(), tx.Now().Date()))
	if err != nil {
		return nil, err
	}
	t := &Traces{Rules: &set.Rules}
	if t.Calendar, err = m.calendar.ForCentre(tx, centre, ""); err != nil {
		return nil, err
	}
	if t.Events, err = m.casework.NotedTx(tx, centre, p.Start(), p.End()); err != nil {
		return nil, err
	}
	if t.Decided, err = m.casework.DecidedTx(tx, centre, p.Start(), p.End()); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, e := range t.Events {
		if e.Action == casework.ActSuspend {
			ids[string(e.CaseID)] = true
		}
	}
	for _, c := range t.Decided {
		if c.Stops > 0 {
			ids[string(c.ID)] = true
		}
	}
	var cases []casework.CaseID
	for _, id := range keys(ids) {
		cases = append(cases, casework.CaseID(id))
	}
	t.Promises, err = m.casework.PromisesTx(tx, centre, cases)
	return t, err
}
