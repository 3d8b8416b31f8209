package hotline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Findings on a disputed rating (评价裁定).
const (
	FindingKeep         = "keep"         // 维持评价
	FindingExclude      = "exclude"      // 评价有效，但不计入满意率
	FindingUnreasonable = "unreasonable" // 诉求不合理或已依法处理，不计入满意率，可以办结
)

// Findings lists the findings on a disputed rating.
var Findings = []string{FindingKeep, FindingExclude, FindingUnreasonable}

// FindingLabel is the Chinese name of a finding.
func FindingLabel(f string) string {
	return map[string]string{FindingKeep: "维持评价", FindingExclude: "不计入满意率", FindingUnreasonable: "诉求不合理或已依法处理"}[f]
}

// Refusals of a dispute.
var (
	ErrDisputeLate = errs.New(errs.Conflict, "hotline.dispute_late", "对评价提出异议的期限已过。")
	ErrDisputeNone = errs.New(errs.Conflict, "hotline.dispute_none", "没有可以提出异议的评价：只能对本单位主办的不满意评价提出，每次评价一次。")
)

// Dispute lets the lead unit object to an unsatisfied rating of its work (评价异议), with its reasons and, as files of the
// command, its evidence, within the centre's working days. callback "" is the newest rating of the unit's round.
// Refusals: hotline.dispute_late, hotline.dispute_none.
func (m *Module) Dispute(ctx context.Context, cmd Command, callback, why string) (Ticket, error) {
	why, err := Reason("reason", "异议理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActDispute, callback+why, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		c, l, err := m.disputable(tx, o, callback)
		if err != nil {
			return note{}, err
		}
		a := Ask{CentreID: o.CentreID, TicketID: o.ID, ID: tx.NewID(), LegID: l.ID, UnitID: l.UnitID, Kind: AskedDispute, Reason: why, CallbackID: c.ID, Due: l.Due, ReviewOn: clock.NoDate,
			State: AskWaiting, AskedAt: tx.Now(), AskedBy: actorID(tx)}
		if err := store.Insert(tx, "hotline_ask", a); err != nil {
			return note{}, err
		}
		n := note{leg: l.ID, text: why, data: map[string]any{"callback": c.ID, "result": c.Result, "round": c.Round}}
		return o.attach(tx, n, Evidence, cmd.Files)
	})
}

// disputable finds the rating that the actor's unit may object to now, and the leg that it rates.
func (m *Module) disputable(tx *store.Tx, o *order, callback string) (CallbackResult, Leg, error) {
	a := actor.From(tx.Context())
	calls, err := loadCallbacks(tx, o.CentreID, o.ID)
	if err != nil {
		return CallbackResult{}, Leg{}, err
	}
	asks, err := loadAsks(tx, o.CentreID, o.ID)
	if err != nil {
		return CallbackResult{}, Leg{}, err
	}
	clocks, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return CallbackResult{}, Leg{}, err
	}
	late := false
	for _, c := range slices.Backward(calls) {
		l := leadOf(slices.DeleteFunc(append(slices.Clone(o.past), o.legs...), func(l Leg) bool { return l.Round != c.Round }))
		if callback != "" && c.ID != callback || !c.Reached || c.Result != Unsatisfied && c.Attitude != Unsatisfied || l == nil ||
			!org.Sees(a, PermDispute, org.Row{CentreID: o.CentreID, UnitID: l.UnitID}) ||
			slices.ContainsFunc(asks, func(k Ask) bool { return k.Kind == AskedDispute && k.CallbackID == c.ID }) {
			continue
		}
		if tx.Now() > clocks.cal.Due(calendar.Workdays(clocks.limits.DisputeDays), c.At, l.UnitID).At {
			late = true
			continue
		}
		return c, *l, nil
	}
	if late {
		return CallbackResult{}, Leg{}, ErrDisputeLate
	}
	return CallbackResult{}, Leg{}, ErrDisputeNone
}

// Verdict is the decision on a disputed rating.
type Verdict struct {
	AskID   string `json:"ask_id,omitempty"` // "" is the oldest that waits
	Finding string `json:"finding"`          // one of Findings
	Reason  string `json:"reason"`
}

// Adjudicate decides on a disputed rating (评价裁定): it stands, it does not count, or the request was unreasonable or
// already dealt with by law, so that the ticket may be closed against it.
func (m *Module) Adjudicate(ctx context.Context, cmd Command, v Verdict) (Ticket, error) {
	why, err := Reason("reason", "裁定理由", v.Reason)
	if err != nil {
		return Ticket{}, err
	}
	if !slices.Contains(Findings, v.Finding) {
		return Ticket{}, ErrInput.Field("finding", "请选择裁定结果：维持评价、不计入满意率、诉求不合理或已依法处理。")
	}
	return m.do(ctx, cmd, ActAdjudicate, fmt.Sprintf("%+v", v), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		a, err := waitingAsk(tx, o, AskedDispute, "", v.AskID)
		if err != nil {
			return note{}, err
		}
		state := AskGranted
		if v.Finding == FindingKeep {
			state = AskDenied
		}
		a.Finding = v.Finding
		a.State, a.Remark, a.DecidedAt, a.DecidedBy = state, why, tx.Now(), actorID(tx)
		err = errors.Join(store.Update(tx, "hotline_ask", a, "centre_id", "ticket_id", "id"),
			tx.Queue("UPDATE hotline_callback SET adjudication = $1 WHERE centre_id = $2 AND ticket_id = $3 AND id = $4", v.Finding, o.CentreID, o.ID, a.CallbackID))
		return note{leg: a.LegID, text: why, data: map[string]any{"finding": v.Finding, "callback": a.CallbackID}}, err
	})
}
