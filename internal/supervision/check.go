package supervision

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
)

// Facts (办理事实) is what the rules look at when something happens to a case: the event, and for an event that ends the case
// its whole file.
type Facts struct {
	Case      *casework.Case
	Event     *casework.Event
	Events    []casework.Event // all of them, of a case that is closed
	Vouchers  []casework.VoucherKind
	Materials []casework.CaseMaterial
	Charge    int64 // 分
	Fixed     bool  // the charge is a fixed amount
}

// Finding (监察发现) is one rule that holds of the facts, with what it says.
type Finding struct {
	Rule Rule
	Text string
}

// speaks lists the checks that an action of a case can set off, so that the others need no rules.
func speaks(a casework.Action) []Check {
	switch a {
	case casework.ActDeem:
		return []Check{CheckDeemed}
	case casework.ActNotify:
		return []Check{CheckNotices, CheckLateNotice}
	case casework.ActRefuse, casework.ActRedirect:
		return []Check{CheckRefused}
	case casework.ActAttempt:
		return []Check{CheckBackdated, CheckUnauthorized}
	case casework.ActCheck:
		return []Check{CheckPledge}
	case casework.ActReassign:
		return []Check{CheckPool}
	case casework.ActFee:
		return []Check{CheckFee}
	case casework.ActClose:
		return []Check{CheckNoStep, CheckOrder, CheckNoVoucher, CheckNoDecision, CheckNoSummary, CheckNoMaterial}
	}
	return nil
}

// Evaluate lists which rules hold of the facts. It is pure.
func (r *Rules) Evaluate(f *Facts) []Finding {
	var out []Finding
	for _, check := range speaks(f.Event.Action) {
		rule, ok := r.Find(check)
		if !ok {
			continue
		}
		if text := checks[check](f, rule); text != "" {
			out = append(out, Finding{rule, text})
		}
	}
	return out
}

// checks are the tests; each gives what is to be said, or "" where the rule does not hold.
var checks = map[Check]func(f *Facts, r Rule) string{
	CheckDeemed: func(f *Facts, _ Rule) string {
		return fmt.Sprintf("办件 %s 在法定期限内既未告知补正也未受理，视为受理。", f.Case.No)
	},
	CheckNotices: func(f *Facts, r Rule) string {
		if f.Case.AcceptedAt != 0 || f.Case.Notices < r.N {
			return ""
		}
		return fmt.Sprintf("办件 %s 第 %d 次补正告知。", f.Case.No, f.Case.Notices)
	},
	CheckLateNotice: func(f *Facts, _ Rule) string {
		if f.Case.AcceptedAt == 0 {
			return ""
		}
		return fmt.Sprintf("办件 %s 受理后补正。", f.Case.No)
	},
	CheckRefused: func(f *Facts, _ Rule) string {
		return fmt.Sprintf("办件 %s 不予受理：%s。", f.Case.No, casework.GroundLabel(f.Case.Ground))
	},
	CheckBackdated: func(f *Facts, _ Rule) string {
		if f.data("refusal") != "BACKDATED" {
			return ""
		}
		return fmt.Sprintf("办件 %s 提请的特别程序开始日期早于提请之日，已拒绝。", f.Case.No)
	},
	CheckUnauthorized: func(f *Facts, _ Rule) string {
		if !slices.Contains([]string{"AUTH_EXPIRED", "AUTH_SCOPE", "NO_DELEGATION"}, f.data("refusal")) {
			return ""
		}
		return fmt.Sprintf("办件 %s 有人在没有有效授权时试图%s，已拒绝。", f.Case.No, casework.Action(f.data("action")).Label())
	},
	CheckPledge: func(f *Facts, _ Rule) string {
		if f.data("holds") != "false" {
			return ""
		}
		return fmt.Sprintf("办件 %s 的告知承诺经核查不实。", f.Case.No)
	},
	CheckPool: func(f *Facts, _ Rule) string {
		if f.data("empty_pool") != "true" {
			return ""
		}
		return fmt.Sprintf("办件 %s 的经办人调离，本部门没有人可以承接。", f.Case.No)
	},
	CheckFee:        feeOff,
	CheckNoStep:     noStep,
	CheckOrder:      outOfOrder,
	CheckNoVoucher:  func(f *Facts, _ Rule) string { return f.lacks(casework.VoucherAccepted) },
	CheckNoDecision: noDecision,
	CheckNoSummary:  noSummary,
	CheckNoMaterial: noMaterial,
}

// data reads a word of the event's data.
func (f *Facts) data(key string) string {
	var all map[string]any
	if f.Event.Data == "" || json.Unmarshal([]byte(f.Event.Data), &all) != nil || all[key] == nil {
		return ""
	}
	return fmt.Sprint(all[key])
}

// feeOff compares what was paid with the charge, both ways, exactly.
func feeOff(f *Facts, r Rule) string {
	paid := int64(f.Case.FeePaid)
	if !f.Fixed || paid == 0 || f.Case.Fee != casework.FeePaid {
		return ""
	}
	off := paid - f.Charge
	if off < 0 {
		off = -off
	}
	if off*100 <= r.N*f.Charge {
		return ""
	}
	return fmt.Sprintf("办件 %s 实收 %d.%02d 元，收费标准 %d.%02d 元，偏离超过 %d%%。", f.Case.No, paid/100, paid%100, f.Charge/100, f.Charge%100, r.N)
}

// has reports whether one of the actions is among the case's events.
func (f *Facts) has(actions ...casework.Action) bool {
	return slices.ContainsFunc(f.Events, func(e casework.Event) bool { return slices.Contains(actions, e.Action) })
}

func noStep(f *Facts, _ Rule) string {
	if f.has(casework.ActReview, casework.ActGrant, casework.ActDeny) {
		return ""
	}
	return fmt.Sprintf("办件 %s 没有审查或决定环节就办结。", f.Case.No)
}

// outOfOrder looks for a milestone of the case that lies before the one that must come first, and for an event that lies
// before the receipt or after the close.
func outOfOrder(f *Facts, _ Rule) string {
	c := f.Case
	order := []struct {
		name string
		at   clock.Instant
	}{{"接件", c.ReceivedAt}, {"受理", c.AcceptedAt}, {"决定", c.DecidedAt}, {"制证", c.IssuedAt}, {"送达", c.DeliveredAt}, {"办结", c.ClosedAt}}
	last := order[0]
	for _, x := range order[1:] {
		if x.at == 0 {
			continue
		}
		if x.at < last.at {
			return fmt.Sprintf("办件 %s 的%s早于%s。", c.No, x.name, last.name)
		}
		last = x
	}
	for _, e := range f.Events {
		if e.At < c.ReceivedAt || c.ClosedAt != 0 && e.At > c.ClosedAt {
			return fmt.Sprintf("办件 %s 的“%s”不在接件和办结之间。", c.No, e.Action.Label())
		}
	}
	return ""
}

func (f *Facts) lacks(kind casework.VoucherKind) string {
	if slices.Contains(f.Vouchers, kind) {
		return ""
	}
	return fmt.Sprintf("办件 %s 办结时没有%s。", f.Case.No, kind.Title())
}

func noDecision(f *Facts, _ Rule) string {
	if f.Case.Decision == casework.Denied {
		return f.lacks(casework.VoucherDenied)
	}
	return f.lacks(casework.VoucherGranted)
}

// noSummary looks for the opinion of the examination or, where there was none, of the decision.
func noSummary(f *Facts, _ Rule) string {
	for _, e := range f.Events {
		if (e.Action == casework.ActReview || e.Action == casework.ActGrant || e.Action == casework.ActDeny) && strings.TrimSpace(e.Text) != "" {
			return ""
		}
	}
	return fmt.Sprintf("办件 %s 没有审查或决定意见。", f.Case.No)
}

func noMaterial(f *Facts, _ Rule) string {
	var missing []string
	for _, x := range f.Materials {
		if x.State == casework.MaterialMissing || x.State == casework.MaterialPromised {
			missing = append(missing, x.Name)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("办件 %s 办结时仍缺材料：%s。", f.Case.No, strings.Join(missing, "、"))
}
