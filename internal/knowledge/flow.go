package knowledge

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// Action is something that is done to an entry.
type Action string

// The actions. Write makes an entry, or a new version of one.
const (
	ActWrite    Action = "write"     // 采编
	ActEdit     Action = "edit"      // 修改
	ActSend     Action = "send"      // 送审
	ActPassUnit Action = "pass_unit" // 单位审核通过
	ActReturn   Action = "return"    // 退回修改
	ActPublish  Action = "publish"   // 复核并发布
	ActDrop     Action = "drop"      // 放弃修改
	ActConfirm  Action = "confirm"   // 复核确认: still right, for a further time
	ActWithdraw Action = "withdraw"  // 下架
	ActImport   Action = "import"    // 导入
)

// Label is the action's name in the office.
func (a Action) Label() string {
	return map[Action]string{ActWrite: "采编", ActEdit: "修改", ActSend: "送审", ActPassUnit: "单位审核通过", ActReturn: "退回修改", ActPublish: "复核发布",
		ActDrop: "放弃修改", ActConfirm: "确认仍然有效", ActWithdraw: "下架", ActImport: "导入"}[a]
}

// move is one row of the table of what may be done when.
type move struct {
	action Action
	stages []Stage
	live   []Live // empty: any
	perms  []actor.Permission
	other  bool // not by the author of the version in work
}

var anyLive = []Live{Published, Withdrawn}

// moves is the whole table; what is not in it is refused with knowledge.wrong_stage.
var moves = []move{
	{ActPassUnit, []Stage{UnitReview}, nil, []actor.Permission{PermUnitReview}, true},
	{ActPublish, []Stage{OfficeReview}, nil, []actor.Permission{PermPublish}, true},
	{ActReturn, []Stage{UnitReview}, nil, []actor.Permission{PermUnitReview, PermPublish}, false},
	{ActReturn, []Stage{OfficeReview}, nil, []actor.Permission{PermPublish}, false},
	{ActSend, []Stage{Draft}, nil, []actor.Permission{PermWrite}, false},
	{ActEdit, []Stage{Draft}, nil, []actor.Permission{PermWrite}, false},
	{ActEdit, []Stage{NoStage}, anyLive, []actor.Permission{PermWrite}, false},
	{ActConfirm, []Stage{NoStage, Draft, UnitReview, OfficeReview}, []Live{Published}, []actor.Permission{PermUnitReview, PermPublish}, false},
	{ActDrop, []Stage{Draft, UnitReview, OfficeReview}, nil, []actor.Permission{PermWrite}, false},
	{ActWithdraw, []Stage{NoStage, Draft, UnitReview, OfficeReview}, []Live{Published}, []actor.Permission{PermWithdraw}, false},
}

// check gives nil where the table lets the actor do an action on the entry now. Whoever may not see the entry at all is
// told that there is none.
func (e *Entry) check(a *actor.Actor, action Action) error {
	row := org.Row{CentreID: e.CentreID, UnitID: e.UnitID}
	listed, held, own := false, false, false
	for _, t := range moves {
		if t.action != action {
			continue
		}
		for _, p := range t.perms {
			held = held || org.Sees(a, p, row)
		}
		if !slices.Contains(t.stages, e.Stage) || len(t.live) > 0 && !slices.Contains(t.live, e.Live) {
			continue
		}
		for _, p := range t.perms {
			if org.Sees(a, p, row) {
				listed = true
				own = t.other && a.UserID != "" && a.UserID == e.AuthorID
			}
		}
	}
	switch {
	case !held && !e.mayRead(a) && !e.mayWork(a):
		return ErrNotFound.Hide()
	case !held:
		return actor.ErrForbidden
	case !listed:
		state := e.Live.Label()
		if e.Stage != NoStage {
			state = e.Stage.Label()
		}
		return ErrStage.Say("条目处于“%s”，不能%s。请刷新后再看。", state, action.Label()).With("stage", e.Stage).With("live", e.Live)
	case own:
		return ErrOwnWork
	}
	return nil
}

// Allowed lists what the actor may do with the entry now, in the order of likelihood.
func (e *Entry) Allowed(a *actor.Actor) []Action {
	var out []Action
	for _, t := range moves {
		if !slices.Contains(out, t.action) && e.check(a, t.action) == nil {
			out = append(out, t.action)
		}
	}
	return out
}

// permsOf lists the permissions of which an action asks for one.
func permsOf(action Action) []actor.Permission {
	var out []actor.Permission
	for _, t := range moves {
		if t.action == action {
			out = append(out, t.perms...)
		}
	}
	return out
}

// requireOne refuses an actor who holds none of the permissions; it gives the one that they hold.
func requireOne(a *actor.Actor, perms []actor.Permission) (actor.Permission, error) {
	for _, p := range perms {
		if a.Can(p) {
			return p, a.Require(p)
		}
	}
	return perms[0], a.Require(perms[0])
}
