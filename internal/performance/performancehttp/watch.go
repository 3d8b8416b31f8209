package performancehttp

import (
	"encoding/hex"
	"io"
	"slices"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/performance"
	"yichuang/internal/performance/annex"
	"yichuang/internal/web"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// watchView is how a programme stands on a day, with what was kept before.
type watchView struct {
	performance.ProgrammeView
	Standing *performance.Standing
	Kept     *performance.Watch // the record that is shown, nil for how things stand now
	Watches  []performance.Watch
	Day      clock.Date
	Form     *web.Form
	Write    bool
}

func (h handlers) watch(c *web.Ctx) error { return h.showWatch(c, nil) }

// dayOf is the day that is asked for: in the address or the form, where it is of the year, else today or the end of the year.
func dayOf(f *web.Form, year int, today clock.Date) clock.Date {
	if d := f.Date("day"); !d.IsZero() && d.Year() == year {
		return d
	}
	if last := clock.Day(year, 12, 31); today > last {
		return last
	}
	return today
}

func (h handlers) showWatch(c *web.Ctx, f *web.Form) error {
	v := watchView{Form: f}
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	p := &v.Programme
	v.Day = dayOf(c.Form(), p.Year, c.Now().Date())
	v.Write = p.State == performance.Running && c.Can(performance.PermWatch)
	if p.State == performance.Running && v.Day.Year() == p.Year {
		if v.Standing, err = h.Performance.Standing(c.Context(), p.ID, v.Day); err != nil {
			return err
		}
	}
	if v.Watches, err = h.Performance.Watches(c.Context(), p.ID); err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(watchPage(v))
	}
	return c.Render(watchPage(v))
}

func (h handlers) keepWatch(c *web.Ctx) error {
	f := c.Form()
	day := f.Date("day")
	var err error
	if f.OK() {
		_, err = h.Performance.KeepWatch(c.Context(), c.Param("id"), f.Version(), day, f.Text("reason"))
	}
	return answer(c, err, "监控记录已保存。", programmePath(c.Param("id"), "/watch"), func(f *web.Form) error { return h.showWatch(c, f) })
}

// watched shows a kept record.
func (h handlers) watched(c *web.Ctx) error {
	v := watchView{}
	var err error
	if v.ProgrammeView, err = h.Performance.Programme(c.Context(), c.Param("id")); err != nil {
		return err
	}
	if v.Watches, err = h.Performance.Watches(c.Context(), c.Param("id")); err != nil {
		return err
	}
	w, err := h.Performance.Watch(c.Context(), c.Param("id"), c.Param("watch"))
	if err != nil {
		return err
	}
	v.Kept = &w
	if v.Standing, err = v.Kept.Standing(); err != nil {
		return err
	}
	v.Day = v.Kept.Day
	return c.Render(watchPage(v))
}

// watchFile sends a kept record as the form that is handed in.
func (h handlers) watchFile(c *web.Ctx) error {
	f := annex.Format(c.Param("format"))
	if !slices.Contains(annex.MonitorFormats(), f) {
		return performance.ErrProgramme
	}
	m, err := h.Performance.MonitorForm(c.Context(), c.Param("id"), c.Param("watch"), f)
	if err != nil {
		return err
	}
	return c.Stream(m.Name(f), f.ContentType(), func(w io.Writer) error { return m.Write(w, f, h.Print) })
}

// files links to the files of the record that is shown.
func (v watchView) files() []web.Link {
	var out []web.Link
	for _, f := range annex.MonitorFormats() {
		out = append(out, web.Link{Label: f.Label(), Href: v.at("/watch/" + v.Kept.ID + "/files/" + string(f))})
	}
	return out
}

func (v watchView) at(rest string) string { return programmePath(v.Programme.ID, rest) }

func (v watchView) title() string {
	if v.Kept != nil {
		return v.Programme.Name + "：" + v.Day.String() + " 监控记录"
	}
	return v.Programme.Name + "：绩效监控"
}

func (v watchView) tiles() []web.Tile {
	s := v.Standing
	return []web.Tile{{Label: "预警", Value: s.Light.Label(), Hint: "截至 " + s.Day.String()},
		{Label: "预算执行率", Value: percent(s.Money.Share, s.Money.Known), Hint: "执行 " + s.Money.Actual + " / 全年预算 " + s.Money.Target},
		{Label: "应执行进度", Value: percent(s.Expected, true), Hint: profileText(v.Programme.Profile)}}
}

func percent(hundredths int64, known bool) string {
	if !known {
		return "—"
	}
	return metric.Hundredths(hundredths) + "%"
}

func (v watchView) table() web.Table {
	t := web.Table{ID: "progress", Caption: "指标进度", Columns: []web.Column{{Label: "指标", Grow: true, Name: true}, {Label: "全年指标值"}, {Label: "现在"}, {Label: "完成", Number: true}, {Label: "应完成", Number: true}, {Label: "预警"}, {Label: "依据", Wrap: true}}}
	for i, r := range v.Standing.Rows {
		light, due := warningCell(r.Light), percent(r.Expected, true)
		if !r.Known {
			light, due = web.CellText("—"), "—"
		}
		t.Rows = append(t.Rows, web.Row{ID: number(i), State: lightOf(r.Light), Cells: []templ.Component{web.CellText(r.Name), web.CellText(r.Target), web.CellText(orDash(r.Actual)), web.CellText(percent(r.Share, r.Known)), web.CellText(due), light, watchOrigin(r)}})
	}
	return t
}

func watchOrigin(r performance.Progress) templ.Component {
	if r.Href == "" {
		return web.CellText(r.Origin)
	}
	return web.CellLink(r.Href, r.Origin)
}

func (v watchView) kept() web.Table {
	t := web.Table{ID: "watches", Caption: "监控记录", Columns: []web.Column{{Label: "日期", Name: true}, {Label: "预警"}, {Label: "原因和措施", Grow: true, Wrap: true}, {Label: "记录人", Minor: true}}, Empty: web.Empty{Title: "还没有监控记录", Text: "年中（6 月 30 日）和需要时保存一次，保存时数据封存。"}}
	for _, w := range v.Watches {
		t.Rows = append(t.Rows, web.Row{ID: w.ID, Href: v.at("/watch/" + w.ID), State: lightOf(w.Light), Cells: []templ.Component{web.CellLink(v.at("/watch/"+w.ID), w.Day.String()), warningCell(w.Light), web.CellText(orDash(w.Reason)), web.CellText(w.ByName)}})
	}
	return t
}
