package hallmetric

import (
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/item"
)

// Basis (统计范围) is which facts belong to a period, and by which of their moments.
type Basis string

// The bases.
const (
	BasisClosed    Basis = "closed"    // cases by the moment at which they ended
	BasisDue       Basis = "due"       // cases by the day on which the promise ended
	BasisStatutory Basis = "statutory" // cases by the day on which the statutory limit ended
	BasisReceived  Basis = "received"  // cases by the moment at which they were received
	BasisTickets   Basis = "tickets"   // tickets of the queue by their day
	BasisItems     Basis = "items"     // items with the version in force at the end of the period
	BasisStuck     Basis = "stuck"     // stuck matters by the moment at which they ended
	BasisComplaint Basis = "complaint" // complaints by the day on which the answer was due
	BasisCards     Basis = "cards"     // cases by the moment at which they ended, and the cards given in the period
	BasisSamples   Basis = "samples"   // cases of random samples by the moment of the check
	BasisDuty      Basis = "duty"      // parts of days that were planned for the staff
)

// Fact (事实) is one record that a measure may count, with whom it belongs to. Exactly one of the four below is set.
type Fact struct {
	ID      string
	At      clock.Instant // the moment that puts it into the period
	Unit    string        // 部门
	Site    string
	Item    string
	Case    *Case
	Ticket  *Ticket
	Version *Version
	Told    *Told
}

// Told is a fact of another module of the hall, with what that module says of it.
type Told struct {
	No, Title, Why string
	Num, Den       int64
	Out            bool
	Href           string
}

// Case is what the measures look at of a case. Both the row of a case and its events make one (case.go, replay.go).
type Case struct {
	Instant      bool // 即办件
	Mode         casework.Mode
	ReceivedAt   clock.Instant
	CompleteAt   clock.Instant
	AcceptedAt   clock.Instant
	DecidedAt    clock.Instant
	ClosedAt     clock.Instant
	CloseCode    string
	Ground       string
	Trips        int64
	Notices      int64
	PromiseDue   clock.Instant
	StatutoryDue clock.Instant
	StandsUntil  clock.Instant
	casework.Timing
	// Platform is set for a case of the provincial platform: what its export does not tell is zero. NoKind is set where that does not
	// say whether it was one of the day, and SeenAt is when an import last had it.
	Platform, NoKind bool
	SeenAt           clock.Instant
}

// Done reports whether the case was decided and closed (办结); refused, withdrawn, lapsed and terminated ones were not.
func (c *Case) Done() bool { return c.CloseCode != "" }

// Refused reports whether acceptance was refused (不予受理、转告).
func (c *Case) Refused() bool { return c.Ground != "" }

// Gone reports whether the case ended without a decision.
func (c *Case) Gone() bool { return c.ClosedAt != 0 && c.CloseCode == "" && c.DecidedAt == 0 }

// Stands reports whether a special procedure keeps the limits still at a moment, so that their ends move with the days.
func (c *Case) Stands(now clock.Instant) bool { return now < c.StandsUntil }

// Ticket is what the measures look at of a number of the queue.
type Ticket struct {
	State     hall.State
	CalledAt  clock.Instant // first call
	WaitMs    int64
	ServedMs  int64
	Accurate  bool
	StartedAt clock.Instant
}

// Version is what the measures look at of an item.
type Version struct {
	Instant            bool
	Promise, Statutory item.Limit
}
