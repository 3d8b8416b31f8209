package score

import (
	"math/big"
	"strings"
)

// Severity is how grave a finding is.
type Severity string

// The severities.
const (
	Error Severity = "error"
	Warn  Severity = "warn"
	Info  Severity = "info"
)

// Label is the severity's Chinese name.
func (s Severity) Label() string {
	return map[Severity]string{Error: "错误", Warn: "警告", Info: "提示"}[s]
}

// Finding (评分发现) is a published cell that differs from what the policy gives, or something around the forms that does
// not hold together.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Place    string   `json:"place"` // 附件4-1 成本超支率
	Cell     string   `json:"cell"`  // 完成率, 得分, 执行率, 总分, 等级
	Stated   string   `json:"stated"`
	Computed string   `json:"computed"`
	Message  string   `json:"message"`
	Basis    string   `json:"basis,omitempty"`
}

// Law behind the findings.
const (
	basisRules  = "财预〔2020〕10号"
	basisBudget = "预算法75"
)

// PrintedNumber reads a number as forms print it, with or without the sign of percent; false for what is none.
func PrintedNumber(s string) (Decimal, bool) {
	for _, sign := range []string{"%", "％", "分", "万元"} {
		if cut, ok := strings.CutSuffix(strings.TrimSpace(s), sign); ok {
			s = cut
			break
		}
	}
	d, err := ParseDecimal(s)
	return d, err == nil && !d.Blank()
}

// gap is how far a printed number is from the computed one, and whether cutting its digits off explains it.
func gap(stated Decimal, exact *big.Rat) (differs, cut bool) {
	if HalfUp.Round(exact, stated.Places()).Cmp(stated) == 0 {
		return false, false
	}
	return true, Truncate.Round(exact, stated.Places()).Cmp(stated) == 0
}
