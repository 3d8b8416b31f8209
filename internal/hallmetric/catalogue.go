package hallmetric

import (
	"strconv"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/item"
	"yichuang/internal/metric"
)

const (
	fromCases   = "办件记录"
	fromBoth    = "办件记录、省平台办件"
	fromTickets = "号票记录"
	fromItems   = "事项清单"
	hour        = 60     // minutes
	minute      = 60_000 // milliseconds
)

// whyNot says why a case that ended takes no part in what is counted over closed cases.
func whyNot(c *Case) Mark {
	if c.Refused() {
		return out("不予受理或转告")
	}
	return out("撤回、视为撤回或终止")
}

// ofClosed judges the closed cases (办结); those that ended otherwise are left out.
func ofClosed(judge func(c *Case) Mark) func(*Fact, clock.Instant) Mark {
	return func(f *Fact, _ clock.Instant) Mark {
		if !f.Case.Done() {
			return whyNot(f.Case)
		}
		return judge(f.Case)
	}
}

// ofReceived judges every case that was received.
func ofReceived(judge func(c *Case) Mark) func(*Fact, clock.Instant) Mark {
	return func(f *Fact, _ clock.Instant) Mark { return judge(f.Case) }
}

// kept judges whether a limit was kept.
func kept(c *Case, due clock.Instant, none string) Mark {
	if due == 0 {
		return out(none)
	}
	return yes(c.DecidedAt < due, "按期", "超期")
}

// fallenDue judges the cases whose limit has ended by now, closed or not, so that open late ones cannot hide. During a
// special procedure the end moves with the days.
func fallenDue(due func(c *Case) clock.Instant) func(*Fact, clock.Instant) Mark {
	return func(f *Fact, now clock.Instant) Mark {
		c := f.Case
		switch {
		case due(c) > now:
			return nothing
		case c.Gone() || c.Refused():
			return whyNot(c)
		case c.Platform && c.DecidedAt == 0 && c.SeenAt < due(c):
			return out("最近一次导入时还没有到期")
		case c.DecidedAt == 0 && c.Stands(now):
			return out("特别程序中，到期日顺延")
		}
		return yes(c.DecidedAt != 0 && c.DecidedAt < due(c), "按期", "超期")
	}
}

// accepting judges how long acceptance took, over the cases that ended in the period, refused ones too; cases of the day
// (即办件) are kept apart.
func accepting(instant bool, minutes func(c *Case) int64, known func(c *Case) bool) func(*Fact, clock.Instant) Mark {
	return func(f *Fact, _ clock.Instant) Mark {
		c := f.Case
		switch {
		case c.Instant != instant:
			return nothing
		case !c.Done() && !c.Refused():
			return whyNot(c)
		case !known(c):
			return out("视为受理、材料未齐或没有记录")
		}
		return adds(minutes(c), wordsOfAccepting)
	}
}

func acceptTimed(c *Case) bool    { return c.AcceptTimed }
func acceptMinutes(c *Case) int64 { return c.AcceptMinutes }

// grossMinutes is the time by the clock from the first submission to acceptance or refusal.
func grossMinutes(c *Case) int64 {
	end := c.AcceptedAt
	if end == 0 {
		end = c.ClosedAt
	}
	return int64(end-c.ReceivedAt) / minute
}

// ofTickets judges the numbers that were called or ended, without those that the end of the day closed.
func ofTickets(judge func(t *Ticket) Mark) func(*Fact, clock.Instant) Mark {
	return func(f *Fact, _ clock.Instant) Mark {
		if !f.Ticket.Accurate {
			return out("日终关闭，时间不准")
		}
		return judge(f.Ticket)
	}
}

func waited(t *Ticket) Mark {
	if t.CalledAt == 0 {
		return nothing
	}
	return adds(t.WaitMs, wordsOfWaiting)
}

func days(n int64) string { return strconv.FormatInt(n, 10) }

// How facts with a value are worded.
var (
	wordsOfAccepting = said("受理用时 ", func(n int64) string { return metric.Ratio{Num: n, Den: hour}.Quotient() }, " 小时")
	wordsOfWaiting   = said("等待 ", hall.MinutesText, "")
	wordsOfService   = said("服务 ", hall.MinutesText, "")
	wordsOfUse       = said("消耗 ", days, " 个工作日")
	wordsOfDays      = said("历时 ", days, " 天")
	wordsOfStops     = said("扣除 ", days, " 个工作日")
	wordsOfWork      = said("标准工时 ", days, " 分钟")
)

func wordsOfOnce(f *Fact, _ int64) string {
	return "补正 " + days(f.Case.Notices) + " 次，到场 " + days(f.Case.Trips) + " 次"
}

// definitions is the catalogue (hall reference §5), in its order; source_*.go adds what other modules keep.
var definitions = sourced(append(append(append(caseSpeed(), caseEase()...), queueAndItems()...), outsideDefinitions()...))

// sourced names the second source of the measures that count cases of the provincial platform.
func sourced(list []definition) []definition {
	for i := range list {
		if list[i].platform == platformAlike {
			list[i].Source = fromBoth
		}
	}
	return list
}

func caseSpeed() []definition {
	m := func(code, label, num, den, out, rule string, form metric.Form, unit string) Measure {
		return Measure{Code: code, Label: label, Group: GroupSpeed, Source: fromCases, Numerator: num, Denominator: den, Excluded: out, Rule: rule, Form: form, Unit: unit}
	}
	const ended = "没有承诺时限，或未办结而终结"
	return []definition{
		{Measure: m("HC1", "按期办结率（承诺）", "承诺时限内决定", "办结", ended, "期间内办结的办件中，在承诺时限届满前作出决定的。", metric.Rate, ""), platform: platformAlike, basis: BasisClosed, needs: "promise_due, decided_at",
			judge: ofClosed(func(c *Case) Mark { return kept(c, c.PromiseDue, "没有承诺时限") })},
		{Measure: m("HC1s", "按期办结率（法定）", "法定时限内决定", "办结", "没有法定时限，或未办结而终结", "期间内办结的办件中，在法定时限（含批准的延期）届满前作出决定的。", metric.Rate, ""), basis: BasisClosed, needs: "statutory_due, decided_at",
			judge: ofClosed(func(c *Case) Mark { return kept(c, c.StatutoryDue, "没有法定时限") })},
		{Measure: m("HC2", "到期办结率（承诺）", "按期决定", "到期", "终结或特别程序中", "承诺到期日落在期间内且已经到期的办件中按期决定的；到期仍未决定的计为未按期。", metric.Rate, ""), platform: platformAlike, basis: BasisDue,
			judge: fallenDue(func(c *Case) clock.Instant { return c.PromiseDue })},
		{Measure: m("HC2s", "到期办结率（法定）", "按期决定", "到期", "终结或特别程序中", "法定到期日落在期间内且已经到期的办件中按期决定的；到期仍未决定的计为未按期。", metric.Rate, ""), basis: BasisStatutory,
			judge: fallenDue(func(c *Case) clock.Instant { return c.StatutoryDue })},
		{Measure: m("HC3", "提前办结率", "早于承诺到期日", "承诺件办结", ended, "期间内办结的承诺件中，决定日早于承诺到期日的。", metric.Rate, ""), platform: platformAlike, basis: BasisClosed, needs: "kind, promise_due, decided_at", judge: ofClosed(early)},
		{Measure: m("HC4", "平均受理时长", "工作时间", "承诺件", "视为受理、材料未齐", "期间内终结的承诺件，从最后一次齐全提交到受理或不予受理的工作时间之和，除以件数。", metric.Mean, "小时"), basis: BasisClosed, needs: "kind, accept_timed, accept_minutes", scale: hour,
			judge: accepting(false, acceptMinutes, acceptTimed)},
		{Measure: m("HC4g", "平均受理时长（自首次提交）", "自然时间", "承诺件", "视为受理、材料未齐", "同上，从首次提交起按自然时间计算，补正等候的时间也在内。", metric.Mean, "小时"), basis: BasisClosed, needs: "kind, accept_timed, received_at, accepted_at", scale: hour,
			judge: accepting(false, grossMinutes, acceptTimed)},
		{Measure: m("HC4i", "平均受理时长（即办件）", "工作时间", "即办件", "视为受理、材料未齐", "期间内终结的即办件，从最后一次齐全提交到受理或不予受理的工作时间之和，除以件数。", metric.Mean, "小时"), basis: BasisClosed, needs: "kind, accept_timed, accept_minutes", scale: hour,
			judge: accepting(true, acceptMinutes, acceptTimed)},
		{Measure: m("HC5", "平均办理时长", "消耗的工作日", "承诺件办结", "没有记录用时", "期间内办结的承诺件，从受理到决定消耗的工作日之和（扣除特别程序），除以件数。", metric.Mean, "工作日"), basis: BasisClosed, needs: "kind, decide_timed, used_days", judge: ofClosed(consumed)},
		{Measure: m("HC5g", "平均办理时长（自然日）", "自然日", "承诺件办结", "没有记录用时", "同上，从受理日到决定日的自然日，不扣除特别程序。", metric.Mean, "天"), basis: BasisClosed, needs: "kind, decide_timed, accepted_at, decided_at", judge: ofClosed(elapsed)},
	}
}

func early(c *Case) Mark {
	switch {
	case c.NoKind:
		return out("省平台没有记录办件类型")
	case c.Instant:
		return nothing
	case c.PromiseDue == 0:
		return out("没有承诺时限")
	}
	return yes(c.DecidedAt.Date() < calendar.LastDay(c.PromiseDue), "提前", "没有提前")
}

func consumed(c *Case) Mark {
	switch {
	case c.Instant:
		return nothing
	case !c.DecideTimed:
		return out("没有记录用时")
	}
	return adds(c.UsedDays, wordsOfUse)
}

func elapsed(c *Case) Mark {
	switch {
	case c.Instant:
		return nothing
	case !c.DecideTimed || c.AcceptedAt == 0:
		return out("没有记录用时")
	}
	return adds(int64(c.DecidedAt.Date()-c.AcceptedAt.Date()), wordsOfDays)
}

func caseEase() []definition {
	m := func(code, label string, g Group, num, den, rule string, form metric.Form, unit string) Measure {
		return Measure{Code: code, Label: label, Group: g, Source: fromCases, Numerator: num, Denominator: den, Rule: rule, Form: form, Unit: unit}
	}
	less := func(m Measure) Measure { m.Lower = true; return m }
	ended := func(m Measure) Measure { m.Excluded = "未办结而终结"; return m }
	median := ended(m("HC9d", "特别程序天数（中位数）", GroupSpecial, "扣除的工作日", "有特别程序的办结", "期间内办结且启动过特别程序的办件，扣除工作日的中位数（最近秩法）。", metric.Count, "工作日"))
	median.Percentile = 50
	return []definition{
		{Measure: ended(m("HC6", "即办率", GroupEase, "即办件", "办结", "期间内办结的办件中，即办件所占的比例。", metric.Rate, "")), platform: platformAlike, basis: BasisClosed, needs: "kind",
			judge: ofClosed(func(c *Case) Mark {
				if c.NoKind {
					return out("省平台没有记录办件类型")
				}
				return yes(c.Instant, "即办件", "承诺件")
			})},
		{Measure: ended(m("HC7", "一次办成率", GroupEase, "一次办成", "办结", "期间内办结的办件中，没有补正、申请人到场不超过一次的。", metric.Rate, "")), basis: BasisClosed, needs: "notices, visits", judge: ofClosed(func(c *Case) Mark {
			mark := yes(c.Notices == 0 && c.Trips <= 1)
			mark.words = wordsOfOnce
			return mark
		})},
		{Measure: less(m("HC8", "补正率", GroupEase, "有补正", "接件", "期间内接收的办件中，告知过补正的。", metric.Rate, "")), basis: BasisReceived, needs: "notices", judge: ofReceived(func(c *Case) Mark { return yes(c.Notices >= 1, "有补正", "没有补正") })},
		{Measure: less(m("HC8m", "多次补正率", GroupEase, "补正两次及以上", "接件", "期间内接收的办件中，告知补正两次及以上的。", metric.Rate, "")), basis: BasisReceived, needs: "notices",
			judge: ofReceived(func(c *Case) Mark { return yes(c.Notices >= 2, "多次补正", "没有多次补正") })},
		{Measure: less(ended(m("HC9", "特别程序占比", GroupSpecial, "有特别程序", "办结", "期间内办结的办件中，启动过特别程序的。", metric.Rate, ""))), basis: BasisClosed, needs: "stops",
			judge: ofClosed(func(c *Case) Mark { return yes(c.Stops > 0, "有特别程序", "没有特别程序") })},
		{Measure: median, basis: BasisClosed, needs: "stops, stopped_days", judge: ofClosed(func(c *Case) Mark {
			if c.Stops == 0 {
				return nothing
			}
			return adds(c.StoppedDays, wordsOfStops)
		})},
		{Measure: less(ended(m("HC9n", "临近到期启动特别程序占比", GroupSpecial, "到期前两个工作日内启动", "有特别程序的办结", "启动过特别程序的办结办件中，在承诺到期前两个工作日内才启动的；偏高时应当抽查。", metric.Rate, ""))), basis: BasisClosed, needs: "stops, stopped_near",
			judge: ofClosed(func(c *Case) Mark {
				if c.Stops == 0 {
					return nothing
				}
				return yes(c.StoppedNear, "临近到期启动", "不是临近到期")
			})},
		{Measure: m("HCr", "接件量", GroupVolume, "接件", "", "期间内接收的办件。", metric.Count, "件"), platform: platformAlike, basis: BasisReceived, judge: ofReceived(func(*Case) Mark { return yes(true) })},
		{Measure: ended(m("HC0", "办结量", GroupVolume, "办结", "", "期间内办结的办件；不予受理、转告、撤回、视为撤回、终止的不计。", metric.Count, "件")), platform: platformAlike, basis: BasisClosed, judge: ofClosed(func(*Case) Mark { return yes(true) })},
		{Measure: m("HCx", "不予受理量", GroupVolume, "不予受理、转告", "", "期间内不予受理或者转告的办件。", metric.Count, "件"), platform: platformAlike, basis: BasisClosed, judge: func(f *Fact, _ clock.Instant) Mark {
			if !f.Case.Refused() {
				return nothing
			}
			return yes(true)
		}},
		{Measure: ended(m("HCw", "工作量", GroupVolume, "标准工时", "", "期间内办结的办件各按事项标准工时折算的工作时间之和。", metric.Count, "小时")), basis: BasisClosed, needs: "std_minutes", scale: hour,
			judge: ofClosed(func(c *Case) Mark { return adds(c.StdMinutes, wordsOfWork) })},
	}
}

func queueAndItems() []definition {
	q := func(code, label, num, den, rule string, form metric.Form, unit string) Measure {
		return Measure{Code: code, Label: label, Group: GroupQueue, Source: fromTickets, Numerator: num, Denominator: den, Excluded: "日终关闭", Rule: rule, Form: form, Unit: unit, Lower: form != metric.Count}
	}
	p90 := q("HQ2", "等待时长第 90 百分位", "等待时间", "叫到的号", "九成的号等待不超过的时长（最近秩法），范围与窗口平均等待时长相同。", metric.Count, "分钟")
	p90.Percentile, p90.Lower = 90, true
	ofItems := func(code, label, num, den, out, rule string) Measure {
		return Measure{Code: code, Label: label, Group: GroupItem, Source: fromItems, Numerator: num, Denominator: den, Excluded: out, Rule: rule, Form: metric.Rate}
	}
	return []definition{
		{Measure: q("HQ1", "窗口平均等待时长", "等待时间", "叫到的号", "首次呼叫时间减去取号时间（预约号从时段开始算）之和，除以叫到的号数；过号只计一次。", metric.Mean, "分钟"), basis: BasisTickets, scale: minute, judge: ofTickets(waited)},
		{Measure: p90, basis: BasisTickets, scale: minute, judge: ofTickets(waited)},
		{Measure: q("HQ3", "弃号率", "弃号", "完成和弃号", "弃号数除以完成和弃号之和。", metric.Rate, ""), basis: BasisTickets, judge: ofTickets(func(t *Ticket) Mark {
			if t.State != hall.Finished && t.State != hall.Dropped {
				return nothing
			}
			return yes(t.State == hall.Dropped, "弃号", "完成")
		})},
		{Measure: q("HQ4", "平均服务时长", "服务时间", "完成的号", "完成时间减去开始时间、再减去暂挂和转移后等候的时间之和，除以完成的号数。", metric.Mean, "分钟"), basis: BasisTickets, scale: minute, judge: ofTickets(func(t *Ticket) Mark {
			if t.State != hall.Finished {
				return nothing
			}
			return adds(t.ServedMs, wordsOfService)
		})},
		{Measure: Measure{Code: "HQ5", Label: "取号量", Group: GroupQueue, Source: fromTickets, Numerator: "取号", Rule: "取出的号数。", Form: metric.Count, Unit: "号"}, basis: BasisTickets,
			judge: func(*Fact, clock.Instant) Mark { return yes(true) }},
		{Measure: ofItems("HI1", "承诺压缩比", "压缩的工作日", "法定工作日", "时限不都以工作日计", "期末生效的事项中，法定时限与承诺时限之差的合计，除以法定时限的合计。"), basis: BasisItems, judge: cut},
		{Measure: ofItems("HI2", "即办事项占比", "即办事项", "事项", "", "期末生效的事项中，当日办结的即办事项所占的比例。"), basis: BasisItems,
			judge: func(f *Fact, _ clock.Instant) Mark { return yes(f.Version.Instant, "即办", "承诺办理") }},
	}
}

// cut is what an item's promise takes off its statutory limit. Limits of different units never convert.
func cut(f *Fact, _ clock.Instant) Mark {
	v := f.Version
	if v.Statutory.Unit != item.Workday || v.Promise.Unit != item.Workday || v.Statutory.N <= 0 {
		return out("时限不都以工作日计")
	}
	return Mark{Counts: true, Num: int64(v.Statutory.N - v.Promise.N), Den: int64(v.Statutory.N), Why: "法定 " + strconv.Itoa(v.Statutory.N) + "，承诺 " + strconv.Itoa(v.Promise.N) + " 个工作日"}
}
