package hotlinehttp

import (
	"cmp"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// duties are the pages of the duty roster (值班表).
type duties struct{ Deps }

// dutyView is a month of the roster.
type dutyView struct {
	Form     *web.Form
	Month    clock.Date // its first day
	Roster   []hotline.Duty
	Leaders  []org.User
	Change   bool
	Problems []hotline.DutyProblem
	Today    clock.Date
}

// month shows a month of the roster.
func (s duties) month(c *web.Ctx) error {
	v, err := s.view(c)
	if err != nil {
		return err
	}
	return c.Render(dutyPage(v))
}

func (s duties) view(c *web.Ctx) (dutyView, error) {
	f := c.Form()
	v := dutyView{Today: c.Now().Date(), Change: c.Can(hotline.PermDuty)}
	day := v.Today
	if text := c.Query("month"); text != "" {
		if d, err := clock.ParseDate(text + "-01"); err == nil {
			day = d
		}
	}
	v.Month = day - clock.Date(day.DayOfMonth()-1)
	var err error
	if v.Roster, err = s.Hotline.DutyRoster(c.Context(), v.Month, v.last()); err != nil {
		return v, err
	}
	v.Form = f
	v.Leaders, err = s.Hotline.Leaders(c.Context())
	return v, err
}

// last is the last day of the month.
func (v dutyView) last() clock.Date {
	d := v.Month + 27
	for (d + 1).Month() == v.Month.Month() {
		d++
	}
	return d
}

func rosterMonth(d clock.Date) string { return d.String()[:7] }

func (v dutyView) tabs() []web.Tab {
	before, after := v.Month-1, v.last()+1
	href := func(d clock.Date) string { return "/hotline/duty?month=" + rosterMonth(d) }
	return []web.Tab{{Label: rosterMonth(before), Href: href(before)}, {Label: rosterMonth(v.Month), Href: href(v.Month), Current: true}, {Label: rosterMonth(after), Href: href(after)}}
}

// empty reports whether nobody is named for today.
func (v dutyView) emptyToday() bool {
	for _, d := range v.Roster {
		if d.Day == v.Today {
			return false
		}
	}
	return v.Today >= v.Month && v.Today <= v.last()
}

func (v dutyView) leaderNames() string {
	names := ""
	for _, u := range v.Leaders {
		if u.Active {
			if names != "" {
				names += "、"
			}
			names += u.DisplayName
		}
	}
	return cmp.Or(names, "（还没有中心领导账号）")
}

func (v dutyView) leaderOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "不安排"}}
	for _, u := range v.Leaders {
		if u.Active {
			out = append(out, web.Option{Value: u.Username, Label: u.DisplayName, Hint: u.Title})
		}
	}
	return out
}

func (v dutyView) table() web.Table {
	t := web.Table{ID: "duty", Caption: rosterMonth(v.Month) + " 值班表", Columns: []web.Column{{Label: "日期", Grow: true}, {Label: "值班领导"}, {Label: "备注", Minor: true}}}
	for d := v.Month; d <= v.last(); d++ {
		names, note := "", ""
		for _, r := range v.Roster {
			if r.Day == d {
				if names != "" {
					names += "、"
				}
				names += r.Name
				note = cmp.Or(note, r.Note)
			}
		}
		row := web.Row{ID: d.String(), Cells: []templ.Component{web.CellText(web.DayText(d)), web.CellText(cmp.Or(names, "—")), web.CellText(note)}}
		if d == v.Today {
			row.Open = true
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// set names who is on duty on one day.
func (s duties) set(c *web.Ctx) error {
	f := c.Form()
	lines := []hotline.DutyLine{{Line: 1, Day: f.Text("day"), Who: f.Text("who"), Note: f.Text("note")}}
	if second := f.Text("second"); second != "" {
		lines = append(lines, hotline.DutyLine{Line: 2, Day: f.Text("day"), Who: second, Note: f.Text("note")})
	}
	return s.save(c, f, lines, "day")
}

// upload reads a roster from a file.
func (s duties) upload(c *web.Ctx) error {
	f := c.Form()
	lines, err := dutyLines(f)
	if err != nil && !takeFile(f, err) {
		return err
	}
	return s.save(c, f, lines, "file")
}

func (s duties) save(c *web.Ctx, f *web.Form, lines []hotline.DutyLine, field string) error {
	var problems []hotline.DutyProblem
	if f.OK() {
		days, wrong, err := s.Hotline.SetDuty(c.Context(), lines)
		if err == nil && len(wrong) == 0 {
			c.Flash(web.Success, "已保存 "+itoa(days)+" 天的值班安排。")
			return c.Redirect("/hotline/duty?month=" + monthOf(lines[0].Day))
		}
		if err != nil && !takeFile(f, err) {
			return err
		}
		problems = wrong
		if len(wrong) > 0 {
			f.Fail(field, "有 %d 行不对，整张表都没有保存。%s", len(wrong), wrong[0].Reason)
		}
	}
	v, err := s.view(c)
	if err != nil {
		return err
	}
	v.Problems = problems
	return c.Invalid(dutyPage(v))
}

func monthOf(day string) string {
	if d, err := clock.ParseDate(day); err == nil {
		return rosterMonth(d)
	}
	return ""
}

var dutyColumns = []string{"日期", "值班领导", "备注"}

// dutyLines reads the uploaded file.
func dutyLines(f *web.Form) ([]hotline.DutyLine, error) {
	var out []hotline.DutyLine
	err := readTable(f, table.Options{Expect: dutyColumns, Limits: table.Limits{Size: 1 << 20, Rows: 1100}}, func(r *table.Reader) error {
		if err := r.Need("日期", "值班领导"); err != nil {
			return err
		}
		rows, err := r.ReadAll()
		for _, row := range rows {
			v := row.Values()
			out = append(out, hotline.DutyLine{Line: row.Line, Day: v["日期"], Who: v["值班领导"], Note: v["备注"]})
		}
		return err
	})
	return out, err
}
