package item

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// row is an authorization as an object of the scope model: its grantee owns it.
func (a *Authorization) row() org.Row {
	return org.Row{CentreID: a.CentreID, UnitID: a.UnitID, SiteID: a.SiteID, OwnerID: a.UserID}
}

// AuthorizationFilter narrows the list; empty fields do not.
type AuthorizationFilter struct {
	State  AuthorizationState
	UnitID string
	After  string
	Limit  int
}

// AuthorizationRow is an authorization in a list, with its unit's name and how it stands today.
type AuthorizationRow struct {
	Authorization
	UnitName  string `json:"unit"`
	ItemCount int    `json:"item_count"`
	Today     string `json:"today"` // 未生效, 有效, 失效
}

// standing says in a word how an authorization stands on a day.
func (a *Authorization) standing(day clock.Date) string {
	switch {
	case a.Valid(day):
		return "有效"
	case a.State == Effective && day < a.From:
		return "未到起期"
	case a.State == Effective:
		return "已过止期"
	}
	return a.State.Label()
}

// Authorizations lists the authorizations that the actor may see, the newest first.
func (m *Module) Authorizations(ctx context.Context, f AuthorizationFilter) (list []AuthorizationRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermAuthRead); err != nil {
		return nil, "", err
	}
	cond, args := org.Filter(a, PermAuthRead, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id", Owner: "user_id"})
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...)
	if f.UnitID != "" {
		w.And("unit_id = ?", f.UnitID)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, next, err = m.authorizationPage(tx, a.CentreID, w, f)
		return err
	})
	return list, next, err
}

// PublishedAuthorizations lists what is published in the actor's centre: in force, or about to be; it is public, as letters of
// authority must be.
func (m *Module) PublishedAuthorizations(ctx context.Context, after string) (list []AuthorizationRow, next string, err error) {
	centre := actor.From(ctx).CentreID
	w := (&store.Where{}).And("centre_id = ?", centre)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, next, err = m.authorizationPage(tx, centre, w, AuthorizationFilter{State: Effective, After: after, Limit: 50})
		return err
	})
	return list, next, err
}

func (m *Module) authorizationPage(tx *store.Tx, centre string, w *store.Where, f AuthorizationFilter) (list []AuthorizationRow, next string, err error) {
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	args := append(slices.Clone(w.Args), limit+1)
	found, err := store.Select[Authorization](tx, "SELECT "+authorizationColumns+" FROM item_authorization"+w.SQL()+" ORDER BY id DESC LIMIT $"+itoa(len(args)), args...)
	if err != nil {
		return nil, "", err
	}
	if len(found) > limit {
		found, next = found[:limit], found[limit-1].ID
	}
	list, err = m.authorizationRows(tx, centre, found)
	return list, next, err
}

func (m *Module) authorizationRows(tx *store.Tx, centre string, found []Authorization) ([]AuthorizationRow, error) {
	var units, ids []string
	for _, a := range found {
		units, ids = append(units, a.UnitID), append(ids, a.ID)
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	type pair struct {
		ID   string `db:"authorization_id"`
		Item string `db:"item_id"`
	}
	items := map[string][]string{}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "authorization_id", ids)
	err = store.Each(tx, func(p *pair) error {
		items[p.ID] = append(items[p.ID], p.Item)
		return nil
	}, "SELECT authorization_id, item_id FROM item_authorization_item"+w.SQL()+" ORDER BY item_id", w.Args...)
	var list []AuthorizationRow
	for _, a := range found {
		a.Items = items[a.ID]
		u := names[a.UnitID]
		list = append(list, AuthorizationRow{Authorization: a, UnitName: u.Name, ItemCount: len(a.Items), Today: a.standing(tx.Now().Date())})
	}
	return list, err
}

// AuthorizationSheet is an authorization with the names of its items and its course.
type AuthorizationSheet struct {
	Authorization Authorization       `json:"authorization"`
	Unit          string              `json:"unit"`
	Today         string              `json:"today"`
	Items         []Item              `json:"items"`
	Steps         []AuthorizationStep `json:"steps"`
	Notices       []ExpiryNotice      `json:"notices"`
	Names         map[string]string   `json:"names"` // display names by user id
}

// AuthorizationSheet gives one authorization.
func (m *Module) AuthorizationSheet(ctx context.Context, id string) (AuthorizationSheet, error) {
	var s AuthorizationSheet
	who := actor.From(ctx)
	if err := who.Require(PermAuthRead); err != nil {
		return s, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		a, err := m.AuthorizationTx(tx, who.CentreID, id)
		if err != nil {
			return err
		}
		if !org.Sees(who, PermAuthRead, a.row()) {
			return ErrAuthMissing.Hide()
		}
		s.Authorization, s.Today = a, a.standing(tx.Now().Date())
		unit, err := m.org.UnitTx(tx, who.CentreID, a.UnitID)
		if err != nil {
			return err
		}
		s.Unit = unit.Name
		if s.Items, err = itemsTx(tx, who.CentreID, a.Items); err != nil {
			return err
		}
		if s.Notices, err = store.Select[ExpiryNotice](tx, "SELECT "+store.Columns[ExpiryNotice]("")+" FROM item_expiry_notice WHERE centre_id = $1 AND authorization_id = $2 ORDER BY rung DESC", who.CentreID, id); err != nil {
			return err
		}
		if s.Names, err = m.org.UserNamesTx(tx, who.CentreID, []string{a.DraftedBy, a.IssuedBy, a.FiledBy, a.PublishedBy}); err != nil {
			return err
		}
		s.Steps, err = store.Select[AuthorizationStep](tx, "SELECT "+store.Columns[AuthorizationStep]("")+" FROM item_authorization_step WHERE centre_id = $1 AND authorization_id = $2 ORDER BY id DESC", who.CentreID, id)
		return err
	})
	return s, err
}

// itemsTx loads items by id, in the order of their names.
func itemsTx(tx *store.Tx, centre string, ids []string) ([]Item, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "id", ids)
	return store.Select[Item](tx, "SELECT "+itemColumns+" FROM item_item"+w.SQL()+" ORDER BY name, id", w.Args...)
}

// PublishedNames gives the names of the items of published authorizations, by id; it is public.
func (m *Module) PublishedNames(ctx context.Context, list []AuthorizationRow) (map[string]string, error) {
	out := map[string]string{}
	var ids []string
	for _, a := range list {
		if a.State == Effective {
			ids = append(ids, a.Items...)
		}
	}
	slices.Sort(ids)
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		items, err := itemsTx(tx, actor.From(ctx).CentreID, slices.Compact(ids))
		for _, it := range items {
			out[it.ID] = it.Name
		}
		return err
	})
	return out, err
}

// Grantee is somebody who may be given a letter of authority.
type Grantee struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Grantees lists the active chief representatives and window workers of a unit, for whoever may draft its letters.
func (m *Module) Grantees(ctx context.Context, unit string) ([]Grantee, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAuthDraft); err != nil {
		return nil, err
	}
	if !org.Sees(a, PermAuthDraft, org.Row{CentreID: a.CentreID, UnitID: unit}) {
		return nil, org.ErrUnitMissing.Hide()
	}
	var out []Grantee
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out = nil
		for _, role := range []string{org.RoleChiefRep, org.RoleWindow} {
			list, err := m.org.UsersWithRoleTx(tx, a.CentreID, role, unit)
			if err != nil {
				return err
			}
			for _, u := range list {
				g := Grantee{u.ID, u.DisplayName}
				if !slices.Contains(out, g) {
					out = append(out, g)
				}
			}
		}
		return nil
	})
	return out, err
}
