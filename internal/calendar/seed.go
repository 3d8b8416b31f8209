package calendar

import (
	_ "embed" // the seed files
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

//go:embed seed/national.csv
var seedDays []byte

//go:embed seed/notices.csv
var seedNotices string

// seedYear is a layer of the product's seed with the day of its document.
type seedYear struct {
	LayerYear
	effective clock.Date
	confirmed bool
}

// seedNational gives the national years shipped with the product. The files are checked by a test, so an error is a
// fault of the build.
var seedNational = sync.OnceValue(func() []seedYear {
	years, err := ReadDays(seedDays)
	if err != nil {
		panic(err)
	}
	notices := map[int]seedYear{}
	for _, line := range strings.Split(strings.TrimSpace(seedNotices), "\n")[1:] {
		f := strings.Split(strings.TrimSpace(line), ",")
		year, err := strconv.Atoi(f[0])
		if err != nil {
			panic(err)
		}
		notices[year] = seedYear{LayerYear{Layer: National, Year: year, Document: Document{Title: f[1], Number: f[2], URL: f[3]}}, clock.MustDate(f[4]), true}
	}
	var out []seedYear
	for _, y := range years {
		n, ok := notices[y.Year]
		if !ok {
			panic(fmt.Sprintf("calendar: no notice for the seed of %d", y.Year))
		}
		n.Days = y.Days
		out = append(out, n)
	}
	return out
})

// linxia is the division code of 临夏回族自治州.
const linxia = "6229"

// founding is 建州纪念日 of a year: 19 November, or the Monday after where it falls on a weekend, as the prefecture's
// notice of 2017-11-15 moved it.
func founding(year int) clock.Date {
	d := clock.Day(year, time.November, 19)
	for !MondayToFriday.Has(d.Weekday()) {
		d++
	}
	return d
}

// seedFor gives the seed of an area: the national years, and for 临夏州 its founding day in the same years, unconfirmed
// until the prefecture's notice of the year is entered.
func seedFor(area string) []seedYear {
	out := append([]seedYear(nil), seedNational()...)
	if Prefecture.AreaOf(area) != linxia {
		return out
	}
	for _, n := range seedNational() {
		day := LayerDay{Date: founding(n.Year), Kind: Off, Name: "建州纪念日"}
		out = append(out, seedYear{LayerYear{
			Layer: Prefecture, Area: linxia, Year: n.Year, Days: []LayerDay{day},
			Document: Document{Title: "临夏州人民政府办公室关于建州纪念日放假的通知（按惯例预置，未确认）", URL: "https://m.liuxue86.com/a/3472041.html"},
		}, clock.Day(n.Year, time.January, 1), false})
	}
	return out
}

// Embedded is the calendar of an area from the product's seed alone, with default hours, for use without a database.
func Embedded(area string) *Calendar {
	s := Spec{Area: area}
	for _, y := range seedFor(area) {
		s.Years = append(s.Years, y.LayerYear)
	}
	c, err := New(s)
	if err != nil {
		panic(err) // the seed is checked by a test
	}
	return c
}

// Seed gives a new centre the product's calendar for its area: the national years, the local days that the product
// knows (未确认) and the default office hours (未确认). A centre that has a calendar keeps it. The caller answers for the
// right to do so: it is part of making a centre.
func (m *Module) Seed(tx *store.Tx, centre, area string) error {
	n, err := loadCounter(tx, centre)
	if err != nil || n.Revision > 0 {
		return err
	}
	if n, err = bump(tx, centre, area); err != nil {
		return err
	}
	change := newChange(tx, n, Document{Title: "系统预置的放假安排"})
	change.Layer = National
	for _, y := range seedFor(area) {
		if err := saveRevision(tx, n, y.LayerYear, y.confirmed, y.effective); err != nil {
			return err
		}
		if y.Layer == National {
			change.Years = append(change.Years, y.Year)
		}
	}
	hours := HoursInput{Effective: clock.NoDate, Rules: DefaultHours(), Document: Document{Title: "系统预置的办公时间（未确认）"}}
	if err := saveHours(tx, n, hours, false); err != nil {
		return err
	}
	if err := audit.RecordIn(tx, centre, audit.Entry{Action: "calendar.seed", Permission: PermDayPublish, Kind: "calendar", Object: n.Token,
		Detail: map[string]any{"area": area, "years": change.Years, "revision": n.Revision}}); err != nil {
		return err
	}
	return m.tell(tx, change)
}
