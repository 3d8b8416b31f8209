package casework

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/item"
)

// Action is one thing that is done to a case.
type Action string

// The actions, in the order of a case's life.
const (
	ActApply      Action = "apply"        // 网上申请
	ActPrereview  Action = "prereview"    // 预审通过
	ActReceive    Action = "receive"      // 接件
	ActAttach     Action = "attach"       // 上传材料
	ActSpot       Action = "spot"         // 当场更正
	ActNotify     Action = "notify"       // 补正告知
	ActSupply     Action = "supply"       // 补正提交
	ActAccept     Action = "accept"       // 受理
	ActDeem       Action = "deem"         // 视为受理
	ActAskRefuse  Action = "ask_refuse"   // 建议不予受理
	ActRefuse     Action = "refuse"       // 不予受理
	ActRedirect   Action = "redirect"     // 转告
	ActFulfil     Action = "fulfil"       // 容缺材料补齐
	ActFirst      Action = "first_review" // 初审报送
	ActReview     Action = "review"       // 审查
	ActTell       Action = "tell"         // 告知听证权利
	ActAskHearing Action = "ask_hearing"  // 申请听证
	ActWaive      Action = "waive"        // 放弃听证
	ActConvene    Action = "convene"      // 听证通知
	ActHold       Action = "hold"         // 举行听证
	ActInspect    Action = "inspect"      // 现场核查
	ActSendBack   Action = "send_back"    // 退回审查
	ActAskSuspend Action = "ask_suspend"  // 提请特别程序
	ActSuspend    Action = "suspend"      // 启动特别程序
	ActResume     Action = "resume"       // 结束特别程序
	ActAskExtend  Action = "ask_extend"   // 提请延期
	ActExtend     Action = "extend"       // 批准延期
	ActDecline    Action = "decline"      // 不同意呈批
	ActGrant      Action = "grant"        // 准予
	ActDeny       Action = "deny"         // 不予
	ActIssue      Action = "issue"        // 制证
	ActDeliver    Action = "deliver"      // 送达
	ActFee        Action = "fee"          // 缴费或减免
	ActClose      Action = "close"        // 办结
	ActCheck      Action = "check"        // 告知承诺核查
	ActExplain    Action = "explain"      // 超期公开说明
	ActReassign   Action = "reassign"     // 移交经办人
	ActRecuse     Action = "recuse"       // 回避
	ActLink       Action = "link"         // 登记平台编号
	ActWithdraw   Action = "withdraw"     // 申请人撤回
	ActLapse      Action = "lapse"        // 视为撤回
	ActTerminate  Action = "terminate"    // 终止
	ActRevoke     Action = "revoke"       // 撤销
	ActAskCorrect Action = "ask_correct"  // 建议更正
	ActCorrect    Action = "correct"      // 更正
	ActDeemRenew  Action = "deem_renew"   // 视为准予延续: nothing was decided before the licence ended
	ActRunOut     Action = "run_out"      // 原证照期满: it ended, and silence renews nothing
	ActArchive    Action = "archive"      // 归档
	ActReproject  Action = "reproject"    // 时限重算: the calendar changed
	ActDestroy    Action = "destroy"      // 销毁: the record in the archive was destroyed
	ActAttempt    Action = "attempt"      // 被拒绝的操作: kept because it was tried
)

var actionLabels = map[Action]string{ActApply: "网上申请", ActPrereview: "预审通过", ActReceive: "接件", ActAttach: "上传材料", ActSpot: "当场更正", ActNotify: "补正告知", ActSupply: "补正提交", ActAccept: "受理", ActDeem: "视为受理", ActAskRefuse: "建议不予受理",
	ActRefuse: "不予受理", ActRedirect: "转告", ActFulfil: "容缺材料补齐", ActFirst: "初审报送", ActReview: "审查", ActTell: "告知听证权利", ActAskHearing: "申请听证", ActWaive: "放弃听证", ActConvene: "听证通知", ActHold: "举行听证", ActInspect: "现场核查", ActSendBack: "退回审查", ActAskSuspend: "提请特别程序", ActSuspend: "启动特别程序",
	ActResume: "结束特别程序", ActAskExtend: "提请延期", ActExtend: "批准延期", ActDecline: "不同意呈批", ActGrant: "准予", ActDeny: "不予", ActIssue: "制证", ActDeliver: "送达", ActFee: "缴费",
	ActClose: "办结", ActCheck: "承诺核查", ActExplain: "超期说明", ActReassign: "移交", ActRecuse: "回避", ActLink: "登记平台编号", ActWithdraw: "申请人撤回", ActLapse: "视为撤回", ActTerminate: "终止", ActRevoke: "撤销", ActDeemRenew: "视为准予延续", ActRunOut: "原证照期满",
	ActAskCorrect: "建议更正", ActCorrect: "更正", ActArchive: "归档", ActReproject: "时限重算", ActDestroy: "档案销毁", ActAttempt: "操作被拒绝"}

// Label is the action's Chinese name.
func (a Action) Label() string { return actionLabels[a] }

// transition is one row of the table of the case's state machine (hall reference §4.1).
type transition struct {
	Action Action
	From   []State
	To     State // "" keeps the state, or the step chooses it
	Perm   actor.Permission
	Powers []item.Power // the powers of an authorization that it takes, on the day: see Module.empower; none for what the office alone allows
	System bool         // done by the program when a clock runs out, never asked for
}

// The powers of the rows. Receiving (接件) is what anybody at a window may do, a correction on the spot and the withdrawal at the
// applicant's wish with it. A special procedure is proposed and ended at the window that accepted the case, and so takes 受理,
// which a letter and an agreement can both give; an extension is a matter of the examination. The certificate is made by 出件, not
// by 用印: the organ's seal is put to the decision when it is made, and agreements cannot give it, so that a comprehensive window
// could never hand out what it received (统一窗口出件). What a head or an approver of the department decides by office, and what
// moves or notes a case without deciding anything about it, takes none.
var (
	receiving = []item.Power{item.Receive}
	accepting = []item.Power{item.Accept}
	reviewing = []item.Power{item.Examine}
	ruling    = []item.Power{item.Decide}
	signing   = []item.Power{item.Decide, item.Seal}
	handing   = []item.Power{item.HandOut}
)

var (
	beforeAccept   = []State{Applied, Received, Correcting}
	deciding       = []State{Accepted, Suspended, Reviewed}
	examining      = []State{Accepted, Reviewed}
	beforeDecision = []State{Applied, Received, Correcting, Accepted, Suspended, Reviewed}
	everyOpen      = []State{Applied, Received, Correcting, Accepted, Suspended, Reviewed, Making, Deliver, Delivered}
	unarchived     = slices.DeleteFunc(slices.Clone(States), func(s State) bool { return s == Archived })
)

// flow is the transition table. A pair of state and action that is not here is refused with casework.wrong_state. There is
// no row that deletes: what was recorded stays, and is put right by ActCorrect.
var flow = []transition{
	{Action: ActPrereview, From: []State{Applied}, To: Received, Perm: PermAccept, Powers: receiving},
	{Action: ActSpot, From: []State{Received}, Perm: PermAccept, Powers: receiving},
	{Action: ActNotify, From: []State{Applied, Received, Correcting, Accepted, Reviewed}, Perm: PermAccept, Powers: accepting},
	{Action: ActSupply, From: []State{Correcting}, To: Received, Perm: PermAccept, Powers: accepting},
	{Action: ActAttach, From: beforeDecision, Perm: PermAccept, Powers: receiving},
	{Action: ActAccept, From: []State{Received}, To: Accepted, Perm: PermAccept, Powers: accepting},
	{Action: ActDeem, From: []State{Applied, Received}, To: Accepted, System: true},
	{Action: ActAskRefuse, From: beforeAccept, Perm: PermProposeRefusal, Powers: accepting},
	{Action: ActRefuse, From: beforeAccept, To: Refused, Perm: PermRefuse, Powers: accepting},
	{Action: ActRedirect, From: []State{Applied, Received}, To: Redirected, Perm: PermRefuse, Powers: accepting},
	{Action: ActFulfil, From: []State{Accepted, Suspended, Reviewed}, Perm: PermAccept, Powers: accepting},
	{Action: ActFirst, From: []State{Accepted}, Perm: PermReview, Powers: reviewing},
	{Action: ActReview, From: []State{Accepted}, To: Reviewed, Perm: PermReview, Powers: reviewing},
	{Action: ActTell, From: deciding, Perm: PermReview, Powers: reviewing},
	{Action: ActAskHearing, From: deciding, Perm: PermAccept, Powers: accepting},
	{Action: ActWaive, From: deciding, Perm: PermAccept, Powers: accepting},
	{Action: ActConvene, From: deciding, Perm: PermReview, Powers: reviewing},
	{Action: ActHold, From: deciding, Perm: PermReview, Powers: reviewing},
	{Action: ActInspect, From: []State{Accepted}, Perm: PermReview, Powers: reviewing},
	{Action: ActSendBack, From: []State{Reviewed}, To: Accepted, Perm: PermDecide, Powers: ruling},
	{Action: ActAskSuspend, From: examining, Perm: PermProposeSuspension, Powers: accepting},
	{Action: ActSuspend, From: examining, To: Suspended, Perm: PermSuspend},
	{Action: ActResume, From: []State{Suspended}, To: Accepted, Perm: PermProposeSuspension, Powers: accepting},
	{Action: ActAskExtend, From: []State{Accepted, Suspended, Reviewed}, Perm: PermProposeExtension, Powers: reviewing},
	{Action: ActExtend, From: []State{Accepted, Suspended, Reviewed}, Perm: PermExtend},
	{Action: ActDecline, From: unarchived, Perm: PermDecline},
	{Action: ActGrant, From: examining, To: Making, Perm: PermDecideInstant, Powers: signing},
	{Action: ActDeny, From: examining, To: Deliver, Perm: PermDecide, Powers: signing},
	{Action: ActIssue, From: []State{Making}, To: Deliver, Perm: PermDeliver, Powers: handing},
	{Action: ActDeliver, From: []State{Deliver}, To: Delivered, Perm: PermDeliver, Powers: handing},
	{Action: ActFee, From: everyOpen, Perm: PermDeliver, Powers: handing},
	{Action: ActClose, From: []State{Delivered}, To: Closed, System: true},
	{Action: ActCheck, From: []State{Accepted, Suspended, Reviewed, Making, Deliver, Delivered, Closed}, Perm: PermReview, Powers: reviewing},
	{Action: ActExplain, From: []State{Accepted, Suspended, Reviewed, Making, Deliver, Delivered, Closed}, Perm: PermDecide},
	{Action: ActReassign, From: everyOpen, Perm: PermReassign},
	{Action: ActRecuse, From: beforeDecision, Perm: PermReassign},
	{Action: ActLink, From: unarchived, Perm: PermAccept},
	{Action: ActWithdraw, From: beforeDecision, To: Withdrawn, Perm: PermAccept, Powers: receiving},
	{Action: ActLapse, From: []State{Correcting, Accepted, Suspended, Reviewed}, To: Lapsed, System: true},
	{Action: ActTerminate, From: []State{Accepted, Suspended, Reviewed}, To: Terminated, Perm: PermDecide, Powers: ruling},
	{Action: ActRevoke, From: []State{Making, Deliver, Delivered, Closed, Archived}, To: Revoked, Perm: PermDecide, Powers: signing},
	{Action: ActAskCorrect, From: unarchived, Perm: PermProposeCorrection},
	{Action: ActCorrect, From: unarchived, Perm: PermCorrect},
	{Action: ActDeemRenew, From: []State{Applied, Received, Accepted, Suspended, Reviewed}, To: Making, System: true},
	{Action: ActRunOut, From: beforeDecision, System: true},
	{Action: ActArchive, From: []State{Closed, Refused, Redirected, Withdrawn, Lapsed, Terminated}, To: Archived, Perm: PermArchive},
}

var transitions = func() map[Action]transition {
	m := make(map[Action]transition, len(flow))
	for _, t := range flow {
		m[t.Action] = t
	}
	return m
}()

// stopped are the actions that wait for the end of a special procedure, and say so (OPEN_SUSPENSION).
var stopped = []Action{ActFirst, ActReview, ActGrant, ActDeny, ActAskSuspend, ActSuspend}

// check tells whether a case in a state allows an action.
func check(action Action, state State) (transition, error) {
	t, ok := transitions[action]
	if state == Suspended && slices.Contains(stopped, action) {
		return t, calendar.ErrOpenSuspension
	}
	if !ok || !slices.Contains(t.From, state) {
		return t, ErrState.Say("办件处于“%s”，不能%s。请刷新后再看。", state.Label(), action.Label()).With("state", state).With("action", action)
	}
	return t, nil
}

// PermissionOf is the permission that an action takes; "" for what only the program does.
func PermissionOf(a Action) actor.Permission { return transitions[a].Perm }
