package orghttp

import (
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func unitFormTitle(u org.Unit) string {
	if u.ID == "" {
		return "新建单位"
	}
	return "修改单位：" + u.Name
}

func unitFormBox(v unitForm) web.FormBox {
	if v.Unit.ID == "" {
		return web.FormBox{Form: v.Form, Action: "/org/units", Submit: "新建", Cancel: "/org/units", Draft: "unit-new", Sticky: true}
	}
	return web.FormBox{Form: v.Form, Action: "/org/units/" + v.Unit.ID, Submit: "保存", Cancel: "/org/units/" + v.Unit.ID, Version: v.Unit.Version, Sticky: true}
}

func splitKinds(u org.Unit) []string {
	var out []string
	for _, k := range u.Kinds() {
		out = append(out, string(k))
	}
	return out
}
