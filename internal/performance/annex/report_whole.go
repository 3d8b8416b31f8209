package annex

import (
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/performance/score"
)

// wholeReport is the report of the whole department (附件1).
func (y *Year) wholeReport() []Paragraph {
	e, r := y.Whole, &reporter{}
	r.head(1, "一、部门概况")
	r.head(2, "（一）部门职能概述")
	r.text(e.written("duties"))
	r.head(2, "（二）部门组织机构及人员情况")
	r.text(e.written("structure"))
	r.head(2, "（三）"+strconv.Itoa(y.Year)+"年度重点工作计划")
	r.text(e.written("plan"))
	r.head(1, "二、部门整体支出管理及使用情况")
	r.head(2, "（一）基本支出")
	r.text(e.basic())
	r.head(2, "（二）项目支出")
	r.text(y.projectMoney())
	r.head(2, "（三）“三公”经费情况")
	r.text(e.written("sangong"))
	r.head(1, "三、部门整体支出绩效情况")
	r.text(e.execution(y.Year))
	for i, c := range e.Form.Classes() {
		r.item(i+1, c, e.classText(score.ClassName(c)))
	}
	r.text(e.conclusion())
	r.head(1, "四、绩效评价工作情况")
	r.text(y.work())
	r.head(1, "五、存在的主要问题")
	r.text(listed(y.problems(), "没有发现未完成的绩效指标。"))
	r.head(1, "六、改进措施和有关建议")
	r.text(listed(e.measures(), "继续按绩效目标安排和使用预算。"))
	return r.out
}

// basic is the basic expenditure with its two halves.
func (e *Evaluated) basic() string {
	return fmt.Sprintf("基本支出%s万元，其中人员经费%s万元，公用经费%s万元。", e.money(score.BasicFund).Actual.WanYuan(), e.money(score.PersonnelFund).Actual.WanYuan(), e.money(score.PublicFund).Actual.WanYuan())
}

// projectMoney is the expenditure of the projects, one by one where they are evaluated.
func (y *Year) projectMoney() string {
	f := y.Whole.money(score.ProjectFund)
	if f.Actual == 0 && f.Full == 0 {
		return "本年度没有项目支出。"
	}
	text := "项目支出" + f.Actual.WanYuan() + "万元"
	var parts []string
	for _, p := range y.Projects {
		parts = append(parts, p.Form.Name+p.money(score.TotalFund).Actual.WanYuan()+"万元")
	}
	if len(parts) > 0 {
		text += "，其中" + strings.Join(parts, "、")
	}
	return text + "。"
}

// execution is how the budget of the whole department was carried out, by its parts.
func (e *Evaluated) execution(year int) string {
	f := e.money(score.TotalFund)
	var b strings.Builder
	fmt.Fprintf(&b, "%d年度年初预算%s万元，全年预算%s万元，支出%s万元", year, f.Initial.WanYuan(), f.Full.WanYuan(), f.Actual.WanYuan())
	for n, x := range e.Form.Funds {
		row := e.Result.Funds[n]
		switch {
		case x.Kind == score.TotalFund:
			fmt.Fprintf(&b, "，执行率%s%%。", row.Completion)
		case x.Full != 0:
			fmt.Fprintf(&b, "%s全年预算%s万元，支出%s万元，执行率%s%%", x.Kind.Label(), x.Full.WanYuan(), x.Actual.WanYuan(), row.Completion)
			if row.Want != "" {
				b.WriteString("，" + e.reasonOf(row))
			}
			b.WriteString("。")
		}
	}
	return b.String()
}

// work says what was evaluated and with which scores. The mean of the projects and the score of the whole department are
// two figures and are named apart.
func (y *Year) work() string {
	var b strings.Builder
	if n := len(y.Projects); n > 0 {
		fmt.Fprintf(&b, "对%d个项目开展了绩效自评，列入自评的项目综合评价得分为%s分（各项目得分的平均数）：", n, y.Mean())
		for i, p := range y.Projects {
			if i > 0 {
				b.WriteString("；")
			}
			fmt.Fprintf(&b, "%s%s分%s", p.Form.Name, p.Result.Total, bracketed(p.Result.Grade))
		}
		b.WriteString("。")
	}
	fmt.Fprintf(&b, "按%s（%s，第%d版），", y.Whole.Result.Method, y.Whole.Result.Policy, y.Whole.Result.Version)
	b.WriteString(y.Whole.verdict("部门整体支出绩效自评得分"))
	return b.String()
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "（" + s + "）"
}

// problems are those of the whole department, and the projects that have some.
func (y *Year) problems() []string {
	out := y.Whole.problems()
	var names []string
	for _, p := range y.Projects {
		if len(p.problems()) > 0 {
			names = append(names, p.Form.Name)
		}
	}
	if len(names) > 0 {
		out = append(out, "项目中"+strings.Join(names, "、")+"有未完成或偏离的情况，见项目支出绩效自评报告")
	}
	return out
}

// Results is the second chapter of part four of the disclosure (绩效自评结果): every project with its score, its money, what
// was reached, and what was not.
func (y *Year) Results() []Paragraph {
	if len(y.Projects) == 0 && y.Whole == nil {
		return nil
	}
	r := &reporter{}
	if len(y.Projects) > 0 {
		var names []string
		for _, p := range y.Projects {
			names = append(names, p.Form.Name)
		}
		r.text(fmt.Sprintf("本部门在%d年度部门决算中反映%s等%d个项目的绩效自评结果。", y.Year, strings.Join(names, "、"), len(names)))
	}
	for i, p := range y.Projects {
		r.text(strconv.Itoa(i+1) + "." + p.summary())
	}
	if y.Whole != nil {
		r.text(y.Whole.verdict("部门整体支出绩效自评得分为"))
	}
	r.text("部门整体支出和项目支出的绩效自评报告、自评表见附件。")
	return r.out
}

// summary is a project in one paragraph.
func (e *Evaluated) summary() string {
	f := e.money(score.TotalFund)
	var b strings.Builder
	fmt.Fprintf(&b, "“%s”项目绩效自评情况：根据年初设定的绩效目标，%s", e.Form.Name, e.verdict("项目绩效自评得分为"))
	fmt.Fprintf(&b, "项目全年预算数为%s万元，执行数为%s万元", f.Full.WanYuan(), f.Actual.WanYuan())
	if f.Full != 0 {
		fmt.Fprintf(&b, "，完成预算的%s%%", share(f.Actual, f.Full))
	}
	b.WriteString("。项目绩效目标完成情况：" + e.reached())
	b.WriteString("发现的主要问题及原因：" + listed(e.problems(), "没有发现未完成的绩效指标。"))
	b.WriteString("下一步改进措施：" + listed(e.measures(), "无。"))
	return b.String()
}

// reached is what people say was reached, and what the figures say.
func (e *Evaluated) reached() string {
	return stop(strings.Join(strings.Fields(e.honest(e.Form.GoalActual, true)), "")) + e.conclusion()
}
