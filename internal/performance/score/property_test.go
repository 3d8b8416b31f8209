package score_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/money"
	"yichuang/internal/performance/score"
)

// decimals draws numbers with up to three decimals.
func decimals(t *rapid.T, name string, from, to int64) score.Decimal {
	d, err := score.ParseDecimal(thousandths(rapid.Int64Range(from*1000, to*1000).Draw(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func thousandths(n int64) string {
	return score.HalfUp.Round(big.NewRat(n, 1000), 3).String()
}

// anyPolicy draws one of the policies of the program, with any rounding and any kind of sum, or a made-up one with
// thresholds and steps.
func anyPolicy(t *rapid.T) *score.Policy {
	list, err := score.Policies()
	if err != nil {
		t.Fatal(err)
	}
	p := *rapid.SampledFrom(list).Draw(t, "policy")
	roundings := rapid.SampledFrom([]score.Rounding{score.HalfUp, score.HalfEven, score.Truncate})
	p.Rounding = score.RoundingRules{Score: roundings.Draw(t, "score"), Rate: roundings.Draw(t, "rate"), Total: roundings.Draw(t, "total"), ScorePlaces: rapid.IntRange(0, 3).Draw(t, "places"), RatePlaces: 2,
		TotalPlaces: 3, Sum: rapid.SampledFrom([]score.Sum{score.SumExact, score.SumRounded}).Draw(t, "sum")}
	if rapid.Bool().Draw(t, "other award") {
		p.Rules = nil
		for _, m := range []struct {
			ops     []score.Op
			measure score.Measure
		}{{[]score.Op{score.AtLeast, score.MoreThan, score.Exactly}, score.Ratio}, {[]score.Op{score.AtMost, score.LessThan}, score.Reverse}} {
			r := score.Rule{Ops: m.ops, Measure: m.measure, Award: rapid.SampledFrom([]score.Award{score.Proportional, score.AllOrNothing, score.Steps}).Draw(t, "award"), Threshold: decimals(t, "threshold", 0, 1), FullFrom: score.Number(1)}
			if r.Award == score.Steps {
				r.Steps = []score.Step{{score.Number(1), score.Number(1)}, {parse("0.8"), parse("0.8")}, {parse("0.6"), parse("0.5")}}
			}
			p.Rules = append(p.Rules, r)
		}
	}
	return &p
}

func parse(s string) score.Decimal { d, _ := score.ParseDecimal(s); return d }

func anyIndicator(t *rapid.T, p *score.Policy, n int) score.Indicator {
	i := score.Indicator{Name: fmt.Sprint("指标", n), Class: rapid.SampledFrom([]string{"成本指标", "产出指标", "效益指标", "满意度指标"}).Draw(t, "class"), Op: rapid.SampledFrom(score.Ops()).Draw(t, "op"), Weight: decimals(t, "weight", 1, 30)}
	if i.Op == score.Quality {
		b := rapid.SampledFrom(p.Bands).Draw(t, "band")
		i.Band = b.Name
		return i
	}
	i.Target, i.Actual = decimals(t, "target", -20, 200), decimals(t, "actual", -50, 400)
	return i
}

func anyForm(t *rapid.T, p *score.Policy) *score.Form {
	f := &score.Form{Kind: rapid.SampledFrom([]score.Kind{score.Whole, score.Project}).Draw(t, "kind"), Name: "项目", Year: 2024}
	amount := rapid.Int64Range(0, 5_000_000_00)
	f.Funds = []score.Fund{{Kind: score.TotalFund, Initial: money.Fen(amount.Draw(t, "initial")), Full: money.Fen(amount.Draw(t, "full")), Actual: money.Fen(amount.Draw(t, "spent"))}}
	for n := range rapid.IntRange(1, 8).Draw(t, "indicators") {
		f.Indicators = append(f.Indicators, anyIndicator(t, p, n))
	}
	return f
}

func TestNoRowEarnsMoreThanItsWeightOrLessThanNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		r := score.Score(p, anyForm(t, p))
		for _, x := range append(r.Rows, r.Funds...) {
			if x.Exact.Rat().Sign() < 0 || x.Exact.Rat().Cmp(x.Weight.Rat()) > 0 {
				t.Fatalf("%s earns %s of %s: %s", x.Name, x.Exact, x.Weight, x.Rule)
			}
			if p.Rounding.ScorePlaces == 3 && (x.Score.Sign() < 0 || x.Score.Cmp(x.Weight) > 0) {
				t.Fatalf("%s prints %s of %s", x.Name, x.Score, x.Weight)
			}
		}
	})
}

// The score of a target to be reached never falls when more is reached, that of a ceiling never rises when more is used.
// A policy that was reconstructed from published numbers may turn a ceiling round; it must still be monotone.
func TestScoresAreMonotoneInTheActualValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		f := anyForm(t, p)
		f.Indicators = f.Indicators[:1]
		i := &f.Indicators[0]
		i.Op = rapid.SampledFrom([]score.Op{score.AtLeast, score.MoreThan, score.Exactly, score.AtMost, score.LessThan}).Draw(t, "quantity")
		i.Target = decimals(t, "target", -20, 200)
		if i.Op == score.Exactly && i.Target.Sign() == 0 {
			t.Skip("=0 asks for nothing at all: more is worse")
		}
		low, high := decimals(t, "low", -50, 400), decimals(t, "high", -50, 400)
		if low.Cmp(high) > 0 {
			low, high = high, low
		}
		i.Actual = low
		a := score.Score(p, f).Rows[0].Exact.Rat()
		i.Actual = high
		b := score.Score(p, f).Rows[0].Exact.Rat()
		falls := i.Op.Reverse()
		if falls && i.Target.Sign() > 0 {
			for _, rule := range p.Rules {
				if rule.Measure == score.Ratio && rule.Ops[0] == score.AtMost && rule.Kind == f.Kind {
					falls = false
				}
			}
		}
		if !falls && a.Cmp(b) > 0 || falls && a.Cmp(b) < 0 {
			t.Fatalf("%s%s: %s gives %s, %s gives %s", i.Op.Sign(), i.Target, low, a.RatString(), high, b.RatString())
		}
	})
}

// An indicator that reached its target earns its whole weight under every policy of the program for scoring, and one that
// did not earns less, but where the bare limit of > and < is hit.
func TestWhatIsReachedEarnsAllAndWhatIsNotEarnsLess(t *testing.T) {
	list, err := score.Policies()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(list).Draw(t, "policy")
		f := anyForm(t, p)
		for n, r := range score.Score(p, f).Rows {
			i := &f.Indicators[n]
			if i.Op == score.Quality || p.Checking || i.Actual.Cmp(i.Target) == 0 && (i.Op == score.MoreThan || i.Op == score.LessThan) {
				continue
			}
			if all := r.Exact.Rat().Cmp(i.Weight.Rat()) == 0; all != r.Met {
				t.Fatalf("%s, actual %s: earns %s of %s, met %v", i.TargetText(), i.Actual, r.Exact, i.Weight, r.Met)
			}
		}
	})
}

// A policy for scoring never turns a ceiling round.
func TestPoliciesForScoringRewardSaving(t *testing.T) {
	list, err := score.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		f := &score.Form{Kind: score.Project, Indicators: []score.Indicator{{Op: score.AtMost, Target: score.Number(5), Weight: score.Number(20)}}}
		f.Indicators[0].Actual = score.Number(1)
		less := score.Score(p, f).Rows[0].Score
		f.Indicators[0].Actual = score.Number(4)
		more := score.Score(p, f).Rows[0].Score
		if p.Checking == (less.Cmp(more) >= 0) {
			t.Errorf("%s: using 1 of 5 earns %s, using 4 earns %s", p.ID, less, more)
		}
	}
}

func TestTheTotalIsTheSumOfItsRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		r := score.Score(p, anyForm(t, p))
		printed, unrounded := new(big.Rat), new(big.Rat)
		rows := r.Rows
		if x, ok := r.Execution(); ok {
			rows = append(rows, x)
		}
		for _, x := range rows {
			printed.Add(printed, x.Score.Rat())
			unrounded.Add(unrounded, x.Exact.Rat())
		}
		switch p.Rounding.Sum {
		case score.SumRounded:
			if r.Total.Rat().Cmp(printed) != 0 {
				t.Fatalf("total %s, printed rows add up to %s", r.Total, printed.FloatString(6))
			}
		default:
			if want := p.Rounding.Total.Round(unrounded, p.Rounding.TotalPlaces); r.Total.Cmp(want) != 0 {
				t.Fatalf("total %s, rows add up to %s", r.Total, unrounded.FloatString(8))
			}
		}
	})
}

// A form scored under a policy with another weight of the money is scaled so that its points add up to 100.
func TestATrialScalesThePointsToAHundred(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		f := anyForm(t, p)
		x := score.SideBySide(f, []*score.Policy{p})[0]
		sum := p.Execution.Weight.Rat()
		for _, i := range f.Indicators {
			sum.Add(sum, new(big.Rat).Mul(i.Weight.Rat(), x.Scale.Rat()))
		}
		if sum.Cmp(big.NewRat(100, 1)) != 0 {
			t.Fatalf("points add up to %s", sum.FloatString(4))
		}
		for _, fault := range x.Result.Faults {
			if fault.Code == "weights" {
				t.Fatal(fault.Text)
			}
		}
	})
}

func TestRoundingAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := big.NewRat(rapid.Int64Range(-1e9, 1e9).Draw(t, "n"), rapid.Int64Range(1, 1e6).Draw(t, "d"))
		places := rapid.IntRange(0, 4).Draw(t, "places")
		if got, want := score.HalfUp.Round(x, places).Rat(), x.FloatString(places); got.FloatString(places) != want && strings.Trim(want, "-0.") != "" {
			t.Fatalf("%s to %d places: %s, want %s", x, places, got.FloatString(places), want)
		}
		cut := score.Truncate.Round(x, places).Rat()
		if d := new(big.Rat).Sub(x, cut); cut.Abs(new(big.Rat).Set(cut)).Cmp(new(big.Rat).Abs(x)) > 0 || d.Abs(d).Cmp(pow10(-places)) >= 0 {
			t.Fatalf("%s cut to %d places: %s", x, places, cut.FloatString(places))
		}
	})
}

func pow10(n int) *big.Rat {
	out := big.NewRat(1, 1)
	for range -n {
		out.Quo(out, big.NewRat(10, 1))
	}
	return out
}
