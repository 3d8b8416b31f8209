package supervision

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
)

// SignalKind is a pattern that looks like gaming of the limits (hall reference §0.6).
type SignalKind string

// The kinds of signal.
const (
	LateProcedure SignalKind = "late_procedure" // a special procedure that starts just before the end, or after it
	SameReason    SignalKind = "same_reason"    // the same reason again and again
	FittingLength SignalKind = "fitting_length" // a special procedure exactly as long as the case would have been late
	Burst         SignalKind = "burst"          // many decisions at once on the day on which they fall due
	Backdated     SignalKind = "backdated"      // a day in the past was tried
	FromStart     SignalKind = "from_start"     // special procedures that begin with the case, again and again
	TooFast       SignalKind = "too_fast"       // cases with a promise that were decided within minutes: entered when they were done
)

// SignalKinds lists the kinds in the order of pages.
var SignalKinds = []SignalKind{LateProcedure, SameReason, FittingLength, FromStart, Burst, TooFast, Backdated}

var signalLabels = map[SignalKind]string{LateProcedure: "临期启动特别程序", SameReason: "理由雷同", FittingLength: "特别程序时长恰好抵消超期", Burst: "临期集中办结", Backdated: "倒填日期", FromStart: "特别程序与受理同日开始", TooFast: "受理后几分钟就决定"}

// Label is the kind's Chinese name.
func (k SignalKind) Label() string { return signalLabels[k] }

// Signal (异常信号) is one pattern that was found in a unit, with the cases behind it. It says nothing about guilt: somebody looks.
type Signal struct {
	Kind   SignalKind   `json:"kind"`
	Label  string       `json:"label"`
	UnitID string       `json:"unit_id"`
	Unit   string       `json:"unit_name"`
	Text   string       `json:"text"`
	Cases  []SignalCase `json:"cases"`
}

// SignalCase is a case behind a signal, with what makes it one.
type SignalCase struct {
	ID   casework.CaseID `json:"id"`
	No   string          `json:"no"`
	Item string          `json:"item_name"`
	At   clock.Instant   `json:"at"`
	Text string          `json:"text"`
}

// Traces (办理痕迹) is what signals are looked for in: the special procedures, extensions and refused attempts of a period, the
// cases decided in it, and the promise clocks of both.
type Traces struct {
	Calendar *calendar.Calendar
	Rules    *Rules
	Events   []casework.NotedEvent
	Decided  []casework.Case
	Promises map[casework.CaseID]calendar.DayClock
}

// Signals lists what looks like gaming. It is pure.
func (t *Traces) Signals() []Signal {
	return slices.Concat(t.lateProcedures(), t.sameReasons(), t.fittingLengths(), t.fromStarts(), t.bursts(), t.tooFast(), t.backdated())
}

// word reads a word of an event's data.
func word(e *casework.NotedEvent, key string) string {
	var all map[string]any
	if json.Unmarshal([]byte(e.Data), &all) != nil {
		return ""
	}
	s, _ := all[key].(string)
	return s
}

// group collects cases into one signal a unit, in the order in which units come.
func group(kind SignalKind, text func(n int) string) (add func(unit string, c SignalCase), list func() []Signal) {
	var out []Signal
	add = func(unit string, c SignalCase) {
		i := slices.IndexFunc(out, func(s Signal) bool { return s.UnitID == unit })
		if i < 0 {
			i = len(out)
			out = append(out, Signal{Kind: kind, Label: kind.Label(), UnitID: unit})
		}
		out[i].Cases = append(out[i].Cases, c)
	}
	list = func() []Signal {
		for i := range out {
			out[i].Text = text(len(out[i].Cases))
		}
		return out
	}
	return add, list
}

func ofEvent(e *casework.NotedEvent, text string) SignalCase {
	return SignalCase{ID: e.CaseID, No: e.No, Item: e.ItemName, At: e.At, Text: text}
}

// lateProcedures finds special procedures that start at most Near working days before the promise would have ended without
// them, or after that.
func (t *Traces) lateProcedures() []Signal {
	add, list := group(LateProcedure, func(n int) string {
		return itoa(n) + " 个特别程序在承诺到期前 " + itoa(t.Rules.Near) + " 个工作日以内或到期后启动。"
	})
	for i := range t.Events {
		e := &t.Events[i]
		start, err := clock.ParseDate(word(e, "start"))
		k, ok := t.Promises[e.CaseID]
		if e.Action != casework.ActSuspend || err != nil || !ok {
			continue
		}
		k.Suspensions = slices.DeleteFunc(slices.Clone(k.Suspensions), func(s calendar.Suspension) bool { return s.Start >= start })
		last := k.Due(t.Calendar, e.At.Date()).LastDay()
		left := int64(t.Calendar.WorkdaysBetween(start, last))
		switch {
		case start > last:
			add(e.OfUnit, ofEvent(e, "原定 "+last.String()+" 到期，"+start.String()+" 启动，已超期"))
		case left <= t.Rules.Near:
			add(e.OfUnit, ofEvent(e, "原定 "+last.String()+" 到期，"+start.String()+" 启动，剩 "+itoa(left)+" 个工作日"))
		}
	}
	return list()
}

// plain is a reason without what varies: digits, spaces, punctuation.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return r
	}, s)
}

// sameReasons finds reasons for special procedures and extensions that a unit gives in the same words again and again.
func (t *Traces) sameReasons() []Signal {
	type key struct{ unit, reason string }
	found := map[key][]SignalCase{}
	var order []key
	for i := range t.Events {
		e := &t.Events[i]
		k := key{e.OfUnit, plain(e.Text)}
		if e.Action != casework.ActSuspend && e.Action != casework.ActExtend || k.reason == "" {
			continue
		}
		if found[k] == nil {
			order = append(order, k)
		}
		found[k] = append(found[k], ofEvent(e, e.Action.Label()+"："+e.Text))
	}
	var out []Signal
	for _, k := range order {
		if n := len(found[k]); int64(n) >= t.Rules.Repeats {
			out = append(out, Signal{Kind: SameReason, Label: SameReason.Label(), UnitID: k.unit, Text: itoa(n) + " 次使用同样的理由。", Cases: found[k]})
		}
	}
	return out
}

// slack is how many days more than the overrun a special procedure may be and still be taken as made to fit it.
const slack = 3

// fittingLengths finds decisions that would have been late but for special procedures which took out just as many days.
func (t *Traces) fittingLengths() []Signal {
	add, list := group(FittingLength, func(n int) string { return itoa(n) + " 个办件的特别程序天数恰好抵消了超期天数。" })
	for i := range t.Decided {
		c := &t.Decided[i]
		k, ok := t.Promises[c.ID]
		if !ok || len(k.Suspensions) == 0 {
			continue
		}
		bare := k
		bare.Suspensions = nil
		last := bare.Due(t.Calendar, c.DecidedAt.Date()).LastDay()
		over, removed := t.Calendar.WorkdaysBetween(last, c.DecidedAt.Date()), len(k.Removed(t.Calendar, c.DecidedAt.Date()))
		if over > 0 && removed >= over && removed <= over+slack {
			add(c.UnitID, SignalCase{ID: c.ID, No: c.No, Item: c.ItemName, At: c.DecidedAt, Text: "不计特别程序超期 " + itoa(over) + " 个工作日，特别程序扣除 " + itoa(removed) + " 个工作日"})
		}
	}
	return list()
}

// bursts finds decisions of a unit on the very day on which they fall due, many within a few minutes.
func (t *Traces) bursts() []Signal {
	type key struct {
		unit string
		day  clock.Date
	}
	onDue := map[key][]*casework.Case{}
	var order []key
	for i := range t.Decided {
		c := &t.Decided[i]
		k := key{c.UnitID, c.DecidedAt.Date()}
		if c.PromiseDue == 0 || c.AcceptedAt.Date() == k.day || calendar.LastDay(c.PromiseDue) != k.day {
			continue
		}
		if onDue[k] == nil {
			order = append(order, k)
		}
		onDue[k] = append(onDue[k], c)
	}
	var out []Signal
	for _, k := range order {
		cases := densest(onDue[k], clock.Instant(t.Rules.Minutes*60_000))
		if int64(len(cases)) < t.Rules.Burst {
			continue
		}
		s := Signal{Kind: Burst, Label: Burst.Label(), UnitID: k.unit, Text: k.day.String() + " 到期的办件中有 " + itoa(len(cases)) + " 个在 " + itoa(t.Rules.Minutes) + " 分钟内集中决定。"}
		for _, c := range cases {
			s.Cases = append(s.Cases, SignalCase{ID: c.ID, No: c.No, Item: c.ItemName, At: c.DecidedAt, Text: "到期当天决定"})
		}
		out = append(out, s)
	}
	return out
}

// densest is the longest run of decisions, which are in the order of time, that lies within a span.
func densest(list []*casework.Case, span clock.Instant) []*casework.Case {
	var best []*casework.Case
	first := 0
	for i := range list {
		for list[i].DecidedAt-list[first].DecidedAt > span {
			first++
		}
		if i-first+1 > len(best) {
			best = list[first : i+1]
		}
	}
	return best
}

// backdated lists the attempts to enter a day in the past, which were refused and kept.
func (t *Traces) backdated() []Signal {
	add, list := group(Backdated, func(n int) string { return itoa(n) + " 次试图填写过去的日期，均已拒绝。" })
	for i := range t.Events {
		if e := &t.Events[i]; e.Action == casework.ActAttempt && word(e, "refusal") == "BACKDATED" {
			add(e.OfUnit, ofEvent(e, casework.Action(word(e, "action")).Label()+"，"+e.ActorName))
		}
	}
	return list()
}

// fromStarts finds units that let special procedures begin on the day of acceptance, or before, as often as a reason may repeat: a
// procedure that was made up afterwards has the start of its case.
func (t *Traces) fromStarts() []Signal {
	add, list := group(FromStart, func(n int) string { return itoa(n) + " 个特别程序从受理当天起算。" })
	for i := range t.Events {
		e := &t.Events[i]
		start, err := clock.ParseDate(word(e, "start"))
		if k, ok := t.Promises[e.CaseID]; e.Action == casework.ActSuspend && err == nil && ok && start <= k.Anchor {
			add(e.OfUnit, ofEvent(e, start.String()+" 受理并启动："+e.Text))
		}
	}
	return atLeast(list(), t.Rules.Repeats)
}

// tooFast finds units that decide cases with a promise within minutes of accepting them, as many as make a burst: such cases were
// handled elsewhere and entered when they were done (体外循环).
func (t *Traces) tooFast() []Signal {
	add, list := group(TooFast, func(n int) string {
		return itoa(n) + " 个承诺件受理后 " + itoa(t.Rules.Minutes) + " 分钟内就作出决定，可能是先办后录。"
	})
	for i := range t.Decided {
		c := &t.Decided[i]
		if took := c.DecidedAt - c.AcceptedAt; c.PromiseDue != 0 && calendar.LastDay(c.PromiseDue) > c.AcceptedAt.Date() && took >= 0 && took <= clock.Instant(t.Rules.Minutes*60_000) {
			add(c.UnitID, SignalCase{ID: c.ID, No: c.No, Item: c.ItemName, At: c.DecidedAt, Text: "受理后 " + itoa(int64(took)/60_000) + " 分钟决定"})
		}
	}
	return atLeast(list(), t.Rules.Burst)
}

// atLeast leaves out the signals with fewer cases.
func atLeast(list []Signal, n int64) []Signal {
	return slices.DeleteFunc(list, func(s Signal) bool { return int64(len(s.Cases)) < n })
}
