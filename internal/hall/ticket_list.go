package hall

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// TicketFilter chooses tickets; empty fields do not restrict.
type TicketFilter struct {
	SiteID  string
	QueueID string
	Day     clock.Date
	State   State
	No      string
	After   string // id of the last ticket of the page before
	Limit   int
}

// TicketRow is a ticket in a list.
type TicketRow struct {
	Ticket
	Queue     string `db:"queue" json:"queue"`
	CounterNo string `db:"counter_no" json:"counter_no,omitempty"`
}

// Tickets lists the tickets that the actor may read, newest first.
func (m *Module) Tickets(ctx context.Context, f TicketFilter) (list []TicketRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("t.centre_id = ?", a.CentreID)
	cond, args := org.Filter(a, PermRead, org.Columns{Centre: "t.centre_id", Site: "t.site_id"})
	w.And(cond, args...)
	if f.SiteID != "" {
		w.And("t.site_id = ?", f.SiteID)
	}
	if f.QueueID != "" {
		w.And("t.queue_id = ?", f.QueueID)
	}
	if !unset(f.Day) {
		w.And("t.day = ?", f.Day)
	}
	if f.State != "" {
		w.And("t.state = ?", string(f.State))
	}
	if f.No != "" {
		w.And("t.no = ?", f.No)
	}
	if f.After != "" {
		w.And("t.id < ?", f.After)
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	list, err = readAll[TicketRow](ctx, m, "SELECT "+store.Columns[Ticket]("t.")+`, q.name AS queue, COALESCE(c.no, '') AS counter_no FROM hall_ticket t
		JOIN hall_queue q ON q.centre_id = t.centre_id AND q.id = t.queue_id
		LEFT JOIN hall_counter c ON c.centre_id = t.centre_id AND c.id = t.counter_id`+w.SQL()+" ORDER BY t.id DESC LIMIT "+itoa(limit+1), w.Args...)
	if len(list) > limit {
		list, next = list[:limit], list[limit-1].ID
	}
	return list, next, err
}

// Life (号票经过) is a ticket with its events.
type Life struct {
	TicketRow
	Site   string       `json:"site"`
	Events []Event      `json:"events"`
	Intact bool         `json:"intact"`          // the chain of events is whole
	Cases  []TicketCase `json:"cases,omitempty"` // that the actor may read
}

// Life gives one ticket that the actor may read.
func (m *Module) Life(ctx context.Context, id string) (Life, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Life{}, err
	}
	var out Life
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		t, err := loadTicket(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		if !org.Sees(a, PermRead, org.Row{CentreID: t.CentreID, SiteID: t.SiteID}) {
			return ErrMissing.Hide()
		}
		q, err := loadQueue(tx, a.CentreID, t.QueueID)
		if err != nil {
			return err
		}
		s, err := m.org.SiteTx(tx, a.CentreID, t.SiteID)
		if err != nil {
			return err
		}
		out = Life{TicketRow: TicketRow{Ticket: t, Queue: q.Name}, Site: s.Name}
		if t.CounterID != "" {
			c, err := loadCounter(tx, a.CentreID, t.CounterID)
			if err != nil {
				return err
			}
			out.CounterNo = c.No
		}
		if out.Cases, err = m.casesOf(tx, id); err != nil {
			return err
		}
		out.Events, err = loadEvents(tx, a.CentreID, id)
		out.Intact = chain.Broken(out.Events, t.EventSeq, t.EventHash) == 0
		return err
	})
	return out, err
}

// Scene (大厅现场) is a site as it stands now, for those who watch over it.
type Scene struct {
	Board
	SiteID string `json:"site_id"`
	Rules  Rules  `json:"rules"`
}

// Scene gives the present of a site.
func (m *Module) Scene(ctx context.Context, site string) (Scene, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Scene{}, err
	}
	if !org.Sees(a, PermRead, org.Row{CentreID: a.CentreID, SiteID: site}) {
		return Scene{}, ErrMissing.Hide()
	}
	var out Scene
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		h, err := getHall(tx, a.CentreID, site, "")
		if err != nil {
			return err
		}
		b, err := m.board(tx, a.CentreID, site)
		out = Scene{Board: b, SiteID: site, Rules: h.Rules}
		return err
	})
	return out, err
}

// unset reports whether a day was not given: clock.NoDate, or the zero value of a filter.
func unset(d clock.Date) bool { return d.IsZero() || d == 0 }
