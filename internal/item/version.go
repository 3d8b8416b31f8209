package item

import (
	"encoding/hex"
	"encoding/json"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Item (事项) is a thing that people come to the hall for. What it says is in its versions; here is only what does not
// change with them, and copies of the newest version's name for lists.
type Item struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	Code      string        `db:"code" json:"code"`                             // 实施编码, unique in the centre
	UnitID    string        `db:"unit_id" json:"unit_id"`                       // 实施主体; of a package the leading unit
	SiteID    string        `db:"site_id" json:"site_id"`                       // the branch or township where it is handled; "" for the hall
	Package   bool          `db:"package" json:"package"`                       // 一件事
	Name      string        `db:"name" json:"name"`                             // of the newest version
	Kind      Kind          `db:"kind" json:"kind"`                             // of the newest version
	State     State         `db:"state" json:"state"`                           // of the newest version
	FirstUnit string        `db:"first_unit_id" json:"first_unit_id,omitempty"` // 初审单位 of the newest version; "" where nobody reviews first
	Versions  int64         `db:"versions" json:"versions"`
	Source    string        `db:"source" json:"source"` // "" made here, or the file that it came from
	CreatedAt clock.Instant `db:"created_at" json:"created_at"`
	UpdatedAt clock.Instant `db:"updated_at" json:"updated_at"`
	Version   int64         `db:"version" json:"version"`
}

// State is where a version of an item stands.
type State string

// The states of a version.
const (
	Draft      State = "draft"       // 编制
	UnitReview State = "unit_review" // 部门审核
	InfoReview State = "info_review" // 政务信息股审核
	Published  State = "published"   // 发布
	Suspended  State = "suspended"   // 暂停
	Cancelled  State = "cancelled"   // 取消
	Discarded  State = "discarded"   // 废弃: a draft that was given up
)

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Draft: "编制中", UnitReview: "待部门审核", InfoReview: "待政务信息股审核", Published: "已发布", Suspended: "已暂停", Cancelled: "已取消", Discarded: "已废弃"}[s]
}

// Version (事项版本) is what an item says from a day on. Its content is sealed when it is submitted.
type Version struct {
	CentreID      string        `db:"centre_id" json:"-"`
	ID            string        `db:"id" json:"id"`
	ItemID        string        `db:"item_id" json:"item_id"`
	No            int64         `db:"no" json:"no"`
	State         State         `db:"state" json:"state"`
	EffectiveFrom clock.Date    `db:"effective_from" json:"effective_from"` // first day; NoDate before it is published
	EndsOn        clock.Date    `db:"ends_on" json:"ends_on"`               // first day on which it is suspended or cancelled
	Reason        string        `db:"reason" json:"reason"`                 // why it was changed, suspended or cancelled
	Text          string        `db:"content" json:"-"`                     // Content as JSON
	Hash          string        `db:"hash" json:"hash"`                     // SM3 of the content from submission on
	DraftedBy     string        `db:"drafted_by" json:"drafted_by"`
	ReviewedBy    string        `db:"reviewed_by" json:"reviewed_by"`
	PublishedBy   string        `db:"published_by" json:"published_by"`
	PublishedAt   clock.Instant `db:"published_at" json:"published_at"`
	CreatedAt     clock.Instant `db:"created_at" json:"created_at"`
	Revision      int64         `db:"revision" json:"revision"` // for concurrent editing
}

var (
	itemColumns    = store.Columns[Item]("")
	versionColumns = store.Columns[Version]("")
)

// Errors about items and their versions.
var (
	ErrMissing    = errs.New(errs.NotFound, "item.missing", "没有这个事项，或您无权查看。请从事项目录进入。")
	ErrNotInForce = errs.New(errs.Conflict, "item.not_in_force", "这个事项当天没有生效的版本，不能收件。请查看事项是否尚未生效、已暂停或已取消。").With("refusal", "NOT_IN_FORCE")
	ErrContent    = errs.New(errs.Internal, "item.content", "事项内容无法读取。")
)

// Content reads what the version says.
func (v *Version) Content() (Content, error) {
	var c Content
	if err := json.Unmarshal([]byte(v.Text), &c); err != nil {
		return c, ErrContent.Wrap(err)
	}
	return c, nil
}

// write sets what the version says; from here on its steps name their stages.
func (v *Version) write(c *Content) error {
	c.stage()
	b, err := json.Marshal(c)
	v.Text = string(b)
	return err
}

// digest is the hash of the content as it stands.
func (v *Version) digest() string {
	sum := crypt.SM3([]byte(v.Text))
	return hex.EncodeToString(sum[:])
}

// Intact reports whether the sealed content still has its hash.
func (v *Version) Intact() bool { return v.Hash != "" && v.Hash == v.digest() }

// began reports whether the version, having been published, is one that could be in force on a day.
func (v *Version) began(day clock.Date) bool {
	return (v.State == Published || v.State == Suspended || v.State == Cancelled) && !v.EffectiveFrom.IsZero() && v.EffectiveFrom <= day
}

// begun gives the version of a list that began last by a day; -1 where none has.
func begun(list []Version, day clock.Date) int {
	found := -1
	for i := range list {
		v := &list[i]
		if v.began(day) && (found < 0 || v.EffectiveFrom > list[found].EffectiveFrom || v.EffectiveFrom == list[found].EffectiveFrom && v.No > list[found].No) {
			found = i
		}
	}
	return found
}

// standing gives the version by which an item stands on a day, in force or not: the one that began last, or the newest published
// where none has begun; -1 where none was ever published.
func standing(list []Version, day clock.Date) int {
	if i := begun(list, day); i >= 0 {
		return i
	}
	return last(list)
}

// InForce chooses the version in force on a day: the one that began last, unless it was suspended or cancelled by then. An
// earlier version does not come back when a later one is stopped.
func InForce(list []Version, day clock.Date) (Version, error) {
	i := begun(list, day)
	if i < 0 || !list[i].EndsOn.IsZero() && day >= list[i].EndsOn {
		return Version{}, ErrNotInForce
	}
	return list[i], nil
}
