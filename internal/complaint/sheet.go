package complaint

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Person is a reporter as a sheet shows him: masked.
type Person struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// ClockView is a clock with what is left of it.
type ClockView struct {
	Clock
	Late      bool   `json:"late"`
	Remaining string `json:"remaining,omitempty"`
}

// Sheet (反映单) is a matter with everything that the reader may see of it.
type Sheet struct {
	Matter
	Words         Words           `json:"words,omitzero"`
	Reporter      Person          `json:"reporter,omitzero"` // masked; empty for whoever may not know him
	Known         bool            `json:"known"`             // the reader may learn who reported it
	QueryCode     string          `json:"query_code,omitempty"`
	Unit          string          `json:"unit_name,omitempty"`
	Site          string          `json:"site_name,omitempty"`
	Accused       string          `json:"accused_name,omitempty"`
	CauseName     string          `json:"cause_name,omitempty"`
	Clocks        []ClockView     `json:"clocks"`
	Reminded      []Reminder      `json:"reminders_given"`
	Events        []Event         `json:"events"`
	Investigators []org.Choice    `json:"investigators"`
	Transfer      *Transfer       `json:"transfer,omitempty"`
	Files         []evidence.File `json:"files"` // that the reader may open
	MayAttach     bool            `json:"may_attach"`
	Earlier       []Listed        `json:"earlier"` // other matters of the same reporter, for those who know him
	Allowed       []Action        `json:"allowed"`
	Late          bool            `json:"late"`
	Choices       Choices         `json:"-"`
}

// Choices are what the forms of the next steps offer: names that an actor who may take the step may see.
type Choices struct {
	Causes        []Cause
	Investigators []org.Choice // who may investigate: id and name
	Staff         []Staff      // whom a complaint may be about
}

// Staff is somebody of a unit, for the choice of whom a complaint is about.
type Staff struct {
	ID, Name, Unit string
}

// Get gives a matter by id or number, if the actor may see it.
func (m *Module) Get(ctx context.Context, k Kind, idOrNo string) (Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(readPerm(k)); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := one(tx, a.CentreID, idOrNo)
		if err != nil {
			return err
		}
		if c.Kind != k {
			return ErrNotFound
		}
		if err := c.visible(a, readPerm(k)); err != nil {
			return err
		}
		s, err = m.sheet(tx, a, c)
		return err
	})
	return s, err
}

func one(tx *store.Tx, centre, idOrNo string) (Matter, error) {
	column := "id"
	if strings.Contains(idOrNo, "-") {
		column = "no"
	}
	c, err := store.Get[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND "+column+" = $2", centre, idOrNo)
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrNotFound
	}
	return c, err
}

func (m *Module) sheet(tx *store.Tx, a *actor.Actor, c Matter) (Sheet, error) {
	titled := []Matter{c}
	if err := m.titles(tx, c.CentreID, titled); err != nil {
		return Sheet{}, err
	}
	c = titled[0]
	f, err := m.complete(tx, c)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{Matter: c.shown(a), Known: c.knows(a), Late: c.late(tx.Now()), Allowed: f.allowed(a)}
	for _, k := range f.clocks {
		v := ClockView{Clock: *k, Late: k.Late(tx.Now())}
		if k.Running {
			v.Remaining = f.cal.Remaining(calendar.UnitWorkday, tx.Now(), k.Due, c.UnitID).Text()
		}
		s.Clocks = append(s.Clocks, v)
	}
	if s.Events, err = loadEvents(tx, c.CentreID, c.ID); err != nil {
		return s, err
	}
	if s.Reminded, err = store.Select[Reminder](tx, "SELECT "+store.Columns[Reminder]("")+" FROM complaint_reminder WHERE centre_id = $1 AND matter_id = $2 ORDER BY at, clock_id", c.CentreID, c.ID); err != nil {
		return s, err
	}
	if err := m.names(tx, &c, &s); err != nil {
		return s, err
	}
	if err := m.choices(tx, f, &s); err != nil {
		return s, err
	}
	if s.Files, err = c.shownFiles(tx, a); err != nil {
		return s, err
	}
	s.MayAttach = c.Open && c.visible(a, AttachPerm(c.Kind)) == nil && (c.knows(a) || a.Can(PermComplaintAnswer))
	if c.Kind == Stuck || s.Known || a.Kind == actor.System {
		return s, m.unveiled(tx, a, &c, &s)
	}
	s.Events = veiledEvents(s.Events)
	if a.Can(PermComplaintSerious) {
		return s, m.forLeader(tx, &c, &s)
	}
	return s, nil
}

// choices fills in what the forms of the allowed steps offer.
func (m *Module) choices(tx *store.Tx, f *file, s *Sheet) (err error) {
	may := func(list ...Action) bool {
		return slices.ContainsFunc(s.Allowed, func(a Action) bool { return slices.Contains(list, a) })
	}
	if may(ActFinish, ActDeny, ActAttribute, ActFind) {
		list, err := causes(tx, f.CentreID)
		if err != nil {
			return err
		}
		s.Choices.Causes = slices.DeleteFunc(list, func(c Cause) bool { return !c.Active })
	}
	if may(ActAssign) {
		if s.Choices.Investigators, err = m.mayInvestigate(tx, f); err != nil {
			return err
		}
	}
	if may(ActIdentify) {
		s.Choices.Staff, err = m.staff(tx, f.CentreID)
	}
	return err
}

// mayInvestigate lists the centre's own people who are neither complained of nor colleagues of him.
func (m *Module) mayInvestigate(tx *store.Tx, f *file) ([]org.Choice, error) {
	var out []org.Choice
	for _, role := range []string{org.RoleSupervisor, org.RoleOffice, org.RoleInfo} {
		list, err := m.org.UsersWithRoleTx(tx, f.CentreID, role, "")
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			c := org.Choice{Value: u.ID, Label: u.DisplayName + "（" + org.RoleName(role) + "）"}
			colleague := u.ID == f.AccusedID || u.UnitID != "" && (u.UnitID == f.UnitID || u.UnitID == f.AccusedUnit)
			if !colleague && !slices.ContainsFunc(out, func(x org.Choice) bool { return x.Value == u.ID }) {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// staff lists the people of the windows, unit by unit.
func (m *Module) staff(tx *store.Tx, centre string) ([]Staff, error) {
	var out []Staff
	var users []org.User
	var units []string
	for _, role := range []string{org.RoleWindow, org.RoleChiefRep, org.RoleApprover, org.RoleSiteAdmin} {
		list, err := m.org.UsersWithRoleTx(tx, centre, role, "")
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			if !slices.ContainsFunc(users, func(x org.User) bool { return x.ID == u.ID }) {
				users, units = append(users, u), append(units, u.UnitID)
			}
		}
	}
	names, err := m.org.UnitsTx(tx, centre, slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(units, func(u string) bool { return u == "" })))))
	for _, u := range users {
		out = append(out, Staff{u.ID, u.DisplayName, names[u.UnitID].Name})
	}
	slices.SortStableFunc(out, func(a, b Staff) int { return strings.Compare(a.Unit, b.Unit) })
	return out, err
}

// names fills in the names of what a matter points to.
func (m *Module) names(tx *store.Tx, c *Matter, s *Sheet) error {
	if c.UnitID != "" {
		u, err := m.org.UnitTx(tx, c.CentreID, c.UnitID)
		if err != nil {
			return err
		}
		s.Unit = u.Name
	}
	if c.SiteID != "" {
		site, err := m.org.SiteTx(tx, c.CentreID, c.SiteID)
		if err != nil {
			return err
		}
		s.Site = site.Name
	}
	list, err := causes(tx, c.CentreID)
	for _, x := range list {
		if x.Code == c.Cause {
			s.CauseName = x.Name
		}
	}
	return err
}

// unveiled fills in what those read who know the reporter.
func (m *Module) unveiled(tx *store.Tx, a *actor.Actor, c *Matter, s *Sheet) (err error) {
	if s.Words, err = m.words(tx, c); err != nil {
		return err
	}
	if s.Known {
		s.QueryCode = m.QueryCode(c.ID)
		who, err := m.contact(tx, c)
		if err != nil {
			return err
		}
		s.Reporter = who.masked()
		if s.Earlier, err = m.earlier(tx, a, c); err != nil {
			return err
		}
	}
	return m.people(tx, c, s)
}

// people names the person complained of, the investigators and the suggestion to move him.
func (m *Module) people(tx *store.Tx, c *Matter, s *Sheet) error {
	if c.Kind != Complaint {
		return nil
	}
	ids, err := loadInvestigators(tx, c.CentreID, c.ID)
	if err != nil {
		return err
	}
	names, err := m.org.UserNamesTx(tx, c.CentreID, append(slices.Clone(ids), c.AccusedID))
	if err != nil {
		return err
	}
	s.Accused = names[c.AccusedID]
	for _, id := range ids {
		s.Investigators = append(s.Investigators, org.Choice{Value: id, Label: names[id]})
	}
	t, err := store.Get[Transfer](tx, "SELECT "+store.Columns[Transfer]("")+" FROM complaint_transfer WHERE centre_id = $1 AND matter_id = $2", c.CentreID, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	s.Transfer = &t
	return err
}

// forLeader fills in what the leader judges by: the person complained of, who investigated, what they found. Not who complained.
func (m *Module) forLeader(tx *store.Tx, c *Matter, s *Sheet) error {
	events, err := loadEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return err
	}
	for i, e := range events {
		if e.Action == ActFind || e.Action == ActConfirm || e.Action == ActOverturn {
			s.Events[i].Text = e.Text
		}
	}
	s.AccusedID = c.AccusedID
	return m.people(tx, c, s)
}

// words reads what the reporter said: its own, or of the ticket that it came with.
func (m *Module) words(tx *store.Tx, c *Matter) (Words, error) {
	w, err := store.Get[Words](tx, "SELECT "+store.Columns[Words]("")+" FROM complaint_text WHERE centre_id = $1 AND matter_id = $2", c.CentreID, c.ID)
	if err != nil || c.TicketID == "" {
		return w, err
	}
	w.Content, err = m.hotline.ContentTx(tx, c.CentreID, c.TicketID)
	return w, err
}

// earlier lists the last other matters of the same reporter.
func (m *Module) earlier(tx *store.Tx, a *actor.Actor, c *Matter) ([]Listed, error) {
	if c.ReporterID == "" {
		return nil, nil
	}
	found, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND reporter_id = $2 AND reporter_id <> '' AND id <> $3 ORDER BY id DESC LIMIT 20", c.CentreID, c.ReporterID, c.ID)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(x Matter) bool { return x.visible(a, readPerm(x.Kind)) != nil || !x.knows(a) })
	return m.listed(tx, a, found)
}

// allowed lists what the actor may do to the matter now.
func (f *file) allowed(a *actor.Actor) []Action {
	var out []Action
	for _, t := range flowOf(f.Kind) {
		if !slices.Contains(t.From, f.State) || f.visible(a, t.Perm) != nil || t.Perm != PermComplaintAnswer && f.involved(a) {
			continue
		}
		if t.Action == ActVisit && f.Kind == Stuck && a.HasUnit(f.UnitID) || t.Action == ActApprove && f.Proposer == a.UserID || t.Action == ActAnswer && f.Asked == "" {
			continue
		}
		out = append(out, t.Action)
	}
	return out
}

// Reveal shows who reported a matter (查看反映人) and writes an audit line for it.
func (m *Module) Reveal(ctx context.Context, k Kind, idOrNo string) (Person, error) {
	a := actor.From(ctx)
	perm := personalPerm(k)
	if err := a.Require(perm); err != nil {
		return Person{}, err
	}
	var out Person
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		c, err := one(tx, a.CentreID, idOrNo)
		if err != nil {
			return err
		}
		if c.Kind != k || !c.knows(a) {
			return ErrNotFound.Hide()
		}
		who, err := m.contact(tx, &c)
		if err != nil {
			return err
		}
		out = Person(who)
		return audit.Record(tx, audit.Entry{Action: "complaint.read_personal", Permission: perm, Kind: string(k), Object: string(c.ID), Detail: map[string]any{"no": c.No}})
	})
	return out, err
}
