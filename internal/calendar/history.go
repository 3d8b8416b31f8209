package calendar

import (
	"slices"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// History (日历沿革) gives the calendar of a centre as it was in force at a moment, for counts that repeat what was counted
// then: what is published later must not reach back to what has ended (hall reference §3 rule 6). It lives in one transaction.
type History struct {
	last  *Calendar
	steps []step // in the order of publication
}

// step is a publication: from a moment on its revision was in force.
type step struct {
	at       clock.Instant
	calendar *Calendar
}

// History reads every revision of a centre's calendar.
func (m *Module) History(tx *store.Tx, centre string) (*History, error) {
	n, err := loadCounter(tx, centre)
	if err != nil {
		return nil, err
	}
	h := &History{}
	if h.last, err = m.ForCentre(tx, centre, ""); err != nil {
		return nil, err
	}
	type publication struct {
		At       clock.Instant `db:"published_at"`
		Revision int64         `db:"revision"`
	}
	list, err := store.Select[publication](tx, `SELECT published_at, revision FROM calendar_revision WHERE centre_id = $1
		UNION SELECT published_at, revision FROM calendar_hours WHERE centre_id = $1 ORDER BY revision`, centre)
	for _, p := range list {
		c := h.last
		if p.Revision < n.Revision {
			if c, err = past(tx, n, p.Revision); err != nil {
				return nil, err
			}
		}
		h.steps = append(h.steps, step{p.At, c})
	}
	return h, err
}

// past builds the calendar of a centre's own area at an earlier revision.
func past(tx *store.Tx, n counter, revision int64) (*Calendar, error) {
	n.Revision = revision
	spec, err := loadSpec(tx, n, n.Area)
	if err != nil {
		return nil, err
	}
	return New(spec)
}

// At gives the calendar in force at a moment; before the first publication, that of the first.
func (h *History) At(moment clock.Instant) *Calendar {
	for _, s := range slices.Backward(h.steps) {
		if s.at <= moment {
			return s.calendar
		}
	}
	if len(h.steps) > 0 {
		return h.steps[0].calendar
	}
	return h.last
}
