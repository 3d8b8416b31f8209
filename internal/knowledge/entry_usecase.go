package knowledge

import (
	"context"
	"errors"
	"fmt"
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

// WriteInput is a new entry, or a new text of one.
type WriteInput struct {
	Content
	Remark string `json:"remark,omitempty"` // 修改说明
	Source string `json:"-"`                // id of the consultation that it was made from
	Key    string `json:"-"`                // Idempotency-Key of a new entry
}

// check refuses what cannot be kept as a text in work.
func (in *WriteInput) check(today clock.Date) error {
	if n := utf8.RuneCountInString(in.Remark); n > maxShort || !utf8.ValidString(in.Remark) {
		return ErrInput.Field("remark", "修改说明最多 %d 个字，现在有 %d 个字。", maxShort, n)
	}
	return in.validate(today)
}

// change is one action on one entry while its transaction runs.
type change struct {
	tx     *store.Tx
	m      *Module
	a      *actor.Actor
	e      *Entry
	action Action
	perm   actor.Permission
	text   string
}

// loadEntry loads an entry by id or number.
func loadEntry(tx *store.Tx, centre, ref, lock string) (Entry, error) {
	column := "id"
	if strings.HasPrefix(ref, numberPrefix) {
		column = "no"
	}
	e, err := store.Get[Entry](tx, "SELECT "+entryColumns+" FROM knowledge_entry WHERE centre_id = $1 AND "+column+" = $2"+lock, centre, ref)
	if errors.Is(err, store.ErrNotFound) {
		return e, ErrNotFound
	}
	return e, err
}

func loadVersion(tx *store.Tx, centre, entry string, n int64) (Version, error) {
	v, err := store.Get[Version](tx, "SELECT "+store.Columns[Version]("")+" FROM knowledge_version WHERE centre_id = $1 AND entry_id = $2 AND n = $3", centre, entry, n)
	if errors.Is(err, store.ErrNotFound) {
		return v, ErrNotFound
	}
	return v, err
}

// act does one action on an entry: permission, load, visibility, version, table, the step, then entry, event and audit
// line in one transaction.
func (m *Module) act(ctx context.Context, ref string, version int64, action Action, text string, step func(c *change) error) (Entry, error) {
	a := actor.From(ctx)
	perm, err := requireOne(a, permsOf(action))
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if e, err = loadEntry(tx, a.CentreID, ref, tx.ForUpdate()); err != nil {
			return err
		}
		if err := e.check(a, action); err != nil {
			return err
		}
		if version != 0 && version != e.Version {
			return ErrVersion.With("version", e.Version)
		}
		c := &change{tx: tx, m: m, a: a, e: &e, action: action, perm: perm, text: text}
		if err := step(c); err != nil {
			return err
		}
		return c.finish()
	})
	return e, err
}

// finish saves the entry with its event and its line in the audit log.
func (c *change) finish() error {
	e := c.e
	e.Version++
	e.ChangedAt = c.tx.Now()
	if err := store.Update(c.tx, "knowledge_entry", e, "centre_id", "id"); err != nil {
		return err
	}
	return c.record()
}

func (c *change) record() error {
	n := max(c.e.WorkN, c.e.LiveN)
	err := store.Insert(c.tx, "knowledge_event", EntryEvent{CentreID: c.e.CentreID, EntryID: c.e.ID, ID: c.tx.NewID(), N: n, Action: c.action, ActorID: c.a.UserID,
		ActorName: c.a.Name, At: c.tx.Now(), Text: c.text})
	if err != nil {
		return err
	}
	return audit.Record(c.tx, audit.Entry{Action: "knowledge." + string(c.action), Permission: c.perm, Kind: "knowledge", Object: c.e.ID,
		Detail: map[string]any{"no": c.e.No, "n": n, "stage": c.e.Stage, "live": c.e.Live}})
}

// EntryEvent (条目办理记录) is one fact in the life of an entry.
type EntryEvent struct {
	CentreID  string        `db:"centre_id" json:"-"`
	EntryID   string        `db:"entry_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	N         int64         `db:"n" json:"n"`
	Action    Action        `db:"action" json:"action"`
	ActorID   string        `db:"actor_id" json:"-"`
	ActorName string        `db:"actor_name" json:"actor,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"`
}

// numberPrefix begins every number of an entry (知识编号): ZS00012.
const numberPrefix = "ZS"

// next counts one further, for numbers and revisions.
func next(tx *store.Tx, centre, name string) (int64, error) {
	return store.Get[int64](tx, `INSERT INTO knowledge_counter (centre_id, name, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, name) DO UPDATE SET n = knowledge_counter.n + 1 RETURNING n`, centre, name)
}

// Write makes a new entry (采编), a draft of its first version.
func (m *Module) Write(ctx context.Context, in WriteInput) (Entry, error) {
	a := actor.From(ctx)
	if err := a.Require(PermWrite); err != nil {
		return Entry{}, err
	}
	in.tidy()
	if err := in.check(m.db.Clock().Now().Date()); err != nil {
		return Entry{}, err
	}
	var e Entry
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		fresh := tx.NewID()
		prior, repeated, err := once.Claim(tx, in.Key, fmt.Sprintf("knowledge.write|%+v", in.Content), fresh)
		if err != nil {
			return err
		}
		if repeated {
			e, err = loadEntry(tx, a.CentreID, prior, "")
			return err
		}
		c := &change{tx: tx, m: m, a: a, action: ActWrite, perm: PermWrite, text: in.Remark}
		e, err = c.create(fresh, in)
		if err == nil && in.Source != "" {
			err = m.decideSource(tx, in.Source, e.ID)
		}
		return err
	})
	return e, err
}

// create makes the entry with its first version in work.
func (c *change) create(id string, in WriteInput) (Entry, error) {
	if err := c.checkUnit(in.UnitID); err != nil {
		return Entry{}, err
	}
	tx := c.tx
	n, err := next(tx, c.a.CentreID, "number")
	if err != nil {
		return Entry{}, err
	}
	e := Entry{CentreID: c.a.CentreID, ID: id, No: fmt.Sprintf("%s%05d", numberPrefix, n), Stage: Draft, WorkN: 1, LastN: 1, ReviewDue: clock.NoDate,
		AuthorID: c.a.UserID, CreatedBy: c.a.UserID, CreatedAt: tx.Now(), ChangedAt: tx.Now(), Version: 1}
	e.show(&in.Content)
	c.e = &e
	if err := store.Insert(tx, "knowledge_entry", e); err != nil {
		return e, err
	}
	if err := store.Insert(tx, "knowledge_version", c.version(in)); err != nil {
		return e, err
	}
	return e, c.record()
}

func (c *change) version(in WriteInput) Version {
	return Version{CentreID: c.e.CentreID, EntryID: c.e.ID, N: c.e.WorkN, Content: in.Content, Remark: strings.TrimSpace(in.Remark), AuthorID: c.a.UserID,
		AuthorName: c.a.Name, WrittenAt: c.tx.Now()}
}

// checkUnit refuses a unit that is not there, and one that the writer does not write for.
func (c *change) checkUnit(unit string) error {
	if !org.Sees(c.a, PermWrite, org.Row{CentreID: c.a.CentreID, UnitID: unit}) {
		return ErrInput.Field("unit_id", "只能为本单位采编知识条目，请选择本单位。")
	}
	if unit == "" {
		return nil
	}
	u, err := c.m.org.UnitTx(c.tx, c.a.CentreID, unit)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	if err != nil || !u.Active(c.tx.Now().Date()) {
		return ErrInput.Field("unit_id", "没有这个单位，或它已停用。请重新选择。")
	}
	return nil
}

// Edit changes the draft of an entry, or begins a new version of a published or withdrawn one.
func (m *Module) Edit(ctx context.Context, ref string, version int64, in WriteInput) (Entry, error) {
	in.tidy()
	if err := in.check(m.db.Clock().Now().Date()); err != nil {
		return Entry{}, err
	}
	return m.act(ctx, ref, 0, ActEdit, in.Remark, func(c *change) error {
		if version != 0 && version != c.e.Version {
			return c.stale(&in.Content)
		}
		return c.edit(in)
	})
}

// stale refuses a change of what others have changed meanwhile, with the fields that say something else than the version
// that is being written, or else the one in force.
func (c *change) stale(sent *Content) error {
	v, err := loadVersion(c.tx, c.e.CentreID, c.e.ID, max(c.e.WorkN, c.e.LiveN))
	if err != nil {
		return err
	}
	return ErrVersion.With("version", c.e.Version).With("differs", errs.Differs(v.Content, sent))
}

func (c *change) edit(in WriteInput) error {
	if err := c.checkUnit(in.UnitID); err != nil {
		return err
	}
	e := c.e
	e.AuthorID = c.a.UserID
	if e.Stage == Draft {
		if e.LiveN == 0 {
			e.show(&in.Content)
		}
		return store.Update(c.tx, "knowledge_version", c.version(in), "centre_id", "entry_id", "n")
	}
	e.LastN++
	e.WorkN, e.Stage = e.LastN, Draft
	return store.Insert(c.tx, "knowledge_version", c.version(in))
}

// Send hands the draft to review (送审): to the unit that answers for it, or at once to the hotline office where that is
// none.
func (m *Module) Send(ctx context.Context, ref string, version int64, remark string) (Entry, error) {
	return m.act(ctx, ref, version, ActSend, remark, func(c *change) error {
		v, err := loadVersion(c.tx, c.e.CentreID, c.e.ID, c.e.WorkN)
		if err != nil {
			return err
		}
		if err := v.validate(c.tx.Now().Date()); err != nil {
			return err
		}
		c.e.Stage = UnitReview
		if v.UnitID == "" {
			c.e.Stage = OfficeReview
		}
		return nil
	})
}

// PassUnit is the unit's own review (单位审核通过).
func (m *Module) PassUnit(ctx context.Context, ref string, version int64, remark string) (Entry, error) {
	return m.act(ctx, ref, version, ActPassUnit, remark, func(c *change) error {
		c.e.Stage = OfficeReview
		return nil
	})
}

// Return gives the version back to its writer (退回修改).
func (m *Module) Return(ctx context.Context, ref string, version int64, why string) (Entry, error) {
	why, err := opinion("reason", "退回意见", why)
	if err != nil {
		return Entry{}, err
	}
	return m.act(ctx, ref, version, ActReturn, why, func(c *change) error {
		c.e.Stage = Draft
		return nil
	})
}

// Drop gives the version in work up (放弃修改); a published one stays as it is.
func (m *Module) Drop(ctx context.Context, ref string, version int64, why string) (Entry, error) {
	why, err := opinion("reason", "放弃的原因", why)
	if err != nil {
		return Entry{}, err
	}
	return m.act(ctx, ref, version, ActDrop, why, func(c *change) error {
		e := c.e
		if err := c.outcome(e.WorkN, dropped); err != nil {
			return err
		}
		e.Stage, e.WorkN = NoStage, 0
		if e.Live == Unpublished {
			e.Live, e.Reason = Withdrawn, why
		}
		return nil
	})
}

func (c *change) outcome(n int64, what string) error {
	return c.tx.Queue("UPDATE knowledge_version SET outcome = $4 WHERE centre_id = $1 AND entry_id = $2 AND n = $3", c.e.CentreID, c.e.ID, n, what)
}

// opinion checks a text that an action requires.
func opinion(field, label, s string) (string, error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", ErrInput.Field(field, "请填写%s。", label)
	case n > 2000 || !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return "", ErrInput.Field(field, "%s最多 2000 个字，且不能有无法识别的字符。", label)
	}
	return s, nil
}
