package supervision

import (
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// State is where an alert stands (hall reference §4.6).
type State string

// The states of an alert.
const (
	Raised     State = "raised"     // 生成
	Served     State = "served"     // 已送达
	Correcting State = "correcting" // 整改中
	Answered   State = "answered"   // 已回告
	Defended   State = "defended"   // 申辩中
	Proposed   State = "proposed"   // 提请撤牌
	Settled    State = "settled"    // 核销
	Lifted     State = "lifted"     // 撤牌
	Superseded State = "superseded" // 摘牌
)

// States lists the states in the order of an alert's life.
var States = []State{Raised, Served, Correcting, Answered, Defended, Proposed, Settled, Lifted, Superseded}

var stateLabels = map[State]string{Raised: "待送达", Served: "已送达", Correcting: "整改中", Answered: "已回告", Defended: "申辩中", Proposed: "提请撤牌", Settled: "已核销", Lifted: "已撤牌", Superseded: "已摘牌"}

// Label is the state's Chinese name.
func (s State) Label() string { return stateLabels[s] }

// Open reports whether the alert is in force.
func (s State) Open() bool { return s != Settled && s != Lifted && s != Superseded }

// AlertID is the id of an alert.
type AlertID string

// Alert (监察预警) is one thing that a rule, or 政务监察股 by hand, said about a case, or about a unit or site without one. Rule
// and Revision name the rule by which it was given; they stay when the rules change.
type Alert struct {
	CentreID   string          `db:"centre_id" json:"-"`
	ID         AlertID         `db:"id" json:"id"`
	Rule       string          `db:"rule" json:"rule"`
	Revision   int64           `db:"revision" json:"rule_revision"`
	CaseID     casework.CaseID `db:"case_id" json:"case_id,omitempty"`
	CaseNo     string          `db:"case_no" json:"case_no,omitempty"`
	ItemName   string          `db:"item_name" json:"item_name,omitempty"`
	ClockID    string          `db:"clock_id" json:"-"` // or the case's, or the alert's own id
	Rung       string          `db:"rung" json:"rung"`
	Level      Level           `db:"level" json:"level"`
	Type       Type            `db:"type" json:"type"`
	Text       string          `db:"text" json:"text"`
	UnitID     string          `db:"unit_id" json:"unit_id"`
	SiteID     string          `db:"site_id" json:"site_id,omitempty"`
	StaffID    string          `db:"staff_id" json:"staff_id,omitempty"` // whose work it is about
	State      State           `db:"state" json:"state"`
	Open       bool            `db:"open" json:"open"`
	Upheld     bool            `db:"upheld" json:"upheld"` // 维持: after a defence, or when lifting was not agreed to
	At         clock.Instant   `db:"at" json:"at"`
	Due        clock.Instant   `db:"due" json:"due,omitzero"` // of the clock
	No         string          `db:"no" json:"no,omitempty"`  // of the 监察预警单
	ServedAt   clock.Instant   `db:"served_at" json:"served_at,omitzero"`
	AnswerDue  clock.Instant   `db:"answer_due" json:"answer_due,omitzero"`
	AnswerNo   string          `db:"answer_no" json:"answer_no,omitempty"` // of the 整改回告单
	Answer     string          `db:"answer" json:"answer,omitempty"`
	AnsweredBy string          `db:"answered_by" json:"answered_by,omitempty"`
	AnsweredAt clock.Instant   `db:"answered_at" json:"answered_at,omitzero"`
	Defence    string          `db:"defence" json:"defence,omitempty"`
	ProposedBy string          `db:"proposed_by" json:"proposed_by,omitempty"`
	ProposedAt clock.Instant   `db:"proposed_at" json:"proposed_at,omitzero"`
	Reason     string          `db:"reason" json:"reason,omitempty"` // why it is to be lifted; the unit may read it
	LiftedBy   string          `db:"lifted_by" json:"lifted_by,omitempty"`
	LiftedAt   clock.Instant   `db:"lifted_at" json:"lifted_at,omitzero"`
	ClosedAt   clock.Instant   `db:"closed_at" json:"closed_at,omitzero"`
	RaisedBy   string          `db:"raised_by" json:"raised_by,omitempty"` // "" for what a rule gave
	Version    int64           `db:"version" json:"version"`
}

var alertColumns = store.Columns[Alert]("")

// Word is what the alert's level is called.
func (l *Alert) Word() string { return l.Level.Label(l.Type) }

// StateWord is the alert's state in words: a reminder is not served, it has been given.
func (l *Alert) StateWord() string {
	if l.Level == Remind && l.State == Raised {
		return "已提醒"
	}
	return l.State.Label()
}

// Card reports whether the alert counts as a card (红黄牌): yellow or red, of any type.
func (l *Alert) Card() bool { return l.Level != Remind }

// Holds reports whether the alert stands: it was not lifted, and no higher one took its place.
func (l *Alert) Holds() bool { return l.State != Lifted && l.State != Superseded }

// Check is the check whose rule gave the alert about an act of a case; "" for the cards of a clock. It stays what it is when
// the rules get other numbers.
func (l *Alert) Check() Check {
	name, _, _ := strings.Cut(l.Rung, "-")
	if c := Check(name); c.Label() != "" {
		return c
	}
	return ""
}

// Unanswered reports whether the unit owes its answer beyond the limit.
func (l *Alert) Unanswered(now clock.Instant) bool {
	if l.AnswerDue == 0 {
		return false
	}
	if l.AnsweredAt != 0 {
		return l.AnsweredAt >= l.AnswerDue
	}
	return now >= l.AnswerDue && (l.State == Served || l.State == Correcting)
}

func (l *Alert) row() org.Row {
	return org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID}
}

// readable reports whether the actor may read the alert. It is his own where it is about his work, to whoever reads only his
// own; that gives nobody else more than his scope.
func (l *Alert) readable(a *actor.Actor) bool {
	row := l.row()
	if a.Scope(PermAlertRead) == actor.Own {
		row.OwnerID = l.StaffID
	}
	return org.Sees(a, PermAlertRead, row)
}

// Action is one thing that is done about an alert.
type Action string

// The actions on an alert.
const (
	ActServe     Action = "serve"     // 送达
	ActTake      Action = "take"      // 签收整改
	ActAnswer    Action = "answer"    // 回告
	ActDefend    Action = "defend"    // 申辩
	ActSettle    Action = "settle"    // 核销
	ActReturn    Action = "return"    // 退回整改
	ActUphold    Action = "uphold"    // 维持
	ActPropose   Action = "propose"   // 提请撤牌
	ActLift      Action = "lift"      // 撤牌
	ActKeep      Action = "keep"      // 不同意撤牌
	actRaise     Action = "raise"     // 生成
	actSupersede Action = "supersede" // 摘牌
)

var actionLabels = map[Action]string{ActServe: "送达", ActTake: "签收整改", ActAnswer: "回告", ActDefend: "申辩", ActSettle: "核销", ActReturn: "退回整改", ActUphold: "维持", ActPropose: "提请撤牌",
	ActLift: "同意撤牌", ActKeep: "不同意撤牌，维持", actRaise: "生成", actSupersede: "摘牌：更高级别的预警已发出"}

// Label is the action's Chinese name.
func (a Action) Label() string { return actionLabels[a] }

// move is one row of the table of the alert's state machine.
type move struct {
	Action Action
	From   []State
	To     State
	Perm   actor.Permission
	Text   string // what must be written; "" for nothing
}

var moves = []move{
	{ActServe, []State{Raised}, Served, PermAlertHandle, ""},
	{ActTake, []State{Raised, Served}, Correcting, PermAlertAnswer, ""},
	{ActAnswer, []State{Served, Correcting}, Answered, PermAlertAnswer, "整改情况"},
	{ActDefend, []State{Raised, Served, Correcting}, Defended, PermAlertAnswer, "申辩理由"},
	{ActSettle, []State{Answered, Raised, Correcting}, Settled, PermAlertHandle, "核销意见"},
	{ActReturn, []State{Answered}, Correcting, PermAlertHandle, "退回的理由"},
	{ActUphold, []State{Defended}, Correcting, PermAlertHandle, "维持的理由"},
	{ActPropose, []State{Raised, Served, Correcting, Answered, Defended}, Proposed, PermAlertPropose, "提请撤牌的理由"},
	{ActLift, []State{Proposed}, Lifted, PermAlertLift, ""},
	{ActKeep, []State{Proposed}, Correcting, PermAlertLift, ""},
}

// PermissionOf is the permission that an action takes.
func PermissionOf(a Action) actor.Permission { return moveOf(a).Perm }

// Asks is what must be written for an action; "" for nothing.
func Asks(a Action) string { return moveOf(a).Text }

// Actions lists the actions that people take, in the order of an alert's life.
func Actions() []Action {
	out := make([]Action, len(moves))
	for i, x := range moves {
		out[i] = x.Action
	}
	return out
}

func moveOf(a Action) move {
	for _, x := range moves {
		if x.Action == a {
			return x
		}
	}
	return move{}
}

// fits reports whether an alert allows an action. A reminder is only told: nobody serves or answers it, and 政务监察股 may put it
// away. A card is put away after the answer.
func (x *move) fits(l *Alert) bool {
	if !slices.Contains(x.From, l.State) {
		return false
	}
	switch x.Action {
	case ActServe, ActTake, ActAnswer:
		return l.Level != Remind
	case ActSettle:
		return l.State == Answered || l.Level == Remind
	}
	return true
}

// clearing are the actions by which an alert goes out of force or stays in it, or which prepare that.
var clearing = []Action{ActSettle, ActReturn, ActUphold, ActPropose, ActLift, ActKeep}

// raisedBy reports whether somebody raised the alert by hand. He does not clear it (invariant I9).
func (l *Alert) raisedBy(a *actor.Actor) bool {
	return l.RaisedBy != "" && l.RaisedBy == a.UserID && a.Kind != actor.System
}

// Allowed lists what the actor may do about an alert now.
func (l *Alert) Allowed(a *actor.Actor) []Action {
	var out []Action
	for i := range moves {
		x := &moves[i]
		if x.fits(l) && org.Sees(a, x.Perm, l.row()) && !(l.raisedBy(a) && slices.Contains(clearing, x.Action)) {
			out = append(out, x.Action)
		}
	}
	return out
}

// Step (处置记录) is one thing that was done about an alert.
type Step struct {
	CentreID  string        `db:"centre_id" json:"-"`
	AlertID   AlertID       `db:"alert_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	Action    Action        `db:"action" json:"action"`
	State     State         `db:"state" json:"state"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"`
}

// history puts before what people did that the alert was given by a rule, and after it that it went by itself.
func (l *Alert) history(steps []Step) []Step {
	var out []Step
	if l.RaisedBy == "" {
		out = append(out, Step{Seq: 1, Action: actRaise, State: Raised, At: l.At})
	}
	out = append(out, steps...)
	switch {
	case l.State == Superseded:
		out = append(out, Step{Seq: l.Version, Action: actSupersede, State: Superseded, At: l.ClosedAt})
	case l.State == Settled && out[len(out)-1].State != Settled:
		out = append(out, Step{Seq: l.Version, Action: ActSettle, State: Settled, At: l.ClosedAt, Text: "时钟已按期停止，提醒自动核销。"})
	}
	return out
}

// note writes a step of an alert.
func note(tx *store.Tx, l *Alert, action Action, text string) error {
	a := actor.From(tx.Context())
	return store.Insert(tx, "supervision_alert_step", Step{CentreID: l.CentreID, AlertID: l.ID, Seq: l.Version, Action: action, State: l.State, ActorID: a.UserID, ActorName: a.Name, UnitID: a.UnitID, At: tx.Now(), Text: text})
}
