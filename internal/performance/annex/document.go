package annex

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/document/docx"
	"yichuang/internal/document/grid"
	"yichuang/internal/document/paper"
	"yichuang/internal/document/pdf"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// Format is a form in which the annexes are had.
type Format string

// The formats.
const (
	DOCX Format = "docx"
	PDF  Format = "pdf"
	XLSX Format = "xlsx"
	HTML Format = "html"
	JSON Format = "json"
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format { return []Format{PDF, DOCX, XLSX, HTML, JSON} }

// Label is the format's Chinese name; "" for one that does not exist.
func (f Format) Label() string {
	return map[Format]string{DOCX: "文字文档（DOCX）", PDF: "版式文档（PDF）", XLSX: "电子表格（XLSX）", HTML: "网页（HTML）", JSON: "数据（JSON）"}[f]
}

// ContentType is the format's media type.
func (f Format) ContentType() string {
	return map[Format]string{DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", PDF: "application/pdf", XLSX: xlsx.ContentType, HTML: "text/html; charset=utf-8", JSON: "application/json; charset=utf-8"}[f]
}

// Document (绩效自评文件) is a choice of the year's annexes as one document.
type Document struct {
	Year    *Year
	Annexes []Annex
}

// Document chooses annexes by their labels, all of them where none is named.
func (y *Year) Document(labels ...string) Document {
	list := y.Annexes()
	if len(labels) > 0 {
		list = slices.DeleteFunc(list, func(a Annex) bool { return !slices.Contains(labels, a.Label) })
	}
	return Document{y, list}
}

// Title is the document's title.
func (d Document) Title() string {
	if len(d.Annexes) == 1 {
		a := d.Annexes[0]
		if a.Of.Form.Kind == score.Project && a.Layout != nil {
			return a.Title + "（" + a.Of.Form.Name + "）"
		}
		return a.Title
	}
	return d.Year.Department + strconv.Itoa(d.Year.Year) + "年度绩效自评"
}

// Name is the name of the file in a format.
func (d Document) Name(f Format) string {
	name := d.Title()
	if !d.Year.Edition.Locked && d.Year.Edition.State != "" {
		name += "（" + d.Year.Edition.State + "）"
	}
	return strings.NewReplacer("/", "-", "\\", "-").Replace(name) + "." + string(f)
}

// Write writes the document in a format; print lays out the pages of a PDF.
func (d Document) Write(w io.Writer, f Format, print *pdf.Writer) error {
	switch f {
	case DOCX:
		return d.writeDOCX(w, print)
	case PDF:
		if print == nil {
			return pdf.ErrNoFonts
		}
		return print.Write(w, d.Paper(nil))
	case XLSX:
		return d.Workbook().Write(w)
	case HTML:
		return d.writePage(w)
	case JSON:
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(d.Model())
	}
	return fmt.Errorf("annex: no format %q", f)
}

// writeDOCX tells the contents the pages that the PDF has: both are set on the same page with the same lines.
func (d Document) writeDOCX(w io.Writer, print *pdf.Writer) error {
	var pages []int
	if print != nil && len(d.Annexes) > 1 {
		var err error
		if pages, err = print.Pages(d.Paper(nil)); err != nil {
			pages = nil // a program without fonts leaves the numbers to the program that opens the document
		}
	}
	return docx.Write(w, d.Paper(pages))
}

// Paper is the document for print: each annex begins on a new page. pages are those of its headings where they are known.
func (d Document) Paper(pages []int) paper.Document {
	out := paper.Document{Title: d.Title(), Author: d.Year.Department, At: d.Year.Edition.At}
	if len(d.Annexes) > 1 {
		out.Sections = append(out.Sections, paper.Section{Cover: true, Blocks: d.cover()}, paper.Section{Blocks: []paper.Block{paper.Contents{Title: "目　录", Levels: 1, Pages: pages}}})
	}
	for i := range d.Annexes {
		out.Sections = append(out.Sections, paper.Section{Blocks: d.blocks(&d.Annexes[i])})
	}
	return out
}

func (d Document) cover() []paper.Block {
	var out []paper.Block
	for range 6 {
		out = append(out, paper.Text(paper.Plain, ""))
	}
	out = append(out, paper.Text(paper.Title, d.Year.Department), paper.Text(paper.Title, strconv.Itoa(d.Year.Year)+"年度绩效自评报告和自评表"))
	if s := d.status(); s != "" {
		out = append(out, paper.Text(paper.Subtitle, s))
	}
	return out
}

// status tells readers that these are not the final forms.
func (d Document) status() string {
	if d.Year.Edition.Locked || d.Year.Edition.State == "" {
		return ""
	}
	return "（" + d.Year.Edition.State + "，尚未审定）"
}

var styles = [...]paper.Style{paper.Body, paper.Chapter, paper.Article, paper.Heading3}

// blocks are one annex.
func (d Document) blocks(a *Annex) []paper.Block {
	out := []paper.Block{paper.Text(paper.Part, a.Heading())}
	for _, p := range a.Paragraphs {
		out = append(out, paper.Text(styles[p.Level], p.Text))
	}
	if a.Layout == nil {
		return out
	}
	year := a.Layout.Year
	if s := d.status(); s != "" {
		year += s
	}
	out = append(out, paper.Text(paper.Above, year+"\t金额单位：万元"))
	out = append(out, paper.Table{Table: a.Layout.Joined(), Size: 8.5})
	for i, n := range a.Layout.Notes {
		out = append(out, paper.Text(paper.Note, noteMark(i, len(a.Layout.Notes))+n))
	}
	return out
}

// noteMark stands before the i-th of n notes below a table.
func noteMark(i, n int) string {
	switch {
	case n == 1:
		return "注："
	case i == 0:
		return "注：1."
	}
	return strconv.Itoa(i+1) + "."
}

// Workbook is the spreadsheet: a sheet for each form, and for each report its text.
func (d Document) Workbook() xlsx.Book {
	var book xlsx.Book
	for i := range d.Annexes {
		a := &d.Annexes[i]
		if a.Layout != nil {
			page := form.Page(a.Of.shown(), a.Of.Result)
			page.Name = a.Label
			book.Pages = append(book.Pages, page)
			continue
		}
		t := grid.Table{Columns: []grid.Column{{Width: 90}}}
		for _, p := range a.Paragraphs {
			t.Body = append(t.Body, []grid.Cell{{Text: p.Text, Bold: p.Level > 0}})
		}
		book.Pages = append(book.Pages, xlsx.Page{Name: a.Label, Title: a.Title, Table: t})
	}
	return book
}

// ModelVersion names the shape of the JSON; it changes when a reader would have to.
const ModelVersion = "yichuang.selfevaluation/1"

// Model is the document as data.
type Model struct {
	Format     string        `json:"format"`
	Title      string        `json:"title"`
	Year       int           `json:"year"`
	Department string        `json:"department"`
	Edition    Edition       `json:"edition"`
	Mean       score.Decimal `json:"mean,omitzero"` // of the projects' scores
	Annexes    []ModelAnnex  `json:"annexes"`
}

// ModelAnnex is one annex: the paragraphs of a report, or a form with its result.
type ModelAnnex struct {
	Label      string        `json:"label"`
	Title      string        `json:"title"`
	Paragraphs []Paragraph   `json:"paragraphs,omitempty"`
	Form       *score.Form   `json:"form,omitempty"`
	Result     *score.Result `json:"result,omitempty"`
	Notes      []string      `json:"notes,omitempty"`
}

// Model gives the document as data.
func (d Document) Model() Model {
	m := Model{Format: ModelVersion, Title: d.Title(), Year: d.Year.Year, Department: d.Year.Department, Edition: d.Year.Edition, Mean: d.Year.Mean(), Annexes: []ModelAnnex{}}
	for i := range d.Annexes {
		a := &d.Annexes[i]
		x := ModelAnnex{Label: a.Label, Title: a.Title, Paragraphs: a.Paragraphs}
		if a.Layout != nil {
			x.Form, x.Result, x.Notes = a.Of.shown(), a.Of.Result, a.Layout.Notes
		}
		m.Annexes = append(m.Annexes, x)
	}
	return m
}
