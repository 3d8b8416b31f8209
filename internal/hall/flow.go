package hall

// Action (操作) is what is done with a ticket.
type Action string

// The actions.
const (
	Take     Action = "take"     // 取号
	Call     Action = "call"     // 叫号
	Recall   Action = "recall"   // 再叫
	Arrive   Action = "arrive"   // 确认到场
	Miss     Action = "miss"     // 过号
	Return   Action = "return"   // 回队
	Hold     Action = "hold"     // 暂挂
	Resume   Action = "resume"   // 继续办理
	Transfer Action = "transfer" // 转移
	Finish   Action = "finish"   // 完成
	Drop     Action = "drop"     // 弃号
	CloseDay Action = "close"    // 日终关闭
)

// Actions lists the actions in the order of a life.
func Actions() []Action {
	return []Action{Take, Call, Recall, Arrive, Miss, Return, Hold, Resume, Transfer, Finish, Drop, CloseDay}
}

// Label is the action in Chinese.
func (a Action) Label() string {
	return map[Action]string{Take: "取号", Call: "叫号", Recall: "再次呼叫", Arrive: "确认到场", Miss: "过号", Return: "回队", Hold: "暂挂", Resume: "继续办理",
		Transfer: "转移", Finish: "完成", Drop: "弃号", CloseDay: "日终关闭"}[a]
}

// flow is the machine of a ticket (hall reference §4.2), whole: from each state the actions that it allows, and where they
// lead. What is not in it is refused.
func flow() map[State]map[Action]State {
	return map[State]map[Action]State{
		"":      {Take: Waiting},
		Waiting: {Call: Called, Drop: Dropped, CloseDay: Closed},
		Called:  {Recall: Called, Arrive: Serving, Miss: Missed, CloseDay: Closed},
		Serving: {Hold: Held, Transfer: Waiting, Finish: Finished, CloseDay: Closed},
		Held:    {Resume: Serving, CloseDay: Closed},
		Missed:  {Return: Waiting, Drop: Dropped, CloseDay: Closed},
	}
}

// After gives the state that an action leads to, or refuses it.
func After(s State, a Action) (State, error) {
	to, ok := flow()[s][a]
	if !ok {
		return "", ErrTicketState.With("state", string(s)).With("action", string(a))
	}
	return to, nil
}
