package sitehttp

import (
	"io"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/site"
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
	list, err := h.Site.Figures(c.Context(), p)
	if err != nil {
		return err
	}
	year := strconv.Itoa(p.From.Year())
	var tiles []web.Tile
	for i, d := range site.Measures() {
		x := list[i]
		tile := web.Tile{Label: d.Name, Value: x.Text(), Unit: d.Unit, Href: "/site/figures/" + d.Code + "?year=" + year}
		if x.Form == metric.Rate {
			tile.Unit, tile.Hint = "", "分子 "+x.NumText()+" / 分母 "+x.DenText()
		}
		tiles = append(tiles, tile)
	}
	return c.Render(web.StaffPage(web.Page{Title: year + "年站点统计", Lead: "指导检查、自助终端、用品和维修。这些数可以作为绩效指标的实际值，点开看是哪些记录。"}, []templ.Component{yearBar(year), web.Tiles(tiles)}))
}

// shown is one figure with its records, as a page or a file shows it.
type shown struct {
	site.Measure
	figure  metric.Figure
	part    metric.Part
	records []metric.Record
	year    string
}

func (h handlers) shown(c *web.Ctx) (shown, error) {
	p := yearOf(c)
	s := shown{part: metric.Part(c.Query("part")), year: strconv.Itoa(p.From.Year())}
	if !s.part.Valid() {
		s.part = metric.Numerator
	}
	var err error
	if s.figure, s.records, err = h.Site.Figure(c.Context(), c.Param("code"), s.part, p); err != nil {
		return s, err
	}
	i := slices.IndexFunc(site.Measures(), func(d site.Measure) bool { return d.Code == c.Param("code") })
	s.Measure = site.Measures()[i]
	names, _, err := h.siteNames(c)
	for i := range s.records {
		if name := names[s.records[i].Subject]; name != "" {
			s.records[i].Subject = name
		}
	}
	return s, err
}

func (h handlers) figure(c *web.Ctx) error {
	s, err := h.shown(c)
	if err != nil {
		return err
	}
	here := "/site/figures/" + s.Code + "?year=" + s.year
	t := web.Table{ID: "records", Caption: s.Name, Download: "/site/figures/" + s.Code + "/export.xlsx", Columns: []web.Column{{Label: "名称"}, {Label: "说明", Grow: true, Wrap: true}, {Label: "站点或单位"}, {Label: "时间"}, {Label: "备注"}}, Empty: web.Empty{Title: "没有记录"}}
	for _, r := range s.records {
		t.Rows = append(t.Rows, web.Row{ID: r.ID, Cells: []templ.Component{web.CellText(r.No), web.CellText(r.Title), web.CellText(r.Subject), web.CellTime(r.At), web.CellText(r.Why)}})
	}
	parts := []templ.Component{web.Definitions([]web.Item{web.ItemText("数值", s.figure.Text()), web.ItemText("口径", s.Rule)})}
	if s.Form == metric.Rate {
		parts = append(parts, web.Tabs("分子和分母", []web.Tab{{Label: "分子 " + s.figure.NumText(), Href: here, Current: s.part == metric.Numerator}, {Label: "分母 " + s.figure.DenText(), Href: here + "&part=den", Current: s.part == metric.Denominator}}))
	}
	return c.Render(web.StaffPage(web.Page{Title: s.Name, Crumbs: []web.Link{{Label: "站点统计", Href: "/site/figures?year=" + s.year}}}, append(parts, web.DataTable(t))))
}

func (h handlers) exportFigure(c *web.Ctx) error {
	s, err := h.shown(c)
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "记录", Title: s.year + "年" + s.Name, Note: "数值 " + s.figure.Text() + "。" + s.Rule, Columns: []xlsx.Column{{Label: "名称", Width: 20}, {Label: "说明", Width: 40, Wrap: true}, {Label: "站点或单位", Width: 24}, {Label: "时间", Width: 17, Kind: xlsx.Moment}, {Label: "备注", Width: 30}}}
	return c.Stream(s.year+s.Name+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range s.records {
				if err := add(r.No, r.Title, r.Subject, r.At, r.Why); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
