package demo

import (
	"fmt"
	"slices"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
)

// plan is one order: what is registered, what the unit will answer, and the steps of its life.
type plan struct {
	nth    int
	fate   string
	in     hotline.RegisterInput
	reply  string
	ground int // of a refusal
	steps  []step

	id   hotline.TicketID // from here on while the plan is carried out
	unit string
	// helper is the unit that helps.
	helper string
	round  int
}

type step struct {
	at   clock.Instant
	name string
	do   func(*stage, *plan) error
}

type event struct {
	step
	plan *plan
}

// agenda puts the steps of all plans in the order of time.
func agenda(plans []*plan) []event {
	var out []event
	for _, p := range plans {
		for _, s := range p.steps {
			out = append(out, event{s, p})
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return int(min(1, max(-1, a.at-b.at))) })
	return out
}

// plans invents every order.
func (s *stage) plans() ([]*plan, error) {
	t := newTeller(s.rnd)
	out := s.burstMain(t)
	for _, f := range fates() {
		for i := range f.count {
			p := &plan{nth: len(out) + 1, fate: f.name, round: 1}
			if !s.arrange(p, f, t, i) {
				return nil, fmt.Errorf("demo: no moment before %s suits %s", s.now, f.name)
			}
			out = append(out, p)
		}
	}
	s.repeatCalls(out)
	return out, nil
}

// arrange finds a moment of arrival from which the life of the fate ends up where it should.
func (s *stage) arrange(p *plan, f fate, t *teller, i int) bool {
	told := false
	for try := range 8000 {
		at := s.arrival(f.hours, try)
		if !told {
			s.fill(p, f, t, i, at)
			told = true
		}
		l := &life{s: s, p: p, at: at}
		p.steps = p.steps[:0]
		f.live(l)
		if p.steps[len(p.steps)-1].at <= s.now && f.stand(l) {
			return true
		}
	}
	return false
}

// hourly is how often people call in each hour of the day, of a hundred.
var hourly = [24]int{6, 4, 3, 3, 4, 8, 18, 40, 78, 100, 96, 80, 52, 46, 70, 92, 96, 88, 66, 58, 52, 40, 22, 12}

// arrival draws a moment by the day's profile, at most hours back (all of the demonstration for 0); after many tries it
// looks further back, for months with long holidays.
func (s *stage) arrival(hours, try int) clock.Instant {
	span := int64(days) * 24 * 60
	if hours > 0 {
		span = min(span, int64(hours)*60*(4+int64(try)/500)/4)
	}
	for {
		at := s.now - clock.Instant(s.rnd.Int64N(span*60_000))
		share := hourly[at.Time().Hour()]
		if w := at.Date().Weekday(); w == time.Saturday || w == time.Sunday {
			share = share * 55 / 100
		}
		if s.rnd.IntN(100) < share || hours > 0 && try > 200 {
			return at
		}
	}
}

// fill tells the story of a plan.
func (s *stage) fill(p *plan, f fate, t *teller, i int, at clock.Instant) {
	if f.suits == nil {
		special(p, f.name, i)
		p.in.Name, p.in.Phone, p.in.Channel = fullName(p.nth), phone(p.nth), "电话"
		return
	}
	st := t.tell(at.Date().Month(), f.suits)
	p.in, p.reply = t.request(st, p.nth), st.reply
	s.hide(p, st)
}

// hide lets some who report wrongdoing stay unknown: to the unit, or altogether.
func (s *stage) hide(p *plan, st story) {
	if p.in.Kind != hotline.Report {
		return
	}
	switch {
	case st.place.slots["单位"] != "" && st.from.category == "1504":
		p.in.Confidential = hotline.ConfidentialAll
		p.in.AccusedUnit = s.demo.Units[st.place.slots["单位"]].ID
	case p.nth%3 == 0:
		p.in.Confidential = hotline.ConfidentialCaller
	case p.nth%3 == 1 && (p.fate == "无需回访" || p.fate == "办理中" || p.fate == "待签收"):
		p.in.Anonymous, p.in.Name, p.in.Phone = true, "", ""
	}
}

// repeatCalls lets four people whose orders are being handled call again about the same matter.
func (s *stage) repeatCalls(plans []*plan) {
	var first, again []*plan
	for _, p := range plans {
		switch {
		case p.fate == "红牌" || p.fate == "黄牌":
			if p.in.Phone != "" && len(first) < 4 {
				first = append(first, p)
			}
		case p.fate == "待分派" && len(again) < 4:
			again = append(again, p)
		}
	}
	for i, p := range again {
		if i < len(first) {
			f := first[i]
			p.in.Title, p.in.Content, p.in.Address = f.in.Title, f.in.Content+"前几天已经打过电话，到现在没有人联系我，再问一次。", f.in.Address
			p.in.Kind, p.in.Category, p.in.Area, p.in.Name, p.in.Phone, p.in.Confidential, p.in.AccusedUnit = f.in.Kind, f.in.Category, f.in.Area, f.in.Name, f.in.Phone, f.in.Confidential, f.in.AccusedUnit
			p.in.Urgency, p.reply = f.in.Urgency, f.reply
		}
	}
}
