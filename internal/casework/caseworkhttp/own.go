package caseworkhttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/casework"
	"yichuang/internal/web"
)

// readOwn shows an applicant a voucher of his own, or gives the file: the form carries the query code and the phone's end each time, so that no
// address opens it.
func (s citizens) readOwn(c *web.Ctx, p place) error {
	f := c.Form()
	found, err := s.Casework.ReadOwn(c.Context(), casework.OwnVoucher{Code: f.Text("code"), Tail: f.Text("tail"), No: f.Text("no")})
	if err != nil {
		return err
	}
	v := viewPaper(c, found, p.Centre, "progress")
	v.Back = p.Base
	if f.Text("format") == "pdf" {
		return s.stream(c, v)
	}
	return c.Render(voucherPage(v))
}

// askOwn takes what an applicant wants to be put right.
func (s citizens) askOwn(c *web.Ctx, p place) error {
	f := c.Form()
	own := casework.Own{Code: f.Text("code"), Tail: f.Text("tail"), No: f.Text("no")}
	if _, err := s.Casework.AskOwn(c.Context(), own, f.Text("text")); err != nil && !f.Take(err) {
		return err
	}
	return s.progressed(c, p, own, f, "更正请求已交承办单位，结果在这里答复。")
}

func toldItems(n casework.Told) []web.Item {
	out := []web.Item{web.ItemText("文书", n.No+"，"+n.Day.String())}
	for _, f := range n.Facts {
		out = append(out, web.ItemText(f.Label, f.Value))
	}
	return out
}

// askedText is what became of a request for correction.
func askedText(a *casework.Asked) string {
	text := "您于 " + web.MomentText(a.At) + " 请求更正：“" + a.Text + "”。"
	switch a.State {
	case casework.ProposalApproved:
		return text + "承办单位已经更正或补充记录。"
	case casework.ProposalDeclined:
		return text + "承办单位没有更正：" + a.Answer
	}
	return text + "承办单位正在核对。"
}

// papers lists what the applicant may read of his visit.
func (v progressView) papers() web.Table {
	t := web.Table{ID: "papers", Caption: "文书", Columns: []web.Column{{Label: "文书", Grow: true, Wrap: true}, {Label: "打开"}}}
	for _, p := range v.Papers {
		t.Rows = append(t.Rows, web.Row{ID: p.No, Cells: []templ.Component{web.CellText(p.Title + " " + p.No + "，" + p.Day.String()), ownPaper(v, p)}})
	}
	return t
}

func (v progressView) appealable(x casework.ProgressCase) bool {
	return len(x.Notices) > 0 && x.Notices[0].Kind.Appealable()
}
