package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// place is a centre with an archive and the people who keep it.
type place struct {
	db             *store.DB
	clock          *clock.Manual
	org            *org.Module
	m              *archive.Module
	jobs           *jobs.Runner
	centre         string
	office, leader context.Context
	agent          context.Context
	redacted       []string
}

func each(t *testing.T, fn func(t *testing.T, p *place)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := &place{db: db, clock: db.Clock().(*clock.Manual)}
		p.org = orgtest.New(t, db, orgtest.Contribution{Permissions: archive.Permissions(), Grants: archive.Grants()})
		p.centre = orgtest.Centre(t, p.org)
		log := slog.New(slog.DiscardHandler)
		p.m = archive.New(db, crypt.Generate(), p.org, log)
		p.m.Handle("thing", func(tx *store.Tx, object string) error {
			p.redacted = append(p.redacted, object)
			return nil
		})
		p.jobs = jobs.NewRunner(db, log)
		p.m.RegisterJobs(p.jobs)
		if err := db.WithTx(orgtest.System(p.centre), func(tx *store.Tx) error { return p.m.Seed(tx, p.centre) }); err != nil {
			t.Fatal(err)
		}
		person := func(role string) context.Context { return orgtest.User(t, p.org, p.centre, orgtest.Where{}, role).Ctx }
		p.office, p.leader, p.agent = person(org.RoleOffice), person(org.RoleLeader), person(org.RoleAgent)
		fn(t, p)
	}, append(orgtest.Migrations(), archive.Migrations)...)
}

func body(n int) archive.Body {
	data, _ := json.Marshal(map[string]any{"n": n, "caller": "张三 13909301234"})
	return archive.Body{Documents: []archive.Document{{Name: "thing.json", Data: data}}}
}

func (p *place) put(t *testing.T, n int, class string) archive.Record {
	t.Helper()
	var r archive.Record
	err := p.db.WithTx(orgtest.System(p.centre), func(tx *store.Tx) (err error) {
		r, err = p.m.Put(tx, archive.PutInput{Kind: "thing", Object: fmt.Sprint("o", n), No: fmt.Sprintf("20260508-%06d", n), Class: class, Body: body(n)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (p *place) run(t *testing.T) {
	t.Helper()
	for range 200 {
		n, err := p.jobs.RunDue(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	t.Fatal("jobs do not end")
}

func (p *place) state(t *testing.T, id string) archive.State {
	t.Helper()
	f, err := p.m.Find(p.office, id)
	if err != nil {
		t.Fatal(err)
	}
	return f.State
}

// A record is kept to the last day of its period, due the night after, and goes only by the hands of two.
func TestRetentionInVirtualTime(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.run(t)
		short, long, ever := p.put(t, 1, archive.ClassOrdinary), p.put(t, 2, archive.ClassSerious), p.put(t, 3, archive.ClassLasting)
		if short.KeepUntil.String() != "2036-12-31" || long.KeepUntil.String() != "2056-12-31" || !ever.KeepUntil.IsZero() {
			t.Fatalf("kept until %s, %s, %s", short.KeepUntil, long.KeepUntil, ever.KeepUntil)
		}
		if _, err := p.m.Propose(p.office, archive.ProposeInput{Reason: "到期"}); !errors.Is(err, archive.ErrState) {
			t.Errorf("nothing is due: %v", err)
		}
		p.clock.Set(clock.MustInstant("2036-12-31 23:59"))
		p.run(t)
		if s := p.state(t, short.ID); s != archive.Kept {
			t.Errorf("on its last day: %s", s)
		}
		p.clock.Set(clock.MustInstant("2037-01-01 03:00"))
		p.run(t)
		if a, b, c := p.state(t, short.ID), p.state(t, long.ID), p.state(t, ever.ID); a != archive.Due || b != archive.Kept || c != archive.Kept {
			t.Fatalf("after its last day: %s, %s, %s", a, b, c)
		}
		l, err := p.m.Propose(p.office, archive.ProposeInput{Reason: "保管期满，没有继续保存价值。"})
		if err != nil || l.Records != 1 || l.No != "XH-2037-001" {
			t.Fatalf("%+v, %v", l, err)
		}
		for name, ctx := range map[string]context.Context{"the office": p.office, "an agent": p.agent} {
			if _, err := p.m.Decide(ctx, l.ID, 0, true, ""); !errors.Is(err, actor.ErrForbidden) {
				t.Errorf("%s approves: %v", name, err)
			}
		}
		p.run(t)
		if len(p.redacted) != 0 {
			t.Fatal("destroyed without approval")
		}
		if _, err := p.m.Decide(p.leader, l.ID, 0, true, ""); err != nil {
			t.Fatal(err)
		}
		p.run(t)
		if p.state(t, short.ID) != archive.Destroyed || len(p.redacted) != 1 || p.redacted[0] != "o1" {
			t.Errorf("%s, %v", p.state(t, short.ID), p.redacted)
		}
		if _, _, err := p.m.Take(p.office, short.ID); !errors.Is(err, archive.ErrDestroyed) {
			t.Errorf("export of what is destroyed: %v", err)
		}
		inv, err := p.m.Inventory(p.office, l.ID)
		if err != nil || inv.State != archive.ListDone || inv.Destroyed != 1 || len(inv.Items) != 1 || inv.Items[0].ContentSM3 != short.ContentSM3 {
			t.Errorf("%+v, %v", inv, err)
		}
		if r, err := audit.Verify(context.Background(), p.db, p.centre, nil); err != nil || len(r.Faults) > 0 {
			t.Errorf("audit log: %+v, %v", r, err)
		}
	})
}

// Whoever proposed a list may not approve it, whatever permissions he has.
func TestTwoPeople(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.put(t, 1, archive.ClassOrdinary)
		p.clock.Set(clock.MustInstant("2040-01-01 03:00"))
		p.run(t)
		both := orgtest.User(t, p.org, p.centre, orgtest.Where{}, org.RoleOffice, org.RoleLeader)
		l, err := p.m.Propose(both.Ctx, archive.ProposeInput{Reason: "到期"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.m.Decide(both.Ctx, l.ID, 0, true, ""); !errors.Is(err, archive.ErrSamePerson) {
			t.Errorf("one person alone: %v", err)
		}
		if _, err := p.m.Decide(p.leader, l.ID, 0, false, ""); !errors.Is(err, archive.ErrInput) {
			t.Errorf("a refusal without a reason: %v", err)
		}
		if got, err := p.m.Decide(p.leader, l.ID, 0, false, "尚有查考价值"); err != nil || got.State != archive.ListRejected {
			t.Errorf("%+v, %v", got, err)
		}
		if list, _, err := p.m.Records(p.office, archive.Filter{State: archive.Due}); err != nil || len(list) != 1 || list[0].ListID != "" {
			t.Errorf("after the refusal %+v, %v", list, err)
		}
		if _, err := p.m.Decide(p.leader, l.ID, 0, true, ""); !errors.Is(err, archive.ErrState) {
			t.Errorf("a decision twice: %v", err)
		}
	})
}

// A hold keeps a record off every list, and spares one whose list is approved already.
func TestHolds(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		held, free := p.put(t, 1, archive.ClassOrdinary), p.put(t, 2, archive.ClassOrdinary)
		h, err := p.m.PlaceHold(p.office, held.ID, archive.HoldInput{Reason: "诉讼需要，（2036）甘2901行初1号"})
		if err != nil {
			t.Fatal(err)
		}
		p.clock.Set(clock.MustInstant("2040-01-01 03:00"))
		p.run(t)
		if _, err := p.m.Propose(p.office, archive.ProposeInput{Records: []string{held.ID, free.ID}, Reason: "到期"}); !errors.Is(err, archive.ErrHeld) {
			t.Errorf("a held record on a list: %v", err)
		}
		if l, err := p.m.Propose(p.office, archive.ProposeInput{Reason: "到期"}); err != nil || l.Records != 1 {
			t.Errorf("%+v, %v", l, err)
		}
		if err := p.m.LiftHold(p.office, held.ID, h.ID, "已结案"); err != nil {
			t.Fatal(err)
		}
		if err := p.m.LiftHold(p.office, held.ID, h.ID, "已结案"); !errors.Is(err, archive.ErrState) {
			t.Errorf("lifted twice: %v", err)
		}
		l, err := p.m.Propose(p.office, archive.ProposeInput{Records: []string{held.ID}, Reason: "到期"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.m.Decide(p.leader, l.ID, 0, true, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := p.m.PlaceHold(p.leader, held.ID, archive.HoldInput{Reason: "信访复查需要"}); err != nil {
			t.Fatal(err)
		}
		p.run(t)
		inv, err := p.m.Inventory(p.office, l.ID)
		if err != nil || inv.Spared != 1 || inv.Destroyed != 0 || inv.State != archive.ListDone || p.state(t, held.ID) != archive.Due || len(p.redacted) != 0 {
			t.Errorf("%+v, %v, %s, %v", inv.List, err, p.state(t, held.ID), p.redacted)
		}
	})
}

// A longer period, approved by the archive authority, reaches the records that are there, also those that were due.
func TestANewPeriodReachesOldRecords(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var ids []string
		for n := range 130 {
			ids = append(ids, p.put(t, n, archive.ClassOrdinary).ID)
		}
		p.clock.Set(clock.MustInstant("2037-06-01 09:00"))
		p.run(t)
		if p.state(t, ids[129]) != archive.Due {
			t.Fatal("not due")
		}
		classes, err := p.m.Classes(p.office)
		if err != nil || len(classes) != 5 {
			t.Fatalf("%+v, %v", classes, err)
		}
		c := classes[slices.IndexFunc(classes, func(c archive.Class) bool { return c.Code == archive.ClassOrdinary })]
		if c.Confirmed {
			t.Fatalf("%+v", c)
		}
		c.Years, c.Confirmed = 30, true
		if _, err := p.m.SaveClass(p.office, c); !errors.Is(err, archive.ErrInput) {
			t.Errorf("confirmed without an approval: %v", err)
		}
		c.Approval, c.ApprovedOn = "临市档函〔2037〕3号", clock.MustDate("2037-05-20")
		if _, err := p.m.SaveClass(p.agent, c); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("an agent changes a period: %v", err)
		}
		if _, err := p.m.SaveClass(p.office, c); err != nil {
			t.Fatal(err)
		}
		if _, err := p.m.SaveClass(p.office, c); !errors.Is(err, store.ErrStale) {
			t.Errorf("on an old version: %v", err)
		}
		p.run(t)
		for _, id := range []string{ids[0], ids[129]} {
			if f, err := p.m.Find(p.office, id); err != nil || f.State != archive.Kept || f.KeepUntil.String() != "2056-12-31" {
				t.Errorf("%+v, %v", f.Record, err)
			}
		}
		if err := p.m.SetClass(p.office, ids[3], 0, archive.ClassLasting, "涉及重大事项"); err != nil {
			t.Fatal(err)
		}
		if f, err := p.m.Find(p.office, ids[3]); err != nil || f.Term != "永久" || !f.KeepUntil.IsZero() {
			t.Errorf("%+v, %v", f.Record, err)
		}
	})
}

func TestRecordsAreThoseOfTheCentre(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		r := p.put(t, 1, "no such class")
		if r.Class != archive.ClassOrdinary {
			t.Errorf("class %s", r.Class)
		}
		other := orgtest.Centre(t, p.org)
		stranger := orgtest.User(t, p.org, other, orgtest.Where{}, org.RoleOffice).Ctx
		if _, err := p.m.Find(stranger, r.ID); !errors.Is(err, archive.ErrNotFound) {
			t.Errorf("another centre: %v", err)
		}
		if _, _, err := p.m.Take(stranger, r.ID); !errors.Is(err, archive.ErrNotFound) {
			t.Errorf("another centre: %v", err)
		}
		if _, _, err := p.m.Records(p.agent, archive.Filter{}); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("an agent: %v", err)
		}
		if _, _, err := p.m.Take(p.leader, r.ID); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a leader exports: %v", err)
		}
		list, next, err := p.m.Records(p.office, archive.Filter{No: r.No})
		if err != nil || len(list) != 1 || next != "" {
			t.Errorf("%v, %q, %v", list, next, err)
		}
	})
}

// What is archived lies encrypted in the database, and its export is a line of the audit log.
func TestTheBodyIsSealedAndItsExportLogged(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		r := p.put(t, 1, archive.ClassOrdinary)
		got, b, err := p.m.Take(p.office, r.ID)
		if err != nil || got.ContentSM3 != r.ContentSM3 || !strings.Contains(string(b.Documents[0].Data), "13909301234") {
			t.Fatalf("%v, %v", b, err)
		}
		err = p.db.Read(context.Background(), func(tx *store.Tx) error {
			rows, err := store.Records(tx, "SELECT * FROM archive_record WHERE centre_id = $1", p.centre)
			if text := fmt.Sprint(rows); strings.Contains(text, "13909301234") || strings.Contains(text, fmt.Sprintf("%x", "13909301234")) {
				t.Error("the body is readable")
			}
			lines, err2 := audit.List(tx, p.centre, audit.Filter{Object: "o1"})
			if len(lines) != 1 || lines[0].Action != "archive.export" {
				t.Errorf("lines %+v", lines)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

const attached = "附件内容"

// pack makes a package of two documents and an attachment.
func pack(t testing.TB) []byte {
	b := archive.Body{Documents: []archive.Document{{Name: "ticket.json", Data: json.RawMessage(`{"no":"20260508-000001"}`)}, {Name: "events.json", Data: json.RawMessage(`[]`)}},
		Enclosures: []archive.Enclosure{{Name: "attachments/01-图.txt", BlobID: "b", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(attached))), Size: int64(len(attached))}}}
	var out bytes.Buffer
	r := archive.Record{CentreID: "c", ID: "r", Kind: "thing", No: "20260508-000001", ArchivedAt: clock.At(2026, time.May, 8, 16, 30), ContentSM3: archive.ContentSum(b)}
	if _, err := archive.WritePackage(&out, r, b, func(archive.Enclosure) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(attached)), nil
	}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// repack changes the files of a package as somebody would who wants it to look whole.
func repack(t *testing.T, data []byte, change func(name string, content []byte) (string, []byte), extra ...string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name string, content []byte) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if name, content := change(f.Name, content); name != "" {
			add(name, content)
		}
	}
	for _, name := range extra {
		add(name, []byte("{}"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestVerifyFindsEveryChange(t *testing.T) {
	whole := pack(t)
	same := func(name string, content []byte) (string, []byte) { return name, content }
	for _, c := range []struct {
		name  string
		data  []byte
		fault string
	}{
		{"whole", whole, ""},
		{"compressed anew", repack(t, whole, same), ""},
		{"a document changed", repack(t, whole, func(n string, b []byte) (string, []byte) {
			return n, bytes.Replace(b, []byte("000001"), []byte("000002"), map[bool]int{true: 1}[n == "ticket.json"])
		}), "文件 ticket.json 与清单的校验值不符"},
		{"an attachment removed", repack(t, whole, func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "attachments/") {
				return "", nil
			}
			return n, b
		}), "缺少文件 attachments/01-图.txt"},
		{"a file added", repack(t, whole, same, "more.json"), "文件 more.json 不在清单中"},
		{"a file twice", repack(t, whole, same, "events.json"), "文件 events.json 出现了两次"},
		{"renamed", repack(t, whole, func(n string, b []byte) (string, []byte) { return strings.Replace(n, "01-", "02-", 1), b }), "缺少文件 attachments/01-图.txt"},
	} {
		rep, err := archive.Verify(bytes.NewReader(c.data), int64(len(c.data)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.fault == "" && len(rep.Faults) > 0 || c.fault != "" && !strings.Contains(strings.Join(rep.Faults, "|"), c.fault) {
			t.Errorf("%s: faults %q", c.name, rep.Faults)
		}
		if c.name == "whole" && (rep.Files != 3 || rep.Manifest.No != "20260508-000001") {
			t.Errorf("%+v", rep)
		}
	}
}

func TestWhatIsNoPackage(t *testing.T) {
	noManifest := repack(t, pack(t), func(n string, b []byte) (string, []byte) {
		if n == "manifest.json" {
			return "", nil
		}
		return n, b
	})
	for _, data := range [][]byte{nil, []byte("PK"), noManifest} {
		if _, err := archive.Verify(bytes.NewReader(data), int64(len(data))); !errors.Is(err, archive.ErrPackage) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
}

// FuzzVerify reads whatever somebody calls a package.
func FuzzVerify(f *testing.F) {
	f.Add(pack(f))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rep, err := archive.Verify(bytes.NewReader(data), int64(len(data)))
		if err == nil && len(rep.Faults) == 0 && rep.Manifest.Format != archive.PackageFormat {
			t.Error("a package without a manifest is whole")
		}
	})
}
