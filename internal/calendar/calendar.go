package calendar

import (
	"sort"
	"sync/atomic"
	"time"

	"yichuang/internal/clock"
)

// The years that a Calendar keeps tables of; others are computed at each call.
const (
	firstYear = 1992
	lastYear  = 2199
)

// Supported reports whether limits may start at a moment: outside these years a Calendar answers, but slowly.
func Supported(at clock.Instant) bool {
	year := at.Date().Year()
	return year >= firstYear && year <= lastYear
}

// yearEnd is the first day of December that a notice for the next year has ever decreed (2007 and 2018 are the
// examples): from here on the next year's notice is needed too.
const yearEnd MonthDay = 1229

// Spec is what a Calendar is built from.
type Spec struct {
	Area     string
	Revision int64    // of the centre, see Module
	Weekly   Weekdays // 0 is Monday to Friday
	Years    []LayerYear
	Hours    []DatedHours // none is DefaultHours
}

// Calendar is the working calendar of one area at one revision. It never changes and is safe for concurrent use.
type Calendar struct {
	area      string
	revision  int64
	weekly    Weekdays
	layers    [3]map[clock.Date]entry
	published map[int]Document
	hours     map[string]timetable // by unit, "" is the area
	tables    [lastYear - firstYear + 1]atomic.Pointer[yearTable]
}

// entry is what one layer says about one day.
type entry struct {
	LayerDay
	source Document
	year   int // of the file
}

// yearTable answers for a whole year: days holds the places of its working days, before[i] how many of them precede
// place i.
type yearTable struct {
	first  clock.Date
	days   []uint16
	before [367]uint16
}

// New builds a calendar. Where two national files list one day the later year's prevails, being the later notice. It
// fails on layers or hours that do not validate.
func New(s Spec) (*Calendar, error) {
	c := &Calendar{area: s.Area, revision: s.Revision, weekly: s.Weekly, published: map[int]Document{}}
	if c.weekly == 0 {
		c.weekly = MondayToFriday
	}
	var err error
	if c.hours, err = timetables(s.Hours); err != nil {
		return nil, err
	}
	for i := range c.layers {
		c.layers[i] = map[clock.Date]entry{}
	}
	for _, y := range s.Years {
		if err := y.Validate(); err != nil {
			return nil, err
		}
		c.add(y)
	}
	return c, nil
}

func (c *Calendar) add(y LayerYear) {
	if y.Layer == National {
		c.published[y.Year] = y.Document
	}
	days := c.layers[y.Layer.rank()]
	for _, d := range y.Days {
		if old, ok := days[d.Date]; ok && old.year > y.Year {
			continue
		}
		source := y.Document
		if d.Basis != "" {
			source = Document{Title: d.Basis}
		}
		days[d.Date] = entry{d, source, y.Year}
	}
}

// Area is the division code that the calendar is for.
func (c *Calendar) Area() string { return c.area }

// Revision is the centre's revision that the calendar was built from; 0 for a calendar built without a database.
func (c *Calendar) Revision() int64 { return c.revision }

// Published gives the national notice of a year and whether there is one.
func (c *Calendar) Published(year int) (Document, bool) {
	d, ok := c.published[year]
	return d, ok
}

// find gives the strongest layer's entry for a day.
func (c *Calendar) find(d clock.Date) (entry, Layer, bool) {
	for i, l := range [...]Layer{County, Prefecture, National} {
		if e, ok := c.layers[2-i][d]; ok {
			return e, l, true
		}
	}
	return entry{}, Weekly, false
}

func (c *Calendar) decide(d clock.Date) bool {
	if e, _, ok := c.find(d); ok {
		return e.Kind == Work
	}
	return c.weekly.Has(d.Weekday())
}

func (c *Calendar) table(year int) *yearTable {
	if year < firstYear || year > lastYear {
		return c.build(year)
	}
	slot := &c.tables[year-firstYear]
	if t := slot.Load(); t != nil {
		return t
	}
	t := c.build(year)
	slot.Store(t) // two goroutines may both build it; the results are equal
	return t
}

func (c *Calendar) build(year int) *yearTable {
	t := &yearTable{first: clock.Day(year, time.January, 1)}
	n := int(clock.Day(year+1, time.January, 1) - t.first)
	for i := range n {
		t.before[i] = uint16(len(t.days))
		if c.decide(t.first + clock.Date(i)) {
			t.days = append(t.days, uint16(i))
		}
	}
	for i := n; i < len(t.before); i++ {
		t.before[i] = uint16(len(t.days))
	}
	return t
}

// IsWorkday reports whether people work on d.
func (c *Calendar) IsWorkday(d clock.Date) bool {
	t := c.table(d.Year())
	i := d - t.first
	return t.before[i+1] > t.before[i]
}

// add gives the n-th working day after d, n ≥ 1.
func (c *Calendar) addWorkdays(d clock.Date, n int) clock.Date {
	year := d.Year()
	t := c.table(year)
	k := int(t.before[d-t.first+1])
	for k+n > len(t.days) {
		n -= len(t.days) - k
		year++
		t, k = c.table(year), 0
	}
	return t.first + clock.Date(t.days[k+n-1])
}

// NextWorkday is the first working day after d.
func (c *Calendar) NextWorkday(d clock.Date) clock.Date { return c.addWorkdays(d, 1) }

// AddWorkdays is the n-th working day after d; for n ≤ 0 it is d itself.
func (c *Calendar) AddWorkdays(d clock.Date, n int) clock.Date {
	if n <= 0 {
		return d
	}
	return c.addWorkdays(d, n)
}

// PrevWorkday is the last working day before d.
func (c *Calendar) PrevWorkday(d clock.Date) clock.Date {
	year := d.Year()
	t := c.table(year)
	k := int(t.before[d-t.first])
	for k == 0 {
		year--
		t = c.table(year)
		k = len(t.days)
	}
	return t.first + clock.Date(t.days[k-1])
}

// WorkdaysBetween counts the working days in (a, b]: a is not counted, b is. It is 0 where b is not after a.
func (c *Calendar) WorkdaysBetween(a, b clock.Date) int {
	if b <= a {
		return 0
	}
	from, to := a.Year(), b.Year()
	t := c.table(from)
	n := -int(t.before[a-t.first+1])
	for y := from; y < to; y++ {
		n += len(t.days)
		t = c.table(y + 1)
	}
	return n + int(t.before[b-t.first+1])
}

// list gives the working days in (a, b].
func (c *Calendar) list(a, b clock.Date) []clock.Date {
	out := make([]clock.Date, 0, c.WorkdaysBetween(a, b))
	for year := a.Year(); year <= b.Year(); year++ {
		t := c.table(year)
		k := 0
		if year == a.Year() {
			k = int(t.before[a-t.first+1])
		}
		for _, place := range t.days[k:] {
			d := t.first + clock.Date(place)
			if d > b {
				break
			}
			out = append(out, d)
		}
	}
	return out
}

// missing lists the years without a national notice among those that decide the days [a, b].
func (c *Calendar) missing(a, b clock.Date) []int {
	var out []int
	last := b.Year()
	if monthDayOf(b) >= yearEnd {
		last++
	}
	for y := a.Year(); y <= last; y++ {
		if _, ok := c.published[y]; !ok {
			out = append(out, y)
		}
	}
	return out
}

// Years lists the years with a national notice, ascending.
func (c *Calendar) Years() []int {
	out := make([]int, 0, len(c.published))
	for y := range c.published {
		out = append(out, y)
	}
	sort.Ints(out)
	return out
}
