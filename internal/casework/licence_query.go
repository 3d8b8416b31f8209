package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// LicenceList is which part of the register a list shows.
type LicenceList string

// The parts of the register.
const (
	LicencesRunning LicenceList = ""      // in force with an end, the nearest end first
	LicencesNear    LicenceList = "near"  // of those, the ones whose end was announced
	LicencesOpen    LicenceList = "open"  // in force without a fixed end, the newest first
	LicencesEnded   LicenceList = "ended" // no longer in force, the newest first
)

// LicenceFilter chooses licences of the register.
type LicenceFilter struct {
	List  LicenceList
	No    string // of one certificate, whatever its state
	After string // cursor of the page before
	Limit int    // 0 is ListPage
}

// LicenceRow is a licence as a list shows it: the holder masked.
type LicenceRow struct {
	Licence
	Holder string `json:"holder"`
	Unit   string `json:"unit_name"`
}

// Licences lists the register as far as the actor may see it (证照登记).
func (m *Module) Licences(ctx context.Context, f LicenceFilter) (list []LicenceRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermLicence); err != nil {
		return nil, "", err
	}
	w, order := f.where(a)
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Licence](tx, "SELECT "+licenceColumns+" FROM casework_licence"+w.SQL()+order+" LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > n {
			found = found[:n]
			next = f.cursor(&found[n-1])
		}
		list, err = m.licenceRows(tx, a.CentreID, found)
		return err
	})
	return list, next, err
}

func (f *LicenceFilter) byEnd() bool {
	return f.No == "" && (f.List == LicencesRunning || f.List == LicencesNear)
}

func (f *LicenceFilter) where(a *actor.Actor) (*store.Where, string) {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	reach(w, a, PermLicence, "", "created_by")
	switch {
	case f.No != "":
		w.And("no = ?", strings.TrimSpace(f.No))
	case f.List == LicencesEnded:
		w.And("state <> 'active'")
	case f.List == LicencesOpen:
		w.And("state = 'active'").And("valid_until = ''")
	default:
		w.And("state = 'active'").And("valid_until > ''")
	}
	if f.List == LicencesNear && f.No == "" {
		w.And("noticed_on <> ''")
	}
	if !f.byEnd() {
		if f.After != "" {
			w.And("id < ?", f.After)
		}
		return w, " ORDER BY id DESC"
	}
	if day, id, ok := strings.Cut(f.After, "~"); ok {
		w.And("valid_until >= ?", day).And("(valid_until > ? OR id > ?)", day, id)
	}
	return w, " ORDER BY valid_until, id"
}

func (f *LicenceFilter) cursor(last *Licence) string {
	if f.byEnd() {
		return last.Until.String() + "~" + string(last.ID)
	}
	return string(last.ID)
}

func (m *Module) licenceRows(tx *store.Tx, centre string, found []Licence) ([]LicenceRow, error) {
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
	out := make([]LicenceRow, len(found))
	for i, l := range found {
		who, err := m.masked(tx, centre, l.HolderID)
		if err != nil {
			return nil, err
		}
		out[i] = LicenceRow{Licence: l, Holder: who.Name, Unit: names[l.UnitID].Name}
	}
	return out, nil
}

// LicenceSheet is a licence with everything that the actor may see of it.
type LicenceSheet struct {
	LicenceRow
	Person   Person     `json:"holder_person"` // masked
	Case     *CaseLink  `json:"case,omitempty"`
	Renewals []CaseLink `json:"renewals"`           // cases that renew it
	Before   *Licence   `json:"before,omitempty"`   // the one that it follows
	Follower *Licence   `json:"follower,omitempty"` // the one that follows it
	Events   []Event    `json:"events"`
	MayEnd   bool       `json:"may_end"`
}

// FindLicence gives a licence of the register, if the actor may see it.
func (m *Module) FindLicence(ctx context.Context, id string) (LicenceSheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermLicence); err != nil {
		return LicenceSheet{}, err
	}
	var s LicenceSheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		l, ok, err := licenceIn(tx, a.CentreID, "id", id)
		if err != nil {
			return err
		}
		if !ok {
			return ErrLicence
		}
		if err := l.visible(a, PermLicence); err != nil {
			return err
		}
		s, err = m.licenceSheet(tx, a, l)
		return err
	})
	return s, err
}

// licenceIn reads a licence by its own id, or by that of the one that it follows.
func licenceIn(tx *store.Tx, centre, column, id string) (l Licence, ok bool, err error) {
	if column != "renews" {
		column = "id"
	}
	l, err = store.Get[Licence](tx, "SELECT "+licenceColumns+" FROM casework_licence WHERE centre_id = $1 AND "+column+" = $2 AND "+column+" <> ''", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return l, false, nil
	}
	return l, err == nil, err
}

func (m *Module) licenceSheet(tx *store.Tx, a *actor.Actor, l Licence) (LicenceSheet, error) {
	rows, err := m.licenceRows(tx, a.CentreID, []Licence{l})
	if err != nil {
		return LicenceSheet{}, err
	}
	s := LicenceSheet{LicenceRow: rows[0], MayEnd: l.visible(a, PermEndLicence) == nil && (len(l.CancelGrounds()) > 0 || l.State == InForce)}
	if s.Person, err = m.masked(tx, a.CentreID, l.HolderID); err != nil {
		return s, err
	}
	for _, near := range []struct {
		column string
		id     CaseID
		to     **Licence
	}{{"id", l.Renews, &s.Before}, {"renews", l.ID, &s.Follower}} {
		x, ok, err := licenceIn(tx, a.CentreID, near.column, string(near.id))
		if err != nil {
			return s, err
		}
		if ok && x.visible(a, PermLicence) == nil {
			*near.to = &x
		}
	}
	cases, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND (id = $2 OR renews = $2) ORDER BY id", a.CentreID, l.ID)
	if err != nil {
		return s, err
	}
	for i := range cases {
		c := &cases[i]
		link := c.link()
		switch {
		case c.visible(a, PermRead) != nil:
		case c.ID == l.ID:
			s.Case = &link
		default:
			s.Renewals = append(s.Renewals, link)
		}
	}
	s.Events, err = licenceEvents(tx, a.CentreID, l.ID)
	return s, err
}

// licences adds to a case's sheet the licence that it gave and the one that it renews, as far as the actor may see them.
func licences(tx *store.Tx, a *actor.Actor, d *dossier, s *Sheet) error {
	for _, x := range []struct {
		id CaseID
		to **Licence
	}{{d.ID, &s.Licence}, {d.Renews, &s.Renewing}} {
		l, ok, err := licenceIn(tx, a.CentreID, "id", string(x.id))
		if err != nil {
			return err
		}
		if ok && l.visible(a, PermLicence) == nil {
			*x.to = &l
		}
	}
	return nil
}

// Days gives how many days the licence still runs on a day; 0 where it has no end or is over.
func (l *Licence) Days(today clock.Date) int {
	if l.State != InForce || !l.Ends() {
		return 0
	}
	return max(0, int(l.Until-today)+1)
}
