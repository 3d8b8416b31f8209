package calendarhttp

import (
	"strconv"
	"time"

	"yichuang/internal/calendar"
	"yichuang/internal/web"
)

// hoursRows is how many rules the form offers.
const hoursRows = 4

// hoursView is the pages of office hours.
type hoursView struct {
	Form     *web.Form
	Versions []calendar.HoursVersion
	Units    []web.Option
	Rules    calendar.Hours // shown on the form's first opening
	Seen     int64
	CanEdit  bool
}

func (h *handlers) hoursView(c *web.Ctx) (hoursView, error) {
	v := hoursView{Form: c.Form(), CanEdit: c.Can(calendar.PermHoursPublish)}
	cal, err := h.Calendar.Calendar(c.Context(), "")
	if err != nil {
		return v, err
	}
	v.Seen, v.Rules = cal.Revision(), cal.Hours(c.Now().Date(), "")
	if v.Versions, err = h.Calendar.HoursVersions(c.Context()); err != nil || h.Units == nil {
		return v, err
	}
	v.Units, err = h.Units(c.Context())
	return v, err
}

func (h *handlers) hours(c *web.Ctx) error {
	v, err := h.hoursView(c)
	if err != nil {
		return err
	}
	return c.Render(hoursPage(v))
}

func (h *handlers) hoursForm(c *web.Ctx) error {
	v, err := h.hoursView(c)
	if err != nil {
		return err
	}
	v.Form = nil
	return c.Render(hoursFormPage(v))
}

// hoursPublish puts the typed office hours in force.
func (h *handlers) hoursPublish(c *web.Ctx) error {
	v, err := h.hoursView(c)
	if err != nil {
		return err
	}
	f := v.Form
	in := calendar.HoursInput{Area: f.Text("area"), Unit: f.Text("unit"), Effective: f.Date("effective"), Rules: rulesOf(f), Seen: f.Int("seen"),
		Document: calendar.Document{Title: f.Required("title", "依据文件名称"), Number: f.Text("number"), URL: f.Text("url")}}
	if !f.OK() {
		return c.Invalid(hoursFormPage(v))
	}
	change, err := h.Calendar.PublishHours(c.Context(), in)
	if err != nil {
		if !f.Take(err) {
			return err
		}
		return c.Invalid(hoursFormPage(v))
	}
	c.Flash(web.Success, "已发布办公时间，日历更新为第 "+strconv.FormatInt(change.Revision, 10)+" 版。")
	return c.Redirect("/calendar/hours")
}

// rulesOf reads the rows that have intervals; what cannot be read is noted on the form.
func rulesOf(f *web.Form) calendar.Hours {
	var out calendar.Hours
	for i := range hoursRows {
		n := strconv.Itoa(i)
		if f.Text("open-"+n) == "" {
			continue
		}
		r := calendar.HoursRule{Name: f.Text("name-" + n)}
		var err error
		if r.Open, err = calendar.ParseIntervals(f.Text("open-" + n)); err != nil {
			f.Fail("open-"+n, "%s。", err)
		}
		if r.From, err = calendar.ParseMonthDay(f.Text("from-" + n)); err != nil {
			f.Fail("from-"+n, "%s。", err)
		}
		if r.To, err = calendar.ParseMonthDay(f.Text("to-" + n)); err != nil {
			f.Fail("to-"+n, "%s。", err)
		}
		for _, d := range f.All("days-" + n) {
			if w, err := strconv.Atoi(d); err == nil && w >= 0 && w <= 6 {
				r.Days |= 1 << w
			}
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		f.Fail("open-0", "请至少填写一行办公时段，例如 08:30-12:00, 14:30-18:00。")
	}
	return out
}

// rule is the i-th row on the form's first opening.
func (v hoursView) rule(i int) calendar.HoursRule {
	if i < len(v.Rules) {
		return v.Rules[i]
	}
	return calendar.HoursRule{}
}

func dayOptions() []web.Option {
	var out []web.Option
	for i := 1; i <= 7; i++ {
		w := time.Weekday(i % 7)
		out = append(out, web.Option{Value: strconv.Itoa(int(w)), Label: (calendar.Weekdays(1) << w).String()})
	}
	return out
}

func dayValues(s calendar.Weekdays) []string {
	var out []string
	for w := range 7 {
		if s != 0 && s.Has(time.Weekday(w)) {
			out = append(out, strconv.Itoa(w))
		}
	}
	return out
}
