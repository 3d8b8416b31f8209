package hotline

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

const (
	// searchScan bounds how many hits one page looks through for those that the reader may see and that meet the filters. A
	// page that found less than it could hold still leads on.
	searchScan = 5000
	// snippetWidth is how many characters of a text are shown around the first hit.
	snippetWidth = 60
)

// SearchFilter is what somebody looks for among tickets, or among the replies of units.
type SearchFilter struct {
	// Query holds words that must all occur, "…" for what stands together, -word for what must not occur, and 标题: or 地址:
	// before a word that must occur there.
	Query    string
	State    State
	UnitID   string // lead unit; of a reply, the unit that gave it
	Kind     string
	Category string
	From, To clock.Date // registered (replies: submitted) from the first day to the last one
	After    string     // cursor of the page before
	Limit    int
}

// Found is a ticket that a search gave, with its hits marked.
type Found struct {
	Row
	TitleParts []text.Segment `db:"-" json:"-"`
	Parts      []text.Segment `db:"-" json:"-"`
	Snippet    string         `db:"-" json:"snippet,omitempty"`
}

// FoundReply is a unit's public reply that a search gave.
type FoundReply struct {
	Row
	LegID       LegID          `db:"leg_id" json:"leg_id"`
	ReplyUnit   string         `db:"reply_unit" json:"reply_unit_id"`
	ReplyName   string         `db:"-" json:"reply_unit_name,omitempty"`
	SubmittedAt clock.Instant  `db:"submitted_at" json:"submitted_at"`
	Reply       string         `db:"reply_public" json:"-"`
	Address     string         `db:"address" json:"-"`
	TitleParts  []text.Segment `db:"-" json:"-"`
	Parts       []text.Segment `db:"-" json:"-"`
	Snippet     string         `db:"-" json:"snippet,omitempty"`
}

// AsksReply reports whether a query asks for words of replies: 答复:已修复.
func AsksReply(query string) bool {
	return text.Index{Fields: []string{fieldReply}}.Asks(query, fieldReply)
}

// Search is SearchTickets by words alone.
func (m *Module) Search(ctx context.Context, query, after string, limit int) ([]Row, string, error) {
	found, next, err := m.SearchTickets(ctx, SearchFilter{Query: query, After: after, Limit: limit})
	rows := make([]Row, len(found))
	for i := range found {
		rows[i] = found[i].Row
	}
	return rows, next, err
}

// SearchTickets finds tickets by the words of their title, content and address, newest first, and gives the cursor of the
// next page. Wholly confidential tickets are not in the index: nobody finds them by their words.
func (m *Module) SearchTickets(ctx context.Context, f SearchFilter) ([]Found, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	var out []Found
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		w := searchVisible(a)
		f.restrict(w)
		if f.UnitID != "" {
			w.And("t.unit_id = ?", f.UnitID)
		}
		out, next, err = scan(tx, a.CentreID, m.index, f, id.At(f.start()), func(docs []int64) ([]Found, error) {
			return loadFound[Found](tx, w, "SELECT "+store.Columns[Ticket]("t.")+" FROM hotline_ticket t", "t.id", docs)
		}, func(r *Found) string { return string(r.ID) })
		if err != nil {
			return err
		}
		return m.markTickets(tx, a, out, f.Query)
	})
	return out, next, err
}

// SearchReplies finds public replies by their words, those of the newest legs first. 标题: and 地址: are conditions on
// the ticket.
func (m *Module) SearchReplies(ctx context.Context, f SearchFilter) ([]FoundReply, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	f.Query = strings.NewReplacer(fieldReply+":", "", fieldReply+"：", "").Replace(f.Query)
	named, plain := m.index.Split(f.Query)
	f.Query = plain
	var out []FoundReply
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		w := searchVisible(a).And("l.centre_id = ?", a.CentreID).And("l.submitted_at >= ?", max(f.start(), 1))
		f.restrict(w)
		if f.UnitID != "" {
			w.And("l.unit_id = ?", f.UnitID)
		}
		if f.To > 0 {
			w.And("l.submitted_at < ?", f.To.End())
		}
		out, next, err = scan(tx, a.CentreID, m.replies, f, 0, func(docs []int64) ([]FoundReply, error) {
			list, err := loadFound[FoundReply](tx, w, "SELECT "+store.Columns[Ticket]("t.")+`, t.address, l.id AS leg_id, l.unit_id AS reply_unit, l.submitted_at, l.reply_public
				FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id`, "l.id", docs)
			if named == "" {
				return list, err
			}
			kept := list[:0]
			for _, r := range list {
				if m.index.Matches(SearchTokens(r.Title, "", r.Address), named) {
					kept = append(kept, r)
				}
			}
			return kept, err
		}, func(r *FoundReply) string { return string(r.LegID) })
		if err != nil {
			return err
		}
		return m.markReplies(tx, a, out, named, plain)
	})
	return out, next, err
}

func (f SearchFilter) start() clock.Instant {
	if f.From <= 0 {
		return 0
	}
	return f.From.Start()
}

// restrict adds the filters that both kinds of search have.
func (f SearchFilter) restrict(w *store.Where) {
	for _, c := range []struct{ column, value string }{{"t.state", string(f.State)}, {"t.kind", f.Kind}, {"t.category", f.Category}} {
		if c.value != "" {
			w.And(c.column+" = ?", c.value)
		}
	}
}

// searchVisible restricts a search to the tickets that the actor may see, as order.visible does for one: a unit sees those
// on which one of its legs is or was, and never one that is about itself.
func searchVisible(a *actor.Actor) *store.Where {
	w := (&store.Where{}).And("t.centre_id = ?", a.CentreID).And("t.confidential <> ?", ConfidentialAll)
	if a.Scope(PermRead) >= actor.Centre {
		return w
	}
	own, args := org.Filter(a, PermRead, org.Columns{Centre: "t.centre_id", Unit: "t.unit_id", Owner: "t.created_by"})
	leg, more := org.Filter(a, PermRead, org.Columns{Centre: "v.centre_id", Unit: "v.unit_id"})
	w.And("("+own+" OR EXISTS (SELECT 1 FROM hotline_leg v WHERE v.centre_id = t.centre_id AND v.ticket_id = t.id AND "+leg+"))", append(args, more...)...)
	if a.UnitID != "" {
		w.And("t.accused_unit <> ?", a.UnitID)
	}
	return w
}

// scan looks through the hits of an index from the newest on until a page is full, in ever longer steps, and gives the
// cursor of the next page.
func scan[T any](tx *store.Tx, centre string, x text.Index, f SearchFilter, from int64, load func(docs []int64) ([]T, error), idOf func(*T) string) ([]T, string, error) {
	n := PageSize(f.Limit)
	opt := text.Options{Limit: 2 * n, From: from}
	if f.To > 0 {
		opt.Before = id.At(f.To.End())
	}
	if f.After != "" {
		var err error
		if opt.Before, err = id.Parse(f.After); err != nil {
			return nil, "", ErrCursor
		}
	}
	var out []T
	for seen := 0; ; opt.Limit = min(4*opt.Limit, searchScan) {
		docs, err := x.Search(tx, centre, f.Query, opt)
		if err != nil {
			return nil, "", err
		}
		page, err := load(docs)
		if err != nil {
			return nil, "", err
		}
		out = append(out, page...)
		seen += len(docs)
		switch {
		case len(out) > n:
			return out[:n], idOf(&out[n-1]), nil
		case len(docs) < opt.Limit:
			return out, "", nil
		case seen >= searchScan:
			return out, id.Format(docs[len(docs)-1]), nil
		}
		opt.Before = docs[len(docs)-1]
	}
}

// loadFound loads those rows of a search whose ids are among docs, the newest first.
func loadFound[T any](tx *store.Tx, base *store.Where, query, column string, docs []int64) ([]T, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = id.Format(d)
	}
	w := *base
	w.Args = append([]any{}, base.Args...)
	store.In(&w, column, ids)
	return store.Select[T](tx, query+w.SQL()+" ORDER BY "+column+" DESC", w.Args...)
}

// seen loads those of the tickets with numbers docs that the actor may see, newest first.
func (m *Module) SeenTx(tx *store.Tx, a *actor.Actor, docs []int64) ([]Row, error) {
	return loadFound[Row](tx, searchVisible(a), "SELECT "+store.Columns[Ticket]("t.")+" FROM hotline_ticket t", "t.id", docs)
}

// markTickets fills in what lists show and marks the hits in titles and contents.
func (m *Module) markTickets(tx *store.Tx, a *actor.Actor, list []Found, query string) error {
	rows := make([]Row, len(list))
	for i := range list {
		rows[i] = list[i].Row
	}
	if err := m.DecorateTx(tx, a, rows); err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]TicketID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	store.In(w, "id", ids)
	type body struct {
		ID TicketID `db:"id"`
		TicketText
	}
	texts := make(map[TicketID]TicketText, len(list))
	err := store.Each(tx, func(b *body) error { texts[b.ID] = b.TicketText; return nil }, "SELECT id, content, address FROM hotline_ticket"+w.SQL(), w.Args...)
	for i := range list {
		r := &list[i]
		r.Row = rows[i]
		shown := strings.Join(strings.Fields(texts[r.ID].Content), " ")
		if where := texts[r.ID].Address; where != "" {
			shown += "　地址：" + where
		}
		r.TitleParts = text.Snippet(r.Title, m.index.Marking(query, fieldTitle), 0)
		r.Parts = text.Snippet(shown, m.index.Marking(query, ""), snippetWidth)
		r.Snippet = plainText(r.Parts)
	}
	return err
}

func (m *Module) markReplies(tx *store.Tx, a *actor.Actor, list []FoundReply, named, plain string) error {
	rows := make([]Row, len(list))
	var units []string
	for i := range list {
		rows[i] = list[i].Row
		units = append(units, list[i].ReplyUnit)
	}
	if err := m.DecorateTx(tx, a, rows); err != nil || len(rows) == 0 {
		return err
	}
	names, err := m.org.UnitsTx(tx, a.CentreID, units)
	for i := range list {
		r := &list[i]
		r.Row, r.ReplyName = rows[i], names[r.ReplyUnit].Name
		r.TitleParts = text.Snippet(r.Title, m.index.Marking(named, fieldTitle), 0)
		r.Parts = text.Snippet(strings.Join(strings.Fields(r.Reply), " "), plain, snippetWidth)
		r.Snippet = plainText(r.Parts)
	}
	return err
}

func plainText(parts []text.Segment) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}
