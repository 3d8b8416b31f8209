package hallmetric

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// target is whom a feed is asked about; all empty for the centre.
type target struct{ unit, site, staff string }

// feed is a measure that another module of the hall counts, with the records behind it. It is asked for whole subjects, so
// that a reader never gets a sum of which a part is not his.
type feed struct {
	figure  func(tx *store.Tx, centre string, t target, p metric.Period) (metric.Figure, error)
	byUnit  func(tx *store.Tx, centre string, p metric.Period) (map[string]metric.Figure, error)
	records func(tx *store.Tx, centre string, t target, q metric.Query) (metric.Page, error) // nil where the records are not shown
	sites   bool                                                                             // it knows sites
	staff   bool                                                                             // and persons
}

// absent says why a feed has no value for a reader or a dimension.
func (f *feed) absent(who reader, by Dimension) string {
	switch {
	case by == ByItem:
		return "不按事项统计"
	case (by == BySite || who.scope == actor.Site) && !f.sites:
		return "不按站点统计"
	case who.scope == actor.Own && !f.staff:
		return "不按个人统计"
	}
	return ""
}

// targets gives the subjects of which a reader's whole is made.
func (r reader) targets() []target {
	switch {
	case r.scope >= actor.Centre:
		return []target{{}}
	case r.scope == actor.Unit:
		var out []target
		for _, u := range r.units {
			out = append(out, target{unit: u})
		}
		return out
	case r.scope == actor.Site && r.site != "":
		return []target{{site: r.site}}
	case r.scope == actor.Own && r.user != "":
		return []target{{staff: r.user}}
	}
	return nil
}

func sumOf(f metric.Figure) sum { return sum{num: f.Num, den: f.Den, out: f.Excluded} }

func (s *sum) join(x sum) {
	s.num, s.den, s.out, s.values = s.num+x.num, s.den+x.den, s.out+x.out, append(s.values, x.values...)
}

// fed asks a feed for the sums of every subject of a dimension that the reader may see.
func (e *engine) fed(d *definition, by Dimension, give func(id string, s sum)) error {
	if e.why(d, by) != "" {
		return nil
	}
	switch by {
	case ByUnit:
		return e.fedUnits(d, give)
	case BySite:
		return e.fedSites(d, give)
	}
	var whole sum
	for _, t := range e.who.targets() {
		f, err := d.feed.figure(e.tx, e.who.centre, t, e.period)
		if err != nil {
			return err
		}
		whole.join(sumOf(f))
	}
	give("", whole)
	return nil
}

func (e *engine) fedUnits(d *definition, give func(id string, s sum)) error {
	if e.who.scope != actor.Unit && e.who.scope < actor.Centre {
		return nil
	}
	list, err := d.feed.byUnit(e.tx, e.who.centre, e.period)
	for id, f := range list {
		if id != "" && (e.who.scope >= actor.Centre || slices.Contains(e.who.units, id)) {
			give(id, sumOf(f))
		}
	}
	return err
}

func (e *engine) fedSites(d *definition, give func(id string, s sum)) error {
	sites, err := store.Select[string](e.tx, "SELECT id FROM org_site WHERE centre_id = $1 ORDER BY id", e.who.centre)
	for _, id := range sites {
		if err != nil {
			return err
		}
		if e.who.scope < actor.Centre && id != e.who.site {
			continue
		}
		var f metric.Figure
		if f, err = d.feed.figure(e.tx, e.who.centre, target{site: id}, e.period); err == nil && (f.Den != 0 || f.Num != 0 || f.Excluded != 0) {
			give(id, sumOf(f))
		}
	}
	return err
}

// feedTarget is whose records of a feed are asked for, if the reader may see them.
func (e *engine) feedTargets(subject Subject) []target {
	own := e.who.targets()
	switch {
	case subject.By == Whole:
		return own
	case subject.By == ByUnit && (e.who.scope >= actor.Centre || e.who.scope == actor.Unit && slices.Contains(e.who.units, subject.ID)):
		return []target{{unit: subject.ID}}
	case subject.By == BySite && (e.who.scope >= actor.Centre || e.who.scope == actor.Site && e.who.site == subject.ID):
		return []target{{site: subject.ID}}
	}
	return nil
}

// feedPage lists the records behind a figure of a feed. Of several departments at once only the sum is shown: each has its
// own list.
func (e *engine) feedPage(d *definition, subject Subject, q metric.Query) (metric.Page, error) {
	list := e.feedTargets(subject)
	if d.feed.records == nil || len(list) != 1 || e.why(d, subject.By) != "" {
		return metric.Page{}, nil
	}
	return d.feed.records(e.tx, e.who.centre, list[0], q)
}

// feedCohort reads every record behind a figure for its fingerprint.
func (e *engine) feedCohort(d *definition, t target) (*metric.Cohort, error) {
	c := &metric.Cohort{}
	if d.feed.records == nil {
		return c, nil
	}
	for _, part := range []metric.Part{metric.Numerator, metric.Denominator, metric.Excluded} {
		q := metric.Query{Part: part, Period: e.period, Limit: 200}
		for {
			page, err := d.feed.records(e.tx, e.who.centre, t, q)
			if err != nil {
				return c, err
			}
			for _, r := range page.Records {
				c.Add(part, r.ID, 1)
			}
			if page.Next == "" {
				break
			}
			q.After = page.Next
		}
	}
	return c, nil
}
