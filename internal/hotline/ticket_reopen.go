package hotline

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// ErrReopenLate refuses to take a closed ticket up again after the window; a new ticket that follows it may be registered.
var ErrReopenLate = errs.New(errs.Conflict, "hotline.reopen_late", "办结时间已超过可以重新打开的期限，请登记为新的诉求，并注明与原工单关联。")

// reopenUntil is the end of the window in which a closed ticket may be taken up again: days of nature, to the end of the
// last one.
func reopenUntil(cal *calendar.Calendar, closed clock.Instant, days int) clock.Instant {
	return cal.Due(calendar.NaturalDays(days), closed, "").At
}

// Reopen takes a closed ticket up again for a new fact or dissatisfaction (重新打开): a new round with the limit of rework,
// for the unit given or the one that had it. A ticket that no unit ever had goes to the dispatcher. Refusals:
// hotline.reopen_late, hotline.rework_limit.
func (m *Module) Reopen(ctx context.Context, cmd Command, unit, why string) (Ticket, error) {
	why, err := Reason("reason", "重新打开的理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActReopen, unit+why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if unit == "" && l != nil {
			unit = l.UnitID
		}
		return m.reopen(tx, o, unit, why)
	})
}

// reopen begins a new round of a closed ticket: at a unit or, without one, at the dispatcher.
func (m *Module) reopen(tx *store.Tx, o *order, unit, why string) (note, error) {
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return note{}, err
	}
	if tx.Now() > reopenUntil(c.cal, o.ClosedAt, c.limits.ReopenDays) {
		return note{}, ErrReopenLate
	}
	if o.Round > c.limits.Reworks {
		return note{}, ErrReworkLimit
	}
	o.unclose()
	o.nextRound()
	if unit != "" {
		return m.send(tx, o, unit, nil, StepRework, why)
	}
	o.State, o.UnitID, o.Due, o.CitizenDue, o.Provisional = Triage, "", 0, 0, false
	o.QueueAt = c.due(StepDispatch, &o.Ticket, tx.Now(), "").At
	return note{text: why, data: map[string]any{"dispatch_due": o.QueueAt}}, nil
}

// unclose takes back that the ticket was closed.
func (o *order) unclose() {
	o.counts.add(CountClosed, o.ClosedAt.Date(), o.CloseKind, -1)
	o.ClosedAt, o.CloseKind = 0, ""
}

// nextRound begins a round without legs.
func (o *order) nextRound() {
	o.Round++
	o.past = append(o.past, o.legs...)
	o.legs, o.stale, o.were, o.touch = nil, nil, nil, nil
	o.CitizenDue = 0
}

// ReopenInput is a citizen's wish to take up a closed request again, by query code.
type ReopenInput struct {
	Code, Tail string
	Reason     string
	Key        string
}

// ReopenByCode takes a closed ticket up again at the wish of its caller, who has its query code: it goes to the
// dispatcher, who decides on the unit. Refusals: hotline.query, hotline.reopen_late, hotline.rework_limit.
func (m *Module) ReopenByCode(ctx context.Context, in ReopenInput) (Progress, error) {
	why, err := Reason("reason", "重新打开的理由", in.Reason)
	if err != nil {
		return Progress{}, err
	}
	found, err := m.Track(ctx, in.Code, in.Tail)
	if err != nil {
		return Progress{}, err
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, repeated, err := once.Claim(tx, in.Key, "reopen|"+string(found.ID)+why, string(found.ID)); err != nil || repeated {
			return err
		}
		if err := audit.Lock(tx, found.CentreID, string(found.ID)); err != nil {
			return err
		}
		o, err := loadOrder(tx, found.CentreID, found.ID)
		if err != nil {
			return err
		}
		if _, err := check(ActReopen, o.State, ""); err != nil {
			return err
		}
		n, err := m.reopen(tx, o, "", why)
		if err != nil {
			return err
		}
		return m.finish(tx, o, ActReopen, PermRegister, n)
	})
	if err != nil {
		return Progress{}, err
	}
	return m.Track(ctx, in.Code, in.Tail)
}

// LinkKind says how two tickets belong together.
type LinkKind string

// The kinds of link.
const (
	LinkMerged  LinkKind = "merged"  // 并单: the ticket was merged into the other
	LinkFollows LinkKind = "follows" // 接续: the ticket takes up the matter of the other, which is archived
)

// Label is the Chinese name of a kind of link.
func (k LinkKind) Label() string {
	return map[LinkKind]string{LinkMerged: "并单", LinkFollows: "接续"}[k]
}

// Link (关联) ties a ticket to another one.
type Link struct {
	CentreID string        `db:"centre_id" json:"-"`
	TicketID TicketID      `db:"ticket_id" json:"ticket_id"`
	ID       string        `db:"id" json:"id"`
	OtherID  TicketID      `db:"other_id" json:"other_id"`
	Kind     LinkKind      `db:"kind" json:"kind"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by,omitempty"`
	Reason   string        `db:"reason" json:"reason,omitempty"`
	Before   string        `db:"before" json:"-"` // what un-merging restores
	EndedAt  clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	EndedBy  string        `db:"ended_by" json:"ended_by,omitempty"`
}

var linkColumns = store.Columns[Link]("")

// ErrFollows refuses to continue a ticket that is not there or not over.
var ErrFollows = errs.New(errs.Conflict, "hotline.follows", "只能接续已归档、或已超过重新打开期限的工单。请核对原工单号。")

// follow ties a new ticket to the archived one that it continues. A closed one within its window is to be reopened.
func (m *Module) linkFollowing(tx *store.Tx, o *order, idOrNo string) error {
	if idOrNo = strings.TrimSpace(idOrNo); idOrNo == "" {
		return nil
	}
	a := actor.From(tx.Context())
	old, err := visibleTicket(tx, a, idOrNo)
	if err != nil {
		return err
	}
	if old.State != Archived {
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return err
		}
		if old.State != Closed || tx.Now() <= reopenUntil(c.cal, old.ClosedAt, c.limits.ReopenDays) {
			return ErrFollows
		}
	}
	return store.Insert(tx, "hotline_link", Link{CentreID: o.CentreID, TicketID: o.ID, ID: tx.NewID(), OtherID: old.ID, Kind: LinkFollows, At: tx.Now(), By: a.UserID})
}
