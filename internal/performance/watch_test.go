package performance

import (
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

func TestExpectedShare(t *testing.T) {
	late := []int64{0, 0, 0, 0, 0, 10, 20, 30, 40, 50, 60, 100}
	for _, c := range []struct {
		profile []int64
		day     string
		want    int64
	}{
		{nil, "2025-12-31", 0}, {nil, "2026-01-01", 27}, {nil, "2026-06-30", 4959}, {nil, "2026-12-31", 10000}, {nil, "2027-01-01", 10000},
		{late, "2026-05-31", 0}, {late, "2026-06-15", 500}, {late, "2026-06-30", 1000}, {late, "2026-11-30", 6000}, {late, "2026-12-31", 10000},
	} {
		if got := expectedShare(2026, c.profile, clock.MustDate(c.day)); got != c.want {
			t.Errorf("%s with %v: %d, want %d", c.day, c.profile, got, c.want)
		}
	}
}

func TestTheCourseNeverGoesBack(t *testing.T) {
	for _, profile := range [][]int64{nil, {0, 5, 5, 20, 30, 50, 50, 60, 70, 80, 90, 100}, {100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100}} {
		last := int64(0)
		for d := clock.Day(2028, 1, 1); d <= clock.Day(2028, 12, 31); d++ {
			got := expectedShare(2028, profile, d)
			if got < last || got > 10000 {
				t.Fatalf("%v on %s: %d after %d", profile, d, got, last)
			}
			last = got
		}
		if last != 10000 {
			t.Errorf("%v ends at %d", profile, last)
		}
	}
}

func number(t *testing.T, s string) score.Decimal {
	t.Helper()
	d, err := score.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestLights: one form on the last of June, with money and a count at different places.
func TestLights(t *testing.T) {
	policy, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		spent         int64 // of 100 万元
		actual        string
		light, row    score.Warning
		why, whyLacks string
	}{
		{"on its way", 50, "50", "", "", "", "预算执行"},
		{"money behind by more than a fifth", 29, "29", score.Red, score.Red, "预算执行比进度低 20.59 个百分点", "绩效指标完成应完成的"},
		{"money behind by less", 40, "40", "", "", "", ""},
		{"work ahead of the money", 44, "50", score.Red, "", "预算执行只完成应执行的 88.73%", "比进度低"},
		{"a count at 75 percent of what is due", 50, "37", score.Yellow, score.Yellow, "“发放补贴”只完成应完成进度的 74.61%", ""},
		{"nothing known", 50, "", "", "", "", ""},
	} {
		f := score.Form{Kind: score.Project, Year: 2026, Funds: []score.Fund{{Kind: score.TotalFund, Full: money.Fen(100_000_000), Actual: money.Fen(c.spent * 1_000_000)}},
			Indicators: []score.Indicator{{Name: "发放补贴", Op: score.AtLeast, Target: score.Number(100), Unit: "人", Actual: number(t, c.actual), Weight: score.Number(90)}}}
		s := standing(&f, nil, policy, nil, clock.MustDate("2026-06-30"))
		why := strings.Join(s.Why, "\n")
		if s.Light != c.light || s.Rows[0].Light != c.row || s.NeedsReason != (c.light != "") || c.why != "" && !strings.Contains(why, c.why) || c.whyLacks != "" && strings.Contains(why, c.whyLacks) {
			t.Errorf("%s: %q, row %q, %q", c.name, s.Light, s.Rows[0].Light, why)
		}
	}
}

// TestARateHoldsAllYear: percentages and upper limits are not a part of the year's target.
func TestARateHoldsAllYear(t *testing.T) {
	policy, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		op             score.Op
		target, actual string
		share          int64
		light          score.Warning
	}{{score.AtLeast, "95", "96", 10000, ""}, {score.AtLeast, "95", "90.25", 9500, ""}, {score.AtLeast, "95", "50", 5263, score.Red}, {score.AtMost, "5", "4", 10000, ""}, {score.AtMost, "5", "6", 0, score.Red}, {score.Exactly, "0", "1", 0, score.Red}, {score.Exactly, "0", "0", 10000, ""}} {
		x := score.Indicator{Op: c.op, Target: number(t, c.target), Actual: number(t, c.actual), Unit: "%", Weight: score.Number(10)}
		p := progress(&x, nil, 0, 2500, policy)
		if p.Expected != 10000 || p.Share != c.share || p.Light != c.light {
			t.Errorf("%s %s with %s: %+v", c.op, c.target, c.actual, p)
		}
	}
}

func TestValuesOfFrozenFigures(t *testing.T) {
	at := clock.At(2026, 1, 5, 9, 0)
	year := metric.Year(clock.MustDate("2025-01-01"))
	for _, c := range []struct {
		f    metric.Figure
		want string
	}{
		{metric.Figure{Form: metric.Rate, Ratio: metric.Ratio{Num: 118, Den: 217}}, "54.38"},
		{metric.Figure{Form: metric.Rate, Ratio: metric.Ratio{Num: 219_749_000, Den: 233_458_900}, Scale: 1_000_000}, "94.13"},
		{metric.Figure{Form: metric.Rate, Ratio: metric.Ratio{Num: 1, Den: 1}}, "100"},
		{metric.Figure{Form: metric.Rate}, ""},
		{metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: 300}}, "300"},
		{metric.Figure{Form: metric.Count, Ratio: metric.Ratio{Num: 980_000}, Scale: 1_000_000}, "0.98"},
		{metric.Figure{Form: metric.Mean, Ratio: metric.Ratio{Num: 10, Den: 3}}, "3.33"},
		{metric.Figure{Form: metric.Count, Absent: "没有接入"}, ""},
	} {
		c.f.Period = year
		f := metric.Freeze(c.f, "r1", nil, at)
		if got := value(&f); got.String() != c.want {
			t.Errorf("%+v: %q, want %q", c.f, got, c.want)
		}
	}
}

func TestDrawsCanBeRepeated(t *testing.T) {
	ids := []string{"a", "b", "c", "d", "e", "f"}
	one, two := drawn(ids, 3, 7), drawn([]string{"f", "e", "d", "c", "b", "a"}, 3, 7)
	if strings.Join(one, "") != strings.Join(two, "") || len(one) != 3 {
		t.Errorf("%v and %v", one, two)
	}
	if len(drawn(ids, 9, 7)) != 6 {
		t.Error("a sample is larger than what there is")
	}
	seen := map[string]bool{}
	for seed := range int64(200) {
		seen[drawn(ids, 1, seed)[0]] = true
	}
	if len(seen) != len(ids) {
		t.Errorf("only %v are ever drawn", seen)
	}
}

func TestProfiles(t *testing.T) {
	for text, ok := range map[string]bool{"": true, "5 10 20 30 40 50 60 70 80 90 95 100": true, "5，10，20，30，40，50，60，70，80，90，95，100": true, "5 10": false, "5 4 20 30 40 50 60 70 80 90 95 100": false,
		"5 10 20 30 40 50 60 70 80 90 95 99": false, "x 10 20 30 40 50 60 70 80 90 95 100": false} {
		if _, err := parseProfile(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}
