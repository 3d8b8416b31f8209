package orghttp

import (
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// tableScopes are the columns of the table of roles, the widest first.
func tableScopes() []actor.Scope {
	return []actor.Scope{actor.All, actor.Centre, actor.Site, actor.Unit, actor.Own}
}

// roleGroup is the permissions of one module in the table of roles.
type roleGroup struct {
	Module string
	Rows   []roleRow
}

// roleRow is one permission with the names of those who hold it, by scope in the order of the view's columns.
type roleRow struct {
	Permission actor.PermissionInfo
	Holders    []string
}

// roleView is the table of roles, of one role where Role is set.
type roleView struct {
	Form   *web.Form
	Role   org.Role
	Roles  []org.Role
	Scopes []actor.Scope // those that occur
	Groups []roleGroup
}

// moduleName is the Chinese name of a module, by the first part of its permissions.
func moduleName(p actor.Permission) string {
	module, _, _ := strings.Cut(string(p), ".")
	if name, ok := map[string]string{"org": "组织与账号", "hotline": "12345 热线", "calendar": "工作日历", "party": "诉求人", "hall": "政务大厅", "casework": "办件",
		"supervision": "监督", "workforce": "人员", "exchange": "数据共享", "finance": "财务", "performance": "绩效", "disclosure": "公开", "audit": "审计"}[module]; ok {
		return name
	}
	return module
}

func (h *handlers) roles(c *web.Ctx) error {
	v := roleView{Form: c.Form(), Roles: h.org.Roles()}
	chosen := slices.IndexFunc(v.Roles, func(r org.Role) bool { return r.Code == c.Query("role") })
	if chosen >= 0 {
		v.Role = v.Roles[chosen]
	}
	matrix := h.org.Matrix()
	v.Scopes = slices.DeleteFunc(tableScopes(), func(s actor.Scope) bool {
		return !slices.ContainsFunc(matrix, func(r org.MatrixRow) bool { return slices.Contains(r.Scopes, s) })
	})
	at := map[string]int{}
	for _, row := range matrix {
		if chosen >= 0 && row.Scopes[chosen] == actor.None {
			continue
		}
		name := moduleName(row.Permission.Name)
		i, ok := at[name]
		if !ok {
			i = len(v.Groups)
			at[name] = i
			v.Groups = append(v.Groups, roleGroup{Module: name})
		}
		v.Groups[i].Rows = append(v.Groups[i].Rows, v.row(row))
	}
	return c.Render(rolePage(v))
}

// row names the holders of a permission in each column.
func (v *roleView) row(m org.MatrixRow) roleRow {
	out := roleRow{Permission: m.Permission}
	for _, scope := range v.Scopes {
		var names []string
		for i, s := range m.Scopes {
			if s == scope {
				names = append(names, v.Roles[i].Name)
			}
		}
		if len(names) == len(v.Roles) {
			names = []string{"全部角色"}
		}
		out.Holders = append(out.Holders, strings.Join(names, "、"))
	}
	return out
}

func roleTitle(v roleView) string {
	if v.Role.Code == "" {
		return "角色权限表"
	}
	return "角色权限表：" + v.Role.Name
}

func roleOptions(list []org.Role) []web.Option {
	out := make([]web.Option, len(list))
	for i, r := range list {
		out[i] = web.Option{Value: r.Code, Label: r.Name, Hint: r.Duty}
	}
	return out
}
