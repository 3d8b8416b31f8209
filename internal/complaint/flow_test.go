package complaint

import (
	"slices"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
)

// The tables of the hall reference §4.3 and §4.4 written down a second time: what each state allows.
var cells = map[Kind]map[State][]Action{
	Stuck: {
		Registered: {ActAccept, ActRefuse, ActWithdraw},
		Accepted:   {ActClassify, ActWithdraw},
		Classified: {ActClassify, ActDispatch, ActWithdraw},
		Handling:   {ActContact, ActFinish, ActDeny, ActExtend, ActGiveBack, ActAttribute, ActWithdraw},
		Approving:  {ActApprove, ActReject},
		Visiting:   {ActVisit, ActAttribute},
		Escalated:  {ActOrder, ActSettle, ActAttribute},
		Archived:   {ActAttribute},
	},
	Complaint: {
		Registered:    {ActAccept, ActRefuse, ActWithdraw},
		Accepted:      {ActClassify, ActIdentify, ActWithdraw},
		Investigating: {ActIdentify, ActAssign, ActAsk, ActAnswer, ActFind, ActWithdraw},
		Judging:       {ActConfirm, ActOverturn},
		Found:         {ActDispose},
		Disposed:      {ActFeedback},
		Rectifying:    {ActFile},
		Visiting:      {ActVisit},
	},
}

func TestEveryStateAndAction(t *testing.T) {
	for kind, rows := range cells {
		for s, label := range stateLabels {
			if label == "" {
				t.Errorf("%s has no name", s)
			}
			for a := range actionLabels {
				_, err := check(kind, a, s)
				if want := slices.Contains(rows[s], a); (err == nil) != want {
					t.Errorf("%s of %s in %s: allowed %v, want %v", a, kind, s, err == nil, want)
				}
				if err != nil && errs.CodeOf(err) != "complaint.wrong_state" {
					t.Errorf("%s of %s in %s: %v", a, kind, s, err)
				}
			}
		}
	}
}

func TestEveryActionHasALabelAndADeclaredPermission(t *testing.T) {
	for _, kind := range []Kind{Stuck, Complaint} {
		for _, tr := range flowOf(kind) {
			declared := slices.ContainsFunc(Permissions(), func(p actor.PermissionInfo) bool { return p.Name == tr.Perm })
			if tr.Action.Label() == "" || !declared || tr.To != "" && tr.To.Label() == "" {
				t.Errorf("row of %s: %+v", tr.Action, tr)
			}
		}
	}
}

// Every class, limit, ground and cause is named, and every class has its limit.
func TestTheTablesAreComplete(t *testing.T) {
	codes := map[LimitCode]bool{}
	for _, l := range Limits() {
		if l.Label == "" || l.Basis == "" || l.Confirmed || l.Days < 0 || codes[l.Code] {
			t.Errorf("limit %+v", l)
		}
		codes[l.Code] = true
	}
	for _, k := range []Kind{Stuck, Complaint} {
		for _, c := range Classes(k) {
			if c.Label() == "" || !codes[LimitCode(c)] {
				t.Errorf("class %s", c)
			}
		}
		for _, g := range Grounds(k) {
			if g.Label == "" || g.Remedy == "" {
				t.Errorf("ground %+v", g)
			}
		}
	}
	if len(Grounds(Complaint)) != 5 {
		t.Errorf("%d grounds of complaints", len(Grounds(Complaint)))
	}
	want := map[LimitCode]int64{"simple": 0, "common": 5, "complex": 10, "hard": 15, "onsite": 0, "forwarded": 3, "multi": 5, "file": 2, "visit": 4}
	for _, l := range Limits() {
		if n, ok := want[l.Code]; ok && n != l.Days {
			t.Errorf("%s: %d days, want %d", l.Code, l.Days, n)
		}
	}
}

func TestReasonToMove(t *testing.T) {
	for _, tc := range []struct {
		serious bool
		n       int64
		want    bool
	}{{false, 1, false}, {false, 2, true}, {false, 3, true}, {true, 1, true}} {
		if _, ok := transferReason(tc.serious, tc.n); ok != tc.want {
			t.Errorf("%+v: %v", tc, ok)
		}
	}
}
