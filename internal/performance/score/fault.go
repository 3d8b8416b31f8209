package score

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// faults are what is wrong with the form under the policy.
func (s scoring) faults(r *Result) []Fault {
	var out []Fault
	bad := func(code string, row int, format string, args ...any) {
		out = append(out, Fault{code, row, fmt.Sprintf(format, args...)})
	}
	if len(s.f.Indicators) == 0 {
		bad("no_indicators", -1, "还没有绩效指标")
	}
	if _, ok := s.f.Fund(TotalFund); !ok {
		bad("no_money", -1, "没有年度资金总额")
	}
	for n := range s.f.Indicators {
		s.rowFaults(n, &s.f.Indicators[n], bad)
	}
	s.weightFaults(bad)
	for _, x := range r.Wanted() {
		bad("reason", -1, "“%s”%s，没有填写原因", x.Name, x.Want)
	}
	return out
}

func (s scoring) rowFaults(n int, i *Indicator, bad func(string, int, string, ...any)) {
	if i.Weight.Blank() || i.Weight.Sign() <= 0 {
		bad("weight", n, "“%s”没有分值，或者分值不大于0", i.Name)
	}
	if i.Op != Quality {
		if i.Op.Sign() == "" {
			bad("operator", n, "“%s”的运算符 %q 不认识", i.Name, i.Op)
		} else if i.Target.Blank() || i.Actual.Blank() {
			bad("value", n, "“%s”没有指标值或实际完成值", i.Name)
		}
		return
	}
	b, ok := s.p.Band(i.Band)
	switch {
	case !ok:
		bad("band", n, "“%s”没有选定性档次，或者评分办法没有这一档", i.Name)
	case !i.Share.Blank() && !b.Holds(i.Share):
		bad("share", n, "“%s”的给分比例不在“%s”档内（%s）", i.Name, b.Name, b.Label)
	case !i.Share.Blank() && i.Given == "":
		bad("given", n, "“%s”在档内另行给分，没有写明理由", i.Name)
	}
}

// weightFaults checks that the points add up to 100, and for each class to what the policy admits.
func (s scoring) weightFaults(bad func(string, int, string, ...any)) {
	sum := s.p.Execution.Weight.Rat()
	for i := range s.f.Indicators {
		sum.Add(sum, s.weight(&s.f.Indicators[i]))
	}
	if sum.Cmp(big.NewRat(100, 1)) != 0 {
		bad("weights", -1, "分值合计应为100，现为%s（含预算执行率%s分）", HalfUp.Round(sum, 2).Trim(), s.p.Execution.Weight)
		return
	}
	var sets []WeightSet
	for _, w := range s.p.Weights {
		if w.Kind == s.f.Kind {
			sets = append(sets, w)
		}
	}
	if len(sets) > 0 && !slices.ContainsFunc(sets, s.admits) {
		bad("class_weights", -1, "各级指标的分值（%s）不符合评分办法，应为：%s", s.classText(), setsText(sets))
	}
}

// admits reports whether the classes of the form have the points of a set.
func (s scoring) admits(w WeightSet) bool {
	left := map[string]*big.Rat{}
	for i := range s.f.Indicators {
		x := &s.f.Indicators[i]
		key := w.classOf(ClassName(x.Class))
		if key == "" {
			return false
		}
		if left[key] == nil {
			left[key] = new(big.Rat)
		}
		left[key].Add(left[key], s.weight(x))
	}
	for key, want := range w.Classes {
		if left[key] == nil || left[key].Cmp(want.Rat()) != 0 {
			return false
		}
	}
	return true
}

// classOf is the name in the set that a class belongs to.
func (w WeightSet) classOf(class string) string {
	for key := range w.Classes {
		if slices.Contains(strings.Split(key, "+"), class) {
			return key
		}
	}
	return ""
}

func (s scoring) classText() string {
	var out []string
	for _, c := range s.f.Classes() {
		sum := new(big.Rat)
		for i := range s.f.Indicators {
			if s.f.Indicators[i].Class == c {
				sum.Add(sum, s.weight(&s.f.Indicators[i]))
			}
		}
		out = append(out, ClassName(c)+HalfUp.Round(sum, 2).Trim().String())
	}
	return strings.Join(out, "、")
}

func setsText(sets []WeightSet) string {
	var out []string
	for _, w := range sets {
		var parts []string
		for c, x := range w.Classes {
			parts = append(parts, c+x.String())
		}
		slices.Sort(parts)
		out = append(out, strings.Join(parts, "、")+"（"+w.Name+"）")
	}
	return strings.Join(out, "；或 ")
}
