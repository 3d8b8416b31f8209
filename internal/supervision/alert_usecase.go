package supervision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

const maxText = 2000

// words checks a text that an action asks for.
func words(what, s string) (string, error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case what != "" && n == 0:
		return "", ErrReason.Say("请填写%s。", what).Field("text", "请填写%s。", what)
	case n > maxText:
		return "", ErrInput.Field("text", "最多 %d 个字。", maxText)
	}
	return s, nil
}

// Command addresses an alert: which, in which version (0: whichever is there), with what is written.
type Command struct {
	ID      AlertID `json:"-"`
	Version int64   `json:"-"`
	Text    string  `json:"-"`
}

// Act does one thing about an alert: serving it, taking it up, answering, defending, settling, returning, upholding, proposing
// to lift it, lifting it or keeping it (hall reference §4.6). The unit concerned answers; 政务监察股 handles and proposes; the
// leader lifts. Nobody who had a hand in the case, or who proposed, decides (invariant I9).
func (m *Module) Act(ctx context.Context, cmd Command, action Action) (Alert, error) {
	a, x := actor.From(ctx), moveOf(action)
	if x.Action == "" {
		return Alert{}, ErrState
	}
	if err := a.Require(x.Perm); err != nil {
		return Alert{}, err
	}
	text, err := words(x.Text, cmd.Text)
	if err != nil {
		return Alert{}, err
	}
	var l Alert
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if l, err = loadAlert(tx, a, x.Perm, cmd.ID); err != nil {
			return err
		}
		if cmd.Version != 0 && cmd.Version != l.Version {
			return ErrVersion.With("version", l.Version)
		}
		return m.apply(tx, &l, &x, text)
	})
	return l, err
}

// loadAlert loads an alert for change, after the chain of its stream.
func loadAlert(tx *store.Tx, a *actor.Actor, perm actor.Permission, id AlertID) (Alert, error) {
	if err := audit.Lock(tx, a.CentreID, string(id)); err != nil {
		return Alert{}, err
	}
	l, err := store.Get[Alert](tx, "SELECT "+alertColumns+" FROM supervision_alert WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
	if errors.Is(err, store.ErrNotFound) {
		return l, ErrAlert
	}
	if err == nil && !org.Sees(a, perm, l.row()) {
		err = ErrAlert.Hide()
	}
	return l, err
}

// apply changes an alert by a row of the table, writes the step and the audit line, and keeps the case's count.
func (m *Module) apply(tx *store.Tx, l *Alert, x *move, text string) error {
	if !x.fits(l) {
		return ErrState
	}
	if err := m.unbiased(tx, l, x.Action); err != nil {
		return err
	}
	l.State = x.To
	if err := m.fill(tx, l, x.Action, text); err != nil {
		return err
	}
	l.Open, l.Version = l.State.Open(), l.Version+1
	if !l.Open {
		l.ClosedAt = tx.Now()
	}
	if err := store.Update(tx, "supervision_alert", *l, "centre_id", "id"); err != nil {
		return err
	}
	if err := note(tx, l, x.Action, text); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "supervision." + string(x.Action), Permission: x.Perm, Kind: "supervision_alert", Object: string(l.ID), Detail: map[string]any{"case": l.CaseNo, "state": l.State, "rule": l.Rule}})
}

// unbiased refuses whoever had a hand in the case, whose work the alert is about, or who raised it by hand, to settle, return,
// uphold, propose to lift or lift it, and the proposer to lift it.
func (m *Module) unbiased(tx *store.Tx, l *Alert, action Action) error {
	if !slices.Contains(clearing, action) {
		return nil
	}
	me := actor.From(tx.Context())
	if me.Kind == actor.System {
		return nil
	}
	if l.raisedBy(me) {
		return ErrConflict.Say("这张预警单是您本人发起的，发起人不能核销、退回、维持或提请撤牌。请由政务监察股的其他人员处理，撤牌由中心领导决定。")
	}
	if (action == ActLift || action == ActKeep) && l.ProposedBy == me.UserID || l.StaffID == me.UserID {
		return ErrConflict
	}
	if l.CaseID == "" {
		return nil
	}
	hands, err := m.casework.ActorsTx(tx, l.CentreID, l.CaseID)
	if err == nil && slices.Contains(hands, me.UserID) {
		err = ErrConflict
	}
	return err
}

// fill writes what an action adds to the alert.
func (m *Module) fill(tx *store.Tx, l *Alert, action Action, text string) error {
	me, now := actor.From(tx.Context()).UserID, tx.Now()
	switch action {
	case ActServe:
		return m.serve(tx, l)
	case ActTake:
		if l.No == "" {
			return m.serve(tx, l)
		}
	case ActAnswer:
		no, err := number(tx, l.CentreID, "监察回告", now.Date())
		l.AnswerNo, l.Answer, l.AnsweredBy, l.AnsweredAt = no, text, me, now
		return err
	case ActDefend:
		l.Defence = text
	case ActReturn:
		l.AnsweredAt, l.AnsweredBy = 0, ""
		return m.limitAnswer(tx, l)
	case ActUphold:
		l.Upheld = true
		return m.limitAnswer(tx, l)
	case ActPropose:
		l.ProposedBy, l.ProposedAt, l.Reason = me, now, text
	case ActLift:
		l.LiftedBy, l.LiftedAt = me, now
	case ActKeep:
		l.Upheld = true
		if l.No == "" {
			l.State = Raised
		}
	}
	return nil
}

// serve numbers the 监察预警单 and starts the limit of the answer.
func (m *Module) serve(tx *store.Tx, l *Alert) (err error) {
	if l.No, err = number(tx, l.CentreID, "监察预警", tx.Now().Date()); err != nil {
		return err
	}
	l.ServedAt = tx.Now()
	return m.limitAnswer(tx, l)
}

// limitAnswer gives the unit the working days for its answer that the rules in force give.
func (m *Module) limitAnswer(tx *store.Tx, l *Alert) error {
	set, err := m.inForce(tx, l.CentreID, tx.Now().Date())
	if err != nil {
		return err
	}
	c, err := m.calendar.ForCentre(tx, l.CentreID, "")
	if err == nil {
		l.AnswerDue = c.AddWorkdays(tx.Now().Date(), int(set.Rules.AnswerDays)).End()
	}
	return err
}

// number gives the next number of a series in a year: 监察预警〔2026〕00012号.
func number(tx *store.Tx, centre, series string, day clock.Date) (string, error) {
	n, err := store.Get[int64](tx, `INSERT INTO supervision_number (centre_id, series, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, series) DO UPDATE SET n = supervision_number.n + 1 RETURNING n`, centre, series+itoa(day.Year()))
	return fmt.Sprintf("%s〔%d〕%05d号", series, day.Year(), n), err
}

// RaiseInput is what 政务监察股 puts to a unit or site by hand.
type RaiseInput struct {
	Key    string `json:"-"`
	UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"单位；与站点至少填一个"`
	SiteID string `json:"site_id,omitempty" maxLength:"40" doc:"站点：大厅、分中心、乡镇便民服务中心"`
	CaseNo string `json:"case_no,omitempty" maxLength:"40" doc:"办件编号；没有办件的不填"`
	Level  Level  `json:"level" maxLength:"10" doc:"remind 提醒，yellow 预警，red 报警"`
	Type   Type   `json:"type" maxLength:"10" doc:"时效、流程、内容、收费、风险或其他"`
	Text   string `json:"text" maxLength:"2000" doc:"督办内容"`
	Sample string `json:"-"`
}

func (in *RaiseInput) validate() error {
	e := ErrInput
	if in.UnitID == "" && in.SiteID == "" && in.CaseNo == "" {
		e = e.Field("unit_id", "请选择被督办的单位或站点，或填写办件编号。")
	}
	if !slices.Contains(Levels, in.Level) {
		e = e.Field("level", "请选择级别。")
	}
	if !slices.Contains(Types, in.Type) {
		e = e.Field("type", "请选择类型。")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(in.Text)); n == 0 || n > maxText {
		e = e.Field("text", "请填写督办内容，最多 %d 个字。", maxText)
	}
	return e.OrNil()
}

// Raise puts something to a unit, a window or a site by hand (人工督办): about a case or, outside the hall, without one. What is
// more than a reminder is served at once.
func (m *Module) Raise(ctx context.Context, in RaiseInput) (Alert, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertHandle); err != nil {
		return Alert{}, err
	}
	if err := in.validate(); err != nil {
		return Alert{}, err
	}
	var l Alert
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "supervision.raise", in, id)
		if err != nil {
			return err
		}
		if repeated {
			l, err = loadAlert(tx, a, PermAlertHandle, AlertID(prior))
			return err
		}
		l, err = m.raise(tx, a, AlertID(id), &in)
		return err
	})
	return l, err
}

func (m *Module) raise(tx *store.Tx, a *actor.Actor, id AlertID, in *RaiseInput) (Alert, error) {
	if err := audit.Lock(tx, a.CentreID, string(id)); err != nil {
		return Alert{}, err
	}
	set, err := m.inForce(tx, a.CentreID, tx.Now().Date())
	if err != nil {
		return Alert{}, err
	}
	rule, _ := set.Rules.Find(CheckByHand)
	l := Alert{CentreID: a.CentreID, ID: id, Rule: rule.Code, Revision: set.Revision, ClockID: string(id), Rung: string(CheckByHand), Level: in.Level, Type: in.Type, Text: strings.TrimSpace(in.Text),
		UnitID: in.UnitID, SiteID: in.SiteID, State: Raised, Open: true, At: tx.Now(), RaisedBy: a.UserID, Version: 1}
	if err := m.concern(tx, &l, in.CaseNo); err != nil {
		return l, err
	}
	if l.Level != Remind {
		l.State = Served
		if err := m.serve(tx, &l); err != nil {
			return l, err
		}
	}
	if err := store.Insert(tx, "supervision_alert", l); err != nil {
		return l, err
	}
	if err := note(tx, &l, actRaise, ""); err != nil {
		return l, err
	}
	return l, audit.Record(tx, audit.Entry{Action: "supervision.raise", Permission: PermAlertHandle, Kind: "supervision_alert", Object: string(l.ID), Detail: map[string]any{"case": l.CaseNo, "level": l.Level, "type": l.Type, "unit": l.UnitID, "site": l.SiteID}})
}

// concern finds whom an alert by hand is about.
func (m *Module) concern(tx *store.Tx, l *Alert, caseNo string) error {
	if no := strings.TrimSpace(caseNo); no != "" {
		c, err := m.casework.CaseTx(tx, l.CentreID, "no", no)
		if errors.Is(err, casework.ErrNotFound) {
			return ErrInput.Field("case_no", "没有编号为“%s”的办件。", no)
		}
		if err != nil {
			return err
		}
		l.CaseID, l.CaseNo, l.ItemName, l.UnitID, l.SiteID, l.StaffID = c.ID, c.No, c.ItemName, c.UnitID, c.SiteID, c.Worker()
		return nil
	}
	if l.UnitID != "" {
		if _, err := m.org.UnitTx(tx, l.CentreID, l.UnitID); err != nil {
			return ErrInput.Field("unit_id", "请选择本中心的单位。")
		}
	}
	if l.SiteID != "" {
		if _, err := m.org.SiteTx(tx, l.CentreID, l.SiteID); err != nil {
			return ErrInput.Field("site_id", "请选择本中心的站点。")
		}
	}
	return nil
}

// serveBatch is how many alerts are served at once.
const serveBatch = 100

// ServeAll serves every card that waits to be served, the oldest first, and tells how many.
func (m *Module) ServeAll(ctx context.Context) (int, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertHandle); err != nil {
		return 0, err
	}
	var ids []AlertID
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = store.Select[AlertID](tx, "SELECT id FROM supervision_alert WHERE centre_id = $1 AND state = 'raised' AND open AND level <> 'remind' ORDER BY id LIMIT $2", a.CentreID, serveBatch)
		return err
	})
	n := 0
	for _, id := range ids {
		if _, err2 := m.Act(ctx, Command{ID: id}, ActServe); err2 == nil {
			n++
		} else if !errors.Is(err2, ErrState) {
			return n, err2
		}
	}
	return n, err
}
