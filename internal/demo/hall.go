package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/org"
)

// hallDays are how many working days of the hall are played before the present one.
const hallDays = 3

// hallPlay is the hall while its days are played: what each counter has in hand and until when it is busy.
type hallPlay struct {
	rnd     *rand.Rand
	citizen context.Context
	kiosk   string
	queues  []hall.Queue
	seats   []hallSeat
	booked  []string // codes of appointments of the day, in the order of their slots
	said    int      // numbers that were served, of which every third is rated
}

type hallSeat struct {
	counter hall.Counter
	ctx     context.Context
	ticket  hall.Ticket
	busy    clock.Instant // until when
}

// hall sets up the hall of the demonstration and gives the steps of its days as a plan: people come, take numbers, are
// called and served, some miss their call or leave.
func (s *stage) hall(ctx context.Context) (*plan, error) {
	site := s.demo.Sites["临夏市政务大厅"]
	office := s.people["gaofang"]
	h := &hallPlay{rnd: rand.New(rand.NewPCG(10, 2026)), citizen: actor.With(ctx, hall.CitizenActor(s.demo.Centre.ID, "127.0.0.1", "demo"))}
	rules := hall.DefaultRules()
	rules.Notice = "办事请带身份证原件。老年人、残疾人和孕妇可取优先号。"
	if _, err := s.app.Hall.SaveHall(office, site.ID, 0, rules); err != nil {
		return nil, err
	}
	for i, q := range []hall.QueueInput{{Name: "综合业务", Hint: "除下列以外的各类事项", Minutes: 8}, {Name: "社保就业", Hint: "养老、失业、就业登记", Minutes: 10, Bookable: true}, {Name: "企业开办", Hint: "营业执照、公章、税务登记", Minutes: 15, Bookable: true}} {
		q.SlotMinutes, q.SlotCapacity, q.Active, q.Sort = 30, 3, true, int64(i+1)
		made, err := s.app.Hall.SaveQueue(office, site.ID, "", 0, q)
		if err != nil {
			return nil, err
		}
		h.queues = append(h.queues, made)
	}
	if err := s.hallSeats(ctx, h, site); err != nil {
		return nil, err
	}
	kiosk, err := s.app.Hall.SaveDevice(office, site.ID, "", 0, hall.DeviceInput{Kind: hall.Kiosk, Name: "一楼东门取号机", Active: true})
	if err != nil {
		return nil, err
	}
	h.kiosk = kiosk.Code
	if _, err := s.app.Hall.SaveDevice(office, site.ID, "", 0, hall.DeviceInput{Kind: hall.Display, Name: "大厅显示屏", Active: true}); err != nil {
		return nil, err
	}
	return s.hallPlan(h), nil
}

// hallSeats makes the counters and the people who sit at them.
func (s *stage) hallSeats(ctx context.Context, h *hallPlay, site org.Site) error {
	all := []string{h.queues[0].ID, h.queues[1].ID, h.queues[2].ID}
	for i, c := range []struct {
		in   hall.CounterInput
		user string // who sits there; "" for an account that is made here
		name string
	}{
		{hall.CounterInput{Name: "综合受理", Kind: hall.OneStop, Queues: all[:1]}, "", "杨秀英"}, {hall.CounterInput{Name: "综合受理", Kind: hall.OneStop, Queues: all[:2]}, "", "拜文军"},
		{hall.CounterInput{Name: "社保就业", Kind: hall.Special, UnitID: s.demo.Units["市人社局"].ID, Queues: all[1:2]}, "mahua", ""},
		{hall.CounterInput{Name: "企业开办", Kind: hall.Special, UnitID: s.demo.Units["市市场监管局"].ID, Queues: all[2:]}, "", "妥海燕"},
		{hall.CounterInput{Name: "导办台", Kind: hall.GuideDesk, Queues: all}, "", "马成龙"},
	} {
		c.in.No, c.in.Active, c.in.Sort = fmt.Sprint(i+1), true, int64(i+1)
		counter, err := s.app.Hall.SaveCounter(s.people["gaofang"], site.ID, "", 0, c.in)
		if err != nil {
			return err
		}
		who := s.people[c.user]
		if c.user == "" {
			u, _, err := s.app.Org.AddAccount(s.system, org.AccountInput{Roles: []string{org.RoleWindow},
				UserInput: org.UserInput{Username: fmt.Sprintf("window%d", i+1), DisplayName: c.name, Title: "窗口工作人员", UnitID: c.in.UnitID, SiteID: site.ID}})
			if err != nil {
				return err
			}
			if err := s.signIn(ctx, u.Username, u); err != nil {
				return err
			}
			who = s.people[u.Username]
		}
		h.seats = append(h.seats, hallSeat{counter: counter, ctx: who})
	}
	return nil
}

// hallPlan lays out the days minute by minute. The present day is played up to now, whatever the hour, so that the hall
// has life; the days before are played to their end.
func (s *stage) hallPlan(h *hallPlay) *plan {
	p := &plan{fate: "hall"}
	day := s.now.Date()
	var days []clock.Date
	for d := day; len(days) < hallDays; {
		d = s.cal.PrevWorkday(d)
		days = append([]clock.Date{d}, days...)
	}
	for _, d := range append(days, day) {
		closing := d.Clock(17, 50)
		p.steps = append(p.steps, step{d.Clock(8, 25), "hall opens", func(s *stage, _ *plan) error { return h.open(s, d) }})
		for at := d.Clock(8, 30); at <= min(closing, s.now); at += 60_000 {
			p.steps = append(p.steps, step{at, "hall", func(s *stage, _ *plan) error { return h.minute(s, at, d < day && at > closing-40*60_000) }})
		}
	}
	p.steps = p.until(s.now)
	return p
}

// until leaves out what would come after a moment.
func (p *plan) until(now clock.Instant) []step {
	var out []step
	for _, st := range p.steps {
		if st.at <= now {
			out = append(out, st)
		}
	}
	return out
}

// open seats the people, and lets some book for the next days.
func (h *hallPlay) open(s *stage, day clock.Date) error {
	h.booked = nil
	for i := range h.seats {
		seat := &h.seats[i]
		seat.ticket, seat.busy = hall.Ticket{}, 0
		if _, err := s.app.Hall.Sit(seat.ctx, seat.counter.ID); err != nil {
			return err
		}
	}
	next := s.cal.NextWorkday(day)
	for i, no := range []string{"622901199001011232", "622901198505120016", "622901197003154561"} {
		in := hall.BookInput{QueueID: h.queues[1+i%2].ID, SlotAt: next.Clock(9+i, 0), Name: "某某某", IDNo: no, Phone: "13900000001"}
		r, err := s.app.Hall.Book(h.citizen, in)
		if errors.Is(err, hall.ErrAbsent) || errors.Is(err, hall.ErrBookedToday) {
			continue
		}
		if err != nil {
			return err
		}
		h.booked = append(h.booked, r.Secret)
	}
	return nil
}

// minute plays one minute: somebody may come, and every counter goes on.
func (h *hallPlay) minute(s *stage, at clock.Instant, closing bool) error {
	if !closing && h.rnd.IntN(100) < 29 {
		in := hall.TakeInput{QueueID: h.queues[[]int{0, 0, 0, 1, 1, 2}[h.rnd.IntN(6)]].ID, Class: hall.Ordinary}
		if h.rnd.IntN(9) == 0 {
			in.Class = hall.Priority
		}
		if _, err := s.app.Hall.TakeAtKiosk(h.citizen, h.kiosk, in); err != nil {
			return err
		}
	}
	for i := range h.seats {
		if h.seats[i].counter.Kind == hall.GuideDesk || h.seats[i].busy > at {
			continue
		}
		if err := h.goOn(s, &h.seats[i], at); err != nil {
			return err
		}
	}
	return nil
}

// goOn takes one counter a step further.
func (h *hallPlay) goOn(s *stage, seat *hallSeat, at clock.Instant) (err error) {
	m, cmd := s.app.Hall, hall.Command{CounterID: seat.counter.ID, TicketID: seat.ticket.ID}
	switch {
	case seat.ticket.State == hall.Serving:
		done := seat.ticket
		_, err = m.Finish(seat.ctx, cmd)
		if seat.ticket = (hall.Ticket{}); err != nil {
			return err
		}
		return h.sayNumber(s, done)
	case seat.ticket.State == hall.Called && seat.ticket.Calls >= 3:
		_, err = m.Miss(seat.ctx, cmd)
		if err == nil && h.rnd.IntN(2) == 0 { // seen to leave
			_, err = m.Drop(seat.ctx, cmd)
		}
		seat.ticket = hall.Ticket{}
		return err
	case seat.ticket.State == hall.Called && (h.rnd.IntN(12) == 0 || seat.ticket.Calls == 2):
		seat.ticket, err = m.Recall(seat.ctx, cmd)
		return err
	case seat.ticket.State == hall.Called:
		seat.ticket, err = m.Arrive(seat.ctx, cmd)
		seat.busy = at + clock.Instant((4+h.rnd.IntN(12))*60_000)
		return err
	}
	seat.ticket, err = m.Next(seat.ctx, seat.counter.ID, "")
	if errors.Is(err, hall.ErrNobody) {
		return nil
	}
	return err
}
