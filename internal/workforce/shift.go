package workforce

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Shift (班次) is a stretch of work of one day: by the office hours of the season and the unit, or with hours of its own,
// which may go past midnight.
type Shift struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	Name     string `db:"name" json:"name"`
	Seasonal bool   `db:"seasonal" json:"seasonal"` // by the office hours of the calendar
	Spans    Spans  `db:"spans" json:"spans"`
	Active   bool   `db:"active" json:"active"`
	Version  int64  `db:"version" json:"version"`
}

func (s Shift) revision() int64 { return s.Version }

// Hours says when the shift is, for pages.
func (s *Shift) Hours() string {
	if s.Seasonal {
		return "按办公时间（随季节）"
	}
	return s.Spans.String()
}

// on gives the shift's parts on a day, were it worked. Office hours of more than two parts become the whole day.
func (s *Shift) on(c *calendar.Calendar, day clock.Date, unit string) Spans {
	if !s.Seasonal {
		return s.Spans
	}
	var out Spans
	for _, i := range c.Hours(day, unit).On(day) {
		out = append(out, Span{i.From, i.To})
	}
	if len(out) > 2 {
		out = Spans{{out[0].From, out[len(out)-1].To}}
	}
	return out
}

// parts lays the shift out on a day: two parts are half a day each, one is a whole day.
func (s *Shift) parts(c *calendar.Calendar, user, unit string, day clock.Date, duty bool) []Part {
	spans := s.on(c, day, unit)
	out := make([]Part, len(spans))
	for i, v := range spans {
		out[i] = Part{UserID: user, Day: day, Shift: s.Name, From: at(day, v.From), To: at(day, v.To), Halves: 2 / int64(len(spans)), Duty: duty}
	}
	return out
}

// RosterKind is how a line of the roster changes a day.
type RosterKind string

// The kinds of line.
const (
	Duty RosterKind = "duty" // 值班、加班: on top of what the day has
	Swap RosterKind = "swap" // 调班: in place of what the day has
	Rest RosterKind = "rest" // 调休: the day is free
)

// RosterKinds lists the kinds.
func RosterKinds() []RosterKind { return []RosterKind{Duty, Swap, Rest} }

// Label is the Chinese name.
func (k RosterKind) Label() string {
	return map[RosterKind]string{Duty: "值班（加班）", Swap: "调班", Rest: "调休"}[k]
}

// Roster (排班) is what differs on one day from the shift of a person's posting.
type Roster struct {
	CentreID string        `db:"centre_id" json:"-"`
	UserID   string        `db:"user_id" json:"user_id"`
	Day      clock.Date    `db:"day" json:"day"`
	ShiftID  string        `db:"shift_id" json:"shift_id,omitempty"`
	Kind     RosterKind    `db:"kind" json:"kind"`
	Reason   string        `db:"reason" json:"reason"`
	ByUser   string        `db:"by_user" json:"-"`
	At       clock.Instant `db:"at" json:"at"`
}

// ShiftInput is what the office says about a shift.
type ShiftInput struct {
	Name     string `json:"name" maxLength:"30" doc:"班次名称"`
	Seasonal bool   `json:"seasonal,omitempty" doc:"按工作日历的办公时间"`
	Hours    string `json:"hours,omitempty" maxLength:"80" doc:"时段，如 08:30-12:00, 14:30-18:00；跨零点写 22:00-06:00"`
	Active   bool   `json:"active" doc:"启用"`
}

// SaveShift makes a shift (id "") or changes one. Past days are folded with the new hours, so change hours by a new shift.
func (m *Module) SaveShift(ctx context.Context, id string, version int64, in ShiftInput) (Shift, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSetup); err != nil {
		return Shift{}, err
	}
	e := need(ErrInput, "name", "班次名称", &in.Name, 30)
	var spans Spans
	if !in.Seasonal {
		var err error
		if spans, err = ParseSpans(in.Hours); err != nil {
			e = e.Field("hours", "%s。", err)
		}
	}
	if err := e.OrNil(); err != nil {
		return Shift{}, err
	}
	var s Shift
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		s = Shift{CentreID: a.CentreID, ID: tx.NewID(), Spans: spans, Seasonal: in.Seasonal}
		if id != "" {
			if s, err = getOne[Shift](tx, "workforce_shift", a.CentreID, id, version); err != nil {
				return err
			}
			if s.Seasonal != in.Seasonal || !in.Seasonal && s.Spans.String() != spans.String() {
				return ErrInput.Field("hours", "班次的时间不能修改，否则过去的考勤会变。请新建一个班次，再停用这一个。")
			}
		}
		s.Name, s.Active, s.Version = in.Name, in.Active, s.Version+1
		if err := put(tx, "workforce_shift", s, id == ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.shift_save", Permission: PermSetup, Kind: "workforce_shift", Object: s.ID, Detail: map[string]any{"name": s.Name, "hours": s.Hours(), "active": s.Active}})
	})
	return s, taken(err)
}

// Shifts lists the centre's shifts, for those who set up or read staff.
func (m *Module) Shifts(ctx context.Context) ([]Shift, error) {
	a := actor.From(ctx)
	if !a.Can(PermSetup) {
		if err := a.Require(PermStaffRead); err != nil {
			return nil, err
		}
	}
	var out []Shift
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = shiftsOf(tx, a.CentreID)
		return err
	})
	return out, err
}

func shiftsOf(tx *store.Tx, centre string) ([]Shift, error) {
	return store.Select[Shift](tx, "SELECT "+store.Columns[Shift]("")+" FROM workforce_shift WHERE centre_id = $1 ORDER BY name LIMIT 200", centre)
}

// RosterInput is a line of the roster as the office writes it.
type RosterInput struct {
	UserID  string     `json:"user_id" maxLength:"40" doc:"账号"`
	Day     clock.Date `json:"day" doc:"日期"`
	Kind    RosterKind `json:"kind" enum:"duty,swap,rest" doc:"值班、调班或调休"`
	ShiftID string     `json:"shift_id,omitempty" maxLength:"40" doc:"班次；调休不填"`
	Reason  string     `json:"reason,omitempty" maxLength:"200" doc:"事由"`
}

// Schedule writes a line of the roster; one of the same person, day and shift is replaced.
func (m *Module) Schedule(ctx context.Context, in RosterInput) error {
	a := actor.From(ctx)
	if err := a.Require(PermSetup); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := postingOn(tx, a.CentreID, in.UserID, in.Day); err != nil {
			return ErrInput.Field("user_id", "这个人在 %s 没有派驻岗位。", in.Day)
		}
		if in.Kind != Rest {
			if _, err := store.Get[string](tx, "SELECT id FROM workforce_shift WHERE centre_id = $1 AND id = $2", a.CentreID, in.ShiftID); err != nil {
				return ErrInput.Field("shift_id", "请选择班次。")
			}
		}
		if err := m.unlocked(tx, a.CentreID, in.Day); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM workforce_roster WHERE centre_id = $1 AND user_id = $2 AND day = $3 AND shift_id = $4", a.CentreID, in.UserID, in.Day, in.ShiftID); err != nil {
			return err
		}
		r := Roster{CentreID: a.CentreID, UserID: in.UserID, Day: in.Day, ShiftID: in.ShiftID, Kind: in.Kind, Reason: in.Reason, ByUser: a.UserID, At: tx.Now()}
		if err := store.Insert(tx, "workforce_roster", r); err != nil {
			return err
		}
		b, err := m.bookOf(tx, a.CentreID, []string{in.UserID}, in.Day-1, in.Day+1)
		if err != nil {
			return err
		}
		if p := b.parts(in.UserID, in.Day-1, in.Day+1); overlapping(p) {
			return ErrInput.Field("shift_id", "与这一天已有的班次时间重叠。")
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.roster_write", Permission: PermSetup, Kind: "workforce_roster", Object: in.UserID, Detail: map[string]any{"day": in.Day, "kind": in.Kind, "shift": in.ShiftID}})
	})
}

func (in *RosterInput) check() error {
	e := atMost(ErrInput, "reason", "事由", &in.Reason, 200)
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择值班、调班或调休。")
	}
	if in.Day.IsZero() {
		e = e.Field("day", "请填写日期。")
	}
	if in.Kind == Rest {
		in.ShiftID = ""
	}
	return e.OrNil()
}

// Unschedule takes a line off the roster.
func (m *Module) Unschedule(ctx context.Context, user string, day clock.Date, shift string) error {
	a := actor.From(ctx)
	if err := a.Require(PermSetup); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.unlocked(tx, a.CentreID, day); err != nil {
			return err
		}
		n, err := tx.Exec("DELETE FROM workforce_roster WHERE centre_id = $1 AND user_id = $2 AND day = $3 AND shift_id = $4", a.CentreID, user, day, shift)
		if err == nil && n == 0 {
			err = ErrMissing
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.roster_remove", Permission: PermSetup, Kind: "workforce_roster", Object: user, Detail: map[string]any{"day": day, "shift": shift}})
	})
}

// RosterLine is a line of the roster with the names that a page shows.
type RosterLine struct {
	Roster
	Name  string `json:"name"`
	Shift string `json:"shift"`
}

// RosterOf lists the roster of a month that the actor may see.
func (m *Module) RosterOf(ctx context.Context, month clock.Date) ([]RosterLine, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAttendance); err != nil {
		return nil, err
	}
	first, next := monthSpan(month)
	var out []RosterLine
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		staff, err := m.staffOf(tx, a, PermAttendance, StaffFilter{}, first, next-1)
		if err != nil {
			return err
		}
		names := map[string]string{}
		w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("day >= ? AND day < ?", first, next)
		for _, s := range staff {
			names[s.UserID] = s.Name
		}
		store.In(w, "user_id", keysOf(names))
		list, err := store.Select[Roster](tx, "SELECT "+store.Columns[Roster]("")+" FROM workforce_roster"+w.SQL()+" ORDER BY day, user_id LIMIT 500", w.Args...)
		if err != nil {
			return err
		}
		shifts, err := shiftsOf(tx, a.CentreID)
		out = make([]RosterLine, len(list))
		for i, r := range list {
			out[i] = RosterLine{Roster: r, Name: names[r.UserID]}
			for _, s := range shifts {
				if s.ID == r.ShiftID {
					out[i].Shift = s.Name
				}
			}
		}
		return err
	})
	return out, err
}

func overlapping(parts []Part) bool {
	for i := 1; i < len(parts); i++ {
		if parts[i].From < parts[i-1].To {
			return true
		}
	}
	return false
}

// sees is org.Sees with the refusal of this package.
func sees(a *actor.Actor, p actor.Permission, r org.Row) error {
	if !org.Sees(a, p, r) {
		return ErrMissing.Hide()
	}
	return nil
}
