package training_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/training"
)

type world struct {
	org      *org.Module
	centre   string
	unit     org.Unit
	clock    *clock.Manual
	training *training.Module
}

var migrations = append(orgtest.Migrations(), training.Migrations)

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOn(t, storetest.Open(t, store.SQLite, migrations))
}

func worldOn(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{clock: db.Clock().(*clock.Manual)}
	w.clock.Set(clock.MustInstant("2026-05-11 09:00"))
	w.org = orgtest.New(t, db, orgtest.Contribution{Permissions: training.Permissions(), Grants: training.Grants()})
	w.centre = orgtest.Centre(t, w.org)
	w.unit = orgtest.Unit(t, w.org, w.centre, "市人社局", "")
	w.training = training.New(db, w.org)
	return w
}

func (w *world) person(t *testing.T, role string) orgtest.Person {
	t.Helper()
	return orgtest.User(t, w.org, w.centre, orgtest.Where{Unit: w.unit.ID}, role)
}

func input(kind training.Kind) training.CourseInput {
	return training.CourseInput{Kind: kind, Title: "容缺受理怎么办", Teacher: "王芳", Place: "三楼会议室", Start: clock.MustInstant("2026-05-14 15:00"), End: clock.MustInstant("2026-05-14 17:00"), Capacity: 3, Questions: 2, PassPercent: 60}
}

// bank puts n single-choice questions into the bank, all of which B answers.
func (w *world) bank(t *testing.T, n int) {
	t.Helper()
	judge := w.person(t, org.RoleSupervisor)
	for i := range n {
		if _, err := w.training.SaveQuestion(judge.Ctx, "", 0, training.QuestionInput{Topic: "受理", Kind: training.Single, Text: fmt.Sprintf("第 %d 题", i), Options: []string{"不可以", "可以"}, Answer: "b", Active: true}); err != nil {
			t.Fatal(err)
		}
	}
}

// held brings a course to its sign-in.
func (w *world) held(t *testing.T, in training.CourseInput, people ...orgtest.Person) training.Course {
	t.Helper()
	office, leader := w.person(t, org.RoleOffice), w.person(t, org.RoleLeader)
	c, err := w.training.Plan(office.Ctx, in)
	if err == nil {
		c, err = w.training.Approve(leader.Ctx, c.ID, c.Version)
	}
	for _, p := range people {
		if err == nil {
			_, err = w.training.Enrol(p.Ctx, c.ID)
		}
	}
	if err == nil {
		c, err = w.training.Start(office.Ctx, c.ID, c.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// From the plan to the archive on both engines: enrolment up to the seats, sign-in with the code and in time, one attempt at
// a quiz whose right answers are not shown before, and the counts.
func TestFromPlanToArchive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := worldOn(t, db)
		m := w.training
		w.bank(t, 5)
		a, b, late := w.person(t, org.RoleWindow), w.person(t, org.RoleWindow), w.person(t, org.RoleLiaison)
		c := w.held(t, input(training.Lecture), a, b)
		if _, err := m.Enrol(a.Ctx, c.ID); !errors.Is(err, training.ErrEnrolled) {
			t.Errorf("enrolled twice: %v", err)
		}
		if _, err := m.Enrol(late.Ctx, c.ID); err != nil {
			t.Error(err)
		}
		if _, err := m.Enrol(w.person(t, org.RoleWindow).Ctx, c.ID); !errors.Is(err, training.ErrFull) {
			t.Errorf("more people than seats: %v", err)
		}
		if _, err := m.SignIn(a.Ctx, c.ID, c.Code); !errors.Is(err, training.ErrState) {
			t.Errorf("signed in three days early: %v", err)
		}
		w.clock.Set(clock.MustInstant("2026-05-14 14:40"))
		if _, err := m.SignIn(a.Ctx, c.ID, "00000x"); !errors.Is(err, training.ErrCode) {
			t.Errorf("signed in with a wrong code: %v", err)
		}
		if _, err := m.OpenPaper(a.Ctx, c.ID); !errors.Is(err, training.ErrUnsigned) {
			t.Errorf("a quiz without sign-in: %v", err)
		}
		for _, p := range []orgtest.Person{a, b} {
			if _, err := m.SignIn(p.Ctx, c.ID, c.Code); err != nil {
				t.Error(err)
			}
		}
		if _, err := m.SignIn(a.Ctx, c.ID, c.Code); !errors.Is(err, training.ErrSigned) {
			t.Errorf("signed in twice: %v", err)
		}
		w.quiz(t, c, a, b)
		office := w.person(t, org.RoleOffice)
		s, err := m.Course(office.Ctx, c.ID)
		if err != nil || s.Enrolled != 3 || s.Signed != 2 || s.Scored != 2 || s.Passed != 1 || len(s.People) != 3 {
			t.Errorf("%d enrolled, %d signed, %d scored, %d passed, %d people, %v", s.Enrolled, s.Signed, s.Scored, s.Passed, len(s.People), err)
		}
		if _, err = m.ArchiveCourse(office.Ctx, c.ID, s.Version, "效果良好"); err != nil {
			t.Error(err)
		}
		if _, err := m.SignIn(late.Ctx, c.ID, c.Code); !errors.Is(err, training.ErrState) {
			t.Errorf("signed in after the archive: %v", err)
		}
		w.figures(t)
	}, migrations...)
}

// quiz lets a answer all right and b all wrong.
func (w *world) quiz(t *testing.T, c training.Course, a, b orgtest.Person) {
	t.Helper()
	m := w.training
	if _, err := m.Submit(a.Ctx, c.ID, []string{"B", "B"}); !errors.Is(err, training.ErrState) {
		t.Errorf("answered before the paper was drawn: %v", err)
	}
	first, err := m.OpenPaper(a.Ctx, c.ID)
	if err != nil || len(first.Questions) != 2 || first.Questions[0].Answer != "" {
		t.Fatalf("paper %+v, %v", first, err)
	}
	if again, err := m.OpenPaper(a.Ctx, c.ID); err != nil || again.Questions[0].ID != first.Questions[0].ID || again.Questions[1].ID != first.Questions[1].ID {
		t.Errorf("another paper at the second look, %v", err)
	}
	done, err := m.Submit(a.Ctx, c.ID, []string{"B", "b "})
	if err != nil || done.Right != 2 || !done.Passed || done.No != "培训〔2026〕"+strings.ToUpper(c.ID)+"-001" || done.Questions[0].Answer != "B" {
		t.Errorf("result %+v, %v", done, err)
	}
	if _, err := m.Submit(a.Ctx, c.ID, []string{"B", "B"}); !errors.Is(err, training.ErrAttempted) {
		t.Errorf("a second attempt: %v", err)
	}
	if _, err := m.OpenPaper(b.Ctx, c.ID); err != nil {
		t.Error(err)
	}
	if done, err := m.Submit(b.Ctx, c.ID, []string{"A"}); err != nil || done.Passed || done.No != "" {
		t.Errorf("a wrong paper passed: %+v, %v", done, err)
	}
	if _, err := m.Certificate(b.Ctx, c.ID, a.ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("one's colleague reads one's certificate: %v", err)
	}
	if s, err := m.Course(b.Ctx, c.ID); err != nil || len(s.People) != 1 || s.People[0].UserID != b.ID || s.Mine == nil || s.Code != "" {
		t.Errorf("b sees the results of others, or the sign-in code: %+v, %v", s, err)
	}
	if x, err := m.Certificate(a.Ctx, c.ID, a.ID); err != nil || x.Right != 2 {
		t.Errorf("certificate: %+v, %v", x, err)
	}
}

func (w *world) figures(t *testing.T) {
	t.Helper()
	finance := w.person(t, org.RoleFinance)
	want := map[string]string{"courses": "1", "lectures": "1", "hotline_courses": "0", "people": "2", "hotline_people": "0", "attendance": "66.67%", "pass": "50.00%"}
	f, err := w.training.Figures(finance.Ctx, metric.Year(w.clock.Now().Date()))
	if err != nil || len(f.Units) != 1 || f.Units[0].Signed != 2 {
		t.Fatalf("%+v, %v", f.Units, err)
	}
	for _, x := range f.Figures {
		if x.Text() != want[x.Metric] {
			t.Errorf("%s is %s, want %s", x.Metric, x.Text(), want[x.Metric])
		}
		one, records, err := w.training.Figure(finance.Ctx, x.Metric, metric.Numerator, f.Period)
		if err != nil || int64(len(records)) != x.Num || one.Num != x.Num {
			t.Errorf("%s: %d records of %d, %v", x.Metric, len(records), x.Num, err)
		}
	}
}

func TestSteps(t *testing.T) {
	w := newWorld(t)
	office, leader := w.person(t, org.RoleOffice), w.person(t, org.RoleLeader)
	c, err := w.training.Plan(office.Ctx, input(training.Hotline))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.training.Approve(office.Ctx, c.ID, c.Version); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the office approves its own plan: %v", err)
	}
	if _, err := w.training.Start(office.Ctx, c.ID, c.Version); !errors.Is(err, training.ErrState) {
		t.Errorf("started without approval: %v", err)
	}
	if c, err = w.training.Approve(leader.Ctx, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := w.training.Approve(leader.Ctx, c.ID, c.Version-1); !errors.Is(err, store.ErrStale) {
		t.Errorf("an old version: %v", err)
	}
	if _, err := w.training.Start(office.Ctx, c.ID, c.Version); !errors.Is(err, training.ErrBank) {
		t.Errorf("started with an empty bank: %v", err)
	}
	elsewhere := orgtest.User(t, w.org, w.centre, orgtest.Where{Unit: orgtest.Unit(t, w.org, w.centre, "市水务局", "").ID}, org.RoleUnitHead)
	p := w.person(t, org.RoleLiaison)
	if _, err := w.training.Send(elsewhere.Ctx, c.ID, p.ID); errs.KindOf(err) != errs.Invalid {
		t.Errorf("somebody of another unit was sent: %v", err)
	}
	if _, err := w.training.Send(w.person(t, org.RoleUnitHead).Ctx, c.ID, p.ID); err != nil {
		t.Error(err)
	}
	if err := w.training.Leave(p.Ctx, c.ID); err != nil {
		t.Error(err)
	}
	if s, err := w.training.Course(p.Ctx, c.ID); err != nil || s.Enrolled != 0 || s.Mine != nil {
		t.Errorf("after leaving: %d enrolled, %v", s.Enrolled, err)
	}
	if _, err := w.training.CancelCourse(office.Ctx, c.ID, c.Version, ""); errs.KindOf(err) != errs.Invalid {
		t.Errorf("cancelled without a reason: %v", err)
	}
	stranger := orgtest.User(t, w.org, orgtest.Centre(t, w.org), orgtest.Where{}, org.RoleOffice)
	if _, err := w.training.Course(stranger.Ctx, c.ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another centre reads the course: %v", err)
	}
}

func TestMark(t *testing.T) {
	paper := []training.Question{{QuestionInput: training.QuestionInput{Answer: "B"}}, {QuestionInput: training.QuestionInput{Answer: "ACD"}}, {QuestionInput: training.QuestionInput{Answer: "A"}}}
	for _, c := range []struct {
		answers []string
		right   int64
	}{{nil, 0}, {[]string{"B"}, 1}, {[]string{"b", "dca", "A"}, 3}, {[]string{"B", "AC", "A"}, 2}, {[]string{"B", "ABCD", ""}, 1}, {[]string{"A", "ACD", "B", "B"}, 1}, {[]string{"B、", "A C D", "甲"}, 2}} {
		if right, total := training.Mark(paper, c.answers); right != c.right || total != 3 {
			t.Errorf("%q: %d of %d, want %d", c.answers, right, total, c.right)
		}
	}
	for _, c := range []struct {
		right, total, percent int64
		want                  bool
	}{{3, 5, 60, true}, {2, 5, 60, false}, {2, 3, 67, false}, {2, 3, 66, true}, {0, 0, 0, false}, {0, 5, 0, true}} {
		if got := training.Pass(c.right, c.total, c.percent); got != c.want {
			t.Errorf("%d of %d at %d%%: %t", c.right, c.total, c.percent, got)
		}
	}
}

// A person always gets the same paper, no question twice, and over many people every question is drawn about as often.
func TestDrawIsFairAndRepeatable(t *testing.T) {
	var bank []training.Question
	for i := range 10 {
		bank = append(bank, training.Question{ID: fmt.Sprint("q", i)})
	}
	times := map[string]int{}
	for i := range 1000 {
		user := fmt.Sprint("u", i)
		one := training.Draw(bank, "c", user, 3)
		reversed := slices.Clone(bank)
		slices.Reverse(reversed)
		two := training.Draw(reversed, "c", user, 3)
		for k, q := range one {
			times[q.ID]++
			if two[k].ID != q.ID || slices.ContainsFunc(one[:k], func(x training.Question) bool { return x.ID == q.ID }) {
				t.Fatalf("papers %v and %v", one, two)
			}
		}
	}
	for id, n := range times {
		if n < 230 || n > 370 { // 300 expected
			t.Errorf("%s was drawn %d times of 3000", id, n)
		}
	}
	if len(training.Draw(bank[:2], "c", "u", 3)) != 2 {
		t.Error("more questions were drawn than the bank has")
	}
}
