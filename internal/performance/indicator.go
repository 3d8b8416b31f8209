package performance

import (
	"math/big"
	"slices"
	"strconv"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Indicator (绩效指标) is one indicator of a programme's tree: 一级 Level1, 二级 Level2, 三级 Name. Its value comes from a fact
// where it names one, else it is typed.
type Indicator struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ProgrammeID string        `db:"programme_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	Place       int           `db:"place" json:"place"`
	Level1      string        `db:"level1" json:"level1"`
	Level2      string        `db:"level2" json:"level2"`
	Name        string        `db:"name" json:"name"`
	Op          score.Op      `db:"op" json:"op"`
	Target      string        `db:"target" json:"target"` // a decimal; of a qualitative indicator the words
	Unit        string        `db:"unit" json:"unit,omitempty"`
	Weight      score.Decimal `db:"weight" json:"weight"`
	Source      string        `db:"source" json:"source,omitempty"`
	Fact        string        `db:"fact" json:"fact,omitempty"`
	From        clock.Date    `db:"from_day" json:"from,omitzero"` // period of the fact; unset for the year
	To          clock.Date    `db:"to_day" json:"to,omitzero"`     // first day after it
	Actual      score.Decimal `db:"actual" json:"actual,omitzero"` // as typed
	Band        string        `db:"band" json:"band,omitempty"`
	Reason      string        `db:"reason" json:"reason,omitempty"` // 未完成原因分析
	At          clock.Instant `db:"at" json:"at"`
	By          string        `db:"by_user" json:"by"`
	// Evidence are the files that prove a typed value.
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Refusals about indicators.
var (
	ErrIndicator = errs.New(errs.NotFound, "performance.indicator", "没有这个指标，或您无权查看。")
	ErrWeights   = errs.New(errs.Conflict, "performance.weights", "指标的分值不合要求，目标没有确定。")
	ErrBand      = errs.New(errs.Invalid, "performance.band", "只有定性指标可以调整得分，并且只能在所评档次的范围内。")
)

var indicatorColumns = store.Columns[Indicator]("")

// maxIndicators is how many indicators a programme may have.
const maxIndicators = 100

// Bound reports whether the value comes from a fact.
func (in *Indicator) Bound() bool { return in.Source != "" }

// SelfReported reports whether the value is typed and nothing proves it; forms print 自报 beside it.
func (in *Indicator) SelfReported() bool { return !in.Bound() && len(in.Evidence) == 0 }

func (in *Indicator) factKey() string { return in.Source + "." + in.Fact }

// scope is what the indicator's fact is asked about.
func (in *Indicator) scope(p *Programme) Scope {
	s := Scope{Project: p.Project, Period: metric.Year(clock.Day(p.Year, 1, 1))}
	if !in.From.IsZero() && !in.To.IsZero() {
		s.Period = metric.Period{From: in.From, To: in.To}
	}
	return s
}

// Elsewhen reports whether the fact is counted in a period that is not within the year of the programme.
func (in *Indicator) Elsewhen(year int) bool {
	y := metric.Year(clock.Day(year, 1, 1))
	return in.Bound() && !in.From.IsZero() && !in.To.IsZero() && (in.From < y.From || in.To > y.To)
}

// settle makes days that nobody gave unset: a body or a struct without them has the day 0.
func (in *Indicator) settle() {
	if in.From <= 0 {
		in.From = clock.NoDate
	}
	if in.To <= 0 {
		in.To = clock.NoDate
	}
}

// check refuses what cannot be an indicator; known is whether the fact that it names exists.
func (in *Indicator) check(known bool) error {
	e := ErrInput
	in.settle()
	trim(&in.Level1, &in.Level2, &in.Name, &in.Target, &in.Unit)
	for _, f := range []struct{ name, label, text string }{{"level1", "一级指标", in.Level1}, {"level2", "二级指标", in.Level2}, {"name", "三级指标", in.Name}} {
		if n := utf8.RuneCountInString(f.text); n == 0 || n > 60 {
			e = e.Field(f.name, "请填写%s，60 个字以内。", f.label)
		}
	}
	if !slices.Contains(score.Ops(), in.Op) {
		e = e.Field("op", "请选择指标的比较方式。")
	}
	if d, err := score.ParseDecimal(in.Target); in.Op != score.Quality && (err != nil || d.Blank()) {
		e = e.Field("target", "定量指标的指标值应是数，如 95 或 0.98。")
	}
	if in.Op == score.Quality && (in.Target == "" || utf8.RuneCountInString(in.Target) > 60) {
		e = e.Field("target", "请用文字写定性指标的指标值，如“及时”，60 个字以内。")
	}
	if utf8.RuneCountInString(in.Unit) > 10 {
		e = e.Field("unit", "单位 10 个字以内。")
	}
	if in.Weight.Blank() || in.Weight.Sign() <= 0 || in.Weight.Cmp(score.Number(100)) > 0 || in.Weight.Places() > 2 {
		e = e.Field("weight", "分值应大于 0，不超过 100，最多两位小数。")
	}
	if in.Source != "" && !known {
		e = e.Field("source", "没有这个数据来源。请从列出的来源中选择。")
	}
	if in.Source != "" && in.Op == score.Quality {
		e = e.Field("source", "绑定数据的指标应是定量指标：请选择比较方式，并把指标值写成数。")
	}
	if in.From.IsZero() != in.To.IsZero() || !in.From.IsZero() && in.From >= in.To {
		e = e.Field("to", "统计期间的起止日期都要填，止不能早于起；都留空就是全年。")
	}
	return e.OrNil()
}

// score gives the indicator as the engine takes it.
func (in *Indicator) score(value score.Decimal, origin string) score.Indicator {
	out := score.Indicator{ID: in.ID, Class: in.Level1, Group: in.Level2, Name: in.Name, Op: in.Op, Unit: in.Unit, Actual: value, Band: in.Band, Weight: in.Weight, Reason: in.Reason, Source: origin}
	if in.Op == score.Quality {
		out.Goal, out.Actual = in.Target, score.Decimal{}
	} else if d, err := score.ParseDecimal(in.Target); err == nil {
		out.Target, out.Band = d, ""
	}
	return out
}

// TargetText is the target as forms print it.
func (in *Indicator) TargetText() string {
	if in.Op == score.Quality {
		return in.Target
	}
	return in.Op.Sign() + in.Target + in.Unit
}

// value is a frozen figure as the number that forms print: a percentage or a mean with two decimals, a count as it is.
func value(f *metric.Frozen) score.Decimal {
	g := f.Figure()
	if !g.Known() {
		return score.Decimal{}
	}
	scale := int64(100)
	r := g.Ratio
	switch {
	case g.Form == metric.Rate:
		scale = 10000
	case g.Form == metric.Count:
		r.Den = max(f.Scale, 1)
	}
	n, ok := r.Rounded(scale)
	if !ok {
		return score.Decimal{}
	}
	d, err := score.ParseDecimal(hundredths(n))
	if err != nil {
		return score.Decimal{}
	}
	return d.Trim()
}

// sides are numerator and denominator as they are printed beside a value.
func sides(f *metric.Frozen) string {
	g := f.Figure()
	if g.Absent != "" {
		return g.Absent
	}
	if g.Form == metric.Count {
		return ""
	}
	return "分子 " + g.NumText() + " / 分母 " + g.DenText()
}

func itoa(n int) string { return strconv.Itoa(n) }

// WeightSum is what the weights of a list add up to.
func WeightSum(list []Indicator) score.Decimal {
	sum := new(big.Rat)
	for i := range list {
		sum.Add(sum, list[i].Weight.Rat())
	}
	return score.HalfUp.Round(sum, 2).Trim()
}
