package hotline

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
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
	if kind == knowledge.CitedInAnswer {
		if err := m.mustCite(tx, o, cites); err != nil {
			return n, err
		}
	}
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

// ErrUncited refuses an answer without a knowledge entry where the centre demands one (答复须引用知识库).
var ErrUncited = errs.New(errs.Invalid, "hotline.uncited", "本中心规定这类诉求的答复须引用知识库，没有提交。请引用有效的知识条目。")

// offered is how many entries a refusal names.
const offered = 3

// mustCite refuses an answer that cites nothing where it must, and says what could be cited.
func (m *Module) mustCite(tx *store.Tx, o *order, cites []string) error {
	if len(cites) > 0 {
		return nil
	}
	limits, err := m.LimitsTx(tx, o.CentreID)
	if err != nil || !limits.MustCite(o.Category) {
		return err
	}
	said, err := store.Get[string](tx, "SELECT title || ' ' || content FROM hotline_ticket WHERE centre_id = $1 AND id = $2", o.CentreID, o.ID)
	if err != nil {
		return err
	}
	list, err := m.knowledge.SuggestTx(tx, said, offered)
	if err != nil {
		return err
	}
	could := "知识库里没有相近的条目，请先采编并发布，或请知识库管理员协助。"
	if len(list) > 0 {
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = e.No + " " + e.Title
		}
		could = "可以引用：" + strings.Join(names, "；") + "。"
	}
	return ErrUncited.Field("cite_other", "这类诉求的答复须引用知识条目，请填写编号。%s", could)
}

// leadReply reports whether a leg's reply is the one that the caller gets.
func (l *Leg) leadReply() bool { return l.Role == Lead }

// proposeCites keeps the entries that a proposed reply rests on; they are checked as they will be when it is submitted, and
// counted as used then.
func (m *Module) proposeCites(tx *store.Tx, o *order, l *Leg, cites []string, n note) (note, error) {
	if l.leadReply() {
		if err := m.mustCite(tx, o, cites); err != nil {
			return n, err
		}
	}
	l.Cites = strings.Join(cites, " ")
	if len(cites) == 0 {
		return n, nil
	}
	list, err := m.knowledge.CitableTx(tx, cites)
	if err != nil {
		return n, err
	}
	return n.with("cites", list), nil
}

// replyCites gives the entries that a reply rests on: those named with it, else those of the proposal.
func replyCites(l *Leg, cites []string) []string {
	if len(cites) == 0 {
		return strings.Fields(l.Cites)
	}
	l.Cites = strings.Join(cites, " ")
	return cites
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
