package hallhttp

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hall"
	"yichuang/internal/web"
)

// seatsView is the choice of a counter.
type seatsView struct {
	Form  *web.Form
	Seats []hall.Counter
}

// deskView is the desk of a counter.
type deskView struct {
	hall.Desk
	Form *web.Form
	Now  clock.Instant
	Key  string
}

func (v deskView) path(rest string) string { return "/hall/desk/" + v.Counter.ID + rest }

func (v deskView) queueName(id string) string {
	for _, q := range v.Queues {
		if q.ID == id {
			return q.Name
		}
	}
	return ""
}

// own are the counter's queues, others those that a ticket can be sent on to.
func (v deskView) options(own bool) []web.Option {
	var out []web.Option
	for _, q := range v.Queues {
		if q.Active && (!own && (v.Current == nil || q.ID != v.Current.QueueID) || own && slices.Contains(v.Counter.Queues, q.ID)) {
			out = append(out, web.Option{Value: q.ID, Label: q.Name})
		}
	}
	return out
}

// onlyQueue is the queue of a counter that has one; nobody has to choose it.
func (v deskView) onlyQueue() string {
	if list := v.takeOptions(); len(list) == 1 {
		return list[0].Value
	}
	return ""
}

// takeOptions are the queues for which the counter gives numbers: its own, at the guide desk all.
func (v deskView) takeOptions() []web.Option {
	if v.Counter.Kind == hall.GuideDesk {
		return v.options(false)
	}
	return v.options(true)
}

func (v deskView) waitText(t *hall.Ticket) string {
	if t.ReadyAt > v.Now {
		return "时段 " + t.SlotAt.Time().Format("15:04") + " 未到"
	}
	return hall.MinutesText(int64(v.Now-t.ReadyAt) / 60_000 * 60_000)
}

func (v deskView) waitingTable() web.Table {
	t := web.Table{ID: "waiting", Caption: "等候", Columns: []web.Column{{Label: "号码", Name: true}, {Label: "业务", Grow: true}, {Label: "预约人"}, {Label: "已等候", Number: true}, {Label: ""}},
		Empty: web.Empty{Title: "没有人等候"}}
	for i := range v.Waiting {
		k := &v.Waiting[i]
		wait := v.waitText(k)
		if k.Skip > 0 {
			wait = "回队，再过 " + number(k.Skip) + " 位"
		}
		row := web.Row{ID: k.ID, Cells: cells(k.No, v.queueName(k.QueueID), k.NameMask, wait)}
		row.Cells = append(row.Cells, ticketButton(v, k, hall.Drop, "已离开"))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v deskView) missedTable() web.Table {
	t := web.Table{ID: "missed", Caption: "过号", Columns: []web.Column{{Label: "号码", Name: true}, {Label: "业务", Grow: true}, {Label: "过号时间"}, {Label: ""}, {Label: ""}}, Empty: web.Empty{Title: "没有过号"}}
	for i := range v.Missed {
		k := &v.Missed[i]
		row := web.Row{ID: k.ID, Cells: cells(k.No, v.queueName(k.QueueID), k.MissedAt.Time().Format("15:04"))}
		back := ticketButton(v, k, hall.Return, "回队")
		if int64(v.Now-k.MissedAt) > v.Rules.ReturnMinutes*60_000 {
			back = web.CellText("超过 " + number(v.Rules.ReturnMinutes) + " 分钟，请重新取号")
		}
		row.Cells = append(row.Cells, back, ticketButton(v, k, hall.Drop, "弃号"))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v deskView) heldTable() web.Table {
	t := web.Table{ID: "held", Caption: "暂挂", Columns: []web.Column{{Label: "号码", Name: true}, {Label: "业务", Grow: true}, {Label: ""}}, Empty: web.Empty{Title: "没有暂挂的号"}}
	for i := range v.Held {
		k := &v.Held[i]
		row := web.Row{ID: k.ID, Cells: cells(k.No, v.queueName(k.QueueID))}
		row.Cells = append(row.Cells, ticketButton(v, k, hall.Resume, "继续办理"))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v deskView) bookingTable() web.Table {
	t := web.Table{ID: "today", Caption: "今日预约", Columns: []web.Column{{Label: "时段"}, {Label: "业务", Grow: true}, {Label: "预约人"}, {Label: "手机尾号"}}, Empty: web.Empty{Title: "今天没有还未签到的预约"}}
	for i := range v.Bookings {
		b := &v.Bookings[i]
		t.Rows = append(t.Rows, web.Row{ID: b.ID, Cells: cells(b.SlotAt.Time().Format("15:04"), v.queueName(b.QueueID), b.NameMask, b.PhoneTail)})
	}
	return t
}

// ownDesk shows the desk of the counter where the reader sits, or the choice of one.
func (h handlers) ownDesk(c *web.Ctx) error {
	d, err := h.Hall.OwnDesk(c.Context())
	if errors.Is(err, hall.ErrCounterClosed) {
		return h.showSeats(c, nil)
	}
	if err != nil {
		return err
	}
	return h.render(c, d, nil)
}

func (h handlers) showSeats(c *web.Ctx, f *web.Form) error {
	seats, err := h.Hall.Seats(c.Context())
	if err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(seatsPage(seatsView{f, seats}))
	}
	return c.Render(seatsPage(seatsView{f, seats}))
}

func (h handlers) render(c *web.Ctx, d hall.Desk, f *web.Form) error {
	v := deskView{Desk: d, Form: f, Now: c.Now(), Key: newKey()}
	if f != nil {
		return c.Invalid(deskPage(v))
	}
	return c.Render(deskPage(v))
}

func (h handlers) desk(c *web.Ctx) error {
	d, err := h.Hall.Desk(c.Context(), c.Param("counter"))
	if err != nil {
		return err
	}
	return h.render(c, d, nil)
}

// done leads back to the desk after an action, or shows the desk with what refused it.
func (h handlers) done(c *web.Ctx, err error, said string) error {
	if err == nil {
		if said != "" {
			c.Flash(web.Success, said)
		}
		return c.Redirect("/hall/desk/" + c.Param("counter"))
	}
	f := c.Form()
	e := errs.As(err)
	if e.Kind != errs.Conflict && e.Kind != errs.Invalid && !errors.Is(err, hall.ErrBooking) {
		return err
	}
	f.Say("%s", e.Public)
	return h.again(c)
}

// again shows the desk with what was wrong.
func (h handlers) again(c *web.Ctx) error {
	d, err := h.Hall.Desk(c.Context(), c.Param("counter"))
	if err != nil {
		return err
	}
	return h.render(c, d, c.Form())
}

func (h handlers) sit(c *web.Ctx) error {
	f := c.Form()
	counter, err := h.Hall.Sit(c.Context(), f.Text("counter"))
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return h.showSeats(c, f)
	}
	c.Flash(web.Success, "已在 "+counter.No+" 号窗口上岗。")
	return c.Redirect("/hall/desk/" + counter.ID)
}

func (h handlers) leave(c *web.Ctx) error {
	counter, err := h.Hall.Leave(c.Context(), c.Param("counter"))
	if err != nil {
		return h.done(c, err, "")
	}
	c.Flash(web.Success, "已从 "+counter.No+" 号窗口离岗。")
	return c.Redirect("/hall/desk")
}

func (h handlers) pause(c *web.Ctx) error {
	_, err := h.Hall.Pause(c.Context(), c.Param("counter"), c.Form().Bool("paused"))
	return h.done(c, err, "")
}

func (h handlers) next(c *web.Ctx) error {
	_, err := h.Hall.Next(c.Context(), c.Param("counter"), c.Form().Text("key"))
	return h.done(c, err, "")
}

func (h handlers) act(c *web.Ctx) error {
	f := c.Form()
	do, ok := steps(h.Hall)[hall.Action(c.Param("action"))]
	if !ok {
		return hall.ErrMissing
	}
	_, err := do(c.Context(), hall.Command{CounterID: c.Param("counter"), TicketID: c.Param("ticket"), QueueID: f.Text("queue"), Key: f.Text("key")})
	return h.done(c, err, "")
}

func (h handlers) takeAtCounter(c *web.Ctx) error {
	f := c.Form()
	queue := f.Text("queue")
	if queue == "" {
		f.Fail("queue", "请选择业务。")
		return h.again(c)
	}
	s, err := h.Hall.TakeAtCounter(c.Context(), c.Param("counter"), hall.TakeInput{QueueID: queue, Class: hall.Class(f.Choice("class", string(hall.Ordinary), string(hall.Priority))), Key: f.Text("key")})
	if err != nil {
		return h.done(c, err, "")
	}
	return c.Redirect("/hall/desk/" + c.Param("counter") + "/slip/" + s.ID + "?code=" + s.Secret)
}

func (h handlers) checkInAtCounter(c *web.Ctx) error {
	s, err := h.Hall.CheckInAtCounter(c.Context(), c.Param("counter"), c.Form().Text("booking"))
	if err != nil {
		return h.done(c, err, "")
	}
	return c.Redirect("/hall/desk/" + c.Param("counter") + "/slip/" + s.ID + "?code=" + s.Secret)
}

func (h handlers) deskSlip(c *web.Ctx) error {
	s, err := h.Hall.Progress(c.Context(), c.Param("ticket"), c.Query("code"))
	if err != nil {
		return err
	}
	return c.Render(slipPage(slipView{Slip: s, Back: "/hall/desk/" + c.Param("counter")}))
}

// deskLive tells an open desk when others came since it was shown.
func (h handlers) deskLive(c *web.Ctx) error {
	counter, seen := c.Param("counter"), c.Query("seen")
	look := func(ctx context.Context) (web.Tidings, error) {
		d, err := h.Hall.Desk(ctx, counter)
		if err != nil {
			return web.Tidings{}, err
		}
		n := 0
		for _, t := range d.Waiting {
			if t.ID > seen {
				n++
			}
		}
		if n == 0 {
			return web.Tidings{}, nil
		}
		return web.Tidings{Count: n, Text: "新来 " + number(int64(n)) + " 人等候，刷新", Href: "/hall/desk/" + counter}, nil
	}
	if !c.Streams() {
		t, err := look(c.Context())
		if err != nil {
			return err
		}
		return c.Tell(t)
	}
	return c.Live(web.Stream{Every: 2 * lookEvery, Look: func(ctx context.Context) (any, error) { return look(ctx) }})
}

// newest is the youngest ticket that the desk shows.
func (v deskView) newest() string {
	id := ""
	for _, t := range v.Waiting {
		id = max(id, t.ID)
	}
	return id
}
