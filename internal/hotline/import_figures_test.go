package hotline_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// pingshanCSV writes rows in the form of the public data of 坪山 with given marks: on time, late, neither ("-").
func pingshanCSV(onTime, late, neither int) []byte {
	var b strings.Builder
	c := csv.NewWriter(&b)
	c.Write(strings.Split("REC_ID,CREATE_TIME,EVENT_SRC_NAME,EVENT_PROPERTY_NAME,EVENT_TYPE_NAME,MAIN_TYPE_NAME,SUB_TYPE_NAME,STREET_NAME,COMMUNITY_NAME,DISPOSE_UNIT_NAME,INTIME_ARCHIVE_NUM,OVERTIME_ARCHIVE_NUM", ","))
	for i := range onTime + late + neither {
		in, over := "1", "0"
		if i >= onTime+late {
			in, over = "-", "-"
		} else if i >= onTime {
			in, over = "0", "1"
		}
		at := clock.MustInstant("2018-02-05 09:00").Add(0).Date() + clock.Date(i%60)
		c.Write([]string{fmt.Sprint(i + 1), at.String() + " 10:00:00", "@坪山", "投诉", "市政设施", "公用部件", "下水井盖", "坪山街道", "六联社区", fmt.Sprintf("第%d单位", i%40), in, over})
	}
	c.Flush()
	return []byte(b.String())
}

// TestScenario15Import is the second half of case 15 at its published size: 10,000 rows of which 9,071 are marked on
// time, 924 late and 5 neither. M4b is 9071/9995 = 90.76 %, and the five rows are told.
func TestScenario15Import(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	r := imported(t, w, builtin(t, "pingshan"), pingshanCSV(9071, 924, 5))
	if r.Read != 10000 || r.Noted != 5 || len(r.Notes) != 5 {
		t.Errorf("%d read, %d taken, %d noted: %+v", r.Read, r.Taken, r.Noted, r.Notes)
	}
	year := metric.Year(clock.MustDate("2018-01-01"))
	rows, err := w.Figures.Figures(w.As(t, org.RoleLeader), figure.Query{Measures: []figure.Measure{figure.MeasureDone, figure.MeasureOnTime}, Period: year})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rows {
		if got := fmt.Sprintf("%s/%s %s", f.NumText(), f.DenText(), f.Text()); got != "9071/9995 90.76%" || f.Excluded != 5 {
			t.Errorf("%s: %s, %d left out", f.Label, got, f.Excluded)
		}
	}
}

// checkPingshanFigures compares M4b of each unit, and of all of them together, with the file's own marks.
func checkPingshanFigures(t *testing.T, w *hotlinetest.World, want flagged, units map[string]flagged, names map[string]string) {
	t.Helper()
	span := metric.Period{From: clock.MustDate("2018-01-01"), To: clock.MustDate("2020-01-01")}
	rows, err := w.Figures.FiguresByUnit(w.As(t, org.RoleLeader), []figure.Measure{figure.MeasureDone}, span)
	if err != nil {
		t.Fatal(err)
	}
	units = maps.Clone(units)
	units["未注明承办单位"] = units["-"]
	delete(units, "-")
	var sum metric.Ratio
	for _, r := range rows {
		f, ours := units[names[r.UnitID]]
		if !ours {
			continue
		}
		delete(units, names[r.UnitID])
		got := r.Figures[0]
		if got.Num != int64(f.onTime) || got.Den != int64(f.onTime+f.late) || got.Excluded != int64(f.neither) {
			t.Errorf("%s: engine %d/%d and %d left out, the file says %+v", r.Unit, got.Num, got.Den, got.Excluded, f)
		}
		sum = sum.Add(got.Ratio)
	}
	if sum.Num != int64(want.onTime) || sum.Den != int64(want.onTime+want.late) || len(units) > 0 {
		t.Errorf("M4b %d/%d = %s, the file says %+v; missing: %v", sum.Num, sum.Den, sum.Text(), want, units)
	}
	t.Logf("M4b of the public rows: %d/%d = %s", sum.Num, sum.Den, sum.Text())
}
