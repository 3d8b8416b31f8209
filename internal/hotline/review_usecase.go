package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Approve lets the reply through (审核通过): the outcome of every leg is frozen from the time of its own submission, and
// the ticket waits for its call-back, or closes where no caller wants one.
func (m *Module) Approve(ctx context.Context, cmd Command, remark string) (Ticket, error) {
	return m.do(ctx, cmd, ActApprove, remark, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("remark", "审核意见", remark); err != nil {
			return note{}, err
		}
		now, l := tx.Now(), o.lead()
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if err := o.accept(c.cal, now); err != nil {
			return note{}, err
		}
		n := note{leg: l.ID, text: strings.TrimSpace(remark), data: map[string]any{"outcome": l.Outcome, "submitted_at": l.SubmittedAt, "due": l.Due}}
		callers, err := callersOf(tx, &o.Ticket)
		if err != nil {
			return note{}, err
		}
		if len(callers) == 0 {
			if o.Supervised > 0 {
				return note{}, ErrSupervised
			}
			o.State = Closed
			o.close(now, CloseNoCallback)
			return n, nil
		}
		if c.limits.CallbackShare < 100 {
			n.data["sample"] = c.sample.ID
		}
		if c.leftOut(o) {
			o.State = Closed
			o.close(now, CloseUnsampled)
			return n, nil
		}
		o.CallAfter = 0
		if err := m.inviteRating(tx, o, c); err != nil {
			return note{}, err
		}
		o.QueueAt = c.due(StepCallback, &o.Ticket, now, "").At
		return n, nil
	})
}

// accept freezes the outcome and the handling time of every leg of the round whose reply was submitted.
func (o *order) accept(cal *calendar.Calendar, now clock.Instant) error {
	for i := range o.legs {
		l := &o.legs[i]
		if l.State != Submitted {
			continue
		}
		if !l.Extension.IsZero() {
			return ErrExtPending
		}
		l.State, l.AcceptedAt, l.Outcome = Accepted, now, OnTime
		if l.SubmittedAt > l.Due {
			l.Outcome = Late
		}
		l.measure(cal)
		o.change(l)
		o.counts.add(CountOutcome, now.Date(), l.UnitID+"/"+l.Outcome, 1)
	}
	return nil
}

// Reject sends a reply back to the unit (审核退回); its clock goes on as if it had never stopped.
func (m *Module) Reject(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "退回理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActReject, why, func(tx *store.Tx, o *order, l *Leg) (note, error) {
		l.SubmittedAt = 0
		return note{text: why}, m.watchNow(tx, l)
	})
}

// Results of a call-back (回访结果), for result and attitude alike.
const (
	Satisfied   = "满意"
	Fair        = "基本满意"
	Unsatisfied = "不满意"
)

// Results lists the results of a call-back.
var Results = []string{Satisfied, Fair, Unsatisfied}

// CallbackResult is one attempt to call back (回访), or a citizen's own rating on the public page.
type CallbackResult struct {
	CentreID string        `db:"centre_id" json:"-"`
	TicketID TicketID      `db:"ticket_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Round    int           `db:"round" json:"round"`
	Attempt  int           `db:"attempt" json:"attempt"`
	Channel  string        `db:"channel" json:"channel"` // 电话, 短信, 网络
	At       clock.Instant `db:"at" json:"at"`
	ActorID  string        `db:"actor_id" json:"actor_id,omitempty"`
	Reached  bool          `db:"reached" json:"reached"`
	Result   string        `db:"result" json:"result,omitempty"`           // satisfaction with the result
	Attitude string        `db:"attitude" json:"attitude,omitempty"`       // satisfaction with the attitude
	Solved   string        `db:"solved" json:"solved,omitempty"`           // in the caller's words
	Reason   string        `db:"reason" json:"reason,omitempty"`           // of 不满意, in words
	Code     string        `db:"reason_code" json:"reason_code,omitempty"` // of 不满意: one of ReasonCodes
	Note     string        `db:"note" json:"note,omitempty"`
	// About is the merged ticket whose caller was asked; "" is the ticket's own.
	About TicketID `db:"about" json:"about,omitempty"`
	// Adjudication is what the hotline office found where the unit objected: one of Findings.
	Adjudication string `db:"adjudication" json:"adjudication,omitempty"`
	// UnitID is the unit whose work is rated, Category that of the ticket when it was. Final marks the caller's last word
	// in the round: the newest call that reached him.
	UnitID   string `db:"unit_id" json:"unit_id,omitempty"`
	Category string `db:"category" json:"-"`
	Final    bool   `db:"final" json:"final"`
}

func (c *CallbackResult) validate() error {
	e := ErrInput
	c.Reason, c.Note = strings.TrimSpace(c.Reason), strings.TrimSpace(c.Note)
	if c.Channel == "" {
		c.Channel = "电话"
	}
	if !slices.Contains([]string{"电话", "短信", "网络"}, c.Channel) {
		e = e.Field("channel", "请选择回访方式：电话、短信、网络。")
	}
	if len([]rune(c.Reason)) > maxContent || len([]rune(c.Note)) > maxContent {
		e = e.Field("note", "最多 %d 个字。", maxContent)
	}
	if !c.Reached {
		if c.Result != "" || c.Attitude != "" {
			e = e.Field("reached", "没有联系上时不能填写满意度。")
		}
		return e.OrNil()
	}
	if !slices.Contains(Results, c.Result) {
		e = e.Field("result", "请选择对结果的评价：满意、基本满意、不满意。")
	}
	if c.Attitude == "" {
		c.Attitude = c.Result
	}
	if !slices.Contains(Results, c.Attitude) {
		e = e.Field("attitude", "请选择对态度的评价：满意、基本满意、不满意。")
	}
	if c.Solved != "" && !slices.Contains(SolvedCodes, c.Solved) {
		e = e.Field("solved", "请选择是否解决：%s。", strings.Join(SolvedCodes, "、"))
	}
	if c.Result != Unsatisfied {
		c.Code = ""
		return e.OrNil()
	}
	if c.Code == "" && c.Reason != "" {
		c.Code = ReasonCodes[len(ReasonCodes)-1]
	}
	if !slices.Contains(ReasonCodes, c.Code) {
		e = e.Field("reason", "不满意的，请写明原因。").Field("reason_code", "请选择不满意的原因。")
	}
	return e.OrNil()
}

func loadCallbacks(tx *store.Tx, centre string, id TicketID) ([]CallbackResult, error) {
	return store.Select[CallbackResult](tx, "SELECT "+store.Columns[CallbackResult]("")+" FROM hotline_callback WHERE centre_id = $1 AND ticket_id = $2 ORDER BY id", centre, id)
}

// ofRound keeps the call-backs of one round.
func ofRound(list []CallbackResult, round int) []CallbackResult {
	return slices.DeleteFunc(slices.Clone(list), func(c CallbackResult) bool { return c.Round != round })
}

// RecordCallback records one attempt to call back.
func (m *Module) RecordCallback(ctx context.Context, cmd Command, c CallbackResult) (Ticket, error) {
	if err := c.validate(); err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActCallback, fmt.Sprintf("%+v", c), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		return m.addCallback(tx, o, c)
	})
}

func (m *Module) addCallback(tx *store.Tx, o *order, c CallbackResult) (note, error) {
	all, err := loadCallbacks(tx, o.CentreID, o.ID)
	if err != nil {
		return note{}, err
	}
	c.CentreID, c.TicketID, c.ID, c.Round, c.At, c.ActorID = o.CentreID, o.ID, tx.NewID(), o.Round, tx.Now(), actor.From(tx.Context()).UserID
	c.Adjudication = ""
	if err := c.knows(tx, o); err != nil {
		return note{}, err
	}
	c.Attempt, c.UnitID, c.Category, c.Final = 1, o.UnitID, o.Category, c.Reached
	for _, was := range ofRound(all, o.Round) {
		if was.About != c.About {
			continue
		}
		c.Attempt++
		if was.Final && c.Final {
			if err := tx.Queue("UPDATE hotline_callback SET final = FALSE WHERE centre_id = $1 AND ticket_id = $2 AND id = $3", o.CentreID, o.ID, was.ID); err != nil {
				return note{}, err
			}
		}
	}
	if !c.Reached {
		if err := m.called(tx, o, ofRound(all, o.Round), c); err != nil {
			return note{}, err
		}
	}
	if c.Reached {
		o.counts.add(CountResult, tx.Now().Date(), c.Result, 1)
	}
	text := c.Result
	if !c.Reached {
		text = "没有联系上"
	}
	return note{text: strings.TrimSpace(text + " " + c.Reason + " " + c.Note), data: map[string]any{"id": c.ID, "about": c.About, "attempt": c.Attempt, "reached": c.Reached, "result": c.Result, "attitude": c.Attitude, "solved": c.Solved, "reason_code": c.Code}},
		store.Insert(tx, "hotline_callback", c)
}

// Refusals of closing and rework.
var (
	ErrCloseEarly  = errs.New(errs.Conflict, "hotline.close_early", "还不能办结：需要回访到来电人；多次、分几天都联系不上的，才可按无法回访办结。")
	ErrCloseUnsat  = errs.New(errs.Conflict, "hotline.close_unsatisfied", "来电人不满意：请重办；确属诉求不合理或已依法处理的，请写明认定理由再办结。")
	ErrReworkLimit = errs.New(errs.Conflict, "hotline.rework_limit", "重办次数已到上限，请转督办。")
	ErrReworkNone  = errs.New(errs.Conflict, "hotline.rework_none", "回访没有不满意或未解决的结果，不需要重办。")
)

// closeKindOf says how a round may be closed after its call-backs, given the finding on an unsatisfied caller. limits
// are asked for only where nobody was reached.
func closeKindOf(calls []CallbackResult, finding string, limits func() (Limits, error)) (string, error) {
	var last *CallbackResult
	days := map[clock.Date]bool{}
	for i, c := range calls {
		if c.Reached {
			last = &calls[i]
		}
		days[c.At.Date()] = true
	}
	switch {
	case last == nil:
		l, err := limits()
		if err == nil && (len(calls) < l.CallbackTries || len(days) < l.CallbackDays) {
			err = ErrCloseEarly.Say("还不能办结：需要回访到来电人；%d 次（至少 %d 天）都联系不上，才可按无法回访办结。", l.CallbackTries, l.CallbackDays)
		}
		return CloseUnreachable, err
	case last.Result != Unsatisfied:
		return CloseSatisfied, nil
	case finding != "" || last.Adjudication == FindingUnreasonable:
		return CloseAdjudicated, nil
	}
	return "", ErrCloseUnsat
}

// Close ends a ticket after its call-back (办结). finding is the reasoned adjudication that closes it against an
// unsatisfied caller; "" otherwise.
func (m *Module) Close(ctx context.Context, cmd Command, finding string) (Ticket, error) {
	finding = strings.TrimSpace(finding)
	return m.do(ctx, cmd, ActClose, finding, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("finding", "裁定理由", finding); err != nil {
			return note{}, err
		}
		all, err := loadCallbacks(tx, o.CentreID, o.ID)
		if err != nil {
			return note{}, err
		}
		kind, err := m.closeKind(tx, o, ofRound(all, o.Round), finding)
		if err != nil {
			return note{}, err
		}
		if kind == CloseAdjudicated {
			if err := setAside(tx, o, all); err != nil {
				return note{}, err
			}
		}
		o.close(tx.Now(), kind)
		return note{text: finding, data: map[string]any{"close_kind": kind}}, nil
	})
}

// setAside marks the ratings that a ticket is closed against: found unreasonable or already dealt with by law, they do not
// count for the unit.
func setAside(tx *store.Tx, o *order, calls []CallbackResult) error {
	for _, c := range ofRound(calls, o.Round) {
		if !c.Final || c.Result != Unsatisfied || c.Adjudication == FindingExclude || c.Adjudication == FindingUnreasonable {
			continue
		}
		if err := tx.Queue("UPDATE hotline_callback SET adjudication = $1 WHERE centre_id = $2 AND ticket_id = $3 AND id = $4", FindingUnreasonable, o.CentreID, o.ID, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// Rework sends a ticket back to its unit, or to another, for a new round (重办) with the rework limit.
func (m *Module) Rework(ctx context.Context, cmd Command, unit, why string) (Ticket, error) {
	why, err := Reason("reason", "重办理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActRework, unit+why, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		limits, err := m.LimitsTx(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if o.Round > limits.Reworks {
			return note{}, ErrReworkLimit
		}
		all, err := loadCallbacks(tx, o.CentreID, o.ID)
		if err != nil {
			return note{}, err
		}
		if !slices.ContainsFunc(ofRound(all, o.Round), func(c CallbackResult) bool { return c.Reached && (c.Result == Unsatisfied || c.Solved == "未解决") }) {
			return note{}, ErrReworkNone
		}
		if unit == "" {
			unit = o.UnitID
		}
		o.nextRound()
		return m.send(tx, o, unit, nil, StepRework, why)
	})
}

// RateInput is a citizen's rating on the public page (评价).
type RateInput struct {
	Code, Tail       string
	Result, Attitude string
	Solved           string // in the caller's view; "" for not said
	Reason           string
	ReasonCode       string // one of ReasonCodes
	Key              string
}

// ErrRated refuses a rating where the ticket does not wait for one.
var ErrRated = errs.New(errs.Conflict, "hotline.rated", "这件诉求现在不能评价：还没有答复，或已经评价、办结。")

// Rate records a citizen's own rating, by query code; it counts as a call-back by network. A satisfied rating closes the
// ticket; an unsatisfied one leaves it to the call-back desk.
func (m *Module) Rate(ctx context.Context, in RateInput) error {
	c := CallbackResult{Channel: "网络", Reached: true, Result: in.Result, Attitude: in.Attitude, Solved: in.Solved, Reason: in.Reason, Code: in.ReasonCode}
	if err := c.validate(); err != nil {
		return err
	}
	found, err := m.Track(ctx, in.Code, in.Tail)
	if err != nil {
		return err
	}
	return m.rateFound(ctx, found, in.Key, c)
}

// rate records a caller's own rating, and closes the ticket where every caller has been asked and is satisfied.
func (m *Module) rate(tx *store.Tx, o *order, c CallbackResult) error {
	if o.State == Closed {
		return m.rateClosed(tx, o, c)
	}
	if o.State != Callback {
		return ErrRated
	}
	n, err := m.addCallback(tx, o, c)
	if err != nil {
		return err
	}
	if c.Result != Unsatisfied {
		all, err := loadCallbacks(tx, o.CentreID, o.ID)
		if err != nil {
			return err
		}
		if kind, err := m.closeKind(tx, o, ofRound(all, o.Round), ""); err == nil {
			o.State = Closed
			o.close(tx.Now(), kind)
		} else if errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return m.finish(tx, o, ActRate, PermRegister, n)
}

// knows refuses a call about a ticket that was not merged into this one.
func (c *CallbackResult) knows(tx *store.Tx, o *order) error {
	if c.About == "" {
		return nil
	}
	list, err := mergedInto(tx, &o.Ticket)
	if err == nil && !slices.ContainsFunc(list, func(t Ticket) bool { return t.ID == c.About }) {
		err = ErrInput.Field("about", "没有这张并入的工单。请刷新后重新选择。")
	}
	return err
}

func actorID(tx *store.Tx) string { return actor.From(tx.Context()).UserID }
