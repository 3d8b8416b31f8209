package casework

import (
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// authorize finds the paper by which the actor may use a power on the case and puts its number into the case's next event
// (invariant I1). Approvers and heads act for their own department by office; others of the department, its people in the
// hall, need a letter (授权书) that gives the power over this item; people of other units sit at a comprehensive window
// (综合窗口) and need the agreement (委托受理协议) of their site.
func (m *Module) authorize(tx *store.Tx, d *dossier, power item.Power) error {
	return m.authorizeAll(tx, d, nil, power)
}

// authorizeAll is authorize for several powers that one step uses together, over an amount (nil where nobody said). Where two
// letters give them, the event names both.
func (m *Module) authorizeAll(tx *store.Tx, d *dossier, amount *money.Fen, powers ...item.Power) error {
	a := actor.From(tx.Context())
	if a.Kind == actor.System || a.Kind == actor.Citizen { // an applicant acts in his own right, by use cases of his own
		return nil
	}
	if err := m.unbiased(tx, d, a.UserID); err != nil {
		return err
	}
	own := a.HasUnit(d.UnitID)
	if own && (a.HasRole(org.RoleApprover) || a.HasRole(org.RoleUnitHead)) {
		return nil
	}
	if own && slices.Equal(powers, []item.Power{item.HandOut}) {
		return nil
	}
	act := item.Act{ItemID: d.ItemID, UserID: a.UserID, Window: !own, Amount: amount}
	if act.Window {
		site, err := m.hallSite(tx, d.CentreID, d.SiteID)
		if err != nil {
			return err
		}
		act.SiteID = site
	}
	var numbers []string
	for _, act.Power = range powers {
		paper, err := m.item.AuthorizeTx(tx, d.CentreID, act, tx.Now().Date())
		if err != nil {
			return err
		}
		if !slices.Contains(numbers, paper.Number) {
			numbers = append(numbers, paper.Number)
		}
	}
	d.authority = strings.Join(numbers, "、")
	return nil
}

// hallSite gives the site as agreements name it: "" for the centre's own hall.
func (m *Module) hallSite(tx *store.Tx, centre, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	s, err := m.org.SiteTx(tx, centre, id)
	if err != nil || s.Kind == org.SiteHall {
		return "", err
	}
	return id, nil
}
