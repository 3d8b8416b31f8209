package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Explain publishes why a case is or was late (超期公开说明, 优化营商环境条例 art. 36): on the list that anybody reads, and to the
// applicant.
func (m *Module) Explain(ctx context.Context, cmd Command, why string) (Case, error) {
	return m.run(ctx, cmd, ActExplain, why, func(tx *store.Tx, d *dossier) (note, error) {
		if !d.late(tx.Now()) {
			return note{}, ErrInput.Say("这个办件没有超期，不需要说明。")
		}
		why, err := reason("reason", "超期原因", why)
		d.Overdue, d.PublicAt = why, tx.Now()
		return note{text: why}, err
	})
}

// late reports whether one of the two limits of the decision was or is not kept.
func (c *Case) late(now clock.Instant) bool {
	promise, statutory := c.Verdicts(now)
	late := []Verdict{Late, OpenLate}
	return slices.Contains(late, promise) || slices.Contains(late, statutory)
}

// explained refuses to decide a case that is late while nobody has said why: the reason comes with the decision, or came before it
// (REASON_REQUIRED). One that comes now has an event of its own, as if it had come before.
func (d *dossier) explained(tx *store.Tx, why string) error {
	why = strings.TrimSpace(why)
	if !d.late(tx.Now()) || d.Overdue != "" && why == "" {
		return nil
	}
	if why == "" {
		return ErrReasonRequired.Say("这个办件已经超期，须同时公开超期原因，才能作出决定。").Field("overdue_reason", "请填写超期原因，对外公开。")
	}
	why, err := reason("overdue_reason", "超期原因", why)
	if err != nil {
		return err
	}
	d.Overdue, d.PublicAt = why, tx.Now()
	e, err := appendEvent(tx, &d.Case, ActExplain, d.State, note{text: why, authority: d.backing.authority(), data: d.backing.cite(nil)})
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "casework." + string(ActExplain), Permission: PermDecide, Kind: "case", Object: string(d.ID),
		Detail: map[string]any{"no": d.No, "seq": e.Seq, "state": d.State}, Digest: e.Hash})
}

// Overrun (超期公开) is a late case as anybody reads of it: no applicant.
type Overrun struct {
	No      string     `json:"no"`
	Item    string     `json:"item"`
	Unit    string     `json:"unit_name"`
	Due     clock.Date `json:"promised_for"`
	Days    int        `json:"days" doc:"超期的工作日"`
	Decided bool       `json:"decided"`
	Reason  string     `json:"reason"`
}

// Overruns lists the late cases whose reason was published, the newest first; it is public. A reason from before there was this list was
// written for the applicant alone and is not on it.
func (m *Module) Overruns(ctx context.Context, after string) (list []Overrun, next string, err error) {
	a := actor.From(ctx)
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("overdue_public_at > 0")
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(ListPage+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > ListPage {
			found = found[:ListPage]
			next = string(found[ListPage-1].ID)
		}
		list, err = m.overruns(tx, a.CentreID, found)
		return err
	})
	return list, next, err
}

func (m *Module) overruns(tx *store.Tx, centre string, found []Case) ([]Overrun, error) {
	var units []string
	for i := range found {
		units = append(units, found[i].UnitID)
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	cal, err := m.calendar.ForCentre(tx, centre, "")
	if err != nil {
		return nil, err
	}
	var out []Overrun
	for i := range found {
		c := &found[i]
		until := tx.Now()
		switch {
		case c.DecidedAt != 0:
			until = c.DecidedAt
		case c.ClosedAt != 0:
			until = c.ClosedAt
		}
		due := calendar.LastDay(cmp.Or(c.PromiseDue, c.StatutoryDue))
		out = append(out, Overrun{No: c.No, Item: c.ItemName, Unit: names[c.UnitID].Name, Due: due, Days: cal.WorkdaysBetween(due, max(due, until.Date())), Decided: c.DecidedAt != 0, Reason: c.Overdue})
	}
	return out, nil
}
