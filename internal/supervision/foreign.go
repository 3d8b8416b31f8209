package supervision

import (
	"errors"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Foreign (外来预警) is what a clock of another module has to say, which has no case: the sharing of data. It is given once for its clock and
// level, as those of cases are.
type Foreign struct {
	Clock  string // names the clock among all of the centre
	Level  Level
	Text   string
	UnitID string // who is late; "" for the centre's own people, whom 政务监察股 only reminds
	Due    clock.Instant
}

// Bring puts what another module's clock says on the desk of 政务监察股, in that module's transaction. It stands under the rule for what is put
// to a unit without a case.
func (m *Module) Bring(tx *store.Tx, centre string, f Foreign) error {
	set, err := m.inForce(tx, centre, tx.Now().Date())
	if errors.Is(err, ErrNoRules) { // a centre without rules has nothing to say, and the other module goes on
		return nil
	}
	if err != nil {
		return err
	}
	if f.UnitID == "" {
		f.Level = Remind
	}
	rule, _ := set.Rules.Find(CheckByHand)
	given, err := give(tx, []*Alert{{CentreID: centre, Rule: rule.Code, Revision: set.Revision, ClockID: f.Clock, Rung: rungNames[f.Level], Level: f.Level, Type: Timing, Text: f.Text, UnitID: f.UnitID, Due: f.Due}})
	if err != nil {
		return err
	}
	_, err = supersede(tx, given)
	return err
}

// Ease puts away the reminders of another module's clock that has stopped; cards stay until they are answered.
func (m *Module) Ease(tx *store.Tx, centre, clock string) error {
	n, err := tx.Exec("UPDATE supervision_alert SET state = $3, open = $4, closed_at = $5, version = version + 1 WHERE centre_id = $1 AND case_id = '' AND clock_id = $2 AND level = 'remind' AND open", centre, clock, Settled, false, tx.Now())
	if err != nil || n == 0 {
		return err
	}
	return audit.RecordIn(tx, centre, audit.Entry{Action: "supervision.settle", Kind: "supervision_alert", Object: clock, Detail: map[string]any{"reminders": n}})
}
