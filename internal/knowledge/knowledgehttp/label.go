package knowledgehttp

import (
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
	"yichuang/internal/web"
)

func askedBy(c knowledge.CorrectionRequest) string {
	if c.AskedKind == string(actor.Citizen) {
		return "群众"
	}
	return c.AskedName
}

func rightText(right bool) string {
	if right {
		return "采纳"
	}
	return "不采纳"
}

func publishedTitle(v entryView) string {
	title := "现行内容（第 " + versionText(v.d.Published.N) + " 版）"
	if v.d.Live == knowledge.Withdrawn {
		title = "下架前的内容（第 " + versionText(v.d.Published.N) + " 版）"
	}
	return title
}

func unchanged(list []knowledge.FieldDiff) bool {
	for _, d := range list {
		if d.Changed() {
			return false
		}
	}
	return true
}

// leftText says how far a day is.
func leftText(day, today clock.Date) string {
	switch n := int(day - today); {
	case n > 0:
		return "还有 " + strconv.Itoa(n) + " 天"
	case n == 0:
		return "今天到期"
	default:
		return "已过 " + strconv.Itoa(-n) + " 天"
	}
}

func stateCell(e *knowledge.Entry, today clock.Date) templ.Component {
	return web.StateBadge(stateTone(e, today), e.Label(today))
}

// table lists every version with a link to what it changed.
func (v versionsView) table() web.Table {
	t := web.Table{ID: "versions", Caption: "全部版本", Columns: []web.Column{{Label: "版本"}, {Label: "状态"}, {Label: "采编人"}, {Label: "时间", Minor: true}, {Label: "修改说明", Grow: true, Wrap: true}, {Label: "生效", Minor: true}, {Label: "失效", Minor: true}}}
	for i, x := range v.d.Versions {
		name := web.CellText("第 " + versionText(x.N) + " 版")
		if i+1 < len(v.d.Versions) {
			name = web.CellLink(versionsPath(v.d.No, v.d.Versions[i+1].N, x.N), "第 "+versionText(x.N)+" 版")
		}
		t.Rows = append(t.Rows, web.Row{ID: versionText(x.N), Cells: []templ.Component{name, web.StateBadge("", x.Label()), web.CellText(x.AuthorName), web.CellTime(x.WrittenAt), web.CellText(x.Remark),
			web.CellTime(x.LiveFrom), web.CellTime(x.LiveTo)}})
	}
	return t
}
