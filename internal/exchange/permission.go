package exchange

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead       actor.Permission = "exchange.request.read"
	PermPropose    actor.Permission = "exchange.request.propose"
	PermSubmit     actor.Permission = "exchange.request.submit"
	PermAnswer     actor.Permission = "exchange.request.answer"
	PermReview     actor.Permission = "exchange.request.review"
	PermCoordinate actor.Permission = "exchange.request.coordinate"
	PermUse        actor.Permission = "exchange.data.use"
	PermUsageRead  actor.Permission = "exchange.usage.read"
	PermUsageMeta  actor.Permission = "exchange.usage.meta"
	PermChain      actor.Permission = "exchange.chain.verify"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看数据目录和共享申请"}, {Name: PermPropose, Label: "草拟数据目录和共享申请"}, {Name: PermSubmit, Label: "提交数据目录和共享申请"}, {Name: PermAnswer, Label: "答复共享申请和数据校核"},
		{Name: PermReview, Label: "审查数据目录和共享申请，授权无条件共享"}, {Name: PermCoordinate, Label: "协调共享争议"}, {Name: PermUse, Label: "凭办件和授权查询共享数据"},
		{Name: PermUsageRead, Label: "查看数据使用记录"}, {Name: PermUsageMeta, Label: "查看数据使用记录的概要"}, {Name: PermChain, Label: "核验使用记录的链条和备案链头"},
	}
}

// Row is one row of the permission matrix of the hall that this package keeps (hall reference §8.3), as data.
type Row struct {
	Object string          // 对象和动作
	Cells  map[string]Cell // by the letter of the role
}

// Cell is what one role may do: with these permissions, on rows of this scope.
type Cell struct {
	Scope       actor.Scope
	Permissions []actor.Permission
}

// matrixRoles are the roles behind the letters: W 窗口人员, Z 首席代表, D 部门审批人, G 办公室, J 政务监察股, I 政务信息股, L 中心领导,
// T 站点管理员. 热线办 and 财务 hold nothing here; the public has pages of its own.
var matrixRoles = map[string]string{"W": org.RoleWindow, "Z": org.RoleChiefRep, "D": org.RoleApprover, "G": org.RoleOffice, "J": org.RoleSupervisor, "I": org.RoleInfo, "L": org.RoleLeader, "T": org.RoleSiteAdmin}

// Rows lists the rows of the matrix.
func Rows() []Row {
	cell := func(s actor.Scope, p ...actor.Permission) Cell { return Cell{s, p} }
	const own, unit, site, centre = actor.Own, actor.Unit, actor.Site, actor.Centre
	return []Row{
		{"数据目录、申请、答复", map[string]Cell{"Z": cell(unit, PermRead, PermPropose), "D": cell(unit, PermRead, PermPropose, PermSubmit, PermAnswer), "G": cell(centre, PermRead), "J": cell(centre, PermRead),
			"I": cell(centre, PermRead, PermReview), "L": cell(centre, PermRead, PermCoordinate), "T": cell(site, PermRead, PermPropose)}},
		{"共享数据查询", map[string]Cell{"W": cell(site, PermUse), "Z": cell(unit, PermUse), "D": cell(unit, PermUse), "T": cell(site, PermUse)}},
		{"使用记录", map[string]Cell{"W": cell(own, PermUsageRead), "Z": cell(unit, PermUsageRead), "D": cell(unit, PermUsageRead), "J": cell(centre, PermUsageRead, PermChain), "I": cell(centre, PermUsageMeta),
			"L": cell(centre, PermUsageRead), "T": cell(site, PermUsageRead)}},
	}
}

// Grants gives the matrix as grants of roles.
func Grants() []org.Grant {
	var out []org.Grant
	for _, row := range Rows() {
		for letter, c := range row.Cells {
			for _, p := range c.Permissions {
				out = append(out, org.Grant{Role: matrixRoles[letter], Permission: p, Scope: c.Scope})
			}
		}
	}
	return out
}
