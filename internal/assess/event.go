package assess

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// EventKind is whether an event gives or takes.
type EventKind string

// The kinds of event.
const (
	Bonus     EventKind = "bonus"  // 加分
	Deduction EventKind = "deduct" // 扣分
)

// Label is the kind's Chinese name.
func (k EventKind) Label() string {
	return map[EventKind]string{Bonus: "加分", Deduction: "扣分"}[k]
}

// Decision is what became of an event or an appeal.
type Decision string

// The decisions.
const (
	Waiting  Decision = "waiting"  // 待决定
	Upheld   Decision = "upheld"   // 同意
	Rejected Decision = "rejected" // 不予同意
)

// Label is the decision's Chinese name.
func (d Decision) Label() string {
	return map[Decision]string{Waiting: "待决定", Upheld: "同意", Rejected: "不予同意"}[d]
}

// Event (加分扣分事项) gives a unit points, or takes them, for something that no figure counts. One person proposes it
// with evidence, another decides.
type Event struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	Month      clock.Date    `db:"month" json:"month"` // its first day
	UnitID     string        `db:"unit_id" json:"unit_id"`
	Unit       string        `db:"-" json:"unit_name,omitempty"`
	Kind       EventKind     `db:"kind" json:"kind"`
	Points     int64         `db:"points" json:"points"` // hundredths of a point
	Reason     string        `db:"reason" json:"reason"`
	Evidence   string        `db:"evidence" json:"evidence"` // number of the document or of the order; "" where files prove it
	Files      []Evidence    `db:"-" json:"files,omitempty"`
	State      Decision      `db:"state" json:"state"`
	ProposedAt clock.Instant `db:"proposed_at" json:"proposed_at"`
	ProposedBy string        `db:"proposed_by" json:"proposed_by"`
	DecidedAt  clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	DecidedBy  string        `db:"decided_by" json:"decided_by,omitempty"`
	Remark     string        `db:"remark" json:"remark,omitempty"`
}

// Refusals about events.
var (
	ErrEventInput   = errs.New(errs.Invalid, "assess.event_input", "加分扣分有几处需要改正，没有保存。请按提示修改。")
	ErrEventMissing = errs.New(errs.NotFound, "assess.event_missing", "没有这条加分扣分，或您无权查看。")
	ErrSamePerson   = errs.New(errs.Conflict, "assess.same_person", "提出人不能自己审批。请由另一人审批。")
	ErrDecided      = errs.New(errs.Conflict, "assess.decided", "这一条已经决定。请刷新后再看。")
)

var eventColumns = store.Columns[Event]("")

// EventInput is what a person proposes.
type EventInput struct {
	Key      string     `json:"-"` // Idempotency-Key
	Month    clock.Date `json:"month"`
	UnitID   string     `json:"unit_id"`
	Kind     EventKind  `json:"kind"`
	Points   int64      `json:"points"`
	Reason   string     `json:"reason"`
	Evidence string     `json:"evidence"`
	// Files prove it beside or in place of words; the attachment store holds them already.
	Files []blob.Upload `json:"-"`
}

const maxPoints = 10000 // hundredths: one hundred points

func (in *EventInput) check() error {
	e := ErrEventInput
	in.Reason, in.Evidence = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Evidence)
	if in.Month.IsZero() {
		e = e.Field("month", "请选择月份。")
	}
	if in.Kind != Bonus && in.Kind != Deduction {
		e = e.Field("kind", "请选择加分或扣分。")
	}
	if in.Points <= 0 || in.Points > maxPoints {
		e = e.Field("points", "分值应大于 0，最多 100 分。")
	}
	if in.Reason == "" || utf8.RuneCountInString(in.Reason) > 1000 {
		e = e.Field("reason", "请写明事由，1000 个字以内。")
	}
	if in.Evidence == "" && len(in.Files) == 0 || utf8.RuneCountInString(in.Evidence) > 1000 {
		e = e.Field("evidence", "请写明佐证（文号、工单号或通报名称，1000 个字以内），或上传佐证材料。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return checkFiles(in.Files)
}

// ProposeEvent proposes a bonus or a deduction.
func (m *Module) ProposeEvent(ctx context.Context, in EventInput) (Event, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEventPropose); err != nil {
		return Event{}, err
	}
	if err := in.check(); err != nil {
		return Event{}, err
	}
	var e Event
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := m.org.UnitTx(tx, a.CentreID, in.UnitID); err != nil {
			return ErrEventInput.Field("unit_id", "请选择单位。")
		}
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "assess.event_propose", struct {
			EventInput
			Sums []string
		}{in, fileSums(in.Files)}, id)
		if err != nil || repeated {
			if repeated {
				e, err = store.Get[Event](tx, "SELECT "+eventColumns+" FROM assess_event WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
			}
			return err
		}
		e = Event{CentreID: a.CentreID, ID: id, Month: metric.Month(in.Month).From, UnitID: in.UnitID, Kind: in.Kind, Points: in.Points, Reason: in.Reason, Evidence: in.Evidence,
			State: Waiting, ProposedAt: tx.Now(), ProposedBy: a.UserID}
		if err := store.Insert(tx, "assess_event", e); err != nil {
			return err
		}
		if err := (Evidence{CentreID: a.CentreID, Owner: e.ID, UnitID: e.UnitID}).keep(tx, in.Files); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "assess.event_propose", Permission: PermEventPropose, Kind: "event", Object: e.ID,
			Detail: map[string]any{"unit": e.UnitID, "kind": e.Kind, "points": e.Points, "month": e.Month, "files": len(in.Files), "sha256": fileSums(in.Files)}})
	})
	return e, err
}

// DecideEvent approves or rejects a proposal; whoever proposed it may not.
func (m *Module) DecideEvent(ctx context.Context, id string, uphold bool, remark string) (Event, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEventDecide); err != nil {
		return Event{}, err
	}
	if utf8.RuneCountInString(remark) > 1000 {
		return Event{}, ErrEventInput.Field("remark", "说明最多 1000 个字，现在有 %d 个字。", utf8.RuneCountInString(remark))
	}
	var e Event
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		e, err = store.Get[Event](tx, "SELECT "+eventColumns+" FROM assess_event WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return ErrEventMissing
		case err != nil:
			return err
		case e.State != Waiting:
			return ErrDecided
		case e.ProposedBy == a.UserID:
			return ErrSamePerson
		}
		e.State, e.DecidedAt, e.DecidedBy, e.Remark = decisionOf(uphold), tx.Now(), a.UserID, strings.TrimSpace(remark)
		if err := store.Update(tx, "assess_event", e, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "assess.event_decide", Permission: PermEventDecide, Kind: "event", Object: e.ID, Detail: map[string]any{"state": e.State}})
	})
	return e, err
}

func decisionOf(uphold bool) Decision {
	if uphold {
		return Upheld
	}
	return Rejected
}

// Events lists the events of a month.
func (m *Module) Events(ctx context.Context, month clock.Date) ([]Event, error) {
	a := actor.From(ctx)
	if err := a.Require(PermEventPropose); err != nil && !a.Can(PermEventDecide) {
		return nil, err
	}
	var out []Event
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Event](tx, "SELECT "+eventColumns+" FROM assess_event WHERE centre_id = $1 AND month = $2 ORDER BY id", a.CentreID, metric.Month(month).From)
		if err != nil || len(out) == 0 {
			return err
		}
		owners := make([]string, len(out))
		for i := range out {
			owners[i] = out[i].ID
		}
		files, err := evidenceOf(tx, a.CentreID, owners)
		for i := range out {
			out[i].Files = files[out[i].ID]
		}
		if err != nil {
			return err
		}
		return m.nameUnits(tx, a.CentreID, len(out), func(i int) (id string, name *string) { return out[i].UnitID, &out[i].Unit })
	})
	return out, err
}

// nameUnits fills in the short names of the units of n rows.
func (m *Module) nameUnits(tx *store.Tx, centre string, n int, row func(i int) (id string, name *string)) error {
	ids := make([]string, n)
	for i := range ids {
		ids[i], _ = row(i)
	}
	names, err := m.org.UnitsTx(tx, centre, ids)
	for i, id := range ids {
		u := names[id]
		_, name := row(i)
		*name = u.Short()
	}
	return err
}

// addEvents puts the approved events of the sheet's months into the units' inputs.
func addEvents(tx *store.Tx, s *Sheet, units []unitInput) error {
	list, err := store.Select[Event](tx, "SELECT "+eventColumns+" FROM assess_event WHERE centre_id = $1 AND month >= $2 AND month < $3 AND state = 'upheld' ORDER BY id", s.CentreID, s.From, s.To)
	if err != nil {
		return err
	}
	for i := range units {
		u := &units[i]
		u.Bonus, u.Deduct, u.Events = 0, 0, nil
		for _, e := range list {
			if e.UnitID != u.ID {
				continue
			}
			u.Events = append(u.Events, e.ID)
			if e.Kind == Bonus {
				u.Bonus += e.Points
			} else {
				u.Deduct += e.Points
			}
		}
	}
	return nil
}
