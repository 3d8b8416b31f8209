package figure_test

import (
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

// sides are the three parts of a measure.
type sides struct{ num, den, out int64 }

// ledger counts every measure from lives, ticket by ticket, in a way that shares nothing with the engine.
type ledger struct {
	month metric.Period
	now   clock.Instant
	unit  string // "" for all
	n     map[figure.Measure]*sides
}

func (b *ledger) at(m figure.Measure) *sides {
	if b.n[m] == nil {
		b.n[m] = &sides{}
	}
	return b.n[m]
}

// rate counts a record of a rate: good ones on both sides.
func (b *ledger) rate(m figure.Measure, unit string, good bool) {
	if b.unit != "" && unit != b.unit {
		return
	}
	b.at(m).den++
	if good {
		b.at(m).num++
	}
}

func (b *ledger) num(m figure.Measure, unit string, n int64) {
	if b.unit == "" || unit == b.unit {
		b.at(m).num += n
	}
}

func (b *ledger) out(m figure.Measure, unit string) {
	if b.unit == "" || unit == b.unit {
		b.at(m).out++
	}
}

func (b *ledger) in(i clock.Instant) bool { return i != 0 && b.month.Contains(i) }

// passed is in the month and before now.
func (b *ledger) passed(i clock.Instant) bool { return b.in(i) && i < b.now }

func ledgerOf(lives []hotline.Life, month metric.Period, now clock.Instant, unit string) map[figure.Measure]*sides {
	b := &ledger{month, now, unit, map[figure.Measure]*sides{}}
	for i := range lives {
		b.ticket(&lives[i], lives)
		b.calls(&lives[i])
		for k := range lives[i].Legs {
			b.leg(&lives[i], &lives[i].Legs[k])
		}
		b.reworks(&lives[i])
		for _, a := range lives[i].Returns {
			if b.in(a.AskedAt) {
				b.num(figure.MeasureReturned, a.UnitID, 1)
				if a.State == hotline.AskGranted || a.State == hotline.AskDenied {
					b.rate(figure.MeasureUnfounded, a.UnitID, a.State == hotline.AskDenied)
				} else {
					b.out(figure.MeasureUnfounded, a.UnitID)
				}
			}
		}
	}
	return b.n
}

func (b *ledger) ticket(l *hotline.Life, all []hotline.Life) {
	ended := l.ClosedAt != 0 && l.CloseKind == ""
	if b.in(l.CreatedAt) {
		b.num(figure.MeasureReceived, l.UnitID, 1)
	}
	if l.CloseKind != "" && b.in(l.ClosedAt) {
		b.num(figure.MeasureClosed, l.UnitID, 1)
		switch l.CloseKind {
		case hotline.CloseDirect, hotline.CloseImported, hotline.CloseNoCallback:
			b.out(figure.MeasureAttempted, l.UnitID)
			b.out(figure.MeasureReached, l.UnitID)
		case hotline.CloseUnsampled:
			b.rate(figure.MeasureAttempted, l.UnitID, false)
			b.out(figure.MeasureReached, l.UnitID)
		default:
			b.rate(figure.MeasureAttempted, l.UnitID, true)
			b.rate(figure.MeasureReached, l.UnitID, l.CloseKind != hotline.CloseUnreachable)
		}
	}
	if !b.in(l.AcceptedAt) {
		return
	}
	b.num(figure.MeasureAccepted, l.UnitID, 1)
	b.rate(figure.MeasureDirect, l.UnitID, l.CloseKind == hotline.CloseDirect)
	b.rate(figure.MeasureRepeated, l.UnitID, repeats(l, all))
	if ended {
		b.out(figure.MeasureFinished, l.UnitID)
		b.out(figure.MeasureAll, l.UnitID)
		b.out(figure.MeasureFallenDue, l.UnitID)
		return
	}
	b.rate(figure.MeasureAll, l.UnitID, l.CloseKind != "")
	if l.CloseKind == hotline.CloseDirect {
		return
	}
	b.rate(figure.MeasureFinished, l.UnitID, l.CloseKind != "")
	if l.CloseKind != "" || l.Due != 0 && l.Due < b.now {
		b.rate(figure.MeasureFallenDue, l.UnitID, l.CloseKind != "")
	}
}

func repeats(l *hotline.Life, all []hotline.Life) bool {
	if l.MergedInto != "" {
		return true
	}
	for i := range all {
		e := &all[i]
		if e.ID < l.ID && e.CallerID == l.CallerID && l.CallerID != "" && e.Category == l.Category && l.Category != "" && l.CreatedAt-e.CreatedAt <= 30*24*3600*1000 {
			return true
		}
	}
	return false
}

func (b *ledger) leg(life *hotline.Life, l *hotline.Leg) {
	lead, void := l.Role == hotline.Lead, l.Outcome == hotline.NotApplicable
	if b.in(l.DispatchedAt) {
		b.num(figure.MeasureSent, l.UnitID, 1)
		if l.Role != hotline.Child {
			b.rate(figure.MeasureWellSent, l.UnitID, !l.Misdispatch)
			if b.unit == "" || b.unit == l.UnitID {
				b.at(figure.MeasureReturned).den++
			}
		}
	}
	if lead && b.passed(l.SignDue) {
		switch {
		case void:
			b.out(figure.MeasureSigned, l.UnitID)
		case l.SignedAt != 0:
			b.rate(figure.MeasureSigned, l.UnitID, l.SignedAt <= l.SignDue)
		case l.State == hotline.PendingSign:
			b.rate(figure.MeasureSigned, l.UnitID, false)
		}
	}
	if l.State.Running() {
		b.rate(figure.MeasureParked, l.UnitID, l.State == hotline.LegSuspended)
		if l.Overdue(b.now) {
			b.num(figure.MeasureOverdue, l.UnitID, 1)
		}
	}
	if b.passed(l.Due) {
		b.due(life, l, void)
	}
}

// due counts what follows from a due that has passed.
func (b *ledger) due(life *hotline.Life, l *hotline.Leg, void bool) {
	m := map[string][]figure.Measure{hotline.Lead: {figure.MeasureOnTime, figure.MeasureDone}, hotline.CoLead: {figure.MeasureHelping}, hotline.Child: {figure.MeasureBelow}}[l.Role]
	for _, code := range m {
		switch {
		case void:
			b.out(code, l.UnitID)
		case l.Outcome != "":
			b.rate(code, l.UnitID, l.SubmittedAt <= l.Due)
		case l.State == hotline.Submitted && l.SubmittedAt > l.Due:
			b.rate(code, l.UnitID, false)
		case l.Overdue(b.now) && code != figure.MeasureDone:
			b.rate(code, l.UnitID, false)
		}
	}
	if l.Role != hotline.Lead {
		return
	}
	if void {
		b.out(figure.MeasureExtended, l.UnitID)
		b.out(figure.MeasureSolvedSelf, l.UnitID)
		return
	}
	b.rate(figure.MeasureExtended, l.UnitID, l.ExtCount > 0)
	b.contact(l)
	if l.Outcome == "" {
		return
	}
	b.rate(figure.MeasureSolvedSelf, l.UnitID, l.Solved == "已解决")
	for code, minutes := range map[figure.Measure]int64{figure.MeasureWorkTime: l.WorkMinutes, figure.MeasureWallTime: l.WallMinutes} {
		if minutes < 0 {
			b.out(code, l.UnitID)
		} else if b.unit == "" || b.unit == l.UnitID {
			b.at(code).num += minutes
			b.at(code).den++
		}
	}
}

func (b *ledger) contact(l *hotline.Leg) {
	timely := l.ContactedAt != 0 && l.ContactedAt <= l.ContactDue
	switch {
	case l.ContactDue == 0:
		if l.Outcome != "" {
			b.out(figure.MeasureContacted, l.UnitID)
		}
	case l.Outcome != "" || l.State == hotline.Submitted:
		b.rate(figure.MeasureContacted, l.UnitID, timely)
	case l.SignedAt != 0 && l.ContactDue < b.now:
		b.rate(figure.MeasureContacted, l.UnitID, false)
	}
}

func (b *ledger) calls(life *hotline.Life) {
	last := map[int]int{}
	for i, c := range life.Callbacks {
		if c.About != "" {
			continue
		}
		if c.Round == 1 && c.Attempt == 1 && b.in(c.At) && (b.unit == "" || b.unit == c.UnitID) {
			b.at(figure.MeasureReworked).den++
		}
		if c.Reached {
			last[c.Round] = i
		}
	}
	for _, i := range last {
		c := life.Callbacks[i]
		if !b.in(c.At) {
			continue
		}
		if c.Solved == "解释说明" {
			b.out(figure.MeasureSolved, c.UnitID)
		} else if c.Solved != "" {
			b.rate(figure.MeasureSolved, c.UnitID, c.Solved == "已解决")
		}
		if c.Solved != "" {
			b.rate(figure.MeasureExplained, c.UnitID, c.Solved == "解释说明")
		}
		b.rating(c)
	}
}

func (b *ledger) rating(c hotline.CallbackResult) {
	happy := 0
	for _, r := range []string{c.Result, c.Attitude} {
		if r == hotline.Satisfied {
			happy++
		}
	}
	if c.Adjudication == hotline.FindingExclude || c.Adjudication == hotline.FindingUnreasonable {
		for _, m := range []figure.Measure{figure.MeasureSatisfied, figure.MeasureWeighted, figure.MeasureBoth, figure.MeasureEither} {
			b.out(m, c.UnitID)
		}
		return
	}
	b.rate(figure.MeasureSatisfied, c.UnitID, c.Result != hotline.Unsatisfied)
	b.rate(figure.MeasureBoth, c.UnitID, happy == 2)
	b.rate(figure.MeasureEither, c.UnitID, happy == 1)
	if b.unit == "" || b.unit == c.UnitID {
		b.at(figure.MeasureWeighted).den += 100
		b.at(figure.MeasureWeighted).num += map[string]int64{hotline.Satisfied: 100, hotline.Fair: 80}[c.Result]
	}
}

// reworks counts a ticket once where a further round began in the month, for the unit that led the round before.
func (b *ledger) reworks(life *hotline.Life) {
	for i := range life.Legs {
		l := &life.Legs[i]
		if l.Round < 2 || l.Role != hotline.Lead || !b.in(l.DispatchedAt) {
			continue
		}
		unit := l.UnitID
		for k := range life.Legs {
			if p := &life.Legs[k]; p.Round == l.Round-1 && p.Role == hotline.Lead && p.State != hotline.Returned {
				unit = p.UnitID
			}
		}
		b.num(figure.MeasureReworked, unit, 1)
		return
	}
}

// livesTold gives each ticket's life as its events tell it; what events do not tell (who called, when it was registered) is
// taken from the ticket.
func livesTold(t *testing.T, list []hotline.Dossier) []hotline.Life {
	t.Helper()
	var out []hotline.Life
	for _, d := range list {
		life, ok, err := hotline.Replay(d.Events, 1<<62)
		if err != nil || !ok {
			t.Fatalf("replay of %s: %t, %v", d.No, ok, err)
		}
		life.CallerID, life.CreatedAt = d.CallerID, d.CreatedAt
		out = append(out, life)
	}
	return out
}

// livesKept gives each ticket's life as its rows have it.
func livesKept(list []hotline.Dossier) []hotline.Life {
	var out []hotline.Life
	for _, d := range list {
		life := hotline.Life{Ticket: d.Ticket, Legs: d.Legs, Callbacks: d.Callbacks}
		for _, a := range d.Asks {
			if a.Kind == hotline.AskedReturn {
				life.Returns = append(life.Returns, a)
			}
		}
		out = append(out, life)
	}
	return out
}

// TestFiguresAgreeWithTheEventLog lets tickets live at random and compares every measure three ways: by the engine's
// queries, by counting the rows, and by counting what the events alone tell.
func TestFiguresAgreeWithTheEventLog(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		seen := map[figure.Measure]sides{}
		variety(t, w)
		for seed := range uint64(3) {
			life(t, w, seed+40, 700)
			list, now := dossiers(t, w), w.Clock.Now()
			fromEvents, fromRows := livesTold(t, list), livesKept(list)
			this := metric.Month(now.Date())
			for _, month := range []metric.Period{this, this.Previous()} {
				for _, unit := range []string{"", w.Unit.ID, w.Other.ID} {
					compare(t, w, ledgerOf(fromEvents, month, now, unit), "events", month, unit, seen)
					compare(t, w, ledgerOf(fromRows, month, now, unit), "rows", month, unit, seen)
				}
			}
		}
		for _, m := range figure.Measures() {
			s := seen[m.Code]
			d := s.num
			if m.Form == metric.Rate && m.Code != figure.MeasureAttempted && m.ByUnit {
				d = min(s.num, s.den-s.num)
			}
			if m.ByUnit && m.Code != figure.MeasureKnowledge && m.Code != figure.MeasureBelow && d == 0 {
				t.Errorf("too little happened to prove %s: %+v", m.Code, s)
			}
		}
	})
}

func compare(t *testing.T, w *hotlinetest.World, want map[figure.Measure]*sides, from string, month metric.Period, unit string, seen map[figure.Measure]sides) {
	t.Helper()
	rows, err := w.Figures.Figures(w.As(t, org.RoleLeader), figure.Query{Period: month, UnitID: unit})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rows {
		m := figure.Measure(f.Metric)
		is := want[m]
		if is == nil {
			is = &sides{}
		}
		got := sides{f.Num, f.Den, f.Excluded}
		if f.Form == metric.Count {
			is.den = f.Den
		}
		if got != *is {
			t.Errorf("%s %s %s unit %q: engine %+v, %s %+v", f.Metric, f.Label, month, unit, got, from, *is)
		}
		s := seen[m]
		seen[m] = sides{s.num + got.num, s.den + got.den, s.out + got.out}
	}
}

// TestUnitsAddUpToTheCentre compares the figures by unit with those of each unit alone and of all together.
func TestUnitsAddUpToTheCentre(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		life(t, w, 11, 400)
		leader, month := w.As(t, org.RoleLeader), metric.Month(w.Clock.Now().Date())
		units, err := w.Figures.FiguresByUnit(leader, nil, month)
		if err != nil || len(units) < 2 {
			t.Fatalf("%d units, %v", len(units), err)
		}
		for _, u := range units {
			alone, err := w.Figures.Figures(leader, figure.Query{Period: month, UnitID: u.UnitID})
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range u.Figures {
				if f.Ratio != alone[i].Ratio || f.Excluded != alone[i].Excluded || f.Provisional != alone[i].Provisional {
					t.Errorf("%s %s: %v in the table, %v alone", u.Unit, f.Metric, f.Ratio, alone[i].Ratio)
				}
			}
		}
		head := w.In(t, w.Unit.ID, org.RoleUnitHead)
		own, err := w.Figures.FiguresByUnit(head, nil, month)
		if err != nil || len(own) != 1 || own[0].UnitID != w.Unit.ID {
			t.Errorf("the unit's head sees %d units, %v", len(own), err)
		}
		if _, err := w.Figures.Figures(w.As(t, org.RoleAgent), figure.Query{Period: month}); err == nil {
			t.Error("a call-taker reads figures")
		}
		stranger, err := w.Figures.Figures(head, figure.Query{Period: month, UnitID: w.Other.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range stranger {
			if f.Num != 0 || f.Den != 0 || f.Excluded != 0 {
				t.Errorf("another unit's %s: %v", f.Metric, f.Ratio)
			}
		}
	})
}
