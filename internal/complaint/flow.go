package complaint

import (
	"slices"

	"yichuang/internal/actor"
)

// Action is one thing that is done to a matter.
type Action string

// The actions, in the order of a matter's life.
const (
	ActRegister  Action = "register"  // 登记
	ActAccept    Action = "accept"    // 受理
	ActRefuse    Action = "refuse"    // 不予受理
	ActClassify  Action = "classify"  // 定性、分类
	ActDispatch  Action = "dispatch"  // 派单
	ActGiveBack  Action = "give_back" // 退回派单
	ActContact   Action = "contact"   // 联系反映人
	ActExtend    Action = "extend"    // 延期
	ActFinish    Action = "finish"    // 办结
	ActDeny      Action = "deny"      // 拟否定答复
	ActApprove   Action = "approve"   // 批准否定答复
	ActReject    Action = "reject"    // 退回否定答复
	ActVisit     Action = "visit"     // 回访
	ActOrder     Action = "order"     // 领导批示重办
	ActSettle    Action = "settle"    // 领导终结
	ActAttribute Action = "attribute" // 归因
	ActIdentify  Action = "identify"  // 确认被投诉人
	ActAssign    Action = "assign"    // 指定调查人
	ActAsk       Action = "ask"       // 请单位说明
	ActAnswer    Action = "answer"    // 单位说明
	ActFind      Action = "find"      // 认定
	ActConfirm   Action = "confirm"   // 领导同意认定
	ActOverturn  Action = "overturn"  // 领导退回调查
	ActDispose   Action = "dispose"   // 处置
	ActFeedback  Action = "feedback"  // 反馈
	ActFile      Action = "file"      // 整改备案
	ActWithdraw  Action = "withdraw"  // 反映人撤回
	ActReproject Action = "reproject" // 时限重算: the calendar changed
	ActAttach    Action = "attach"    // 补充附件
	ActDeposit   Action = "deposit"   // 归档入库
	ActDestroy   Action = "destroy"   // 销毁档案
)

var actionLabels = map[Action]string{ActRegister: "登记", ActAccept: "受理", ActRefuse: "不予受理", ActClassify: "定性", ActDispatch: "派单", ActGiveBack: "退回派单", ActContact: "联系反映人", ActExtend: "延期",
	ActFinish: "办结", ActDeny: "拟否定答复", ActApprove: "批准否定答复", ActReject: "退回否定答复", ActVisit: "回访", ActOrder: "批示重办", ActSettle: "批示终结", ActAttribute: "归因", ActIdentify: "确认被投诉人",
	ActAssign: "指定调查人", ActAsk: "请单位说明", ActAnswer: "单位说明", ActFind: "认定", ActConfirm: "同意认定", ActOverturn: "退回调查", ActDispose: "处置", ActFeedback: "反馈", ActFile: "整改备案",
	ActWithdraw: "反映人撤回", ActReproject: "时限重算", ActAttach: "补充附件", ActDeposit: "归档入库", ActDestroy: "销毁档案"}

// Label is the action's Chinese name.
func (a Action) Label() string { return actionLabels[a] }

// LabelFor is the action's Chinese name on a matter of a kind: what is 定性 of a stuck matter is 分类 of a complaint.
func (a Action) LabelFor(k Kind) string {
	if a == ActClassify && k == Complaint {
		return "分类"
	}
	return actionLabels[a]
}

// transition is one line of a table: an action, the states that allow it, the state that it leads to ("" for the same, or where the
// step itself decides), and the permission that it takes.
type transition struct {
	Action Action
	From   []State
	To     State
	Perm   actor.Permission
}

// stuckFlow is the life of a stuck matter (hall reference §4.3).
var stuckFlow = []transition{
	{ActAccept, []State{Registered}, Accepted, PermStuckManage},
	{ActRefuse, []State{Registered}, Refused, PermStuckManage},
	{ActClassify, []State{Accepted, Classified}, Classified, PermStuckManage},
	{ActDispatch, []State{Classified}, Handling, PermStuckManage},
	{ActContact, []State{Handling}, "", PermStuckHandle},
	{ActFinish, []State{Handling}, Visiting, PermStuckHandle},
	{ActDeny, []State{Handling}, Approving, PermStuckHandle},
	{ActExtend, []State{Handling}, "", PermStuckHandle},
	{ActGiveBack, []State{Handling}, Classified, PermStuckHandle},
	{ActApprove, []State{Approving}, Visiting, PermStuckApprove},
	{ActReject, []State{Approving}, Handling, PermStuckApprove},
	{ActVisit, []State{Visiting}, Archived, PermStuckVisit},
	{ActOrder, []State{Escalated}, Handling, PermStuckEscalated},
	{ActSettle, []State{Escalated}, Archived, PermStuckEscalated},
	{ActAttribute, []State{Handling, Visiting, Escalated, Archived}, "", PermStuckManage},
	{ActWithdraw, []State{Registered, Accepted, Classified, Handling}, Withdrawn, PermStuckManage},
}

// complaintFlow is the life of a complaint (hall reference §4.4).
var complaintFlow = []transition{
	{ActAccept, []State{Registered}, Accepted, PermComplaintHandle},
	{ActRefuse, []State{Registered}, Refused, PermComplaintHandle},
	{ActClassify, []State{Accepted}, Investigating, PermComplaintHandle},
	{ActIdentify, []State{Accepted, Investigating}, "", PermComplaintHandle},
	{ActAssign, []State{Investigating}, "", PermComplaintHandle},
	{ActAsk, []State{Investigating}, "", PermComplaintHandle},
	{ActAnswer, []State{Investigating}, "", PermComplaintAnswer},
	{ActFind, []State{Investigating}, Found, PermComplaintHandle},
	{ActConfirm, []State{Judging}, Found, PermComplaintSerious},
	{ActOverturn, []State{Judging}, Investigating, PermComplaintSerious},
	{ActDispose, []State{Found}, Disposed, PermComplaintHandle},
	{ActFeedback, []State{Disposed}, Visiting, PermComplaintHandle},
	{ActFile, []State{Rectifying}, Visiting, PermComplaintAnswer},
	{ActVisit, []State{Visiting}, Archived, PermComplaintHandle},
	{ActWithdraw, []State{Registered, Accepted, Investigating}, Withdrawn, PermComplaintHandle},
}

// flowOf is the table of a kind.
func flowOf(k Kind) []transition {
	if k == Complaint {
		return complaintFlow
	}
	return stuckFlow
}

// Actions lists what may ever be done to a matter of a kind by people, in the order of its life.
func Actions(k Kind) []Action {
	out := make([]Action, len(flowOf(k)))
	for i, t := range flowOf(k) {
		out[i] = t.Action
	}
	return out
}

// PermissionOf is the permission that an action on a kind of matter takes; "" where there is no such action.
func PermissionOf(k Kind, a Action) actor.Permission {
	t, _ := find(k, a)
	return t.Perm
}

func find(k Kind, a Action) (transition, bool) {
	i := slices.IndexFunc(flowOf(k), func(t transition) bool { return t.Action == a })
	if i < 0 {
		return transition{}, false
	}
	return flowOf(k)[i], true
}

// check tells whether a matter in a state allows an action.
func check(k Kind, action Action, state State) (transition, error) {
	t, ok := find(k, action)
	if !ok || !slices.Contains(t.From, state) {
		return t, ErrState.Say("这件%s处于“%s”，不能%s。请刷新后再看。", k.Label(), state.Label(), action.LabelFor(k)).With("state", state).With("action", action)
	}
	return t, nil
}
