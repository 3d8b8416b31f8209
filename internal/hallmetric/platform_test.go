package hallmetric_test

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// platformText is what the platform says in October: Q1 is ours as well, Q2 and Q3 are in time, Q4 is late, Q5 has no limit, Q6 was
// refused, Q7 is open beyond its limit, Q8 fell due after the last import, Q9 of no kind was withdrawn.
const platformText = `办件编号,本地办件编号,事项名称,实施编码,受理部门,办件类型,办件状态,申请时间,受理时间,承诺办结时间,决定时间,办结时间
Q1,%s,劳务派遣经营许可,,市人社局,2,办结,2025-10-09 09:00,2025-10-09 09:00,2025-10-16,2025-10-15 10:00,2025-10-15 11:00
Q2,,劳务派遣经营许可,,市人社局,2,办结,2025-10-09 09:00,2025-10-09 09:00,2025-10-16,2025-10-16 17:00,2025-10-17 09:00
Q3,,医师执业注册,,市人社局,1,办结通过,2025-10-10 09:00,2025-10-10 09:00,2025-10-10,,2025-10-10 16:00
Q4,,医师执业注册,,,2,办结,2025-10-09 09:00,2025-10-09 09:00,2025-10-16,2025-10-17 08:30,2025-10-17 09:00
Q5,,医师执业注册,,,,办结,2025-10-09 09:00,,,,2025-10-20 09:00
Q6,,医师执业注册,,,2,不予受理,2025-10-11 09:00,,,,2025-10-12 09:00
Q7,,医师执业注册,,市人社局,2,办理中,2025-10-09 09:00,2025-10-09 09:00,2025-10-17,,
Q8,,医师执业注册,,市人社局,2,办理中,2025-10-13 09:00,2025-10-13 09:00,2025-10-28,,
Q9,,医师执业注册,,市人社局,,撤件,2025-10-13 09:00,,,,2025-10-14 09:00
`

// Cases of the provincial platform count where its export knows what a figure asks: once, beside our own, and left out with the reason
// elsewhere. The records behind say which they are, and the recount agrees and finds what was altered.
func TestCasesOfThePlatformCount(t *testing.T) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			w := open(t, kind)
			own := w.put(t, func(*casework.Case) {})
			w.Set("2025-10-20 10:00")
			w.imports(t, fmt.Sprintf(platformText, own.No))
			w.Set("2025-10-31 10:00")
			all := w.all()
			for code, want := range map[string]string{
				"HCr": "9 9/—", "HC0": "5 5/—", "HCx": "1 1/—",
				"HC1":  "75.00% 3/4",  // own, Q2, Q3 in time, Q4 late; Q5 has no limit
				"HC2":  "60.00% 3/5",  // and Q7, which the import of the 20th still had open
				"HC3":  "33.33% 1/3",  // own early; Q2 and Q4 not; Q3 was of the day, Q5 of no kind
				"HC6":  "25.00% 1/4",  // Q3
				"HC7":  "100.00% 1/1", // of trips the platform knows nothing
				"HC1s": "100.00% 1/1", // nor of the statute's limits
			} {
				if got := text(w.figure(t, all, code, october, "")); got != want && !(strings.HasSuffix(want, "/—") && strings.HasPrefix(got, strings.TrimSuffix(want, "/—"))) {
					t.Errorf("%s: %s, want %s", code, got, want)
				}
			}
			for code, out := range map[string]int64{"HC1": 3, "HC2": 1, "HC3": 3, "HC6": 3, "HC7": 6, "HC8": 8} {
				if f := w.figure(t, all, code, october, ""); f.Excluded != out {
					t.Errorf("%s leaves out %d, want %d", code, f.Excluded, out)
				}
			}
			unit := w.figure(t, all, "HC1", october, hallmetric.Subject{By: hallmetric.ByUnit, ID: w.Unit.ID}.Key())
			if text(unit) != "100.00% 3/3" {
				t.Errorf("of the department %s", text(unit))
			}
			for scope, want := range map[actor.Scope]string{actor.Unit: "3", actor.Site: "1"} { // the hall did none of the platform's
				who := w.reader(hallmetric.PermRead, scope, func(a *actor.Actor) { a.UnitID, a.SiteID = w.Unit.ID, w.Hall.ID })
				if f := w.figure(t, who, "HC0", october, ""); f.NumText() != want {
					t.Errorf("%v counts %s", scope, f.NumText())
				}
			}
			w.behind(t)
			w.recounts(t)
		})
	}
}

// imports takes a file of the platform in.
func (w *world) imports(t *testing.T, text string) {
	t.Helper()
	info := w.As(t, org.RoleInfo)
	im, err := w.Casework.StartImport(info, casework.PlatformFile{Name: "a.csv", Content: []byte(text)})
	if err == nil {
		im, err = w.Casework.ApplyImport(info, im.ID)
	}
	if err != nil || im.Report.Refused != 0 {
		t.Fatalf("%+v %v", im.Report, err)
	}
}

// behind looks at the records behind a figure: the platform's are among them, with their numbers and pages.
func (w *world) behind(t *testing.T) {
	t.Helper()
	p, err := w.Metrics.Records(w.all(), metric.Query{Metric: "HC1", Part: metric.Denominator, Period: october})
	if err != nil || p.Total != 4 {
		t.Fatal(p, err)
	}
	found := ""
	for _, r := range p.Records {
		found += r.No + " "
		if strings.HasPrefix(r.No, "Q") != strings.HasPrefix(r.Href, "/casework/platform/cases/") || r.Title == "" {
			t.Errorf("%+v", r)
		}
	}
	for _, no := range []string{"Q2", "Q3", "Q4"} {
		if !strings.Contains(found, no) {
			t.Errorf("%s is not behind the figure: %s", no, found)
		}
	}
	if p, err = w.Metrics.Records(w.all(), metric.Query{Metric: "HC2", Part: metric.Excluded, Period: october}); err != nil || p.Total != 1 || p.Records[0].No != "Q8" || p.Records[0].Why != "最近一次导入时还没有到期" {
		t.Errorf("%+v %v", p, err)
	}
}

// recounts counts again, and again after a row was altered.
func (w *world) recounts(t *testing.T) {
	t.Helper()
	check := w.reader(hallmetric.PermCheck, actor.Centre)
	_ = w.DB.WithTx(w.System(), func(tx *store.Tx) error { // the row that the test put has no events
		_, err := tx.Exec("DELETE FROM casework_case WHERE centre_id = $1", w.Centre)
		return err
	})
	if r, err := w.Metrics.Recount(check, october); err != nil || !r.Equal || r.Platform != 9 || r.Figures == 0 {
		t.Errorf("%+v %v", r, err)
	}
	for _, change := range []string{"decided_at = decided_at - 86400000", "due_at = due_at + 864000000", "state = 'CLOSED', closed_at = " + fmt.Sprint(int64(clock.MustInstant("2025-10-16 10:00")))} {
		var was []casework.PlatformCase
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) (err error) {
			was, err = store.Select[casework.PlatformCase](tx, "SELECT "+store.Columns[casework.PlatformCase]("")+" FROM casework_platform WHERE centre_id = $1 AND external_no = 'Q4'", w.Centre)
			if err == nil {
				_, err = tx.Exec("UPDATE casework_platform SET "+change+" WHERE centre_id = $1 AND id = $2", w.Centre, was[0].ID)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if r, err := w.Metrics.Recount(check, october); err != nil || r.Equal || !strings.Contains(strings.Join(r.Faults, " "), "Q4") {
			t.Errorf("%s was not found: %v %v", change, r.Faults, err)
		}
		_ = w.DB.WithTx(w.System(), func(tx *store.Tx) error { return store.Update(tx, "casework_platform", was[0], "centre_id", "id") })
	}
}
