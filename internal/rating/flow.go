package rating

import (
	"slices"

	"yichuang/internal/actor"
)

// State is where a task (差评任务) stands.
type State string

// The states (hall reference §4.5).
const (
	Fresh     State = "NEW"       // 收到: whose it is or whether it is valid is not settled
	Assigned  State = "ASSIGNED"  // 待联系: the unit has it and has not spoken with the rater
	Contacted State = "CONTACTED" // 待处理: the facts are known, what is done is not
	Fixing    State = "FIXING"    // 整改中
	Appealed  State = "APPEALED"  // 申诉中
	Review    State = "REVIEW"    // 待复核
	FollowUp  State = "FOLLOWUP"  // 待回访
	Done      State = "DONE"      // 待办结
	Closed    State = "CLOSED"    // 办结■
	Excluded  State = "EXCLUDED"  // 剔除■: the appeal was upheld
	Void      State = "VOID"      // 无效■: a repeated rating, or changed by the rater
)

// States lists the states in the order of a task's life.
func States() []State {
	return []State{Fresh, Assigned, Contacted, Fixing, Appealed, Review, FollowUp, Done, Closed, Excluded, Void}
}

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Fresh: "待派发", Assigned: "待联系", Contacted: "待处理", Fixing: "整改中", Appealed: "申诉中", Review: "待复核", FollowUp: "待回访", Done: "待办结",
		Closed: "已办结", Excluded: "已剔除", Void: "无效"}[s]
}

// Open reports whether somebody still owes work on the task.
func (s State) Open() bool { return !slices.Contains([]State{Closed, Excluded, Void}, s) }

// untouched are the states in which nobody has acted on a task; one that the rater took back may come again.
var untouched = []State{Fresh, Assigned, Contacted, Void}

// Action is one thing that is done to a task.
type Action string

// The actions, in the order of a task's life.
const (
	ActReceive   Action = "receive"   // 收到
	ActChange    Action = "change"    // 评价人改了评价
	ActWithdraw  Action = "withdraw"  // 评价人改成了好评
	ActDispatch  Action = "dispatch"  // 派单
	ActVoid      Action = "void"      // 判定无效
	ActContact   Action = "contact"   // 联系核实
	ActFix       Action = "fix"       // 立行立改
	ActPlan      Action = "plan"      // 限期整改
	ActExplain   Action = "explain"   // 政策解释
	ActReport    Action = "report"    // 报告整改结果
	ActAppeal    Action = "appeal"    // 申诉
	ActOpine     Action = "opine"     // 复核申诉
	ActUphold    Action = "uphold"    // 申诉成立
	ActReject    Action = "reject"    // 申诉不成立
	ActPass      Action = "pass"      // 复核通过
	ActSendBack  Action = "send_back" // 退回重办
	ActCall      Action = "call"      // 回访
	ActConfirm   Action = "confirm"   // 评价人确认
	ActClose     Action = "close"     // 办结
	ActReproject Action = "reproject" // 时限重算
)

// Label is the action's Chinese name.
func (a Action) Label() string {
	return map[Action]string{ActReceive: "收到差评", ActChange: "评价人更正评价", ActWithdraw: "评价人改为好评", ActDispatch: "派单", ActVoid: "判定无效", ActContact: "联系核实", ActFix: "立行立改",
		ActPlan: "限期整改", ActExplain: "政策解释", ActReport: "报告整改结果", ActAppeal: "申诉", ActOpine: "复核申诉", ActUphold: "申诉成立", ActReject: "申诉不成立", ActPass: "复核通过",
		ActSendBack: "退回重办", ActCall: "回访", ActConfirm: "评价人确认", ActClose: "办结", ActReproject: "时限重算"}[a]
}

// publicSteps words the events that the rater is told of.
var publicSteps = map[Action]string{ActReceive: "已收到您的差评", ActDispatch: "已转责任单位办理", ActVoid: "经核实按无效评价处理", ActContact: "已与您联系核实", ActFix: "责任单位已整改", ActPlan: "责任单位正在限期整改",
	ActExplain: "责任单位已说明政策", ActReport: "责任单位已报告整改结果", ActUphold: "经复核裁定，这次评价不计入统计", ActPass: "整改结果已通过复核，等待回访", ActSendBack: "已退回责任单位重新办理",
	ActCall: "已回访", ActConfirm: "您已确认", ActClose: "已办结"}

// transition is one row of the table of the task's machine.
type transition struct {
	Action Action
	From   []State
	To     State // "" keeps the state, or the step chooses it
	Perm   actor.Permission
}

// flow is the transition table (hall reference §4.5). Whoever was rated may appeal and has no row that ends a task.
var flow = []transition{
	{ActChange, []State{Fresh, Assigned, Contacted}, "", ""},
	{ActWithdraw, []State{Fresh, Assigned, Contacted}, Void, ""},
	{ActDispatch, []State{Fresh, Assigned}, Assigned, PermDispatch},
	{ActVoid, []State{Fresh, Assigned}, Void, PermDispatch},
	{ActContact, []State{Assigned}, Contacted, PermContact},
	{ActFix, []State{Contacted}, Review, PermHandle},
	{ActPlan, []State{Contacted}, Fixing, PermHandle},
	{ActExplain, []State{Contacted}, Review, PermHandle},
	{ActReport, []State{Fixing}, Review, PermHandle},
	{ActAppeal, []State{Contacted, Fixing}, Appealed, PermAppeal},
	{ActOpine, []State{Appealed}, "", PermReview},
	{ActUphold, []State{Appealed}, Excluded, PermAdjudicate},
	{ActReject, []State{Appealed}, "", PermAdjudicate},
	{ActPass, []State{Review}, FollowUp, PermReview},
	{ActSendBack, []State{Review, Done}, Contacted, PermReview},
	{ActCall, []State{FollowUp}, "", PermFollowUp},
	{ActConfirm, []State{FollowUp}, Done, ""},
	{ActClose, []State{Done}, Closed, PermClose},
}

func transitionOf(a Action) (transition, bool) {
	i := slices.IndexFunc(flow, func(t transition) bool { return t.Action == a })
	if i < 0 {
		return transition{}, false
	}
	return flow[i], true
}

// check tells whether a task in a state allows an action.
func check(a Action, s State) (transition, error) {
	t, ok := transitionOf(a)
	if !ok || !slices.Contains(t.From, s) {
		return t, ErrState.Say("差评任务处于“%s”，不能%s。请刷新后再看。", s.Label(), a.Label()).With("state", s).With("action", a)
	}
	return t, nil
}

// PermissionOf is the permission that an action takes; "" for what the program or the rater does.
func PermissionOf(a Action) actor.Permission {
	t, _ := transitionOf(a)
	return t.Perm
}
