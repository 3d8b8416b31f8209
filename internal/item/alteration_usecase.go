package item

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Successor (新事项) is an item that takes the place of others: one that is in force already by its code, or a new one whose draft is
// copied from the first of the others.
type Successor struct {
	Code string `json:"code" maxLength:"64" doc:"实施编码"`
	Name string `json:"name,omitempty" maxLength:"200" doc:"名称；已有的事项可以不填"`
}

// AlterationInput is what an alteration is drafted from.
type AlterationInput struct {
	Kind       AlterationKind `json:"kind" enum:"suspend,resume,cancel,split,merge" doc:"暂停、恢复、取消、拆分、合并"`
	Items      []string       `json:"items" minItems:"1" maxItems:"20" doc:"事项编号；只有合并可以有几个"`
	Successors []Successor    `json:"successors,omitempty" maxItems:"20" doc:"拆分、合并以后的事项"`
	Day        *clock.Date    `json:"day,omitempty" doc:"生效日期；不传是发布那天"`
	Reason     string         `json:"reason" maxLength:"500" doc:"原因和依据"`
	Key        string         `json:"-"`
}

// maxSuccessors bounds how many items one alteration names on either side.
const maxSuccessors = 20

func (in *AlterationInput) check() error {
	e := ErrAlteration
	in.Reason = strings.TrimSpace(in.Reason)
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择变动的种类。")
	}
	if in.Reason == "" || utf8.RuneCountInString(in.Reason) > 500 {
		e = e.Field("reason", "请写明原因和依据，500 个字以内。")
	}
	slices.Sort(in.Items)
	if in.Items = slices.Compact(in.Items); len(in.Items) == 0 || len(in.Items) > maxSuccessors || len(in.Items) > 1 && in.Kind != Merging {
		e = e.Field("items", "请选择一个事项；合并可以选择几个。")
	}
	if in.Kind == Merging && len(in.Items) < 2 {
		e = e.Field("items", "合并至少两个事项。")
	}
	in.Successors = slices.DeleteFunc(in.Successors, func(s Successor) bool { return strings.TrimSpace(s.Code+s.Name) == "" })
	codes := map[string]bool{}
	for i, s := range in.Successors {
		s.Code, s.Name = strings.TrimSpace(s.Code), strings.TrimSpace(s.Name)
		if s.Code == "" || codes[s.Code] {
			e = e.Field("successors", "每个新事项都要有自己的实施编码。")
		}
		codes[s.Code], in.Successors[i] = true, s
	}
	switch n := len(in.Successors); {
	case !in.Kind.renews() && n > 0:
		e = e.Field("successors", "%s没有新事项。", in.Kind.Label())
	case in.Kind == Splitting && (n < 2 || n > maxSuccessors):
		e = e.Field("successors", "拆分至少产生两个事项。")
	case in.Kind == Merging && n != 1:
		e = e.Field("successors", "合并产生一个事项。")
	}
	return e.OrNil()
}

func (in *AlterationInput) day() clock.Date {
	if in.Day == nil || *in.Day <= 0 {
		return clock.NoDate
	}
	return *in.Day
}

// Alter drafts an alteration (编制事项变动) of items of one department, with the drafts of its successors.
func (m *Module) Alter(ctx context.Context, in AlterationInput) (Alteration, error) {
	a := actor.From(ctx)
	var out Alteration
	if err := a.Require(PermWrite); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		prior, repeated, err := once.ClaimContent(tx, in.Key, "item.alter", in, "")
		if repeated {
			out, err = m.alterationTx(tx, a.CentreID, prior)
		}
		if repeated || err != nil {
			return err
		}
		out = Alteration{CentreID: a.CentreID, ID: tx.NewID(), Kind: in.Kind, State: Draft, Day: in.day(), Reason: in.Reason, DraftedBy: a.UserID, CreatedAt: tx.Now(), Version: 1}
		old, err := m.alterableTx(tx, &out, in.Items)
		if err != nil {
			return err
		}
		if err := checkDay(&out, tx.Now().Date()); err != nil {
			return err
		}
		if err := m.nameSuccessors(tx, &out, old, in.Successors); err != nil {
			return err
		}
		if err := once.Name(tx, in.Key, out.ID); err != nil {
			return err
		}
		if err := store.Insert(tx, "item_alteration", out); err != nil {
			return err
		}
		return recordAlteration(tx, &out, "item.alter", PermWrite)
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrTaken
	}
	return out, err
}

func checkDay(a *Alteration, today clock.Date) error {
	if !a.Day.IsZero() && (a.Day < today || a.Day > today+366) {
		return ErrDay.Field("day", "生效日期应从今天起一年之内。")
	}
	return nil
}

// alterableTx loads and locks the items that an alteration names, enters them, and checks that each may be altered now.
func (m *Module) alterableTx(tx *store.Tx, a *Alteration, ids []string) ([]Item, error) {
	var out []Item
	for i, id := range ids {
		it, err := m.ownTx(tx, PermWrite, id)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			a.UnitID, a.SiteID = it.UnitID, it.SiteID
		}
		if it.UnitID != a.UnitID || it.SiteID != a.SiteID || i > 0 && it.Package != out[0].Package {
			return nil, ErrAlteration.Field("items", "“%s”不是同一个部门、同一个站点的同类事项。几个部门的事项请编制成一件事。", it.Name)
		}
		if err := m.alterable(tx, a, &it); err != nil {
			return nil, err
		}
		under, err := openAlterationTx(tx, it.CentreID, it.ID, false)
		if err != nil {
			return nil, err
		}
		if under != "" {
			return nil, ErrAltering.With("alteration", under)
		}
		if err := store.Insert(tx, "item_alteration_item", alterationItem{CentreID: a.CentreID, ItemID: it.ID, AlterationID: a.ID, Pos: int64(i)}); err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

// alterable checks the state of an item that an alteration names.
func (m *Module) alterable(tx *store.Tx, a *Alteration, it *Item) error {
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return err
	}
	if _, open := openVersion(list); open && a.Kind != Resuming { // resuming touches no draft
		return ErrOpenDraft.Say("“%s”有一个未发布的版本，没有办理。请先把它办完或废弃。", it.Name)
	}
	i := last(list)
	if i < 0 || !a.Kind.AltersNow(list[i].State) || a.Kind != Resuming && a.Kind != Cancelling && !list[i].EndsOn.IsZero() {
		return ErrWrongState.Say("“%s”%s，不能%s。", it.Name, it.State.Label(), a.Kind.Label())
	}
	return beforeResuming(tx, a, it)
}

// beforeResuming refuses what would begin after the day from which an item is to be resumed: it would undo the resumption.
func beforeResuming(tx *store.Tx, a *Alteration, it *Item) error {
	list, err := publishedAlterations(tx, it.CentreID, it.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	if n := &list[0]; n.Kind == Resuming && n.Day > tx.Now().Date() && !a.Day.IsZero() && a.Day > n.Day {
		return ErrDay.Field("day", "“%s”已公布自 %s 起恢复，%s的生效日期不能晚于那天。请改早日期，或等恢复以后再办。", it.Name, n.Day, a.Kind.Label())
	}
	return nil
}

// nameSuccessors enters the items that take the place of others: drafts are made of those that are new.
func (m *Module) nameSuccessors(tx *store.Tx, a *Alteration, old []Item, list []Successor) error {
	for i, s := range list {
		row := alterationItem{CentreID: a.CentreID, AlterationID: a.ID, Successor: true, Pos: int64(len(old) + i)}
		known, err := store.Get[Item](tx, "SELECT "+itemColumns+" FROM item_item WHERE centre_id = $1 AND code = $2", a.CentreID, s.Code)
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && known.State == Discarded && known.UnitID == a.UnitID:
			known, err = m.draftSuccessor(tx, a, &old[0], known, s)
			row.Drafted = true
		case err == nil && (known.UnitID != a.UnitID || known.State != Published || slices.ContainsFunc(old, func(o Item) bool { return o.ID == known.ID })):
			err = ErrAlteration.Field("successors", "编码 %s 已被使用，而且不是本部门另一个已发布的事项。", s.Code)
		}
		if err != nil {
			return err
		}
		row.ItemID = known.ID
		if err := store.Insert(tx, "item_alteration_item", row); err != nil {
			return err
		}
	}
	return nil
}

// draftSuccessor makes a new item, or a new version of one whose draft was given up, that says what the newest published version of the
// old one says under its own code and name.
func (m *Module) draftSuccessor(tx *store.Tx, a *Alteration, old *Item, given Item, s Successor) (Item, error) {
	list, err := versionsTx(tx, a.CentreID, old.ID)
	if err != nil {
		return Item{}, err
	}
	i := last(list)
	if i < 0 {
		return Item{}, ErrWrongState
	}
	c, err := list[i].Content()
	if err != nil {
		return Item{}, err
	}
	if s.Name == "" {
		return Item{}, ErrAlteration.Field("successors", "编码 %s 是新事项，请填写名称。", s.Code)
	}
	c.Code, c.Name, c.BusinessCode = s.Code, s.Name, ""
	if err := c.Check(); err != nil {
		return Item{}, err
	}
	if given.ID != "" {
		_, err := m.reviseTx(tx, &given, a.Kind.Label()+"“"+old.Name+"”", &c)
		return given, err
	}
	it, _, err := m.createTx(tx, a.CentreID, NewItem{UnitID: old.UnitID, SiteID: old.SiteID, Content: c}, "")
	return it, err
}

// MoveAlteration takes an alteration one step on: submitted, passed, returned, published or given up. The drafts of its successors
// take the same step. Before it is submitted its day and reason may be said anew.
func (m *Module) MoveAlteration(ctx context.Context, id string, version int64, act Action, in Change) (Alteration, error) {
	a := actor.From(ctx)
	var out Alteration
	in.Reason = strings.TrimSpace(in.Reason)
	if utf8.RuneCountInString(in.Reason) > 500 {
		return out, ErrReason.Field("reason", "500 个字以内。")
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		x, err := m.lockedAlteration(tx, id)
		if err != nil {
			return err
		}
		to, perm, ok := Next(x.State, act)
		if !ok {
			perm = PermRead
		}
		if err := a.Require(perm); err != nil {
			return err
		}
		if !org.Sees(a, perm, x.row()) {
			return ErrNoAlteration.Hide()
		}
		if !ok {
			return ErrWrongState.Say("事项变动%s，不能%s。请刷新后再看。", x.State.Label(), act.Label())
		}
		if x.Version != version {
			return store.ErrStale.With("version", x.Version)
		}
		from := x.State
		if err := m.stepAlteration(tx, &x, act, in); err != nil {
			return err
		}
		x.State = to
		x.Version++
		if err := store.Update(tx, "item_alteration", x, "centre_id", "id"); err != nil {
			return err
		}
		step := AlterationStep{CentreID: x.CentreID, ID: tx.NewID(), AlterationID: x.ID, Action: act, From: from, To: to, Remark: in.Reason, At: tx.Now(), By: a.UserID, ByName: a.Name}
		if err := store.Insert(tx, "item_alteration_step", step); err != nil {
			return err
		}
		out = x
		return recordAlteration(tx, &x, "item.alteration."+string(act), perm)
	})
	return out, err
}

// recordAlteration writes the audit line of an alteration, with the items that it names.
func recordAlteration(tx *store.Tx, x *Alteration, action string, p actor.Permission) error {
	rows, err := alterationItemsTx(tx, []string{x.ID}, x.CentreID)
	if err != nil {
		return err
	}
	items, successors := []string{}, []string{}
	for _, r := range rows {
		if r.Successor {
			successors = append(successors, r.ItemID)
		} else {
			items = append(items, r.ItemID)
		}
	}
	return audit.Record(tx, audit.Entry{Action: action, Permission: p, Kind: "item_alteration", Object: x.ID, Detail: map[string]any{"kind": x.Kind, "state": x.State, "day": x.Day, "items": items, "successors": successors}})
}

// stepAlteration is the rule of each step.
func (m *Module) stepAlteration(tx *store.Tx, x *Alteration, act Action, in Change) error {
	who, today := actor.From(tx.Context()), tx.Now().Date()
	if act == Submit || act == Publish {
		if in.Day > 0 {
			x.Day = in.Day
		}
		if err := checkDay(x, today); err != nil {
			return err
		}
	}
	switch act {
	case Submit:
		if in.Reason != "" {
			x.Reason = in.Reason
		}
		x.DraftedBy = who.UserID
	case Pass:
		if same(who, x.DraftedBy) {
			return ErrSamePerson
		}
		x.ReviewedBy = who.UserID
	case Return:
		x.ReviewedBy = ""
		if err := needReason(in); err != nil {
			return err
		}
	case Publish:
		if same(who, x.DraftedBy, x.ReviewedBy) {
			return ErrSamePerson
		}
		if x.Day.IsZero() {
			x.Day = today
		}
		x.PublishedBy, x.PublishedAt = who.UserID, tx.Now()
	}
	rows, err := alterationItemsTx(tx, []string{x.ID}, x.CentreID)
	for _, r := range rows {
		if err != nil {
			return err
		}
		switch {
		case r.Drafted:
			err = m.moveSuccessor(tx, x, r.ItemID, act, in)
		case act == Publish:
			err = m.alterTx(tx, x, r)
		}
	}
	return err
}

// moveSuccessor takes the draft of a successor the same step; it begins on the day of the alteration.
func (m *Module) moveSuccessor(tx *store.Tx, x *Alteration, item string, act Action, in Change) error {
	it, err := lockedItem(tx, x.CentreID, item)
	if err != nil {
		return err
	}
	list, err := versionsTx(tx, x.CentreID, item)
	if err != nil {
		return err
	}
	i, open := openVersion(list)
	if !open {
		return ErrWrongState.Say("新事项“%s”没有待审的版本，不能%s。", it.Name, act.Label())
	}
	v, from := list[i], list[i].State
	if in.Day = clock.NoDate; act == Publish {
		in.Day = x.Day
	}
	if err := m.apply(tx, &it, &v, act, in); err != nil {
		return errorOf(&it, err)
	}
	to, _, ok := Next(from, act)
	if !ok {
		return ErrWrongState
	}
	v.State = to
	if err := stepTx(tx, &it, &v, act, from, in.Reason); err != nil {
		return err
	}
	it.State = v.State
	if err := m.saveAltered(tx, &it, []Version{v}); err != nil {
		return err
	}
	digest, err := hex.DecodeString(v.Hash)
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "item." + string(act), Permission: permOf(act), Kind: "item", Object: it.ID, Digest: digest, Detail: map[string]any{"version": v.ID, "no": v.No, "state": v.State, "alteration": x.ID}})
}

// errorOf says of which successor a refusal speaks.
func errorOf(it *Item, err error) error {
	if errors.Is(err, ErrInput) {
		return ErrAlteration.Field("successors", "新事项“%s”的内容还不齐全，请先打开它补齐。", it.Name)
	}
	return err
}
