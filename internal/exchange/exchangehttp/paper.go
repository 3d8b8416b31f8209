package exchangehttp

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/errs"
	"yichuang/internal/exchange"
	"yichuang/internal/web"
)

// sheet is a printed paper: 共享申请单, 共享答复单, 链头单.
type sheet struct {
	Title, No, Organ string
	Facts            [][2]string
	Text             []string
	Day              clock.Date
	Back             web.Link
}

func (s sheet) day() string {
	return fmt.Sprintf("%d年%d月%d日", s.Day.Year(), int(s.Day.Month()), s.Day.DayOfMonth())
}

// document is the paper as a printed document.
func (s sheet) document(author string) paper.Document {
	t := grid.Table{Columns: []grid.Column{{Width: 1}, {Width: 4}}}
	for _, f := range s.Facts {
		t.Body = append(t.Body, []grid.Cell{{Text: f[0]}, {Text: f[1]}})
	}
	b := []paper.Block{paper.Text(paper.Title, s.Organ+"\n"+s.Title), paper.Text(paper.Subtitle, s.No), paper.Table{Table: t}}
	for _, x := range s.Text {
		b = append(b, paper.Text(paper.Body, x))
	}
	return paper.Document{Title: s.Title, Author: author, At: s.Day.Start(), Sections: []paper.Section{{Blocks: append(b, paper.Text(paper.Body, s.Organ+"（印章）　"+s.day()))}}}
}

var errPaper = errs.New(errs.NotFound, "exchangehttp.paper", "还没有这种单据：申请提交后有申请单，答复后有答复单。")

// paperOf makes the paper of a request: what was asked for, or what was answered.
func (h handlers) paperOf(c *web.Ctx) (sheet, error) {
	s, err := h.Exchange.FindRequest(c.Context(), c.Param("id"))
	if err != nil {
		return sheet{}, err
	}
	return requestPaper(&s, c.Param("kind"))
}

func requestPaper(s *exchange.RequestSheet, kind string) (sheet, error) {
	out := sheet{No: s.No, Back: web.Link{Label: s.No, Href: requestPath(s.ID)}, Facts: [][2]string{{"数据", s.EntryName}, {"共享属性", s.Class.Label()}, {"申请单位", s.Requester}, {"提供单位", s.Provider}, {"用途", s.Purpose}, {"数据项", strings.Join(s.Content.Names(s.Asked), "、")},
		{"用于办理的事项", strings.Join(s.ForItems, "、")}, {"使用期限", s.From.String() + " 至 " + s.To.String()}, {"每天最多查询", rateText(s.Rate)}}}
	switch {
	case kind == "request" && s.SubmittedAt != 0:
		out.Title, out.Organ, out.Day = "政务数据共享申请单", s.Requester, s.SubmittedAt.Date()
		out.Facts = append(out.Facts, [2]string{"履行职责的依据", s.Basis}, [2]string{"提交时间", web.MomentText(s.SubmittedAt)})
		out.Text = []string{"本单位承诺：只为上述用途使用，不提供给第三方，承担使用环节的安全责任。"}
	case kind == "answer" && s.AnsweredAt != 0:
		out.Title, out.Organ, out.Day = "政务数据共享答复单", s.Provider, s.AnsweredAt.Date()
		out.Facts = append(out.Facts, [2]string{"答复", answerText(s)}, [2]string{"答复时间", web.MomentText(s.AnsweredAt)})
		if s.Reason != "" {
			out.Facts = append(out.Facts, [2]string{"理由和依据", s.Reason})
		}
		if s.Grant != nil {
			out.Facts = append(out.Facts, [2]string{"授权编号", s.Grant.No})
		}
	default:
		return out, errPaper
	}
	return out, nil
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

func (h handlers) print(c *web.Ctx) error {
	s, err := h.paperOf(c)
	if err != nil {
		return err
	}
	return c.Render(printPage(s))
}

func (h handlers) printPDF(c *web.Ctx) error {
	s, err := h.paperOf(c)
	if err != nil {
		return err
	}
	d := s.document(s.Organ)
	return c.Stream(s.Title+s.No+".pdf", "application/pdf", func(w io.Writer) error { return h.Print.Write(w, d) })
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
	out := sheet{Title: "数据使用记录链头单", No: s.Day.String(), Organ: centre.Name, Day: s.Day, Back: web.Link{Label: "链条核验", Href: "/exchange/chain"},
		Facts: [][2]string{{"记录数", strconv.FormatInt(s.Seq, 10)}, {"最后一条的校验值", s.Text()}, {"取得时间", web.MomentText(s.At)}, {"备案时间", web.MomentText(s.FiledAt)}},
		Text:  []string{"本单由政务监察股打印、签字并备案。以后核验时，第 " + strconv.FormatInt(s.Seq, 10) + " 条记录的校验值应与本单一致。", "备案人：　　　　　　　　　　日期："}}
	page := printPage(out)
	if s.FiledAt == 0 {
		page = sealPage(out, "/exchange/chain/seals/"+s.ID+"/file")
	}
	return c.Render(page)
}
