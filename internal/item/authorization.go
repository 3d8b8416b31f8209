package item

import (
	"errors"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// AuthorizationKind is which of the two papers an authorization is.
type AuthorizationKind string

// The papers.
const (
	Letter    AuthorizationKind = "letter"    // 授权书: a department to its person in the hall
	Agreement AuthorizationKind = "agreement" // 委托受理协议: a department to the centre's comprehensive windows
)

// Label is the paper's Chinese name.
func (k AuthorizationKind) Label() string {
	return map[AuthorizationKind]string{Letter: "授权书", Agreement: "委托受理协议"}[k]
}

// Power (权力) is what an authorization lets one do.
type Power string

// The powers: 接件 and 出件 are for agreements, 审查, 决定 and 用印 for letters, 受理 for both.
const (
	Receive Power = "receive" // 接件
	Accept  Power = "accept"  // 受理
	Examine Power = "examine" // 审查
	Decide  Power = "decide"  // 决定
	Seal    Power = "seal"    // 用印
	HandOut Power = "handout" // 出件
)

// Label is the power's Chinese name.
func (p Power) Label() string {
	return map[Power]string{Receive: "接件", Accept: "受理", Examine: "审查", Decide: "决定", Seal: "用印", HandOut: "出件"}[p]
}

// Powers lists what a kind of authorization may give.
func (k AuthorizationKind) Powers() []Power {
	if k == Agreement {
		return []Power{Receive, Accept, HandOut}
	}
	return []Power{Accept, Examine, Decide, Seal}
}

// AuthorizationState is where an authorization stands in its life.
type AuthorizationState string

// The states of an authorization.
const (
	Prepared   AuthorizationState = "prepared"   // 草拟
	Issued     AuthorizationState = "issued"     // 部门签发
	Filed      AuthorizationState = "filed"      // 政务中心备案
	Effective  AuthorizationState = "effective"  // 公示生效
	Superseded AuthorizationState = "superseded" // 已被新版代替
	Expired    AuthorizationState = "expired"    // 到期
	Revoked    AuthorizationState = "revoked"    // 撤销
	Withdrawn  AuthorizationState = "withdrawn"  // 作废: given up before it took effect
)

// Label is the state's Chinese name.
func (s AuthorizationState) Label() string {
	return map[AuthorizationState]string{Prepared: "草拟", Issued: "已签发", Filed: "已备案", Effective: "公示生效", Superseded: "已变更", Expired: "已到期", Revoked: "已撤销", Withdrawn: "已作废"}[s]
}

// Authorization (授权书, 委托受理协议) is a dated right of a person, or of comprehensive windows, to act on certain items in a
// department's name. Its items are in Items, loaded beside the row.
type Authorization struct {
	CentreID    string             `db:"centre_id" json:"-"`
	ID          string             `db:"id" json:"id"`
	Kind        AuthorizationKind  `db:"kind" json:"kind"`
	UnitID      string             `db:"unit_id" json:"unit_id"` // the department that gives
	UserID      string             `db:"user_id" json:"user_id"` // grantee of a letter
	SiteID      string             `db:"site_id" json:"site_id"` // whose comprehensive windows an agreement is for; "" the hall
	Grantee     string             `db:"grantee" json:"grantee"` // name of the grantee when it was issued
	PowerList   string             `db:"powers" json:"-"`        // powers, joined by commas
	Cap         money.Fen          `db:"amount_cap" json:"cap"`  // 金额上限; 0 for none
	From        clock.Date         `db:"valid_from" json:"from"` // first day
	To          clock.Date         `db:"valid_to" json:"to"`     // last day
	Number      string             `db:"doc_no" json:"number"`   // 文号
	State       AuthorizationState `db:"state" json:"state"`
	Replaces    string             `db:"replaces" json:"replaces"` // the authorization whose new edition this is
	Reason      string             `db:"reason" json:"reason"`     // of a change, revocation or withdrawal
	DraftedBy   string             `db:"drafted_by" json:"drafted_by"`
	IssuedBy    string             `db:"issued_by" json:"issued_by"`
	FiledBy     string             `db:"filed_by" json:"filed_by"`
	PublishedBy string             `db:"published_by" json:"published_by"`
	PublishedOn clock.Date         `db:"published_on" json:"published_on"` // first day on which it may be used
	EndedOn     clock.Date         `db:"ended_on" json:"ended_on"`         // first day on which it is superseded or revoked
	CreatedAt   clock.Instant      `db:"created_at" json:"created_at"`
	UpdatedAt   clock.Instant      `db:"updated_at" json:"updated_at"`
	Version     int64              `db:"version" json:"version"`
	Items       []string           `db:"-" json:"items"`
}

var authorizationColumns = store.Columns[Authorization]("")

// Refusals of an act for want of authority. The detail "refusal" is the stable code that programs and tests compare.
var (
	ErrAuthExpired  = errs.New(errs.Forbidden, "item.auth_expired", "授权当天不在有效期内，不能办理。请由部门审批人办理，或先换发授权书。").With("refusal", "AUTH_EXPIRED")
	ErrAuthScope    = errs.New(errs.Forbidden, "item.auth_scope", "授权没有包括这个事项的这项权力，不能办理。请由部门审批人办理，或先变更授权书。").With("refusal", "AUTH_SCOPE")
	ErrAmount       = errs.New(errs.Invalid, "item.amount_required", "授权书有金额上限，请填写涉及金额。不涉及资金的填 0。").Field("amount", "请填写涉及金额，不涉及资金的填 0。")
	ErrNoDelegation = errs.New(errs.Forbidden, "item.no_delegation", "没有这个事项当天有效的委托受理协议，综合窗口只能接件。请转部门窗口受理。").With("refusal", "NO_DELEGATION")
)

// Powers lists what the authorization gives.
func (a *Authorization) Powers() []Power { return powersOf(a.PowerList) }

// powersOf reads powers that are joined by commas.
func powersOf(list string) []Power {
	var out []Power
	for _, p := range strings.Split(list, ",") {
		if p != "" {
			out = append(out, Power(p))
		}
	}
	return out
}

// Gives reports whether the authorization gives a power over an item, whatever the day.
func (a *Authorization) Gives(p Power, item string) bool {
	return slices.Contains(a.Powers(), p) && slices.Contains(a.Items, item)
}

// Valid reports whether the authorization may be used on a day: it was published by then, the day lies in its period, and
// it had not been superseded or revoked. The stored state Expired is no ground: a day in the period stays valid afterwards.
func (a *Authorization) Valid(day clock.Date) bool {
	if a.State == Prepared || a.State == Issued || a.State == Filed || a.State == Withdrawn || a.PublishedOn.IsZero() {
		return false
	}
	return a.PublishedOn <= day && a.From <= day && day <= a.To && (a.EndedOn.IsZero() || day < a.EndedOn)
}

// Act (行为) is what somebody is about to do to a case of an item.
type Act struct {
	Power  Power
	ItemID string
	UserID string     // who acts
	Window bool       // the act happens at a comprehensive window (综合窗口), under an agreement
	SiteID string     // the window's site; "" for the hall
	Amount *money.Fen // what the act is about, 0 where it is not about money; nil where nobody said
}

// Allowed finds the authorization that covers an act on a day, or the refusal. At a comprehensive window, 接件 needs none
// (the zero Authorization is given); 受理 and 出件 need an agreement of the window's site: NO_DELEGATION. Elsewhere the
// person needs a letter: AUTH_SCOPE where none ever gave this power over this item or the amount is above its cap,
// AUTH_EXPIRED where one did and is not valid on the day, AMOUNT_REQUIRED where the letter has a cap and nobody said what
// amount is decided about.
func Allowed(list []Authorization, act Act, day clock.Date) (Authorization, error) {
	if act.Window {
		return allowedAtWindow(list, act, day)
	}
	refusal := ErrAuthScope.Say("授权没有包括这个事项的“%s”权力，不能办理。请由部门审批人办理，或先变更授权书。", act.Power.Label())
	var found *Authorization
	for i := range list {
		a := &list[i]
		if a.Kind != Letter || a.UserID == "" || a.UserID != act.UserID || a.State == Withdrawn || !a.Gives(act.Power, act.ItemID) {
			continue
		}
		if over := a.above(act); over != nil && (act.Amount != nil || a.Valid(day)) {
			if a.Valid(day) && errors.Is(refusal, ErrAuthScope) {
				refusal = over
			}
			continue
		}
		if !a.Valid(day) {
			if !a.PublishedOn.IsZero() {
				refusal = ErrAuthExpired
			}
			continue
		}
		if found == nil || a.From > found.From || a.From == found.From && a.ID > found.ID {
			found = a
		}
	}
	if found == nil {
		return Authorization{}, refusal
	}
	return *found, nil
}

// above refuses an act of deciding or sealing that is above the letter's cap, or of which nobody said the amount.
func (a *Authorization) above(act Act) *errs.Error {
	switch {
	case a.Cap <= 0 || act.Power != Decide && act.Power != Seal:
		return nil
	case act.Amount == nil:
		return ErrAmount.Say("授权书 %s 有金额上限 %s 元，请填写涉及金额。不涉及资金的填 0。", a.Number, a.Cap.Yuan())
	case *act.Amount > a.Cap:
		return ErrAuthScope.Say("涉及金额 %s 元超过授权书的金额上限 %s 元，不能办理。请由部门审批人办理，或先变更授权书。", act.Amount.Yuan(), a.Cap.Yuan())
	}
	return nil
}

func allowedAtWindow(list []Authorization, act Act, day clock.Date) (Authorization, error) {
	var found *Authorization
	for i := range list {
		a := &list[i]
		if a.Kind == Agreement && a.SiteID == act.SiteID && a.Gives(act.Power, act.ItemID) && a.Valid(day) && (found == nil || a.From > found.From || a.From == found.From && a.ID > found.ID) {
			found = a
		}
	}
	if found != nil {
		return *found, nil
	}
	if act.Power == Receive {
		return Authorization{}, nil
	}
	return Authorization{}, ErrNoDelegation
}
