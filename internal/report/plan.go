package report

import (
	"context"
	"slices"
	"strconv"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/jobs"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Plan (通报计划) says whether bulletins of a kind are drafted by themselves, and when: on the day after the period, at a
// minute of the day.
type Plan struct {
	CentreID string        `db:"centre_id" json:"-"`
	Kind     Kind          `db:"kind" json:"kind"`
	Enabled  bool          `db:"enabled" json:"enabled"`
	Minute   int           `db:"minute" json:"minute"`
	Since    clock.Date    `db:"since" json:"since"` // no period that ended before is drafted
	At       clock.Instant `db:"at" json:"at"`
	ByUser   string        `db:"by_user" json:"by_user,omitempty"`
	Version  int64         `db:"version" json:"version"`
}

// Time is the minute of the day as people write it.
func (p Plan) Time() string {
	return clock.Day(2000, 1, 1).Start().Add(time.Duration(p.Minute) * time.Minute).Time().Format("15:04")
}

// Floor (下限) is what a rate of a unit should not fall below.
type Floor struct {
	CentreID  string        `db:"centre_id" json:"-"`
	Metric    string        `db:"metric" json:"metric"`
	Basis     int64         `db:"basis" json:"basis"` // hundredths of a percent
	Source    string        `db:"source" json:"source"`
	Confirmed bool          `db:"confirmed" json:"confirmed"`
	At        clock.Instant `db:"at" json:"at"`
	ByUser    string        `db:"by_user" json:"by_user,omitempty"`
	Version   int64         `db:"version" json:"version"`
}

// Seed gives a new centre its plans, all at 08:30, and floors, which are our assumption until the centre confirms them.
func (m *Module) Seed(tx *store.Tx, centre string) error {
	for _, k := range []Kind{Daily, Weekly, Monthly} {
		if err := tx.Queue(`INSERT INTO report_plan (centre_id, kind, enabled, minute, since, at, by_user, version) VALUES ($1, $2, TRUE, $3, $4, $5, '', 1)
			ON CONFLICT (centre_id, kind) DO NOTHING`, centre, k, 8*60+30, tx.Now().Date(), tx.Now()); err != nil {
			return err
		}
	}
	for _, f := range []Floor{{Metric: string(figure.MeasureOnTime), Basis: 9500}, {Metric: string(figure.MeasureSatisfied), Basis: 8500}} {
		if err := tx.Queue(`INSERT INTO report_floor (centre_id, metric, basis, source, confirmed, at, by_user, version) VALUES ($1, $2, $3, '', FALSE, $4, '', 1)
			ON CONFLICT (centre_id, metric) DO NOTHING`, centre, f.Metric, f.Basis, tx.Now()); err != nil {
			return err
		}
	}
	return Schedule(tx, centre)
}

// jobDraft drafts what the plans want, every hour: one that failed is tried again.
const jobDraft = "report.draft"

// Schedule makes sure that a centre's bulletins are drafted.
func Schedule(tx *store.Tx, centre string) error {
	return jobs.Insert(tx, centre, jobDraft, jobDraft, 0, nil)
}

// lastPeriod is the last whole period of a kind before a day.
func lastPeriod(k Kind, today clock.Date) metric.Period {
	switch k {
	case Weekly:
		return metric.Week(today).Previous()
	case Monthly:
		return metric.Month(today).Previous()
	}
	return metric.Day(today - 1)
}

// due gives the period that a plan wants drafted at a moment, and whether its time has come.
func (p Plan) due(now clock.Instant) (metric.Period, bool) {
	period := lastPeriod(p.Kind, now.Date())
	at := period.To.Start().Add(time.Duration(p.Minute) * time.Minute)
	return period, p.Enabled && now >= at && period.To > p.Since
}

var planColumns = store.Columns[Plan]("")

// draftDue looks which bulletins are due and not there. They are drafted once the job's transaction is over, because
// figures are read by themselves; the next look finds what did not succeed.
func (m *Module) draftDue(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	plans, err := store.Select[Plan](tx, "SELECT "+planColumns+" FROM report_plan WHERE centre_id = $1", j.CentreID)
	if err != nil {
		return jobs.Done, err
	}
	next := tx.Now().Add(time.Hour)
	for _, p := range plans {
		period, due := p.due(tx.Now())
		at := (tx.Now().Date()).Start().Add(time.Duration(p.Minute) * time.Minute)
		if p.Enabled && at > tx.Now() {
			next = min(next, at)
		}
		if !due {
			continue
		}
		there, err := store.Select[string](tx, "SELECT id FROM report_bulletin WHERE centre_id = $1 AND kind = $2 AND from_day = $3 AND to_day = $4 AND automatic", j.CentreID, p.Kind, period.From, period.To)
		if err != nil {
			return jobs.Done, err
		}
		if len(there) > 0 {
			continue
		}
		// Not the job's own context, which is that of its transaction.
		ctx, kind := actor.With(context.Background(), actor.SystemFor(j.CentreID)), p.Kind
		tx.AfterCommit(func() {
			if _, err := m.create(ctx, CreateInput{Kind: kind, Period: period}, true); err != nil {
				m.log.Warn("a bulletin could not be drafted", "module", "report", "kind", string(kind), "error", err.Error())
			}
		})
	}
	return jobs.Snooze(next), nil
}

// Settings are the plans and floors of a centre.
type Settings struct {
	Plans  []Plan  `json:"plans"`
	Floors []Floor `json:"floors"`
}

// Settings gives the centre's plans and floors.
func (m *Module) Settings(ctx context.Context) (s Settings, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return s, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		if s.Plans, err = store.Select[Plan](tx, "SELECT "+planColumns+" FROM report_plan WHERE centre_id = $1 ORDER BY kind", a.CentreID); err != nil {
			return err
		}
		s.Floors, err = floorsTx(tx, a.CentreID)
		return err
	})
	slices.SortFunc(s.Plans, func(x, y Plan) int { return slices.Index(Kinds(), x.Kind) - slices.Index(Kinds(), y.Kind) })
	return s, err
}

func floorsTx(tx *store.Tx, centre string) ([]Floor, error) {
	return store.Select[Floor](tx, "SELECT "+store.Columns[Floor]("")+" FROM report_floor WHERE centre_id = $1 ORDER BY metric", centre)
}

// SavePlan changes a plan in the version that the person saw.
func (m *Module) SavePlan(ctx context.Context, p Plan) error {
	a := actor.From(ctx)
	if err := a.Require(PermPlan); err != nil {
		return err
	}
	if p.Minute < 0 || p.Minute >= 24*60 {
		return ErrInput.Field("minute", "时间应为 00:00 到 23:59。")
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		err := store.Check(tx.Exec("UPDATE report_plan SET enabled = $3, minute = $4, at = $5, by_user = $6, version = version + 1 WHERE centre_id = $1 AND kind = $2 AND version = $7",
			a.CentreID, p.Kind, p.Enabled, p.Minute, tx.Now(), a.UserID, p.Version))
		if err != nil {
			return err
		}
		if err := Schedule(tx, a.CentreID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "report.plan", Permission: PermPlan, Kind: "report_plan", Object: string(p.Kind), Detail: map[string]any{"enabled": p.Enabled, "minute": p.Minute}})
	})
}

// SaveFloor changes a floor in the version that the person saw. A confirmed one names where it comes from.
func (m *Module) SaveFloor(ctx context.Context, f Floor) error {
	a := actor.From(ctx)
	if err := a.Require(PermPlan); err != nil {
		return err
	}
	e := ErrInput
	if f.Basis < 0 || f.Basis > 10000 {
		e = e.Field("percent", "下限为 0 到 100 的百分数，最多两位小数。")
	}
	if f.Confirmed && f.Source == "" || len([]rune(f.Source)) > 100 {
		e = e.Field("source", "标为已确认时请写明依据，最多 100 字。")
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		err := store.Check(tx.Exec("UPDATE report_floor SET basis = $3, source = $4, confirmed = $5, at = $6, by_user = $7, version = version + 1 WHERE centre_id = $1 AND metric = $2 AND version = $8",
			a.CentreID, f.Metric, f.Basis, f.Source, f.Confirmed, tx.Now(), a.UserID, f.Version))
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "report.floor", Permission: PermPlan, Kind: "report_floor", Object: f.Metric, Detail: map[string]any{"basis": f.Basis, "confirmed": f.Confirmed}})
	})
}
