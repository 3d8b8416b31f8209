package supervision_test

import (
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/supervision"
)

func at(s string) clock.Instant { return clock.MustInstant("2025-09-" + s) }

// closed is the file of a case in which everything is as it must be.
func closed(change func(*supervision.Facts)) *supervision.Facts {
	c := &casework.Case{No: "B1", ReceivedAt: at("01 09:00"), AcceptedAt: at("01 10:00"), DecidedAt: at("03 09:00"), IssuedAt: at("03 10:00"), DeliveredAt: at("03 11:00"), ClosedAt: at("03 11:00"), Decision: casework.Granted}
	f := &supervision.Facts{Case: c, Event: &casework.Event{Action: casework.ActClose, At: at("03 11:00")}, Vouchers: []casework.VoucherKind{casework.VoucherAccepted, casework.VoucherGranted},
		Events:    []casework.Event{{Action: casework.ActReceive, At: at("01 09:00")}, {Action: casework.ActReview, At: at("02 09:00"), Text: "符合条件"}, {Action: casework.ActGrant, At: at("03 09:00"), Text: "同意"}},
		Materials: []casework.CaseMaterial{{Name: "申请书", State: casework.MaterialHad}}}
	if change != nil {
		change(f)
	}
	return f
}

// event is something that happens to a case that is not closed.
func event(a casework.Action, data string, change func(*supervision.Facts)) *supervision.Facts {
	return closed(func(f *supervision.Facts) {
		f.Event.Action, f.Event.Data = a, data
		f.Case.AcceptedAt = 0
		if change != nil {
			change(f)
		}
	})
}

func TestEachRuleOverItsFacts(t *testing.T) {
	fee := func(paid, charge int64, fixed bool, state casework.FeeState) *supervision.Facts {
		return event(casework.ActFee, "", func(f *supervision.Facts) {
			f.Case.FeePaid, f.Charge, f.Fixed, f.Case.Fee = money.Fen(paid), charge, fixed, state
		})
	}
	for name, c := range map[string]struct {
		facts *supervision.Facts
		want  string // codes
		say   string
	}{
		"everything there": {closed(nil), "", ""},
		"no step":          {closed(func(f *supervision.Facts) { f.Events = f.Events[:1] }), "P06 C04", "没有审查或决定环节"},
		"close before the decision": {closed(func(f *supervision.Facts) {
			f.Case.ClosedAt = at("02 09:00")
			f.Case.DeliveredAt, f.Case.IssuedAt = 0, 0
		}), "P07", "办结早于决定"},
		"accepted before received":    {closed(func(f *supervision.Facts) { f.Case.AcceptedAt = at("01 08:00") }), "P07", "受理早于接件"},
		"an event before the receipt": {closed(func(f *supervision.Facts) { f.Events[1].At = at("01 08:59") }), "P07", "“审查”不在接件和办结之间"},
		"no notice of acceptance":     {closed(func(f *supervision.Facts) { f.Vouchers = f.Vouchers[1:] }), "C02", "没有受理通知书"},
		"no paper of the decision":    {closed(func(f *supervision.Facts) { f.Vouchers = f.Vouchers[:1] }), "C03", "没有准予决定书"},
		"a denial has its own paper":  {closed(func(f *supervision.Facts) { f.Case.Decision = casework.Denied }), "C03", "没有不予决定书"},
		"no opinion":                  {closed(func(f *supervision.Facts) { f.Events[1].Text, f.Events[2].Text = " ", "" }), "C04", "没有审查或决定意见"},
		"a material still owed":       {closed(func(f *supervision.Facts) { f.Materials[0].State = casework.MaterialPromised }), "C01", "申请书"},
		"told twice":                  {event(casework.ActNotify, "", func(f *supervision.Facts) { f.Case.Notices = 2 }), "P02", "第 2 次"},
		"told once":                   {event(casework.ActNotify, "", func(f *supervision.Facts) { f.Case.Notices = 1 }), "", ""},
		"told after acceptance":       {event(casework.ActNotify, "", func(f *supervision.Facts) { f.Case.Notices, f.Case.AcceptedAt = 1, at("01 10:00") }), "P03", "受理后补正"},
		"deemed accepted":             {event(casework.ActDeem, "", nil), "P01", "视为受理"},
		"refused":                     {event(casework.ActRefuse, "", func(f *supervision.Facts) { f.Case.Ground = casework.NotEligible }), "P04", "依法不得提出"},
		"back-dated":                  {event(casework.ActAttempt, `{"action":"ask_suspend","refusal":"BACKDATED"}`, nil), "P05", "早于提请之日"},
		"without authority":           {event(casework.ActAttempt, `{"action":"grant","refusal":"AUTH_EXPIRED"}`, nil), "R01", "试图准予"},
		"another refusal":             {event(casework.ActAttempt, `{"action":"grant","refusal":"SAME_SIGNER"}`, nil), "", ""},
		"a false declaration":         {event(casework.ActCheck, `{"holds":false}`, nil), "R02", "不实"},
		"a true declaration":          {event(casework.ActCheck, `{"holds":true}`, nil), "", ""},
		"five percent too much":       {fee(10500, 10000, true, casework.FeePaid), "", ""},
		"more than five percent":      {fee(10501, 10000, true, casework.FeePaid), "F01", "105.01 元"},
		"five percent too little":     {fee(9500, 10000, true, casework.FeePaid), "", ""},
		"less by more than that":      {fee(9499, 10000, true, casework.FeePaid), "F01", "偏离超过 5%"},
		"no fixed charge":             {fee(20000, 10000, false, casework.FeePaid), "", ""},
		"waived":                      {fee(0, 10000, true, casework.FeeWaived), "", ""},
		"nothing about an inspection": {event(casework.ActInspect, "", nil), "", ""},
	} {
		rules := supervision.ReadyRules()
		var codes []string
		text := ""
		for _, x := range rules.Evaluate(c.facts) {
			codes, text = append(codes, x.Rule.Code), text+x.Text
		}
		if strings.Join(codes, " ") != c.want || !strings.Contains(text, c.say) {
			t.Errorf("%s: %v %q, want %s", name, codes, text, c.want)
		}
	}
}

func TestARuleThatIsOffSaysNothing(t *testing.T) {
	rules := supervision.ReadyRules()
	for i := range rules.Rules {
		rules.Rules[i].Off = true
	}
	if got := rules.Evaluate(event(casework.ActDeem, "", nil)); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestRuleSetsAreCheckedAsAWhole(t *testing.T) {
	if r := supervision.ReadyRules(); r.Validate() != nil {
		t.Fatal(r.Validate())
	}
	for name, change := range map[string]func(r *supervision.Rules){
		"no rules":          func(r *supervision.Rules) { r.Rules = nil },
		"a code twice":      func(r *supervision.Rules) { r.Rules[1].Code = "T01" },
		"red before yellow": func(r *supervision.Rules) { r.Rules[2].N = 1 },
		"unknown check":     func(r *supervision.Rules) { r.Rules[3].Check = "guess" },
		"unknown level":     func(r *supervision.Rules) { r.Rules[3].Level = "pink" },
		"unknown type":      func(r *supervision.Rules) { r.Rules[3].Type = "天气" },
		"same test twice":   func(r *supervision.Rules) { r.Rules[2].Level = supervision.Yellow },
		"over by nothing":   func(r *supervision.Rules) { r.Rules[1].N = 0 },
		"no answer days":    func(r *supervision.Rules) { r.AnswerDays = 0 },
		"no name":           func(r *supervision.Rules) { r.Rules[0].Name = "" },
	} {
		r := supervision.ReadyRules()
		change(&r)
		if r.Validate() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestGradesOfAUnit(t *testing.T) {
	card := func(l supervision.Level, s supervision.State) supervision.Alert {
		return supervision.Alert{Level: l, State: s, Open: s.Open()}
	}
	many := func(n int, a supervision.Alert) (out []supervision.Alert) {
		for range n {
			out = append(out, a)
		}
		return out
	}
	y, r := card(supervision.Yellow, supervision.Settled), card(supervision.Red, supervision.Served)
	owed := y
	owed.AnswerDue, owed.AnsweredAt = at("05 00:00"), at("06 00:00")
	for name, c := range map[string]struct {
		tally supervision.Tally
		grade string
		cards metric.Ratio
	}{
		"nothing at all":          {supervision.Tally{}, "—", metric.Ratio{}},
		"clean":                   {supervision.Tally{Ended: 98}, "优秀", metric.Ratio{Den: 98}},
		"one in a hundred":        {supervision.Tally{Ended: 100, Alerts: many(1, y)}, "优秀", metric.Ratio{Num: 1, Den: 100}},
		"more than one":           {supervision.Tally{Ended: 99, Alerts: many(1, y)}, "良好", metric.Ratio{Num: 1, Den: 99}},
		"a red card":              {supervision.Tally{Ended: 100, Alerts: many(1, r)}, "合格", metric.Ratio{Num: 1, Den: 100}},
		"three red cards":         {supervision.Tally{Ended: 1000, Alerts: many(3, r)}, "不合格", metric.Ratio{Num: 3, Den: 1000}},
		"lifted and superseded":   {supervision.Tally{Ended: 10, Alerts: []supervision.Alert{card(supervision.Red, supervision.Lifted), card(supervision.Yellow, supervision.Superseded)}}, "优秀", metric.Ratio{Den: 10}},
		"reminders do not count":  {supervision.Tally{Ended: 10, Alerts: many(5, card(supervision.Remind, supervision.Raised))}, "优秀", metric.Ratio{Den: 10}},
		"answered late":           {supervision.Tally{Ended: 1000, Alerts: many(1, owed)}, "合格", metric.Ratio{Num: 1, Den: 1000}},
		"a card and nothing done": {supervision.Tally{Alerts: many(1, y)}, "不合格", metric.Ratio{Num: 1}},
	} {
		rules := supervision.ReadyRules()
		got := rules.Grade(c.tally, at("10 09:00"))
		if got.Grade != c.grade || got.Cards != c.cards {
			t.Errorf("%s: %s, %+v", name, got.Grade, got.Cards)
		}
	}
}
