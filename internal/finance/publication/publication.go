// Package publication makes the documents in which a department's final accounts are published (部门决算公开): from the
// tables of package statement and the text of package narrative one document for print (DOCX and PDF), a spreadsheet, a
// web page that stands alone, the whole model as JSON, and a Frictionless data package with a CSV file for each table.
//
// It is pure, and the same accounts give the same bytes in every format: what was published is made again from its frozen
// content whenever it is asked for. All formats print the cells' own text; none computes an amount.
//
//	Statement ─┐             ┌→ Paper → DOCX, PDF
//	Narrative ─┼→ Publication┼→ spreadsheet, page
//	texts ─────┘             └→ JSON, data package
package publication

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/document/docx"
	"yichuang/internal/document/pdf"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
)

// Publication is the final accounts of one year as they are published, or would be.
type Publication struct {
	Year       int
	Department string
	Units      []Unit
	Duties     string // 部门职责
	Structure  string // 机构设置
	Statement  *statement.Statement
	Narrative  *narrative.Document
	Edition    Edition
	Evaluation *Evaluation // nil where the year has none
}

// Unit (预算单位) is a unit whose accounts the publication includes.
type Unit struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// Edition says which state of the accounts the documents show.
type Edition struct {
	State       string        `json:"state"`     // the state's Chinese name
	Published   bool          `json:"published"` // 已公开, or corrected since
	Revision    int64         `json:"revision"`
	Reason      string        `json:"reason,omitempty"` // of a correction
	ApprovedOn  clock.Date    `json:"approved_on,omitzero"`
	ApprovalNo  string        `json:"approval_no,omitempty"`
	ApprovedBy  string        `json:"approved_by,omitempty"`
	ClearedOn   clock.Date    `json:"cleared_on,omitzero"` // day of the review for secrecy
	PublishedOn clock.Date    `json:"published_on,omitzero"`
	PublishedAt clock.Instant `json:"-"`
	Hash        string        `json:"hash,omitempty"` // SM3 of the frozen content
}

// Format is a form in which the documents are had.
type Format string

// The formats.
const (
	DOCX Format = "docx"
	PDF  Format = "pdf"
	XLSX Format = "xlsx"
	HTML Format = "html"
	JSON Format = "json"
	ZIP  Format = "zip"
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format { return []Format{PDF, DOCX, XLSX, HTML, JSON, ZIP} }

// Label is the format's Chinese name; "" for one that does not exist.
func (f Format) Label() string {
	return map[Format]string{DOCX: "文字文档（DOCX）", PDF: "版式文档（PDF）", XLSX: "电子表格（XLSX）", HTML: "网页（HTML）", JSON: "数据模型（JSON）", ZIP: "开放数据包（CSV）"}[f]
}

// Use says in Chinese what the format is for.
func (f Format) Use() string {
	return map[Format]string{DOCX: "可以编辑，带目录和页码", PDF: "在门户网站公开和打印", XLSX: "一张表一个工作表，金额为数值，科目代码为文本", HTML: "可以直接挂网，每个数字连到单元格和取数规则",
		JSON: "表、说明和每个单元格的来源，供程序读取", ZIP: "一个压缩包：每张表一个 CSV，附字段说明（开放数据包标准）"}[f]
}

// ContentType is the format's media type.
func (f Format) ContentType() string {
	return map[Format]string{DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", PDF: "application/pdf", XLSX: xlsx.ContentType, HTML: "text/html; charset=utf-8",
		JSON: "application/json; charset=utf-8", ZIP: "application/zip"}[f]
}

// Name is the name of the file in a format.
func (p *Publication) Name(f Format) string {
	name := p.Title()
	if !p.Edition.Published {
		name += "（" + p.Edition.State + "）"
	}
	if p.Edition.Revision > 1 {
		name += "第" + strconv.FormatInt(p.Edition.Revision, 10) + "版"
	}
	return strings.NewReplacer("/", "-", "\\", "-").Replace(name) + "." + string(f)
}

// Title is the document's title.
func (p *Publication) Title() string {
	return p.Department + strconv.Itoa(p.Year) + "年度部门决算公开"
}

// Options are what some formats need.
type Options struct {
	// Print lays out the pages of the PDF, and tells the DOCX the numbers of its contents; without it there is no PDF.
	Print *pdf.Writer
	// Inside is the address of the program for readers inside the centre: the web page then leads to the entries behind
	// every cell. "" for a page that is published.
	Inside string
}

// Write writes the documents in a format.
func (p *Publication) Write(w io.Writer, f Format, o Options) error {
	switch f {
	case DOCX:
		return p.writeDOCX(w, o.Print)
	case PDF:
		if o.Print == nil {
			return pdf.ErrNoFonts
		}
		return o.Print.Write(w, p.Paper(nil))
	case XLSX:
		return p.Workbook().Write(w)
	case HTML:
		return p.writePage(w, o.Inside)
	case JSON:
		return p.writeModel(w)
	case ZIP:
		return p.writePackage(w)
	}
	return fmt.Errorf("publication: no format %q", f)
}

// writeDOCX tells the contents the pages that the PDF has: both are set on the same page with the same lines.
func (p *Publication) writeDOCX(w io.Writer, print *pdf.Writer) error {
	var pages []int
	if print != nil {
		var err error
		if pages, err = print.Pages(p.Paper(nil)); err != nil {
			pages = nil // a program without fonts leaves the numbers to the program that opens the document
		}
	}
	return docx.Write(w, p.Paper(pages))
}

// year writes 2024年度.
func (p *Publication) year() string { return strconv.Itoa(p.Year) + "年度" }

// numbered puts 一、 before a title.
func numbered(i int, title string) string { return statement.Ordinal(i) + "、" + title }

func day(d clock.Date) string {
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.DayOfMonth())
}

// anchor names a cell in documents: T05-2010399-1.
func anchor(r statement.Ref) string { return strings.ReplaceAll(string(r), "/", "-") }

// noteMark stands before the i-th of n notes below a table.
func noteMark(i, n int) string {
	if n == 1 {
		return "注："
	}
	if i == 0 {
		return "注：1."
	}
	return strconv.Itoa(i+1) + "."
}
