package hotlinehttp

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/web"
)

// topics are the pages of hot topics (热点话题).
type topics struct{ Deps }

// permBulletin lets people draft bulletins; the pages of bulletins guard it themselves.
const permBulletin actor.Permission = "report.bulletin.write"

// topicView is the list of topics.
type topicView struct {
	Rows   []topic.TopicRow
	Gather bool
}

func (s topics) list(c *web.Ctx) error {
	rows, err := s.Topics.List(c.Context())
	if err != nil {
		return err
	}
	return c.Render(topicsPage(topicView{rows, c.Can(hotline.PermTopic)}))
}

// gather makes the topics anew at once.
func (s topics) gather(c *web.Ctx) error {
	n, err := s.Topics.Gather(c.Context())
	if err != nil {
		return err
	}
	c.Flash(web.Success, fmt.Sprintf("已重新汇集，现有 %d 个热点话题。", n))
	return c.Redirect("/hotline/topics")
}

// growthText shows the change against the period before.
func growthText(t *topic.TopicRow) string {
	change := fmt.Sprintf("%+d", t.Recent-t.Before)
	if !t.Grown {
		return change + "（—）"
	}
	return fmt.Sprintf("%s（%+d%%）", change, t.Percent)
}

func (v topicView) table() web.Table {
	t := web.Table{ID: "topics", Caption: "热点话题", Download: "/hotline/topics/export.xlsx", Columns: []web.Column{{Label: "话题", Grow: true, Wrap: true}, {Label: "地点"}, {Label: "事项分类", Minor: true},
		{Label: "近 30 天"}, {Label: "前 30 天", Minor: true}, {Label: "增减"}, {Label: "诉求人"}, {Label: "热度", Minor: true}, {Label: "最近一件", Minor: true}, {Label: "督办"}},
		Empty: web.Empty{Title: "现在没有热点话题", Text: "近 60 天内，同一地点、同一件事有 5 件以上工单的，汇集成一个话题，每小时更新。"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		href := "/hotline/topics/" + string(r.ID)
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Href: href, Cells: []templ.Component{web.CellLink(href, r.Title), web.CellText(cmp.Or(r.Place, "—")), web.CellText(cmp.Or(r.CategoryName, r.Category, "—")),
			web.CellText(itoa(r.Recent) + " 件"), web.CellText(itoa(r.Before) + " 件"), web.CellText(growthText(r)), web.CellText(itoa(r.Supporters) + " 人"), web.CellText(heatText(r.Heat)), web.CellTime(r.LastAt), supervisedMark(r)}})
	}
	return t
}

// heatText shows a heat with one decimal.
func heatText(heat int64) string { return fmt.Sprintf("%.1f", float64(heat)/100) }

func supervisedMark(r *topic.TopicRow) templ.Component {
	if r.SupervisedAt == 0 {
		return web.CellText("")
	}
	return web.StateBadge(web.Info, "已督办")
}

// topicSheet is the record of a topic.
type topicSheet struct {
	topic.TopicRecord
	Form      *web.Form
	Supervise bool
	High      bool
	Draft     bool // may draft a 专报
	Done      []topic.TopicSupervision
}

func (s topics) sheet(c *web.Ctx) (topicSheet, error) {
	r, err := s.Topics.Record(c.Context(), topic.ID(c.Param("id")))
	return topicSheet{TopicRecord: r, Supervise: c.Can(hotline.PermSupervise), High: c.Can(hotline.PermSuperviseHigh),
		Draft: c.Can(permBulletin)}, err
}

func (s topics) show(c *web.Ctx) error {
	v, err := s.sheet(c)
	if err != nil {
		return err
	}
	return c.Render(topicPage(v))
}

// supervise makes the topic a 督办 and shows what became of each unit.
func (s topics) supervise(c *web.Ctx) error {
	f := c.Form()
	in := hotline.SupervisionInput{Level: int(f.Int("level")), Cause: f.Text("cause"), Demand: f.Text("demand")}
	done, err := s.Topics.Supervise(c.Context(), topic.ID(c.Param("id")), in)
	if err != nil && !f.Take(err) {
		return err
	}
	v, again := s.sheet(c)
	if again != nil {
		return again
	}
	if v.Form, v.Done = f, done; err != nil {
		return c.Invalid(topicPage(v))
	}
	return c.Render(topicPage(v))
}

func (v topicSheet) tiles() []web.Tile {
	return []web.Tile{
		{Label: "近 30 天", Value: itoa(v.Recent), Unit: "件", Hint: "前 30 天 " + itoa(v.Before) + " 件"},
		{Label: "增减", Value: growthText(&v.TopicRow)},
		{Label: "诉求人", Value: itoa(v.Supporters), Unit: "人"},
		{Label: "热度", Value: heatText(v.Heat), Hint: "每件按 7 天减半，同一人的其余各件按四分之一计"},
	}
}

func (v topicSheet) facts() []web.Item {
	return []web.Item{
		web.ItemText("地点", v.Place), web.ItemText("事项分类", cmp.Or(v.CategoryName, v.Category)), web.ItemText("共同的说法", v.Terms), web.ItemText("文中的时间", v.Times),
		web.ItemText("最早一件", v.FirstAt.String()), web.ItemText("最近一件", v.LastAt.String()), web.ItemText("汇集于", v.GatheredAt.String()),
	}
}

// tickets lists the topic's tickets.
func (v topicSheet) tickets() web.Table {
	t := web.Table{ID: "topic-tickets", Caption: "工单", Columns: []web.Column{{Label: "工单号"}, {Label: "标题", Grow: true, Wrap: true}, {Label: "状态"}, {Label: "承办单位"}, {Label: "登记", Minor: true}},
		Empty: web.Empty{Title: "没有可以列出的工单", Text: "您没有查看全中心工单的权限，或工单已清理。"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Href: ticketPath(r.No), Cells: []templ.Component{web.CellLink(ticketPath(r.No), r.No), web.CellText(shownTitle(&r.Ticket)),
			web.StateBadge(stateTone(r.State), r.State.Label()), web.CellText(r.Unit), web.CellTime(r.CreatedAt)}})
	}
	return t
}

// levels are the levels of supervision that the reader may open.
func (v topicSheet) levels() []web.Option {
	out := []web.Option{{Value: itoa(hotline.LevelOffice), Label: hotline.LevelLabel(hotline.LevelOffice)}}
	if v.High {
		for l := hotline.LevelOffice + 1; hotline.LevelLabel(l) != ""; l++ {
			out = append(out, web.Option{Value: itoa(l), Label: hotline.LevelLabel(l)})
		}
	}
	return out
}

// supervisedText says what became of one unit.
func supervisedText(d topic.TopicSupervision) string {
	if d.Problem != "" {
		return d.Unit + "（" + d.TicketNo + "）：" + d.Problem
	}
	return d.Unit + "：已督办，" + d.No
}

// export sends the topics for the office or, with public=1, as a publication may show them.
func (s topics) export(c *web.Ctx) error {
	rows, err := s.Topics.List(c.Context())
	if err != nil {
		return err
	}
	public := c.Query("public") != ""
	if err := s.Topics.NoteExport(c.Context(), public, len(rows)); err != nil {
		return err
	}
	name, columns, fill := "热点话题", topicColumns(), topicCells(rows)
	if public {
		name, columns, fill = "热点话题（公开稿）", publicColumns(), publicCells(topic.Publish(rows))
	}
	return c.Stream(strings.TrimSpace(name)+" "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, name, columns, fill)
	})
}

func topicColumns() []xlsx.Column {
	return []xlsx.Column{{Label: "话题", Width: 44}, {Label: "地点", Width: 20}, {Label: "事项分类", Width: 18}, {Label: "近30天", Width: 9}, {Label: "前30天", Width: 9}, {Label: "增减", Width: 9}, {Label: "增减%", Width: 9},
		{Label: "诉求人", Width: 9}, {Label: "热度", Width: 9}, {Label: "最早", Width: 18}, {Label: "最近", Width: 18}, {Label: "共同的说法", Width: 30}}
}

func topicCells(rows []topic.TopicRow) func(add func(...any) error) error {
	return func(add func(...any) error) error {
		for i := range rows {
			r := &rows[i]
			growth := "—"
			if r.Grown {
				growth = itoa(r.Percent)
			}
			if err := add(r.Title, r.Place, cmp.Or(r.CategoryName, r.Category), r.Recent, r.Before, r.Recent-r.Before, growth, r.Supporters, heatText(r.Heat), r.FirstAt.String(), r.LastAt.String(), r.Terms); err != nil {
				return err
			}
		}
		return nil
	}
}

func publicColumns() []xlsx.Column {
	return []xlsx.Column{{Label: "地点", Width: 24}, {Label: "事项分类", Width: 24}, {Label: "近30天", Width: 10}, {Label: "前30天", Width: 10}}
}

func publicCells(rows []topic.PublicTopic) func(add func(...any) error) error {
	return func(add func(...any) error) error {
		for _, r := range rows {
			if err := add(r.Place, r.Category, r.Recent, r.Before); err != nil {
				return err
			}
		}
		return nil
	}
}
