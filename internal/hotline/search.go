package hotline

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// searchScan bounds how many hits are looked through for those that a unit may see.
const searchScan = 2000

// Search finds tickets by the words of their title, content and address, newest first; the cursor is the id of the last
// one. Confidential contents are not in the index.
func (m *Module) Search(ctx context.Context, query, after string, limit int) ([]Row, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	n := pageSize(limit)
	var rows []Row
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		before := int64(0)
		if after != "" {
			var err error
			if before, err = id.Parse(after); err != nil {
				return ErrCursor
			}
		}
		for scanned := 0; scanned < searchScan && len(rows) <= n; {
			docs, err := m.index.Search(tx, a.CentreID, query, text.Options{Limit: 2 * n, Before: before})
			if err != nil {
				return err
			}
			if len(docs) == 0 {
				break
			}
			page, err := m.seen(tx, a, docs)
			if err != nil {
				return err
			}
			rows = append(rows, page...)
			scanned += len(docs)
			before = docs[len(docs)-1]
			if len(docs) < 2*n {
				break
			}
		}
		if len(rows) > n {
			rows = rows[:n]
			next = string(rows[n-1].ID)
		}
		return m.decorate(tx, a, rows)
	})
	return rows, next, err
}

// seen loads those of the tickets with numbers docs that the actor may see, newest first.
func (m *Module) seen(tx *store.Tx, a *actor.Actor, docs []int64) ([]Row, error) {
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = id.Format(d)
	}
	cond, args := org.Filter(a, PermRead, org.Columns{Centre: "t.centre_id", Unit: "t.unit_id", Owner: "t.created_by"})
	w := (&store.Where{}).And(cond, args...).And("t.centre_id = ?", a.CentreID)
	store.In(w, "t.id", ids)
	return store.Select[Row](tx, "SELECT "+store.Columns[Ticket]("t.")+" FROM hotline_ticket t"+w.SQL()+" ORDER BY t.id DESC", w.Args...)
}

// CallerHistory lists the newest tickets of a phone number (来电历史), for the call-taker while the call comes in.
func (m *Module) CallerHistory(ctx context.Context, phone string) ([]Row, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRegister); err != nil {
		return nil, err
	}
	in := RegisterInput{Phone: phone}
	in.Normalize()
	if !plausiblePhone(in.Phone) || a.Scope(PermRead) < actor.Centre {
		return nil, nil
	}
	var rows []Row
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		people, err := m.party.WithPhone(tx, a.CentreID, in.Phone)
		if err != nil || len(people) == 0 {
			return err
		}
		w := (&store.Where{}).And("t.centre_id = ?", a.CentreID)
		store.In(w, "t.caller_id", people)
		w.And("t.confidential <> ?", ConfidentialAll)
		rows, err = store.Select[Row](tx, "SELECT "+store.Columns[Ticket]("t.")+" FROM hotline_ticket t"+w.SQL()+" AND t.caller_id <> '' ORDER BY t.id DESC LIMIT 20", w.Args...)
		if err != nil {
			return err
		}
		return m.decorate(tx, a, rows)
	})
	return rows, err
}
