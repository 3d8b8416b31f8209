package item

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// CorrectAuth is the step of putting a draft right; it is not among AuthorizationActions, because it changes the content and
// not the state.
const CorrectAuth AuthorizationAction = "correct"

// CorrectAuthorization puts a draft right (改正): one that was never issued, or that the office returned. Department and kind stay.
// Whoever corrects has drafted it, and so does not issue it.
func (m *Module) CorrectAuthorization(ctx context.Context, id string, version int64, in AuthorizationInput) (Authorization, error) {
	who := actor.From(ctx)
	var out Authorization
	if err := who.Require(PermAuthDraft); err != nil {
		return out, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		a, err := authorizationTx(tx, who.CentreID, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		if !org.Sees(who, PermAuthDraft, a.row()) {
			return ErrAuthMissing.Hide()
		}
		in := in // the closure may run again
		in.Kind, in.UnitID, in.Replaces = a.Kind, a.UnitID, a.Replaces
		if in.Reason == "" {
			in.Reason = a.Reason
		}
		if err := in.check(); err != nil {
			return err
		}
		if a.Version != version {
			return store.ErrStale.With("version", a.Version)
		}
		if a.State != Prepared {
			return ErrAuthState.Say("这份%s%s，不能改正。需要修改的，请备案环节退回，或作废后重新草拟。", a.Kind.Label(), a.State.Label())
		}
		if err := m.rewrite(tx, &a, in); err != nil {
			return err
		}
		out = a
		return audit.Record(tx, audit.Entry{Action: "item.authorization_correct", Permission: PermAuthDraft, Kind: "authorization", Object: a.ID,
			Detail: map[string]any{"grantee": a.UserID, "items": a.Items, "powers": a.PowerList, "from": a.From.String(), "to": a.To.String(), "number": a.Number}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrAuthTaken.Field("number", "文号 %s 已被使用。", in.Number)
	}
	return out, err
}

// rewrite puts what was typed into a draft.
func (m *Module) rewrite(tx *store.Tx, a *Authorization, in AuthorizationInput) error {
	who := actor.From(tx.Context())
	grantee, site, err := m.grantee(tx, who, in)
	if err != nil {
		return err
	}
	powers := make([]string, len(in.Powers))
	for i, p := range in.Powers {
		powers[i] = string(p)
	}
	a.UserID, a.SiteID, a.Grantee, a.PowerList, a.Cap, a.From, a.To = in.UserID, site, grantee, strings.Join(powers, ","), in.Cap, in.From, in.To
	a.Number, a.Reason, a.DraftedBy, a.Items = in.Number, in.Reason, who.UserID, slices.Compact(slices.Sorted(slices.Values(in.Items)))
	if err := tx.Queue("DELETE FROM item_authorization_item WHERE centre_id = $1 AND authorization_id = $2", a.CentreID, a.ID); err != nil {
		return err
	}
	if err := m.writeItems(tx, a); err != nil {
		return err
	}
	return saveAuthorization(tx, a, CorrectAuth, a.State, "")
}
