package supervision_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

// clears are the actions by which a person takes an alert out of force, or prepares or refuses it.
var clears = []supervision.Action{supervision.ActSettle, supervision.ActReturn, supervision.ActUphold, supervision.ActPropose, supervision.ActLift, supervision.ActKeep}

// Invariant I9 over roles: no role holds the permission of an action that clears and of one that changes a case, whatever the
// action; and none proposes to lift and lifts.
func TestNoRoleChangesCasesAndClears(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	changes := []casework.Action{casework.ActPrereview, casework.ActReceive, casework.ActSpot, casework.ActNotify, casework.ActSupply, casework.ActAttach, casework.ActAccept, casework.ActAskRefuse, casework.ActRefuse, casework.ActRedirect,
		casework.ActFulfil, casework.ActFirst, casework.ActReview, casework.ActTell, casework.ActConvene, casework.ActHold, casework.ActInspect, casework.ActSendBack, casework.ActAskSuspend, casework.ActSuspend, casework.ActResume,
		casework.ActAskExtend, casework.ActExtend, casework.ActGrant, casework.ActDeny, casework.ActIssue, casework.ActDeliver, casework.ActFee, casework.ActCheck, casework.ActExplain, casework.ActReassign, casework.ActWithdraw,
		casework.ActTerminate, casework.ActRevoke, casework.ActCorrect}
	held := 0
	for _, role := range w.Org.Roles() {
		a := actor.From(w.As(t, role.Code))
		for _, c := range clears {
			if !a.Can(supervision.PermissionOf(c)) {
				continue
			}
			held++
			for _, x := range changes {
				perm := casework.PermissionOf(x)
				if perm == "" && x == casework.ActReceive {
					perm = casework.PermReceive
				}
				if perm == "" || a.Can(perm) {
					t.Errorf("%s may %s and clear by %s", role.Code, x, c)
				}
			}
		}
		if a.Can(supervision.PermAlertPropose) && a.Can(supervision.PermAlertLift) {
			t.Errorf("%s proposes and lifts", role.Code)
		}
	}
	if held < len(clears) {
		t.Errorf("only %d actions are held by anybody", held)
	}
}

// Invariant I9 over persons: people who hold any roles at once, as many as chance gives them, act on cases and on alerts as they
// please. Whoever cleared an alert had no hand in its case up to then, is not whom it is about and did not raise it, and whoever
// decided on lifting it had not proposed it.
func TestNobodyCausesAndClears(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	it := w.Ready(t)
	rnd := rand.New(rand.NewPCG(9, 9))
	w.Set("2025-09-02 09:00")
	p := &mixed{t: t, w: w, rnd: rnd}
	roles := w.Org.Roles()
	for n := range 10 {
		at := []orgtest.Where{{}, {Unit: w.Unit.ID, Site: w.Hall.ID}}[n%2]
		had := []string{"supervisor", "leader", "approver", "chief_rep", "window"}[n%5 : n%5+1 : n%5+1]
		for len(had) < 2+rnd.IntN(4) {
			if r := roles[rnd.IntN(len(roles))].Code; !slices.Contains(had, r) {
				had = append(had, r)
			}
		}
		p.people = append(p.people, w.Person(t, fmt.Sprint("mixed", n), at, had...))
	}
	for range 10 {
		p.cases = append(p.cases, w.Receive(t, it, "M1"))
	}
	for range 3000 {
		p.step()
	}
	p.verify()
	if p.cleared["settle"] == 0 || p.cleared["propose"] == 0 || p.cleared["lift"]+p.cleared["keep"] < 2 || p.refused < 10 {
		t.Errorf("too little happened: %v, %d conflicts", p.cleared, p.refused)
	}
}

// mixed is people with mixed roles among cases and alerts.
type mixed struct {
	t       *testing.T
	w       *supervisiontest.World
	rnd     *rand.Rand
	people  []orgtest.Person
	cases   []casework.Case
	refused int
	cleared map[supervision.Action]int
}

// step lets somebody do something: what his permissions, the state or a conflict of interest do not allow is refused.
func (p *mixed) step() {
	p.w.Clock.Set(p.w.Clock.Now() + 1000) // so that what came first is seen from the times
	who := p.people[p.rnd.IntN(len(p.people))].Ctx
	c := p.cases[p.rnd.IntN(len(p.cases))]
	m, k := p.w.Casework, casework.Command{CaseID: c.ID}
	switch p.rnd.IntN(8) {
	case 0:
		_, _ = m.Accept(who, k, casework.Tolerant)
	case 1:
		_, _ = m.Notify(who, k, []casework.Defect{{Code: "M2", What: "补交"}}, "确有必要")
	case 2:
		_, _ = m.Review(who, k, "符合条件")
	case 3:
		_, _ = p.w.Supervision.Raise(who, supervision.RaiseInput{CaseNo: c.No, Level: supervision.Levels[p.rnd.IntN(3)], Type: supervision.Other, Text: "巡查发现"})
	case 4:
		p.w.Clock.Set(p.w.Clock.Now() + clock.Instant(p.rnd.IntN(12))*3600_000)
		p.w.RunJobs(p.t)
	default:
		list := p.w.Alerts(p.t, c.ID)
		if len(list) == 0 {
			return
		}
		l := list[p.rnd.IntN(len(list))]
		may := l.Allowed(actor.From(who))
		if l.RaisedBy == actor.From(who).UserID { // what is not offered is tried all the same
			may = append(may, clears...)
		}
		if len(may) == 0 {
			return
		}
		_, err := p.w.Supervision.Act(who, supervision.Command{ID: l.ID, Text: "理由"}, may[p.rnd.IntN(len(may))])
		if supervision.RefusalCode(err) == "CONFLICT_OF_INTEREST" {
			p.refused++
		}
	}
}

// verify reads from events and steps alone who caused and who cleared.
func (p *mixed) verify() {
	p.cleared = map[supervision.Action]int{}
	for _, c := range p.cases {
		var events []casework.Event
		if err := p.w.DB.Read(p.w.System(), func(tx *store.Tx) (err error) {
			events, err = store.Select[casework.Event](tx, "SELECT "+store.Columns[casework.Event]("")+" FROM casework_event WHERE centre_id = $1 AND case_id = $2 ORDER BY seq", p.w.Centre, c.ID)
			return err
		}); err != nil {
			p.t.Fatal(err)
		}
		for _, l := range p.w.Alerts(p.t, c.ID) {
			p.verifyAlert(&l, events)
		}
	}
}

func (p *mixed) verifyAlert(l *supervision.Alert, events []casework.Event) {
	var steps []supervision.Step
	if err := p.w.DB.Read(p.w.System(), func(tx *store.Tx) (err error) {
		steps, err = store.Select[supervision.Step](tx, "SELECT "+store.Columns[supervision.Step]("")+" FROM supervision_alert_step WHERE centre_id = $1 AND alert_id = $2 ORDER BY seq", p.w.Centre, l.ID)
		return err
	}); err != nil {
		p.t.Fatal(err)
	}
	proposer := ""
	for _, s := range steps {
		if s.Action == supervision.ActPropose {
			proposer = s.ActorID
		}
		if s.ActorID == "" || !slices.Contains(clears, s.Action) {
			continue
		}
		p.cleared[s.Action]++
		hand := slices.ContainsFunc(events, func(e casework.Event) bool { return e.ActorID == s.ActorID && e.At <= s.At })
		decides := s.Action == supervision.ActLift || s.Action == supervision.ActKeep
		if hand || l.StaffID == s.ActorID || l.RaisedBy == s.ActorID || decides && proposer == s.ActorID {
			p.t.Errorf("%s: %s by %s, who caused, raised or proposed it (hand %v, about him %v, raised %v)", l.Text, s.Action, s.ActorName, hand, l.StaffID == s.ActorID, l.RaisedBy == s.ActorID)
		}
	}
}
