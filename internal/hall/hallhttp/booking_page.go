package hallhttp

import (
	"cmp"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/hall"
	"yichuang/internal/web"
)

// bookView is the booking page of one queue.
type bookView struct {
	Base  string
	Queue hall.BookableQueue
	Days  []hall.SlotDay
	Day   clock.Date
	Form  *web.Form
	Key   string
}

// bookable lists what can be booked.
func (h handlers) bookable(c *web.Ctx) error {
	list, err := h.Hall.BookableQueues(c.Context())
	if err != nil {
		return err
	}
	return c.Render(bookablePage(centreBase(c), list))
}

func (h handlers) slots(c *web.Ctx) error { return h.showSlots(c, nil) }

func (h handlers) showSlots(c *web.Ctx, f *web.Form) error {
	v := bookView{Base: centreBase(c), Form: f, Key: newKey()}
	list, err := h.Hall.BookableQueues(c.Context())
	if err != nil {
		return err
	}
	for _, q := range list {
		if q.ID == c.Param("queue") {
			v.Queue = q
		}
	}
	if v.Queue.ID == "" {
		return hall.ErrMissing
	}
	if v.Days, err = h.Hall.Slots(c.Context(), v.Queue.ID); err != nil {
		return err
	}
	v.Day = c.Form().Date("day")
	if v.day() == nil {
		v.Day = v.Days[0].Day
	}
	if f != nil {
		return c.Invalid(bookPage(v))
	}
	return c.Render(bookPage(v))
}

// day is the chosen day with its slots.
func (v bookView) day() *hall.SlotDay {
	for i := range v.Days {
		if v.Days[i].Day == v.Day {
			return &v.Days[i]
		}
	}
	return nil
}

func (v bookView) slotOptions() []web.Option {
	var out []web.Option
	for _, s := range v.day().Slots {
		label := s.At.Time().Format("15:04") + "　余 " + number(s.Left)
		if s.Left == 0 {
			label = s.At.Time().Format("15:04") + "　约满"
		}
		out = append(out, web.Option{Value: s.At.String(), Label: label, Disabled: s.Left == 0})
	}
	return out
}

func (h handlers) book(c *web.Ctx) error {
	f := c.Form()
	in := hall.BookInput{QueueID: c.Param("queue"), SlotAt: f.Instant("slot"), Name: crypt.PersonName(f.Text("name")), IDNo: f.Text("id_no"), Phone: crypt.PhoneNumber(f.Text("phone")), Key: f.Text("key")}
	if in.SlotAt == 0 {
		f.Fail("slot", "请选择时段。")
	}
	if !f.OK() {
		return h.showSlots(c, f)
	}
	r, err := h.Hall.Book(c.Context(), in)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return h.showSlots(c, f)
	}
	return c.Render(bookedPage(centreBase(c), r))
}

// bookingView is an appointment that its owner looks up.
type bookingView struct {
	Base  string
	Form  *web.Form
	Found *hall.Reservation
	Now   clock.Instant
	Tail  string
}

func (v bookingView) mayCancel() bool {
	return v.Found.State == hall.BookingMade && hall.CancelTime(v.Found.SlotAt, v.Now, v.Found.Rules) == nil
}

func (h handlers) bookingForm(c *web.Ctx) error {
	return c.Render(bookingPage(bookingView{Base: centreBase(c), Now: c.Now()}))
}

func (h handlers) booking(c *web.Ctx) error {
	f := c.Form()
	v := bookingView{Base: centreBase(c), Form: f, Now: c.Now(), Tail: f.Required("tail", "手机号后四位")}
	code := f.Required("code", "预约码")
	if !f.OK() {
		return c.Invalid(bookingPage(v))
	}
	r, err := h.Hall.Booking(c.Context(), code, v.Tail)
	if err != nil {
		f.Fail("code", "%s", hall.ErrBooking.Public)
		return c.Invalid(bookingPage(v))
	}
	v.Found = &r
	return c.Render(bookingPage(v))
}

func (h handlers) cancelBooking(c *web.Ctx) error {
	f := c.Form()
	r, err := h.Hall.CancelBooking(c.Context(), f.Text("code"), f.Text("tail"))
	v := bookingView{Base: centreBase(c), Form: f, Now: c.Now(), Tail: f.Text("tail")}
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return c.Invalid(bookingPage(v))
	}
	v.Found = &r
	return c.Render(bookingPage(v))
}

// bookingsView is the list of appointments for those who serve them.
type bookingsView struct {
	Form *web.Form
	Rows []hall.BookingRow
	Next string
	Open bool
}

func (h handlers) bookings(c *web.Ctx) error {
	f := c.Form()
	v := bookingsView{Form: f, Open: c.Can(hall.PermReveal)}
	states := []string{string(hall.BookingMade), string(hall.BookingArrived), string(hall.BookingCancelled), string(hall.BookingAbsent)}
	var err error
	v.Rows, v.Next, err = h.Hall.Bookings(c.Context(), hall.BookingFilter{Day: f.Date("day"), State: hall.BookingState(f.Choice("state", states...)), After: f.Text("after"), Limit: 50})
	if err != nil {
		return err
	}
	return c.Render(bookingsPage(v))
}

func (v bookingsView) table() web.Table {
	t := web.Table{ID: "bookings", Caption: "预约名单", Next: v.Next, Columns: []web.Column{{Label: "时段"}, {Label: "业务", Grow: true}, {Label: "预约人"}, {Label: "手机尾号"}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有预约", Text: "本窗口办理的业务有人预约后列在这里。先在叫号台上岗，才能看到本窗口的预约。"}}
	if v.Open {
		t.Columns = append(t.Columns, web.Column{Label: "核对身份"})
	}
	for i := range v.Rows {
		r := &v.Rows[i]
		row := web.Row{ID: r.ID, Cells: cells(r.SlotAt.String(), r.Queue, r.NameMask, r.PhoneTail, r.State.Label())}
		if v.Open {
			row.Cells = append(row.Cells, web.SecretText(web.Secret{Masked: r.NameMask, Reveal: "/hall/bookings/" + r.ID + "/reveal", Label: "预约人"}))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// reveal shows who booked; the use case leaves a line in the audit log.
func (h handlers) reveal(c *web.Ctx) error {
	p, err := h.Hall.RevealBooking(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Reveal(cmp.Or(p.Name, "—")+"　"+p.IDNo+"　"+p.Phone, "/hall/bookings")
}
