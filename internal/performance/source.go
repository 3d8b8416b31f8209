package performance

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
)

// Fact (事实) is one thing that a source measures.
type Fact struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Unit  string `json:"unit"` // of its value: %, 万元, 件
	Rule  string `json:"rule"` // how it is counted, in one sentence
	Lower bool   `json:"lower,omitempty"`
}

// Scope is what a fact is asked about: a project, or the whole department where Project is "", in a period.
type Scope struct {
	Project string
	Period  metric.Period
}

// Year is the year that the scope begins in.
func (s Scope) Year() int { return s.Period.From.Year() }

// Source (事实来源) is where indicators take values from, registered by the composition root: a module that measures something.
type Source struct {
	Code  string
	Label string
	Facts []Fact
	// Freeze counts a fact for the centre of the context and binds it to the records that it counted.
	Freeze func(ctx context.Context, fact string, s Scope) (metric.Frozen, error)
	// Href leads to the records behind a fact, for whoever holds Needs; nil where there is no list of them.
	Href  func(fact string, s Scope) string
	Needs actor.Permission
}

// ErrSource refuses a source or fact that does not exist.
var ErrSource = errs.New(errs.Invalid, "performance.source", "没有这个数据来源，没有保存。请从列出的来源中选择。")

// Register adds a source; the composition root does so before the program serves.
func (m *Module) Register(s Source) { m.sources = append(m.sources, s) }

// Sources lists the sources.
func (m *Module) Sources() []Source { return m.sources }

// fact finds a fact of a source.
func (m *Module) fact(source, code string) (Source, Fact, bool) {
	i := slices.IndexFunc(m.sources, func(s Source) bool { return s.Code == source })
	if i < 0 {
		return Source{}, Fact{}, false
	}
	s := m.sources[i]
	j := slices.IndexFunc(s.Facts, func(f Fact) bool { return f.Code == code })
	if j < 0 {
		return Source{}, Fact{}, false
	}
	return s, s.Facts[j], true
}

// FactLabel names a fact with its source: “12345 热线·办结率”.
func (m *Module) FactLabel(source, code string) string {
	s, f, ok := m.fact(source, code)
	if !ok {
		return ""
	}
	return s.Label + "·" + f.Label
}

// freeze counts the facts that the indicators of a programme name, each one once.
func (m *Module) freeze(ctx context.Context, p *Programme, list []Indicator, until clock.Date) ([]metric.Frozen, error) {
	var out []metric.Frozen
	seen := map[string]bool{}
	for i := range list {
		in := &list[i]
		if !in.Bound() {
			continue
		}
		s, f, ok := m.fact(in.Source, in.Fact)
		if !ok {
			return nil, ErrSource.Say("指标“%s”的数据来源已经没有了。请重新选择来源。", in.Name)
		}
		scope := in.scope(p)
		if until < scope.Period.To && until > scope.Period.From {
			scope.Period.To = until
		}
		key := in.factKey() + scope.Period.String()
		if seen[key] {
			continue
		}
		seen[key] = true
		frozen, err := s.Freeze(asSystem(ctx), f.Code, scope)
		if err != nil {
			return nil, err
		}
		frozen.Metric = in.factKey()
		out = append(out, metric.Freeze(frozen.Figure(), frozen.Rule, frozen.Cohort, frozen.ComputedAt))
	}
	return out, nil
}

// frozenOf finds the frozen value of an indicator.
func frozenOf(list []metric.Frozen, p *Programme, in *Indicator) (metric.Frozen, bool) {
	from := in.scope(p).Period.From
	i := slices.IndexFunc(list, func(f metric.Frozen) bool { return f.Metric == in.factKey() && f.From == from })
	if i < 0 {
		return metric.Frozen{}, false
	}
	return list[i], true
}
