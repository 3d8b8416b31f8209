package site_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/site"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

type world struct {
	org        *org.Module
	centre     string
	unit       org.Unit
	here, away org.Site
	clock      *clock.Manual
	site       *site.Module
	cal        *calendar.Module
	db         *store.DB
}

var migrations = append(orgtest.Migrations(), calendar.Migrations, blob.Migrations, evidence.Migrations, site.Migrations)

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOn(t, storetest.Open(t, store.SQLite, migrations))
}

func worldOn(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{clock: db.Clock().(*clock.Manual), db: db}
	w.clock.Set(clock.MustInstant("2026-05-11 09:00")) // a Monday
	w.org = orgtest.New(t, db, orgtest.Contribution{Permissions: site.Permissions(), Grants: site.Grants()})
	w.centre = orgtest.Centre(t, w.org)
	w.cal = calendar.NewModule(db)
	if err := db.WithTx(orgtest.System(w.centre), func(tx *store.Tx) error { return w.cal.Seed(tx, w.centre, "622901") }); err != nil {
		t.Fatal(err)
	}
	w.unit = orgtest.Unit(t, w.org, w.centre, "市人社局", "")
	w.here, w.away = orgtest.Site(t, w.org, w.centre, "折桥镇便民服务中心"), orgtest.Site(t, w.org, w.centre, "枹罕镇便民服务中心")
	w.site = site.New(db, w.org, w.cal)
	return w
}

func (w *world) at(t *testing.T, s org.Site, role string) context.Context {
	t.Helper()
	return orgtest.User(t, w.org, w.centre, orgtest.Where{Site: s.ID}, role).Ctx
}

func (w *world) as(t *testing.T, role string) context.Context {
	t.Helper()
	return orgtest.User(t, w.org, w.centre, orgtest.Where{Unit: w.unit.ID}, role).Ctx
}

// marks finds everything met but what is given.
func marks(but map[string]site.Result) map[string]site.Result {
	out := map[string]site.Result{}
	for _, x := range site.DefaultChecklist().Items {
		out[x.Code] = site.Result{Mark: site.Met}
		if r, ok := but[x.Code]; ok {
			out[x.Code] = r
		}
	}
	return out
}

func (w *world) visit(t *testing.T, s org.Site, kind site.VisitKind, but map[string]site.Result) site.Visit {
	t.Helper()
	v, err := w.site.MakeVisit(w.as(t, org.RoleSupervisor), site.VisitInput{SiteID: s.ID, Kind: kind, Day: w.clock.Now().Date(), Visitors: "张兰、李军", Results: marks(but)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A finding is due at the end of the tenth working day, is answered by its own site only, goes back once with five more days,
// and is closed at the second look.
func TestFromVisitToRectified(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := worldOn(t, db)
		v := w.visit(t, w.here, site.Guidance, map[string]site.Result{"S2": {Mark: site.Unmet, Note: "灭火器过期"}, "R2": {Mark: site.Partly, Note: "AB岗没有上墙"}, "H2": {Mark: site.Absent}})
		if v.Got != 2*(95-10-5)+5 || v.Most != 2*95 { // 100 points, H2 of 5 does not apply, S2 of 10 lost, R2 of 5 half
			t.Errorf("got %d of %d halves", v.Got, v.Most)
		}
		open, err := w.site.OpenFindings(w.at(t, w.here, org.RoleSiteAdmin))
		if err != nil || len(open) != 2 || open[0].Due != clock.MustDate("2026-05-25").End() {
			t.Fatalf("%+v, %v", open, err)
		}
		f := open[0]
		if list, err := w.site.OpenFindings(w.at(t, w.away, org.RoleSiteAdmin)); err != nil || len(list) != 0 {
			t.Errorf("another site sees %d findings, %v", len(list), err)
		}
		if _, err := w.site.Rectify(w.at(t, w.away, org.RoleSiteAdmin), f.ID, f.Version, "已更换", "照片1"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another site answered: %v", err)
		}
		if _, err := w.site.Visit(w.at(t, w.away, org.RoleSiteAdmin), v.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another site reads the visit: %v", err)
		}
		here, judge := w.at(t, w.here, org.RoleSiteAdmin), w.as(t, org.RoleSupervisor)
		if _, err := w.site.Recheck(judge, f.ID, f.Version, true, ""); !errors.Is(err, site.ErrState) {
			t.Errorf("closed without an answer: %v", err)
		}
		if f, err = w.site.Rectify(here, f.ID, f.Version, "已更换灭火器", "照片1"); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(clock.MustInstant("2026-05-26 09:00"))
		if f, err = w.site.Recheck(judge, f.ID, f.Version, false, "还有两具没有换"); err != nil || f.State != site.FindingOpen || f.Turns != 1 || f.Due != clock.MustDate("2026-06-02").End() {
			t.Fatalf("sent back: %+v, %v", f, err)
		}
		w.clock.Set(clock.MustInstant("2026-06-03 09:00"))
		if !f.Late(w.clock.Now()) {
			t.Error("a finding past its end is not late")
		}
		if f, err = w.site.Rectify(here, f.ID, f.Version, "全部更换", "照片2"); err == nil {
			f, err = w.site.Recheck(judge, f.ID, f.Version, true, "")
		}
		if err != nil || f.State != site.FindingClosed || !f.Late(w.clock.Now()) {
			t.Errorf("%+v, %v", f, err)
		}
		rate, records, err := w.site.Figure(w.as(t, org.RoleLeader), "rectified", metric.Denominator, metric.Year(w.clock.Now().Date()))
		if err != nil || rate.Text() != "50.00%" || len(records) != 2 {
			t.Errorf("rectified %s of %d, %v", rate.Text(), len(records), err)
		}
	}, migrations...)
}

func TestStarsFollowThePoints(t *testing.T) {
	w := newWorld(t)
	admin, leader := w.at(t, w.here, org.RoleSiteAdmin), w.as(t, org.RoleLeader)
	in := site.VisitInput{Kind: site.SelfMade, Day: w.clock.Now().Date(), Evidence: "自评材料一册", Results: marks(map[string]site.Result{"S2": {Mark: site.Unmet, Note: "灭火器过期"}})}
	v, err := w.site.MakeVisit(admin, in)
	if err != nil || v.SiteID != w.here.ID || v.State != site.VisitWaiting {
		t.Fatalf("%+v, %v", v, err)
	}
	if open, err := w.site.OpenFindings(admin); err != nil || len(open) != 0 {
		t.Errorf("a self-assessment made findings: %v, %v", open, err)
	}
	for _, c := range []struct {
		stars  int64
		remark string
		kind   errs.Kind
	}{{5, "", errs.Invalid}, {3, "", errs.Invalid}, {6, "x", errs.Invalid}} { // 90 of 100 is four stars
		if _, err := w.site.Star(leader, v.ID, v.Version, c.stars, c.remark); errs.KindOf(err) != c.kind {
			t.Errorf("%d stars %q: %v", c.stars, c.remark, err)
		}
	}
	if v, err = w.site.Star(leader, v.ID, v.Version, 3, "有一起属实投诉"); err != nil || v.Stars != 3 {
		t.Error(v.Stars, err)
	}
	if _, err := w.site.Star(leader, v.ID, v.Version, 3, "再评"); !errors.Is(err, site.ErrState) {
		t.Errorf("rated twice: %v", err)
	}
	in.SiteID = w.away.ID
	if _, err := w.site.MakeVisit(admin, in); errs.KindOf(err) != errs.Invalid {
		t.Errorf("assessed another site: %v", err)
	}
	l := site.DefaultChecklist()
	for _, c := range []struct{ got, most, stars int64 }{{0, 0, 0}, {59, 100, 0}, {60, 100, 1}, {70, 100, 2}, {89, 100, 3}, {90, 100, 4}, {19, 20, 5}, {949, 1000, 4}} {
		if n := l.StarsFor(c.got, c.most); n != c.stars {
			t.Errorf("%d/%d: %d stars, want %d", c.got, c.most, n, c.stars)
		}
	}
}

// A visit keeps the checklist of its day.
func TestAVisitKeepsItsChecklist(t *testing.T) {
	w := newWorld(t)
	before := w.visit(t, w.here, site.Check, nil)
	l := site.DefaultChecklist()
	l.Items, l.RectifyDays = l.Items[:2], 3
	if saved, err := w.site.SaveChecklist(w.as(t, org.RoleSupervisor), l); err != nil || saved.Revision != 1 {
		t.Fatal(saved, err)
	}
	old, err := w.site.Visit(w.as(t, org.RoleLeader), before.ID)
	if err != nil || len(old.Checklist.Items) != len(site.DefaultChecklist().Items) {
		t.Errorf("%d items, %v", len(old.Checklist.Items), err)
	}
	if after := w.visit(t, w.here, site.Check, nil); after.Checklist.Revision != 1 || after.Most != 30 {
		t.Errorf("revision %d, most %d", after.Checklist.Revision, after.Most)
	}
	for name, change := range map[string]func(*site.Checklist){"a code twice": func(l *site.Checklist) { l.Items = append(l.Items, l.Items[0]) }, "no points": func(l *site.Checklist) { l.Items[0].Points = 0 },
		"stars downwards": func(l *site.Checklist) { l.Stars = []int64{90, 80} }, "nothing": func(l *site.Checklist) { l.Items = nil }} {
		x := site.DefaultChecklist()
		if change(&x); x.Validate() == nil {
			t.Errorf("%s passed", name)
		}
	}
}

func (w *world) kiosk(t *testing.T) site.Kiosk {
	t.Helper()
	k, err := w.site.SaveKiosk(w.as(t, org.RoleOffice), w.here.ID, "", 0, site.KioskInput{Name: "自助打印机", Since: clock.MustDate("2026-05-11"), Active: true})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Two hours of heartbeats, with half an hour of silence and half an hour without paper, are one hour of availability, and the
// sum that the module gives is the one that adding up minute by minute gives.
func TestAvailabilityIsWhatTheKioskReported(t *testing.T) {
	w := newWorld(t)
	k := w.kiosk(t)
	machine := actor.With(context.Background(), &actor.Actor{Kind: actor.Citizen, CentreID: w.centre})
	start, well := w.clock.Now(), 0
	for minute := range 120 {
		silent, empty := minute > 30 && minute < 60, minute >= 90
		w.clock.Set(start.Add(time.Duration(minute) * time.Minute))
		if silent {
			continue
		}
		b := site.Beat{State: site.KioskOK, Paper: 80}
		if empty {
			b = site.Beat{State: site.KioskPaper}
		} else if minute != 60 && minute != 0 {
			well++ // the minute up to this report; the first one and the one after the silence have none
		}
		if err := w.site.Report(machine, k.Code, b); err != nil {
			t.Fatal(err)
		}
	}
	w.clock.Set(clock.MustInstant("2026-05-11 11:00"))
	well++ // from the last report that was well to the first without paper
	f, records, err := w.site.Figure(w.as(t, org.RoleLeader), "kiosk_availability", metric.Numerator, metric.Day(clock.MustDate("2026-05-11")))
	var due int
	err2 := w.db.Read(orgtest.System(w.centre), func(tx *store.Tx) error {
		cal, err := w.cal.ForCentre(tx, w.centre, "")
		due = cal.WorkMinutes(clock.MustInstant("2026-05-11 00:00"), clock.MustInstant("2026-05-11 11:00"), "")
		return err
	})
	if err != nil || err2 != nil || f.Num != int64(well) || f.Den != int64(due) || len(records) != 1 {
		t.Errorf("%d of %d minutes, want %d of %d; %v %v", f.Num, f.Den, well, due, err, err2)
	}
}

// A fault that the kiosk reports opens one ticket and its recovery closes it; a person can report and repair too.
func TestFaults(t *testing.T) {
	w := newWorld(t)
	k := w.kiosk(t)
	machine := actor.With(context.Background(), &actor.Actor{Kind: actor.Citizen, CentreID: w.centre})
	report := func(at string, s site.KioskState) {
		t.Helper()
		w.clock.Set(clock.MustInstant(at))
		if err := w.site.Report(machine, k.Code, site.Beat{State: s}); err != nil {
			t.Fatal(err)
		}
	}
	report("2026-05-11 09:00", site.KioskOK)
	report("2026-05-11 09:10", site.KioskPrinter)
	report("2026-05-11 09:11", site.KioskPrinter)
	window, other := w.at(t, w.here, org.RoleWindow), w.at(t, w.away, org.RoleWindow)
	if err := w.site.ReportFault(window, k.ID, site.KioskPrinter, "卡纸"); !errors.Is(err, site.ErrFault) {
		t.Errorf("a second ticket of the same fault: %v", err)
	}
	if err := w.site.ReportFault(other, k.ID, site.KioskOther, "屏幕不亮"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("somebody of another site reported: %v", err)
	}
	if err := w.site.ReportFault(window, k.ID, site.KioskOther, "屏幕不亮"); err != nil {
		t.Error(err)
	}
	report("2026-05-11 10:10", site.KioskOK)
	list, _, err := w.site.Faults(w.as(t, org.RoleOffice), "")
	if err != nil || len(list) != 2 || list[0].FixedAt != 0 || list[1].Minutes(0) != 60 || list[1].Kind != site.KioskPrinter {
		t.Fatalf("%+v, %v", list, err)
	}
	w.clock.Set(clock.MustInstant("2026-05-11 12:10"))
	if _, err := w.site.FixFault(window, list[0].ID, list[0].Version, "更换电源"); err != nil {
		t.Error(err)
	}
	if f, _, err := w.site.Figure(w.as(t, org.RoleLeader), "kiosk_repair", metric.Numerator, metric.Day(clock.MustDate("2026-05-11"))); err != nil || f.Text() != "1.99" { // (60 + 179) minutes of two
		t.Errorf("mean repair %s h, %v", f.Text(), err)
	}
	if err := w.site.Report(machine, "nobody", site.Beat{State: site.KioskOK}); !errors.Is(err, site.ErrKiosk) {
		t.Errorf("an unknown code: %v", err)
	}
	elsewhere := actor.With(context.Background(), &actor.Actor{Kind: actor.Citizen, CentreID: orgtest.Centre(t, w.org)})
	if err := w.site.Report(elsewhere, k.Code, site.Beat{State: site.KioskOK}); !errors.Is(err, site.ErrKiosk) {
		t.Errorf("the code in another centre: %v", err)
	}
}

// A paper is printed only for its owner, and what was refused is kept too.
func TestAPaperIsPrintedForItsOwnerOnly(t *testing.T) {
	w := newWorld(t)
	k := w.kiosk(t)
	machine := actor.With(context.Background(), &actor.Actor{Kind: actor.Citizen, CentreID: w.centre})
	if got, err := w.site.CheckPrint(machine, k.Code, "政务受〔2026〕00001号", "622901199003071239"); got.Allowed || err != nil {
		t.Errorf("without a list of owners: %+v, %v", got, err)
	}
	w.site.UseOwner(func(_ *store.Tx, centre, no, id string) (bool, error) {
		return centre == w.centre && no == "政务受〔2026〕00001号" && id == "622901199003071239", nil
	})
	for _, c := range []struct {
		no, id string
		want   bool
	}{{"政务受〔2026〕00001号", "622901199003071239", true}, {"政务受〔2026〕00001号", "622901199003071240", false}, {"政务受〔2026〕00002号", "622901199003071239", false}} {
		if got, err := w.site.CheckPrint(machine, k.Code, c.no, c.id); got.Allowed != c.want || err != nil {
			t.Errorf("%s for %s: %+v, %v", c.no, c.id, got, err)
		}
	}
	list, err := w.site.Kiosks(w.as(t, org.RoleOffice))
	if err != nil || list[0].Prints != 1 || list[0].Refused != 3 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := w.site.Kiosks(w.at(t, w.here, org.RoleWindow)); err != nil || len(list) != 1 || list[0].Code != "" {
		t.Errorf("who works at the site sees the kiosk's code: %+v, %v", list, err)
	}
}

// The indicators of the budget: units with broadband or telephone, units with supplies, the rate of repairs, the amount.
func TestSuppliesAreTheFactsOfTheBudget(t *testing.T) {
	w := newWorld(t)
	office, other, finance := w.as(t, org.RoleOffice), w.as(t, org.RoleOffice), w.as(t, org.RoleFinance)
	do := func(unit string, kind site.SupplyKind, fen int64) site.Supply {
		t.Helper()
		s, err := w.site.AskSupply(other, site.SupplyInput{UnitID: unit, Kind: kind, What: kind.Label(), Quantity: 1, Measure: "项"})
		if err == nil && fen >= 0 {
			s, err = w.site.DecideSupply(office, s.ID, s.Version, true, "")
		}
		if err == nil && fen >= 0 {
			s, err = w.site.FinishSupply(office, s.ID, s.Version, site.FinishInput{On: w.clock.Now().Date(), Number: 1, Amount: 0, Document: ""})
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for i := range 30 { // thirty units at the windows, as in the accounts
		unit := orgtest.Unit(t, w.org, w.centre, fmt.Sprintf("窗口单位%02d", i), "").ID
		do(unit, site.Broadband, 0)
		if i < 4 {
			do(unit, site.Telephone, 0) // the same unit counts once
		}
		if i < 28 {
			do(unit, site.Consumable, 0)
		}
		if i < 8 {
			do(unit, site.Repair, int64(map[bool]int{true: -1, false: 0}[i == 7])) // the eighth is still open
		}
	}
	for code, want := range map[string]string{"connected_units": "30", "supplied_units": "28", "repair_rate": "87.50%", "supplies": "69"} {
		f, records, err := w.site.Figure(finance, code, metric.Numerator, metric.Year(w.clock.Now().Date()))
		if err != nil || f.Text() != want || int64(len(records)) != f.Num {
			t.Errorf("%s is %s with %d records, want %s, %v", code, f.Text(), len(records), want, err)
		}
	}
}

func TestSupplySteps(t *testing.T) {
	w := newWorld(t)
	office, window := w.as(t, org.RoleOffice), w.as(t, org.RoleWindow)
	in := site.SupplyInput{Kind: site.Repair, What: "二楼空调不制冷", Quantity: 1, Measure: "台"}
	s, err := w.site.AskSupply(window, in)
	if err != nil || s.UnitName != "市人社局" {
		t.Fatal(s, err)
	}
	if _, err := w.site.Supply(w.as(t, org.RoleWindow), s.ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a colleague reads one's request: %v", err)
	}
	if _, err := w.site.DecideSupply(window, s.ID, s.Version, true, ""); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("who asked approves: %v", err)
	}
	if _, err := w.site.DecideSupply(office, s.ID, s.Version, false, ""); errs.KindOf(err) != errs.Invalid {
		t.Errorf("refused without a reason: %v", err)
	}
	own, err := w.site.AskSupply(office, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.site.DecideSupply(office, own.ID, own.Version, true, ""); !errors.Is(err, site.ErrSelf) {
		t.Errorf("the office approved its own request: %v", err)
	}
	if s, err = w.site.DecideSupply(office, s.ID, s.Version, true, "请联系维保单位"); err != nil {
		t.Fatal(err)
	}
	today := w.clock.Now().Date()
	for name, bad := range map[string]site.FinishInput{"an amount without a document": {On: today, Number: 1, Amount: 45000}, "tomorrow": {On: today + 1, Number: 1}, "before it was asked for": {On: today - 1, Number: 1}, "nothing": {On: today}, "a negative amount": {On: today, Number: 1, Amount: -1, Document: "x"}} {
		if _, err := w.site.FinishSupply(office, s.ID, s.Version, bad); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s, err = w.site.FinishSupply(office, s.ID, s.Version, site.FinishInput{On: today, Number: 1, Amount: 45000, Document: "发票 00012345"}); err != nil || s.State != site.SupplyDone {
		t.Fatal(s, err)
	}
	f, _, err := w.site.Figure(w.as(t, org.RoleFinance), "amount", metric.Numerator, metric.Year(today))
	if err != nil || f.Num != 45000 || f.Text() != "0.05" { // 450 元 in 万元
		t.Errorf("%d 分, %s 万元, %v", f.Num, f.Text(), err)
	}
}
