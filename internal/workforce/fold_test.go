package workforce

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/clock"
)

func instants(day clock.Date, text string) []clock.Instant {
	var out []clock.Instant
	for _, f := range strings.Fields(text) {
		m, ok := parseMinute(strings.TrimPrefix(f, "+"))
		if !ok {
			panic(f)
		}
		if strings.HasPrefix(f, "+") {
			m += minutesOfDay
		}
		out = append(out, at(day, m))
	}
	return out
}

func stampsAt(day clock.Date, text string) []Stamp {
	var out []Stamp
	for _, i := range instants(day, text) {
		out = append(out, Stamp{At: i, Method: ByCode})
	}
	return out
}

func partsOf(day clock.Date, hours string) []Part {
	spans, err := ParseSpans(hours)
	if err != nil {
		panic(err)
	}
	s := Shift{Name: "班", Spans: spans}
	out := s.parts(nil, "u", "", day, false)
	for i := range out {
		out[i].Nth = i + 1
	}
	return out
}

// told writes results as a table of cases can: statuses of each part with minutes.
func told(list []Worked) string {
	var parts []string
	for _, w := range list {
		s := ""
		for _, st := range w.Statuses {
			s += string(st) + " "
		}
		if w.LateBy > 0 {
			s += fmt.Sprintf("late%d ", w.LateBy)
		}
		if w.EarlyBy > 0 {
			s += fmt.Sprintf("early%d ", w.EarlyBy)
		}
		if w.Missing > 0 {
			s += fmt.Sprintf("miss%d ", w.Missing)
		}
		parts = append(parts, strings.TrimSpace(s))
	}
	return strings.Join(parts, " | ")
}

const officeHours = "08:30-12:00, 14:30-18:00"

func TestFoldOfADay(t *testing.T) {
	day := clock.MustDate("2025-11-03")
	for _, c := range []struct{ name, hours, stamps, want string }{
		{"four punches", officeHours, "08:29 12:00 14:30 18:01", "normal | normal"},
		{"nothing is two absences, not a gap in the list", officeHours, "", "absent | absent"},
		{"the morning only", officeHours, "08:20 12:05", "normal | absent"},
		{"late by six minutes", officeHours, "08:36 12:00 14:30 18:00", "late late6 | normal"},
		{"seconds do not make a minute", officeHours, "08:30 12:00 14:30 18:00", "normal | normal"},
		{"late by fourteen is late", officeHours, "08:44 12:00 14:30 18:00", "late late14 | normal"},
		{"late by fifteen is away", officeHours, "08:45 12:00 14:30 18:00", "away late15 | normal"},
		{"early", officeHours, "08:30 11:55 14:30 17:30", "early early5 | away early30"},
		{"no punch at noon", officeHours, "08:30 14:30 18:00", "lacking miss1 | normal"},
		{"only in and out of the day", officeHours, "08:30 18:00", "lacking miss1 | lacking miss1"},
		{"one punch at noon nearer to the morning", officeHours, "08:30 13:00 18:00", "normal | lacking miss1"},
		{"came after the middle of the morning", officeHours, "11:00 12:01 14:30 18:00", "away late150 | normal"},
		{"two punches in one minute are one", officeHours, "08:30 08:31 12:00 14:30 18:00", "normal | normal"},
		{"a night across midnight", "22:00-06:00", "21:55 +06:03", "normal"},
		{"a night left early", "22:00-06:00", "21:55 +05:40", "away early20"},
		{"a night without the morning", "22:00-06:00", "21:55", "lacking miss1"},
		{"one part a day", "09:00-17:00", "08:59 17:00", "normal"},
	} {
		got := told(Fold(partsOf(day, c.hours), stampsAt(day, c.stamps), nil, nil, Tolerance{AwayFrom: 15}, (day + 3).Start()))
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFoldWithLeaveAndOutages(t *testing.T) {
	day := clock.MustDate("2025-11-03")
	span := func(a, b string) (clock.Instant, clock.Instant) {
		i := instants(day, a+" "+b)
		return i[0], i[1]
	}
	for _, c := range []struct {
		name, stamps, from, to string
		kind                   LeaveKind
		want                   string
	}{
		{"a day", "", "00:00", "+00:00", PersonalLeave, "leave | leave"},
		{"the morning", "14:29 18:00", "08:30", "12:00", SickLeave, "leave | normal"},
		{"an hour at the beginning", "09:28 12:00 14:30 18:00", "08:30", "09:30", Errand, "normal | normal"},
		{"late after it", "09:34 12:00 14:30 18:00", "08:30", "09:30", Errand, "late late4 | normal"},
		{"an hour at the end", "08:30 12:00 14:30 17:00", "17:00", "18:00", Errand, "normal | normal"},
		{"in the middle of a part changes nothing", "08:30 12:00 14:30 18:00", "09:00", "10:00", Errand, "normal | normal"},
		{"a trip", "", "08:00", "18:00", OfficialLeave, "trip | trip"},
		{"recorded as absent although there are punches", "08:30 12:00 14:30 18:00", "08:30", "12:00", Truancy, "absent | normal"},
	} {
		from, to := span(c.from, c.to)
		got := told(Fold(partsOf(day, officeHours), stampsAt(day, c.stamps), []Excuse{{from, to, c.kind}}, nil, Tolerance{AwayFrom: 15}, (day + 3).Start()))
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	from, to := span("08:00", "09:00")
	gap := []Gap{{"o1", from, to}}
	paper := append([]Stamp{{At: from + 50*minute, Method: ByPaper, Outage: "o1"}}, stampsAt(day, "12:00 14:30 18:00")...)
	if got := told(Fold(partsOf(day, officeHours), paper, nil, gap, Tolerance{AwayFrom: 15}, (day + 3).Start())); got != "normal | normal" {
		t.Errorf("signed on paper at 08:50 in an outage until 09:00: %s", got)
	}
	if got := told(Fold(partsOf(day, officeHours), stampsAt(day, "12:00 14:30 18:00"), nil, gap, Tolerance{AwayFrom: 15}, (day + 3).Start())); got != "lacking miss1 | normal" {
		t.Errorf("an outage excuses nobody who did not sign: %s", got)
	}
}

// A cut from 09:00 to 10:00 in a shift that began at 08:30 (hall reference §8.4, scenario 13), and cuts near the end: a
// signature says that somebody was there, not that he came or left then.
func TestFoldOfACutWithinTheShift(t *testing.T) {
	day := clock.MustDate("2025-11-03")
	for _, c := range []struct{ name, cut, punches, signed, want string }{
		{"punched in before the cut", "09:00 10:00", "08:29 12:00", "", "normal"},
		{"punched in before the cut and signed", "09:00 10:00", "08:29 12:00", "09:20", "normal"},
		{"signed only", "09:00 10:00", "12:00", "09:20", "normal"},
		{"signed at the first moment", "09:00 10:00", "12:00", "09:00", "normal"},
		{"signed at the last moment", "09:00 10:00", "12:00", "10:00", "normal"},
		{"signed, and punched when the current was back", "09:00 10:00", "10:02 12:00", "09:20", "normal"},
		{"late before the cut stays late", "09:00 10:00", "08:40 12:00", "09:20", "late late10"},
		{"neither", "09:00 10:00", "12:00", "", "lacking miss1"},
		{"came after the cut", "09:00 10:00", "10:05 12:00", "", "away late95"},
		{"signed and left without a punch", "09:00 10:00", "", "09:20", "lacking miss1"},
		{"punched in, signed, left without a punch", "09:00 10:00", "08:30", "09:20", "lacking miss1"},
		{"a cut before the end", "11:00 11:40", "08:30", "11:20", "normal"},
		{"left early after it", "11:00 11:40", "08:30 11:50", "11:20", "early early10"},
		{"a cut over the whole morning", "08:00 12:30", "", "08:50", "normal"},
	} {
		at := instants(day, c.cut)
		stamps := stampsAt(day, c.punches)
		for _, i := range instants(day, c.signed) {
			stamps = append(stamps, Stamp{At: i, Method: ByPaper, Outage: "o1"})
		}
		slices.SortFunc(stamps, func(a, b Stamp) int { return int(a.At - b.At) })
		got := Fold(partsOf(day, "08:30-12:00"), stamps, nil, []Gap{{"o1", at[0], at[1]}}, Tolerance{AwayFrom: 15}, (day + 3).Start())
		if told(got) != c.want {
			t.Errorf("%s: %q, want %q", c.name, told(got), c.want)
		}
		if n := len(faultsOf(&got[0], "u")); (n == 0) != (c.want == "normal") {
			t.Errorf("%s: %d deductions", c.name, n)
		}
	}
}

func TestADayThatIsNotOver(t *testing.T) {
	day := clock.MustDate("2025-11-03")
	for _, c := range []struct{ now, stamps, want string }{
		{"08:00", "", "pending | pending"}, {"10:00", "08:36", "late late6 | pending"}, {"10:00", "08:30", "pending | pending"}, {"10:00", "", "pending | pending"},
		{"14:00", "08:30 12:00", "normal | pending"}, {"14:00", "", "absent | pending"}, {"18:30", "08:30 12:00 14:30 18:00", "normal | normal"},
	} {
		if got := told(Fold(partsOf(day, officeHours), stampsAt(day, c.stamps), nil, nil, Tolerance{AwayFrom: 15}, instants(day, c.now)[0])); got != c.want {
			t.Errorf("at %s with %q: %q, want %q", c.now, c.stamps, got, c.want)
		}
	}
}

// recount is the attendance of parts by another algorithm: every stamp goes to the boundary that is nearest to it in time,
// and each boundary keeps its outermost stamp.
func recount(parts []Part, stamps []Stamp, away int64) string {
	type edge struct {
		at   clock.Instant
		part int
		end  bool
	}
	var edges []edge
	for i, p := range parts {
		edges = append(edges, edge{p.From, i, false}, edge{p.To, i, true})
	}
	byPart := make([][]clock.Instant, len(parts))
	for _, s := range stamps {
		best, dist := -1, clock.Instant(1<<60)
		for i, e := range edges {
			d := s.At - e.at
			if d < 0 {
				d = -d
			}
			if d < dist || d == dist && s.At >= e.at == e.end && !edges[best].end == e.end {
				best, dist = i, d
			}
		}
		e := edges[best]
		if !e.end && e.at-s.At > earliest || e.end && s.At-e.at >= latest {
			continue
		}
		byPart[e.part] = append(byPart[e.part], s.At)
	}
	var out []string
	for i, p := range parts {
		out = append(out, verdictOf(p, byPart[i], away))
	}
	return strings.Join(out, " | ")
}

// verdictOf judges a part by the stamps that are its own.
func verdictOf(p Part, mine []clock.Instant, away int64) string {
	if len(mine) == 0 {
		return "absent"
	}
	first, last := slices.Min(mine), slices.Max(mine)
	in, out := first, last
	if last-first < 10*minute {
		mid := p.From + (p.To-p.From)/2
		if first >= mid {
			in = 0
		}
		if last < mid {
			out = 0
		}
	}
	late, early, miss, s := int64(0), int64(0), 0, ""
	if in != 0 && in > p.From {
		late = int64((in - p.From) / minute)
	}
	if out != 0 && out < p.To {
		early = int64((p.To - out) / minute)
	}
	for _, x := range []clock.Instant{in, out} {
		if x == 0 {
			miss++
		}
	}
	if late >= away || early >= away {
		s += "away "
	}
	if late > 0 && late < away {
		if s == "" {
			s = "late "
		} else {
			s = "late " + s
		}
	}
	if early > 0 && early < away {
		s += "early "
	}
	if miss > 0 {
		s += "lacking "
	}
	if s == "" {
		s = "normal "
	}
	if late > 0 {
		s += fmt.Sprintf("late%d ", late)
	}
	if early > 0 {
		s += fmt.Sprintf("early%d ", early)
	}
	if miss > 0 {
		s += fmt.Sprintf("miss%d ", miss)
	}
	return strings.TrimSpace(s)
}

// words makes the order of statuses the same for both algorithms.
func words(s string) string {
	parts := strings.Split(s, " | ")
	for i := range parts {
		f := strings.Fields(parts[i])
		slices.Sort(f)
		parts[i] = strings.Join(f, " ")
	}
	return strings.Join(parts, " | ")
}

func TestFoldAgreesWithAnotherAlgorithm(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 13))
	day := clock.MustDate("2025-11-03")
	hours := []string{officeHours, "09:00-12:00, 13:30-17:30", "22:00-06:00", "07:00-15:00", "08:30-12:00, 19:00-23:00"}
	for range 3000 {
		var parts []Part
		for d := day; d < day+3; d++ {
			if rnd.IntN(5) > 0 {
				parts = append(parts, partsOf(d, hours[rnd.IntN(len(hours))])...)
			}
		}
		slices.SortFunc(parts, func(a, b Part) int { return int(min(1, max(-1, a.From-b.From))) })
		if overlapping(parts) || len(parts) == 0 {
			continue
		}
		var stamps []Stamp
		for _, p := range parts {
			for _, at := range []clock.Instant{p.From, p.To} {
				if rnd.IntN(6) > 0 {
					stamps = append(stamps, Stamp{At: at + clock.Instant(rnd.IntN(60)-30)*minute + clock.Instant(rnd.IntN(60)*1000) + 1})
				}
			}
			if rnd.IntN(8) == 0 {
				stamps = append(stamps, Stamp{At: p.From + clock.Instant(rnd.Int64N(int64(p.To-p.From))) | 1})
			}
		}
		slices.SortFunc(stamps, func(a, b Stamp) int { return int(min(1, max(-1, a.At-b.At))) })
		got, want := told(Fold(parts, stamps, nil, nil, Tolerance{AwayFrom: 15}, (day+9).Start())), recount(parts, stamps, 15)
		if words(got) != words(want) {
			t.Fatalf("parts %v\nstamps %v\nfold    %s\nrecount %s", parts, stamps, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	for in, want := range map[string]string{"08:30-12:00, 14:30-18:00": "08:30-12:00, 14:30-18:00", "22:00-06:00": "22:00-次日06:00", "22：00 至 次日06：00": "22:00-次日06:00", "9:00—17:00": "09:00-17:00",
		"18:00-24:00": "18:00-24:00"} {
		got, err := ParseSpans(in)
		if err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
		if again, err := ParseSpans(got.String()); err != nil || again.String() != want {
			t.Errorf("%s does not read itself: %s, %v", want, again, err)
		}
	}
	for _, bad := range []string{"", "8-12", "08:30-12:00, 11:00-13:00", "25:00-26:00", "08:30", "a-b", "01:00-02:00, 03:00-04:00, 05:00-06:00", "08:00-08:00", "08:60-09:00"} {
		if got, err := ParseSpans(bad); err == nil {
			t.Errorf("%q was read as %s", bad, got)
		}
	}
}

func FuzzSpans(f *testing.F) {
	f.Add("08:30-12:00, 14:30-18:00")
	f.Add("22:00-次日06:00")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpans(text)
		if err != nil {
			return
		}
		again, err := ParseSpans(s.String())
		if err != nil || again.String() != s.String() {
			t.Errorf("%q → %s → %s, %v", text, s, again, err)
		}
	})
}
