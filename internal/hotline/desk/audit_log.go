package desk

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// AuditRow is a line of the audit log with the names that a reader wants.
type AuditRow struct {
	audit.Line
	ActorName string `json:"actor_name,omitempty"` // of a person; "" for the program and for citizens
	UnitName  string `json:"unit_name,omitempty"`  // the actor's unit at that time
	No        string `json:"no,omitempty"`         // of the ticket, where the object is one
	Person    string `json:"person,omitempty"`     // whose account it is about, where the object is one
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
	if err := a.Require(hotline.PermAudit); err != nil {
		return nil, "", err
	}
	q := f.Filter
	if f.Actor != "" {
		var err error
		if q.ActorID, err = m.findActor(ctx, f.Actor); err != nil || q.ActorID == "" {
			return nil, "", err
		}
	}
	n := hotline.PageSize(f.Limit)
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
	list, _, err := m.org.Users(ctx, org.UserQuery{Text: name, Limit: hotline.MaxPage})
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
		if l.ObjectKind == "user" {
			people = append(people, l.Object)
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
	numbers, err := hotline.TicketNumbersTx(tx, centre, tickets)
	out := make([]AuditRow, len(lines))
	for i, l := range lines {
		id, _, _ := strings.Cut(l.ActorID, "/")
		u := places[l.ActorUnit]
		out[i] = AuditRow{Line: l, ActorName: names[id], UnitName: u.Short(), No: numbers[l.Object], Person: names[l.Object]}
	}
	return out, err
}

// AuditCheck is the outcome of checking the audit log and the data that it vouches for (核验).
type AuditCheck struct {
	Log  audit.Report        // the chains of the audit log
	Data hotline.CheckReport // the chains of the tickets' events against the log, kept counts and notices
}

// VerifyLog checks the centre's audit log and the hotline's data as the command line does, for those who may read the
// log; the check itself is a line of the log.
func (m *Module) VerifyLog(ctx context.Context) (AuditCheck, error) {
	a := actor.From(ctx)
	var c AuditCheck
	if err := a.Require(hotline.PermAudit); err != nil {
		return c, err
	}
	var err error
	if c.Log, err = audit.Verify(ctx, m.db, a.CentreID, nil); err != nil {
		return c, err
	}
	if c.Data, err = m.hotline.Check(actor.With(ctx, actor.SystemFor(a.CentreID))); err != nil {
		return c, err
	}
	return c, m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "audit.verify", Permission: hotline.PermAudit, Kind: "audit_log", Object: a.CentreID,
			Detail: map[string]any{"lines": c.Log.Lines, "log_faults": len(c.Log.Faults), "events": c.Data.Events, "data_faults": len(c.Data.Faults)}})
	})
}
