package casework

import (
	"errors"
	"slices"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Overtime (到时时钟) is a running clock whose end comes near or is over, with what is said about its case.
type Overtime struct {
	Clock
	No       string        `db:"no"`
	ItemName string        `db:"item_name"`
	UnitID   string        `db:"unit_id"`
	SiteID   string        `db:"site_id"`
	State    State         `db:"state"`
	Handler  string        `db:"handler"`
	Reviewer string        `db:"reviewer"`
	TakenBy  string        `db:"created_by"`
	Received clock.Instant `db:"received_at"`
}

// Standing reports whether a special procedure keeps the clock still on a day.
func (k *Clock) Standing(day clock.Date) bool { return k.day.Suspended(day) }

// Anchor is the day from which the clock counts.
func (k *Clock) Anchor() clock.Date { return k.day.Anchor }

// Worker is who has the case in hand: whoever it was given to, whoever examined it, whoever received it.
func (c *Case) Worker() string { return or(c.Handler, or(c.Reviewer, c.CreatedBy)) }

// Worker is who has the clock's case in hand.
func (o *Overtime) Worker() string { return or(o.Handler, or(o.Reviewer, o.TakenBy)) }

// overtimeQuery takes the clocks on which supervision has climbed so far, by their ends, from one index.
var overtimeQuery = "SELECT " + store.Columns[Clock]("k.") + `, c.no, c.item_name, c.unit_id, c.site_id, c.state, c.handler, c.reviewer, c.created_by, c.received_at
	FROM casework_clock k JOIN casework_case c ON c.centre_id = k.centre_id AND c.id = k.case_id
	WHERE k.centre_id = $1 AND k.running AND k.alerted = $2 AND k.due <= $3 AND k.due >= $4 AND (k.due > $4 OR k.id > $5) ORDER BY k.due, k.id LIMIT $6`

// OvertimeTx lists running clocks of a centre on which supervision has climbed this far and which end no later than due, the
// earliest end first, after the clock (at, id).
func (m *Module) OvertimeTx(tx *store.Tx, centre string, climbed int64, due, at clock.Instant, id string, limit int) ([]Overtime, error) {
	list, err := store.Select[Overtime](tx, overtimeQuery, centre, climbed, due, at, id, limit)
	if err != nil {
		return nil, err
	}
	days := map[string]calendar.DayClock{} // most clocks that end together began together
	for i := range list {
		k := &list[i]
		if day, known := days[k.Body]; known {
			k.day = day
			continue
		}
		if err := k.load(); err != nil {
			return nil, err
		}
		days[k.Body] = k.day
	}
	return list, nil
}

// markBatch is how many rows one statement of a mark changes. PostgreSQL reads the whole table once a statement while it has no
// statistics of it, after an import for example.
const markBatch = 1000

// MarkAlertedTx writes how far supervision has climbed on clocks.
func (m *Module) MarkAlertedTx(tx *store.Tx, centre string, clocks []*Overtime, climbed int64) error {
	for len(clocks) > 0 {
		n := min(len(clocks), markBatch)
		args := []any{centre, climbed}
		var pairs strings.Builder
		for i, k := range clocks[:n] {
			args = append(args, k.CaseID, k.ID)
			pairs.WriteString([]string{"($", ", ($"}[min(i, 1)] + itoa(2*i+3) + ", $" + itoa(2*i+4) + ")")
		}
		if err := tx.Queue("UPDATE casework_clock SET alerted = $2 WHERE centre_id = $1 AND (case_id, id) IN (VALUES "+pairs.String()+")", args...); err != nil {
			return err
		}
		clocks = clocks[n:]
	}
	return nil
}

// CaseTx gives a case by its id or number.
func (m *Module) CaseTx(tx *store.Tx, centre, column, value string) (Case, error) {
	if column != "no" {
		column = "id"
	}
	c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND "+column+" = $2", centre, value)
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrNotFound
	}
	return c, err
}

// EventsTx gives the events of a case.
func (m *Module) EventsTx(tx *store.Tx, centre string, id CaseID) ([]Event, error) {
	return loadEvents(tx, centre, id)
}

// ActorsTx lists who has done anything to a case.
func (m *Module) ActorsTx(tx *store.Tx, centre string, id CaseID) ([]string, error) {
	return store.Select[string](tx, "SELECT DISTINCT actor_id FROM casework_event WHERE centre_id = $1 AND case_id = $2 AND actor_id <> ''", centre, id)
}

// CompletenessTx gives what a finished case's file holds: the kinds of its vouchers, and the materials that the applicant
// had to hand in.
func (m *Module) CompletenessTx(tx *store.Tx, c *Case) (vouchers []VoucherKind, materials []CaseMaterial, err error) {
	if vouchers, err = store.Select[VoucherKind](tx, "SELECT kind FROM casework_voucher WHERE centre_id = $1 AND case_id = $2 ORDER BY id", c.CentreID, c.ID); err != nil {
		return nil, nil, err
	}
	terms, err := m.termsOf(tx, c.CentreID, c.VersionID)
	if err != nil {
		return nil, nil, err
	}
	materials, err = store.Select[CaseMaterial](tx, partsQuery, c.CentreID, c.ID)
	return vouchers, slices.DeleteFunc(materials, func(r CaseMaterial) bool {
		mat, ok := terms.Material(r.MaterialID)
		return !ok || !mat.Handed()
	}), err
}

// FeesTx gives the charges of a case in 分, of its item's version: their sum, and whether that is a fixed amount for one case.
func (m *Module) FeesTx(tx *store.Tx, c *Case) (sum int64, fixed bool, err error) {
	t, err := m.termsOf(tx, c.CentreID, c.VersionID)
	if err != nil {
		return 0, false, err
	}
	fixed = len(t.Fees) > 0
	for _, f := range t.Fees {
		sum += int64(f.Fen)
		fixed = fixed && f.Standard == "" && f.Fen > 0 && slices.Contains([]string{"", "证", "件", "次", "本", "份", "套", "人"}, f.Per)
	}
	return sum, fixed, nil
}

// EndedTx lists the cases that ended in [from, to), by their ends, after the case (at, id).
func (m *Module) EndedTx(tx *store.Tx, centre string, from, to, at clock.Instant, id CaseID, limit int) ([]Case, error) {
	return store.Select[Case](tx, "SELECT "+caseColumns+` FROM casework_case WHERE centre_id = $1 AND closed_at > 0 AND closed_at >= $2 AND closed_at < $3 AND (closed_at > $4 OR closed_at = $4 AND id > $5)
		ORDER BY closed_at, id LIMIT $6`, centre, from, to, at, id, limit)
}

// DecidedTx lists the cases that were decided in [from, to), by their decisions.
func (m *Module) DecidedTx(tx *store.Tx, centre string, from, to clock.Instant) ([]Case, error) {
	return store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND decided_at > 0 AND decided_at >= $2 AND decided_at < $3 ORDER BY decided_at, id", centre, from, to)
}

// OverrunsTx lists the cases that were decided in [from, to) after the end of the promise.
func (m *Module) OverrunsTx(tx *store.Tx, centre string, from, to clock.Instant) ([]Case, error) {
	return store.Select[Case](tx, "SELECT "+caseColumns+` FROM casework_case WHERE centre_id = $1 AND decided_at > 0 AND decided_at >= $2 AND decided_at < $3
		AND promise_due > 0 AND decided_at >= promise_due ORDER BY decided_at, id`, centre, from, to)
}

// NotedEvent (值得注意的记录) is an event of a special procedure or of an attempt that was refused, with its case.
type NotedEvent struct {
	Event
	No       string        `db:"no"`
	ItemName string        `db:"item_name"`
	OfUnit   string        `db:"of_unit"`
	Promise  clock.Instant `db:"promise_due"`
	Decided  clock.Instant `db:"decided_at"`
}

// NotedTx lists the special procedures, extensions and refused attempts of [from, to), in the order of time.
func (m *Module) NotedTx(tx *store.Tx, centre string, from, to clock.Instant) ([]NotedEvent, error) {
	return store.Select[NotedEvent](tx, "SELECT "+store.Columns[Event]("e.")+`, c.no, c.item_name, c.unit_id AS of_unit, c.promise_due, c.decided_at
		FROM casework_event e JOIN casework_case c ON c.centre_id = e.centre_id AND c.id = e.case_id
		WHERE e.centre_id = $1 AND e.action IN ('suspend', 'extend', 'attempt') AND e.at >= $2 AND e.at < $3 ORDER BY e.at, e.case_id, e.seq`, centre, from, to)
}

// PromisesTx gives the promise clock of each of the cases, with its suspensions.
func (m *Module) PromisesTx(tx *store.Tx, centre string, cases []CaseID) (map[CaseID]calendar.DayClock, error) {
	out := map[CaseID]calendar.DayClock{}
	for len(cases) > 0 {
		n := min(len(cases), 200)
		w := (&store.Where{}).And("centre_id = ?", centre).And("kind = ?", ClockPromise)
		store.In(w, "case_id", cases[:n])
		list, err := store.Select[Clock](tx, "SELECT "+store.Columns[Clock]("")+" FROM casework_clock"+w.SQL()+" ORDER BY case_id, id", w.Args...)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if err := list[i].load(); err != nil {
				return nil, err
			}
			out[list[i].CaseID] = list[i].day
		}
		cases = cases[n:]
	}
	return out, nil
}

// CountEndedTx counts the cases of each organ that ended in [from, to).
func (m *Module) CountEndedTx(tx *store.Tx, centre string, from, to clock.Instant) (map[string]int64, error) {
	type count struct {
		Unit string `db:"unit_id"`
		N    int64  `db:"n"`
	}
	list, err := store.Select[count](tx, "SELECT unit_id, COUNT(*) AS n FROM casework_case WHERE centre_id = $1 AND closed_at > 0 AND closed_at >= $2 AND closed_at < $3 GROUP BY unit_id", centre, from, to)
	out := map[string]int64{}
	for _, c := range list {
		out[c.Unit] = c.N
	}
	return out, err
}
