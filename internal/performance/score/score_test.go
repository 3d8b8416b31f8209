package score_test

import (
	"strings"
	"testing"

	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// one scores a form with one indicator, and no money unless it is given.
func one(p *score.Policy, i score.Indicator, funds ...score.Fund) (score.Row, *score.Result) {
	r := score.Score(p, &score.Form{Kind: score.Project, Name: "项目", Funds: funds, Indicators: []score.Indicator{i}})
	return r.Rows[0], r
}

func TestTheNationalRules(t *testing.T) {
	p := policy(t, "national-default")
	for _, c := range []struct {
		op                       score.Op
		target, actual           string
		completion, points, want string
		met                      bool
	}{
		{score.AtLeast, "95", "95", "100.00", "10.00", "", true},
		{score.AtLeast, "95", "94", "98.95", "9.89", "未完成", false},
		{score.AtLeast, "95", "123.5", "100.00", "10.00", "偏离指标值30%以上", true},
		{score.AtLeast, "95", "123.49", "100.00", "10.00", "", true},
		{score.AtLeast, "95", "0", "0.00", "0.00", "未完成", false},
		{score.AtLeast, "95", "-5", "0.00", "0.00", "未完成", false},
		{score.AtLeast, "0", "0", "100.00", "10.00", "", true},
		{score.AtLeast, "-5", "-6", "0.00", "0.00", "未完成", false},
		{score.MoreThan, "95", "95", "100.00", "10.00", "未完成", false}, // the published rule scores > as >=; it is not reached all the same
		{score.Exactly, "5", "5", "100.00", "10.00", "", true},
		{score.Exactly, "5", "4", "80.00", "8.00", "未完成", false},
		{score.Exactly, "0", "0", "100.00", "10.00", "", true},
		{score.Exactly, "0", "1", "0.00", "0.00", "未完成", false},
		{score.AtMost, "5", "0.98", "100.00", "10.00", "偏离指标值30%以上", true},
		{score.AtMost, "5", "5", "100.00", "10.00", "", true},
		{score.AtMost, "5", "6", "80.00", "8.00", "未完成", false},
		{score.AtMost, "5", "10", "0.00", "0.00", "未完成", false},
		{score.AtMost, "5", "11", "0.00", "0.00", "未完成", false},
		{score.AtMost, "0", "0", "100.00", "10.00", "", true},
		{score.AtMost, "0", "1", "0.00", "0.00", "未完成", false},
		{score.LessThan, "5", "4", "100.00", "10.00", "", true},
	} {
		row, _ := one(p, score.Indicator{Name: "指标", Op: c.op, Target: parse(c.target), Actual: parse(c.actual), Weight: score.Number(10)})
		if row.Completion.String() != c.completion || row.Score.String() != c.points || row.Want != c.want || row.Met != c.met {
			t.Errorf("%s%s, actual %s: %+v", c.op.Sign(), c.target, c.actual, row)
		}
	}
}

func TestOtherAwardsOfPolicies(t *testing.T) {
	base := "  - {ops: [ge, gt, eq], measure: ratio, award: proportional, cap: 1}"
	for name, c := range map[string]struct{ rule, actual, points string }{
		"threshold":    {"  - {ops: [ge, gt, eq], measure: ratio, award: proportional, threshold: 0.6}", "59", "0.00"},
		"at threshold": {"  - {ops: [ge, gt, eq], measure: ratio, award: proportional, threshold: 0.6}", "60", "6.00"},
		"all":          {"  - {ops: [ge, gt, eq], measure: ratio, award: all_or_nothing}", "99", "0.00"},
		"step":         {"  - {ops: [ge, gt, eq], measure: ratio, award: steps, steps: [{from: 0.9, earn: 1}, {from: 0.8, earn: 0.8}, {from: 0.6, earn: 0.5}]}", "89.9", "8.00"},
		"lowest step":  {"  - {ops: [ge, gt, eq], measure: ratio, award: steps, steps: [{from: 0.9, earn: 1}, {from: 0.8, earn: 0.8}, {from: 0.6, earn: 0.5}]}", "59.9", "0.00"},
		"full from":    {"  - {ops: [ge, gt, eq], measure: ratio, award: proportional, full_from: 0.95}", "95", "10.00"},
	} {
		p, err := score.ReadPolicy([]byte(strings.Replace(national(t), base, c.rule, 1)))
		if err != nil {
			t.Fatal(name, err)
		}
		if row, _ := one(p, score.Indicator{Name: "指标", Op: score.AtLeast, Target: score.Number(100), Actual: parse(c.actual), Weight: score.Number(10)}); row.Score.String() != c.points {
			t.Errorf("%s: %+v", name, row)
		}
	}
}

func TestQualityIsScoredWithinItsBand(t *testing.T) {
	p := policy(t, "national-default")
	quality := func(band, share, given string) score.Indicator {
		return score.Indicator{Name: "指标", Op: score.Quality, Goal: "及时", Band: band, Share: parse(share), Given: given, Weight: score.Number(10), Reason: "说明"}
	}
	for _, c := range []struct {
		i            score.Indicator
		points, code string
		met          bool
	}{
		{quality("达成", "", ""), "9.00", "", true}, {quality("100%-80%（含）", "", ""), "9.00", "", true}, {quality("达成", "1", "材料齐全"), "10.00", "", true}, {quality("达成", "0.8", "材料齐全"), "8.00", "", true},
		{quality("达成", "0.79", "材料齐全"), "9.00", "share", true}, {quality("达成", "0.95", ""), "9.50", "given", true}, {quality("部分达成", "0.8", "材料齐全"), "7.00", "share", false},
		{quality("部分达成", "", ""), "7.00", "", false}, {quality("未达成", "0", "没有做"), "0.00", "", false}, {quality("没有这一档", "", ""), "", "band", false}, {quality("", "", ""), "", "band", false},
	} {
		row, r := one(p, c.i)
		code := ""
		for _, f := range r.Faults {
			if f.Row == 0 {
				code = f.Code
			}
		}
		if row.Score.String() != c.points || code != c.code || row.Met != c.met {
			t.Errorf("%s %s: %+v, fault %q", c.i.Band, c.i.Share, row, code)
		}
	}
}

func TestTheMoneyIsScoredByItsExecution(t *testing.T) {
	p := policy(t, "national-default")
	total := func(full, actual money.Fen, reason string) score.Fund {
		return score.Fund{Kind: score.TotalFund, Full: full, Actual: actual, Reason: reason}
	}
	for _, c := range []struct {
		f                        score.Fund
		completion, points, want string
		met                      bool
	}{
		{total(100, 98, ""), "98.00", "9.80", "执行率低于100.00%", false}, {total(100, 100, ""), "100.00", "10.00", "", true}, {total(100, 120, ""), "120.00", "10.00", "", true},
		{total(0, 0, ""), "0.00", "0.00", "", true}, {total(0, 5, ""), "0.00", "0.00", "", false}, {total(100, -5, ""), "-5.00", "0.00", "执行率低于100.00%", false},
	} {
		_, r := one(p, score.Indicator{Name: "指标"}, c.f)
		if x := r.Funds[0]; x.Completion.String() != c.completion || x.Score.String() != c.points || x.Want != c.want || x.Met != c.met {
			t.Errorf("%d of %d: %+v", c.f.Actual, c.f.Full, x)
		}
	}
}

// faultCodes are the faults of a form as a whole.
func faultCodes(r *score.Result) string {
	var out []string
	for _, f := range r.Faults {
		if f.Row < 0 {
			out = append(out, f.Code)
		}
	}
	return strings.Join(out, " ")
}

func TestWeightsMustAddUp(t *testing.T) {
	p := policy(t, "national-default")
	form := func(weights map[string]int64) *score.Form {
		f := &score.Form{Kind: score.Project, Name: "项目", Funds: []score.Fund{{Kind: score.TotalFund, Full: 1, Actual: 1}}}
		for _, class := range []string{"成本指标", "产出指标", "效益指标", "满意度指标", "其他指标"} {
			if w := weights[class]; w > 0 {
				f.Indicators = append(f.Indicators, score.Indicator{Class: class, Name: class, Op: score.AtLeast, Target: score.Number(1), Actual: score.Number(1), Weight: score.Number(w)})
			}
		}
		return f
	}
	for want, weights := range map[string]map[string]int64{
		"":              {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10},
		"weights":       {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 11},
		"class_weights": {"成本指标": 30, "产出指标": 30, "效益指标": 20, "满意度指标": 10},
	} {
		if got := faultCodes(score.Score(p, form(weights))); got != want {
			t.Errorf("%v: %q, want %q", weights, got, want)
		}
	}
	for _, weights := range []map[string]int64{{"产出指标": 50, "效益指标": 30, "满意度指标": 10}, {"成本指标": 20, "产出指标": 40, "效益指标": 30}} {
		if got := faultCodes(score.Score(p, form(weights))); got != "" {
			t.Errorf("%v: %q", weights, got)
		}
	}
	if got := faultCodes(score.Score(p, form(map[string]int64{"产出指标": 50, "效益指标": 30, "其他指标": 10}))); got != "class_weights" {
		t.Errorf("a class that the policy does not know: %q", got)
	}
	if got := faultCodes(score.Score(p, &score.Form{Kind: score.Project})); !strings.Contains(got, "no_indicators") || !strings.Contains(got, "no_money") {
		t.Errorf("an empty form: %q", got)
	}
	if got := faultCodes(score.Score(policy(t, "hubei"), form(map[string]int64{"产出指标": 40, "效益指标": 25, "满意度指标": 15}))); got != "" {
		t.Errorf("classes that are joined: %q", got)
	}
}

func TestTheLightsOfAFinishedForm(t *testing.T) {
	p := policy(t, "national-default")
	for want, c := range map[score.Warning]struct{ spent, reached int64 }{score.Red: {94, 100}, score.Yellow: {70, 70}, "": {96, 100}} {
		f := &score.Form{Kind: score.Project, Funds: []score.Fund{{Kind: score.TotalFund, Full: 100, Actual: money.Fen(c.spent)}}, Indicators: []score.Indicator{{Op: score.AtLeast, Target: score.Number(100), Actual: score.Number(c.reached), Weight: score.Number(90)}}}
		if got := score.Score(p, f).Warning; got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}

// What other policies would give the forms of the seed.
func TestPoliciesSideBySide(t *testing.T) {
	s := seed(t)
	list, err := score.Policies()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, x := range score.SideBySide(s.Forms[1], list) {
		got[x.Policy.ID] = x.Result.Total.String() + x.Result.Grade + x.Scale.String()
	}
	// 湖北: the money has 20 points, so the 88.40 of 90 points count 80/90: 88.40*8/9 + 20*0.98 = 98.1777…
	for id, want := range map[string]string{"national-default": "98.20优1", "seed-observed": "82.12良1", "hubei": "98.188/9"} {
		if got[id] != want {
			t.Errorf("%s: %s, want %s", id, got[id], want)
		}
	}
}
