package performance

// State is how far the evaluation of a programme is.
type State string

// The states, in order.
const (
	Drafting  State = "drafting" // 目标编制
	Running   State = "running"  // 执行中: monitored, and reported on for the self-evaluation
	InSection State = "section"  // 股室审核
	InFinance State = "finance"  // 财务审核
	InLead    State = "lead"     // 领导审定
	Locked    State = "locked"   // 已锁定
)

// States lists the states in order.
func States() []State { return []State{Drafting, Running, InSection, InFinance, InLead, Locked} }

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Drafting: "目标编制", Running: "执行中", InSection: "股室审核", InFinance: "财务审核", InLead: "领导审定", Locked: "已锁定"}[s]
}

// Action is something that is done to a programme.
type Action string

// The actions.
const (
	ActEdit     Action = "edit"     // 编制目标
	ActConfirm  Action = "confirm"  // 确定目标
	ActRevise   Action = "revise"   // 调整目标
	ActFill     Action = "fill"     // 填报自评
	ActWatch    Action = "watch"    // 绩效监控
	ActSubmit   Action = "submit"   // 提交自评
	ActOverride Action = "override" // 调整定性指标得分
	ActSection  Action = "section"  // 股室审核通过
	ActFinance  Action = "finance"  // 财务审核通过
	ActLock     Action = "lock"     // 审定锁定
	ActReturn   Action = "return"   // 退回修改
	ActReopen   Action = "reopen"   // 重开评价
)

// Actions lists the actions in order.
func Actions() []Action {
	return []Action{ActEdit, ActConfirm, ActRevise, ActFill, ActWatch, ActSubmit, ActOverride, ActSection, ActFinance, ActLock, ActReturn, ActReopen}
}

// Label is the action's Chinese name.
func (a Action) Label() string {
	return map[Action]string{ActEdit: "编制目标", ActConfirm: "确定目标", ActRevise: "调整目标", ActFill: "填报自评", ActWatch: "绩效监控", ActSubmit: "提交自评", ActOverride: "调整定性指标得分",
		ActSection: "股室审核通过", ActFinance: "财务审核通过", ActLock: "审定锁定", ActReturn: "退回修改", ActReopen: "重开评价"}[a]
}

// transition is one line of the table of the life of an evaluation.
type transition struct {
	from State
	act  Action
	to   State
}

// flow is what may happen in which state. A reopened evaluation is a new round; the locked one stays as it is.
func flow() []transition {
	return []transition{
		{Drafting, ActEdit, Drafting}, {Drafting, ActConfirm, Running},
		{Running, ActRevise, Drafting}, {Running, ActFill, Running}, {Running, ActWatch, Running}, {Running, ActSubmit, InSection},
		{InSection, ActOverride, InSection}, {InSection, ActSection, InFinance}, {InSection, ActReturn, Running},
		{InFinance, ActOverride, InFinance}, {InFinance, ActFinance, InLead}, {InFinance, ActReturn, Running},
		{InLead, ActLock, Locked}, {InLead, ActReturn, Running},
		{Locked, ActReopen, Running},
	}
}

// next gives the state that an action leads to.
func next(s State, a Action) (State, bool) {
	for _, t := range flow() {
		if t.from == s && t.act == a {
			return t.to, true
		}
	}
	return s, false
}

// Allows reports whether the state allows an action.
func (s State) Allows(a Action) bool {
	_, ok := next(s, a)
	return ok
}

// UnderReview reports whether the self-evaluation was submitted and is not decided.
func (s State) UnderReview() bool { return s == InSection || s == InFinance || s == InLead }
