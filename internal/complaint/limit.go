package complaint

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// LimitCode names a limit.
type LimitCode string

// The limits of complaints besides those of the classes.
const (
	LimitAccept LimitCode = "accept" // 答复是否受理
	LimitMulti  LimitCode = "multi"  // 涉及多个单位的投诉
	LimitFile   LimitCode = "file"   // 整改备案
	LimitVisit  LimitCode = "visit"  // 投诉回访
)

// Limit (时限) is a number of working days, with where it comes from. No national rule sets these days for a county centre: they are
// local practice until the centre has confirmed its own (未确认).
type Limit struct {
	CentreID  string    `db:"centre_id" json:"-"`
	Code      LimitCode `db:"code" json:"code"`
	Label     string    `db:"-" json:"label"`
	Days      int64     `db:"days" json:"days" doc:"工作日，0 为当日"`
	Basis     string    `db:"basis" json:"basis"`
	Confirmed bool      `db:"confirmed" json:"confirmed"`
	Version   int64     `db:"version" json:"version"`
}

// Limits are the limits as the program has them: what holds until a centre changes them (hall reference §1.6, §1.7).
func Limits() []Limit {
	const stuck, complaint = "各地“办不成事”反映窗口制度：简单即办，一般 2 至 5 个、复杂 5 至 10 个、疑难不超过 15 个工作日", "GB/T 36113-2018 的程序，天数为各地政务服务投诉办法的做法"
	return []Limit{
		{Code: LimitCode(Simple), Label: "办不成事：简单", Days: 0, Basis: stuck},
		{Code: LimitCode(Common), Label: "办不成事：一般", Days: 5, Basis: stuck},
		{Code: LimitCode(Complex), Label: "办不成事：复杂", Days: 10, Basis: stuck},
		{Code: LimitCode(Hard), Label: "办不成事：疑难", Days: 15, Basis: stuck},
		{Code: LimitCode(Barred), Label: "办不成事：法定不能", Days: 5, Basis: "比照一般情形"},
		{Code: LimitAccept, Label: "投诉：告知是否受理", Days: 5, Basis: complaint},
		{Code: LimitCode(OnSite), Label: "投诉：现场处理", Days: 0, Basis: complaint},
		{Code: LimitCode(Forwarded), Label: "投诉：登记转办", Days: 3, Basis: complaint},
		{Code: LimitCode(Intervene), Label: "投诉：介入处理", Days: 3, Basis: complaint},
		{Code: LimitMulti, Label: "投诉：涉及多个单位", Days: 5, Basis: complaint},
		{Code: LimitFile, Label: "投诉：整改备案", Days: 2, Basis: complaint},
		{Code: LimitVisit, Label: "投诉：回访", Days: 4, Basis: complaint},
	}
}

const maxLimitDays = 60

// limits gives the limits in force in a centre, in the order of the page.
func limits(tx *store.Tx, centre string) ([]Limit, error) {
	changed, err := store.Select[Limit](tx, "SELECT "+store.Columns[Limit]("")+" FROM complaint_limit WHERE centre_id = $1", centre)
	out := Limits()
	for i := range out {
		out[i].CentreID = centre
		for _, c := range changed {
			if c.Code == out[i].Code {
				c.Label = out[i].Label
				out[i] = c
			}
		}
	}
	return out, err
}

// days gives one limit in force.
func days(tx *store.Tx, centre string, code LimitCode) (int, error) {
	list, err := limits(tx, centre)
	for _, l := range list {
		if l.Code == code {
			return int(l.Days), err
		}
	}
	return 0, errors.Join(err, ErrInput)
}

// LimitList lists the limits in force.
func (m *Module) LimitList(ctx context.Context) (out []Limit, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermCauses); err != nil {
		return nil, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = limits(tx, a.CentreID)
		return err
	})
	return out, err
}

// LimitInput is a limit as it is to be.
type LimitInput struct {
	Days      int64  `json:"days" minimum:"0" maximum:"60" doc:"工作日，0 为当日"`
	Basis     string `json:"basis" maxLength:"300" doc:"依据的文件"`
	Confirmed bool   `json:"confirmed" doc:"已由中心确认"`
}

// ChangeLimit changes a limit. Clocks that run keep the days with which they began.
func (m *Module) ChangeLimit(ctx context.Context, code LimitCode, version int64, in LimitInput) error {
	a := actor.From(ctx)
	if err := a.Require(PermTable); err != nil {
		return err
	}
	e := ErrInput
	if in.Days < 0 || in.Days > maxLimitDays {
		e = e.Field("days", "时限应为 0 至 %d 个工作日。", maxLimitDays)
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(in.Basis)); n == 0 || n > 300 {
		e = e.Field("basis", "请写明依据的文件，最多 300 个字。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		list, err := limits(tx, a.CentreID)
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.Code == code {
				return changeLimit(tx, l, version, in)
			}
		}
		return ErrNotFound
	})
}

func changeLimit(tx *store.Tx, l Limit, version int64, in LimitInput) error {
	if l.Version != version {
		return ErrVersion.With("version", l.Version)
	}
	fresh := l.Version == 0
	was := l.Days
	l.Days, l.Basis, l.Confirmed, l.Version = in.Days, strings.TrimSpace(in.Basis), in.Confirmed, l.Version+1
	var err error
	if fresh {
		err = store.Insert(tx, "complaint_limit", l)
	} else {
		err = store.Update(tx, "complaint_limit", l, "centre_id", "code")
	}
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "complaint.limit", Permission: PermTable, Kind: "limit", Object: string(l.Code), Detail: map[string]any{"was": was, "days": l.Days, "confirmed": l.Confirmed}})
}
