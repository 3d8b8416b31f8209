package item

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// guideJob looks at an item's guide again on the day on which a version begins or ends.
const guideJob = "item.guide"

// guideIndex finds guides by name, unit and theme.
func guideIndex() text.Index { return text.Index{Name: "guide"} }

// GuideRow is a guide (办事指南) in a list.
type GuideRow struct {
	CentreID  string `db:"centre_id" json:"-"`
	ItemID    string `db:"item_id" json:"item_id"`
	VersionID string `db:"version_id" json:"version_id"`
	UnitID    string `db:"unit_id" json:"unit_id"`
	Package   bool   `db:"package" json:"package"`
	Name      string `db:"name" json:"name"`
	UnitName  string `db:"-" json:"unit"`
}

// RegisterJobs adds what happens later: guides on their days, notices before authorizations expire.
func (m *Module) RegisterJobs(r *jobs.Runner) {
	r.Handle(guideJob, func(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
		var item string
		if err := j.Decode(&item); err != nil {
			return jobs.Done, err
		}
		it, err := m.ItemTx(tx, j.CentreID, item)
		if err != nil {
			return jobs.Done, err
		}
		return jobs.Done, m.showGuide(tx, &it, nil)
	})
	r.Handle(expiryJob, m.watchExpiry)
	r.Handle(resumeJob, m.resume)
}

// announced chooses the version that the public reads on a day: the one in force, or the next one to come.
func announced(list []Version, day clock.Date) (Version, error) {
	v, err := InForce(list, day)
	if err == nil {
		return v, nil
	}
	var next *Version
	for i := range list {
		x := &list[i]
		if x.State == Published && x.EffectiveFrom > day && (next == nil || x.EffectiveFrom < next.EffectiveFrom) {
			next = x
		}
	}
	if next == nil {
		return v, err
	}
	return *next, nil
}

// showGuide brings the row by which the public finds an item's guide up to date; changed is a version that is not saved yet.
func (m *Module) showGuide(tx *store.Tx, it *Item, changed *Version) error {
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return err
	}
	today := tx.Now().Date()
	for i := range list {
		if changed != nil && list[i].ID == changed.ID {
			list[i] = *changed
		}
		for _, day := range []clock.Date{list[i].EffectiveFrom, list[i].EndsOn} {
			if !day.IsZero() && day > today {
				if err := jobs.Insert(tx, it.CentreID, guideJob, it.ID+"/"+day.String(), day.Start(), it.ID); err != nil {
					return err
				}
			}
		}
	}
	if err := m.hideGuide(tx, it); err != nil {
		return err
	}
	v, err := announced(list, today)
	if errors.Is(err, ErrNotInForce) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.putGuide(tx, it, &v)
}

func (m *Module) hideGuide(tx *store.Tx, it *Item) error {
	for _, q := range []string{"DELETE FROM item_guide WHERE centre_id = $1 AND item_id = $2", "DELETE FROM item_guide_theme WHERE centre_id = $1 AND item_id = $2"} {
		if err := tx.Queue(q, it.CentreID, it.ID); err != nil {
			return err
		}
	}
	doc, err := id.Parse(it.ID)
	if err != nil {
		return err
	}
	return guideIndex().Delete(tx, it.CentreID, doc)
}

func (m *Module) putGuide(tx *store.Tx, it *Item, v *Version) error {
	c, err := v.Content()
	if err != nil {
		return err
	}
	unit, err := m.org.UnitTx(tx, it.CentreID, it.UnitID)
	if err != nil {
		return err
	}
	if err := store.Insert(tx, "item_guide", GuideRow{CentreID: it.CentreID, ItemID: it.ID, VersionID: v.ID, UnitID: it.UnitID, Package: it.Package, Name: c.Name}); err != nil {
		return err
	}
	words := []string{c.Name, c.MainName, unit.Name, unit.ShortName, c.Kind.Label(), c.Result.Name}
	for _, theme := range slices.Compact(slices.Sorted(slices.Values(c.Themes))) {
		words = append(words, org.LabelOf(Themes(), theme))
		if err := tx.Queue("INSERT INTO item_guide_theme (centre_id, theme, item_id) VALUES ($1, $2, $3)", it.CentreID, theme, it.ID); err != nil {
			return err
		}
	}
	doc, err := id.Parse(it.ID)
	if err != nil {
		return err
	}
	x := guideIndex()
	return x.Put(tx, it.CentreID, doc, nil, x.Document(strings.Join(words, "\n")))
}

// GuideFilter narrows the list of guides: words, or a theme, or a unit, or all.
type GuideFilter struct {
	Query string
	Theme string
	Unit  string
	After string
	Limit int
}

// CitizenActor is somebody on the public pages of a centre: who reads guides and published authority without an account.
func CitizenActor(centre, ip, requestID string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: requestID}
}

// ErrNoGuide is a guide that is not published, or of another centre.
var ErrNoGuide = errs.New(errs.NotFound, "item.no_guide", "没有这份办事指南，可能已经取消。请从办事指南首页查找，或拨打咨询电话。")

// Guides lists published guides of the actor's centre; it is public. The newest items come first.
func (m *Module) Guides(ctx context.Context, f GuideFilter) (list []GuideRow, next string, err error) {
	centre := actor.From(ctx).CentreID
	limit := f.Limit
	if limit <= 0 || limit > 100 {
		limit = 20
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		ids, more, err := guideIDs(tx, centre, f, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		if more {
			next = ids[len(ids)-1]
		}
		list, err = m.guideRows(tx, centre, ids)
		return err
	})
	return list, next, err
}

// guideIDs finds the items of one page, and whether there are more.
func guideIDs(tx *store.Tx, centre string, f GuideFilter, limit int) (ids []string, more bool, err error) {
	if strings.TrimSpace(f.Query) != "" {
		opt := text.Options{Limit: limit + 1}
		if f.After != "" {
			if opt.Before, err = id.Parse(f.After); err != nil {
				return nil, false, ErrNoGuide
			}
		}
		docs, err := guideIndex().Search(tx, centre, f.Query, opt)
		for _, d := range docs {
			ids = append(ids, id.Format(d))
		}
		return ids[:min(limit, len(ids))], len(ids) > limit, err
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	table := "item_guide"
	switch {
	case f.Theme != "":
		table = "item_guide_theme"
		w.And("theme = ?", f.Theme)
	case f.Unit != "":
		w.And("unit_id = ?", f.Unit)
	}
	if f.After != "" {
		w.And("item_id < ?", f.After)
	}
	w.Args = append(w.Args, limit+1)
	ids, err = store.Select[string](tx, "SELECT item_id FROM "+table+w.SQL()+" ORDER BY item_id DESC LIMIT $"+itoa(len(w.Args)), w.Args...)
	return ids[:min(limit, len(ids))], len(ids) > limit, err
}

func (m *Module) guideRows(tx *store.Tx, centre string, ids []string) ([]GuideRow, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "item_id", ids)
	list, err := store.Select[GuideRow](tx, "SELECT "+store.Columns[GuideRow]("")+" FROM item_guide"+w.SQL()+" ORDER BY item_id DESC", w.Args...)
	if err != nil {
		return nil, err
	}
	var units []string
	for _, g := range list {
		units = append(units, g.UnitID)
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	for i := range list {
		u := names[list[i].UnitID]
		list[i].UnitName = u.Name
	}
	return list, err
}

// Member is an item of a package, with what it asks for.
type Member struct {
	ItemID  string  `json:"item_id"`
	Unit    string  `json:"unit"`
	Version string  `json:"version_id"`
	Content Content `json:"content"`
}

// Guide (办事指南) is what the public reads about an item: the version in force, or the next to come, with its unit and, of
// a package, the members and the materials that several of them share, asked for once.
type Guide struct {
	Item      Item             `json:"item"`
	Version   Version          `json:"version"`
	Content   Content          `json:"content"`
	Unit      string           `json:"unit"`
	Site      string           `json:"site"`
	First     string           `json:"first_unit,omitempty"` // 初审单位
	Members   []Member         `json:"members,omitempty"`
	Merged    []MergedMaterial `json:"merged,omitempty"`
	Today     clock.Date       `json:"today"`
	InForce   bool             `json:"in_force"`
	Delegated bool             `json:"delegated"` // a comprehensive window receives for it today
	// Altered is how the item ended or will end, with what takes its place; nil where nothing is announced.
	Altered *PublicAlteration `json:"altered,omitempty"`
}

// Over reports whether the item is not handled any more, or for the time being.
func (g *Guide) Over() bool { return g.Altered != nil && g.Today >= g.Altered.Day }

// Guide gives the guide of an item; it is public.
func (m *Module) Guide(ctx context.Context, item string) (Guide, error) {
	var g Guide
	centre := actor.From(ctx).CentreID
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		it, err := m.ItemTx(tx, centre, item)
		if errors.Is(err, ErrMissing) {
			return ErrNoGuide
		}
		if err != nil {
			return err
		}
		g, err = m.guideTx(tx, it)
		return err
	})
	return g, err
}

func (m *Module) guideTx(tx *store.Tx, it Item) (Guide, error) {
	g := Guide{Item: it, Today: tx.Now().Date()}
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return g, err
	}
	if err := m.announceEnd(tx, &g, list); err != nil {
		return g, err
	}
	if g.Over() { // the guide by which was handled before, also where a new version is to come
		g.Version = list[standing(list, g.Today)]
	} else if g.Version, err = announced(list, g.Today); err != nil {
		return g, ErrNoGuide
	}
	g.InForce = g.Version.EffectiveFrom <= g.Today && !g.Over()
	g.Version.DraftedBy, g.Version.ReviewedBy, g.Version.PublishedBy = "", "", "" // who worked on it is not public
	return g, m.fillGuide(tx, &g)
}

// announceEnd adds to a guide the alteration by which its item ended or will end.
func (m *Module) announceEnd(tx *store.Tx, g *Guide, list []Version) error {
	if v, err := InForce(list, g.Today); err == nil && v.EndsOn.IsZero() || last(list) < 0 {
		return nil
	}
	var err error
	g.Altered, err = m.alteredTx(tx, g.Item.CentreID, g.Item.ID, list, g.Today)
	return err
}

// fillGuide adds to a guide what its version leads to.
func (m *Module) fillGuide(tx *store.Tx, g *Guide) error {
	var err error
	if g.Content, err = g.Version.Content(); err != nil {
		return err
	}
	unit, err := m.org.UnitTx(tx, g.Item.CentreID, g.Item.UnitID)
	if err != nil {
		return err
	}
	g.Unit = unit.Name
	if g.Item.SiteID != "" {
		site, err := m.org.SiteTx(tx, g.Item.CentreID, g.Item.SiteID)
		if err != nil {
			return err
		}
		g.Site = site.Name
	}
	if g.Content.First.Active() {
		first, err := m.org.UnitTx(tx, g.Item.CentreID, g.Content.First.UnitID)
		if err != nil {
			return err
		}
		g.First = first.Name
	}
	_, err = m.AuthorizeTx(tx, g.Item.CentreID, Act{Power: Accept, ItemID: g.Item.ID, Window: true, SiteID: g.Item.SiteID}, g.Today)
	g.Delegated = err == nil
	if err != nil && !errors.Is(err, ErrNoDelegation) {
		return err
	}
	if g.Members, err = m.membersOf(tx, &g.Item, &g.Content, g.Today); err != nil {
		return err
	}
	g.Merged = merge(g.Content.Materials, g.Members)
	return nil
}

// membersOf loads the members of a package as they stand on a day; one that is not in force is left out.
func (m *Module) membersOf(tx *store.Tx, it *Item, c *Content, day clock.Date) ([]Member, error) {
	var out []Member
	for _, x := range c.Members {
		member, err := m.ItemTx(tx, it.CentreID, x)
		if err != nil {
			return nil, err
		}
		v, err := m.InForceTx(tx, it.CentreID, x, day)
		if errors.Is(err, ErrNotInForce) {
			continue
		}
		if err != nil {
			return nil, err
		}
		unit, err := m.org.UnitTx(tx, it.CentreID, member.UnitID)
		if err != nil {
			return nil, err
		}
		content, err := v.Content()
		if err != nil {
			return nil, err
		}
		out = append(out, Member{ItemID: x, Unit: unit.Name, Version: v.ID, Content: content})
	}
	return out, nil
}
