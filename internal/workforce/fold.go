package workforce

import (
	"slices"

	"yichuang/internal/clock"
)

// Status is what became of a part of a shift.
type Status string

// The statuses of a part (hall reference §1.3, §1.4).
const (
	Pending Status = "pending" // 未结束: its time is not over
	Normal  Status = "normal"  // 正常
	Late    Status = "late"    // 迟到
	Early   Status = "early"   // 早退
	Away    Status = "away"    // 离岗: late or early by so much that it counts as being away
	Lacking Status = "lacking" // 缺卡: one of the two punches is missing
	Absent  Status = "absent"  // 旷工半天: nothing shows that anybody was there
	OnLeave Status = "leave"   // 请假
	OnTrip  Status = "trip"    // 公出
)

// Label is the status's Chinese name.
func (s Status) Label() string {
	return map[Status]string{Pending: "未结束", Normal: "正常", Late: "迟到", Early: "早退", Away: "离岗", Lacking: "缺卡", Absent: "旷工半天", OnLeave: "请假", OnTrip: "公出"}[s]
}

// Part (出勤时段) is a part of a shift that somebody was to work: half a day where the shift has two parts, a whole one
// where it has one.
type Part struct {
	UserID string        `json:"user_id"`
	Day    clock.Date    `json:"day"` // of the shift, whatever the hour
	Shift  string        `json:"shift"`
	Nth    int           `json:"nth"` // from 1 within the day
	From   clock.Instant `json:"from"`
	To     clock.Instant `json:"to"`
	Halves int64         `json:"halves"` // half days that it is worth
	Duty   bool          `json:"duty,omitempty"`
}

// Stamp is a punch as the fold needs it.
type Stamp struct {
	At     clock.Instant `json:"at"`
	Method Method        `json:"method"`
	Outage string        `json:"outage,omitempty"` // of a paper signature
}

// Excuse is a stretch of approved leave, or of time that the office has recorded as 旷工.
type Excuse struct {
	From, To clock.Instant
	Kind     LeaveKind
}

// Gap is a time in which nobody could punch.
type Gap struct {
	ID       string
	From, To clock.Instant
}

// Tolerance says what counts how (考核规则).
type Tolerance struct {
	AwayFrom int64 `json:"away_from"` // minutes late or early from which it counts as being away
}

// Worked (出勤结果) is a part with what became of it.
type Worked struct {
	Part
	In       clock.Instant `json:"in,omitzero"`
	Out      clock.Instant `json:"out,omitzero"`
	Statuses []Status      `json:"statuses"`
	LateBy   int64         `json:"late_by,omitempty"` // minutes
	EarlyBy  int64         `json:"early_by,omitempty"`
	Missing  int64         `json:"missing,omitempty"` // punches
	Paper    bool          `json:"paper,omitempty"`   // an outage was covered by a signature on paper
}

// Has reports whether the part has a status.
func (w *Worked) Has(s Status) bool { return slices.Contains(w.Statuses, s) }

// Limits of matching: how long before its beginning and after its end a part takes punches, and how far apart two punches
// are for one to be an arrival and the other a departure.
const (
	earliest = clock.Instant(3 * 3600_000)
	latest   = clock.Instant(6 * 3600_000)
	apart    = clock.Instant(10 * 60_000)
	minute   = clock.Instant(60_000)
)

// Fold tells what became of the parts of one person, who must be in the order of time and not overlap; so must the stamps.
// Every part gives a result, also one without any punch. A punch belongs to the boundary of a shift that is nearest to it,
// so that a night shift keeps the punch of the next morning.
func Fold(parts []Part, stamps []Stamp, excuses []Excuse, gaps []Gap, t Tolerance, now clock.Instant) []Worked {
	out := make([]Worked, len(parts))
	expected := make([]Part, len(parts))
	for i, p := range parts {
		expected[i], out[i] = shorten(p, excuses)
	}
	for i := range out {
		if len(out[i].Statuses) > 0 {
			continue
		}
		lo, hi := reach(expected, out, i)
		judge(&out[i], expected[i], between(stamps, lo, hi), gaps, t, now, hi)
	}
	return out
}

// shorten takes excuses off a part: where they leave nothing the result is given, else the part begins later or ends
// earlier.
func shorten(p Part, excuses []Excuse) (Part, Worked) {
	w := Worked{Part: p}
	for _, e := range excuses {
		if e.To <= p.From || e.From >= p.To {
			continue
		}
		switch {
		case e.From <= p.From && e.To >= p.To:
			w.Statuses = []Status{e.Kind.status()}
			return p, w
		case e.Kind == Truancy:
			continue // counts only where it takes the whole part
		case e.From <= p.From:
			p.From = e.To
		case e.To >= p.To:
			p.To = e.From
		}
	}
	if p.From >= p.To { // two excuses that meet
		w.Statuses = []Status{OnLeave}
	}
	return p, w
}

// reach is the stretch of time whose punches belong to part i: up to half way to the neighbours.
func reach(parts []Part, out []Worked, i int) (lo, hi clock.Instant) {
	lo, hi = parts[i].From-earliest, parts[i].To+latest
	if i > 0 && !excused(&out[i-1]) {
		lo = max(lo, middle(parts[i-1].To, parts[i].From))
	}
	if i+1 < len(parts) && !excused(&out[i+1]) {
		hi = min(hi, middle(parts[i].To, parts[i+1].From))
	}
	return lo, hi
}

func excused(w *Worked) bool { return w.Has(OnLeave) || w.Has(OnTrip) }

func middle(a, b clock.Instant) clock.Instant { return a + (b-a)/2 }

// between gives the stamps of [lo, hi).
func between(stamps []Stamp, lo, hi clock.Instant) []Stamp {
	var out []Stamp
	for _, s := range stamps {
		if s.At >= lo && s.At < hi {
			out = append(out, s)
		}
	}
	return out
}

// judge finds arrival and departure among a part's stamps and says what they come to.
func judge(w *Worked, p Part, stamps []Stamp, gaps []Gap, t Tolerance, now, end clock.Instant) {
	punches, signatures := apartPaper(stamps, gaps)
	in, out := arrivalAndDeparture(p, punches)
	inPaper, outPaper := covered(p, in, out, signatures, gaps)
	w.In, w.Out, w.Paper = in, out, inPaper || outPaper
	if inPaper && len(signatures) > 0 && (in == 0 || signatures[0].At < in) {
		w.In = signatures[0].At
	}
	over := now >= end
	if in == 0 && out == 0 && !w.Paper {
		w.Statuses = []Status{Absent}
		if !over {
			w.Statuses = []Status{Pending}
		}
		return
	}
	if in != 0 && !inPaper {
		w.LateBy = int64(max(0, in-p.From) / minute)
	}
	if out != 0 && !outPaper && over {
		w.EarlyBy = int64(max(0, p.To-out) / minute)
	}
	if in == 0 && !inPaper {
		w.Missing++
	}
	if out == 0 && !outPaper && over {
		w.Missing++
	}
	w.Statuses = verdicts(w, t)
	if len(w.Statuses) == 0 {
		w.Statuses = []Status{Normal}
		if !over && out == 0 {
			w.Statuses = []Status{Pending}
		}
	}
}

// verdicts lists what is wrong about a part.
func verdicts(w *Worked, t Tolerance) []Status {
	var out []Status
	add := func(by int64, s Status) {
		switch {
		case by <= 0:
		case by >= t.AwayFrom:
			if !slices.Contains(out, Away) {
				out = append(out, Away)
			}
		default:
			out = append(out, s)
		}
	}
	add(w.LateBy, Late)
	add(w.EarlyBy, Early)
	if w.Missing > 0 {
		out = append(out, Lacking)
	}
	return out
}

// arrivalAndDeparture are the first stamp that is nearer to the beginning and the last that is nearer to the end. Where all
// are nearer to one of the two and lie apart, the outermost are arrival and departure.
func arrivalAndDeparture(p Part, stamps []Stamp) (in, out clock.Instant) {
	if len(stamps) == 0 {
		return 0, 0
	}
	half := middle(p.From, p.To)
	first, last := stamps[0].At, stamps[len(stamps)-1].At
	if first < half {
		in = first
	}
	if last >= half {
		out = last
	}
	if last-first >= apart {
		in, out = first, last
	}
	return in, out
}

// apartPaper separates the signatures on the paper of an outage from the punches. A signature shows that somebody was there,
// not when he came or went: the sheet goes round once the outage has begun. So nobody is late or early by it.
func apartPaper(stamps []Stamp, gaps []Gap) (punches, signatures []Stamp) {
	for _, s := range stamps {
		if s.Method == ByPaper && slices.ContainsFunc(gaps, func(g Gap) bool { return g.ID == s.Outage }) {
			signatures = append(signatures, s)
		} else {
			punches = append(punches, s)
		}
	}
	return punches, signatures
}

// covered tells which boundaries of a part the signatures stand for: those that fall into the outage in which somebody signed,
// and the boundary that is nearer to a signature, unless a punch shows that he came before or left after it.
func covered(p Part, in, out clock.Instant, signatures []Stamp, gaps []Gap) (from, to bool) {
	half := middle(p.From, p.To)
	for _, s := range signatures {
		from = from || s.At < half && (in == 0 || s.At < in)
		to = to || s.At >= half && s.At > out
		for _, g := range gaps {
			from = from || g.ID == s.Outage && g.From <= p.From && p.From <= g.To
			to = to || g.ID == s.Outage && g.From <= p.To && p.To <= g.To
		}
	}
	return from, to
}
