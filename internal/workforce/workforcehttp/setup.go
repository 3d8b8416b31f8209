package workforcehttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// fresh is the id of a record that is being made.
const fresh = "new"

func idOf(c *web.Ctx) string {
	if id := c.Param("id"); id != fresh {
		return id
	}
	return ""
}

// setupView is shifts, places to punch and the roster of a month.
type setupView struct {
	Form   *web.Form
	Month  clock.Date
	Shifts []workforce.Shift
	Gates  []workforce.Gate
	Roster []workforce.RosterLine
	People []web.Option
	Sites  []web.Option
	Centre string // its code, for the address of a screen
}

func (v setupView) shiftOptions() []web.Option {
	var out []web.Option
	for _, s := range v.Shifts {
		if s.Active {
			out = append(out, web.Option{Value: s.ID, Label: s.Name + "（" + s.Hours() + "）"})
		}
	}
	return out
}

func kindsOfRoster() []web.Option {
	var out []web.Option
	for _, k := range workforce.RosterKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

func yes(b bool) string {
	if b {
		return "启用"
	}
	return "停用"
}

func (h handlers) setup(c *web.Ctx) error { return h.showSetup(c, nil) }

func (h handlers) showSetup(c *web.Ctx, f *web.Form) error {
	v := setupView{Form: f, Month: monthOf(c)}
	ctx := c.Context()
	var err error
	if v.Shifts, err = h.Workforce.Shifts(ctx); err != nil {
		return err
	}
	if v.Gates, err = h.Workforce.Gates(ctx); err != nil {
		return err
	}
	if v.Roster, err = h.Workforce.RosterOf(ctx, v.Month); err != nil {
		return err
	}
	if v.People, err = h.people(c); err != nil {
		return err
	}
	if v.Sites, err = h.sites(c); err != nil {
		return err
	}
	centre, err := h.Org.Centre(ctx, c.Actor().CentreID)
	if err != nil {
		return err
	}
	v.Centre = centre.Code
	if f != nil {
		return c.Invalid(setupPage(v))
	}
	return c.Render(setupPage(v))
}

// people lists those who are posted now, for a choice.
func (h handlers) people(c *web.Ctx) ([]web.Option, error) {
	list, err := h.Workforce.Staff(c.Context(), workforce.StaffFilter{})
	var out []web.Option
	for _, m := range list {
		out = append(out, web.Option{Value: m.UserID, Label: m.Name + "（" + m.Post + "）", Group: m.Unit})
	}
	return out, err
}

func (h handlers) sites(c *web.Ctx) ([]web.Option, error) {
	list, _, err := h.Org.ListSites(c.Context(), org.SiteQuery{Active: true, Limit: 200})
	var out []web.Option
	for _, s := range list {
		out = append(out, web.Option{Value: s.ID, Label: s.Name})
	}
	return out, err
}

func (v setupView) shiftTable() web.Table {
	t := web.Table{ID: "shifts", Caption: "班次", Columns: []web.Column{{Label: "班次", Name: true, Grow: true}, {Label: "时段"}, {Label: "状态"}, {Label: ""}}, Empty: web.Empty{Title: "还没有班次", Text: "先建一个按办公时间的行政班，再登记派驻。"}}
	for _, s := range v.Shifts {
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Cells: []templ.Component{web.CellText(s.Name), web.CellText(s.Hours()), web.CellText(yes(s.Active)), shiftSwitch(s)}})
	}
	return t
}

func (v setupView) gateTable() web.Table {
	t := web.Table{ID: "gates", Caption: "打卡点", Columns: []web.Column{{Label: "打卡点", Name: true, Grow: true}, {Label: "免码网络", Wrap: true}, {Label: "状态"}, {Label: "打卡屏"}, {Label: ""}}, Empty: web.Empty{Title: "还没有打卡点", Text: "打卡点的屏幕显示打卡码；也可以写明大厅网络，在网内不用输码。"}}
	for _, g := range v.Gates {
		at := "/workforce/c/" + v.Centre + "/gate/" + g.Code
		t.Rows = append(t.Rows, web.Row{ID: g.ID, Cells: []templ.Component{web.CellText(g.Name), web.CellText(g.Networks), web.CellText(yes(g.Active)), web.CellLink(at, "打开打卡屏"), gateSwitch(g)}})
	}
	return t
}

func (v setupView) rosterTable() web.Table {
	t := web.Table{ID: "roster", Caption: "排班", Columns: []web.Column{{Label: "日期", Name: true, Grow: true}, {Label: "姓名"}, {Label: "变动"}, {Label: "班次"}, {Label: "事由", Wrap: true}, {Label: ""}}, Empty: web.Empty{Title: "这个月没有排班变动", Text: "工作日按派驻的班次出勤；值班、调班、调休写在这里。"}}
	for _, r := range v.Roster {
		t.Rows = append(t.Rows, web.Row{ID: r.UserID + r.Day.String() + r.ShiftID, Cells: []templ.Component{web.CellText(web.DayText(r.Day)), web.CellText(r.Name), web.CellText(r.Kind.Label()), web.CellText(r.Shift), web.CellText(r.Reason), rosterRemove(r)}})
	}
	return t
}

// setupDone answers a form of the setup.
func (h handlers) setupDone(c *web.Ctx, f *web.Form, err error, done string) error {
	if err == nil && f.OK() {
		c.Flash(web.Success, done)
		return c.Redirect("/workforce/setup?month=" + monthText(monthOf(c)))
	}
	if err != nil && !f.Take(err) {
		return err
	}
	return h.showSetup(c, f)
}

func (h handlers) saveShift(c *web.Ctx) error {
	f := c.Form()
	in := workforce.ShiftInput{Name: f.Text("shift_name"), Seasonal: f.Bool("seasonal"), Hours: f.Text("hours"), Active: f.Bool("active")}
	_, err := h.Workforce.SaveShift(c.Context(), idOf(c), f.Version(), in)
	return h.setupDone(c, f, renamed(err, "name", "shift_name"), "已保存班次。")
}

func (h handlers) saveGate(c *web.Ctx) error {
	f := c.Form()
	in := workforce.GateInput{SiteID: f.Text("site_id"), Name: f.Text("gate_name"), Networks: f.Text("networks"), Active: f.Bool("active"), Renew: f.Bool("renew")}
	_, err := h.Workforce.SaveGate(c.Context(), idOf(c), f.Version(), in)
	return h.setupDone(c, f, renamed(err, "name", "gate_name"), "已保存打卡点。")
}

// renamed puts what is wrong beside the field of a page with several forms.
func renamed(err error, from, to string) error {
	e := errs.As(err)
	if err == nil || len(e.Fields) == 0 {
		return err
	}
	c := *e
	c.Fields = append([]errs.Field{}, e.Fields...)
	for i := range c.Fields {
		if c.Fields[i].Name == from {
			c.Fields[i].Name = to
		}
	}
	return &c
}

func (h handlers) schedule(c *web.Ctx) error {
	f := c.Form()
	in := workforce.RosterInput{UserID: f.Text("user_id"), Day: f.Date("day"), Kind: workforce.RosterKind(f.Text("kind")), ShiftID: f.Text("shift_id"), Reason: f.Text("reason")}
	var err error
	if f.OK() {
		err = h.Workforce.Schedule(c.Context(), in)
	}
	return h.setupDone(c, f, err, "已排班。")
}

func (h handlers) unschedule(c *web.Ctx) error {
	f := c.Form()
	err := h.Workforce.Unschedule(c.Context(), f.Text("user_id"), f.Date("day"), f.Text("shift_id"))
	return h.setupDone(c, f, err, "已取消这条排班。")
}

// outagesView is the list of outages with the form of a new one.
type outagesView struct {
	Form   *web.Form
	List   []workforce.Outage
	People []web.Option
	Sites  []web.Option
}

func (v outagesView) table() web.Table {
	t := web.Table{ID: "outages", Caption: "停机时段", Columns: []web.Column{{Label: "时段", Name: true, Grow: true}, {Label: "原因", Wrap: true}, {Label: "签到表"}}, Empty: web.Empty{Title: "没有停机记录", Text: "停电、设备故障不能打卡时，用纸质签到表，再在这里录入。"}}
	for _, o := range v.List {
		t.Rows = append(t.Rows, web.Row{ID: o.ID, Cells: []templ.Component{web.CellText(span(o.From, o.To)), web.CellText(o.Reason), web.CellLink("/workforce/outages/"+o.ID+"/sheet", o.FileName)}})
	}
	return t
}

func (h handlers) outages(c *web.Ctx) error { return h.showOutages(c, nil) }

func (h handlers) showOutages(c *web.Ctx, f *web.Form) error {
	v := outagesView{Form: f}
	var err error
	if v.List, err = h.Workforce.Outages(c.Context()); err != nil {
		return err
	}
	if v.People, err = h.people(c); err != nil {
		return err
	}
	if v.Sites, err = h.sites(c); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(outagesPage(v))
	}
	return c.Render(outagesPage(v))
}

func (h handlers) enterOutage(c *web.Ctx) error {
	f := c.Form()
	in := workforce.OutageInput{SiteID: f.Text("site_id"), From: f.Instant("from"), To: f.Instant("to"), Reason: f.Text("reason")}
	at := f.Instant("at")
	for _, u := range f.All("users") {
		in.Signatures = append(in.Signatures, workforce.Signature{UserID: u, At: at})
	}
	if file := f.File("sheet"); file != nil && f.OK() {
		r, err := file.Open()
		if err == nil {
			in.Sheet, err = h.Blobs.Save(c.Actor().CentreID, r, file.Name)
			r.Close()
		}
		if err != nil {
			c.Note(err)
			f.Fail("sheet", "“%s”：%s", file.Name, errs.As(err).Public)
		}
	}
	if f.OK() {
		_, err := h.Workforce.EnterOutage(c.Context(), in)
		if err == nil {
			c.Flash(web.Success, "已录入纸质签到。")
			return c.Redirect("/workforce/outages")
		}
		if !f.Take(err) {
			return err
		}
	}
	f.Rename("signatures", "users")
	return h.showOutages(c, f)
}

func (h handlers) outageSheet(c *web.Ctx) error {
	b, err := h.Workforce.OpenSheet(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}
