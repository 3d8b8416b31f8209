package hotline

// State is the state of a ticket (工单). Which actions leave it is in flow.go.
type State string

// The states of a ticket, in the order of its life.
const (
	Draft       State = "DRAFT"                 // 登记: registered, not yet accepted
	Triage      State = "TRIAGE"                // 待分派: accepted, waiting for the dispatcher
	Dispatched  State = "DISPATCHED"            // 待签收: a unit has it and has not signed
	Handling    State = "HANDLING"              // 办理中: the lead unit has signed
	Suspended   State = "SUSPENDED"             // 挂账: every open leg waits for a named cause
	Review      State = "REVIEW"                // 待审核: the lead unit has replied
	Callback    State = "CALLBACK"              // 待回访: the reply is approved, the caller not yet asked
	Closed      State = "CLOSED"                // 办结
	Archived    State = "ARCHIVED"              // 归档
	Refused     State = "REFUSED"               // 不予受理
	Transferred State = "EMERGENCY_TRANSFERRED" // 紧急移交 to 110/119/120/122
	Withdrawn   State = "WITHDRAWN"             // 撤回 by the caller
	Terminated  State = "TERMINATED"            // 终止办理: the unit asked, the hotline office agreed
	Merged      State = "MERGED"                // 已并单: another ticket carries the matter on
)

// States lists every ticket state in the order of its life.
var States = []State{Draft, Triage, Dispatched, Handling, Suspended, Review, Callback, Closed, Archived, Refused, Transferred, Withdrawn, Terminated, Merged}

var stateLabels = map[State]string{
	Draft: "登记", Triage: "待分派", Dispatched: "待签收", Handling: "办理中", Suspended: "挂账", Review: "待审核", Callback: "待回访",
	Closed: "办结", Archived: "归档", Refused: "不予受理", Transferred: "紧急移交", Withdrawn: "已撤回", Terminated: "终止办理", Merged: "已并单",
}

// Label is the state's name in the office.
func (s State) Label() string { return stateLabels[s] }

// Open reports whether somebody still has to do something about the ticket.
func (s State) Open() bool {
	switch s {
	case Draft, Triage, Dispatched, Handling, Suspended, Review, Callback:
		return true
	}
	return false
}

// LegState is the state of a leg (承办件): one unit's obligation in one round of a ticket.
type LegState string

// The states of a leg.
const (
	PendingSign  LegState = "PENDING_SIGN" // 待签收
	Signed       LegState = "SIGNED"       // 已签收, being handled
	SignOff      LegState = "SIGN_OFF"     // 待签批: the reply is written, the unit's head has not approved it
	ReturnAsked  LegState = "RETURN_ASKED" // 退单待审: the unit says that it is not its duty; its clock runs on
	LegSuspended LegState = "SUSPENDED"    // 挂账
	Submitted    LegState = "SUBMITTED"    // 已提交, waiting for review
	Accepted     LegState = "ACCEPTED"     // 审核通过
	Returned     LegState = "RETURNED"     // 已退单: another unit has it
	Cancelled    LegState = "CANCELLED"    // 取消, because the ticket ended otherwise
)

// LegStates lists every leg state.
var LegStates = []LegState{PendingSign, Signed, SignOff, ReturnAsked, LegSuspended, Submitted, Accepted, Returned, Cancelled}

var legLabels = map[LegState]string{
	PendingSign: "待签收", Signed: "办理中", SignOff: "待签批", ReturnAsked: "退单待审", LegSuspended: "挂账", Submitted: "待审核", Accepted: "已通过", Returned: "已退单", Cancelled: "已取消",
}

// Label is the leg state's name in the office.
func (s LegState) Label() string { return legLabels[s] }

// Running reports whether the unit still owes its reply, so that its handling clock matters.
func (s LegState) Running() bool {
	switch s {
	case PendingSign, Signed, SignOff, ReturnAsked, LegSuspended:
		return true
	}
	return false
}
