package assess_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"yichuang/internal/assess"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// file is an upload that the attachment store would have made.
func file(name string, size int64) blob.Upload {
	return blob.Upload{SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(name))), Name: name, MediaType: "application/pdf", Size: size}
}

// openSheet brings May's sheet to where units may appeal.
func (b *bureau) openSheet(t *testing.T) assess.Sheet {
	t.Helper()
	b.work(t)
	boss := b.who(t, "", org.RoleSupervisor)
	s, err := b.assess.ComputeSheet(boss, "default", may)
	if err == nil {
		s, err = b.assess.OpenSheet(boss, s.ID, s.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEventsAreProvedByFiles: files prove an event in place of words; they are within limits, only those who propose and
// decide open them, each opening is in the audit log, and nothing is added after the decision.
func TestEventsAreProvedByFiles(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		m, boss, leader, head := b.assess, b.who(t, "", org.RoleSupervisor), b.who(t, "", org.RoleLeader), b.who(t, b.Unit.ID, org.RoleUnitHead)
		in := assess.EventInput{Month: may.From, UnitID: b.Unit.ID, Kind: assess.Bonus, Points: 150, Reason: "典型案例"}
		refused := func(what, field string, files ...blob.Upload) {
			t.Helper()
			in.Files = files
			var e *errs.Error
			if _, err := m.ProposeEvent(boss, in); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("no proof at all", "evidence")
		refused("ten files", "files", make([]blob.Upload, 10)...)
		refused("too much", "files", file("大一大一.pdf", 21<<20), file("大二大二.pdf", 21<<20))
		in.Files, in.Key = []blob.Upload{file("通报一页.pdf", 1000), file("现场照片.pdf", 2000)}, "k1"
		e, err := m.ProposeEvent(boss, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := m.ProposeEvent(boss, in); err != nil || again.ID != e.ID {
			t.Errorf("the same request: %v, %v", again.ID, err)
		}
		list, err := m.Events(leader, may.From)
		if err != nil || len(list) != 1 || len(list[0].Files) != 2 || list[0].Files[0].Name != "通报一页.pdf" {
			t.Fatalf("%+v, %v", list, err)
		}
		f := list[0].Files[0]
		if got, err := m.OpenEvidence(leader, e.ID, f.ID); err != nil || got.Size != 1000 {
			t.Errorf("the leader opens %+v, %v", got, err)
		}
		for name, who := range map[string]context.Context{"the unit": head, "an agent": b.who(t, "", org.RoleAgent)} {
			if _, err := m.OpenEvidence(who, e.ID, f.ID); err == nil {
				t.Errorf("%s opens the evidence of an event", name)
			}
		}
		if _, err := m.AddEventEvidence(leader, e.ID, []blob.Upload{file("补充材料.pdf", 5)}); err == nil {
			t.Error("somebody else adds evidence")
		}
		if e, err = m.AddEventEvidence(boss, e.ID, []blob.Upload{file("补充材料.pdf", 5)}); err != nil || len(e.Files) != 3 {
			t.Errorf("%d files, %v", len(e.Files), err)
		}
		if _, err := m.AddEventEvidence(boss, e.ID, make([]blob.Upload, 7)); err == nil {
			t.Error("more than nine files in all")
		}
		if _, err := m.DecideEvent(leader, e.ID, true, "属实"); err != nil {
			t.Fatal(err)
		}
		if _, err := m.AddEventEvidence(boss, e.ID, []blob.Upload{file("迟到材料.pdf", 5)}); !errors.Is(err, assess.ErrEvidenceSent) {
			t.Errorf("evidence after the decision: %v", err)
		}
		b.logged(t, "assess.evidence_open", 1)
		b.logged(t, "assess.evidence_add", 1)
	})
}

// logged counts the lines of an action in the audit log.
func (b *bureau) logged(t *testing.T, action string, want int) {
	t.Helper()
	var lines []audit.Line
	err := b.DB.Read(b.System(), func(tx *store.Tx) (err error) {
		lines, err = audit.List(tx, b.Centre, audit.Filter{Action: action})
		return err
	})
	if err != nil || len(lines) != want {
		t.Errorf("%d lines of %s, %v", len(lines), action, err)
	}
}

// TestAppealsAreProvedByFiles: files prove an appeal in place of words; the unit that filed it and those who decide open
// them, other units do not.
func TestAppealsAreProvedByFiles(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		s := b.openSheet(t)
		m, boss, head, other := b.assess, b.who(t, "", org.RoleSupervisor), b.who(t, b.Unit.ID, org.RoleUnitHead), b.who(t, b.Other.ID, org.RoleUnitHead)
		in := assess.AppealInput{SheetID: s.ID, UnitID: b.Unit.ID, Item: "ontime", Reason: "系统故障"}
		if _, err := m.FileAppeal(head, in); !errors.Is(err, assess.ErrAppealInput) {
			t.Errorf("no proof at all: %v", err)
		}
		in.Files = []blob.Upload{file("故障通报.pdf", 1000)}
		p, err := m.FileAppeal(head, in)
		if err != nil {
			t.Fatal(err)
		}
		list, err := m.Appeals(boss, s.ID)
		if err != nil || len(list) != 1 || len(list[0].Files) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		id := list[0].Files[0].ID
		if _, err := m.OpenEvidence(boss, p.ID, id); err != nil {
			t.Errorf("who decides: %v", err)
		}
		if _, err := m.OpenEvidence(head, p.ID, id); err != nil {
			t.Errorf("the unit itself: %v", err)
		}
		if _, err := m.OpenEvidence(other, p.ID, id); !errors.Is(err, assess.ErrEvidence) {
			t.Errorf("another unit: %v", err)
		}
		if _, err := m.AddAppealEvidence(other, s.ID, p.ID, in.Files); !errors.Is(err, assess.ErrAppealMissing) {
			t.Errorf("another unit adds: %v", err)
		}
		if p, err = m.AddAppealEvidence(head, s.ID, p.ID, []blob.Upload{file("补充材料.pdf", 5)}); err != nil || len(p.Files) != 2 {
			t.Errorf("%d files, %v", len(p.Files), err)
		}
		if _, err := m.DecideAppeal(boss, s.ID, p.ID, assess.AppealVerdict{Uphold: true, NumChange: 1, Remark: "属实"}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.AddAppealEvidence(head, s.ID, p.ID, in.Files); !errors.Is(err, assess.ErrEvidenceSent) {
			t.Errorf("evidence after the decision: %v", err)
		}
	})
}
