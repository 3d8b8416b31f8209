package complaint_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/archive"
	"yichuang/internal/blob"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

func photo(name string) blob.Upload {
	return blob.Upload{SHA256: fmt.Sprintf("%064x", len(name)+int(name[0])), Name: name + ".jpg", MediaType: "image/jpeg", Size: 1000}
}

// What a complainant sends is read by the supervisors alone, each reading is in the audit log, and the unit that is complained of sees neither
// the files nor that there are any; its own files both read.
func TestFilesOfAComplaintAreHiddenAsTheComplainantIs(t *testing.T) {
	complainttest.Each(t, func(t *testing.T, w *complainttest.World) {
		w.Set("2025-11-14 10:00")
		m, j, z := w.Complaint, w.J(t), w.Chief(t)
		in := w.Complained()
		in.Files = []blob.Upload{photo("马秀英的回执")}
		got, err := m.Submit(w.Citizen(), in)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.AddOwnFiles(w.Citizen(), got.QueryCode, complainttest.Phone[len(complainttest.Phone)-4:], []blob.Upload{photo("现场")}, "k1"); err != nil {
			t.Fatal(err)
		}
		if err := m.AddOwnFiles(w.Citizen(), got.QueryCode, "0000", []blob.Upload{photo("现场")}, "k2"); !errors.Is(err, complaint.ErrQuery) {
			t.Errorf("files without the number: %v", err)
		}
		ok := must[[]evidence.File](t)
		if list := ok(m.AddFiles(z, complaint.Complaint, got.ID, []blob.Upload{photo("值班表")})); len(list) != 1 || list[0].Part != complaint.PartUnit {
			t.Errorf("the unit sees %+v", list)
		}
		s := must[complaint.Sheet](t)(m.Get(j, complaint.Complaint, got.No))
		if len(s.Files) != 3 || !s.MayAttach {
			t.Fatalf("the supervisor sees %+v", s.Files)
		}
		if _, err := m.OpenFile(z, complaint.Complaint, got.No, s.Files[0].ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the chief representative opened a file of the complainant: %v", err)
		}
		if _, err := m.OpenFile(w.As(t, org.RoleLeader), complaint.Complaint, got.No, s.Files[0].ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the leader opened a file of the complainant: %v", err)
		}
		for _, f := range s.Files {
			if _, err := m.OpenFile(j, complaint.Complaint, got.No, f.ID); err != nil {
				t.Error(err)
			}
		}
		if lines := auditText(t, w); strings.Count(lines, "evidence.open") != 3 || strings.Contains(lines, "马秀英的回执") {
			t.Errorf("the readings are not in the audit log, or a name of a file is: %s", lines)
		}
		seen, err := json.Marshal(must[complaint.Sheet](t)(m.Get(z, complaint.Complaint, got.No)))
		if err != nil || strings.Contains(string(seen), "回执") || strings.Contains(string(seen), "现场.jpg") || strings.Contains(string(seen), s.Files[0].SHA256) {
			t.Errorf("the unit reads %s, %v", seen, err)
		}
		if _, err := m.AddFiles(j, complaint.Complaint, got.ID, make([]blob.Upload, 10)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("ten files at once: %v", err)
		}
		if wrong, err := m.Check(w.System()); err != nil || len(wrong) != 0 {
			t.Errorf("%+v, %v", wrong, err)
		}
	})
}

// Whoever left a number is told that the matter was taken up and that it was answered, in words that say nothing of either; who left none, or
// came by the hotline, is told nothing here.
func TestAReporterIsToldByMessages(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	w.Set("2025-11-14 10:00")
	m, j, z := w.Complaint, w.J(t), w.Chief(t)
	c := w.Handling(t, complaint.Common)
	ok := must[complaint.Matter](t)
	ok(m.Contact(z, cmd(c), "已电话联系"))
	ok(m.Finish(z, cmd(c), complaint.FinishInput{Result: "已受理", Cause: "material"}))
	silent := w.Complained()
	silent.Name, silent.Phone = "", ""
	got := must[complaint.Registration](t)(m.Submit(w.Citizen(), silent))
	ok(m.Accept(j, complaint.Complaint, complaint.Command{ID: got.ID}))
	var sent []string
	for range 2 { // the second time nothing waits
		_, err := w.Outbox.Send(w.System(), func(_ context.Context, phone, text string) error {
			if phone != complainttest.Phone {
				t.Errorf("sent to %s", phone)
			}
			sent = append(sent, text)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(sent) != 2 || !strings.Contains(sent[0]+sent[1], "已受理") || !strings.Contains(sent[0]+sent[1], "已有办理结果") {
		t.Errorf("sent %q", sent)
	}
	w.Handling(t, complaint.Common)
	w.Set("2025-11-18 10:00")
	if _, err := w.Outbox.Send(w.System(), func(context.Context, string, string) error { t.Error("word of four days ago was sent"); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, text := range sent {
		if strings.Contains(text, "投诉") || strings.Contains(text, "劳务派遣") || strings.Contains(text, complainttest.Name) || !strings.Contains(text, c.No) {
			t.Errorf("the message says %s", text)
		}
	}
}

// A month after its end a matter is in the archive with its files; then nothing of it changes, the package proves itself, and with the record
// what people wrote goes, and the chain still holds.
func TestAMatterComesIntoTheArchive(t *testing.T) {
	complainttest.Each(t, func(t *testing.T, w *complainttest.World) {
		w.Set("2025-11-14 10:00")
		m, j := w.Complaint, w.J(t)
		in := w.Stuck()
		in.Files = []blob.Upload{photo("退件说明")}
		got := w.Register(t, in)
		k := complaint.Command{ID: got.ID}
		must[complaint.Matter](t)(m.Withdraw(j, complaint.Stuck, k, "已自行解决"))
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return complaint.Schedule(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		office := w.As(t, org.RoleOffice)
		records := func() []archive.Record {
			list, _, err := w.Archive.Records(office, archive.Filter{No: got.No})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		w.Set("2025-12-14 09:00")
		w.RunJobs(t)
		if len(records()) != 0 {
			t.Error("in the archive before the month was over")
		}
		w.Set("2025-12-16 09:00")
		w.RunJobs(t)
		w.RunJobs(t)
		list := records()
		if len(list) != 1 || list[0].Kind != complaint.ArchiveKind || list[0].Files != 8 {
			t.Fatalf("%+v", list)
		}
		if f, err := w.Archive.Find(office, list[0].ID); err != nil || f.MayTake {
			t.Errorf("the office may take the package: %v", err)
		}
		if r, body, err := w.Archive.Take(office, list[0].ID); !errors.Is(err, archive.ErrGuarded) || r.No != "" || body.Documents != nil {
			t.Errorf("the office took the package: %v", err)
		}
		_, body, err := w.Archive.Take(j, list[0].ID)
		if err != nil || len(body.Enclosures) != 1 || body.Enclosures[0].Name != "files/01-退件说明.jpg" {
			t.Fatalf("%+v, %v", body.Enclosures, err)
		}
		contents := map[string][]byte{}
		for _, d := range body.Documents {
			contents[d.Name] = d.Data
		}
		if !strings.Contains(string(contents["text.json"]), "劳务派遣") || contents["reporter.json"] != nil || strings.Contains(string(contents["matter.json"]), "reporter_id") {
			t.Error("the record does not hold what was said")
		}
		report := archive.Report{Contents: contents}
		if faults, _ := complaint.VerifyArchive(report); len(faults) != 0 {
			t.Error(faults)
		}
		report.Contents["events.json"] = []byte(strings.Replace(string(contents["events.json"]), "已自行解决", "已经解决了", 1))
		if faults, _ := complaint.VerifyArchive(report); len(faults) == 0 {
			t.Error("a changed word is not noticed")
		}
		if _, err := m.AddFiles(j, complaint.Stuck, got.ID, []blob.Upload{photo("晚了")}); !errors.Is(err, evidence.ErrFrozen) {
			t.Errorf("a file after the end: %v", err)
		}
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return m.Redact(tx, string(got.ID)) }); err != nil {
			t.Fatal(err)
		}
		s := must[complaint.Sheet](t)(m.Get(j, complaint.Stuck, got.No))
		if s.Words.Content != "" || len(s.Files) != 0 || s.Reporter.Name != "" || slices.ContainsFunc(s.Events, func(e complaint.Event) bool { return e.Text != "" }) {
			t.Errorf("left after the destruction: %+v", s)
		}
		if wrong, err := m.Check(w.System()); err != nil || len(wrong) != 0 {
			t.Errorf("%+v, %v", wrong, err)
		}
	})
}

// The package of a complaint is taken by a supervisor alone, and leads neither to the complainant's case nor to the person complained of.
func TestThePackageOfAComplaintIsGuarded(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	it := w.Ready(t)
	in := w.Complained()
	in.CaseNo = w.Receive(t, it).No
	m, j := w.Complaint, w.J(t)
	got := w.Register(t, in)
	must[complaint.Matter](t)(m.Withdraw(j, complaint.Complaint, complaint.Command{ID: got.ID}, "已谅解"))
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return complaint.Schedule(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(33 * 24 * time.Hour)
	w.RunJobs(t)
	w.RunJobs(t)
	list, _, err := w.Archive.Records(j, archive.Filter{No: got.No})
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, role := range []string{org.RoleOffice, org.RoleLeader} {
		if _, _, err := w.Archive.Take(w.As(t, role), list[0].ID); !errors.Is(err, archive.ErrGuarded) || !errs.As(err).Denied {
			t.Errorf("%s took the package: %v", role, err)
		}
	}
	_, body, err := w.Archive.Take(j, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range body.Documents {
		for _, s := range []string{in.CaseNo, "reporter_id", "case_id", "ticket_no", "accused_id", complainttest.Phone} {
			if strings.Contains(string(d.Data), s) {
				t.Errorf("%s holds %s", d.Name, s)
			}
		}
	}
	if !strings.Contains(auditText(t, w), string(complaint.PermComplaintPersonal)) {
		t.Error("the audit log does not say by which permission the package was taken")
	}
}
