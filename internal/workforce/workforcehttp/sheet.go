package workforcehttp

import (
	"io"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

func sheetPath(month clock.Date) string { return "/workforce/sheets/" + monthText(month) }

// monthParam reads the month of the path.
func monthParam(c *web.Ctx) (clock.Date, error) {
	p, err := metric.ParseMonth(c.Param("month"))
	if err != nil {
		return clock.NoDate, workforce.ErrMissing
	}
	return p.From, nil
}

func (h handlers) sheets(c *web.Ctx) error {
	list, err := h.Workforce.Sheets(c.Context())
	if err != nil {
		return err
	}
	t := web.Table{ID: "sheets", Caption: "人员考核表", Columns: []web.Column{{Label: "月份", Name: true, Grow: true}, {Label: "阶段"}, {Label: "公示"}, {Label: "锁定时间", Minor: true}}, Empty: web.Empty{Title: "还没有考核表"}}
	for _, s := range list {
		shown := ""
		if !s.ShownOn.IsZero() {
			shown = s.ShownOn.String() + " 至 " + s.AppealTo.String()
		}
		t.Rows = append(t.Rows, web.Row{ID: monthText(s.Month), Href: sheetPath(s.Month), Cells: []templ.Component{web.CellLink(sheetPath(s.Month), monthText(s.Month)), web.CellText(s.State.Label()), web.CellText(shown), web.CellText(web.MomentText(s.LockedAt))}})
	}
	return c.Render(listPage(web.Page{Title: "人员考核表", Lead: "每月一张：自动归集、首席代表初评、监察股复核、公示、锁定。锁定后不再变动，更正计入下个月。"}, "", nil, t))
}

// sheetView is a month's sheet with what the reader may do now.
type sheetView struct {
	workforce.SheetView
	Form      *web.Form
	Run, Lock bool
}

// tables are the people and the windows of a sheet.
func (v sheetView) tables() (people, windows web.Table) {
	var cols []web.Column
	for _, it := range v.Rules.Def.Items {
		cols = append(cols, web.Column{Label: it.Name, Number: true})
	}
	cols = append(cols, web.Column{Label: "连带", Number: true}, web.Column{Label: "加分", Number: true}, web.Column{Label: "更正", Number: true}, web.Column{Label: "得分", Number: true}, web.Column{Label: "等次"})
	place := web.Column{Label: "名次", Number: true}
	people = web.Table{ID: "people", Caption: "人员", Columns: append([]web.Column{place, {Label: "姓名", Name: true, Grow: true}, {Label: "单位"}}, cols...), Download: sheetPath(v.Month) + "/file.xlsx", Empty: web.Empty{Title: "没有可以查看的人员"}}
	windows = web.Table{ID: "windows", Caption: "窗口", Columns: append([]web.Column{place, {Label: "窗口", Name: true, Grow: true}}, cols...)}
	for _, r := range v.Rows {
		cells := []templ.Component{web.CellNumber(int64(r.Place)), web.CellText(r.Unit)}
		at := ""
		if r.UserID != "" {
			at = sheetPath(v.Month) + "/people/" + r.UserID
			cells = []templ.Component{cells[0], web.CellLink(at, r.Name), cells[1]}
		}
		for _, n := range rowPoints(r) {
			cells = append(cells, web.CellText(n))
		}
		row := web.Row{ID: r.UserID + r.UnitID, Href: at, Cells: append(cells, web.CellText(r.Band))}
		if r.UserID != "" {
			people.Rows = append(people.Rows, row)
		} else {
			windows.Rows = append(windows.Rows, row)
		}
	}
	return people, windows
}

// rowPoints are the numbers of a row: what each item loses, share, bonus, refund, score.
func rowPoints(r workforce.ScoreRow) []string {
	var out []string
	lost := func(n int64) string {
		if n == 0 {
			return "0"
		}
		return workforce.PointsText(-n)
	}
	for _, it := range r.Items {
		out = append(out, lost(it.Lost))
	}
	return append(out, lost(r.Share), workforce.PointsText(r.Bonus), workforce.PointsText(r.Refund), workforce.PointsText(r.Score))
}

func (v sheetView) lead() string {
	s := v.State.Label()
	if v.State == workforce.SheetShown {
		s += "到 " + v.AppealTo.String() + "，其间可以申诉"
	}
	if v.Gathered != 0 {
		s += "；最近归集 " + web.MomentText(v.Gathered)
	}
	if v.Waiting > 0 {
		s += "；还有 " + number(int64(v.Waiting)) + " 条没有决定"
	}
	return s + "。规则：" + v.Rules.Name + "。"
}

// steps are the states with the present one marked.
func (v sheetView) steps() []web.Tab {
	var out []web.Tab
	for _, s := range workforce.SheetStates() {
		out = append(out, web.Tab{Label: s.Label(), Href: sheetPath(v.Month), Current: s == v.State})
	}
	return out
}

func (v sheetView) actions() []web.Action {
	at := sheetPath(v.Month)
	step := func(label, path, ask string, w web.Weight) web.Action {
		return web.Action{Label: label, Href: at + path, Post: true, Version: v.Version, Confirm: ask, Weight: w}
	}
	var out []web.Action
	if v.Run && v.State != workforce.SheetLocked {
		out = append(out, web.Action{Label: "重新归集", Href: at + "/gather", Post: true})
	}
	switch {
	case v.Run && v.State == workforce.SheetGather:
		out = append(out, step("开始初评", "/start-rating", "确定结束归集，请各首席代表初评？", web.Primary))
	case v.Run && v.State == workforce.SheetRate:
		out = append(out, step("开始复核", "/start-check", "确定结束初评，由监察股复核？", web.Primary))
	case v.Run && v.State == workforce.SheetCheck:
		out = append(out, step("公示", "/show", "确定公示？公示期 "+number(v.Rules.Def.ShownDays)+" 个工作日，其间可以申诉。", web.Primary))
	case v.Lock && v.State == workforce.SheetShown:
		out = append(out, step("锁定", "/lock", "确定锁定 "+monthText(v.Month)+" 的考核表？锁定后不再变动。", web.Primary))
	}
	return out
}

func (v sheetView) ratable() []web.Option {
	var out []web.Option
	seen := map[string]bool{}
	for _, id := range v.CanRate {
		for _, r := range v.Rows {
			if r.UnitID == id && !seen[id] {
				seen[id] = true
				out = append(out, web.Option{Value: id, Label: r.Unit})
			}
		}
	}
	return out
}

func (h handlers) sheet(c *web.Ctx) error { return h.showSheet(c, nil) }

func (h handlers) showSheet(c *web.Ctx, f *web.Form) error {
	month, err := monthParam(c)
	if err != nil {
		return err
	}
	s, err := h.Workforce.SheetOf(c.Context(), month)
	if err != nil {
		return err
	}
	v := sheetView{s, f, c.Can(workforce.PermSheetRun), c.Can(workforce.PermSheetLock)}
	if f != nil {
		return c.Invalid(sheetPage(v))
	}
	return c.Render(sheetPage(v))
}

// move does one step of a sheet.
func (h handlers) move(c *web.Ctx, done string, step func(month clock.Date, version int64) error) error {
	month, err := monthParam(c)
	if err != nil {
		return err
	}
	f := c.Form()
	if err = step(month, f.Version()); err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(sheetPath(month))
	}
	if f.Take(err) {
		return h.showSheet(c, f)
	}
	return err
}

func (h handlers) gather(c *web.Ctx) error {
	month, err := monthParam(c)
	if err != nil {
		return err
	}
	g, err := h.Workforce.Gather(c.Context(), month)
	if err != nil {
		return err
	}
	c.Flash(web.Success, "已归集：新提出 "+number(int64(g.Proposed))+" 条，撤销 "+number(int64(g.Voided))+" 条。")
	return c.Redirect(sheetPath(month))
}

func (h handlers) startRating(c *web.Ctx) error {
	return h.move(c, "已开始初评。", func(month clock.Date, _ int64) error {
		_, err := h.Workforce.StartRating(c.Context(), month)
		return err
	})
}

func (h handlers) rate(c *web.Ctx) error {
	return h.move(c, "已提交初评意见。", func(month clock.Date, _ int64) error {
		return h.Workforce.Rate(c.Context(), month, c.Form().Text("unit_id"), c.Form().Text("text"))
	})
}

func (h handlers) startCheck(c *web.Ctx) error {
	return h.move(c, "已开始复核。", func(month clock.Date, version int64) error {
		_, err := h.Workforce.StartCheck(c.Context(), month, version)
		return err
	})
}

func (h handlers) show(c *web.Ctx) error {
	return h.move(c, "已公示。", func(month clock.Date, version int64) error {
		_, err := h.Workforce.Show(c.Context(), month, version)
		return err
	})
}

func (h handlers) lock(c *web.Ctx) error {
	return h.move(c, "已锁定。", func(month clock.Date, version int64) error {
		_, err := h.Workforce.Lock(c.Context(), month, version)
		return err
	})
}

func (h handlers) sheetFile(c *web.Ctx) error {
	month, err := monthParam(c)
	if err != nil {
		return err
	}
	v, err := h.Workforce.SheetOf(c.Context(), month)
	if err != nil {
		return err
	}
	return c.Stream("人员考核表 "+monthText(month)+".xlsx", xlsx.ContentType, func(w io.Writer) error { return writeSheet(w, v, c.Now()) })
}

func writeSheet(w io.Writer, v workforce.SheetView, now clock.Instant) error {
	cols := []xlsx.Column{{Label: "名次", Width: 8}, {Label: "姓名", Width: 14}, {Label: "单位", Width: 20}}
	for _, it := range v.Rules.Def.Items {
		cols = append(cols, xlsx.Column{Label: it.Name, Width: 14})
	}
	cols = append(cols, xlsx.Column{Label: "连带", Width: 10}, xlsx.Column{Label: "加分", Width: 10}, xlsx.Column{Label: "更正", Width: 10}, xlsx.Column{Label: "得分", Width: 10}, xlsx.Column{Label: "等次", Width: 10})
	sheet := xlsx.Sheet{Name: "人员考核表", Title: "人员考核表 " + monthText(v.Month), Note: v.State.Label() + "；规则：" + v.Rules.Name + "；各项目为扣分；没有姓名的行是窗口。导出时间 " + now.String(), Columns: cols}
	return sheet.Write(w, func(add func(cells ...any) error) error {
		for _, r := range v.Rows {
			name := r.Name
			if r.UserID == "" {
				name = ""
			}
			cells := []any{number(int64(r.Place)), name, r.Unit}
			for _, n := range rowPoints(r) {
				cells = append(cells, n)
			}
			if err := add(append(cells, r.Band)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// personSheetView is one person's sheet.
type personSheetView struct {
	workforce.PersonSheet
	Appeal bool
}

func (v personSheetView) tiles() []web.Tile {
	r := v.Row
	hint := "基础 " + workforce.PointsText(r.Base) + "，扣分 " + workforce.PointsText(r.Lost) + "，连带 " + workforce.PointsText(r.Share) + "，加分 " + workforce.PointsText(r.Bonus) + "，更正 " + workforce.PointsText(r.Refund)
	return []web.Tile{{Label: "得分", Value: workforce.PointsText(r.Score), Hint: hint}, {Label: "名次", Value: number(int64(r.Place))}, {Label: "等次", Value: r.Band, Hint: "阶段：" + v.Sheet.State.Label()}}
}

func (v personSheetView) table() web.Table {
	t := web.Table{ID: "lines", Caption: "逐条", Columns: []web.Column{{Label: "日期"}, {Label: "事项", Name: true, Grow: true, Wrap: true}, {Label: "佐证", Minor: true, Wrap: true}, {Label: "分值", Number: true}, {Label: "状态"}, {Label: "申诉", Wrap: true}}, Empty: web.Empty{Title: "这个月没有扣分和加分"}}
	for _, l := range v.Lines {
		appeal := l.Appeal.Label()
		if l.AppealAnswer != "" {
			appeal += "：" + l.AppealAnswer
		}
		t.Rows = append(t.Rows, web.Row{ID: l.ID, Cells: []templ.Component{web.CellDate(l.Day), web.CellText(l.Charge + "：" + l.Text), web.CellText(l.Evidence), web.CellText(signed(l.ScoreEvent)), web.StateBadge(scoreTone(l.State), l.State.Label()), web.CellText(appeal)}})
	}
	return t
}

func (h handlers) personSheet(c *web.Ctx) error {
	month, err := monthParam(c)
	if err != nil {
		return err
	}
	p, err := h.Workforce.PersonSheetOf(c.Context(), month, c.Param("user"))
	if err != nil {
		return err
	}
	return c.Render(personSheetPage(personSheetView{p, c.Can(workforce.PermScoreAppeal)}))
}
