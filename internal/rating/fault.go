package rating

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// FaultCode is the code of what a valid bad rating costs in an assessment (有效差评).
const FaultCode = "bad_rating"

// Fault (差评记录) is one valid bad rating as an assessment of people and units takes it: who was rated, when, and the record
// that proves it. Open says that an appeal or the review is still to come, so that it may yet fall away.
type Fault struct {
	Code    string        `json:"code"`
	TaskID  string        `db:"id" json:"task_id"`
	No      string        `db:"no" json:"no"`
	StaffID string        `db:"staff_id" json:"staff_id,omitempty"`
	UnitID  string        `db:"unit_id" json:"unit_id,omitempty"`
	SiteID  string        `db:"site_id" json:"site_id,omitempty"`
	At      clock.Instant `db:"received_at" json:"at"`
	Level   Level         `db:"level" json:"level"`
	Title   string        `db:"title" json:"title"`
	Open    bool          `db:"open" json:"open"`
	State   State         `db:"state" json:"state"`
}

// Faults lists the valid bad ratings of the days from to to, both included, oldest first, for the monthly sheets of people and
// units. What was excluded or taken back is not among them.
func (m *Module) Faults(ctx context.Context, from, to clock.Date) ([]Fault, error) {
	a := actor.From(ctx)
	if a.Scope(PermTaskRead) < actor.Centre {
		return nil, actor.ErrForbidden.With("permission", string(PermTaskRead))
	}
	var out []Fault
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = FaultsTx(tx, a.CentreID, from, to)
		return err
	})
	return out, err
}

// FaultsTx is Faults inside a transaction of a module that computes a sheet.
func FaultsTx(tx *store.Tx, centre string, from, to clock.Date) ([]Fault, error) {
	list, err := store.Select[Fault](tx, "SELECT id, no, staff_id, unit_id, site_id, received_at, level, title, open, state FROM rating_task WHERE centre_id = $1 AND received_at >= $2 AND received_at < $3 AND valid ORDER BY received_at, id",
		centre, from.Start(), to.End())
	for i := range list {
		list[i].Code = FaultCode
	}
	return list, err
}
