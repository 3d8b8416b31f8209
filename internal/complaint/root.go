package complaint

import (
	"cmp"
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Dimension is what the root-cause page counts by.
type Dimension string

// The dimensions.
const (
	ByCause Dimension = "cause"
	ByUnit  Dimension = "unit"
	ByItem  Dimension = "item"
)

// Tally is how many matters fall to one cause, unit or item.
type Tally struct {
	Key       string `json:"key"`
	Name      string `json:"name"`
	Stuck     int64  `json:"stuck"`     // 办不成事
	Complaint int64  `json:"complaint"` // 投诉, found true in whole or part
	Denied    int64  `json:"denied"`    // of the stuck ones, those that ended with a denial
}

// Total is the sum of both kinds.
func (t Tally) Total() int64 { return t.Stuck + t.Complaint }

// Repeat (重复发生) is the same item stuck at the same unit for the same cause again and again.
type Repeat struct {
	UnitID string `json:"unit_id"`
	Unit   string `json:"unit_name"`
	ItemID string `json:"item_id"`
	Item   string `json:"item_name"`
	Cause  string `json:"cause"`
	Name   string `json:"cause_name"`
	N      int64  `json:"n"`
}

// Roots (根因分析) is why things got stuck or were complained of in a period, each number with the records behind it.
type Roots struct {
	From    clock.Date   `json:"from"`
	To      clock.Date   `json:"to"`
	Causes  []Tally      `json:"causes"`
	Units   []Tally      `json:"units"`
	Items   []Tally      `json:"items"`
	Repeats []Repeat     `json:"repeats"`
	Total   Tally        `json:"total"`
	Open    int64        `json:"open"` // stuck matters registered in the period without a cause yet
	Solved  metric.Ratio `json:"solved"`
	OnTime  metric.Ratio `json:"on_time"`
}

// rootRow is what the page counts of a matter.
type rootRow struct {
	Kind     Kind    `db:"kind"`
	UnitID   string  `db:"unit_id"`
	ItemID   string  `db:"item_id"`
	ItemName string  `db:"item_name"`
	Cause    string  `db:"cause"`
	Outcome  Outcome `db:"outcome"`
	Finding  Finding `db:"finding"`
	State    State   `db:"state"`
}

// counts reports whether a matter takes part: stuck ones that were taken up, complaints that were found true.
func (r *rootRow) counts() bool {
	if r.Kind == Complaint {
		return r.Finding == Upheld || r.Finding == Partly
	}
	return r.State != Refused && r.State != Withdrawn && r.State != Registered
}

// Roots counts the matters registered from one day to another that the actor may see figures of (根因分析): by cause, unit and item, and
// what came again and again.
func (m *Module) Roots(ctx context.Context, from, to clock.Date) (Roots, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCauses); err != nil {
		return Roots{}, err
	}
	if from > to || to-from > 400 {
		return Roots{}, ErrInput.Field("to", "请选择不超过一年的起止日期。")
	}
	out := Roots{From: from, To: to}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("received_at >= ?", from.Start()).And("received_at < ?", to.End())
	reach(w, a, PermCauses)
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := store.Select[rootRow](tx, "SELECT "+store.Columns[rootRow]("")+" FROM complaint_matter"+w.SQL()+" ORDER BY received_at, id", w.Args...)
		if err != nil {
			return err
		}
		if a.Scope(PermCauses) < actor.Centre {
			for i := range rows {
				if rows[i].Kind == Complaint { // a unit does not learn which item a complaint was about
					rows[i].ItemID, rows[i].ItemName = "", ""
				}
			}
		}
		out.count(rows)
		if err := m.nameRoots(tx, a.CentreID, &out); err != nil {
			return err
		}
		return m.ratios(tx, a, &out)
	})
	return out, err
}

// count tallies rows. Every row of the total is in one cause, one unit and one item each, so that the parts sum up to it.
func (r *Roots) count(rows []rootRow) {
	by := map[Dimension]map[string]*Tally{ByCause: {}, ByUnit: {}, ByItem: {}}
	repeats := map[[3]string]*Repeat{}
	for i := range rows {
		x := &rows[i]
		if !x.counts() {
			continue
		}
		r.Total.add(x)
		if x.Cause == "" {
			r.Open++
		}
		for d, key := range map[Dimension]string{ByCause: x.Cause, ByUnit: x.UnitID, ByItem: x.ItemID} {
			if by[d][key] == nil {
				by[d][key] = &Tally{Key: key, Name: map[Dimension]string{ByItem: x.ItemName}[d]}
			}
			by[d][key].add(x)
		}
		if x.Cause != "" && x.ItemID != "" {
			key := [3]string{x.UnitID, x.ItemID, x.Cause}
			if repeats[key] == nil {
				repeats[key] = &Repeat{UnitID: x.UnitID, ItemID: x.ItemID, Item: x.ItemName, Cause: x.Cause}
			}
			repeats[key].N++
		}
	}
	r.Causes, r.Units, r.Items = ranked(by[ByCause]), ranked(by[ByUnit]), ranked(by[ByItem])
	for _, x := range repeats {
		if x.N > 1 {
			r.Repeats = append(r.Repeats, *x)
		}
	}
	slices.SortFunc(r.Repeats, func(a, b Repeat) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.ItemID, b.ItemID), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.UnitID, b.UnitID))
	})
}

func (t *Tally) add(x *rootRow) {
	if x.Kind == Complaint {
		t.Complaint++
		return
	}
	t.Stuck++
	if x.Outcome == Denied {
		t.Denied++
	}
}

// ranked orders tallies, the greatest first.
func ranked(of map[string]*Tally) []Tally {
	out := make([]Tally, 0, len(of))
	for _, t := range of {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Key, b.Key)) })
	return out
}

// nameRoots names causes and units.
func (m *Module) nameRoots(tx *store.Tx, centre string, r *Roots) error {
	list, err := causes(tx, centre)
	if err != nil {
		return err
	}
	names := map[string]string{"": "还没有归因"}
	for _, c := range list {
		names[c.Code] = c.Name
	}
	var ids []string
	for _, t := range r.Units {
		if t.Key != "" {
			ids = append(ids, t.Key)
		}
	}
	units, err := m.org.UnitsTx(tx, centre, ids)
	for i := range r.Causes {
		r.Causes[i].Name = names[r.Causes[i].Key]
	}
	for i := range r.Units {
		r.Units[i].Name = orText(units[r.Units[i].Key].Name, "没有指明单位")
	}
	for i := range r.Items {
		r.Items[i].Name = orText(r.Items[i].Name, "没有指明事项")
	}
	for i := range r.Repeats {
		r.Repeats[i].Unit, r.Repeats[i].Name = units[r.Repeats[i].UnitID].Name, names[r.Repeats[i].Cause]
	}
	return err
}

// ratios adds the two figures of the period, of the actor's units or of the centre.
func (m *Module) ratios(tx *store.Tx, a *actor.Actor, r *Roots) error {
	p := metric.Period{From: r.From, To: r.To + 1}
	for _, x := range []struct {
		measure Measure
		to      *metric.Ratio
	}{{MeasureSolved, &r.Solved}, {MeasureOnTime, &r.OnTime}} {
		list, err := m.CohortTx(tx, a.CentreID, x.measure, p)
		if err != nil {
			return err
		}
		if a.Scope(PermCauses) < actor.Centre {
			list = slices.DeleteFunc(list, func(c Counted) bool { return !a.HasUnit(c.UnitID) })
		}
		*x.to = RatioOf(list, "")
	}
	return nil
}
