package rating

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Task (差评任务) is what is owed because of a bad rating: to speak with the rater, to put right what was wrong, and to ask
// whether that satisfies. Both limits run from the rating. It carries nothing that leads to the rater or, for whoever was
// rated, to the service.
type Task struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	No          string        `db:"no" json:"no"` // 差评编号
	RatingID    string        `db:"rating_id" json:"-"`
	ServiceID   string        `db:"service_id" json:"-"`
	UnitID      string        `db:"unit_id" json:"unit_id,omitempty"`
	SiteID      string        `db:"site_id" json:"site_id,omitempty"`
	StaffID     string        `db:"staff_id" json:"staff_id,omitempty"` // whoever was rated
	Level       Level         `db:"level" json:"level"`
	RealName    bool          `db:"named" json:"real_name"`
	Title       string        `db:"title" json:"title"`
	State       State         `db:"state" json:"state"`
	Open        bool          `db:"open" json:"open"`
	Valid       bool          `db:"valid" json:"valid"`
	Twin        string        `db:"twin" json:"twin,omitempty"` // number of an open task of the same rater and unit
	ReceivedAt  clock.Instant `db:"received_at" json:"received_at"`
	ContactDays int64         `db:"contact_days" json:"-"`
	FixDays     int64         `db:"fix_days" json:"-"`
	ContactDue  clock.Instant `db:"contact_due" json:"contact_due,omitzero"`
	ContactedAt clock.Instant `db:"contacted_at" json:"contacted_at,omitzero"`
	FixDue      clock.Instant `db:"fix_due" json:"fix_due"`
	Way         Action        `db:"way" json:"way,omitempty"` // how it was put right
	DoneAt      clock.Instant `db:"done_at" json:"done_at,omitzero"`
	PassedAt    clock.Instant `db:"passed_at" json:"passed_at,omitzero"`
	Calls       int64         `db:"calls" json:"calls"`
	Answer      string        `db:"answer" json:"answer,omitempty"` // what the rater said of the correction
	FollowedAt  clock.Instant `db:"followed_at" json:"followed_at,omitzero"`
	Redone      int64         `db:"redone" json:"redone"`
	ClosedAt    clock.Instant `db:"closed_at" json:"closed_at,omitzero"`
	NextDue     clock.Instant `db:"next_due" json:"next_due,omitzero"`
	Notices     int64         `db:"notices" json:"notices"`
	Revision    int64         `db:"revision" json:"-"` // of the calendar
	EventSeq    int64         `db:"event_seq" json:"-"`
	EventHash   []byte        `db:"event_hash" json:"-"`
	Version     int64         `db:"version" json:"version"`
}

var taskColumns = store.Columns[Task]("")

// row is the task as an object of the scope model: it belongs to the unit that handles, the site and whoever was rated.
func (t *Task) row() org.Row {
	return org.Row{CentreID: t.CentreID, UnitID: t.UnitID, SiteID: t.SiteID, OwnerID: t.StaffID}
}

// visible refuses an actor who may not see the task, as if it were not there.
func (t *Task) visible(a *actor.Actor, perm actor.Permission) error {
	if org.Sees(a, perm, t.row()) {
		return nil
	}
	return ErrNotFound.Hide()
}

// Answers of a rater to a follow-up (回访结果).
const (
	AnswerGood      = "满意"
	AnswerFair      = "基本满意"
	AnswerBad       = "不满意"
	AnswerUnreached = "无法回访"
)

// Answers lists what a rater may say.
func Answers() []string { return []string{AnswerGood, AnswerFair, AnswerBad} }

// taskOfService gives the task of a service; the zero task where there is none.
func taskOfService(tx *store.Tx, centre, service string) (Task, error) {
	t, err := store.Get[Task](tx, "SELECT "+taskColumns+" FROM rating_task WHERE centre_id = $1 AND service_id = $2", centre, service)
	if errors.Is(err, store.ErrNotFound) {
		return Task{}, nil
	}
	return t, err
}

func loadTask(tx *store.Tx, centre, id string) (Task, error) {
	t, err := store.Get[Task](tx, "SELECT "+taskColumns+" FROM rating_task WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	return t, hidden(err, ErrNotFound)
}

// taskFor does what a rating means for the task of its service: a bad one opens it, or changes the one that is there; a
// good one in the place of a bad one ends it.
func (m *Module) taskFor(tx *store.Tx, s *Service, t *Task, r *Rating, p Parameters) error {
	switch {
	case t.State == "" && !r.Level.Poor():
		return nil
	case t.State == "":
		return m.openTask(tx, s, t, r, p)
	case !r.Level.Poor():
		return m.apply(tx, t, ActWithdraw, func(_ *store.Tx, t *Task) (note, error) {
			t.RatingID, t.Level, t.Valid, t.ClosedAt = r.ID, r.Level, false, r.At
			return note{data: map[string]any{"level": r.Level, "version": r.Version}}, nil
		})
	}
	if t.State == Void { // bad, good and bad again within the minutes
		t.Valid, t.ClosedAt, t.State = true, 0, Assigned
		if t.UnitID == "" {
			t.State = Fresh
		}
	}
	return m.apply(tx, t, ActChange, func(tx *store.Tx, t *Task) (note, error) {
		t.RatingID, t.Level, t.RealName = r.ID, r.Level, r.RealName
		if err := m.project(tx, t); err != nil {
			return note{}, err
		}
		t.settle()
		return note{data: map[string]any{"level": r.Level, "version": r.Version}}, nil
	})
}

// veil keeps from everybody but whoever gives tasks out that another one has the same rater: with the days of both that may
// tell who it is.
func (t *Task) veil(a *actor.Actor) {
	if !a.Can(PermDispatch) {
		t.Twin = ""
	}
}

// knowsRater reports whether the actor may be told who rated: never the rated person, nor anybody of the rated unit.
func (t *Task) knowsRater(a *actor.Actor) bool {
	return a.Can(PermIdentity) && a.UserID != t.StaffID && (t.UnitID == "" || !a.HasUnit(t.UnitID))
}

// openTask makes the task of a bad rating and, where its unit is known and nothing speaks against it, gives it to the unit.
func (m *Module) openTask(tx *store.Tx, s *Service, t *Task, r *Rating, p Parameters) error {
	no, err := nextNumber(tx, s.CentreID, "HP", tx.Now().Date())
	if err != nil {
		return err
	}
	*t = Task{CentreID: s.CentreID, ID: t.ID, No: no, RatingID: r.ID, ServiceID: s.ID, UnitID: s.UnitID, SiteID: s.SiteID, StaffID: s.StaffID, Level: r.Level, RealName: r.RealName, Title: s.Title,
		State: Fresh, Valid: true, ReceivedAt: r.At, ContactDays: p.ContactDays, FixDays: p.FixDays, EventHash: []byte{}}
	if t.Twin, err = twin(tx, t, r); err != nil {
		return err
	}
	if err := m.project(tx, t); err != nil {
		return err
	}
	if err := m.finish(tx, t, ActReceive, note{data: map[string]any{"level": r.Level, "real_name": r.RealName}}); err != nil {
		return err
	}
	if t.UnitID == "" || t.Twin != "" {
		return nil
	}
	return m.apply(tx, t, ActDispatch, func(_ *store.Tx, t *Task) (note, error) {
		t.State = Assigned
		t.settle()
		return note{data: map[string]any{"unit": t.UnitID, "by": "rule"}}, nil
	})
}

// settle leads an anonymous task past the contact, for there is nobody to speak with, and one with a name back to it.
func (t *Task) settle() {
	switch {
	case t.State == Assigned && !t.RealName:
		t.State, t.ContactDue = Contacted, 0
	case t.State == Contacted && t.RealName && t.ContactedAt == 0:
		t.State = Assigned
	}
}

// twinDays is how far back a rating of the same rater about the same unit makes a task suspect of saying the same again.
const twinDays = 7

// twin finds another open task of the same rater and unit (去重); a person decides what it means.
func twin(tx *store.Tx, t *Task, r *Rating) (string, error) {
	if r.RaterBix == "" {
		return "", nil
	}
	since := (r.At.Date() - twinDays).Start()
	found, err := store.Select[string](tx, `SELECT t.no FROM rating_rating r JOIN rating_task t ON t.centre_id = r.centre_id AND t.service_id = r.service_id
		WHERE r.centre_id = $1 AND r.rater_bix = $2 AND r.current AND r.at >= $3 AND r.unit_id = $4 AND t.open AND t.id <> $5 ORDER BY t.id DESC LIMIT 1`,
		t.CentreID, r.RaterBix, since, t.UnitID, t.ID)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// Command addresses a task: which, in which version (0: whichever is there), and under which idempotency key.
type Command struct {
	TaskID  string `json:"-"`
	Version int64  `json:"-"`
	Key     string `json:"-"`
}

// step changes a task that the transition table has let through, and says what its event tells.
type step func(tx *store.Tx, t *Task) (note, error)

// run is the one way in which people change a task: permission, idempotency, load, visibility, version, transition table,
// the step itself, then task, event, audit line and job in one transaction.
func (m *Module) run(ctx context.Context, cmd Command, action Action, digest any, do step) (Task, error) {
	a := actor.From(ctx)
	perm := PermissionOf(action)
	if err := a.Require(perm); err != nil {
		return Task{}, err
	}
	var out Task
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, repeated, err := once.ClaimContent(tx, cmd.Key, "rating."+string(action)+"|"+cmd.TaskID, digest, cmd.TaskID); err != nil {
			return err
		} else if repeated {
			out, err = loadTask(tx, a.CentreID, cmd.TaskID)
			return err
		}
		if err := audit.Lock(tx, a.CentreID, cmd.TaskID); err != nil {
			return err
		}
		t, err := loadTask(tx, a.CentreID, cmd.TaskID)
		if err != nil {
			return err
		}
		if err := t.visible(a, perm); err != nil {
			return err
		}
		if cmd.Version != 0 && cmd.Version != t.Version {
			return ErrVersion.With("version", t.Version)
		}
		err = m.apply(tx, &t, action, do)
		out = t
		return err
	})
	out.veil(a)
	return out, err
}

func (m *Module) apply(tx *store.Tx, t *Task, action Action, do step) error {
	tr, err := check(action, t.State)
	if err != nil {
		return err
	}
	was := t.State
	n, err := do(tx, t)
	if err != nil {
		return err
	}
	if tr.To != "" && t.State == was {
		t.State = tr.To
	}
	return m.finish(tx, t, action, n)
}

// finish adds the event and the audit line, saves the task and puts the watch of its clocks into the queue.
func (m *Module) finish(tx *store.Tx, t *Task, action Action, n note) error {
	if n.text != "" {
		names, err := m.knownNames(tx, t)
		if err != nil {
			return err
		}
		n.text = Scrub(n.text, names...)
	}
	e, err := appendEvent(tx, t, action, n)
	if err != nil {
		return err
	}
	t.Open, t.NextDue = t.State.Open(), t.nextEnd()
	t.Version++
	if t.Version == 1 {
		err = store.Insert(tx, "rating_task", *t)
	} else {
		err = store.Update(tx, "rating_task", *t, "centre_id", "id")
	}
	if err != nil {
		return err
	}
	if err := m.watchFrom(tx, t); err != nil {
		return err
	}
	return audit.RecordIn(tx, t.CentreID, audit.Entry{Action: "rating." + string(action), Permission: PermissionOf(action), Kind: "rating_task", Object: t.ID,
		Detail: map[string]any{"no": t.No, "seq": e.Seq, "state": t.State}, Digest: e.Hash})
}

// knownNames gives the names that must not stand in a text about a task: the rater's and those of whom the service was for.
func (m *Module) knownNames(tx *store.Tx, t *Task) ([]string, error) {
	s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND id = $2", t.CentreID, t.ServiceID)
	if err != nil {
		return nil, err
	}
	raters, err := store.Select[string](tx, "SELECT rater_id FROM rating_rating WHERE centre_id = $1 AND service_id = $2 AND rater_id <> ''", t.CentreID, t.ServiceID)
	if err != nil {
		return nil, err
	}
	return m.namesOf(tx, t.CentreID, append(raters, s.People)...)
}

// said checks a text that must be given.
func said(field, label, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", ErrInput.Field(field, "请填写%s。", label)
	case n > maxText:
		return "", ErrInput.Field(field, "%s最多 %d 个字。", label, maxText)
	}
	return text, nil
}

// project computes both ends on the calendar in force, from the rating.
func (m *Module) project(tx *store.Tx, t *Task) error {
	cal, err := m.calendar.ForCentre(tx, t.CentreID, "")
	if err != nil {
		return err
	}
	t.Revision = cal.Revision()
	if t.ContactedAt == 0 && t.RealName {
		t.ContactDue = due(cal, t.ReceivedAt, t.ContactDays)
	}
	t.FixDue = due(cal, t.ReceivedAt, t.FixDays)
	return nil
}

// contacting and fixing report which clocks run.
func (t *Task) contacting() bool {
	return t.Open && t.RealName && t.ContactedAt == 0 && t.ContactDue != 0
}

func (t *Task) fixing() bool {
	return slices.Contains([]State{Fresh, Assigned, Contacted, Fixing, Appealed}, t.State)
}

// nextEnd is the nearest end that somebody must keep; the end of the correction where none runs, so that lists keep an order.
func (t *Task) nextEnd() clock.Instant {
	if t.State.Open() && t.RealName && t.ContactedAt == 0 && t.ContactDue != 0 {
		return t.ContactDue
	}
	return t.FixDue
}

// Running reports whether a clock of the task runs, so that NextDue is an end that somebody must keep.
func (t *Task) Running() bool { return t.State.Open() && (t.contacting() || t.fixing()) }

// Late reports whether a running clock has ended.
func (t *Task) Late(now clock.Instant) bool {
	return t.contacting() && now >= t.ContactDue || t.fixing() && now >= t.FixDue
}

// watchFrom queues the watch of a task at the next moment at which one of its clocks has something to say.
func (m *Module) watchFrom(tx *store.Tx, t *Task) error {
	cal, err := m.calendar.ForCentre(tx, t.CentreID, "")
	if err != nil {
		return err
	}
	for _, r := range t.rungs(cal) {
		if r.at > tx.Now() {
			return jobs.Insert(tx, t.CentreID, jobWatch, t.ID, r.at, watchArgs{t.ID})
		}
	}
	return nil
}
