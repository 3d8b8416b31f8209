package orghttp

import (
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// roleGroup is the permissions of one module in the table of roles.
type roleGroup struct {
	Module string
	Rows   []org.MatrixRow
}

// moduleNames are the Chinese names of modules, by the first part of their permissions.
func moduleName(p actor.Permission) string {
	module, _, _ := strings.Cut(string(p), ".")
	if name, ok := map[string]string{"org": "组织与账号", "hotline": "12345 热线", "calendar": "工作日历", "party": "诉求人", "hall": "政务大厅", "casework": "办件",
		"supervision": "监督", "workforce": "人员", "exchange": "数据共享", "finance": "财务", "performance": "绩效", "disclosure": "公开", "audit": "审计"}[module]; ok {
		return name
	}
	return module
}

func (h *handlers) roles(c *web.Ctx) error {
	var groups []roleGroup
	at := map[string]int{}
	for _, row := range h.org.Matrix() {
		name := moduleName(row.Permission.Name)
		i, ok := at[name]
		if !ok {
			i = len(groups)
			at[name] = i
			groups = append(groups, roleGroup{Module: name})
		}
		groups[i].Rows = append(groups[i].Rows, row)
	}
	return c.Render(rolePage(groups, h.org.Roles()))
}
