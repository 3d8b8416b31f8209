package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// TerminateReasons are the grounds on which handling may end without a result (终止办理): a ground of refusal came up
// while a unit was at work, or the caller does not cooperate (潍坊 art. 21, 济南 art. 25).
var TerminateReasons = []string{"办理中发现应通过诉讼、仲裁、行政复议等法定途径处理", "办理中发现已进入信访程序", "办理中发现不属于本行政区域管辖", "已依法处理且有合法合理结论", "来电人拒不配合，无法继续办理", "来电人提供的情况不实，经核实无法办理", "客观情况消失，无需继续办理"}

// TerminateInput says why handling should end without a result, and what the caller is told.
type TerminateInput struct {
	Ground string `json:"ground"` // one of TerminateReasons
	Reason string `json:"reason"`
	Told   string `json:"told"` // explanation given to the caller in writing
}

func (in *TerminateInput) validate() error {
	e := ErrInput
	if !slices.Contains(TerminateReasons, in.Ground) {
		e = e.Field("ground", "请选择终止办理的理由。")
	}
	for _, f := range []struct {
		name, what string
		text       *string
	}{{"reason", "情况说明", &in.Reason}, {"told", "向来电人的说明", &in.Told}} {
		text, err := Reason(f.name, f.what, *f.text)
		if err != nil {
			e = e.Field(f.name, "%s", errs.As(err).Fields[0].Public)
		}
		*f.text = text
	}
	return e.OrNil()
}

// AskTermination asks the hotline office to end a ticket without a result (申请终止办理). Only the lead unit may.
func (m *Module) AskTermination(ctx context.Context, cmd Command, in TerminateInput) (Ticket, error) {
	if err := in.validate(); err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActAskTerminate, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (note, error) {
		if l.Role != Lead {
			return note{}, ErrLeadOnly
		}
		_, err := o.ask(tx, l, Ask{Kind: AskedTerminate, Ground: in.Ground, Reason: in.Reason, Told: in.Told})
		return note{text: in.Ground + "。" + in.Reason, data: map[string]any{"ground": in.Ground}}, err
	})
}

// DecideTermination ends a ticket as its lead unit asked (终止办理), or refuses. A terminated ticket is on neither side of
// the rates of closed tickets; its caller reads the explanation.
func (m *Module) DecideTermination(ctx context.Context, cmd Command, grant bool, remark string) (Ticket, error) {
	action := ActTerminate
	if !grant {
		action = ActDenyTerminate
		var err error
		if remark, err = Reason("reason", "不予终止的理由", remark); err != nil {
			return Ticket{}, err
		}
	}
	return m.do(ctx, cmd, action, remark, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("reason", "同意终止的说明", remark); err != nil {
			return note{}, err
		}
		a, err := waitingAsk(tx, o, AskedTerminate, "", "")
		if err != nil {
			return note{}, err
		}
		n := note{leg: a.LegID, text: strings.TrimSpace(remark), data: map[string]any{"ground": a.Ground}}
		if !grant {
			return n, o.decide(tx, &a, AskDenied, remark)
		}
		n.data["told"] = a.Told
		if err := o.decide(tx, &a, AskGranted, remark); err != nil {
			return n, err
		}
		o.cancelLegs()
		o.close(tx.Now(), "")
		return n, nil
	})
}
