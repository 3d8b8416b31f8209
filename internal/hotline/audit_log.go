package hotline

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// PermAudit is the permission to read the audit log (审计日志) of the centre, whatever module wrote its lines.
const PermAudit actor.Permission = "audit.log.read"

// AuditRow is a line of the audit log with the names that a reader wants.
type AuditRow struct {
	audit.Line
	ActorName string // of a person; "" for the program and for citizens
	UnitName  string // the actor's unit at that time
	No        string // of the ticket, where the object is one
}

// AuditFilter chooses lines of the audit log. Actor is a user name or a person's name; the object may be given as a
// ticket's number.
type AuditFilter struct {
	audit.Filter
	Actor string
}

// AuditLog gives a page of the centre's audit log, newest first, and the cursor of the next page.
func (m *Module) AuditLog(ctx context.Context, f AuditFilter) ([]AuditRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAudit); err != nil {
		return nil, "", err
	}
	q := f.Filter
	if f.Actor != "" {
		var err error
		if q.ActorID, err = m.findActor(ctx, f.Actor); err != nil || q.ActorID == "" {
			return nil, "", err
		}
	}
	n := pageSize(f.Limit)
	q.Limit = n + 1
	var rows []AuditRow
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if q.Object, err = objectID(tx, a.CentreID, q.Object); err != nil {
			return err
		}
		lines, err := audit.List(tx, a.CentreID, q)
		if err != nil {
			return err
		}
		if len(lines) > n {
			lines, next = lines[:n], lines[n-1].ID
		}
		rows, err = m.nameLines(tx, a.CentreID, lines)
		return err
	})
	return rows, next, err
}

// findActor gives the id of the one person of that user name or name, "" where there is none.
func (m *Module) findActor(ctx context.Context, name string) (string, error) {
	list, _, err := m.org.Users(ctx, org.UserQuery{Text: name, Limit: maxPage})
	if err != nil || len(list) == 0 {
		return "", err
	}
	for _, u := range list {
		if u.Username == name || u.DisplayName == name {
			return u.ID, nil
		}
	}
	return list[0].ID, nil
}

// objectID replaces a ticket's number by its id; everything else stays.
func objectID(tx *store.Tx, centre, object string) (string, error) {
	if !strings.Contains(object, "-") {
		return object, nil
	}
	ids, err := store.Select[string](tx, "SELECT id FROM hotline_ticket WHERE centre_id = $1 AND no = $2", centre, object)
	if len(ids) == 1 {
		object = ids[0]
	}
	return object, err
}

func (m *Module) nameLines(tx *store.Tx, centre string, lines []audit.Line) ([]AuditRow, error) {
	var people, units, tickets []string
	for _, l := range lines {
		id, _, _ := strings.Cut(l.ActorID, "/")
		people, units = append(people, id), append(units, l.ActorUnit)
		if l.ObjectKind == "ticket" {
			tickets = append(tickets, l.Object)
		}
	}
	names, err := m.org.UserNamesTx(tx, centre, people)
	if err != nil {
		return nil, err
	}
	places, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	numbers, err := ticketNumbers(tx, centre, tickets)
	out := make([]AuditRow, len(lines))
	for i, l := range lines {
		id, _, _ := strings.Cut(l.ActorID, "/")
		u := places[l.ActorUnit]
		out[i] = AuditRow{Line: l, ActorName: names[id], UnitName: u.Short(), No: numbers[l.Object]}
	}
	return out, err
}

func ticketNumbers(tx *store.Tx, centre string, ids []string) (map[string]string, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "id", ids)
	type numbered struct {
		ID string `db:"id"`
		No string `db:"no"`
	}
	list, err := store.Select[numbered](tx, "SELECT id, no FROM hotline_ticket"+w.SQL(), w.Args...)
	out := map[string]string{}
	for _, n := range list {
		out[n.ID] = n.No
	}
	return out, err
}

// AuditCheck is the outcome of checking the audit log and the event chains that it vouches for (核验).
type AuditCheck struct {
	audit.Report
	Tickets int64         // event chains walked
	Broken  []BrokenChain // the first of those that do not hold
}

// BrokenChain is a ticket whose events do not hold together.
type BrokenChain struct {
	No  string
	Seq int64 // first event that does not hold
}

// brokenShown bounds what a check lists.
const brokenShown = 100

// VerifyLog walks every chain of the centre's audit log and of its tickets' events, and says where one does not hold.
func (m *Module) VerifyLog(ctx context.Context) (AuditCheck, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAudit); err != nil {
		return AuditCheck{}, err
	}
	report, err := audit.Verify(ctx, m.db, a.CentreID, nil)
	c := AuditCheck{Report: report}
	if err != nil {
		return c, err
	}
	for after := ""; ; {
		n, last, err := m.verifyPage(ctx, &c, after)
		if err != nil || n == 0 {
			return c, err
		}
		after = last
	}
}

// verifyPage checks the event chains of the next tickets, each page in a snapshot of its own.
func (m *Module) verifyPage(ctx context.Context, c *AuditCheck, after string) (n int, last string, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		tickets, err := store.Select[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND id > $2 ORDER BY id LIMIT 500", c.Centre, after)
		if err != nil || len(tickets) == 0 {
			return err
		}
		n, last = len(tickets), string(tickets[len(tickets)-1].ID)
		chains := map[TicketID][]Event{}
		err = store.Each(tx, func(e *Event) error {
			chains[e.TicketID] = append(chains[e.TicketID], *e)
			return nil
		}, "SELECT "+store.Columns[Event]("")+" FROM hotline_event WHERE centre_id = $1 AND ticket_id >= $2 AND ticket_id <= $3 ORDER BY ticket_id, seq", c.Centre, tickets[0].ID, last)
		if err != nil {
			return err
		}
		for i := range tickets {
			t := &tickets[i]
			c.Tickets++
			if seq := verifyEvents(t, chains[t.ID]); seq != 0 && len(c.Broken) < brokenShown {
				c.Broken = append(c.Broken, BrokenChain{t.No, seq})
			}
		}
		return nil
	})
	return n, last, err
}
