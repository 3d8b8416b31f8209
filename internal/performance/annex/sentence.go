package annex

import (
	"fmt"
	"strings"

	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// AllDone is what a report says where every row reached what was planned, and only there.
const AllDone = "各项指标均已完成。"

// sentence says what was planned for an indicator, what was reached and what it earned.
func (e *Evaluated) sentence(n int) string {
	i, r := &e.Form.Indicators[n], e.Result.Rows[n]
	var b strings.Builder
	fmt.Fprintf(&b, "“%s”指标值为%s，", i.Name, i.TargetText())
	switch {
	case r.Pending:
		return b.String() + "尚未评定。"
	case i.Op == score.Quality:
		fmt.Fprintf(&b, "评定为%s", r.Band)
	default:
		fmt.Fprintf(&b, "实际完成%s%s，完成率%s%%", i.Actual, i.Unit, r.Completion)
	}
	fmt.Fprintf(&b, "，满分%s分，得%s分", r.Weight, r.Score)
	if !r.Met {
		b.WriteString("，未完成指标值")
	}
	if i.Source == form.SelfReported {
		b.WriteString("（自报）")
	}
	if r.Want != "" {
		b.WriteString("；" + e.reasonOf(r))
	}
	return stop(b.String())
}

// reasonOf is the reason of a row that needs one, or that it is missing.
func (e *Evaluated) reasonOf(r score.Row) string {
	reason := strings.TrimRight(e.honest(r.Reason, true), "。；")
	if reason == "" {
		return "原因尚未填写"
	}
	return "原因：" + strings.Join(strings.Fields(reason), "")
}

// classText are the sentences of the indicators whose class is among those named; "" where there are none.
func (e *Evaluated) classText(classes ...string) string {
	var b strings.Builder
	for n := range e.Form.Indicators {
		for _, c := range classes {
			if score.ClassName(e.Form.Indicators[n].Class) == c {
				b.WriteString(e.sentence(n))
			}
		}
	}
	return b.String()
}

// conclusion says whether everything was reached, or how much was.
func (e *Evaluated) conclusion() string {
	missed := 0
	for _, r := range e.Result.Rows {
		if !r.Met {
			missed++
		}
	}
	all := len(e.Result.Rows)
	x, has := e.Result.Execution()
	switch {
	case missed == 0 && (!has || x.Met):
		return AllDone
	case missed == 0:
		return fmt.Sprintf("%d项绩效指标达到指标值，预算没有执行完，执行率%s%%。", all, x.Completion)
	case has && !x.Met:
		return fmt.Sprintf("%d项绩效指标中%d项达到指标值，%d项没有达到；预算没有执行完，执行率%s%%。", all, all-missed, missed, x.Completion)
	}
	return fmt.Sprintf("%d项绩效指标中%d项达到指标值，%d项没有达到。", all, all-missed, missed)
}

// problems are the rows that fell short, or that were so far from their target that the target was wrong, as sentences
// without a full stop; then what people added.
func (e *Evaluated) problems() []string {
	var out []string
	if x, ok := e.Result.Execution(); ok && !x.Met {
		f := e.money(score.TotalFund)
		out = append(out, fmt.Sprintf("全年预算%s万元，实际执行%s万元，执行率%s%%，%s", f.Full.WanYuan(), f.Actual.WanYuan(), x.Completion, e.reasonOf(x)))
	}
	for n, r := range e.Result.Rows {
		i := &e.Form.Indicators[n]
		switch {
		case r.Pending:
			out = append(out, fmt.Sprintf("“%s”没有实际完成值，尚未评定", i.Name))
		case !r.Met && i.Op == score.Quality:
			out = append(out, fmt.Sprintf("“%s”只评定为%s，%s", i.Name, r.Band, e.reasonOf(r)))
		case !r.Met:
			out = append(out, fmt.Sprintf("“%s”指标值%s，实际%s%s，没有完成，%s", i.Name, i.TargetText(), i.Actual, i.Unit, e.reasonOf(r)))
		case r.Want != "":
			out = append(out, fmt.Sprintf("“%s”指标值%s，实际%s%s，%s，指标值设置不够准确，%s", i.Name, i.TargetText(), i.Actual, i.Unit, r.Want, e.reasonOf(r)))
		}
	}
	if own := strings.TrimRight(e.honest(e.Texts["problems"], true), "。；"); own != "" {
		out = append(out, own)
	}
	return out
}

// measures answer the problems one by one; then what people added.
func (e *Evaluated) measures() []string {
	var out []string
	if x, ok := e.Result.Execution(); ok && !x.Met {
		out = append(out, "加强预算执行管理，按进度支付资金")
	}
	var missed, far []string
	for n, r := range e.Result.Rows {
		switch {
		case !r.Met:
			missed = append(missed, "“"+e.Form.Indicators[n].Name+"”")
		case r.Want != "":
			far = append(far, "“"+e.Form.Indicators[n].Name+"”")
		}
	}
	if len(missed) > 0 {
		out = append(out, "针对"+strings.Join(missed, "、")+"逐项落实整改")
	}
	if len(far) > 0 {
		out = append(out, "结合预算和往年实际重新测算"+strings.Join(far, "、")+"的指标值")
	}
	if own := strings.TrimRight(e.honest(e.Texts["measures"], true), "。；"); own != "" {
		out = append(out, own)
	}
	return out
}

var chinese = []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}

// ordinal writes a number from 1 to 99: 一, 十, 十二, 二十一.
func ordinal(n int) string {
	switch tens := n / 10; {
	case tens == 0:
		return chinese[n]
	case tens == 1:
		return "十" + chinese[n%10]
	default:
		return chinese[min(tens, 9)] + "十" + chinese[n%10]
	}
}

// listed joins sentences as 一是…；二是…。; none gives what is said instead.
func listed(list []string, none string) string {
	switch len(list) {
	case 0:
		return none
	case 1:
		return stop(list[0])
	}
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString("；")
		}
		b.WriteString(ordinal(i+1) + "是" + strings.TrimRight(s, "。；"))
	}
	return b.String() + "。"
}
