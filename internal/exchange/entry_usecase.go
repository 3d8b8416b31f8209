package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// NewEntry is what a provider drafts.
type NewEntry struct {
	UnitID  string       `json:"unit_id"`
	Code    string       `json:"code"` // "" lets the program give one
	Content EntryContent `json:"content"`
	Key     string       `json:"-"` // idempotency key
}

// DraftEntry begins a new entry of the catalogue with its first version, in the name of a unit.
func (m *Module) DraftEntry(ctx context.Context, in NewEntry) (Entry, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPropose); err != nil {
		return Entry{}, err
	}
	in.Code = strings.TrimSpace(in.Code)
	e := in.Content.validate()
	if in.Code != "" && !fieldCode.MatchString(in.Code) {
		e = e.Field("code", "目录代码应为 40 位以内的字母、数字和 _ . -。")
	}
	if err := e.OrNil(); err != nil {
		return Entry{}, err
	}
	var out Entry
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "exchange.entry", in, id)
		if err != nil {
			return err
		}
		if repeated {
			out, err = loadEntry(tx, a.CentreID, prior, "")
			return err
		}
		if err := m.mayDraftFor(tx, a, in.UnitID); err != nil {
			return err
		}
		out, err = m.insertEntry(tx, a, id, in)
		return err
	})
	return out, err
}

// mayDraftFor refuses a unit in whose name the actor may not draft.
func (m *Module) mayDraftFor(tx *store.Tx, a *actor.Actor, unit string) error {
	u, err := m.Org.UnitTx(tx, a.CentreID, unit)
	if err != nil || !u.Active(tx.Now().Date()) || !org.Sees(a, PermPropose, org.Row{CentreID: u.CentreID, UnitID: u.ID, SiteID: or(u.SiteID, a.SiteID)}) {
		return ErrInput.Field("unit_id", "请选择本单位。")
	}
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (m *Module) insertEntry(tx *store.Tx, a *actor.Actor, id string, in NewEntry) (Entry, error) {
	if in.Code == "" {
		n, err := nextOf(tx, a.CentreID, "entry")
		if err != nil {
			return Entry{}, err
		}
		in.Code = fmt.Sprintf("SJ-%05d", n)
	}
	same, err := store.Select[string](tx, "SELECT id FROM exchange_entry WHERE centre_id = $1 AND code = $2", a.CentreID, in.Code)
	if err != nil {
		return Entry{}, err
	}
	if len(same) > 0 {
		return Entry{}, ErrCode.Field("code", "目录代码 %s 已经有了。", in.Code)
	}
	e := Entry{CentreID: a.CentreID, ID: id, Code: in.Code, UnitID: in.UnitID, SiteID: a.SiteID, Name: in.Content.Name, Class: in.Content.Class, CreatedBy: a.UserID}
	v, err := draftVersion(tx, a, &e, in.Content)
	if err != nil {
		return e, err
	}
	e.OpenID = v.ID
	if err := store.Insert(tx, "exchange_entry", e); err != nil {
		return e, err
	}
	return e, recordEntry(tx, "draft", PermPropose, &e, &v)
}

// draftVersion adds a draft to an entry.
func draftVersion(tx *store.Tx, a *actor.Actor, e *Entry, c EntryContent) (EntryVersion, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return EntryVersion{}, err
	}
	e.LastNo++
	v := EntryVersion{CentreID: e.CentreID, ID: tx.NewID(), EntryID: e.ID, UnitID: e.UnitID, SiteID: e.SiteID, No: e.LastNo, State: VersionDraft, Body: string(body),
		DraftedBy: a.UserID, DraftedAt: tx.Now(), Revision: 1}
	return v, store.Insert(tx, "exchange_version", v)
}

func recordEntry(tx *store.Tx, action string, p actor.Permission, e *Entry, v *EntryVersion) error {
	return audit.Record(tx, audit.Entry{Action: "exchange.entry_" + action, Permission: p, Kind: "data_entry", Object: e.ID, Detail: map[string]any{"code": e.Code, "no": v.No, "state": v.State}})
}

func loadEntry(tx *store.Tx, centre, id, lock string) (Entry, error) {
	e, err := store.Get[Entry](tx, "SELECT "+entryColumns+" FROM exchange_entry WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return e, ErrEntry
	}
	return e, err
}

// EditEntry changes a draft.
func (m *Module) EditEntry(ctx context.Context, entry string, revision int64, c EntryContent) (EntryVersion, error) {
	if err := c.validate().OrNil(); err != nil {
		return EntryVersion{}, err
	}
	return m.changeEntry(ctx, entry, revision, PermPropose, "edit", func(tx *store.Tx, e *Entry, v *EntryVersion) error {
		if v.State != VersionDraft {
			return ErrState.Say("第 %d 版%s，不能再改。要改请先新编一版。", v.No, v.State.Label())
		}
		body, err := json.Marshal(c)
		v.Body = string(body)
		if e.LiveID == "" {
			e.Name, e.Class = c.Name, c.Class
		}
		return err
	})
}

// ReviseEntry begins a new version of a published entry, with what is in force.
func (m *Module) ReviseEntry(ctx context.Context, entry string) (EntryVersion, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPropose); err != nil {
		return EntryVersion{}, err
	}
	var v EntryVersion
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		e, err := seenEntry(tx, a, PermPropose, entry)
		if err != nil {
			return err
		}
		if e.OpenID != "" || e.LiveID == "" {
			return ErrState.Say("已有一版在编制或审查，不能再编新版。")
		}
		live, err := loadVersion(tx, e.CentreID, e.LiveID)
		if err != nil {
			return err
		}
		c, err := live.Content()
		if err != nil {
			return err
		}
		if v, err = draftVersion(tx, a, &e, c); err != nil {
			return err
		}
		e.OpenID = v.ID
		if err := store.Update(tx, "exchange_entry", e, "centre_id", "id"); err != nil {
			return err
		}
		return recordEntry(tx, "revise", PermPropose, &e, &v)
	})
	return v, err
}

func seenEntry(tx *store.Tx, a *actor.Actor, p actor.Permission, id string) (Entry, error) {
	e, err := loadEntry(tx, a.CentreID, id, tx.ForUpdate())
	if err == nil && !org.Sees(a, p, e.row()) {
		return e, ErrEntry.Hide()
	}
	return e, err
}

func loadVersion(tx *store.Tx, centre, id string) (EntryVersion, error) {
	v, err := store.Get[EntryVersion](tx, "SELECT "+versionColumns+" FROM exchange_version WHERE centre_id = $1 AND id = $2", centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return v, ErrEntry
	}
	return v, err
}

// EntryAction is one step of a version of an entry.
type EntryAction string

// The steps of a version.
const (
	SubmitEntry   EntryAction = "submit"   // 提交审查
	ReturnEntry   EntryAction = "return"   // 退回修改
	PublishEntry  EntryAction = "publish"  // 审查通过并发布
	WithdrawEntry EntryAction = "withdraw" // 停用
)

// Label is the step's Chinese name.
func (a EntryAction) Label() string {
	return map[EntryAction]string{SubmitEntry: "提交审查", ReturnEntry: "退回修改", PublishEntry: "发布", WithdrawEntry: "停用"}[a]
}

// Permission is what the step takes.
func (a EntryAction) Permission() actor.Permission {
	if a == SubmitEntry {
		return PermSubmit
	}
	return PermReview
}

// MoveEntry takes the entry's open version one step, or puts the version in force out of use. Whoever submitted a version,
// or is of its unit, does not review it.
func (m *Module) MoveEntry(ctx context.Context, entry string, revision int64, act EntryAction, reason string) (EntryVersion, error) {
	if act.Label() == "" {
		return EntryVersion{}, ErrState
	}
	reason = strings.TrimSpace(reason)
	if (act == ReturnEntry || act == WithdrawEntry) && reason == "" {
		return EntryVersion{}, ErrReason.Field("reason", "请写明理由。")
	}
	if utf8.RuneCountInString(reason) > 500 {
		return EntryVersion{}, ErrInput.Field("reason", "最多 500 个字。")
	}
	a := actor.From(ctx)
	return m.changeEntry(ctx, entry, revision, act.Permission(), string(act), func(tx *store.Tx, e *Entry, v *EntryVersion) error {
		if act.Permission() == PermReview && own(a, v.SubmittedBy, e.UnitID) {
			return ErrConflict
		}
		return stepEntry(tx, a, e, v, act, reason)
	})
}

// own reports whether a matter is the actor's own: he put it in, or it is of his unit.
func own(a *actor.Actor, by, unit string) bool {
	return a.Kind != actor.System && (by == a.UserID || a.HasUnit(unit))
}

func stepEntry(tx *store.Tx, a *actor.Actor, e *Entry, v *EntryVersion, act EntryAction, reason string) error {
	want := map[EntryAction]VersionState{SubmitEntry: VersionDraft, ReturnEntry: VersionReview, PublishEntry: VersionReview, WithdrawEntry: VersionPublished}[act]
	if v.State != want {
		return ErrState.Say("第 %d 版%s，不能%s。请刷新后再看。", v.No, v.State.Label(), act.Label())
	}
	v.Reason = reason
	switch act {
	case SubmitEntry:
		v.State, v.SubmittedBy, v.SubmittedAt = VersionReview, a.UserID, tx.Now()
		return nil
	case ReturnEntry:
		v.State = VersionDraft
	case PublishEntry:
		if err := publish(tx, e, v); err != nil {
			return err
		}
	case WithdrawEntry:
		v.State, e.LiveID = VersionWithdrawn, ""
	}
	v.DecidedBy, v.DecidedAt = a.UserID, tx.Now()
	return nil
}

// publish puts a version in force in the place of the one before.
func publish(tx *store.Tx, e *Entry, v *EntryVersion) error {
	c, err := v.Content()
	if err != nil {
		return err
	}
	if e.LiveID != "" {
		if err := tx.Queue("UPDATE exchange_version SET state = $3, revision = revision + 1 WHERE centre_id = $1 AND id = $2", e.CentreID, e.LiveID, VersionSuperseded); err != nil {
			return err
		}
	}
	v.State, e.LiveID, e.OpenID, e.Name, e.Class = VersionPublished, v.ID, "", c.Name, c.Class
	return nil
}

// changeEntry is the one way in which a version is changed: the open one, or the one in force where none is open.
func (m *Module) changeEntry(ctx context.Context, entry string, revision int64, p actor.Permission, action string, rule func(*store.Tx, *Entry, *EntryVersion) error) (EntryVersion, error) {
	a := actor.From(ctx)
	if err := a.Require(p); err != nil {
		return EntryVersion{}, err
	}
	var v EntryVersion
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		e, err := seenEntry(tx, a, p, entry)
		if err != nil {
			return err
		}
		id := or(e.OpenID, e.LiveID)
		if action == string(WithdrawEntry) {
			id = e.LiveID
		}
		if id == "" {
			return ErrState.Say("这个目录已经停用，没有可以办理的版本。")
		}
		if v, err = loadVersion(tx, e.CentreID, id); err != nil {
			return err
		}
		if revision != 0 && revision != v.Revision {
			return ErrVersion.With("version", v.Revision)
		}
		if err := rule(tx, &e, &v); err != nil {
			return err
		}
		v.Revision++
		if err := errors.Join(store.Update(tx, "exchange_version", v, "centre_id", "id"), store.Update(tx, "exchange_entry", e, "centre_id", "id")); err != nil {
			return err
		}
		return recordEntry(tx, action, p, &e, &v)
	})
	return v, err
}

// PublishWaiting publishes every version that waits for review and is not the actor's own, as after an import, and says how
// many those were.
func (m *Module) PublishWaiting(ctx context.Context) (int, error) {
	list, err := m.waitingEntries(ctx)
	done := 0
	for _, v := range list {
		_, err := m.MoveEntry(ctx, v.EntryID, v.Revision, PublishEntry, "")
		switch {
		case err == nil:
			done++
		case errs.KindOf(err) != errs.Forbidden && errs.KindOf(err) != errs.Conflict:
			return done, err
		}
	}
	return done, err
}

func (m *Module) waitingEntries(ctx context.Context) (list []EntryVersion, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermReview); err != nil {
		return nil, err
	}
	err = m.DB.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[EntryVersion](tx, "SELECT "+versionColumns+" FROM exchange_version WHERE centre_id = $1 AND state = 'review' ORDER BY id LIMIT 1000", a.CentreID)
		return err
	})
	return list, err
}
