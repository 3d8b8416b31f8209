package hallmetric

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Bulletin (公布指标) is the figures of a published month as everybody may read them: of the centre and of each department, as
// they were frozen. Nothing in it names a person or a case.
type Bulletin struct {
	Month  Month           `json:"month"`
	Months []clock.Date    `json:"months"` // first days of all published months, the newest first
	Whole  []PublicFigure  `json:"figures"`
	Units  []PublicLine    `json:"units"`
	Shown  []PublicMeasure `json:"measures"`
}

// PublicFigure is one published figure.
type PublicFigure struct {
	Code        string `json:"code"`
	Value       string `json:"value"`
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator,omitempty"`
}

// PublicLine is the figures of one department.
type PublicLine struct {
	Name    string         `json:"name"`
	Figures []PublicFigure `json:"figures"`
}

// PublicMeasure says what a published figure is.
type PublicMeasure struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Unit  string `json:"unit,omitempty"`
	Rule  string `json:"rule"`
}

// published are the measures that the public page and the screen show: what concerns people who come to the hall.
var published = []string{"HC0", "HC1", "HC2", "HC3", "HC4", "HC5", "HC6", "HC7", "HI1", "HQ1", "HQ5", "HP1", "HP3", "HK1", "HK2"}

// publishedByUnit are those of departments.
var publishedByUnit = []string{"HC0", "HC1", "HC5", "HC7"}

// Published gives a published month of the centre of the context; NoDate the newest. It needs no permission: it is what was
// published.
func (m *Module) Published(ctx context.Context, month clock.Date) (Bulletin, error) {
	centre := actor.From(ctx).CentreID
	var b Bulletin
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		b = Bulletin{}
		list, err := store.Select[clock.Date](tx, "SELECT DISTINCT month FROM hallmetric_month WHERE centre_id = $1 ORDER BY month DESC LIMIT 60", centre)
		if err != nil {
			return err
		}
		if b.Months = list; len(list) == 0 {
			return ErrMonthGone
		}
		if month <= 0 {
			month = list[0]
		}
		if b.Month, err = lastMonth(tx, centre, month); err != nil {
			return err
		}
		b.Month.PublishedBy = ""
		frozen, err := metric.Load(tx, centre, b.Month.Owner)
		if err != nil {
			return err
		}
		return m.fillBulletin(tx, centre, &b, frozen)
	})
	return b, err
}

func (m *Module) fillBulletin(tx *store.Tx, centre string, b *Bulletin, frozen []metric.Frozen) error {
	for _, code := range published {
		d, ok := definitionOf(code)
		f, found := frozenFigure(frozen, code, "")
		if !ok || !found || f.Absent != "" {
			continue
		}
		b.Shown = append(b.Shown, PublicMeasure{code, d.Label, d.Unit, d.Rule})
		b.Whole = append(b.Whole, publicFigure(d, f))
	}
	var ids []string
	for i := range frozen {
		if s := SubjectOf(frozen[i].Subject); s.By == ByUnit && frozen[i].Metric == publishedByUnit[0] {
			ids = append(ids, s.ID)
		}
	}
	names, err := m.names(tx, centre, ByUnit, ids)
	for _, id := range ids {
		line := PublicLine{Name: names[id]}
		for _, code := range publishedByUnit {
			d, _ := definitionOf(code)
			f, _ := frozenFigure(frozen, code, Subject{By: ByUnit, ID: id}.Key())
			line.Figures = append(line.Figures, publicFigure(d, f))
		}
		b.Units = append(b.Units, line)
	}
	return err
}

func frozenFigure(list []metric.Frozen, code, subject string) (metric.Figure, bool) {
	for i := range list {
		if list[i].Metric == code && list[i].Subject == subject {
			return list[i].Figure(), true
		}
	}
	return metric.Figure{}, false
}

func publicFigure(d *definition, f metric.Figure) PublicFigure {
	out := PublicFigure{Code: d.Code, Value: f.Text(), Numerator: f.NumText()}
	if d.Form != metric.Count {
		out.Denominator = f.DenText()
	}
	return out
}

// FreezeWhole counts one measure of a period for the centre and binds it to the records that it counted, for indicators of
// budget performance (绩效指标的事实来源).
func (m *Module) FreezeWhole(ctx context.Context, code string, p metric.Period) (metric.Frozen, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return metric.Frozen{}, err
	}
	d, ok := definitionOf(code)
	if !ok || !p.Valid() {
		return metric.Frozen{}, metric.ErrUnknown
	}
	var out metric.Frozen
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := m.engine(tx, readerOf(a, PermRead), p).freeze(d, Whole)
		if err == nil {
			out = list[0]
		}
		return err
	})
	return out, err
}
