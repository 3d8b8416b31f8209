package org

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Tier is the level of government that a centre serves.
type Tier string

// The tiers.
const (
	TierCounty     Tier = "county"     // 县级
	TierPrefecture Tier = "prefecture" // 市州级
	TierProvince   Tier = "province"   // 省级
)

// Tiers lists the tiers in the order of forms.
func Tiers() []Choice {
	return []Choice{{string(TierCounty), "县级"}, {string(TierPrefecture), "市州级"}, {string(TierProvince), "省级"}}
}

// Centre (政务服务中心) is a tenant: every row of the domain belongs to one.
type Centre struct {
	ID        string        `db:"centre_id"`
	Code      string        `db:"code"` // short Latin code: part of sign-in names and ticket numbers
	Name      string        `db:"name"`
	Division  string        `db:"division"` // 行政区划代码, such as 622901
	Tier      Tier          `db:"tier"`
	CreatedAt clock.Instant `db:"created_at"`
	UpdatedAt clock.Instant `db:"updated_at"`
	Version   int64         `db:"version"`
}

// Errors about centres.
var (
	ErrCentreMissing = errs.New(errs.NotFound, "org.centre_missing", "没有这个政务中心。")
	ErrCentreTaken   = errs.New(errs.Conflict, "org.centre_taken", "已有相同代码的政务中心，没有新建。请换一个代码。")
)

// CentreInput is what a person says about a centre.
type CentreInput struct {
	Code     string
	Name     string
	Division string
	Tier     Tier
}

var (
	codePattern     = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)
	divisionPattern = regexp.MustCompile(`^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$`)
)

func (in *CentreInput) validate() error {
	in.Code, in.Name = strings.ToLower(strings.TrimSpace(in.Code)), strings.TrimSpace(in.Name)
	e := ErrInput
	if !codePattern.MatchString(in.Code) {
		e = e.Field("code", "代码用小写字母、数字、短横线，不超过 32 个")
	}
	e = checkName(e, "name", "中心名称", in.Name, 60)
	if in.Division == "" || !divisionPattern.MatchString(in.Division) {
		e = e.Field("division", "行政区划代码应为 2、4、6、9 或 12 位数字")
	}
	if in.Tier != TierCounty && in.Tier != TierPrefecture && in.Tier != TierProvince {
		e = e.Field("tier", "请选择中心的层级")
	}
	return e.OrNil()
}

// checkName refuses an empty, overlong or unprintable name.
func checkName(e *errs.Error, field, label, s string, most int) *errs.Error {
	switch {
	case s == "":
		return e.Field(field, "请填写%s", label)
	case utf8.RuneCountInString(s) > most:
		return e.Field(field, "%s最多 %d 个字", label, most)
	case !plain(s):
		return e.Field(field, "%s含有换行或无法显示的字符", label)
	}
	return e
}

// checkOptional is checkName for what may be left empty.
func checkOptional(e *errs.Error, field, label, s string, most int) *errs.Error {
	if s == "" {
		return e
	}
	return checkName(e, field, label, s, most)
}

func plain(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// CreateCentre makes a tenant. Only the program and its command line may.
func (m *Module) CreateCentre(ctx context.Context, in CentreInput) (Centre, error) {
	if err := actor.From(ctx).Require(PermCentreCreate); err != nil {
		return Centre{}, err
	}
	if err := in.validate(); err != nil {
		return Centre{}, err
	}
	var c Centre
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		var err error
		c, err = createCentre(tx, in)
		return err
	})
	return c, taken(err, ErrCentreTaken)
}

func createCentre(tx *store.Tx, in CentreInput) (Centre, error) {
	c := Centre{ID: tx.NewID(), Code: in.Code, Name: in.Name, Division: in.Division, Tier: in.Tier, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Version: 1}
	if err := store.Insert(tx, "org_centre", c); err != nil {
		return c, err
	}
	return c, audit.RecordIn(tx, c.ID, audit.Entry{Action: "org.centre_create", Permission: PermCentreCreate, Kind: "centre", Object: c.ID,
		Detail: map[string]any{"code": c.Code, "name": c.Name, "division": c.Division, "tier": c.Tier}})
}

// ChangeCentre changes the actor's own centre; version is the one that was read.
func (m *Module) ChangeCentre(ctx context.Context, version int64, in CentreInput) (Centre, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCentreWrite); err != nil {
		return Centre{}, err
	}
	if err := in.validate(); err != nil {
		return Centre{}, err
	}
	var c Centre
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		var err error
		if c, err = loadCentre(tx, a.CentreID, true); err != nil {
			return err
		}
		if c.Version != version {
			return store.ErrStale
		}
		c.Code, c.Name, c.Division, c.Tier = in.Code, in.Name, in.Division, in.Tier
		c.UpdatedAt, c.Version = tx.Now(), c.Version+1
		if err := store.Update(tx, "org_centre", c, "centre_id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "org.centre_change", Permission: PermCentreWrite, Kind: "centre", Object: c.ID,
			Detail: map[string]any{"code": c.Code, "name": c.Name, "division": c.Division, "tier": c.Tier}})
	})
	return c, taken(err, ErrCentreTaken)
}

func loadCentre(tx *store.Tx, id string, forUpdate bool) (Centre, error) {
	q := "SELECT " + store.Columns[Centre]("") + " FROM org_centre WHERE centre_id = $1"
	if forUpdate {
		q += tx.ForUpdate()
	}
	c, err := store.Get[Centre](tx, q, id)
	return c, missing(err, ErrCentreMissing)
}

// CentreTx gives a centre inside a transaction.
func (m *Module) CentreTx(tx *store.Tx, id string) (Centre, error) { return loadCentre(tx, id, false) }

// Centre gives a centre by id.
func (m *Module) Centre(ctx context.Context, id string) (Centre, error) {
	var c Centre
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = loadCentre(tx, id, false)
		return err
	})
	return c, err
}

// OwnCentre gives the centre of whoever asks.
func (m *Module) OwnCentre(ctx context.Context) (Centre, error) {
	a := actor.From(ctx)
	if a.CentreID == "" {
		return Centre{}, ErrCentreMissing
	}
	return m.Centre(ctx, a.CentreID)
}

// CentreByCode gives a centre by its code.
func (m *Module) CentreByCode(ctx context.Context, code string) (Centre, error) {
	var c Centre
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = store.Get[Centre](tx, "SELECT "+store.Columns[Centre]("")+" FROM org_centre WHERE code = $1", strings.ToLower(code))
		return missing(err, ErrCentreMissing)
	})
	return c, err
}

// Centres lists every centre of the installation, by code. It is not filtered by actor: names of centres are public.
func (m *Module) Centres(ctx context.Context) ([]Centre, error) {
	var out []Centre
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = listCentres(tx)
		return err
	})
	return out, err
}

func listCentres(tx *store.Tx) ([]Centre, error) {
	return store.Select[Centre](tx, "SELECT "+store.Columns[Centre]("")+" FROM org_centre ORDER BY code")
}

// missing and taken turn the store's answers into this package's.
func missing(err error, as *errs.Error) error {
	if errors.Is(err, store.ErrNotFound) {
		return as
	}
	return err
}

func taken(err error, as *errs.Error) error {
	if errors.Is(err, store.ErrUnique) {
		return as.Wrap(err)
	}
	return err
}
