package training

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Kind is what a course is.
type Kind string

// The kinds of course.
const (
	Lecture Kind = "lecture" // 政务服务大讲堂
	Hotline Kind = "hotline" // 12345业务培训
)

// Label is the kind in Chinese.
func (k Kind) Label() string {
	return map[Kind]string{Lecture: "大讲堂", Hotline: "12345业务培训"}[k]
}

// State is where a course stands.
type State string

// The states of a course.
const (
	Planned   State = "plan"      // 计划
	Open      State = "open"      // 报名
	Held      State = "held"      // 签到、测验
	Archived  State = "archived"  // 已归档
	Cancelled State = "cancelled" // 取消
)

// Label is the state in Chinese.
func (s State) Label() string {
	return map[State]string{Planned: "计划", Open: "报名", Held: "签到测验", Archived: "已归档", Cancelled: "取消"}[s]
}

// Course (培训场次) is one lecture or course.
type Course struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	CourseInput
	State      State         `db:"state" json:"state"`
	Code       string        `db:"code" json:"code,omitempty"` // sign-in code, for those who run the course
	Enrolled   int64         `db:"enrolled" json:"enrolled"`
	Signed     int64         `db:"signed" json:"signed"`
	Scored     int64         `db:"scored" json:"scored"`
	Passed     int64         `db:"passed" json:"passed"`
	At         clock.Instant `db:"at" json:"at"`
	ByUser     string        `db:"by_user" json:"by_user"`
	ApprovedAt clock.Instant `db:"approved_at" json:"approved_at,omitzero"`
	ApprovedBy string        `db:"approved_by" json:"approved_by,omitempty"`
	ArchivedAt clock.Instant `db:"archived_at" json:"archived_at,omitzero"`
	Remark     string        `db:"remark" json:"remark,omitempty"`
	Version    int64         `db:"version" json:"version"`
}

// CourseInput is what is planned of a course.
type CourseInput struct {
	Kind        Kind          `db:"kind" json:"kind" enum:"lecture,hotline" doc:"大讲堂或12345业务培训"`
	Title       string        `db:"title" json:"title" maxLength:"60"`
	Teacher     string        `db:"teacher" json:"teacher" maxLength:"60" doc:"主讲人"`
	Place       string        `db:"place" json:"place" maxLength:"60" doc:"地点"`
	Outline     string        `db:"outline" json:"outline,omitempty" maxLength:"2000" doc:"内容提要"`
	Start       clock.Instant `db:"start_at" json:"start"`
	End         clock.Instant `db:"end_at" json:"end"`
	Capacity    int64         `db:"capacity" json:"capacity" minimum:"1" maximum:"2000" doc:"人数上限"`
	Topic       string        `db:"topic" json:"topic,omitempty" maxLength:"30" doc:"测验从题库的哪个专题抽题；不写为全部专题"`
	Questions   int64         `db:"questions" json:"questions" minimum:"0" maximum:"50" doc:"抽几道题，0 为不测验"`
	PassPercent int64         `db:"pass_percent" json:"pass_percent" minimum:"0" maximum:"100" doc:"答对百分之几为合格"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `db:"-" json:"-"`
}

var courseColumns = store.Columns[Course]("")

func within(s *string, least, most int) bool {
	*s = strings.TrimSpace(*s)
	n := utf8.RuneCountInString(*s)
	return n >= least && n <= most
}

func (in *CourseInput) validate() error {
	e := ErrInput
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择大讲堂或12345业务培训。")
	}
	for _, f := range []struct {
		name, label string
		text        *string
		least, most int
	}{{"title", "题目", &in.Title, 1, 60}, {"teacher", "主讲人", &in.Teacher, 1, 60}, {"place", "地点", &in.Place, 1, 60}, {"outline", "内容提要", &in.Outline, 0, 2000}, {"topic", "测验专题", &in.Topic, 0, 30}} {
		if !within(f.text, f.least, f.most) {
			e = e.Field(f.name, "请填写%s，最多 %d 个字。", f.label, f.most)
		}
	}
	if in.Start == 0 || in.End <= in.Start {
		e = e.Field("end", "结束时间应晚于开始时间。")
	}
	if in.Capacity < 1 || in.Capacity > 2000 {
		e = e.Field("capacity", "人数上限应为 1 到 2000。")
	}
	if in.Questions < 0 || in.Questions > 50 {
		e = e.Field("questions", "抽题数应为 0 到 50，0 为不测验。")
	}
	if in.PassPercent < 0 || in.PassPercent > 100 {
		e = e.Field("pass_percent", "合格线应为 0 到 100。")
	}
	return e.OrNil()
}

// Plan enters a course (计划), which the leader approves.
func (m *Module) Plan(ctx context.Context, in CourseInput) (Course, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return Course{}, err
	}
	if err := in.validate(); err != nil {
		return Course{}, err
	}
	var c Course
	var prior string
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		var repeated bool
		var err error
		if prior, repeated, err = once.ClaimContent(tx, in.Key, "training.plan", in, id); err != nil || repeated {
			return err
		}
		prior = ""
		c = Course{CentreID: a.CentreID, ID: id, CourseInput: in, State: Planned, At: tx.Now(), ByUser: a.UserID, Version: 1}
		if err := store.Insert(tx, "training_course", c); err != nil {
			return err
		}
		return record(tx, "training.plan", PermManage, &c, map[string]any{"title": c.Title, "kind": c.Kind})
	})
	if prior != "" {
		sheet, err := m.Course(ctx, prior)
		return sheet.Course, err
	}
	return c, err
}

// ChangePlan changes a course until it is held.
func (m *Module) ChangePlan(ctx context.Context, id string, version int64, in CourseInput) (Course, error) {
	if err := in.validate(); err != nil {
		return Course{}, err
	}
	return m.move(ctx, "training.change", PermManage, id, version, func(_ *store.Tx, c *Course) error {
		if c.State != Planned && c.State != Open {
			return ErrState
		}
		if in.Capacity < c.Enrolled {
			return ErrInput.Field("capacity", "已有 %d 人报名，人数上限不能更小。", c.Enrolled)
		}
		c.CourseInput = in
		return nil
	})
}

func record(tx *store.Tx, action string, p actor.Permission, c *Course, detail map[string]any) error {
	return audit.Record(tx, audit.Entry{Action: action, Permission: p, Kind: "training_course", Object: c.ID, Detail: detail})
}

func loadCourse(tx *store.Tx, centre, id string) (Course, error) {
	c, err := store.Get[Course](tx, "SELECT "+courseColumns+" FROM training_course WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrMissing.Hide()
	}
	return c, err
}

// move is the one way in which a course changes.
func (m *Module) move(ctx context.Context, action string, p actor.Permission, id string, version int64, step func(tx *store.Tx, c *Course) error) (Course, error) {
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return Course{}, err
	}
	var c Course
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if c, err = loadCourse(tx, a.CentreID, id); err != nil {
			return err
		}
		if c.Version != version {
			return store.ErrStale.With("version", c.Version)
		}
		if err := step(tx, &c); err != nil {
			return err
		}
		c.Version++
		if err := store.Update(tx, "training_course", c, "centre_id", "id"); err != nil {
			return err
		}
		return record(tx, action, p, &c, map[string]any{"state": c.State})
	})
	return c, err
}

// Approve lets people enrol (批准计划); whoever planned it may not.
func (m *Module) Approve(ctx context.Context, id string, version int64) (Course, error) {
	return m.move(ctx, "training.approve", PermApprove, id, version, func(tx *store.Tx, c *Course) error {
		by := actor.From(ctx).UserID
		if c.State != Planned || by != "" && by == c.ByUser {
			return ErrState
		}
		c.State, c.ApprovedAt, c.ApprovedBy = Open, tx.Now(), by
		return nil
	})
}

// Start begins the course: people sign in with the code that the room shows. The bank must have enough questions.
func (m *Module) Start(ctx context.Context, id string, version int64) (Course, error) {
	code := signCode()
	return m.move(ctx, "training.start", PermManage, id, version, func(tx *store.Tx, c *Course) error {
		if c.State != Open {
			return ErrState
		}
		bank, err := bankOf(tx, c)
		if err != nil {
			return err
		}
		if int64(len(bank)) < c.Questions {
			return ErrBank.Say("题库里这个专题有 %d 道题，抽题数是 %d，不能开讲。请先补充题目，或减少抽题数。", len(bank), c.Questions)
		}
		c.State, c.Code = Held, code
		return nil
	})
}

// ArchiveCourse ends sign-in and quiz and closes the record (归档).
func (m *Module) ArchiveCourse(ctx context.Context, id string, version int64, remark string) (Course, error) {
	if !within(&remark, 0, 1000) {
		return Course{}, ErrInput.Field("remark", "小结最多 1000 个字。")
	}
	return m.move(ctx, "training.archive", PermManage, id, version, func(tx *store.Tx, c *Course) error {
		if c.State != Held {
			return ErrState
		}
		c.State, c.ArchivedAt, c.Remark, c.Code = Archived, tx.Now(), remark, ""
		return nil
	})
}

// CancelCourse calls a course off before it is held (取消).
func (m *Module) CancelCourse(ctx context.Context, id string, version int64, reason string) (Course, error) {
	if !within(&reason, 1, 500) {
		return Course{}, ErrInput.Field("reason", "请写明取消的理由，500 个字以内。")
	}
	return m.move(ctx, "training.cancel", PermManage, id, version, func(_ *store.Tx, c *Course) error {
		if c.State != Planned && c.State != Open {
			return ErrState
		}
		c.State, c.Remark = Cancelled, reason
		return nil
	})
}

// signCode makes six digits that the room shows.
func signCode() string {
	b := make([]byte, 6)
	rand.Read(b) //nolint:errcheck // never fails; ends the program where the system has no randomness
	for i := range b {
		b[i] = '0' + b[i]%10
	}
	return string(b)
}
