package check

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"

	"yichuang/internal/finance/disclosed"
)

// Outcome is what became of one application of a rule.
type Outcome string

// The outcomes.
const (
	Pass          Outcome = "pass"
	Rounding      Outcome = "rounding"
	Fail          Outcome = "fail"
	NotApplicable Outcome = "not_applicable"
	NotEvaluated  Outcome = "not_evaluated"
)

// tolerance says when two figures agree.
type tolerance struct {
	kind string // exact, cent, envelope, interval, printed, within
	n    int    // decimals of an interval
	by   int64  // of within, in millionths
	// suspect is how much of the computed interval must be able to round to the stated figure, in hundredths, before
	// rounding is a likelier story than cutting off.
	suspect int64
}

var toleranceWords = regexp.MustCompile(`^(exact|cent|envelope|printed|interval\((\d)\)|\d+(?:\.\d+)?)$`)

func parseTolerance(s string) (tolerance, error) {
	if s == "" {
		return tolerance{kind: "exact"}, nil
	}
	m := toleranceWords.FindStringSubmatch(s)
	if m == nil {
		return tolerance{}, fmt.Errorf("容差 %q 不认识，可用 exact、cent、envelope、printed、interval(n) 或一个数", s)
	}
	if m[2] != "" {
		n, err := strconv.Atoi(m[2])
		return tolerance{kind: "interval", n: n}, err
	}
	if v, ok := disclosed.ParseNumber(s); ok {
		return tolerance{kind: "within", by: v.Micro}, nil
	}
	return tolerance{kind: s}, nil
}

// verdict is a comparison of a stated with a computed figure.
type verdict struct {
	outcome  Outcome
	reason   string
	envelope int64 // how much rounding can explain
	cut      bool  // only cutting off the decimals explains the stated figure
}

// compare judges a stated figure against the computed one.
func (t tolerance) compare(stated, computed Num) verdict {
	switch {
	case stated.Missing != "" || computed.Missing != "":
		return verdict{outcome: NotEvaluated, reason: cmp.Or(stated.Missing, computed.Missing)}
	case stated.Empty != "" || computed.Empty != "":
		return verdict{outcome: NotApplicable, reason: stated.Empty + computed.Empty}
	case stated.Blank && computed.Blank:
		return verdict{outcome: NotApplicable, reason: "两边都是空白"}
	}
	diff := stated.V - computed.V
	if diff < 0 {
		diff = -diff
	}
	switch t.kind {
	case "interval":
		return t.interval(stated, computed)
	case "printed":
		places := min(stated.Places, computed.Places)
		if env := (computed.Hi - computed.Lo) / 2; env > stepOf(places)/2 && diff <= env { // added up of rounded parts
			return graded(diff, env)
		}
		return either(roundTo(stated.V, places) == roundTo(computed.V, places), 0)
	case "cent":
		return graded(diff, one/100)
	case "within":
		return graded(diff, t.by)
	case "envelope":
		return graded(diff, (stated.Hi-stated.Lo+computed.Hi-computed.Lo)/2)
	}
	return either(diff == 0, 0)
}

func either(ok bool, env int64) verdict {
	if ok {
		return verdict{outcome: Pass, envelope: env}
	}
	return verdict{outcome: Fail, envelope: env}
}

func graded(diff, env int64) verdict {
	switch {
	case diff == 0:
		return verdict{outcome: Pass, envelope: env}
	case diff <= env:
		return verdict{outcome: Rounding, envelope: env}
	}
	return verdict{outcome: Fail, envelope: env}
}

// interval compares a rate: equal after rounding; else explained by the rounding of its operands; else by cutting off.
func (t tolerance) interval(stated, computed Num) verdict {
	n := min(t.n, stated.Places)
	half := stepOf(n) / 2
	env := max(computed.Hi-computed.V, computed.V-computed.Lo) + half
	lo, hi := max(computed.Lo, stated.V-half), min(computed.Hi, stated.V+half)
	cut := truncTo(computed.V, n) == stated.V
	switch {
	case roundTo(computed.V, n) == stated.V:
		return verdict{outcome: Pass, envelope: env}
	case lo <= hi && !(cut && (hi-lo)*100 < (computed.Hi-computed.Lo)*t.suspect):
		return verdict{outcome: Rounding, envelope: env}
	case cut || truncTo(computed.Lo, n) <= stated.V && stated.V <= truncTo(computed.Hi, n) && lo > hi && computed.V > 0 && computed.Hi-computed.Lo < stepOf(n)*2:
		return verdict{outcome: Fail, envelope: env, cut: true}
	}
	return verdict{outcome: Fail, envelope: env}
}
