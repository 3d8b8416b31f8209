package hotline

import (
	"errors"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/id"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// destroyedTitle is what lists show of a destroyed ticket.
const destroyedTitle = "（已按规定销毁）"

// redactions say for every table with rows about a ticket which columns hold what people wrote, or who they are. They are
// emptied when the ticket is destroyed; all others stay, because figures are made of them. A test goes through every
// table of the program and fails for a column that nobody has placed. Events are redacted one by one (Event.redact).
var redactions = []struct {
	table, ticket string
	written       []string
}{
	{"hotline_ticket", "id", []string{"content", "address", "query_bix"}},
	{"hotline_leg", "ticket_id", []string{"extension", "reply_public", "reply_internal", "matter"}},
	{"hotline_callback", "ticket_id", []string{"reason", "note"}},
	{"hotline_notice", "ticket_id", []string{"text", "answer", "lift_reason"}},
	{"hotline_supervision", "ticket_id", []string{"demand", "reply", "finding"}},
	{"hotline_message", "ticket_id", []string{"text", "problem"}},
	{"hotline_attachment", "ticket_id", []string{"name", "blob_id"}},
	{"hotline_ask", "ticket_id", []string{"reason", "told", "remark"}},
	{"hotline_link", "ticket_id", []string{"reason", "before"}},
	{"hotline_place", "ticket_id", []string{"media_url"}},
}

// redactTicket takes what people wrote and who they are out of a ticket that is destroyed (销毁): its rows, the history,
// the index of texts, the attachments, and the caller, where no other ticket needs him. States, moments, codes and
// outcomes stay, and so do all figures. The last event says what happened and vouches for the data that is left.
func (m *Module) redactTicket(tx *store.Tx, object string) error {
	centre := actor.From(tx.Context()).CentreID
	if err := audit.Lock(tx, centre, object); err != nil {
		return err
	}
	o, err := loadOrder(tx, centre, TicketID(object))
	if err != nil {
		return err
	}
	kept, err := redactEvents(tx, o)
	if err != nil {
		return err
	}
	if err := detachFiles(tx, o); err != nil {
		return err
	}
	for _, r := range redactions {
		set := ""
		for _, column := range r.written {
			set += ", " + column + " = ''"
		}
		if err := tx.Queue("UPDATE "+r.table+" SET "+set[2:]+" WHERE centre_id = $1 AND "+r.ticket+" = $2", centre, o.ID); err != nil {
			return err
		}
	}
	if err := tx.Queue("UPDATE hotline_place SET lat = 0, long = 0 WHERE centre_id = $1 AND ticket_id = $2", centre, o.ID); err != nil {
		return err
	}
	if err := tx.Queue("UPDATE hotline_ticket SET title = $3, destroyed_at = $4 WHERE centre_id = $1 AND id = $2", centre, o.ID, destroyedTitle, tx.Now()); err != nil {
		return err
	}
	if err := tx.Queue("UPDATE hotline_topic SET title = $3, place = '', terms = '' WHERE centre_id = $1 AND id IN (SELECT topic_id FROM hotline_topic_ticket WHERE centre_id = $1 AND ticket_id = $2)",
		centre, o.ID, destroyedTitle); err != nil {
		return err
	}
	if err := m.telephony.ForgetTx(tx, centre, object); err != nil {
		return err
	}
	if _, err := m.party.Release(tx, centre, o.CallerID); err != nil {
		return err
	}
	doc, err := id.Parse(object)
	if err != nil {
		return err
	}
	if err := m.index.Delete(tx, centre, doc); err != nil {
		return err
	}
	if err := m.forgetReplies(tx, &o.Ticket); err != nil {
		return err
	}
	o.Title = destroyedTitle
	return m.finish(tx, o, ActDestroy, "", note{data: map[string]any{"kept_sm3": kept}})
}

// redactEvents takes what people wrote out of a ticket's history and gives the sum of what is left.
func redactEvents(tx *store.Tx, o *order) (string, error) {
	events, err := loadEvents(tx, o.CentreID, o.ID)
	if err != nil {
		return "", err
	}
	kept := keptSum(events)
	for i := range events {
		e := &events[i]
		was := *e
		if e.redact(); e.Text == was.Text && e.Data == was.Data {
			continue
		}
		if err := tx.Queue("UPDATE hotline_event SET text = '', text_salt = '', text_seal = $4, data = $5 WHERE centre_id = $1 AND ticket_id = $2 AND seq = $3",
			o.CentreID, o.ID, e.Seq, e.TextSeal, e.Data); err != nil {
			return "", err
		}
	}
	return kept, nil
}

// detachFiles deletes the rows of a ticket's blobs; files that no row refers to are removed by the sweep of files.
func detachFiles(tx *store.Tx, o *order) error {
	ids, err := store.Select[string](tx, "SELECT blob_id FROM hotline_attachment WHERE centre_id = $1 AND ticket_id = $2 AND blob_id <> ''", o.CentreID, o.ID)
	if err != nil {
		return err
	}
	for _, b := range ids {
		if err := blob.Detach(tx, o.CentreID, b); err != nil && !errors.Is(err, blob.ErrNotFound) {
			return fmt.Errorf("attachment of a destroyed ticket: %w", err)
		}
	}
	return nil
}

// needsTx tells why the hotline still needs to know who somebody is: he is the caller of a ticket that is not destroyed.
func (m *Module) needsTx(tx *store.Tx, centre, person string) (party.Reason, error) {
	list, err := store.Select[bool](tx, "SELECT open FROM hotline_ticket WHERE centre_id = $1 AND caller_id = $2 AND caller_id <> '' AND destroyed_at = 0 ORDER BY open DESC LIMIT 1", centre, person)
	switch {
	case err != nil || len(list) == 0:
		return party.Reason{}, err
	case list[0]:
		return party.Reason{Text: "有未办结的热线工单"}, nil
	}
	return party.Reason{Text: "热线工单还在保管", Lasting: true}, nil
}
