package exchangehttp

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/attest/attesthttp"
	"yichuang/internal/calendar"
	"yichuang/internal/exchange"
	"yichuang/internal/web"
)

// paper is a paper of a request as it is printed: what was asked for, or what was answered.
func (d Deps) paper(ctx context.Context, p exchange.Paper) (out attesthttp.Print, err error) {
	centre, err := d.Org.Centre(ctx, actor.From(ctx).CentreID)
	s := &p.Request
	out = attesthttp.Print{Paper: p.Voucher, By: p.Voucher.Organ, Verify: web.Outside(ctx, attesthttp.Path(centre.Code, p.Voucher)), Back: web.Link{Label: s.No, Href: requestPath(s.ID)}, PDF: requestPath(s.ID) + "/print/" + string(p.Kind) + "/file.pdf",
		Lines: [][2]string{{"数据", s.EntryName}, {"共享属性", s.Class.Label()}, {"申请单位", s.Requester}, {"提供单位", s.Provider}, {"用途", s.Purpose}, {"数据项", strings.Join(s.Content.Names(s.Asked), "、")},
			{"用于办理的事项", strings.Join(s.ForItems, "、")}, {"使用期限", s.From.String() + " 至 " + s.To.String()}, {"每天最多查询", rateText(s.Rate)}}}
	if p.Kind == exchange.AskPaper {
		out.Lines = append(out.Lines, [2]string{"履行职责的依据", s.Basis}, [2]string{"提交时间", web.MomentText(s.SubmittedAt)})
		out.Text = []string{"本单位承诺：只为上述用途使用，不提供给第三方，承担使用环节的安全责任。"}
		return out, err
	}
	out.Lines = append([][2]string{{"申请编号", s.No}}, append(out.Lines, [2]string{"答复", answerText(s)}, [2]string{"答复时间", web.MomentText(s.AnsweredAt)})...)
	if s.Reason != "" {
		out.Lines = append(out.Lines, [2]string{"理由和依据", s.Reason})
	}
	if s.Grant != nil {
		out.Lines = append(out.Lines, [2]string{"授权编号", s.Grant.No})
	}
	return out, err
}

func answerText(s *exchange.RequestSheet) string {
	switch s.State {
	case exchange.Rejected:
		return "不予共享"
	case exchange.Negotiating, exchange.Coordinate:
		return "不同意共享，可以协商"
	case exchange.Providing:
		return "同意共享，" + calendar.FormatDue(s.Due) + " 前提供"
	case exchange.Withdrawn:
		return "申请单位已撤回"
	}
	return "同意共享"
}

func (h handlers) printed(c *web.Ctx) (attesthttp.Print, error) {
	p, err := h.Exchange.Print(c.Context(), c.Param("id"), exchange.PaperKind(c.Param("kind")))
	if err != nil {
		return attesthttp.Print{}, err
	}
	return h.paper(c.Context(), p)
}

func (h handlers) print(c *web.Ctx) error {
	p, err := h.printed(c)
	if err != nil {
		return err
	}
	return c.Render(attesthttp.PrintPage(p))
}

func (h handlers) printPDF(c *web.Ctx) error {
	p, err := h.printed(c)
	if err != nil {
		return err
	}
	d := p.Document()
	return c.Stream(p.Title+p.No+".pdf", "application/pdf", func(w io.Writer) error { return h.Print.Write(w, d) })
}

func (h handlers) printSeal(c *web.Ctx) error {
	s, err := h.Exchange.FindSeal(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	out := attesthttp.Print{Paper: attest.Paper{Title: "数据使用记录链头单", No: s.Day.String(), Day: s.Day}, By: centre.Name, Back: web.Link{Label: "链条核验", Href: "/exchange/chain"},
		Lines: [][2]string{{"记录数", strconv.FormatInt(s.Seq, 10)}, {"最后一条的校验值", s.Text()}, {"取得时间", web.MomentText(s.At)}, {"备案时间", web.MomentText(s.FiledAt)}},
		Text:  []string{"本单由政务监察股打印、签字并备案。以后核验时，第 " + strconv.FormatInt(s.Seq, 10) + " 条记录的校验值应与本单一致。", "备案人：　　　　　　　　　　日期："}}
	var below []templ.Component
	if s.FiledAt == 0 {
		below = append(below, web.ActionButton(web.Action{Label: "已打印备案", Href: "/exchange/chain/seals/" + s.ID + "/file", Post: true}))
	}
	return c.Render(attesthttp.FiledPage(out, below))
}
