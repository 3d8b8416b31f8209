package hotline

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
)

// Roles of a leg.
const (
	Lead   = "lead"  // 主办
	CoLead = "help"  // 协办
	Child  = "below" // 下级承办: a unit below, for whose work the parent leg's unit answers
)

// LegID identifies a leg.
type LegID string

// Leg (承办件) is one unit's obligation in one round of a ticket, with two clocks: signing and handling. Overdue is
// derived from due and state, never stored.
type Leg struct {
	CentreID     string         `db:"centre_id" json:"-"`
	ID           LegID          `db:"id" json:"id"`
	TicketID     TicketID       `db:"ticket_id" json:"ticket_id"`
	Round        int            `db:"round" json:"round"`
	UnitID       string         `db:"unit_id" json:"unit_id"`
	Role         string         `db:"role" json:"role"`
	State        LegState       `db:"state" json:"state"`
	Open         bool           `db:"open" json:"open"`
	DispatchedAt clock.Instant  `db:"dispatched_at" json:"dispatched_at"`
	SignLimit    calendar.Limit `db:"sign_limit" json:"sign_limit"`
	SignDue      clock.Instant  `db:"sign_due" json:"sign_due"`
	SignedAt     clock.Instant  `db:"signed_at" json:"signed_at,omitzero"`
	Course       Course         `db:"course" json:"course"` // limit, start and turns of the handling clock
	Revision     int64          `db:"calendar_revision" json:"calendar_revision"`
	Due          clock.Instant  `db:"due" json:"due"`
	FirstDue     clock.Instant  `db:"first_due" json:"first_due"`
	Provisional  bool           `db:"provisional" json:"provisional"`
	Extension    Extension      `db:"extension" json:"extension,omitzero"` // the ask that waits for a decision
	ExtCount     int            `db:"ext_count" json:"ext_count"`          // extensions asked for and granted
	ReviewAt     clock.Instant  `db:"review_at" json:"review_at,omitzero"` // when a suspension ends by itself
	ContactedAt  clock.Instant  `db:"contacted_at" json:"contacted_at,omitzero"`
	SubmittedAt  clock.Instant  `db:"submitted_at" json:"submitted_at,omitzero"`
	AcceptedAt   clock.Instant  `db:"accepted_at" json:"accepted_at,omitzero"`
	Outcome      string         `db:"outcome" json:"outcome,omitempty"` // on_time, late or na; frozen at acceptance
	Solved       string         `db:"solved" json:"solved,omitempty"`
	ReplyPublic  string         `db:"reply_public" json:"reply_public,omitempty"`
	ReplyInside  string         `db:"reply_internal" json:"reply_internal,omitempty"`
	Cites        string         `db:"cites" json:"cites,omitempty"`                 // numbers of the entries that the proposed reply rests on
	ParentLeg    LegID          `db:"parent_leg" json:"parent_leg,omitempty"`       // of a Child
	Matter       string         `db:"matter" json:"matter,omitempty"`               // what a helping unit or one below is to do
	DispatchedBy string         `db:"dispatched_by" json:"dispatched_by,omitempty"` // who chose the unit
	Designated   bool           `db:"designated" json:"designated,omitempty"`       // 指定承办: a return was refused, there is no other
	Misdispatch  bool           `db:"misdispatch" json:"misdispatch,omitempty"`     // returned with reason; does not count against the unit
	Returns      int            `db:"returns" json:"returns,omitempty"`             // returns asked for
	Asks         int            `db:"asks" json:"asks,omitempty"`                   // asks that wait for a decision
	ReturnedAt   clock.Instant  `db:"returned_at" json:"returned_at,omitzero"`
	// ContactDue is the end of the first contact (先行联系), 0 where none is wanted. The minutes are those of handling, by
	// office time without suspensions and by the clock, frozen with the outcome; -1 until then and where not known.
	ContactDue  clock.Instant `db:"contact_due" json:"contact_due,omitzero"`
	WorkMinutes int64         `db:"work_minutes" json:"work_minutes"`
	WallMinutes int64         `db:"wall_minutes" json:"wall_minutes"`
	Version     int64         `db:"version" json:"version"`
}

// Outcomes of a leg.
const (
	OnTime        = "on_time"
	Late          = "late"
	NotApplicable = "na"
)

// SolvedCodes lists the unit's own statement on the result (办理结果).
var SolvedCodes = []string{"已解决", "部分解决", "解释说明", "未解决"}

// Overdue reports whether the unit is late at now (超期): past due, no reply, not suspended. While an extension that was
// asked for in time waits for its decision the answer is no (hotline reference §5.3).
func (l *Leg) Overdue(now clock.Instant) bool {
	return now > l.Due && l.State.Running() && l.State != LegSuspended && l.Extension.IsZero()
}

// SignOverdue reports whether the unit should have signed before now and has not.
func (l *Leg) SignOverdue(now clock.Instant) bool { return l.State == PendingSign && now > l.SignDue }

// Course is calendar.Course as it is stored: JSON text.
type Course struct{ calendar.Course }

// Value stores the course.
func (c Course) Value() (driver.Value, error) {
	b, err := json.Marshal(c.Course)
	return string(b), err
}

// Scan reads the course.
func (c *Course) Scan(src any) error { return scanJSON(src, &c.Course) }

// Extension is an ask for more time (延期申请) that waits for its decision.
type Extension struct {
	AskedAt clock.Instant `json:"asked_at,omitzero"`
	AskedBy string        `json:"asked_by,omitempty"`
	Days    int           `json:"days,omitempty"`
	Reason  string        `json:"reason,omitempty"`
}

// IsZero reports whether no ask is waiting.
func (e Extension) IsZero() bool { return e.AskedAt == 0 }

// Value stores the ask; "" for none.
func (e Extension) Value() (driver.Value, error) {
	if e.IsZero() {
		return "", nil
	}
	b, err := json.Marshal(e)
	return string(b), err
}

// Scan reads the ask.
func (e *Extension) Scan(src any) error { return scanJSON(src, e) }

func scanJSON(src, into any) error {
	var b []byte
	switch v := src.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("cannot read JSON from %T", src)
	}
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, into)
}

// project computes the leg's due from its course on cal, and gives whether it changed. A cap, where there is one, is the
// latest that it may be.
func (l *Leg) project(cal *calendar.Calendar, limit clock.Instant) bool {
	p := cal.Project(l.Course.Course, l.UnitID)
	due := capped(p.At, limit)
	changed := due != l.Due || p.Provisional != l.Provisional
	l.Due, l.Provisional, l.Revision = due, p.Provisional, cal.Revision()
	if l.FirstDue == 0 {
		l.FirstDue = capped(p.First, limit)
	}
	return changed
}

// cancel ends a leg, because the ticket ended otherwise or the unit above took it back.
func (l *Leg) cancel() { l.State, l.Outcome, l.Extension = Cancelled, NotApplicable, Extension{} }

func capped(due, limit clock.Instant) clock.Instant {
	if limit != 0 && limit < due {
		return limit
	}
	return due
}
