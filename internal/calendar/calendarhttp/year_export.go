package calendarhttp

import (
	"fmt"
	"io"

	"yichuang/internal/calendar"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/web"
)

var yearColumns = []xlsx.Column{{Label: "日期", Kind: xlsx.Day, Width: 12}, {Label: "星期", Width: 7}, {Label: "工作日", Width: 8}, {Label: "说明", Width: 28}, {Label: "节日", Width: 14},
	{Label: "由哪一级决定", Width: 14}, {Label: "依据文件", Width: 60}, {Label: "暂定", Width: 7}}

// exportYear gives every day of a year as a spreadsheet: worked or not, why, and by which document.
func (h *handlers) exportYear(c *web.Ctx) error {
	f := c.Form()
	year := yearOf(f, c.Now().Date().Year())
	cal, err := h.Calendar.Calendar(c.Context(), f.Text("area"))
	if err != nil {
		return err
	}
	note := fmt.Sprintf("区域：%s；日历第 %d 版；下载于 %s。", areaLabel(cal.Area()), cal.Revision(), c.Now())
	if _, ok := cal.Published(year); !ok {
		note += "这一年的全国放假安排尚未导入，暂按周末双休。"
	}
	sheet := xlsx.Sheet{Name: fmt.Sprintf("%d年", year), Title: fmt.Sprintf("%d 年工作日历", year), Note: note, Columns: yearColumns}
	return c.Stream(fmt.Sprintf("工作日历%d.xlsx", year), xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, d := range cal.Year(year) {
				if err := add(dayRow(d)...); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func dayRow(d calendar.DayInfo) []any {
	yes := map[bool]string{true: "是", false: "否"}
	provisional := ""
	if d.Provisional {
		provisional = "暂定"
	}
	weekday := []string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[d.Date.Weekday()]
	return []any{d.Date, weekday, yes[d.Working], d.Why(), d.Name, d.Layer.Label(), d.Source.String(), provisional}
}
