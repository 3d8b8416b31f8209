package complaint

import "slices"

// Kind tells stuck matters from complaints.
type Kind string

// The kinds.
const (
	Stuck     Kind = "stuck"     // 办不成事
	Complaint Kind = "complaint" // 投诉
)

// Label is the kind's Chinese name.
func (k Kind) Label() string { return map[Kind]string{Stuck: "办不成事", Complaint: "投诉"}[k] }

// State is where a matter stands.
type State string

// The states. A stuck matter and a complaint share those that mean the same.
const (
	Registered    State = "REGISTERED"    // 已登记
	Refused       State = "REFUSED"       // 不予受理
	Accepted      State = "ACCEPTED"      // 已受理
	Classified    State = "CLASSIFIED"    // 已定性，待派单
	Handling      State = "HANDLING"      // 承办中
	Approving     State = "APPROVING"     // 否定答复待审批
	Escalated     State = "ESCALATED"     // 已提级，待中心领导批示
	Investigating State = "INVESTIGATING" // 调查中
	Judging       State = "JUDGING"       // 待中心领导审定
	Found         State = "FOUND"         // 已认定，待处置
	Disposed      State = "DISPOSED"      // 已处置，待反馈
	Rectifying    State = "RECTIFYING"    // 待整改备案
	Visiting      State = "VISITING"      // 待回访
	Archived      State = "ARCHIVED"      // 已归档
	Withdrawn     State = "WITHDRAWN"     // 已撤回
)

var stateLabels = map[State]string{Registered: "待受理", Refused: "不予受理", Accepted: "已受理", Classified: "待派单", Handling: "承办中", Approving: "否定答复待审批", Escalated: "已提级",
	Investigating: "调查中", Judging: "待领导审定", Found: "待处置", Disposed: "待反馈", Rectifying: "待整改备案", Visiting: "待回访", Archived: "已归档", Withdrawn: "已撤回"}

// Label is the state's Chinese name.
func (s State) Label() string { return stateLabels[s] }

// Open reports whether somebody still has something to do.
func (s State) Open() bool { return !slices.Contains([]State{Refused, Archived, Withdrawn}, s) }

// Class is how a stuck matter is qualified (定性) or a complaint sorted (分类); its limit is data (see Limit).
type Class string

// The classes.
const (
	Simple  Class = "simple"  // 简单: on the spot
	Common  Class = "common"  // 一般
	Complex Class = "complex" // 复杂
	Hard    Class = "hard"    // 疑难
	Barred  Class = "barred"  // 法定不能: the law does not allow it; ends with a reply that says so and why

	OnSite    Class = "onsite"    // 现场处理
	Forwarded Class = "forwarded" // 登记转办
	Intervene Class = "intervene" // 介入处理
)

var classLabels = map[Class]string{Simple: "简单", Common: "一般", Complex: "复杂", Hard: "疑难", Barred: "法定不能", OnSite: "现场处理", Forwarded: "登记转办", Intervene: "介入处理"}

// Label is the class's Chinese name.
func (c Class) Label() string { return classLabels[c] }

// Classes lists the classes of a kind of matter in the order of forms.
func Classes(k Kind) []Class {
	if k == Complaint {
		return []Class{OnSite, Forwarded, Intervene}
	}
	return []Class{Simple, Common, Complex, Hard, Barred}
}

// Finding is what an investigation came to (认定).
type Finding string

// The findings.
const (
	Upheld   Finding = "upheld"   // 属实
	Partly   Finding = "partly"   // 部分属实
	NotFound Finding = "unproven" // 不属实
)

// Findings lists the findings in the order of forms.
var Findings = []Finding{Upheld, Partly, NotFound}

// Label is the finding's Chinese name.
func (f Finding) Label() string {
	return map[Finding]string{Upheld: "属实", Partly: "部分属实", NotFound: "不属实"}[f]
}

// Outcome is how a stuck matter ended.
type Outcome string

// The outcomes.
const (
	Done   Outcome = "done"   // 已办成
	Denied Outcome = "denied" // 否定答复: explained, with its basis
)

// Label is the outcome's Chinese name.
func (o Outcome) Label() string {
	return map[Outcome]string{Done: "已办成", Denied: "否定答复"}[o]
}

// Answer is what a reporter said when he was asked afterwards (回访).
type Answer string

// The answers.
const (
	Satisfied    Answer = "satisfied"   // 满意
	Dissatisfied Answer = "unsatisfied" // 不满意
	Unreached    Answer = "unreached"   // 联系不上
)

// Answers lists the answers in the order of forms.
var Answers = []Answer{Satisfied, Dissatisfied, Unreached}

// Label is the answer's Chinese name.
func (a Answer) Label() string {
	return map[Answer]string{Satisfied: "满意", Dissatisfied: "不满意", Unreached: "联系不上"}[a]
}

// Channels through which matters come in (来源).
const (
	ChannelWindow  = "窗口"
	ChannelOnline  = "网上"
	ChannelHotline = "12345 热线"
	ChannelPhone   = "电话"
	ChannelVisit   = "来访"
)

// Channels lists the channels that a clerk may name.
var Channels = []string{ChannelWindow, ChannelPhone, ChannelVisit}
