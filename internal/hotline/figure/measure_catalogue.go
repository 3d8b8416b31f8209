package figure

import (
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
)

// Conditions that the definitions share. Those on settled legs, tickets and call-backs use only columns of the scan's
// index. @now stands for the cutoff, @rated for the condition that the category's ratings count.
const (
	isLead     = "l.role = 'lead'"
	isAnswered = isLead + " AND l.outcome IN ('on_time', 'late')"
	isVoid     = isLead + " AND l.outcome = 'na'"
	isLate     = "l.state <> 'SUSPENDED' AND l.extension = ''" // of an open leg past its due: Leg.Overdue
	isAsked    = "c.final AND c.about = ''"
	isRated    = isAsked + " AND c.adjudication NOT IN ('exclude', 'unreasonable') AND @rated"
	isUnrated  = isAsked + " AND NOT (c.adjudication NOT IN ('exclude', 'unreasonable') AND @rated)"
	isEnded    = "t.closed_at <> 0 AND t.close_kind = ''" // ended without an answer
	isHandled  = "NOT (" + isEnded + ") AND t.close_kind <> 'direct'"
	isCalled   = "t.close_kind NOT IN ('direct', 'imported', 'no_callback')"
)

func all(scan scanName, cond string) partRows {
	return partRows{scan: scan, when: map[string]string{armAll: cond}}
}

func arms(scan scanName, when map[string]string) partRows { return partRows{scan: scan, when: when} }

// weighted is a partRows whose rows add a value.
func weighted(s partRows, value string) partRows { s.value = value; return s }

func parts(num, den partRows) map[metric.Part]partRows {
	return map[metric.Part]partRows{metric.Numerator: num, metric.Denominator: den}
}

func partsOut(num, den, out partRows) map[metric.Part]partRows {
	return map[metric.Part]partRows{metric.Numerator: num, metric.Denominator: den, metric.Excluded: out}
}

// ofRole gives the sides of the on-time rate for legs of a role; withOpen counts open overdue legs as late.
func ofRole(role string, withOpen bool) map[metric.Part]partRows {
	is := "l.role = '" + role + "'"
	den := map[string]string{armSettled: is + " AND l.outcome IN ('on_time', 'late')", armSubmitted: is + " AND l.submitted_at > l.due"}
	if withOpen {
		den[armOpen] = is + " AND " + isLate
	}
	return partsOut(arms(scanDue, map[string]string{armSettled: is + " AND l.outcome = 'on_time'"}), arms(scanDue, den), arms(scanDue, map[string]string{armSettled: is + " AND l.outcome = 'na'"}))
}

// undecidedLegs are those whose due has passed and whose outcome is not frozen.
func undecidedLegs(role string) *partRows {
	s := arms(scanDue, map[string]string{armSubmitted: "l.role = '" + role + "'", armOpen: "l.role = '" + role + "'"})
	return &s
}

var openTickets = all(scanAccepted, "t.closed_at = 0")

// definitions is the catalogue of measures (hotline reference §5.4), in its order.
var definitions = []definition{
	{code: MeasureReceived, label: "登记量", rule: "期间内登记的工单，不论是否受理。", num: "登记", form: metric.Count, unit: "张", parts: map[metric.Part]partRows{metric.Numerator: all(scanReceived, "1 = 1")}},
	{code: MeasureAccepted, label: "受理量", rule: "期间内受理的工单。", num: "受理", form: metric.Count, unit: "张", parts: map[metric.Part]partRows{metric.Numerator: all(scanAccepted, "1 = 1")}},
	{code: MeasureDirect, label: "直办率", rule: "期间内受理的工单中当场直接答复办结的。", num: "直接答复", den: "受理", form: metric.Rate,
		parts: parts(all(scanAccepted, "t.close_kind = 'direct'"), all(scanAccepted, "1 = 1")), pending: &openTickets},
	{code: MeasureSent, label: "派单量", rule: "期间内派给单位的承办件。", num: "派单", form: metric.Count, unit: "件", parts: map[metric.Part]partRows{metric.Numerator: all(scanSent, "1 = 1")}},
	{code: MeasureClosed, label: "办结量", rule: "期间内办结的工单，含直接答复；不予受理、撤回、终止、并单、紧急移交的不计。", num: "办结", form: metric.Count, unit: "张",
		parts: map[metric.Part]partRows{metric.Numerator: all(scanClosed, "1 = 1")}},
	{code: MeasureSigned, label: "签收及时率", rule: "签收时限落在期间内且已经到期的主办件中按时签收的。到期仍未签收的计为不及时；签收前已退回或工单已终结的不计。", num: "按时签收", den: "应签收", out: "退回或终结", form: metric.Rate,
		parts: partsOut(arms(scanSign, map[string]string{armSigned: isLead + " AND l.signed_at <= l.sign_due"}),
			arms(scanSign, map[string]string{armSigned: isLead, armOpen: isLead + " AND l.state = 'PENDING_SIGN'"}), arms(scanSign, map[string]string{armVoid: isLead})),
		pending: &partRows{scan: scanSign, when: map[string]string{armOpen: isLead}}},
	{code: MeasureFinished, label: "办结率", rule: "期间内受理、需转办的工单中已办结的。分母不含直接答复，也不含不予受理、撤回、终止、并单、紧急移交的。", num: "办结", den: "转办", out: "未办理而终结", form: metric.Rate,
		parts: partsOut(all(scanAccepted, "t.close_kind NOT IN ('', 'direct')"), all(scanAccepted, isHandled), all(scanAccepted, isEnded)), pending: &openTickets},
	{code: MeasureAll, label: "综合办结率", rule: "期间内受理的工单中已办结的，直接答复计入分子和分母。", num: "办结", den: "受理", out: "未办理而终结", form: metric.Rate,
		parts: partsOut(all(scanAccepted, "t.close_kind <> ''"), all(scanAccepted, "NOT ("+isEnded+")"), all(scanAccepted, isEnded)), pending: &openTickets},
	{code: MeasureFallenDue, label: "到期办结率", rule: "期间内受理、需转办且已办结或已到期的工单中已办结的；还在时限内的不计。", num: "办结", den: "已办结或已到期", out: "未办理而终结", form: metric.Rate,
		parts: partsOut(all(scanAccepted, "t.close_kind NOT IN ('', 'direct')"), all(scanAccepted, "t.close_kind NOT IN ('', 'direct') OR t.closed_at = 0 AND t.due <> 0 AND t.due < @now"), all(scanAccepted, isEnded)), pending: &openTickets},
	{code: MeasureOnTime, label: "按时办结率（到期口径）", rule: "最终时限落在期间内且已经到期的主办件中按时提交的。到期仍未答复的计为未按时；挂账、延期待批和按时提交待审核的尚无结论，不计。", num: "按时", den: "到期", out: "退回或终结", form: metric.Rate,
		parts: ofRole(hotline.Lead, true), pending: undecidedLegs(hotline.Lead)},
	{code: MeasureDone, label: "按时办结率（办结口径）", rule: "与到期口径相同的主办件，但到期仍未答复的不计入分母。", num: "按时", den: "到期且有结论", out: "退回或终结", form: metric.Rate,
		parts: ofRole(hotline.Lead, false), pending: undecidedLegs(hotline.Lead)},
	{code: MeasureHelping, label: "协办按时率", rule: "与到期口径相同，只计协办件；协办超期不影响主办单位的结果。", num: "按时", den: "到期", out: "退回或终结", form: metric.Rate, parts: ofRole(hotline.CoLead, true), pending: undecidedLegs(hotline.CoLead)},
	{code: MeasureBelow, label: "下级承办按时率", rule: "与到期口径相同，只计转给下级单位的承办件。", num: "按时", den: "到期", out: "收回或终结", form: metric.Rate, parts: ofRole(hotline.Child, true), pending: undecidedLegs(hotline.Child)},
	{code: MeasureOverdue, label: "超期未办结", rule: "现在已过时限、单位尚未答复的承办件（主办、协办、下级承办），不论时限在哪个期间；挂账和延期待批的不计。", num: "超期", form: metric.Count, unit: "件", now: true, lower: true,
		parts: map[metric.Part]partRows{metric.Numerator: arms(scanLate, map[string]string{armOpen: isLate})}},
	{code: MeasureContacted, label: "响应率（先行联系）", rule: "时限落在期间内且已经到期、已签收的主办件中，在签收时限后一个工作日内联系过诉求人的。匿名、保密、不需答复的不计。", num: "按时联系", den: "应联系", out: "不需联系", form: metric.Rate,
		parts: partsOut(
			arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.contact_due <> 0 AND l.contacted_at <> 0 AND l.contacted_at <= l.contact_due", armSubmitted: isLead + " AND l.contact_due <> 0 AND l.contacted_at <> 0 AND l.contacted_at <= l.contact_due"}),
			arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.contact_due <> 0", armSubmitted: isLead + " AND l.contact_due <> 0", armOpen: isLead + " AND l.signed_at <> 0 AND l.contact_due <> 0 AND l.contact_due < @now"}),
			arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.contact_due = 0"})), pending: undecidedLegs(hotline.Lead)},
	{code: MeasureSolved, label: "解决率", rule: "期间内回访到（每轮以最后一次为准）并回答是否解决的诉求人中答“已解决”的。答“解释说明”的单列，不计入。", num: "已解决", den: "回答是否解决", out: "解释说明", form: metric.Rate,
		parts: partsOut(all(scanCall, isAsked+" AND c.solved = '已解决'"), all(scanCall, isAsked+" AND c.solved IN ('已解决', '部分解决', '未解决')"), all(scanCall, isAsked+" AND c.solved = '解释说明'"))},
	{code: MeasureSolvedSelf, label: "解决率（单位自报）", rule: "时限落在期间内且已经到期、答复已通过的主办件中单位自报“已解决”的。", num: "自报已解决", den: "答复已通过", out: "退回或终结", form: metric.Rate,
		parts: partsOut(arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.solved = '已解决'"}), arms(scanDue, map[string]string{armSettled: isAnswered}), arms(scanDue, map[string]string{armSettled: isVoid})), pending: undecidedLegs(hotline.Lead)},
	{code: MeasureExplained, label: "解释说明占比", rule: "期间内回访到并回答是否解决的诉求人中答“解释说明”的。", num: "解释说明", den: "全部回答", form: metric.Rate,
		parts: parts(all(scanCall, isAsked+" AND c.solved = '解释说明'"), all(scanCall, isAsked+" AND c.solved <> ''"))},
	{code: MeasureSatisfied, label: "满意率", rule: "期间内回访到的诉求人（每轮以最后一次为准）中满意和基本满意的。无法回访的不计；不满意但认定诉求不合理、已依法处理或异议成立的，以及不计满意率的事项分类，不计。", num: "满意", den: "回访到", out: "认定不计", form: metric.Rate,
		parts: partsOut(all(scanCall, isRated+" AND c.result IN ('满意', '基本满意')"), all(scanCall, isRated+" AND c.result <> ''"), all(scanCall, isUnrated))},
	{code: MeasureWeighted, label: "满意率（基本满意按 0.8）", rule: "与满意率相同，但基本满意按 0.8 计。", num: "满意", den: "回访到", out: "认定不计", form: metric.Rate, scale: 100,
		parts: partsOut(weighted(all(scanCall, isRated+" AND c.result IN ('满意', '基本满意')"), "CASE WHEN c.result = '满意' THEN 100 ELSE 80 END"),
			weighted(all(scanCall, isRated+" AND c.result <> ''"), "100"), all(scanCall, isUnrated))},
	{code: MeasureBoth, label: "双满意率", rule: "期间内回访到的诉求人中对结果和态度都满意的；不计的与满意率相同。", num: "双满意", den: "回访到", out: "认定不计", form: metric.Rate,
		parts: partsOut(all(scanCall, isRated+" AND c.result = '满意' AND c.attitude = '满意'"), all(scanCall, isRated+" AND c.result <> ''"), all(scanCall, isUnrated))},
	{code: MeasureEither, label: "单满意率", rule: "期间内回访到的诉求人中对结果和态度恰有一项满意的；不计的与满意率相同。", num: "单满意", den: "回访到", out: "认定不计", form: metric.Rate,
		parts: partsOut(all(scanCall, isRated+" AND (c.result = '满意' AND c.attitude <> '满意' OR c.result <> '满意' AND c.attitude = '满意')"), all(scanCall, isRated+" AND c.result <> ''"), all(scanCall, isUnrated))},
	{code: MeasureAttempted, label: "回访覆盖率", rule: "期间内办结、需回访的工单中回访过的（含联系不上的）。直接答复、来源系统办结和不需回访的不计。", num: "回访过", den: "需回访", out: "不需回访", form: metric.Rate,
		parts: partsOut(all(scanClosed, isCalled+" AND t.close_kind <> 'unsampled'"), all(scanClosed, isCalled), all(scanClosed, "NOT ("+isCalled+")"))},
	{code: MeasureReached, label: "成功回访率", rule: "期间内办结、回访过的工单中联系上诉求人的。", num: "联系上", den: "回访过", out: "没有回访", form: metric.Rate,
		parts: partsOut(all(scanClosed, isCalled+" AND t.close_kind NOT IN ('unsampled', 'unreachable')"), all(scanClosed, isCalled+" AND t.close_kind <> 'unsampled'"), all(scanClosed, "NOT ("+isCalled+") OR t.close_kind = 'unsampled'"))},
	{code: MeasureReturned, label: "退单率", rule: "期间内申请退单的次数，与期间内派给单位的承办件（不含下级承办）之比。", num: "申请退单", den: "派单", form: metric.Rate, lower: true, parts: parts(all(scanReturn, "1 = 1"), all(scanSent, "l.role <> 'below'"))},
	{code: MeasureUnfounded, label: "不当退单率", rule: "期间内申请、已有决定的退单中不予同意的。", num: "不予同意", den: "已决定", out: "待决定或失效", form: metric.Rate, lower: true,
		parts:   partsOut(all(scanReturn, "k.state = 'denied'"), all(scanReturn, "k.state IN ('granted', 'denied')"), all(scanReturn, "k.state NOT IN ('granted', 'denied')")),
		pending: &partRows{scan: scanReturn, when: map[string]string{armAll: "k.state = 'waiting'"}}},
	{code: MeasureWellSent, label: "派单准确率", rule: "期间内派给单位的承办件（不含下级承办）中没有因派错而退回的。", num: "没有派错", den: "派单", form: metric.Rate,
		parts: parts(all(scanSent, "l.role <> 'below' AND NOT l.misdispatch"), all(scanSent, "l.role <> 'below'"))},
	{code: MeasureReworked, label: "重办率", rule: "期间内进入重办的工单（一张只计一次），与期间内首次回访的工单之比；重办记在上一轮主办单位名下。", num: "重办", den: "首次回访", form: metric.Rate, lower: true,
		parts: parts(all(scanAgain, "1 = 1"), all(scanCall, "c.round = 1 AND c.attempt = 1 AND c.about = ''"))},
	{code: MeasureExtended, label: "延期率", rule: "最终时限落在期间内且已经到期的主办件中批准过延期的。", num: "批准延期", den: "到期", out: "退回或终结", form: metric.Rate, lower: true,
		parts: partsOut(arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.ext_count > 0", armSubmitted: isLead + " AND l.ext_count > 0", armOpen: isLead + " AND l.ext_count > 0"}),
			arms(scanDue, map[string]string{armSettled: isAnswered, armSubmitted: isLead, armOpen: isLead}), arms(scanDue, map[string]string{armSettled: isVoid}))},
	{code: MeasureParked, label: "挂账率", rule: "现在单位未办的承办件中挂账的，不论派单在哪个期间。", num: "挂账", den: "未办", form: metric.Rate, now: true, lower: true,
		parts: parts(arms(scanOpen, map[string]string{armOpen: "l.state = 'SUSPENDED'"}), arms(scanOpen, map[string]string{armOpen: "1 = 1"}))},
	{code: MeasureWorkTime, label: "平均办理时长（工作时间）", rule: "时限落在期间内且已经到期、答复已通过的主办件，从派单到提交的工作分钟，扣除挂账。", num: "工作分钟", den: "答复已通过", out: "没有记录", form: metric.Mean, unit: "分钟", lower: true,
		parts: partsOut(weighted(arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.work_minutes >= 0"}), "l.work_minutes"), arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.work_minutes >= 0"}),
			arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.work_minutes < 0"})), pending: undecidedLegs(hotline.Lead)},
	{code: MeasureWallTime, label: "平均办理时长（自然时间）", rule: "同一批承办件从派单到提交的自然分钟，不扣除节假日和挂账。", num: "自然分钟", den: "答复已通过", out: "没有记录", form: metric.Mean, unit: "分钟", lower: true,
		parts: partsOut(weighted(arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.wall_minutes >= 0"}), "l.wall_minutes"), arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.wall_minutes >= 0"}),
			arms(scanDue, map[string]string{armSettled: isAnswered + " AND l.wall_minutes < 0"})), pending: undecidedLegs(hotline.Lead)},
	{code: MeasureRepeated, label: "重复诉求率", rule: "期间内受理的工单中并入他单的，或同一来电人 30 天内就同一分类再次反映的。", num: "重复", den: "受理", form: metric.Rate, lower: true,
		parts: parts(all(scanAccepted, "(t.merged_into <> '' OR t.caller_id <> '' AND t.category <> '' AND EXISTS (SELECT 1 FROM hotline_ticket e WHERE e.centre_id = t.centre_id AND e.caller_id = t.caller_id AND e.caller_id <> '' AND e.id < t.id AND e.category = t.category AND e.created_at >= t.created_at - 2592000000))"),
			all(scanAccepted, "1 = 1"))},
	{code: MeasureKnowledge, label: "知识库更新及时率", rule: "复审日期落在期间内的知识条目中按时复审的。", num: "按时复审", den: "应复审", form: metric.Rate, other: true},
	{code: MeasureCorrection, label: "知识库纠错及时率", rule: "答复期限落在期间内的纠错申请中按时答复的。", num: "按时答复", den: "应答复", form: metric.Rate, other: true},
	{code: MeasureAnswered, label: "接通率", rule: "期间内呼入的电话中人工接听的。", num: "接听", den: "呼入", form: metric.Rate, other: true},
	{code: MeasureWait, label: "平均等待时长", rule: "期间内接听的电话从进入排队到接听的秒数。", num: "等待秒数", den: "接听", form: metric.Mean, unit: "秒", other: true, lower: true},
	{code: MeasureAbandoned, label: "放弃率", rule: "期间内呼入的电话中来电人在接听前挂断的。", num: "放弃", den: "呼入", form: metric.Rate, other: true, lower: true},
}
