package training

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Enrolment (报名) is one person in one course: sign-in, quiz and certificate.
type Enrolment struct {
	CentreID  string        `db:"centre_id" json:"-"`
	CourseID  string        `db:"course_id" json:"course_id"`
	UserID    string        `db:"user_id" json:"user_id"`
	Name      string        `db:"name" json:"name"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	UnitName  string        `db:"unit_name" json:"unit_name"`
	SiteID    string        `db:"site_id" json:"site_id,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	ByUser    string        `db:"by_user" json:"by_user"`
	SignedAt  clock.Instant `db:"signed_at" json:"signed_at,omitzero"`
	SignedBy  string        `db:"signed_by" json:"signed_by,omitempty"` // who signed for him by hand; "" where he did with the code
	Paper     string        `db:"paper" json:"-"`
	StartedAt clock.Instant `db:"started_at" json:"started_at,omitzero"`
	Answers   string        `db:"answers" json:"-"`
	Right     int64         `db:"right_n" json:"right"`
	Total     int64         `db:"total_n" json:"total"`
	ScoredAt  clock.Instant `db:"scored_at" json:"scored_at,omitzero"`
	Passed    bool          `db:"passed" json:"passed"`
	No        string        `db:"no" json:"no,omitempty"` // of the certificate
}

var enrolmentColumns = store.Columns[Enrolment]("")

func loadEnrolment(tx *store.Tx, centre, course, user string) (Enrolment, error) {
	e, err := store.Get[Enrolment](tx, "SELECT "+enrolmentColumns+" FROM training_enrolment WHERE centre_id = $1 AND course_id = $2 AND user_id = $3"+tx.ForUpdate(), centre, course, user)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrAbsent.Hide()
	}
	return e, err
}

func enrolmentsOf(tx *store.Tx, centre, course string) ([]Enrolment, error) {
	return store.Select[Enrolment](tx, "SELECT "+enrolmentColumns+" FROM training_enrolment WHERE centre_id = $1 AND course_id = $2 ORDER BY unit_name, name, user_id", centre, course)
}

// Trainee (可选派人员) is somebody whom the actor may send.
type Trainee struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Unit   string `json:"unit_name"`
}

func placeOf(u *org.User) org.Row {
	return org.Row{CentreID: u.CentreID, UnitID: u.UnitID, SiteID: u.SiteID}
}

// trained are the roles of those who are sent to courses.
func trained() []string {
	return []string{org.RoleWindow, org.RoleChiefRep, org.RoleApprover, org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleCallbacker, org.RoleReviewer, org.RoleLiaison, org.RoleUnitHead, org.RoleSiteAdmin}
}

// Trainees lists whom the actor may send: people of his unit, of his site.
func (m *Module) Trainees(ctx context.Context) ([]Trainee, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSend); err != nil {
		return nil, err
	}
	var out []Trainee
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		var users []org.User
		var units []string
		for _, role := range trained() {
			list, err := m.org.UsersWithRoleTx(tx, a.CentreID, role, "")
			if err != nil {
				return err
			}
			for i := range list {
				known := slices.ContainsFunc(users, func(u org.User) bool { return u.ID == list[i].ID })
				if !known && org.Sees(a, PermSend, placeOf(&list[i])) {
					users, units = append(users, list[i]), append(units, list[i].UnitID)
				}
			}
		}
		names, err := m.org.UnitsTx(tx, a.CentreID, units)
		for i := range users {
			u := names[users[i].UnitID]
			out = append(out, Trainee{users[i].ID, users[i].DisplayName, u.Short()})
		}
		return err
	})
	return out, err
}

// Enrol enters the actor himself (报名).
func (m *Module) Enrol(ctx context.Context, course string) (Enrolment, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEnrol); err != nil {
		return Enrolment{}, err
	}
	return m.enrol(ctx, PermEnrol, course, a.UserID)
}

// Send enters somebody of the actor's unit or site (选派).
func (m *Module) Send(ctx context.Context, course, user string) (Enrolment, error) {
	if err := actor.From(ctx).Require(PermSend); err != nil {
		return Enrolment{}, err
	}
	return m.enrol(ctx, PermSend, course, user)
}

func (m *Module) enrol(ctx context.Context, p actor.Permission, course, user string) (Enrolment, error) {
	a := actor.From(ctx)
	var e Enrolment
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := loadCourse(tx, a.CentreID, course)
		if err != nil {
			return err
		}
		if c.State != Open && c.State != Held {
			return ErrState
		}
		if c.Enrolled >= c.Capacity {
			return ErrFull
		}
		u, err := m.org.UserTx(tx, a.CentreID, user)
		if err != nil || !u.Active || p == PermSend && !org.Sees(a, PermSend, placeOf(&u)) {
			return ErrInput.Field("user_id", "请从您可以选派的人员中选择。")
		}
		units, err := m.org.UnitsTx(tx, a.CentreID, []string{u.UnitID})
		if err != nil {
			return err
		}
		unit := units[u.UnitID]
		e = Enrolment{CentreID: a.CentreID, CourseID: c.ID, UserID: u.ID, Name: u.DisplayName, UnitID: u.UnitID, UnitName: unit.Short(), SiteID: u.SiteID, At: tx.Now(), ByUser: a.UserID, Paper: "[]", Answers: "[]"}
		if err := store.Insert(tx, "training_enrolment", e); err != nil {
			return err
		}
		c.Enrolled++
		return count(tx, &c, "training.enrol", p, u.ID)
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrEnrolled
	}
	return e, err
}

// count saves the counters of a course with the audit line of what was counted. The version stays: a count makes no form
// stale.
func count(tx *store.Tx, c *Course, action string, p actor.Permission, user string) error {
	if err := store.Update(tx, "training_course", c, "centre_id", "id"); err != nil {
		return err
	}
	return record(tx, action, p, c, map[string]any{"user": user})
}

// Leave takes back the actor's own enrolment before the course begins.
func (m *Module) Leave(ctx context.Context, course string) error {
	a := actor.From(ctx)
	if err := a.Require(PermEnrol); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := loadCourse(tx, a.CentreID, course)
		if err != nil {
			return err
		}
		if c.State != Open {
			return ErrState
		}
		if _, err := loadEnrolment(tx, a.CentreID, course, a.UserID); err != nil {
			return err
		}
		if err := tx.Queue("DELETE FROM training_enrolment WHERE centre_id = $1 AND course_id = $2 AND user_id = $3", a.CentreID, course, a.UserID); err != nil {
			return err
		}
		c.Enrolled--
		return count(tx, &c, "training.leave", PermEnrol, a.UserID)
	})
}

// SignIn signs the actor in with the code that the room shows (签到). Sign-in is open from half an hour before the course
// to its end.
func (m *Module) SignIn(ctx context.Context, course, code string) (Enrolment, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEnrol); err != nil {
		return Enrolment{}, err
	}
	return m.sign(ctx, PermEnrol, course, a.UserID, func(now clock.Instant, c *Course) error {
		if code != c.Code {
			return ErrCode.Field("code", "%s", ErrCode.Public)
		}
		if now < c.Start-early || now > c.End {
			return ErrState.Say("签到从开讲前半小时到结束，现在不能签到。请联系办公室。")
		}
		return nil
	}, "")
}

// early is how long before the course the sign-in opens.
const early = 30 * 60_000

// SignFor signs somebody in by hand, such as from the paper list (补签).
func (m *Module) SignFor(ctx context.Context, course, user string) (Enrolment, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return Enrolment{}, err
	}
	return m.sign(ctx, PermManage, course, user, func(clock.Instant, *Course) error { return nil }, a.UserID)
}

func (m *Module) sign(ctx context.Context, p actor.Permission, course, user string, check func(now clock.Instant, c *Course) error, by string) (Enrolment, error) {
	centre := actor.From(ctx).CentreID
	var e Enrolment
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := loadCourse(tx, centre, course)
		if err != nil {
			return err
		}
		if c.State != Held {
			return ErrState
		}
		if err := check(tx.Now(), &c); err != nil {
			return err
		}
		if e, err = loadEnrolment(tx, centre, course, user); err != nil {
			return err
		}
		if e.SignedAt != 0 {
			return ErrSigned
		}
		e.SignedAt, e.SignedBy = tx.Now(), by
		if err := saveEnrolment(tx, &e); err != nil {
			return err
		}
		c.Signed++
		return count(tx, &c, "training.sign_in", p, user)
	})
	return e, err
}

func saveEnrolment(tx *store.Tx, e *Enrolment) error {
	return store.Update(tx, "training_enrolment", e, "centre_id", "course_id", "user_id")
}
