package hotline

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// LinkedTicket is a ticket that another one is tied to, as its record shows it.
type LinkedTicket struct {
	Link
	No    string `db:"no" json:"no"` // of the ticket on the other side
	State State  `db:"state" json:"state"`
	Back  bool   `db:"-" json:"back"` // the other ticket points to this one
}

// loadLinks lists the ties of a ticket in both directions, oldest first.
func loadLinks(tx *store.Tx, t *Ticket) ([]LinkedTicket, error) {
	var out []LinkedTicket
	for _, side := range []struct{ own, other string }{{"ticket_id", "other_id"}, {"other_id", "ticket_id"}} {
		list, err := store.Select[LinkedTicket](tx, "SELECT "+store.Columns[Link]("l.")+", t.no, t.state FROM hotline_link l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l."+side.other+
			" WHERE l.centre_id = $1 AND l."+side.own+" = $2 ORDER BY l.id", t.CentreID, t.ID)
		if err != nil {
			return nil, err
		}
		for i := range list {
			list[i].Back = side.own == "other_id"
		}
		out = append(out, list...)
	}
	return out, nil
}

// belonging fills in what belongs to a ticket besides its own history: asks, ties to other tickets and, for the hotline
// office, who else waits for its reply.
func (m *Module) belonging(tx *store.Tx, a *actor.Actor, o *order, d *Dossier) error {
	asks, err := loadAsks(tx, o.CentreID, o.ID)
	if err != nil {
		return err
	}
	d.Asks = shownAsks(a, o, asks)
	if d.Links, err = loadLinks(tx, &o.Ticket); err != nil {
		return err
	}
	merged, err := mergedInto(tx, &o.Ticket)
	if err != nil {
		return err
	}
	calls := ofRound(d.Callbacks, o.Round)
	for i := range merged {
		t := &merged[i]
		row := MergedTicket{ID: t.ID, No: t.No, Title: t.Title, Channel: t.Channel, CreatedAt: t.CreatedAt, ReplyWanted: t.wants()}
		row.Called = slices.ContainsFunc(calls, func(c CallbackResult) bool { return c.About == t.ID && c.Reached })
		child := order{Ticket: *t}
		if mayKnowCaller(a, &child) {
			if row.CallerName, row.CallerPhone, err = m.masked(tx, t); err != nil {
				return err
			}
		}
		d.Merged = append(d.Merged, row)
	}
	return nil
}

// masked gives the caller of a ticket with the parts hidden that lists do not show.
func (m *Module) masked(tx *store.Tx, t *Ticket) (name, phone string, err error) {
	p, err := party.Load(tx, t.CentreID, t.CallerID)
	if err != nil {
		return "", "", err
	}
	c, err := m.party.Open(p)
	if err != nil {
		return "", "", err
	}
	c = c.Masked()
	return c.Name, c.Phone, nil
}
