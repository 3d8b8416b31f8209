package item

import (
	"errors"
	"slices"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Alteration (事项变动) is a change of the directory itself: an item is suspended, resumed or cancelled, split into several, or
// several are merged into one. It takes the way of a version (编制→部门审核→政务信息股审核→发布) with three people, holds from a
// day on, and says why. The drafts of the successors go through both reviews with it and begin on its day. Cases that were received
// before stay with the version that they pinned.
type Alteration struct {
	CentreID    string         `db:"centre_id" json:"-"`
	ID          string         `db:"id" json:"id"`
	UnitID      string         `db:"unit_id" json:"unit_id"`
	SiteID      string         `db:"site_id" json:"site_id"`
	Kind        AlterationKind `db:"kind" json:"kind"`
	State       State          `db:"state" json:"state"`
	Day         clock.Date     `db:"day" json:"day"` // first day on which it holds; NoDate for the day of its publication
	Reason      string         `db:"reason" json:"reason"`
	DraftedBy   string         `db:"drafted_by" json:"drafted_by"`
	ReviewedBy  string         `db:"reviewed_by" json:"reviewed_by"`
	PublishedBy string         `db:"published_by" json:"published_by"`
	PublishedAt clock.Instant  `db:"published_at" json:"published_at"`
	CreatedAt   clock.Instant  `db:"created_at" json:"created_at"`
	Version     int64          `db:"version" json:"version"`
}

var alterationColumns = store.Columns[Alteration]("")

// AlterationKind is what an alteration does with the items that it names.
type AlterationKind string

// The kinds.
const (
	Pausing    AlterationKind = "suspend" // 暂停
	Resuming   AlterationKind = "resume"  // 恢复
	Cancelling AlterationKind = "cancel"  // 取消
	Splitting  AlterationKind = "split"   // 拆分
	Merging    AlterationKind = "merge"   // 合并
)

// AlterationKinds lists the kinds in the order of pages.
func AlterationKinds() []AlterationKind {
	return []AlterationKind{Pausing, Resuming, Cancelling, Splitting, Merging}
}

// Label is the kind's Chinese name.
func (k AlterationKind) Label() string {
	return map[AlterationKind]string{Pausing: "暂停", Resuming: "恢复", Cancelling: "取消", Splitting: "拆分", Merging: "合并"}[k]
}

// renews reports whether successors take the place of the items.
func (k AlterationKind) renews() bool { return k == Splitting || k == Merging }

// AltersNow reports whether an item whose newest version is in a state may be altered in this way.
func (k AlterationKind) AltersNow(s State) bool {
	switch k {
	case Resuming:
		return s == Suspended
	case Cancelling:
		return s == Published || s == Suspended
	}
	return k.Label() != "" && s == Published
}

// alterationItem is an item of an alteration: one that it alters, or a successor, whose first version it may have drafted.
type alterationItem struct {
	CentreID     string `db:"centre_id"`
	ItemID       string `db:"item_id"`
	AlterationID string `db:"alteration_id"`
	Successor    bool   `db:"successor"`
	Drafted      bool   `db:"drafted"`
	Pos          int64  `db:"pos"`
}

// AlterationStep (变动经过) is one step that an alteration took.
type AlterationStep struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           string        `db:"id" json:"id"`
	AlterationID string        `db:"alteration_id" json:"-"`
	Action       Action        `db:"action" json:"action"`
	From         State         `db:"from_state" json:"from"`
	To           State         `db:"to_state" json:"to"`
	Remark       string        `db:"remark" json:"remark"`
	At           clock.Instant `db:"at" json:"at"`
	By           string        `db:"by_user" json:"by"`
	ByName       string        `db:"by_name" json:"by_name"`
}

// Refusals of alterations.
var (
	ErrNoAlteration = errs.New(errs.NotFound, "item.no_alteration", "没有这项事项变动，或您无权查看。")
	ErrAlteration   = errs.New(errs.Invalid, "item.alteration", "填写的内容有误，没有保存。请按提示修改。")
	ErrAltering     = errs.New(errs.Conflict, "item.altering", "这个事项正在办理另一项变动，没有办理。请先办完或废弃那一项。")
	ErrBound        = errs.New(errs.Conflict, "item.bound", "这一版是拆分、合并产生的，随事项变动一起送审和发布。请到事项变动里办理。")
)

// end stops a version from a day on: one that has not begun by then never does.
func (v *Version) end(to State, day clock.Date) {
	if v.EndsOn.IsZero() || day < v.EndsOn {
		v.EndsOn = max(day, v.EffectiveFrom)
	}
	v.State = to
}

// last gives the newest version that was ever published; -1 where there is none.
func last(list []Version) int {
	return slices.IndexFunc(list, func(v Version) bool { return v.State == Published || v.State == Suspended || v.State == Cancelled })
}

// Altered is an alteration with the items that it names.
type Altered struct {
	Alteration Alteration `json:"alteration"`
	Unit       string     `json:"unit"`
	Items      []Item     `json:"items"`
	Successors []Item     `json:"successors"`
	Names      string     `json:"-"` // of the items
}

// publishedAlterations lists the published alterations by which an item ended, was held up or resumed, the newest first.
func publishedAlterations(tx *store.Tx, centre, item string) ([]Alteration, error) {
	return store.Select[Alteration](tx, "SELECT "+store.Columns[Alteration]("a.")+` FROM item_alteration_item i JOIN item_alteration a ON a.centre_id = i.centre_id AND a.id = i.alteration_id
		WHERE i.centre_id = $1 AND i.item_id = $2 AND i.successor = $3 AND a.state = $4 ORDER BY a.published_at DESC, a.id DESC LIMIT 100`, centre, item, false, Published)
}

// withItems adds to alterations of one centre the items that they name.
func (m *Module) withItems(tx *store.Tx, list []Alteration) ([]Altered, error) {
	out := make([]Altered, len(list))
	if len(list) == 0 {
		return out, nil
	}
	centre := list[0].CentreID
	at, ids, units := map[string]*Altered{}, make([]string, len(list)), make([]string, len(list))
	for i, a := range list {
		out[i].Alteration, out[i].Items, out[i].Successors = a, []Item{}, []Item{}
		at[a.ID], ids[i], units[i] = &out[i], a.ID, a.UnitID
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	rows, err := alterationItemsTx(tx, ids, centre)
	if err != nil {
		return nil, err
	}
	items, err := itemsByID(tx, centre, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		x, it := at[r.AlterationID], items[r.ItemID]
		if r.Successor {
			x.Successors = append(x.Successors, it)
		} else {
			x.Items = append(x.Items, it)
		}
	}
	for i := range out {
		u := names[out[i].Alteration.UnitID]
		out[i].Unit, out[i].Names = u.Name, namesOf(out[i].Items)
	}
	return out, nil
}

// namesOf joins the names of items as they stand between quotation marks.
func namesOf(list []Item) string {
	var out []string
	for _, it := range list {
		out = append(out, it.Name)
	}
	return strings.Join(out, "”、“")
}

// itemsByID loads the items of rows in one query.
func itemsByID(tx *store.Tx, centre string, rows []alterationItem) (map[string]Item, error) {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ItemID)
	}
	slices.Sort(ids)
	list, err := itemsTx(tx, centre, slices.Compact(ids))
	out := map[string]Item{}
	for _, it := range list {
		out[it.ID] = it
	}
	return out, err
}

// alterationItemsTx lists the items of alterations, those of each in their order.
func alterationItemsTx(tx *store.Tx, ids []string, centre string) ([]alterationItem, error) {
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "alteration_id", ids)
	return store.Select[alterationItem](tx, "SELECT "+store.Columns[alterationItem]("")+" FROM item_alteration_item"+w.SQL()+" ORDER BY alteration_id, pos", w.Args...)
}

// openAlterationTx gives the id of the alteration that is under way and names an item; "" where there is none. Successors that were
// in force already are not held up by it.
func openAlterationTx(tx *store.Tx, centre, item string, drafted bool) (string, error) {
	role := "NOT i.successor"
	if drafted {
		role = "i.drafted"
	}
	id, err := store.Get[string](tx, `SELECT a.id FROM item_alteration_item i JOIN item_alteration a ON a.centre_id = i.centre_id AND a.id = i.alteration_id
		WHERE i.centre_id = $1 AND i.item_id = $2 AND `+role+` AND a.state NOT IN ($3, $4) ORDER BY a.id LIMIT 1`, centre, item, Published, Discarded)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// bound refuses to move the draft of a successor by itself.
func bound(tx *store.Tx, it *Item) error {
	under, err := openAlterationTx(tx, it.CentreID, it.ID, true)
	if err == nil && under != "" {
		err = ErrBound.With("alteration", under)
	}
	return err
}

// openVersion gives the version of a list that is under review or being drafted.
func openVersion(list []Version) (int, bool) {
	i := slices.IndexFunc(list, func(v Version) bool { return v.State == Draft || v.State == UnitReview || v.State == InfoReview })
	return i, i >= 0
}
