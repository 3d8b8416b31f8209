package training

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Measure (培训指标) is one figure of training.
type Measure struct {
	Code string      `json:"code"`
	Name string      `json:"name"`
	Unit string      `json:"unit"`
	Rule string      `json:"rule"`
	Form metric.Form `json:"-"`
	Kind Kind        `json:"-"` // only courses of this kind; "" for all
}

// Measures lists the figures in the order of pages.
func Measures() []Measure {
	return []Measure{
		{"courses", "培训场次", "场", "期内开始、有人签到的大讲堂和12345业务培训", metric.Count, ""},
		{"lectures", "大讲堂场次", "场", "期内开始、有人签到的大讲堂", metric.Count, Lecture},
		{"hotline_courses", "12345业务培训场次", "场", "期内开始、有人签到的12345业务培训", metric.Count, Hotline},
		{"people", "培训人次", "人次", "期内开始的培训中签到的人次", metric.Count, ""},
		{"hotline_people", "12345业务培训人次", "人次", "期内开始的12345业务培训中签到的人次", metric.Count, Hotline},
		{"attendance", "到课率", "%", "签到人次除以报名人次", metric.Rate, ""},
		{"pass", "测验合格率", "%", "测验合格人次除以交卷人次", metric.Rate, ""},
	}
}

// UnitCount (单位培训情况) is what one unit's people did in a period.
type UnitCount struct {
	Unit     string `json:"unit_name"`
	Enrolled int64  `json:"enrolled"`
	Signed   int64  `json:"signed"`
	Scored   int64  `json:"scored"`
	Passed   int64  `json:"passed"`
}

// Figures (培训统计) are the measures of a period with the counts by unit.
type Figures struct {
	Period  metric.Period   `json:"period"`
	Figures []metric.Figure `json:"figures"`
	Units   []UnitCount     `json:"units"`
}

// attendee is one enrolment of a course that began in the period.
type attendee struct {
	Enrolment
	Title string `db:"title"`
	Kind  Kind   `db:"kind"`
	Start int64  `db:"start_at"`
}

func attendees(tx *store.Tx, centre string, p metric.Period) ([]attendee, error) {
	return store.Select[attendee](tx, "SELECT "+store.Columns[Enrolment]("e.")+", c.title AS title, c.kind AS kind, c.start_at AS start_at FROM training_course c JOIN training_enrolment e ON e.centre_id = c.centre_id AND e.course_id = c.id"+
		" WHERE c.centre_id = $1 AND c.start_at >= $2 AND c.start_at < $3 AND c.state IN ('held', 'archived') ORDER BY e.course_id, e.user_id", centre, p.Start(), p.End())
}

// measure counts one figure over the attendees, with the records of its numerator and denominator.
func measure(d Measure, list []attendee) (r metric.Ratio, num, den []metric.Record) {
	seen := map[string]bool{}
	for i := range list {
		e := &list[i]
		if d.Kind != "" && e.Kind != d.Kind {
			continue
		}
		person := metric.Record{ID: e.CourseID + "/" + e.UserID, No: e.Name, Title: e.Title, Subject: e.UnitID, At: e.At}
		switch d.Code {
		case "courses", "lectures", "hotline_courses":
			if e.SignedAt != 0 && !seen[e.CourseID] {
				seen[e.CourseID] = true
				num = append(num, metric.Record{ID: e.CourseID, No: e.Title, Title: e.Kind.Label(), At: e.SignedAt})
			}
		case "people", "hotline_people":
			if e.SignedAt != 0 {
				num = append(num, person)
			}
		case "attendance":
			den = append(den, person)
			if e.SignedAt != 0 {
				num = append(num, person)
			}
		case "pass":
			if e.ScoredAt != 0 {
				den = append(den, person)
			}
			if e.Passed {
				num = append(num, person)
			}
		}
	}
	return metric.Ratio{Num: int64(len(num)), Den: int64(len(den))}, num, den
}

// Figures counts every measure of a period and the people of each unit.
func (m *Module) Figures(ctx context.Context, p metric.Period) (Figures, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFigure); err != nil {
		return Figures{}, err
	}
	if !p.Valid() {
		return Figures{}, metric.ErrPeriod
	}
	out := Figures{Period: p}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := attendees(tx, a.CentreID, p)
		if err != nil {
			return err
		}
		out.Figures = nil
		for _, d := range Measures() {
			r, _, _ := measure(d, list)
			out.Figures = append(out.Figures, metric.Figure{Metric: d.Code, Form: d.Form, Unit: d.Unit, Ratio: r, Period: p, Cutoff: tx.Now()})
		}
		out.Units = byUnit(list)
		return nil
	})
	return out, err
}

func byUnit(list []attendee) []UnitCount {
	var out []UnitCount
	for i := range list {
		e := &list[i]
		k := slices.IndexFunc(out, func(u UnitCount) bool { return u.Unit == e.UnitName })
		if k < 0 {
			k, out = len(out), append(out, UnitCount{Unit: e.UnitName})
		}
		u := &out[k]
		u.Enrolled++
		for _, x := range []struct {
			yes bool
			n   *int64
		}{{e.SignedAt != 0, &u.Signed}, {e.ScoredAt != 0, &u.Scored}, {e.Passed, &u.Passed}} {
			if x.yes {
				*x.n++
			}
		}
	}
	return out
}

// Figure counts one measure of a period with the records behind it, of the part that is asked for.
func (m *Module) Figure(ctx context.Context, code string, part metric.Part, p metric.Period) (metric.Figure, []metric.Record, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFigure); err != nil {
		return metric.Figure{}, nil, err
	}
	i := slices.IndexFunc(Measures(), func(d Measure) bool { return d.Code == code })
	if i < 0 || !p.Valid() {
		return metric.Figure{}, nil, metric.ErrUnknown
	}
	d := Measures()[i]
	var f metric.Figure
	var records []metric.Record
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := attendees(tx, a.CentreID, p)
		r, num, den := measure(d, list)
		f = metric.Figure{Metric: d.Code, Form: d.Form, Unit: d.Unit, Ratio: r, Period: p, Cutoff: tx.Now()}
		if records = num; part == metric.Denominator && d.Form == metric.Rate {
			records = den
		}
		return err
	})
	return f, records, err
}
