package desk

import (
	"context"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// OverdueRow is an overdue leg as everybody in the centre may see it (超期公示): which unit, since when, and no word of
// what the caller said.
type OverdueRow struct {
	TicketID     hotline.TicketID `db:"ticket_id" json:"ticket_id"`
	No           string           `db:"no" json:"no"`
	Kind         string           `db:"kind" json:"kind"`
	Urgency      string           `db:"urgency" json:"urgency"`
	Supervised   int              `db:"supervised" json:"supervised"`
	LegID        hotline.LegID    `db:"leg_id" json:"leg_id"`
	UnitID       string           `db:"unit_id" json:"unit_id"`
	Unit         string           `db:"-" json:"unit_name"`
	Role         string           `db:"role" json:"role"`
	State        hotline.LegState `db:"state" json:"state"`
	DispatchedAt clock.Instant    `db:"dispatched_at" json:"dispatched_at"`
	Due          clock.Instant    `db:"due" json:"due"`
	Late         string           `db:"-" json:"late"`                // since how long
	Workdays     int              `db:"-" json:"workdays"`            // whole working days
	Bulletin     bool             `db:"-" json:"bulletin"`            // 通报候选
	Readable     bool             `db:"-" json:"readable"`            // the reader may open the ticket
	Title        string           `db:"title" json:"title,omitempty"` // only where the reader may open it
	Secret       string           `db:"confidential" json:"-"`
}

// OverdueFilter chooses overdue legs, the longest overdue first.
type OverdueFilter struct {
	UnitID string
	After  string
	Limit  int
}

// OverdueUnit is how many legs of a unit are overdue.
type OverdueUnit struct {
	UnitID string        `db:"unit_id" json:"unit_id"`
	Unit   string        `db:"-" json:"unit_name"`
	N      int64         `db:"n" json:"n"`
	Oldest clock.Instant `db:"oldest" json:"oldest"` // the earliest due
}

// overdueRange is what is overdue at a moment: the condition of Leg.Overdue in SQL.
func overdueRange(w *store.Where, now clock.Instant) *store.Where {
	return w.And("l.open").And("l.due < ?", now).And("l.state <> ?", hotline.LegSuspended).And("l.extension = ''")
}

// OverdueLegs gives a page of the centre's overdue legs and the cursor of the next. Everybody who works in the centre or
// for it may see the list; the title stays with those who may read the ticket.
func (m *Module) OverdueLegs(ctx context.Context, f OverdueFilter) ([]OverdueRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermOverdue); err != nil {
		return nil, "", err
	}
	n := hotline.PageSize(f.Limit)
	var rows []OverdueRow
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		w := overdueRange((&store.Where{}).And("l.centre_id = ?", a.CentreID), tx.Now())
		if f.UnitID != "" {
			w.And("l.unit_id = ?", f.UnitID)
		}
		if f.After != "" {
			at, leg, ok := strings.Cut(f.After, ".")
			due, err := strconv.ParseInt(at, 10, 64)
			if err != nil || !ok {
				return hotline.ErrCursor
			}
			w.And("(l.due, l.id) > (?, ?)", due, leg)
		}
		w.Args = append(w.Args, n+1)
		rows, err = store.Select[OverdueRow](tx, `SELECT l.ticket_id, l.id AS leg_id, l.unit_id, l.role, l.state, l.dispatched_at, l.due, t.no, t.kind, t.urgency, t.supervised, t.title, t.confidential
			FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id`+w.SQL()+" ORDER BY l.due, l.id LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(rows) > n {
			last := rows[n-1]
			rows, next = rows[:n], strconv.FormatInt(int64(last.Due), 10)+"."+string(last.LegID)
		}
		return m.nameOverdue(tx, a, rows)
	})
	return rows, next, err
}

func (m *Module) nameOverdue(tx *store.Tx, a *actor.Actor, rows []OverdueRow) error {
	if len(rows) == 0 {
		return nil
	}
	var units []string
	for _, r := range rows {
		units = append(units, r.UnitID)
	}
	places, err := m.org.UnitsTx(tx, a.CentreID, units)
	if err != nil {
		return err
	}
	cal, err := m.calendar.ForCentre(tx, a.CentreID, "")
	if err != nil {
		return err
	}
	limits, err := m.hotline.LimitsTx(tx, a.CentreID)
	if err != nil {
		return err
	}
	now := tx.Now()
	for i := range rows {
		r := &rows[i]
		u := places[r.UnitID]
		r.Unit = u.Name
		r.Late = cal.Remaining(calendar.UnitWorkday, now, r.Due, r.UnitID).Text()
		r.Workdays = cal.WorkdaysBetween(calendar.LastDay(r.Due), now.Date())
		r.Bulletin = now >= hotline.OpenAfter(cal, &hotline.Leg{Due: r.Due, UnitID: r.UnitID}, limits.BulletinDays+1)
		r.Readable = org.Sees(a, hotline.PermRead, org.Row{CentreID: a.CentreID, UnitID: r.UnitID})
		if !r.Readable || r.Secret == hotline.ConfidentialAll {
			r.Title = ""
		}
	}
	return nil
}

// OverdueUnits counts the overdue legs of each unit, the most first.
func (m *Module) OverdueUnits(ctx context.Context) ([]OverdueUnit, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermOverdue); err != nil {
		return nil, err
	}
	var out []OverdueUnit
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		w := overdueRange((&store.Where{}).And("l.centre_id = ?", a.CentreID), tx.Now())
		out, err = store.Select[OverdueUnit](tx, "SELECT l.unit_id, COUNT(*) AS n, MIN(l.due) AS oldest FROM hotline_leg l"+w.SQL()+" GROUP BY l.unit_id ORDER BY 2 DESC, 3", w.Args...)
		if err != nil || len(out) == 0 {
			return err
		}
		var units []string
		for _, u := range out {
			units = append(units, u.UnitID)
		}
		places, err := m.org.UnitsTx(tx, a.CentreID, units)
		for i := range out {
			out[i].Unit = places[out[i].UnitID].Name
		}
		return err
	})
	return out, err
}
