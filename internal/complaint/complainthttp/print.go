package complainthttp

import (
	"io"
	"strings"

	"yichuang/internal/attest/attesthttp"
	"yichuang/internal/calendar"
	"yichuang/internal/complaint"
	"yichuang/internal/web"
)

// facts are the lines of a printed work sheet: label and value.
func facts(p *complaint.Paper) [][2]string {
	due := "未定"
	if p.Due != 0 {
		due = calendar.FormatDue(p.Due)
	}
	all := [][2]string{{"反映人", strings.TrimSpace(p.Reporter.Name + "　" + p.Reporter.Phone)}, {"登记时间", web.MomentText(p.ReceivedAt)}, {"来源", p.Channel}, {"反映内容", p.Words.Content}, {"涉及事项", p.ItemName}, {"办件编号", p.CaseNo},
		{"定性", p.Class.Label()}, {"承办单位", p.Unit}, {"办理时限", due}, {"办理结果", p.Outcome.Label()}, {"成因", p.CauseName}, {"回访", p.Visited.Label()}}
	var out [][2]string
	for _, f := range all {
		if f[1] != "" {
			out = append(out, f)
		}
	}
	return out
}

// line is one event as the sheet prints it.
func line(k complaint.Kind, e complaint.Event) string {
	out := e.Action.LabelFor(k)
	if e.ActorName != "" {
		out += "（" + e.ActorName + "）"
	}
	if e.Text != "" {
		out += "：" + e.Text
	}
	return out
}

// paper is the work sheet of a stuck matter as it is printed.
func (h handlers) paper(c *web.Ctx) (attesthttp.Print, error) {
	p, err := h.Complaint.Print(c.Context(), c.Param("no"))
	if err != nil {
		return attesthttp.Print{}, err
	}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	at := matterPath(complaint.Stuck, p.No)
	out := attesthttp.Print{Paper: p.Voucher, By: centre.Name, Lines: facts(&p), Log: "办理记录", Notes: []string{"凭查询码 " + p.QueryCode + " 和手机号后四位，可以在本中心网站查询进度。"},
		Verify: c.Outside(attesthttp.Path(centre.Code, p.Voucher)), Back: web.Link{Label: p.No, Href: at}, PDF: at + "/file.pdf"}
	for _, e := range p.Events {
		out.Steps = append(out.Steps, [2]string{web.MomentText(e.At), line(p.Kind, e)})
	}
	return out, err
}

func (h handlers) print(c *web.Ctx) error {
	p, err := h.paper(c)
	if err != nil {
		return err
	}
	return c.Render(attesthttp.PrintPage(p))
}

func (h handlers) printPDF(c *web.Ctx) error {
	p, err := h.paper(c)
	if err != nil {
		return err
	}
	d := p.Document()
	return c.Stream(p.No+p.Title+".pdf", "application/pdf", func(w io.Writer) error { return h.Deps.Print.Write(w, d) })
}
