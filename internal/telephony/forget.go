package telephony

import "yichuang/internal/store"

// ForgetTx takes the caller's number and the recordings' addresses out of a ticket's calls, because the ticket is
// destroyed; the call stays for the figures. The recordings themselves are at the switch.
func (m *Module) ForgetTx(tx *store.Tx, centre, ticket string) error {
	return tx.Queue("UPDATE telephony_call SET phone_enc = $3, phone_bix = '', recording = '' WHERE centre_id = $1 AND ticket_id = $2 AND ticket_id <> ''", centre, ticket, []byte{})
}
