package item

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// row is an alteration as an object of the scope model.
func (a *Alteration) row() org.Row {
	return org.Row{CentreID: a.CentreID, UnitID: a.UnitID, SiteID: a.SiteID}
}

func (m *Module) alterationTx(tx *store.Tx, centre, id string) (Alteration, error) {
	a, err := store.Get[Alteration](tx, "SELECT "+alterationColumns+" FROM item_alteration WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return a, ErrNoAlteration
	}
	return a, err
}

// lockedAlteration loads an alteration for a change; whoever may not read it is told that there is none.
func (m *Module) lockedAlteration(tx *store.Tx, id string) (Alteration, error) {
	a := actor.From(tx.Context())
	x, err := store.Get[Alteration](tx, "SELECT "+alterationColumns+" FROM item_alteration WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return x, ErrNoAlteration
	}
	if err == nil && !org.Sees(a, PermRead, x.row()) {
		err = ErrNoAlteration.Hide()
	}
	return x, err
}

// AlterationFilter narrows the list of alterations; empty fields do not.
type AlterationFilter struct {
	State State
	After string
	Limit int
}

// Alterations lists the alterations that the actor may see, the newest first.
func (m *Module) Alterations(ctx context.Context, f AlterationFilter) (list []Altered, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	cond, args := org.Filter(a, PermRead, itemScope)
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...)
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	return m.alterations(ctx, w, f)
}

func (m *Module) alterations(ctx context.Context, w *store.Where, f AlterationFilter) (list []Altered, next string, err error) {
	limit := f.Limit
	if limit <= 0 || limit > 100 {
		limit = 50
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	w.Args = append(w.Args, limit+1)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Alteration](tx, "SELECT "+alterationColumns+" FROM item_alteration"+w.SQL()+" ORDER BY id DESC LIMIT $"+itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > limit {
			found, next = found[:limit], found[limit-1].ID
		}
		list, err = m.withItems(tx, found)
		return err
	})
	return list, next, err
}

// AlterationSheet is an alteration with its items and its course.
type AlterationSheet struct {
	Altered
	Steps   []AlterationStep  `json:"steps"`
	Authors map[string]string `json:"authors"` // display names by user id
	// Unready are the successors whose drafts are not complete: it cannot be submitted before.
	Unready []Item `json:"unready"`
}

// AlterationSheet gives an alteration in full.
func (m *Module) AlterationSheet(ctx context.Context, id string) (AlterationSheet, error) {
	var s AlterationSheet
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return s, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		x, err := m.alterationTx(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		if !org.Sees(a, PermRead, x.row()) {
			return ErrNoAlteration.Hide()
		}
		list, err := m.withItems(tx, []Alteration{x})
		if err != nil {
			return err
		}
		s.Altered = list[0]
		if s.Steps, err = store.Select[AlterationStep](tx, "SELECT "+store.Columns[AlterationStep]("")+" FROM item_alteration_step WHERE centre_id = $1 AND alteration_id = $2 ORDER BY id LIMIT 200", a.CentreID, id); err != nil {
			return err
		}
		if s.Unready, err = unready(tx, s.Successors); err != nil {
			return err
		}
		s.Authors, err = m.org.UserNamesTx(tx, a.CentreID, []string{x.DraftedBy, x.ReviewedBy, x.PublishedBy})
		return err
	})
	return s, err
}

// unready lists the items whose draft is not complete.
func unready(tx *store.Tx, list []Item) ([]Item, error) {
	out := []Item{}
	for _, it := range list {
		if it.State != Draft {
			continue
		}
		versions, err := versionsTx(tx, it.CentreID, it.ID)
		if err != nil {
			return nil, err
		}
		c, err := versions[0].Content()
		if err != nil {
			return nil, err
		}
		if c.Complete() != nil {
			out = append(out, it)
		}
	}
	return out, nil
}
