package workforce

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Fault (考核线索) is a fact of another module that may cost points: who, when, what record. The composition root hands in
// where they come from.
type Fault struct {
	Source string     // which module found it
	Record string     // id of the record; with source and code it makes the fault unique
	No     string     // number that people use
	Code   string     // one of the codes that machines propose
	UserID string     // "" for the window as a whole
	UnitID string     // of the window
	Day    clock.Date // when it happened
	Days   int64      // working days over the limit, for an overrun
	Text   string
}

// source is where faults come from.
type source struct {
	name string
	list func(tx *store.Tx, centre string, from, to clock.Date) ([]Fault, error)
}

// TakeFaults hands in a source of faults; list gives those of a centre and the days [from, to), inside
// the transaction that counts them.
func (m *Module) TakeFaults(name string, list func(tx *store.Tx, centre string, from, to clock.Date) ([]Fault, error)) {
	m.sources = append(m.sources, source{name, list})
}

// Work (工作量) is a piece of finished work with the minutes that its kind is worth.
type Work struct {
	Record  string
	No      string
	Title   string
	UserID  string
	UnitID  string
	At      clock.Instant
	Minutes int64 // 0 where the kind has no standard minutes
}

// workSource is where finished work comes from.
type workSource struct {
	name string
	list func(tx *store.Tx, centre string, from, to clock.Date) ([]Work, error)
}

// TakeWork hands in a source of finished work; list gives that of a centre and the days [from, to), inside
// the transaction that counts it.
func (m *Module) TakeWork(name string, list func(tx *store.Tx, centre string, from, to clock.Date) ([]Work, error)) {
	m.works = append(m.works, workSource{name, list})
}

// foreign asks every source for the faults of [from, to).
func (m *Module) foreign(tx *store.Tx, centre string, from, to clock.Date) ([]Fault, error) {
	var out []Fault
	for _, s := range m.sources {
		list, err := s.list(tx, centre, from, to)
		if err != nil {
			return nil, fmt.Errorf("faults of %s: %w", s.name, err)
		}
		for _, f := range list {
			if f.Day >= from && f.Day < to {
				f.Source = s.name
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// attendanceFaults finds what the attendance of people proposes for the days [from, to).
func attendanceFaults(b *book, users []string, from, to clock.Date) []Fault {
	var out []Fault
	for _, u := range users {
		for _, w := range b.fold(u, from, to-1) {
			p := b.posting(u, w.Day)
			if p == nil {
				continue
			}
			out = append(out, faultsOf(&w, p.UnitID)...)
		}
	}
	return out
}

// faultsOf lists what one part proposes.
func faultsOf(w *Worked, unit string) []Fault {
	var out []Fault
	when := fmt.Sprintf("%s %s第 %d 段（%s–%s）", w.Day, w.Shift, w.Nth, w.From.Time().Format("15:04"), w.To.Time().Format("15:04"))
	add := func(code, key string, times int64, text string) {
		out = append(out, Fault{Source: "attendance", Record: w.UserID + "/" + w.Day.String() + "/" + strconv.Itoa(w.Nth) + "/" + key, Code: code, UserID: w.UserID, UnitID: unit, Day: w.Day, Days: times, Text: text})
	}
	if slices.Contains(w.Statuses, Absent) {
		add(CodeAbsent, "absent", w.Halves, when+"没有打卡")
		return out
	}
	if w.Has(Late) && w.LateBy > 0 {
		add(CodeLate, "late", 0, fmt.Sprintf("%s迟到 %d 分钟", when, w.LateBy))
	}
	if w.Has(Early) && w.EarlyBy > 0 {
		add(CodeLate, "early", 0, fmt.Sprintf("%s早退 %d 分钟", when, w.EarlyBy))
	}
	if w.Has(Away) {
		add(CodeAway, "away", 0, fmt.Sprintf("%s离岗 %d 分钟", when, max(w.LateBy, w.EarlyBy)))
	}
	if w.Missing > 0 && !w.Has(Absent) {
		add(CodeLacking, "lacking", w.Missing, fmt.Sprintf("%s缺卡 %d 次", when, w.Missing))
	}
	return out
}

// key makes a fault unique in its centre.
func (f *Fault) key() string { return f.Source + ":" + f.Code + ":" + f.Record }

// cost is what a fault comes to: half days and missing punches are counted, days over a limit are added.
func (f *Fault) cost(c Charge) int64 {
	if f.Source == "attendance" {
		return c.Cost(f.Days, 0)
	}
	return c.Cost(1, f.Days)
}

// evidenceOf is what a proposal names as its proof.
func (f *Fault) evidenceOf() string {
	if f.No != "" {
		return f.No
	}
	return "考勤记录"
}

// stationedOn finds whose posting a fault of a person belongs to, so that the unit is the one that he was posted from.
func stationedOn(tx *store.Tx, centre string, f *Fault) (unit, site string, err error) {
	if f.UserID != "" {
		p, err := postingOn(tx, centre, f.UserID, f.Day)
		if err == nil {
			return p.UnitID, p.SiteID, nil
		}
		if !errors.Is(err, ErrNoPosting) {
			return "", "", err
		}
	}
	return f.UnitID, "", nil
}
