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

// By what somebody acts whom no paper covers (依据), as his event says: by the office that he holds in the deciding organ, or at his
// post (岗位) in it or at a window, where receiving and handing out take none.
const (
	byOffice = "office"
	byPost   = "post"
)

// backing is what an actor acts by: the papers that he used (授权书, 委托受理协议), or his office or post.
type backing struct {
	ids, numbers []string
	office       string
}

// uses adds a paper, once.
func (b *backing) uses(a *item.Authorization) {
	if !slices.Contains(b.ids, a.ID) {
		b.ids, b.numbers = append(b.ids, a.ID), append(b.numbers, a.Number)
	}
}

// cite puts into an event's data what its actor acted by.
func (b *backing) cite(data map[string]any) map[string]any {
	if len(b.ids) == 0 && b.office == "" {
		return data
	}
	if data == nil {
		data = map[string]any{}
	}
	if len(b.ids) > 0 {
		data["authorizations"] = b.ids
	} else {
		data["acts_by"] = b.office
	}
	return data
}

// authority is the numbers of the papers.
func (b *backing) authority() string { return strings.Join(b.numbers, "、") }

// authorize finds the papers by which the actor may use powers on the case and puts their ids and numbers, or that he acts by
// office or at his post, into the case's next event (invariant I1). Approvers and heads act for their own department by office, and its people receive and hand out
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
		d.backing.office = byOffice
		return nil
	}
	d.backing.office = byPost
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
	for _, act.Power = range powers {
		paper, err := m.item.AuthorizeTx(tx, d.CentreID, act, tx.Now().Date())
		if err != nil {
			return err
		}
		if paper.ID != "" {
			d.backing.uses(&paper)
		}
	}
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
