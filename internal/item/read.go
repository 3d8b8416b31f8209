package item

import (
	"errors"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// The reads of other modules, inside their own transactions; they check no permission, because the caller's act has.

// ItemTx loads an item.
func (m *Module) ItemTx(tx *store.Tx, centre, id string) (Item, error) {
	it, err := store.Get[Item](tx, "SELECT "+itemColumns+" FROM item_item WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return it, ErrMissing
	}
	return it, err
}

// VersionTx loads a version by its id: what a case has pinned.
func (m *Module) VersionTx(tx *store.Tx, centre, id string) (Version, error) {
	v, err := store.Get[Version](tx, "SELECT "+versionColumns+" FROM item_version WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return v, ErrMissing
	}
	return v, err
}

// InForceTx gives the version of an item in force on a day, to be pinned by a case that is received on it; ErrNotInForce
// (NOT_IN_FORCE) where there is none.
func (m *Module) InForceTx(tx *store.Tx, centre, item string, day clock.Date) (Version, error) {
	list, err := versionsTx(tx, centre, item)
	if err != nil {
		return Version{}, err
	}
	v, err := InForce(list, day)
	if errors.Is(err, ErrNotInForce) {
		return v, m.whyEnded(tx, centre, item, list, day)
	}
	return v, err
}

// whyEnded is ErrNotInForce, with what has taken the item's place where an alteration ended it.
func (m *Module) whyEnded(tx *store.Tx, centre, item string, list []Version, day clock.Date) error {
	x, err := m.alteredTx(tx, centre, item, list, day)
	if err != nil {
		return err
	}
	if x == nil || day < x.Day {
		return ErrNotInForce
	}
	why := ErrNotInForce.Say("%s，不能收件。", x.Text())
	if len(x.Successors) == 0 {
		return why
	}
	var codes []string
	for _, it := range x.Successors {
		codes = append(codes, it.Code)
	}
	return why.Say("%s，不能再收件。请按新事项收件。", x.Text()).With("successors", codes)
}

// AuthorizeTx finds the authorization that covers an act on a day, or the refusal of Allowed.
func (m *Module) AuthorizeTx(tx *store.Tx, centre string, act Act, day clock.Date) (Authorization, error) {
	list, err := authorizationsOnTx(tx, centre, act.ItemID)
	if err != nil {
		return Authorization{}, err
	}
	return Allowed(list, act, day)
}

func versionsTx(tx *store.Tx, centre, item string) ([]Version, error) {
	return store.Select[Version](tx, "SELECT "+versionColumns+" FROM item_version WHERE centre_id = $1 AND item_id = $2 ORDER BY no DESC", centre, item)
}

// authorizationsOnTx lists the authorizations that name an item, each with that item alone in Items.
func authorizationsOnTx(tx *store.Tx, centre, item string) ([]Authorization, error) {
	list, err := store.Select[Authorization](tx, "SELECT "+store.Columns[Authorization]("a.")+` FROM item_authorization_item i
		JOIN item_authorization a ON a.centre_id = i.centre_id AND a.id = i.authorization_id
		WHERE i.centre_id = $1 AND i.item_id = $2 ORDER BY a.id`, centre, item)
	for i := range list {
		list[i].Items = []string{item}
	}
	return list, err
}
