package financehttp

import (
	"io"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/finance/examine"
	"yichuang/internal/web"
)

// comparisonView compares organisations and years.
type comparisonView struct{ *examine.Comparison }

func comparedYear(c *web.Ctx) int {
	year, err := strconv.Atoi(c.Query("year"))
	if err != nil || year < 2000 || year > 2099 {
		return 0
	}
	return year
}

func (h handlers) compareExaminations(c *web.Ctx) error {
	x, err := h.Examine.Compare(c.Context(), comparedYear(c))
	if err != nil {
		return err
	}
	return c.Render(comparisonPage(comparisonView{x}))
}

func (h handlers) comparisonBook(c *web.Ctx) error {
	x, err := h.Examine.Compare(c.Context(), comparedYear(c))
	if err != nil {
		return err
	}
	return c.Stream(number(x.Year)+"年度决算公开审核排名.xlsx", xlsx.ContentType, func(w io.Writer) error { return x.Book().Write(w) })
}

// tabs are the years that can be ranked.
func (v comparisonView) tabs() []web.Tab {
	var out []web.Tab
	for _, y := range v.Years {
		out = append(out, web.Tab{Label: number(y) + " 年", Href: "/examinations/compare?year=" + number(y), Current: y == v.Year})
	}
	return out
}

func (v comparisonView) tiles() []web.Tile {
	errors, clean := 0, 0
	for _, s := range v.Standings {
		errors += s.Newest.Errors
		if s.Newest.Errors == 0 {
			clean++
		}
	}
	return []web.Tile{{Label: "部门", Value: number(len(v.Standings)), Unit: "个"}, {Label: "没有错误的部门", Value: number(clean), Unit: "个"}, {Label: "错误", Value: number(errors), Unit: "处"}}
}

// ranking is the organisations of the chosen year, with their errors in the other years beside.
func (v comparisonView) ranking() web.Table {
	t := web.Table{ID: "ranking", Caption: number(v.Year) + " 年度排名", Download: "/examinations/compare.xlsx", Columns: []web.Column{{Label: "名次", Number: true}, {Label: "单位", Grow: true}, {Label: "错误", Number: true},
		{Label: "警告", Number: true}, {Label: "提示", Number: true, Minor: true}, {Label: "未能判断", Number: true, Minor: true}},
		Empty: web.Empty{Title: "还没有可以比较的审核", Text: "审核过的文件按单位和年度取最新的一份，在这里排名。", Next: &web.Link{Label: "去审核", Href: "/examinations"}}}
	for _, y := range v.Years {
		if y != v.Year {
			t.Columns = append(t.Columns, web.Column{Label: number(y) + " 年错误", Number: true})
		}
	}
	for i := range v.Standings {
		s := &v.Standings[i]
		x := &s.Newest
		cells := []templ.Component{web.CellNumber(int64(s.Rank)), web.CellLink(examinationPath(x.ID, ""), s.Org), web.CellNumber(int64(x.Errors)), web.CellNumber(int64(x.Warnings)), web.CellNumber(int64(x.Infos)), web.CellNumber(int64(x.NotEvaluated))}
		for _, y := range v.Years {
			switch other := s.Years[y]; {
			case y == v.Year:
			case other == nil:
				cells = append(cells, web.CellText("—"))
			default:
				cells = append(cells, web.CellLink(examinationPath(other.ID, ""), number(other.Errors)))
			}
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ID, Href: examinationPath(x.ID, ""), State: lightOf(x), Cells: cells})
	}
	return t
}

// common is what most organisations have wrong.
func (v comparisonView) common() web.Table {
	t := web.Table{ID: "common", Caption: "共性问题", Columns: []web.Column{{Label: "规则", Grow: true}, {Label: "级别"}, {Label: "部门", Number: true}, {Label: "处数", Number: true}}}
	for _, b := range v.Common {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(b.Name), web.CellText(examine.SeverityLabel(b.Severity)), web.CellNumber(int64(b.Orgs)), web.CellNumber(int64(b.Findings))}})
	}
	return t
}
