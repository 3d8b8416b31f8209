package casework

import (
	"slices"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/item"
)

// cells is the table of the hall reference §4.1 written down a second time, from the diagram: what each state allows.
var cells = map[State][]Action{
	Applied:    {ActRunOut, ActDeemRenew, ActPrereview, ActNotify, ActAttach, ActDeem, ActAskRefuse, ActRefuse, ActRedirect, ActFee, ActReassign, ActRecuse, ActLink, ActWithdraw, ActDecline, ActAskCorrect, ActCorrect},
	Received:   {ActRunOut, ActDeemRenew, ActAttach, ActRecuse, ActLink, ActSpot, ActNotify, ActAccept, ActDeem, ActAskRefuse, ActRefuse, ActRedirect, ActFee, ActReassign, ActWithdraw, ActDecline, ActAskCorrect, ActCorrect},
	Correcting: {ActRunOut, ActAttach, ActRecuse, ActLink, ActNotify, ActSupply, ActAskRefuse, ActRefuse, ActFee, ActReassign, ActWithdraw, ActLapse, ActDecline, ActAskCorrect, ActCorrect},
	Accepted: {ActRunOut, ActDeemRenew, ActAttach, ActRecuse, ActLink, ActTell, ActAskHearing, ActWaive, ActConvene, ActHold, ActNotify, ActFulfil, ActFirst, ActReview, ActInspect, ActAskSuspend, ActSuspend, ActAskExtend, ActExtend, ActGrant, ActDeny, ActFee, ActCheck, ActExplain, ActReassign, ActWithdraw, ActLapse,
		ActTerminate, ActDecline, ActAskCorrect, ActCorrect},
	Suspended: {ActRunOut, ActDeemRenew, ActAttach, ActRecuse, ActLink, ActTell, ActAskHearing, ActWaive, ActConvene, ActHold, ActFulfil, ActResume, ActAskExtend, ActExtend, ActFee, ActCheck, ActExplain, ActReassign, ActWithdraw, ActLapse, ActTerminate, ActDecline, ActAskCorrect, ActCorrect},
	Reviewed: {ActRunOut, ActDeemRenew, ActAttach, ActRecuse, ActLink, ActTell, ActAskHearing, ActWaive, ActConvene, ActHold, ActNotify, ActFulfil, ActSendBack, ActAskSuspend, ActSuspend, ActAskExtend, ActExtend, ActGrant, ActDeny, ActFee, ActCheck, ActExplain, ActReassign, ActWithdraw, ActLapse, ActTerminate,
		ActDecline, ActAskCorrect, ActCorrect},
	Making:     {ActLink, ActIssue, ActFee, ActCheck, ActExplain, ActReassign, ActRevoke, ActDecline, ActAskCorrect, ActCorrect},
	Deliver:    {ActLink, ActDeliver, ActFee, ActCheck, ActExplain, ActReassign, ActRevoke, ActDecline, ActAskCorrect, ActCorrect},
	Delivered:  {ActLink, ActFee, ActClose, ActCheck, ActExplain, ActReassign, ActRevoke, ActDecline, ActAskCorrect, ActCorrect},
	Closed:     {ActLink, ActCheck, ActExplain, ActRevoke, ActArchive, ActDecline, ActAskCorrect, ActCorrect},
	Archived:   {ActRevoke},
	Refused:    {ActLink, ActArchive, ActDecline, ActAskCorrect, ActCorrect},
	Redirected: {ActLink, ActArchive, ActDecline, ActAskCorrect, ActCorrect},
	Withdrawn:  {ActLink, ActArchive, ActDecline, ActAskCorrect, ActCorrect},
	Lapsed:     {ActLink, ActArchive, ActDecline, ActAskCorrect, ActCorrect},
	Terminated: {ActLink, ActArchive, ActDecline, ActAskCorrect, ActCorrect},
	Revoked:    {ActLink, ActDecline, ActAskCorrect, ActCorrect},
}

func TestEveryStateAndAction(t *testing.T) {
	if len(cells) != len(States) {
		t.Fatalf("%d states in the cells, %d in the table", len(cells), len(States))
	}
	for _, s := range States {
		for a := range actionLabels {
			_, err := check(a, s)
			if want := slices.Contains(cells[s], a); (err == nil) != want {
				t.Errorf("%s in %s: allowed %v, want %v", a, s, err == nil, want)
			}
			if s == Suspended && slices.Contains(stopped, a) {
				if RefusalCode(err) != "OPEN_SUSPENSION" {
					t.Errorf("%s in %s: %v", a, s, err)
				}
				continue
			}
			if err != nil && (errs.CodeOf(err) != "casework.wrong_state" || RefusalCode(err) != "WRONG_STATE") {
				t.Errorf("%s in %s: %v", a, s, err)
			}
		}
	}
}

func TestEveryRowHasALabelAPermissionAndADeclaredOne(t *testing.T) {
	declared := map[string]bool{}
	for _, p := range Permissions() {
		declared[string(p.Name)] = true
	}
	for _, tr := range flow {
		if tr.Action.Label() == "" || tr.System != (tr.Perm == "") || !tr.System && !declared[string(tr.Perm)] {
			t.Errorf("row of %s: %+v", tr.Action, tr)
		}
	}
	for _, s := range States {
		if s.Label() == "" {
			t.Errorf("%s has no label", s)
		}
	}
}

func TestSpecialProceduresAreAClosedList(t *testing.T) {
	open := Terms{}
	for _, kind := range []string{"hearing", "bidding", "auction", "inspection", "testing", "quarantine", "appraisal", "expert"} {
		if basis, err := open.suspension(kind); err != nil || basis == "" {
			t.Errorf("%s: %q %v", kind, basis, err)
		}
	}
	for _, kind := range []string{"", "waiting", "等待业主补齐材料", item.Survey} {
		if _, err := open.suspension(kind); RefusalCode(err) != "TYPE_NOT_ALLOWED" {
			t.Errorf("%q: %v", kind, err)
		}
	}
	listed := Terms{Content: item.Content{Suspensions: []item.SuspensionRule{{Kind: item.Survey, Basis: "《某条例》第八条"}}}}
	if basis, err := listed.suspension(item.Survey); err != nil || basis != "《某条例》第八条" {
		t.Errorf("a survey with its own basis: %q %v", basis, err)
	}
	if _, err := listed.suspension("hearing"); RefusalCode(err) != "TYPE_NOT_ALLOWED" {
		t.Errorf("a hearing that the item does not list: %v", err)
	}
}

// powers is the column of powers written down a second time; what is not here takes none.
var powers = map[Action]string{ActPrereview: "接件", ActSpot: "接件", ActAttach: "接件", ActWithdraw: "接件", ActNotify: "受理", ActSupply: "受理", ActAccept: "受理", ActAskRefuse: "受理", ActRefuse: "受理", ActRedirect: "受理",
	ActFulfil: "受理", ActAskHearing: "受理", ActWaive: "受理", ActAskSuspend: "受理", ActResume: "受理", ActFirst: "审查", ActReview: "审查", ActInspect: "审查", ActTell: "审查", ActConvene: "审查", ActHold: "审查", ActAskExtend: "审查",
	ActCheck: "审查", ActSendBack: "决定", ActTerminate: "决定", ActGrant: "决定用印", ActDeny: "决定用印", ActRevoke: "决定用印", ActIssue: "出件", ActDeliver: "出件", ActFee: "出件"}

func TestThePowersOfEveryRow(t *testing.T) {
	for _, tr := range flow {
		got := ""
		for _, p := range tr.Powers {
			got += p.Label()
		}
		if got != powers[tr.Action] || tr.System && got != "" {
			t.Errorf("%s takes %q, want %q", tr.Action, got, powers[tr.Action])
		}
	}
}
