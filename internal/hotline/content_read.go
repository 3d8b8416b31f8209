package hotline

import "yichuang/internal/store"

// ContentTx gives what the caller of a ticket said, to the module that took the ticket's matter over: it reads the words here, so that
// there is no second copy of them. It checks no permission, because the caller's use case has.
func (m *Module) ContentTx(tx *store.Tx, centre, ticket string) (string, error) {
	return store.Get[string](tx, "SELECT content FROM hotline_ticket WHERE centre_id = $1 AND id = $2", centre, ticket)
}
