package casework

import (
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Alert (监察预警) is one word of those who supervise about a case, as the case's sheet shows it. Package supervision gives
// and keeps them.
type Alert struct {
	ID     string        `db:"id" json:"id"`
	CaseID CaseID        `db:"case_id" json:"case_id"`
	Rung   string        `db:"rung" json:"rung"`
	Level  string        `db:"level" json:"level"`
	Label  string        `db:"-" json:"label"` // 提醒, 黄牌, 红牌, 预警, 报警
	Kind   string        `db:"type" json:"type"`
	Text   string        `db:"text" json:"text"`
	SiteID string        `db:"site_id" json:"site_id,omitempty"`
	State  string        `db:"state" json:"state"`
	Open   bool          `db:"open" json:"open"`
	At     clock.Instant `db:"at" json:"at"`
	Due    clock.Instant `db:"due" json:"due,omitzero"`
	Reason string        `db:"reason" json:"reason,omitempty"`
}

// Happening (办理动态) is an event of a case as supervision sees it, in the event's own transaction: the case and its clocks as
// they are about to be saved. A clock on which supervision has climbed is marked by its Alerted.
type Happening struct {
	Case     *Case
	Event    *Event
	Clocks   []*Clock
	Calendar *calendar.Calendar
}

// Supervision (电子监察) is what the composition root hands in from package supervision: whoever looks at every event, the
// alerts of a case for its sheet, and how many are in force about each case of a list.
type Supervision struct {
	Observe  func(tx *store.Tx, h *Happening) error
	AlertsOf func(tx *store.Tx, centre string, id CaseID) ([]Alert, error)
	// PledgeDays is how many working days there are to check a declaration where the item says nothing; 0 for the program's own.
	PledgeDays func(tx *store.Tx, centre string) (int64, error)
	InForce    func(tx *store.Tx, centre string, ids []CaseID) (map[CaseID]int64, error)
}

// SetSupervision says who supervises.
func (m *Module) SetSupervision(s Supervision) { m.supervision = s }

// observe lets those who supervise look at an event before the case is saved.
func (m *Module) observe(tx *store.Tx, d *dossier, e *Event) error {
	if m.supervision.Observe == nil {
		return nil
	}
	h := Happening{Case: &d.Case, Event: e, Clocks: d.clocks, Calendar: d.cal}
	marks := make([]int64, len(d.clocks))
	for i, k := range d.clocks {
		marks[i] = k.Alerted
	}
	if err := m.supervision.Observe(tx, &h); err != nil {
		return err
	}
	for i, k := range d.clocks {
		k.touched = k.touched || k.Alerted != marks[i]
	}
	return nil
}

func (m *Module) alertsOf(tx *store.Tx, centre string, id CaseID) ([]Alert, error) {
	if m.supervision.AlertsOf == nil {
		return nil, nil
	}
	return m.supervision.AlertsOf(tx, centre, id)
}

// alertsAbout counts the alerts in force about the open ones among cases.
func (m *Module) alertsAbout(tx *store.Tx, centre string, found []Case) (map[CaseID]int64, error) {
	var open []CaseID
	for i := range found {
		if found[i].Open {
			open = append(open, found[i].ID)
		}
	}
	if m.supervision.InForce == nil || len(open) == 0 {
		return nil, nil
	}
	return m.supervision.InForce(tx, centre, open)
}
