package orghttp

import (
	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

func userTable(list []org.User, next string, units userNames) web.Table {
	t := web.Table{ID: "users", Caption: "用户", Next: next, Columns: []web.Column{{Label: "姓名"}, {Label: "用户名"}, {Label: "单位"}, {Label: "职务", Minor: true}, {Label: "角色", Grow: true},
		{Label: "最近登录", Minor: true}, {Label: "状态"}}, Empty: web.Empty{Title: "没有符合条件的用户"}}
	for i := range list {
		u := &list[i]
		last := web.CellText("从未登录")
		if u.SignedInAt != 0 {
			last = web.CellTime(u.SignedInAt)
		}
		t.Rows = append(t.Rows, web.Row{ID: u.ID, Href: "/org/users/" + u.ID, Cells: []templ.Component{web.CellLink("/org/users/"+u.ID, u.DisplayName), web.CellText(u.Username),
			web.CellText(units[u.UnitID]), web.CellText(u.Title), web.CellText(roleNames(u.Roles())), last, activeBadge(u.Active)}})
	}
	return t
}

func userItems(v userView, a *actor.Actor) []web.Item {
	u := &v.User
	phone := web.ItemText("手机号", "")
	if u.HasPhone() {
		s := web.Secret{Masked: "已登记", Label: "手机号"}
		if org.Sees(a, org.PermUserPhone, u.Row()) {
			s.Reveal = "/org/users/" + u.ID + "/phone"
		}
		phone = web.Item{Label: "手机号", Value: web.SecretText(s)}
	}
	items := []web.Item{{Label: "状态", Value: stateBadges(v)}, web.ItemText("用户名", u.Username), web.ItemText("职务", u.Title), phone, web.ItemText("单位", v.Unit), web.ItemText("站点", v.Site),
		web.ItemText("最近登录", u.SignedInAt.String()), web.ItemText("建立时间", u.CreatedAt.String())}
	return append(items, web.Item{Label: "角色", Value: web.CellText(roleNames(u.Roles())), Wide: true})
}

func userFormBox(v userForm) web.FormBox {
	if v.User.ID == "" {
		return web.FormBox{Form: v.Form, Action: "/org/users", Submit: "新建", Cancel: "/org/users"}
	}
	return web.FormBox{Form: v.Form, Action: "/org/users/" + v.User.ID, Submit: "保存", Cancel: "/org/users/" + v.User.ID, Version: v.User.Version}
}

func userFormTitle(u org.User) string {
	if u.ID == "" {
		return "新建用户"
	}
	return "修改用户：" + u.DisplayName
}

// userActions are the buttons of an account's page; resetting asks first, because it signs the person out.
func userActions(v userView, a *actor.Actor) []web.Action {
	u := &v.User
	base := "/org/users/" + u.ID
	var out []web.Action
	if v.manages(a, org.PermUserReset) && u.Active {
		if v.Locked {
			out = append(out, web.Action{Label: "解除锁定", Href: base + "/unlock", Post: true, Version: u.Version, Weight: web.Primary})
		}
		out = append(out, web.Action{Label: "重置密码", Href: base + "/reset", Post: true, Version: u.Version, Icon: "key",
			Confirm: "确定重置“" + u.DisplayName + "”的密码？原密码立即失效，登录全部退出；新的一次性密码只显示一次。"},
			web.Action{Label: "退出登录", Href: base + "/sign-out", Post: true, Version: u.Version, Icon: "logout",
				Confirm: "确定退出“" + u.DisplayName + "”在所有设备上的登录？没有保存的内容会留在对方的草稿里。"})
	}
	if !v.manages(a, org.PermUserWrite) {
		return out
	}
	if !u.Active {
		return append(out, web.Action{Label: "启用", Href: base + "/active", Post: true, Version: u.Version, Hidden: map[string]string{"active": "1"}})
	}
	return append(out, web.Action{Label: "停用", Href: base + "/active", Post: true, Version: u.Version, Hidden: map[string]string{"active": "0"}, Weight: web.Dangerous,
		Confirm: "确定停用“" + u.DisplayName + "”的账号？对方将不能登录，接口令牌同时失效，原有记录都在。"})
}

func phoneHint(u org.User) string {
	if u.HasPhone() {
		return "已登记，不改就留空。"
	}
	return ""
}
