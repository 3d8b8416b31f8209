package score

import (
	"fmt"
	"math/big"

	"yichuang/internal/money"
)

// comparison collects the cells of one published form that differ from a result.
type comparison struct {
	f   *Form
	r   *Result
	out []Finding
}

// Compare gives one finding for every cell that a published form prints otherwise than the policy gives it: rates, scores,
// the total and the grade. Cells that a form leaves blank are not compared.
func Compare(f *Form, r *Result) []Finding {
	c := comparison{f: f, r: r}
	for n, x := range f.Funds {
		c.fund(x, r.Funds[n])
	}
	for n := range f.Indicators {
		c.indicator(&f.Indicators[n], r.Rows[n])
	}
	c.bottom()
	return c.out
}

func (c *comparison) add(rule string, s Severity, place, cell, stated, computed, format string, args ...any) {
	c.out = append(c.out, Finding{Rule: rule, Severity: s, Place: c.f.Place() + " " + place, Cell: cell, Stated: stated, Computed: computed,
		Message: c.f.Place() + " " + fmt.Sprintf(format, args...), Basis: basisRules})
}

// fund compares a row of the money with its rate and score before they were rounded, so that any number of printed decimals
// is judged by itself.
func (c *comparison) fund(x Fund, row Row) {
	rate := quotient(x.Actual, x.Full)
	rate.Mul(rate, big.NewRat(100, 1))
	c.money("RATE-ROUND", row.Name, "执行率", x.Stated.Completion, rate, row.Completion, x.slack())
	c.money("SCORE-ROUND", row.Name, "得分", x.Stated.Score, row.Exact.Rat(), row.Score, x.slack())
}

// slack is by which share a rate may be off because its amounts were read from print, in hundredths of 万元: half a
// hundredth of each; 0 where they are known to the 分.
func (x Fund) slack() *big.Rat {
	const printed = money.WanYuan / 100
	if x.Full <= 0 || x.Actual <= 0 || x.Full%printed != 0 || x.Actual%printed != 0 {
		return new(big.Rat)
	}
	sum := big.NewRat(int64(printed/2), int64(x.Full))
	return sum.Add(sum, big.NewRat(int64(printed/2), int64(x.Actual)))
}

func (c *comparison) money(rule, name, cell, stated string, exact *big.Rat, computed Decimal, slack *big.Rat) {
	printed, ok := PrintedNumber(stated)
	if !ok || printed.Cmp(computed) == 0 {
		return
	}
	differs, cut := gap(printed, exact)
	off := new(big.Rat).Mul(exact, slack)
	near := HalfUp.Round(new(big.Rat).Add(exact, off), printed.Places()).Cmp(printed) >= 0 && HalfUp.Round(new(big.Rat).Sub(exact, off), printed.Places()).Cmp(printed) <= 0
	switch {
	case !differs:
		return
	case cut:
		c.add(rule, Warn, name, cell, stated, computed.String(), "%s%s列示%s，应为%s（%s）：末位是去尾而不是四舍五入", name, cell, stated, computed, HalfUp.Round(exact, 4))
	case near:
		c.add(rule, Info, name, cell, stated, computed.String(), "%s%s列示%s，按列示的金额为%s：可由金额四舍五入到万元两位小数解释", name, cell, stated, computed)
	default:
		c.add(rule, Error, name, cell, stated, computed.String(), "%s%s列示%s，应为%s", name, cell, stated, computed)
	}
}

// indicator compares the rate of completion and the score of an indicator.
func (c *comparison) indicator(i *Indicator, row Row) {
	if row.Pending {
		return
	}
	if stated, ok := PrintedNumber(i.Stated.Completion); ok && !row.Completion.Blank() && stated.Cmp(row.Completion) != 0 {
		rule, s := "COMP-RATE", Error
		switch {
		case i.Op.Reverse() && row.Met && stated.Cmp(row.Completion) < 0:
			rule = "SCORE-REV"
		case stated.Cmp(Number(100)) > 0 && row.Completion.Cmp(Number(100)) == 0:
			rule, s = "SCORE-COMP-CAP", Warn
		case i.Op == Quality:
			rule, s = "QUAL-SCORE", Info
		}
		c.add(rule, s, i.Name, "完成率", i.Stated.Completion, row.Completion.String()+"%", "%s：指标值%s，实际完成值%s，完成率列示%s，应为%s%%", i.Name, i.TargetText(), i.ActualText(), i.Stated.Completion, row.Completion)
	}
	if stated, ok := PrintedNumber(i.Stated.Score); ok && stated.Cmp(row.Score) != 0 {
		rule := "SCORE-RATIO"
		switch {
		case i.Op == Quality:
			rule = "SCORE-QUAL"
		case i.Op.Reverse() && row.Met:
			rule = "SCORE-REV"
		case i.Op == Exactly:
			rule = "SCORE-EQ"
		case row.Met:
			rule = "SCORE-GE"
		}
		c.add(rule, Error, i.Name, "得分", i.Stated.Score, row.Score.String(), "%s：指标值%s，实际完成值%s，列示%s分，应为%s分（%s）", i.Name, i.TargetText(), i.ActualText(), i.Stated.Score, row.Score, row.Rule)
	}
}

// ActualText is the actual value with its unit, or the band of a qualitative indicator.
func (i *Indicator) ActualText() string {
	if i.Op == Quality {
		return i.Band
	}
	return i.Actual.String() + i.Unit
}

// bottom compares the total and the grade.
func (c *comparison) bottom() {
	if stated, ok := PrintedNumber(c.f.Total); ok && stated.Cmp(c.r.Total) != 0 {
		c.add("SCORE-TOTAL", Error, "总分", "总分", c.f.Total, c.r.Total.String(), "总分列示%s，按评分办法应为%s", c.f.Total, c.r.Total)
	}
	if c.f.Grade != "" && c.r.Grade != "" && []rune(c.f.Grade)[0] != []rune(c.r.Grade)[0] {
		c.add("SCORE-GRADE", Error, "等级", "等级", c.f.Grade, c.r.Grade, "等级列示%s，按评分办法应为%s", c.f.Grade, c.r.Grade)
	}
}
