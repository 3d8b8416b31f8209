package finance_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// finish writes everything that a draft still lacks.
func (w *world) finish(t *testing.T) {
	t.Helper()
	for month := 1; month <= 12; month++ {
		if _, err := w.CloseMonth(w.finance.Ctx, 2024, month); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{finance.TextDuties, finance.TextStructure} {
		if err := w.SetText(w.finance.Ctx, 2024, name, "按机构编制方案履行职责。"); err != nil {
			t.Fatal(err)
		}
	}
	d, err := w.Disclosure(w.finance.Ctx, 2024)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range d.Narrative.Asks {
		if err := w.SetReason(w.finance.Ctx, 2024, a.Key, "公用经费和人员经费按标准增加"); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) version(t *testing.T) int64 {
	t.Helper()
	v, err := w.Account(w.finance.Ctx, 2024)
	if err != nil {
		t.Fatal(err)
	}
	return v.Current.Version
}

func TestTheLifeOfFinalAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.year(t)
		if _, err := w.Submit(w.finance.Ctx, 2024, 1); !errors.Is(err, finance.ErrUnfinished) || !strings.Contains(errs.As(err).Public, "9 处差异没有写明原因") || !strings.Contains(errs.As(err).Public, "只结账到 0 月") {
			t.Fatal(err)
		}
		w.finish(t)
		a, err := w.Submit(w.finance.Ctx, 2024, 1)
		if err != nil || len(a.Hash) != 64 {
			t.Fatal(a.Hash, err)
		}
		if err := w.SetReason(w.finance.Ctx, 2024, "yoy.total", "改动"); !errors.Is(err, finance.ErrNotDraft) {
			t.Errorf("changed under review: %v", err)
		}
		if _, err := w.Publish(w.leader.Ctx, 2024, a.Version); !errors.Is(err, finance.ErrWrongState) {
			t.Errorf("published without review: %v", err)
		}
		if a, err = w.Return(w.leader.Ctx, 2024, a.Version, "人员经费原因再核"); err != nil || a.State != finance.Draft || a.Hash != "" {
			t.Fatal(a.State, err)
		}
		if a, err = w.Submit(w.finance.Ctx, 2024, a.Version); err != nil {
			t.Fatal(err)
		}
		if _, err = w.Sign(w.finance.Ctx, 2024, a.Version, ""); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the drafter signs: %v", err)
		}
		if a, err = w.Sign(w.leader.Ctx, 2024, a.Version, "同意"); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(clock.At(2025, 9, 1, 10, 0))
		if _, err = w.Approve(w.finance.Ctx, 2024, a.Version, finance.Approval{On: clock.MustDate("2025-09-02"), Number: "临财决〔2025〕8号", By: "市财政局"}); err == nil {
			t.Error("a reply of tomorrow")
		}
		if a, err = w.Approve(w.finance.Ctx, 2024, a.Version, finance.Approval{On: clock.MustDate("2025-08-28"), Number: "临财决〔2025〕8号", By: "市财政局"}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Account(w.finance.Ctx, 2024)
		if err != nil || v.Clocks.Publish.Last != clock.MustDate("2025-09-17") || v.Clocks.Reply.Last != clock.MustDate("2025-09-12") || !v.Clocks.Running || v.Clocks.Publish.Late() || v.Clocks.Replies {
			t.Fatalf("%+v, %v", v.Clocks, err)
		}
		if a, err = w.Clear(w.office.Ctx, 2024, a.Version, true, "不涉及国家秘密"); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(clock.At(2025, 9, 18, 9, 0))
		if v, _ = w.Account(w.finance.Ctx, 2024); !v.Clocks.Publish.Late() || v.Clocks.Publish.Text() != "已超期 1 日" {
			t.Error("the twenty days are over")
		}
		if a, err = w.Publish(w.info.Ctx, 2024, a.Version); err != nil || a.State != finance.Published {
			t.Fatal(err)
		}
		frozen, err := w.Revision(w.leader.Ctx, 2024, 1)
		if err != nil || !frozen.Account.Intact() || !strings.Contains(frozen.Account.Content, "221.73") || frozen.Before != nil {
			t.Fatal(err)
		}
		frozen.Account.Content = strings.Replace(frozen.Account.Content, "221.73", "221.74", 1)
		if frozen.Account.Intact() {
			t.Error("a changed figure keeps the hash")
		}
		w.correction(t, a)
	}, migrations()...)
}

// correction takes published accounts through a correction: the first revision stays, the second has a reason.
func (w *world) correction(t *testing.T, a finance.Account) {
	t.Helper()
	if _, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "补", Day: clock.MustDate("2024-12-31"), Entries: []finance.Entry{w.entry("2101103", "30110", fiscal.Basic, "", 50)}}); !errors.Is(err, finance.ErrNotDraft) {
		t.Errorf("an entry after publication: %v", err)
	}
	if _, err := w.Correct(w.finance.Ctx, 2024, a.Version, ""); err == nil {
		t.Error("a correction without a reason")
	}
	b, err := w.Correct(w.finance.Ctx, 2024, a.Version, "漏记一笔医疗补助")
	if err != nil || b.Revision != 2 || b.State != finance.Draft {
		t.Fatal(b, err)
	}
	if _, err := w.ReopenMonth(w.leader.Ctx, 2024, 12, "补记"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddVoucher(w.finance.Ctx, 2024, finance.Voucher{Number: "补", Day: clock.MustDate("2024-12-31"), Entries: []finance.Entry{w.entry("2101103", "30110", fiscal.Basic, "", 50)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.CloseMonth(w.finance.Ctx, 2024, 12); err != nil {
		t.Fatal(err)
	}
	for _, step := range []func(v int64) error{
		func(v int64) error { _, err := w.Submit(w.finance.Ctx, 2024, v); return err },
		func(v int64) error { _, err := w.Sign(w.leader.Ctx, 2024, v, ""); return err },
		func(v int64) error {
			_, err := w.Approve(w.finance.Ctx, 2024, v, finance.Approval{On: clock.MustDate("2025-09-18"), Number: "临财决〔2025〕9号", By: "市财政局"})
			return err
		},
		func(v int64) error { _, err := w.Clear(w.office.Ctx, 2024, v, true, "不涉密"); return err },
		func(v int64) error { _, err := w.Publish(w.leader.Ctx, 2024, v); return err },
	} {
		if err := step(w.version(t)); err != nil {
			t.Fatal(err)
		}
	}
	v, err := w.Account(w.finance.Ctx, 2024)
	if err != nil || len(v.Revisions) != 2 || v.Revisions[0].State != finance.Published || v.Revisions[1].State != finance.Corrected || v.Revisions[0].Hash == v.Revisions[1].Hash {
		t.Errorf("%+v, %v", v.Revisions, err)
	}
	w.bothRevisions(t)
}

// bothRevisions looks at the corrected revision beside the one before: its reason, what it changed, and the entries that
// stood behind a cell in each.
func (w *world) bothRevisions(t *testing.T) {
	t.Helper()
	v, err := w.Revision(w.leader.Ctx, 2024, 2)
	if err != nil || v.Before == nil || v.Before.Revision != 1 || v.Account.Reason != "漏记一笔医疗补助" {
		t.Fatal(v, err)
	}
	changed := map[statement.Ref]finance.Change{}
	for _, c := range v.Changes {
		changed[c.Ref] = c
	}
	if c := changed["T05/2101103/2"]; c.Before != "1.82" || c.After != "1.83" || c.Row != "2101103 公务员医疗补助" || !strings.Contains(c.Column, "基本支出") {
		t.Errorf("%+v of %d changes", c, len(v.Changes))
	}
	if _, untouched := changed["T05/2010399/2"]; untouched || len(v.Sections) == 0 {
		t.Errorf("changes %v, sections %v", v.Changes, v.Sections)
	}
	for revision, want := range map[int64]int{1: 1, 2: 2} {
		o, err := w.RevisionOrigin(w.leader.Ctx, 2024, revision, "T05/2101103/2", "")
		if err != nil || len(o.Entries) != want {
			t.Errorf("revision %d: %d entries, %v", revision, len(o.Entries), err)
		}
	}
	if _, err := w.Revision(w.leader.Ctx, 2024, 3); !errors.Is(err, finance.ErrRevision) {
		t.Error(err)
	}
}

func TestReasonsHaveNoTypedFigures(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	for _, text := range []string{"", "增加22.78万元", "增长 11.45%", "因XX调整", "［待填写］", strings.Repeat("长", 301)} {
		if err := w.SetReason(w.finance.Ctx, 2024, "yoy.total", text); !errors.Is(err, finance.ErrTextInput) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"2024年新增编制3人", "人员经费增加。"} {
		if err := w.SetReason(w.finance.Ctx, 2024, "yoy.total", text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestTheReplyToUnits: a department with units below it replies to them within fifteen days, and the day is entered once.
func TestTheReplyToUnits(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.SQLite, migrations()))
	w.year(t)
	if _, err := w.AddUnit(w.finance.Ctx, "002", "二级单位", finance.Institution); err != nil {
		t.Fatal(err)
	}
	w.finish(t)
	for _, step := range []func(v int64) error{
		func(v int64) error { _, err := w.Submit(w.finance.Ctx, 2024, v); return err },
		func(v int64) error { _, err := w.Sign(w.leader.Ctx, 2024, v, ""); return err },
		func(v int64) error {
			w.clock.Set(clock.At(2025, 9, 1, 10, 0))
			_, err := w.Approve(w.finance.Ctx, 2024, v, finance.Approval{On: clock.MustDate("2025-08-14"), Number: "号", By: "市财政局"})
			return err
		},
	} {
		if err := step(w.version(t)); err != nil {
			t.Fatal(err)
		}
	}
	clocks := func() finance.Clocks {
		list, err := w.Overviews(w.leader.Ctx)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].Clocks
	}
	if c := clocks(); !c.Replies || c.Reply.Last != clock.MustDate("2025-08-29") || c.Reply.Text() != "已超期 3 日" || c.Publish.Text() != "还有 2 日" {
		t.Errorf("%+v", c)
	}
	if _, err := w.ReplyToUnits(w.finance.Ctx, 2024, w.version(t), clock.MustDate("2025-08-13")); !errors.Is(err, finance.ErrAccountInput) {
		t.Errorf("before the reply came: %v", err)
	}
	a, err := w.ReplyToUnits(w.finance.Ctx, 2024, w.version(t), clock.MustDate("2025-08-29"))
	if err != nil || a.State != finance.Approved {
		t.Fatal(a.State, err)
	}
	if _, err := w.ReplyToUnits(w.finance.Ctx, 2024, a.Version, clock.MustDate("2025-08-30")); !errors.Is(err, finance.ErrAccountInput) {
		t.Errorf("a second time: %v", err)
	}
	if c := clocks(); c.Reply.Late() || c.Reply.Text() != "2025-08-29 办理，按期" {
		t.Errorf("%+v", c.Reply)
	}
}
