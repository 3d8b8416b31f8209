package hotline

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// Supervise opens a supervision of a unit on a ticket (督办): of the leg that the command names, else of the lead. The
// unit is told at once and has the centre's days to reply. Refusals: hotline.supervision_level,
// hotline.supervision_open.
func (m *Module) Supervise(ctx context.Context, cmd Command, in SupervisionInput) (Supervision, error) {
	if err := in.Validate(); err != nil {
		return Supervision{}, err
	}
	if err := mayLevel(actor.From(ctx), in.Level); err != nil {
		return Supervision{}, err
	}
	var s Supervision
	_, err := m.do(ctx, cmd, ActSupervise, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, l *Leg) (n note, err error) {
		if l == nil {
			return n, ErrState.Say("工单还没有派给承办单位，不能督办。")
		}
		list, err := loadSupervisions(tx, o.CentreID, o.ID)
		if err != nil {
			return n, err
		}
		if slices.ContainsFunc(list, func(s Supervision) bool { return s.Open && s.UnitID == l.UnitID }) {
			return n, ErrSupervisionOpen
		}
		s, n, err = m.supervise(tx, o, l, in, len(list)+1)
		return n, err
	})
	if err == nil && s.ID == "" {
		return m.supervisedBefore(ctx, cmd.TicketID, "")
	}
	return s, err
}

// supervisedBefore gives what a repeated command made or changed: the supervision named, else the ticket's newest.
func (m *Module) supervisedBefore(ctx context.Context, ticket TicketID, id SupervisionID) (Supervision, error) {
	var out Supervision
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := loadSupervisions(tx, actor.From(ctx).CentreID, ticket)
		for _, s := range list {
			if id == "" || s.ID == id {
				out = s
			}
		}
		return err
	})
	return out, err
}

// supervise adds the n-th supervision of an order.
func (m *Module) supervise(tx *store.Tx, o *order, l *Leg, in SupervisionInput, n int) (Supervision, note, error) {
	a := actor.From(tx.Context())
	if err := mayLevel(a, in.Level); err != nil {
		return Supervision{}, note{}, err
	}
	if err := MayClear(a, l.UnitID, ""); err != nil {
		return Supervision{}, note{}, err
	}
	s := Supervision{CentreID: o.CentreID, ID: SupervisionID(tx.NewID()), No: o.No + "-督" + strconv.Itoa(n), TicketID: o.ID, TicketNo: o.No, LegID: l.ID, UnitID: l.UnitID,
		Level: in.Level, Cause: in.Cause, Demand: in.Demand, State: SupervisionOpen, Open: true, OpenedBy: a.UserID, OpenedAt: tx.Now(), Version: 1}
	if err := m.giveDue(tx, o, l, &s); err != nil {
		return s, note{}, err
	}
	o.Supervised++
	if err := store.Insert(tx, "hotline_supervision", s); err != nil {
		return s, note{}, err
	}
	text := fmt.Sprintf("%s（%s）：%s", LevelLabel(s.Level), s.Cause, s.Demand)
	return s, note{leg: l.ID, text: text, data: map[string]any{"supervision": s.ID, "level": s.Level, "cause": s.Cause, "due": s.Due, "unit": s.UnitID}}, nil
}

// giveDue sets the end of the unit's reply, tells the unit and the office, and has the end watched.
func (m *Module) giveDue(tx *store.Tx, o *order, l *Leg, s *Supervision) error {
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return err
	}
	due := c.cal.Due(calendar.Workdays(c.limits.SuperviseDays), tx.Now(), s.UnitID)
	s.Since, s.Days, s.Due, s.Provisional = tx.Now(), c.limits.SuperviseDays, due.At, due.Provisional
	told := Notice{Kind: NoticeSupervise, Audience: AudienceOffice, Text: fmt.Sprintf("%s %s：请于 %s 前答复。%s", LevelLabel(s.Level), s.No, calendar.FormatDue(s.Due), firstRunes(s.Demand, 80))}
	if err := m.give(tx, o, l, told, s.Due); err != nil {
		return err
	}
	return jobs.Insert(tx, o.CentreID, jobSupervision, string(s.ID), c.cal.Cards(due.Limit, s.Due, s.UnitID).Red, supervisionArgs{o.ID, s.ID})
}

// onSupervision runs an action on a supervision of a ticket: load, the step, save.
func (m *Module) onSupervision(ctx context.Context, cmd Command, id SupervisionID, action Action, digest string, do func(tx *store.Tx, o *order, s *Supervision) (note, error)) (Supervision, error) {
	var out Supervision
	_, err := m.do(ctx, cmd, action, string(id)+digest, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		s, err := supervisionOf(tx, o, id)
		if err != nil {
			return note{}, err
		}
		n, err := do(tx, o, s)
		if err != nil {
			return n, err
		}
		n.leg = s.LegID
		if n.data == nil {
			n.data = map[string]any{}
		}
		n.data["supervision"], n.data["unit"], n.data["level"] = s.ID, s.UnitID, s.Level
		err = saveSupervision(tx, s)
		out = *s
		return n, err
	})
	if err == nil && out.ID == "" {
		return m.supervisedBefore(ctx, cmd.TicketID, id)
	}
	return out, err
}

// ReplySupervision is the unit's reply to a supervision (督办答复), given by the head of the unit.
func (m *Module) ReplySupervision(ctx context.Context, cmd Command, id SupervisionID, reply string) (Supervision, error) {
	reply, err := Reason("reply", "督办答复", reply)
	if err != nil {
		return Supervision{}, err
	}
	return m.onSupervision(ctx, cmd, id, ActSuperviseReply, reply, func(tx *store.Tx, o *order, s *Supervision) (note, error) {
		a := actor.From(tx.Context())
		if a.UnitID != s.UnitID && !slices.Contains(a.UnitIDs, s.UnitID) && a.Scope(PermSuperviseReply) < actor.Centre {
			return note{}, ErrSupervision.Hide()
		}
		if s.State != SupervisionOpen {
			return note{}, ErrSupervisionState
		}
		s.State, s.Reply, s.RepliedBy, s.RepliedAt = SupervisionReplied, reply, a.UserID, tx.Now()
		return note{text: reply, data: map[string]any{"late": s.RepliedAt > s.Due}}, nil
	})
}

// ReturnSupervision sends a reply back that does not answer the demand; the unit gets new days.
func (m *Module) ReturnSupervision(ctx context.Context, cmd Command, id SupervisionID, why string) (Supervision, error) {
	why, err := Reason("reason", "退回理由", why)
	if err != nil {
		return Supervision{}, err
	}
	return m.onSupervision(ctx, cmd, id, ActSuperviseReturn, why, func(tx *store.Tx, o *order, s *Supervision) (note, error) {
		l, err := m.judge(tx, o, s)
		if err != nil {
			return note{}, err
		}
		if s.State != SupervisionReplied {
			return note{}, ErrSupervisionState
		}
		s.State = SupervisionOpen
		return note{text: why}, m.giveDue(tx, o, l, s)
	})
}

// CloseSupervision ends a supervision that the unit has replied to (督办核结), with the supervisor's finding.
func (m *Module) CloseSupervision(ctx context.Context, cmd Command, id SupervisionID, finding string) (Supervision, error) {
	finding, err := Reason("finding", "核结意见", finding)
	if err != nil {
		return Supervision{}, err
	}
	return m.onSupervision(ctx, cmd, id, ActSuperviseClose, finding, func(tx *store.Tx, o *order, s *Supervision) (note, error) {
		if _, err := m.judge(tx, o, s); err != nil {
			return note{}, err
		}
		// A unit that the ticket was taken from may reply, but nobody has to wait for it.
		if s.State != SupervisionReplied && o.leg(s.LegID) != nil {
			return note{}, ErrSupervisionState.Say("承办单位还没有答复，不能核结；可以升级督办。")
		}
		s.end(tx, o, SupervisionClosed, finding)
		return note{text: finding}, nil
	})
}

// RaiseSupervision puts a supervision of a higher level in the place of one (督办升级).
func (m *Module) RaiseSupervision(ctx context.Context, cmd Command, id SupervisionID, in SupervisionInput) (Supervision, error) {
	if err := in.Validate(); err != nil {
		return Supervision{}, err
	}
	var raised Supervision
	_, err := m.onSupervision(ctx, cmd, id, ActSuperviseRaise, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, s *Supervision) (n note, err error) {
		l, err := m.judge(tx, o, s)
		if err != nil {
			return n, err
		}
		if in.Level <= s.Level {
			return n, ErrInput.Field("level", "升级后的级别应高于现在的%s。", LevelLabel(s.Level))
		}
		list, err := loadSupervisions(tx, o.CentreID, o.ID)
		if err != nil {
			return n, err
		}
		if raised, n, err = m.supervise(tx, o, l, in, len(list)+1); err != nil {
			return n, err
		}
		raised.RaisedFrom = s.ID
		if _, err := tx.Exec("UPDATE hotline_supervision SET raised_from = $1 WHERE centre_id = $2 AND id = $3", s.ID, o.CentreID, raised.ID); err != nil {
			return n, err
		}
		s.end(tx, o, SupervisionRaised, "升级为"+LevelLabel(in.Level)+" "+raised.No)
		return n, nil
	})
	return raised, err
}

// judge refuses those who may not decide on a supervision, and finds the leg that it is about.
func (m *Module) judge(tx *store.Tx, o *order, s *Supervision) (*Leg, error) {
	a := actor.From(tx.Context())
	if err := mayLevel(a, s.Level); err != nil {
		return nil, err
	}
	if err := MayClear(a, s.UnitID, s.RepliedBy); err != nil {
		return nil, err
	}
	if !s.Open {
		return nil, ErrSupervisionState
	}
	if l := o.leg(s.LegID); l != nil {
		return l, nil
	}
	return &Leg{CentreID: s.CentreID, ID: s.LegID, TicketID: s.TicketID, UnitID: s.UnitID}, nil // of an earlier round
}

func (s *Supervision) end(tx *store.Tx, o *order, state SupervisionState, finding string) {
	s.State, s.Finding, s.ClosedBy, s.ClosedAt = state, finding, actorID(tx), tx.Now()
	if o.Supervised > 0 {
		o.Supervised--
	}
}

const jobSupervision = "hotline.supervision"

type supervisionArgs struct {
	Ticket      TicketID      `json:"ticket"`
	Supervision SupervisionID `json:"supervision"`
}

// watchSupervision tells that a unit has not replied in time.
func (m *Module) watchSupervision(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var args supervisionArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Done, err
	}
	if err := audit.Lock(tx, j.CentreID, string(args.Ticket)); err != nil {
		return jobs.Done, err
	}
	o, err := loadOrder(tx, j.CentreID, args.Ticket)
	if err != nil {
		return jobs.Done, err
	}
	s, err := supervisionOf(tx, o, args.Supervision)
	if err != nil || s.State != SupervisionOpen {
		return jobs.Done, err
	}
	if !s.Overdue(tx.Now()) { // a reply was sent back, or a calendar moved the end
		cal, err := m.calendarOf(tx, j.CentreID)
		if err != nil {
			return jobs.Done, err
		}
		return jobs.Snooze(cal.Cards(calendar.Workdays(1), s.Due, s.UnitID).Red), nil
	}
	late := Notice{Kind: NoticeSuperviseLate, Audience: AudienceOffice, Text: fmt.Sprintf("%s %s 应于 %s 前答复，现已超时，可以升级督办。", LevelLabel(s.Level), s.No, calendar.FormatDue(s.Due))}
	l := &Leg{CentreID: s.CentreID, ID: s.LegID, TicketID: s.TicketID, UnitID: s.UnitID}
	return jobs.Done, m.give(tx, o, l, late, s.Due)
}
