package hallmetric

import (
	"cmp"
	"strings"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// platformRule says what a measure makes of cases of the provincial platform (省平台办件).
type platformRule int

// The rules. The platform's export knows when a case came in, was accepted, fell due, was decided and ended; it does not know of
// corrections, special procedures, trips and working hours. A measure over those leaves its cases out and says so.
const (
	platformOut   platformRule = iota // left out, unless the measure is not about the case at all
	platformAlike                     // judged as our own
	platformNone                      // not looked at
)

// mark judges a fact.
func (d *definition) mark(f *Fact, now clock.Instant) Mark {
	if f.Case == nil || !f.Case.Platform {
		return d.judge(f, now)
	}
	if d.platform == platformNone {
		return nothing
	}
	m := d.judge(f, now)
	if m.Counts && d.platform == platformOut {
		return out("省平台没有这项记录")
	}
	return m
}

// platformRow is what a figure needs of a row of casework_platform.
type platformRow struct {
	ID           string         `db:"id"`
	Unit         string         `db:"unit_id"`
	Item         string         `db:"item_id"`
	Kind         item.CaseKind  `db:"kind"`
	State        casework.State `db:"state"`
	StateText    string         `db:"state_text"`
	OriginalTime clock.Instant  `db:"original_time"`
	AcceptedAt   clock.Instant  `db:"accepted_at"`
	DueAt        clock.Instant  `db:"due_at"`
	DecidedAt    clock.Instant  `db:"decided_at"`
	ClosedAt     clock.Instant  `db:"closed_at"`
	ChangedAt    clock.Instant  `db:"changed_at"`
	SeenAt       clock.Instant  `db:"seen_at"`
}

// platformWhere is caseWhere for cases of the platform. The statute's limits are not in its export.
func platformWhere(b Basis, w *store.Where, p metric.Period) bool {
	from, to := p.Start(), p.End()
	switch b {
	case BasisClosed:
		w.And("p.closed_at > 0").And("p.closed_at >= ?", from).And("p.closed_at < ?", to)
	case BasisDue: // a day without an hour ends at 24:00: see dueOf
		w.And("p.due_at > 0").And("p.due_at >= ?", from).And("p.due_at <= ?", to)
	case BasisReceived:
		w.And("p.original_time >= ?", from).And("p.original_time < ?", to)
	default:
		return false
	}
	return true
}

// eachPlatform gives the cases of the platform that are none of ours, as facts of a basis: those that a reconciliation or a number
// names as ours are counted once, as ours.
func (e *engine) eachPlatform(b Basis, columns string, fn func(*Fact) error) error {
	w := (&store.Where{}).And("p.centre_id = ?", e.who.centre).And("p.case_id = ''")
	if !platformWhere(b, w, e.period) {
		return nil
	}
	e.who.narrow(w, "p.unit_id", "''", "")
	from, item := " FROM casework_platform p", "''"
	if strings.Contains(columns, "item_id") {
		from, item = from+" LEFT JOIN item_item i ON i.centre_id = p.centre_id AND i.code = p.item_code", "COALESCE(i.id, '')"
	}
	return store.Each(e.tx, func(r *platformRow) error {
		f := r.fact(b)
		if !belongs(b, f.Case, e.period) {
			return nil
		}
		return fn(&f)
	}, "SELECT p.id, p.unit_id, "+item+" AS item_id, p.kind, p.state, p.state_text, p.original_time, p.accepted_at, p.due_at, p.decided_at, p.closed_at, p.changed_at, p.seen_at"+from+w.SQL(), w.Args...)
}

// fact makes the row a fact. It belongs to no site of ours.
func (r *platformRow) fact(b Basis) Fact {
	c := Case{Platform: true, NoKind: r.Kind != item.Instant && r.Kind != item.Promised, Instant: r.Kind == item.Instant, ReceivedAt: r.OriginalTime, AcceptedAt: r.AcceptedAt, ClosedAt: r.ClosedAt, PromiseDue: dueOf(r.DueAt), SeenAt: max(r.ChangedAt, r.SeenAt)}
	switch r.State {
	case casework.Closed, casework.Archived, casework.Revoked:
		c.DecidedAt = cmp.Or(r.DecidedAt, r.ClosedAt) // an end without a day of decision: the decision was no later
		if r.ClosedAt != 0 {
			c.CloseCode = r.StateText
		}
	case casework.Making, casework.Deliver, casework.Delivered:
		c.DecidedAt = r.DecidedAt
	case casework.Refused, casework.Redirected:
		c.Ground = r.StateText
	case casework.Suspended:
		c.StandsUntil = casework.UntilResumed
	}
	return Fact{ID: r.ID, At: caseMoment(b, &c), Unit: r.Unit, Item: r.Item, Case: &c}
}

// dueOf is the end of a limit as the platform writes it: a day without an hour lasts until 24:00.
func dueOf(at clock.Instant) clock.Instant {
	if at != 0 && at == at.Date().Start() {
		return at.Date().End()
	}
	return at
}

// describePlatform adds numbers, titles and pages to those of a list that are cases of the platform.
func (e *engine) describePlatform(b Basis, list []Record) error {
	if !strings.Contains(describeSQL(b), "casework_case") {
		return nil
	}
	var ids []string
	for i := range list {
		if list[i].No == "" {
			ids = append(ids, list[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	w := (&store.Where{}).And("centre_id = ?", e.who.centre)
	store.In(w, "id", ids)
	rows, err := store.Select[named](e.tx, "SELECT id, external_no AS no, item_name AS title, unit_id FROM casework_platform"+w.SQL(), w.Args...)
	for _, n := range rows {
		for i := range list {
			if list[i].ID == n.ID {
				list[i].No, list[i].Title, list[i].Href = n.No, n.Title+"（省平台）", "/casework/platform/cases/"+n.ID
			}
		}
	}
	return err
}

// vouchPlatform makes the facts of the platform's cases anew: each row must be what its import sealed.
func (m *Module) vouchPlatform(tx *store.Tx, centre string, out *Recount, fn func(f Fact) error) error {
	if m.casework == nil {
		return nil
	}
	items := map[string]string{}
	if err := store.Each(tx, func(r *struct {
		ID   string `db:"id"`
		Code string `db:"code"`
	}) error {
		items[r.Code] = r.ID
		return nil
	}, "SELECT id, code FROM item_item WHERE centre_id = $1 AND code <> ''", centre); err != nil {
		return err
	}
	return m.casework.EachPlatformTx(tx, centre, func(p *casework.PlatformCase, intact bool) error {
		out.Platform++
		if !intact {
			out.fault("省平台办件 %s：记录与导入的内容不符", p.ExternalNo)
		}
		if p.CaseID != "" {
			return nil
		}
		r := platformRow{p.ID, p.UnitID, items[p.ItemCode], p.Kind, p.State, p.StateText, p.OriginalTime, p.AcceptedAt, p.DueAt, p.DecidedAt, p.ClosedAt, p.ChangedAt, p.SeenAt}
		return fn(r.fact(BasisReceived))
	})
}
