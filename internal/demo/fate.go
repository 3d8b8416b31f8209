package demo

import (
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
)

// fate is what becomes of some of the orders: how many, which stories suit, how far back they may have come in, the steps
// of the life, and whether the life stands where it should at the end.
type fate struct {
	name  string
	count int
	suits func(*situation) bool
	hours int // how far back; 0 is the whole demonstration
	live  func(*life)
	stand func(*life) bool
}

func anyMatter(s *situation) bool { return s.kind != hotline.Consult && s.kind != hotline.Praise }
func ordinary(s *situation) bool  { return anyMatter(s) && !s.urgent }
func consult(s *situation) bool   { return s.kind == hotline.Consult }
func complaint(s *situation) bool { return s.kind == hotline.Complaint }
func report(s *situation) bool    { return s.kind == hotline.Report }
func everything(*situation) bool  { return true }

// fates is the cast: three hundred orders with the eight of the burst main.
func fates() []fate {
	day := 24
	return []fate{
		{"待受理", 6, everything, 4, (*life).register, func(l *life) bool { return l.ago() < 180 }},
		{"待分派", 8, anyMatter, day, (*life).toTriage, func(l *life) bool { return l.worked(l.at) < 90 }},
		{"待签收", 12, ordinary, 3 * day, (*life).toUnit, func(l *life) bool { return l.worked(l.at) < 380 }},
		{"签收超时", 2, ordinary, 6 * day, (*life).toUnit, func(l *life) bool { return l.worked(l.at) > 560 && l.worked(l.at) < 1200 }},
		{"办理中", 26, ordinary, 7 * day, (*life).toHandling, func(l *life) bool { return l.before(l.yellow()) }},
		{"黄牌", 8, ordinary, 11 * day, (*life).toHandling, func(l *life) bool { return !l.before(l.yellow()) && l.before(l.due) }},
		{"红牌", 9, ordinary, 18 * day, (*life).urged, func(l *life) bool { return l.worked(l.due) > 30 && l.worked(l.due) < 7*workday }},
		{"待签批", 4, ordinary, 8 * day, (*life).proposed, func(l *life) bool { return l.before(l.due) && l.worked(l.at) < 2*workday }},
		{"延期待批", 4, ordinary, 11 * day, (*life).asked, func(l *life) bool { return l.worked(l.at) < 2*workday }},
		{"已延期", 3, ordinary, 14 * day, (*life).extended, func(l *life) bool { return l.before(l.due) }},
		{"挂账", 5, ordinary, 28 * day, (*life).suspended, func(l *life) bool { return true }},
		{"待审核", 10, anyMatter, 10 * day, (*life).toReview, func(l *life) bool { return l.worked(l.at) < 2*workday }},
		{"审核退回", 2, ordinary, 9 * day, (*life).rejected, func(l *life) bool { return l.before(l.due) }},
		{"待回访", 9, anyMatter, 12 * day, (*life).toCallback, func(l *life) bool { return l.worked(l.at) < 3*workday }},
		{"回访不满意", 3, complaint, 14 * day, (*life).unsatisfied, func(l *life) bool { return l.worked(l.at) < 3*workday }},
		{"重办中", 3, complaint, 14 * day, (*life).reworking, func(l *life) bool { return l.before(l.due) }},
		{"退单待审", 2, complaint, 2 * day, (*life).returnAsked, func(l *life) bool { return l.worked(l.at) < workday }},
		{"退单改派", 2, complaint, 5 * day, (*life).returned, func(l *life) bool { return l.before(l.due) }},
		{"指定承办", 1, complaint, 5 * day, (*life).designated, func(l *life) bool { return l.before(l.due) }},
		{"联合办理", 2, complaint, 6 * day, (*life).together, func(l *life) bool { return l.before(l.yellow()) }},
		{"协办已答复", 2, complaint, 8 * day, (*life).helped, func(l *life) bool { return l.before(l.due) }},
		{"挂账待批", 1, complaint, 8 * day, (*life).suspensionAsked, func(l *life) bool { return l.before(l.due) }},
		{"终止办理", 3, complaint, 0, (*life).terminated, l0},
		{"满意办结", 40, anyMatter, 0, func(l *life) { l.closed(hotline.Satisfied) }, l0},
		{"基本满意办结", 12, anyMatter, 0, func(l *life) { l.closed(hotline.Fair) }, l0},
		{"重办办结", 7, complaint, 0, (*life).reworked, l0},
		{"认定办结", 5, complaint, 0, (*life).adjudicated, l0},
		{"无法回访", 8, anyMatter, 0, (*life).unreachable, l0},
		{"无需回访", 7, report, 0, (*life).withoutCallback, l0},
		{"直接答复", 34, consult, 0, (*life).answered, l0},
		{"表扬", 4, func(s *situation) bool { return s.kind == hotline.Praise }, 0, func(l *life) { l.closed(hotline.Satisfied) }, l0},
		{"归档", 32, anyMatter, 0, (*life).archived, l0},
		{"撤回", 5, complaint, 0, (*life).withdrawn, l0},
		{"不予受理", 8, nil, 0, (*life).refused, l0},
		{"紧急移交", 3, nil, 0, (*life).transferred, l0},
	}
}

// l0 lets a life end where it ends.
func l0(*life) bool { return true }

const workday = 420 // office minutes of a day

// life is the planning of one order's life: the present moment of the plan and what it has come to.
type life struct {
	s    *stage
	p    *plan
	at   clock.Instant
	sent clock.Instant // dispatched
	due  clock.Instant
	last float64 // share of the limit that the unit takes
}

func (l *life) ago() int                         { return int(l.s.now-l.at) / 60_000 }
func (l *life) worked(since clock.Instant) int   { return l.s.cal.WorkMinutes(since, l.s.now, "") }
func (l *life) before(moment clock.Instant) bool { return l.s.now < moment }

func (l *life) yellow() clock.Instant {
	return l.s.cal.Cards(calendar.Workdays(1), l.due, "").Yellow
}

// wait lets natural minutes pass, work office minutes.
func (l *life) wait(least, most int) {
	l.at += clock.Instant(least+l.s.rnd.IntN(most-least+1)) * 60_000
}

func (l *life) work(least, most int) {
	n := max(1, least+l.s.rnd.IntN(most-least+1))
	l.at = l.s.cal.Due(calendar.WorkMinutes(n), l.at, "").At + clock.Instant(l.s.rnd.IntN(50_000))
}

func (l *life) then(name string, do func(*stage, *plan) error) {
	l.p.steps = append(l.p.steps, step{l.at, name, do})
}

func (l *life) limit() calendar.Limit {
	switch {
	case l.p.in.Urgency != "" && l.p.in.Urgency != hotline.Ordinary:
		return calendar.Workdays(1)
	case l.p.in.Kind == hotline.Consult:
		return calendar.Workdays(2)
	case l.p.in.Kind == hotline.Report:
		return calendar.Workdays(10)
	}
	return calendar.Workdays(5)
}

func (l *life) register() { l.then("register", register) }

func (l *life) toTriage() {
	l.register()
	l.wait(2, 11)
	l.then("accept", accept)
}

func (l *life) toUnit() {
	l.toTriage()
	l.work(3, 29)
	l.then("dispatch", dispatch)
	l.sent = l.at
	l.due = l.s.cal.Due(l.limit(), l.at, "").At
}

func (l *life) toHandling() {
	l.toUnit()
	if l.p.in.Urgency == hotline.Urgent {
		l.wait(4, 26)
	} else {
		l.work(15, 330)
	}
	l.then("sign", sign)
}

// handle lets the unit work for a share of its limit, now and then for longer than all of it.
func (l *life) handle() {
	share := 0.25 + 0.6*l.s.rnd.Float64()
	if l.s.rnd.IntN(9) == 0 {
		share = 1.1 + 0.5*l.s.rnd.Float64()
	}
	n := int(share * float64(l.s.cal.WorkMinutes(l.sent, l.due, "")))
	l.at = max(l.at, l.s.cal.Due(calendar.WorkMinutes(max(1, n)), l.sent, "").At)
	l.work(1, 20)
}

func (l *life) proposed() {
	l.toHandling()
	l.handle()
	l.then("propose", propose)
}

func (l *life) toReview() {
	if l.s.rnd.IntN(2) == 0 {
		l.proposed()
		l.work(15, 150)
		if l.s.rnd.IntN(6) == 0 {
			l.then("send back", sendBack)
			l.work(30, 200)
			l.then("propose", propose)
			l.work(15, 100)
		}
	} else {
		l.toHandling()
		l.handle()
	}
	l.then("submit", submit)
}

func (l *life) toCallback() {
	l.toReview()
	l.work(20, 380)
	l.then("approve", approve)
}

func (l *life) closed(result string) {
	l.toCallback()
	l.work(40, 700)
	l.then("call back", callback(true, result))
	l.wait(1, 3)
	l.then("close", closeTicket(""))
}

func (l *life) unsatisfied() {
	l.toCallback()
	l.work(40, 500)
	l.then("call back", callback(true, hotline.Unsatisfied))
}

func (l *life) reworking() {
	l.unsatisfied()
	l.work(10, 120)
	l.then("rework", rework)
	l.sent, l.due = l.at, l.s.cal.Due(calendar.Workdays(3), l.at, "").At
	l.work(20, 200)
	l.then("sign", sign)
}

func (l *life) reworked() {
	l.reworking()
	l.handle()
	l.then("submit", submit)
	l.work(20, 200)
	l.then("approve", approve)
	l.work(40, 400)
	l.then("call back", callback(true, hotline.Satisfied))
	l.then("close", closeTicket(""))
}

func (l *life) adjudicated() {
	l.unsatisfied()
	l.work(60, 300)
	l.then("close", closeTicket("经复核，诉求涉及的事项已依法处理并有书面结论，来电人对法定标准有异议，已告知救济途径。"))
}

func (l *life) unreachable() {
	l.toCallback()
	for range 3 {
		l.work(200, 420)
		l.then("call back", callback(false, ""))
	}
	l.then("close", closeTicket(""))
}

func (l *life) withoutCallback() {
	l.p.in.NoReply = true
	l.toCallback()
}

func (l *life) answered() {
	l.register()
	l.wait(2, 14)
	l.then("answer", answer)
}

func (l *life) archived() {
	l.closed(hotline.Satisfied)
	l.work(2*workday, 4*workday)
	l.then("archive", archive)
}

func (l *life) withdrawn() {
	l.toHandling()
	l.work(30, 500)
	l.then("withdraw", withdraw)
}

func (l *life) refused() {
	l.register()
	l.wait(5, 30)
	l.then("refuse", refuse)
}

func (l *life) transferred() {
	l.register()
	l.wait(1, 3)
	l.then("emergency", emergency)
}

func (l *life) urged() {
	l.toHandling()
	signed := l.at
	if l.at = l.due; l.s.rnd.IntN(3) > 0 {
		l.wait(20, 300)
		l.then("urge", urge)
	}
	l.at = max(l.at, signed)
}

func (l *life) asked() {
	l.toHandling()
	n := l.s.cal.WorkMinutes(l.at, l.due, "")
	l.work(n/2, max(n/2+1, n-30))
	l.then("ask for extension", ask)
}

func (l *life) extended() {
	l.asked()
	l.work(20, 200)
	l.then("grant the extension", grant)
	l.due = l.s.cal.Due(calendar.Workdays(3), l.due, "").At
}

func (l *life) suspended() {
	l.toHandling()
	l.work(60, 600)
	l.then("suspend", suspend)
}

func (l *life) rejected() {
	l.toReview()
	l.work(20, 200)
	l.then("reject", reject)
}
