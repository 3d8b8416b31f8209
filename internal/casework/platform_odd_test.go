package casework_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// What people hand in is odd: other encodings, marks, titles above the head, numbers twice, days to come, unknown items and words. The
// good rows are taken in, each bad one says why, and every row is one of the four counts.
func TestOddFilesOfThePlatform(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	w.Receive(t, it)
	const text = "办件编号,事项名称,实施编码,办件状态,申请时间,受理时间,办结时间,受理部门\n" +
		"G-1,劳务派遣经营许可,TEST1001,受理,2025年8月20日,20250821T093000,,市人社局\n" +
		"G-2,另一个事项,ZZZ,办结,2025/8/1 9:05,2025-08-02,2025-08-03 17:00:00.000,没有的局\n" +
		"G-2,另一个事项,ZZZ,办结,2025/8/1 9:05,,,\n" +
		"G-3,将来的事,TEST1001,办结,2025-08-20,2025-08-21,2099-01-01,市人社局\n" +
		"G-4,写错日期,TEST1001,办结,8月20日,,,市人社局\n" +
		"G-5,倒过来,TEST1001,办结,2025-08-20,2025-08-19,2025-08-21,市人社局\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"UTF-8": text, "UTF-8 with a mark": "\ufeff" + text, "GBK": gbk, "Windows lines": strings.ReplaceAll(text, "\n", "\r\n")} {
		im, err := w.Casework.StartImport(w.As(t, org.RoleInfo), platformFile(content))
		if err != nil {
			t.Fatal(name, err)
		}
		r := im.Report
		if r.Read != 6 || r.New != 3 || r.Refused != 3 || r.Noted != 1 || r.Read != r.New+r.Changed+r.Same+r.Refused {
			t.Errorf("%s: %+v", name, r)
		}
		if !slices.Equal(r.Units, []string{"没有的局"}) || !slices.Equal(r.Items, []string{"另一个事项 ZZZ", "倒过来 TEST1001"}) && !slices.Equal(r.Items, []string{"另一个事项 ZZZ"}) {
			t.Errorf("%s: %v %v", name, r.Units, r.Items)
		}
		for no, why := range map[string]string{"G-2": "重复", "G-3": "晚于现在", "G-4": "不是日期", "G-5": "早于前一环节"} {
			if !slices.ContainsFunc(r.Problems, func(p casework.PlatformProblem) bool {
				return p.No == no && strings.Contains(p.Why, why) && p.Line > 1 && p.Refused == (no != "G-5")
			}) {
				t.Errorf("%s: nothing said of %s: %+v", name, no, r.Problems)
			}
		}
	}
	for _, bad := range []string{"", "办件编号\n", "甲,乙\n1,2\n", "[", "\x00\x01\x02"} {
		if _, err := w.Casework.StartImport(w.As(t, org.RoleInfo), platformFile(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// The list of a reconciliation is everything that the page shows the first of: a row for each thing, and its counts are the page's.
func TestTheListOfAReconciliation(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, info := w.Casework, w.As(t, org.RoleInfo)
	it := w.Ready(t)
	same, differs := w.Accepted(t, it), w.Accepted(t, it)
	w.Receive(t, it)
	text := "办件编号,本地办件编号,事项名称,办件状态,申请时间,受理时间\nP1," + same.No + ",a,受理,2025-09-01 10:00,2025-09-01 11:00\nP2," + differs.No + ",b,办结,2025-08-30,2025-09-01\nP3,,c,受理,2025-09-01,2025-09-01\n"
	w.Set("2025-09-02 09:00")
	im, err := m.StartImport(info, platformFile(text))
	if err == nil {
		_, err = m.ApplyImport(info, im.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Reconcile(info, day("2025-08-01"), day("2025-09-30"))
	if err != nil || len(r.Kinds) != 2 || r.Kinds[0] != (casework.KindOfDifference{Field: "状态", Pairs: 1}) || r.Kinds[1].Field != "申请日期" || r.Differences[0].SeenAt != clock.MustInstant("2025-09-02 09:00") {
		t.Fatalf("%+v %v", r, err)
	}
	var rows [][]string
	if err := m.ReconcileRows(info, day("2025-08-01"), day("2025-09-30"), func(cells []string) error {
		rows = append(rows, cells)
		return nil
	}); err != nil || len(rows) != 4 {
		t.Fatal(rows, err)
	}
	counts := map[string]int{}
	for _, r := range rows {
		if len(r) != len(casework.CompareColumns()) {
			t.Errorf("%v", r)
		}
		counts[r[0]]++
	}
	if counts["有差异"] != 2 || counts["平台没有"] != 1 || counts["本中心没有"] != 1 || rows[0][1] != differs.No || rows[0][2] != "P2" || rows[0][5] != "审查中" || rows[0][6] != "办结" {
		t.Errorf("%v %v", counts, rows)
	}
	wantCode(t, m.ReconcileRows(w.Chief(t), day("2025-08-01"), day("2025-09-30"), nil), "FORBIDDEN")
	// An import that brings nothing new still tells that the case was seen.
	w.Set("2025-09-09 09:00")
	again, err := m.StartImport(info, platformFile(text))
	if err == nil {
		again, err = m.ApplyImport(info, again.ID)
	}
	if r, _ = m.Reconcile(info, day("2025-08-01"), day("2025-09-30")); err != nil || again.Report.Same != 3 || r.Differences[0].SeenAt != clock.MustInstant("2025-09-09 09:00") {
		t.Errorf("%+v %v", again.Report, err)
	}
}
