package hotlinehttp

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/document/table"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/web"
)

// frequentView is the ranking of what people called about most, or from where.
type frequentView struct {
	Form *web.Form
	By   string
	figure.Frequent
}

// frequentWays are what can be ranked: a dimension, and for areas how exact.
var frequentWays = []web.Option{{Value: "topic", Label: "事项（一级分类）"}, {Value: "category", Label: "事项（登记的分类）"}, {Value: "area9", Label: "乡镇（街道）"}, {Value: "area6", Label: "县（市、区）"},
	{Value: "area12", Label: "村（社区）"}, {Value: "unit", Label: "承办单位"}}

var topOptions = []web.Option{{Value: "10", Label: "前 10"}, {Value: "20", Label: "前 20"}, {Value: "50", Label: "前 50"}, {Value: "200", Label: "前 200"}}

// frequentQuery reads the address of a ranking.
func frequentQuery(c *web.Ctx) (figure.FrequentQuery, string) {
	f := c.Form()
	by := cmp.Or(f.Text("by"), "topic")
	top, _ := strconv.Atoi(cmp.Or(f.Text("top"), "10")) // anything else shows one line
	q := figure.FrequentQuery{Period: periodOf(c), By: figure.Dimension(by), Top: top}
	if digits, ok := strings.CutPrefix(by, "area"); ok {
		q.By = figure.ByArea
		q.Digits, _ = strconv.Atoi(digits) // refused where it is none
	}
	return q, by
}

func (s reports) frequentView(c *web.Ctx) (frequentView, error) {
	q, by := frequentQuery(c)
	list, err := s.Figures.Frequent(c.Context(), q)
	return frequentView{Form: c.Form(), By: by, Frequent: list}, err
}

// frequent shows the ranking.
func (s reports) frequent(c *web.Ctx) error {
	v, err := s.frequentView(c)
	if err != nil {
		return err
	}
	return c.Render(frequentPage(v))
}

func (v frequentView) lead() string {
	text := fmt.Sprintf("%s受理的工单 %d 张，截至 %s。", v.Period, v.Total, web.MomentText(v.At))
	if v.Incomplete() {
		text += "期间还没有结束，数值不完整。"
	}
	return text
}

// wayLabel names what is ranked.
func (v frequentView) wayLabel() string {
	for _, o := range frequentWays {
		if o.Value == v.By {
			return o.Label
		}
	}
	return ""
}

// sliceHref is the address of the tickets behind a row.
func sliceHref(s figure.Slice) string {
	q := url.Values{"from": {s.Period.From.String()}, "to": {s.Period.To.String()}}
	for name, value := range map[string]string{"topic": s.Topic, "category": s.Category, "within": s.Within, "unit": s.UnitID} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if s.Exact {
		q.Set("exact", "1")
	}
	return "/reports/tickets?" + q.Encode()
}

func (v frequentView) byArea() bool { return v.FrequentQuery.By == figure.ByArea }

func (v frequentView) table() web.Table {
	t := web.Table{ID: "frequent", Caption: v.wayLabel(), Download: "/overview/frequent.xlsx", Columns: []web.Column{{Label: "名次", Number: true}, {Label: v.wayLabel(), Grow: true}, {Label: "受理", Number: true},
		{Label: "环比", Number: true}, {Label: "同比", Number: true, Minor: true}}, Empty: web.Empty{Title: "没有可以排名的", Text: fmt.Sprintf("期间内每一项都不足 %d 张，换一个期间再看。", figure.FrequentLeast)}}
	if v.byArea() {
		t.Columns = append(t.Columns, web.Column{Label: "每万人", Number: true}, web.Column{Label: "常住人口", Number: true, Minor: true}, web.Column{Label: "年份、出处", Minor: true, Wrap: true})
	}
	for _, r := range v.Rows {
		row := web.Row{ID: r.Key, Href: sliceHref(v.Slice(r.Key)), Cells: []templ.Component{web.CellNumber(int64(r.Rank)), web.CellText(r.Label), web.CellLink(sliceHref(v.Slice(r.Key)), strconv.FormatInt(r.N, 10)),
			changeCell(&r.Previous), changeCell(&r.LastYear)}}
		if v.byArea() {
			row.Cells = append(row.Cells, web.CellText(r.PerTenThousand.Quotient()), web.CellText(residentsText(r)), web.CellText(residentsSource(r)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func residentsText(r figure.FrequentRow) string {
	if r.Residents == nil {
		return ""
	}
	return web.GroupDigits(strconv.FormatInt(r.Residents.Residents, 10))
}

func residentsSource(r figure.FrequentRow) string {
	if r.Residents == nil {
		return "没有填写"
	}
	return fmt.Sprintf("%d 年，%s", r.Residents.Year, r.Residents.Source)
}

// left says what the ranking leaves out.
func (v frequentView) left() []string {
	var out []string
	if v.Beyond > 0 {
		out = append(out, fmt.Sprintf("排在后面没有列出的 %d 项，共 %d 张。", v.Beyond, v.BeyondN))
	}
	if v.Few > 0 {
		out = append(out, fmt.Sprintf("另有 %d 项不足 %d 张，不排名，共 %d 张。", v.Few, figure.FrequentLeast, v.FewN))
	}
	if v.Unknown > 0 {
		out = append(out, fmt.Sprintf("没有登记或没有登记到这一级的 %d 张。", v.Unknown))
	}
	return out
}

// frequentExport sends the ranking as a spreadsheet.
func (s reports) frequentExport(c *web.Ctx) error {
	v, err := s.frequentView(c)
	if err != nil {
		return err
	}
	columns := []xlsx.Column{{Label: "名次", Width: 8}, {Label: v.wayLabel(), Width: 30}, {Label: "受理", Width: 10}, {Label: "环比", Width: 20}, {Label: "同比", Width: 20}}
	if v.byArea() {
		columns = append(columns, xlsx.Column{Label: "每万人", Width: 10}, xlsx.Column{Label: "常住人口", Width: 14}, xlsx.Column{Label: "年份、出处", Width: 50})
	}
	sheet := xlsx.Sheet{Name: "高频高发", Title: "高频高发 " + v.wayLabel() + " " + v.Period.String(), Note: v.lead() + strings.Join(v.left(), ""), Columns: columns}
	return c.Stream("高频高发 "+v.Period.String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, r := range v.Rows {
				cells := []any{r.Rank, r.Label, r.N, changeText(&r.Previous), changeText(&r.LastYear)}
				if v.byArea() {
					cells = append(cells, r.PerTenThousand.Quotient(), residentsText(r), residentsSource(r))
				}
				if err := add(cells...); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// residentsView is the list of the residents of areas, with the form of one figure.
type residentsView struct {
	Form   *web.Form
	File   *web.Form // of the import
	List   []figure.Population
	Change bool
	Edit   figure.Population // the figure in the form
}

// residents lists the residents of areas.
func (s reports) residents(c *web.Ctx) error {
	v, err := s.residentsView(c)
	if err != nil {
		return err
	}
	f := c.Form()
	if area := f.Text("area"); area != "" {
		if v.Edit, err = s.Figures.Population(c.Context(), area, int(f.Int("year"))); err != nil {
			return err
		}
	}
	return c.Render(residentsPage(v))
}

func (s reports) residentsView(c *web.Ctx) (residentsView, error) {
	v := residentsView{Change: c.Can(hotline.PermMetric)}
	var err error
	v.List, err = s.Figures.Populations(c.Context())
	return v, err
}

// saveResidents puts a figure in or changes it.
func (s reports) saveResidents(c *web.Ctx) error {
	f := c.Form()
	p := figure.Population{Area: f.Required("area", "行政区划代码"), Year: int(f.Int("year")), Residents: f.Int("residents"), Source: f.Text("source"), Version: f.Version()}
	if f.OK() {
		_, err := s.Figures.SavePopulation(c.Context(), p)
		if err == nil {
			c.Flash(web.Success, "已保存。以后的“每万人”按它计算。")
			return c.Redirect("/overview/residents")
		}
		if !f.Take(err) {
			return err
		}
	}
	v, err := s.residentsView(c)
	if err != nil {
		return err
	}
	v.Form, v.Edit = f, p
	return c.Invalid(residentsPage(v))
}

// importResidents puts in a file of figures, all of it or nothing.
func (s reports) importResidents(c *web.Ctx) error {
	f := c.Form()
	var list []figure.Population
	err := readTable(f, table.Options{Expect: figure.PopulationColumns, Limits: table.Limits{Size: 4 << 20, Rows: 5001}}, func(r *table.Reader) (err error) {
		list, err = figure.ReadPopulations(r, c.Now().Date())
		return err
	})
	var added, changed int
	if err == nil && f.OK() {
		if added, changed, err = s.Figures.ImportPopulations(c.Context(), list); err == nil {
			c.Flash(web.Success, "已导入："+countText("新增", added)+"，"+countText("改动", changed)+"。以后的“每万人”按它计算。")
			return c.Redirect("/overview/residents")
		}
	}
	if err != nil && !f.Take(err) {
		return err
	}
	v, err := s.residentsView(c)
	if err != nil {
		return err
	}
	v.File = f
	return c.Invalid(residentsPage(v))
}

// removeResidents takes a figure out.
func (s reports) removeResidents(c *web.Ctx) error {
	f := c.Form()
	if err := s.Figures.RemovePopulation(c.Context(), f.Text("area"), int(f.Int("year")), f.Version()); err != nil {
		return err
	}
	c.Flash(web.Success, "已删除。")
	return c.Redirect("/overview/residents")
}

func (v residentsView) table() web.Table {
	t := web.Table{ID: "residents", Caption: "常住人口", Total: len(v.List), Columns: []web.Column{{Label: "区域", Grow: true}, {Label: "代码", Minor: true}, {Label: "年份", Number: true}, {Label: "常住人口（人）", Number: true}, {Label: "出处", Wrap: true}, {Label: "填写", Minor: true}},
		Empty: web.Empty{Title: "还没有填写常住人口", Text: "填写以后，高发区域的排名会给出每万人的工单数。"}}
	for _, p := range v.List {
		name := web.CellText(p.AreaName)
		if v.Change {
			name = web.CellLink("/overview/residents?area="+p.Area+"&year="+strconv.Itoa(p.Year), p.AreaName)
		}
		t.Rows = append(t.Rows, web.Row{ID: p.Area + strconv.Itoa(p.Year), Cells: []templ.Component{name, web.CellText(p.Area), web.CellText(strconv.Itoa(p.Year)), web.CellText(web.GroupDigits(strconv.FormatInt(p.Residents, 10))),
			web.CellText(p.Source), web.CellText(strings.TrimSpace(p.ByName + " " + p.At.Date().String()))}})
	}
	return t
}

// number is a figure of the form, nothing where it is not there yet.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func residentsTitle(v residentsView) string {
	if v.Edit.Version > 0 {
		return "修改 " + v.Edit.AreaName + " " + strconv.Itoa(v.Edit.Year) + " 年的人口"
	}
	return "增加一条"
}

func residentsCancel(v residentsView) string {
	if v.Edit.Version > 0 {
		return "/overview/residents"
	}
	return ""
}
