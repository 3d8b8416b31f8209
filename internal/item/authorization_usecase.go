package item

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/jobs"
	"yichuang/internal/money"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Refusals of changes to authorizations.
var (
	ErrAuthMissing = errs.New(errs.NotFound, "item.authorization_missing", "没有这份授权书或协议，或您无权查看。")
	ErrAuthInput   = errs.New(errs.Invalid, "item.authorization_input", "填写的内容有误，没有保存。请按提示修改。")
	ErrAuthTaken   = errs.New(errs.Conflict, "item.authorization_taken", "本部门已有这个文号的授权书或协议，没有保存。请核对文号。")
	ErrAuthState   = errs.New(errs.Conflict, "item.authorization_state", "这份授权书或协议现在不能这样办理。请刷新后再看。")
)

// AuthorizationAction is a step of an authorization's life.
type AuthorizationAction string

// The actions.
const (
	IssueAuth    AuthorizationAction = "issue"    // 部门签发
	FileAuth     AuthorizationAction = "file"     // 备案
	PublishAuth  AuthorizationAction = "publish"  // 公示生效
	ReturnAuth   AuthorizationAction = "return"   // 退回
	RevokeAuth   AuthorizationAction = "revoke"   // 撤销
	WithdrawAuth AuthorizationAction = "withdraw" // 作废
)

// Label is the action's Chinese name.
func (a AuthorizationAction) Label() string {
	return map[AuthorizationAction]string{IssueAuth: "签发", FileAuth: "备案", PublishAuth: "公示生效", ReturnAuth: "退回", RevokeAuth: "撤销", WithdrawAuth: "作废", CorrectAuth: "改正"}[a]
}

// AuthorizationActions lists the actions in the order of an authorization's life.
func AuthorizationActions() []AuthorizationAction {
	return []AuthorizationAction{IssueAuth, FileAuth, PublishAuth, ReturnAuth, RevokeAuth, WithdrawAuth}
}

// AuthorizationStates lists the states in the order of an authorization's life.
func AuthorizationStates() []AuthorizationState {
	return []AuthorizationState{Prepared, Issued, Filed, Effective, Superseded, Expired, Revoked, Withdrawn}
}

// NextAuthorization says what an action makes of a state, and which permission it takes: 草拟→签发→备案→公示生效→撤销.
func NextAuthorization(from AuthorizationState, act AuthorizationAction) (to AuthorizationState, perm actor.Permission, ok bool) {
	type key struct {
		from AuthorizationState
		act  AuthorizationAction
	}
	table := map[key]struct {
		to   AuthorizationState
		perm actor.Permission
	}{
		{Prepared, IssueAuth}: {Issued, PermAuthIssue}, {Prepared, WithdrawAuth}: {Withdrawn, PermAuthIssue},
		{Issued, FileAuth}: {Filed, PermAuthFile}, {Issued, ReturnAuth}: {Prepared, PermAuthFile}, {Issued, WithdrawAuth}: {Withdrawn, PermAuthIssue},
		{Filed, PublishAuth}: {Effective, PermAuthShow}, {Filed, WithdrawAuth}: {Withdrawn, PermAuthIssue},
		{Effective, RevokeAuth}: {Revoked, PermAuthIssue},
	}
	t, ok := table[key{from, act}]
	return t.to, t.perm, ok
}

// AuthorizationInput is what an authorization is drafted from.
type AuthorizationInput struct {
	Kind     AuthorizationKind `json:"kind"`
	UnitID   string            `json:"unit_id"`
	UserID   string            `json:"user_id"`
	SiteID   string            `json:"site_id"`
	Powers   []Power           `json:"powers"`
	Items    []string          `json:"items"`
	Cap      money.Fen         `json:"cap"`
	From     clock.Date        `json:"from"`
	To       clock.Date        `json:"to"`
	Number   string            `json:"number"`
	Replaces string            `json:"replaces"` // the authorization in force whose new edition this is
	Reason   string            `json:"reason"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

const maxYears = 5 * 366

func (in *AuthorizationInput) check() error {
	e := ErrAuthInput
	in.Number, in.Reason = strings.TrimSpace(in.Number), strings.TrimSpace(in.Reason)
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择授权书或委托受理协议。")
	}
	if in.Number == "" || utf8.RuneCountInString(in.Number) > 60 {
		e = e.Field("number", "请填写文号，60 个字以内。")
	}
	if len(in.Powers) == 0 {
		e = e.Field("powers", "请选择权力。")
	}
	for _, p := range in.Powers {
		if !slices.Contains(in.Kind.Powers(), p) {
			e = e.Field("powers", "%s不能授予这项权力。", in.Kind.Label())
			break
		}
	}
	if len(in.Items) == 0 || len(in.Items) > 500 {
		e = e.Field("items", "请选择事项，最多 500 项。授权以事项为单位，没有列入的不能办理。")
	}
	if in.From.IsZero() || in.To.IsZero() || in.To < in.From {
		e = e.Field("to", "请填写起止日期，止期不能早于起期。")
	} else if in.To-in.From > maxYears {
		e = e.Field("to", "一份授权最长五年，请分期签发。")
	}
	if in.Kind == Letter && in.UserID == "" {
		e = e.Field("user_id", "请选择被授权人。")
	}
	if in.Kind == Agreement && in.UserID != "" {
		e = e.Field("user_id", "委托受理协议不指定个人。")
	}
	if in.Cap < 0 {
		e = e.Field("cap", "金额上限不能是负数。")
	}
	if in.Replaces != "" && in.Reason == "" {
		e = e.Field("reason", "请写明变更的原因。")
	}
	return e.OrNil()
}

// DraftAuthorization makes an authorization as a draft; with Replaces it is the new edition (变更) of one in force.
func (m *Module) DraftAuthorization(ctx context.Context, in AuthorizationInput) (Authorization, error) {
	a := actor.From(ctx)
	var out Authorization
	if err := a.Require(PermAuthDraft); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		prior, repeated, err := once.ClaimContent(tx, in.Key, "item.authorization_draft", in, "")
		if repeated {
			out, err = m.AuthorizationTx(tx, a.CentreID, prior)
		}
		if repeated || err != nil {
			return err
		}
		grantee, site, err := m.grantee(tx, a, in)
		if err != nil {
			return err
		}
		if err := m.replaceable(tx, a, in); err != nil {
			return err
		}
		powers := make([]string, len(in.Powers))
		for i, p := range in.Powers {
			powers[i] = string(p)
		}
		out = Authorization{CentreID: a.CentreID, ID: tx.NewID(), Kind: in.Kind, UnitID: in.UnitID, UserID: in.UserID, SiteID: site, Grantee: grantee, PowerList: strings.Join(powers, ","), Cap: in.Cap, From: in.From, To: in.To,
			Number: in.Number, State: Prepared, Replaces: in.Replaces, Reason: in.Reason, DraftedBy: a.UserID, PublishedOn: clock.NoDate, EndedOn: clock.NoDate, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1,
			Items: slices.Compact(slices.Sorted(slices.Values(in.Items)))}
		if err := m.writeItems(tx, &out); err != nil {
			return err
		}
		if err := store.Insert(tx, "item_authorization", out); err != nil {
			return err
		}
		if err := once.Name(tx, in.Key, out.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "item.authorization_draft", Permission: PermAuthDraft, Kind: "authorization", Object: out.ID,
			Detail: map[string]any{"kind": out.Kind, "unit": out.UnitID, "grantee": out.UserID, "items": out.Items, "powers": out.PowerList, "from": out.From.String(), "to": out.To.String(), "number": out.Number}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrAuthTaken.Field("number", "文号 %s 已被使用。", in.Number)
	}
	return out, err
}

// grantee checks who is given the authority: a letter goes to an active window worker or chief representative of the unit, an
// agreement to the windows of the hall or of a site.
func (m *Module) grantee(tx *store.Tx, a *actor.Actor, in AuthorizationInput) (name, site string, err error) {
	if !org.Sees(a, PermAuthDraft, org.Row{CentreID: a.CentreID, UnitID: in.UnitID}) {
		return "", "", ErrAuthInput.Field("unit_id", "只能草拟本部门的授权书和协议。")
	}
	if in.Kind == Agreement {
		if in.SiteID == "" {
			return "政务大厅综合窗口", "", nil
		}
		s, err := m.org.SiteTx(tx, a.CentreID, in.SiteID)
		if err != nil {
			return "", "", ErrAuthInput.Field("site_id", "没有这个站点。")
		}
		return s.Name + "综合窗口", s.ID, nil
	}
	u, err := m.org.UserTx(tx, a.CentreID, in.UserID)
	if err != nil || !u.Active || u.UnitID != in.UnitID || !u.HasRole(org.RoleChiefRep) && !u.HasRole(org.RoleWindow) {
		return "", "", ErrAuthInput.Field("user_id", "被授权人应是本部门在岗的首席代表或窗口人员。")
	}
	return u.DisplayName, u.SiteID, nil
}

// replaceable checks that what is to be replaced is in force and of the same unit and kind.
func (m *Module) replaceable(tx *store.Tx, a *actor.Actor, in AuthorizationInput) error {
	if in.Replaces == "" {
		return nil
	}
	old, err := m.AuthorizationTx(tx, a.CentreID, in.Replaces)
	if err != nil || old.State != Effective || old.UnitID != in.UnitID || old.Kind != in.Kind || old.UserID != in.UserID {
		return ErrAuthInput.Field("replaces", "只能变更本部门对同一人、正在公示生效的授权。")
	}
	return nil
}

// writeItems saves the items of an authorization; all must be the unit's own.
func (m *Module) writeItems(tx *store.Tx, a *Authorization) error {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("(unit_id = ? OR first_unit_id = ?)", a.UnitID, a.UnitID) // the lower organ accepts and reviews first
	store.In(w, "id", a.Items)
	own, err := store.Select[string](tx, "SELECT id FROM item_item"+w.SQL(), w.Args...)
	if err != nil {
		return err
	}
	if len(own) != len(a.Items) {
		return ErrAuthInput.Field("items", "有的事项不是本部门的，部门只能就自己的事项授权。")
	}
	for _, x := range a.Items {
		if err := tx.Queue("INSERT INTO item_authorization_item (centre_id, item_id, authorization_id) VALUES ($1, $2, $3)", a.CentreID, x, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// AuthorizationTx loads an authorization with its items.
func (m *Module) AuthorizationTx(tx *store.Tx, centre, id string) (Authorization, error) {
	return authorizationTx(tx, centre, id, "")
}

// LetterTx finds the newest letter of authority (授权书) of somebody with a number; ErrAuthMissing where there is none.
func LetterTx(tx *store.Tx, centre, user, number string) (Authorization, error) {
	a, err := store.Get[Authorization](tx, "SELECT "+authorizationColumns+" FROM item_authorization WHERE centre_id = $1 AND user_id = $2 AND kind = $3 AND doc_no = $4 ORDER BY id DESC LIMIT 1", centre, user, Letter, number)
	if errors.Is(err, store.ErrNotFound) {
		return a, ErrAuthMissing
	}
	return a, err
}

func authorizationTx(tx *store.Tx, centre, id, lock string) (Authorization, error) {
	a, err := store.Get[Authorization](tx, "SELECT "+authorizationColumns+" FROM item_authorization WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return a, ErrAuthMissing
	}
	if err != nil {
		return a, err
	}
	a.Items, err = store.Select[string](tx, "SELECT item_id FROM item_authorization_item WHERE centre_id = $1 AND authorization_id = $2 ORDER BY item_id", centre, id)
	return a, err
}

// MoveAuthorization takes an action with an authorization. The one who drafted does not issue; returning, revoking and
// withdrawing say why. A new edition ends the one that it replaces on its own first day.
func (m *Module) MoveAuthorization(ctx context.Context, id string, version int64, act AuthorizationAction, reason string) (Authorization, error) {
	who := actor.From(ctx)
	var out Authorization
	perm := permOfAuthorization(act)
	if perm == "" {
		return out, ErrAuthState
	}
	if err := who.Require(perm); err != nil {
		return out, err
	}
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) > 500 {
		return out, ErrReason.Field("reason", "500 个字以内。")
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		a, err := authorizationTx(tx, who.CentreID, id, tx.ForUpdate())
		if err != nil {
			return err
		}
		if !org.Sees(who, perm, a.row()) {
			return ErrAuthMissing.Hide()
		}
		if a.Version != version {
			return store.ErrStale.With("version", a.Version)
		}
		from := a.State
		to, _, ok := NextAuthorization(from, act)
		if !ok {
			return ErrAuthState.Say("这份%s%s，不能%s。请刷新后再看。", a.Kind.Label(), from.Label(), act.Label())
		}
		if err := m.applyAuthorization(tx, &a, act, reason); err != nil {
			return err
		}
		a.State = to
		if err := saveAuthorization(tx, &a, act, from, reason); err != nil {
			return err
		}
		out = a
		return audit.Record(tx, audit.Entry{Action: "item.authorization_" + string(act), Permission: perm, Kind: "authorization", Object: a.ID, Detail: map[string]any{"state": a.State, "number": a.Number}})
	})
	return out, err
}

func permOfAuthorization(act AuthorizationAction) actor.Permission {
	for _, s := range AuthorizationStates() {
		if _, p, ok := NextAuthorization(s, act); ok {
			return p
		}
	}
	return ""
}

func (m *Module) applyAuthorization(tx *store.Tx, a *Authorization, act AuthorizationAction, reason string) error {
	who, today := actor.From(tx.Context()), tx.Now().Date()
	switch act {
	case IssueAuth:
		if same(who, a.DraftedBy) {
			return ErrSamePerson.Say("草拟人不能自己签发。请由本部门的另一位审批人签发。")
		}
		a.IssuedBy = who.UserID
	case FileAuth:
		a.FiledBy = who.UserID
	case PublishAuth:
		if a.To < today {
			return ErrDay.Say("这份%s的止期 %s 已过，不能公示。请作废后重新签发。", a.Kind.Label(), a.To)
		}
		a.PublishedBy, a.PublishedOn = who.UserID, today
		if err := m.endReplaced(tx, a); err != nil {
			return err
		}
		return jobs.Insert(tx, a.CentreID, expiryJob, a.ID, 0, a.ID)
	case ReturnAuth, RevokeAuth, WithdrawAuth:
		if reason == "" {
			return ErrReason.Field("reason", "请写明理由。")
		}
		if act == ReturnAuth {
			a.IssuedBy, a.FiledBy = "", ""
			return nil
		}
		a.Reason = reason
		if act == RevokeAuth {
			a.EndedOn = today
		}
	}
	return nil
}

// endReplaced ends the edition before, on the first day of the new one.
func (m *Module) endReplaced(tx *store.Tx, a *Authorization) error {
	if a.Replaces == "" {
		return nil
	}
	old, err := authorizationTx(tx, a.CentreID, a.Replaces, tx.ForUpdate())
	if err != nil {
		return err
	}
	if old.State != Effective {
		return nil
	}
	from := old.State
	old.State, old.EndedOn = Superseded, max(a.From, a.PublishedOn)
	return saveAuthorization(tx, &old, "supersede", from, "由 "+a.Number+" 代替")
}

// AuthorizationStep is one step that an authorization took.
type AuthorizationStep struct {
	CentreID string              `db:"centre_id" json:"-"`
	ID       string              `db:"id" json:"id"`
	Of       string              `db:"authorization_id" json:"-"`
	Action   AuthorizationAction `db:"action" json:"action"`
	From     AuthorizationState  `db:"from_state" json:"from"`
	To       AuthorizationState  `db:"to_state" json:"to"`
	Remark   string              `db:"remark" json:"remark"`
	At       clock.Instant       `db:"at" json:"at"`
	By       string              `db:"by_user" json:"by"`
	ByName   string              `db:"by_name" json:"by_name"`
}

func saveAuthorization(tx *store.Tx, a *Authorization, act AuthorizationAction, from AuthorizationState, remark string) error {
	a.Version++
	a.UpdatedAt = tx.Now()
	if err := store.Update(tx, "item_authorization", *a, "centre_id", "id"); err != nil {
		return err
	}
	who := actor.From(tx.Context())
	return store.Insert(tx, "item_authorization_step", AuthorizationStep{CentreID: a.CentreID, ID: tx.NewID(), Of: a.ID, Action: act, From: from, To: a.State, Remark: remark, At: tx.Now(), By: who.UserID, ByName: who.Name})
}
