package publication

import (
	"yichuang/internal/document/xlsx"
)

// Workbook is the spreadsheet: one sheet for each table.
func (p *Publication) Workbook() xlsx.Book {
	var book xlsx.Book
	for i, t := range p.Statement.Tables {
		page := xlsx.Page{Name: t.Form + " " + t.Title, Title: numbered(i+1, t.Title), Lines: []string{t.Form, "部门：" + p.Department + "　" + p.year() + "　金额单位：" + p.Statement.Unit}, Table: p.Statement.Draw(t).Grid()}
		page.Landscape = len(page.Table.Columns) > wideFrom
		for j, n := range t.Notes {
			page.Below = append(page.Below, noteMark(j, len(t.Notes))+n)
		}
		book.Pages = append(book.Pages, page)
	}
	book.Pages = append(book.Pages, p.annexPages()...)
	return book
}
