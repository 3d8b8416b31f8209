package exchange

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ListPage is how many records a page of a list holds.
const ListPage = 50

// EntryFilter chooses entries of the catalogue.
type EntryFilter struct {
	Open   bool // those with a version that is drafted or waits for review, instead of those in force
	Class  Class
	UnitID string
	Query  string // part of the name
	After  string // code of the last one of the page before
	Limit  int
}

// EntryRow is an entry as a list shows it.
type EntryRow struct {
	Entry
	Unit  string       `json:"unit_name"`
	State VersionState `db:"state" json:"state"` // of the open version, or of the one in force
}

// Entries lists the catalogue: what is in force is for everybody who may read it, drafts for their unit and the reviewers.
func (m *Module) Entries(ctx context.Context, f EntryFilter) (list []EntryRow, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	return m.entries(ctx, a, f)
}

func (m *Module) entries(ctx context.Context, a *actor.Actor, f EntryFilter) (list []EntryRow, next string, err error) {
	w := (&store.Where{}).And("e.centre_id = ?", a.CentreID).And("e.code > ?", f.After)
	join := "e.live_id"
	if f.Open {
		join = "e.open_id"
		cond, args := org.Filter(a, PermRead, org.Columns{Centre: "e.centre_id", Unit: "e.unit_id", Site: "e.site_id", Owner: "e.created_by"})
		w.And(cond, args...)
	}
	if f.Class != "" {
		w.And("e.class = ?", f.Class)
	}
	if f.UnitID != "" {
		w.And("e.unit_id = ?", f.UnitID)
	}
	if f.Query != "" {
		w.And("e.name LIKE ? ESCAPE '\\'", "%"+escapeLike(f.Query)+"%")
	}
	n := f.Limit
	if n <= 0 || n > ListPage {
		n = ListPage
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		list, err = store.Select[EntryRow](tx, "SELECT "+store.Columns[Entry]("e.")+", v.state FROM exchange_entry e JOIN exchange_version v ON v.centre_id = e.centre_id AND v.id = "+join+
			w.SQL()+" ORDER BY e.code LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list, next = list[:n], list[n-1].Code
		}
		return m.nameUnits(tx, a.CentreID, len(list), func(i int) (string, *string) { return list[i].UnitID, &list[i].Unit })
	})
	return list, next, err
}

// nameUnits fills in the names of units: at gives, for each of n places, the id and where the name belongs.
func (m *Module) nameUnits(tx *store.Tx, centre string, n int, at func(i int) (id string, name *string)) error {
	var ids []string
	for i := range n {
		if id, _ := at(i); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	units, err := m.Org.UnitsTx(tx, centre, ids)
	for i := range n {
		id, name := at(i)
		*name = units[id].Name
	}
	return err
}

// escapeLike lets % and _ be plain characters of a search.
func escapeLike(s string) string {
	var out []rune
	for _, r := range s {
		if r == '%' || r == '_' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

// EntrySheet is an entry with its versions and what the actor may do.
type EntrySheet struct {
	Entry
	Unit     string         `json:"unit_name"`
	Current  EntryVersion   `json:"current"` // the open version where the actor may see it, else the one in force
	Content  EntryContent   `json:"content"`
	Versions []EntryVersion `json:"versions"`
	Allowed  []EntryAction  `json:"allowed"`
	MayEdit  bool           `json:"may_edit"`
	MayAsk   bool           `json:"may_ask"`
}

// Entry gives an entry of the catalogue; who may not see its draft gets what is in force.
func (m *Module) Entry(ctx context.Context, id string) (EntrySheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return EntrySheet{}, err
	}
	var s EntrySheet
	err := m.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if s.Entry, err = loadEntry(tx, a.CentreID, id, ""); err != nil {
			return err
		}
		drafts := org.Sees(a, PermRead, s.Entry.row())
		at := s.LiveID
		if drafts {
			at = or(s.OpenID, s.LiveID)
		}
		if s.Versions, err = store.Select[EntryVersion](tx, "SELECT "+versionColumns+" FROM exchange_version WHERE centre_id = $1 AND entry_id = $2 ORDER BY no DESC", a.CentreID, id); err != nil {
			return err
		}
		if !drafts {
			s.Versions = slices.DeleteFunc(s.Versions, func(v EntryVersion) bool { return v.State == VersionDraft || v.State == VersionReview })
		}
		if at == "" && drafts && len(s.Versions) > 0 {
			at = s.Versions[0].ID
		}
		if at == "" {
			return ErrEntry.Hide()
		}
		if s.Current, err = loadVersion(tx, a.CentreID, at); err != nil {
			return err
		}
		if s.Content, err = s.Current.Content(); err != nil {
			return err
		}
		u, err := m.Org.UnitTx(tx, a.CentreID, s.UnitID)
		s.Unit = u.Name
		s.allow(a)
		return err
	})
	return s, err
}

// allow says what the actor may do with the entry.
func (s *EntrySheet) allow(a *actor.Actor) {
	sees := func(p actor.Permission) bool { return org.Sees(a, p, s.Entry.row()) }
	review := sees(PermReview) && !own(a, s.Current.SubmittedBy, s.UnitID)
	switch {
	case s.Current.State == VersionDraft && sees(PermSubmit):
		s.Allowed = []EntryAction{SubmitEntry}
	case s.Current.State == VersionReview && review:
		s.Allowed = []EntryAction{PublishEntry, ReturnEntry}
	case s.Current.State == VersionPublished && review:
		s.Allowed = []EntryAction{WithdrawEntry}
	}
	s.MayEdit = sees(PermPropose) && (s.Current.State == VersionDraft || s.Current.State == VersionPublished && s.OpenID == "")
	s.MayAsk = s.LiveID != "" && a.Can(PermPropose) && !a.HasUnit(s.UnitID)
}

// PublicEntry is an entry as anybody may read it.
type PublicEntry struct {
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	Unit       string   `json:"unit_name"`
	Class      Class    `json:"class"`
	Basis      string   `json:"basis,omitempty"`
	Conditions string   `json:"conditions,omitempty"`
	Cycle      string   `json:"cycle"`
	Fields     []string `json:"fields"`
}

// Catalogue lists what is in force of the catalogue for the public: which data the organs hold and how far they share
// them, without the systems that hold them.
func (m *Module) Catalogue(ctx context.Context, f EntryFilter) (out []PublicEntry, next string, err error) {
	a := actor.From(ctx)
	f.Open = false
	list, next, err := m.entries(ctx, a, f)
	if err != nil {
		return nil, "", err
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) error {
		for _, e := range list {
			v, err := loadVersion(tx, a.CentreID, e.LiveID)
			if err != nil {
				return err
			}
			c, err := v.Content()
			if err != nil {
				return err
			}
			p := PublicEntry{Code: e.Code, Name: c.Name, Unit: e.Unit, Class: c.Class, Basis: c.Basis, Conditions: c.Conditions, Cycle: org.LabelOf(Cycles(), c.Cycle)}
			for _, x := range c.Fields {
				p.Fields = append(p.Fields, x.Name)
			}
			out = append(out, p)
		}
		return nil
	})
	return out, next, err
}

// fieldNames remembers, entry by entry, what its versions call the fields.
type fieldNames map[string]map[string]string

// of names some fields of an entry; a code that no version has stays as it is.
func (f fieldNames) of(tx *store.Tx, centre, entry string, codes []string) ([]string, error) {
	if f[entry] == nil {
		f[entry] = map[string]string{}
		versions, err := store.Select[EntryVersion](tx, "SELECT "+versionColumns+" FROM exchange_version WHERE centre_id = $1 AND entry_id = $2 ORDER BY no", centre, entry)
		if err != nil {
			return nil, err
		}
		for i := range versions {
			c, err := versions[i].Content()
			if err != nil {
				return nil, err
			}
			for _, x := range c.Fields {
				f[entry][x.Code] = x.Name
			}
		}
	}
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = or(f[entry][code], code)
	}
	return out, nil
}
