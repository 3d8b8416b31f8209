package hallmetrichttp

import (
	"errors"
	"net/url"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/hallmetric"
	"yichuang/internal/metric"
	"yichuang/internal/web"
)

// bulletinView is the published figures of a month.
type bulletinView struct {
	hallmetric.Bulletin
	Base string
	None bool // nothing was published yet
}

func (h handlers) bulletin(c *web.Ctx) (bulletinView, error) {
	v := bulletinView{Base: publicBase}
	if code := c.Param("centre"); code != "" {
		v.Base += "/c/" + url.PathEscape(code)
	}
	month := clock.NoDate
	if text := c.Query("month"); text != "" {
		p, err := metric.ParseMonth(text)
		if err != nil {
			return v, err
		}
		month = p.From
	}
	b, err := h.Metrics.Published(c.Context(), month)
	if errors.Is(err, hallmetric.ErrMonthGone) && month == clock.NoDate {
		v.None = true
		return v, nil
	}
	v.Bulletin = b
	return v, err
}

// published is the public page of a month.
func (h handlers) published(c *web.Ctx) error {
	v, err := h.bulletin(c)
	if err != nil {
		return err
	}
	return c.Render(publishedPage(v))
}

// screen is the same for a display in the hall.
func (h handlers) screen(c *web.Ctx) error {
	v, err := h.bulletin(c)
	if err != nil {
		return err
	}
	return c.Render(screenPage(v))
}

// value is a figure in words.
func (v bulletinView) value(i int) string {
	f, m := v.Whole[i], v.Shown[i]
	if m.Unit != "" && f.Value != metric.None {
		return web.GroupDigits(f.Value) + " " + m.Unit
	}
	return f.Value
}

func (v bulletinView) sides(i int) string {
	f := v.Whole[i]
	if f.Denominator == "" {
		return "—"
	}
	return web.GroupDigits(f.Numerator) + " / " + web.GroupDigits(f.Denominator)
}

func (v bulletinView) table() web.Table {
	t := web.Table{ID: "figures", Caption: "大厅指标", Columns: []web.Column{{Label: "指标", Grow: true, Name: true}, {Label: "数值", Number: true}, {Label: "分子 / 分母", Number: true}}}
	for i, m := range v.Shown {
		t.Rows = append(t.Rows, web.Row{ID: m.Code, Cells: []templ.Component{web.CellText(m.Label), web.CellText(v.value(i)), web.CellText(v.sides(i))}})
	}
	return t
}

func (v bulletinView) units() web.Table {
	t := web.Table{ID: "units", Caption: "各部门", Columns: []web.Column{{Label: "部门", Grow: true, Name: true}, {Label: "办结", Unit: "件", Number: true}, {Label: "按期办结率", Number: true}, {Label: "平均办理", Unit: "工作日", Number: true}, {Label: "一次办成率", Number: true}}}
	for _, u := range v.Units {
		row := web.Row{ID: u.Name, Cells: []templ.Component{web.CellText(u.Name)}}
		for _, f := range u.Figures {
			row.Cells = append(row.Cells, web.CellText(f.Value))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// others lead to the other published months.
func (v bulletinView) others() []web.Link {
	var out []web.Link
	for _, m := range v.Months {
		if m != v.Month.From {
			out = append(out, web.Link{Label: metric.Month(m).String(), Href: v.Base + "?month=" + monthText(m)})
		}
	}
	return out
}
