package complaint

import (
	"context"
	"fmt"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// IdentifyInput is whom a complaint is about, once that is known.
type IdentifyInput struct {
	UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"被投诉人所在的单位"`
	UserID string `json:"user_id,omitempty" maxLength:"40" doc:"被投诉人；查不清是谁的留空"`
	SiteID string `json:"site_id,omitempty" maxLength:"40" doc:"所在的站点"`
}

// Identify says whom a complaint is about (确认被投诉人). His unit is asked for its account; he and his colleagues have no other part in
// it.
func (m *Module) Identify(ctx context.Context, cmd Command, in IdentifyInput) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActIdentify, in, func(tx *store.Tx, f *file) (note, error) {
		f.UnitID, f.AccusedID, f.AccusedUnit = in.UnitID, in.UserID, ""
		if in.SiteID != "" {
			f.SiteID = in.SiteID
		}
		if in.UserID != "" {
			u, err := m.org.UserTx(tx, f.CentreID, in.UserID)
			if err != nil {
				return note{}, ErrInput.Field("user_id", "没有这个人，请重新选择。")
			}
			f.AccusedUnit = u.UnitID
			if f.UnitID == "" {
				f.UnitID = u.UnitID
			}
		}
		if f.UnitID == "" {
			return note{}, ErrUnit.Field("unit_id", "请选择被投诉人所在的单位。")
		}
		if f.involved(actor.From(ctx)) {
			return note{}, ErrInvolved
		}
		if err := tx.Queue("DELETE FROM complaint_investigator WHERE centre_id = $1 AND matter_id = $2", f.CentreID, f.ID); err != nil {
			return note{}, err
		}
		return note{data: map[string]any{"unit": f.UnitID, "user": m.alias(f.AccusedID)}}, m.mustPlace(tx, f)
	})
}

// minInvestigators is how many people investigate at least (hall reference §4.4).
const minInvestigators = 2

// investigators checks who is to investigate: two different people at least, of whom none is complained of or a colleague of him.
func investigators(m *Matter, people []org.User) error {
	seen := map[string]bool{}
	for _, p := range people {
		if seen[p.ID] || !p.Active || p.ID == m.AccusedID || p.UnitID != "" && (p.UnitID == m.UnitID || p.UnitID == m.AccusedUnit) {
			return ErrInvestigators
		}
		seen[p.ID] = true
	}
	if len(people) < minInvestigators {
		return ErrInvestigators
	}
	return nil
}

// Assign names who investigates a complaint (指定调查人).
func (m *Module) Assign(ctx context.Context, cmd Command, people []string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActAssign, people, func(tx *store.Tx, f *file) (note, error) {
		users, err := m.users(tx, f.CentreID, people)
		if err != nil {
			return note{}, err
		}
		if err := investigators(&f.Matter, users); err != nil {
			return note{}, err
		}
		if err := tx.Queue("DELETE FROM complaint_investigator WHERE centre_id = $1 AND matter_id = $2", f.CentreID, f.ID); err != nil {
			return note{}, err
		}
		for _, u := range users {
			if err := tx.Queue("INSERT INTO complaint_investigator (centre_id, matter_id, user_id) VALUES ($1, $2, $3)", f.CentreID, f.ID, u.ID); err != nil {
				return note{}, err
			}
		}
		return note{data: map[string]any{"people": people}}, nil
	})
}

func (m *Module) users(tx *store.Tx, centre string, ids []string) ([]org.User, error) {
	var out []org.User
	for _, id := range ids {
		u, err := m.org.UserTx(tx, centre, id)
		if err != nil {
			return nil, ErrInput.Field("people", "没有选中的这个人，请重新选择。")
		}
		out = append(out, u)
	}
	return out, nil
}

func loadInvestigators(tx *store.Tx, centre string, id MatterID) ([]string, error) {
	return store.Select[string](tx, "SELECT user_id FROM complaint_investigator WHERE centre_id = $1 AND matter_id = $2 ORDER BY user_id", centre, id)
}

// Ask puts to the unit complained of what it is to account for (请单位说明), in the supervisors' own words: the unit never reads the
// complainant's.
func (m *Module) Ask(ctx context.Context, cmd Command, question string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActAsk, question, func(_ *store.Tx, f *file) (note, error) {
		if f.UnitID == "" {
			return note{}, ErrUnit.Say("请先确认被投诉人所在的单位。")
		}
		text, err := said("reason", "请单位说明的问题", question)
		f.Asked = text
		return note{text: text}, err
	})
}

// Answer is the unit's account (单位说明).
func (m *Module) Answer(ctx context.Context, cmd Command, account string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActAnswer, account, func(_ *store.Tx, f *file) (note, error) {
		if f.Asked == "" {
			return note{}, ErrState.Say("政务监察股还没有请单位说明情况。")
		}
		text, err := said("reason", "情况说明", account)
		return note{text: text}, err
	})
}

// FindInput is what an investigation came to.
type FindInput struct {
	Finding Finding `json:"finding" maxLength:"20" doc:"upheld 属实、partly 部分属实、unproven 不属实"`
	Serious bool    `json:"serious,omitempty" doc:"情节严重，报中心领导审定"`
	Report  string  `json:"report" maxLength:"2000" doc:"查明的事实和证据"`
	Cause   string  `json:"cause,omitempty" maxLength:"20" doc:"成因的代码；属实和部分属实的必填"`
}

// Find says what the investigation came to (认定). A serious one that is true in whole or part waits for the leader.
func (m *Module) Find(ctx context.Context, cmd Command, in FindInput) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActFind, in, func(tx *store.Tx, f *file) (note, error) {
		if in.Finding.Label() == "" {
			return note{}, ErrInput.Field("finding", "请选择认定的结果。")
		}
		text, err := said("report", "查明的事实和证据", in.Report)
		if err != nil {
			return note{}, err
		}
		people, err := loadInvestigators(tx, f.CentreID, f.ID)
		if err != nil {
			return note{}, err
		}
		if len(people) < minInvestigators {
			return note{}, ErrInvestigators
		}
		holds := in.Finding != NotFound
		if holds {
			if f.UnitID == "" {
				return note{}, ErrUnit.Say("认定属实前，请先确认被投诉人所在的单位。")
			}
			if err := mustCause(tx, f.CentreID, in.Cause); err != nil {
				return note{}, err
			}
			f.Cause = in.Cause
		}
		f.Finding, f.Serious = in.Finding, in.Serious && holds
		if f.Serious {
			f.State = Judging
		} else {
			f.found(tx.Now())
		}
		return note{text: text, data: map[string]any{"finding": in.Finding, "serious": f.Serious, "cause": f.Cause}}, m.suggest(tx, f)
	})
}

// found fixes when a finding stands.
func (f *file) found(at clock.Instant) { f.FoundAt = at }

// Confirm lets a serious finding stand (同意认定).
func (m *Module) Confirm(ctx context.Context, cmd Command, opinion string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActConfirm, opinion, func(tx *store.Tx, f *file) (note, error) {
		f.found(tx.Now())
		return note{text: opinion}, m.suggest(tx, f)
	})
}

// Overturn sends a serious finding back to the investigation (退回调查).
func (m *Module) Overturn(ctx context.Context, cmd Command, why string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActOverturn, why, func(_ *store.Tx, f *file) (note, error) {
		text, err := said("reason", "退回的理由", why)
		f.Finding, f.Serious = "", false
		return note{text: text}, err
	})
}

// Transfer (调离建议) suggests that somebody be moved away from the window: two upheld complaints within a year, or a serious one
// (hall reference §1.7). Who decides is the unit that posted him.
type Transfer struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	UserID   string        `db:"user_id" json:"user_id"`
	UnitID   string        `db:"unit_id" json:"unit_id"`
	MatterID MatterID      `db:"matter_id" json:"-"`
	Reason   string        `db:"reason" json:"reason"`
	Upheld   int64         `db:"upheld" json:"upheld"`
	At       clock.Instant `db:"at" json:"at"`
}

// transferReason tells whether an upheld complaint gives reason to move the person, and which: the number counts this one.
func transferReason(serious bool, upheldInYear int64) (string, bool) {
	switch {
	case serious:
		return "严重投诉查实，建议调离窗口岗位。", true
	case upheldInYear >= 2:
		return fmt.Sprintf("一年内查实投诉 %d 件，建议调离窗口岗位。", upheldInYear), true
	}
	return "", false
}

// suggest writes the suggestion that a finding that stands gives reason for.
func (m *Module) suggest(tx *store.Tx, f *file) error {
	if f.FoundAt == 0 || f.Finding != Upheld || f.AccusedID == "" {
		return nil
	}
	since := yearBefore(f.FoundAt.Date())
	earlier, err := store.Get[int64](tx, "SELECT COUNT(*) FROM complaint_matter WHERE centre_id = $1 AND accused_id = $2 AND accused_id <> '' AND found_at >= $3 AND finding = $4 AND id <> $5",
		f.CentreID, f.AccusedID, since.Start(), Upheld, f.ID)
	if err != nil {
		return err
	}
	reason, ok := transferReason(f.Serious, earlier+1)
	if !ok {
		return nil
	}
	t := Transfer{CentreID: f.CentreID, ID: tx.NewID(), UserID: f.AccusedID, UnitID: f.AccusedUnit, MatterID: f.ID, Reason: reason, Upheld: earlier + 1, At: tx.Now()}
	if err := store.Insert(tx, "complaint_transfer", t); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "complaint.transfer", Kind: string(f.Kind), Object: string(f.ID), Detail: map[string]any{"no": f.No, "user": f.AccusedID, "upheld": earlier + 1, "serious": f.Serious}})
}

// yearBefore is the same day a year earlier.
func yearBefore(d clock.Date) clock.Date {
	if d.Month() == 2 && d.DayOfMonth() == 29 {
		return clock.Day(d.Year()-1, 3, 1)
	}
	return clock.Day(d.Year()-1, d.Month(), d.DayOfMonth())
}

// Dispose says what follows from the finding (处置): for the person, for the unit.
func (m *Module) Dispose(ctx context.Context, cmd Command, what string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActDispose, what, func(*store.Tx, *file) (note, error) {
		text, err := said("reason", "处置意见", what)
		return note{text: text}, err
	})
}

// Feedback tells the complainant what came of it (反馈), which ends the limit. What is true in whole or part is then to be put right and
// filed by the unit; what is not is followed up at once.
func (m *Module) Feedback(ctx context.Context, cmd Command, what string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActFeedback, what, func(tx *store.Tx, f *file) (note, error) {
		text, err := said("reason", "告知投诉人的内容", what)
		if err != nil {
			return note{}, err
		}
		f.FinishedAt = tx.Now()
		f.stop(tx, ClockHandle)
		next, code := ClockVisit, LimitVisit
		if slices.Contains([]Finding{Upheld, Partly}, f.Finding) {
			f.State, next, code = Rectifying, ClockFile, LimitFile
		}
		n, err := days(tx, f.CentreID, code)
		if err != nil {
			return note{}, err
		}
		return note{text: text}, f.start(tx, next, tx.Now().Date(), n)
	})
}

// File files what the unit has put right (整改备案).
func (m *Module) File(ctx context.Context, cmd Command, what string) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActFile, what, func(tx *store.Tx, f *file) (note, error) {
		text, err := said("reason", "整改的措施和结果", what)
		if err != nil {
			return note{}, err
		}
		f.stop(tx, ClockFile)
		n, err := days(tx, f.CentreID, LimitVisit)
		if err != nil {
			return note{}, err
		}
		return note{text: text}, f.start(tx, ClockVisit, tx.Now().Date(), n)
	})
}

// VisitComplaint asks the complainant afterwards (回访) and archives the complaint.
func (m *Module) VisitComplaint(ctx context.Context, cmd Command, in VisitInput) (Matter, error) {
	return m.change(ctx, Complaint, cmd, ActVisit, in, func(tx *store.Tx, f *file) (note, error) {
		f.stop(tx, ClockVisit)
		return f.visit(in)
	})
}
