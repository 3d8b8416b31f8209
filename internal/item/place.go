package item

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Place (办事地点) is a branch, township or special hall as the public finds it, with what is handled there. The list of items moved
// down (下放事项清单) is not written by anybody: it is the items that belong to the place and the agreements in force for its windows.
type Place struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Kind     string      `json:"kind"` // in Chinese
	Address  string      `json:"address,omitempty"`
	Phone    string      `json:"phone,omitempty"`
	Approval string      `json:"approval,omitempty"` // 批准设立的文号 of a special hall
	Items    []PlaceItem `json:"items"`              // only of one place that was asked for
}

// PlaceItem is an item that is handled at a place: its own (Number empty), or by an agreement that a department gave to its windows.
type PlaceItem struct {
	ItemID string     `json:"item_id"`
	Name   string     `json:"name"`
	Unit   string     `json:"unit"`
	Powers string     `json:"powers,omitempty"` // in Chinese, joined by 、
	Number string     `json:"number,omitempty"` // of the agreement
	From   clock.Date `json:"from,omitzero"`
	To     clock.Date `json:"to,omitzero"` // last day
}

// ErrNoPlace is a place that is closed, the hall itself, or of another centre.
var ErrNoPlace = errs.New(errs.NotFound, "item.no_place", "没有这个办事地点，可能已经停用。请从办事地点的列表里查找，或拨打咨询电话。")

// Places lists the open branches, townships and special halls of the actor's centre; it is public.
func (m *Module) Places(ctx context.Context) ([]Place, error) {
	var out []Place
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		sites, err := m.org.PlacesTx(tx, actor.From(ctx).CentreID)
		out = make([]Place, len(sites))
		for i := range sites {
			out[i] = placeOf(&sites[i])
		}
		return err
	})
	return out, err
}

func placeOf(s *org.Site) Place {
	return Place{ID: s.ID, Name: s.Name, Kind: org.LabelOf(org.SiteKinds(), string(s.Kind)), Address: s.Address, Phone: s.Phone, Approval: s.Approval}
}

// Place gives one of them with everything that is handled there today, by department and name; it is public.
func (m *Module) Place(ctx context.Context, id string) (Place, error) {
	var out Place
	centre := actor.From(ctx).CentreID
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		sites, err := m.org.PlacesTx(tx, centre)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sites, func(s org.Site) bool { return s.ID == id })
		if i < 0 {
			return ErrNoPlace
		}
		out = placeOf(&sites[i])
		out.Items, err = m.placeItems(tx, centre, id)
		return err
	})
	return out, err
}

// placed is a published guide of an item, with the agreement under which it is handled; "" where the item belongs to the place.
type placed struct {
	ItemID    string `db:"item_id"`
	Name      string `db:"name"`
	UnitID    string `db:"unit_id"`
	Agreement string `db:"agreement"`
}

func (m *Module) placeItems(tx *store.Tx, centre, site string) ([]PlaceItem, error) {
	own, err := store.Select[placed](tx, "SELECT g.item_id, g.name, g.unit_id, '' AS agreement FROM item_item i JOIN item_guide g ON g.centre_id = i.centre_id AND g.item_id = i.id WHERE i.centre_id = $1 AND i.site_id = $2", centre, site)
	if err != nil {
		return nil, err
	}
	agreements, err := store.Select[Authorization](tx, "SELECT "+authorizationColumns+" FROM item_authorization WHERE centre_id = $1 AND kind = 'agreement' AND site_id = $2 ORDER BY id", centre, site)
	if err != nil {
		return nil, err
	}
	valid := map[string]*Authorization{}
	for i := range agreements {
		if a := &agreements[i]; a.Valid(tx.Now().Date()) {
			valid[a.ID] = a
			given, err := store.Select[placed](tx, "SELECT g.item_id, g.name, g.unit_id, x.authorization_id AS agreement FROM item_authorization_item x JOIN item_guide g ON g.centre_id = x.centre_id AND g.item_id = x.item_id WHERE x.centre_id = $1 AND x.authorization_id = $2", centre, a.ID)
			if err != nil {
				return nil, err
			}
			own = append(own, given...)
		}
	}
	return m.named(tx, centre, own, valid)
}

// named gives rows their departments and what their agreements say, in the order of departments and names.
func (m *Module) named(tx *store.Tx, centre string, rows []placed, valid map[string]*Authorization) ([]PlaceItem, error) {
	var units []string
	for _, r := range rows {
		units = append(units, r.UnitID)
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	out := make([]PlaceItem, len(rows))
	for i, r := range rows {
		out[i] = PlaceItem{ItemID: r.ItemID, Name: r.Name, Unit: names[r.UnitID].Name}
		if a := valid[r.Agreement]; a != nil {
			var powers []string
			for _, p := range a.Powers() {
				powers = append(powers, p.Label())
			}
			out[i].Powers, out[i].Number, out[i].From, out[i].To = strings.Join(powers, "、"), a.Number, a.From, a.To
		}
	}
	slices.SortStableFunc(out, func(a, b PlaceItem) int {
		return strings.Compare(a.Unit+"\x00"+a.Name+"\x00"+a.ItemID+"\x00"+a.Number, b.Unit+"\x00"+b.Name+"\x00"+b.ItemID+"\x00"+b.Number)
	})
	return out, nil
}
