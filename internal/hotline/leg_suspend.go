package hotline

import (
	"context"
	"fmt"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// SuspendInput says why a leg cannot go on (挂账), what is done meanwhile, when that is looked at again, and what the
// caller is told (济南 art. 24).
type SuspendInput struct {
	Measures string     `json:"measures"`
	ReviewOn clock.Date `json:"review_at"`
	Told     string     `json:"told,omitempty"` // Measures, where it is empty
}

func (in *SuspendInput) validate() error {
	e := ErrInput
	for _, f := range []struct {
		name, what string
		text       *string
	}{{"measures", "挂账原因和措施", &in.Measures}, {"told", "向来电人的说明", &in.Told}} {
		if f.name == "told" && strings.TrimSpace(in.Told) == "" {
			in.Told = in.Measures
		}
		text, err := Reason(f.name, f.what, *f.text)
		if err != nil {
			e = e.Field(f.name, "%s", errs.As(err).Fields[0].Public)
		}
		*f.text = text
	}
	return e.OrNil()
}

// ErrSuspendTotal refuses a suspension that would make the sum of a leg's suspensions too long.
var ErrSuspendTotal = errs.New(errs.Conflict, "hotline.suspend_total", "挂账合计天数已到上限，不能再挂账。")

// check refuses a day of review that is too far, and suspensions that add up to too much.
func (in SuspendInput) check(l *Leg, limits Limits, today clock.Date) error {
	if in.ReviewOn <= today || in.ReviewOn > today+clock.Date(limits.SuspendDays) {
		return ErrInput.Field("review_at", "复查日期应在明天至 %d 天之内。", limits.SuspendDays)
	}
	if was := l.suspendedDays(); was+int(in.ReviewOn-today) > limits.SuspendTotalDays {
		return ErrSuspendTotal.Say("这个承办件已挂账 %d 天，加上这次会超过合计 %d 天的上限。请缩短复查日期，或办理后答复。", was, limits.SuspendTotalDays)
	}
	return nil
}

// suspendedDays adds up the suspensions that are over.
func (l *Leg) suspendedDays() int {
	days, since := 0, clock.Instant(0)
	for _, t := range l.Course.Turns {
		switch {
		case t.Kind == calendar.TurnSuspend:
			since = t.At
		case t.Kind == calendar.TurnResume && since != 0:
			days, since = days+int(t.At.Date()-since.Date()), 0
		}
	}
	return days
}

// AskSuspension asks the hotline office to let a leg wait (申请挂账). Its clock runs on until the office agrees; then it
// has stood still since the ask. Refusals: calendar.after_due, hotline.suspend_total, hotline.ask_pending.
func (m *Module) AskSuspension(ctx context.Context, cmd Command, in SuspendInput) (Ticket, error) {
	if err := in.validate(); err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActAskSuspend, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		limits, err := m.LimitsTx(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if tx.Now() > l.Due {
			return note{}, calendar.ErrAfterDue.With("due", l.Due)
		}
		if err := in.check(l, limits, tx.Now().Date()); err != nil {
			return note{}, err
		}
		_, err = o.ask(tx, l, Ask{Kind: AskedSuspension, Reason: in.Measures, Told: in.Told, ReviewOn: in.ReviewOn})
		return note{text: in.Measures, data: map[string]any{"review_at": in.ReviewOn, "due": l.Due}}, err
	})
}

// DecideSuspension agrees to a suspension that was asked for, from the moment of the ask, or refuses it.
func (m *Module) DecideSuspension(ctx context.Context, cmd Command, grant bool, remark string) (Ticket, error) {
	if !grant {
		why, err := Reason("reason", "不予挂账的理由", remark)
		if err != nil {
			return Ticket{}, err
		}
		return m.do(ctx, cmd, ActDenySuspend, why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
			a, err := waitingAsk(tx, o, AskedSuspension, l.ID, "")
			if err == nil {
				err = o.decide(tx, &a, AskDenied, why)
			}
			return note{text: why}, err
		})
	}
	return m.do(ctx, cmd, ActSuspend, remark, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := brief("reason", "同意挂账的说明", remark); err != nil {
			return note{}, err
		}
		a, err := waitingAsk(tx, o, AskedSuspension, l.ID, "")
		if err != nil {
			return note{}, err
		}
		if a.ReviewOn <= tx.Now().Date() {
			return note{}, ErrInput.Field("review_at", "申请的复查日期 %s 已到，请不予挂账，由单位重新申请。", a.ReviewOn)
		}
		if err := o.decide(tx, &a, AskGranted, remark); err != nil {
			return note{}, err
		}
		n, err := m.suspend(tx, o, l, SuspendInput{a.Reason, a.ReviewOn, a.Told}, a.AskedAt)
		n.data["remark"] = a.Remark
		return n, err
	})
}

// Suspend stops the handling clock (挂账) on the hotline office's own decision, for a cause outside the unit; on the day
// of review it resumes by itself. A suspension that the unit has asked for is decided with it.
func (m *Module) Suspend(ctx context.Context, cmd Command, in SuspendInput) (Ticket, error) {
	if err := in.validate(); err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActSuspend, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		limits, err := m.LimitsTx(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if err := in.check(l, limits, tx.Now().Date()); err != nil {
			return note{}, err
		}
		if tx.Now() > l.Due {
			return note{}, calendar.ErrAfterDue.With("due", l.Due)
		}
		if l.Asks > 0 {
			if a, err := waitingAsk(tx, o, AskedSuspension, l.ID, ""); err == nil {
				if err := o.decide(tx, &a, AskGranted, in.Measures); err != nil {
					return note{}, err
				}
			}
		}
		return m.suspend(tx, o, l, in, tx.Now())
	})
}

func (m *Module) suspend(tx *store.Tx, o *order, l *Leg, in SuspendInput, from clock.Instant) (note, error) {
	n := note{text: in.Measures, data: map[string]any{"review_at": in.ReviewOn, "told": in.Told, "from": from}}
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return n, err
	}
	l.ReviewAt = in.ReviewOn.Clock(8, 30)
	l.State = LegSuspended
	err = m.turn(tx, o, c, l, calendar.Turn{Kind: calendar.TurnSuspend, At: from})
	n.data["due"] = l.Due
	return n, err
}

// Resume sets the handling clock going again (恢复办理); the rest of the limit counts from now.
func (m *Module) Resume(ctx context.Context, cmd Command, remark string) (Ticket, error) {
	return m.do(ctx, cmd, ActResume, remark, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := brief("remark", "说明", remark); err != nil {
			return note{}, err
		}
		return m.resume(tx, o, l, remark)
	})
}

func (m *Module) resume(tx *store.Tx, o *order, l *Leg, remark string) (note, error) {
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return note{}, err
	}
	old := l.Due
	l.State, l.ReviewAt = Signed, 0
	err = m.turn(tx, o, c, l, calendar.Turn{Kind: calendar.TurnResume, At: tx.Now()})
	return note{text: strings.TrimSpace(remark), data: map[string]any{"old_due": old, "new_due": l.Due}}, err
}
