package hotline

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// presenceLife is how long a page counts as open after its last sign of life. A node that stops without a word leaves
// its rows behind for as long.
const presenceLife = 45 * time.Second

// PresenceBeat is how often an open page gives its sign of life.
const PresenceBeat = presenceLife / 3

// Visit (在场) is one page of a ticket that somebody has open.
type Visit struct {
	TicketID TicketID
	ID       string // of the page, so that somebody with two pages leaves one of them
	Writing  Action // whose form is being filled in; "" for only reading
	Since    int64  // number of the newest event that the page shows
}

// Visitor is somebody else who has the ticket open.
type Visitor struct {
	Name    string `json:"name"` // "" where the reader may only know the unit
	Unit    string `json:"unit"` // "" for the hotline office
	Writing Action `json:"writing,omitempty"`
}

// Glimpse is what an open page must know of its ticket: what happened since it was shown, and who else is there.
type Glimpse struct {
	State     State
	Seq       int64
	Events    []Event // after Visit.Since; without texts
	Others    []Visitor
	UnitNames map[string]string // of the units of events, by id
}

// presence is a row of hotline_presence.
type presence struct {
	CentreID  string        `db:"centre_id"`
	TicketID  TicketID      `db:"ticket_id"`
	ID        string        `db:"id"`
	UserID    string        `db:"user_id"`
	UnitID    string        `db:"unit_id"`
	Name      string        `db:"name"`
	Writing   Action        `db:"writing"`
	ExpiresAt clock.Instant `db:"expires_at"`
}

// Arrive says that a page is open, and again every PresenceBeat. It is no event of the ticket and leaves no audit line.
func (m *Module) Arrive(ctx context.Context, v Visit) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := m.glimpsed(tx, a, v.TicketID); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM hotline_presence WHERE centre_id = $1 AND expires_at <= $2", a.CentreID, tx.Now()); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO hotline_presence (centre_id, ticket_id, id, user_id, unit_id, name, writing, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (centre_id, ticket_id, id) DO UPDATE SET writing = excluded.writing, expires_at = excluded.expires_at`,
			a.CentreID, v.TicketID, v.ID, a.UserID, a.UnitID, a.Name, v.Writing, tx.Now().Add(presenceLife))
		return err
	})
}

// Leave says that a page is closed.
func (m *Module) Leave(ctx context.Context, v Visit) error {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM hotline_presence WHERE centre_id = $1 AND ticket_id = $2 AND id = $3 AND user_id = $4", a.CentreID, v.TicketID, v.ID, a.UserID)
		return err
	})
}

// Glance tells an open page what it must know.
func (m *Module) Glance(ctx context.Context, v Visit) (Glimpse, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Glimpse{}, err
	}
	var g Glimpse
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		o, err := m.glimpsed(tx, a, v.TicketID)
		if err != nil {
			return err
		}
		g = Glimpse{State: o.State, Seq: o.EventSeq}
		if g.Seq > v.Since {
			if g.Events, err = newerEvents(tx, o, v.Since); err != nil {
				return err
			}
		}
		return m.others(tx, a, v, &g)
	})
	return g, err
}

// glimpsed loads a ticket that the actor may read.
func (m *Module) glimpsed(tx *store.Tx, a *actor.Actor, id TicketID) (*order, error) {
	t, err := store.Get[Ticket](tx, "SELECT "+ticketColumns+ticketQuery, a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	o := &order{Ticket: t}
	if t.UnitID != "" && o.visible(a, PermRead) != nil { // a unit that helps sees it by its leg
		if o.legs, err = store.Select[Leg](tx, legQuery, a.CentreID, id); err != nil {
			return nil, err
		}
	}
	return o, o.visible(a, PermRead)
}

// newerEvents are the newest events after seq, the oldest first, without what was written.
func newerEvents(tx *store.Tx, o *order, seq int64) ([]Event, error) {
	list, err := store.Select[Event](tx, "SELECT seq, action, state, actor_kind, actor_id, actor_name, unit_id, at FROM hotline_event WHERE centre_id = $1 AND ticket_id = $2 AND seq > $3 ORDER BY seq DESC LIMIT 20",
		o.CentreID, o.ID, seq)
	slices.Reverse(list)
	return list, err
}

// others adds who else has the ticket open: the people of one's own house by name, for a unit those of others by where
// they work only.
func (m *Module) others(tx *store.Tx, a *actor.Actor, v Visit, g *Glimpse) error {
	rows, err := store.Select[presence](tx, "SELECT "+store.Columns[presence]("")+" FROM hotline_presence WHERE centre_id = $1 AND ticket_id = $2 AND expires_at > $3 ORDER BY id",
		a.CentreID, v.TicketID, tx.Now())
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(p presence) bool { return p.UserID == a.UserID })
	names, err := m.unitNames(tx, a.CentreID, rows, g.Events)
	if err != nil {
		return err
	}
	g.UnitNames = names
	everybody := a.Scope(PermRead) >= actor.Centre
	for _, p := range rows {
		o := Visitor{Name: p.Name, Unit: names[p.UnitID], Writing: p.Writing}
		if !everybody && p.UnitID != a.UnitID && !a.HasUnit(p.UnitID) {
			o.Name = ""
		}
		same := func(x Visitor) bool { return x.Name == o.Name && x.Unit == o.Unit }
		if i := slices.IndexFunc(g.Others, same); i >= 0 { // two pages of one person
			g.Others[i].Writing = max(g.Others[i].Writing, o.Writing)
			continue
		}
		g.Others = append(g.Others, o)
	}
	slices.SortStableFunc(g.Others, func(x, y Visitor) int { return strings.Compare(string(y.Writing), string(x.Writing)) })
	return nil
}

// unitNames names the units of visitors and events.
func (m *Module) unitNames(tx *store.Tx, centre string, rows []presence, events []Event) (map[string]string, error) {
	var ids []string
	for _, p := range rows {
		ids = append(ids, p.UnitID)
	}
	for _, e := range events {
		ids = append(ids, e.UnitID)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(u string) bool { return u == "" })
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	units, err := m.org.UnitsTx(tx, centre, ids)
	for k, u := range units {
		out[k] = u.Short()
	}
	return out, err
}

// presenceNow gives, for every ticket that has open pages, a text that changes whenever somebody comes, goes or begins
// to write.
func presenceNow(tx *store.Tx, centre string) (map[TicketID]string, error) {
	rows, err := store.Select[presence](tx, "SELECT "+store.Columns[presence]("")+" FROM hotline_presence WHERE centre_id = $1 AND expires_at > $2 ORDER BY ticket_id, id LIMIT 2000", centre, tx.Now())
	out := map[TicketID]string{}
	for _, p := range rows {
		out[p.TicketID] += p.ID + ":" + string(p.Writing) + " "
	}
	return out, err
}
