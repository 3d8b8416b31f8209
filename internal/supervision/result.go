package supervision

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Result (监察结果) is how a unit stands in a month or quarter, from its alerts, its closed cases and its audits. Rates are
// kept as the two integers; Cards over cases, in percent, is alerts upheld per 100 cases (红黄牌率).
type Result struct {
	UnitID     string       `json:"unit_id"`
	Unit       string       `json:"unit_name"`
	Ended      int64        `json:"ended"` // cases that ended in the period
	Reminders  int64        `json:"reminders"`
	Yellows    int64        `json:"yellows"`
	Reds       int64        `json:"reds"`
	Lifted     int64        `json:"lifted"`
	Unanswered int64        `json:"unanswered"` // cards that were not answered in time
	Cards      metric.Ratio `json:"card_rate"`
	Audited    metric.Ratio `json:"audit_rate"` // 抽查合格率
	Grade      string       `json:"grade"`
}

// Tally (计数) is what is counted of a unit before it is graded.
type Tally struct {
	Alerts  []Alert // of the unit, given in the period
	Ended   int64
	Checked int64
	Passed  int64
}

// Grade computes a unit's result by the rules of a revision. It is pure.
func (r *Rules) Grade(t Tally, now clock.Instant) Result {
	out := Result{Ended: t.Ended, Audited: metric.Ratio{Num: t.Passed, Den: t.Checked}}
	for i := range t.Alerts {
		l := &t.Alerts[i]
		switch {
		case l.State == Lifted:
			out.Lifted++
			continue
		case !l.Holds():
			continue
		case l.Level == Yellow:
			out.Yellows++
		case l.Level == Red:
			out.Reds++
		default:
			out.Reminders++
		}
		if l.Card() && l.Unanswered(now) {
			out.Unanswered++
		}
	}
	out.Cards = metric.Ratio{Num: out.Yellows + out.Reds, Den: t.Ended}
	out.Grade = r.GradeOf(out.Reds, out.Unanswered, out.Cards)
	return out
}

// ResultSheet (监察结果表) is the results of a period with their sums: each sum is of the parts, never a mean of rates (I6).
type ResultSheet struct {
	Period   metric.Period `json:"period"`
	Revision int64         `json:"rule_revision"`
	Units    []Result      `json:"units"`
	Rules    []RuleResult  `json:"rules"` // the same alerts by the rule that gave them
	Total    Result        `json:"total"`
}

// Results computes the results of the units that the actor may see for a month or quarter, by the rules in force on its last
// day, or today while it is not over.
func (m *Module) Results(ctx context.Context, p metric.Period) (ResultSheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermResultRead); err != nil {
		return ResultSheet{}, err
	}
	var out ResultSheet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, _, err = m.resultsTx(tx, a.CentreID, p, func(unit string) bool {
			return a.Scope(PermResultRead) >= actor.Centre || slices.Contains(unitsOf(a), unit)
		})
		return err
	})
	return out, err
}

// resultsTx computes the results of the units that are shown, with what was counted of each.
func (m *Module) resultsTx(tx *store.Tx, centre string, p metric.Period, shown func(unit string) bool) (ResultSheet, map[string]*Tally, error) {
	out := ResultSheet{Period: p}
	rules, err := m.inForce(tx, centre, min(p.Last(), tx.Now().Date()))
	if err != nil {
		return out, nil, err
	}
	tallies, err := m.tallies(tx, centre, p)
	if err != nil {
		return out, nil, err
	}
	ids := map[string]bool{}
	for id := range tallies {
		if id == "" || !shown(id) {
			delete(tallies, id)
			continue
		}
		ids[id] = true
	}
	units, err := m.org.UnitsTx(tx, centre, keys(ids))
	if err != nil {
		return out, nil, err
	}
	out.Revision = rules.Revision
	for _, id := range keys(ids) {
		r := rules.Rules.Grade(*tallies[id], tx.Now())
		r.UnitID, r.Unit = id, units[id].Name
		out.Units = append(out.Units, r)
	}
	slices.SortFunc(out.Units, func(x, y Result) int { return strings.Compare(x.Unit, y.Unit) })
	out.Total = total(out.Units)
	out.Rules, err = m.byRule(tx, &rules.Rules, tallies)
	return out, tallies, err
}

// total sums the parts.
func total(list []Result) Result {
	t := Result{Unit: "合计", Grade: metric.None}
	for _, r := range list {
		t.Ended, t.Reminders, t.Yellows, t.Reds, t.Lifted, t.Unanswered = t.Ended+r.Ended, t.Reminders+r.Reminders, t.Yellows+r.Yellows, t.Reds+r.Reds, t.Lifted+r.Lifted, t.Unanswered+r.Unanswered
		t.Cards, t.Audited = t.Cards.Add(r.Cards), t.Audited.Add(r.Audited)
	}
	return t
}

// tallies counts by unit what lies in a period.
func (m *Module) tallies(tx *store.Tx, centre string, p metric.Period) (map[string]*Tally, error) {
	out := map[string]*Tally{}
	of := func(unit string) *Tally {
		if out[unit] == nil {
			out[unit] = &Tally{}
		}
		return out[unit]
	}
	list, err := AlertsTx(tx, centre, p.Start(), p.End())
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		t := of(l.UnitID)
		t.Alerts = append(t.Alerts, l)
	}
	ended, err := m.casework.CountEndedTx(tx, centre, p.Start(), p.End())
	if err != nil {
		return nil, err
	}
	for unit, n := range ended {
		of(unit).Ended = n
	}
	rows, err := CheckedTx(tx, centre, p.Start(), p.End())
	for _, r := range rows {
		t := of(r.UnitID)
		if t.Checked++; r.Passed {
			t.Passed++
		}
	}
	return out, err
}

// AlertsTx lists the alerts that were given in [from, to). Modules that show figures of their own have checked who may see
// which of them.
func AlertsTx(tx *store.Tx, centre string, from, to clock.Instant) ([]Alert, error) {
	return store.Select[Alert](tx, "SELECT "+alertColumns+" FROM supervision_alert WHERE centre_id = $1 AND at >= $2 AND at < $3 ORDER BY at, id", centre, from, to)
}

// CheckedTx lists the cases of samples that were checked in [from, to), in the same way.
func CheckedTx(tx *store.Tx, centre string, from, to clock.Instant) ([]SampleRow, error) {
	return store.Select[SampleRow](tx, "SELECT "+sampleRowColumns+" FROM supervision_sample_row WHERE centre_id = $1 AND checked AND at >= $2 AND at < $3 ORDER BY at, sample_id, pos", centre, from, to)
}

// Fault (责任事项) is what the monthly sheet of a person or unit takes from supervision: a card that holds, or a case that was
// decided after the promise, with the working days over. Red and yellow are of their day; an overrun is of the day of its
// decision, so that no month is counted twice.
type Fault struct {
	Code   string          `json:"code"`            // rule, or OVERRUN
	Check  Check           `json:"check,omitempty"` // what the rule looks at; "" for cards of a clock and overruns
	Day    clock.Date      `json:"day"`
	UnitID string          `json:"unit_id"`
	SiteID string          `json:"site_id,omitempty"`
	Staff  string          `json:"staff_id,omitempty"`
	Level  Level           `json:"level,omitempty"`
	Record string          `json:"record"` // number of the alert's paper, or of its case; the alert itself where neither has come
	Alert  AlertID         `json:"alert_id,omitempty"`
	Case   casework.CaseID `json:"case_id,omitempty"`
	CaseNo string          `json:"case_no,omitempty"`
	Over   int             `json:"over,omitempty"` // working days
	Text   string          `json:"text"`
}

// CodeOverrun is the code of a promise that was not kept.
const CodeOverrun = "OVERRUN"

// Faults lists what counts against people and units in [from, to): cards that hold, and overruns of the promise.
func (m *Module) Faults(ctx context.Context, from, to clock.Date) ([]Fault, error) {
	a := actor.From(ctx)
	if err := a.Require(PermResultRead); err != nil {
		return nil, err
	}
	var out []Fault
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.FaultsTx(tx, a.CentreID, from, to)
		return err
	})
	if a.Scope(PermResultRead) < actor.Centre {
		out = slices.DeleteFunc(out, func(f Fault) bool { return !slices.Contains(unitsOf(a), f.UnitID) })
	}
	return out, err
}

// FaultsTx is Faults inside a transaction of another module.
func (m *Module) FaultsTx(tx *store.Tx, centre string, from, to clock.Date) ([]Fault, error) {
	list, err := AlertsTx(tx, centre, from.Start(), to.Start())
	if err != nil {
		return nil, err
	}
	var out []Fault
	for i := range list {
		l := &list[i]
		if !l.Card() || !l.Holds() {
			continue
		}
		out = append(out, Fault{Code: l.Rule, Check: l.Check(), Day: l.At.Date(), UnitID: l.UnitID, SiteID: l.SiteID, Staff: l.StaffID, Level: l.Level, Record: cmp.Or(l.No, l.CaseNo, string(l.ID)), Alert: l.ID, Case: l.CaseID, CaseNo: l.CaseNo, Text: l.Text})
	}
	late, err := m.casework.OverrunsTx(tx, centre, from.Start(), to.Start())
	if err != nil {
		return nil, err
	}
	c, err := m.calendar.ForCentre(tx, centre, "")
	if err != nil {
		return nil, err
	}
	for i := range late {
		k := &late[i]
		over := c.WorkdaysBetween((k.PromiseDue - 1).Date(), k.DecidedAt.Date())
		out = append(out, Fault{Code: CodeOverrun, Day: k.DecidedAt.Date(), UnitID: k.UnitID, SiteID: k.SiteID, Staff: k.Worker(), Record: k.No, Case: k.ID, CaseNo: k.No, Over: over, Text: "超过承诺时限 " + itoa(over) + " 个工作日。"})
	}
	return out, nil
}
