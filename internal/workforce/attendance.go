package workforce

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Tally (考勤汇总) counts a person's month. Halves are half days; Due − Leave is what 出勤率 is a rate of.
type Tally struct {
	Due    int64 `json:"due"`   // planned and over
	Came   int64 `json:"came"`  // of them worked
	Leave  int64 `json:"leave"` // approved leave and official trips
	Absent int64 `json:"absent"`
	Late   int64 `json:"late"` // occurrences
	Early  int64 `json:"early"`
	Away   int64 `json:"away"`
	Lack   int64 `json:"lacking"` // punches
	Duty   int64 `json:"duty"`    // half days of duty among those that were worked
}

// add counts one part.
func (t *Tally) add(w *Worked) {
	if w.Has(Pending) {
		return
	}
	t.Due += w.Halves
	switch {
	case excused(w):
		t.Leave += w.Halves
		return
	case w.Has(Absent):
		t.Absent += w.Halves
		return
	}
	t.Came += w.Halves
	if w.Duty {
		t.Duty += w.Halves
	}
	for s, n := range map[Status]*int64{Late: &t.Late, Early: &t.Early, Away: &t.Away} {
		if w.Has(s) {
			*n++
		}
	}
	t.Lack += w.Missing
}

// Sum adds up what a month came to.
func Sum(list []Worked) Tally {
	var t Tally
	for i := range list {
		t.add(&list[i])
	}
	return t
}

// MonthRow (月考勤) is a person's month: the parts by day, and their sum.
type MonthRow struct {
	Member
	Days  map[clock.Date][]Worked `json:"-"`
	Parts []Worked                `json:"parts"`
	Tally Tally                   `json:"tally"`
}

// MonthView is the attendance of some people in a month.
type MonthView struct {
	Month clock.Date   `json:"month"`
	Next  clock.Date   `json:"next"`
	Work  []clock.Date `json:"workdays"`
	Rows  []MonthRow   `json:"rows"`
}

// Month gives the attendance of a month of the people whom the actor may see.
func (m *Module) Month(ctx context.Context, month clock.Date, f StaffFilter) (MonthView, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAttendance); err != nil {
		return MonthView{}, err
	}
	return m.month(ctx, a, PermAttendance, month, f)
}

func (m *Module) month(ctx context.Context, a *actor.Actor, perm actor.Permission, month clock.Date, f StaffFilter) (MonthView, error) {
	first, next := monthSpan(month)
	v := MonthView{Month: first, Next: next}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		v.Rows, v.Work = nil, nil
		staff, err := m.staffOf(tx, a, perm, f, first, next-1)
		if err != nil {
			return err
		}
		users := make([]string, len(staff))
		for i, s := range staff {
			users[i] = s.UserID
		}
		b, err := m.bookOf(tx, a.CentreID, users, first, next-1)
		if err != nil {
			return err
		}
		for d := first; d < next; d++ {
			if b.cal.IsWorkday(d) {
				v.Work = append(v.Work, d)
			}
		}
		for _, s := range staff {
			row := MonthRow{Member: s, Days: map[clock.Date][]Worked{}}
			list := b.fold(s.UserID, first, next-1)
			for _, w := range list {
				row.Days[w.Day] = append(row.Days[w.Day], w)
			}
			row.Parts, row.Tally = list, Sum(list)
			v.Rows = append(v.Rows, row)
		}
		return nil
	})
	return v, err
}

// SumRow is a person's month as 财务 sees it: sums without days.
type SumRow struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Unit   string `json:"unit"`
	Tally  Tally  `json:"tally"`
}

// Sums gives the sums of a month, for those who need no more than that.
func (m *Module) Sums(ctx context.Context, month clock.Date) ([]SumRow, error) {
	a := actor.From(ctx)
	perm := PermAttendanceSum
	if !a.Can(perm) {
		perm = PermAttendance
	}
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	v, err := m.month(ctx, a, perm, month, StaffFilter{})
	out := make([]SumRow, len(v.Rows))
	for i, r := range v.Rows {
		out[i] = SumRow{r.UserID, r.Name, r.Unit, r.Tally}
	}
	return out, err
}

// PersonMonth is one person's month with the punches behind it.
type PersonMonth struct {
	Month   clock.Date `json:"month"`
	Row     MonthRow   `json:"row"`
	Punches []Punch    `json:"punches"`
}

// PersonMonthOf gives the month of one person.
func (m *Module) PersonMonthOf(ctx context.Context, month clock.Date, user string) (PersonMonth, error) {
	v, err := m.Month(ctx, month, StaffFilter{UserID: user})
	if err != nil {
		return PersonMonth{}, err
	}
	if len(v.Rows) == 0 || user == "" {
		return PersonMonth{}, ErrMissing.Hide()
	}
	out := PersonMonth{Month: v.Month, Row: v.Rows[0]}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out.Punches, err = punchesOf(tx, actor.From(ctx).CentreID, user, v.Month.Start(), v.Next.Start()+latest)
		return err
	})
	return out, err
}
