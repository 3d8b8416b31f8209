package complaint

import (
	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// MatterID is the id of a matter.
type MatterID string

// Matter (反映件) is one stuck matter or complaint. What the reporter wrote is in Words.
type Matter struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          MatterID      `db:"id" json:"id"`
	No          string        `db:"no" json:"no"`
	Kind        Kind          `db:"kind" json:"kind"`
	State       State         `db:"state" json:"state"`
	Open        bool          `db:"open" json:"open"`
	Round       int64         `db:"round" json:"round"` // 1, and one more for each time that it is done again
	Title       string        `db:"title" json:"title,omitempty"`
	Channel     string        `db:"channel" json:"channel,omitempty"`
	UnitID      string        `db:"unit_id" json:"unit_id,omitempty"` // concerned: it handles the stuck matter, or is complained of
	SiteID      string        `db:"site_id" json:"site_id,omitempty"`
	Window      string        `db:"window_no" json:"window,omitempty"`
	ItemID      string        `db:"item_id" json:"item_id,omitempty"`
	ItemName    string        `db:"item_name" json:"item_name,omitempty"`
	CaseID      string        `db:"case_id" json:"-"`
	CaseNo      string        `db:"case_no" json:"case_no,omitempty"` // of the case (办件) that it is about
	TicketID    string        `db:"ticket_id" json:"-"`
	TicketNo    string        `db:"ticket_no" json:"ticket_no,omitempty"` // of the hotline's ticket that it came with
	ReporterID  string        `db:"reporter_id" json:"-"`
	Class       Class         `db:"class" json:"class,omitempty"`
	Multi       bool          `db:"multi" json:"multi"`                     // several units are concerned
	AccusedID   string        `db:"accused_id" json:"accused_id,omitempty"` // the person complained of, once known
	AccusedUnit string        `db:"accused_unit" json:"-"`                  // that person's own unit
	Serious     bool          `db:"serious" json:"serious"`
	Finding     Finding       `db:"finding" json:"finding,omitempty"`
	Outcome     Outcome       `db:"outcome" json:"outcome,omitempty"`
	Cause       string        `db:"cause" json:"cause,omitempty"`
	Ground      string        `db:"ground" json:"ground,omitempty"` // why it was refused
	Visited     Answer        `db:"visited" json:"visited,omitempty"`
	Asked       string        `db:"asked" json:"asked,omitempty"` // what the unit complained of is asked, in the supervisors' words
	ReceivedAt  clock.Instant `db:"received_at" json:"received_at"`
	AcceptedAt  clock.Instant `db:"accepted_at" json:"accepted_at,omitzero"`
	ContactedAt clock.Instant `db:"contacted_at" json:"contacted_at,omitzero"` // the last contact of this round
	FoundAt     clock.Instant `db:"found_at" json:"found_at,omitzero"`
	FinishedAt  clock.Instant `db:"finished_at" json:"finished_at,omitzero"` // the unit was done, or the complainant was told
	ClosedAt    clock.Instant `db:"closed_at" json:"closed_at,omitzero"`
	FirstDue    clock.Instant `db:"first_due" json:"first_due,omitzero"` // end of the first round's limit, extension and all: what figures judge by
	Due         clock.Instant `db:"due" json:"due,omitzero"`             // end of the limit of this round
	NextDue     clock.Instant `db:"next_due" json:"next_due,omitzero"`   // the nearest end of a running clock
	Reminders   int64         `db:"reminders" json:"reminders"`
	Handler     string        `db:"handler" json:"-"`
	Proposer    string        `db:"proposer" json:"-"` // of the denial that waits
	CreatedBy   string        `db:"created_by" json:"-"`
	QueryBix    string        `db:"query_bix" json:"-"`
	EventSeq    int64         `db:"event_seq" json:"-"`
	EventHash   []byte        `db:"event_hash" json:"-"`
	Version     int64         `db:"version" json:"version"`
	Deposited   bool          `db:"deposited" json:"deposited"` // its record is in the archive
}

// Words is what the reporter said. Both are empty where a ticket of the hotline has them.
type Words struct {
	CentreID string   `db:"centre_id" json:"-"`
	MatterID MatterID `db:"matter_id" json:"-"`
	Content  string   `db:"content" json:"content"`
	About    string   `db:"about" json:"about,omitempty"` // whom the complaint is about, as the reporter describes him
}

var matterColumns = store.Columns[Matter]("")

// row is the matter as an object of the scope model.
func (m *Matter) row() org.Row {
	return org.Row{CentreID: m.CentreID, UnitID: m.UnitID, SiteID: m.SiteID, OwnerID: m.CreatedBy}
}

// readPerm is the permission that reading a kind of matter takes.
func readPerm(k Kind) actor.Permission {
	if k == Complaint {
		return PermComplaintRead
	}
	return PermStuckRead
}

// visible refuses an actor who may not see the matter, as if it were not there.
func (m *Matter) visible(a *actor.Actor, perm actor.Permission) error {
	if org.Sees(a, perm, m.row()) {
		return nil
	}
	return ErrNotFound.Hide()
}

// late reports whether the limit of the first round was not kept, as it stands at a moment.
func (m *Matter) late(now clock.Instant) bool {
	if m.FirstDue == 0 {
		return false
	}
	if m.FinishedAt != 0 {
		return m.FinishedAt >= m.FirstDue
	}
	return m.Open && now >= m.FirstDue
}
