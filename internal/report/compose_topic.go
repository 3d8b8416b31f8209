package report

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/document/chart"
	"yichuang/internal/metric"
)

// A special report from a hot topic (由热点话题起草的专报): its numbers count the tickets that the topic had when the report
// was drafted, and a list names them.

// topicDays is the length of the period of such a report, that for which a topic tells its growth.
const topicDays = 30

// maxName is how long the name of a subject may be.
const maxName = 30

// fromTopic keeps the topic's tickets and makes them the subject.
func (m *Module) fromTopic(ctx context.Context, in *CreateInput) error {
	kept, err := m.topics.Keep(ctx, in.Subject.Topic)
	if err != nil {
		return err
	}
	in.Subject.Kept, in.Subject.Place, in.Subject.Terms = kept.Kept, kept.Place, kept.Terms
	if in.Subject.Name == "" {
		in.Subject.Name = topicName(kept.Title)
	}
	return nil
}

// topicName makes the name of a report of a topic's title: without the numbers, which a title may not hold.
func topicName(title string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || strings.ContainsRune("{}“”\"", r) {
			return -1
		}
		return r
	}, title)
	for utf8.RuneCountInString(name) > maxName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimSpace(name); name == "" {
		return "热点话题"
	}
	return name
}

// topic adds what only a report of a topic has.
func (c *composer) topic() error {
	c.content.word("话题地点", orUnsaid(c.subject.Place))
	c.content.word("共同说法", orUnsaid(c.subject.Terms))
	s := c.base()
	people, err := c.figures.SliceCallers(c.ctx, s)
	if err != nil {
		return err
	}
	v := Value{Key: "诉求人数", Text: strconv.FormatInt(people, 10), Source: &Source{Slice: &s, Period: c.period}}
	if people > 0 && people < small {
		v.Public = hiddenText
	}
	c.content.add(v)
	past := c.subject.slice(c.period.Previous())
	before, err := c.one(past)
	if err != nil {
		return err
	}
	v = Value{Key: "专题上期件数", Text: strconv.FormatInt(before.N, 10), Source: &Source{Slice: &past, Period: past.Period}}
	if before.N > 0 && before.N < small {
		v.Public = hiddenText
	}
	c.content.add(v)
	if err := c.topicTrend(); err != nil {
		return err
	}
	return c.topicTickets()
}

func orUnsaid(s string) string {
	if s == "" {
		return "未写明"
	}
	return s
}

// topicWeeks is how many weeks the course of a topic shows: as far as its tickets go back.
const topicWeeks = 8

// topicTrend draws the tickets week by week.
func (c *composer) topicTrend() error {
	ch := chart.Chart{Kind: chart.Lines, Title: c.subject.Name + "诉求走势（每七天）", Unit: "件", Series: []chart.Series{{Name: "件数"}}}
	for i := topicWeeks; i > 0; i-- {
		p := metric.Period{From: c.period.To - 7*clock.Date(i), To: c.period.To - 7*clock.Date(i-1)}
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

// topicMost is how many tickets the list names at most.
const topicMost = 200

// topicTickets lists the tickets, those of the period before too; the list is not published.
func (c *composer) topicTickets() error {
	s := c.subject.slice(metric.Period{From: c.period.Previous().From, To: c.period.To})
	t := Table{Name: "工单清单", Inner: true, Head: [][]Cell{{{Text: "工单号"}, {Text: "受理"}, {Text: "标题"}, {Text: "类型"}, {Text: "状态"}}}, Note: "前后两期受理的全部工单；印发的文本中不列。"}
	after := ""
	for {
		rows, next, _, err := c.figures.SliceTickets(c.ctx, s, after, topicMost)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if len(t.Rows) < topicMost {
				t.Rows = append(t.Rows, []Cell{{Text: r.No, Ticket: r.No}, {Text: r.AcceptedAt.Date().String()}, {Text: r.Title}, {Text: r.Kind}, {Text: r.State.Label()}})
			}
		}
		if next == "" || len(t.Rows) >= topicMost {
			break
		}
		after = next
	}
	c.content.Tables = append(c.content.Tables, t)
	return nil
}

// topicReport is the first text of such a report.
func topicReport(c *Content, line func(...string)) {
	line("# 一、总体情况")
	line("{期间}，热线受理反映“{专题}”的诉求 {专题件数} 件，占同期受理总量的 {专题占比}；前一期 {专题上期件数} 件，环比{专题环比}。涉及诉求人 {诉求人数} 人，其中已办结 {专题已办结} 件。")
	line("地点：{话题地点}。诉求的共同说法：{共同说法}。")
	line("【图：近期走势】")
	line("# 二、构成")
	line(splitText(c, "类型", 6, "按类型分，"), splitText(c, "细类", 5, "按事项分，"))
	line("【表：细类分布】")
	line(splitText(c, "区域", 3, "诉求较多的区域是"))
	line("【表：区域分布】")
	line("# 三、承办情况")
	line(splitText(c, "承办", 3, "承办较多的单位是"))
	line("【表：承办单位分布】")
	line("# 四、分析与建议")
	line("（请根据以上情况填写成因分析和工作建议。）")
	line("# 五、工单清单")
	line("【表：工单清单】")
}
