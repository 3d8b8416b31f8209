package item

import (
	"context"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Change (办理) is what somebody says with an action: the day from which it holds, and why.
type Change struct {
	Day    clock.Date `json:"day"`
	Reason string     `json:"reason"`
}

// Move takes an action with a version. Publishing names the first day of force, today or later; returning says why. The draft of a
// successor moves with its alteration alone.
func (m *Module) Move(ctx context.Context, version string, revision int64, act Action, in Change) (Version, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	if in.Day <= 0 {
		in.Day = clock.NoDate
	}
	if utf8.RuneCountInString(in.Reason) > 500 {
		return Version{}, ErrReason.Field("reason", "500 个字以内。")
	}
	perm := permOf(act)
	if perm == "" {
		return Version{}, ErrWrongState
	}
	if act == Return { // two desks return: whose turn it is decides which permission counts
		perm = m.returner(ctx, version)
	}
	return m.change(ctx, perm, version, revision, "item."+string(act), func(tx *store.Tx, it *Item, v *Version) error {
		from := v.State
		to, need, ok := Next(from, act)
		if !ok || need != perm {
			return ErrWrongState.Say("事项版本%s，不能%s。请刷新后再看。", from.Label(), act.Label())
		}
		if err := bound(tx, it); err != nil {
			return err
		}
		if err := m.apply(tx, it, v, act, in); err != nil {
			return err
		}
		v.State = to
		if err := stepTx(tx, it, v, act, from, in.Reason); err != nil {
			return err
		}
		if to == Published {
			return m.showGuide(tx, it, v)
		}
		return nil
	})
}

// permOf is the permission of an action, where it has one alone.
func permOf(act Action) actor.Permission {
	for _, t := range transitions() {
		if t.act == act {
			return t.perm
		}
	}
	return ""
}

// returner says which desk would return a version now.
func (m *Module) returner(ctx context.Context, version string) actor.Permission {
	perm := PermReview
	_ = m.db.Read(ctx, func(tx *store.Tx) error { // what cannot be read is refused by the change itself
		v, err := m.VersionTx(tx, actor.From(ctx).CentreID, version)
		if err == nil && v.State == InfoReview {
			perm = PermPublish
		}
		return err
	})
	return perm
}

// apply is the rule of each action.
func (m *Module) apply(tx *store.Tx, it *Item, v *Version, act Action, in Change) error {
	who := actor.From(tx.Context())
	switch act {
	case Submit:
		c, err := v.Content()
		if err != nil {
			return err
		}
		if err := c.Complete(); err != nil {
			return err
		}
		if err := v.write(&c); err != nil { // a draft from before steps named their stages
			return err
		}
		v.Hash, v.DraftedBy = v.digest(), who.UserID
	case Pass:
		if same(who, v.DraftedBy) {
			return ErrSamePerson
		}
		v.ReviewedBy = who.UserID
	case Publish:
		return m.publish(tx, it, v, in.Day)
	case Return:
		v.Hash, v.ReviewedBy = "", ""
		return needReason(in)
	case Discard:
		v.Hash = ""
	}
	return nil
}

// asPublished makes an item what its newest published version says, when a draft after that is given up; an item without one stays given up.
func asPublished(tx *store.Tx, it *Item) error {
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return err
	}
	i := last(list)
	if i < 0 {
		return nil
	}
	c, err := list[i].Content()
	it.State, it.Name, it.Kind, it.FirstUnit = list[i].State, c.Name, c.Kind, c.First.UnitID
	return err
}

func needReason(in Change) error {
	if in.Reason == "" {
		return ErrReason.Field("reason", "请写明理由。")
	}
	return nil
}

// same reports whether a person has signed already; the program itself is nobody.
func same(a *actor.Actor, by ...string) bool {
	for _, x := range by {
		if a.Kind != actor.System && x != "" && x == a.UserID {
			return true
		}
	}
	return false
}

// publish sets the day from which a version is in force: not in the past, and after every version before it.
func (m *Module) publish(tx *store.Tx, it *Item, v *Version, day clock.Date) error {
	who, today := actor.From(tx.Context()), tx.Now().Date()
	if same(who, v.DraftedBy, v.ReviewedBy) {
		return ErrSamePerson
	}
	if !v.Intact() {
		return ErrContent
	}
	if day.IsZero() {
		day = today
	}
	if day < today || day > today+366 {
		return ErrDay.Field("day", "生效日期应从今天起一年之内。")
	}
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.ID != v.ID && !x.EffectiveFrom.IsZero() && x.EffectiveFrom > day {
			return ErrDay.Field("day", "第 %d 版自 %s 起生效，新版不能早于它。", x.No, x.EffectiveFrom)
		}
	}
	if err := mayReplace(list, today); err != nil {
		return err
	}
	v.EffectiveFrom, v.EndsOn, v.PublishedAt, v.PublishedBy = day, clock.NoDate, tx.Now(), who.UserID
	return nil
}

// mayReplace refuses to publish over a version whose end is announced: a new one would undo the alteration behind its back.
func mayReplace(list []Version, today clock.Date) error {
	i := standing(list, today)
	switch {
	case i < 0:
		return nil
	case list[i].State == Cancelled:
		return ErrWrongState.Say("这个事项已公布自 %s 起取消，不能再发布新版本。需要重新办理的，请另行编制事项。", list[i].EndsOn)
	case list[i].EndsOn > today:
		return ErrWrongState.Say("这个事项已公布自 %s 起暂停，现在发布新版会使暂停落空，没有发布。请到那天以后再发布，或先在事项变动里办理恢复。", list[i].EndsOn)
	}
	return nil
}

// Step (经过) is one step that a version took.
type Step struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	ItemID    string        `db:"item_id" json:"-"`
	VersionID string        `db:"version_id" json:"version_id"`
	Action    Action        `db:"action" json:"action"`
	From      State         `db:"from_state" json:"from"`
	To        State         `db:"to_state" json:"to"`
	Remark    string        `db:"remark" json:"remark"`
	At        clock.Instant `db:"at" json:"at"`
	By        string        `db:"by_user" json:"by"`
	ByName    string        `db:"by_name" json:"by_name"`
}

func stepTx(tx *store.Tx, it *Item, v *Version, act Action, from State, remark string) error {
	a := actor.From(tx.Context())
	return store.Insert(tx, "item_step", Step{CentreID: it.CentreID, ID: tx.NewID(), ItemID: it.ID, VersionID: v.ID, Action: act, From: from, To: v.State, Remark: remark, At: tx.Now(), By: a.UserID, ByName: a.Name})
}
