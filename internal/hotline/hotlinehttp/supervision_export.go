package hotlinehttp

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// supervisionColumns are wide enough for what stands in them: numbers and times on one line, what people wrote in several.
var supervisionColumns = []xlsx.Column{{Label: "督办编号", Width: 22, Kind: xlsx.Text}, {Label: "级别", Width: 10}, {Label: "状态", Width: 10}, {Label: "工单号", Width: 18, Kind: xlsx.Text},
	{Label: "承办单位", Width: 34, Wrap: true}, {Label: "督办情形", Width: 24, Wrap: true}, {Label: "督办要求", Width: 52, Wrap: true}, {Label: "发起人", Width: 16}, {Label: "发起时间", Width: 17},
	{Label: "答复时限", Width: 17}, {Label: "暂定", Width: 6}, {Label: "超期", Width: 6}, {Label: "剩余", Width: 20}, {Label: "答复人", Width: 16}, {Label: "答复时间", Width: 17},
	{Label: "督办答复", Width: 52, Wrap: true}, {Label: "核结人", Width: 16}, {Label: "核结时间", Width: 17}, {Label: "核结意见", Width: 40, Wrap: true}}

// exportPath is the address of the same list as a spreadsheet.
func (v supervisionsView) exportPath() string {
	q := url.Values{}
	for name, value := range map[string]string{"show": v.Form.Text("show"), "level": v.Form.Text("level"), "no": v.Form.Text("no")} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/hotline/supervisions/export.xlsx"
	}
	return "/hotline/supervisions/export.xlsx?" + q.Encode()
}

// export sends the supervisions of the filters in the address as a spreadsheet.
func (s supervisions) export(c *web.Ctx) error {
	filter, err := s.filter(c)
	if err != nil {
		return err
	}
	name, note := "未结督办", "未结的督办，按答复时限。"
	if filter.Done {
		name, note = "已结督办", "已结的督办，最近的在前。"
	}
	if filter.Level != 0 {
		note += "级别：" + hotline.LevelLabel(filter.Level) + "。"
	}
	sheet := xlsx.Sheet{Name: name, Title: name, Note: note + "导出时间 " + c.Now().String(), Columns: supervisionColumns}
	return c.Stream(name+" "+strings.ReplaceAll(c.Now().String(), ":", "")+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			return s.Desk.ExportSupervisions(c.Context(), filter, func(r desk.SupervisionRow) error { return add(supervisionCells(&r)...) })
		})
	})
}

func supervisionCells(r *desk.SupervisionRow) []any {
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return ""
	}
	return []any{r.No, hotline.LevelLabel(r.Level), r.State.Label(), r.TicketNo, r.Unit, r.Cause, r.Demand, r.OpenedName, r.OpenedAt.String(), r.Due.String(), yes(r.Provisional), yes(r.Late),
		r.Remaining, r.ReplyName, r.RepliedAt.String(), r.Reply, r.CloseName, r.ClosedAt.String(), r.Finding}
}

// filter reads which supervisions the address asks for.
func (s supervisions) filter(c *web.Ctx) (desk.SupervisionFilter, error) {
	f := c.Form()
	filter := desk.SupervisionFilter{Done: f.Text("show") == "done", Level: levelOf(f), After: f.Text("after")}
	no := f.Text("no")
	if no == "" {
		return filter, nil
	}
	d, err := s.Hotline.Find(c.Context(), no)
	filter.TicketID = d.ID
	return filter, err
}

func levelOf(f *web.Form) int {
	n, _ := strconv.Atoi(f.Choice("level", "", "1", "2", "3"))
	return n
}
