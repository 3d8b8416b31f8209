package training

import (
	"context"
	"slices"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ListPage is how many rows a page of a list has.
const ListPage = 50

// Sheet (培训全貌) is a course with those of its people whom the reader may see, and the reader's own enrolment.
type Sheet struct {
	Course
	People []Enrolment `json:"people"`
	Mine   *Enrolment  `json:"mine,omitempty"`
}

// Courses lists the courses, the newest first.
func (m *Module) Courses(ctx context.Context, after string) (list []Course, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Course](tx, "SELECT "+courseColumns+" FROM training_course"+w.SQL()+" ORDER BY id DESC LIMIT "+strconv.Itoa(ListPage+1), w.Args...)
		return err
	})
	for i := range list {
		list[i].hideCode(a)
	}
	if len(list) > ListPage {
		list, next = list[:ListPage], list[ListPage-1].ID
	}
	return list, next, err
}

// hideCode takes the sign-in code away from all but those who run the course.
func (c *Course) hideCode(a *actor.Actor) {
	if !a.Can(PermManage) {
		c.Code = ""
	}
}

// sees reports whether somebody reads the results of an enrolment: those who run courses or read their figures all, those
// who send people their own, everybody himself.
func sees(a *actor.Actor, e *Enrolment) bool {
	return e.UserID == a.UserID || a.Can(PermManage) || a.Can(PermFigure) || org.Sees(a, PermSend, org.Row{CentreID: e.CentreID, UnitID: e.UnitID, SiteID: e.SiteID})
}

// Course gives one course.
func (m *Module) Course(ctx context.Context, id string) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := store.Get[Course](tx, "SELECT "+courseColumns+" FROM training_course WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if err != nil {
			return missing(err)
		}
		s = Sheet{Course: c}
		s.hideCode(a)
		people, err := enrolmentsOf(tx, a.CentreID, id)
		for i := range people {
			if people[i].UserID == a.UserID {
				s.Mine = &people[i]
			}
			if sees(a, &people[i]) {
				s.People = append(s.People, people[i])
			}
		}
		return err
	})
	return s, err
}

// Lesson (培训经历) is one enrolment with its course, for a person's own archive.
type Lesson struct {
	Enrolment
	Title string        `db:"title" json:"title"`
	Kind  Kind          `db:"kind" json:"kind"`
	Start clock.Instant `db:"start_at" json:"start"`
}

// Mine lists the actor's own courses, the newest first (我的培训档案).
func (m *Module) Mine(ctx context.Context) ([]Lesson, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEnrol); err != nil {
		return nil, err
	}
	return m.lessons(ctx, a.UserID)
}

// LessonsOf lists somebody's courses, the newest first: one's own, or those of people whose results the actor sees. It is the
// chapter 培训 of the personnel archive.
func (m *Module) LessonsOf(ctx context.Context, user string) ([]Lesson, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	list, err := m.lessons(ctx, user)
	return slices.DeleteFunc(list, func(l Lesson) bool { return !sees(a, &l.Enrolment) }), err
}

func (m *Module) lessons(ctx context.Context, user string) ([]Lesson, error) {
	a := actor.From(ctx)
	var out []Lesson
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Lesson](tx, "SELECT "+store.Columns[Enrolment]("e.")+", c.title AS title, c.kind AS kind, c.start_at AS start_at FROM training_enrolment e JOIN training_course c ON c.centre_id = e.centre_id AND c.id = e.course_id"+
			" WHERE e.centre_id = $1 AND e.user_id = $2 ORDER BY e.course_id DESC LIMIT 200", a.CentreID, user)
		return err
	})
	return out, err
}

// Certificate (结业证明) is what is printed for somebody who passed.
type Certificate struct {
	Enrolment
	Course Course `json:"course"`
	Centre string `json:"centre"`
}

// Certificate gives the certificate of somebody who passed, to himself and to those who see his results.
func (m *Module) Certificate(ctx context.Context, course, user string) (Certificate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Certificate{}, err
	}
	var out Certificate
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		e, err := store.Get[Enrolment](tx, "SELECT "+enrolmentColumns+" FROM training_enrolment WHERE centre_id = $1 AND course_id = $2 AND user_id = $3 AND no <> ''", a.CentreID, course, user)
		if err != nil {
			return missing(err)
		}
		if !sees(a, &e) {
			return ErrMissing.Hide()
		}
		c, err := store.Get[Course](tx, "SELECT "+courseColumns+" FROM training_course WHERE centre_id = $1 AND id = $2", a.CentreID, course)
		if err != nil {
			return err
		}
		c.hideCode(a)
		centre, err := m.org.CentreTx(tx, a.CentreID)
		out = Certificate{e, c, centre.Name}
		return err
	})
	return out, err
}
