package workforce

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// PostKind is what sort of work a post is.
type PostKind string

// The kinds of post.
const (
	WindowPost  PostKind = "window"  // 窗口: may not be left empty
	GuidePost   PostKind = "guide"   // 导办
	HotlinePost PostKind = "hotline" // 热线
	BackPost    PostKind = "back"    // 后台
)

// PostKinds lists the kinds.
func PostKinds() []PostKind { return []PostKind{WindowPost, GuidePost, HotlinePost, BackPost} }

// Label is the kind's Chinese name.
func (k PostKind) Label() string {
	return map[PostKind]string{WindowPost: "窗口", GuidePost: "导办", HotlinePost: "热线", BackPost: "后台"}[k]
}

// Post (岗位) is a place of work at a site, of a unit or of the centre itself.
type Post struct {
	CentreID string   `db:"centre_id" json:"-"`
	ID       string   `db:"id" json:"id"`
	SiteID   string   `db:"site_id" json:"site_id"`
	UnitID   string   `db:"unit_id" json:"unit_id"`
	Kind     PostKind `db:"kind" json:"kind"`
	Name     string   `db:"name" json:"name"`
	Duty     string   `db:"duty" json:"duty,omitempty"` // what is done there
	Active   bool     `db:"active" json:"active"`
	Version  int64    `db:"version" json:"version"`
}

// PostInput is what the office says about a post.
type PostInput struct {
	SiteID string   `json:"site_id" maxLength:"40" doc:"站点"`
	UnitID string   `json:"unit_id" maxLength:"40" doc:"单位"`
	Kind   PostKind `json:"kind" enum:"window,guide,hotline,back" doc:"窗口、导办、热线或后台"`
	Name   string   `json:"name" maxLength:"40" doc:"岗位名称"`
	Duty   string   `json:"duty,omitempty" maxLength:"500" doc:"岗位职责"`
	Active bool     `json:"active" doc:"启用"`
}

// SavePost makes a post (id "") or changes one; version is the one that was read.
func (m *Module) SavePost(ctx context.Context, id string, version int64, in PostInput) (Post, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffChange); err != nil {
		return Post{}, err
	}
	e := need(ErrInput, "name", "岗位名称", &in.Name, 40)
	e = atMost(e, "duty", "岗位职责", &in.Duty, 500)
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择岗位类型。")
	}
	if err := e.OrNil(); err != nil {
		return Post{}, err
	}
	var p Post
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		p = Post{CentreID: a.CentreID, ID: tx.NewID()}
		if id != "" {
			if p, err = getOne[Post](tx, "workforce_post", a.CentreID, id, version); err != nil {
				return err
			}
		}
		if err := m.place(tx, a.CentreID, in.SiteID, in.UnitID); err != nil {
			return err
		}
		p.SiteID, p.UnitID, p.Kind, p.Name, p.Duty, p.Active, p.Version = in.SiteID, in.UnitID, in.Kind, in.Name, in.Duty, in.Active, p.Version+1
		if err := put(tx, "workforce_post", p, id == ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.post_save", Permission: PermStaffChange, Kind: "workforce_post", Object: p.ID, Detail: map[string]any{"name": p.Name, "unit": p.UnitID, "active": p.Active}})
	})
	return p, taken(err)
}

// place checks that a site and a unit exist in the centre.
func (m *Module) place(tx *store.Tx, centre, site, unit string) error {
	if _, err := m.org.SiteTx(tx, centre, site); err != nil {
		return ErrInput.Field("site_id", "请选择站点。")
	}
	if _, err := m.org.UnitTx(tx, centre, unit); err != nil {
		return ErrInput.Field("unit_id", "请选择单位。")
	}
	return nil
}

// Posts lists the posts that the actor may see, by site and unit.
func (m *Module) Posts(ctx context.Context) ([]Post, error) {
	a := actor.From(ctx)
	if err := a.Require(PermStaffRead); err != nil {
		return nil, err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	cond, args := org.Filter(a, PermStaffRead, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id"})
	w.And(cond, args...)
	var out []Post
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Post](tx, "SELECT "+store.Columns[Post]("")+" FROM workforce_post"+w.SQL()+" ORDER BY site_id, unit_id, name LIMIT 1000", w.Args...)
		return err
	})
	return out, err
}

// getOne loads a row of the centre by its id and holds it; version must be the one that is there.
func getOne[T any](tx *store.Tx, table, centre, id string, version int64) (T, error) {
	row, err := store.Get[T](tx, "SELECT "+store.Columns[T]("")+" FROM "+table+" WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if err = missing(err); err != nil {
		return row, err
	}
	if v, ok := any(row).(interface{ revision() int64 }); ok && v.revision() != version {
		return row, store.ErrStale.With("version", v.revision())
	}
	return row, nil
}

func (p Post) revision() int64 { return p.Version }

// put inserts a new row or updates one by its id.
func put(tx *store.Tx, table string, row any, fresh bool) error {
	if fresh {
		return store.Insert(tx, table, row)
	}
	return store.Update(tx, table, row, "centre_id", "id")
}

func missing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrMissing
	}
	return err
}

func taken(err error) error {
	if errors.Is(err, store.ErrUnique) {
		return ErrTaken
	}
	return err
}

// need refuses a text that is empty or too long.
func need(e *errs.Error, field, label string, s *string, most int) *errs.Error {
	if *s = strings.TrimSpace(*s); *s == "" {
		return e.Field(field, "请填写%s。", label)
	}
	return atMost(e, field, label, s, most)
}

// atMost refuses a text that is too long.
func atMost(e *errs.Error, field, label string, s *string, most int) *errs.Error {
	*s = strings.TrimSpace(*s)
	if utf8.RuneCountInString(*s) > most {
		return e.Field(field, "%s最多 %d 个字。", label, most)
	}
	return e
}
