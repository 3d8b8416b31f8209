package hallmetric

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Glance (大厅一览) is what a page of another part of the house shows of the hall: how things stand now, and a few figures of
// the month that was published last. It costs a few counts, so that it may stand on a page that opens all day.
type Glance struct {
	At       clock.Instant   `json:"at"`
	Open     int64           `json:"open"`
	Overdue  int64           `json:"overdue"`
	Waiting  int64           `json:"waiting"`
	Month    clock.Date      `json:"month,omitzero"` // NoDate where none was published
	Measures []Measure       `json:"measures"`
	Figures  []metric.Figure `json:"figures"`
}

// glanced are the measures of a glance.
var glanced = []string{"HC0", "HC1", "HC7", "HP1"}

// Glance gives the glance of what the actor may see; figures of a month only to readers of the centre.
func (m *Module) Glance(ctx context.Context) (Glance, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Glance{}, err
	}
	who := readerOf(a, PermRead)
	var out Glance
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		var o Overview
		o.At = tx.Now()
		if err := m.standing(tx, who, &o); err != nil {
			return err
		}
		out = Glance{At: o.At, Open: o.Open, Overdue: o.Overdue, Waiting: o.Waiting, Month: clock.NoDate}
		if who.scope < actor.Centre {
			return nil
		}
		return m.glanceMonth(tx, who.centre, &out)
	})
	return out, err
}

// glanceMonth adds the figures of the month before this one, if it was published, or of the one before that.
func (m *Module) glanceMonth(tx *store.Tx, centre string, out *Glance) error {
	list, err := chosen(glanced)
	if err != nil {
		return err
	}
	for p := range 2 {
		at := metric.Month(out.At.Date()).Previous()
		if p == 1 {
			at = at.Previous()
		}
		month, err := lastMonth(tx, centre, at.From)
		if errors.Is(err, ErrMonthGone) {
			continue
		}
		if err != nil {
			return err
		}
		out.Month = month.From
		for _, d := range list {
			out.Measures = append(out.Measures, d.Measure)
		}
		out.Figures, err = m.part(tx, everything(centre), list, part{at, month.Owner})
		return err
	}
	return nil
}
