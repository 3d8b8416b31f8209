package hotlinehttp

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// supervisions are the pages of supervision (督办).
type supervisions struct{ Deps }

// supervisionsView is a page of supervisions.
type supervisionsView struct {
	Form  *web.Form
	Done  bool
	Level int
	Rows  []desk.SupervisionRow
	Next  string
	Open  bool // may open one
}

// list shows the supervisions that the reader may see: a unit its own.
func (s supervisions) list(c *web.Ctx) error {
	filter, err := s.filter(c)
	if err != nil {
		return err
	}
	v := supervisionsView{Form: c.Form(), Done: filter.Done, Level: filter.Level, Open: c.Can(hotline.PermSupervise)}
	v.Rows, v.Next, err = s.Desk.Supervisions(c.Context(), filter)
	if err != nil {
		return err
	}
	return c.Render(supervisionsPage(v))
}

func levelOptions(above int) []web.Option {
	var out []web.Option
	for l := hotline.LevelOffice; l <= hotline.LevelInterview; l++ {
		if l > above {
			out = append(out, web.Option{Value: strconv.Itoa(l), Label: hotline.LevelLabel(l), Hint: levelHint(l)})
		}
	}
	return out
}

func levelHint(level int) string {
	if level == hotline.LevelOffice {
		return "热线办"
	}
	return "政府办、督查机构"
}

func (v supervisionsView) tabs() []web.Tab {
	level := ""
	if v.Level > 0 {
		level = "&level=" + strconv.Itoa(v.Level)
	}
	return []web.Tab{{Label: "未结", Href: "/hotline/supervisions?show=open" + level, Current: !v.Done}, {Label: "已结", Href: "/hotline/supervisions?show=done" + level, Current: v.Done}}
}

func (v supervisionsView) table() web.Table {
	t := web.Table{ID: "supervisions", Caption: "督办", Next: v.Next,
		Columns: []web.Column{{Label: "督办编号"}, {Label: "级别"}, {Label: "状态"}, {Label: "承办单位"}, {Label: "督办情形", Minor: true}, {Label: "督办要求", Grow: true}, {Label: "答复时限"}},
		Empty:   web.Empty{Title: "没有未结的督办", Text: "督办发起后列在这里。"}}
	if v.Open {
		t.Empty = web.Empty{Title: "没有未结的督办", Text: "在“超期公示”或工单上可以发起督办。", Next: &web.Link{Label: "看超期公示", Href: "/hotline/overdue"}}
	}
	if v.Done {
		t.Empty = web.Empty{Title: "还没有办结的督办", Text: "核结和升级的督办会列在这里。"}
	}
	for i := range v.Rows {
		r := &v.Rows[i]
		row := web.Row{ID: string(r.ID), Href: supervisionPath(r.ID), State: supervisionLight(r),
			Cells: []templ.Component{web.CellLink(supervisionPath(r.ID), r.No), web.StateBadge(levelTone(r.Level), hotline.LevelLabel(r.Level)), supervisionBadge(r), web.CellText(r.Unit),
				web.CellText(r.Cause), web.CellText(r.Demand), web.DueText(web.Due{At: r.Due, Left: r.Remaining, Light: supervisionLight(r), Provisional: r.Provisional})}}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func supervisionPath(id hotline.SupervisionID) string {
	return "/hotline/supervisions/" + url.PathEscape(string(id))
}

func supervisionLight(r *desk.SupervisionRow) web.Light {
	if r.Late {
		return web.Red
	}
	return web.NoLight
}

func levelTone(level int) web.Tone {
	switch level {
	case hotline.LevelInterview:
		return web.Danger
	case hotline.LevelGovernment:
		return web.Warning
	}
	return web.Info
}

func supervisionBadge(r *desk.SupervisionRow) templ.Component {
	tone := web.Info
	if !r.Open {
		tone = web.Success
	}
	return web.StateBadge(tone, r.State.Label())
}

// newSupervisionView is the form that opens a supervision on a ticket.
type newSupervisionView struct {
	Form   *web.Form
	Ticket hotline.Dossier
	Legs   []web.Option
	Leg    string
	Key    string
}

// begin shows the form for the ticket of the address.
func (s supervisions) begin(c *web.Ctx) error {
	v, err := s.blank(c, c.Query("no"), c.Query("leg"))
	if err != nil {
		return err
	}
	return c.Render(newSupervisionPage(v))
}

func (s supervisions) blank(c *web.Ctx, no, leg string) (newSupervisionView, error) {
	v := newSupervisionView{Key: newKey(), Leg: leg}
	var err error
	if v.Ticket, err = s.Hotline.Find(c.Context(), no); err != nil {
		return v, err
	}
	for _, l := range v.Ticket.Legs {
		if l.Round == v.Ticket.Round {
			v.Legs = append(v.Legs, web.Option{Value: string(l.ID), Label: v.Ticket.UnitNames[l.UnitID], Hint: roleLabel(l.Role) + "，" + l.State.Label()})
		}
	}
	if v.Leg == "" && len(v.Legs) > 0 {
		v.Leg = v.Legs[0].Value
	}
	return v, nil
}

// open opens a supervision.
func (s supervisions) open(c *web.Ctx) error {
	f := c.Form()
	v, err := s.blank(c, f.Text("no"), f.Text("leg"))
	if err != nil {
		return err
	}
	v.Form = f
	made, err := s.Hotline.Supervise(c.Context(), hotline.Command{TicketID: v.Ticket.ID, LegID: hotline.LegID(f.Text("leg")), Key: f.Text("key")}, supervisionInput(f))
	if err == nil {
		c.Flash(web.Success, "已发出"+hotline.LevelLabel(made.Level)+" "+made.No+"，承办单位已收到提醒。")
		return c.Redirect(supervisionPath(made.ID))
	}
	if !f.Take(err) {
		return err
	}
	return c.RenderStatus(web.Status(errs.KindOf(err)), newSupervisionPage(v))
}

func supervisionInput(f *web.Form) hotline.SupervisionInput {
	level, _ := strconv.Atoi(f.Text("level"))
	return hotline.SupervisionInput{Level: level, Cause: f.Text("cause"), Demand: f.Text("demand")}
}

// supervisionView is one supervision with what its reader may do.
type supervisionView struct {
	desk.SupervisionRow
	Form *web.Form // of a refused action
	Did  string    // which
	Key  string
}

// show shows one supervision.
func (s supervisions) show(c *web.Ctx) error {
	v, err := s.find(c)
	if err != nil {
		return err
	}
	return c.Render(supervisionPage(v))
}

func (s supervisions) find(c *web.Ctx) (supervisionView, error) {
	r, err := s.Desk.Supervision(c.Context(), hotline.SupervisionID(c.Param("id")))
	return supervisionView{SupervisionRow: r, Key: newKey()}, err
}

// deedOnSupervision is one action on a supervision as its form posts it.
type deedOnSupervision struct {
	slug string
	done string
	do   func(ctx context.Context, m *hotline.Module, cmd hotline.Command, id hotline.SupervisionID, f *web.Form) (hotline.Supervision, error)
}

var (
	replyDeed = deedOnSupervision{"reply", "督办答复已提交，等待核结。", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, id hotline.SupervisionID, f *web.Form) (hotline.Supervision, error) {
		return m.ReplySupervision(ctx, cmd, id, f.Text("reply"))
	}}
	returnDeed = deedOnSupervision{"return", "已退回承办单位重新答复，答复时限重新计算。", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, id hotline.SupervisionID, f *web.Form) (hotline.Supervision, error) {
		return m.ReturnSupervision(ctx, cmd, id, f.Text("reason"))
	}}
	closeDeed = deedOnSupervision{"close", "督办已核结。", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, id hotline.SupervisionID, f *web.Form) (hotline.Supervision, error) {
		return m.CloseSupervision(ctx, cmd, id, f.Text("finding"))
	}}
	raiseDeed = deedOnSupervision{"raise", "已升级督办。", func(ctx context.Context, m *hotline.Module, cmd hotline.Command, id hotline.SupervisionID, f *web.Form) (hotline.Supervision, error) {
		return m.RaiseSupervision(ctx, cmd, id, supervisionInput(f))
	}}
)

// act does a deed on a supervision; a refusal shows it again with what was typed.
func (s supervisions) act(d deedOnSupervision) web.Handler {
	return func(c *web.Ctx) error {
		v, err := s.find(c)
		if err != nil {
			return err
		}
		f := c.Form()
		after, err := d.do(c.Context(), s.Hotline, hotline.Command{TicketID: v.TicketID, Key: f.Text("key")}, v.ID, f)
		if err == nil {
			c.Flash(web.Success, d.done)
			return c.Redirect(supervisionPath(after.ID))
		}
		if !f.Take(err) {
			return err
		}
		v.Form, v.Did = f, d.slug
		return c.RenderStatus(web.Status(errs.KindOf(err)), supervisionPage(v))
	}
}

func (v supervisionView) may(a hotline.Action) bool { return slices.Contains(v.Allowed, a) }

// formOf is what was typed, for the form that was refused.
func (v supervisionView) formOf(did string) *web.Form {
	if v.Did == did {
		return v.Form
	}
	return nil
}

func (v supervisionView) items() []web.Item {
	items := []web.Item{{Label: "工单", Value: web.CellLink(ticketPath(v.TicketNo), v.TicketNo)}, web.ItemText("承办单位", v.Unit), web.ItemText("督办情形", v.Cause),
		{Label: "答复时限", Value: web.DueText(web.Due{At: v.Due, Left: v.Remaining, Light: supervisionLight(&v.SupervisionRow), Provisional: v.Provisional})},
		{Label: "督办要求", Value: web.CellText(v.Demand), Wide: true}}
	return items
}

// steps is what happened, the newest first.
func (v supervisionView) steps() []web.Step {
	var out []web.Step
	if v.ClosedAt != 0 {
		out = append(out, web.Step{At: v.ClosedAt, Who: v.CloseName, Title: v.State.Label(), Text: v.Finding, Tone: web.Success})
	}
	if v.RepliedAt != 0 {
		out = append(out, web.Step{At: v.RepliedAt, Who: v.ReplyName, Title: "督办答复", Text: v.Reply, Tone: web.Info})
	}
	return append(out, web.Step{At: v.OpenedAt, Who: v.OpenedName, Title: "发起" + hotline.LevelLabel(v.Level), Text: v.Cause})
}

// print is the notice of supervision on paper (督办通知书).
func (s supervisions) print(c *web.Ctx) error {
	v, err := s.find(c)
	if err != nil {
		return err
	}
	centre, err := s.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Render(supervisionPrint(v, centre.Name, c.Now()))
}
