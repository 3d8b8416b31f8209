package rating

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Dispatch gives a task to the unit that answers for it (派单, 谁办理谁负责), or to another while nobody has begun.
func (m *Module) Dispatch(ctx context.Context, cmd Command, unit string) (Task, error) {
	return m.run(ctx, cmd, ActDispatch, unit, func(tx *store.Tx, t *Task) (note, error) {
		u, err := m.org.UnitTx(tx, t.CentreID, unit)
		if err != nil {
			return note{}, ErrInput.Field("unit_id", "请选择承办单位。")
		}
		t.UnitID, t.State = u.ID, Assigned
		if err := tx.Queue("UPDATE rating_rating SET unit_id = $3 WHERE centre_id = $1 AND service_id = $2", t.CentreID, t.ServiceID, u.ID); err != nil {
			return note{}, err
		}
		t.settle()
		return note{data: map[string]any{"unit": u.ID}}, nil
	})
}

// Void ends a task whose rating says the same again (去重, 判定无效). The rating stays, listed with the reason.
func (m *Module) Void(ctx context.Context, cmd Command, why string) (Task, error) {
	return m.run(ctx, cmd, ActVoid, why, func(tx *store.Tx, t *Task) (note, error) {
		why, err := said("text", "判定无效的理由", why)
		if err != nil {
			return note{}, err
		}
		return note{text: why}, m.exclude(tx, t, Duplicate, why)
	})
}

// exclude takes the rating of a task out of every figure. It stays visible and listed with ground and reason.
func (m *Module) exclude(tx *store.Tx, t *Task, g Ground, why string) error {
	names, err := m.knownNames(tx, t)
	if err != nil {
		return err
	}
	t.Valid, t.ClosedAt = false, tx.Now()
	return store.Check(tx.Exec("UPDATE rating_rating SET valid = $3, ground = $4, reason = $5, decided_at = $6 WHERE centre_id = $1 AND id = $2 AND current", t.CentreID, t.RatingID, false, g, Scrub(why, names...), tx.Now()))
}

// Contact notes what the rater said when somebody spoke with him (联系核实): the unit through the hotline's switch, without
// learning who it is, or the follow-up caller in its place.
func (m *Module) Contact(ctx context.Context, cmd Command, what string) (Task, error) {
	return m.run(ctx, cmd, ActContact, what, func(tx *store.Tx, t *Task) (note, error) {
		what, err := said("text", "联系核实的情况", what)
		t.ContactedAt = tx.Now()
		return note{text: what}, err
	})
}

// Fix reports what was put right at once (立行立改), Explain that the rules are as they are and were explained (政策解释), and
// Report what was put right by its day (限期整改).
func (m *Module) Fix(ctx context.Context, cmd Command, what string) (Task, error) {
	return m.report(ctx, cmd, ActFix, "整改的情况", what)
}

// Explain is the report that the rules were explained: see Fix.
func (m *Module) Explain(ctx context.Context, cmd Command, what string) (Task, error) {
	return m.report(ctx, cmd, ActExplain, "政策解释的内容和依据", what)
}

// Report is the report of what was put right by its day: see Fix.
func (m *Module) Report(ctx context.Context, cmd Command, what string) (Task, error) {
	return m.report(ctx, cmd, ActReport, "整改的结果", what)
}

func (m *Module) report(ctx context.Context, cmd Command, action Action, label, what string) (Task, error) {
	return m.run(ctx, cmd, action, what, func(tx *store.Tx, t *Task) (note, error) {
		what, err := said("text", label, what)
		if t.DoneAt = tx.Now(); action != ActReport {
			t.Way = action
		}
		return note{text: what}, err
	})
}

// Plan sets the day by which it will be put right (限期整改): within the limit of the centre, which is counted from the rating.
func (m *Module) Plan(ctx context.Context, cmd Command, last clock.Date, what string) (Task, error) {
	return m.run(ctx, cmd, ActPlan, []any{last, what}, func(tx *store.Tx, t *Task) (note, error) {
		what, err := said("text", "整改的措施", what)
		if err != nil {
			return note{}, err
		}
		end := calendar.LastDay(t.FixDue)
		if last < tx.Now().Date() || last > end {
			return note{}, ErrInput.Field("day", "整改完成的日期应在今天和 %s 之间。", end)
		}
		cal, err := m.calendar.ForCentre(tx, t.CentreID, "")
		if err != nil {
			return note{}, err
		}
		if !cal.IsWorkday(last) {
			return note{}, ErrInput.Field("day", "%s 不是工作日，请选择工作日。", last)
		}
		if t.FixDays, t.Way = int64(cal.WorkdaysBetween(t.ReceivedAt.Date(), last)), ActPlan; t.FixDays < 1 {
			return note{}, ErrInput.Field("day", "当天能改好的，请选择立行立改。")
		}
		t.FixDue = due(cal, t.ReceivedAt, t.FixDays)
		return note{text: what, data: map[string]any{"day": last}}, nil
	})
}

// Pass finds that what was reported settles the matter (复核通过): the rater is called next or, where nobody knows who it was,
// the task waits to be closed.
func (m *Module) Pass(ctx context.Context, cmd Command, opinion string) (Task, error) {
	return m.run(ctx, cmd, ActPass, opinion, func(tx *store.Tx, t *Task) (note, error) {
		opinion, err := said("text", "复核意见", opinion)
		t.PassedAt = tx.Now()
		if !t.RealName {
			t.State = Done
		}
		return note{text: opinion}, err
	})
}

// SendBack returns a task to its unit (退回重办), from the review or after a follow-up that did not satisfy. The end of the
// correction stays.
func (m *Module) SendBack(ctx context.Context, cmd Command, why string) (Task, error) {
	return m.run(ctx, cmd, ActSendBack, why, func(_ *store.Tx, t *Task) (note, error) {
		why, err := said("text", "退回的理由", why)
		t.DoneAt, t.PassedAt, t.FollowedAt, t.Answer, t.Calls = 0, 0, 0, "", 0
		t.Redone++
		return note{text: why}, err
	})
}

// CallInput is one attempt to ask the rater whether the correction satisfies.
type CallInput struct {
	Reached bool   `json:"reached" doc:"是否联系上"`
	Answer  string `json:"answer,omitempty" enum:"满意,基本满意,不满意" doc:"评价人的答复"`
	Text    string `json:"text,omitempty" maxLength:"500" doc:"回访情况"`
}

// Call notes a follow-up call (回访). Whoever was not reached after as many attempts as the centre says counts as 无法回访.
func (m *Module) Call(ctx context.Context, cmd Command, in CallInput) (Task, error) {
	return m.run(ctx, cmd, ActCall, in, func(tx *store.Tx, t *Task) (note, error) {
		p, err := loadParameters(tx, t.CentreID)
		if err != nil {
			return note{}, err
		}
		t.Calls++
		data := map[string]any{"reached": in.Reached, "call": t.Calls}
		switch {
		case in.Reached && !answers(in.Answer):
			return note{}, ErrInput.Field("answer", "请选择评价人的答复。")
		case in.Reached:
			t.Answer, t.FollowedAt, t.State = in.Answer, tx.Now(), Done
		case t.Calls >= p.Calls:
			t.Answer, t.FollowedAt, t.State = AnswerUnreached, tx.Now(), Done
		}
		data["answer"] = t.Answer
		return note{text: strings.TrimSpace(in.Text), data: data}, nil
	})
}

func answers(s string) bool { return s == AnswerGood || s == AnswerFair || s == AnswerBad }

// Confirm lets the rater say by the code of the receipt whether the correction satisfies (评价人确认), in the place of the call.
func (m *Module) Confirm(ctx context.Context, receipt, answer, key string) error {
	if !answers(answer) {
		return ErrInput.Field("answer", "请选择对处理结果是否满意。")
	}
	door, err := m.Follow(ctx, receipt)
	if err != nil {
		return err
	}
	if door.taskID == "" {
		return ErrState.Say("这次评价没有等待确认的处理结果。")
	}
	centre := actor.From(ctx).CentreID
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, repeated, err := once.Claim(tx, key, "rating.confirm|"+door.taskID+answer, door.taskID); err != nil || repeated {
			return err
		}
		if err := audit.Lock(tx, centre, door.taskID); err != nil {
			return err
		}
		t, err := loadTask(tx, centre, door.taskID)
		if err != nil {
			return err
		}
		return m.apply(tx, &t, ActConfirm, func(tx *store.Tx, t *Task) (note, error) {
			t.Answer, t.FollowedAt = answer, tx.Now()
			return note{data: map[string]any{"answer": answer}}, nil
		})
	})
}

// Close ends a task (办结). 政务监察股 alone does it, never whoever was rated.
func (m *Module) Close(ctx context.Context, cmd Command, opinion string) (Task, error) {
	return m.run(ctx, cmd, ActClose, opinion, func(tx *store.Tx, t *Task) (note, error) {
		if actor.From(tx.Context()).UserID == t.StaffID && t.StaffID != "" {
			return note{}, ErrSamePerson.Say("被评价的人不能办结差评任务。")
		}
		t.ClosedAt = tx.Now()
		return note{text: strings.TrimSpace(opinion)}, nil
	})
}

// Rater (评价人) is who rated, in clear, with what was typed.
type Rater struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Text  string `json:"text,omitempty"`
}

// RevealRater shows who made a bad rating (查看评价人) to 政务监察股 and the follow-up caller, and writes a line for it. Nobody
// reads who rated himself.
func (m *Module) RevealRater(ctx context.Context, task string) (Rater, error) {
	a := actor.From(ctx)
	if err := a.Require(PermIdentity); err != nil {
		return Rater{}, err
	}
	var out Rater
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		t, err := loadTask(tx, a.CentreID, task)
		if err != nil {
			return err
		}
		if err := t.visible(a, PermIdentity); err != nil {
			return err
		}
		if !t.knowsRater(a) {
			return ErrNotFound.Say("这条差评针对您本人或您所在的单位，不能查看评价人。").Hide()
		}
		if out, err = m.rater(tx, &t); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "rating.read_personal", Permission: PermIdentity, Kind: "rating_task", Object: t.ID, Detail: map[string]any{"no": t.No, "what": "rater"}})
	})
	return out, err
}

func (m *Module) rater(tx *store.Tx, t *Task) (Rater, error) {
	r, err := store.Get[Rating](tx, "SELECT "+ratingColumns+" FROM rating_rating WHERE centre_id = $1 AND id = $2", t.CentreID, t.RatingID)
	if err != nil {
		return Rater{}, err
	}
	out := Rater{}
	if len(r.TextEnc) > 0 {
		if out.Text, err = m.keys.Open(r.TextEnc); err != nil {
			return out, err
		}
	}
	if r.RaterID == "" {
		return out, nil
	}
	c, err := m.contact(tx, t.CentreID, r.RaterID)
	out.Name, out.Phone = c.Name, c.Phone
	return out, err
}

// Masked is the rater as a page shows him before the click: 马*, 138****5678.
func (r Rater) Masked() string {
	return strings.TrimSpace(crypt.MaskName(r.Name) + "　" + crypt.MaskPhone(r.Phone))
}
