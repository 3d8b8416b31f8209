package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"yichuang/internal/clock"
)

// naive answers the same questions as Calendar by looking at every layer's list, day after day and minute after minute.
type naive struct{ s Spec }

func (n naive) workday(d clock.Date) bool {
	for _, layer := range []Layer{County, Prefecture, National} {
		// The file of the next year is the later notice.
		for _, year := range []int{d.Year() + 1, d.Year()} {
			for _, y := range n.s.Years {
				if y.Layer != layer || y.Year != year {
					continue
				}
				for _, ld := range y.Days {
					if ld.Date == d {
						return ld.Kind == Work
					}
				}
			}
		}
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// open says whether the minute that begins at t is office time.
func (n naive) open(t clock.Instant) bool {
	d := t.Date()
	if !n.workday(d) {
		return false
	}
	minute := int(t.Sub(d.Start()) / time.Minute)
	for _, r := range n.s.Hours[0].Hours {
		md := MonthDay(int(d.Month())*100 + d.DayOfMonth())
		inSeason := r.From == 0 || r.From <= r.To && md >= r.From && md <= r.To || r.From > r.To && (md >= r.From || md <= r.To)
		if !inSeason {
			continue
		}
		for _, i := range r.Open {
			if minute >= i.From && minute < i.To {
				return true
			}
		}
		return false
	}
	return false
}

func (n naive) due(l Limit, from clock.Instant) clock.Instant {
	switch l.Unit {
	case UnitMinute:
		return from + clock.Instant(l.N)*millisOfMinute
	case UnitWorkMinute:
		left := l.N
		for t := from; ; t += millisOfMinute {
			if left == 0 {
				return t
			}
			if n.open(t) {
				left--
			}
		}
	case UnitDay:
		d := from.Date() + clock.Date(l.N)
		for l.Roll && !n.workday(d) {
			d++
		}
		return d.End()
	}
	d := from.Date()
	for i := 0; i < l.N; i++ {
		for d++; !n.workday(d); d++ {
		}
	}
	if l.End == EndOfDay {
		return d.End()
	}
	for t := d.End() - millisOfMinute; ; t -= millisOfMinute {
		if n.open(t) {
			return t + millisOfMinute
		}
	}
}

func genYear(t *rapid.T, layer Layer, area string, year int) LayerYear {
	y := LayerYear{Layer: layer, Area: area, Year: year}
	first := clock.Day(year, time.January, 1)
	if layer == National {
		first -= 5 // a notice may decree the last days of the year before
	}
	offsets := rapid.SliceOfNDistinct(rapid.IntRange(0, 364), 0, 40, rapid.ID[int]).Draw(t, "days")
	for _, o := range offsets {
		y.Days = append(y.Days, LayerDay{Date: first + clock.Date(o), Kind: rapid.SampledFrom([]DayKind{Off, Off, Work}).Draw(t, "kind"), Name: "节"})
	}
	return y
}

func genHours(t *rapid.T) Hours {
	cut := func() []Interval {
		p := rapid.SliceOfNDistinct(rapid.IntRange(0, 144), 2, 6, rapid.ID[int]).Draw(t, "minutes")
		for i := range p { // insertion sort
			for j := i; j > 0 && p[j-1] > p[j]; j-- {
				p[j-1], p[j] = p[j], p[j-1]
			}
		}
		var out []Interval
		for i := 0; i+1 < len(p); i += 2 {
			out = append(out, Interval{p[i] * 10, p[i+1] * 10})
		}
		return out
	}
	h := Hours{}
	if rapid.Bool().Draw(t, "season") {
		ends := []MonthDay{101, 229, 501, 930, 1001, 1231}
		h = append(h, HoursRule{From: rapid.SampledFrom(ends).Draw(t, "from"), To: rapid.SampledFrom(ends).Draw(t, "to"), Open: cut()})
	}
	return append(h, HoursRule{Open: cut()})
}

func genSpec(t *rapid.T) Spec {
	s := Spec{Area: "622901", Hours: []DatedHours{{Hours: genHours(t)}}}
	for year := 2024; year <= 2027; year++ {
		if rapid.Bool().Draw(t, "published") {
			s.Years = append(s.Years, genYear(t, National, "", year))
		}
	}
	s.Years = append(s.Years, genYear(t, Prefecture, "6229", 2025), genYear(t, County, "622901", 2025))
	return s
}

func genCalendar(t *rapid.T) (Spec, *Calendar) {
	s := genSpec(t)
	c, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func genInstant(t *rapid.T, label string) clock.Instant {
	start := clock.At(2024, time.November, 1, 0, 0)
	return start + clock.Instant(rapid.IntRange(0, 500*24*60).Draw(t, label))*millisOfMinute
}

func genLimit(t *rapid.T) Limit {
	switch rapid.IntRange(0, 5).Draw(t, "unit") {
	case 0:
		return WorkMinutes(rapid.IntRange(1, 3000).Draw(t, "n"))
	case 1:
		return Minutes(rapid.IntRange(1, 3000).Draw(t, "n"))
	case 2:
		return NaturalDays(rapid.IntRange(1, 90).Draw(t, "n"))
	case 3:
		return NaturalDays(rapid.IntRange(1, 90).Draw(t, "n")).Rolling()
	case 4:
		return Workdays(rapid.IntRange(1, 90).Draw(t, "n")).AtEndOfDay()
	}
	return Workdays(rapid.IntRange(1, 90).Draw(t, "n"))
}

func TestDueEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := genCalendar(t)
		l, from := genLimit(t), genInstant(t, "from")
		due, want := c.Due(l, from, ""), naive{s}.due(l, from)
		if due.At != want {
			t.Fatalf("%s from %s: %s, naive %s", l, from, FormatDue(due.At), FormatDue(want))
		}
		if l.Unit == UnitWorkday && len(due.Days) != l.N {
			t.Fatalf("%d days listed for %s", len(due.Days), l)
		}
		for _, d := range due.Days {
			if !(naive{s}).workday(d) {
				t.Fatalf("%s is counted and not a working day", d)
			}
		}
	})
}

func TestDueIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, c := genCalendar(t)
		l, from := genLimit(t), genInstant(t, "from")
		longer := l
		longer.N += rapid.IntRange(1, 20).Draw(t, "more")
		if a, b := c.Due(l, from, "").At, c.Due(longer, from, "").At; a > b || a == b && !l.Roll {
			t.Fatalf("%s ends %s, %s ends %s", l, FormatDue(a), longer, FormatDue(b))
		}
		if l.Unit == UnitWorkday {
			if d := c.Due(l, from, ""); !c.IsWorkday(d.LastDay()) || d.LastDay() <= from.Date() {
				t.Fatalf("%s from %s ends on %s", l, from, d)
			}
		}
	})
}

func TestSuspendAndExtendNeverEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, c := genCalendar(t)
		l, from := genLimit(t), genInstant(t, "from")
		due := c.Due(l, from, "")
		stop := from + clock.Instant(rapid.Int64Range(0, int64(due.At-from)).Draw(t, "stop"))
		p, err := c.Suspend(l, due.At, stop, "")
		if err != nil {
			t.Fatal(err)
		}
		resume := stop + clock.Instant(rapid.Int64Range(0, 60*24*60*millisOfMinute).Draw(t, "pause"))
		again, err := c.Resume(p, resume, "")
		if err != nil || again.At < due.At {
			t.Fatalf("%s: %s before, %s after a pause, %v", l, due, again, err)
		}
		by := genLimit(t)
		if longer := c.Extend(due.At, by, ""); longer.At < due.At {
			t.Fatalf("extended by %s from %s to %s", by, due, longer)
		}
	})
}

func TestDayClockEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := genCalendar(t)
		k := DayClock{Anchor: genInstant(t, "anchor").Date(), Budget: rapid.IntRange(1, 45).Draw(t, "budget")}
		today := k.Anchor + clock.Date(rapid.IntRange(0, 80).Draw(t, "today"))
		for range rapid.IntRange(0, 4).Draw(t, "suspensions") {
			x := Suspension{Start: k.Anchor + clock.Date(rapid.IntRange(-3, 30).Draw(t, "start"))}
			if rapid.Bool().Draw(t, "closed") {
				x.End = x.Start + clock.Date(rapid.IntRange(0, 20).Draw(t, "length"))
			}
			k.Suspensions = append(k.Suspensions, x)
		}
		// The naive clock has a set of removed days and adds the budget to their number.
		removed := map[clock.Date]bool{}
		for _, x := range k.Suspensions {
			end := x.End
			if x.Open() {
				end = today + 1
			}
			for d := x.Start; d < end; d++ {
				if d > k.Anchor && (naive{s}).workday(d) {
					removed[d] = true
				}
			}
		}
		d := k.Anchor
		for n := k.Budget + len(removed); n > 0; {
			if d++; (naive{s}).workday(d) {
				n--
			}
		}
		due := k.Due(c, today)
		if due.LastDay() != d {
			t.Fatalf("last day %s, naive %s", due.LastDay(), d)
		}
	})
}

func TestCountsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := genCalendar(t)
		a, b := genInstant(t, "a"), genInstant(t, "b")
		if a > b {
			a, b = b, a
		}
		n, minutes := 0, 0
		for d := a.Date() + 1; d <= b.Date(); d++ {
			if (naive{s}).workday(d) {
				n++
			}
		}
		if got := c.WorkdaysBetween(a.Date(), b.Date()); got != n {
			t.Fatalf("%d working days, naive %d", got, n)
		}
		b = min(b, a.Add(9*24*time.Hour))
		for at := a; at < b; at += millisOfMinute {
			if (naive{s}).open(at) {
				minutes++
			}
		}
		if got := c.WorkMinutes(a, b, ""); got != minutes {
			t.Fatalf("%d minutes, naive %d", got, minutes)
		}
		d := a.Date()
		if p := c.PrevWorkday(c.NextWorkday(d)); c.IsWorkday(d) && p != d || p > d {
			t.Fatalf("the working day before the next one after %s is %s", d, p)
		}
	})
}

func TestLimitTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := genLimit(t)
		for _, text := range []string{l.String(), l.Label()} {
			if back, err := ParseLimit(text); err != nil || back != l {
				t.Fatalf("%q came back as %+v, %v", text, back, err)
			}
		}
		if err := l.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzParseLimit(f *testing.F) {
	for _, s := range []string{"5wd", "240wm", "15m", "3d", "5wd/eod", "3d/roll", "5个工作日", "0wd", "99999999999999999999wd", "wd", "个", "5wd/eod/roll"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLimit(s)
		if err != nil {
			return
		}
		back, err := ParseLimit(l.String())
		if err != nil || back != l || l.Validate() != nil || l.N < 1 {
			t.Fatalf("%q gave %+v, whose text %q gave %+v, %v", s, l, l.String(), back, err)
		}
	})
}

func FuzzReadDays(f *testing.F) {
	f.Add([]byte(`{"year":2026,"papers":["https://x"],"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true}]}`))
	f.Add([]byte("日期,类型,名称,依据文件\n2026-11-19,休,建州纪念日,州政办发〔2026〕1号\n2026-10-01至2026-10-07,休,国庆节,\n"))
	f.Add([]byte("\xef\xbb\xbf2026/1/4,班,元旦\n"))
	f.Add([]byte("\xc8\xd5\xc6\xda,\xc0\xe0\xd0\xcd,\xc3\xfb\xb3\xc6\n2026-11-19,\xd0\xdd,\xbd\xa8\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		years, err := ReadDays(data)
		if err != nil {
			if years != nil {
				t.Fatal("days beside an error")
			}
			return
		}
		for _, y := range years {
			ly := LayerYear{Layer: National, Year: y.Year, Days: y.Days}
			if err := ly.Validate(); err != nil {
				t.Fatalf("accepted days do not validate: %v", err)
			}
			if _, err := New(Spec{Years: []LayerYear{ly}}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkDue15Workdays(b *testing.B) {
	c := Embedded("622901")
	from := clock.MustInstant("2026-09-18 16:30")
	b.ReportAllocs()
	for b.Loop() {
		if c.Due(Workdays(15), from, "").At == 0 {
			b.Fatal("no due")
		}
	}
}
