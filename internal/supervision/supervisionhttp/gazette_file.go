package supervisionhttp

import (
	"context"
	"io"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

// gazetteFile is a published period in one of its formats: name, type and writer.
type gazetteFile struct {
	name, kind string
	write      func(io.Writer) error
}

// file makes a published period a file: pdf, docx or xlsx.
func (d Deps) file(ctx context.Context, g *supervision.PublicGazette, format string) (gazetteFile, error) {
	title := g.Period().String() + "监察结果"
	if g.Revision > 1 {
		title += "（" + (&supervision.Gazette{Revision: g.Revision}).Corrects() + "）"
	}
	if format == "xlsx" {
		return gazetteFile{title + ".xlsx", xlsx.ContentType, func(w io.Writer) error { return publicSheet(g, title, w) }}, nil
	}
	centre, err := d.Org.Centre(ctx, actor.From(ctx).CentreID)
	doc := publicPaper(g, title, centre.Name)
	switch {
	case err != nil:
		return gazetteFile{}, err
	case format == "docx":
		return gazetteFile{title + ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", func(w io.Writer) error { return docx.Write(w, doc) }}, nil
	case format == "pdf":
		return gazetteFile{title + ".pdf", "application/pdf", func(w io.Writer) error { return d.Print.Write(w, doc) }}, nil
	}
	return gazetteFile{}, supervision.ErrGazette
}

// download is the file of the period of an address.
func (h handlers) download(c *web.Ctx) error {
	g, err := h.askedFor(c)
	if err != nil {
		return err
	}
	f, err := h.file(c.Context(), &g, c.Param("format"))
	if err != nil {
		return err
	}
	return c.Stream(f.name, f.kind, f.write)
}

// publicPaper is the gazette for print.
func publicPaper(g *supervision.PublicGazette, title, centre string) paper.Document {
	t := grid.Table{Columns: []grid.Column{{Width: 2.4}, {Align: grid.Right}, {Align: grid.Right}, {Align: grid.Right}, {Width: 1.7, Align: grid.Right}, {Width: 1.7, Align: grid.Right}, {Align: grid.Centre}}, Head: [][]grid.Cell{nil}}
	for _, label := range publicHead {
		t.Head[0] = append(t.Head[0], grid.Cell{Text: label, Bold: true})
	}
	for _, r := range append(g.Units[:len(g.Units):len(g.Units)], g.Total) {
		t.Body = append(t.Body, []grid.Cell{{Text: r.Unit}, {Text: count(r.Ended)}, {Text: count(r.Yellows)}, {Text: count(r.Reds)}, {Text: ratioText(r.Cards)}, {Text: ratioText(r.Audited)}, {Text: r.Grade}})
	}
	blocks := []paper.Block{paper.Text(paper.Title, title), paper.Text(paper.Subtitle, centre)}
	if g.Reason != "" {
		blocks = append(blocks, paper.Text(paper.Body, "更正的理由："+g.Reason))
	}
	blocks = append(blocks, paper.Table{Table: t})
	for _, x := range publicNotes(g) {
		blocks = append(blocks, paper.Text(paper.Note, x))
	}
	blocks = append(blocks, paper.Text(paper.Signature, centre), paper.Text(paper.Signature, g.At.Date().String()))
	return paper.Document{Title: title, Author: centre, At: g.At, Sections: []paper.Section{{Blocks: blocks}}}
}

// publicSheet is the gazette as a workbook, with the two integers of each rate.
func publicSheet(g *supervision.PublicGazette, title string, w io.Writer) error {
	note := publicNotes(g)[1]
	if g.Reason != "" {
		note = "更正的理由：" + g.Reason + " " + note
	}
	sheet := xlsx.Sheet{Name: "监察结果", Title: title, Note: note, Columns: []xlsx.Column{{Label: "单位", Width: 24}, {Label: "结束的办件"}, {Label: "黄牌、预警"}, {Label: "红牌、报警"}, {Label: "红黄牌率"}, {Label: "成立"}, {Label: "结束（分母）"}, {Label: "抽查合格率"}, {Label: "合格"}, {Label: "已查"}, {Label: "等次"}}}
	return sheet.Write(w, func(add func(...any) error) error {
		for _, r := range append(g.Units[:len(g.Units):len(g.Units)], g.Total) {
			if err := add(r.Unit, r.Ended, r.Yellows, r.Reds, r.Cards.Text(), r.Cards.Num, r.Cards.Den, r.Audited.Text(), r.Audited.Num, r.Audited.Den, r.Grade); err != nil {
				return err
			}
		}
		return nil
	})
}

func count(n int64) string { return strconv.FormatInt(n, 10) }
