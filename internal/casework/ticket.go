package casework

import (
	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// QueueTicket (号票) is the number under which somebody waited who then applied, as the sheet of his cases shows it. Package hall
// keeps it. Moments that have not come are 0.
type QueueTicket struct {
	ID        string        `json:"id"`
	No        string        `json:"no"`
	Counter   string        `json:"counter,omitempty"` // where it is or was last
	TakenAt   clock.Instant `json:"taken_at"`
	CalledAt  clock.Instant `json:"called_at,omitzero"` // first
	StartedAt clock.Instant `json:"started_at,omitzero"`
	EndedAt   clock.Instant `json:"ended_at,omitzero"`
	Href      string        `json:"-"` // of its own page; "" for whoever may not read it
}

// Queue (排队) is what the composition root hands in from package hall: which number is being served where somebody sits, "" for
// none, and a number by its id.
type Queue struct {
	Serving func(tx *store.Tx, centre, user string) (string, error)
	Ticket  func(tx *store.Tx, centre, id string) (QueueTicket, error)
}

// SetQueue says where people wait. Without it no visit is linked with a number.
func (m *Module) SetQueue(q Queue) { m.queue = q }

// linkTicket links a visit with the number that is being served where its clerk sits (hall reference §2.1). Only somebody who came
// had a number.
func (m *Module) linkTicket(tx *store.Tx, v *Visit) (err error) {
	if m.queue.Serving == nil || v.Channel != ChannelWindow || v.CreatedBy == "" {
		return nil
	}
	v.TicketID, err = m.queue.Serving(tx, v.CentreID, v.CreatedBy)
	return err
}

// ticketOf gives the number that a visit is linked with; nil for none.
func (m *Module) ticketOf(tx *store.Tx, v *Visit) (*QueueTicket, error) {
	if v.TicketID == "" || m.queue.Ticket == nil {
		return nil, nil
	}
	t, err := m.queue.Ticket(tx, v.CentreID, v.TicketID)
	return &t, err
}

// OfTicketTx lists the cases that were received while a number was served, as far as the actor of the transaction may read them, in
// the order of receipt.
func (m *Module) OfTicketTx(tx *store.Tx, ticket string) ([]Case, error) {
	a := actor.From(tx.Context())
	if !a.Can(PermRead) || ticket == "" {
		return nil, nil
	}
	all, err := store.Select[Case](tx, "SELECT "+store.Columns[Case]("c.")+` FROM casework_visit v JOIN casework_case c ON c.centre_id = v.centre_id AND c.visit_id = v.id
		WHERE v.centre_id = $1 AND v.ticket_id = $2 AND v.ticket_id <> '' ORDER BY c.id LIMIT 200`, a.CentreID, ticket)
	var out []Case
	for _, c := range all {
		if c.visible(a, PermRead) == nil {
			out = append(out, c)
		}
	}
	return out, err
}
