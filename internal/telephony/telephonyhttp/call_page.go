package telephonyhttp

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/telephony"
	"yichuang/internal/web"
)

type pages struct{ Deps }

// callsView is a page of calls.
type callsView struct {
	Form   *web.Form
	Rows   []telephony.CallRow
	Next   string
	Listen bool
	Now    clock.Instant
}

func (p pages) list(c *web.Ctx) error {
	f := c.Form()
	q := telephony.CallFilter{Abandoned: f.Bool("abandoned"), After: f.Text("after"), Limit: 50}
	if d := f.Date("from"); !d.IsZero() {
		q.From = d.Start()
	}
	if d := f.Date("to"); !d.IsZero() {
		q.To = (d + 1).Start()
	}
	v := callsView{Form: f, Listen: c.Can(telephony.PermListen), Now: c.Now()}
	var err error
	v.Rows, v.Next, err = p.Telephony.Calls(c.Context(), q)
	if err != nil {
		return err
	}
	return c.Render(callsPage(v))
}

func (v callsView) table() web.Table {
	t := web.Table{ID: "calls-list", Caption: "来电记录", Next: v.Next,
		Columns: []web.Column{{Label: "呼入时间"}, {Label: "主叫号码"}, {Label: "状态"}, {Label: "等待"}, {Label: "通话"}, {Label: "座席"}, {Label: "话务员"}, {Label: "工单"}},
		Empty:   web.Empty{Title: "还没有来电", Text: "接入话务平台后，每一次来电会列在这里。接入办法见接口说明“话务”一节。"}}
	if v.Listen {
		t.Columns = append(t.Columns, web.Column{Label: "录音"})
	}
	for i := range v.Rows {
		r := &v.Rows[i]
		row := web.Row{ID: r.ID, Cells: []templ.Component{web.CellTime(r.OfferedAt), web.CellText(cmp.Or(r.Masked, "—")), callState(r.State()), web.CellText(seconds(r.Waited(v.Now))), web.CellText(talked(r)),
			web.CellText(cmp.Or(r.Seat, "—")), web.CellText(cmp.Or(r.UserName, "—")), callTicket(r)}}
		if r.State() == telephony.Abandoned {
			row.State = web.Yellow
		}
		if v.Listen {
			row.Cells = append(row.Cells, callRecording(r))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func talked(r *telephony.CallRow) string {
	if r.Talked() == 0 {
		return "—"
	}
	return seconds(r.Talked())
}

// seconds words a duration as people say it: 45 秒, 3 分 05 秒.
func seconds(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	if s < 60 {
		return fmt.Sprintf("%d 秒", s)
	}
	return fmt.Sprintf("%d 分 %02d 秒", s/60, s%60)
}

func callTone(s telephony.State) web.Tone {
	switch s {
	case telephony.Ringing:
		return web.Warning
	case telephony.Talking:
		return web.Info
	case telephony.Answered:
		return web.Success
	}
	return web.Danger
}

// recording shows the address of a recording; opening it is in the audit log.
func (p pages) recording(c *web.Ctx) error {
	address, err := p.Telephony.Recording(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(recordingPage(address))
}

// seatView is the call-taker's seat.
type seatView struct {
	Form *web.Form
	Seat string
}

func (p pages) seat(c *web.Ctx) error {
	seat, err := p.Telephony.Seat(c.Context())
	if err != nil {
		return err
	}
	return c.Render(seatPage(seatView{Seat: seat}))
}

func (p pages) takeSeat(c *web.Ctx) error {
	f := c.Form()
	seat := f.Text("seat")
	if f.Bool("leave") {
		seat = ""
	} else if seat == "" {
		f.Fail("seat", "%s", telephony.ErrSeat.Public)
	}
	if f.OK() {
		if err := p.Telephony.TakeSeat(c.Context(), seat); err != nil && !f.Take(err) {
			return err
		}
	}
	if !f.OK() {
		now, err := p.Telephony.Seat(c.Context())
		if err != nil {
			return err
		}
		return c.Invalid(seatPage(seatView{f, now}))
	}
	if seat == "" {
		c.Flash(web.Success, "已离开座席，来电不再弹出。")
		return c.Redirect("/calls/seat")
	}
	c.Flash(web.Success, "已登录座席 "+seat+"，来电会在登记页上方弹出。")
	return c.Redirect("/hotline/new")
}

// lookEvery is how often an open page looks for a call at its seat.
const lookEvery = time.Second

// live tells of the call at the reader's seat, as events or once.
func (p pages) live(c *web.Ctx) error {
	if !c.Streams() {
		t, err := p.ringing(c.Context())
		if err != nil {
			return err
		}
		return c.Tell(t)
	}
	return c.Live(web.Stream{Every: lookEvery, Look: func(ctx context.Context) (any, error) { return p.ringing(ctx) }})
}

// ringing words the call at the reader's seat; its link opens the registration with the number filled in.
func (p pages) ringing(ctx context.Context) (web.Tidings, error) {
	in, ok, err := p.Telephony.Mine(ctx)
	if err != nil || !ok {
		return web.Tidings{}, err
	}
	who := in.Phone
	if who == "" {
		who = "号码未知"
	}
	return web.Tidings{Count: 1, Text: in.State().Label() + "：" + who, Href: "/hotline/new?call=" + in.ID}, nil
}
