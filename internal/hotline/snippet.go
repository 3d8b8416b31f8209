package hotline

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// snippetWidth is how many characters of a content are shown around the first hit.
const snippetWidth = 60

// Snippets gives, for found tickets, the part of their content in which a query was found, with the hits marked. The
// content of confidential tickets is left out.
func (m *Module) Snippets(ctx context.Context, rows []Row, query string) (map[TicketID][]text.Segment, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var ids []TicketID
	for _, r := range rows {
		if r.Confidential != ConfidentialAll {
			ids = append(ids, r.ID)
		}
	}
	out := make(map[TicketID][]text.Segment, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	cond, args := org.Filter(a, PermRead, org.Columns{Centre: "t.centre_id", Unit: "t.unit_id", Owner: "t.created_by"})
	w := (&store.Where{}).And(cond, args...).And("t.centre_id = ?", a.CentreID)
	store.In(w, "t.id", ids)
	type found struct {
		ID TicketID `db:"id"`
		TicketText
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[found](tx, "SELECT t.id, t.content, t.address FROM hotline_ticket t"+w.SQL(), w.Args...)
		for _, f := range list {
			shown := f.Content
			if f.Address != "" {
				shown += "　地址：" + f.Address
			}
			out[f.ID] = text.Snippet(shown, query, snippetWidth)
		}
		return err
	})
	return out, err
}
