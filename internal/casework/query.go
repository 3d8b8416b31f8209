package casework

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// reach narrows a list to the rows on which the actor holds a permission, by one column each, so that one index serves it:
// the centre; the actor's units; the actor's site or, for somebody without one, what he received himself.
func reach(w *store.Where, a *actor.Actor, perm actor.Permission, prefix, owner string) {
	switch scope := a.Scope(perm); {
	case scope >= actor.Centre:
	case scope == actor.Unit:
		store.In(w, prefix+"unit_id", unitsOf(a))
	case a.SiteID != "":
		w.And(prefix+"site_id = ?", a.SiteID)
	case owner != "":
		w.And(prefix+owner+" = ?", a.UserID)
	default:
		w.And("1 = 0")
	}
}

// unitsOf are the units of an actor.
func unitsOf(a *actor.Actor) []string {
	if a.UnitID == "" || slices.Contains(a.UnitIDs, a.UnitID) {
		return a.UnitIDs
	}
	return append([]string{a.UnitID}, a.UnitIDs...)
}

// Filter chooses cases of the desk.
type Filter struct {
	State  State    // "" for all that are open
	Done   bool     // the ended ones instead, newest first
	Work   Worklist // a worklist instead, whatever the state
	UnitID string   // of the deciding organ
	After  string   // cursor of the page before
	Limit  int      // 0 is ListPage
}

// ListPage is how many cases a page of a list holds.
const ListPage = 50

// Listed is a case as a list shows it: the applicant masked, the light of its nearest end.
type Listed struct {
	Case
	Applicant string `json:"applicant"`
	Unit      string `json:"unit_name"`
	Alerts    int64  `json:"alerts"` // in force about it
}

// Cases lists the cases that the actor may see: those that are open, the nearest end first, or the ended ones.
func (m *Module) Cases(ctx context.Context, f Filter) (list []Listed, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w, order, err := f.where(a, m.db.Clock().Now())
	if err != nil {
		return nil, "", err
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case"+w.SQL()+order+" LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > n {
			found = found[:n]
			next = f.cursor(&found[n-1])
		}
		list, err = m.listed(tx, a.CentreID, found)
		return err
	})
	return list, next, err
}

func (f *Filter) where(a *actor.Actor, now clock.Instant) (*store.Where, string, error) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	reach(w, a, PermRead, "", "created_by")
	if f.UnitID != "" {
		w.And("unit_id = ?", f.UnitID)
	}
	switch f.Work {
	case WorkCheck:
		return w.And(openPledges), " ORDER BY check_due, id", f.afterDue(w, "check_due")
	case WorkExplain:
		w.And(unexplained).And("promise_due <= ?", now).And("(decided_at > 0 OR stands_until <= ?)", now)
		return w, " ORDER BY promise_due, id", f.afterDue(w, "promise_due")
	}
	if f.Done {
		w.And("NOT open")
		if f.State != "" {
			w.And("state = ?", f.State)
		}
		if f.After != "" {
			w.And("id < ?", f.After)
		}
		return w, " ORDER BY id DESC", nil
	}
	w.And("open")
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	return w, " ORDER BY next_due, id", f.afterDue(w, "next_due")
}

// afterDue goes on behind the cursor of a list that is ordered by a due moment.
func (f *Filter) afterDue(w *store.Where, column string) error {
	if f.After == "" {
		return nil
	}
	due, id, ok := strings.Cut(f.After, "~")
	at, err := strconv.ParseInt(due, 10, 64)
	if !ok || err != nil {
		return ErrInput.Say("列表的位置不对，请从第一页看起。")
	}
	w.And(column+" >= ?", at).And("("+column+" > ? OR id > ?)", at, id)
	return nil
}

func (f *Filter) cursor(last *Case) string {
	due := last.NextDue
	switch {
	case f.Work == WorkCheck:
		due = last.CheckDue
	case f.Work == WorkExplain:
		due = last.PromiseDue
	case f.Done:
		return string(last.ID)
	}
	return itoa(int64(due)) + "~" + string(last.ID)
}

// listed adds the masked names of applicants and the names of the organs.
func (m *Module) listed(tx *store.Tx, centre string, found []Case) ([]Listed, error) {
	out := make([]Listed, len(found))
	var units []string
	for i := range found {
		if !slices.Contains(units, found[i].UnitID) {
			units = append(units, found[i].UnitID)
		}
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	alerts, err := m.alertsAbout(tx, centre, found)
	if err != nil {
		return nil, err
	}
	people := map[string]string{}
	for i, c := range found {
		if _, ok := people[c.ApplicantID]; !ok {
			who, err := m.party.OpenApplicant(tx, centre, c.ApplicantID)
			if err != nil {
				return nil, err
			}
			people[c.ApplicantID] = who.Masked().Name
		}
		out[i] = Listed{Case: c, Applicant: people[c.ApplicantID], Unit: names[c.UnitID].Name, Alerts: alerts[c.ID]}
	}
	return out, nil
}

// Sheet (办件单) is a case with everything that the actor may see of it.
type Sheet struct {
	Case
	Unit      string         `json:"unit_name"`
	Site      string         `json:"site_name,omitempty"`
	First     string         `json:"first_review,omitempty"` // how the first review stands, in words
	Applicant Person         `json:"applicant"`              // masked
	Agent     Person         `json:"agent"`
	VisitNo   string         `json:"visit_no"`
	Identity  string         `json:"identity_check"`       // how who came was identified, in words
	Ticket    *QueueTicket   `json:"ticket,omitempty"`     // the number that was being served when it was received
	QueryCode string         `json:"query_code,omitempty"` // for those who may hand it to the applicant
	Clocks    []ClockView    `json:"clocks"`
	Materials []CaseMaterial `json:"materials"`
	Events    []Event        `json:"events"`
	Vouchers  []Voucher      `json:"vouchers"`
	Proposals []Proposal     `json:"proposals"`
	Alerting  []Alert        `json:"alerts_given"`
	Siblings  []Case         `json:"siblings"` // the other cases of the visit that the actor may see
	Allowed   []Action       `json:"allowed"`
	Promise   Verdict        `json:"promise_verdict"`
	Statutory Verdict        `json:"statutory_verdict"`
	Annex
	// AcceptMinutes is the office time from the last complete submission to acceptance (受理时长); -1 while there is none.
	AcceptMinutes int          `json:"accept_minutes"`
	Procedures    []org.Choice `json:"-"`
	Colleagues    []org.Choice `json:"-"` // whom the case may be given to, or who may check it too: id and name
	terms         Terms
}

// Person is somebody as a sheet shows him: masked.
type Person struct {
	Name   string `json:"name,omitempty"`
	IDType string `json:"id_type,omitempty"`
	IDNo   string `json:"id_no,omitempty"`
	Phone  string `json:"phone,omitempty"`
}

// ClockView is a clock with how its days divide today.
type ClockView struct {
	Clock
	Consumption `json:"consumption"`
	Standing    bool                  `json:"standing"` // a special procedure is open
	Suspensions []calendar.Suspension `json:"suspensions"`
	Late        bool                  `json:"late"`
	Remaining   string                `json:"remaining,omitempty"`
}

// Terms gives what the case takes from the version of its item.
func (s *Sheet) Terms() *Terms { return &s.terms }

// Find gives a case by id or number, if the actor may see it.
func (m *Module) Find(ctx context.Context, idOrNo string) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		column := "id"
		if strings.Contains(idOrNo, "-") {
			column = "no"
		}
		c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND "+column+" = $2", a.CentreID, idOrNo)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := c.visible(a, PermRead); err != nil {
			return err
		}
		d, err := m.complete(tx, c)
		if err != nil {
			return err
		}
		s, err = m.sheet(tx, a, d)
		return err
	})
	return s, err
}

func (m *Module) sheet(tx *store.Tx, a *actor.Actor, d *dossier) (Sheet, error) {
	s := Sheet{Case: d.Case, Materials: d.materials, Procedures: d.terms.Procedures(), terms: d.terms, Allowed: d.allowed(a)}
	s.Promise, s.Statutory = d.Verdicts(tx.Now())
	s.AcceptMinutes = d.acceptMinutes(d.cal)
	today := tx.Now().Date()
	for _, k := range d.clocks {
		day := today
		if k.Running && k.day.Suspended(today) { // the end as it would be if the procedure ended today
			if err := k.project(d.cal, today); err != nil {
				return s, err
			}
		}
		if !k.Running {
			day = k.StoppedAt.Date()
		}
		v := ClockView{Clock: *k, Consumption: k.Consumed(d.cal, day), Standing: k.Running && k.day.Suspended(today), Suspensions: k.day.Suspensions, Late: k.Late(tx.Now())}
		if k.Running {
			unit := calendar.UnitWorkday
			if k.Unit != item.Workday {
				unit = calendar.UnitDay
			}
			v.Remaining = d.cal.Remaining(unit, tx.Now(), k.Due, d.UnitID).Text()
		}
		s.Clocks = append(s.Clocks, v)
	}
	if err := m.sheetRows(tx, a, d, &s); err != nil {
		return s, err
	}
	return s, m.sheetNames(tx, a, d, &s)
}

// acceptMinutes is the office time from the last complete submission to acceptance; -1 for a case that was not accepted, or
// whose materials were not complete before it.
func (c *Case) acceptMinutes(cal *calendar.Calendar) int {
	if c.CompleteAt == 0 || c.AcceptedAt < c.CompleteAt {
		return -1
	}
	return cal.WorkMinutes(c.CompleteAt, c.AcceptedAt, c.UnitID)
}

func (m *Module) sheetRows(tx *store.Tx, a *actor.Actor, d *dossier, s *Sheet) (err error) {
	if s.Events, err = loadEvents(tx, d.CentreID, d.ID); err != nil {
		return err
	}
	if s.Vouchers, err = store.Select[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND visit_id = $2 AND (case_id = '' OR case_id = $3) ORDER BY id", d.CentreID, d.VisitID, d.ID); err != nil {
		return err
	}
	if s.Proposals, err = store.Select[Proposal](tx, "SELECT "+store.Columns[Proposal]("")+" FROM casework_proposal WHERE centre_id = $1 AND case_id = $2 ORDER BY id", d.CentreID, d.ID); err != nil {
		return err
	}
	if s.Alerting, err = m.alertsOf(tx, d.CentreID, d.ID); err != nil {
		return err
	}
	if err := m.annex(tx, d, s); err != nil {
		return err
	}
	if err := links(tx, a, d, s); err != nil {
		return err
	}
	if err := licences(tx, a, d, s); err != nil {
		return err
	}
	all, err := casesOf(tx, d.CentreID, VisitID(d.VisitID))
	for _, c := range all {
		if c.ID != d.ID && c.visible(a, PermRead) == nil {
			s.Siblings = append(s.Siblings, c)
		}
	}
	return err
}

func (m *Module) sheetNames(tx *store.Tx, a *actor.Actor, d *dossier, s *Sheet) error {
	u, err := m.org.UnitTx(tx, d.CentreID, d.UnitID)
	if err != nil {
		return err
	}
	s.Unit = u.Name
	if s.First, err = m.firstLine(tx, d, u.Name); err != nil {
		return err
	}
	if d.SiteID != "" {
		site, err := m.org.SiteTx(tx, d.CentreID, d.SiteID)
		if err != nil {
			return err
		}
		s.Site = site.Name
	}
	v, err := store.Get[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM casework_visit WHERE centre_id = $1 AND id = $2", d.CentreID, d.VisitID)
	if err != nil {
		return err
	}
	s.VisitNo = v.No
	if s.Ticket, err = m.ticketOf(tx, &v); err != nil {
		return err
	}
	who, err := m.org.UserNamesTx(tx, d.CentreID, nonEmpty(v.CreatedBy))
	if err != nil {
		return err
	}
	s.Identity = v.identityLine(who[v.CreatedBy])
	if d.visible(a, PermReadPersonal) == nil {
		s.QueryCode = m.QueryCode(v.ID)
	}
	if err := m.colleagues(tx, a, d, s); err != nil {
		return err
	}
	if s.Applicant, err = m.masked(tx, d.CentreID, d.ApplicantID); err != nil || d.AgentID == "" {
		return err
	}
	s.Agent, err = m.masked(tx, d.CentreID, d.AgentID)
	return err
}

// colleagues lists the other people of the deciding organ, for those who may need one.
func (m *Module) colleagues(tx *store.Tx, a *actor.Actor, d *dossier, s *Sheet) error {
	if !d.State.Open() || d.visible(a, PermReview) != nil && d.visible(a, PermReassign) != nil {
		return nil
	}
	for _, role := range []string{org.RoleApprover, org.RoleChiefRep, org.RoleWindow, org.RoleUnitHead} {
		list, err := m.org.UsersWithRoleTx(tx, d.CentreID, role, d.UnitID)
		if err != nil {
			return err
		}
		for _, u := range list {
			c := org.Choice{Value: u.ID, Label: u.DisplayName + "（" + org.RoleName(role) + "）"}
			if u.ID != a.UserID && !slices.ContainsFunc(s.Colleagues, func(x org.Choice) bool { return x.Value == u.ID }) {
				s.Colleagues = append(s.Colleagues, c)
			}
		}
	}
	return nil
}

func (m *Module) masked(tx *store.Tx, centre, person string) (Person, error) {
	p, err := m.party.OpenApplicant(tx, centre, person)
	p = p.Masked()
	return Person{p.Name, p.IDType, p.IDNo, p.Phone}, err
}

// allowed lists what the actor may do to the case now.
func (d *dossier) allowed(a *actor.Actor) []Action {
	var out []Action
	for _, t := range flow {
		if t.System || !slices.Contains(t.From, d.State) || d.visible(a, t.Perm) != nil || !d.takes(a, t.Action) {
			continue
		}
		out = append(out, t.Action)
	}
	return out
}

// takes reports whether the case, besides its state, takes a step from the actor now: a second notice is the chief representative's, and
// a decision, besides items decided on the spot, takes the permission and, without a declaration, somebody's review. The use cases say
// the same, with the reason.
func (d *dossier) takes(a *actor.Actor, x Action) bool {
	switch {
	case x == ActTerminate:
		return !d.FirstPending()
	case x == ActNotify:
		return d.Notices == 0 && d.AcceptedAt == 0 || a.Can(PermOverride)
	case x != ActGrant && x != ActDeny || d.terms.instant():
		return true
	}
	return a.Can(PermDecide) && (d.State == Reviewed || d.Mode == Pledged)
}

// RevealApplicant shows who applied (查看申请人) and writes an audit line for it.
func (m *Module) RevealApplicant(ctx context.Context, id CaseID) (Person, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReadPersonal); err != nil {
		return Person{}, err
	}
	var out Person
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := c.visible(a, PermReadPersonal); err != nil {
			return err
		}
		p, err := m.party.OpenApplicant(tx, a.CentreID, c.ApplicantID)
		if err != nil {
			return err
		}
		out = Person{p.Name, p.IDType, p.IDNo, p.Phone}
		return audit.Record(tx, audit.Entry{Action: "casework.read_personal", Permission: PermReadPersonal, Kind: "case", Object: string(id), Detail: map[string]any{"what": "applicant"}})
	})
	return out, err
}
