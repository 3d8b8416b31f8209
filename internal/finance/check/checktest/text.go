package checktest

import (
	"fmt"
	"strings"

	"yichuang/internal/money"
)

// wan prints an amount of the narrative.
func (p printer) wan(v money.Fen) string {
	if p.o.Thousands {
		return thousands(v.WanYuan()) + "万元"
	}
	return v.WanYuan() + "万元"
}

// rate prints a rounded half up to two places.
func rate(a, b money.Fen) string {
	if b == 0 {
		return "0.00"
	}
	n := int64(a) * 1_000_000 / int64(b) // 10^-4 percent
	neg := n < 0
	if neg {
		n = -n
	}
	n = (n + 50) / 100
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}

// against compares with the year before.
func (p printer) against(cur, prior money.Fen, each string) string {
	d := cur - prior
	switch {
	case d > 0:
		return fmt.Sprintf("%s增加%s，增长%s%%，主要原因是年中追加人员经费和专项资金50万元。", each, p.wan(d), rate(d, prior))
	case d < 0:
		return fmt.Sprintf("%s减少%s，下降%s%%，主要原因是落实过紧日子要求。", each, p.wan(-d), rate(-d, prior))
	}
	return "与上年度持平。"
}

// Narrative writes the text.
func Narrative(l *Ledger, o Layout) []string {
	p := printer{l, o}
	y := l.Year
	var income money.Fen
	for _, v := range l.income {
		income += v
	}
	var out []string
	say := func(f string, a ...any) { out = append(out, fmt.Sprintf(f, a...)) }
	say("第三部分 %d年度部门决算情况说明", y)
	say("一、收入支出决算总体情况说明")
	if o.Style == 0 {
		say("%d年度收、支总计均为%s。与上年度相比，收、支总计%s", y, p.wan(l.total()), p.against(l.total(), l.prior["total"], "各"))
	} else {
		say("%s%d年度收入支出总计%s。与%d年度相比，收入支出总计%s", l.Org, y, p.wan(l.total()), y-1, p.against(l.total(), l.prior["total"], ""))
	}
	say("二、收入决算情况说明")
	out = append(out, p.incomes(income))
	say("三、支出决算情况说明")
	basic := l.spent(func(e entry) bool { return !e.project })
	project := l.all() - basic
	say("%d年度支出合计%s，其中：基本支出%s，占%s%%；项目支出%s，占%s%%。", y, p.wan(l.all()), p.wan(basic), rate(basic, l.all()), p.wan(project), rate(project, l.all()))
	say("四、财政拨款收入支出决算总体情况说明")
	if o.Style == 0 {
		say("%d年度财政拨款收、支总计均为%s。与上年相比，%s", y, p.wan(l.appropriation()), p.against(l.appropriation(), l.prior["appropriation"], "各"))
	} else {
		say("%d年度财政拨款收入支出总计%s。与%d年度相比，财政拨款收入支出总计%s", y, p.wan(l.appropriation()), y-1, p.against(l.appropriation(), l.prior["appropriation"], ""))
	}
	out = append(out, p.general()...)
	out = append(out, p.basic()...)
	say("七、政府性基金预算财政拨款收入支出决算情况说明")
	if v := l.fund("fund"); v > 0 {
		say("%d年度政府性基金预算财政拨款支出%s，全部用于农村基础设施建设。", y, p.wan(v))
	} else {
		say("本部门%d年度无政府性基金收入，也没有使用政府性基金安排的支出。", y)
	}
	say("八、国有资本经营预算财政拨款支出决算情况说明")
	if v := l.fund("capital"); v > 0 {
		say("%d年度国有资本经营预算财政拨款支出%s。", y, p.wan(v))
	} else {
		say("本部门%d年度没有使用国有资本经营预算安排的支出。", y)
	}
	out = append(out, p.sangong()...)
	out = append(out, p.rest()...)
	return out
}

func (p printer) incomes(income money.Fen) string {
	l := p.l
	own := money.Fen(0)
	name := ""
	for k, n := range map[string]string{"superior": "上级补助收入", "business": "事业收入", "other": "其他收入"} {
		if l.income[k] != 0 {
			own, name = l.income[k], n
		}
	}
	a := income - own
	s := fmt.Sprintf("%d年度收入合计%s，其中：财政拨款收入%s，占%s%%", l.Year, p.wan(income), p.wan(a), rate(a, income))
	if own != 0 {
		s += fmt.Sprintf("；%s%s，占%s%%", name, p.wan(own), rate(own, income))
	}
	return s + "。"
}

// general is section five.
func (p printer) general() []string {
	l := p.l
	all := l.fund("general")
	out := []string{"五、一般公共预算财政拨款支出决算情况说明", "（一）一般公共预算财政拨款支出决算总体情况",
		fmt.Sprintf("%d年度一般公共预算财政拨款支出%s，占本年支出合计的%s%%。与%d年度相比，一般公共预算财政拨款支出%s", l.Year, p.wan(all), rate(all, l.all()), l.Year-1, p.against(all, l.prior["general"], "")),
		"（二）一般公共预算财政拨款支出决算结构情况"}
	classOf := func(c string) money.Fen {
		return l.spent(func(e entry) bool { return e.fund == "general" && strings.HasPrefix(e.fn, c) })
	}
	var parts []string
	keep := func(e entry) bool { return e.fund == "general" }
	for _, c := range l.keys(keep, 3) {
		parts = append(parts, fmt.Sprintf("%s%s，占%s%%", names[c], p.wan(classOf(c)), rate(classOf(c), all)))
	}
	out = append(out, fmt.Sprintf("%d年度一般公共预算财政拨款支出%s，主要用于以下方面：%s。", l.Year, p.wan(all), strings.Join(parts, "；")), "（三）一般公共预算财政拨款支出决算具体情况")
	var initial money.Fen
	for _, v := range l.initial {
		initial += v
	}
	line := func(name string, budget, spent money.Fen) string {
		s := fmt.Sprintf("%s年初预算为%s，支出决算为%s", name, p.wan(budget), p.wan(spent))
		if budget > 0 {
			s += fmt.Sprintf("，完成年初预算的%s%%", rate(spent, budget))
		}
		switch a, b := spent.WanYuan(), budget.WanYuan(); {
		case a == b:
			return s + "，决算数与预算数持平。"
		case spent > budget:
			return s + "，决算数大于预算数的主要原因是年中追加项目资金。"
		}
		return s + "，决算数小于预算数的主要原因是压减支出，涉及资金3.20万元。"
	}
	out = append(out, line("一般公共预算财政拨款支出", initial, all)+"其中：")
	n := 0
	digits := 3
	if l.deepText {
		digits = 7
	}
	for _, c := range l.keys(keep, digits) {
		n++
		var budget money.Fen
		for k, v := range l.initial {
			if strings.HasPrefix(k, c) {
				budget += v
			}
		}
		name := names[c]
		if l.deepText {
			name = fmt.Sprintf("%s（类）%s（款）%s（项）", names[c[:3]], names[c[:5]], names[c])
		}
		out = append(out, fmt.Sprintf("%d.%s", n, line(name, budget, classOf(c))))
	}
	return out
}

// basic is section six.
func (p printer) basic() []string {
	l := p.l
	return []string{"六、一般公共预算财政拨款基本支出决算情况说明",
		fmt.Sprintf("%d年度一般公共预算财政拨款基本支出%s。其中：", l.Year, p.wan(l.people()+l.office())),
		fmt.Sprintf("人员经费%s，%s人员经费用途主要包括基本工资、津贴补贴、奖金、社会保障缴费等。", p.wan(l.people()), strings.Replace(p.against(l.people(), l.prior["people"], "较上年决算数"), "与上年度持平", "与上年度持平", 1)),
		fmt.Sprintf("公用经费%s，公用经费用途主要包括%s等。", p.wan(l.office()), strings.Join(p.uses(), "、"))}
}

// sangong is section nine.
func (p printer) sangong() []string {
	v := p.l.sangong
	out := []string{"九、财政拨款“三公”经费支出决算情况说明", "（一）“三公”经费财政拨款支出总体情况说明"}
	line := func(name string, budget, spent money.Fen) string {
		s := fmt.Sprintf("%s全年预算数为%s，支出决算为%s", name, p.wan(budget), p.wan(spent))
		if budget > 0 {
			s += fmt.Sprintf("，完成全年预算的%s%%", rate(spent, budget))
		}
		switch a, b := spent.WanYuan(), budget.WanYuan(); {
		case a == b:
			return s + "，决算数等于预算数的主要原因是按预算执行，较上年决算数持平。"
		case spent > budget:
			return s + "，决算数大于预算数的主要原因是任务增加。"
		}
		return s + "，决算数小于预算数的主要原因是厉行节约。"
	}
	out = append(out, fmt.Sprintf("%d年度", p.l.Year)+line("“三公”经费支出", v[0], v[6]), "（二）“三公”经费财政拨款支出决算具体情况说明")
	for i, n := range []string{"", "1.因公出国（境）费用", "2.公务用车购置及运行维护费", "其中：公务用车购置费", "公务用车运行维护费", "3.公务接待费"} {
		if i > 0 {
			out = append(out, line(n, v[i], v[6+i]))
		}
	}
	return append(out, "（三）“三公”经费财政拨款支出决算实物量情况", fmt.Sprintf("%d年度本部门因公出国（境）共计0个团组，0人；公务用车购置0辆，公务用车保有量为%d辆；国内公务接待%d批次%d人。", p.l.Year, p.l.cars[4]+p.l.cars[7], p.l.counts["批次"], p.l.counts["人次"]))
}

// rest are sections ten to twelve, part four and part five.
func (p printer) rest() []string {
	l := p.l
	out := []string{"十、机关运行经费支出情况说明"}
	if l.Kind == "事业" {
		out = append(out, "本单位为非参照公务员法管理的事业单位，无机关运行经费支出。")
	} else {
		out = append(out, fmt.Sprintf("%d年度本部门机关运行经费支出%s，机关运行经费较上年决算数%s", l.Year, p.wan(l.office()), p.against(l.office(), l.prior["mech"], "")))
	}
	out = append(out, "十一、政府采购支出情况说明")
	if all := l.buy[0] + l.buy[1] + l.buy[2]; all == 0 {
		out = append(out, fmt.Sprintf("%d年度本部门无政府采购支出。", l.Year))
	} else {
		out = append(out, fmt.Sprintf("%d年度本部门政府采购支出合计%s，其中：政府采购货物支出%s、政府采购工程支出%s、政府采购服务支出%s。授予中小企业合同金额%s，占政府采购支出总额的%s%%，其中：授予小微企业合同金额%s，占政府采购支出总额的%s%%。", l.Year,
			p.wan(all), p.wan(l.buy[0]), p.wan(l.buy[1]), p.wan(l.buy[2]), p.wan(l.sme[0]), rate(l.sme[0], all), p.wan(l.sme[1]), rate(l.sme[1], all)))
	}
	sum := 0
	for _, c := range l.cars {
		sum += c
	}
	kinds := []string{"副部（省）级及以上领导用车", "主要领导干部用车", "机要通信用车", "应急保障用车", "执法执勤用车", "特种专业技术用车", "离退休干部用车", "其他用车"}
	cars := fmt.Sprintf("截至%d年12月31日，本部门共有车辆%d辆，其中，", l.Year, sum)
	for i, k := range kinds {
		cars += fmt.Sprintf("%s%d辆、", k, l.cars[i])
	}
	out = append(out, "十二、国有资产占用情况说明", strings.TrimSuffix(cars, "、")+"，单价100万元（含）以上设备0台（套）。",
		"第四部分 预算绩效情况说明", "一、预算绩效管理工作开展情况", "本部门按照预算绩效管理要求，对项目支出全面开展绩效自评，评价结果总体良好，绩效目标基本实现。",
		"第五部分 名词解释", "一、财政拨款收入：指本年度从同级财政部门取得的财政拨款。", "二、“三公”经费：指用财政拨款安排的因公出国（境）费、公务用车购置及运行维护费、公务接待费。", "三、机关运行经费：为保障行政单位运行用于购买货物和服务等的各项公用经费。")
	return out
}

// Opening is what stands before the tables.
func Opening(l *Ledger, o Layout) []string {
	kind := map[string]string{"行政": "本单位为行政单位，", "参公": "本单位为参照公务员法管理的事业单位，", "事业": "本单位为公益一类事业单位，"}[l.Kind]
	out := []string{fmt.Sprintf("%s%d年度部门决算", l.Org, l.Year)}
	if o.Style == 1 {
		out = append(out, contents(l, o)...)
	}
	return append(out, "第一部分 部门概况", "一、部门职责", "1.贯彻执行有关方针政策和法律法规；", "2.承办上级交办的其他事项。", "二、机构设置", kind+"内设3个股室，分别为办公室、业务股、综合股。")
}

// contents is the table of contents.
func contents(l *Ledger, o Layout) []string {
	out := []string{"目 录", "第一部分 部门概况", "一、部门职责", "二、机构设置", fmt.Sprintf("第二部分 %d年度部门决算表", l.Year)}
	for i, s := range Sheets(l, o) {
		out = append(out, fmt.Sprintf("%s、%s", ordinal(i+1), s.Title))
	}
	for _, line := range Narrative(l, o) {
		if strings.HasPrefix(line, "第") || strings.Contains(line, "说明") && len([]rune(line)) < 40 && strings.Contains(line, "、") && !strings.Contains(line, "（") {
			out = append(out, line)
		}
	}
	return out
}

// uses are the names of what the office spent money on.
func (p printer) uses() []string {
	var out []string
	for _, c := range econOrder("302") {
		if len(c) == 5 && p.l.spent(func(e entry) bool { return e.econ == c }).WanYuan() != "0.00" {
			out = append(out, econNames[c])
		}
	}
	return append(out, "其他支出")[:max(1, len(out))]
}

func thousands(s string) string {
	whole, frac, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + frac
}
