package hotline

import "yichuang/internal/store"

// ContentTx gives what the caller of a ticket said, to the module that took the ticket's matter over: it reads the words here, so that
// there is no second copy of them. It checks no permission, because the caller's use case has.
func (m *Module) ContentTx(tx *store.Tx, centre, ticket string) (string, error) {
	return store.Get[string](tx, "SELECT content FROM hotline_ticket WHERE centre_id = $1 AND id = $2", centre, ticket)
}

// TitlesTx gives the titles of tickets by their ids, as ContentTx does.
func (m *Module) TitlesTx(tx *store.Tx, centre string, tickets []string) (map[string]string, error) {
	type titled struct {
		ID    string `db:"id"`
		Title string `db:"title"`
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "id", tickets)
	out := map[string]string{}
	err := store.Each(tx, func(t *titled) error {
		out[t.ID] = t.Title
		return nil
	}, "SELECT id, title FROM hotline_ticket"+w.SQL(), w.Args...)
	return out, err
}

// UnchangedTx refuses with hotline.version where a ticket is no longer of the version that was read, and holds it as it is
// until the transaction ends. It is for modules that decide by what a ticket was.
func (m *Module) UnchangedTx(tx *store.Tx, t *Ticket) error {
	now, err := store.Get[int64](tx, "SELECT version FROM hotline_ticket WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), t.CentreID, t.ID)
	if err == nil && now != t.Version {
		err = ErrVersion.With("version", now)
	}
	return err
}

// TicketNumbersTx gives the numbers of tickets by their ids.
func TicketNumbersTx(tx *store.Tx, centre string, ids []string) (map[string]string, error) {
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
