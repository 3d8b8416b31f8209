package workforce

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// The figures of this package (hall reference §5).
const (
	FigureAttendance = "workforce.attendance" // 出勤率: half days worked ÷ (planned − approved leave)
	FigureWorkload   = "workforce.workload"   // 工作量: Σ finished work × standard minutes
)

// counted is one record behind a figure with its weight in each part.
type counted struct {
	metric.Record
	unit     string
	user     string
	num, den int64
	out      bool // left out by the rule
}

// Figures gives 出勤率 and 工作量 of a period: of everybody whom the actor may see together (unit ""), or of one unit.
func (m *Module) Figures(ctx context.Context, p metric.Period, unit string) ([]metric.Figure, error) {
	var out []metric.Figure
	for _, code := range []string{FigureAttendance, FigureWorkload} {
		records, cutoff, err := m.records(ctx, code, p, unit)
		if err != nil {
			return nil, err
		}
		out = append(out, figureOf(code, p, unit, cutoff, records))
	}
	return out, nil
}

// UnitFigures gives one figure for each unit with people at the windows in the period.
func (m *Module) UnitFigures(ctx context.Context, code string, p metric.Period) ([]metric.Figure, error) {
	records, cutoff, err := m.records(ctx, code, p, "")
	if err != nil {
		return nil, err
	}
	byUnit := map[string][]counted{}
	for _, r := range records {
		byUnit[r.unit] = append(byUnit[r.unit], r)
	}
	var out []metric.Figure
	for _, u := range keysOf(byUnit) {
		out = append(out, figureOf(code, p, u, cutoff, byUnit[u]))
	}
	return out, nil
}

func figureOf(code string, p metric.Period, subject string, cutoff clock.Instant, records []counted) metric.Figure {
	f := metric.Figure{Metric: code, Subject: subject, Form: metric.Rate, Period: p, Cutoff: cutoff}
	if code == FigureWorkload {
		f.Form, f.Unit = metric.Count, "标准分钟"
	}
	for _, r := range records {
		f.Num, f.Den = f.Num+r.num, f.Den+r.den
		if r.out {
			f.Excluded++
		}
	}
	return f
}

// Cohort lists the records behind a figure, in a stable order.
func (m *Module) Cohort(ctx context.Context, q metric.Query) (metric.Page, error) {
	if !q.Part.Valid() {
		return metric.Page{}, metric.ErrUnknown
	}
	records, _, err := m.records(ctx, q.Metric, q.Period, q.Subject)
	if err != nil {
		return metric.Page{}, err
	}
	page := metric.Page{Records: []metric.Record{}}
	if q.Limit <= 0 || q.Limit > 500 {
		q.Limit = 100
	}
	for _, r := range records {
		in := map[metric.Part]bool{metric.Numerator: r.num > 0, metric.Denominator: r.den > 0, metric.Excluded: r.out}[q.Part]
		if !in {
			continue
		}
		page.Total++
		if r.ID > q.After && len(page.Records) < q.Limit {
			page.Records = append(page.Records, r.Record)
		} else if r.ID > q.After && page.Next == "" {
			page.Next = page.Records[len(page.Records)-1].ID
		}
	}
	return page, nil
}

// records collects what a figure counts, sorted by id.
func (m *Module) records(ctx context.Context, code string, p metric.Period, unit string) (out []counted, cutoff clock.Instant, err error) {
	a := actor.From(ctx)
	perm := PermAttendance
	if !a.Can(perm) {
		perm = PermAttendanceSum
	}
	if err := a.Require(perm); err != nil {
		return nil, 0, err
	}
	if !p.Valid() {
		return nil, 0, metric.ErrPeriod
	}
	switch code {
	case FigureAttendance:
		out, cutoff, err = m.attendanceRecords(ctx, a, perm, p, unit)
	case FigureWorkload:
		out, cutoff, err = m.workRecords(ctx, a, perm, p, unit)
	default:
		err = metric.ErrUnknown
	}
	slices.SortFunc(out, func(x, y counted) int { return strings.Compare(x.ID, y.ID) })
	return out, cutoff, err
}

// attendanceRecords are the parts that were planned in the period and are over. Leave is left out, and told.
func (m *Module) attendanceRecords(ctx context.Context, a *actor.Actor, perm actor.Permission, p metric.Period, unit string) (out []counted, cutoff clock.Instant, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		cutoff = tx.Now()
		out, err = m.attendanceIn(tx, a, perm, p, unit)
		return err
	})
	return out, cutoff, err
}

func (m *Module) attendanceIn(tx *store.Tx, a *actor.Actor, perm actor.Permission, p metric.Period, unit string) (out []counted, err error) {
	staff, err := m.staffOf(tx, a, perm, StaffFilter{UnitID: unit}, p.From, p.Last())
	if err != nil {
		return nil, err
	}
	users := make([]string, len(staff))
	for i, s := range staff {
		users[i] = s.UserID
	}
	b, err := m.bookOf(tx, a.CentreID, users, p.From, p.Last())
	if err != nil {
		return nil, err
	}
	for _, s := range staff {
		for _, w := range b.fold(s.UserID, p.From, p.Last()) {
			post := b.posting(s.UserID, w.Day)
			if w.Has(Pending) || post == nil || unit != "" && post.UnitID != unit {
				continue
			}
			part := countPart(&w, &s, post.UnitID)
			part.user = s.UserID
			out = append(out, part)
		}
	}
	return out, nil
}

// Attended is one part of a day that was planned for somebody, as 出勤率 counts it.
type Attended struct {
	metric.Record
	UnitID   string
	UserID   string
	Num, Den int64
	Excused  bool // approved leave, which takes no part
}

// AttendedTx lists the parts of days behind 出勤率 for modules that show figures of their own; they have checked who may see
// which of them.
func (m *Module) AttendedTx(tx *store.Tx, centre string, p metric.Period) ([]Attended, error) {
	list, err := m.attendanceIn(tx, actor.SystemFor(centre), PermAttendance, p, "")
	var out []Attended
	for _, c := range list {
		out = append(out, Attended{c.Record, c.unit, c.user, c.num, c.den, c.out})
	}
	return out, err
}

func countPart(w *Worked, s *Member, unit string) counted {
	labels := make([]string, len(w.Statuses))
	for i, st := range w.Statuses {
		labels[i] = st.Label()
	}
	r := counted{unit: unit, den: w.Halves, num: w.Halves, Record: metric.Record{ID: fmt.Sprintf("%s/%s/%d", w.Day, w.UserID, w.Nth), No: w.Day.String(), Title: s.Name + " " + w.Shift + " " + w.From.Time().Format("15:04"),
		Subject: unit, At: w.From, Why: strings.Join(labels, "、")}}
	switch {
	case excused(w):
		r.num, r.den, r.out = 0, 0, true
	case w.Has(Absent):
		r.num = 0
	}
	return r
}

// workRecords are the finished pieces of work of the period; those whose kind has no standard minutes are left out, and
// told.
func (m *Module) workRecords(ctx context.Context, a *actor.Actor, perm actor.Permission, p metric.Period, unit string) (out []counted, cutoff clock.Instant, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		out, cutoff = nil, tx.Now()
		for _, s := range m.works {
			list, err := s.list(tx, a.CentreID, p.From, p.To)
			if err != nil {
				return fmt.Errorf("work of %s: %w", s.name, err)
			}
			for _, w := range list {
				if unit != "" && w.UnitID != unit || !org.Sees(a, perm, org.Row{CentreID: a.CentreID, UnitID: w.UnitID, OwnerID: w.UserID}) {
					continue
				}
				out = append(out, counted{unit: w.UnitID, num: w.Minutes, out: w.Minutes == 0, Record: metric.Record{ID: s.name + "/" + w.Record, No: w.No, Title: w.Title, Subject: w.UnitID, At: w.At, Why: itoa(w.Minutes) + " 分钟"}})
			}
		}
		return nil
	})
	return out, cutoff, err
}
