package traininghttp

import (
	"io"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/training"
	"yichuang/internal/web"
)

// yearOf is the period of the figures that are asked for: a year, this one by default.
func yearOf(c *web.Ctx) metric.Period {
	if n, err := strconv.Atoi(c.Query("year")); err == nil && n > 1990 && n < 2200 {
		return metric.Year(clock.Day(n, 1, 1))
	}
	return metric.Year(c.Now().Date())
}

func (h handlers) figures(c *web.Ctx) error {
	p := yearOf(c)
	s, err := h.Training.Figures(c.Context(), p)
	if err != nil {
		return err
	}
	year := strconv.Itoa(p.From.Year())
	var tiles []web.Tile
	for i, d := range training.Measures() {
		x := s.Figures[i]
		tile := web.Tile{Label: d.Name, Value: x.Text(), Unit: d.Unit, Href: "/training/figures/" + d.Code + "?year=" + year}
		if x.Form == metric.Rate {
			tile.Unit, tile.Hint = "", "分子 "+x.NumText()+" / 分母 "+x.DenText()
		}
		tiles = append(tiles, tile)
	}
	t := web.Table{ID: "units", Caption: "各单位", Download: "/training/figures/export.xlsx", Columns: []web.Column{{Label: "单位", Grow: true}, {Label: "报名", Number: true, Unit: "人次"}, {Label: "签到", Number: true, Unit: "人次"}, {Label: "交卷", Number: true, Unit: "人次"}, {Label: "合格", Number: true, Unit: "人次"}}, Empty: web.Empty{Title: "这一年还没有培训"}}
	for _, u := range s.Units {
		t.Rows = append(t.Rows, web.Row{Cells: []templ.Component{web.CellText(u.Unit), web.CellNumber(u.Enrolled), web.CellNumber(u.Signed), web.CellNumber(u.Scored), web.CellNumber(u.Passed)}})
	}
	return c.Render(web.StaffPage(web.Page{Title: year + "年培训统计", Lead: "这些数可以作为绩效指标的实际值，点开看是哪些记录。"}, []templ.Component{yearBar(year), web.Tiles(tiles), web.PartPanel("各单位", web.DataTable(t))}))
}

// exportFigures is the table of the units as a spreadsheet.
func (h handlers) exportFigures(c *web.Ctx) error {
	p := yearOf(c)
	s, err := h.Training.Figures(c.Context(), p)
	if err != nil {
		return err
	}
	title := strconv.Itoa(p.From.Year()) + "年培训情况"
	sheet := xlsx.Sheet{Name: "各单位", Title: title, Note: "大讲堂和12345业务培训，人次", Columns: []xlsx.Column{{Label: "单位", Width: 30}, {Label: "报名", Kind: xlsx.Int}, {Label: "签到", Kind: xlsx.Int}, {Label: "交卷", Kind: xlsx.Int}, {Label: "合格", Kind: xlsx.Int}}}
	return c.Stream(title+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, u := range s.Units {
				if err := add(u.Unit, u.Enrolled, u.Signed, u.Scored, u.Passed); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (h handlers) figure(c *web.Ctx) error {
	p := yearOf(c)
	part := metric.Part(c.Query("part"))
	if !part.Valid() {
		part = metric.Numerator
	}
	f, list, err := h.Training.Figure(c.Context(), c.Param("code"), part, p)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(training.Measures(), func(d training.Measure) bool { return d.Code == c.Param("code") })
	d := training.Measures()[i]
	t := web.Table{ID: "records", Caption: d.Name, Columns: []web.Column{{Label: "名称", Name: true}, {Label: "说明", Grow: true}, {Label: "时间"}}, Empty: web.Empty{Title: "没有记录"}}
	for _, r := range list {
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Cells: []templ.Component{web.CellText(r.No), web.CellText(r.Title), web.CellTime(r.At)}})
	}
	here := "/training/figures/" + d.Code + "?year=" + strconv.Itoa(p.From.Year())
	parts := []templ.Component{web.Definitions([]web.Item{web.ItemText("数值", f.Text()), web.ItemText("口径", d.Rule)})}
	if d.Form == metric.Rate {
		parts = append(parts, web.Tabs("分子和分母", []web.Tab{{Label: "分子 " + f.NumText(), Href: here, Current: part == metric.Numerator}, {Label: "分母 " + f.DenText(), Href: here + "&part=den", Current: part == metric.Denominator}}))
	}
	return c.Render(web.StaffPage(web.Page{Title: d.Name, Crumbs: []web.Link{{Label: "培训统计", Href: "/training/figures?year=" + strconv.Itoa(p.From.Year())}}}, append(parts, web.DataTable(t))))
}
