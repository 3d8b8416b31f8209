package figure

import (
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// FigureSource is where figures come from that another module counts: the knowledge base (M17), the telephony (M18). It gives a
// measure's figure for the centre with the subject "" and, where it can, one for each unit.
type Source func(tx *store.Tx, centre string, p metric.Period) ([]metric.Figure, error)

// SetSource connects a measure with the module that counts it; the composition root does so before the program serves.
func (m *Module) SetSource(measure Measure, f Source) {
	m.sources[measure] = f
}

// absentSource says why a figure that another module counts is not there.
func absentSource(m Measure) string {
	switch m {
	case MeasureKnowledge, MeasureCorrection:
		return "没有知识库的复审和纠错数据"
	}
	return "没有接入话务数据"
}

// fed asks the source of a measure for its figure of the reader as a whole. A reader who sees only units gets their sum.
func (m *Module) fed(e *engine, d *definition, unit string) (metric.Figure, error) {
	list, err := m.askSource(e, d)
	if err != nil {
		return metric.Figure{}, err
	}
	var found *metric.Figure
	for i := range list {
		f := &list[i]
		if !e.who.sees(f.Subject, unit) {
			continue
		}
		if found == nil {
			found = f
			continue
		}
		found.Ratio, found.Excluded, found.Provisional = found.Add(f.Ratio), found.Excluded+f.Excluded, found.Provisional || f.Provisional
	}
	return fedFigure(e, d, unit, found), nil
}

// sees reports whether the figure of a subject takes part in what a reader asks for: the centre's own for all of it,
// else those of the units.
func (r reader) sees(subject, unit string) bool {
	if unit != "" {
		return subject == unit && r.mayRead(subject)
	}
	if r.units == nil {
		return subject == ""
	}
	return subject != "" && r.mayRead(subject)
}

func (r reader) mayRead(subject string) bool {
	if r.units == nil {
		return true
	}
	for _, u := range r.units {
		if u == subject {
			return true
		}
	}
	return false
}

func (m *Module) askSource(e *engine, d *definition) ([]metric.Figure, error) {
	f := m.sources[d.code]
	if f == nil {
		return nil, nil
	}
	return f(e.tx, e.who.centre, e.period)
}

// fedFigure dresses a source's figure as the catalogue describes it, or says why there is none.
func fedFigure(e *engine, d *definition, subject string, f *metric.Figure) metric.Figure {
	out := e.figure(d, subject, nil)
	if f == nil {
		out.Absent = absentSource(d.code)
		return out
	}
	out.Ratio, out.Excluded, out.Provisional, out.Absent = f.Ratio, f.Excluded, f.Provisional, f.Absent
	return out
}

// fedByUnit gives the sources' figures of each unit that the reader may see, by measure.
func (m *Module) fedByUnit(e *engine, list []*definition) (map[string]map[Measure]*metric.Figure, error) {
	out := map[string]map[Measure]*metric.Figure{}
	for _, d := range list {
		if !d.other {
			continue
		}
		figures, err := m.askSource(e, d)
		if err != nil {
			return nil, err
		}
		for i := range figures {
			f := &figures[i]
			if f.Subject == "" || !e.who.mayRead(f.Subject) {
				continue
			}
			if out[f.Subject] == nil {
				out[f.Subject] = map[Measure]*metric.Figure{}
			}
			out[f.Subject][d.code] = f
		}
	}
	return out, nil
}
