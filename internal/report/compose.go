package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"yichuang/internal/clock"
	"yichuang/internal/document/chart"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// named are the measures that every bulletin can call, by the names that its text uses.
var named = []struct {
	key     string
	measure figure.Measure
}{
	{"登记量", figure.MeasureReceived}, {"受理量", figure.MeasureAccepted}, {"派单量", figure.MeasureSent}, {"办结量", figure.MeasureClosed}, {"直办率", figure.MeasureDirect},
	{"签收及时率", figure.MeasureSigned}, {"办结率", figure.MeasureFinished}, {"综合办结率", figure.MeasureAll}, {"按时办结率", figure.MeasureOnTime}, {"按时办结率（办结口径）", figure.MeasureDone},
	{"超期未办结", figure.MeasureOverdue}, {"响应率", figure.MeasureContacted}, {"解决率", figure.MeasureSolved}, {"满意率", figure.MeasureSatisfied}, {"成功回访率", figure.MeasureReached},
	{"退单率", figure.MeasureReturned}, {"不当退单率", figure.MeasureUnfounded}, {"重办率", figure.MeasureReworked}, {"延期率", figure.MeasureExtended}, {"重复诉求率", figure.MeasureRepeated},
	{"接通率", figure.MeasureAnswered},
}

// Subject is what a special report is about: a category, a word, an area, or several of them together.
type Subject struct {
	Category string `json:"category,omitempty"`
	Word     string `json:"word,omitempty"`
	Area     string `json:"area,omitempty"`
	Name     string `json:"name,omitempty"` // as its title calls it
	// Topic is the hot topic from which the report was drafted; Kept are its tickets, Place and Terms what it says, as they
	// were then.
	Topic topic.ID `json:"topic,omitempty"`
	Kept  string   `json:"kept,omitempty"`
	Place string   `json:"place,omitempty"`
	Terms string   `json:"terms,omitempty"`
}

func (s Subject) slice(p metric.Period) figure.Slice {
	return figure.Slice{Period: p, Category: s.Category, Word: s.Word, Area: s.Area, Kept: s.Kept}
}

// composer computes the content of one bulletin.
type composer struct {
	ctx     context.Context
	hotline *hotline.Module
	figures *figure.Module
	org     *org.Module
	kind    Kind
	period  metric.Period
	subject Subject
	floors  []Floor
	cutoff  clock.Instant
	content Content
}

// compose computes everything that a bulletin of a kind can call, as things stand now.
func (c *composer) compose() error {
	c.content.Cutoff = c.cutoff
	c.content.word("期间", c.period.String())
	c.content.word("上期", c.period.Previous().String())
	c.content.word("同期", c.period.YearBefore().String())
	c.content.word("截止时间", c.cutoff.String())
	steps := []func() error{c.measures, c.kinds, c.topics, c.channels, c.areas, c.trend, c.units}
	if c.kind == Monthly {
		steps = append(steps, c.groups)
	}
	if c.kind == Special {
		steps = []func() error{c.measures, c.special}
		if c.subject.Kept != "" {
			steps = append(steps, c.topic)
		}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// measures adds the measures of the period with both sides and their changes.
func (c *composer) measures() error {
	q := figure.Query{Period: c.period, Changes: true}
	for _, n := range named {
		q.Measures = append(q.Measures, n.measure)
	}
	rows, frozen, err := c.bound(q)
	if err != nil {
		return err
	}
	for i, r := range rows {
		key, f := named[i].key, frozen[i].Figure()
		source := func(p metric.Part) *Source {
			if f.Absent != "" {
				return nil
			}
			return &Source{Measure: named[i].measure, Part: p, Period: c.period}
		}
		c.content.add(Value{Key: key, Text: f.Text(), Source: source(metric.Denominator), Figure: &f, Cohort: frozen[i].Cohort})
		if f.Form == metric.Rate {
			c.content.add(Value{Key: key + "·分子", Text: f.NumText(), Source: source(metric.Numerator)})
			c.content.add(Value{Key: key + "·分母", Text: f.DenText(), Source: source(metric.Denominator)})
		}
		if r.Previous != nil {
			c.content.add(Value{Key: key + "·环比", Text: changeText(*r.Previous), Source: earlier(source(metric.Denominator), c.period.Previous())})
		}
		if r.LastYear != nil {
			c.content.add(Value{Key: key + "·同比", Text: changeText(*r.LastYear), Source: earlier(source(metric.Denominator), c.period.YearBefore())})
		}
		for _, mark := range f.Marks() {
			if !slices.Contains(c.content.Marks, mark) {
				c.content.Marks = append(c.content.Marks, mark)
			}
		}
	}
	return nil
}

// bound gives figures with their changes, and the same figures bound to the records that they counted. Both are read one
// after the other; where something happened in between, they are read again.
func (c *composer) bound(q figure.Query) (rows []figure.Row, frozen []metric.Frozen, err error) {
	for try := 0; ; try++ {
		if rows, err = c.figures.Figures(c.ctx, q); err != nil {
			return nil, nil, err
		}
		if frozen, err = c.figures.FreezeWhole(c.ctx, q.Measures, q.Period); err != nil {
			return nil, nil, err
		}
		same := true
		for i, r := range rows {
			same = same && r.Figure.Ratio == frozen[i].Figure().Ratio
		}
		if same || try == 3 {
			return rows, frozen, nil
		}
	}
}

func earlier(s *Source, p metric.Period) *Source {
	if s == nil {
		return nil
	}
	out := *s
	out.Period = p
	return &out
}

// changeText says a change in words: 上升 6.20%（增加 75）, 下降 1.25 个百分点, 持平.
func changeText(c metric.Change) string {
	if !c.Known {
		return "无可比数"
	}
	if c.Abs == 0 {
		return "持平"
	}
	way, more := "上升", "增加"
	if c.Abs < 0 {
		way, more = "下降", "减少"
		c.Abs, c.Rel.Num = -c.Abs, -c.Rel.Num
	}
	if c.Form != metric.Count {
		return way + " " + (metric.Change{Form: c.Form, Known: true, Abs: c.Abs}).AbsText()[1:]
	}
	n := strconv.FormatInt(c.Abs, 10)
	if c.Rel.Den <= 0 {
		return more + " " + n + " 件"
	}
	return way + " " + c.Rel.Text() + "（" + more + " " + n + " 件）"
}

// count is one count of a breakdown with what it is of.
type count struct {
	label     string
	n, before int64
	slice     figure.Slice
}

// shareOf is a count's share of a whole, shown.
func shareOf(n, whole int64) string { return metric.Ratio{Num: n, Den: whole}.Text() }

// split adds the largest parts of a breakdown under name1, name2 … with number, share and change, and the whole as a table
// and returns the parts. Small parts are covered where it is published.
func (c *composer) split(name string, by figure.Dimension, base figure.Slice, top int, into func(*figure.Slice, string)) ([]count, error) {
	now, err := c.figures.SliceCounts(c.ctx, base, by)
	if err != nil {
		return nil, err
	}
	past := base
	past.Period = base.Period.Previous()
	then, err := c.figures.SliceCounts(c.ctx, past, by)
	if err != nil {
		return nil, err
	}
	earlier := map[string]int64{}
	for _, t := range then {
		earlier[t.Key] = t.N
	}
	var list []count
	var sum int64
	for _, n := range now {
		s := base
		if into(&s, n.Key); n.Key == "" && !s.Exact {
			s.None = string(by)
		}
		list, sum = append(list, count{n.Label, n.N, earlier[n.Key], s}), sum+n.N
	}
	covered := hide(numbers(list))
	for i, x := range list[:min(top, len(list))] {
		key := name + strconv.Itoa(i+1)
		src := &Source{Slice: &x.slice, Period: x.slice.Period}
		v := Value{Key: key + "·件数", Text: strconv.FormatInt(x.n, 10), Source: src}
		share := Value{Key: key + "·占比", Text: shareOf(x.n, sum), Source: src}
		if covered[i] {
			v.Public, share.Public = coverText(x.n), "*"
		}
		c.content.word(key, x.label)
		c.content.add(v)
		c.content.add(share)
		c.content.add(Value{Key: key + "·环比", Text: changeText(countChange(x.n, x.before)), Source: src, Public: publicChange(covered[i])})
	}
	return list, nil
}

func publicChange(covered bool) string {
	if covered {
		return "*"
	}
	return ""
}

func numbers(list []count) []int64 {
	out := make([]int64, len(list))
	for i, x := range list {
		out[i] = x.n
	}
	return out
}

func countChange(now, before int64) metric.Change {
	return metric.Change{Form: metric.Count, Known: true, Abs: now - before, Rel: metric.Ratio{Num: now - before, Den: before}}
}

func (c *composer) base() figure.Slice { return c.subject.slice(c.period) }

func (c *composer) kinds() error {
	list, err := c.split("类型", figure.ByKind, c.base(), 6, func(s *figure.Slice, key string) { s.Kind = key })
	if err != nil {
		return err
	}
	c.splitTable("诉求类型", "类型", list)
	c.splitChart("诉求类型构成", chart.Shares, list, 6)
	return nil
}

func (c *composer) topics() error {
	list, err := c.split("高频事项", figure.ByCategory, c.base(), 5, func(s *figure.Slice, key string) { s.Category, s.Exact = key, true })
	if err != nil {
		return err
	}
	c.splitTable("高频事项", "事项", list[:min(10, len(list))])
	c.splitChart("高频事项", chart.Bars, list, 8)
	c.hotspots(list, hide(numbers(list)))
	return nil
}

// hotspots are the categories that grew most, of those with enough records to speak of that are not
// covered in the table either (hotline reference §5.4, M16).
func (c *composer) hotspots(list []count, covered []bool) {
	var grew []count
	for i, x := range list {
		if x.n >= small && x.n > x.before && !covered[i] {
			grew = append(grew, x)
		}
	}
	slices.SortStableFunc(grew, func(a, b count) int { return cmp.Compare(b.n-b.before, a.n-a.before) })
	grew = grew[:min(5, len(grew))]
	for i, x := range grew {
		src := &Source{Slice: &x.slice, Period: x.slice.Period}
		key := "热点" + strconv.Itoa(i+1)
		c.content.word(key, x.label)
		c.content.add(Value{Key: key + "·件数", Text: strconv.FormatInt(x.n, 10), Source: src})
		c.content.add(Value{Key: key + "·环比", Text: changeText(countChange(x.n, x.before)), Source: src})
	}
}

func (c *composer) channels() error {
	_, err := c.split("渠道", figure.ByChannel, c.base(), 6, func(s *figure.Slice, key string) { s.Channel = key })
	if err != nil || c.kind != Monthly {
		return err
	}
	return c.channelTable()
}

// channelTable is channel × kind, the first table of monthly reports (hotline reference §1.9).
func (c *composer) channelTable() error {
	list, err := c.figures.SliceCounts(c.ctx, c.base(), figure.ByChannel, figure.ByKind)
	if err != nil {
		return err
	}
	var channels, kinds []string
	n := map[[2]string]int64{}
	for _, x := range list {
		if !slices.Contains(channels, x.Key) {
			channels = append(channels, x.Key)
		}
		if !slices.Contains(kinds, x.Second) {
			kinds = append(kinds, x.Second)
		}
		n[[2]string{x.Key, x.Second}] = x.N
	}
	t := Table{Name: "渠道与类型", Head: [][]Cell{{{Text: "受理渠道"}}}, Note: "单位：件。"}
	for _, k := range kinds {
		t.Head[0] = append(t.Head[0], Cell{Text: label(k)})
	}
	t.Head[0] = append(t.Head[0], Cell{Text: "合计"})
	for _, ch := range channels {
		row, counts, sum := []Cell{{Text: label(ch)}}, []int64{}, int64(0)
		for _, k := range kinds {
			counts = append(counts, n[[2]string{ch, k}])
			sum += n[[2]string{ch, k}]
		}
		for i, covered := range hide(counts) {
			s := c.base()
			s.Channel, s.Kind = ch, kinds[i]
			row = append(row, c.countCell(counts[i], covered, s))
		}
		s := c.base()
		s.Channel = ch
		t.Rows = append(t.Rows, append(row, c.countCell(sum, sum > 0 && sum < small, s)))
	}
	c.content.Tables = append(c.content.Tables, t)
	return nil
}

func label(s string) string {
	if s == "" {
		return "未填写"
	}
	return s
}

func (c *composer) countCell(n int64, covered bool, s figure.Slice) Cell {
	out := Cell{Text: strconv.FormatInt(n, 10), Num: &n, Source: &Source{Slice: &s, Period: s.Period}}
	if covered {
		out.Public = coverText(n)
	}
	return out
}

func (c *composer) areas() error {
	list, err := c.split("区域", figure.ByArea, c.base(), 3, func(s *figure.Slice, key string) { s.Area = key })
	if err != nil {
		return err
	}
	c.splitTable("区域分布", "区域", list[:min(20, len(list))])
	return nil
}

// splitTable adds a breakdown as a table: number, share, the period before, change.
func (c *composer) splitTable(name, first string, list []count) {
	t := Table{Name: name, Head: [][]Cell{{{Text: first}, {Text: "件数"}, {Text: "占比"}, {Text: "上期"}, {Text: "环比"}}}, Note: "占比为占本表所列各项之和的比例。"}
	var sum int64
	for _, x := range list {
		sum += x.n
	}
	now, then := hide(numbers(list)), []int64{}
	for _, x := range list {
		then = append(then, x.before)
	}
	past := hide(then)
	for i, x := range list {
		before := x.slice
		before.Period = x.slice.Period.Previous()
		share, change := Cell{Text: shareOf(x.n, sum)}, Cell{Text: countChange(x.n, x.before).RelText()}
		if now[i] {
			share.Public = "*"
		}
		if now[i] || past[i] {
			change.Public = "*"
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.label}, c.countCell(x.n, now[i], x.slice), share, c.countCell(x.before, past[i], before), change})
	}
	c.content.Tables = append(c.content.Tables, t)
}

// splitChart draws the largest parts of a breakdown; the rest are one more part of a ring. What would be covered in the
// table is not drawn by itself either.
func (c *composer) splitChart(name string, kind chart.Kind, list []count, most int) {
	ch := chart.Chart{Kind: kind, Title: name, Series: []chart.Series{{Name: "件数"}}, Unit: map[bool]string{true: "件"}[kind != chart.Shares]}
	covered := hide(numbers(list))
	rest := int64(0)
	for i, x := range list {
		if i >= most || covered[i] {
			rest += x.n
			continue
		}
		ch.Categories = append(ch.Categories, x.label)
		ch.Series[0].Values = append(ch.Series[0].Values, float64(x.n))
	}
	if kind == chart.Shares && rest >= small {
		ch.Categories = append(ch.Categories, "其他")
		ch.Series[0].Values = append(ch.Series[0].Values, float64(rest))
	}
	c.addChart(name, ch)
}

func (c *composer) addChart(name string, ch chart.Chart) {
	if len(ch.Categories) > 0 {
		c.content.Charts = append(c.content.Charts, Chart{name, ch})
	}
}

// trendPeriods is how many periods the chart of the course shows.
const trendPeriods = 6

func (c *composer) trend() error {
	ch := chart.Chart{Kind: chart.Columns, Title: "近期受理与办结", Unit: "件", Series: []chart.Series{{Name: "受理"}, {Name: "办结"}}}
	for _, p := range c.course() {
		rows, err := c.figures.Figures(c.ctx, figure.Query{Period: p, Measures: []figure.Measure{figure.MeasureAccepted, figure.MeasureClosed}})
		if err != nil {
			return err
		}
		ch.Categories = append(ch.Categories, c.short(p))
		for j := range ch.Series {
			ch.Series[j].Values = append(ch.Series[j].Values, float64(rows[j].Num))
		}
	}
	c.addChart("近期走势", ch)
	return nil
}

// course lists the last periods of the bulletin's length, oldest first.
func (c *composer) course() []metric.Period {
	out := []metric.Period{c.period}
	for len(out) < trendPeriods {
		out = append(out, out[len(out)-1].Previous())
	}
	slices.Reverse(out)
	return out
}

// short names a period on an axis.
func (c *composer) short(p metric.Period) string {
	switch {
	case p == metric.Month(p.From):
		return fmt.Sprintf("%d.%02d", p.From.Year(), p.From.Month())
	case p.To == p.From+1:
		return fmt.Sprintf("%d月%d日", p.From.Month(), p.From.DayOfMonth())
	}
	return fmt.Sprintf("%d.%d–%d.%d", p.From.Month(), p.From.DayOfMonth(), p.Last().Month(), p.Last().DayOfMonth())
}
