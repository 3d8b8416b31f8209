package metric_test

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

func TestRatioIsRoundedHalfUpWhereItIsShown(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		want     string
	}{
		{9, 12, "75.00%"}, {9, 10, "90.00%"}, {2, 3, "66.67%"}, {9071, 9995, "90.76%"}, {597, 601, "99.33%"}, {8, 87, "9.20%"}, {8, 99, "8.08%"}, {660, 700, "94.29%"},
		{0, 5, "0.00%"}, {1, 20000, "0.01%"}, {1, 20001, "0.00%"}, {5, 5, "100.00%"}, {0, 0, "—"}, {3, 0, "—"}, {-1, 3, "-33.33%"}, {1 << 60, 1 << 61, "50.00%"},
	} {
		if got := (metric.Ratio{Num: c.num, Den: c.den}).Text(); got != c.want {
			t.Errorf("%d/%d: got %s, want %s", c.num, c.den, got, c.want)
		}
	}
}

// The rounding against one by decimal text of many digits.
func TestRoundingAgreesWithDecimals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		num, den := r.Int64N(100000), 1+r.Int64N(1000)
		got, _ := (metric.Ratio{Num: num, Den: den}).Basis()
		exact := new(big.Rat).SetFrac64(num*10000, den)
		// The nearest integer is within a half; of two that are equally near it is the greater.
		diff := new(big.Rat).Sub(new(big.Rat).SetInt64(got), exact)
		if diff.Cmp(big.NewRat(1, 2)) > 0 || diff.Cmp(big.NewRat(-1, 2)) <= 0 {
			t.Fatalf("%d/%d: %d is not the nearest to %s", num, den, got, exact.FloatString(6))
		}
	}
}

func TestPeriods(t *testing.T) {
	d := clock.MustDate("2026-05-08") // Friday
	for _, c := range []struct {
		p                            metric.Period
		name, previous, year, bounds string
	}{
		{metric.Month(d), "2026年5月", "2026年4月", "2025年5月", "2026-05-01 2026-06-01"},
		{metric.Month(clock.MustDate("2026-01-31")), "2026年1月", "2025年12月", "2025年1月", "2026-01-01 2026-02-01"},
		{metric.Quarter(d), "2026年第2季度", "2026年第1季度", "2025年第2季度", "2026-04-01 2026-07-01"},
		{metric.Year(d), "2026年", "2025年", "2025年", "2026-01-01 2027-01-01"},
		{metric.Week(d), "2026-05-04 至 2026-05-10", "2026-04-27 至 2026-05-03", "2025-05-04 至 2025-05-10", "2026-05-04 2026-05-11"},
		{metric.Week(clock.MustDate("2026-05-10")), "2026-05-04 至 2026-05-10", "2026-04-27 至 2026-05-03", "2025-05-04 至 2025-05-10", "2026-05-04 2026-05-11"},
		{metric.Day(d), "2026-05-08", "2026-05-07", "2025-05-08", "2026-05-08 2026-05-09"},
	} {
		if got := fmt.Sprint(c.p, "|", c.p.Previous(), "|", c.p.YearBefore()); got != c.name+"|"+c.previous+"|"+c.year || c.p.From.String()+" "+c.p.To.String() != c.bounds {
			t.Errorf("%s: %s, %s–%s", c.name, got, c.p.From, c.p.To)
		}
	}
	p := metric.Month(d)
	if !p.Contains(p.Start()) || p.Contains(p.End()) || p.Contains(p.Start()-1) || !p.Contains(p.End()-1) {
		t.Error("a period is half-open")
	}
	if q, err := metric.ParseMonth("2026-05"); err != nil || q != p {
		t.Errorf("2026-05: %v, %v", q, err)
	}
	if _, err := metric.ParseMonth("五月"); err == nil {
		t.Error("五月 is no month")
	}
	if (metric.Period{From: d, To: d}).Valid() || (metric.Period{}).Valid() && clock.Date(0).IsZero() {
		t.Error("a period without a day")
	}
}

func TestFigureMarksAndTexts(t *testing.T) {
	may := metric.Month(clock.MustDate("2026-05-01"))
	f := metric.Figure{Form: metric.Rate, Ratio: metric.Ratio{Num: 660, Den: 700}, Scale: 100, Period: may, Cutoff: clock.MustInstant("2026-05-20 09:00"), Provisional: true}
	if f.Text() != "94.29%" || f.NumText() != "6.60" || f.DenText() != "7" || fmt.Sprint(f.Marks()) != "[不完整 暂定]" {
		t.Errorf("%s = %s / %s %v", f.Text(), f.NumText(), f.DenText(), f.Marks())
	}
	f.Cutoff, f.Provisional = may.End(), false
	if f.Marks() != nil {
		t.Errorf("a whole period has marks %v", f.Marks())
	}
	f.Absent = "没有数据来源"
	if f.Text() != "—" || (metric.Figure{Form: metric.Rate}).Text() != "—" || (metric.Figure{Form: metric.Count}).Text() != "0" {
		t.Error("no value is —, no records are 0")
	}
}

func TestChange(t *testing.T) {
	figure := func(form metric.Form, num, den int64) metric.Figure {
		return metric.Figure{Form: form, Ratio: metric.Ratio{Num: num, Den: den}}
	}
	minutes := func(n int64) metric.Figure {
		return metric.Figure{Form: metric.Count, Unit: "小时", Scale: 60, Ratio: metric.Ratio{Num: n}}
	}
	for _, c := range []struct {
		now, base metric.Figure
		abs, rel  string
	}{
		{figure(metric.Count, 12, 0), figure(metric.Count, 10, 0), "+2", "+20.00%"},
		{figure(metric.Count, 12, 0), figure(metric.Count, 0, 0), "+12", "—"},
		{figure(metric.Count, 0, 0), figure(metric.Count, 4, 0), "-4", "-100.00%"},
		{minutes(195), minutes(95), "+1.67", "+105.70%"}, // 3.25 hours against 1.58
		{figure(metric.Rate, 9, 10), figure(metric.Rate, 9, 12), "+15.00 个百分点", "+20.00%"},
		{figure(metric.Rate, 9, 10), figure(metric.Rate, 0, 0), "—", "—"},
		{figure(metric.Rate, 1, 3), figure(metric.Rate, 0, 3), "+33.33 个百分点", "—"},
		{figure(metric.Mean, 100, 3), figure(metric.Mean, 100, 4), "+8.33", "+33.32%"},
	} {
		if got := metric.Compare(c.now, c.base); got.AbsText() != c.abs || got.RelText() != c.rel {
			t.Errorf("%v against %v: %s, %s", c.now.Ratio, c.base.Ratio, got.AbsText(), got.RelText())
		}
	}
}

func sample() (metric.Figure, *metric.Cohort) {
	may := metric.Month(clock.MustDate("2026-05-01"))
	c := &metric.Cohort{}
	for i := range 12 {
		c.Add(metric.Denominator, fmt.Sprint("r", i), 1)
	}
	return metric.Figure{Metric: "A1", Subject: "u1", Form: metric.Rate, Ratio: metric.Ratio{Num: 9, Den: 12}, Period: may, Cutoff: may.End()}, c
}

func TestFrozenFiguresAreKeptAndCompared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, c := sample()
		was := metric.Freeze(f, "1", c.Sum(), f.Cutoff)
		var back []metric.Frozen
		err := db.WithTx(context.Background(), func(tx *store.Tx) error {
			return metric.Save(tx, "c1", "sheet-1", []metric.Frozen{was})
		})
		if err == nil {
			err = db.Read(context.Background(), func(tx *store.Tx) (err error) {
				back, err = metric.Load(tx, "c1", "sheet-1")
				return err
			})
		}
		if err != nil || len(back) != 1 || !back[0].Intact() || back[0].Figure().Text() != "75.00%" {
			t.Fatalf("%+v, %v", back, err)
		}
		if d := metric.Differ(back, []metric.Frozen{was}); len(d) != 0 {
			t.Errorf("the same figures differ: %v", d)
		}
		if other, _ := load(db, "c2"); len(other) != 0 {
			t.Errorf("another centre's figures: %v", other)
		}
	}, metric.Migrations)
}

func load(db *store.DB, centre string) (out []metric.Frozen, err error) {
	err = db.Read(context.Background(), func(tx *store.Tx) error {
		out, err = metric.Load(tx, centre, "sheet-1")
		return err
	})
	return out, err
}

func TestDifferNamesThePlace(t *testing.T) {
	f, c := sample()
	was := metric.Freeze(f, "1", c.Sum(), 1)
	changed := f
	changed.Num = 8
	otherRecords := &metric.Cohort{}
	otherRecords.Add(metric.Denominator, "r99", 1)
	tampered := was
	tampered.Num = 10
	more := f
	more.Subject = "u2"
	for _, x := range []struct {
		name    string
		was, is metric.Frozen
		what    string
	}{
		{"value", was, metric.Freeze(changed, "1", c.Sum(), 1), "数值"},
		{"records", was, metric.Freeze(f, "1", otherRecords.Sum(), 1), "记录"},
		{"tampered", tampered, was, "封存记录被改动"},
		{"subject", was, metric.Freeze(more, "1", c.Sum(), 1), "缺失"},
	} {
		d := metric.Differ([]metric.Frozen{x.was}, []metric.Frozen{x.is})
		if len(d) == 0 || d[0].What != x.what || d[0].Subject != "u1" {
			t.Errorf("%s: %+v", x.name, d)
		}
	}
}

func TestCohortSumDoesNotDependOnOrder(t *testing.T) {
	a, b, other := &metric.Cohort{}, &metric.Cohort{}, &metric.Cohort{}
	for i := range 10 {
		a.Add(metric.Numerator, fmt.Sprint(i), 1)
		b.Add(metric.Numerator, fmt.Sprint(9-i), 1)
		other.Add(metric.Denominator, fmt.Sprint(i), 1)
	}
	if !bytes.Equal(a.Sum(), b.Sum()) || bytes.Equal(a.Sum(), other.Sum()) {
		t.Error("the sum is of the set of records with their parts")
	}
}
