package complainthttp

import (
	"io"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/complaint"
	"yichuang/internal/document/paper"
	"yichuang/internal/web"
)

// paperView is the work sheet of a stuck matter on the screen, as it is printed.
type paperView struct {
	complaint.Paper
	Centre string
}

// facts are the lines of the sheet: label and value.
func (v paperView) facts() [][2]string {
	due := "未定"
	if v.Due != 0 {
		due = calendar.FormatDue(v.Due)
	}
	all := [][2]string{{"反映人", strings.TrimSpace(v.Reporter.Name + "　" + v.Reporter.Phone)}, {"登记时间", web.MomentText(v.ReceivedAt)}, {"来源", v.Channel}, {"反映内容", v.Words.Content}, {"涉及事项", v.ItemName}, {"办件编号", v.CaseNo},
		{"定性", v.Class.Label()}, {"承办单位", v.Unit}, {"办理时限", due}, {"办理结果", v.Outcome.Label()}, {"成因", v.CauseName}, {"回访", v.Visited.Label()}}
	var out [][2]string
	for _, f := range all {
		if f[1] != "" {
			out = append(out, f)
		}
	}
	return out
}

// line is one event as the sheet prints it.
func (v paperView) line(e complaint.Event) string {
	out := e.Action.LabelFor(v.Kind)
	if e.ActorName != "" {
		out += "（" + e.ActorName + "）"
	}
	if e.Text != "" {
		out += "：" + e.Text
	}
	return out
}

func (h handlers) paper(c *web.Ctx) (paperView, error) {
	p, err := h.Complaint.Print(c.Context(), c.Param("no"))
	if err != nil {
		return paperView{}, err
	}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	return paperView{p, centre.Name}, err
}

func (h handlers) print(c *web.Ctx) error {
	v, err := h.paper(c)
	if err != nil {
		return err
	}
	return c.Render(paperPage(v))
}

func (h handlers) printPDF(c *web.Ctx) error {
	v, err := h.paper(c)
	if err != nil {
		return err
	}
	return c.Stream(v.No+"办不成事工单.pdf", "application/pdf", func(w io.Writer) error { return h.Deps.Print.Write(w, v.document()) })
}

// document is the sheet for the writer of PDF.
func (v paperView) document() paper.Document {
	s := paper.Section{Blocks: []paper.Block{paper.Text(paper.Title, v.Centre+"\n办不成事工单"), paper.Text(paper.Subtitle, v.No)}}
	add := func(style paper.Style, text string) { s.Blocks = append(s.Blocks, paper.Text(style, text)) }
	for _, f := range v.facts() {
		add(paper.Body, f[0]+"："+f[1])
	}
	for _, e := range v.Events {
		add(paper.Body, web.MomentText(e.At)+"　"+v.line(e))
	}
	add(paper.Note, "凭查询码 "+v.QueryCode+" 和手机号后四位，可以在本中心网站查询进度。")
	return paper.Document{Title: "办不成事工单 " + v.No, Author: v.Centre, At: v.ReceivedAt, Sections: []paper.Section{s}}
}
