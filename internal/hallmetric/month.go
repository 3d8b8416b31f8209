package hallmetric

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Month (封存月份) is a month whose figures were frozen and published: of the whole centre, of each department and each
// site. A later revision replaces it for readers and says why; it is never changed.
type Month struct {
	CentreID    string        `db:"centre_id" json:"-"`
	From        clock.Date    `db:"month" json:"month"` // first day
	Revision    int64         `db:"revision" json:"revision"`
	Owner       string        `db:"owner" json:"owner"` // under which the figures are frozen
	Cutoff      clock.Instant `db:"cutoff" json:"cutoff"`
	Reason      string        `db:"reason" json:"reason,omitempty"`
	Figures     int64         `db:"figures" json:"figures"`
	Hash        string        `db:"hash" json:"hash"` // over the hashes of all its figures
	PublishedBy string        `db:"published_by" json:"published_by"`
	PublishedAt clock.Instant `db:"published_at" json:"published_at"`
	ByName      string        `db:"-" json:"published_by_name,omitempty"`
}

// Period is the month as a period.
func (m *Month) Period() metric.Period { return metric.Month(m.From) }

// Errors about months.
var (
	ErrMonthOpen   = errs.New(errs.Conflict, "hallmetric.month_open", "这个月还没有结束，不能封存。请在月末以后办理。")
	ErrMonthAgain  = errs.New(errs.Conflict, "hallmetric.month_again", "这个月已经封存公布，没有重新封存。确需更正的，请写明理由。")
	ErrMonthReason = errs.New(errs.Invalid, "hallmetric.month_reason", "理由最多 500 个字。")
	ErrMonthGone   = errs.New(errs.NotFound, "hallmetric.month_gone", "这个月的指标还没有封存公布。")
)

const monthQuery = " FROM hallmetric_month WHERE centre_id = $1"

// Publish freezes the figures of a month that is over and publishes them (封存公布). A month that was published before takes
// a reason and becomes a new revision.
func (m *Module) Publish(ctx context.Context, month metric.Period, reason string) (Month, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPublish); err != nil {
		return Month{}, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case !month.Valid() || metric.Month(month.From) != month:
		return Month{}, metric.ErrPeriod
	case utf8.RuneCountInString(reason) > 500:
		return Month{}, ErrMonthReason.Field("reason", "理由最多 500 个字。")
	case m.clock.Now() < month.End():
		return Month{}, ErrMonthOpen
	}
	var frozen []metric.Frozen
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		frozen, err = m.freeze(tx, a.CentreID, month)
		return err
	})
	if err != nil {
		return Month{}, err
	}
	var out Month
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		out, err = publish(tx, a, month, reason, frozen)
		return err
	})
	return out, err
}

func publish(tx *store.Tx, a *actor.Actor, month metric.Period, reason string, frozen []metric.Frozen) (Month, error) {
	was, err := lastMonth(tx, a.CentreID, month.From)
	switch {
	case err == nil && reason == "":
		return Month{}, ErrMonthAgain.Field("reason", "请写明更正的理由。")
	case err != nil && !errors.Is(err, ErrMonthGone):
		return Month{}, err
	}
	out := Month{CentreID: a.CentreID, From: month.From, Revision: was.Revision + 1, Reason: reason, Figures: int64(len(frozen)), Hash: sealOf(frozen), PublishedBy: a.UserID, PublishedAt: tx.Now()}
	if len(frozen) > 0 {
		out.Cutoff = frozen[0].Cutoff
	}
	out.Owner = "hallmetric/" + month.From.String()[:7] + "/" + days(out.Revision)
	if err := store.Insert(tx, "hallmetric_month", out); err != nil {
		return out, err
	}
	if err := metric.Save(tx, a.CentreID, out.Owner, frozen); err != nil {
		return out, err
	}
	return out, audit.Record(tx, audit.Entry{Action: "hallmetric.publish", Permission: PermPublish, Kind: "month", Object: month.From.String()[:7],
		Detail: map[string]any{"revision": out.Revision, "figures": out.Figures, "hash": out.Hash}})
}

// sealOf is one SM3 over the hashes of figures in their order.
func sealOf(list []metric.Frozen) string {
	h := sm3.New()
	for i := range list {
		h.Write(list[i].Hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// frozenBy are the dimensions of which figures are published.
var frozenBy = []Dimension{Whole, ByUnit, BySite}

// freeze counts every measure of a centre for the whole, each department and each site, and binds each figure to the
// records that it counted.
func (m *Module) freeze(tx *store.Tx, centre string, p metric.Period) ([]metric.Frozen, error) {
	e := m.engine(tx, everything(centre), p)
	var out []metric.Frozen
	for i := range definitions {
		for _, by := range frozenBy {
			list, err := e.freeze(&definitions[i], by)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
		}
	}
	return out, nil
}

// freeze counts one measure for every subject of a dimension with its cohorts, in the order of the subjects.
func (e *engine) freeze(d *definition, by Dimension) ([]metric.Frozen, error) {
	if d.feed == nil {
		if _, err := e.read(d.basis); err != nil { // kept: the records are needed as well as their sums
			return nil, err
		}
	}
	sums, err := e.count([]*definition{d}, by)
	if err != nil {
		return nil, err
	}
	cohorts, err := e.cohorts(d, by, sums)
	if err != nil {
		return nil, err
	}
	var out []metric.Frozen
	for _, id := range sorted(sums) {
		figure := e.figure(d, Subject{By: by, ID: id}.Key(), sums[id][0])
		out = append(out, metric.Freeze(figure, Rules, cohorts[id].Sum(), e.now))
	}
	return out, nil
}

// cohorts collects which records each subject's figure counted.
func (e *engine) cohorts(d *definition, by Dimension, sums map[string][]sum) (map[string]*metric.Cohort, error) {
	cohorts := map[string]*metric.Cohort{}
	for id := range sums {
		cohorts[id] = &metric.Cohort{}
		if d.feed == nil {
			continue
		}
		t := map[Dimension]target{ByUnit: {unit: id}, BySite: {site: id}}[by]
		var err error
		if cohorts[id], err = e.feedCohort(d, t); err != nil {
			return nil, err
		}
	}
	if d.feed != nil {
		return cohorts, nil
	}
	facts, err := e.all(d)
	if err != nil {
		return nil, err
	}
	for i := range facts {
		f := &facts[i]
		c := cohorts[f.of(by)]
		if c == nil {
			continue
		}
		switch mark := d.mark(f, e.now); {
		case mark.Out:
			c.Add(metric.Excluded, f.ID, 1)
		case mark.Counts:
			c.Add(metric.Denominator, f.ID, mark.Den)
			c.Add(metric.Numerator, f.ID, mark.Num)
		}
	}
	return cohorts, nil
}

// Months lists the months that were published, the newest first, each with its revision in force.
func (m *Module) Months(ctx context.Context) ([]Month, error) {
	a := actor.From(ctx)
	if !a.Can(PermRead) {
		if err := a.Require(PermTotals); err != nil {
			return nil, err
		}
	}
	var out []Month
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[Month](tx, "SELECT "+store.Columns[Month]("")+monthQuery+" ORDER BY month DESC, revision DESC LIMIT 400", a.CentreID)
		if err != nil {
			return err
		}
		out = nil
		var who []string
		for _, x := range list {
			if n := len(out); n == 0 || out[n-1].From != x.From {
				out, who = append(out, x), append(who, x.PublishedBy)
			}
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, who)
		for i := range out {
			out[i].ByName = names[out[i].PublishedBy]
		}
		return err
	})
	return out, err
}

// lastMonth gives the revision in force of a month.
func lastMonth(tx *store.Tx, centre string, from clock.Date) (Month, error) {
	out, err := store.Get[Month](tx, "SELECT "+store.Columns[Month]("")+monthQuery+" AND month = $2 ORDER BY revision DESC LIMIT 1", centre, from)
	if errors.Is(err, store.ErrNotFound) {
		return out, ErrMonthGone
	}
	return out, err
}
