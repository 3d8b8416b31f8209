package hotline

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/knowledge"
	"yichuang/internal/store"
)

// citesDigest tells one set of citations from another, for idempotency keys; none leaves the key as it was.
func citesDigest(cites []string) string {
	if len(cites) == 0 {
		return ""
	}
	return "|cites " + strings.Join(cites, " ")
}

// cite notes the knowledge entries that an answer rests on and puts them into its event. Entries that are expired,
// withdrawn or unpublished are refused with their codes (knowledge.expired, …). A direct answer without any says so in its
// event (hotline reference §5.2 T2 asks for one): it is counted among the gaps of the knowledge base.
func (m *Module) cite(tx *store.Tx, o *order, kind string, cites []string, n note) (note, error) {
	if len(cites) == 0 {
		if kind == knowledge.CitedInAnswer {
			n = n.with("uncited", true)
		}
		return n, nil
	}
	cited, err := m.knowledge.CiteTx(tx, kind, string(o.ID), cites)
	if err != nil {
		return n, err
	}
	return n.with("cites", cited), nil
}

func (n note) with(key string, value any) note {
	data := map[string]any{key: value}
	for k, v := range n.data {
		data[k] = v
	}
	n.data = data
	return n
}

// Citations lists the knowledge entries on which the answers of a ticket rest (引用知识), for those who may see the ticket.
func (m *Module) Citations(ctx context.Context, idOrNo string) ([]knowledge.Citation, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	var out []knowledge.Citation
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		t, err := visibleTicket(tx, a, idOrNo)
		if err != nil {
			return err
		}
		out, err = m.knowledge.CitationsTx(tx, a.CentreID, string(t.ID))
		return err
	})
	return out, err
}
