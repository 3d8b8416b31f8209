package caseworkhttp

import (
	"fmt"
	"io"
	"net/url"
	"strconv"

	"yichuang/internal/casework"
	"yichuang/internal/document/paper"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// paperView is a voucher on the screen, as it is printed.
type paperView struct {
	casework.Paper
	Centre string
	Rate   string // where the code of the rating leads; "" where there is none
	Back   string // where an applicant goes from here; "" for the desk
	Verify string // where anybody verifies the paper, its number and code filled in
}

func (v paperView) title() string { return v.Kind.Title() }

// organ is whose paper it is: the deciding organ's or, for a receipt, the centre's.
func (v paperView) organ() string {
	if v.Unit != "" {
		return v.Unit
	}
	return v.Centre
}

func (v paperView) back() string {
	if v.Back != "" {
		return v.Back
	}
	if v.CaseNo != "" {
		return casePath(v.CaseNo)
	}
	return "/casework"
}

func (v paperView) day() string {
	return fmt.Sprintf("%d年%d月%d日", v.Day.Year(), int(v.Day.Month()), v.Day.DayOfMonth())
}

// addressee is to whom it speaks.
func (v paperView) addressee() string {
	if v.Agent != "" {
		return v.Applicant + "（代办人：" + v.Agent + "）："
	}
	return v.Applicant + "："
}

func (h handlers) voucher(c *web.Ctx) (paperView, error) {
	p, err := h.Casework.Print(c.Context(), c.Param("id"))
	if err != nil {
		return paperView{}, err
	}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	return viewPaper(c, p, centre, "window"), err
}

// viewPaper is a voucher of a centre with its addresses; whoever rates by them comes by via.
func viewPaper(c *web.Ctx, p casework.Paper, centre org.Centre, via string) paperView {
	v := paperView{Paper: p, Centre: centre.Name, Verify: c.Outside(verifyPath(centre.Code, &p))}
	if p.RatingCode != "" {
		v.Rate = c.Outside("/rate/c/" + centre.Code + "/s/" + p.RatingCode + "?via=" + via)
	}
	return v
}

// verifyPath is where a voucher of a centre is verified, its number and code filled in.
func verifyPath(centre string, p *casework.Paper) string {
	return "/cases/c/" + url.PathEscape(centre) + "/verify?" + url.Values{"no": {p.No}, "code": {p.Code}}.Encode()
}

// qrWidth is the width of a code on A4, in millimetres; receiptQR of one on the paper of a receipt, whose dots are coarser.
const (
	qrWidth   = 26
	receiptQR = 34
)

func (h handlers) print(c *web.Ctx) error {
	v, err := h.voucher(c)
	if err != nil {
		return err
	}
	if v.Kind == casework.VoucherReceipt && c.Query("paper") != "a4" {
		return c.Render(receiptPage(v))
	}
	return c.Render(voucherPage(v))
}

func (h handlers) printPDF(c *web.Ctx) error {
	v, err := h.voucher(c)
	if err != nil {
		return err
	}
	return h.stream(c, v)
}

func (d Deps) stream(c *web.Ctx, v paperView) error {
	return c.Stream(v.No+v.title()+".pdf", "application/pdf", func(w io.Writer) error { return d.Print.Write(w, v.document()) })
}

// document is the voucher for the writer of PDF.
func (v paperView) document() paper.Document {
	s := paper.Section{Blocks: []paper.Block{paper.Text(paper.Title, v.organ()+"\n"+v.title()), paper.Text(paper.Subtitle, v.No), paper.Text(paper.Addressee, v.addressee())}}
	add := func(style paper.Style, text string) { s.Blocks = append(s.Blocks, paper.Text(style, text)) }
	for _, f := range v.Letter.Facts {
		add(paper.Body, f.Label+"："+f.Value)
	}
	for _, t := range v.Letter.Text {
		add(paper.Body, t)
	}
	for i, t := range v.Letter.List {
		add(paper.Body, strconv.Itoa(i+1)+"．"+t)
	}
	for _, t := range v.Letter.After {
		add(paper.Body, t)
	}
	if v.Kind.Sealed() {
		add(paper.Signature, v.organ()+"（印章）")
	}
	add(paper.Signature, v.day())
	if v.QueryCode != "" {
		add(paper.Note, "查询码："+v.QueryCode+"，凭查询码和手机号后四位查询进度。")
	}
	add(paper.Note, "验证码："+v.Code+"，凭文书编号和验证码，或扫码，可以验证真伪。")
	if picture := web.QRPicture(v.Verify); picture != nil {
		s.Blocks = append(s.Blocks, paper.Picture{Data: picture, Width: qrWidth, Alt: "验证二维码"})
	}
	if v.RatingCode != "" {
		add(paper.Note, "评价码："+v.RatingCode+"，办结后凭评价码评价服务，或扫码评价。")
		if picture := web.QRPicture(v.Rate); picture != nil {
			s.Blocks = append(s.Blocks, paper.Picture{Data: picture, Width: qrWidth, Alt: "评价二维码"})
		}
	}
	return paper.Document{Title: v.title() + " " + v.No, Author: v.organ(), At: v.IssuedAt, Sections: []paper.Section{s}}
}
