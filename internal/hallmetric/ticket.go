package hallmetric

import (
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/item"
	"yichuang/internal/store"
)

// ticketRow is what a figure needs of a ticket and of the counter that served it.
type ticketRow struct {
	ID        string        `db:"id"`
	Site      string        `db:"site_id"`
	Unit      string        `db:"unit_id"`
	State     hall.State    `db:"state"`
	TakenAt   clock.Instant `db:"taken_at"`
	CalledAt  clock.Instant `db:"first_call_at"`
	WaitMs    int64         `db:"wait_ms"`
	StartedAt clock.Instant `db:"started_at"`
	ServedMs  int64         `db:"served_ms"`
	Accurate  bool          `db:"accurate"`
}

const ticketFrom = ` FROM hall_ticket t LEFT JOIN hall_counter c ON c.centre_id = t.centre_id AND c.id = t.counter_id`

// tickets reads the facts of the queue. A ticket belongs to its site and to the department of the counter that called it
// last; to no single person, since several counters may have had it.
func (e *engine) tickets() ([]Fact, error) {
	w := (&store.Where{}).And("t.centre_id = ?", e.who.centre).And("t.day >= ?", e.period.From).And("t.day < ?", e.period.To)
	e.who.narrow(w, "c.unit_id", "t.site_id", "")
	var out []Fact
	err := store.Each(e.tx, func(r *ticketRow) error {
		out = append(out, Fact{ID: r.ID, At: r.TakenAt, Unit: r.Unit, Site: r.Site,
			Ticket: &Ticket{State: r.State, CalledAt: r.CalledAt, WaitMs: r.WaitMs, ServedMs: r.ServedMs, Accurate: r.Accurate, StartedAt: r.StartedAt}})
		return nil
	}, "SELECT t.id, t.site_id, COALESCE(c.unit_id, '') AS unit_id, t.state, t.taken_at, t.first_call_at, t.wait_ms, t.started_at, t.served_ms, t.accurate"+ticketFrom+w.SQL(), w.Args...)
	return out, err
}

// items reads the items with the version in force on the last day of the period, or today where that is to come. Packages
// (一件事) are no items of their own.
func (e *engine) items() ([]Fact, error) {
	day := min(e.period.Last(), e.now.Date())
	w := (&store.Where{}).And("i.centre_id = ?", e.who.centre).And("i.package = ?", false).And("v.effective_from <> ''")
	e.who.narrow(w, "i.unit_id", "i.site_id", "")
	type row struct {
		item.Version
		Unit string `db:"unit_id"`
		Site string `db:"site_id"`
	}
	list, err := store.Select[row](e.tx, "SELECT i.unit_id, i.site_id, "+store.Columns[item.Version]("v.")+
		" FROM item_item i JOIN item_version v ON v.centre_id = i.centre_id AND v.item_id = i.id"+w.SQL(), w.Args...)
	if err != nil {
		return nil, err
	}
	versions, at := map[string][]item.Version{}, map[string]*row{}
	for i := range list {
		r := &list[i]
		versions[r.ItemID], at[r.ItemID] = append(versions[r.ItemID], r.Version), r
	}
	var out []Fact
	for id, of := range versions {
		v, err := item.InForce(of, day)
		if err != nil {
			continue // not in force on that day
		}
		c, err := v.Content()
		if err != nil {
			return nil, err
		}
		out = append(out, Fact{ID: id, At: v.EffectiveFrom.Start(), Unit: at[id].Unit, Site: at[id].Site, Item: id,
			Version: &Version{Instant: c.CaseKind == item.Instant, Promise: c.Promise, Statutory: c.Statutory}})
	}
	return out, nil
}
