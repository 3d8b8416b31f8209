package score

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"yichuang/internal/money"
)

// review collects what does not hold together among forms and the text around them.
type review struct {
	forms  []*Form
	claims []Claim
	out    []Finding
}

// Review looks for what no single cell shows: totals that are not the sum of their rows, one operator scored by two rules,
// indicators that contradict the money, forms that contradict each other or the text. It needs no policy.
func Review(forms []*Form, claims []Claim) []Finding {
	r := &review{forms: forms, claims: claims}
	for _, f := range forms {
		r.sum(f)
		for n := range f.Indicators {
			r.rate(f, &f.Indicators[n])
			r.target(f, &f.Indicators[n])
			r.unit(f, &f.Indicators[n])
			r.class(f, &f.Indicators[n])
		}
	}
	r.rules()
	r.satisfaction()
	r.projects()
	r.budgets()
	r.scores()
	r.mean()
	r.allDone()
	r.people()
	return r.out
}

func (r *review) add(rule string, s Severity, place, cell, stated, computed, basis, format string, args ...any) {
	r.out = append(r.out, Finding{rule, s, place, cell, stated, computed, fmt.Sprintf(format, args...), basis})
}

// statedSum adds up what the rows of a form print; false where a row prints no score.
func statedSum(f *Form) (*big.Rat, bool) {
	sum := new(big.Rat)
	add := func(s string) bool {
		d, ok := PrintedNumber(s)
		sum.Add(sum, d.Rat())
		return ok
	}
	total, ok := f.Fund(TotalFund)
	if !ok || !add(total.Stated.Score) {
		return sum, false
	}
	for _, i := range f.Indicators {
		if !add(i.Stated.Score) {
			return sum, false
		}
	}
	return sum, true
}

// sum finds a total that is not the sum of its printed rows. The difference of one cent is a matter of rounding.
func (r *review) sum(f *Form) {
	stated, ok := PrintedNumber(f.Total)
	sum, whole := statedSum(f)
	if !ok || !whole || stated.Rat().Cmp(sum) == 0 {
		return
	}
	want, s, note := HalfUp.Round(sum, 2), Error, ""
	if d := new(big.Rat).Sub(stated.Rat(), sum); stated.Places() >= 2 && d.Abs(d).Cmp(big.NewRat(1, 100)) <= 0 {
		s, note = Info, "，差在末位，可由四舍五入解释"
	}
	r.add("SCORE-SUM", s, f.Place()+" 总分", "总分", f.Total, want.String(), basisRules, "%s 总分列示%s，各行得分之和为%s%s", f.Place(), f.Total, want, note)
}

// rules finds indicators of one operator whose completion is computed as A/T here and as 2−A/T there.
func (r *review) rules() {
	kinds := map[Measure]bool{}
	var texts, places []string
	for _, f := range r.forms {
		for n := range f.Indicators {
			i := &f.Indicators[n]
			stated, ok := PrintedNumber(i.Stated.Completion)
			if !ok || !i.Op.Reverse() || i.Target.Sign() <= 0 || i.Actual.Blank() || i.Actual.Cmp(i.Target) == 0 {
				continue
			}
			for _, m := range []Measure{Ratio, Reverse} {
				x := m.of(i)
				if HalfUp.Round(x.Mul(x, big.NewRat(100, 1)), stated.Places()).Cmp(stated) == 0 {
					kinds[m] = true
					texts = append(texts, fmt.Sprintf("%s %s %s=%s", f.Place(), i.Name, map[Measure]string{Ratio: "A/T", Reverse: "2−A/T"}[m], i.Stated.Completion))
					places = append(places, f.Place())
					break
				}
			}
		}
	}
	if len(kinds) > 1 {
		r.add("SCORE-RULE-CONSIST", Error, strings.Join(places, "、"), "完成率", strings.Join(texts, "；"), "同一算法", basisRules, "“不超过”的指标用了两种完成率算法：%s", strings.Join(texts, "；"))
	}
}

// rateOf is the row of money whose execution an indicator names.
func rateOf(name string) FundKind {
	if !strings.Contains(name, "执行率") {
		return ""
	}
	for _, k := range []FundKind{BasicFund, ProjectFund, PersonnelFund, PublicFund} {
		if strings.Contains(name, k.Label()) {
			return k
		}
	}
	if strings.Contains(name, "预算执行率") {
		return TotalFund
	}
	return ""
}

// rate finds an indicator of execution whose actual value is not that of the money above it.
func (r *review) rate(f *Form, i *Indicator) {
	x, ok := f.Fund(rateOf(i.Name))
	if !ok || i.Actual.Blank() || x.Full == 0 {
		return
	}
	exact := quotient(x.Actual, x.Full)
	exact.Mul(exact, big.NewRat(100, 1))
	if differs, cut := gap(i.Actual, exact); differs && !cut {
		want := HalfUp.Round(exact, 2)
		r.add("X-RATE", Error, f.Place()+" "+i.Name, "实际完成值", i.Actual.String(), want.String(), basisRules, "%s %s实际完成值%s，资金表%s执行率为%s%%", f.Place(), i.Name, i.Actual, x.Kind.Label(), want)
	}
}

// target finds a ceiling of costs that is above the whole budget.
func (r *review) target(f *Form, i *Indicator) {
	x, ok := f.Fund(TotalFund)
	if !ok || f.Kind != Project || !i.Op.Reverse() || !strings.Contains(i.Class+i.Group, "成本") || i.Unit != "万元" {
		return
	}
	if fen, err := i.Target.WanYuan(); err == nil && fen > x.Full {
		r.add("TARGET-BUDGET", Warn, f.Place()+" "+i.Name, "年度指标值", i.TargetText(), WanYuan(x.Full).String()+"万元", "财预〔2021〕101号", "%s %s：成本目标%s，高于全年预算数%s万元；预算调整后目标没有同步", f.Place(), i.Name, i.TargetText(), WanYuan(x.Full))
	}
}

// unit finds a rate that is measured in something else than a share.
func (r *review) unit(f *Form, i *Indicator) {
	if strings.HasSuffix(i.Name, "率") && i.Unit != "" && !slices.Contains([]string{"%", "％", "‰"}, i.Unit) {
		r.add("UNIT-KIND", Warn, f.Place()+" "+i.Name, "单位", i.Unit, "%", "", "%s %s：名称是“率”，单位却是%s，指标值%s", f.Place(), i.Name, i.Unit, i.TargetText())
	}
}

// class finds satisfaction among the benefits.
func (r *review) class(f *Form, i *Indicator) {
	if strings.Contains(i.Name, "满意度") && ClassName(i.Class) == "效益" {
		r.add("IND-CLASS", Warn, f.Place()+" "+i.Name, "一级指标", i.Class, "满意度指标", "", "%s %s是满意度指标，归在了%s", f.Place(), i.Name, i.Class)
	}
}

// satisfaction finds the satisfaction of the same people with different values in two forms.
func (r *review) satisfaction() {
	type seen struct {
		f *Form
		i *Indicator
	}
	var list []seen
	for _, f := range r.forms {
		for n := range f.Indicators {
			i := &f.Indicators[n]
			if !strings.HasSuffix(i.Name, "满意度") || i.Actual.Blank() {
				continue
			}
			for _, x := range list {
				same := strings.HasSuffix(i.Name, x.i.Name) || strings.HasSuffix(x.i.Name, i.Name)
				if same && x.f != f && x.i.Actual.Cmp(i.Actual) != 0 {
					r.add("X-ACTUAL", Warn, x.f.Place()+" "+x.i.Name+"、"+f.Place()+" "+i.Name, "实际完成值", x.i.Actual.String()+x.i.Unit, i.Actual.String()+i.Unit, "",
						"%s %s为%s%s，%s %s为%s%s：同一对象应一致或说明", x.f.Place(), x.i.Name, x.i.Actual, x.i.Unit, f.Place(), i.Name, i.Actual, i.Unit)
				}
			}
			list = append(list, seen{f, i})
		}
	}
}

// whole is the form of the whole department; nil where there is none.
func (r *review) whole() *Form {
	for _, f := range r.forms {
		if f.Kind == Whole {
			return f
		}
	}
	return nil
}

// projects finds money of the projects that does not add up to that of the whole department.
func (r *review) projects() {
	w := r.whole()
	if w == nil {
		return
	}
	want, ok := w.Fund(ProjectFund)
	var sum [3]money.Fen
	n := 0
	for _, f := range r.forms {
		if x, has := f.Fund(TotalFund); has && f.Kind == Project {
			sum[0], sum[1], sum[2] = sum[0]+x.Initial, sum[1]+x.Full, sum[2]+x.Actual
			n++
		}
	}
	if !ok || n == 0 {
		return
	}
	for i, pair := range [][2]money.Fen{{want.Initial, sum[0]}, {want.Full, sum[1]}, {want.Actual, sum[2]}} {
		if pair[0] != pair[1] {
			cell := []string{"年初预算数", "全年预算数", "全年执行数"}[i]
			r.add("PERF-CROSS", Error, w.Place()+" 项目支出", cell, WanYuan(pair[0]).String(), WanYuan(pair[1]).String(), basisBudget, "%s 项目支出%s%s万元，%d张项目自评表合计%s万元", w.Place(), cell, WanYuan(pair[0]), n, WanYuan(pair[1]))
		}
	}
}
