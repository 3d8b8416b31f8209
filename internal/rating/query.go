package rating

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ListPage is how many rows a page of a list holds.
const ListPage = 50

// reach narrows a list to the rows on which the actor holds a permission, by one column each, so that one index serves it:
// the centre; the actor's units; the actor's site; what the actor was rated for.
func reach(w *store.Where, a *actor.Actor, perm actor.Permission) {
	switch scope := a.Scope(perm); {
	case scope >= actor.Centre:
	case scope == actor.Unit:
		units := a.UnitIDs
		if a.UnitID != "" && !slices.Contains(units, a.UnitID) {
			units = append(slices.Clone(units), a.UnitID)
		}
		store.In(w, "unit_id", units)
	case scope == actor.Site && a.SiteID != "":
		w.And("site_id = ?", a.SiteID)
	default:
		w.And("staff_id = ?", a.UserID)
	}
}

// TaskFilter chooses tasks.
type TaskFilter struct {
	State State  // "" for all that are open
	Done  bool   // the ended ones instead, newest first
	After string // cursor of the page before
}

// Listed is a task in a list, with the name of its unit.
type Listed struct {
	Task
	Unit string `json:"unit_name"`
	Late bool   `json:"late"`
}

// Tasks lists the tasks that the actor may see: the open ones by their nearest end, or those that have ended.
func (m *Module) Tasks(ctx context.Context, f TaskFilter) (list []Listed, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermTaskRead); err != nil {
		return nil, "", err
	}
	w, order, err := f.where(a)
	if err != nil {
		return nil, "", err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Task](tx, "SELECT "+taskColumns+" FROM rating_task"+w.SQL()+order+" LIMIT "+itoa(ListPage+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > ListPage {
			found = found[:ListPage]
			next = f.cursor(&found[ListPage-1])
		}
		names, err := m.unitNames(tx, a.CentreID, found, func(t *Task) string { return t.UnitID })
		for i := range found {
			found[i].veil(a)
			list = append(list, Listed{found[i], names[found[i].UnitID], found[i].Late(tx.Now())})
		}
		return err
	})
	return list, next, err
}

func (f *TaskFilter) where(a *actor.Actor) (*store.Where, string, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	reach(w, a, PermTaskRead)
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.Done || f.State != "" && !f.State.Open() {
		f.Done = true
		w.And("NOT open")
		if f.After != "" {
			w.And("id < ?", f.After)
		}
		return w, " ORDER BY id DESC", nil
	}
	w.And("open")
	if f.After != "" {
		due, id, ok := strings.Cut(f.After, "~")
		at, err := strconv.ParseInt(due, 10, 64)
		if !ok || err != nil {
			return w, "", ErrInput.Say("列表的位置不对，请从第一页看起。")
		}
		w.And("next_due >= ?", at).And("(next_due > ? OR id > ?)", at, id)
	}
	return w, " ORDER BY next_due, id", nil
}

func (f *TaskFilter) cursor(last *Task) string {
	if f.Done {
		return last.ID
	}
	return itoa(int64(last.NextDue)) + "~" + last.ID
}

// unitNames gives the names of the units of some rows.
func (m *Module) unitNames(tx *store.Tx, centre string, rows []Task, of func(*Task) string) (map[string]string, error) {
	var ids []string
	for i := range rows {
		if u := of(&rows[i]); u != "" && !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	return m.namesOfUnits(tx, centre, ids)
}

func (m *Module) namesOfUnits(tx *store.Tx, centre string, ids []string) (map[string]string, error) {
	units, err := m.org.UnitsTx(tx, centre, ids)
	out := map[string]string{}
	for id, u := range units {
		out[id] = u.Name
	}
	return out, err
}

// Sheet (差评单) is a task with everything that the actor may see of it. Whoever belongs to the rated unit learns what was
// said and of what kind of service on which day; the number of the service, its moment and the rater are not in it.
type Sheet struct {
	Task
	Unit    string        `json:"unit_name"`
	Site    string        `json:"site_name,omitempty"`
	Window  string        `json:"window,omitempty"`
	Staff   string        `json:"staff_name,omitempty"`
	Kind    ServiceKind   `json:"service_kind"`
	Day     clock.Date    `json:"service_day"`
	Service string        `json:"service_no,omitempty"` // for those who read ratings
	Labels  []string      `json:"labels,omitempty"`
	Text    string        `json:"text,omitempty"`
	Channel Channel       `json:"channel"`
	Ground  Ground        `json:"ground,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Rater   string        `json:"rater,omitempty"` // masked, for those who may ask for it
	Appeal  *Appeal       `json:"appeal,omitempty"`
	Events  []Event       `json:"events"`
	Notes   []Notice      `json:"notices_given,omitempty"`
	Allowed []Action      `json:"allowed"`
	Intact  bool          `json:"intact"` // the chain of events is whole
	Left    string        `json:"remaining,omitempty"`
	Units   []org.Choice  `json:"-"` // to which it may be given
	End     clock.Instant `json:"-"` // of the clock that Left is about
}

// Find gives a task by id or number, if the actor may see it.
func (m *Module) Find(ctx context.Context, idOrNo string) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermTaskRead); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		column := "id"
		if strings.Contains(idOrNo, "-") {
			column = "no"
		}
		t, err := store.Get[Task](tx, "SELECT "+taskColumns+" FROM rating_task WHERE centre_id = $1 AND "+column+" = $2", a.CentreID, idOrNo)
		if err != nil {
			return hidden(err, ErrNotFound)
		}
		if err := t.visible(a, PermTaskRead); err != nil {
			return err
		}
		s = Sheet{Task: t, Allowed: t.allowed(a)}
		s.veil(a)
		return m.fill(tx, a, &s)
	})
	return s, err
}

func (m *Module) fill(tx *store.Tx, a *actor.Actor, s *Sheet) error {
	r, err := store.Get[Rating](tx, "SELECT "+ratingColumns+" FROM rating_rating WHERE centre_id = $1 AND id = $2", s.CentreID, s.RatingID)
	if err != nil {
		return err
	}
	service, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND id = $2", s.CentreID, s.ServiceID)
	if err != nil {
		return err
	}
	s.Kind, s.Day, s.Window, s.Labels, s.Text, s.Channel, s.Ground, s.Reason = r.Kind, service.At.Date(), service.Window, r.LabelNames(), r.Text, r.Channel, r.Ground, r.Reason
	if a.Can(PermRead) {
		s.Service = service.No
	}
	if s.knowsRater(a) && r.RaterID != "" {
		who, err := m.contact(tx, s.CentreID, r.RaterID)
		if err != nil {
			return err
		}
		s.Rater = crypt.MaskName(who.Name) + "　" + crypt.MaskPhone(who.Phone)
	}
	return m.fillRest(tx, a, s)
}

func (m *Module) fillRest(tx *store.Tx, a *actor.Actor, s *Sheet) (err error) {
	if s.Events, err = loadEvents(tx, s.CentreID, s.ID); err != nil {
		return err
	}
	s.Intact = chain.Broken(s.Events, s.EventSeq, s.EventHash) == 0
	for i := range s.Events { // who answered the rater's phone is not the unit's to know, nor is the clock's second
		s.Events[i].Hash = nil
	}
	if s.Notes, err = store.Select[Notice](tx, "SELECT "+store.Columns[Notice]("")+" FROM rating_notice WHERE centre_id = $1 AND task_id = $2 ORDER BY at, rung", s.CentreID, s.ID); err != nil {
		return err
	}
	if p, err := loadAppeal(tx, &s.Task); err == nil {
		s.Appeal = &p
	} else if hidden(err, nil) != nil {
		return err
	}
	if s.Unit, s.Site, err = m.placeNames(tx, s.CentreID, s.UnitID, s.SiteID); err != nil {
		return err
	}
	names, err := m.org.UserNamesTx(tx, s.CentreID, []string{s.StaffID})
	if err != nil {
		return err
	}
	s.Staff = names[s.StaffID]
	cal, err := m.calendar.ForCentre(tx, s.CentreID, "")
	if err != nil {
		return err
	}
	if s.State.Open() && (s.contacting() || s.fixing()) {
		s.End = s.nextEnd()
		s.Left = remaining(cal, tx.Now(), s.End, s.UnitID)
	}
	return nil
}

// allowed lists what the actor may do to the task now.
func (t *Task) allowed(a *actor.Actor) []Action {
	var out []Action
	for _, tr := range flow {
		if tr.Perm != "" && slices.Contains(tr.From, t.State) && t.visible(a, tr.Perm) == nil {
			out = append(out, tr.Action)
		}
	}
	return out
}
