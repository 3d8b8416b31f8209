package casework

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Levels of an alert.
const (
	LevelRemind  = "提醒"
	LevelWarn    = "预警"
	LevelYellow  = "黄牌"
	LevelRed     = "红牌"
	LevelProcess = "报警"
)

// Kinds of alert.
const (
	AlertTime    = "时效"
	AlertProcess = "流程异常"
)

// States of an alert.
const (
	AlertOpen       = "open"       // 生效
	AlertSuperseded = "superseded" // 摘牌: a higher level took its place
	AlertProposed   = "proposed"   // 提请撤销
	AlertLifted     = "lifted"     // 已撤销
)

// AlertStateLabel is the Chinese name of an alert's state.
func AlertStateLabel(state string) string {
	return map[string]string{AlertOpen: "生效", AlertSuperseded: "已摘牌", AlertProposed: "提请撤销", AlertLifted: "已撤销"}[state]
}

// Alert (预警) tells the unit that has a case, and those who supervise it, that something is late or went another way than
// the law says. The same clock and rung give one alert only (invariant I5).
type Alert struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	CaseID     CaseID        `db:"case_id" json:"case_id"`
	ClockID    string        `db:"clock_id" json:"clock_id"` // the case's own id for what is not about a clock
	Rung       string        `db:"rung" json:"rung"`
	Level      string        `db:"level" json:"level"`
	Kind       string        `db:"kind" json:"kind"`
	Text       string        `db:"text" json:"text"`
	UnitID     string        `db:"unit_id" json:"unit_id"`
	SiteID     string        `db:"site_id" json:"site_id,omitempty"`
	State      string        `db:"state" json:"state"`
	Open       bool          `db:"open" json:"open"`
	At         clock.Instant `db:"at" json:"at"`
	Due        clock.Instant `db:"due" json:"due,omitzero"`
	ProposedBy string        `db:"proposed_by" json:"proposed_by,omitempty"`
	ProposedAt clock.Instant `db:"proposed_at" json:"proposed_at,omitzero"`
	Reason     string        `db:"reason" json:"reason,omitempty"` // why it is to be lifted; the unit may read it
	LiftedBy   string        `db:"lifted_by" json:"lifted_by,omitempty"`
	LiftedAt   clock.Instant `db:"lifted_at" json:"lifted_at,omitzero"`
}

var alertColumns = store.Columns[Alert]("")

// give writes an alert once for its clock and rung, and lets a red card take the place of the yellow one.
func (d *dossier) give(tx *store.Tx, a Alert) error {
	a.CentreID, a.ID, a.CaseID, a.UnitID, a.SiteID, a.State, a.Open, a.At = d.CentreID, tx.NewID(), d.ID, d.UnitID, d.SiteID, AlertOpen, true, tx.Now()
	if a.ClockID == "" {
		a.ClockID = string(d.ID)
	}
	n, err := tx.Exec(`INSERT INTO casework_alert (centre_id, id, case_id, clock_id, rung, level, kind, text, unit_id, site_id, state, open, at, due, proposed_by, proposed_at, reason, lifted_by, lifted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', 0, '', '', 0) ON CONFLICT (centre_id, clock_id, rung) DO NOTHING`,
		a.CentreID, a.ID, a.CaseID, a.ClockID, a.Rung, a.Level, a.Kind, a.Text, a.UnitID, a.SiteID, a.State, a.Open, a.At, a.Due)
	if err != nil || n == 0 {
		return err
	}
	d.Alerts++
	if a.Level == LevelRed {
		gone, err := tx.Exec("UPDATE casework_alert SET state = $4, open = $5 WHERE centre_id = $1 AND clock_id = $2 AND rung = $3 AND open", a.CentreID, a.ClockID, rungYellow, AlertSuperseded, false)
		if err != nil {
			return err
		}
		d.Alerts -= gone
	}
	return audit.Record(tx, audit.Entry{Action: "casework.alert", Kind: "case", Object: string(d.ID), Detail: map[string]any{"no": d.No, "level": a.Level, "kind": a.Kind, "rung": a.Rung}})
}

// process gives an alert about the course of a case (流程异常), which belongs to the event that is about to be written.
func (d *dossier) process(tx *store.Tx, level, rung, text string) error {
	return d.give(tx, Alert{Rung: rung + "-" + itoa(d.EventSeq+1), Level: level, Kind: AlertProcess, Text: text})
}

// AlertPage is how many alerts a page of the list holds.
const AlertPage = 50

// AlertFilter chooses alerts: Waiting those that wait for the leader's word.
type AlertFilter struct {
	Level string
	After string // id of the last one of the page before
}

// AlertItem is an alert with the number and item of its case.
type AlertItem struct {
	Alert
	No       string `db:"no" json:"no"`
	ItemName string `db:"item_name" json:"item_name"`
}

// Alerts lists the alerts in force that the actor may see, newest first.
func (m *Module) Alerts(ctx context.Context, f AlertFilter) (list []AlertItem, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("a.centre_id = ?", a.CentreID).And("a.open")
	reach(w, a, PermAlertRead, "a.", "")
	if f.Level != "" {
		w.And("a.level = ?", f.Level)
	}
	if f.After != "" {
		w.And("a.id < ?", f.After)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[AlertItem](tx, "SELECT "+store.Columns[Alert]("a.")+", c.no, c.item_name FROM casework_alert a JOIN casework_case c ON c.centre_id = a.centre_id AND c.id = a.case_id"+
			w.SQL()+" ORDER BY a.id DESC LIMIT "+itoa(AlertPage+1), w.Args...)
		return err
	})
	if len(list) > AlertPage {
		list = list[:AlertPage]
		next = list[AlertPage-1].ID
	}
	return list, next, err
}

// ProposeLift asks that an alert be lifted (提请撤牌). 政务监察股 proposes; it cannot lift (invariant I9).
func (m *Module) ProposeLift(ctx context.Context, id, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return ErrReasonRequired.Field("reason", "请写明提请撤销的理由，预警单位可以看到。")
	}
	return m.changeAlert(ctx, id, PermAlertPropose, "casework.alert_propose", func(tx *store.Tx, l *Alert) error {
		if l.State != AlertOpen {
			return ErrAlertState
		}
		l.State, l.ProposedBy, l.ProposedAt, l.Reason = AlertProposed, actor.From(ctx).UserID, tx.Now(), strings.TrimSpace(reason)
		return nil
	})
}

// DecideLift lifts an alert that is proposed for it, or keeps it (维持). The leader does it, and never the proposer.
func (m *Module) DecideLift(ctx context.Context, id string, lift bool) error {
	return m.changeAlert(ctx, id, PermAlertLift, "casework.alert_lift", func(tx *store.Tx, l *Alert) error {
		a := actor.From(ctx)
		switch {
		case l.State != AlertProposed:
			return ErrAlertState
		case l.ProposedBy == a.UserID:
			return ErrSameSigner
		case !lift:
			l.State = AlertOpen
			return nil
		}
		l.State, l.Open, l.LiftedBy, l.LiftedAt = AlertLifted, false, a.UserID, tx.Now()
		return tx.Queue("UPDATE casework_case SET alerts = alerts - 1 WHERE centre_id = $1 AND id = $2", l.CentreID, l.CaseID)
	})
}

func (m *Module) changeAlert(ctx context.Context, id string, perm actor.Permission, action string, rule func(tx *store.Tx, l *Alert) error) error {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		l, err := store.Get[Alert](tx, "SELECT "+alertColumns+" FROM casework_alert WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrAlert
		}
		if err != nil {
			return err
		}
		if !org.Sees(a, perm, org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID}) {
			return ErrAlert.Hide()
		}
		if err := rule(tx, &l); err != nil {
			return err
		}
		if err := store.Update(tx, "casework_alert", l, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: action, Permission: perm, Kind: "case", Object: string(l.CaseID), Detail: map[string]any{"alert": l.ID, "state": l.State}})
	})
}
