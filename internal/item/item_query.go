package item

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Filter narrows the list of items; empty fields do not.
type Filter struct {
	UnitID string
	State  State
	Code   string // the whole 实施编码
	After  string // the last id of the page before
	Limit  int
}

// Row is an item in a list, with its unit's name.
type Row struct {
	Item
	UnitName string `json:"unit"`
}

// Items lists the items that the actor may see, the newest first.
func (m *Module) Items(ctx context.Context, f Filter) (list []Row, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	cond, args := org.Filter(a, PermRead, itemScope)
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And(cond, args...)
	for _, x := range []struct{ column, value string }{{"unit_id", f.UnitID}, {"state", string(f.State)}, {"code", f.Code}} {
		if x.value != "" {
			w.And(x.column+" = ?", x.value)
		}
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	w.Args = append(w.Args, limit+1)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Item](tx, "SELECT "+itemColumns+" FROM item_item"+w.SQL()+" ORDER BY id DESC LIMIT $"+itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > limit {
			found, next = found[:limit], found[limit-1].ID
		}
		list, err = m.withUnits(tx, a.CentreID, found)
		return err
	})
	return list, next, err
}

func (m *Module) withUnits(tx *store.Tx, centre string, found []Item) ([]Row, error) {
	var ids []string
	for _, it := range found {
		ids = append(ids, it.UnitID)
	}
	names, err := m.org.UnitsTx(tx, centre, ids)
	var list []Row
	for _, it := range found {
		u := names[it.UnitID]
		list = append(list, Row{Item: it, UnitName: u.Name})
	}
	return list, err
}

// Sheet is an item with all its versions and their course, one version in full.
type Sheet struct {
	Item     Item              `json:"item"`
	Unit     string            `json:"unit"`
	Versions []Version         `json:"versions"`
	Steps    []Step            `json:"steps"`
	Version  Version           `json:"version"` // the one that was asked for, or the newest
	Content  Content           `json:"content"`
	InForce  string            `json:"in_force"` // id of the version in force today, or ""
	Guide    Guide             `json:"-"`
	Authors  map[string]string `json:"authors"` // display names by user id
	// Altering is the alteration under way that names the item, or that drafted it; "" where there is none.
	Altering string `json:"altering,omitempty"`
}

// Sheet gives an item, with a version in full: the named one, or the newest.
func (m *Module) Sheet(ctx context.Context, item, version string) (Sheet, error) {
	var s Sheet
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return s, err
	}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if s.Item, err = m.ItemTx(tx, a.CentreID, item); err != nil {
			return err
		}
		if !org.Sees(a, PermRead, s.Item.row()) {
			return ErrMissing.Hide()
		}
		if s.Versions, err = versionsTx(tx, a.CentreID, item); err != nil {
			return err
		}
		if s.Steps, err = store.Select[Step](tx, "SELECT "+store.Columns[Step]("")+" FROM item_step WHERE centre_id = $1 AND item_id = $2 ORDER BY id DESC LIMIT 200", a.CentreID, item); err != nil {
			return err
		}
		return m.fillSheet(tx, &s, version)
	})
	return s, err
}

func (m *Module) fillSheet(tx *store.Tx, s *Sheet, version string) error {
	i := slices.IndexFunc(s.Versions, func(v Version) bool { return version == "" || v.ID == version })
	if i < 0 {
		return ErrMissing
	}
	s.Version = s.Versions[i]
	if v, err := InForce(s.Versions, tx.Now().Date()); err == nil {
		s.InForce = v.ID
	}
	s.Guide = Guide{Item: s.Item, Version: s.Version, Today: tx.Now().Date(), InForce: s.Version.ID == s.InForce}
	if err := m.fillGuide(tx, &s.Guide); err != nil {
		return err
	}
	s.Content, s.Unit = s.Guide.Content, s.Guide.Unit
	var err error
	for _, drafted := range []bool{false, true} {
		if s.Altering == "" && err == nil {
			s.Altering, err = openAlterationTx(tx, s.Item.CentreID, s.Item.ID, drafted)
		}
	}
	if err != nil {
		return err
	}
	s.Authors, err = m.org.UserNamesTx(tx, s.Item.CentreID, []string{s.Version.DraftedBy, s.Version.ReviewedBy, s.Version.PublishedBy})
	return err
}

// Comparison is two versions of an item side by side.
type Comparison struct {
	Item        Item         `json:"item"`
	Before      Version      `json:"before"`
	After       Version      `json:"after"`
	Differences []Difference `json:"differences"`
	Saving      Saving       `json:"saving"`
}

// ErrNoBefore is a version that has none before it.
var ErrNoBefore = ErrMissing.Say("这是第一个版本，没有可以比较的上一版。")

// Differences compares a version with the one before it that was not discarded.
func (m *Module) Differences(ctx context.Context, item, version string) (Comparison, error) {
	s, err := m.Sheet(ctx, item, version)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Item: s.Item, After: s.Version}
	for _, v := range s.Versions { // newest first
		if v.No < s.Version.No && v.State != Discarded {
			c.Before = v
			break
		}
	}
	if c.Before.ID == "" {
		return c, ErrNoBefore
	}
	before, err := c.Before.Content()
	if err != nil {
		return c, err
	}
	c.Differences, c.Saving = Compare(&before, &s.Content)
	return c, nil
}

// Reduction (承诺压缩比) is the sum of the promised and of the statutory limits over the published items that have both in
// working days, of the centre: what is cut is 1 − promised/statutory. No item gives 0 of 0.
type Reduction struct {
	Items     int `json:"items"`
	Promised  int `json:"promised"`
	Statutory int `json:"statutory"`
	Instant   int `json:"instant"` // 即办事项
	All       int `json:"all"`
}

// Reduction adds up the limits of what is published; it is public.
func (m *Module) Reduction(ctx context.Context) (Reduction, error) {
	var r Reduction
	centre := actor.From(ctx).CentreID
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		r = Reduction{}
		return store.Each(tx, func(v *Version) error {
			c, err := v.Content()
			if err != nil {
				return err
			}
			r.add(&c)
			return nil
		}, "SELECT "+store.Columns[Version]("v.")+` FROM item_guide g JOIN item_version v ON v.centre_id = g.centre_id AND v.id = g.version_id WHERE g.centre_id = $1 AND g.package = $2`, centre, false)
	})
	return r, err
}

func (r *Reduction) add(c *Content) {
	r.All++
	if c.CaseKind == Instant {
		r.Instant++
	}
	if c.Promise.Unit == Workday && c.Statutory.Unit == Workday && c.Statutory.N > 0 {
		r.Items++
		r.Promised += c.Promise.N
		r.Statutory += c.Statutory.N
	}
}
