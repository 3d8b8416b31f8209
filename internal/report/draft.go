package report

import (
	"strings"

	"yichuang/internal/metric"
)

// titleOf is the title that a bulletin starts with.
func titleOf(k Kind, p metric.Period, s Subject) string {
	switch k {
	case Daily:
		return "12345 热线运行情况日报（" + p.String() + "）"
	case Weekly:
		return "12345 热线运行情况周报（" + p.String() + "）"
	case Monthly:
		return p.String() + " 12345 热线运行情况通报"
	}
	return "关于“" + s.Name + "”诉求情况的专报"
}

// draft writes the first text of a bulletin from what its content has: every number is a place.
func draft(k Kind, c *Content) string {
	var b strings.Builder
	line := func(parts ...string) {
		if s := strings.Join(parts, ""); c.has(s) {
			b.WriteString(s + "\n")
		}
	}
	switch k {
	case Daily:
		line("# 一、总体情况")
		line("{期间}，热线登记群众诉求 {登记量} 件，受理 {受理量} 件，环比{受理量·环比}；派出承办件 {派单量} 件，办结 {办结量} 件。截至{截止时间}，超期未办结 {超期未办结} 件。", splitText(c, "类型", 3, "其中"))
		line("【图：近期走势】")
		line("# 二、高频事项")
		line(topicText(c))
		line("【表：高频事项】")
		line("# 三、承办情况")
		line("时限在当日的主办件按时办结率为 {按时办结率}（{按时办结率·分子}／{按时办结率·分母}）。")
		line("【表：承办单位】")
	case Weekly:
		weekly(c, line)
	case Monthly:
		monthly(c, line)
	case Special:
		if _, ok := c.Table("工单清单"); ok {
			topicReport(c, line)
		} else {
			special(c, line)
		}
	}
	return b.String()
}

// has reports whether a line calls nothing, or a table or chart that there is: where all parts are small and covered, there
// is no chart of them.
func (c *Content) has(line string) bool {
	if name, ok := strings.CutPrefix(line, "【图："); ok {
		_, ok = c.Chart(strings.TrimSuffix(name, "】"))
		return ok
	}
	if name, ok := strings.CutPrefix(line, "【表："); ok {
		_, ok = c.Table(strings.TrimSuffix(name, "】"))
		return ok
	}
	return true
}

func weekly(c *Content, line func(...string)) {
	line("# 一、受理情况")
	line("{期间}，热线受理群众诉求 {受理量} 件，环比{受理量·环比}；办结 {办结量} 件，环比{办结量·环比}。", splitText(c, "类型", 6, "按类型分，"))
	line("【图：近期走势】")
	line("【表：诉求类型】")
	line("# 二、诉求热点")
	line(topicText(c))
	line(hotText(c))
	line("【图：高频事项】")
	line("# 三、办理情况")
	line("签收及时率 {签收及时率}，按时办结率（到期口径）{按时办结率}，环比{按时办结率·环比}；满意率 {满意率}，环比{满意率·环比}；重办率 {重办率}。截至{截止时间}，超期未办结 {超期未办结} 件。")
	line(belowText(c))
	line("【表：低于下限的单位】")
	line("【表：承办单位】")
}

func monthly(c *Content, line func(...string)) {
	line("# 一、受理情况")
	line("{期间}，热线登记群众诉求 {登记量} 件，受理 {受理量} 件，环比{受理量·环比}，同比{受理量·同比}；直办率 {直办率}；重复诉求率 {重复诉求率}。")
	line("## （一）渠道与类型")
	line(splitText(c, "渠道", 4, "按渠道分，"), splitText(c, "类型", 6, "按类型分，"))
	line("【表：渠道与类型】")
	line("【图：诉求类型构成】")
	line("## （二）区域")
	line(splitText(c, "区域", 3, "诉求较多的区域是"))
	line("【表：区域分布】")
	line("## （三）单位类别")
	line("派给承办单位的承办件共 {派单量} 件，环比{派单量·环比}，同比{派单量·同比}。")
	line("【表：单位类别】")
	line("【图：近期走势】")
	line("# 二、诉求热点")
	line(topicText(c))
	line(hotText(c))
	line("【图：高频事项】")
	line("【表：高频事项】")
	line("# 三、办理质效")
	line("办结率 {办结率}（{办结率·分子}／{办结率·分母}），综合办结率 {综合办结率}；按时办结率（到期口径）{按时办结率}（{按时办结率·分子}／{按时办结率·分母}），环比{按时办结率·环比}，同比{按时办结率·同比}；按时办结率（办结口径）{按时办结率（办结口径）}。")
	line("回访成功率 {成功回访率}，解决率 {解决率}，满意率 {满意率}（{满意率·分子}／{满意率·分母}），环比{满意率·环比}；退单率 {退单率}，不当退单率 {不当退单率}；重办率 {重办率}；延期率 {延期率}。截至{截止时间}，超期未办结 {超期未办结} 件。")
	line(belowText(c))
	line("【表：低于下限的单位】")
	line("【图：单位按时办结率】")
	line("【表：承办单位】")
}

func special(c *Content, line func(...string)) {
	line("# 一、总体情况")
	line("{期间}，热线受理涉及“{专题}”的诉求 {专题件数} 件，占同期受理总量的 {专题占比}，环比{专题环比}，同比{专题同比}；其中已办结 {专题已办结} 件。")
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
}

// splitText is a sentence on the largest parts of a breakdown, "" where there are none.
func splitText(c *Content, name string, most int, lead string) string {
	var parts []string
	for i := 1; i <= most; i++ {
		key := name + itoa(i)
		if _, ok := c.Lookup(key); !ok {
			break
		}
		parts = append(parts, quote(key)+" "+quote(key+"·件数")+" 件，占 "+quote(key+"·占比"))
	}
	if len(parts) == 0 {
		return ""
	}
	return lead + strings.Join(parts, "；") + "。"
}

func topicText(c *Content) string {
	if s := splitText(c, "高频事项", 3, "诉求较多的事项依次是"); s != "" {
		return s
	}
	return "本期没有受理诉求。"
}

func hotText(c *Content) string {
	var parts []string
	for i := 1; i <= 3; i++ {
		key := "热点" + itoa(i)
		if _, ok := c.Lookup(key); !ok {
			break
		}
		parts = append(parts, quote(key)+"（"+quote(key+"·件数")+" 件，环比"+quote(key+"·环比")+"）")
	}
	if len(parts) == 0 {
		return "与上期相比，没有明显增多的事项。"
	}
	return "与上期相比增多较明显的事项是" + strings.Join(parts, "、") + "。"
}

func belowText(c *Content) string {
	if v, ok := c.Lookup("低于下限项数"); !ok || v.Text == "0" {
		return "本期没有低于下限的指标。"
	}
	return "低于下限的共 {低于下限项数} 项，见下表。"
}
