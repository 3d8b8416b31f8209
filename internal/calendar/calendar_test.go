package calendar

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/datatest"
	"yichuang/internal/errs"
)

// The seed must say of every day what the public data set of the notices says, where that is at hand.
func TestSeedEqualsNotices(t *testing.T) {
	c := Embedded("")
	for _, n := range seedNational() {
		years, err := ReadDays(datatest.Read(t, "calendar/"+itoa(n.Year)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		other, err := New(Spec{Years: []LayerYear{{Layer: National, Year: n.Year, Days: years[0].Days}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range other.Year(n.Year) {
			if mine := c.Day(d.Date); mine.Working != d.Working || mine.Reason != d.Reason || mine.Name != d.Name {
				t.Errorf("%s: seed %s, notice %s", d.Date, mine.Why(), d.Why())
			}
		}
		if years[0].URLs[0] != n.Document.URL {
			t.Errorf("%d: address %s, want %s", n.Year, n.Document.URL, years[0].URLs[0])
		}
	}
}

// Every file of the public data set can be read.
func TestReadPublicFiles(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(datatest.Path(t, "calendar"), "20*.json"))
	if len(files) < 10 {
		t.Fatalf("only %d files of the public data", len(files))
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if y, err := ReadDays(data); err != nil || len(y[0].Days) < 10 {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestSeedCounts(t *testing.T) {
	c := Embedded("622901")
	for year, want := range map[int]int{2024: 251 - 1, 2025: 248 - 1, 2026: 248 - 1} {
		first, last := clock.Day(year, time.January, 1), clock.Day(year, time.December, 31)
		if got := c.WorkdaysBetween(first-1, last); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
		if d := c.Day(founding(year)); d.Working || d.Reason != Local || d.Layer != Prefecture || d.Name != "建州纪念日" {
			t.Errorf("founding day %+v", d)
		}
	}
	if got := founding(2017); got != day("2017-11-20") {
		t.Errorf("founding day of 2017 on %s", got)
	}
}

func TestDayInfo(t *testing.T) {
	c := Embedded("622901")
	for date, want := range map[string]string{
		"2026-05-09": "劳动节（调休上班）", "2026-02-16": "春节（法定节假日）", "2026-11-19": "建州纪念日（地方规定放假）",
		"2026-03-07": "周末", "2026-03-09": "平日",
	} {
		if got := c.Day(day(date)).Why(); got != want {
			t.Errorf("%s: %s, want %s", date, got, want)
		}
	}
	if d := c.Day(day("2026-05-09")); d.Mark() != "班" || d.Source.Number != "国办发明电〔2025〕7号" || d.Provisional {
		t.Errorf("%+v", d)
	}
	if !c.Day(day("2027-03-01")).Provisional || !c.Day(day("2026-12-31")).Provisional || c.Day(day("2026-12-28")).Provisional {
		t.Error("the days of 2027 and the last ones of 2026 wait for the notice of 2027, the others do not")
	}
}

// A county may work on a day that the prefecture gives off; the December of a notice's year before is decided by it.
func TestLayersPrevail(t *testing.T) {
	c, err := New(Spec{Area: "622901", Years: []LayerYear{
		{Layer: National, Year: 2018}, {Layer: National, Year: 2019, Days: []LayerDay{{Date: day("2018-12-31"), Kind: Off, Name: "元旦"}, {Date: day("2018-12-29"), Kind: Work, Name: "元旦"}}},
		{Layer: Prefecture, Area: "6229", Year: 2018, Days: []LayerDay{{Date: day("2018-11-19"), Kind: Off, Name: "建州纪念日"}}},
		{Layer: County, Area: "622901", Year: 2018, Days: []LayerDay{{Date: day("2018-11-19"), Kind: Work, Name: "抢险"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]bool{"2018-12-31": false, "2018-12-29": true, "2018-11-19": true, "2018-12-30": false} {
		if c.IsWorkday(day(date)) != want {
			t.Errorf("%s: working %v", date, !want)
		}
	}
	if got := c.Decreed(2018, Prefecture); len(got) != 1 || got[0].Working {
		t.Errorf("the prefecture alone: %+v", got)
	}
}

func TestSpecsThatAreRefused(t *testing.T) {
	for name, y := range map[string]LayerYear{
		"day of another year": {Layer: National, Year: 2026, Days: []LayerDay{{Date: day("2027-01-01"), Kind: Off}}},
		"november before":     {Layer: National, Year: 2026, Days: []LayerDay{{Date: day("2025-11-30"), Kind: Off}}},
		"twice":               {Layer: National, Year: 2026, Days: []LayerDay{{Date: day("2026-01-01"), Kind: Off}, {Date: day("2026-01-01"), Kind: Work}}},
		"kind":                {Layer: National, Year: 2026, Days: []LayerDay{{Date: day("2026-01-01"), Kind: "half"}}},
		"area":                {Layer: County, Area: "6229", Year: 2026},
		"layer":               {Layer: Weekly, Year: 2026},
	} {
		if _, err := New(Spec{Years: []LayerYear{y}}); !errors.Is(err, ErrLayer) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAreaOf(t *testing.T) {
	for _, tc := range []struct {
		layer      Layer
		area, want string
	}{{National, "622901", ""}, {Prefecture, "622901", "6229"}, {County, "622901", "622901"}, {County, "6229", ""}, {Prefecture, "62", ""}, {County, "622900", ""}, {County, "622901101", "622901"}} {
		if got := tc.layer.AreaOf(tc.area); got != tc.want {
			t.Errorf("%s of %s is %q, want %q", tc.layer, tc.area, got, tc.want)
		}
	}
}

func TestCardsAndRemaining(t *testing.T) {
	c := Embedded("622901")
	due := at("2026-05-14 18:00")
	cards := c.Cards(Workdays(5), due, "")
	if cards.Yellow != at("2026-05-13 08:30") || cards.Red != at("2026-05-15 08:30") {
		t.Errorf("yellow %s, red %s", cards.Yellow, cards.Red)
	}
	if got := c.Cards(WorkMinutes(240), at("2026-05-09 11:00"), "").Red; got != at("2026-05-09 14:30") {
		t.Errorf("red of an end at 11:00 is %s", got)
	}
	if got := c.Cards(Workdays(5), at("2026-05-11 18:00"), "").Yellow; got != at("2026-05-09 08:30") {
		t.Errorf("yellow before a Monday after a make-up Saturday is %s", got)
	}
	for _, tc := range []struct{ now, due, want string }{
		{"2026-05-13 15:00", "2026-05-14 18:00", "剩 1 工作日 3 小时"},
		{"2026-05-14 12:30", "2026-05-14 18:00", "剩 3 小时 30 分钟"},
		{"2026-05-14 17:35", "2026-05-14 18:00", "剩 25 分钟"},
		{"2026-05-08 17:00", "2026-05-14 18:00", "剩 5 工作日 1 小时"},
		{"2026-05-13 20:00", "2026-05-14 18:00", "剩 1 工作日"},
		{"2026-05-13 15:00", "2026-05-14 11:00", "剩 5 小时 30 分钟"},
		{"2026-05-13 09:00", "2026-05-14 11:30", "剩 1 工作日 2 小时"},
		{"2026-05-14 20:00", "2026-05-15 00:00", "即将到期"},
		{"2026-05-14 20:00", "2026-05-14 18:00", "已超期"},
		{"2026-05-15 09:30", "2026-05-14 18:00", "超 1 小时"},
		{"2026-05-18 09:30", "2026-05-14 18:00", "超 1 工作日 1 小时"},
		{"2026-05-15 18:00", "2026-05-14 18:00", "超 1 工作日"},
	} {
		if got := c.Remaining(UnitWorkday, at(tc.now), at(tc.due), "").Text(); got != tc.want {
			t.Errorf("at %s before %s: %s, want %s", tc.now, tc.due, got, tc.want)
		}
	}
	if got := c.Remaining(UnitDay, at("2026-05-13 15:00"), at("2026-05-16 00:00"), "").Text(); got != "剩 2 天 9 小时" {
		t.Error(got)
	}
}

func TestSteps(t *testing.T) {
	c := Embedded("622901")
	due := c.Due(Workdays(2), at("2026-05-08 16:30"), "")
	var texts []string
	for _, s := range c.Steps(due, "") {
		texts = append(texts, s.Date.String()[5:]+s.Text())
	}
	want := "05-08起算日，不计入 05-09第 1 个工作日：劳动节（调休上班） 05-10不计：周末 05-11第 2 个工作日"
	if got := strings.Join(texts, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	wm := c.Steps(c.Due(WorkMinutes(240), at("2026-05-08 16:30"), ""), "")
	if len(wm) != 2 || wm[0].Minutes != 90 || wm[1].Minutes != 150 {
		t.Errorf("%+v", wm)
	}
}

func TestOfficeHours(t *testing.T) {
	summer := Hours{
		{Name: "夏季", From: 501, To: 930, Open: []Interval{{480, 720}, {900, 1110}}},
		{Name: "周末", Days: 1<<time.Saturday | 1<<time.Sunday, Open: []Interval{{540, 720}}},
		{Open: []Interval{{510, 720}, {870, 1080}}},
	}
	c, err := New(Spec{Years: seedYears(), Hours: []DatedHours{
		{From: day("2026-12-01"), Hours: Hours{{Open: []Interval{{540, 1020}}}}},
		{Hours: summer},
		{Unit: "u1", Hours: Hours{{Open: []Interval{{0, 1440}}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	wantDue(t, c.Due(Workdays(1), at("2026-05-08 16:30"), "").At, "2026-05-09 周六 18:30")
	wantDue(t, c.Due(Workdays(1), at("2026-02-13 16:30"), "").At, "2026-02-14 周六 12:00")
	wantDue(t, c.Due(Workdays(1), at("2026-03-09 16:30"), "").At, "2026-03-10 周二 18:00")
	wantDue(t, c.Due(Workdays(1), at("2026-03-09 16:30"), "u1").At, "2026-03-10 周二 24:00")
	wantDue(t, c.Extend(at("2026-03-11 00:00"), Workdays(1), "u1").At, "2026-03-11 周三 24:00")
	wantDue(t, c.Due(Workdays(1), at("2026-11-27 16:30"), "").At, "2026-11-30 周一 18:00")
	wantDue(t, c.Due(Workdays(2), at("2026-11-27 16:30"), "").At, "2026-12-01 周二 17:00")
	wantDue(t, c.Due(WorkMinutes(60), at("2026-11-30 17:30"), "").At, "2026-12-01 周二 09:30")
	if !c.OwnHours("u1") || c.OwnHours("u2") {
		t.Error("own hours")
	}
}

func seedYears() []LayerYear {
	var out []LayerYear
	for _, y := range seedNational() {
		out = append(out, y.LayerYear)
	}
	return out
}

func TestHoursValidation(t *testing.T) {
	for name, h := range map[string]Hours{
		"no rule": {}, "gap in the year": {{From: 501, To: 930, Open: []Interval{{480, 720}}}},
		"gap in the week": {{Days: MondayToFriday, Open: []Interval{{480, 720}}}}, "overlap": {{Open: []Interval{{480, 720}, {700, 800}}}},
		"no interval": {{}}, "half season": {{From: 501, Open: []Interval{{480, 720}}}}, "beyond 24": {{Open: []Interval{{480, 1500}}}},
	} {
		if err := h.Validate(); !errors.Is(err, ErrHours) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, want := range map[string]string{"8:30—12:00、14:30 - 18:00": "08:30-12:00, 14:30-18:00", "14:00-24:00 8:00-12:00": "08:00-12:00, 14:00-24:00"} {
		if got, err := ParseIntervals(text); err != nil || FormatIntervals(got) != want {
			t.Errorf("%q: %q, %v", text, FormatIntervals(got), err)
		}
	}
	for _, text := range []string{"", "8-12", "08:30-08:30", "08:30-12:00 11:00-13:00", "08:30-24:01", "a:30-12:00"} {
		if _, err := ParseIntervals(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	for _, text := range []string{"02-30", "13-01", "0501", "x"} {
		if _, err := ParseMonthDay(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestLimitTexts(t *testing.T) {
	for text, want := range map[string]Limit{
		"5wd": Workdays(5), " 240 WM ": WorkMinutes(240), "15m": Minutes(15), "3d": NaturalDays(3), "5wd/eod": Workdays(5).AtEndOfDay(),
		"3d/roll": NaturalDays(3).Rolling(), "5工作日": Workdays(5), "5个工作日": Workdays(5), "240工作分钟": WorkMinutes(240), "15分钟": Minutes(15), "3个自然日": NaturalDays(3),
	} {
		if got, err := ParseLimit(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "wd", "0wd", "-5wd", "3651wd", "5wd/roll", "3d/eod", "1000001m", "五个工作日", "5 wd x"} {
		if _, err := ParseLimit(text); !errors.Is(err, ErrLimit) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for l, want := range map[Limit]string{Workdays(5): "5个工作日", WorkMinutes(240): "240工作分钟", Minutes(15): "15分钟", NaturalDays(3): "3个自然日"} {
		if l.Label() != want {
			t.Errorf("%s, want %s", l.Label(), want)
		}
	}
	b, err := json.Marshal(map[string]Limit{"limit": Workdays(5)})
	if err != nil || string(b) != `{"limit":"5wd"}` {
		t.Errorf("%s %v", b, err)
	}
}

// Every wrong row of a file is told with its line.
func TestFileErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		file  string
		lines []string
	}{
		"csv":    {"日期,类型,名称,依据文件\n2026-13-01,休,甲,\n2026-01-05,半,乙,\n\n2026-01-06,休,,\n2026-01-07,休,丙,\n2026-01-07,班,丁,\n", []string{"line.2", "line.3", "line.5", "line.7"}},
		"json":   {"{\"year\":2026,\"days\":[\n{\"date\":\"2026-01-01\",\"isOffDay\":true},\n{\"date\":\"2025-01-01\",\"isOffDay\":true},\n{\"date\":\"2026-01-02\"},\n{\"date\":\"2026-01-01\",\"isOffDay\":true}]}", []string{"line.3", "line.4", "line.5"}},
		"syntax": {"{\n\"year\": x}", []string{"line.2"}},
		"empty":  {"日期,类型,名称\n", []string{"line.1"}},
		"quotes": {"日期,类型,名称\n2026-01-01,\"休,甲\n", []string{"line.2"}},
		"range":  {"2026-01-09至2026-01-02,休,甲\n", []string{"line.1"}},
	} {
		_, err := ReadDays([]byte(tc.file))
		var e *errs.Error
		if !errors.As(err, &e) || !errors.Is(err, ErrFile) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var lines []string
		for _, f := range e.Fields {
			lines = append(lines, f.Name)
		}
		if strings.Join(lines, " ") != strings.Join(tc.lines, " ") {
			t.Errorf("%s: lines %v, want %v (%v)", name, lines, tc.lines, err)
		}
	}
	years, err := ReadDays([]byte("\xc8\xd5\xc6\xda,\xc0\xe0\xd0\xcd,\xc3\xfb\xb3\xc6\n2026-11-19,\xd0\xdd,\xbd\xa8\xd6\xdd\n"))
	if err != nil || years[0].Days[0].Name != "建州" {
		t.Errorf("GB18030: %+v %v", years, err)
	}
}

// A calendar is shared by goroutines; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	c := Embedded("622901")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for year := 2020; year < 2035; year++ {
				if d := c.Due(Workdays(15), clock.At(year, time.March, 1+i, 9, 0), ""); !c.IsWorkday(d.LastDay()) {
					t.Error(d)
				}
			}
		})
	}
	wg.Wait()
}
