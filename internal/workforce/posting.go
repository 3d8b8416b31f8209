package workforce

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Employment is how somebody is employed (编制类型).
type Employment string

// The kinds of employment.
const (
	CivilServant Employment = "civil"     // 行政编制
	PublicStaff  Employment = "public"    // 事业编制
	Worker       Employment = "worker"    // 工勤编制
	Contract     Employment = "contract"  // 聘用
	Temporary    Employment = "temporary" // 临时工
	Welfare      Employment = "welfare"   // 公益性岗位
)

// Employments lists the kinds.
func Employments() []Employment {
	return []Employment{CivilServant, PublicStaff, Worker, Contract, Temporary, Welfare}
}

// Label is the Chinese name.
func (e Employment) Label() string {
	return map[Employment]string{CivilServant: "行政编制", PublicStaff: "事业编制", Worker: "工勤编制", Contract: "聘用", Temporary: "临时工", Welfare: "公益性岗位"}[e]
}

// established reports whether the employment is 在编, which a chief representative must be (hall reference §1.3).
func (e Employment) established() bool { return e == CivilServant || e == PublicStaff }

// Rules of posting (hall reference §1.3): not changed within two years, and with seven working days' notice.
const (
	termYears  = 2
	noticeDays = 7
)

// Posting (派驻) is a person at a post for a unit, with the papers of a chief representative.
type Posting struct {
	CentreID      string        `db:"centre_id" json:"-"`
	ID            string        `db:"id" json:"id"`
	UserID        string        `db:"user_id" json:"user_id"`
	PostID        string        `db:"post_id" json:"post_id"`
	UnitID        string        `db:"unit_id" json:"unit_id"` // 派出单位
	SiteID        string        `db:"site_id" json:"site_id"`
	ShiftID       string        `db:"shift_id" json:"shift_id"`
	Employment    Employment    `db:"employment" json:"employment"`
	Grade         Grade         `db:"grade" json:"grade,omitempty"`                       // 职级
	Chief         bool          `db:"chief" json:"chief"`                                 // 首席代表
	Appointment   string        `db:"appointment_no" json:"appointment_no,omitempty"`     // 任命书
	Authorization string        `db:"authorization_no" json:"authorization_no,omitempty"` // 授权书
	From          clock.Date    `db:"from_day" json:"from"`
	To            clock.Date    `db:"to_day" json:"to,omitzero"` // last day; NoDate while it lasts
	Notice        clock.Date    `db:"notice_day" json:"notice,omitzero"`
	EndReason     string        `db:"end_reason" json:"end_reason,omitempty"`
	Appraisal     string        `db:"appraisal" json:"appraisal,omitempty"` // 鉴定意见
	ByUser        string        `db:"by_user" json:"-"`
	At            clock.Instant `db:"at" json:"at"`
	Version       int64         `db:"version" json:"version"`
}

// Row is the posting as an object of the scope model; its person owns it.
func (p *Posting) Row() org.Row {
	return org.Row{CentreID: p.CentreID, UnitID: p.UnitID, SiteID: p.SiteID, OwnerID: p.UserID}
}

func (p Posting) revision() int64 { return p.Version }

// On reports whether the posting holds on a day.
func (p *Posting) On(day clock.Date) bool {
	return p.From <= day && (p.To.IsZero() || day <= p.To)
}

var postingColumns = store.Columns[Posting]("")

// PostingInput is what the office says about a posting.
type PostingInput struct {
	UserID        string     `json:"user_id" maxLength:"40" doc:"账号"`
	PostID        string     `json:"post_id" maxLength:"40" doc:"岗位"`
	ShiftID       string     `json:"shift_id" maxLength:"40" doc:"班次"`
	Employment    Employment `json:"employment" enum:"civil,public,worker,contract,temporary,welfare" doc:"编制类型"`
	Grade         Grade      `json:"grade,omitempty" enum:",clerk,section,deputy,full" doc:"职级；首席代表须为股级以上"`
	Chief         bool       `json:"chief,omitempty" doc:"首席代表"`
	Appointment   string     `json:"appointment_no,omitempty" maxLength:"60" doc:"任命书文号"`
	Authorization string     `json:"authorization_no,omitempty" maxLength:"60" doc:"授权书文号"`
	From          clock.Date `json:"from" doc:"到岗日期"`
}

func (in *PostingInput) check() error {
	e := ErrInput
	if in.Employment.Label() == "" {
		e = e.Field("employment", "请选择编制类型。")
	}
	if in.From.IsZero() {
		e = e.Field("from", "请填写到岗日期。")
	}
	if in.Grade != "" && in.Grade.Label() == "" {
		e = e.Field("grade", "请从列表中选择职级。")
	}
	if in.Chief && in.Grade == "" {
		e = e.Field("grade", "首席代表须选择职级。")
	}
	e = atMost(e, "appointment_no", "任命书文号", &in.Appointment, 60)
	e = atMost(e, "authorization_no", "授权书文号", &in.Authorization, 60)
	if in.Chief && in.Appointment == "" {
		e = e.Field("appointment_no", "首席代表须填写任命书文号。")
	}
	if in.Chief && in.Authorization == "" {
		e = e.Field("authorization_no", "首席代表须填写授权书文号。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	if in.Chief && !in.Employment.established() {
		return ErrEmployment.Field("employment", "首席代表须为行政编制或事业编制。")
	}
	if in.Chief && !in.Grade.leads() {
		return ErrGrade.Field("grade", "首席代表须为股级以上。")
	}
	return nil
}

// Assign posts somebody from a day on. Who is posted already must be recalled first.
func (m *Module) Assign(ctx context.Context, in PostingInput) (Posting, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffChange); err != nil {
		return Posting{}, err
	}
	if err := in.check(); err != nil {
		return Posting{}, err
	}
	var p Posting
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		p, err = m.assign(tx, a, in)
		return err
	})
	return p, err
}

func (m *Module) assign(tx *store.Tx, a *actor.Actor, in PostingInput) (Posting, error) {
	if _, err := m.org.UserTx(tx, a.CentreID, in.UserID); err != nil {
		return Posting{}, ErrInput.Field("user_id", "请选择人员。")
	}
	post, err := store.Get[Post](tx, "SELECT "+store.Columns[Post]("")+" FROM workforce_post WHERE centre_id = $1 AND id = $2", a.CentreID, in.PostID)
	if err != nil || !post.Active {
		return Posting{}, ErrInput.Field("post_id", "请选择启用的岗位。")
	}
	if _, err := store.Get[string](tx, "SELECT id FROM workforce_shift WHERE centre_id = $1 AND id = $2 AND active", a.CentreID, in.ShiftID); err != nil {
		return Posting{}, ErrInput.Field("shift_id", "请选择班次。")
	}
	list, err := postingsOf(tx, a.CentreID, in.UserID)
	if err != nil {
		return Posting{}, err
	}
	for _, old := range list {
		if old.To.IsZero() || old.To >= in.From {
			return Posting{}, ErrInput.Field("from", "这个人从 %s 起已有派驻，请先办理调回，或改一个更晚的日期。", old.From)
		}
	}
	p := Posting{CentreID: a.CentreID, ID: tx.NewID(), UserID: in.UserID, PostID: in.PostID, UnitID: post.UnitID, SiteID: post.SiteID, ShiftID: in.ShiftID, Employment: in.Employment, Grade: in.Grade, Chief: in.Chief,
		Appointment: in.Appointment, Authorization: in.Authorization, From: in.From, To: clock.NoDate, Notice: clock.NoDate, ByUser: a.UserID, At: tx.Now(), Version: 1}
	if err := store.Insert(tx, "workforce_posting", p); err != nil {
		return p, err
	}
	if err := jobs.Ensure(tx, a.CentreID, nightly, "all"); err != nil {
		return p, err
	}
	return p, audit.Record(tx, audit.Entry{Action: "workforce.posting_assign", Permission: PermStaffChange, Kind: "workforce_posting", Object: p.ID,
		Detail: map[string]any{"user": p.UserID, "post": p.PostID, "chief": p.Chief, "from": p.From}})
}

// RecallInput is how a posting ends.
type RecallInput struct {
	Last      clock.Date `json:"last" doc:"最后一个工作日"`
	Notice    clock.Date `json:"notice" doc:"书面告知的日期"`
	Reason    string     `json:"reason" maxLength:"500" doc:"调整理由"`
	Appraisal string     `json:"appraisal" maxLength:"1000" doc:"鉴定意见"`
}

// recallable refuses an end that comes too soon after the notice or, without reason and appraisal, before two years.
func (p *Posting) recallable(c *calendar.Calendar, in *RecallInput) error {
	e := need(ErrInput, "reason", "调整理由", &in.Reason, 500)
	e = need(e, "appraisal", "鉴定意见", &in.Appraisal, 1000)
	if in.Last < p.From {
		e = e.Field("last", "最后一天不能早于到岗的 %s。", p.From)
	}
	if in.Notice.IsZero() || in.Notice < p.From {
		e = e.Field("notice", "请填写书面告知的日期。")
	}
	if err := e.OrNil(); err != nil {
		if strings.TrimSpace(in.Appraisal) == "" && in.Last < termEnd(p.From) && in.Last >= p.From {
			return ErrTerm.Field("appraisal", "请写明鉴定意见。")
		}
		return err
	}
	if c.WorkdaysBetween(in.Notice, in.Last) < noticeDays {
		return ErrNotice.Field("last", "从 %s 起的第 %d 个工作日是 %s。", in.Notice, noticeDays, c.AddWorkdays(in.Notice, noticeDays))
	}
	return nil
}

// termEnd is the first day after two years of a posting.
func termEnd(from clock.Date) clock.Date {
	return clock.Day(from.Year()+termYears, from.Month(), from.DayOfMonth())
}

// Recall ends a posting (调回), with seven working days' notice.
func (m *Module) Recall(ctx context.Context, id string, version int64, in RecallInput) (Posting, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffChange); err != nil {
		return Posting{}, err
	}
	var p Posting
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if p, err = getOne[Posting](tx, "workforce_posting", a.CentreID, id, version); err != nil {
			return err
		}
		cal, err := m.calendar.For(tx, "")
		if err != nil {
			return err
		}
		if !p.To.IsZero() {
			return ErrState
		}
		if err := p.recallable(cal, &in); err != nil {
			return err
		}
		p.To, p.Notice, p.EndReason, p.Appraisal, p.Version = in.Last, in.Notice, in.Reason, in.Appraisal, p.Version+1
		if err := put(tx, "workforce_posting", p, false); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.posting_recall", Permission: PermStaffChange, Kind: "workforce_posting", Object: p.ID,
			Detail: map[string]any{"user": p.UserID, "last": p.To, "early": p.To < termEnd(p.From)}})
	})
	return p, err
}

// postingsOf lists a person's postings, newest first.
func postingsOf(tx *store.Tx, centre, user string) ([]Posting, error) {
	return store.Select[Posting](tx, "SELECT "+postingColumns+" FROM workforce_posting WHERE centre_id = $1 AND user_id = $2 ORDER BY from_day DESC", centre, user)
}

// postingOn gives a person's posting on a day.
func postingOn(tx *store.Tx, centre, user string, day clock.Date) (Posting, error) {
	list, err := postingsOf(tx, centre, user)
	for i := range list {
		if list[i].On(day) {
			return list[i], err
		}
	}
	if err == nil {
		err = ErrNoPosting
	}
	return Posting{}, err
}
