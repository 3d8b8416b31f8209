package item

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Refusals of changes to items.
var (
	ErrTaken      = errs.New(errs.Conflict, "item.taken", "本中心已有这个实施编码的事项，没有保存。请核对编码，或给已有的事项编制新版本。")
	ErrOpenDraft  = errs.New(errs.Conflict, "item.open_draft", "这个事项已有一个未发布的版本，没有新建。请先把它办完或废弃。")
	ErrWrongState = errs.New(errs.Conflict, "item.wrong_state", "这个版本现在不能这样办理。请刷新后再看。")
	ErrSamePerson = errs.New(errs.Conflict, "item.same_person", "编制、部门审核和政务信息股审核不能是同一个人，没有办理。请换一位同事。").With("refusal", "SAME_SIGNER")
	ErrDay        = errs.New(errs.Invalid, "item.day", "日期有误，没有办理。")
	ErrReason     = errs.New(errs.Invalid, "item.reason", "请写明理由，没有办理。").With("refusal", "REASON_REQUIRED")
)

func itoa(n int) string { return strconv.Itoa(n) }

// row is an item as an object of the scope model.
func (i *Item) row() org.Row {
	return org.Row{CentreID: i.CentreID, UnitID: i.UnitID, SiteID: i.SiteID}
}

var itemScope = org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id"}

// NewItem is what a new item is made from.
type NewItem struct {
	UnitID  string  `json:"unit_id"`
	SiteID  string  `json:"site_id"`
	Content Content `json:"content"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// Create makes an item with its first version as a draft; content with members is a package (一件事), which the unit leads.
func (m *Module) Create(ctx context.Context, in NewItem) (Item, Version, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return Item{}, Version{}, err
	}
	if err := in.Content.Check(); err != nil {
		return Item{}, Version{}, err
	}
	var it Item
	var v Version
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if !org.Sees(a, PermWrite, org.Row{CentreID: a.CentreID, UnitID: in.UnitID, SiteID: in.SiteID}) {
			return ErrInput.Field("unit_id", "只能编制本部门的事项。")
		}
		prior, repeated, err := once.ClaimContent(tx, in.Key, "item.create", in, "")
		if repeated {
			it, v, err = m.firstTx(tx, a.CentreID, prior)
		}
		if repeated || err != nil {
			return err
		}
		if it, v, err = m.createTx(tx, a.CentreID, in, ""); err != nil {
			return err
		}
		if err := once.Name(tx, in.Key, v.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "item.create", Permission: PermWrite, Kind: "item", Object: it.ID, Detail: map[string]any{"unit": it.UnitID, "code": it.Code, "package": it.Package}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrTaken.Field("code", "编码 %s 已被使用。", in.Content.Code)
	}
	return it, v, err
}

// firstTx loads what an earlier request with the same key made.
func (m *Module) firstTx(tx *store.Tx, centre, version string) (Item, Version, error) {
	v, err := m.VersionTx(tx, centre, version)
	if err != nil {
		return Item{}, v, err
	}
	it, err := m.ItemTx(tx, centre, v.ItemID)
	return it, v, err
}

// createTx writes an item and its first draft.
func (m *Module) createTx(tx *store.Tx, centre string, in NewItem, source string) (it Item, v Version, err error) {
	if _, err := m.org.UnitTx(tx, centre, in.UnitID); err != nil {
		return it, v, ErrInput.Field("unit_id", "没有这个单位。")
	}
	if in.SiteID != "" {
		if _, err := m.org.SiteTx(tx, centre, in.SiteID); err != nil {
			return it, v, ErrInput.Field("site_id", "没有这个站点。")
		}
	}
	c := in.Content
	c.Sample = Sample{} // a file is added to the draft
	if err := membersTx(tx, centre, &c); err != nil {
		return it, v, err
	}
	if err := m.reviewerTx(tx, centre, in.UnitID, &c); err != nil {
		return it, v, err
	}
	now := tx.Now()
	it = Item{CentreID: centre, ID: tx.NewID(), Code: c.Code, UnitID: in.UnitID, SiteID: in.SiteID, Package: c.IsPackage(), Name: c.Name, Kind: c.Kind, FirstUnit: c.First.UnitID, State: Draft, Versions: 1, Source: source,
		CreatedAt: now, UpdatedAt: now, Version: 1}
	v = Version{CentreID: centre, ID: tx.NewID(), ItemID: it.ID, No: 1, State: Draft, EffectiveFrom: clock.NoDate, EndsOn: clock.NoDate, DraftedBy: actor.From(tx.Context()).UserID, CreatedAt: now, Revision: 1}
	if err := v.write(&c); err != nil {
		return it, v, err
	}
	if err := store.Insert(tx, "item_item", it); err != nil {
		return it, v, err
	}
	return it, v, store.Insert(tx, "item_version", v)
}

// membersTx checks that the members of a package are items of the centre, and no packages.
func membersTx(tx *store.Tx, centre string, c *Content) error {
	if !c.IsPackage() {
		return nil
	}
	w := (&store.Where{}).And("centre_id = ?", centre).And("package = ?", false)
	store.In(w, "id", c.Members)
	found, err := store.Select[string](tx, "SELECT id FROM item_item"+w.SQL(), w.Args...)
	if err != nil {
		return err
	}
	if len(found) != len(c.Members) || len(found) < 2 {
		return ErrInput.Field("members", "一件事至少包括两个不同的单个事项。")
	}
	return nil
}

// Save changes a draft; revision is the one that was read. The code and the unit of an item stay.
func (m *Module) Save(ctx context.Context, version string, revision int64, c Content) (Version, error) {
	if err := c.Check(); err != nil {
		return Version{}, err
	}
	return m.change(ctx, PermWrite, version, revision, "item.save", func(tx *store.Tx, it *Item, v *Version) error {
		if v.State != Draft {
			return ErrWrongState.Say("%s，内容不能再改。退回修改后才能编辑。", v.State.Label())
		}
		if c.Code != it.Code {
			return ErrInput.Field("code", "实施编码不能改，原来是 %s。", it.Code)
		}
		if c.IsPackage() != it.Package {
			return ErrInput.Field("members", "单个事项和一件事不能互相改变。")
		}
		if err := membersTx(tx, it.CentreID, &c); err != nil {
			return err
		}
		if err := m.reviewerTx(tx, it.CentreID, it.UnitID, &c); err != nil {
			return err
		}
		old, err := v.Content()
		if err != nil {
			return err
		}
		c.Sample = old.Sample // which has a use case of its own
		it.Name, it.Kind, it.FirstUnit, v.DraftedBy = c.Name, c.Kind, c.First.UnitID, actor.From(ctx).UserID
		return v.write(&c)
	})
}

// Revise begins a new version (变更) from the newest one that was published, with the reason; a repeated key gives the version of the
// first time.
func (m *Module) Revise(ctx context.Context, item, reason, key string) (Version, error) {
	a := actor.From(ctx)
	var made Version
	if err := a.Require(PermWrite); err != nil {
		return made, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 500 {
		return made, ErrReason.Field("reason", "请写明变更的原因，500 个字以内。")
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		it, err := m.ownTx(tx, PermWrite, item)
		if err != nil {
			return err
		}
		prior, repeated, err := once.ClaimContent(tx, key, "item.revise", []string{item, reason}, "")
		if repeated {
			made, err = m.VersionTx(tx, a.CentreID, prior)
		}
		if repeated || err != nil {
			return err
		}
		if made, err = m.reviseTx(tx, &it, reason, nil); err != nil {
			return err
		}
		if err := once.Name(tx, key, made.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "item.revise", Permission: PermWrite, Kind: "item", Object: it.ID, Detail: map[string]any{"no": made.No}})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrOpenDraft
	}
	return made, err
}

// reviseTx writes the next version of an item as a draft, with the content of the newest published or a given one.
func (m *Module) reviseTx(tx *store.Tx, it *Item, reason string, c *Content) (Version, error) {
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return Version{}, err
	}
	if _, open := openVersion(list); open {
		return Version{}, ErrOpenDraft
	}
	newest := max(last(list), 0) // published, or the draft that was given up where none ever was
	if list[newest].State == Cancelled {
		return Version{}, ErrWrongState.Say("这个事项已取消，不能再编制新版本。需要重新办理的，请另行编制事项。")
	}
	v := Version{CentreID: it.CentreID, ID: tx.NewID(), ItemID: it.ID, No: list[0].No + 1, State: Draft, EffectiveFrom: clock.NoDate, EndsOn: clock.NoDate, Reason: reason,
		DraftedBy: actor.From(tx.Context()).UserID, CreatedAt: tx.Now(), Revision: 1}
	same, err := list[newest].Content()
	if err != nil {
		return v, err
	}
	if c == nil {
		c = &same
	}
	c.Sample = same.Sample
	if err := v.write(c); err != nil {
		return v, err
	}
	it.Name, it.Kind, it.FirstUnit = c.Name, c.Kind, c.First.UnitID
	it.State, it.Versions = Draft, v.No
	if err := saveItem(tx, it); err != nil {
		return v, err
	}
	return v, store.Insert(tx, "item_version", v)
}

// ownTx loads an item for a change, in the actor's reach.
func (m *Module) ownTx(tx *store.Tx, p actor.Permission, id string) (Item, error) {
	a := actor.From(tx.Context())
	it, err := store.Get[Item](tx, "SELECT "+itemColumns+" FROM item_item WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return it, ErrMissing
	}
	if err == nil && !org.Sees(a, p, it.row()) {
		err = ErrMissing.Hide()
	}
	return it, err
}

func saveItem(tx *store.Tx, it *Item) error {
	it.UpdatedAt = tx.Now()
	it.Version++
	return store.Update(tx, "item_item", *it, "centre_id", "id")
}

// change loads a version with its item, changes it by the rule and saves both with an audit line.
func (m *Module) change(ctx context.Context, p actor.Permission, version string, revision int64, action string, rule func(tx *store.Tx, it *Item, v *Version) error) (Version, error) {
	var out Version
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return out, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		seen, err := m.VersionTx(tx, a.CentreID, version)
		if err != nil {
			return err
		}
		it, err := m.ownTx(tx, p, seen.ItemID) // locks the item, and so its versions
		if err != nil {
			return err
		}
		v, err := m.VersionTx(tx, a.CentreID, version)
		if err != nil {
			return err
		}
		if v.Revision != revision {
			return store.ErrStale.With("version", v.Revision)
		}
		if err := rule(tx, &it, &v); err != nil {
			return err
		}
		v.Revision++
		if v.No == it.Versions {
			it.State = v.State
		}
		if v.State == Discarded {
			if err := asPublished(tx, &it); err != nil {
				return err
			}
		}
		if err := store.Update(tx, "item_version", v, "centre_id", "id"); err != nil {
			return err
		}
		if err := saveItem(tx, &it); err != nil {
			return err
		}
		digest, err := hex.DecodeString(v.Hash)
		if err != nil {
			return err
		}
		out = v
		return audit.Record(tx, audit.Entry{Action: action, Permission: p, Kind: "item", Object: it.ID, Digest: digest, Detail: map[string]any{"version": v.ID, "no": v.No, "state": v.State}})
	})
	return out, err
}
