package item

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// expiryJob watches an authorization from its publication to the day after its last.
const expiryJob = "item.expiry"

// ExpiryRungs lists how many working days before the last day of an authorization a notice is given.
func ExpiryRungs() []int64 { return []int64{10, 1} }

// ExpiryNotice (到期提醒) says that an authorization ends soon; one for each rung.
type ExpiryNotice struct {
	CentreID string        `db:"centre_id" json:"-"`
	Of       string        `db:"authorization_id" json:"authorization_id"`
	Rung     int64         `db:"rung" json:"rung"` // working days before the last day
	Due      clock.Date    `db:"due" json:"due"`   // the day of the notice
	At       clock.Instant `db:"at" json:"at"`
}

// noticeDay is the working day that lies n working days before the last day of an authorization.
func noticeDay(cal *calendar.Calendar, last clock.Date, n int64) clock.Date {
	day := last
	for range n {
		day = cal.PrevWorkday(day)
	}
	return day
}

// watchExpiry gives the notices whose day has come, and after the last day marks the authorization as expired. A run after an
// outage gives each notice once; a change of the calendar is followed, because the days are computed each time.
func (m *Module) watchExpiry(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var id string
	if err := j.Decode(&id); err != nil {
		return jobs.Done, err
	}
	a, err := authorizationTx(tx, j.CentreID, id, tx.ForUpdate())
	if err != nil || a.State != Effective {
		return jobs.Done, err
	}
	today := tx.Now().Date()
	if today > a.To {
		a.State = Expired
		if err := saveAuthorization(tx, &a, "expire", Effective, ""); err != nil {
			return jobs.Done, err
		}
		return jobs.Done, audit.RecordIn(tx, j.CentreID, audit.Entry{Action: "item.authorization_expire", Permission: PermAuthIssue, Kind: "authorization", Object: a.ID, Detail: map[string]any{"to": a.To.String()}})
	}
	cal, err := m.calendar.ForCentre(tx, j.CentreID, "")
	if err != nil {
		return jobs.Done, err
	}
	wake := (a.To + 1).Start()
	for _, rung := range ExpiryRungs() {
		day := noticeDay(cal, a.To, rung)
		if day > today {
			wake = min(wake, day.Start())
			continue
		}
		err := tx.Queue("INSERT INTO item_expiry_notice (centre_id, authorization_id, rung, due, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (centre_id, authorization_id, rung) DO NOTHING", j.CentreID, a.ID, rung, day, tx.Now())
		if err != nil {
			return jobs.Done, err
		}
	}
	// A new calendar may bring a notice forward: look again every day.
	return jobs.Snooze(min(wake, (today + 1).Start())), nil
}

// Expiring lists the authorizations in the actor's reach that had a notice and are still in force, those that end first in
// front.
func (m *Module) Expiring(ctx context.Context) ([]AuthorizationRow, error) {
	who := actor.From(ctx)
	if err := who.Require(PermAuthRead); err != nil {
		return nil, err
	}
	cond, args := org.Filter(who, PermAuthRead, org.Columns{Centre: "a.centre_id", Unit: "a.unit_id", Site: "a.site_id", Owner: "a.user_id"})
	w := (&store.Where{}).And("n.centre_id = ?", who.CentreID).And("a.state = ?", Effective).And(cond, args...)
	var out []AuthorizationRow
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[Authorization](tx, "SELECT DISTINCT "+store.Columns[Authorization]("a.")+` FROM item_expiry_notice n
			JOIN item_authorization a ON a.centre_id = n.centre_id AND a.id = n.authorization_id`+w.SQL()+" ORDER BY a.valid_to, a.id LIMIT 100", w.Args...)
		if err != nil {
			return err
		}
		out, err = m.authorizationRows(tx, who.CentreID, list)
		return err
	})
	return out, err
}
