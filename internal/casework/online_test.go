package casework_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

func citizen(w *caseworktest.World) context.Context {
	return actor.With(context.Background(), casework.ApplicantActor(w.Centre, "", ""))
}

func online(c *item.Content) { c.Channels = []string{"1", "2"} }

// upload is a file as the attachment store would give it.
func upload(name string) []blob.Upload {
	return []blob.Upload{{SHA256: strings.Repeat("a", 64), Name: name, MediaType: "application/pdf", Size: 100}}
}

func apply(t *testing.T, w *caseworktest.World, it item.Item, materials ...string) casework.Intake {
	t.Helper()
	in := caseworktest.Input(it)
	in.Items[0].Had, in.Items[0].Files = nil, casework.Uploads{}
	for _, code := range materials {
		in.Items[0].Files[code] = upload(code + ".pdf")
	}
	got, err := w.Casework.Apply(citizen(w), in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// An application online: looked at within a working day, all gaps told at once, supplied online in two goes, accepted; the days
// for corrections count from the application.
func TestAnApplicationOnline(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m := w.Casework
		it := w.Ready(t, online)
		w.Set("2025-11-14 20:00")
		got := apply(t, w, it, "M1")
		c := got.Cases[0]
		s := w.Get(t, c.ID)
		if s.State != casework.Applied || s.SiteID != w.Hall.ID || s.Channel != casework.ChannelOnline || s.Trips != 0 || len(s.Files) != 1 || calendar.LastDay(s.NextDue) != day("2025-11-17") {
			t.Fatalf("applied %+v, files %+v", s.Case, s.Files)
		}
		if e := s.Events[0]; e.Action != casework.ActApply || e.ActorKind != string(actor.Citizen) || !strings.Contains(e.Data, strings.Repeat("a", 64)) {
			t.Errorf("event %+v", e)
		}
		if _, err := m.Accept(w.Window(t), cmd(c), casework.NormalMode); casework.RefusalCode(err) != "WRONG_STATE" {
			t.Errorf("accepted without a look: %v", err)
		}
		w.Set("2025-11-17 10:00")
		if _, err := m.Notify(w.Window(t), cmd(c), []casework.Defect{{Code: "M2", What: "补交租赁合同"}, {Code: "M3", What: "补交薪酬制度"}}, ""); err != nil {
			t.Fatal(err)
		}
		p, err := m.Track(citizen(w), got.QueryCode, "1234")
		if err != nil || len(p.Cases[0].Wanted) != 2 || len(p.Cases[0].Told) != 2 || !p.Cases[0].Withdraw {
			t.Fatalf("progress %+v, %v", p, err)
		}
		own := casework.Own{Code: got.QueryCode, Tail: "1234", No: c.No}
		_, err = m.SupplyOwn(citizen(w), casework.Own{Code: got.QueryCode, Tail: "9999", No: c.No}, casework.Uploads{"M2": upload("x.pdf")})
		wantCode(t, err, "QUERY")
		_, err = m.SupplyOwn(citizen(w), own, casework.Uploads{"M9": upload("x.pdf")})
		wantCode(t, err, "MATERIAL_NOT_LISTED")
		if c, err = m.SupplyOwn(citizen(w), own, casework.Uploads{"M2": upload("租赁合同.pdf")}); err != nil || c.State != casework.Correcting {
			t.Fatal(c.State, err)
		}
		w.Set("2025-11-18 09:00")
		if c, err = m.SupplyOwn(citizen(w), own, casework.Uploads{"M3": upload("制度.pdf")}); err != nil || c.State != casework.Received || calendar.LastDay(c.NextDue) != day("2025-11-20") {
			t.Fatal(c.State, c.NextDue, err)
		}
		if c, err = m.Accept(w.Window(t), cmd(c), casework.NormalMode); err != nil || c.AcceptedAt.Date() != day("2025-11-18") {
			t.Fatal(c, err)
		}
		if _, err = m.WithdrawOwn(citizen(w), own, ""); err != nil {
			t.Fatal(err)
		}
		_, err = m.WithdrawOwn(citizen(w), own, "")
		wantCode(t, err, "WRONG_STATE")
		checked(t, w)
	})
}

// checked proves the world by the check.
func checked(t *testing.T, w *caseworktest.World) {
	t.Helper()
	r, err := w.Casework.Check(w.System())
	if err != nil || len(r.Faults) != 0 || r.Cases == 0 {
		t.Errorf("check: %+v, %v", r, err)
	}
}

// Nothing told about an application online is acceptance as of the day on which it was sent, not of the look at it.
func TestSilenceAboutAnApplicationOnline(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t, online)
	w.Set("2025-11-14 23:00")
	c := apply(t, w, it, "M1", "M2", "M3").Cases[0]
	w.Set("2025-11-18 10:00")
	if c, err := w.Casework.Prereview(w.Window(t), cmd(c), ""); err != nil || c.State != casework.Received {
		t.Fatal(c.State, err)
	}
	w.Set("2025-11-25 00:00")
	w.RunJobs(t)
	if s := w.Get(t, c.ID); s.Mode != casework.DeemedMode || s.AcceptedAt.Date() != day("2025-11-14") {
		t.Errorf("mode %s, accepted %s", s.Mode, s.AcceptedAt)
	}
	_, err := w.Casework.Apply(citizen(w), caseworktest.Input(w.Ready(t)))
	wantCode(t, err, "OFFLINE")
	checked(t, w)
}

// A package is one visit with one line of progress, led by one organ; an item that is no member of it is refused.
func TestAPackageIsOneVisitLedByOneOrgan(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	one, two, three := w.Ready(t), w.Ready(t, func(c *item.Content) { c.Name = "人力资源服务许可" }), w.Ready(t)
	pack := w.Publish(t, func(c *item.Content) {
		c.Name, c.Members = "开办人力资源公司一件事", []string{one.ID, two.ID}
	})
	in := caseworktest.Input(one, "M1", "M2", "M3")
	in.Package, in.Items = pack.ID, append(in.Items, casework.IntakeItem{ItemID: three.ID, Had: []string{"M1"}})
	if _, err := m.Receive(w.Window(t), in); casework.RefusalCode(err) != "INPUT" {
		t.Fatalf("a stranger in the package: %v", err)
	}
	in.Items[1].ItemID = two.ID
	got, err := m.Receive(w.Window(t), in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Withdraw(w.Window(t), cmd(got.Cases[1]), "不办了"); err != nil {
		t.Fatal(err)
	}
	s := w.Get(t, got.Cases[0].ID)
	p, err := m.Track(citizen(w), got.QueryCode, "1234")
	for _, line := range []casework.PackageLine{s.Package, p.Package} {
		if line.Name != "开办人力资源公司一件事" || line.Lead != "市人社局" || line.Done != 1 || len(line.Steps) != 2 {
			t.Errorf("line %+v, %v", line, err)
		}
	}
}

// Several items that somebody applies for at once are one line of progress as well: what is decided, the latest end, each with its state.
// The number of a case stands on the line only for who may see the case.
func TestAVisitIsOneLineOfProgress(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	in := caseworktest.Input(w.Ready(t), "M1", "M2", "M3")
	for range 2 {
		in.Items = append(in.Items, casework.IntakeItem{ItemID: w.Ready(t).ID, Had: []string{"M1", "M2", "M3"}})
	}
	got, err := m.Receive(w.Window(t), in)
	if err != nil {
		t.Fatal(err)
	}
	for i, day := range []string{"2025-09-01 10:00", "2025-09-03 10:00", "2025-09-04 10:00"} {
		w.Set(day)
		if got.Cases[i], err = m.Accept(w.Window(t), cmd(got.Cases[i]), casework.NormalMode); err != nil {
			t.Fatal(err)
		}
	}
	granted(t, w, got.Cases[2])
	other := orgtest.Unit(t, w.Org, w.Centre, "市气象局", "")
	err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE casework_case SET unit_id = $3 WHERE centre_id = $1 AND id = $2", w.Centre, got.Cases[1].ID, other.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Track(citizen(w), got.QueryCode, "1234")
	desk, err2 := m.Find(w.Approver(t, 1), string(got.Cases[0].ID))
	for _, line := range []casework.PackageLine{p.Package, desk.Package} {
		if line.Name != "" || line.Lead != "" || line.Decided != 1 || line.Done != 0 || len(line.Steps) != 3 || line.Due != got.Cases[1].PromiseDue || line.Steps[2].State != "制证中" || line.Steps[1].Unit != "市气象局" {
			t.Errorf("line %+v, %v, %v", line, err, err2)
		}
	}
	if n := desk.Package.Steps; p.Package.Steps[1].No != got.Cases[1].No || n[1].No != "" || n[2].No != got.Cases[2].No {
		t.Errorf("numbers on the desk's line: %+v", n)
	}
	one, err := m.Receive(w.Window(t), caseworktest.Input(w.Ready(t), "M1"))
	if err != nil || len(w.Get(t, one.Cases[0].ID).Package.Steps) != 0 {
		t.Errorf("a line of one item, %v", err)
	}
}

// A case that is put away is a record of the archive with its own class; destroyed, it names nobody and its chain still holds.
func TestACaseIsDeposited(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	c := apply(t, w, w.Ready(t, online), "M1").Cases[0]
	if _, err := m.Refuse(w.Chief(t), cmd(c), casework.RefuseInput{Ground: casework.NotEligible, Basis: "第一条", Reason: "不符合"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Archive(w.Window(t), cmd(c), "2025-01"); err != nil {
		t.Fatal(err)
	}
	s := w.Get(t, c.ID)
	last := s.Events[len(s.Events)-1]
	r := record(t, w)
	if r.Kind != casework.ArchiveKind || r.No != c.No || r.Class != archive.ClassCaseSerious || r.Files < 12 || !strings.Contains(last.Data, r.ContentSM3) {
		t.Fatalf("record %+v, event %s", r, last.Data)
	}
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return m.Redact(tx, string(c.ID)) }); err != nil {
		t.Fatal(err)
	}
	s = w.Get(t, c.ID)
	for _, e := range s.Events {
		if e.Text != "" {
			t.Errorf("what was written is still there: %+v", e)
		}
	}
	if s.Applicant.Name != "" || s.Applicant.IDNo != "" || len(s.Files) != 0 {
		t.Errorf("a destroyed case names %+v", s.Applicant)
	}
	checked(t, w)
}

func record(t *testing.T, w *caseworktest.World) archive.Record {
	t.Helper()
	var list []archive.Record
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		list, err = store.Select[archive.Record](tx, "SELECT "+store.Columns[archive.Record]("")+" FROM archive_record WHERE centre_id = $1", w.Centre)
		return err
	})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0]
}

// A hearing: told, asked for in five days, announced seven days before under another chair, held; nothing is decided before.
func TestAHearingHoldsTheDecision(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m := w.Casework
	it := w.Ready(t)
	w.Set("2025-11-03 09:00")
	c := reviewed(t, w, it)
	told := reviewed(t, w, it)
	step := func(c casework.Case, err error) casework.Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	grant := func(c casework.Case) error {
		_, err := m.Grant(w.Approver(t, 1), cmd(c), casework.DecideInput{})
		return err
	}
	_, err := m.AskHearing(w.Window(t), cmd(c), "利害关系人要求听证")
	wantCode(t, err, "HEARING_NONE")
	step(m.TellHearing(w.Chief(t), cmd(c), "涉及他人重大利益"))
	step(m.TellHearing(w.Chief(t), cmd(told), "涉及他人重大利益"))
	_, err = m.TellHearing(w.Chief(t), cmd(told), "再告知")
	wantCode(t, err, "HEARING_OPEN")
	wantCode(t, grant(c), "HEARING_OPEN")
	w.Set("2025-11-10 23:59") // five working days after 11-03
	c = step(m.AskHearing(w.Window(t), cmd(c), "利害关系人要求听证"))
	w.Set("2025-11-11 00:00")
	_, err = m.AskHearing(w.Window(t), cmd(told), "晚了")
	wantCode(t, err, "AFTER_DUE")
	if err := grant(told); err != nil {
		t.Errorf("nobody asked, and yet: %v", err)
	}
	hold := func() clock.Date { return calendar.LastDay(w.Get(t, c.ID).Hearings[0].HoldBy) }
	if hold() != day("2025-12-09") { // twenty working days after 11-10, without 11-19
		t.Errorf("hold by %s", hold())
	}
	convene := func(d, chair string) error {
		_, err := m.ConveneHearing(w.Chief(t), cmd(c), casework.ConveneInput{Day: day(d), Place: "三楼会议室", Chair: chair})
		return err
	}
	reviewer, head := w.Person(t, "D2", orgtest.Where{}).ID, ""
	w.Head(t)
	head = w.Person(t, "H", orgtest.Where{}).ID
	wantCode(t, convene("2025-11-20", head), "HEARING_NOTICE")
	wantCode(t, convene("2025-12-10", head), "HEARING_NOTICE")
	wantCode(t, convene("2025-11-21", reviewer), "CONFLICT_OF_INTEREST")
	if err := convene("2025-11-21", head); err != nil { // seven working days after 11-11, without 11-19
		t.Fatal(err)
	}
	_, err = m.HoldHearing(w.Chief(t), cmd(c), "各方陈述")
	wantCode(t, err, "HEARING_NOTICE")
	wantCode(t, grant(c), "HEARING_OPEN")
	w.Set("2025-11-21 15:00")
	step(m.HoldHearing(w.Chief(t), cmd(c), "各方陈述，无新的异议"))
	wantCode(t, grant(c), "REASON_REQUIRED") // it is late by now
	step(m.Explain(w.Approver(t, 1), cmd(c), "组织听证"))
	if err := grant(c); err != nil {
		t.Fatal(err)
	}
	checked(t, w)
}

// What has been over for sixty days is archived at night; a declaration that nobody has checked waits.
func TestEndedCasesAreArchivedByAndBy(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m, d, win := w.Casework, w.Approver(t, 1), w.Window(t)
		it := w.Ready(t, func(c *item.Content) { c.CaseKind, c.Promise = item.Instant, item.Limit{Unit: item.Workday} })
		done := func(mode casework.Mode, had ...string) casework.Case {
			c, err := m.Accept(win, cmd(w.Receive(t, it, had...)), mode)
			if err == nil {
				c, err = m.Grant(d, cmd(c), casework.DecideInput{})
			}
			if err == nil {
				c, err = m.Issue(win, cmd(c), casework.IssueInput{Number: "证-1"})
			}
			if err == nil {
				c, err = m.Deliver(win, cmd(c), casework.DeliverInput{Way: casework.Ways[0]})
			}
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		plain, pledged := done(casework.NormalMode, "M1", "M2", "M3"), done(casework.Pledged, "M1")
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return casework.ScheduleArchive(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		w.Set("2025-10-31 12:00")
		w.RunJobs(t)
		if s := w.Get(t, plain.ID); s.State != casework.Closed {
			t.Fatalf("archived on the sixtieth day: %s", s.State)
		}
		w.Set("2025-11-01 02:00")
		w.RunJobs(t)
		s := w.Get(t, plain.ID)
		if last := s.Events[len(s.Events)-1]; s.State != casework.Archived || last.ActorKind != string(actor.System) || !strings.Contains(last.Data, record(t, w).ContentSM3) {
			t.Errorf("%s, %+v", s.State, last)
		}
		if s := w.Get(t, pledged.ID); s.State != casework.Closed {
			t.Errorf("an unchecked declaration is %s", s.State)
		}
		checked(t, w)
	})
}
