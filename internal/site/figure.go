package site

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Measure (站点指标) is one figure of sites, kiosks and supplies.
type Measure struct {
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	Unit  string      `json:"unit"`
	Rule  string      `json:"rule"`
	Form  metric.Form `json:"-"`
	Scale int64       `json:"-"`
	sums  bool        // adds up numbers of its own instead of counting records
	count func(*census, *tally)
}

// tally is the two sides of a figure with the records behind them.
type tally struct {
	metric.Ratio
	num, den []metric.Record
}

// census is everything of a period that the figures count.
type census struct {
	visits   []Visit
	findings []Finding
	kiosks   []Kiosk
	spans    []span
	faults   []Fault
	prints   []print
	asked    []Supply // requested in the period
	done     []Supply // finished in the period
	cal      *calendar.Calendar
	from, to clock.Instant // the period, until now
}

// Measures lists the figures in the order of pages.
func Measures() []Measure {
	return []Measure{
		{Code: "visits", Name: "指导检查次数", Unit: "次", Rule: "期内对分中心和乡镇便民服务中心的业务指导和检查次数，不含自评", Form: metric.Count, count: countVisits},
		{Code: "visited_sites", Name: "指导检查站点数", Unit: "个", Rule: "期内到过的站点数", Form: metric.Count, count: countVisitedSites},
		{Code: "rectified", Name: "问题整改率", Unit: "%", Rule: "期内到期的问题中，已复查销号的所占比例", Form: metric.Rate, count: countRectified},
		{Code: "kiosk_availability", Name: "自助终端可用率", Unit: "%", Rule: "办公时间内终端报告正常的分钟数，除以在用终端的办公时间分钟数；没有报告的时间算不可用", Form: metric.Rate, sums: true, count: countAvailability},
		{Code: "kiosk_repair", Name: "终端平均修复时长", Unit: "小时", Rule: "期内修复的故障从报修到修复的时长之和，除以故障数", Form: metric.Mean, Scale: 60, sums: true, count: countRepair},
		{Code: "prints", Name: "自助打印量", Unit: "份", Rule: "期内核对通过、准予打印的份数", Form: metric.Count, count: countPrints},
		{Code: "connected_units", Name: "使用宽带及固定电话的窗口单位数", Unit: "个", Rule: "期内办结过宽带或固定电话的单位数", Form: metric.Count, count: countUnits(Broadband, Telephone)},
		{Code: "supplied_units", Name: "提供办公用品及耗材的窗口单位数", Unit: "个", Rule: "期内办结过办公用品或办公耗材的单位数", Form: metric.Count, count: countUnits(Stationery, Consumable)},
		{Code: "repair_rate", Name: "设施设备维修率", Unit: "%", Rule: "期内申请的设施设备维修（不同意的除外）中已修好的所占比例", Form: metric.Rate, count: countRepairs},
		{Code: "supplies", Name: "用品和维修办结数", Unit: "件", Rule: "期内办结的用品和维修件数", Form: metric.Count, count: countDone},
		{Code: "amount", Name: "用品和维修支出", Unit: "万元", Rule: "期内办结的用品和维修的金额", Form: metric.Count, Scale: int64(money.WanYuan), sums: true, count: countAmount},
	}
}

func supplyRecord(s *Supply) metric.Record {
	return metric.Record{ID: s.ID, No: s.Kind.Label(), Title: s.What, Subject: s.UnitName, At: s.RequestedAt, Why: SupplyLabel(s.State)}
}

func countVisits(c *census, t *tally) {
	for i := range c.visits {
		v := &c.visits[i]
		t.num = append(t.num, metric.Record{ID: v.ID, No: v.Kind.Label(), Title: v.Visitors, Subject: v.SiteID, At: v.Day.Start()})
	}
}

func countVisitedSites(c *census, t *tally) {
	for i := range c.visits {
		v := &c.visits[i]
		if !slices.ContainsFunc(t.num, func(r metric.Record) bool { return r.ID == v.SiteID }) {
			t.num = append(t.num, metric.Record{ID: v.SiteID, No: v.Kind.Label(), Subject: v.SiteID, At: v.Day.Start()})
		}
	}
}

func countRectified(c *census, t *tally) {
	for i := range c.findings {
		f := &c.findings[i]
		r := metric.Record{ID: f.ID, No: f.Item, Title: f.Text, Subject: f.SiteID, At: f.Due, Why: FindingLabel(f.State)}
		t.den = append(t.den, r)
		if f.State == FindingClosed {
			t.num = append(t.num, r)
		}
	}
}

// countAvailability adds up office minutes: those of every kiosk in use since the day it was put up, and among them those
// that it reported to be well.
func countAvailability(c *census, t *tally) {
	for i := range c.kiosks {
		k := &c.kiosks[i]
		from := max(c.from, k.Since.Start())
		if from >= c.to {
			continue
		}
		due, well := c.cal.WorkMinutes(from, c.to, ""), 0
		for _, s := range c.spans {
			if a, b := max(s.From, from), min(s.To, c.to); s.KioskID == k.ID && s.State == KioskOK && a < b {
				well += c.cal.WorkMinutes(a, b, "")
			}
		}
		t.Num, t.Den = t.Num+int64(well), t.Den+int64(due)
		r := metric.Record{ID: k.ID, No: k.Name, Title: k.Place, Subject: k.SiteID, At: from, Why: calendar.WorkMinutes(well).Label() + " / " + calendar.WorkMinutes(due).Label()}
		t.num, t.den = append(t.num, r), append(t.den, r)
	}
}

func countRepair(c *census, t *tally) {
	for i := range c.faults {
		f := &c.faults[i]
		t.Num, t.Den = t.Num+f.Minutes(0), t.Den+60
		t.num = append(t.num, metric.Record{ID: f.ID, No: f.Kind.Label(), Title: f.Text, Subject: f.KioskID, At: f.FixedAt, Why: f.Done})
	}
}

func countPrints(c *census, t *tally) {
	for _, p := range c.prints {
		t.num = append(t.num, metric.Record{ID: p.ID, No: p.No, Subject: p.KioskID, At: p.At})
	}
}

func countUnits(kinds ...SupplyKind) func(*census, *tally) {
	return func(c *census, t *tally) {
		for i := range c.done {
			s := &c.done[i]
			if s.UnitID == "" || !slices.Contains(kinds, s.Kind) || slices.ContainsFunc(t.num, func(r metric.Record) bool { return r.ID == s.UnitID }) {
				continue
			}
			t.num = append(t.num, metric.Record{ID: s.UnitID, No: s.UnitName, Title: s.Kind.Label(), At: s.DoneOn.Start()})
		}
	}
}

func countRepairs(c *census, t *tally) {
	for i := range c.asked {
		s := &c.asked[i]
		if s.Kind != Repair || s.State == SupplyRefused {
			continue
		}
		t.den = append(t.den, supplyRecord(s))
		if s.State == SupplyDone {
			t.num = append(t.num, supplyRecord(s))
		}
	}
}

func countDone(c *census, t *tally) {
	for i := range c.done {
		t.num = append(t.num, supplyRecord(&c.done[i]))
	}
}

func countAmount(c *census, t *tally) {
	for i := range c.done {
		r := supplyRecord(&c.done[i])
		r.Why = c.done[i].Amount.Yuan() + " 元"
		t.Num, t.num = t.Num+int64(c.done[i].Amount), append(t.num, r)
	}
}

// sides counts both sides of a figure: sums where the measure adds up, else the numbers of records.
func (d *Measure) sides(c *census) tally {
	var t tally
	d.count(c, &t)
	if !d.sums {
		t.Ratio = metric.Ratio{Num: int64(len(t.num)), Den: int64(len(t.den))}
	}
	return t
}

func (m *Module) census(tx *store.Tx, centre string, p metric.Period) (*census, error) {
	c := &census{from: p.Start(), to: min(p.End(), tx.Now())}
	var err error
	read := func(fill func() error) {
		if err == nil {
			err = fill()
		}
	}
	read(func() (err error) {
		c.visits, err = store.Select[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM site_visit WHERE centre_id = $1 AND day >= $2 AND day < $3 AND kind <> 'self' ORDER BY day, id", centre, p.From, p.To)
		return err
	})
	read(func() (err error) {
		c.findings, err = store.Select[Finding](tx, "SELECT "+store.Columns[Finding]("")+" FROM site_finding WHERE centre_id = $1 AND due_at >= $2 AND due_at <= $3 ORDER BY due_at, id", centre, c.from, c.to)
		return err
	})
	read(func() (err error) {
		c.kiosks, err = store.Select[Kiosk](tx, "SELECT "+store.Columns[Kiosk]("")+" FROM site_kiosk WHERE centre_id = $1 AND active ORDER BY id", centre)
		return err
	})
	read(func() (err error) {
		c.spans, err = store.Select[span](tx, "SELECT "+store.Columns[span]("")+" FROM site_kiosk_span WHERE centre_id = $1 AND to_at > $2 AND from_at < $3 ORDER BY kiosk_id, from_at", centre, c.from, c.to)
		return err
	})
	read(func() (err error) {
		c.faults, err = store.Select[Fault](tx, "SELECT "+faultColumns+" FROM site_kiosk_fault WHERE centre_id = $1 AND fixed_at >= $2 AND fixed_at < $3 ORDER BY id", centre, max(c.from, 1), p.End())
		return err
	})
	read(func() (err error) {
		c.prints, err = store.Select[print](tx, "SELECT "+store.Columns[print]("")+" FROM site_kiosk_print WHERE centre_id = $1 AND at >= $2 AND at < $3 AND outcome = 'printed' ORDER BY id", centre, c.from, p.End())
		return err
	})
	read(func() (err error) {
		c.asked, err = store.Select[Supply](tx, "SELECT "+store.Columns[Supply]("")+" FROM site_supply WHERE centre_id = $1 AND requested_at >= $2 AND requested_at < $3 ORDER BY id", centre, c.from, p.End())
		return err
	})
	read(func() (err error) {
		c.done, err = store.Select[Supply](tx, "SELECT "+store.Columns[Supply]("")+" FROM site_supply WHERE centre_id = $1 AND state = 'done' AND done_on >= $2 AND done_on < $3 ORDER BY done_on, id", centre, p.From, p.To)
		return err
	})
	read(func() (err error) {
		c.cal, err = m.calendar.ForCentre(tx, centre, "")
		return err
	})
	return c, err
}

func (d *Measure) figure(r metric.Ratio, p metric.Period, now clock.Instant) metric.Figure {
	return metric.Figure{Metric: d.Code, Form: d.Form, Unit: d.Unit, Ratio: r, Scale: d.Scale, Period: p, Cutoff: now}
}

// Figures counts every measure of a period.
func (m *Module) Figures(ctx context.Context, p metric.Period) ([]metric.Figure, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFigure); err != nil {
		return nil, err
	}
	if !p.Valid() {
		return nil, metric.ErrPeriod
	}
	var out []metric.Figure
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := m.census(tx, a.CentreID, p)
		if err != nil {
			return err
		}
		out = nil
		for _, d := range Measures() {
			out = append(out, d.figure(d.sides(c).Ratio, p, tx.Now()))
		}
		return nil
	})
	return out, err
}

// Figure counts one measure of a period with the records of the part that is asked for.
func (m *Module) Figure(ctx context.Context, code string, part metric.Part, p metric.Period) (metric.Figure, []metric.Record, error) {
	a := actor.From(ctx)
	if err := a.Require(PermFigure); err != nil {
		return metric.Figure{}, nil, err
	}
	i := slices.IndexFunc(Measures(), func(d Measure) bool { return d.Code == code })
	if i < 0 || !p.Valid() {
		return metric.Figure{}, nil, metric.ErrUnknown
	}
	d := Measures()[i]
	var f metric.Figure
	var records []metric.Record
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := m.census(tx, a.CentreID, p)
		if err != nil {
			return err
		}
		t := d.sides(c)
		f = d.figure(t.Ratio, p, tx.Now())
		if records = t.num; part == metric.Denominator && d.Form == metric.Rate {
			records = t.den
		}
		return nil
	})
	return f, records, err
}
