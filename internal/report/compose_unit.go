package report

import (
	"cmp"
	"slices"
	"strconv"

	"yichuang/internal/document/chart"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// unitMeasures are the columns of the table of units, in this order.
func unitMeasures() []figure.Measure {
	return []figure.Measure{figure.MeasureSent, figure.MeasureOnTime, figure.MeasureDone, figure.MeasureOverdue, figure.MeasureSatisfied, figure.MeasureUnfounded}
}

// units adds the table of units with what fell due on time, late and not at all, and those below a floor.
func (c *composer) units() error {
	rows, err := c.figures.FiguresByUnit(c.ctx, unitMeasures(), c.period)
	if err != nil {
		return err
	}
	t := Table{Name: "承办单位", Wide: true, Note: "到期口径：时限在本期内的主办件，到期未办的计入分母；办结口径不计到期未办的。超期未办结为统计截止时的数。",
		Head: [][]Cell{{{Text: "承办单位", Rows: 2}, {Text: "派单", Rows: 2}, {Text: "到期件", Cols: 3}, {Text: "按时办结率", Cols: 2}, {Text: "超期未办结", Rows: 2}, {Text: "满意率", Rows: 2}, {Text: "不当退单率", Rows: 2}},
			{{Text: "按时"}, {Text: "超时办结"}, {Text: "到期未办"}, {Text: "到期口径"}, {Text: "办结口径"}}}}
	ch := chart.Chart{Kind: chart.Bars, Title: "承办单位按时办结率（到期口径）", Percent: true, Series: []chart.Series{{Name: "按时办结率"}}}
	for _, r := range rows {
		f := r.Figures
		if f[0].Num+f[1].Den+f[3].Num == 0 {
			continue
		}
		t.Rows = append(t.Rows, c.unitRow(r))
		if f[1].Den > 0 && len(ch.Categories) < 20 {
			ch.Categories = append(ch.Categories, r.Unit)
			ch.Series[0].Values = append(ch.Series[0].Values, float64(f[1].Num)/float64(f[1].Den))
		}
	}
	c.content.Tables = append(c.content.Tables, t)
	c.content.word("承办单位数", strconv.Itoa(len(t.Rows)))
	c.addChart("单位按时办结率", ch)
	return c.below(rows)
}

func (c *composer) unitRow(r figure.UnitRow) []Cell {
	f := r.Figures
	cell := func(text string, n int64, m figure.Measure, p metric.Part) Cell {
		return Cell{Text: text, Num: &n, Source: &Source{Measure: m, Part: p, UnitID: r.UnitID, Period: c.period}}
	}
	rate := func(i int) Cell {
		out := cell(f[i].Text(), 0, unitMeasures()[i], metric.Denominator)
		out.Num = nil
		return out
	}
	number := func(n int64, m figure.Measure, p metric.Part) Cell { return cell(strconv.FormatInt(n, 10), n, m, p) }
	return []Cell{{Text: r.Unit}, number(f[0].Num, figure.MeasureSent, metric.Denominator), number(f[1].Num, figure.MeasureOnTime, metric.Numerator),
		number(f[2].Den-f[2].Num, figure.MeasureDone, metric.Denominator), number(f[1].Den-f[2].Den, figure.MeasureOnTime, metric.Denominator),
		rate(1), rate(2), number(f[3].Num, figure.MeasureOverdue, metric.Denominator), rate(4), rate(5)}
}

// below adds the units whose rates lie below a floor (低于下限), with the floor itself.
func (c *composer) below(rows []figure.UnitRow) error {
	measures := unitMeasures()
	t := Table{Name: "低于下限的单位", Head: [][]Cell{{{Text: "承办单位"}, {Text: "指标"}, {Text: "数值"}, {Text: "下限"}, {Text: "分子／分母"}}}}
	for _, fl := range c.floors {
		i := slices.Index(measures, figure.Measure(fl.Metric))
		if i < 0 {
			continue
		}
		floor := metric.Hundredths(fl.Basis) + "%"
		name := figure.Measure(fl.Metric).Label()
		c.content.word("下限·"+keyOf(figure.Measure(fl.Metric)), floor)
		for _, r := range rows {
			f := r.Figures[i]
			basis, ok := f.Basis()
			if !ok || basis >= fl.Basis {
				continue
			}
			src := &Source{Measure: measures[i], Part: metric.Denominator, UnitID: r.UnitID, Period: c.period}
			t.Rows = append(t.Rows, []Cell{{Text: r.Unit}, {Text: name}, {Text: f.Text(), Source: src}, {Text: floor}, {Text: f.NumText() + "／" + f.DenText(), Source: src}})
		}
	}
	c.content.add(Value{Key: "低于下限项数", Text: strconv.Itoa(len(t.Rows))})
	if len(t.Rows) == 0 {
		t.Rows = [][]Cell{{{Text: "无", Cols: 5}}}
	}
	c.content.Tables = append(c.content.Tables, t)
	return nil
}

func keyOf(m figure.Measure) string {
	for _, n := range named {
		if n.measure == m {
			return n.key
		}
	}
	return string(m)
}

// groups adds the table of unit groups (县直、乡镇 …): share of what was sent, against the period before and a year ago.
func (c *composer) groups() error {
	group := map[string]org.UnitGroup{}
	units, err := c.org.UnitTree(c.ctx)
	if err != nil {
		return err
	}
	for _, u := range units {
		group[u.ID] = u.Group
	}
	periods := [3]metric.Period{c.period, c.period.Previous(), c.period.YearBefore()}
	n := map[org.UnitGroup][3]int64{}
	var sum int64
	for i, p := range periods {
		rows, err := c.figures.FiguresByUnit(c.ctx, []figure.Measure{figure.MeasureSent}, p)
		if err != nil {
			return err
		}
		for _, r := range rows {
			g := n[group[r.UnitID]]
			g[i] += r.Figures[0].Num
			n[group[r.UnitID]] = g
			if i == 0 {
				sum += r.Figures[0].Num
			}
		}
	}
	var order []org.UnitGroup
	for g := range n {
		order = append(order, g)
	}
	slices.SortFunc(order, func(a, b org.UnitGroup) int { return cmp.Or(cmp.Compare(n[b][0], n[a][0]), cmp.Compare(a, b)) })
	t := Table{Name: "单位类别", Head: [][]Cell{{{Text: "单位类别"}, {Text: "派单"}, {Text: "占比"}, {Text: "上期"}, {Text: "环比"}, {Text: "同期"}, {Text: "同比"}}}, Note: "派单量为派给各类单位的承办件。"}
	for _, g := range order {
		x := n[g]
		t.Rows = append(t.Rows, []Cell{{Text: label(org.LabelOf(org.UnitGroups(), string(g)))}, c.sentCell(x[0], periods[0]), {Text: shareOf(x[0], sum)},
			c.sentCell(x[1], periods[1]), {Text: countChange(x[0], x[1]).RelText()}, c.sentCell(x[2], periods[2]), {Text: countChange(x[0], x[2]).RelText()}})
	}
	c.content.Tables = append(c.content.Tables, t)
	return nil
}

func (c *composer) sentCell(n int64, p metric.Period) Cell {
	return Cell{Text: strconv.FormatInt(n, 10), Num: &n, Source: &Source{Measure: figure.MeasureSent, Part: metric.Denominator, Period: p}}
}

// special adds what a report on one matter says: how many, which share of all, where, of whom, and the course.
func (c *composer) special() error {
	c.content.word("专题", c.subject.Name)
	whole, err := c.one(c.base())
	if err != nil {
		return err
	}
	before, err := c.one(c.subject.slice(c.period.Previous()))
	if err != nil {
		return err
	}
	year, err := c.one(c.subject.slice(c.period.YearBefore()))
	if err != nil {
		return err
	}
	all, err := c.one(figure.Slice{Period: c.period})
	if err != nil {
		return err
	}
	s := c.base()
	src := &Source{Slice: &s, Period: c.period}
	covered := whole.N > 0 && whole.N < small
	add := func(key, text, public string) {
		c.content.add(Value{Key: key, Text: text, Public: public, Source: src})
	}
	cover := func(public string) string { return map[bool]string{true: public}[covered] }
	add("专题件数", strconv.FormatInt(whole.N, 10), cover(hiddenText))
	add("专题已办结", strconv.FormatInt(whole.Closed, 10), cover("*"))
	add("专题占比", shareOf(whole.N, all.N), cover("*"))
	add("专题环比", changeText(countChange(whole.N, before.N)), cover("*"))
	steps := []func() error{c.kinds, c.areas, c.specialUnits, c.specialTopics}
	if c.subject.Kept == "" { // a topic has its own course, and nothing a year ago
		add("专题同比", changeText(countChange(whole.N, year.N)), cover("*"))
		steps = append(steps, c.specialTrend)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *composer) one(s figure.Slice) (figure.SliceCount, error) {
	list, err := c.figures.SliceCounts(c.ctx, s)
	if err != nil || len(list) == 0 {
		return figure.SliceCount{}, err
	}
	return list[0], nil
}

func (c *composer) specialUnits() error {
	list, err := c.split("承办", figure.ByUnit, c.base(), 3, func(s *figure.Slice, key string) { s.UnitID = key })
	if err != nil {
		return err
	}
	c.splitTable("承办单位分布", "承办单位", list[:min(20, len(list))])
	return nil
}

func (c *composer) specialTopics() error {
	list, err := c.split("细类", figure.ByCategory, c.base(), 5, func(s *figure.Slice, key string) { s.Category, s.Exact = key, true })
	if err != nil {
		return err
	}
	c.splitTable("细类分布", "事项", list[:min(20, len(list))])
	return nil
}

func (c *composer) specialTrend() error {
	ch := chart.Chart{Kind: chart.Lines, Title: c.subject.Name + "诉求走势", Unit: "件", Series: []chart.Series{{Name: "件数"}}}
	for _, p := range c.course() {
		n, err := c.one(c.subject.slice(p))
		if err != nil {
			return err
		}
		ch.Categories = append(ch.Categories, c.short(p))
		ch.Series[0].Values = append(ch.Series[0].Values, float64(n.N))
	}
	c.addChart("近期走势", ch)
	return nil
}
