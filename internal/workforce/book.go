package workforce

import (
	"cmp"
	"slices"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// book is everything that the attendance of some people in a range of days is folded from.
type book struct {
	cal      *calendar.Calendar
	now      clock.Instant
	rules    func(day clock.Date) Tolerance
	postings map[string][]Posting
	shifts   map[string]Shift
	roster   map[string][]Roster
	stamps   map[string][]Stamp
	excuses  map[string][]Excuse
	gaps     map[string][]Gap // by site
}

// bookOf loads the book of people for the days [from, to]; one day more on each side is read, for nights and for the
// boundaries of neighbours.
func (m *Module) bookOf(tx *store.Tx, centre string, users []string, from, to clock.Date) (*book, error) {
	cal, err := m.calendar.ForCentre(tx, centre, "")
	if err != nil {
		return nil, err
	}
	b := &book{cal: cal, now: tx.Now(), postings: map[string][]Posting{}, shifts: map[string]Shift{}, roster: map[string][]Roster{}, stamps: map[string][]Stamp{}, excuses: map[string][]Excuse{}, gaps: map[string][]Gap{}}
	if b.rules, err = m.tolerances(tx, centre); err != nil {
		return nil, err
	}
	shifts, err := shiftsOf(tx, centre)
	if err != nil {
		return nil, err
	}
	for _, s := range shifts {
		b.shifts[s.ID] = s
	}
	outages, err := store.Select[Outage](tx, "SELECT "+store.Columns[Outage]("")+" FROM workforce_outage WHERE centre_id = $1 AND to_at >= $2 AND from_at < $3 ORDER BY to_at, id", centre, (from - 1).Start(), (to + 2).Start())
	for _, o := range outages {
		b.gaps[o.SiteID] = append(b.gaps[o.SiteID], Gap{o.ID, o.From, o.To})
	}
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(users, 300) {
		if err := b.load(tx, centre, chunk, from-1, to+2); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// load reads what belongs to some people, of the days [from, to).
func (b *book) load(tx *store.Tx, centre string, users []string, from, to clock.Date) error {
	who := func() *store.Where {
		w := (&store.Where{}).And("centre_id = ?", centre)
		store.In(w, "user_id", users)
		return w
	}
	w := who()
	if err := store.Each(tx, func(p *Posting) error {
		b.postings[p.UserID] = append(b.postings[p.UserID], *p)
		return nil
	}, "SELECT "+postingColumns+" FROM workforce_posting"+w.SQL()+" ORDER BY user_id, from_day", w.Args...); err != nil {
		return err
	}
	w = who().And("day >= ? AND day < ?", from, to)
	if err := store.Each(tx, func(r *Roster) error {
		b.roster[r.UserID] = append(b.roster[r.UserID], *r)
		return nil
	}, "SELECT "+store.Columns[Roster]("")+" FROM workforce_roster"+w.SQL()+" ORDER BY user_id, day, shift_id", w.Args...); err != nil {
		return err
	}
	w = who().And("at >= ? AND at < ?", from.Start(), to.Start())
	if err := store.Each(tx, func(p *Punch) error {
		b.stamps[p.UserID] = append(b.stamps[p.UserID], Stamp{p.At, p.Method, p.OutageID})
		return nil
	}, "SELECT user_id, at, method, outage_id FROM workforce_punch"+w.SQL()+" ORDER BY user_id, at", w.Args...); err != nil {
		return err
	}
	w = who().And("to_at > ? AND from_at < ?", from.Start(), to.Start())
	return store.Each(tx, func(l *Leave) error {
		if l.counts() {
			b.excuses[l.UserID] = append(b.excuses[l.UserID], Excuse{l.From, l.ends(), l.Kind})
		}
		return nil
	}, "SELECT "+leaveColumns+" FROM workforce_leave"+w.SQL()+" ORDER BY user_id, from_at, id", w.Args...)
}

// posting gives a person's posting on a day, nil for none.
func (b *book) posting(user string, day clock.Date) *Posting {
	list := b.postings[user]
	for i := range list {
		if list[i].On(day) {
			return &list[i]
		}
	}
	return nil
}

// parts lays out what a person was to work on the days [from, to], in the order of time.
func (b *book) parts(user string, from, to clock.Date) []Part {
	var out []Part
	for d := from; d <= to; d++ {
		out = append(out, b.day(user, d)...)
	}
	slices.SortStableFunc(out, func(x, y Part) int { return cmp.Compare(x.From, y.From) })
	nth := map[clock.Date]int{}
	for i := range out {
		nth[out[i].Day]++
		out[i].Nth = nth[out[i].Day]
	}
	return out
}

// day is what a person was to work on one day: the shift of the posting on a working day, as the roster changes it.
func (b *book) day(user string, d clock.Date) []Part {
	p := b.posting(user, d)
	if p == nil || d < p.At.Date() { // of days before it was entered nothing is known
		return nil
	}
	var own, extra []Part
	if s, ok := b.shifts[p.ShiftID]; ok && b.cal.IsWorkday(d) {
		own = s.parts(b.cal, user, p.UnitID, d, false)
	}
	swapped := false
	for _, r := range b.roster[user] {
		if r.Day != d {
			continue
		}
		s := b.shifts[r.ShiftID]
		switch r.Kind {
		case Rest:
			own = nil
		case Swap:
			if !swapped {
				own, swapped = nil, true
			}
			own = append(own, s.parts(b.cal, user, p.UnitID, d, false)...)
		case Duty:
			extra = append(extra, s.parts(b.cal, user, p.UnitID, d, true)...)
		}
	}
	return append(own, extra...)
}

// fold tells what became of a person's parts on the days [from, to]. Neighbouring days are folded too, so that a punch at
// a boundary is not taken by two parts.
func (b *book) fold(user string, from, to clock.Date) []Worked {
	parts := b.parts(user, from-1, to+1)
	tolerance, site := b.rules(from), ""
	if p := b.posting(user, from); p != nil {
		site = p.SiteID
	} else if p := b.posting(user, to); p != nil {
		site = p.SiteID
	}
	var out []Worked
	for _, w := range Fold(parts, b.stamps[user], b.excuses[user], b.gaps[site], tolerance, b.now) {
		if w.Day >= from && w.Day <= to {
			out = append(out, w)
		}
	}
	return out
}

// monthSpan gives the first day of a month and of the next.
func monthSpan(day clock.Date) (first, next clock.Date) {
	first = clock.Day(day.Year(), day.Month(), 1)
	return first, clock.Day(day.Year(), day.Month()+1, 1)
}

func keysOf[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
