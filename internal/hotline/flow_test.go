package hotline

import (
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// allowedTable is written from the regulations' state machine, not from flow.go: for every action the states of a ticket
// that allow it, and after the colon those of the leg, where it acts on one; → gives what the leg becomes.
const allowedTable = `
accept         DRAFT
answer         DRAFT TRIAGE
refuse         DRAFT TRIAGE
emergency      DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED
escalate       DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED
dispatch       TRIAGE
sign           DISPATCHED HANDLING SUSPENDED : PENDING_SIGN → SIGNED
propose        DISPATCHED HANDLING SUSPENDED : SIGNED → SIGN_OFF
send_back      DISPATCHED HANDLING SUSPENDED : SIGN_OFF → SIGNED
submit         DISPATCHED HANDLING SUSPENDED : SIGNED SIGN_OFF → SUBMITTED
approve        REVIEW
reject         REVIEW : SUBMITTED → SIGNED
callback       CALLBACK
close          CALLBACK
rework         CALLBACK
urge           DISPATCHED HANDLING SUSPENDED
withdraw       DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK
archive        CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
comment        DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
attach         DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
ask_extension  DISPATCHED HANDLING SUSPENDED : SIGNED SIGN_OFF
grant_ext      DISPATCHED HANDLING SUSPENDED REVIEW : SIGNED SIGN_OFF SUBMITTED
deny_ext       DISPATCHED HANDLING SUSPENDED REVIEW : SIGNED SIGN_OFF SUBMITTED
suspend        DISPATCHED HANDLING SUSPENDED : SIGNED → SUSPENDED
resume         DISPATCHED HANDLING SUSPENDED : SUSPENDED → SIGNED
ask_return     DISPATCHED HANDLING SUSPENDED : PENDING_SIGN SIGNED → RETURN_ASKED
draft_return   DISPATCHED HANDLING SUSPENDED : PENDING_SIGN SIGNED
drop_return    DISPATCHED HANDLING SUSPENDED : PENDING_SIGN SIGNED
accept_return  DISPATCHED HANDLING SUSPENDED : RETURN_ASKED → RETURNED
deny_return    DISPATCHED HANDLING SUSPENDED : RETURN_ASKED → SIGNED
send_down      DISPATCHED HANDLING SUSPENDED : SIGNED
recall_down    DISPATCHED HANDLING SUSPENDED : PENDING_SIGN SIGNED SIGN_OFF SUSPENDED SUBMITTED → CANCELLED
reject_down    DISPATCHED HANDLING SUSPENDED : SUBMITTED → SIGNED
ask_help       DISPATCHED HANDLING SUSPENDED : SIGNED
add_help       DISPATCHED HANDLING SUSPENDED
deny_help      DISPATCHED HANDLING SUSPENDED REVIEW
ask_suspend    DISPATCHED HANDLING SUSPENDED : SIGNED
deny_suspend   DISPATCHED HANDLING SUSPENDED REVIEW : SIGNED SIGN_OFF SUBMITTED
ask_terminate  DISPATCHED HANDLING SUSPENDED : SIGNED SIGN_OFF
terminate      HANDLING SUSPENDED
deny_terminate DISPATCHED HANDLING SUSPENDED REVIEW
reopen         CLOSED
merge          DRAFT TRIAGE HANDLING
unmerge        MERGED
dispute        DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED
adjudicate     DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED
correct        DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
supervise        DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK
supervise_reply DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
supervise_return DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
supervise_close DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
supervise_raise DRAFT TRIAGE DISPATCHED HANDLING SUSPENDED REVIEW CALLBACK CLOSED REFUSED EMERGENCY_TRANSFERRED WITHDRAWN TERMINATED MERGED
`

type allowance struct {
	states, legs map[string]bool
	legTo        string
}

func readAllowed(t *testing.T) map[Action]allowance {
	t.Helper()
	out := map[Action]allowance{}
	for _, line := range strings.Split(strings.TrimSpace(allowedTable), "\n") {
		name, rest, _ := strings.Cut(line, " ")
		states, legs, _ := strings.Cut(rest, ":")
		legs, to, _ := strings.Cut(legs, "→")
		a := allowance{map[string]bool{}, map[string]bool{}, strings.TrimSpace(to)}
		for _, s := range strings.Fields(states) {
			a.states[s] = true
		}
		for _, l := range strings.Fields(legs) {
			a.legs[l] = true
		}
		out[Action(name)] = a
	}
	return out
}

// every action that a person takes on a ticket that is there.
var everyAction = []Action{ActAccept, ActAnswer, ActRefuse, ActEmergency, ActEscalate, ActDispatch, ActSign, ActPropose, ActSendBack, ActSubmit, ActApprove, ActReject,
	ActCallback, ActClose, ActRework, ActUrge, ActWithdraw, ActArchive, ActComment, ActAttach, ActAskExtension, ActGrantExt, ActDenyExt, ActSuspend, ActResume,
	ActAskReturn, ActDraftReturn, ActDropReturn, ActAcceptReturn, ActDenyReturn, ActSendDown, ActRecallDown, ActRejectDown, ActAskHelp, ActAddHelp, ActDenyHelp, ActAskSuspend, ActDenySuspend,
	ActAskTerminate, ActTerminate, ActDenyTerminate, ActReopen, ActMerge, ActUnmerge, ActDispute, ActAdjudicate, ActCorrect,
	ActSupervise, ActSuperviseReply, ActSuperviseReturn, ActSuperviseClose, ActSuperviseRaise}

func TestEveryPairOfStateAndAction(t *testing.T) {
	want := readAllowed(t)
	if len(want) != len(everyAction) || len(flow) != len(everyAction) {
		t.Fatalf("%d actions expected, %d in the test, %d in the table", len(want), len(everyAction), len(flow))
	}
	legStates := append([]LegState{""}, LegStates...)
	pairs := 0
	for _, action := range everyAction {
		w, ok := want[action]
		if !ok {
			t.Fatalf("%s is not in the expected table", action)
		}
		for _, s := range States {
			for _, l := range legStates {
				pairs++
				row, err := check(action, s, l)
				expect := w.states[string(s)] && (len(w.legs) == 0 || w.legs[string(l)])
				if (err == nil) != expect {
					t.Errorf("%s in %s with leg %q: allowed %v, expected %v", action, s, l, err == nil, expect)
				}
				if err != nil && errs.CodeOf(err) != "hotline.wrong_state" {
					t.Errorf("%s in %s: %v", action, s, err)
				}
				if err == nil && string(row.LegTo) != w.legTo {
					t.Errorf("%s: the leg becomes %q, expected %q", action, row.LegTo, w.legTo)
				}
			}
		}
	}
	if pairs != 52*14*10 {
		t.Errorf("%d pairs", pairs)
	}
}

// Actions that no person takes on a ticket are refused in every state.
func TestOtherActionsAreNotInTheTable(t *testing.T) {
	for _, a := range []Action{ActRegister, ActNotice, ActReproject, ActReveal, ActOpenFile, ActImport, ActExport, ActRate, "", "nonsense"} {
		for _, s := range States {
			if _, err := check(a, s, Signed); err == nil {
				t.Errorf("%q is allowed in %s", a, s)
			}
		}
	}
}

func TestTheStateFollowsFromTheLegs(t *testing.T) {
	for _, c := range []struct {
		lead, help LegState
		want       State
	}{
		{PendingSign, "", Dispatched}, {Signed, "", Handling}, {SignOff, "", Handling}, {LegSuspended, "", Suspended}, {Submitted, "", Review},
		{PendingSign, Signed, Dispatched}, {Signed, Submitted, Handling}, {Submitted, Signed, Handling}, {Submitted, PendingSign, Handling}, {Submitted, LegSuspended, Handling},
		{Submitted, Submitted, Review}, {Submitted, Accepted, Review}, {Submitted, Cancelled, Review}, {LegSuspended, Signed, Handling}, {LegSuspended, LegSuspended, Suspended},
		{LegSuspended, Submitted, Suspended}, {Signed, LegSuspended, Handling},
	} {
		legs := []Leg{{Role: Lead, State: c.lead}}
		if c.help != "" {
			legs = append(legs, Leg{Role: CoLead, State: c.help})
		}
		if got := derive(legs); got != c.want {
			t.Errorf("lead %s, help %q: %s, expected %s", c.lead, c.help, got, c.want)
		}
	}
}

func TestTheStateFollowsFromTheLegThatCounts(t *testing.T) {
	signed := clock.At(2026, 5, 8, 17, 0)
	for _, c := range []struct {
		name string
		legs []Leg
		want State
	}{
		{"nobody has it", nil, Triage},
		{"returned and not yet signed by the next", []Leg{{Role: Lead, State: Returned}, {Role: Lead, State: PendingSign}}, Dispatched},
		{"the next one, whatever the order", []Leg{{Role: Lead, State: Signed}, {Role: Lead, State: Returned}}, Handling},
		{"asks to return what it has not signed", []Leg{{Role: Lead, State: ReturnAsked}}, Dispatched},
		{"asks to return what it has signed", []Leg{{Role: Lead, State: ReturnAsked, SignedAt: signed}}, Handling},
		{"a helper asks to return", []Leg{{Role: Lead, State: Submitted}, {Role: CoLead, State: ReturnAsked}}, Handling},
		{"a helper has returned", []Leg{{Role: Lead, State: Submitted}, {Role: CoLead, State: Returned}}, Review},
		{"a unit below is at work", []Leg{{Role: Lead, State: Signed}, {Role: Child, State: PendingSign}}, Handling},
		{"a unit below has replied", []Leg{{Role: Lead, State: Submitted}, {Role: Child, State: Submitted}}, Review},
		{"only the helper waits", []Leg{{Role: Lead, State: Submitted}, {Role: CoLead, State: LegSuspended}}, Handling},
		{"everybody waits", []Leg{{Role: Lead, State: LegSuspended}, {Role: CoLead, State: LegSuspended}, {Role: Child, State: Cancelled}}, Suspended},
		{"two helpers, one late", []Leg{{Role: Lead, State: Submitted}, {Role: CoLead, State: Submitted}, {Role: CoLead, State: Signed}}, Handling},
	} {
		if got := derive(c.legs); got != c.want {
			t.Errorf("%s: %s, expected %s", c.name, got, c.want)
		}
	}
}
