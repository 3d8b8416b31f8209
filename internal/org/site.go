package org

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// SiteKind is what sort of place a site is.
type SiteKind string

// The kinds of site.
const (
	SiteHall     SiteKind = "hall"     // 中心大厅
	SiteBranch   SiteKind = "branch"   // 分中心
	SiteTownship SiteKind = "township" // 乡镇（街道）便民服务中心
	SiteSpecial  SiteKind = "special"  // 专业大厅: a department's own hall, set up with approval and guided by the centre
)

// SiteKinds lists the kinds in the order of forms.
func SiteKinds() []Choice {
	return []Choice{{string(SiteHall), "中心大厅"}, {string(SiteBranch), "分中心"}, {string(SiteTownship), "乡镇街道便民服务中心"}, {string(SiteSpecial), "专业大厅"}}
}

// Site (站点) is a place where the centre's work is done; branches and townships see their own site only.
type Site struct {
	CentreID  string        `db:"centre_id"`
	ID        string        `db:"id"`
	Code      string        `db:"code"`
	Name      string        `db:"name"`
	Kind      SiteKind      `db:"kind"`
	ParentID  string        `db:"parent_id"`
	Division  string        `db:"division"`
	Address   string        `db:"address"`
	Phone     string        `db:"phone"`    // the site's public telephone
	Approval  string        `db:"approval"` // 批准设立的文号; never empty for a special hall
	Active    bool          `db:"active"`
	Sort      int64         `db:"sort"`
	CreatedAt clock.Instant `db:"created_at"`
	UpdatedAt clock.Instant `db:"updated_at"`
	Version   int64         `db:"version"`
}

// Errors about sites.
var (
	ErrSiteMissing = errs.New(errs.NotFound, "org.site_missing", "没有这个站点，或您无权查看。")
	ErrSiteTaken   = errs.New(errs.Conflict, "org.site_taken", "本中心已有同名或同代码的站点，没有保存。请核对后改名。")
	ErrSiteInUse   = errs.New(errs.Conflict, "org.site_in_use", "站点还有启用的下级站点或用户，没有停用。请先停用或转走它们。")
)

// Row is the site as an object of the scope model.
func (s *Site) Row() Row { return Row{CentreID: s.CentreID, SiteID: s.ID} }

// SiteInput is what a person says about a site.
type SiteInput struct {
	Code     string
	Name     string
	Kind     SiteKind
	ParentID string
	Division string
	Address  string
	Phone    string
	Approval string
	Sort     int64
	// Key is the idempotency key (幂等键) of a request that makes a site; "" for none.
	Key string `json:"-"`
}

func (in *SiteInput) validate() error {
	for _, s := range []*string{&in.Code, &in.Name, &in.Division, &in.Address, &in.Phone, &in.Approval} {
		*s = strings.TrimSpace(*s)
	}
	e := checkName(ErrInput, "name", "站点名称", in.Name, 60)
	e = checkOptional(e, "code", "站点代码", in.Code, 32)
	e = checkOptional(e, "address", "地址", in.Address, 100)
	e = checkOptional(e, "phone", "电话", in.Phone, 30)
	e = checkOptional(e, "approval", "批准文号", in.Approval, 100)
	if in.Kind == SiteSpecial && in.Approval == "" {
		e = e.Field("approval", "专业大厅经批准才能设立，请填写批准设立的文号")
	}
	if LabelOf(SiteKinds(), string(in.Kind)) == string(in.Kind) {
		e = e.Field("kind", "请选择站点类型")
	}
	if !divisionPattern.MatchString(in.Division) {
		e = e.Field("division", "行政区划代码应为 2、4、6、9 或 12 位数字")
	}
	return e.OrNil()
}

func (in *SiteInput) apply(s *Site) {
	s.Code, s.Name, s.Kind, s.ParentID = in.Code, in.Name, in.Kind, in.ParentID
	s.Division, s.Address, s.Phone, s.Approval, s.Sort = in.Division, in.Address, in.Phone, in.Approval, in.Sort
}

// CreateSite makes a site in the actor's centre; one who may only write his own site may not. A repeated key gives the
// site of the first time.
func (m *Module) CreateSite(ctx context.Context, in SiteInput) (Site, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSiteWrite); err != nil {
		return Site{}, err
	}
	if a.Scope(PermSiteWrite) < actor.Centre {
		return Site{}, actor.ErrForbidden.With("permission", string(PermSiteWrite))
	}
	if err := in.validate(); err != nil {
		return Site{}, err
	}
	var s Site
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "org.site_create", in, id)
		if repeated {
			s, err = loadSite(tx, a.CentreID, prior, false)
		} else if err == nil {
			s, err = createSite(tx, a.CentreID, id, in)
		}
		return err
	})
	return s, taken(err, ErrSiteTaken)
}

func createSite(tx *store.Tx, centre, id string, in SiteInput) (Site, error) {
	s := Site{CentreID: centre, ID: id, Active: true, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1}
	in.apply(&s)
	if err := checkSiteParent(tx, &s); err != nil {
		return s, err
	}
	if err := store.Insert(tx, "org_site", s); err != nil {
		return s, err
	}
	return s, audit.Record(tx, siteEntry("org.site_create", &s))
}

func siteEntry(action string, s *Site) audit.Entry {
	return audit.Entry{Action: action, Permission: PermSiteWrite, Kind: "site", Object: s.ID,
		Detail: map[string]any{"name": s.Name, "kind": s.Kind, "parent": s.ParentID, "active": s.Active}}
}

// checkSiteParent allows two levels: sites under the hall or under nothing.
func checkSiteParent(tx *store.Tx, s *Site) error {
	if s.ParentID == "" {
		return nil
	}
	parent, err := loadSite(tx, s.CentreID, s.ParentID, false)
	if err != nil || parent.ID == s.ID || parent.ParentID != "" {
		return ErrInput.Field("parent_id", "上级站点不存在，或它自己已有上级")
	}
	return nil
}

// ChangeSite changes a site; version is the one that was read.
func (m *Module) ChangeSite(ctx context.Context, id string, version int64, in SiteInput) (Site, error) {
	if err := in.validate(); err != nil {
		return Site{}, err
	}
	return m.editSite(ctx, id, version, "org.site_change", func(tx *store.Tx, s *Site) error {
		in.apply(s)
		return checkSiteParent(tx, s)
	})
}

// SetSiteActive closes a site, or opens it again. Its records stay.
func (m *Module) SetSiteActive(ctx context.Context, id string, version int64, active bool) (Site, error) {
	return m.editSite(ctx, id, version, "org.site_active", func(tx *store.Tx, s *Site) error {
		s.Active = active
		if active {
			return nil
		}
		busy, err := store.Select[string](tx, `SELECT id FROM org_user WHERE centre_id = $1 AND site_id = $2 AND active
			UNION ALL SELECT id FROM org_site WHERE centre_id = $1 AND parent_id = $2 AND active LIMIT 1`, s.CentreID, s.ID)
		if err == nil && len(busy) > 0 {
			err = ErrSiteInUse
		}
		return err
	})
}

func (m *Module) editSite(ctx context.Context, id string, version int64, action string, rule func(*store.Tx, *Site) error) (Site, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSiteWrite); err != nil {
		return Site{}, err
	}
	var s Site
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if s, err = loadSite(tx, a.CentreID, id, true); err != nil {
			return err
		}
		if !Sees(a, PermSiteWrite, s.Row()) {
			return ErrSiteMissing.Hide()
		}
		if s.Version != version {
			return store.ErrStale.With("version", s.Version)
		}
		if err := rule(tx, &s); err != nil {
			return err
		}
		return saveSite(tx, &s, action)
	})
	return s, taken(err, ErrSiteTaken)
}

func saveSite(tx *store.Tx, s *Site, action string) error {
	s.UpdatedAt, s.Version = tx.Now(), s.Version+1
	if err := store.Update(tx, "org_site", s, "centre_id", "id"); err != nil {
		return err
	}
	return audit.Record(tx, siteEntry(action, s))
}

func loadSite(tx *store.Tx, centre, id string, forUpdate bool) (Site, error) {
	q := "SELECT " + store.Columns[Site]("") + " FROM org_site WHERE centre_id = $1 AND id = $2"
	if forUpdate {
		q += tx.ForUpdate()
	}
	s, err := store.Get[Site](tx, q, centre, id)
	return s, missing(err, ErrSiteMissing)
}

// SiteTx gives a site of a centre inside a transaction.
func (m *Module) SiteTx(tx *store.Tx, centre, id string) (Site, error) {
	return loadSite(tx, centre, id, false)
}

// Site gives a site of the actor's centre.
func (m *Module) Site(ctx context.Context, id string) (Site, error) {
	a := actor.From(ctx)
	if err := a.Require(PermSiteRead); err != nil {
		return Site{}, err
	}
	var s Site
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		s, err = loadSite(tx, a.CentreID, id, false)
		return err
	})
	if err == nil && !Sees(a, PermSiteRead, s.Row()) {
		err = ErrSiteMissing.Hide()
	}
	return s, err
}

// SiteQuery chooses sites; empty fields do not restrict.
type SiteQuery struct {
	Text   string // part of name or code
	Kind   SiteKind
	Active bool // only open ones
	After  string
	Limit  int
}

// HallTx gives the id of a centre's own hall (中心大厅), the first in its order; "" where it has none.
func (m *Module) HallTx(tx *store.Tx, centre string) (string, error) {
	ids, err := store.Select[string](tx, "SELECT id FROM org_site WHERE centre_id = $1 AND kind = $2 AND active ORDER BY sort, id LIMIT 1", centre, SiteHall)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// PlacesTx lists the open sites of a centre besides its own hall, in the centre's order: branches, townships, special halls.
func (m *Module) PlacesTx(tx *store.Tx, centre string) ([]Site, error) {
	return store.Select[Site](tx, "SELECT "+store.Columns[Site]("")+" FROM org_site WHERE centre_id = $1 AND kind <> $2 AND active ORDER BY sort, id", centre, SiteHall)
}

// ListSites lists sites of the actor's centre in the centre's own order.
func (m *Module) ListSites(ctx context.Context, q SiteQuery) (list []Site, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermSiteRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := Filter(a, PermSiteRead, Columns{Centre: "centre_id", Site: "id"})
	w.And(cond, args...)
	if q.Text != "" {
		w.And("(lower(name) LIKE ? ESCAPE '!' OR lower(code) LIKE ? ESCAPE '!')", containing(q.Text), containing(q.Text))
	}
	if q.Kind != "" {
		w.And("kind = ?", q.Kind)
	}
	if q.Active {
		w.And("active")
	}
	if err := afterSort(w, q.After); err != nil {
		return nil, "", err
	}
	limit := pageSize(q.Limit)
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = selectPage[Site](tx, "org_site", w, "sort, id", limit+1)
		return err
	})
	if len(list) > limit {
		list, next = list[:limit], sortCursor(list[limit-1].Sort, list[limit-1].ID)
	}
	return list, next, err
}
