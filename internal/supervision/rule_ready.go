package supervision

// ReadyRules is the rule set that a new centre has. The limits are those of the law and of rules of other places, as the
// sources say; what was inferred from them is not confirmed (docs/sources.md).
func ReadyRules() Rules {
	const permit = "《中华人民共和国行政许可法》"
	local := func(what string) string { return "参照多地电子监察办法：" + what }
	return Rules{
		Rules: []Rule{
			{Code: "T01", Name: "办理期限即将届满", Type: Timing, Level: Remind, Check: CheckBefore, N: 1, Source: local("届满前一个工作日提醒")},
			{Code: "T02", Name: "超过办理期限", Type: Timing, Level: Yellow, Check: CheckOver, N: 1, Source: local("超期一个工作日发黄牌")},
			{Code: "T03", Name: "严重超过办理期限", Type: Timing, Level: Red, Check: CheckOver, N: 2, Source: local("超期两个工作日发红牌")},
			{Code: "T04", Name: "环节超时", Type: Timing, Level: Yellow, Check: CheckStep, N: 1, Source: local("总时限内环节超时也预警")},
			{Code: "T05", Name: "即将视为受理或视为撤回", Type: Timing, Level: Remind, Check: CheckLaw, N: 1, Source: permit + "第三十二条"},
			{Code: "P01", Name: "逾期未告知，视为受理", Type: Process, Level: Yellow, Check: CheckDeemed, Source: permit + "第三十二条第一款第四项", Confirmed: true},
			{Code: "P02", Name: "多次补正告知", Type: Process, Level: Yellow, Check: CheckNotices, N: 2, Source: permit + "第三十二条第一款第四项（一次告知）", Confirmed: true},
			{Code: "P03", Name: "受理后补正", Type: Process, Level: Red, Check: CheckLateNotice, Source: local("受理后再要求补正报警")},
			{Code: "P04", Name: "不予受理", Type: Process, Level: Remind, Check: CheckRefused, Source: permit + "第七十二条"},
			{Code: "P05", Name: "特别程序倒填日期", Type: Process, Level: Yellow, Check: CheckBackdated, Source: permit + "第四十五条"},
			{Code: "P06", Name: "没有审查或决定环节就办结", Type: Process, Level: Red, Check: CheckNoStep, Source: local("无环节办结")},
			{Code: "P07", Name: "环节顺序颠倒", Type: Process, Level: Yellow, Check: CheckOrder, Source: local("环节早于接件或晚于办结")},
			{Code: "C01", Name: "缺申请材料", Type: Content, Level: Yellow, Check: CheckNoMaterial, Source: local("无申请材料")},
			{Code: "C02", Name: "缺受理通知书", Type: Content, Level: Yellow, Check: CheckNoVoucher, Source: permit + "第三十二条第二款", Confirmed: true},
			{Code: "C03", Name: "缺决定书", Type: Content, Level: Yellow, Check: CheckNoDecision, Source: permit + "第三十八条", Confirmed: true},
			{Code: "C04", Name: "缺审查意见", Type: Content, Level: Remind, Check: CheckNoSummary, Source: local("无办理摘要")},
			{Code: "F01", Name: "收费偏离标准", Type: Fee, Level: Yellow, Check: CheckFee, N: 5, Source: permit + "第七十五条"},
			{Code: "R01", Name: "没有授权或授权到期仍办理", Type: Risk, Level: Remind, Check: CheckUnauthorized, Source: permit + "第二十四条"},
			{Code: "R02", Name: "告知承诺经核查不实", Type: Risk, Level: Red, Check: CheckPledge, Source: permit + "第六十九条"},
			{Code: "R03", Name: "派驻人员调离，办件无人承接", Type: Risk, Level: Yellow, Check: CheckPool, Source: local("调离须先移交")},
			{Code: "O01", Name: "人工督办", Type: Other, Level: Yellow, Check: CheckByHand, Source: "本中心"},
		},
		Grades: []Grade{{"优秀", 0, 100, 0}, {"良好", 0, 300, 0}, {"合格", 2, 600, 1}}, Worst: "不合格", AnswerDays: 5, Repeats: 3, Burst: 5, Minutes: 10, Near: 2, Pledge: 40,
	}
}
