package attesthttp

import (
	"fmt"
	"net/url"

	"yichuang/internal/attest"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/web"
)

// Print is a paper as it is printed: a page of A4 or a PDF, with number, date, seal slot and the code by which it is verified.
type Print struct {
	attest.Paper
	By     string      // whose seal it bears, in full
	To     string      // to whom it speaks; "" for nobody
	Lines  [][2]string // label and value
	Text   []string    // paragraphs below
	Log    string      // heading of Steps
	Steps  [][2]string // moment and what was done
	Notes  []string    // small, at the foot
	Verify string      // whole address of the page that verifies it
	Back   web.Link
	PDF    string // where the PDF is
}

func (p Print) day() string {
	return fmt.Sprintf("%d年%d月%d日", p.Day.Year(), int(p.Day.Month()), p.Day.DayOfMonth())
}

func (p Print) verifyNote() string {
	return "验证码 " + p.Code + "，凭编号和验证码可以在本中心网站“文书验证”核对真伪，或扫码核对。"
}

// qrWidth is the width of a code on paper, in millimetres.
const qrWidth = 26

// Path is where a paper of a centre is verified, its number and code filled in.
func Path(centre string, p attest.Paper) string {
	return "/cases/c/" + url.PathEscape(centre) + "/verify?" + url.Values{"no": {p.No}, "code": {p.Code}}.Encode()
}

// Document is the paper for the writer of PDF.
func (p Print) Document() paper.Document {
	s := paper.Section{Blocks: []paper.Block{paper.Text(paper.Title, p.By+"\n"+p.Title), paper.Text(paper.Subtitle, p.No)}}
	add := func(style paper.Style, text string) { s.Blocks = append(s.Blocks, paper.Text(style, text)) }
	if p.To != "" {
		add(paper.Addressee, p.To+"：")
	}
	s.Blocks = append(s.Blocks, table(p.Lines))
	for _, t := range p.Text {
		add(paper.Body, t)
	}
	if len(p.Steps) > 0 {
		add(paper.Body, p.Log)
		s.Blocks = append(s.Blocks, table(p.Steps))
	}
	add(paper.Signature, p.By+"（印章）")
	add(paper.Signature, p.day())
	for _, n := range p.Notes {
		add(paper.Note, n)
	}
	if p.Code != "" {
		add(paper.Note, p.verifyNote())
	}
	if picture := web.QRPicture(p.Verify); p.Verify != "" && picture != nil {
		s.Blocks = append(s.Blocks, paper.Picture{Data: picture, Width: qrWidth, Alt: "验证二维码"})
	}
	return paper.Document{Title: p.Title + " " + p.No, Author: p.By, At: p.Day.Start(), Sections: []paper.Section{s}}
}

func table(lines [][2]string) paper.Table {
	t := grid.Table{Columns: []grid.Column{{Width: 1}, {Width: 4}}}
	for _, l := range lines {
		t.Body = append(t.Body, []grid.Cell{{Text: l[0]}, {Text: l[1]}})
	}
	return paper.Table{Table: t}
}
