package score

import (
	"math/big"
)

// Exact is an exact fraction, such as 1/3. In JSON it is text.
type Exact struct{ rat *big.Rat }

func exact(x *big.Rat) Exact { return Exact{new(big.Rat).Set(x)} }

// Rat is the value; the zero value is 0.
func (e Exact) Rat() *big.Rat {
	if e.rat == nil {
		return new(big.Rat)
	}
	return new(big.Rat).Set(e.rat)
}

// String writes the fraction: 47084/5000 in lowest terms, whole numbers without a denominator.
func (e Exact) String() string { return e.Rat().RatString() }

// MarshalText writes the fraction.
func (e Exact) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (e *Exact) UnmarshalText(b []byte) error {
	r, ok := new(big.Rat).SetString(string(b))
	if !ok {
		return errDecimal
	}
	e.rat = r
	return nil
}

// Row (得分行) is the score of one row of a form: of its money or of an indicator.
type Row struct {
	Name   string  `json:"name"`
	Weight Decimal `json:"weight,omitzero"` // blank for a row of money that does not count
	// Completion is the rate of completion (完成率, of money 执行率) in percent as it is printed; blank where there is none.
	Completion Decimal `json:"completion,omitzero"`
	Score      Decimal `json:"score,omitzero"` // as it is printed
	Exact      Exact   `json:"exact"`          // the score before rounding
	Met        bool    `json:"met"`            // the target was reached
	Pending    bool    `json:"pending,omitempty"`
	// Want says why a reason must be written (未完成, 偏离); "" where none is wanted.
	Want   string `json:"want,omitempty"`
	Reason string `json:"reason,omitempty"` // that was written
	Band   string `json:"band,omitempty"`   // of a qualitative indicator, as forms print it
	Rule   string `json:"rule"`             // how the score came about, in Chinese
}

// Result (评分结果) is what a policy gives a form.
type Result struct {
	Policy  string  `json:"policy"`  // id
	Version int     `json:"version"` // of the policy
	Method  string  `json:"method"`  // name of the policy
	Hash    string  `json:"hash"`    // of the policy's text, SM3
	Form    string  `json:"form"`    // name
	Kind    Kind    `json:"kind"`
	Funds   []Row   `json:"funds"` // in the order of the form's
	Rows    []Row   `json:"rows"`  // in the order of the form's indicators
	Total   Decimal `json:"total"`
	Exact   Exact   `json:"exact"`
	Grade   string  `json:"grade,omitempty"` // "" where the policy gives none
	Warning Warning `json:"warning,omitempty"`
	// Faults are what is wrong with the form under this policy: weights that do not add up, values that are missing.
	Faults []Fault `json:"faults,omitempty"`
}

// Complete reports whether every row could be scored and nothing is wrong with the form.
func (r *Result) Complete() bool { return len(r.Faults) == 0 }

// Execution is the row of the money that counts; false where the form has none.
func (r *Result) Execution() (Row, bool) {
	for _, x := range r.Funds {
		if !x.Weight.Blank() {
			return x, true
		}
	}
	return Row{}, false
}

// Unmet lists the rows that did not reach what was planned, money first.
func (r *Result) Unmet() []Row {
	var out []Row
	if x, ok := r.Execution(); ok && !x.Met {
		out = append(out, x)
	}
	for _, x := range r.Rows {
		if !x.Met {
			out = append(out, x)
		}
	}
	return out
}

// Wanted lists the rows whose reason must be written and is not.
func (r *Result) Wanted() []Row {
	var out []Row
	for _, list := range [][]Row{r.Funds, r.Rows} {
		for _, x := range list {
			if x.Want != "" && x.Reason == "" {
				out = append(out, x)
			}
		}
	}
	return out
}

// Fault is one thing that is wrong with a form; Row is the indicator's place in it, -1 for the form as a whole.
type Fault struct {
	Code string `json:"code"`
	Row  int    `json:"row"`
	Text string `json:"text"`
}

// Warning (预警) is the light of a form.
type Warning string

// The lights; "" is none.
const (
	Red    Warning = "red"
	Yellow Warning = "yellow"
)

// Label is the light's Chinese name, 正常 for none.
func (w Warning) Label() string {
	return map[Warning]string{"": "正常", Red: "红灯", Yellow: "黄灯"}[w]
}
