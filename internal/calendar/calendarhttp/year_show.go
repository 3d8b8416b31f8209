package calendarhttp

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/web"
)

// yearView is what the year page shows.
type yearView struct {
	Year      int
	Area      string
	Layer     calendar.Layer // "" is all of them
	Months    []month
	Decreed   []calendar.DayInfo
	Notice    calendar.Document
	Published bool
	Years     []int
	Revisions []calendar.Revision
	Warnings  []calendar.Warning
	Tiles     []web.Tile
	CanImport bool
	Filter    *web.Form
}

// month is one grid: weeks from Monday to Sunday, with empty places before the first and after the last day.
type month struct {
	Name  string
	Weeks [][7]cell
}

type cell struct {
	Day   int // 0 is an empty place
	Info  calendar.DayInfo
	Today bool
}

// class names the look of a place: worked or not, and its mark.
func (c cell) class() string {
	switch {
	case c.Day == 0:
		return "cal-none"
	case c.Info.Reason == calendar.Local:
		return "cal-local"
	case c.Info.Reason == calendar.Makeup:
		return "cal-makeup"
	case c.Info.Reason == calendar.Holiday:
		return "cal-holiday"
	case !c.Info.Working:
		return "cal-weekend"
	}
	return "cal-work"
}

// tip is the text shown on hover and focus.
func (c cell) tip() string {
	s := web.DayText(c.Info.Date) + " " + c.Info.Why()
	if c.Info.Source.Title != "" {
		s += "，依据：" + c.Info.Source.String()
	}
	return s
}

func (h *handlers) year(c *web.Ctx) error {
	f := c.Form()
	v := yearView{Area: f.Text("area"), Filter: f, CanImport: c.Can(calendar.PermDayPublish)}
	v.Layer = calendar.Layer(f.Choice("layer", string(calendar.National), string(calendar.Prefecture), string(calendar.County)))
	today := c.Now().Date()
	v.Year = yearOf(f, today.Year())
	cal, err := h.Calendar.Calendar(c.Context(), v.Area)
	if err != nil {
		return err
	}
	if v.Revisions, err = h.Calendar.Revisions(c.Context(), v.Year); err != nil {
		return err
	}
	if v.Warnings, err = h.Calendar.Warn(c.Context()); err != nil {
		return err
	}
	v.Area = cal.Area()
	v.fill(cal, today)
	return c.Render(yearPage(v))
}

// yearOf reads the year of the address; anything that is not one becomes the current year.
func yearOf(f *web.Form, fallback int) int {
	n, err := strconv.Atoi(f.Text("year"))
	if err != nil || n < 1992 || n > 2199 {
		return fallback
	}
	return n
}

func (v *yearView) fill(cal *calendar.Calendar, today clock.Date) {
	days := layerDays(cal, v.Year, v.Layer)
	v.Notice, v.Published = cal.Published(v.Year)
	v.Years = append(cal.Years(), today.Year(), today.Year()+1, v.Year)
	slices.Sort(v.Years)
	v.Years = slices.Compact(v.Years)
	work, off, makeup := 0, 0, 0
	for _, d := range days {
		if d.Mark() != "" {
			v.Decreed = append(v.Decreed, d)
		}
		switch {
		case d.Reason == calendar.Makeup:
			work, makeup = work+1, makeup+1
		case d.Working:
			work++
		default:
			off++
		}
	}
	v.Tiles = []web.Tile{
		{Label: "工作日", Value: strconv.Itoa(work), Unit: "天", Hint: fmt.Sprintf("全年 %d 天", len(days))},
		{Label: "休息日", Value: strconv.Itoa(off), Unit: "天"},
		{Label: "调休上班", Value: strconv.Itoa(makeup), Unit: "天"},
		{Label: "日历版本", Value: strconv.FormatInt(cal.Revision(), 10)},
	}
	v.Months = months(days, today)
}

// layerDays gives the days of a year as all layers or as one alone decree them.
func layerDays(cal *calendar.Calendar, year int, layer calendar.Layer) []calendar.DayInfo {
	days := cal.Year(year)
	if layer == "" {
		return days
	}
	own := map[clock.Date]calendar.DayInfo{}
	for _, d := range cal.Decreed(year, layer) {
		own[d.Date] = d
	}
	for i, d := range days {
		if o, ok := own[d.Date]; ok {
			days[i] = o
		} else if d.Layer != calendar.Weekly {
			days[i] = ordinary(d.Date)
		}
	}
	return days
}

// ordinary is a day that no layer speaks of.
func ordinary(d clock.Date) calendar.DayInfo {
	info := calendar.DayInfo{Date: d, Working: true, Reason: calendar.Weekday, Layer: calendar.Weekly}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		info.Working, info.Reason = false, calendar.Weekend
	}
	return info
}

func months(days []calendar.DayInfo, today clock.Date) []month {
	var out []month
	for _, d := range days {
		if d.Date.DayOfMonth() == 1 {
			out = append(out, month{Name: fmt.Sprintf("%d 月", d.Date.Month())})
		}
		m := &out[len(out)-1]
		place := (int(d.Date.Weekday()) + 6) % 7 // Monday first
		if d.Date.DayOfMonth() == 1 || place == 0 {
			m.Weeks = append(m.Weeks, [7]cell{})
		}
		m.Weeks[len(m.Weeks)-1][place] = cell{Day: d.Date.DayOfMonth(), Info: d, Today: d.Date == today}
	}
	return out
}

// href is the year page with other values.
func (v yearView) href(year int, layer calendar.Layer) string {
	q := url.Values{"year": {strconv.Itoa(year)}}
	if v.Area != "" {
		q.Set("area", v.Area)
	}
	if layer != "" {
		q.Set("layer", string(layer))
	}
	return "/calendar?" + q.Encode()
}

// downloadHref is the year as a file: the decreed days as the CSV that the import reads, or every day as XLSX.
func (v yearView) downloadHref(kind string) string {
	q := url.Values{"year": {strconv.Itoa(v.Year)}, "area": {v.Area}}
	return "/calendar/days." + kind + "?" + q.Encode()
}

// download gives the decreed days of a year as the CSV that the import reads.
func (h *handlers) download(c *web.Ctx) error {
	f := c.Form()
	year := yearOf(f, c.Now().Date().Year())
	cal, err := h.Calendar.Calendar(c.Context(), f.Text("area"))
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	buf.WriteString("\ufeff") // so that spreadsheets take it for UTF-8
	w := csv.NewWriter(&buf)
	w.Write([]string{"日期", "类型", "名称", "依据文件"})
	for _, d := range cal.Year(year) {
		if d.Mark() == "" {
			continue
		}
		kind := calendar.Off
		if d.Working {
			kind = calendar.Work
		}
		w.Write([]string{d.Date.String(), kind.Label(), d.Name, d.Source.String()})
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	return c.Download(fmt.Sprintf("工作日历%d.csv", year), "text/csv; charset=utf-8", buf.Bytes())
}

// revision shows one published version with its days.
func (h *handlers) revision(c *web.Ctx) error {
	r, days, err := h.Calendar.RevisionOf(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(revisionPage(r, days))
}
