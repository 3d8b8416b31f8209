package exchange

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
	"yichuang/internal/store"
)

// Ask drafts a share request in the name of a unit.
func (m *Module) Ask(ctx context.Context, in RequestInput) (Request, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPropose); err != nil {
		return Request{}, err
	}
	var r Request
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "exchange.ask", in, id)
		if err != nil {
			return err
		}
		if repeated {
			r, err = lockRequest(tx, a.CentreID, prior)
			return err
		}
		if err := m.mayDraftFor(tx, a, in.UnitID); err != nil {
			return err
		}
		r = Request{CentreID: a.CentreID, ID: id, State: Draft, RequesterID: in.UnitID, SiteID: a.SiteID, CreatedBy: a.UserID, Anchor: clock.NoDate}
		if err := m.fill(tx, &r, in); err != nil {
			return err
		}
		n, err := nextOf(tx, a.CentreID, "request"+itoa(tx.Now().Date().Year()))
		if err != nil {
			return err
		}
		r.No = fmt.Sprintf("数申〔%d〕%04d号", tx.Now().Date().Year(), n)
		return m.save(tx, &r, ActDraft, "", "", PermPropose)
	})
	return r, err
}

// fill takes what was asked for into a draft, checked against the catalogue and the requester's items.
func (m *Module) fill(tx *store.Tx, r *Request, in RequestInput) error {
	e := in.validate(tx.Now().Date())
	entry, err := loadEntry(tx, r.CentreID, in.EntryID, "")
	if errors.Is(err, ErrEntry) {
		return e.Field("entry_id", "请选择数据目录。")
	}
	if err != nil {
		return err
	}
	if entry.LiveID == "" {
		return ErrNotLive
	}
	v, err := loadVersion(tx, r.CentreID, entry.LiveID)
	if err != nil {
		return err
	}
	c, err := v.Content()
	if err != nil {
		return err
	}
	if entry.UnitID == r.RequesterID {
		e = e.Field("entry_id", "这是本单位自己的数据，不用申请。")
	}
	if e, err = m.ownItems(tx, in.fit(e, &c), r, in.Items); err != nil {
		return err
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	r.EntryID, r.VersionID, r.EntryName, r.Class, r.ProviderID = entry.ID, v.ID, c.Name, c.Class, entry.UnitID
	r.Purpose, r.Basis, r.FieldsText, r.ItemsText = in.Purpose, in.Basis, List(in.Fields).Text(), List(in.Items).Text()
	r.From, r.To, r.Rate = in.From, in.To, in.Rate
	return nil
}

// ownItems refuses items that the requester does not decide.
func (m *Module) ownItems(tx *store.Tx, e *errs.Error, r *Request, items []string) (*errs.Error, error) {
	for _, id := range items {
		it, err := m.Item.ItemTx(tx, r.CentreID, id)
		switch {
		case errs.KindOf(err) == errs.NotFound && err != nil:
			e = e.Field("items", "没有代码为 %s 的事项。", id)
		case err != nil:
			return e, err
		case it.UnitID != r.RequesterID:
			e = e.Field("items", "“%s”不是申请单位办理的事项。", it.Name)
		}
	}
	return e, nil
}

// Command addresses a request: which, in which version (0: whichever is there), and under which idempotency key.
type Command struct {
	ID      string
	Version int64
	Key     string
}

// Terms is what an action says: its reason and, for an agreement or a pass, on which terms.
type Terms struct {
	Reason string     `json:"reason,omitempty"`
	Fields []string   `json:"fields,omitempty"` // "" for those that were asked for
	To     clock.Date `json:"to"`
	Rate   int64      `json:"rate,omitempty"`
}

// Edit changes a draft.
func (m *Module) Edit(ctx context.Context, cmd Command, in RequestInput) (Request, error) {
	return m.act(ctx, cmd, ActEdit, in, "", func(tx *store.Tx, r *Request) error { return m.fill(tx, r, in) })
}

// Act does one thing to a request: what the transition table lets the actor do in its state.
func (m *Module) Act(ctx context.Context, cmd Command, action Action, in Terms) (Request, error) {
	if action == ActEdit {
		return Request{}, ErrState
	}
	in.Reason = strings.TrimSpace(in.Reason)
	if utf8.RuneCountInString(in.Reason) > 1000 {
		return Request{}, ErrInput.Field("reason", "最多 1000 个字。")
	}
	return m.act(ctx, cmd, action, in, in.Reason, func(tx *store.Tx, r *Request) error { return m.step(tx, r, action, in) })
}

// act is the one way in which people change a request: permission, idempotency, load, visibility, version, transition
// table, the step itself, then state, clock, event, audit line and jobs, in one transaction.
func (m *Module) act(ctx context.Context, cmd Command, action Action, content any, text string, do func(*store.Tx, *Request) error) (Request, error) {
	a := actor.From(ctx)
	t, ok := find(action)
	if !ok {
		return Request{}, ErrState
	}
	if err := a.Require(t.Perm); err != nil {
		return Request{}, err
	}
	if t.Reason && text == "" {
		return Request{}, ErrReason.Field("reason", "请写明理由或依据。")
	}
	var r Request
	err := m.DB.WithTx(ctx, func(tx *store.Tx) error {
		_, repeated, err := once.ClaimContent(tx, cmd.Key, "exchange."+string(action)+"|"+cmd.ID, content, cmd.ID)
		if err != nil {
			return err
		}
		if err := audit.Lock(tx, a.CentreID, cmd.ID); err != nil {
			return err
		}
		if r, err = lockRequest(tx, a.CentreID, cmd.ID); err != nil || repeated {
			return err
		}
		if err := t.check(a, &r, cmd.Version); err != nil {
			return err
		}
		was := r.State
		if err := do(tx, &r); err != nil {
			return err
		}
		if t.To != "" && r.State == was {
			r.State = t.To
		}
		return m.save(tx, &r, action, was, text, t.Perm)
	})
	return r, err
}

// check refuses who may not see the request, who saw an older one, and what its state or the actor's interest forbids.
func (t transition) check(a *actor.Actor, r *Request, version int64) error {
	if !r.sees(a, t.Perm) {
		return ErrRequest.Hide()
	}
	if version != 0 && version != r.Version {
		return ErrVersion.With("version", r.Version)
	}
	if !t.mine(a, r) {
		return actor.ErrForbidden.With("permission", string(t.Perm))
	}
	if t.Perm == PermReview && t.Action != ActEscalate && own(a, r.SubmittedBy, r.RequesterID) {
		return ErrConflict
	}
	if !t.allows(a, r) {
		if r.Class == NotShared && t.Action == ActPass {
			return ErrNotShared
		}
		return ErrState.Say("申请%s，不能%s。请刷新后再看。", r.State.Label(), t.Action.Label()).With("state", r.State)
	}
	return nil
}

// step is what the actions do besides the state.
func (m *Module) step(tx *store.Tx, r *Request, action Action, in Terms) error {
	now := tx.Now()
	switch action {
	case ActSubmit:
		if r.To < now.Date() {
			return ErrInput.Field("to", "使用期限已经过去，请先修改。")
		}
		r.SubmittedBy, r.SubmittedAt = actor.From(tx.Context()).UserID, now
	case ActPass:
		if err := narrow(r, in); err != nil {
			return err
		}
		if r.Class == Conditional {
			r.State = Answering
			return nil
		}
		r.State, r.AnsweredAt = InUse, now
		return m.give(tx, r)
	case ActAgree, ActRecon, ActDecide:
		r.AnsweredAt = now
		return narrow(r, in)
	case ActDisagree, ActReject, ActUphold:
		r.AnsweredAt = now
	case ActProvide:
		return m.give(tx, r)
	case ActFinish, ActRevoke:
		return m.endGrant(tx, r, or(in.Reason, action.Label()))
	}
	return nil
}

// narrow lets whoever agrees give less than was asked for: fewer fields, a nearer end, a limit of uses a day.
func narrow(r *Request, in Terms) error {
	asked := r.Fields()
	e := ErrInput
	for _, f := range in.Fields {
		if !has(asked, f) {
			e = e.Field("fields", "没有申请数据项“%s”。", f)
		}
	}
	if in.To > 0 && (in.To > r.To || in.To < r.From) {
		e = e.Field("to", "截止日期应在申请的期限之内。")
	}
	if in.Rate < 0 || r.Rate > 0 && in.Rate > r.Rate {
		e = e.Field("rate", "每天次数不能多于申请的 %d 次。", r.Rate)
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	if len(in.Fields) > 0 {
		r.FieldsText = List(in.Fields).Text()
	}
	if in.To > 0 {
		r.To = in.To
	}
	if in.Rate > 0 {
		r.Rate = in.Rate
	}
	return nil
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// lockRequest is loadRequest for a change.
func lockRequest(tx *store.Tx, centre, id string) (Request, error) {
	return loadRequest(tx, centre, id, tx.ForUpdate())
}

func loadRequest(tx *store.Tx, centre, id, lock string) (Request, error) {
	r, err := store.Get[Request](tx, "SELECT "+requestColumns+" FROM exchange_request WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, ErrRequest
	}
	return r, err
}

// save writes the request with its clock, its event, the audit line and the watch of its clock.
func (m *Module) save(tx *store.Tx, r *Request, action Action, was State, text string, p actor.Permission) error {
	if err := m.retime(tx, r); err != nil {
		return err
	}
	if needsReasonKept(action) {
		r.Reason = text
	}
	r.Open = r.State.Open()
	r.Version++
	r.LastEvent++
	var err error
	if r.Version == 1 {
		err = store.Insert(tx, "exchange_request", *r)
	} else {
		err = store.Update(tx, "exchange_request", *r, "centre_id", "id")
	}
	if err != nil {
		return err
	}
	a := actor.From(tx.Context())
	e := Event{CentreID: r.CentreID, RequestID: r.ID, Seq: r.LastEvent, Action: action, Was: was, State: r.State, ActorKind: string(a.Kind), ActorID: a.UserID, ActorName: a.Name, UnitID: a.UnitID, At: tx.Now(), Text: text}
	if err := store.Insert(tx, "exchange_event", e); err != nil {
		return err
	}
	if err := audit.Record(tx, audit.Entry{Action: "exchange." + string(action), Permission: p, Kind: "share_request", Object: r.ID, Detail: map[string]any{"no": r.No, "state": r.State, "seq": r.LastEvent}}); err != nil {
		return err
	}
	return m.watchFrom(tx, r)
}

// needsReasonKept reports whether what was said stands on the request itself: an answer that refuses.
func needsReasonKept(a Action) bool {
	return a == ActReject || a == ActDisagree || a == ActUphold || a == ActReturn || a == ActRevoke
}
