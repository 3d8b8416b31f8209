package hotlinehttp

import (
	"io"
	"strings"

	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

var exportColumns = []xlsx.Column{{Label: "工单号", Width: 18}, {Label: "标题", Width: 48}, {Label: "类型", Width: 8}, {Label: "紧急程度", Width: 9}, {Label: "来源", Width: 10},
	{Label: "分类", Width: 20}, {Label: "区域", Width: 18}, {Label: "状态", Width: 10}, {Label: "承办单位", Width: 24}, {Label: "登记时间", Width: 17}, {Label: "受理时间", Width: 17},
	{Label: "办理时限", Width: 17}, {Label: "暂定", Width: 6}, {Label: "超期", Width: 6}, {Label: "剩余", Width: 18}, {Label: "办结时间", Width: 17}, {Label: "办结方式", Width: 16},
	{Label: "轮次", Width: 10}, {Label: "催办次数", Width: 9}}

// export sends the tickets of the filters in the address as a spreadsheet.
func (s desks) export(c *web.Ctx) error {
	form := c.Form()
	f := readFilter(form)
	if !form.OK() {
		return hotline.ErrInput.Say("筛选条件有误，没有导出。请返回列表改正后再下载。")
	}
	l, err := s.lookups(c)
	if err != nil {
		return err
	}
	name := "工单"
	if f.State != "" {
		name = f.State.Label() + "工单"
	}
	return c.Stream(name+" "+strings.ReplaceAll(c.Now().String(), ":", "")+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "工单", exportColumns, func(add func(...any) error) error {
			return s.Desk.Export(c.Context(), f, func(r hotline.Row) error { return add(exportRow(&r, l)...) })
		})
	})
}

func exportRow(r *hotline.Row, l lookups) []any {
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return ""
	}
	return []any{r.No, shownTitle(&r.Ticket), r.Kind, r.Urgency, r.Channel, l.categoryName(r.Category), l.areaName(r.Area), r.State.Label(), r.Unit, r.CreatedAt.String(),
		r.AcceptedAt.String(), r.Due.String(), yes(r.Provisional), yes(r.Overdue), r.Remaining, r.ClosedAt.String(), hotline.CloseKindLabel(r.CloseKind), r.Round, r.Urged}
}
