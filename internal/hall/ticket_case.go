package hall

import "yichuang/internal/store"

// TicketCase (关联办件) is a case that was received while a number was served, as the number's page shows it to whoever may read the
// case. Package casework keeps it.
type TicketCase struct {
	No    string `json:"no"`
	Item  string `json:"item"`
	State string `json:"state"`
	Href  string `json:"-"`
}

// TakeCases hands in what the cases of a number are, for the actor of the transaction.
func (m *Module) TakeCases(f func(tx *store.Tx, ticket string) ([]TicketCase, error)) { m.cases = f }

// casesOf gives the cases of a number that the actor may read.
func (m *Module) casesOf(tx *store.Tx, ticket string) ([]TicketCase, error) {
	if m.cases == nil {
		return nil, nil
	}
	return m.cases(tx, ticket)
}

// servingQuery goes by the index of who sits where.
var servingQuery = "SELECT " + store.Columns[Ticket]("t.") + `, c.no AS counter_no FROM hall_counter c JOIN hall_ticket t ON t.centre_id = c.centre_id AND t.id = c.ticket_id
	WHERE c.centre_id = $1 AND c.staff_id = $2 AND c.staff_id <> '' AND t.state = 'serving' LIMIT 1`

// servedTicket is a number with the counter that serves it.
type servedTicket struct {
	Ticket
	CounterNo string `db:"counter_no"`
}

// ServingTx gives the number that is being served where somebody sits, with the counter, in a transaction of another module; none
// where he sits at no counter, or nobody is served there.
func (m *Module) ServingTx(tx *store.Tx, centre, user string) (t Ticket, counter string, err error) {
	list, err := store.Select[servedTicket](tx, servingQuery, centre, user)
	if len(list) == 0 || user == "" {
		return Ticket{}, "", err
	}
	return list[0].Ticket, list[0].CounterNo, err
}

// TicketTx gives a number with its counter, in a transaction of another module, which says who may see it.
func (m *Module) TicketTx(tx *store.Tx, centre, id string) (t Ticket, counter string, err error) {
	if t, err = loadTicket(tx, centre, id); err != nil || t.CounterID == "" {
		return t, "", err
	}
	c, err := loadCounter(tx, centre, t.CounterID)
	return t, c.No, err
}
