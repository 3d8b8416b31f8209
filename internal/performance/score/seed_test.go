package score_test

import (
	"math/big"
	"os"
	"testing"

	"yichuang/internal/datatest"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// seed gives the forms of the published disclosure: the whole department, then its two projects.
func seed(t testing.TB) *form.Set {
	t.Helper()
	f, err := os.Open(datatest.Seed(t, "figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := form.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func policy(t testing.TB, id string) *score.Policy {
	t.Helper()
	p, err := score.FindPolicy(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheNationalPolicyScoresTheSeed(t *testing.T) {
	s, p := seed(t), policy(t, "national-default")
	sum := new(big.Rat)
	for i, want := range []struct{ total, grade string }{{"91.72", "优"}, {"98.20", "优"}, {"95.30", "优"}} {
		r := score.Score(p, s.Forms[i])
		if r.Total.String() != want.total || r.Grade != want.grade {
			t.Errorf("%s: %s %s, want %s %s", s.Forms[i].Label, r.Total, r.Grade, want.total, want.grade)
		}
		if s.Forms[i].Kind == score.Project {
			sum.Add(sum, r.Total.Rat())
		}
	}
	if mean := score.HalfUp.Round(sum.Quo(sum, big.NewRat(2, 1)), 2); mean.String() != "96.75" {
		t.Errorf("mean of the projects %s", mean)
	}
}

func TestTheObservedPolicyReproducesEveryPublishedCell(t *testing.T) {
	s, p := seed(t), policy(t, "seed-observed")
	for i, want := range []struct{ total, grade string }{{"91.82", "优"}, {"82.12", "良"}, {"95.30", "优"}} {
		f := s.Forms[i]
		r := score.Score(p, f)
		if r.Total.String() != want.total || r.Grade != want.grade {
			t.Errorf("%s: %s %s, want %s %s", f.Label, r.Total, r.Grade, want.total, want.grade)
		}
		for n, x := range f.Funds {
			same(t, f.Label+" "+x.Kind.Label(), x.Stated, r.Funds[n])
		}
		for n, x := range f.Indicators {
			same(t, f.Label+" "+x.Name, x.Stated, r.Rows[n])
		}
	}
}

func same(t *testing.T, name string, stated score.Stated, r score.Row) {
	t.Helper()
	for what, pair := range map[string][2]string{"completion": {stated.Completion, r.Completion.String()}, "score": {stated.Score, r.Score.String()}} {
		want, ok := score.PrintedNumber(pair[0])
		got, _ := score.PrintedNumber(pair[1])
		if !ok || want.Cmp(got) != 0 {
			t.Errorf("%s %s: %s, printed is %s", name, what, pair[1], pair[0])
		}
	}
}

func TestScoringTheSeedFindsWhatIsWrongWithIt(t *testing.T) {
	s, p := seed(t), policy(t, "national-default")
	var all []score.Finding
	for _, f := range s.Forms {
		all = append(all, score.Compare(f, score.Score(p, f))...)
	}
	all = append(all, score.Review(s.Forms, s.Claims)...)
	for _, want := range []struct {
		id, rule, place, stated, computed string
		times                             int
	}{
		{"G05", "SCORE-REV", "附件4-1 成本超支率", "3.92", "20.00", 1}, {"G05", "SCORE-REV", "附件4-1 成本超支率", "19.60%", "100.00%", 1},
		{"G06", "SCORE-RULE-CONSIST", "附件2、附件4-1", "附件2 项目支出预算执行率 2−A/T=105.00%；附件4-1 成本超支率 A/T=19.60%", "同一算法", 1},
		{"G07", "SCORE-SUM", "附件4-1 总分", "82.1", "82.12", 1}, {"G09", "SCORE-EQ", "附件2 基本支出预算执行率", "2", "1.90", 1},
		{"G10", "X-RATE", "附件2 基本支出预算执行率", "95", "94.13", 1}, {"G10", "X-RATE", "附件2 项目支出预算执行率", "95", "99.00", 1},
		{"G11", "SCORE-COMP-CAP", "附件2 项目支出预算执行率", "105.00%", "100.00%", 1},
		{"G12", "COMP-RATE", "附件4-1 办事群众满意度", "99%", "100.00%", 1}, {"G12", "COMP-RATE", "附件4-1 政务大厅窗口工作人员满意度", "99%", "100.00%", 1},
		{"G13", "RATE-ROUND", "附件2 年度资金总额", "94.16", "94.17", 1}, {"G14", "RATE-ROUND", "附件2 基本支出", "94.12", "94.13", 1}, {"G15", "SCORE-ROUND", "附件2 年度资金总额", "9.41", "9.42", 1},
		{"G16", "SCORE-SUM", "附件2 总分", "91.82", "91.81", 1}, {"G17", "TEXT-SCOPE", "附件1", "91.82", "88.71", 1}, {"G18", "HEADCOUNT", "附件1", "15", "18", 1},
		{"G19", "X-BUDGET", "第三部分·五（三）、附件2", "222.60", "251.60", 1}, {"G20", "X-BUDGET", "附件3-1、附件4-1", "1", "30.00", 1},
		{"G21", "TARGET-BUDGET", "附件4-1 成本超支率", "<=5万元", "1万元", 1}, {"G22", "UNIT-KIND", "附件4-1 成本超支率", "万元", "%", 1}, {"G23", "IND-CLASS", "附件4-1 办事群众满意度", "效益指标", "满意度指标", 1},
		{"G24", "X-ACTUAL", "附件2 群众满意度、附件4-1 办事群众满意度", "98%", "99%", 1}, {"G25", "TEXT-CONTRA", "附件4-1 实际完成情况", "保障了政务大厅的正常运转", "19.60%", 1},
		{"total", "SCORE-TOTAL", "附件4-1 总分", "82.1", "98.20", 1}, {"total", "SCORE-TOTAL", "附件2 总分", "91.82", "91.72", 1},
		{"grade", "SCORE-GRADE", "附件4-1 等级", "良", "优", 1},
		{"G08", "TEXT-SELF", "第四部分·二1、附件3-1、附件4-1", "82.12、82.1", "82.12", 1},
	} {
		n := 0
		for i, f := range all {
			if f.Rule == want.rule && f.Place == want.place && f.Stated == want.stated && f.Computed == want.computed {
				n++
				all[i].Rule = ""
			}
		}
		if n != want.times {
			t.Errorf("%s %s at %s: found %d times", want.id, want.rule, want.place, n)
		}
	}
	for _, f := range all {
		if f.Rule != "" {
			t.Errorf("nobody asked for %+v", f)
		}
	}
}

// Under the rules by which it was made, the publication has one wrong cell: a total with one decimal.
func TestTheObservedPolicyLeavesOneCell(t *testing.T) {
	s, p := seed(t), policy(t, "seed-observed")
	var all []score.Finding
	for _, f := range s.Forms {
		all = append(all, score.Compare(f, score.Score(p, f))...)
	}
	if len(all) != 1 || all[0].Place != "附件4-1 总分" || all[0].Stated != "82.1" || all[0].Computed != "82.12" {
		t.Errorf("%+v", all)
	}
}
