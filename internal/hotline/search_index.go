package hotline

import (
	"yichuang/internal/id"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// Fields that a search of tickets may name: 标题:路灯, 地址:红园. 答复: turns it into a search of replies.
const (
	fieldTitle   = "标题"
	fieldAddress = "地址"
	fieldReply   = "答复"
)

func TicketIndex() text.Index {
	return text.Index{Name: "ticket", Fields: []string{fieldTitle, fieldAddress}}
}

// SearchTokens are the tokens under which a ticket is found, for Module and for those who write tickets in bulk.
func SearchTokens(title, content, address string) string {
	return TicketIndex().Document(title+"\n"+content+"\n"+address, title, address)
}

// A ticket with full confidentiality is in no index, nor are its replies: an index is a copy of the text, and the number of
// hits, or that there is one, would already tell something. Those who may read it find it by its number, in the queues and
// by the caller's phone.
func (t *Ticket) indexed() bool { return t.Confidential != ConfidentialAll }

// indexReply indexes a unit's public reply under the number of its leg, in one queued statement.
func (m *Module) indexReply(tx *store.Tx, t *Ticket, l *Leg) error {
	if !t.indexed() || l.ReplyPublic == "" {
		return nil
	}
	doc, err := id.Parse(string(l.ID))
	if err != nil {
		return err
	}
	return m.replies.Put(tx, t.CentreID, doc, nil, m.replies.Document(l.ReplyPublic))
}

// indexReplies indexes the replies that a ticket's legs gave in any round, or takes them out where the ticket has become
// wholly confidential.
func (m *Module) indexReplies(tx *store.Tx, t *Ticket) error {
	if !t.indexed() {
		return m.forgetReplies(tx, t)
	}
	return eachReply(tx, t, func(l *Leg) error { return m.indexReply(tx, t, l) })
}

// forgetReplies takes the replies of a ticket's legs out of the index.
func (m *Module) forgetReplies(tx *store.Tx, t *Ticket) error {
	return eachReply(tx, t, func(l *Leg) error {
		doc, err := id.Parse(string(l.ID))
		if err != nil {
			return err
		}
		return m.replies.Delete(tx, t.CentreID, doc)
	})
}

func eachReply(tx *store.Tx, t *Ticket, do func(*Leg) error) error {
	legs, err := store.Select[Leg](tx, legQuery, t.CentreID, t.ID)
	if err != nil {
		return err
	}
	for i := range legs {
		if legs[i].SubmittedAt == 0 {
			continue
		}
		if err := do(&legs[i]); err != nil {
			return err
		}
	}
	return nil
}
