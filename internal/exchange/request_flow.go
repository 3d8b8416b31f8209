package exchange

import (
	"slices"

	"yichuang/internal/actor"
)

// Action is one thing that is done to a share request.
type Action string

// The actions, in the order of a request's life.
const (
	ActDraft     Action = "draft"     // 草拟
	ActEdit      Action = "edit"      // 修改
	ActSubmit    Action = "submit"    // 提交
	ActReturn    Action = "return"    // 退回修改
	ActPass      Action = "pass"      // 审查通过; for 无条件 the grant itself
	ActReject    Action = "reject"    // 不予共享
	ActAgree     Action = "agree"     // 同意共享
	ActDisagree  Action = "disagree"  // 不同意共享
	ActProvide   Action = "provide"   // 提供
	ActRecon     Action = "recon"     // 协商同意
	ActAccept    Action = "accept"    // 接受不同意的答复
	ActEscalate  Action = "escalate"  // 报请协调
	ActDecide    Action = "decide"    // 协调决定共享
	ActUphold    Action = "uphold"    // 协调决定不予共享
	ActWithdraw  Action = "withdraw"  // 撤回
	ActFinish    Action = "finish"    // 用途已经实现，终止
	ActRevoke    Action = "revoke"    // 收回授权
	ActExpire    Action = "expire"    // 到期
	ActReproject Action = "reproject" // 时限重算
)

var actionLabels = map[Action]string{ActDraft: "草拟", ActEdit: "修改", ActSubmit: "提交", ActReturn: "退回修改", ActPass: "审查通过", ActReject: "不予共享", ActAgree: "同意共享", ActDisagree: "不同意共享",
	ActProvide: "提供数据", ActRecon: "协商后同意", ActAccept: "接受答复", ActEscalate: "报请协调", ActDecide: "协调：应当共享", ActUphold: "协调：不予共享", ActWithdraw: "撤回", ActFinish: "用途实现，终止",
	ActRevoke: "收回授权", ActExpire: "到期终止", ActReproject: "时限重算"}

// Label is the action's Chinese name.
func (a Action) Label() string { return actionLabels[a] }

// side is which organ acts.
type side uint8

const (
	asRequester side = iota
	asProvider
	asCentre
)

// transition is one row of the table of the request's state machine.
type transition struct {
	Action Action
	From   []State
	To     State // "" keeps the state, or the step chooses it
	Perm   actor.Permission
	Side   side
	Reason bool // must be given
}

// flow is the transition table. What is not here is refused with exchange.wrong_state. No row leads from waiting to use
// without somebody's word: silence is not consent.
var flow = []transition{
	{Action: ActEdit, From: []State{Draft}, Perm: PermPropose},
	{Action: ActSubmit, From: []State{Draft}, To: InReview, Perm: PermSubmit},
	{Action: ActPass, From: []State{InReview}, Perm: PermReview, Side: asCentre},
	{Action: ActReturn, From: []State{InReview}, To: Draft, Perm: PermReview, Side: asCentre, Reason: true},
	{Action: ActReject, From: []State{InReview}, To: Rejected, Perm: PermReview, Side: asCentre, Reason: true},
	{Action: ActAgree, From: []State{Answering}, To: Providing, Perm: PermAnswer, Side: asProvider},
	{Action: ActDisagree, From: []State{Answering}, To: Negotiating, Perm: PermAnswer, Side: asProvider, Reason: true},
	{Action: ActProvide, From: []State{Providing}, To: InUse, Perm: PermAnswer, Side: asProvider},
	{Action: ActRecon, From: []State{Negotiating}, To: Providing, Perm: PermAnswer, Side: asProvider, Reason: true},
	{Action: ActAccept, From: []State{Negotiating}, To: Rejected, Perm: PermSubmit},
	{Action: ActEscalate, From: []State{InReview, Negotiating}, To: Coordinate, Perm: PermReview, Side: asCentre, Reason: true},
	{Action: ActDecide, From: []State{Coordinate}, To: Providing, Perm: PermCoordinate, Side: asCentre, Reason: true},
	{Action: ActUphold, From: []State{Coordinate}, To: Rejected, Perm: PermCoordinate, Side: asCentre, Reason: true},
	{Action: ActWithdraw, From: []State{Draft, InReview, Answering, Providing, Negotiating, Coordinate}, To: Withdrawn, Perm: PermSubmit},
	{Action: ActFinish, From: []State{InUse}, To: Ended, Perm: PermSubmit},
	{Action: ActRevoke, From: []State{InUse}, To: Ended, Perm: PermAnswer, Side: asProvider, Reason: true},
}

// find gives the row of an action.
func find(action Action) (transition, bool) {
	i := slices.IndexFunc(flow, func(t transition) bool { return t.Action == action })
	if i < 0 {
		return transition{}, false
	}
	return flow[i], true
}

// allows reports whether an action is open to the actor on the request: by state, permission, side and interest.
func (t transition) allows(a *actor.Actor, r *Request) bool {
	if !slices.Contains(t.From, r.State) || !t.mine(a, r) {
		return false
	}
	if r.Class == NotShared && t.Action == ActPass {
		return false
	}
	interested := own(a, r.SubmittedBy, r.RequesterID)
	return t.Perm != PermReview || !interested || t.Action == ActEscalate
}

// mine reports whether the actor is on the action's side and holds its permission there.
func (t transition) mine(a *actor.Actor, r *Request) bool {
	switch t.Side {
	case asProvider:
		return r.providerSees(a, t.Perm)
	case asRequester:
		return r.requesterSees(a, t.Perm)
	}
	return a.Scope(t.Perm) >= actor.Centre
}

// Actions lists the actions that people do, with the permission that each takes.
func Actions() []Action {
	out := make([]Action, len(flow))
	for i, t := range flow {
		out[i] = t.Action
	}
	return out
}

// PermissionOf is the permission that an action takes; "" for what only the program does.
func PermissionOf(a Action) actor.Permission {
	t, _ := find(a)
	return t.Perm
}

// NeedsReason reports whether an action must say why.
func NeedsReason(a Action) bool {
	t, _ := find(a)
	return t.Reason
}
