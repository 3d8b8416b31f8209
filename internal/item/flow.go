package item

import "yichuang/internal/actor"

// Action is a step of the life of a version or of an alteration.
type Action string

// The actions.
const (
	Submit  Action = "submit"  // 送部门审核
	Pass    Action = "pass"    // 部门审核通过
	Return  Action = "return"  // 退回修改
	Publish Action = "publish" // 审核发布
	Discard Action = "discard" // 废弃
)

// Label is the action's Chinese name; the step that an alteration left with an item is named as its kind.
func (a Action) Label() string {
	if l := AlterationKind(a).Label(); l != "" {
		return l
	}
	return map[Action]string{Submit: "送部门审核", Pass: "部门审核通过", Return: "退回修改", Publish: "审核发布", Discard: "废弃"}[a]
}

// Actions lists the actions in the order of a version's life.
func Actions() []Action {
	return []Action{Submit, Pass, Return, Publish, Discard}
}

// States lists the states of a version in the order of its life.
func States() []State {
	return []State{Draft, UnitReview, InfoReview, Published, Suspended, Cancelled, Discarded}
}

// transition is one row of the state table: what an action makes of a state, and who may take it.
type transition struct {
	from State
	act  Action
	to   State
	perm actor.Permission
}

// transitions is the life of a version and of an alteration (编制→部门审核→政务信息股审核→发布). What is not here is refused; a
// published version is suspended, resumed or cancelled by an alteration.
func transitions() []transition {
	return []transition{
		{Draft, Submit, UnitReview, PermWrite},
		{Draft, Discard, Discarded, PermWrite},
		{UnitReview, Pass, InfoReview, PermReview},
		{UnitReview, Return, Draft, PermReview},
		{InfoReview, Publish, Published, PermPublish},
		{InfoReview, Return, Draft, PermPublish},
	}
}

// Next says what an action makes of a state, and which permission it takes; ok is false where the table has no such row.
func Next(from State, act Action) (to State, perm actor.Permission, ok bool) {
	for _, t := range transitions() {
		if t.from == from && t.act == act {
			return t.to, t.perm, true
		}
	}
	return "", "", false
}
