package orghttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/org"
	"yichuang/internal/web"
)

func tokenTable(v tokenView) web.Table {
	t := web.Table{ID: "tokens", Caption: "接口令牌", Next: v.Next, Columns: []web.Column{{Label: "用途", Grow: true}, {Label: "开头"}, {Label: "权限", Number: true, Unit: "项"},
		{Label: "有效到"}, {Label: "最近使用", Minor: true}, {Label: ""}}, Empty: web.Empty{Title: "还没有接口令牌", Text: "新建的令牌会列在这里。"}}
	if v.Manage {
		t.Columns = append([]web.Column{{Label: "用户"}}, t.Columns...)
	}
	for _, k := range v.Tokens {
		cells := []templ.Component{web.CellText(k.Name), web.CellText(k.Prefix + "…"), web.CellNumber(int64(len(k.Scopes()))), web.CellTime(k.ExpiresAt), usedCell(k), revokeButton(v, k)}
		if v.Manage {
			cells = append([]templ.Component{web.CellText(v.Names[k.UserID])}, cells...)
		}
		t.Rows = append(t.Rows, web.Row{ID: k.ID, Cells: cells})
	}
	return t
}

func usedCell(k org.Token) templ.Component {
	if k.UsedAt == 0 {
		return web.CellText("未使用")
	}
	return web.CellTime(k.UsedAt)
}
