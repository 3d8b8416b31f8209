package desk

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Refusals of what is done about a notice.
var (
	ErrNoticeLifted   = errs.New(errs.Conflict, "hotline.notice_lifted", "这条提醒已经解除，不能再改。")
	ErrNoticeAnswered = errs.New(errs.Conflict, "hotline.notice_answered", "本单位已经对这条提醒作过说明。")
)

// noticeOf reads a notice for change, if the actor sees its unit's rows with perm.
func noticeOf(tx *store.Tx, perm actor.Permission, id string) (hotline.Notice, error) {
	a := actor.From(tx.Context())
	n, err := store.Get[hotline.Notice](tx, "SELECT "+store.Columns[hotline.Notice]("")+" FROM hotline_notice WHERE centre_id = $1 AND id = $2", a.CentreID, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && !org.Sees(a, perm, org.Row{CentreID: a.CentreID, UnitID: n.UnitID}) {
		return n, ErrNotice.Hide()
	}
	if err == nil && n.LiftedAt != 0 {
		err = ErrNoticeLifted
	}
	return n, err
}

// AnswerNotice is the unit's word on a card that it was given (申辩、说明). It does not take the card away.
func (m *Module) AnswerNotice(ctx context.Context, notice, text string) error {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermAnswer); err != nil {
		return err
	}
	text, err := hotline.Reason("answer", "说明", text)
	if err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := noticeOf(tx, hotline.PermAnswer, notice)
		if err != nil {
			return err
		}
		done, err := tx.Exec("UPDATE hotline_notice SET answer = $1, answered_at = $2, answered_by = $3 WHERE centre_id = $4 AND id = $5 AND answered_at = 0 AND lifted_at = 0",
			text, tx.Now(), a.UserID, a.CentreID, notice)
		if err != nil {
			return err
		}
		if done == 0 {
			return ErrNoticeAnswered
		}
		return recordNotice(tx, "hotline.notice_answer", hotline.PermAnswer, n)
	})
}

// LiftNotice takes a card back (解除), with the reason. Nobody lifts a card that he, or his unit, caused
// (hotline.own_alert); what is overdue stays overdue.
func (m *Module) LiftNotice(ctx context.Context, notice, why string) error {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermLift); err != nil {
		return err
	}
	why, err := hotline.Reason("reason", "解除理由", why)
	if err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := noticeOf(tx, hotline.PermLift, notice)
		if err != nil {
			return err
		}
		if err := hotline.MayClear(a, n.UnitID, n.AnsweredBy); err != nil {
			return err
		}
		done, err := tx.Exec("UPDATE hotline_notice SET lifted_at = $1, lifted_by = $2, lift_reason = $3 WHERE centre_id = $4 AND id = $5 AND lifted_at = 0", tx.Now(), a.UserID, why, a.CentreID, notice)
		if err != nil {
			return err
		}
		if done == 0 {
			return ErrNoticeLifted
		}
		return recordNotice(tx, "hotline.notice_lift", hotline.PermLift, n)
	})
}

func recordNotice(tx *store.Tx, action string, perm actor.Permission, n hotline.Notice) error {
	return audit.Record(tx, audit.Entry{Action: action, Permission: perm, Kind: "ticket", Object: string(n.TicketID), Detail: map[string]any{"notice": n.ID, "kind": n.Kind, "unit": n.UnitID}})
}

// NoticeSheet is a notice with the names that its printed form needs (催办通知书).
type NoticeSheet struct {
	hotline.Notice
	No       string `json:"no"`
	Unit     string `json:"unit_name"`
	Answerer string `json:"answered_name,omitempty"`
	Lifter   string `json:"lifted_name,omitempty"`
}

// Notice gives one notice that the actor's side may see, with names.
func (m *Module) Notice(ctx context.Context, notice string) (NoticeSheet, error) {
	a := actor.From(ctx)
	s, units, err := sideOf(a)
	if err != nil {
		return NoticeSheet{}, err
	}
	var out NoticeSheet
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("id = ?", notice)
		if s == unitSide {
			store.In(w, "unit_id", units)
		}
		n, err := store.Get[hotline.Notice](tx, "SELECT "+store.Columns[hotline.Notice]("")+" FROM hotline_notice"+w.SQL(), w.Args...)
		if errs.KindOf(err) == errs.NotFound {
			return ErrNotice.Hide()
		}
		if err != nil {
			return err
		}
		out = NoticeSheet{Notice: n}
		if out.No, err = store.Get[string](tx, "SELECT no FROM hotline_ticket WHERE centre_id = $1 AND id = $2", a.CentreID, n.TicketID); err != nil {
			return err
		}
		places, err := m.org.UnitsTx(tx, a.CentreID, []string{n.UnitID})
		if err != nil {
			return err
		}
		out.Unit = places[n.UnitID].Name
		names, err := m.org.UserNamesTx(tx, a.CentreID, []string{n.AnsweredBy, n.LiftedBy})
		out.Answerer, out.Lifter = names[n.AnsweredBy], names[n.LiftedBy]
		return err
	})
	return out, err
}
