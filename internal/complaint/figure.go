package complaint

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Measure names a figure of this module.
type Measure string

// The figures (hall reference §5).
const (
	MeasureSolved Measure = "stuck_solved"      // 办不成事解决率: got done and not complained about afterwards, of those that ended
	MeasureOnTime Measure = "complaint_on_time" // 投诉按期办结率: the complainant was told in time, of those that fell due
)

// Label is the figure's Chinese name.
func (x Measure) Label() string {
	return map[Measure]string{MeasureSolved: "办不成事解决率", MeasureOnTime: "投诉按期办结率"}[x]
}

// Counted is one record behind a figure: it is in the denominator, and in the numerator where In says so.
type Counted struct {
	ID     MatterID      `json:"id"`
	No     string        `json:"no"`
	UnitID string        `json:"unit_id"`
	SiteID string        `json:"site_id"`
	In     bool          `json:"in"`
	At     clock.Instant `json:"at"`
	Why    string        `json:"why"`
}

// Cohort lists the records behind a figure in a period, of every unit; numbers are counted from this list and nothing else. Matters that
// were not taken up or were withdrawn do not take part. Only the program and those who see figures of the centre may ask.
func (m *Module) Cohort(ctx context.Context, x Measure, p metric.Period) (out []Counted, err error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		if err := a.Require(PermCauses); err != nil {
			return nil, err
		}
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.CohortTx(tx, a.CentreID, x, p)
		return err
	})
	return out, err
}

// CohortTx is Cohort inside the caller's transaction, whose permission has been checked.
func (m *Module) CohortTx(tx *store.Tx, centre string, x Measure, p metric.Period) ([]Counted, error) {
	k, column := Stuck, "closed_at"
	switch x {
	case MeasureSolved:
	case MeasureOnTime:
		k, column = Complaint, "first_due"
	default:
		return nil, metric.ErrUnknown
	}
	// A limit ends at 24:00, which is the first moment of the next day: it falls due on the day before.
	from, to := p.Start(), p.End()
	if x == MeasureOnTime {
		from, to = from+1, to+1
	}
	list, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND kind = $2 AND "+column+" >= $3 AND "+column+" < $4 ORDER BY "+column+", id", centre, k, from, to)
	var out []Counted
	for i := range list {
		c := &list[i]
		if c.State == Refused || c.State == Withdrawn {
			continue
		}
		n := Counted{ID: c.ID, No: c.No, UnitID: c.UnitID, SiteID: c.SiteID}
		if x == MeasureSolved {
			n.At, n.In = c.ClosedAt, c.Outcome == Done && c.Visited != Dissatisfied
			n.Why = c.Outcome.Label() + "，回访" + orText(c.Visited.Label(), "未做")
		} else {
			n.At, n.In = c.FirstDue, c.FinishedAt != 0 && c.FinishedAt < c.FirstDue
			n.Why = map[bool]string{true: "按期反馈", false: "没有按期反馈"}[n.In]
		}
		out = append(out, n)
	}
	return out, err
}

// RatioOf counts a cohort, of one unit or of all for "".
func RatioOf(list []Counted, unit string) metric.Ratio {
	var r metric.Ratio
	for _, c := range list {
		if unit != "" && c.UnitID != unit {
			continue
		}
		r.Den++
		if c.In {
			r.Num++
		}
	}
	return r
}

// Fault (查实投诉) is a complaint that was found true in whole or part, as it counts against a person and his unit in the monthly sheet.
// It names nobody but the person complained of.
type Fault struct {
	UserID   string        `json:"user_id,omitempty"` // "" where it is not known who it was
	UnitID   string        `json:"unit_id"`
	SiteID   string        `json:"site_id,omitempty"`
	At       clock.Instant `json:"at"` // when the finding stood
	MatterID MatterID      `json:"matter_id"`
	No       string        `json:"no"`
	Code     string        `json:"code"` // upheld or partly
	Serious  bool          `json:"serious"`
}

// Faults lists the complaints found true from one day to another, both included, for the modules that compute sheets. Only the program
// asks, or a module in whose use case the permission has been checked.
func (m *Module) Faults(ctx context.Context, from, to clock.Date) (out []Fault, err error) {
	a := actor.From(ctx)
	if a.Kind != actor.System {
		if err := a.Require(PermComplaintHandle); err != nil {
			return nil, err
		}
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.FaultsTx(tx, a.CentreID, from, to)
		return err
	})
	return out, err
}

// FaultsTx is Faults inside the caller's transaction, whose permission has been checked.
func (m *Module) FaultsTx(tx *store.Tx, centre string, from, to clock.Date) ([]Fault, error) {
	list, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND found_at >= $2 AND found_at < $3 AND found_at <> 0 ORDER BY found_at, id",
		centre, from.Start(), to.End())
	var out []Fault
	for i := range list {
		if c := &list[i]; c.Finding == Upheld || c.Finding == Partly {
			out = append(out, Fault{c.AccusedID, orText(c.AccusedUnit, c.UnitID), c.SiteID, c.FoundAt, c.ID, c.No, string(c.Finding), c.Serious})
		}
	}
	return out, err
}
