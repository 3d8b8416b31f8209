package annex

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// reporter collects the paragraphs of a report.
type reporter struct{ out []Paragraph }

func (r *reporter) head(level int, text string) { r.out = append(r.out, Paragraph{level, text}) }

// text adds a paragraph for every line.
func (r *reporter) text(text string) {
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			r.out = append(r.out, Paragraph{0, stop(l)})
		}
	}
}

// item adds a labelled text: 1.资金计划：…
func (r *reporter) item(n int, label, text string) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	r.text(strconv.Itoa(n) + "." + label + "：" + lines[0])
	r.text(strings.Join(lines[1:], "\n"))
}

// projectReport is the report of a project (附件3): the project, how it was evaluated, what came of it, what was learnt.
func (e *Evaluated) projectReport(year int) []Paragraph {
	r := &reporter{}
	r.head(1, "一、项目基本情况")
	r.head(2, "（一）项目概况")
	r.item(1, "项目立项背景", e.written("background"))
	r.item(2, "项目实施情况", e.written("progress"))
	r.item(3, "经费来源", e.sources()+e.written("source"))
	r.head(2, "（二）项目绩效目标")
	r.text(orNone(e.honest(e.Form.Goal, false)))
	r.head(2, "（三）项目资金情况")
	e.moneyItems(r, year)
	r.head(1, "二、绩效评价工作情况")
	r.head(2, "（一）绩效评价目的")
	r.text(e.written("purpose"))
	r.head(2, "（二）绩效评价工作过程")
	r.item(1, "前期准备", e.written("preparation"))
	r.item(2, "组织实施", e.written("conduct"))
	r.head(2, "（三）绩效评价框架")
	r.item(1, "绩效评价原则", e.written("principle"))
	r.item(2, "评价指标体系", e.frame())
	r.item(3, "评价方法", fmt.Sprintf("按%s（%s，第%d版）逐项计分。", e.Result.Method, e.Result.Policy, e.Result.Version))
	e.outcomes(r)
	r.head(1, "四、主要经验及做法、存在的问题和建议")
	r.head(2, "（一）主要经验及做法")
	r.text(e.written("experience"))
	r.head(2, "（二）存在的问题")
	r.text(listed(e.problems(), "没有发现未完成的绩效指标。"))
	r.head(2, "（三）建议和改进举措")
	r.text(listed(e.measures(), "无"))
	r.head(1, "五、其他需说明的问题")
	r.text(e.written("other"))
	return r.out
}

func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return "（尚未填写。）"
	}
	return s
}

// sources says how much of the money came from where.
func (e *Evaluated) sources() string {
	var parts []string
	for _, k := range []score.FundKind{score.Appropriation, score.CarriedFund, score.OtherFund} {
		if f := e.money(k); f.Full != 0 {
			parts = append(parts, k.Label()+f.Full.WanYuan()+"万元")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "全年预算中" + strings.Join(parts, "、") + "。"
}

// moneyItems are what was planned, what arrived, what was used, and how it was kept.
func (e *Evaluated) moneyItems(r *reporter, year int) {
	f := e.money(score.TotalFund)
	y := strconv.Itoa(year)
	plan := fmt.Sprintf("%s年度年初预算安排%s万元", y, f.Initial.WanYuan())
	switch {
	case f.Initial == f.Full:
		plan += "，年度中没有调整。"
	case f.Full > f.Initial:
		plan += fmt.Sprintf("，年度中调增%s万元，全年预算数为%s万元。", (f.Full - f.Initial).WanYuan(), f.Full.WanYuan())
	default:
		plan += fmt.Sprintf("，年度中调减%s万元，全年预算数为%s万元。", (f.Initial - f.Full).WanYuan(), f.Full.WanYuan())
	}
	r.item(1, "资金计划", plan)
	r.item(2, "资金到位", e.arrival(y, f))
	r.item(3, "资金使用", e.use(f))
	r.item(4, "资金管理", e.written("management"))
}

// arrival says what was made available, and which part of the year's budget that was.
func (e *Evaluated) arrival(year string, f score.Fund) string {
	got := f.Full
	if e.Received != nil {
		got = *e.Received
	}
	if f.Full == 0 {
		return fmt.Sprintf("%s年度财政下达%s万元。", year, got.WanYuan())
	}
	return fmt.Sprintf("%s年度财政下达%s万元，资金到位率%s%%。", year, got.WanYuan(), share(got, f.Full))
}

func (e *Evaluated) use(f score.Fund) string {
	if f.Full == 0 {
		return fmt.Sprintf("支出%s万元，全年没有预算，不计执行率。", f.Actual.WanYuan())
	}
	x, _ := e.Result.Execution()
	text := fmt.Sprintf("支出%s万元，执行率%s%%", f.Actual.WanYuan(), x.Completion)
	if x.Want != "" {
		text += "，" + e.reasonOf(x)
	}
	return text + "。"
}

// share is a part of a whole in percent, rounded half up to two places.
func share(part, whole money.Fen) string {
	return score.HalfUp.Round(big.NewRat(int64(part)*100, int64(whole)), 2).String()
}

// frame lists the classes with the number of their indicators and their points.
func (e *Evaluated) frame() string {
	var parts []string
	if x, ok := e.Result.Execution(); ok {
		parts = append(parts, "预算执行率（"+x.Weight.String()+"分）")
	}
	for _, c := range e.Form.Classes() {
		n, sum := 0, new(big.Rat)
		for i := range e.Form.Indicators {
			if e.Form.Indicators[i].Class == c {
				n++
				sum.Add(sum, e.Form.Indicators[i].Weight.Rat())
			}
		}
		parts = append(parts, fmt.Sprintf("%s%d项（%s分）", c, n, score.HalfUp.Round(sum, 2).Trim()))
	}
	return strings.Join(parts, "、") + "。"
}

// outcomes is the third chapter of a project's report: every indicator in its place, then score and grade.
func (e *Evaluated) outcomes(r *reporter) {
	r.head(1, "三、项目主要绩效及评价结论")
	r.head(2, "（一）绩效分析")
	r.item(1, "项目经济性分析", e.economy())
	r.item(2, "项目效率性分析", orSay(e.classText("产出"), "没有设置产出指标。"))
	r.item(3, "项目效益性分析", orSay(e.classText("效益", "满意度"), "没有设置效益指标和满意度指标。"))
	if rest := e.otherClasses(); rest != "" {
		r.item(4, "其他指标", rest)
	}
	r.head(2, "（二）评价结论")
	r.text(e.conclusion() + e.verdict("绩效自评得分"))
}

// economy says whether the money kept within the budget, and what became of the indicators of costs.
func (e *Evaluated) economy() string {
	f := e.money(score.TotalFund)
	text := "支出没有超过全年预算。"
	if f.Actual > f.Full {
		text = fmt.Sprintf("支出超过全年预算%s万元。", (f.Actual - f.Full).WanYuan())
	}
	return text + e.classText("成本")
}

// otherClasses are the indicators of classes that have no place of their own.
func (e *Evaluated) otherClasses() string {
	var rest []string
	for _, c := range e.Form.Classes() {
		if name := score.ClassName(c); !slices.Contains([]string{"成本", "产出", "效益", "满意度"}, name) {
			rest = append(rest, name)
		}
	}
	return e.classText(rest...)
}

func orSay(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// verdict is score and grade.
func (e *Evaluated) verdict(words string) string {
	if e.Result.Grade == "" {
		return fmt.Sprintf("%s%s分，评分办法不评定等级。", words, e.Result.Total)
	}
	return fmt.Sprintf("%s%s分，评分等级为%s。", words, e.Result.Total, e.Result.Grade)
}
