package hotline_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// reader opens a file of rows.
func reader(t testing.TB, name string, data []byte) *table.Reader {
	t.Helper()
	r, err := table.Open(name, bytes.NewReader(data), int64(len(data)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// jsonl writes rows as a file.
func jsonl(t testing.TB, rows []map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, r := range rows {
		if err := json.NewEncoder(&b).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func builtin(t testing.TB, name string) *hotline.Mapping {
	t.Helper()
	m, ok, err := hotline.BuiltinMapping(name)
	if !ok || err != nil {
		t.Fatalf("mapping %s: %v %v", name, ok, err)
	}
	return m
}

func readMapping(t testing.TB, name string) *hotline.Mapping {
	t.Helper()
	m, err := hotline.ReadMapping(fixture(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func imported(t testing.TB, w *hotlinetest.World, m *hotline.Mapping, data []byte) hotline.ImportReport {
	t.Helper()
	r, err := w.Hotline.Import(w.System(), m, reader(t, "file", data), hotline.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Read != r.Taken+r.Existing+r.Refused || r.Closed != r.OnTime+r.Late+r.Neither {
		t.Errorf("the report does not add up: %+v", r)
	}
	return r
}

func TestImportTakesWholeRowsAndNamesTheOthers(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		m, in := readMapping(t, "import_map.yaml"), fixture(t, "import_rows.csv")
		r := imported(t, w, m, in)
		if r.Read != 12 || r.Taken != 5 || r.Existing != 0 || r.Refused != 7 {
			t.Fatalf("report %+v", r)
		}
		if r.Closed != 4 || r.OnTime != 2 || r.Late != 1 || r.Neither != 1 {
			t.Errorf("outcomes %+v", r)
		}
		want := []struct {
			line int
			text string
		}{
			{6, "没有“扯皮”"}, {7, "登记时间：没有填写"}, {8, "晚于现在"}, {9, "编号与第 2 行重复"}, {10, "诉求内容"}, {11, "不是时间"}, {12, "没有承办单位“市不存在局”"},
		}
		for i, p := range r.Refusals {
			if p.Line != want[i].line || !strings.Contains(p.Why, want[i].text) {
				t.Errorf("refusal %d: line %d %q, want line %d with %q", i, p.Line, p.Why, want[i].line, want[i].text)
			}
		}
		if len(r.Notes) != 3 || r.Notes[0].Line != 4 || r.Notes[1].Line != 4 || r.Notes[2].Line != 13 {
			t.Errorf("notes %+v", r.Notes)
		}
		again := imported(t, w, m, in)
		if again.Taken != 0 || again.Existing != 5 || again.Refused != 7 {
			t.Errorf("second run %+v", again)
		}
		checkImportedTicket(t, w)
		checkOpenTicket(t, w)
		checkChains(t, w)
	})
}

func byRef(t testing.TB, w *hotlinetest.World, ref string) hotline.Dossier {
	t.Helper()
	var ticket string
	err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		ticket, err = store.Get[string](tx, "SELECT id FROM hotline_ticket WHERE centre_id = $1 AND source = $2 AND source_ref = $3", w.Centre, "旧系统", ref)
		return err
	})
	if err != nil {
		t.Fatalf("ticket of %s: %v", ref, err)
	}
	return w.Get(t, hotline.TicketID(ticket))
}

func checkImportedTicket(t *testing.T, w *hotlinetest.World) {
	d := byRef(t, w, "A-1")
	if d.State != hotline.Closed || d.CloseKind != hotline.CloseImported || d.Kind != hotline.Complaint || d.Channel != "APP" || d.UnitID != w.Unit.ID {
		t.Errorf("ticket %+v", d.Ticket)
	}
	if d.No != "20260408-000001" || d.CreatedAt != clock.MustInstant("2026-04-08 09:10:11") || d.AcceptedAt != d.CreatedAt || d.ClosedAt != clock.MustInstant("2026-04-10 15:00:00") {
		t.Errorf("number and times %s %s %s", d.No, d.CreatedAt, d.ClosedAt)
	}
	l := d.Legs[0]
	// 5 working days from Wednesday 2026-04-08: 9, 10, 13, 14, 15.
	if l.State != hotline.Accepted || l.Outcome != hotline.OnTime || l.ReplyPublic != "已清运垃圾。" || l.Solved != "已解决" || l.Due != clock.MustInstant("2026-04-15 18:00") || l.SubmittedAt != d.ClosedAt {
		t.Errorf("leg %+v", l)
	}
	if len(d.Events) != 1 || d.Events[0].Action != hotline.ActImport || d.Events[0].At != w.Clock.Now() {
		t.Errorf("events %+v", d.Events)
	}
	c, err := w.Hotline.RevealCaller(w.As(t, org.RoleSupervisor), d.ID)
	if err != nil || c.Name != "王小明" || c.Phone != "13900000002" {
		t.Errorf("caller %+v %v", c, err)
	}
	rows, _, err := w.Hotline.Search(w.As(t, org.RoleDispatcher), "垃圾清运", "", 10)
	if err != nil || len(rows) != 1 || rows[0].ID != d.ID {
		t.Errorf("search gives %d rows, %v", len(rows), err)
	}
	p, err := w.Hotline.Track(w.System(), w.Hotline.QueryCode(d.ID), "0002")
	if err != nil || p.No != d.No {
		t.Errorf("track: %+v %v", p, err)
	}
}

// An open row becomes work: it waits for the unit's signature, and its handling limit counts from its creation.
func checkOpenTicket(t *testing.T, w *hotlinetest.World) {
	d := byRef(t, w, "A-4")
	l := d.Legs[0]
	if d.State != hotline.Dispatched || l.State != hotline.PendingSign || l.DispatchedAt != w.Clock.Now() || l.Due != clock.MustInstant("2026-04-15 18:00") || !d.Overdue {
		t.Errorf("open ticket %+v, leg %+v", d.Ticket, l)
	}
	w.RunJobs(t)
	for _, n := range w.Get(t, d.ID).Notices {
		if n.Kind == hotline.NoticeRed {
			return
		}
	}
	t.Error("an overdue imported ticket gave no red card")
}

func checkChains(t *testing.T, w *hotlinetest.World) {
	r, err := audit.Verify(w.System(), w.DB, w.Centre, nil)
	if err != nil || len(r.Faults) > 0 {
		t.Errorf("audit chain %+v %v", r.Faults, err)
	}
	checkCounts(t, w)
}

func TestDryRunWritesNothing(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	m, in := builtin(t, "pingshan"), fixture(t, "pingshan_like.csv")
	r, err := w.Hotline.Import(w.System(), m, reader(t, "file", in), hotline.ImportOptions{DryRun: true})
	if err != nil || r.Taken != 4 || r.OnTime != 2 || r.Late != 1 || r.Neither != 1 || len(r.Units) != 2 {
		t.Fatalf("dry run %+v %v", r, err)
	}
	rows, _, err := w.Hotline.List(w.System(), hotline.Filter{})
	units, _, errUnits := w.Org.Units(w.System(), org.UnitQuery{})
	if err != nil || errUnits != nil || len(rows) != 0 || len(units) != 2 {
		t.Errorf("after a dry run: %d tickets, %d units, %v %v", len(rows), len(units), err, errUnits)
	}
	if r := imported(t, w, m, in); r.Taken != 4 || len(r.Units) != 2 {
		t.Errorf("the run itself %+v", r)
	}
}

func TestImportRefusesAFileOfOtherColumns(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	in := []byte("a,b\n1,2\n")
	_, err := w.Hotline.Import(w.System(), builtin(t, "pingshan"), reader(t, "file", in), hotline.ImportOptions{})
	if errs.CodeOf(err) != "hotline.mapping" || !strings.Contains(errs.As(err).Public, "REC_ID") {
		t.Errorf("got %v", err)
	}
	if _, err := w.Hotline.Import(w.In(t, w.Unit.ID, org.RoleLiaison), builtin(t, "pingshan"), reader(t, "file", in), hotline.ImportOptions{}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a liaison may import: %v", err)
	}
}

// A row that the database refuses leaves nothing behind, and its neighbours are taken.
func TestARowThatFailsLeavesNothing(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		m := builtin(t, "taidi2020c")
		var in []map[string]string
		for _, ref := range []string{"1", "2", "3"} {
			in = append(in, map[string]string{"msg_id": ref, "time": "2020-01-0" + ref + " 03:04:05", "label": "交通运输", "title": "路灯不亮", "content": "路灯不亮"})
		}
		// A ticket that holds the number which the second row will be given.
		blocking := w.Ticket(t, hotline.Draft)
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			return tx.Queue("UPDATE hotline_ticket SET no = '20200102-000001' WHERE centre_id = $1 AND id = $2", w.Centre, blocking.ID)
		}); err != nil {
			t.Fatal(err)
		}
		r := imported(t, w, m, jsonl(t, in))
		if r.Taken != 2 || r.Refused != 1 || r.Refusals[0].Line != 2 {
			t.Fatalf("report %+v", r)
		}
		rows, _, err := w.Hotline.List(w.System(), hotline.Filter{})
		if err != nil || len(rows) != 3 {
			t.Errorf("%d tickets, %v", len(rows), err)
		}
		checkChains(t, w)
	})
}

// Imported tickets lie among the others by their own time, also where many share one moment.
func TestImportedTicketsSortByTheirOwnTime(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	m := builtin(t, "taidi2020c")
	var in []map[string]string
	for i := range 600 {
		day := clock.Day(2019, time.March, 1+i%3)
		in = append(in, map[string]string{"msg_id": "x" + day.String() + string(rune('一'+i)), "time": day.String(), "label": "环境保护", "title": "标题", "content": "内容"})
	}
	if r := imported(t, w, m, jsonl(t, in)); r.Taken != 600 {
		t.Fatalf("report %+v", r)
	}
	newest := w.Ticket(t, hotline.Draft)
	f := hotline.Filter{From: clock.At(2019, time.March, 2, 0, 0), To: clock.At(2019, time.March, 3, 0, 0), Limit: 150}
	n := 0
	for {
		rows, next, err := w.Hotline.List(w.System(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			n++
			if r.CreatedAt.Date() != clock.Day(2019, time.March, 2) {
				t.Fatalf("%s is of another day", r.CreatedAt)
			}
		}
		if f.After = next; next == "" {
			break
		}
	}
	rows, _, err := w.Hotline.List(w.System(), hotline.Filter{Limit: 1})
	if n != 200 || err != nil || rows[0].ID != newest.ID {
		t.Errorf("%d of 200 tickets of the day; the newest is %v, %v", n, rows, err)
	}
}

// A spreadsheet with titles above the head and true dates is read like a CSV file.
func TestImportOfASpreadsheet(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	f := excelize.NewFile()
	put := func(cell string, v any) {
		t.Helper()
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	put("A1", "2026年4月热线工单登记表")
	for i, name := range []string{"编号", "时间", "办结时间", "来源", "性质", "标题", "内容", "姓名", "电话", "单位", "答复", "结果", "状态", "按时"} {
		put(string(rune('A'+i))+"2", name)
	}
	for i, v := range []any{7001, time.Date(2026, 4, 8, 9, 30, 0, 0, time.UTC), time.Date(2026, 4, 9, 0, 0, 0, 0, time.UTC), "热线", "投诉", "噪声", "夜间施工噪声大", "", "", "市住建局", "已停工", "已解决", "已办结", 1} {
		put(string(rune('A'+i))+"3", v)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	m := readMapping(t, "import_map.yaml")
	file, err := table.Open("x.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), table.Options{Expect: m.Columns()})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Hotline.Import(w.System(), m, file, hotline.ImportOptions{})
	if err != nil || r.Taken != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	d := byRef(t, w, "7001")
	if d.CreatedAt != clock.MustInstant("2026-04-08 09:30") || d.ClosedAt != clock.MustInstant("2026-04-09 12:00") || d.Legs[0].Outcome != hotline.OnTime {
		t.Errorf("created %s, closed %s, leg %+v", d.CreatedAt, d.ClosedAt, d.Legs[0])
	}
}

// Two imports of one file at the same time take every row once.
func TestTwoImportsAtOnce(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		var in []map[string]string
		for i := range 450 {
			in = append(in, map[string]string{"msg_id": string(rune('一' + i)), "time": "2019-03-05 10:00:00", "label": "环境保护", "title": "标题", "content": "内容"})
		}
		data := jsonl(t, in)
		var wg sync.WaitGroup
		reports := make([]hotline.ImportReport, 3)
		for i := range reports {
			m, file := builtin(t, "taidi2020c"), reader(t, "file", data)
			wg.Go(func() {
				var err error
				if reports[i], err = w.Hotline.Import(w.System(), m, file, hotline.ImportOptions{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		taken := 0
		for _, r := range reports {
			taken += r.Taken
			if r.Taken+r.Existing != 450 {
				t.Errorf("%+v", r)
			}
		}
		if taken != 450 {
			t.Errorf("%d rows taken", taken)
		}
		checkChains(t, w)
	})
}
