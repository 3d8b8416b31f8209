package casework_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// platformList is an export of the platform; %s is our number of the first case.
const platformList = `办件编号,本地办件编号,事项名称,实施编码,受理部门,申请人名称,办件类型,办件状态,申请时间,受理时间,办结时间
P-001,%s,劳务派遣经营许可,TEST1001,市人社局,马建国,2,办理中,2025-09-01 09:00:00,2025-09-01 09:00:00,
P-002,,医师执业注册,X1,市卫健局,马小燕,2,办结通过,2025-08-20 10:00,2025-08-21 10:00,2025-08-28 16:00
P-003,,道路运输许可,X2,市交通局,李明,承诺件,撤件,2025/8/22,,2025/8/25
P-004,,水资源论证,X3,市水务局,王强,2,飞走了,2025-08-22,,
P-002,,医师执业注册,X1,市卫健局,马小燕,2,办结,2025-08-20,,
,,无编号,X4,市水务局,王强,2,办结,2025-08-22,,2025-08-23
P-006,,来自未来,X5,市水务局,王强,2,受理,2031-08-22,,
`

func platformFile(text string) casework.PlatformFile {
	return casework.PlatformFile{Name: "省平台.csv", Content: []byte(text)}
}

// An import of the platform's cases: previewed, taken in once, never in the place of our own events; a second time adds nothing; a
// later state is a change with its course.
func TestCasesOfThePlatform(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m, info := w.Casework, w.As(t, org.RoleInfo)
		c := w.Accepted(t, w.Ready(t))
		before := w.Get(t, c.ID)
		text := strings.ReplaceAll(platformList, "%s", c.No)
		_, err := m.StartImport(w.Chief(t), platformFile(text))
		wantCode(t, err, "FORBIDDEN")
		w.Set("2025-09-02 10:00")
		im, err := m.StartImport(info, platformFile(text))
		if err != nil {
			t.Fatal(err)
		}
		r := im.Report
		if r.Read != 7 || r.New != 3 || r.Refused != 4 || r.Linked != 1 || r.New+r.Changed+r.Same+r.Refused != r.Read || len(r.Units) != 2 {
			t.Fatalf("preview %+v", r)
		}
		if list, _, err := m.PlatformCases(info, casework.PlatformFilter{}); err != nil || len(list) != 0 {
			t.Fatalf("a preview wrote %d, %v", len(list), err)
		}
		if im, err = m.ApplyImport(info, im.ID); err != nil || im.State != casework.ImportDone || im.Report.New != 3 {
			t.Fatal(im, err)
		}
		_, err = m.ApplyImport(info, im.ID)
		wantCode(t, err, "IMPORT_STATE")
		if seen, err := m.ImportOf(info, im.ID); err != nil || seen.Report.New != 3 {
			t.Fatal(seen, err)
		}
		if r, err := m.Reconcile(info, day("2025-08-01"), day("2025-09-30")); err != nil || r.Theirs != 3 || r.Ours != 1 {
			t.Fatal(r, err)
		}
		list, _, err := m.PlatformCases(info, casework.PlatformFilter{No: "P-002"})
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		p := list[0]
		if p.OriginalTime != clock.MustInstant("2025-08-20 10:00") || p.ImportedAt != w.Clock.Now() || p.State != casework.Closed || p.Source != casework.DefaultSource || p.Applicant != "马**" {
			t.Errorf("row %+v", p)
		}
		if after := w.Get(t, c.ID); after.EventSeq != before.EventSeq || after.AcceptedAt != before.AcceptedAt || after.State != before.State {
			t.Error("an import changed a case of ours") // I2
		}
		w.Set("2025-09-03 10:00")
		again, err := m.StartImport(info, platformFile(text))
		if err == nil {
			again, err = m.ApplyImport(info, again.ID)
		}
		if err != nil || again.Report.New != 0 || again.Report.Changed != 0 || again.Report.Same != 3 {
			t.Fatalf("a second time: %+v, %v", again.Report, err)
		}
		later, err := m.StartImport(info, platformFile(strings.Replace(text, "撤件", "撤销", 1)))
		if err == nil {
			later, err = m.ApplyImport(info, later.ID)
		}
		if err != nil || later.Report.Changed != 1 {
			t.Fatalf("a change: %+v, %v", later.Report, err)
		}
		list, _, err = m.PlatformCases(info, casework.PlatformFilter{No: "P-003"})
		if err != nil {
			t.Fatal(err)
		}
		s, err := m.PlatformOf(info, list[0].ID)
		if err != nil || len(s.Changes) != 1 || s.Changes[0].Was != casework.Withdrawn || s.State != casework.Revoked || s.ImportedAt != clock.MustInstant("2025-09-02 10:00") || s.ChangedAt != w.Clock.Now() {
			t.Errorf("course %+v, %v", s, err)
		}
		mine, _, err := m.PlatformCases(w.Chief(t), casework.PlatformFilter{})
		if err != nil || len(mine) != 1 || mine[0].ExternalNo != "P-001" {
			t.Errorf("a department sees %+v, %v", mine, err)
		}
		_, err = m.PlatformOf(w.Chief(t), list[0].ID)
		wantCode(t, err, "PLATFORM")
	})
}

// The two sides of a reconciliation add up, whatever the period cuts.
func TestReconciliationAddsUp(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, info := w.Casework, w.As(t, org.RoleInfo)
	it := w.Ready(t)
	same := w.Accepted(t, it)
	moved := w.Accepted(t, it)
	w.Receive(t, it)
	text := "办件编号,本地办件编号,事项名称,办件状态,申请时间,受理时间\nP1," + same.No + ",a,受理,2025-09-01 10:00,2025-09-01 11:00\nP2,,b,办结,2025-08-30,2025-09-01\nP3,,c,受理,2025-09-01,2025-09-01\nP4,,d,受理,2025-07-01,2025-07-01\n"
	w.Set("2025-09-02 09:00")
	im, err := m.StartImport(info, platformFile(text))
	if err == nil {
		_, err = m.ApplyImport(info, im.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.LinkPlatform(w.Window(t), cmd(moved), "P2"); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		from, to         string
		same, diff, o, h int
	}{{"2025-09-01", "2025-09-01", 1, 1, 1, 1}, {"2025-08-30", "2025-08-31", 0, 1, 0, 0}, {"2025-07-01", "2025-09-30", 1, 1, 1, 2}, {"2024-01-01", "2024-02-01", 0, 0, 0, 0}} {
		r, err := m.Reconcile(info, day(tc.from), day(tc.to))
		if err != nil {
			t.Fatal(err)
		}
		if r.Same != tc.same || r.Differing != tc.diff || r.OursOnly != tc.o || r.TheirsOnly != tc.h {
			t.Errorf("%s to %s: %+v", tc.from, tc.to, r)
		}
		if r.Ours != r.Same+r.Differing+r.OursOnly || r.Theirs != r.Same+r.Differing+r.TheirsOnly || len(r.Differences) != r.Differing || len(r.OnlyOurs) != r.OursOnly || len(r.OnlyTheirs) != r.TheirsOnly {
			t.Errorf("%s to %s does not add up: %+v", tc.from, tc.to, r)
		}
		if r.Differing == 1 && (r.Differences[0].No != moved.No || len(r.Differences[0].Fields) != 2) {
			t.Errorf("difference %+v", r.Differences[0])
		}
	}
	_, err = m.Reconcile(info, day("2025-09-02"), day("2025-09-01"))
	wantCode(t, err, "PERIOD")
}

// A large file goes on beside the queue, piece by piece, and JSON arrays and mappings of one's own are read.
func TestALargeImportGoesOnByItself(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, info := w.Casework, w.As(t, org.RoleInfo)
	var rows []map[string]string
	for i := range 1203 {
		rows = append(rows, map[string]string{"单号": "X" + string(rune('A'+i%26)) + itoa(i), "事项名称": "事项", "阶段": "走完了", "申请时间": "2025-08-01"})
	}
	text, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	f := casework.PlatformFile{Name: "a.json", Content: text, Mapping: []byte(`{"source":"市平台","columns":{"external_no":"单号","state":"阶段"},"states":{"走完了":"CLOSED"}}`), Key: "k"}
	im, err := m.StartImport(info, f)
	if err != nil || im.Report.New != 1203 || im.Source != "市平台" {
		t.Fatalf("%+v %v", im.Report, err)
	}
	if im, err = m.ApplyImport(info, im.ID); err != nil || im.State != casework.ImportRunning || im.Done != 500 {
		t.Fatal(im.State, im.Done, err)
	}
	w.RunJobs(t)
	if im, err = m.ImportOf(info, im.ID); err != nil || im.State != casework.ImportDone || im.Done != 1203 || im.Report.New != 1203 {
		t.Errorf("%s %d %+v %v", im.State, im.Done, im.Report, err)
	}
	if again, err := m.StartImport(info, f); err != nil || again.ID != im.ID {
		t.Errorf("the same request again: %v", err)
	}
	for _, bad := range []string{`{"columns":{"nothing":"x"}}`, `{"states":{"x":"NOWHERE"}}`, `[1]`, `{"source":1}`} {
		_, err := m.StartImport(info, casework.PlatformFile{Name: "a.csv", Content: []byte(platformList), Mapping: []byte(bad)})
		wantCode(t, err, "PLATFORM_MAPPING")
	}
	there := orgtest.Centre(t, w.Org)
	stranger := orgtest.User(t, w.Org, there, orgtest.Where{}, org.RoleInfo)
	_, err = m.ImportOf(stranger.Ctx, im.ID)
	wantCode(t, err, "IMPORT_MISSING")
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

// FuzzReadPlatform feeds the reader of the platform's files: whatever comes is refused or gives rows that can be kept.
func FuzzReadPlatform(f *testing.F) {
	f.Add("a.csv", []byte(platformList), []byte(""))
	f.Add("a.json", []byte(`[{"办件编号":"1","事项名称":"a","办件状态":"办结","申请时间":"2025-01-01"}]`), []byte(`{"states":{"x":"CLOSED"}}`))
	f.Add("a.jsonl", []byte(`{"办件编号":1,"申请时间":"1980-01-01T00:00:00Z"}`), []byte(`{}`))
	f.Add("b.csv", []byte("\xff\xfe办件编号\n1"), []byte(`[`))
	now := clock.MustInstant("2025-09-01 09:00")
	f.Fuzz(func(t *testing.T, name string, content, mapping []byte) {
		p, err := casework.ReadPlatformMapping(mapping)
		if err != nil {
			return
		}
		rows, err := casework.ReadPlatform(name, content, p, now)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, r := range rows {
			if r.Problem != "" {
				continue
			}
			if r.ExternalNo == "" || r.State.Label() == "" || r.Applied == 0 || r.Applied > now || r.Closed > now || seen[r.ExternalNo] {
				t.Errorf("taken: %+v", r)
			}
			seen[r.ExternalNo] = true
		}
	})
}

// A spreadsheet is read as well as a list, with titles above its head and dates as its program stores them.
func TestASpreadsheetOfThePlatform(t *testing.T) {
	var b bytes.Buffer
	columns := []xlsx.Column{{Label: "办件编号"}, {Label: "事项名称"}, {Label: "办件状态"}, {Label: "申请时间"}, {Label: "备注"}}
	err := xlsx.Table(&b, "办件", columns, func(add func(cells ...any) error) error {
		return errors.Join(add("P-1", "劳务派遣经营许可", "办结", "2025-08-20 09:30:00", "x"), add("P-2", "医师执业注册", "特别程序开始", "2025-08-21", ""))
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := casework.ReadPlatformMapping(nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := casework.ReadPlatform("a.xlsx", b.Bytes(), p, clock.MustInstant("2025-09-01 09:00"))
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if rows[0].Problem != "" || rows[0].Applied != clock.MustInstant("2025-08-20 09:30") || rows[1].State != casework.Suspended || rows[1].Applied.Date() != day("2025-08-21") {
		t.Errorf("%+v", rows)
	}
}

// A number of the platform is found by its index, whatever the source, and the rows come in order.
func TestANumberOfThePlatformIsFoundByIndex(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	type step struct {
		ID      int64  `db:"id"`
		Parent  int64  `db:"parent"`
		Notused int64  `db:"notused"`
		Detail  string `db:"detail"`
	}
	if err := w.DB.Read(w.System(), func(tx *store.Tx) error {
		plan, err := store.Select[step](tx, "EXPLAIN QUERY PLAN SELECT id FROM casework_platform WHERE centre_id = $1 AND external_no = $2 ORDER BY id DESC", w.Centre, "P1")
		if err == nil && (len(plan) != 1 || !strings.Contains(plan[0].Detail, "casework_platform_external")) {
			t.Errorf("plan %+v", plan)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
