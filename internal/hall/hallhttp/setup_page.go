package hallhttp

import (
	"slices"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hall"
	"yichuang/internal/web"
)

// setupView is the setup of a site with the form that is open.
type setupView struct {
	hall.Setup
	Form   *web.Form
	Centre string // code, for the addresses of devices
	Units  []web.Option
	Now    clock.Instant
	ID     string // of what the form changes; "new" for another
}

func (v setupView) path(rest string) string { return "/hall/setup/" + v.Hall.SiteID + rest }

func (h handlers) places(c *web.Ctx) error {
	list, err := h.Hall.Places(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "places", Caption: "站点", Columns: []web.Column{{Label: "站点", Grow: true}, {Label: "叫号"}}, Empty: web.Empty{Title: "还没有站点", Text: "请系统管理员先在“站点”中新建。"}}
	for _, p := range list {
		state := "未开通"
		if p.Opened {
			state = map[bool]string{true: "已开通", false: "已停用"}[p.Active]
		}
		href := "/hall/setup/" + p.SiteID
		t.Rows = append(t.Rows, web.Row{ID: p.SiteID, Href: href, Cells: []templ.Component{web.CellLink(href, p.Name), web.CellText(state)}})
	}
	return c.Render(placesPage(t))
}

func (h handlers) view(c *web.Ctx) (setupView, error) {
	v := setupView{Now: c.Now(), ID: c.Param("id")}
	var err error
	if v.Setup, err = h.Hall.Setup(c.Context(), c.Param("site")); err != nil {
		return v, err
	}
	if v.Units, err = h.Units(c.Context()); err != nil {
		return v, err
	}
	centre, err := h.Org.OwnCentre(c.Context())
	v.Centre = centre.Code
	return v, err
}

func (h handlers) setup(c *web.Ctx) error { return h.showSetup(c, nil, setupPage) }

// showSetup renders one of the pages of a site's setup, with what was refused where f is given.
func (h handlers) showSetup(c *web.Ctx, f *web.Form, page func(setupView) templ.Component) error {
	v, err := h.view(c)
	if err != nil {
		return err
	}
	v.Form = f
	if !v.known() {
		return hall.ErrMissing
	}
	if f != nil {
		return c.Invalid(page(v))
	}
	return c.Render(page(v))
}

// known reports whether what the form changes is there.
func (v setupView) known() bool {
	return v.ID == "" || v.ID == "new" || slices.ContainsFunc(v.Queues, func(q hall.Queue) bool { return q.ID == v.ID }) ||
		slices.ContainsFunc(v.Counters, func(k hall.Counter) bool { return k.ID == v.ID }) || slices.ContainsFunc(v.Devices, func(d hall.Device) bool { return d.ID == v.ID })
}

// saved leads back to the site after something was saved, or shows the form with what refused it.
func (h handlers) saved(c *web.Ctx, err error, said string, page func(setupView) templ.Component) error {
	if err == nil && c.Form().OK() {
		c.Flash(web.Success, said)
		return c.Redirect("/hall/setup/" + c.Param("site"))
	}
	f := c.Form()
	if err != nil && !f.Take(err) {
		return err
	}
	return h.showSetup(c, f, page)
}

// id is what the address names; "" to make another.
func id(c *web.Ctx) string {
	if c.Param("id") == "new" {
		return ""
	}
	return c.Param("id")
}

func (h handlers) saveRules(c *web.Ctx) error {
	f := c.Form()
	r := hall.Rules{Active: f.Bool("active"), CallsMax: f.Int("calls_max"), ReturnMinutes: f.Int("return_minutes"), ReturnBehind: f.Int("return_behind"), JumpsMax: f.Int("jumps_max"),
		GraceMinutes: f.Int("grace_minutes"), EarlyMinutes: f.Int("early_minutes"), BookDays: f.Int("book_days"), CancelMinutes: f.Int("cancel_minutes"),
		AbsentLimit: f.Int("absent_limit"), AbsentDays: f.Int("absent_days"), Overnight: f.Bool("overnight"), Notice: f.Text("notice")}
	var err error
	if f.OK() {
		_, err = h.Hall.SaveHall(c.Context(), c.Param("site"), f.Version(), r)
	}
	return h.saved(c, err, "排队规则已保存。", setupPage)
}

func (h handlers) queueForm(c *web.Ctx) error { return h.showSetup(c, nil, queueFormPage) }

func (h handlers) saveQueue(c *web.Ctx) error {
	f := c.Form()
	in := hall.QueueInput{Name: f.Text("name"), Hint: f.Text("hint"), Minutes: f.Int("minutes"), Bookable: f.Bool("bookable"), SlotMinutes: f.Int("slot_minutes"), SlotCapacity: f.Int("slot_capacity"), Active: f.Bool("active"), Sort: f.Int("sort")}
	var err error
	if f.OK() {
		_, err = h.Hall.SaveQueue(c.Context(), c.Param("site"), id(c), f.Version(), in)
	}
	return h.saved(c, err, "队列已保存。", queueFormPage)
}

func (h handlers) counterForm(c *web.Ctx) error { return h.showSetup(c, nil, counterFormPage) }

func (h handlers) saveCounter(c *web.Ctx) error {
	f := c.Form()
	in := hall.CounterInput{UnitID: f.Text("unit"), No: f.Text("no"), Name: f.Text("name"), Kind: hall.CounterKind(f.Text("kind")), Active: f.Bool("active"), Sort: f.Int("sort"), Queues: f.All("queues")}
	var err error
	if f.OK() {
		_, err = h.Hall.SaveCounter(c.Context(), c.Param("site"), id(c), f.Version(), in)
	}
	return h.saved(c, err, "窗口已保存。", counterFormPage)
}

func (h handlers) deviceForm(c *web.Ctx) error { return h.showSetup(c, nil, deviceFormPage) }

func (h handlers) saveDevice(c *web.Ctx) error {
	f := c.Form()
	in := hall.DeviceInput{Kind: hall.DeviceKind(f.Text("kind")), Name: f.Text("name"), Active: f.Bool("active"), Renew: f.Bool("renew")}
	var err error
	if f.OK() {
		_, err = h.Hall.SaveDevice(c.Context(), c.Param("site"), id(c), f.Version(), in)
	}
	return h.saved(c, err, "终端已保存。", deviceFormPage)
}

func (v setupView) queue() hall.Queue {
	for _, q := range v.Queues {
		if q.ID == v.ID {
			return q
		}
	}
	return hall.Queue{QueueInput: hall.QueueInput{Minutes: 10, SlotMinutes: 30, SlotCapacity: 3, Active: true}}
}

func (v setupView) counter() hall.Counter {
	for _, k := range v.Counters {
		if k.ID == v.ID {
			return k
		}
	}
	return hall.Counter{Kind: hall.OneStop, Active: true}
}

func (v setupView) device() hall.Device {
	for _, d := range v.Devices {
		if d.ID == v.ID {
			return d
		}
	}
	return hall.Device{Kind: hall.Kiosk, Active: true}
}

// title words the form of a thing: 新建, or its name.
func (v setupView) title(kind, name string) string {
	if v.ID == "new" {
		return "新建" + kind
	}
	return kind + "：" + name
}

func (v setupView) queueOptions() []web.Option {
	var out []web.Option
	for _, q := range v.Queues {
		out = append(out, web.Option{Value: q.ID, Label: q.Name})
	}
	return out
}

func (v setupView) queueTable() web.Table {
	t := web.Table{ID: "queues", Caption: "队列", Columns: []web.Column{{Label: "队列", Grow: true}, {Label: "一般办理", Unit: "分钟", Number: true}, {Label: "预约"}, {Label: "等候", Unit: "人", Number: true}, {Label: "状态"}}, Empty: web.Empty{Title: "还没有队列", Text: "队列是办事人在取号机上看到的业务，先新建队列，再设置窗口。"}}
	for _, q := range v.Queues {
		booking := "不可预约"
		if q.Bookable {
			booking = "每 " + number(q.SlotMinutes) + " 分钟 " + number(q.SlotCapacity) + " 人"
		}
		row := web.Row{ID: q.ID, Href: v.path("/queues/" + q.ID), Cells: []templ.Component{web.CellLink(v.path("/queues/"+q.ID), q.Name)}}
		row.Cells = append(row.Cells, cells(number(q.Minutes), booking, number(q.Waiting), onOff(q.Active))...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

func onOff(active bool) string { return map[bool]string{true: "启用", false: "停用"}[active] }

func (v setupView) counterTable() web.Table {
	t := web.Table{ID: "counters", Caption: "窗口", Columns: []web.Column{{Label: "窗口号"}, {Label: "名称", Grow: true}, {Label: "类型"}, {Label: "办理队列", Wrap: true}, {Label: "状态"}}, Empty: web.Empty{Title: "还没有窗口"}}
	for _, k := range v.Counters {
		names := ""
		for _, q := range v.Queues {
			if slices.Contains(k.Queues, q.ID) {
				if names != "" {
					names += "、"
				}
				names += q.Name
			}
		}
		row := web.Row{ID: k.ID, Href: v.path("/counters/" + k.ID), Cells: []templ.Component{web.CellLink(v.path("/counters/"+k.ID), k.No+" 号")}}
		row.Cells = append(row.Cells, cells(k.Name, k.Kind.Label(), names, onOff(k.Active))...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// address is what the browser of a device opens.
func (v setupView) address(d hall.Device) string {
	return "/hall/c/" + v.Centre + "/" + string(d.Kind) + "/" + d.Code
}

func (v setupView) deviceTable() web.Table {
	t := web.Table{ID: "devices", Caption: "终端", Columns: []web.Column{{Label: "终端", Grow: true}, {Label: "类型"}, {Label: "最近在线"}, {Label: "状态"}, {Label: "页面"}}, Empty: web.Empty{Title: "还没有终端", Text: "取号机和显示屏用浏览器打开各自的地址，不需要账号。"}}
	for _, d := range v.Devices {
		seen := "从未打开"
		if d.SeenAt != 0 {
			seen = d.SeenAt.String()
		}
		row := web.Row{ID: d.ID, Href: v.path("/devices/" + d.ID), Cells: []templ.Component{web.CellLink(v.path("/devices/"+d.ID), d.Name)}}
		row.Cells = append(row.Cells, cells(d.Kind.Label(), seen, onOff(d.Active))...)
		row.Cells = append(row.Cells, web.CellLink(v.address(d), "打开"))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func kindOptions() []web.Option {
	var out []web.Option
	for _, k := range hall.CounterKinds() {
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}

// flag is the value of a checkbox.
func flag(on bool) string { return map[bool]string{true: "1", false: ""}[on] }
