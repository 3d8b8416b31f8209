package calendarhttp

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/calendar"
	"yichuang/internal/web"
)

// dueView is the trial of a limit.
type dueView struct {
	Form  *web.Form
	Area  string
	Now   string
	Done  bool
	Due   calendar.Due
	Cards calendar.Cards
	Left  string
	Steps []calendar.Step
}

// due computes the end of a limit and says day by day why; nothing is stored.
func (h *handlers) due(c *web.Ctx) error {
	f := c.Form()
	cal, err := h.Calendar.Calendar(c.Context(), f.Text("area"))
	if err != nil {
		return err
	}
	v := dueView{Form: f, Area: cal.Area(), Now: c.Now().Time().Format("2006-01-02T15:04")}
	if f.Text("limit") == "" {
		v.Form = nil
		return c.Render(duePage(v))
	}
	from := f.Instant("at")
	if from.IsZero() && f.ErrorOf("at") == "" {
		f.Fail("at", "请填写起算时间。")
	}
	if !from.IsZero() && !calendar.Supported(from) {
		f.Fail("at", "起算时间应在 1992 年至 2199 年之间。")
	}
	limit, err := calendar.ParseLimit(f.Text("limit"))
	if err != nil {
		f.Take(err)
	}
	if !f.OK() {
		return c.Invalid(duePage(v))
	}
	unit := f.Text("unit")
	v.Done, v.Due = true, cal.Due(limit, from, unit)
	v.Cards, v.Steps = cal.Cards(limit, v.Due.At, unit), cal.Steps(v.Due, unit)
	v.Left = cal.Remaining(limit.Unit, c.Now(), v.Due.At, unit).Text()
	return c.Render(duePage(v))
}

func (v dueView) items() []web.Item {
	yellow := "—"
	if !v.Cards.Yellow.IsZero() {
		yellow = web.MomentText(v.Cards.Yellow)
	}
	return []web.Item{
		web.ItemText("到期时间", v.Due.String()), web.ItemText("离现在", v.Left),
		web.ItemText("时限", v.Due.Limit.Label()), web.ItemText("起算", web.MomentText(v.Due.From)),
		web.ItemText("黄牌", yellow), web.ItemText("红牌", web.MomentText(v.Cards.Red)),
	}
}

func (v dueView) missing() string {
	parts := make([]string, len(v.Due.Missing))
	for i, y := range v.Due.Missing {
		parts[i] = fmt.Sprint(y)
	}
	return strings.Join(parts, "、") + " 年全国放假安排尚未导入，结果是暂定的。"
}

// mostSteps is how many days the page explains one by one.
const mostSteps = 400

func stepTable(steps []calendar.Step) web.Table {
	steps = steps[:min(len(steps), mostSteps)]
	t := web.Table{ID: "steps", Caption: "逐日说明", Columns: []web.Column{{Label: "日期"}, {Label: "计算"}, {Label: "依据", Wrap: true}}}
	for _, s := range steps {
		t.Rows = append(t.Rows, web.Row{ID: s.Date.String(), Cells: []templ.Component{web.CellText(web.DayText(s.Date)), web.CellText(s.Text()), web.CellText(s.Source.String())}})
	}
	return t
}
