package casework

import (
	"cmp"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Annex is what else belongs to a case's sheet: files, hearings, who keeps away, and the package (一件事) that it is part of.
type Annex struct {
	Files    []File      `json:"files"`
	Hearings []Hearing   `json:"hearings"`
	Recused  []string    `json:"recused"` // names of those who keep away
	Package  PackageLine `json:"package"`
	Previous []CaseLink  `json:"previous,omitempty"` // the ended case that this one takes up again
	Licence  *Licence    `json:"licence,omitempty"`  // what it gave, in the register
	Renewing *Licence    `json:"renewing,omitempty"` // the licence that it is to renew
	Later    []CaseLink  `json:"later,omitempty"`    // the one that took it up
}

// PackageLine (总进度) is the one line of progress of a visit with several items, whoever decides them. Of a package (一件事进度) it
// has the name and the organ that leads.
type PackageLine struct {
	Name    string        `json:"name,omitempty"`
	Lead    string        `json:"lead_unit,omitempty"`
	Done    int           `json:"done" doc:"已结束的事项数"`
	Decided int           `json:"decided" doc:"已作出决定或已结束的事项数"`
	Due     clock.Instant `json:"due,omitzero" doc:"没有决定的事项里最晚的期限"`
	Steps   []PackageStep `json:"steps,omitempty"`
}

// PackageStep is one item of a visit in its line of progress. It names no person, and no number to whoever may not see the case.
type PackageStep struct {
	No    string `json:"no,omitempty"`
	Item  string `json:"item"`
	Unit  string `json:"unit_name"`
	State string `json:"state"`
	Open  bool   `json:"open"`
}

func (m *Module) annex(tx *store.Tx, d *dossier, s *Sheet) (err error) {
	if s.Files, err = filesOf(tx, d.CentreID, d.ID); err != nil {
		return err
	}
	if s.Hearings, err = hearingsOf(tx, d.CentreID, d.ID); err != nil {
		return err
	}
	users, err := store.Select[string](tx, "SELECT user_id FROM casework_recusal WHERE centre_id = $1 AND case_id = $2 ORDER BY user_id", d.CentreID, d.ID)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		names, err := m.org.UserNamesTx(tx, d.CentreID, users)
		if err != nil {
			return err
		}
		for _, u := range users {
			s.Recused = append(s.Recused, names[u])
		}
	}
	v, err := visitOf(tx, d.CentreID, VisitID(d.VisitID))
	if err != nil {
		return err
	}
	cases, err := casesOf(tx, d.CentreID, v.ID)
	if err != nil {
		return err
	}
	s.Package, err = m.packageLine(tx, &v, cases)
	for i := range s.Package.Steps {
		if cases[i].visible(actor.From(tx.Context()), PermRead) != nil {
			s.Package.Steps[i].No = ""
		}
	}
	return err
}

func visitOf(tx *store.Tx, centre string, id VisitID) (Visit, error) {
	return store.Get[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM casework_visit WHERE centre_id = $1 AND id = $2", centre, id)
}

// packageLine gives the progress of a visit as a whole; the zero value for a visit with one item that belongs to no package.
func (m *Module) packageLine(tx *store.Tx, v *Visit, cases []Case) (PackageLine, error) {
	p := PackageLine{Name: v.PackageName}
	if v.PackageID == "" && len(cases) < 2 {
		return p, nil
	}
	units := nonEmpty(v.LeadUnitID)
	for i := range cases {
		units = append(units, cases[i].UnitID)
	}
	names, err := m.org.UnitsTx(tx, v.CentreID, units)
	if err != nil {
		return p, err
	}
	p.Lead = names[v.LeadUnitID].Name
	for i := range cases {
		c := &cases[i]
		if !c.State.Open() {
			p.Done++
		}
		if c.Decision != Undecided || !c.State.Open() {
			p.Decided++
		} else if due := cmp.Or(c.PromiseDue, c.StatutoryDue); due > p.Due {
			p.Due = due
		}
		p.Steps = append(p.Steps, PackageStep{c.No, c.ItemName, names[c.UnitID].Name, c.State.Label(), c.State.Open()})
	}
	return p, nil
}

// findCase reads a case by its id or number.
func findCase(tx *store.Tx, centre, idOrNo string) (Case, error) {
	column := "id"
	if strings.Contains(idOrNo, "-") {
		column = "no"
	}
	c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND "+column+" = $2", centre, idOrNo)
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrNotFound
	}
	return c, err
}
