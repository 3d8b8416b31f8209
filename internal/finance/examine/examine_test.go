package examine_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/document/docx"
	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/finance/check"
	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/finance/examine"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// office is a centre with people who may examine.
type office struct {
	m               *examine.Module
	db              *store.DB
	finance, leader orgtest.Person
	agent           orgtest.Person
}

func newOffice(t *testing.T, db *store.DB) office {
	t.Helper()
	o := orgtest.New(t, db, orgtest.Contribution{Permissions: append(finance.Permissions(), examine.Permissions()...), Grants: append(finance.Grants(), examine.Grants()...)})
	centre := orgtest.Centre(t, o)
	x := office{m: examine.New(db, finance.New(db, o, calendar.NewModule(db), crypt.Generate())), db: db}
	x.finance = orgtest.User(t, o, centre, orgtest.Where{}, org.RoleFinance)
	x.leader = orgtest.User(t, o, centre, orgtest.Where{}, org.RoleLeader)
	x.agent = orgtest.User(t, o, centre, orgtest.Where{}, org.RoleAgent)
	t.Cleanup(func() { _ = x.m.Close() })
	return x
}

var layout = checktest.Layout{RowNumbers: true, Unit: money.WanYuan, BlankZero: true}

// document is a disclosure; damage is done to its text.
func document(seed uint64, damage ...string) []byte {
	text := checktest.Text(checktest.NewLedger(seed), layout, false, false, false)
	return []byte(strings.NewReplacer(damage...).Replace(text))
}

func migrations() []fs.FS {
	return append(orgtest.Migrations(), calendar.Migrations, finance.Migrations, examine.Migrations)
}

// A finding lives with the content of its document: decisions stay with the same content, waivers fall with another, and
// what is gone from the new content is marked as mended in the old.
func TestDecisionsLiveWithTheContent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		wrong := document(3, "大于预算数", "小于预算数", "小于预算数", "大于预算数")
		first, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "一稿.txt", Content: wrong})
		if err != nil || first.Errors == 0 || first.Year != 2024 {
			t.Fatalf("%+v, %v", first, err)
		}
		v, err := o.m.Show(o.leader.Ctx, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		var no int
		for _, f := range v.Findings {
			if f.Severity == check.Error {
				no = f.No
				break
			}
		}
		if _, err := o.m.Decide(o.leader.Ctx, first.ID, first.Version, no, examine.Decision{To: examine.Waived}); !errors.Is(err, examine.ErrReason) {
			t.Errorf("a waiver without a reason: %v", err)
		}
		if _, err := o.m.Decide(o.leader.Ctx, first.ID, first.Version+1, no, examine.Decision{To: examine.Confirmed}); !errors.Is(err, store.ErrStale) {
			t.Errorf("a stale decision: %v", err)
		}
		x, err := o.m.Decide(o.leader.Ctx, first.ID, first.Version, no, examine.Decision{To: examine.Waived, Remark: "财政批复的口径"})
		if err != nil || x.Errors != first.Errors-1 || x.Waived != 1 {
			t.Fatalf("%+v, %v", x, err)
		}
		again, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "一稿.txt", Content: wrong})
		if err != nil || again.ID != first.ID || again.Waived != 1 || again.Errors != x.Errors {
			t.Fatalf("the same content: %+v, %v", again, err)
		}
		second, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "二稿.txt", Content: append(wrong, "\n附记。\n"...)})
		if err != nil || second.ID == first.ID || second.Waived != 0 || second.Errors != first.Errors {
			t.Fatalf("another content: %+v, %v", second, err)
		}
		v, err = o.m.Show(o.leader.Ctx, second.ID)
		if err != nil {
			t.Fatal(err)
		}
		if f := v.Findings[no-1]; f.State != examine.Fresh || !strings.Contains(f.Earlier, "财政批复的口径") || !strings.Contains(f.Earlier, "豁免失效") {
			t.Errorf("%+v", f)
		}
		if _, err := o.m.Decide(o.leader.Ctx, first.ID, again.Version+1, no, examine.Decision{To: examine.Fresh}); !errors.Is(err, examine.ErrReplaced) {
			t.Errorf("a decision on what was replaced: %v", err)
		}
		third, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "三稿.txt", Content: document(3)})
		if err != nil || third.Errors != 0 {
			t.Fatalf("%+v, %v", third, err)
		}
		v, err = o.m.Show(o.leader.Ctx, second.ID)
		if err != nil || v.ReplacedBy != third.ID || v.Findings[no-1].State != examine.Mended {
			t.Errorf("%+v, %v", v.Findings[no-1], err)
		}
	}, migrations()...)
}

func TestWhoMayExamine(t *testing.T) {
	db := storetest.Open(t, store.SQLite, migrations())
	o := newOffice(t, db)
	x, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "a.txt", Content: document(5)})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"examine": func() error {
			_, err := o.m.Examine(o.leader.Ctx, examine.Input{File: "a.txt", Content: document(5)})
			return err
		},
		"own":     func() error { _, err := o.m.ExamineOwn(o.leader.Ctx, 2024); return err },
		"show":    func() error { _, err := o.m.Show(o.agent.Ctx, x.ID); return err },
		"export":  func() error { _, err := o.m.Export(o.agent.Ctx, x.ID, "docx"); return err },
		"list":    func() error { _, _, err := o.m.Examinations(o.agent.Ctx, examine.Filter{}); return err },
		"compare": func() error { _, err := o.m.Compare(o.agent.Ctx, 2024); return err },
		"decide": func() error {
			_, err := o.m.Decide(o.agent.Ctx, x.ID, x.Version, 1, examine.Decision{To: examine.Confirmed})
			return err
		},
	} {
		if err := call(); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := actor.With(t.Context(), actor.SystemFor("0000000000000"))
	if _, err := o.m.Show(other, x.ID); !errors.Is(err, examine.ErrMissing) {
		t.Errorf("another centre sees it: %v", err)
	}
	err = db.Read(o.finance.Ctx, func(tx *store.Tx) error {
		list, err := audit.List(tx, o.finance.CentreID, audit.Filter{Action: "finance.examine"})
		if err == nil && len(list) != 1 {
			t.Errorf("%d lines in the audit log", len(list))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// What is no account, or cannot be read, is refused in words and leaves nothing behind.
func TestWhatIsNotExamined(t *testing.T) {
	db := storetest.Open(t, store.SQLite, migrations())
	o := newOffice(t, db)
	budget := strings.NewReplacer("决算", "预算").Replace(string(document(5)))
	for name, c := range map[string]struct {
		content []byte
		say     string
	}{
		"nothing":  {nil, "请选择"},
		"picture":  {[]byte("\xFF\xD8\xFF\xE0 picture"), "扫描件"},
		"budget":   {[]byte(budget), "预算文件"},
		"letter":   {[]byte(strings.Repeat("关于召开座谈会的通知，请各单位派员参加。", 20)), "没有认出"},
		"cut file": {[]byte("%PDF-1.7\n1 0 obj\n<<"), "损坏"},
	} {
		_, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "x", Content: c.content})
		var e *errs.Error
		if !errors.As(err, &e) || !strings.Contains(e.Public, c.say) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, _, err := o.m.Examinations(o.finance.Ctx, examine.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("%d kept, %v", len(list), err)
	}
}

// Departments are ranked by errors, equals share a rank, and only the newest content of each counts.
func TestComparison(t *testing.T) {
	db := storetest.Open(t, store.SQLite, migrations())
	o := newOffice(t, db)
	for i, damage := range [][]string{{}, {"大于预算数", "小于预算数", "小于预算数", "大于预算数"}, {}} {
		text := strings.ReplaceAll(string(document(uint64(20), damage...)), checktest.NewLedger(20).Org, []string{"某县林业局", "某县水务局", "某县民政局"}[i])
		if _, err := o.m.Examine(o.finance.Ctx, examine.Input{File: "f.txt", Content: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := o.m.Compare(o.leader.Ctx, 0)
	if err != nil || c.Year != 2022 || len(c.Standings) != 3 || c.Standings[0].Org != "某县水务局" || c.Standings[1].Rank != 2 || c.Standings[2].Rank != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	if len(c.Common) == 0 || c.Common[0].Orgs != 1 {
		t.Errorf("%+v", c.Common)
	}
	var b strings.Builder
	if err := c.Book().Write(&b); err != nil || b.Len() < 2000 {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
	v, err := o.m.Export(o.leader.Ctx, c.Standings[0].Newest.ID, "docx")
	if err != nil {
		t.Fatal(err)
	}
	d := v.Notice("某市政务中心")
	var text strings.Builder
	for _, s := range d.Sections {
		for _, h := range d.Headings() {
			text.WriteString(h.Text)
		}
		_ = s
	}
	if !strings.Contains(text.String(), "一、应当更正的问题") {
		t.Errorf("%s", text.String())
	}
	b.Reset()
	if err := docx.Write(&b, d); err != nil || b.Len() < 2000 {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
	b.Reset()
	if err := v.Book().Write(&b); err != nil || b.Len() < 2000 {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
	if v.At.Date() == clock.NoDate {
		t.Error("no date")
	}
}
