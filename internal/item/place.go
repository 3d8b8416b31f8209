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

// placed is an item that is in force, with the agreement under which it is handled; its number is "" where the item belongs to the
// place.
type placed struct {
	ItemID string     `db:"item_id"`
	Name   string     `db:"name"`
	UnitID string     `db:"unit_id"`
	Powers string     `db:"powers"`
	Number string     `db:"doc_no"`
	From   clock.Date `db:"valid_from"`
	To     clock.Date `db:"valid_to"`
}

// placeItems finds what is in force at a place today: Authorization.Valid and InForce say the same of one agreement and one item.
func (m *Module) placeItems(tx *store.Tx, centre, site string) ([]PlaceItem, error) {
	today := tx.Now().Date()
	const inForce = ` JOIN item_version v ON v.centre_id = g.centre_id AND v.id = g.version_id AND v.effective_from <= $3 AND (v.ends_on = '' OR v.ends_on > $3)`
	rows, err := store.Select[placed](tx, `SELECT g.item_id, g.name, g.unit_id, '' AS powers, '' AS doc_no, '' AS valid_from, '' AS valid_to
		FROM item_item i JOIN item_guide g ON g.centre_id = i.centre_id AND g.item_id = i.id`+inForce+`
		WHERE i.centre_id = $1 AND i.site_id = $2`, centre, site, today)
	if err != nil {
		return nil, err
	}
	given, err := store.Select[placed](tx, `SELECT g.item_id, g.name, g.unit_id, a.powers, a.doc_no, a.valid_from, a.valid_to
		FROM item_authorization a JOIN item_authorization_item x ON x.centre_id = a.centre_id AND x.authorization_id = a.id
		JOIN item_guide g ON g.centre_id = x.centre_id AND g.item_id = x.item_id`+inForce+`
		WHERE a.centre_id = $1 AND a.kind = 'agreement' AND a.site_id = $2 AND a.state NOT IN ($4, $5, $6, $7)
		AND a.published_on <> '' AND a.published_on <= $3 AND a.valid_from <= $3 AND a.valid_to >= $3 AND (a.ended_on = '' OR a.ended_on > $3)`,
		centre, site, today, Prepared, Issued, Filed, Withdrawn)
	if err != nil {
		return nil, err
	}
	return m.named(tx, centre, append(rows, given...))
}

// named gives rows their departments and what their agreements say, in the order of departments and names.
func (m *Module) named(tx *store.Tx, centre string, rows []placed) ([]PlaceItem, error) {
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
		out[i] = PlaceItem{ItemID: r.ItemID, Name: r.Name, Unit: names[r.UnitID].Name, Number: r.Number, From: r.From, To: r.To}
		var powers []string
		for _, p := range powersOf(r.Powers) {
			powers = append(powers, p.Label())
		}
		out[i].Powers = strings.Join(powers, "、")
	}
	slices.SortStableFunc(out, func(a, b PlaceItem) int {
		return strings.Compare(a.Unit+"\x00"+a.Name+"\x00"+a.ItemID+"\x00"+a.Number, b.Unit+"\x00"+b.Name+"\x00"+b.ItemID+"\x00"+b.Number)
	})
	return out, nil
}
