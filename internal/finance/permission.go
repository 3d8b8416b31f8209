package finance

import (
	"yichuang/internal/actor"
	"yichuang/internal/org"
)

// The permissions of this package.
const (
	PermRead    actor.Permission = "finance.book.read"
	PermWrite   actor.Permission = "finance.book.write"
	PermBudget  actor.Permission = "finance.budget.write"
	PermCodes   actor.Permission = "finance.code.import"
	PermClose   actor.Permission = "finance.period.close"
	PermReopen  actor.Permission = "finance.period.reopen"
	PermDraft   actor.Permission = "finance.account.draft"
	PermReview  actor.Permission = "finance.account.review"
	PermApprove actor.Permission = "finance.account.approve"
	PermSecrecy actor.Permission = "finance.account.secrecy"
	PermPublish actor.Permission = "finance.account.publish"

	PermTemplate actor.Permission = "finance.template.write"
)

// Permissions declares what this package guards.
func Permissions() []actor.PermissionInfo {
	return []actor.PermissionInfo{
		{Name: PermRead, Label: "查看账簿和决算"}, {Name: PermWrite, Label: "登记和导入账簿"}, {Name: PermBudget, Label: "登记预算指标和账套资料"}, {Name: PermCodes, Label: "导入年度科目"},
		{Name: PermClose, Label: "结账"}, {Name: PermReopen, Label: "取消结账"}, {Name: PermDraft, Label: "编制决算说明、送审和更正"}, {Name: PermReview, Label: "审核决算"},
		{Name: PermApprove, Label: "登记决算批复"}, {Name: PermSecrecy, Label: "决算公开保密审查"}, {Name: PermPublish, Label: "公开决算"},
		{Name: PermTemplate, Label: "维护决算表的版式和说明文本"},
	}
}

// Grants says which role may do what: the finance section keeps the books and drafts, the leader reviews and signs
// (预算法实施条例 84), the office reviews for secrecy (保守国家秘密法 35), and what is published goes out under the leader's or the
// information section's hand.
func Grants() []org.Grant {
	var out []org.Grant
	give := func(role string, perms ...actor.Permission) {
		for _, p := range perms {
			out = append(out, org.Grant{Role: role, Permission: p, Scope: actor.Centre})
		}
	}
	give(org.RoleFinance, PermRead, PermWrite, PermBudget, PermCodes, PermClose, PermDraft, PermApprove, PermTemplate)
	give(org.RoleAdmin, PermTemplate)
	give(org.RoleLeader, PermRead, PermReview, PermReopen, PermPublish)
	give(org.RoleOffice, PermRead, PermSecrecy)
	give(org.RoleInfo, PermRead, PermPublish)
	return out
}
