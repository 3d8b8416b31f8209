package casework

// State is where a case (办件) stands.
type State string

// The states. Those from Refused on have nothing more to come, except that a closed case is archived and a granted one may
// be revoked.
const (
	Applied    State = "APPLIED"    // 待预审: applied for online, not looked at yet
	Received   State = "RECEIVED"   // 已接件
	Correcting State = "CORRECTING" // 待补正
	Accepted   State = "ACCEPTED"   // 审查中: accepted, being examined
	Suspended  State = "SUSPENDED"  // 特别程序中
	Reviewed   State = "REVIEWED"   // 待决定: examined, waits for the decision
	Making     State = "MAKING"     // 制证中
	Deliver    State = "DELIVER"    // 待送达
	Delivered  State = "DELIVERED"  // 已送达, waits for the fee or a document
	Closed     State = "CLOSED"     // 办结
	Archived   State = "ARCHIVED"   // 归档

	Refused    State = "REFUSED"    // 不予受理
	Redirected State = "REDIRECTED" // 转告: not this organ's matter
	Withdrawn  State = "WITHDRAWN"  // 申请人撤回
	Lapsed     State = "LAPSED"     // 视为撤回
	Terminated State = "TERMINATED" // 终止
	Revoked    State = "REVOKED"    // 撤销
)

// States lists the states in the order of a case's life.
var States = []State{Applied, Received, Correcting, Accepted, Suspended, Reviewed, Making, Deliver, Delivered, Closed, Archived, Refused, Redirected, Withdrawn, Lapsed, Terminated, Revoked}

var stateLabels = map[State]string{Applied: "待预审", Received: "已接件", Correcting: "待补正", Accepted: "审查中", Suspended: "特别程序中", Reviewed: "待决定", Making: "制证中", Deliver: "待送达",
	Delivered: "已送达", Closed: "办结", Archived: "归档", Refused: "不予受理", Redirected: "转告", Withdrawn: "申请人撤回", Lapsed: "视为撤回", Terminated: "终止", Revoked: "撤销"}

// Label is the state's Chinese name.
func (s State) Label() string { return stateLabels[s] }

// Open reports whether somebody still owes work on the case.
func (s State) Open() bool {
	switch s {
	case Applied, Received, Correcting, Accepted, Suspended, Reviewed, Making, Deliver, Delivered:
		return true
	}
	return false
}

// Decided reports whether the decision has been made, so that the clocks of the decision stand.
func (s State) Decided() bool {
	switch s {
	case Making, Deliver, Delivered, Closed, Archived, Revoked:
		return true
	}
	return false
}

// Mode is how a case was accepted (受理方式).
type Mode string

// The modes of acceptance.
const (
	NormalMode  Mode = "normal"   // 材料齐全
	Tolerant    Mode = "tolerant" // 容缺受理: what is missing is promised in writing
	Pledged     Mode = "pledged"  // 告知承诺: the applicant declares that the conditions are met
	DeemedMode  Mode = "deemed"   // 视为受理: nothing was told in time (行政许可法 art. 32)
	NotAccepted Mode = ""
)

// Label is the mode's Chinese name.
func (m Mode) Label() string {
	return map[Mode]string{NormalMode: "材料齐全受理", Tolerant: "容缺受理", Pledged: "告知承诺", DeemedMode: "视为受理"}[m]
}

// Decision is what was decided.
type Decision string

// The decisions.
const (
	Undecided Decision = ""
	Granted   Decision = "granted" // 准予
	Denied    Decision = "denied"  // 不予
)

// Label is the decision's Chinese name.
func (d Decision) Label() string {
	return map[Decision]string{Granted: "准予", Denied: "不予"}[d]
}

// Refusal grounds of acceptance (不予受理的情形, 行政许可法 art. 32).
const (
	NotRequired   = "NOT_REQUIRED"   // 依法不需要取得许可: told at once
	WrongOrgan    = "WRONG_ORGAN"    // 不属于本机关职权范围: told whom to ask
	NotEligible   = "NOT_ELIGIBLE"   // 依法不得提出申请
	NotCorrigible = "NOT_CORRIGIBLE" // 补正后仍不符合法定形式
)

// Grounds lists the grounds on which acceptance is refused, in the order of forms.
var Grounds = []string{NotRequired, WrongOrgan, NotEligible, NotCorrigible}

// GroundLabel is the Chinese name of a ground.
func GroundLabel(code string) string {
	return map[string]string{NotRequired: "申请事项依法不需要取得行政许可", WrongOrgan: "申请事项依法不属于本机关职权范围", NotEligible: "申请人依法不得提出此项申请",
		NotCorrigible: "经补正仍不符合法定形式"}[code]
}
