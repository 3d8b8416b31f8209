package check

// Policy (评分规则) is how a region scores indicators in a year; a report names the one that was used.
type Policy struct {
	ID         string `expr:"id"`
	Name       string `expr:"name"`
	ExecWeight Num    `expr:"exec"` // weight of the execution of the budget

	Reasons bool `expr:"reasons"` // an unfinished row needs a reason
	Grades  []GradeFloor
}

// GradeFloor is the least score of a grade.
type GradeFloor struct {
	Name string
	From int64 // points
}

// NationalDefault is what the national rules suggest: completion by ratio, capped; what should be at most its target is full
// when it is, and loses in proportion beyond; grades from 90, 80, 60.
func NationalDefault() *Policy {
	return &Policy{ID: "national-default", Name: "全国通行", ExecWeight: whole(10), Reasons: true,
		Grades: []GradeFloor{{"优", 90}, {"良", 80}, {"中", 60}, {"差", 0}}}
}

// Grade is the grade of a score.
func (p *Policy) Grade(score Num) string {
	for _, g := range p.Grades {
		if score.V >= g.From*one {
			return g.Name
		}
	}
	return ""
}

// score is what an indicator earns: full when the target is met, else in proportion.
func (p *Policy) score(i *Indicator) Num {
	if i.Op == "qual" {
		return notApplicable("定性指标在档内打分")
	}
	if i.Target.Blank || i.Actual.Blank || i.Weight.Blank {
		return missing(i.In.Label + "“" + i.Name + "”的指标值、实际值或分值没有读出来")
	}
	return rounded(multiply(i.Weight, p.part(i)), 2)
}

// part is the share of the weight that an indicator earns.
func (p *Policy) part(i *Indicator) Num {
	t, a := i.Target, i.Actual
	switch {
	case i.Op == "le" && a.V <= t.V, i.Op != "le" && a.V >= t.V:
		return whole(1)
	case t.V == 0:
		return whole(0)
	case i.Op == "le" && a.V >= 2*t.V:
		return whole(0)
	case i.Op == "le":
		return subtract(whole(1), divide(subtract(a, t), t))
	}
	return divide(a, t)
}

// completion is the rate of completion in percent, never above 100.
func (p *Policy) completion(i *Indicator) Num {
	if i.Op == "qual" {
		return notApplicable("定性指标不算完成率")
	}
	if i.Target.Blank || i.Actual.Blank {
		return missing(i.In.Label + "“" + i.Name + "”的指标值或实际值没有读出来")
	}
	n := divide(i.Actual, i.Target)
	if i.Op == "le" {
		n = subtract(whole(2), n)
	}
	n = multiply(n, whole(100))
	if n.V > 100*one {
		n = whole(100)
	}
	return n
}

// The functions of the language about scoring.

// ScoreOf is what an indicator earns under the policy.
func (s *scope) ScoreOf(i *Indicator) Num { return s.Policy.score(i) }

// CompletionOf is an indicator's rate of completion under the policy.
func (s *scope) CompletionOf(i *Indicator) Num { return s.Policy.completion(i) }

// Ratio is A/T in percent, neither turned round for 不超过 nor capped.
func (s *scope) Ratio(i *Indicator) Num { return percent(i.Actual, i.Target) }

// Uncapped is the rate of completion without the cap.
func (s *scope) Uncapped(i *Indicator) Num {
	n := divide(i.Actual, i.Target)
	if i.Op == "le" {
		n = subtract(whole(2), n)
	}
	return multiply(n, whole(100))
}

// Recomputed is a table's total under the policy, qualitative scores as printed.
func (s *scope) Recomputed(a *Annex) Num {
	out := s.execution(a)
	if len(a.Indicators) == 0 {
		return missing(a.Label + "的指标没有读出来")
	}
	for _, i := range a.Indicators {
		n := s.Policy.score(i)
		if i.Op == "qual" {
			n = i.Score
		}
		out = add(out, n)
	}
	return rounded(out, 2)
}

// execution is the score of the money.
func (s *scope) execution(a *Annex) Num {
	f := s.FundOf(a, "年度资金总额")
	n := divide(f.Actual, f.Full)
	if n.V > one {
		n = whole(1)
	}
	return rounded(multiply(s.execWeight(a), n), 2)
}

// GradeOf is the grade of a score under the policy.
func (s *scope) GradeOf(n Num) string { return s.Policy.Grade(n) }

// MeanScore is the mean of the projects' total scores: those that the text gives to two decimals where the table gives
// fewer.
func (s *scope) MeanScore() Num {
	list := s.Annexes("项目")
	if len(list) == 0 {
		return missing("没有项目支出绩效自评表")
	}
	out := Num{}
	for _, a := range list {
		out = add(out, s.SumScores(a))
	}
	return rounded(divide(out, whole(int64(len(list)))), 2)
}
