package hallmetric

import (
	"slices"
	"strings"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// caseRow is what a figure needs of a row of casework_case.
type caseRow struct {
	ID           string        `db:"id"`
	Unit         string        `db:"unit_id"`
	Site         string        `db:"site_id"`
	Item         string        `db:"item_id"`
	Kind         item.CaseKind `db:"kind"`
	Mode         casework.Mode `db:"accept_mode"`
	ReceivedAt   clock.Instant `db:"received_at"`
	CompleteAt   clock.Instant `db:"complete_at"`
	AcceptedAt   clock.Instant `db:"accepted_at"`
	DecidedAt    clock.Instant `db:"decided_at"`
	ClosedAt     clock.Instant `db:"closed_at"`
	CloseCode    string        `db:"close_code"`
	Ground       string        `db:"ground"`
	Trips        int64         `db:"visits"`
	Notices      int64         `db:"notices"`
	PromiseDue   clock.Instant `db:"promise_due"`
	StatutoryDue clock.Instant `db:"statutory_due"`
	StandsUntil  clock.Instant `db:"stands_until"`
	casework.Timing
}

var caseColumns = store.Columns[caseRow]("")

// basisColumns are what every measure of a basis looks at. With what the rules need they are all in the basis's index, so that
// a month is read from the index alone. A recount reads every column.
var basisColumns = map[Basis]string{
	BasisClosed:    "closed_at, close_code, ground",
	BasisDue:       "stands_until, decided_at, closed_at, close_code, ground, promise_due",
	BasisStatutory: "stands_until, decided_at, closed_at, close_code, ground, statutory_due",
	BasisReceived:  "received_at",
}

// dimensionColumns are what puts a case under a subject.
var dimensionColumns = map[Dimension]string{Whole: "", ByUnit: "unit_id", BySite: "site_id", ByItem: "item_id"}

// columnsFor lists what a count of measures by a dimension reads.
func columnsFor(b Basis, list []*definition, by Dimension) string {
	var out []string
	for _, text := range append([]string{basisColumns[b], dimensionColumns[by]}, needsOf(b, list)...) {
		for _, c := range strings.Split(text, ", ") {
			if c != "" && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return strings.Join(out, ", ")
}

func needsOf(b Basis, list []*definition) []string {
	var out []string
	for _, d := range list {
		if d.basis == b && d.feed == nil {
			out = append(out, d.needs)
		}
	}
	return out
}

// caseWhere is the condition of a basis: whole days, so that what falls due at the end of a day (24:00) belongs to it.
func caseWhere(b Basis, w *store.Where, p metric.Period) *store.Where {
	from, to := p.Start(), p.End()
	switch b {
	case BasisClosed:
		w.And("closed_at > 0").And("closed_at >= ?", from).And("closed_at < ?", to)
	case BasisDue:
		w.And("promise_due > 0").And("promise_due > ?", from).And("promise_due <= ?", to)
	case BasisStatutory:
		w.And("statutory_due > 0").And("statutory_due > ?", from).And("statutory_due <= ?", to)
	case BasisReceived:
		w.And("received_at >= ?", from).And("received_at < ?", to)
	}
	return w
}

// caseMoment is the moment that puts a case into a period.
func caseMoment(b Basis, c *Case) clock.Instant {
	switch b {
	case BasisDue:
		return c.PromiseDue
	case BasisStatutory:
		return c.StatutoryDue
	case BasisReceived:
		return c.ReceivedAt
	}
	return c.ClosedAt
}

// belongs reports whether a case takes part in a basis and period: caseWhere for a case in memory.
func belongs(b Basis, c *Case, p metric.Period) bool {
	at := caseMoment(b, c)
	if b == BasisDue || b == BasisStatutory {
		return at > 0 && at > p.Start() && at <= p.End()
	}
	return at > 0 && p.Contains(at)
}

// eachCase gives the facts of cases one by one; fn must not keep them.
func (e *engine) eachCase(b Basis, columns string, fn func(*Fact) error) error {
	w := caseWhere(b, (&store.Where{}).And("centre_id = ?", e.who.centre), e.period)
	e.who.narrow(w, "unit_id", "site_id", "created_by")
	var c Case
	f := Fact{Case: &c}
	if err := store.Each(e.tx, func(r *caseRow) error {
		r.into(b, &f)
		return fn(&f)
	}, "SELECT "+columns+" FROM casework_case"+w.SQL(), w.Args...); err != nil {
		return err
	}
	return e.eachPlatform(b, columns, fn)
}

// cases reads the facts of cases with every column.
func (e *engine) cases(b Basis) ([]Fact, error) {
	var out []Fact
	err := e.eachCase(b, caseColumns, func(f *Fact) error {
		kept, c := *f, *f.Case
		kept.Case = &c
		out = append(out, kept)
		return nil
	})
	return out, err
}

func (r *caseRow) into(b Basis, f *Fact) {
	*f.Case = Case{Instant: r.Kind == item.Instant, Mode: r.Mode, ReceivedAt: r.ReceivedAt, CompleteAt: r.CompleteAt, AcceptedAt: r.AcceptedAt, DecidedAt: r.DecidedAt, ClosedAt: r.ClosedAt,
		CloseCode: r.CloseCode, Ground: r.Ground, Trips: r.Trips, Notices: r.Notices, PromiseDue: r.PromiseDue, StatutoryDue: r.StatutoryDue, StandsUntil: r.StandsUntil, Timing: r.Timing}
	f.ID, f.At, f.Unit, f.Site, f.Item = r.ID, caseMoment(b, f.Case), r.Unit, r.Site, r.Item
}
