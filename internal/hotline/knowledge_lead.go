package hotline

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/knowledge"
	"yichuang/internal/store"
)

// KnowledgeLead (知识线索) is a closed consultation from which an entry of the knowledge base could be made: its answer rests
// on no entry, and nobody has decided about it. It is derived when it is asked for, so that closing costs nothing more.
type KnowledgeLead struct {
	Row
	TicketText
	Reply string                `db:"-" json:"reply"`
	Near  []knowledge.Suggested `db:"-" json:"near,omitempty"` // entries that say something alike
}

// KnowledgeGap (知识缺口) is a category with its closed consultations and its entries in force.
type KnowledgeGap struct {
	Category string `db:"category" json:"category"`
	Name     string `db:"-" json:"name,omitempty"`
	Asked    int64  `db:"n" json:"asked"`
	Entries  int64  `db:"-" json:"entries"`
}

// leadScan bounds how many closed consultations are looked through for one page of leads.
const leadScan = 2000

// requireLeads refuses whoever may not both read the centre's tickets and see the gaps.
func requireLeads(a *actor.Actor) error {
	if err := a.Require(knowledge.PermGaps); err != nil {
		return err
	}
	if err := a.Require(PermRead); err != nil {
		return err
	}
	if a.Scope(PermRead) < actor.Centre {
		return actor.ErrForbidden
	}
	return nil
}

// KnowledgeLeads lists the newest leads before a cursor, and gives the cursor of the next page.
func (m *Module) KnowledgeLeads(ctx context.Context, after string, limit int) ([]KnowledgeLead, string, error) {
	a := actor.From(ctx)
	if err := requireLeads(a); err != nil {
		return nil, "", err
	}
	before, err := leadCursor(after)
	if err != nil {
		return nil, "", err
	}
	n := PageSize(limit)
	var out []KnowledgeLead
	next := ""
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		for seen := 0; seen < leadScan && len(out) <= n; {
			batch, err := m.consultations(tx, a.CentreID, before, 4*n)
			if err != nil {
				return err
			}
			kept, err := m.undecided(tx, a.CentreID, batch)
			if err != nil {
				return err
			}
			out = append(out, kept...)
			seen += len(batch)
			if len(batch) < 4*n {
				break
			}
			last := batch[len(batch)-1]
			before = leadPlace{last.ClosedAt, last.ID}
		}
		if len(out) > n {
			out = out[:n]
			next = strconv.FormatInt(int64(out[n-1].ClosedAt), 10) + "." + string(out[n-1].ID)
		}
		return m.describeLeads(tx, a, out)
	})
	return out, next, err
}

// leadPlace is where a page of leads begins.
type leadPlace struct {
	at clock.Instant
	id TicketID
}

func leadCursor(s string) (leadPlace, error) {
	if s == "" {
		return leadPlace{at: 1 << 60}, nil
	}
	at, ticket, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if _, bad := id.Parse(ticket); !ok || err != nil || bad != nil {
		return leadPlace{}, ErrCursor
	}
	return leadPlace{clock.Instant(n), TicketID(ticket)}, nil
}

// consultations gives the last closed consultations before a place that are not confidential.
func (m *Module) consultations(tx *store.Tx, centre string, before leadPlace, limit int) ([]KnowledgeLead, error) {
	return store.Select[KnowledgeLead](tx, "SELECT "+store.Columns[Ticket]("t.")+`, t.content, t.address FROM hotline_ticket t
		WHERE t.centre_id = $1 AND t.close_kind <> '' AND (t.closed_at, t.id) < ($2, $3) AND t.kind = $4 AND t.confidential = $5
		ORDER BY t.closed_at DESC, t.id DESC LIMIT $6`, centre, before.at, before.id, Consult, NotConfidential, limit)
}

// undecided leaves out what somebody has decided about and what rests on an entry.
func (m *Module) undecided(tx *store.Tx, centre string, list []KnowledgeLead) ([]KnowledgeLead, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = string(list[i].ID)
	}
	decided, err := m.knowledge.DecidedTx(tx, centre, ids)
	if err != nil {
		return nil, err
	}
	cited, err := m.knowledge.CitedTx(tx, centre, ids)
	return slices.DeleteFunc(list, func(l KnowledgeLead) bool { return decided[string(l.ID)] || cited[string(l.ID)] }), err
}

// describeLeads fills in the replies, unit names and the entries that come near.
func (m *Module) describeLeads(tx *store.Tx, a *actor.Actor, list []KnowledgeLead) error {
	rows := make([]Row, len(list))
	ids := make([]TicketID, len(list))
	for i := range list {
		rows[i], ids[i] = list[i].Row, list[i].ID
	}
	if err := m.DecorateTx(tx, a, rows); err != nil || len(list) == 0 {
		return err
	}
	replies, err := leadReplies(tx, a.CentreID, ids)
	if err != nil {
		return err
	}
	for i := range list {
		l := &list[i]
		l.Row, l.Reply = rows[i], replies[l.ID]
		near, err := m.knowledge.SuggestTx(tx, l.Title+"\n"+l.Content, 2)
		if err != nil {
			return err
		}
		l.Near = slices.DeleteFunc(near, func(s knowledge.Suggested) bool { return s.Score < leadNear })
		// An entry is made of these texts, and an entry is for everybody.
		l.Title, l.Content, l.Address, l.Reply = Deidentify(l.Title), Deidentify(l.Content), Deidentify(l.Address), Deidentify(l.Reply)
	}
	return nil
}

// leadNear is the score from which an entry may already answer a consultation.
const leadNear = 0.45

// leadReplies gives what each ticket's caller was answered: the lead unit's last reply, or the direct answer.
func leadReplies(tx *store.Tx, centre string, ids []TicketID) (map[TicketID]string, error) {
	type answer struct {
		ID   TicketID `db:"ticket_id"`
		Text string   `db:"text"`
	}
	out := make(map[TicketID]string, len(ids))
	keep := func(a *answer) error { out[a.ID] = a.Text; return nil }
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "ticket_id", ids)
	if err := store.Each(tx, keep, "SELECT ticket_id, text FROM hotline_event"+w.SQL()+" AND action = 'answer' ORDER BY ticket_id, seq", w.Args...); err != nil {
		return nil, err
	}
	return out, store.Each(tx, keep, "SELECT ticket_id, reply_public AS text FROM hotline_leg"+w.SQL()+" AND role = 'lead' AND submitted_at <> 0 AND reply_public <> '' ORDER BY ticket_id, round", w.Args...)
}

// leastAsked is how often a category must have been asked about before it counts as a gap.
const leastAsked = 3

// KnowledgeGaps lists the categories about which people asked since a day, those without an entry first, then by how often.
func (m *Module) KnowledgeGaps(ctx context.Context, since clock.Date) ([]KnowledgeGap, error) {
	a := actor.From(ctx)
	if err := requireLeads(a); err != nil {
		return nil, err
	}
	var out []KnowledgeGap
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[KnowledgeGap](tx, `SELECT category, COUNT(*) AS n FROM hotline_ticket WHERE centre_id = $1 AND close_kind <> '' AND closed_at >= $2 AND kind = $3
			GROUP BY category HAVING COUNT(*) >= $4`, a.CentreID, since.Start(), Consult, leastAsked)
		if err != nil {
			return err
		}
		entries, err := m.knowledge.CategoryEntriesTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		names, err := CategoryNamesTx(tx, a.CentreID)
		for i := range out {
			g := &out[i]
			g.Entries, g.Name = entries[g.Category], names[g.Category]
		}
		return err
	})
	slices.SortFunc(out, func(x, y KnowledgeGap) int {
		if (x.Entries == 0) != (y.Entries == 0) {
			return int(min(x.Entries, 1) - min(y.Entries, 1))
		}
		if x.Asked != y.Asked {
			return int(y.Asked - x.Asked)
		}
		return strings.Compare(x.Category, y.Category)
	})
	return out, err
}

// errLead refuses a lead that the actor may not see.
var errLead = errs.New(errs.NotFound, "hotline.lead", "没有这条知识线索，或您无权查看。")

// KnowledgeLead gives one consultation with its answer, to make an entry of.
func (m *Module) KnowledgeLead(ctx context.Context, ticket string) (KnowledgeLead, error) {
	a := actor.From(ctx)
	if err := requireLeads(a); err != nil {
		return KnowledgeLead{}, err
	}
	var list []KnowledgeLead
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[KnowledgeLead](tx, "SELECT "+store.Columns[Ticket]("t.")+`, t.content, t.address FROM hotline_ticket t
			WHERE t.centre_id = $1 AND t.id = $2 AND t.close_kind <> '' AND t.kind = $3 AND t.confidential = $4`, a.CentreID, ticket, Consult, NotConfidential)
		if err == nil && len(list) == 0 {
			return errLead
		}
		if err != nil {
			return err
		}
		return m.describeLeads(tx, a, list)
	})
	if err != nil {
		return KnowledgeLead{}, err
	}
	return list[0], nil
}

// SkipLead says that a consultation needs no entry (不需要建条目), so that it is not proposed again.
func (m *Module) SkipLead(ctx context.Context, ticket string) error {
	if _, err := m.KnowledgeLead(ctx, ticket); err != nil {
		return err
	}
	return m.knowledge.SkipSource(ctx, ticket)
}
