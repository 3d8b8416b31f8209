package hotline

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// PolicyRow is a time limit as the page of time limits shows it.
type PolicyRow struct {
	Policy
	ByName  string        `json:"by_name,omitempty"`
	EndedAt clock.Instant `json:"ended_at,omitzero"` // when the next revision superseded it
}

// policyHistory is how many superseded rows the page shows.
const policyHistory = 100

// PolicyTable gives the centre's time limits in force and the newest of those superseded (时限规则).
func (m *Module) PolicyTable(ctx context.Context) (current, past []PolicyRow, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return nil, nil, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		now, err := loadPolicies(tx, a.CentreID)
		if err != nil {
			return err
		}
		old, err := store.Select[Policy](tx, "SELECT "+store.Columns[Policy]("")+" FROM hotline_policy WHERE centre_id = $1 AND NOT current ORDER BY id DESC LIMIT $2", a.CentreID, policyHistory)
		if err != nil {
			return err
		}
		names, err := m.policyNames(tx, a.CentreID, append(append([]Policy{}, now...), old...))
		if err != nil {
			return err
		}
		current, past = policyRows(now, names), policyRows(old, names)
		return nil
	})
	endPolicies(current, past)
	return current, past, err
}

func (m *Module) policyNames(tx *store.Tx, centre string, list []Policy) (map[string]string, error) {
	var ids []string
	for _, p := range list {
		if p.By != "" {
			ids = append(ids, p.By)
		}
	}
	return m.org.UserNamesTx(tx, centre, ids)
}

func policyRows(list []Policy, names map[string]string) []PolicyRow {
	out := make([]PolicyRow, len(list))
	for i, p := range list {
		out[i] = PolicyRow{Policy: p, ByName: names[p.By]}
	}
	return out
}

// endPolicies finds when each superseded row ended: at the next row of the same step, kind, urgency and channel. Past
// rows come newest first.
func endPolicies(current, past []PolicyRow) {
	next := map[[4]string]clock.Instant{}
	key := func(p PolicyRow) [4]string { return [4]string{p.Step, p.Kind, p.Urgency, p.Channel} }
	for _, p := range current {
		next[key(p)] = p.At
	}
	for i, p := range past {
		past[i].EndedAt, next[key(p)] = next[key(p)], p.At
	}
}

// ErrPolicy refuses a time limit rule.
var ErrPolicy = errs.New(errs.Invalid, "hotline.policy", "时限规则填写有误，没有保存。")

// SetPolicy supersedes the limit of the same step, kind, urgency and channel, or adds one. A confirmed rule must name
// its document.
func (m *Module) SetPolicy(tx *store.Tx, p Policy) error {
	a := actor.From(tx.Context())
	if err := a.Require(PermPolicy); err != nil {
		return err
	}
	e := ErrPolicy
	if StepLabel(p.Step) == "" {
		e = e.Field("step", "请选择环节。")
	}
	if p.Kind != "" && !slices.Contains(Kinds, p.Kind) {
		e = e.Field("kind", "没有这种诉求类型。")
	}
	if p.Urgency != "" && !slices.Contains(Urgencies, p.Urgency) {
		e = e.Field("urgency", "没有这种紧急程度。")
	}
	if p.Channel != "" && !slices.Contains(Channels, p.Channel) {
		e = e.Field("channel", "没有这个渠道。")
	}
	if err := p.Limit.Validate(); err != nil {
		e = e.Field("limit", "时限写法不对，例如 5wd、240wm、30m、3d。")
	}
	if p.Confirmed && p.Basis == "" {
		e = e.Field("basis", "确认时限须填写依据文件和条款。")
	}
	if n := utf8.RuneCountInString(p.Basis); n > maxShort {
		e = e.Field("basis", "依据最多 %d 个字，现在有 %d 个字。", maxShort, n)
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE hotline_policy SET current = FALSE WHERE centre_id = $1 AND current AND step = $2 AND kind = $3 AND urgency = $4 AND channel = $5`,
		a.CentreID, p.Step, p.Kind, p.Urgency, p.Channel); err != nil {
		return err
	}
	p.CentreID, p.ID, p.Current, p.At, p.By = a.CentreID, tx.NewID(), true, tx.Now(), a.UserID
	revision, err := store.Get[int64](tx, "SELECT COALESCE(MAX(revision), 0) + 1 FROM hotline_policy WHERE centre_id = $1", a.CentreID)
	if err != nil {
		return err
	}
	p.Revision = revision
	if err := store.Insert(tx, "hotline_policy", p); err != nil {
		return err
	}
	if err := rulesChanged(tx, a.CentreID); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActPolicyChange), Permission: PermPolicy, Kind: "policy", Object: p.ID,
		Detail: map[string]any{"step": p.Step, "kind": p.Kind, "urgency": p.Urgency, "channel": p.Channel, "limit": p.Limit.String(), "basis": p.Basis, "revision": strconv.FormatInt(revision, 10)}})
}

// ChangePolicy supersedes a time limit, or adds one; see SetPolicy. It refuses with hotline.policy_same a change that
// would change nothing; a repeated key is answered as the first time.
func (m *Module) ChangePolicy(ctx context.Context, p Policy) error {
	if err := actor.From(ctx).Require(PermPolicy); err != nil {
		return err
	}
	p.Basis = strings.TrimSpace(p.Basis)
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, repeated, err := once.ClaimContent(tx, p.Key, "hotline.policy_change", p, p.Step); err != nil || repeated {
			return err
		}
		list, err := loadPolicies(tx, actor.From(ctx).CentreID)
		if err != nil {
			return err
		}
		for _, now := range list {
			if now.sameCase(p) && now.Limit.String() == p.Limit.String() && now.Basis == p.Basis && now.Confirmed == p.Confirmed {
				return ErrPolicySame
			}
		}
		return m.SetPolicy(tx, p)
	})
}

// sameCase reports whether two rules are for the same step, kind, urgency and channel.
func (p Policy) sameCase(o Policy) bool {
	return p.Step == o.Step && p.Kind == o.Kind && p.Urgency == o.Urgency && p.Channel == o.Channel
}

// ErrPolicySame refuses a change that changes nothing.
var ErrPolicySame = errs.New(errs.Conflict, "hotline.policy_same", "这条时限与现行的完全一样，没有保存。要修改时限请改动数值、依据或确认状态。")

// ErrPolicyMissing answers for a time limit that is not in force any more.
var ErrPolicyMissing = errs.New(errs.Conflict, "hotline.policy_missing", "这条时限刚被别人改过，没有保存。请刷新后再看。")

// ConfirmPolicy marks a time limit in force as confirmed by a document (确认时限): the same limit, with its basis.
func (m *Module) ConfirmPolicy(ctx context.Context, policy, document string) error {
	a := actor.From(ctx)
	if err := a.Require(PermPolicy); err != nil {
		return err
	}
	if document = strings.TrimSpace(document); document == "" {
		return ErrPolicy.Field("document", "请填写依据文件的文号和条款，例如 临市政办发〔2026〕12号 第八条。")
	}
	if n := utf8.RuneCountInString(document); n > maxShort {
		return ErrPolicy.Field("document", "依据最多 %d 个字，现在有 %d 个字。", maxShort, n)
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Policy](tx, "SELECT "+store.Columns[Policy]("")+" FROM hotline_policy WHERE centre_id = $1 AND id = $2 AND current", a.CentreID, policy)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrPolicyMissing
		}
		p := found[0]
		p.Basis, p.Confirmed = document, true
		return m.SetPolicy(tx, p)
	})
}

// Promise (办理承诺) is what the public pages tell a caller who has just sent a request.
type Promise struct {
	Handle    calendar.Limit // from dispatch to the unit's answer
	Confirmed bool
}

// PromiseFor gives the handling limit of an ordinary request of a kind that comes by the public pages.
func (m *Module) PromiseFor(ctx context.Context, kind string) (Promise, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRegister); err != nil {
		return Promise{}, err
	}
	var p Promise
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := loadPolicies(tx, a.CentreID)
		p.Handle = limitFor(list, StepHandle, &Ticket{Kind: kind, Urgency: Ordinary, Channel: "网站"})
		return err
	})
	return p, err
}
