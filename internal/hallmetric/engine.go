package hallmetric

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Dimension is what figures are kept apart by.
type Dimension string

// The dimensions.
const (
	Whole  Dimension = ""     // everything that the reader may see
	ByUnit Dimension = "unit" // 部门
	BySite Dimension = "site" // 大厅、分中心、乡镇
	ByItem Dimension = "item" // 事项
)

// Valid reports whether there is such a dimension.
func (d Dimension) Valid() bool { return d == Whole || d == ByUnit || d == BySite || d == ByItem }

// Subject (统计对象) is whom a figure is about.
type Subject struct {
	By   Dimension `json:"by,omitempty"`
	ID   string    `json:"id,omitempty"`
	Name string    `json:"name"`
}

// Key is the subject in one word.
func (s Subject) Key() string {
	if s.By == Whole {
		return ""
	}
	return string(s.By) + ":" + s.ID
}

// SubjectOf reads a key back.
func SubjectOf(key string) Subject {
	by, id, _ := strings.Cut(key, ":")
	return Subject{By: Dimension(by), ID: id}
}

// of gives the id of whom a fact belongs to in a dimension.
func (f *Fact) of(d Dimension) string {
	switch d {
	case ByUnit:
		return f.Unit
	case BySite:
		return f.Site
	case ByItem:
		return f.Item
	}
	return ""
}

// reader says whose facts are asked for.
type reader struct {
	centre string
	scope  actor.Scope
	units  []string
	site   string
	user   string
}

func readerOf(a *actor.Actor, p actor.Permission) reader {
	r := reader{centre: a.CentreID, scope: a.Scope(p), site: a.SiteID, user: a.UserID, units: slices.Clone(a.UnitIDs)}
	if a.UnitID != "" && !slices.Contains(r.units, a.UnitID) {
		r.units = append(r.units, a.UnitID)
	}
	return r
}

// everything reads the whole centre.
func everything(centre string) reader { return reader{centre: centre, scope: actor.Centre} }

// narrow puts the reader's scope into a query: rows of the centre, the units, the site or the person.
func (r reader) narrow(w *store.Where, unit, site, owner string) {
	switch {
	case r.scope >= actor.Centre:
	case r.scope == actor.Unit && len(r.units) > 0:
		store.In(w, unit, r.units)
	case r.scope == actor.Site && r.site != "":
		w.And(site+" = ?", r.site)
	case r.scope == actor.Own && owner != "" && r.user != "":
		w.And(owner+" = ?", r.user)
	default:
		w.And("1 = 0")
	}
}

// engine counts measures as things stand in one transaction. Each basis is read once for all measures.
type engine struct {
	m      *Module
	tx     *store.Tx
	who    reader
	period metric.Period
	now    clock.Instant
	facts  map[Basis][]Fact
	absent map[Basis]string // why a basis has no facts
	rest   bool             // count keeps under "" what belongs to no subject of the dimension
}

func (m *Module) engine(tx *store.Tx, who reader, p metric.Period) *engine {
	return &engine{m: m, tx: tx, who: who, period: p, now: tx.Now(), facts: map[Basis][]Fact{}, absent: map[Basis]string{}}
}

// read gives the facts of a basis.
func (e *engine) read(b Basis) ([]Fact, error) {
	if list, ok := e.facts[b]; ok {
		return list, nil
	}
	list, err := e.load(b)
	if err != nil {
		return nil, err
	}
	e.facts[b] = list
	return list, nil
}

func (e *engine) load(b Basis) ([]Fact, error) {
	if e.who.scope == actor.Own && (b == BasisTickets || b == BasisItems) {
		e.absent[b] = "不按个人统计"
		return nil, nil
	}
	switch b {
	case BasisClosed, BasisDue, BasisStatutory, BasisReceived:
		return e.cases(b)
	case BasisTickets:
		return e.tickets()
	case BasisItems:
		return e.items()
	}
	return e.told(b)
}

// sum is what the facts of one subject add up to in one measure.
type sum struct {
	num, den, out int64
	values        []int64 // of a percentile
}

func (s *sum) add(d *definition, m Mark) {
	switch {
	case m.Out:
		s.out++
	case m.Counts && d.Percentile > 0:
		s.values = append(s.values, m.Num)
		s.den += m.Den
	case m.Counts:
		s.num, s.den = s.num+m.Num, s.den+m.Den
	}
}

// count adds up measures for every subject of a dimension. What was not read yet is counted as it comes and not kept.
func (e *engine) count(list []*definition, by Dimension) (map[string][]sum, error) {
	sums := map[string][]sum{}
	if by == Whole {
		sums[""] = make([]sum, len(list))
	}
	for i, d := range list {
		if d.feed == nil {
			continue
		}
		if err := e.fed(d, by, func(id string, s sum) {
			row := make([]sum, len(list))
			row[i] = s
			join(sums, id, row)
		}); err != nil {
			return nil, err
		}
	}
	// The ended cases are as much work as all the rest.
	other := *e
	other.facts, other.absent, other.tx = maps.Clone(e.facts), maps.Clone(e.absent), nil
	apart := map[string][]sum{}
	wait := e.tx.Beside(func(tx *store.Tx) error {
		other.tx = tx
		return other.countBases(list, by, []Basis{BasisClosed}, apart)
	})
	err := e.countBases(list, by, bases, sums)
	if err := errors.Join(wait(), err); err != nil {
		return nil, err
	}
	for id, row := range apart {
		join(sums, id, row)
	}
	return sums, nil
}

// join adds a subject's sums to those that there are.
func join(sums map[string][]sum, id string, row []sum) {
	if sums[id] == nil {
		sums[id] = row
		return
	}
	for i := range row {
		sums[id][i].join(row[i])
	}
}

// countBases adds up the measures over the facts of some bases.
func (e *engine) countBases(list []*definition, by Dimension, of []Basis, sums map[string][]sum) error {
	for _, b := range of {
		var at []int
		for i, d := range list {
			if d.feed == nil && (d.basis == b || d.basis == BasisCards && b == BasisClosed) { // cards stand beside the ended cases
				at = append(at, i)
			}
		}
		if len(at) == 0 {
			continue
		}
		err := e.each(b, columnsFor(b, list, by), func(f *Fact) error {
			id := f.of(by)
			if id == "" && by != Whole && !e.rest {
				return nil
			}
			row := sums[id]
			for _, i := range at {
				mark := list[i].mark(f, e.now)
				if !mark.Counts && !mark.Out {
					continue
				}
				if row == nil {
					row = make([]sum, len(list))
					sums[id] = row
				}
				row[i].add(list[i], mark)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bases lists the bases in the order of reading, the ended cases beside them.
var bases = []Basis{BasisReceived, BasisDue, BasisStatutory, BasisTickets, BasisItems, BasisStuck, BasisComplaint, BasisCards, BasisSamples, BasisDuty}

// each gives the facts of a basis: those that were read before, cases as they come, or all that there are.
func (e *engine) each(b Basis, columns string, fn func(*Fact) error) error {
	if _, read := e.facts[b]; !read && basisColumns[b] != "" {
		return e.eachCase(b, columns, fn)
	}
	list, err := e.read(b)
	for i := range list {
		if err == nil {
			err = fn(&list[i])
		}
	}
	return err
}

// figure makes the figure of a measure from a subject's sum.
func (e *engine) figure(d *definition, subject string, s sum) metric.Figure {
	f := metric.Figure{Metric: d.Code, Subject: subject, Form: d.Form, Unit: d.Unit, Scale: d.scale, Excluded: s.out, Period: e.period, Cutoff: e.now, Absent: e.why(d, SubjectOf(subject).By)}
	scale := max(d.scale, 1)
	switch {
	case d.Percentile > 0:
		f.Num, f.Den = percentile(s.values, d.Percentile), int64(len(s.values))*scale
		if len(s.values) == 0 && f.Absent == "" {
			f.Absent = "没有符合口径的记录"
		}
	case d.Form == metric.Mean:
		f.Num, f.Den = s.num, s.den*scale
	case d.Form == metric.Count:
		f.Num = s.num
	default:
		f.Num, f.Den = s.num, s.den
	}
	return f
}

// why says why a measure has no value here, where it has none.
func (e *engine) why(d *definition, by Dimension) string {
	switch {
	case d.months && e.who.scope < actor.Centre && e.period.To-e.period.From < 28:
		return "评价按月统计"
	case d.feed == nil:
		return e.absent[d.basis]
	}
	return d.feed.absent(e.who, by)
}

// percentile is the value at the p-th percentile by nearest rank; of an even number of values the median is the lower.
func percentile(values []int64, p int64) int64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := int64(len(values))
	return values[max(1, (n*p+99)/100)-1]
}

// sorted gives the keys of sums in order.
func sorted(sums map[string][]sum) []string {
	out := make([]string, 0, len(sums))
	for id := range sums {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
