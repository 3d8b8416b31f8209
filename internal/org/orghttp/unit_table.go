package orghttp

import (
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func kindNames(u *org.Unit) string {
	var names []string
	for _, k := range u.Kinds() {
		names = append(names, org.LabelOf(org.UnitKinds(), string(k)))
	}
	return strings.Join(names, "、")
}

// levelName is the unit's level in the network of handling units.
func levelName(u *org.Unit) string {
	if u.Level <= 1 {
		return "中心内设"
	}
	return [...]string{"二级", "三级", "四级"}[min(u.Level, 4)-2]
}

func unitTable(list []org.Unit, next string, today clock.Date) web.Table {
	t := web.Table{ID: "units", Caption: "单位", Next: next, Columns: []web.Column{{Label: "单位", Grow: true}, {Label: "简称"}, {Label: "性质"}, {Label: "类别"},
		{Label: "层级"}, {Label: "办公电话", Minor: true}, {Label: "状态"}},
		Empty: web.Empty{Title: "没有符合条件的单位", Text: "可以去掉筛选再看，或从名单批量导入。"}}
	for i := range list {
		u := &list[i]
		t.Rows = append(t.Rows, web.Row{ID: u.ID, Href: "/org/units/" + u.ID, Cells: []templ.Component{
			web.CellLink("/org/units/"+u.ID, u.Name), web.CellText(u.ShortName), web.CellText(kindNames(u)),
			web.CellText(org.LabelOf(org.UnitGroups(), string(u.Group))), web.CellText(levelName(u)), web.CellText(u.OfficePhone), activeBadge(u.Active(today))}})
	}
	return t
}

func activeBadge(active bool) templ.Component {
	if active {
		return web.StateBadge(web.Success, "启用")
	}
	return web.StateBadge(web.Warning, "停用")
}

// unitItems are the particulars of a unit's page.
func unitItems(v unitView) []web.Item {
	u := &v.Unit
	parent := web.ItemText("上级单位", "")
	if u.ParentID != "" {
		parent = web.Item{Label: "上级单位", Value: web.CellLink("/org/units/"+u.ParentID, v.Parent.Name)}
	}
	return []web.Item{{Label: "状态", Value: activeBadge(u.Active(v.Today))}, web.ItemText("简称", u.ShortName), web.ItemText("代码", u.Code),
		web.ItemText("性质", kindNames(u)), web.ItemText("类别", org.LabelOf(org.UnitGroups(), string(u.Group))), web.ItemText("层级", levelName(u)), parent,
		web.ItemText("所在站点", v.Site), web.ItemText("行政区划", u.Division), web.ItemText("联系人", u.ContactName), web.ItemText("办公电话", u.OfficePhone),
		web.ItemText("启用日期", u.ActiveFrom.String()), web.ItemText("停用日期", u.ActiveTo.String())}
}
