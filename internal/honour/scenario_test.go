package honour_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/honour"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// world is a centre with a window unit, people of every letter, and facts that a test puts on record.
type world struct {
	org    *org.Module
	centre string
	unit   org.Unit
	clock  *clock.Manual
	honour *honour.Module
	facts  []honour.Fact
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOn(t, storetest.Open(t, store.SQLite, append(orgtest.Migrations(), crypt.Migrations, calendar.Migrations, blob.Migrations, evidence.Migrations, honour.Migrations)))
}

func worldOn(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{clock: db.Clock().(*clock.Manual)}
	w.clock.Set(clock.MustInstant("2025-11-03 09:00"))
	w.org = orgtest.New(t, db, orgtest.Contribution{Permissions: honour.Permissions(), Grants: honour.Grants()})
	w.centre = orgtest.Centre(t, w.org)
	cal := calendar.NewModule(db)
	if err := db.WithTx(orgtest.System(w.centre), func(tx *store.Tx) error { return cal.Seed(tx, w.centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	w.unit = orgtest.Unit(t, w.org, w.centre, "市人社局", "")
	w.honour = honour.New(db, crypt.Generate(), w.org, cal)
	w.honour.UseFacts(func(context.Context, clock.Date, clock.Date) ([]honour.Fact, error) { return w.facts, nil })
	return w
}

func (w *world) person(t *testing.T, role string) orgtest.Person {
	t.Helper()
	return orgtest.User(t, w.org, w.centre, orgtest.Where{Unit: w.unit.ID}, role)
}

func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) round(t *testing.T, seats int64) (honour.Round, orgtest.Person) {
	t.Helper()
	office := w.person(t, org.RoleOffice)
	return must[honour.Round](t)(w.honour.OpenRound(office.Ctx, honour.RoundInput{Title: "2025年第四季度政务之星", From: clock.MustDate("2025-10-01"), To: clock.MustDate("2025-12-31"), Seats: seats})), office
}

// Scenario 15, first sentence: a candidate with an upheld complaint is vetoed, and shown with the reason.
func TestScenario15ACandidateWithAnUpheldComplaintIsVetoed(t *testing.T) {
	w := newWorld(t)
	r, _ := w.round(t, 1)
	chief, clean, guilty := w.person(t, org.RoleChiefRep), w.person(t, org.RoleWindow), w.person(t, org.RoleWindow)
	w.facts = []honour.Fact{{UserID: guilty.ID, Code: honour.BarComplaint, Day: clock.MustDate("2025-10-20"), Record: "TS20251020-0001", Reason: "10月20日群众投诉服务态度生硬，经调查属实"},
		{UserID: clean.ID, Code: honour.BarComplaint, Day: clock.MustDate("2025-09-30"), Record: "TS20250930-0001", Reason: "评选期以前的投诉"},
		{UserID: clean.ID, Code: "praise", Day: clock.MustDate("2025-10-20"), Record: "x", Reason: "评选办法没有列的事"}}
	ok := must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: clean.ID, Reason: "全年办件零差错"}))
	bad := must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: guilty.ID, Reason: "办件量第一"}))
	if ok.State != honour.Running || bad.State != honour.Vetoed {
		t.Fatalf("clean is %s, guilty is %s", ok.State, bad.State)
	}
	s := must[honour.Sheet](t)(w.honour.Round(w.person(t, org.RoleWindow).Ctx, r.ID))
	shown := false
	for _, c := range s.Candidates {
		if c.ID == bad.ID {
			shown = c.State == honour.Vetoed && c.VetoReason == "10月20日群众投诉服务态度生硬，经调查属实" && c.VetoRecord == "TS20251020-0001" && c.VetoCode == "complaint" && c.VetoDay == clock.MustDate("2025-10-20")
		}
	}
	if !shown {
		t.Errorf("the veto is not shown with its reason: %+v", s.Candidates)
	}
}

// A complaint that is upheld only while people vote bars the candidate at the next step, and one that is upheld during the
// publicity at the decision.
func TestAVetoIsFoundAtEveryStep(t *testing.T) {
	w := newWorld(t)
	r, office := w.round(t, 2)
	chief, judge, leader := w.person(t, org.RoleChiefRep), w.person(t, org.RoleSupervisor), w.person(t, org.RoleLeader)
	people := []orgtest.Person{w.person(t, org.RoleWindow), w.person(t, org.RoleWindow), w.person(t, org.RoleWindow)}
	var ids []string
	for _, p := range people {
		ids = append(ids, must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: p.ID, Reason: "事迹"})).ID)
	}
	complain := func(i int) {
		w.facts = append(w.facts, honour.Fact{UserID: people[i].ID, Code: honour.BarComplaint, Day: w.clock.Now().Date(), Record: fmt.Sprint("TS", i), Reason: "属实"})
	}
	advance := func() { r = must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version)) }
	advance()
	if _, err := w.honour.Advance(office.Ctx, r.ID, r.Version); !errors.Is(err, honour.ErrUnscored) {
		t.Errorf("unscored candidates went to the vote: %v", err)
	}
	for _, id := range ids {
		must[honour.Candidate](t)(w.honour.Score(judge.Ctx, r.ID, id, 0, map[string]int64{"window": 9000, "person": 9000}))
	}
	advance()
	complain(0)
	advance()
	if r.State != honour.Publicity || r.PublicityUntil != clock.MustDate("2025-11-10").End() {
		t.Errorf("publicity until %s, state %s", r.PublicityUntil, r.State)
	}
	complain(1)
	if _, err := w.honour.Decide(leader.Ctx, r.ID, r.Version, honour.DecideInput{Awards: ids[2:]}); !errors.Is(err, honour.ErrPublicity) {
		t.Errorf("decided before the end of the publicity: %v", err)
	}
	w.clock.Set(clock.MustInstant("2025-11-11 09:00"))
	if _, err := w.honour.Decide(leader.Ctx, r.ID, r.Version, honour.DecideInput{Awards: ids[1:]}); !errors.Is(err, honour.ErrAwards) {
		t.Errorf("honoured somebody who was barred during the publicity: %v", err)
	}
	must[honour.Round](t)(w.honour.Decide(leader.Ctx, r.ID, r.Version, honour.DecideInput{Awards: ids[2:]}))
	s := must[honour.Sheet](t)(w.honour.Round(leader.Ctx, r.ID))
	states := map[string]honour.CandidateState{}
	for _, c := range s.Candidates {
		states[c.ID] = c.State
		if c.ID == ids[2] && c.No != "政务之星〔2025〕001号" {
			t.Errorf("number %q", c.No)
		}
	}
	if states[ids[0]] != honour.Vetoed || states[ids[1]] != honour.Vetoed || states[ids[2]] != honour.Honored {
		t.Errorf("states %v", states)
	}
	f, list, err := w.honour.Figure(leader.Ctx, honour.FigureStars, metric.Year(clock.MustDate("2025-01-01")))
	if err != nil || f.Num != 1 || len(list) != 1 {
		t.Errorf("%d stars of %d records, %v", f.Num, len(list), err)
	}
}

// A veto is lifted by the leader only, with a reason; while the fact is on record the next step bars the candidate again.
func TestAVetoIsLiftedByTheLeader(t *testing.T) {
	w := newWorld(t)
	r, office := w.round(t, 1)
	chief, judge, leader, p := w.person(t, org.RoleChiefRep), w.person(t, org.RoleSupervisor), w.person(t, org.RoleLeader), w.person(t, org.RoleWindow)
	c := must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: p.ID, Reason: "事迹"}))
	in := honour.VetoInput{Code: "media", Day: clock.MustDate("2025-10-08"), Reason: "被曝光", Record: "通报1号"}
	for name, bad := range map[string]honour.VetoInput{"no evidence": {Code: in.Code, Day: in.Day, Reason: in.Reason}, "no reason": {Code: in.Code, Day: in.Day, Record: in.Record}, "not in the rules": {Code: "x", Day: in.Day, Reason: in.Reason, Record: in.Record}, "no day": {Code: in.Code, Day: clock.NoDate, Reason: in.Reason, Record: in.Record}} {
		if _, err := w.honour.Veto(judge.Ctx, r.ID, c.ID, bad); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	must[honour.Candidate](t)(w.honour.Veto(judge.Ctx, r.ID, c.ID, in))
	if _, err := w.honour.Advance(office.Ctx, r.ID, r.Version); !errors.Is(err, honour.ErrNobody) {
		t.Errorf("went on without a candidate: %v", err)
	}
	if _, err := w.honour.Lift(judge.Ctx, r.ID, c.ID, "误报"); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("whoever vetoed lifted: %v", err)
	}
	if c = must[honour.Candidate](t)(w.honour.Lift(leader.Ctx, r.ID, c.ID, "误报")); c.State != honour.Running || c.VetoReason != "" {
		t.Errorf("after the lifting %+v", c)
	}
	w.facts = []honour.Fact{{UserID: p.ID, Code: honour.BarSupervision, Day: clock.MustDate("2025-10-09"), Record: "JC1", Reason: "红牌"}}
	if _, err := w.honour.Advance(office.Ctx, r.ID, r.Version); !errors.Is(err, honour.ErrNobody) {
		t.Errorf("a red card on record was passed over: %v", err)
	}
}

// Everybody has one vote, a code has one vote, no row says for whom, and the sums agree with the list of those who voted.
func TestVotesAreOneEachAndSecret(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := worldOn(t, db)
		r, office := w.round(t, 1)
		chief, judge, p := w.person(t, org.RoleChiefRep), w.person(t, org.RoleSupervisor), w.person(t, org.RoleWindow)
		c := must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: p.ID, Reason: "事迹"}))
		codes := must[[]string](t)(w.honour.IssueCodes(office.Ctx, r.ID, 2))
		citizen := actor.With(context.Background(), &actor.Actor{Kind: actor.Citizen, CentreID: w.centre})
		if err := w.honour.VoteByCode(citizen, r.ID, c.ID, codes[0]); !errors.Is(err, honour.ErrState) {
			t.Errorf("a vote before the voting: %v", err)
		}
		r = must[honour.Sheet](t)(w.honour.Round(office.Ctx, r.ID)).Round
		r = must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
		must[honour.Candidate](t)(w.honour.Score(judge.Ctx, r.ID, c.ID, 0, map[string]int64{"window": 8000, "person": 8000}))
		r = must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
		before := must[honour.Sheet](t)(w.honour.Round(office.Ctx, r.ID)).Candidates[0]
		for i, want := range []error{nil, honour.ErrVoted} {
			if err := w.honour.Vote(p.Ctx, r.ID, c.ID); !errors.Is(err, want) {
				t.Errorf("vote %d of one person: %v", i+1, err)
			}
		}
		for _, try := range []struct {
			code string
			want error
		}{{codes[0], nil}, {codes[0], honour.ErrCode}, {"0003" + codes[0][4:], honour.ErrCode}, {"", honour.ErrCode}, {"9999-ABCDEFGH", honour.ErrCode}, {codes[1], nil}} {
			if err := w.honour.VoteByCode(citizen, r.ID, c.ID, try.code); !errors.Is(err, try.want) {
				t.Errorf("code %q: %v, want %v", try.code, err, try.want)
			}
		}
		if err := w.honour.Vote(judge.Ctx, r.ID, c.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("whoever scores voted: %v", err)
		}
		for who, sees := range map[string]orgtest.Person{"the office": office, "whoever scores": judge, "the leader": w.person(t, org.RoleLeader), "a voter": p} {
			s := must[honour.Sheet](t)(w.honour.Round(sees.Ctx, r.ID))
			rounds, _, err := w.honour.Rounds(sees.Ctx, "")
			k := s.Candidates[0]
			if err != nil || s.StaffBallots+s.PublicBallots+rounds[0].StaffBallots+rounds[0].PublicBallots+k.StaffVotes+k.PublicVotes != 0 || k.Version != before.Version || s.Version != r.Version {
				t.Errorf("%s sees the running count: %+v, %v", who, s, err)
			}
			if s.Voted != (who == "a voter") {
				t.Errorf("%s voted: %t", who, s.Voted)
			}
		}
		secret(t, w, db, c.ID)
		if open := must[honour.Bulletin](t)(w.honour.Bulletin(citizen)); len(open.Voting) != 1 || open.Voting[0].Candidates[0].UserID != "" || open.Voting[0].Candidates[0].PublicVotes != 0 || open.Voting[0].PublicBallots != 0 || open.Voting[0].Candidates[0].Version != before.Version {
			t.Errorf("the bulletin shows %+v", open.Voting)
		}
		must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
		s := must[honour.Sheet](t)(w.honour.Round(office.Ctx, r.ID))
		if s.StaffBallots != 1 || s.PublicBallots != 2 || s.Candidates[0].StaffVotes != 1 || s.Candidates[0].PublicVotes != 2 {
			t.Errorf("ballots %d and %d, votes %d and %d", s.StaffBallots, s.PublicBallots, s.Candidates[0].StaffVotes, s.Candidates[0].PublicVotes)
		}
	}, append(orgtest.Migrations(), crypt.Migrations, calendar.Migrations, blob.Migrations, evidence.Migrations, honour.Migrations)...)
}

// secret: the audit lines of votes are of the round, and name no candidate.
func secret(t *testing.T, w *world, db *store.DB, candidate string) {
	t.Helper()
	lines := 0
	if err := db.Read(orgtest.System(w.centre), func(tx *store.Tx) error {
		list, err := store.Select[audit.Line](tx, "SELECT "+store.Columns[audit.Line]("")+" FROM audit_log WHERE centre_id = $1 AND action = 'honour.vote'", w.centre)
		for _, l := range list {
			if lines++; l.ObjectKind != "honour_round" || strings.Contains(fmt.Sprint(l), candidate) {
				t.Errorf("a vote's line tells for whom: %+v", l)
			}
		}
		return err
	}); err != nil || lines != 3 {
		t.Errorf("%d lines of votes, %v", lines, err)
	}
}

// Two who score the same candidate at once: the second reads again before he overwrites.
func TestPointsAreNotOverwrittenUnseen(t *testing.T) {
	w := newWorld(t)
	r, office := w.round(t, 1)
	chief, judge, p := w.person(t, org.RoleChiefRep), w.person(t, org.RoleSupervisor), w.person(t, org.RoleWindow)
	seen := must[honour.Candidate](t)(w.honour.Nominate(chief.Ctx, r.ID, honour.NominateInput{UserID: p.ID, Reason: "事迹"}))
	must[honour.Round](t)(w.honour.Advance(office.Ctx, r.ID, r.Version))
	first := must[honour.Candidate](t)(w.honour.Score(judge.Ctx, r.ID, seen.ID, seen.Version, map[string]int64{"window": 8000}))
	if _, err := w.honour.Score(judge.Ctx, r.ID, seen.ID, seen.Version, map[string]int64{"window": 1000}); !errors.Is(err, store.ErrStale) {
		t.Errorf("by what was seen before: %v", err)
	}
	if c := must[honour.Candidate](t)(w.honour.Score(judge.Ctx, r.ID, seen.ID, first.Version, map[string]int64{"person": 9000})); c.Scores["window"] != 8000 || c.Scores["person"] != 9000 {
		t.Errorf("points %v", c.Scores)
	}
}
