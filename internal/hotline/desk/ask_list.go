package desk

import (
	"context"
	"slices"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// AskFilter chooses asks.
type AskFilter struct {
	Kind    hotline.AskKind // "" is any
	Waiting bool            // only those that wait for a decision, oldest first; else all, newest first
	UnitID  string
	After   string // id of the last one of the page before
	Limit   int
}

// AskRow is an ask as a list shows it, with its ticket.
type AskRow struct {
	hotline.Ask
	No      string `db:"no" json:"no"`
	Title   string `db:"title" json:"title"`
	Unit    string `db:"-" json:"unit_name"`
	Other   string `db:"-" json:"other_unit_name,omitempty"`
	Version int64  `db:"version" json:"version"` // of the ticket, for the decision
}

// Asks gives a page of what units ask for, of those that the actor may see, and the cursor of the next one.
func (m *Module) Asks(ctx context.Context, f AskFilter) ([]AskRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return nil, "", err
	}
	w, order, err := f.where(a)
	if err != nil {
		return nil, "", err
	}
	n := hotline.PageSize(f.Limit)
	w.Args = append(w.Args, n+1)
	var rows []AskRow
	next := ""
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = store.Select[AskRow](tx, "SELECT "+store.Columns[hotline.Ask]("k.")+", t.no, CASE WHEN t.confidential = 'all' THEN '（内容保密）' ELSE t.title END AS title, t.version FROM hotline_ask k"+
			" JOIN hotline_ticket t ON t.centre_id = k.centre_id AND t.id = k.ticket_id"+w.SQL()+order+" LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(rows) > n {
			rows, next = rows[:n], rows[n-1].ID
		}
		return m.nameAsks(tx, a.CentreID, rows)
	})
	return rows, next, err
}

func (f AskFilter) where(a *actor.Actor) (*store.Where, string, error) {
	cond, args := org.Filter(a, hotline.PermRead, org.Columns{Centre: "k.centre_id", Unit: "k.unit_id"})
	w := (&store.Where{}).And(cond, args...).And("k.centre_id = ?", a.CentreID)
	hotline.NotAccused(w, a)
	w.And("k.state <> 'drafted'") // nobody has asked yet
	if f.Kind != "" {
		w.And("k.kind = ?", f.Kind)
	}
	if f.UnitID != "" {
		w.And("k.unit_id = ?", f.UnitID)
	}
	order, beyond := " ORDER BY k.id DESC", "k.id < ?"
	if f.Waiting {
		w.And("k.state = 'waiting'")
		order, beyond = " ORDER BY k.id", "k.id > ?"
	}
	if f.After != "" {
		if _, err := id.Parse(f.After); err != nil {
			return nil, "", hotline.ErrCursor
		}
		w.And(beyond, f.After)
	}
	return w, order, nil
}

func (m *Module) nameAsks(tx *store.Tx, centre string, rows []AskRow) error {
	var units []string
	for _, r := range rows {
		for _, u := range []string{r.UnitID, r.OtherUnit} {
			if u != "" && !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	if len(units) == 0 {
		return nil
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	for i := range rows {
		u, other := names[rows[i].UnitID], names[rows[i].OtherUnit]
		rows[i].Unit, rows[i].Other = u.Short(), other.Short()
	}
	return err
}

// WaitingAsks counts by kind the asks that wait for a decision, of those that the actor may see.
func (m *Module) WaitingAsks(ctx context.Context) (map[hotline.AskKind]int, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermRead); err != nil {
		return nil, err
	}
	cond, args := org.Filter(a, hotline.PermRead, org.Columns{Centre: "centre_id", Unit: "unit_id"})
	w := (&store.Where{}).And(cond, args...).And("centre_id = ?", a.CentreID).And("state = 'waiting'")
	type counted struct {
		Kind hotline.AskKind `db:"kind"`
		N    int             `db:"n"`
	}
	out := map[hotline.AskKind]int{}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[counted](tx, "SELECT kind, COUNT(*) AS n FROM hotline_ask"+w.SQL()+" GROUP BY kind", w.Args...)
		for _, c := range list {
			out[c.Kind] = c.N
		}
		return err
	})
	return out, err
}

// ReturnDrafts lists the written returns that wait for a head's confirmation, of the units that the actor may act for.
func (m *Module) ReturnDrafts(ctx context.Context) ([]AskRow, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermDraftReturn); err != nil {
		return nil, err
	}
	cond, args := org.Filter(a, hotline.PermDraftReturn, org.Columns{Centre: "k.centre_id", Unit: "k.unit_id"})
	w := (&store.Where{}).And(cond, args...).And("k.centre_id = ?", a.CentreID).And("k.state = 'drafted'").And("l.state IN ('PENDING_SIGN', 'SIGNED')")
	hotline.NotAccused(w, a)
	var rows []AskRow
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = store.Select[AskRow](tx, "SELECT "+store.Columns[hotline.Ask]("k.")+", t.no, CASE WHEN t.confidential = 'all' THEN '（内容保密）' ELSE t.title END AS title, t.version FROM hotline_ask k"+
			" JOIN hotline_leg l ON l.centre_id = k.centre_id AND l.ticket_id = k.ticket_id AND l.id = k.leg_id JOIN hotline_ticket t ON t.centre_id = k.centre_id AND t.id = k.ticket_id"+w.SQL()+" ORDER BY k.id LIMIT 200", w.Args...)
		if err != nil {
			return err
		}
		return m.nameAsks(tx, a.CentreID, rows)
	})
	return rows, err
}
