package score

import (
	"math/big"
	"slices"
	"strings"
)

// budgets finds budgets at the beginning of the year that the text states otherwise than the forms.
func (r *review) budgets() {
	if w := r.whole(); w != nil {
		for _, c := range claims(r.claims, ClaimBudget, "") {
			r.budget(w, c)
		}
	}
	for _, f := range r.forms {
		if f.Label == "" || f.Kind != Project {
			continue
		}
		for _, c := range claims(r.claims, ClaimPlanned, f.Label) {
			r.budget(f, c)
		}
	}
}

func (r *review) budget(f *Form, c Claim) {
	x, ok := f.Fund(TotalFund)
	stated, isNumber := c.number()
	fen, err := stated.WanYuan()
	if !ok || !isNumber || err != nil || fen == x.Initial {
		return
	}
	diff := x.Initial - fen
	if diff < 0 {
		diff = -diff
	}
	r.add("X-BUDGET", Error, c.Section+"、"+f.Place(), "年初预算数", c.Value, x.Initial.WanYuan(), basisBudget, "%s写%s%s万元，%s年初预算数%s万元，差%s万元：口径不一致", c.Section, c.Subject, c.Value, f.Place(), x.Initial.WanYuan(), diff.WanYuan())
}

// scores finds one score of a project in several writings, and a score or grade that is not its form's.
func (r *review) scores() {
	for _, f := range r.forms {
		if f.Label == "" {
			continue
		}
		list := claims(r.claims, ClaimScore, f.Label)
		var seen, where []string
		note := func(value, place string) {
			if value == "" {
				return
			}
			d, ok := PrintedNumber(value)
			if ok && !slices.ContainsFunc(seen, func(s string) bool { x, _ := PrintedNumber(s); return x.Cmp(d) == 0 }) {
				seen = append(seen, value)
			}
			where = append(where, place)
		}
		for _, c := range list {
			note(c.Value, c.Section)
		}
		note(f.Total, f.Place())
		if len(seen) > 1 {
			slices.Sort(where)
			r.add("TEXT-SELF", Warn, strings.Join(slices.Compact(where), "、"), "得分", strings.Join(seen, "、"), longest(seen), "", "%s：同一得分写成%s", f.Name, strings.Join(seen, "、"))
		}
	}
}

// longest is the writing with the most decimals.
func longest(list []string) string {
	best, places := "", -1
	for _, s := range list {
		if d, ok := PrintedNumber(s); ok && d.Places() > places {
			best, places = s, d.Places()
		}
	}
	return best
}

// mean finds a mean score of projects that is not theirs.
func (r *review) mean() {
	sum, n := new(big.Rat), int64(0)
	for _, f := range r.forms {
		if f.Kind != Project {
			continue
		}
		x, ok := statedSum(f)
		if !ok {
			return
		}
		sum.Add(sum, x)
		n++
	}
	if n == 0 {
		return
	}
	want := HalfUp.Round(sum.Quo(sum, big.NewRat(n, 1)), 2)
	for _, c := range claims(r.claims, ClaimMean, "") {
		stated, ok := c.number()
		if !ok || HalfUp.Round(stated.Rat(), 2).Cmp(want) == 0 {
			continue
		}
		hint := ""
		if w := r.whole(); w != nil {
			if t, printed := PrintedNumber(w.Total); printed && t.Cmp(stated) == 0 {
				hint = "；" + c.Value + "是部门整体得分"
			}
		}
		r.add("TEXT-SCOPE", Error, c.Section, "得分", c.Value, want.String(), "预算法58", "%s写%d个项目综合评价得分%s，项目得分平均为%s%s", c.Section, n, c.Value, want, hint)
	}
}

// lowest is the indicator with the least printed rate of completion below 60 %: far from done.
func (r *review) lowest() (*Form, *Indicator) {
	var form *Form
	var worst *Indicator
	least := Number(60)
	for _, f := range r.forms {
		for n := range f.Indicators {
			i := &f.Indicators[n]
			if d, ok := PrintedNumber(i.Stated.Completion); ok && i.Op != Quality && d.Cmp(least) < 0 {
				form, worst, least = f, i, d
			}
		}
	}
	return form, worst
}

// allDone finds the words that everything was reached beside an indicator whose printed rate says otherwise: in the text,
// and in the form itself where its 实际完成情况 names no exception.
func (r *review) allDone() {
	f, i := r.lowest()
	if i == nil {
		return
	}
	for _, c := range claims(r.claims, ClaimAllDone, "") {
		r.add("TEXT-CONTRA", Warn, c.Section+"、"+f.Place()+" "+i.Name, "完成率", c.Value, i.Stated.Completion, "", "%s写“%s”，%s %s完成率却只有%s、得分%s", c.Section, c.Value, f.Place(), i.Name, i.Stated.Completion, f.Total)
	}
	if f.GoalActual != "" && !strings.ContainsAny(f.GoalActual, "未没") {
		r.add("TEXT-CONTRA", Warn, f.Place()+" 实际完成情况", "实际完成情况", f.GoalActual, i.Stated.Completion, "", "%s 实际完成情况写“%s”，没有写未完成的指标，%s完成率却只有%s、得分%s", f.Place(), f.GoalActual, i.Name, i.Stated.Completion, f.Total)
	}
}

// people finds numbers of staff that do not add up.
func (r *review) people() {
	get := func(s Subject) (Decimal, bool) {
		list := claims(r.claims, s, "")
		if len(list) == 0 {
			return Decimal{}, false
		}
		return list[0].number()
	}
	all, a := get(ClaimPeople)
	posts, b := get(ClaimPosts)
	temporary, c := get(ClaimTemporary)
	if sum := new(big.Rat).Add(posts.Rat(), temporary.Rat()); a && b && c && sum.Cmp(all.Rat()) != 0 {
		r.add("HEADCOUNT", Error, claims(r.claims, ClaimPeople, "")[0].Section, "人数", all.String(), sum.RatString(), "", "实有%s人，在编%s人与临时%s人合计%s人：不一致，或没有说明口径", all, posts, temporary, sum.RatString())
	}
}
