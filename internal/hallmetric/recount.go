package hallmetric

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Recount (重算核对) is what a period gives when it is counted a second time: the measures of cases from their events alone, and
// a month that was published against its frozen figures.
type Recount struct {
	Period metric.Period `json:"period"`
	At     clock.Instant `json:"at"`
	Cases  int64         `json:"cases"` // made anew from events
	// Platform are the cases of the provincial platform, each held against what its import sealed.
	Platform int64               `json:"platform_cases"`
	Figures  int64               `json:"figures"` // compared with the count from the records
	Faults   []string            `json:"faults"`  // where records and events do not agree
	Month    *Month              `json:"month,omitempty"`
	Later    []metric.Difference `json:"later"` // what has changed since the month was frozen
	Equal    bool                `json:"equal"`
}

// maxFaults is how many faults a recount names.
const maxFaults = 100

// ErrRecount says that a recount does not agree.
var ErrRecount = errs.New(errs.Conflict, "hallmetric.recount", "重算结果与记录不一致，不同之处已列出。请核对数据是否被改动。")

// Recount counts a period again from the events of the cases and compares every figure and every case; a month that was
// published is compared with what was frozen.
func (m *Module) Recount(ctx context.Context, p metric.Period) (Recount, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCheck); err != nil {
		return Recount{}, err
	}
	if !p.Valid() {
		return Recount{}, metric.ErrPeriod
	}
	out := Recount{Period: p}
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		out.At, out.Faults, out.Cases, out.Platform, out.Figures = tx.Now(), nil, 0, 0, 0
		if err := m.recountCases(tx, a.CentreID, &out); err != nil {
			return err
		}
		return m.recountMonth(tx, a.CentreID, &out)
	})
	out.Equal = len(out.Faults) == 0
	return out, err
}

func (r *Recount) fault(format string, args ...any) {
	if len(r.Faults) < maxFaults {
		r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	}
}

var caseBases = []Basis{BasisClosed, BasisDue, BasisStatutory, BasisReceived}

func (m *Module) recountCases(tx *store.Tx, centre string, out *Recount) error {
	stored, again := m.engine(tx, everything(centre), out.Period), m.engine(tx, everything(centre), out.Period)
	facts := map[Basis][]Fact{}
	sort := func(f Fact) error {
		for _, b := range caseBases {
			if belongs(b, f.Case, out.Period) {
				f.At = caseMoment(b, f.Case)
				facts[b] = append(facts[b], f)
			}
		}
		return nil
	}
	err := m.replays(tx, centre, func(f Fact) error {
		out.Cases++
		return sort(f)
	})
	if err != nil {
		return err
	}
	if err := m.vouchPlatform(tx, centre, out, sort); err != nil {
		return err
	}
	for _, b := range caseBases {
		again.facts[b] = facts[b]
		if err := compareFacts(stored, again, b, out); err != nil {
			return err
		}
	}
	var list []*definition
	for i := range definitions {
		if slices.Contains(caseBases, definitions[i].basis) {
			list = append(list, &definitions[i])
		}
	}
	for _, by := range []Dimension{Whole, ByUnit, BySite, ByItem} {
		if err := compareFigures(stored, again, list, by, out); err != nil {
			return err
		}
	}
	return nil
}

// compareFacts names the cases that the records have otherwise than their events.
func compareFacts(stored, again *engine, b Basis, out *Recount) error {
	list, err := stored.read(b)
	if err != nil {
		return err
	}
	by := map[string]*Case{}
	for i := range again.facts[b] {
		by[again.facts[b][i].ID] = again.facts[b][i].Case
	}
	for i := range list {
		f := &list[i]
		c := by[f.ID]
		delete(by, f.ID)
		if c == nil {
			out.fault("办件 %s：记录在期间内，事件不在（%s）", f.ID, b)
			continue
		}
		if d := differing(f.Case, c); d != "" {
			out.fault("办件 %s：%s", f.ID, d)
		}
	}
	for id := range by {
		out.fault("办件 %s：事件在期间内，记录不在（%s）", id, b)
	}
	return nil
}

// differing lists the fields in which a case and its recount are not the same. No figure looks at the state: archiving and
// revocation follow after what is counted.
func differing(x, y *Case) string {
	var found []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"接件时间", x.ReceivedAt == y.ReceivedAt}, {"材料齐全时间", x.CompleteAt == y.CompleteAt}, {"受理时间", x.AcceptedAt == y.AcceptedAt}, {"受理方式", x.Mode == y.Mode}, {"决定时间", x.DecidedAt == y.DecidedAt},
		{"终结时间", x.ClosedAt == y.ClosedAt}, {"办结方式", x.CloseCode == y.CloseCode}, {"不予受理情形", x.Ground == y.Ground}, {"到场次数", x.Trips == y.Trips}, {"补正次数", x.Notices == y.Notices},
		{"承诺到期", x.PromiseDue == y.PromiseDue}, {"法定到期", x.StatutoryDue == y.StatutoryDue}, {"用时", x.Timing == y.Timing}, {"来源", x.Platform == y.Platform && x.SeenAt == y.SeenAt}, {"特别程序结束", x.StandsUntil == y.StandsUntil},
	} {
		if !f.same {
			found = append(found, f.name)
		}
	}
	return strings.Join(found, "、")
}

func compareFigures(stored, again *engine, list []*definition, by Dimension, out *Recount) error {
	was, err := stored.count(list, by)
	if err != nil {
		return err
	}
	now, err := again.count(list, by)
	if err != nil {
		return err
	}
	for _, id := range sorted(was) {
		if now[id] == nil {
			now[id] = make([]sum, len(list))
		}
		for i, d := range list {
			out.Figures++
			x, y := stored.figure(d, id, was[id][i]), again.figure(d, id, now[id][i])
			if x.Num != y.Num || x.Den != y.Den || x.Excluded != y.Excluded {
				out.fault("%s %s：记录 %s/%s，事件 %s/%s", d.Label, id, x.NumText(), x.DenText(), y.NumText(), y.DenText())
			}
		}
	}
	return nil
}

// recountMonth compares a published month with its frozen figures: a frozen figure that was altered is a fault, a value
// that has moved since is told.
func (m *Module) recountMonth(tx *store.Tx, centre string, out *Recount) error {
	if metric.Month(out.Period.From) != out.Period {
		return nil
	}
	month, err := lastMonth(tx, centre, out.Period.From)
	if err != nil {
		if errs.CodeOf(err) == errs.CodeOf(ErrMonthGone) {
			return nil
		}
		return err
	}
	out.Month = &month
	was, err := metric.Load(tx, centre, month.Owner)
	if err != nil {
		return err
	}
	now, err := m.freeze(tx, centre, out.Period)
	if err != nil {
		return err
	}
	out.Later = nil
	for i := range was {
		if !was[i].Intact() {
			out.fault("封存的 %s %s 被改动", was[i].Metric, was[i].Subject)
		}
	}
	if int64(len(was)) != month.Figures || sealOf(inOrder(was)) != month.Hash {
		out.fault("封存的指标有增减或改动，校验值与公布时不同")
	}
	out.Later = metric.Differ(was, now)
	return nil
}

// inOrder puts frozen figures into the order in which a month was sealed.
func inOrder(list []metric.Frozen) []metric.Frozen {
	at := map[string]int{}
	for i := range definitions {
		at[definitions[i].Code] = i
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y metric.Frozen) int {
		if x.Metric != y.Metric {
			return at[x.Metric] - at[y.Metric]
		}
		if bx, by := slices.Index(frozenBy, SubjectOf(x.Subject).By), slices.Index(frozenBy, SubjectOf(y.Subject).By); bx != by {
			return bx - by
		}
		return strings.Compare(x.Subject, y.Subject)
	})
	return list
}
