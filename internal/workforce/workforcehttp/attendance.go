package workforcehttp

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/metric"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// monthOf reads the month of the address; the present one where there is none.
func monthOf(c *web.Ctx) clock.Date {
	if p, err := metric.ParseMonth(c.Query("month")); err == nil {
		return p.From
	}
	return metric.Month(c.Now().Date()).From
}

func monthText(d clock.Date) string { return d.String()[:7] }

// mark is a part in one character.
func mark(w workforce.Worked) string {
	out := ""
	for _, s := range w.Statuses {
		out += map[workforce.Status]string{workforce.Pending: "·", workforce.Normal: "✓", workforce.Late: "迟", workforce.Early: "退", workforce.Away: "离", workforce.Lacking: "缺", workforce.Absent: "旷", workforce.OnLeave: "假", workforce.OnTrip: "公"}[s]
	}
	return out
}

func marks(list []workforce.Worked) string {
	parts := make([]string, len(list))
	for i, w := range list {
		parts[i] = mark(w)
	}
	return strings.Join(parts, " ")
}

func personPath(user string, month clock.Date) string {
	return "/workforce/attendance/" + user + "?month=" + monthText(month)
}

// monthTable is the month of a unit: people down, days across.
func monthTable(v workforce.MonthView) web.Table {
	t := web.Table{ID: "month", Caption: "月考勤 " + monthText(v.Month), Download: "/workforce/attendance.xlsx?month=" + monthText(v.Month), Columns: []web.Column{{Label: "姓名", Name: true}, {Label: "单位", Minor: true}},
		Empty: web.Empty{Title: "这个月没有派驻人员", Text: "办公室在人员档案里登记派驻后，每个人每天的考勤列在这里。"}}
	days := monthDays(v)
	for _, d := range days {
		t.Columns = append(t.Columns, web.Column{Label: strconv.Itoa(d.DayOfMonth())})
	}
	for _, label := range tallyLabels {
		t.Columns = append(t.Columns, web.Column{Label: label, Number: true})
	}
	for _, r := range v.Rows {
		cells := []templ.Component{web.CellLink(personPath(r.UserID, v.Month), r.Name), web.CellText(r.Unit)}
		for _, d := range days {
			cells = append(cells, web.CellText(marks(r.Days[d])))
		}
		for _, n := range tallyCells(r.Tally) {
			cells = append(cells, web.CellText(n))
		}
		t.Rows = append(t.Rows, web.Row{ID: r.UserID, Href: personPath(r.UserID, v.Month), Cells: cells})
	}
	return t
}

// monthDays are the working days of a month and those others on which somebody was to work.
func monthDays(v workforce.MonthView) []clock.Date {
	on := map[clock.Date]bool{}
	for _, d := range v.Work {
		on[d] = true
	}
	for _, r := range v.Rows {
		for d := range r.Days {
			on[d] = true
		}
	}
	var out []clock.Date
	for d := v.Month; d < v.Next; d++ {
		if on[d] {
			out = append(out, d)
		}
	}
	return out
}

var tallyLabels = []string{"应到", "实到", "请假", "旷工", "迟到", "早退", "离岗", "缺卡", "出勤率"}

// tallyCells writes a sum: days for half days, numbers for occurrences.
func tallyCells(t workforce.Tally) []string {
	n := func(x int64) string { return strconv.FormatInt(x, 10) }
	half := func(x int64) string { return strings.TrimSuffix(daysText(x), " 天") }
	return []string{half(t.Due), half(t.Came), half(t.Leave), half(t.Absent), n(t.Late), n(t.Early), n(t.Away), n(t.Lack), metric.Ratio{Num: t.Came, Den: t.Due - t.Leave}.Text()}
}

func (h handlers) month(c *web.Ctx) error {
	v, err := h.Workforce.Month(c.Context(), monthOf(c), workforce.StaffFilter{UnitID: c.Query("unit")})
	if err != nil {
		return err
	}
	units, err := h.Units(c.Context())
	if err != nil {
		return err
	}
	return c.Render(monthPage(monthTable(v), v.Month, units))
}

func (h handlers) monthFile(c *web.Ctx) error {
	v, err := h.Workforce.Month(c.Context(), monthOf(c), workforce.StaffFilter{UnitID: c.Query("unit")})
	if err != nil {
		return err
	}
	return c.Stream("月考勤 "+monthText(v.Month)+".xlsx", xlsx.ContentType, func(w io.Writer) error { return writeMonth(w, v, c.Now()) })
}

func writeMonth(w io.Writer, v workforce.MonthView, now clock.Instant) error {
	days := monthDays(v)
	cols := []xlsx.Column{{Label: "姓名", Width: 12}, {Label: "单位", Width: 18}, {Label: "岗位", Width: 16}}
	for _, d := range days {
		cols = append(cols, xlsx.Column{Label: fmt.Sprintf("%d 日\n%s", d.DayOfMonth(), d.WeekdayName()), Width: 7})
	}
	for _, label := range tallyLabels {
		cols = append(cols, xlsx.Column{Label: label, Width: 8})
	}
	sheet := xlsx.Sheet{Name: "月考勤", Title: "月考勤 " + monthText(v.Month), Note: "✓正常 迟到 退早退 离岗 缺卡 旷工 假请假 公出；应到、实到、请假、旷工以天计。导出时间 " + now.String(), Columns: cols}
	return sheet.Write(w, func(add func(cells ...any) error) error {
		for _, r := range v.Rows {
			cells := []any{r.Name, r.Unit, r.Post}
			for _, d := range days {
				cells = append(cells, marks(r.Days[d]))
			}
			for _, n := range tallyCells(r.Tally) {
				cells = append(cells, n)
			}
			if err := add(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}

// personView is one person's month.
type personView struct {
	workforce.PersonMonth
	Form    *web.Form
	Correct bool
	Today   clock.Date
}

func (v personView) table() web.Table {
	t := web.Table{ID: "days", Caption: "每日考勤", Columns: []web.Column{{Label: "日期", Name: true, Grow: true}, {Label: "班次", Minor: true}, {Label: "时段"}, {Label: "到岗"}, {Label: "离岗"}, {Label: "结果"}},
		Empty: web.Empty{Title: "这个月没有应到的班次", Text: "按派驻的班次和排班，这个月没有要出勤的日子。"}}
	for d := v.Month; d < v.Month+31; d++ {
		for _, w := range v.Row.Days[d] {
			if w.Has(workforce.Pending) && d > v.Today {
				continue
			}
			t.Rows = append(t.Rows, web.Row{ID: d.String() + "-" + strconv.Itoa(w.Nth), Cells: []templ.Component{web.CellText(web.DayText(d)), web.CellText(w.Shift), web.CellText(partLine(w)), web.CellText(moment(w.In)), web.CellText(moment(w.Out)), statusCell(w)}})
		}
	}
	return t
}

// late says by how much somebody was late or early.
func late(w workforce.Worked) string {
	out := ""
	if w.LateBy > 0 {
		out += fmt.Sprintf("晚到 %d 分钟", w.LateBy)
	}
	if w.EarlyBy > 0 {
		out += fmt.Sprintf(" 早走 %d 分钟", w.EarlyBy)
	}
	if w.Missing > 0 {
		out += fmt.Sprintf(" 缺 %d 次", w.Missing)
	}
	if w.Paper {
		out += " 停机期间纸质签到"
	}
	return strings.TrimSpace(out)
}

func (v personView) punches() web.Table {
	t := web.Table{ID: "punches", Caption: "打卡记录", Columns: []web.Column{{Label: "时间", Name: true, Grow: true}, {Label: "方式"}, {Label: "说明", Wrap: true}}, Empty: web.Empty{Title: "没有打卡记录"}}
	for _, p := range v.Punches {
		t.Rows = append(t.Rows, web.Row{ID: p.ID, Cells: []templ.Component{web.CellText(web.MomentText(p.At)), web.CellText(p.Method.Label()), web.CellText(p.Reason)}})
	}
	return t
}

func (v personView) tiles() []web.Tile {
	t := v.Row.Tally
	r := metric.Ratio{Num: t.Came, Den: t.Due - t.Leave}
	return []web.Tile{{Label: "出勤率", Value: r.Text(), Hint: "实到 " + daysText(t.Came) + " / 应到减请假 " + daysText(t.Due-t.Leave)}, {Label: "迟到、早退", Value: strconv.FormatInt(t.Late+t.Early, 10), Unit: "次"},
		{Label: "缺卡", Value: strconv.FormatInt(t.Lack, 10), Unit: "次"}, {Label: "旷工", Value: daysText(t.Absent)}, {Label: "请假、公出", Value: daysText(t.Leave)}}
}

func (h handlers) person(c *web.Ctx) error { return h.showPerson(c, nil) }

func (h handlers) showPerson(c *web.Ctx, f *web.Form) error {
	p, err := h.Workforce.PersonMonthOf(c.Context(), monthOf(c), c.Param("user"))
	if err != nil {
		return err
	}
	v := personView{p, f, c.Can(workforce.PermCorrect), c.Now().Date()}
	if f != nil {
		return c.Invalid(personPage(v))
	}
	return c.Render(personPage(v))
}

func (h handlers) correct(c *web.Ctx) error {
	f := c.Form()
	in := workforce.CorrectionInput{UserID: c.Param("user"), At: f.Instant("at"), Reason: f.Text("reason")}
	if f.OK() {
		_, err := h.Workforce.Correct(c.Context(), in)
		return h.personDone(c, f, err, in.At, "已补记打卡。")
	}
	return h.showPerson(c, f)
}

func (h handlers) truancy(c *web.Ctx) error {
	f := c.Form()
	in := workforce.TruancyInput{UserID: c.Param("user"), From: f.Instant("from"), To: f.Instant("to"), Reason: f.Text("ground")}
	if f.OK() {
		_, err := h.Workforce.RecordTruancy(c.Context(), in)
		return h.personDone(c, f, err, in.From, "已登记旷工。")
	}
	return h.showPerson(c, f)
}

func (h handlers) personDone(c *web.Ctx, f *web.Form, err error, at clock.Instant, done string) error {
	if err == nil {
		c.Flash(web.Success, done)
		return c.Redirect(personPath(c.Param("user"), metric.Month(at.Date()).From))
	}
	if !f.Take(err) {
		return err
	}
	return h.showPerson(c, f)
}

func (h handlers) sums(c *web.Ctx) error {
	month := monthOf(c)
	list, err := h.Workforce.Sums(c.Context(), month)
	if err != nil {
		return err
	}
	t := web.Table{ID: "sums", Caption: "考勤汇总", Columns: []web.Column{{Label: "姓名", Name: true, Grow: true}, {Label: "单位"}}, Empty: web.Empty{Title: "这个月没有派驻人员"}}
	for _, label := range tallyLabels {
		t.Columns = append(t.Columns, web.Column{Label: label, Number: true})
	}
	for _, r := range list {
		cells := []templ.Component{web.CellText(r.Name), web.CellText(r.Unit)}
		for _, n := range tallyCells(r.Tally) {
			cells = append(cells, web.CellText(n))
		}
		t.Rows = append(t.Rows, web.Row{ID: r.UserID, Cells: cells})
	}
	return c.Render(sumsPage(t, month))
}
