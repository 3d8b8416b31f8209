package hallmetric

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// told is everything that a recount reads of what events say.
type told struct {
	Missing   int    `json:"missing"`
	Complete  bool   `json:"complete"`
	Came      bool   `json:"came"`
	Absent    bool   `json:"absent"`
	Mode      string `json:"mode"`
	Accepted  string `json:"accepted_on"`
	Ground    string `json:"ground"`
	Start     string `json:"start"`
	End       string `json:"end"`
	Days      int    `json:"days"`
	Decision  string `json:"decision"`
	CloseCode string `json:"close_code"`
	// What the decision noted, for a calendar that has changed since.
	PromiseDue   int64 `json:"promise_due"`
	StatutoryDue int64 `json:"statutory_due"`
	UsedDays     int64 `json:"used_days"`
	Revision     int64 `json:"calendar_revision"`
}

// stop is a special procedure: its working days from the first to the day before the last are not counted.
type stop struct {
	start, end clock.Date // end 0 while it is open
}

// asOf is the day on which the end of each limit was last counted; while a procedure is open it is the count of that day.
type asOf struct{ promise, statutory clock.Date }

// replayed is a case made anew from its events alone, with limits counted day by day; no clock or due that the case keeps
// is looked at. Package casework counts with clocks and projections: the two agree only if both are right.
type replayed struct {
	Case
	history     *calendar.History
	cal         *calendar.Calendar // in force at the event that is applied
	terms       *item.Content
	unit        string
	accepted    clock.Date
	begun       clock.Date // from which the limits of the decision count: of acceptance, or of the report of the first review
	first       bool       // a lower organ reviews first
	stops       []stop
	asOf        asOf
	extra       int
	decidedBy   told
	completeAct clock.Instant
}

func day(text string) clock.Date {
	d, err := clock.ParseDate(text)
	if err != nil {
		return 0
	}
	return d
}

// apply takes one event.
func (r *replayed) apply(e *casework.Event) error {
	r.cal = r.history.At(e.At)
	var t told
	if e.Data != "" {
		if err := json.Unmarshal([]byte(e.Data), &t); err != nil {
			return err
		}
	}
	switch e.Action {
	case casework.ActReceive, casework.ActApply:
		r.ReceivedAt = e.At
		if e.Action == casework.ActReceive && !t.Absent {
			r.Trips = 1
		}
		if t.Missing == 0 {
			r.CompleteAt = e.At
		}
	case casework.ActSpot, casework.ActAttach, casework.ActSupply:
		if t.Complete || e.Action == casework.ActSupply {
			r.CompleteAt = e.At
		}
		if t.Came {
			r.Trips++
		}
	case casework.ActNotify:
		r.Notices++
	case casework.ActAccept, casework.ActDeem:
		r.accept(e, t)
	case casework.ActFirst:
		r.begun, r.asOf = e.At.Date(), asOf{}
	case casework.ActRefuse, casework.ActRedirect:
		r.Ground, r.ClosedAt = t.Ground, e.At
		r.timeAcceptance(e.At)
	case casework.ActWithdraw, casework.ActLapse, casework.ActTerminate:
		r.ClosedAt = e.At
	case casework.ActReproject:
		r.asOf = asOf{e.At.Date(), e.At.Date()}
	case casework.ActSuspend:
		r.asOf = asOf{e.At.Date(), e.At.Date()}
		r.suspend(t)
	case casework.ActResume:
		r.resume(e.At.Date())
	case casework.ActExtend:
		r.extra, r.asOf.statutory = t.Days, e.At.Date()
	case casework.ActGrant, casework.ActDeny, casework.ActDeemRenew:
		r.DecidedAt, r.decidedBy = e.At, t
	case casework.ActDeliver:
		if t.Came {
			r.Trips++
		}
	case casework.ActClose:
		r.CloseCode, r.ClosedAt = t.CloseCode, e.At
	}
	return nil
}

func (r *replayed) accept(e *casework.Event, t told) {
	r.accepted, r.Mode, r.AcceptedAt = day(t.Accepted), casework.Mode(t.Mode), e.At
	if !r.first {
		r.begun = r.accepted
	}
	if e.Action == casework.ActDeem {
		r.AcceptedAt = r.ReceivedAt
		if r.Notices > 0 && r.CompleteAt != 0 {
			r.AcceptedAt = r.CompleteAt
		}
	}
	r.timeAcceptance(e.At)
}

func (r *replayed) timeAcceptance(at clock.Instant) {
	r.StdMinutes = int64(r.terms.Minutes)
	if r.CompleteAt != 0 && at >= r.CompleteAt && r.Mode != casework.DeemedMode {
		r.AcceptTimed, r.AcceptMinutes = true, int64(r.cal.WorkMinutes(r.CompleteAt, at, r.unit))
	}
}

func (r *replayed) suspend(t told) {
	s := stop{start: day(t.Start), end: day(t.End)}
	promise, _ := casework.Limits(r.terms, r.Mode)
	if due, ok := r.end(promise, 0, s.start); ok && promise.Unit == item.Workday && len(r.between(s.start, calendar.LastDay(due), nil)) <= 2 {
		r.StoppedNear = true
	}
	r.Stops++
	r.stops = append(r.stops, s)
}

// resume ends the procedure that is open, or one whose end is still to come.
func (r *replayed) resume(today clock.Date) {
	for i := range r.stops {
		s := &r.stops[i]
		if s.end == 0 || s.end > today {
			s.end = max(today, s.start)
		}
	}
}

// stood reports whether the case stood still on a day; an open procedure lasts until today.
func (r *replayed) stood(d, today clock.Date) bool {
	return slices.ContainsFunc(r.stops, func(s stop) bool {
		end := s.end
		if end == 0 {
			end = today + 1
		}
		return d >= s.start && d < end
	})
}

// between lists the working days after a up to b, those on which the case stood still left out where that is asked for.
func (r *replayed) between(a, b clock.Date, stood func(clock.Date) bool) []clock.Date {
	var out []clock.Date
	for d := a + 1; d <= b; d++ {
		if r.cal.IsWorkday(d) && (stood == nil || !stood(d)) {
			out = append(out, d)
		}
	}
	return out
}

// end counts a limit from the day on which it begins, one day after the other.
func (r *replayed) end(l item.Limit, extra int, today clock.Date) (clock.Instant, bool) {
	if l.IsZero() || r.begun == 0 {
		return 0, false
	}
	stood := func(d clock.Date) bool { return r.stood(d, today) }
	last := r.begun
	if l.Unit != item.Workday {
		last = r.natural(l, stood)
		l.N = 0
	}
	for left := l.N + extra; left > 0; {
		last++
		if r.cal.IsWorkday(last) && (l.N == 0 || !stood(last)) {
			left--
		}
	}
	return last.End(), true
}

// natural counts a limit in days, months or years: the days of special procedures are added, a day off moves it on.
func (r *replayed) natural(l item.Limit, stood func(clock.Date) bool) clock.Date {
	last := r.begun + clock.Date(l.N)
	months := map[item.LimitUnit]int{item.Month: l.N, item.Year: 12 * l.N}[l.Unit]
	if months > 0 {
		at := r.begun
		first := clock.Day(at.Year(), at.Month()+time.Month(months), 1)
		after := clock.Day(at.Year(), at.Month()+time.Month(months)+1, 1)
		last = min(first+clock.Date(at.DayOfMonth()-1), after-1)
	}
	for d := r.begun + 1; d <= r.lastStop(); d++ {
		if stood(d) {
			last++
		}
	}
	for !r.cal.IsWorkday(last) {
		last++
	}
	return last
}

func (r *replayed) lastStop() clock.Date {
	var last clock.Date
	for _, s := range r.stops {
		last = max(last, s.end, s.start)
	}
	return last
}

// stands is when the limits of a case that is not decided run again after its special procedures.
func (r *replayed) stands() clock.Instant {
	at := clock.Instant(0)
	if r.ClosedAt != 0 || r.PromiseDue == 0 && r.StatutoryDue == 0 {
		return at
	}
	for _, s := range r.stops {
		if s.end == 0 {
			return casework.UntilResumed
		}
		at = max(at, s.end.Start())
	}
	return at
}

// finish counts limits and days once every event is there, by the calendar of now or, of a case that was decided or ended,
// of that moment. Where a change of the calendar had not reached the case by its decision, it keeps what its event noted.
func (r *replayed) finish(now clock.Instant) {
	if r.accepted == 0 {
		return
	}
	today := now.Date()
	r.cal = r.history.At(cmp.Or(r.DecidedAt, r.ClosedAt, now))
	if r.DecidedAt != 0 {
		today = r.DecidedAt.Date()
	}
	promise, statutory := casework.Limits(r.terms, r.Mode)
	days := asOf{today, today}
	if slices.ContainsFunc(r.stops, func(s stop) bool { return s.end == 0 }) {
		days = r.asOf
	}
	r.PromiseDue, _ = r.end(promise, 0, days.promise)
	r.StatutoryDue, _ = r.end(statutory, r.extra, days.statutory)
	if r.DecidedAt == 0 {
		r.StandsUntil = r.stands()
		return
	}
	stood := func(d clock.Date) bool { return r.stood(d, today) }
	ran, all := r.between(r.accepted, today, stood), r.between(r.accepted, today, nil)
	r.DecideTimed, r.UsedDays, r.StoppedDays = true, int64(len(ran)), int64(len(all)-len(ran))
	if t := r.decidedBy; t.Revision != 0 && t.Revision != r.cal.Revision() {
		r.PromiseDue, r.StatutoryDue, r.UsedDays = clock.Instant(t.PromiseDue), clock.Instant(t.StatutoryDue), t.UsedDays
	}
}

// replays makes the cases of a centre anew from their events and gives each to fn, with whom it belongs to.
func (m *Module) replays(tx *store.Tx, centre string, fn func(f Fact) error) error {
	owners, err := m.owners(tx, centre)
	if err != nil {
		return err
	}
	history, err := m.calendar.History(tx, centre)
	if err != nil {
		return err
	}
	contents, err := m.contents(tx, centre)
	if err != nil {
		return err
	}
	var r *replayed
	id, now := "", tx.Now()
	give := func() error {
		if r == nil {
			return nil
		}
		r.finish(now)
		o := owners[id]
		c := r.Case
		return fn(Fact{ID: id, Unit: o.Unit, Site: o.Site, Item: o.Item, Case: &c})
	}
	err = store.Each(tx, func(e *casework.Event) error {
		if string(e.CaseID) != id {
			if err := give(); err != nil {
				return err
			}
			id = string(e.CaseID)
			o := owners[id]
			r = &replayed{history: history, terms: contents[o.Version], unit: cmp.Or(o.First, o.Unit), first: o.First != "", Case: Case{Instant: o.Kind == item.Instant}}
			if r.terms == nil {
				r.terms = &item.Content{}
			}
		}
		return r.apply(e)
	}, "SELECT "+store.Columns[casework.Event]("")+" FROM casework_event WHERE centre_id = $1 ORDER BY case_id, seq", centre)
	if err != nil {
		return err
	}
	return give()
}

// ownerRow is whom a case belongs to: its identity, which no event changes.
type ownerRow struct {
	ID      string        `db:"id"`
	Unit    string        `db:"unit_id"`
	First   string        `db:"first_unit_id"`
	Site    string        `db:"site_id"`
	Item    string        `db:"item_id"`
	Version string        `db:"version_id"`
	Kind    item.CaseKind `db:"kind"`
}

func (m *Module) owners(tx *store.Tx, centre string) (map[string]ownerRow, error) {
	out := map[string]ownerRow{}
	err := store.Each(tx, func(r *ownerRow) error {
		out[r.ID] = *r
		return nil
	}, "SELECT "+store.Columns[ownerRow]("")+" FROM casework_case WHERE centre_id = $1", centre)
	return out, err
}

func (m *Module) contents(tx *store.Tx, centre string) (map[string]*item.Content, error) {
	out := map[string]*item.Content{}
	err := store.Each(tx, func(v *item.Version) error {
		c, err := v.Content()
		out[v.ID] = &c
		return err
	}, "SELECT "+store.Columns[item.Version]("")+" FROM item_version WHERE centre_id = $1", centre)
	return out, err
}
