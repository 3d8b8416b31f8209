package org

import (
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// UnitKind is what a unit is to the centre; one unit may be several.
type UnitKind string

// The kinds of unit.
const (
	UnitSection   UnitKind = "section"   // 股室: a section of the centre itself
	UnitStationed UnitKind = "stationed" // 进驻单位: has windows in the hall
	UnitHandling  UnitKind = "handling"  // 承办单位: receives hotline work orders
)

// UnitGroup is how units are put together in lists and comparisons.
type UnitGroup string

// The groups of units.
const (
	GroupInternal UnitGroup = "internal" // 中心内设
	GroupCounty   UnitGroup = "county"   // 县直部门
	GroupTownship UnitGroup = "township" // 乡镇街道
	GroupUtility  UnitGroup = "utility"  // 公共服务企业
	GroupVertical UnitGroup = "vertical" // 垂管单位
)

// UnitKinds and UnitGroups list the kinds and groups in the order of forms, with their Chinese names.
func UnitKinds() []Choice {
	return []Choice{{string(UnitSection), "股室"}, {string(UnitStationed), "进驻单位"}, {string(UnitHandling), "承办单位"}}
}

// UnitGroups lists the groups; see UnitKinds.
func UnitGroups() []Choice {
	return []Choice{{string(GroupInternal), "中心内设"}, {string(GroupCounty), "县直部门"}, {string(GroupTownship), "乡镇街道"},
		{string(GroupUtility), "公共服务企业"}, {string(GroupVertical), "垂管单位"}}
}

// Choice is one value of a closed list with its Chinese name.
type Choice struct {
	Value string
	Label string
}

// LabelOf gives the name of a value in a list of choices, or the value itself.
func LabelOf(list []Choice, value string) string {
	for _, c := range list {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}

// Unit (单位) is a section of the centre or an outside unit that works with it. Units form a tree: the network of
// 二级, 三级 and 四级 handling units, each assessed by the level above.
type Unit struct {
	CentreID    string        `db:"centre_id"`
	ID          string        `db:"id"`
	Code        string        `db:"code"` // the centre's own code, or ""
	Name        string        `db:"name"`
	ShortName   string        `db:"short_name"`
	KindList    string        `db:"kinds"` // kinds, sorted, joined by commas
	Group       UnitGroup     `db:"unit_group"`
	ParentID    string        `db:"parent_id"`
	Path        string        `db:"path"`  // ids from the top to this unit, each followed by a slash
	Level       int64         `db:"level"` // 1 the centre's own sections, 2 to 4 the network's levels
	SiteID      string        `db:"site_id"`
	Division    string        `db:"division"` // a township's own code
	ContactName string        `db:"contact_name"`
	OfficePhone string        `db:"office_phone"` // the unit's own telephone, which is public
	ActiveFrom  clock.Date    `db:"active_from"`
	ActiveTo    clock.Date    `db:"active_to"` // first day on which the unit is no longer active
	Sort        int64         `db:"sort"`
	CreatedAt   clock.Instant `db:"created_at"`
	UpdatedAt   clock.Instant `db:"updated_at"`
	Version     int64         `db:"version"`
}

// Errors about units.
var (
	ErrUnitMissing  = errs.New(errs.NotFound, "org.unit_missing", "没有这个单位，或您无权查看。")
	ErrUnitTaken    = errs.New(errs.Conflict, "org.unit_taken", "本中心已有同名或同代码的单位，没有保存。请核对后改名。")
	ErrUnitLoop     = errs.New(errs.Invalid, "org.unit_loop", "上级单位不能是本单位或它的下级，没有保存。")
	ErrUnitDepth    = errs.New(errs.Invalid, "org.unit_depth", "承办网络最多到四级，没有保存。请换一个上级单位。")
	ErrUnitHasUsers = errs.New(errs.Conflict, "org.unit_in_use", "单位还有启用的下级单位或用户，没有停用。请先停用或转走它们。")
)

const maxLevel = 4

// Kinds lists what the unit is.
func (u *Unit) Kinds() []UnitKind {
	var out []UnitKind
	for _, k := range splitList(u.KindList) {
		out = append(out, UnitKind(k))
	}
	return out
}

// Is reports whether the unit is of a kind.
func (u *Unit) Is(k UnitKind) bool { return slices.Contains(u.Kinds(), k) }

// Active reports whether the unit works on a day.
func (u *Unit) Active(day clock.Date) bool {
	return (u.ActiveFrom.IsZero() || u.ActiveFrom <= day) && (u.ActiveTo.IsZero() || day < u.ActiveTo)
}

// Short is the short name, or the name where there is none.
func (u *Unit) Short() string {
	if u.ShortName != "" {
		return u.ShortName
	}
	return u.Name
}

// Row is the unit as an object of the scope model.
func (u *Unit) Row() Row { return Row{CentreID: u.CentreID, UnitID: u.ID, SiteID: u.SiteID} }

// Under reports whether the unit is other, or below it.
func (u *Unit) Under(other *Unit) bool { return strings.HasPrefix(u.Path, other.Path) }

// UnitInput is what a person says about a unit.
type UnitInput struct {
	Code        string
	Name        string
	ShortName   string
	Kinds       []UnitKind
	Group       UnitGroup
	ParentID    string
	SiteID      string
	Division    string
	ContactName string
	OfficePhone string
	ActiveFrom  clock.Date
	ActiveTo    clock.Date
	Sort        int64
	// Key is the idempotency key (幂等键) of a request that makes a unit; "" for none.
	Key string `json:"-"`
}

func (in *UnitInput) validate() error {
	for _, s := range []*string{&in.Code, &in.Name, &in.ShortName, &in.Division, &in.ContactName, &in.OfficePhone} {
		*s = strings.TrimSpace(*s)
	}
	e := checkName(ErrInput, "name", "单位名称", in.Name, 60)
	e = checkOptional(e, "short_name", "简称", in.ShortName, 20)
	e = checkOptional(e, "code", "单位代码", in.Code, 32)
	e = checkOptional(e, "contact_name", "联系人", in.ContactName, 30)
	e = checkOptional(e, "office_phone", "办公电话", in.OfficePhone, 30)
	if len(in.Kinds) == 0 {
		e = e.Field("kinds", "请至少选择一种单位性质")
	}
	for _, k := range in.Kinds {
		if LabelOf(UnitKinds(), string(k)) == string(k) {
			e = e.Field("kinds", "没有“%s”这种单位性质", k)
		}
	}
	if slices.Contains(in.Kinds, UnitSection) && in.ParentID != "" {
		e = e.Field("parent_id", "股室直属中心，不能有上级单位")
	}
	if LabelOf(UnitGroups(), string(in.Group)) == string(in.Group) {
		e = e.Field("group", "请选择单位类别")
	}
	if !divisionPattern.MatchString(in.Division) {
		e = e.Field("division", "行政区划代码应为 2、4、6、9 或 12 位数字")
	}
	if !in.ActiveFrom.IsZero() && !in.ActiveTo.IsZero() && in.ActiveTo < in.ActiveFrom {
		e = e.Field("active_to", "停用日期不能早于启用日期")
	}
	return e.OrNil()
}

// apply writes the input onto a unit; place follows for the tree.
func (in *UnitInput) apply(u *Unit) {
	kinds := make([]string, len(in.Kinds))
	for i, k := range in.Kinds {
		kinds[i] = string(k)
	}
	u.Code, u.Name, u.ShortName, u.KindList, u.Group = in.Code, in.Name, in.ShortName, joinList(kinds), in.Group
	u.ParentID, u.SiteID, u.Division = in.ParentID, in.SiteID, in.Division
	u.ContactName, u.OfficePhone = in.ContactName, in.OfficePhone
	u.ActiveFrom, u.ActiveTo, u.Sort = in.ActiveFrom, in.ActiveTo, in.Sort
}

// place sets path and level below parent, which is nil for a unit directly under the centre.
func (u *Unit) place(parent *Unit) error {
	if parent == nil {
		u.Path, u.Level = u.ID+"/", 2
		if u.Is(UnitSection) {
			u.Level = 1
		}
		return nil
	}
	if strings.Contains("/"+parent.Path, "/"+u.ID+"/") {
		return ErrUnitLoop.Field("parent_id", "不能选本单位或它的下级")
	}
	u.Path, u.Level = parent.Path+u.ID+"/", max(parent.Level, 1)+1
	if u.Level > maxLevel {
		return ErrUnitDepth.Field("parent_id", "最多到四级")
	}
	return nil
}

func loadUnit(tx *store.Tx, centre, id string, forUpdate bool) (Unit, error) {
	q := "SELECT " + store.Columns[Unit]("") + " FROM org_unit WHERE centre_id = $1 AND id = $2"
	if forUpdate {
		q += tx.ForUpdate()
	}
	u, err := store.Get[Unit](tx, q, centre, id)
	return u, missing(err, ErrUnitMissing)
}

// unitsBelow lists a unit's descendants without itself.
func unitsBelow(tx *store.Tx, u *Unit) ([]Unit, error) {
	return store.Select[Unit](tx, "SELECT "+store.Columns[Unit]("")+" FROM org_unit WHERE centre_id = $1 AND path > $2 AND path < $3 ORDER BY path",
		u.CentreID, u.Path, u.Path+"~")
}
