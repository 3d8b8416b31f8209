package score

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/errs"
)

// sentence is what an error says to people.
func sentence(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Public
	}
	return err.Error()
}

// check says in Chinese what is wrong with a policy.
func (p *Policy) check() []string {
	var out []string
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	bad(p.ID == "" || strings.Trim(p.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "", "编号（id）只能用小写字母、数字和短横")
	bad(p.Version < 1, "版本（version）从 1 起")
	bad(p.Name == "", "没有名称（name）")
	bad(len(p.Basis) == 0, "没有依据（basis）")
	bad(p.FromYear < 2000 || p.FromYear > 2100, "起用年度（from_year）%d 不对", p.FromYear)
	p.checkExecution(bad)
	p.checkRules(bad)
	p.checkBands(bad)
	p.checkWeights(bad)
	p.checkGrades(bad)
	p.checkRounding(bad)
	bad(!p.Deviation.Over.Blank() && p.Deviation.Over.Sign() <= 0, "偏离（deviation.over）要大于 0")
	bad(!share(p.Warnings.Red) || !share(p.Warnings.Yellow), "预警界限（warnings）要在 0 与 1 之间")
	bad(!share(p.Monitor.Red) || !share(p.Monitor.Yellow) || p.Monitor.Red.Cmp(p.Monitor.Yellow) > 0, "监控界限（monitor）要在 0 与 1 之间，红灯不高于黄灯")
	return out
}

// share reports whether a number lies between 0 and 1; a blank does.
func share(d Decimal) bool { return d.Sign() >= 0 && d.Cmp(Number(1)) <= 0 }

type complaint func(wrong bool, format string, args ...any)

func (p *Policy) checkExecution(bad complaint) {
	e := p.Execution
	bad(!slices.Contains([]Budget{FullYear, Initial}, e.Budget), "执行率的口径（execution.budget）%q 不认识", e.Budget)
	bad(e.Weight.Blank() || e.Weight.Sign() < 0 || e.Weight.Cmp(Number(100)) > 0, "执行率的分值（execution.weight）要在 0 与 100 之间")
	bad(e.Cap.Blank() || e.Cap.Cmp(Number(1)) != 0, "执行率得分的封顶（execution.cap）只能是 1，得分不超过分值")
	bad(!share(e.ReasonBelow), "执行率说明原因的界限（execution.reason_below）要在 0 与 1 之间")
}

func (p *Policy) checkRules(bad complaint) {
	for n, r := range p.Rules {
		at := fmt.Sprintf("第 %d 条规则", n+1)
		bad(len(r.Ops) == 0, "%s没有说明适用的运算符（ops）", at)
		for _, o := range r.Ops {
			bad(o == Quality || !slices.Contains(Ops(), o), "%s的运算符 %q 不能用规则计分", at, o)
		}
		bad(r.Kind != "" && r.Kind.Label() == "", "%s的表（kind）%q 不认识", at, r.Kind)
		bad(!slices.Contains([]Measure{Ratio, Reverse}, r.Measure), "%s的算法（measure）%q 不认识", at, r.Measure)
		bad(!slices.Contains([]Measure{"", Ratio, Reverse, Actual}, r.Completion), "%s的完成率（completion）%q 不认识", at, r.Completion)
		bad(!share(r.Threshold), "%s的门槛（threshold）要在 0 与 1 之间", at)
		bad(!share(r.FullFrom), "%s的满分界限（full_from）要在 0 与 1 之间", at)
		bad(!r.Cap.Blank() && r.Cap.Cmp(Number(1)) < 0, "%s的完成率封顶（cap）不能低于 1", at)
		r.checkAward(at, bad)
	}
	for _, k := range []Kind{Whole, Project} {
		for _, o := range Ops() {
			_, ok := p.rule(k, &Indicator{Op: o})
			bad(o != Quality && !ok, "%s的“%s”指标没有计分规则", k.Label(), o.Label())
		}
	}
}

func (r *Rule) checkAward(at string, bad complaint) {
	bad(!slices.Contains([]Award{Proportional, AllOrNothing, Steps}, r.Award), "%s的给分（award）%q 不认识", at, r.Award)
	bad((r.Award == Steps) != (len(r.Steps) > 0), "%s的台阶（steps）与给分方式不符", at)
	for i, s := range r.Steps {
		bad(s.From.Blank() || s.Earn.Blank() || !share(s.Earn) || s.From.Sign() < 0, "%s的第 %d 个台阶要写明界限和 0 与 1 之间的得分", at, i+1)
		bad(i > 0 && (s.From.Cmp(r.Steps[i-1].From) >= 0 || s.Earn.Cmp(r.Steps[i-1].Earn) > 0), "%s的台阶要从高到低", at)
	}
}

func (p *Policy) checkBands(bad complaint) {
	bad(len(p.Bands) == 0, "没有定性指标的档次（bands）")
	for i, b := range p.Bands {
		bad(b.Name == "" || b.From.Blank() || b.To.Blank() || !share(b.From) || !share(b.To) || b.From.Cmp(b.To) >= 0, "定性档次 %q 的区间不对", b.Name)
		bad(b.Usual.Blank() || !b.Holds(b.Usual), "定性档次 %q 的通常得分不在区间里", b.Name)
		bad(!share(b.Completion), "定性档次 %q 的完成率要在 0 与 1 之间", b.Name)
		bad(i == 0 && b.To.Cmp(Number(1)) != 0 || i > 0 && b.To.Cmp(p.Bands[i-1].From) != 0, "定性档次要从 1 起首尾相接")
		bad(i == len(p.Bands)-1 && b.From.Sign() != 0, "最低的定性档次要到 0 为止")
		bad(slices.ContainsFunc(p.Bands[:i], func(x Band) bool { return x.Name == b.Name }), "定性档次 %q 重复", b.Name)
	}
}

func (p *Policy) checkWeights(bad complaint) {
	for _, w := range p.Weights {
		sum := p.Execution.Weight.Rat()
		for _, x := range w.Classes {
			bad(x.Blank() || x.Sign() < 0, "权重方案“%s”有空的或负的权重", w.Name)
			sum.Add(sum, x.Rat())
		}
		bad(w.Kind.Label() == "", "权重方案“%s”的表（kind）%q 不认识", w.Name, w.Kind)
		bad(sum.Cmp(Number(100).Rat()) != 0, "权重方案“%s”加执行率后不等于 100", w.Name)
	}
}

func (p *Policy) checkGrades(bad complaint) {
	for i, g := range p.Grades {
		bad(g.Name == "" || g.From.Blank() || g.From.Sign() < 0, "第 %d 个等级要写明名称和起点", i+1)
		bad(i > 0 && g.From.Cmp(p.Grades[i-1].From) >= 0, "等级要从高到低")
		bad(i == len(p.Grades)-1 && g.From.Sign() != 0, "最低的等级要从 0 分起")
	}
}

func (p *Policy) checkRounding(bad complaint) {
	r := p.Rounding
	for _, x := range []Rounding{r.Score, r.Rate, r.Total} {
		bad(x.Label() == "", "舍入方式 %q 不认识", x)
	}
	for _, n := range []int{r.ScorePlaces, r.RatePlaces, r.TotalPlaces} {
		bad(n < 0 || n > 4, "小数位数 %d 要在 0 与 4 之间", n)
	}
	bad(!slices.Contains([]Sum{SumExact, SumRounded}, r.Sum), "合计方式（rounding.sum）%q 不认识", r.Sum)
	bad(r.Sum == SumRounded && r.TotalPlaces < r.ScorePlaces, "按显示的得分合计时，总分的小数位数不能少于得分")
}
