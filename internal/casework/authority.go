package casework

import (
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// empower checks that the actor has the powers that an action takes by the transition table, now. A decision is authorized up to
// the amount that it is about, and its revocation up to the amount that was decided about; nothing else is about money.
func (m *Module) empower(tx *store.Tx, d *dossier, action Action, amount *money.Fen) error {
	powers := transitions[action].Powers
	if len(powers) == 0 {
		return nil
	}
	switch action {
	case ActGrant, ActDeny:
	case ActRevoke:
		var err error
		if amount, err = d.decidedAmount(tx); err != nil {
			return err
		}
		err = m.authorize(tx, d, amount, powers)
		if errs.CodeOf(err) == errs.CodeOf(item.ErrAmount) {
			return item.ErrAuthScope.Say("原决定没有写明涉及金额，凭有金额上限的授权书不能办理。请由部门审批人办理。")
		}
		return err
	default:
		amount = new(money.Fen)
	}
	return m.authorize(tx, d, amount, powers)
}

// authorize finds the papers by which the actor may use powers on the case and puts their numbers into the case's next event
// (invariant I1), each once. Approvers and heads act for their own department by office, and its people receive and hand out
// without a letter; for anything more they need one (授权书) that gives the power over this item, up to the amount (nil where nobody
// said); people of other units sit at a comprehensive window (综合窗口), where only receiving takes no agreement (委托受理协议) of
// their site.
func (m *Module) authorize(tx *store.Tx, d *dossier, amount *money.Fen, powers []item.Power) error {
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
	if own && !slices.ContainsFunc(powers, func(p item.Power) bool { return p != item.Receive && p != item.HandOut }) {
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
