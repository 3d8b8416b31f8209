package hotline

import (
	"context"
	"fmt"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/store"
)

// AskExtension asks for more time (申请延期) before the due moment. While the ask waits, the leg is not overdue. Refusals:
// hotline.ext_limit, calendar.after_due, hotline.co_due.
func (m *Module) AskExtension(ctx context.Context, cmd Command, days int, why string) (Ticket, error) {
	why, err := Reason("reason", "延期理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActAskExtension, fmt.Sprint(days, why), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		limits, err := m.LimitsTx(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if l.ExtCount >= limits.Extensions || !l.Extension.IsZero() {
			return note{}, ErrExtLimit.Say("每个承办件最多延期 %d 次，不能再次申请。", limits.Extensions)
		}
		if days < 1 || days > limits.ExtensionDays {
			return note{}, ErrInput.Field("days", "延期天数应为 1 至 %d 个工作日。", limits.ExtensionDays)
		}
		if err := calendar.CheckExtension(l.Due, tx.Now(), l.ExtCount, limits.Extensions); err != nil {
			return note{}, err
		}
		l.Extension = Extension{AskedAt: tx.Now(), AskedBy: actorID(tx), Days: days, Reason: why}
		_, err = o.ask(tx, l, Ask{Kind: AskedExtension, Days: days, Reason: why})
		return note{text: why, data: map[string]any{"days": days, "due": l.Due}}, err
	})
}

// DecideExtension grants (the new end counts from the old one) or denies an extension; after a denial the old end
// stands, and a card that fell in the meantime is issued at once. A unit that helps, or one below, gets no more time
// than the one above it has: hotline.co_due.
func (m *Module) DecideExtension(ctx context.Context, cmd Command, grant bool, remark string) (Ticket, error) {
	action, state := ActGrantExt, AskGranted
	if !grant {
		action, state = ActDenyExt, AskDenied
		var err error
		if remark, err = Reason("reason", "不予延期的理由", remark); err != nil {
			return Ticket{}, err
		}
	}
	return m.do(ctx, cmd, action, remark, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if err := brief("reason", "批准延期的说明", remark); err != nil {
			return note{}, err
		}
		if l.Extension.IsZero() {
			return note{}, ErrNoExt
		}
		ask, old := l.Extension, l.Due
		l.Extension = Extension{}
		if err := o.decideExtension(tx, l, state, remark); err != nil {
			return note{}, err
		}
		if grant {
			c, err := m.clocks(tx, o.CentreID)
			if err != nil {
				return note{}, err
			}
			l.ExtCount++
			if err := m.turn(tx, o, c, l, calendar.Turn{Kind: calendar.TurnExtend, At: tx.Now(), By: calendar.Workdays(ask.Days)}); err != nil {
				return note{}, err
			}
			if l.Due == old && l.Role != Lead {
				return note{}, ErrCoDue
			}
		}
		return note{text: strings.TrimSpace(remark), data: map[string]any{"days": ask.Days, "asked_at": ask.AskedAt, "old_due": old, "new_due": l.Due}}, m.watchNow(tx, l)
	})
}

// decideExtension writes the decision on the ask. An extension that was asked for before asks were kept has none.
func (o *order) decideExtension(tx *store.Tx, l *Leg, state AskState, remark string) error {
	if l.Asks == 0 {
		return nil
	}
	a, err := waitingAsk(tx, o, AskedExtension, l.ID, "")
	if err != nil {
		return err
	}
	return o.decide(tx, &a, state, remark)
}
