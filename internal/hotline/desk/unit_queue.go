package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// UnitFilter chooses legs of units. Open legs come by due time, so that what is overdue stands on top; what is done
// comes newest first.
type UnitFilter struct {
	UnitID string           // "" is every unit of the actor
	State  hotline.LegState // "" is every open state
	Done   bool             // what the unit no longer owes (已办), instead of what is open
	After  string           // cursor of the page before
	Limit  int
}

// UnitLeg is a leg of a unit's desk with its ticket. Its Round, Due and Provisional are the leg's, not the ticket's.
type UnitLeg struct {
	hotline.Row
	LegID       hotline.LegID `json:"leg_id"`
	Role        string        `json:"role"`
	SignDue     clock.Instant `json:"sign_due"`
	SubmittedAt clock.Instant `json:"submitted_at,omitzero"`
	Outcome     string        `json:"outcome,omitempty"`
}

// unitLegRow is how a UnitLeg is read: the embedded Row has columns of its own for what differs by leg.
type unitLegRow struct {
	hotline.Row
	LegID          hotline.LegID `db:"leg_id"`
	Role           string        `db:"role"`
	SignDue        clock.Instant `db:"sign_due"`
	SubmittedAt    clock.Instant `db:"submitted_at"`
	Outcome        string        `db:"outcome"`
	LegDue         clock.Instant `db:"leg_due"`
	LegRound       int           `db:"leg_round"`
	LegProvisional bool          `db:"leg_provisional"`
	LegUnit        string        `db:"leg_unit"`
}

const unitLegColumns = ", l.state AS leg_state, l.id AS leg_id, l.role, l.sign_due, l.submitted_at, l.outcome, l.due AS leg_due, l.round AS leg_round, l.provisional AS leg_provisional, l.unit_id AS leg_unit"

// UnitQueue gives a page of the legs of the actor's units (承办单位工作台) and the cursor of the next one.
func (m *Module) UnitQueue(ctx context.Context, f UnitFilter) ([]UnitLeg, string, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return nil, "", err
	}
	units, err := deskUnits(a, f.UnitID)
	if err != nil || len(units) == 0 {
		return nil, "", err
	}
	w := (&store.Where{}).And("l.centre_id = ?", a.CentreID)
	store.In(w, "l.unit_id", units)
	hotline.NotAccused(w, a)
	if err := f.restrict(w); err != nil {
		return nil, "", err
	}
	order := " ORDER BY l.due, l.id"
	if f.Done {
		order = " ORDER BY l.id DESC"
	}
	n := hotline.PageSize(f.Limit)
	w.Args = append(w.Args, n+1)
	query := "SELECT " + store.Columns[hotline.Ticket]("t.") + unitLegColumns + " FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id" +
		w.SQL() + order + " LIMIT $" + strconv.Itoa(len(w.Args))
	var out []UnitLeg
	next := ""
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[unitLegRow](tx, query, w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list = list[:n]
			next = f.cursor(&list[n-1])
		}
		out, err = m.unitLegs(tx, a, list)
		return err
	})
	return out, next, err
}

// deskUnits lists the units whose desk is asked for: the actor's own, or one that the actor may see.
func deskUnits(a *actor.Actor, unit string) ([]string, error) {
	units := []string{unit}
	if unit == "" {
		units = slices.Clone(a.UnitIDs)
		if len(units) == 0 && a.UnitID != "" {
			units = []string{a.UnitID}
		}
	}
	for _, u := range units {
		if !org.Sees(a, hotline.PermRead, org.Row{CentreID: a.CentreID, UnitID: u}) {
			return nil, hotline.ErrNotFound.Hide()
		}
	}
	return units, nil
}

func (f UnitFilter) restrict(w *store.Where) error {
	if f.Done {
		w.And("NOT l.open")
		if f.After == "" {
			return nil
		}
		if _, err := id.Parse(f.After); err != nil {
			return hotline.ErrCursor
		}
		w.And("l.id < ?", f.After)
		return nil
	}
	w.And("l.open")
	if f.State != "" {
		w.And("l.state = ?", f.State)
	}
	if f.After == "" {
		return nil
	}
	at, leg, ok := strings.Cut(f.After, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !ok {
		return hotline.ErrCursor
	}
	w.And("(l.due, l.id) > (?, ?)", n, leg)
	return nil
}

func (f UnitFilter) cursor(last *unitLegRow) string {
	if f.Done {
		return string(last.LegID)
	}
	return strconv.FormatInt(int64(last.LegDue), 10) + "." + string(last.LegID)
}

// unitLegs decorates the tickets as if the leg's unit and clock were the ticket's own.
func (m *Module) unitLegs(tx *store.Tx, a *actor.Actor, list []unitLegRow) ([]UnitLeg, error) {
	rows := make([]hotline.Row, len(list))
	for i, r := range list {
		rows[i] = r.Row
		rows[i].Round, rows[i].Due, rows[i].Provisional, rows[i].UnitID = r.LegRound, r.LegDue, r.LegProvisional, r.LegUnit
	}
	if err := m.hotline.DecorateTx(tx, a, rows); err != nil {
		return nil, err
	}
	out := make([]UnitLeg, len(list))
	for i, r := range list {
		if s := r.LegState; !s.Running() || s == hotline.LegSuspended { // its clock stands, whatever the ticket's does
			rows[i].Overdue, rows[i].Yellow, rows[i].Remaining = false, false, ""
		}
		out[i] = UnitLeg{Row: rows[i], LegID: r.LegID, Role: r.Role, SignDue: r.SignDue, SubmittedAt: r.SubmittedAt, Outcome: r.Outcome}
	}
	return out, nil
}

// UnitCounts gives how many legs of the actor's units, or of one unit, are in each state, from the kept counters.
func (m *Module) UnitCounts(ctx context.Context, unit string) (map[hotline.LegState]int64, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return nil, err
	}
	units, err := deskUnits(a, unit)
	if err != nil || len(units) == 0 {
		return nil, err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("name = ?", hotline.CountUnit).And("day = ''")
	var dims []string
	for _, u := range units {
		for _, s := range hotline.LegStates {
			dims = append(dims, u+"/"+string(s))
		}
	}
	store.In(w, "dim", dims)
	out := map[hotline.LegState]int64{}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[hotline.Count](tx, "SELECT dim, CAST(SUM(n) AS BIGINT) AS n FROM hotline_count"+w.SQL()+" GROUP BY dim", w.Args...)
		for _, c := range list {
			_, state, _ := strings.Cut(c.Dim, "/")
			out[hotline.LegState(state)] += c.N
		}
		return err
	})
	return out, err
}
