package hotline

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
)

// transition is one row of the table of the hotline's state machine (hotline reference §5.2). A row with Legs acts on
// one leg, which must be in one of them; the ticket's state then follows from its legs unless To is given.
type transition struct {
	Action Action
	From   []State
	To     State // "" keeps the state, or lets it follow from the legs
	Legs   []LegState
	LegTo  LegState // "" keeps the leg's state
	Perm   actor.Permission
	Clock  bool // sets a deadline, and so needs the calendar and the limits
	Aside  bool // done on a page of its own, and so not among the ticket's next actions
}

var (
	running  = []State{Dispatched, Handling, Suspended}
	answered = []State{Dispatched, Handling, Suspended, Review} // a unit has it, or has just replied
	rated    = []State{Dispatched, Handling, Suspended, Review, Callback, Closed}
)

// unarchived are all states but the last: what was put away does not change.
var unarchived = slices.DeleteFunc(slices.Clone(States), func(s State) bool { return s == Archived })

// flow is the transition table. A pair of state and action that is not here is refused with hotline.wrong_state.
var flow = []transition{
	{Action: ActAccept, From: []State{Draft}, To: Triage, Perm: PermAccept, Clock: true},
	{Action: ActAnswer, From: []State{Draft, Triage}, To: Closed, Perm: PermAccept},
	{Action: ActRefuse, From: []State{Draft, Triage}, To: Refused, Perm: PermRefuse},
	{Action: ActEmergency, From: []State{Draft, Triage, Dispatched, Handling, Suspended}, To: Transferred, Perm: PermEmergency},
	{Action: ActEscalate, From: []State{Draft, Triage, Dispatched, Handling, Suspended}, Perm: PermEmergency, Clock: true},
	{Action: ActDispatch, From: []State{Triage}, To: Dispatched, Perm: PermDispatch, Clock: true},
	{Action: ActSign, From: running, Legs: []LegState{PendingSign}, LegTo: Signed, Perm: PermSign},
	{Action: ActPropose, From: running, Legs: []LegState{Signed}, LegTo: SignOff, Perm: PermSubmit},
	{Action: ActSendBack, From: running, Legs: []LegState{SignOff}, LegTo: Signed, Perm: PermSignOff},
	{Action: ActSubmit, From: running, Legs: []LegState{Signed, SignOff}, LegTo: Submitted, Perm: PermSignOff},
	{Action: ActApprove, From: []State{Review}, To: Callback, Perm: PermReview, Clock: true},
	{Action: ActReject, From: []State{Review}, Legs: []LegState{Submitted}, LegTo: Signed, Perm: PermReview},
	{Action: ActCallback, From: []State{Callback}, Perm: PermCallback},
	{Action: ActClose, From: []State{Callback}, To: Closed, Perm: PermCallback},
	{Action: ActRework, From: []State{Callback}, To: Dispatched, Perm: PermRework, Clock: true},
	{Action: ActUrge, From: running, Perm: PermUrge},
	{Action: ActWithdraw, From: []State{Draft, Triage, Dispatched, Handling, Suspended, Review, Callback}, To: Withdrawn, Perm: PermWithdraw},
	{Action: ActArchive, From: []State{Closed, Refused, Transferred, Withdrawn, Terminated, Merged}, Perm: PermArchive},
	{Action: ActComment, From: []State{Draft, Triage, Dispatched, Handling, Suspended, Review, Callback, Closed, Refused, Transferred, Withdrawn, Terminated, Merged}, Perm: PermComment},
	{Action: ActAttach, From: []State{Draft, Triage, Dispatched, Handling, Suspended, Review, Callback, Closed, Refused, Transferred, Withdrawn, Terminated, Merged}, Perm: PermComment},
	{Action: ActAskExtension, From: running, Legs: []LegState{Signed, SignOff}, Perm: PermExtend},
	{Action: ActGrantExt, From: append([]State{Review}, running...), Legs: []LegState{Signed, SignOff, Submitted}, Perm: PermDecide},
	{Action: ActDenyExt, From: append([]State{Review}, running...), Legs: []LegState{Signed, SignOff, Submitted}, Perm: PermDecide},
	{Action: ActSuspend, From: running, Legs: []LegState{Signed}, LegTo: LegSuspended, Perm: PermSuspend},
	{Action: ActResume, From: running, Legs: []LegState{LegSuspended}, LegTo: Signed, Perm: PermSuspend, Clock: true},
	{Action: ActAskReturn, From: running, Legs: []LegState{PendingSign, Signed}, LegTo: ReturnAsked, Perm: PermReturn},
	{Action: ActDraftReturn, From: running, Legs: []LegState{PendingSign, Signed}, Perm: PermDraftReturn},
	{Action: ActDropReturn, From: running, Legs: []LegState{PendingSign, Signed}, Perm: PermDraftReturn},
	{Action: ActAcceptReturn, From: running, Legs: []LegState{ReturnAsked}, LegTo: Returned, Perm: PermDispatch, Clock: true},
	{Action: ActDenyReturn, From: running, Legs: []LegState{ReturnAsked}, LegTo: Signed, Perm: PermDispatch},
	{Action: ActSendDown, From: running, Legs: []LegState{Signed}, Perm: PermSendDown, Clock: true},
	{Action: ActRecallDown, From: running, Legs: []LegState{PendingSign, Signed, SignOff, LegSuspended, Submitted}, LegTo: Cancelled, Perm: PermSendDown},
	{Action: ActRejectDown, From: running, Legs: []LegState{Submitted}, LegTo: Signed, Perm: PermSignOff},
	{Action: ActAskHelp, From: running, Legs: []LegState{Signed}, Perm: PermExtend},
	{Action: ActAddHelp, From: running, Perm: PermDispatch, Clock: true},
	{Action: ActDenyHelp, From: answered, Perm: PermDispatch},
	{Action: ActAskSuspend, From: running, Legs: []LegState{Signed}, Perm: PermExtend},
	{Action: ActDenySuspend, From: answered, Legs: []LegState{Signed, SignOff, Submitted}, Perm: PermSuspend},
	{Action: ActAskTerminate, From: running, Legs: []LegState{Signed, SignOff}, Perm: PermExtend},
	{Action: ActTerminate, From: []State{Handling, Suspended}, To: Terminated, Perm: PermTerminate},
	{Action: ActDenyTerminate, From: answered, Perm: PermTerminate},
	{Action: ActReopen, From: []State{Closed}, To: Dispatched, Perm: PermRework, Clock: true},
	{Action: ActMerge, From: []State{Draft, Triage, Handling}, To: Merged, Perm: PermMerge},
	{Action: ActUnmerge, From: []State{Merged}, Perm: PermMerge},
	{Action: ActDispute, From: rated, Perm: PermDispute},
	{Action: ActAdjudicate, From: rated, Perm: PermReview},
	{Action: ActSupervise, From: append([]State{Review, Callback}, running...), Perm: PermSupervise, Clock: true, Aside: true},
	{Action: ActSuperviseReply, From: unarchived, Perm: PermSuperviseReply, Aside: true},
	{Action: ActSuperviseReturn, From: unarchived, Perm: PermSupervise, Clock: true, Aside: true},
	{Action: ActSuperviseClose, From: unarchived, Perm: PermSupervise, Aside: true},
	{Action: ActSuperviseRaise, From: unarchived, Perm: PermSupervise, Clock: true, Aside: true},
	{Action: ActCorrect, From: []State{Draft, Triage, Dispatched, Handling, Suspended, Review, Callback, Closed, Refused, Transferred, Withdrawn, Terminated, Merged}, Perm: PermCorrect},
}

var transitions = func() map[Action]transition {
	m := make(map[Action]transition, len(flow))
	for _, t := range flow {
		m[t.Action] = t
	}
	return m
}()

// ErrState refuses an action that the state does not allow.
var ErrState = errs.New(errs.Conflict, "hotline.wrong_state", "工单当前的状态不能进行这一操作。请刷新后再看。")

// check tells whether a ticket in state, with its acting leg in legState ("" for none), allows action.
func check(action Action, state State, legState LegState) (transition, error) {
	t, ok := transitions[action]
	if !ok || !slices.Contains(t.From, state) {
		return t, ErrState.Say("工单处于“%s”，不能%s。请刷新后再看。", state.Label(), action.Label()).With("state", state).With("action", action)
	}
	if len(t.Legs) > 0 && !slices.Contains(t.Legs, legState) {
		label := "没有承办件"
		if legState != "" {
			label = "承办件处于“" + legState.Label() + "”"
		}
		return t, ErrState.Say("%s，不能%s。请刷新后再看。", label, action.Label()).With("state", state).With("leg_state", legState).With("action", action)
	}
	return t, nil
}

// leadOf gives the leg that answers for a round: the lead that was not returned, or the last one where all were.
func leadOf(legs []Leg) *Leg {
	var found *Leg
	for i := range legs {
		l := &legs[i]
		if l.Role == Lead && (found == nil || found.State == Returned || l.State != Returned && l.State != Cancelled) {
			found = l
		}
	}
	return found
}

// derive gives the state of a ticket from the legs of its current round (§5.2): the lead unit's progress counts, and
// review waits until every unit that helps has replied too. A lead that asks to return what it has not signed has not
// taken the ticket on.
func derive(legs []Leg) State {
	lead := leadOf(legs)
	if lead == nil {
		return Triage
	}
	waiting, allSuspended := false, true
	for i := range legs {
		l := &legs[i]
		waiting = waiting || l.Role != Lead && l.State.Running()
		if l.State.Running() && l.State != LegSuspended {
			allSuspended = false
		}
	}
	switch {
	case lead.State == PendingSign || lead.State == ReturnAsked && lead.SignedAt == 0:
		return Dispatched
	case lead.State == Submitted && !waiting:
		return Review
	case allSuspended && lead.State == LegSuspended:
		return Suspended
	}
	return Handling
}
