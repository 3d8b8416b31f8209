// Package orghttp is the pages and the API of package org: signing in, one's own account, units, sites, users, imports,
// administrative divisions and the table of roles.
package orghttp

import (
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// handlers answers the pages.
type handlers struct {
	org *org.Module
}

const navGroup = "组织与账号"

// maxUpload is the largest list that can be uploaded; the list of all towns of the country has 2 MB.
const maxUpload = 8 << 20

// Register adds the pages and the API.
func Register(pages *web.Kit, api *rest.Kit, m *org.Module) {
	h := &handlers{org: m}
	h.accountPages(pages)
	h.unitPages(pages)
	h.sitePages(pages)
	h.userPages(pages)
	h.importPages(pages)
	h.otherPages(pages)
	pages.Nav(
		web.NavItem{Group: navGroup, Label: "单位", Href: "/org/units", Permission: org.PermUnitRead, Icon: "building-community"},
		web.NavItem{Group: navGroup, Label: "站点", Href: "/org/sites", Permission: org.PermSiteRead, Icon: "map-pin"},
		web.NavItem{Group: navGroup, Label: "用户", Href: "/org/users", Permission: org.PermUserRead, Icon: "users"},
		web.NavItem{Group: navGroup, Label: "批量导入", Href: "/org/import", Permission: org.PermImport, Icon: "upload"},
		web.NavItem{Group: navGroup, Label: "角色权限表", Href: "/org/roles", Permission: org.PermRoleRead, Icon: "shield"},
		web.NavItem{Group: navGroup, Label: "行政区划", Href: "/org/divisions", Permission: org.PermDivisionImport, Icon: "world"},
		web.NavItem{Group: navGroup, Label: "中心信息", Href: "/org/centre", Permission: org.PermCentreWrite, Icon: "building"},
		web.NavItem{Group: navGroup, Label: "我的账号", Href: "/account", Permission: web.SignedIn, Icon: "user"},
	)
	h.unitAPI(api)
	h.siteAPI(api)
	h.siteWriteAPI(api)
	h.centreAPI(api)
	h.divisionAPI(api)
	h.importAPI(api)
	h.userAPI(api)
	h.tokenAPI(api)
}

func (h *handlers) accountPages(k *web.Kit) {
	k.Public("GET /login", h.signInForm)
	k.Public("POST /login", h.signIn, web.Limit(web.Rate{PerMinute: 60, Burst: 30}))
	k.Page("POST /logout", web.SignedIn, h.signOut)
	k.Page("GET /account", web.SignedIn, h.account)
	k.Page("GET /account/password", web.SignedIn, h.passwordForm)
	k.Page("POST /account/password", web.SignedIn, h.passwordChange)
	k.Page("POST /account/sessions/{id}/end", web.SignedIn, h.sessionEnd)
	k.Page("POST /account/sessions/end-all", web.SignedIn, h.sessionEndAll)
	k.Page("GET /account/tokens", org.PermTokenCreate, h.tokens)
	k.Page("POST /account/tokens", org.PermTokenCreate, h.tokenCreate)
	k.Page("POST /account/tokens/{id}/revoke", org.PermTokenCreate, h.tokenRevoke)
	k.Page("GET /org/tokens", org.PermTokenManage, h.allTokens)
	k.Page("POST /org/tokens/{id}/revoke", org.PermTokenManage, h.tokenRevoke)
}

func (h *handlers) unitPages(k *web.Kit) {
	k.Page("GET /org/units", org.PermUnitRead, h.unitList)
	k.Page("GET /org/units/new", org.PermUnitWrite, h.unitNew)
	k.Page("POST /org/units", org.PermUnitWrite, h.unitCreate)
	k.Page("GET /org/units/{id}", org.PermUnitRead, h.unitShow)
	k.Page("GET /org/units/{id}/edit", org.PermUnitWrite, h.unitEdit)
	k.Page("POST /org/units/{id}", org.PermUnitWrite, h.unitChange)
	k.Page("POST /org/units/{id}/end", org.PermUnitWrite, h.unitEnd)
}

func (h *handlers) sitePages(k *web.Kit) {
	k.Page("GET /org/sites", org.PermSiteRead, h.siteList)
	k.Page("GET /org/sites/new", org.PermSiteWrite, h.siteNew)
	k.Page("POST /org/sites", org.PermSiteWrite, h.siteCreate)
	k.Page("GET /org/sites/{id}", org.PermSiteWrite, h.siteEdit)
	k.Page("POST /org/sites/{id}", org.PermSiteWrite, h.siteChange)
	k.Page("POST /org/sites/{id}/active", org.PermSiteWrite, h.siteActive)
}

func (h *handlers) userPages(k *web.Kit) {
	k.Page("GET /org/users", org.PermUserRead, h.userList)
	k.Page("GET /org/users/new", org.PermUserWrite, h.userNew)
	k.Page("POST /org/users", org.PermUserWrite, h.userCreate)
	k.Page("GET /org/users/{id}", org.PermUserRead, h.userShow)
	k.Page("GET /org/users/{id}/edit", org.PermUserWrite, h.userEdit)
	k.Page("POST /org/users/{id}", org.PermUserWrite, h.userChange)
	k.Page("POST /org/users/{id}/roles", org.PermRoleAssign, h.userRoles)
	k.Page("POST /org/users/{id}/active", org.PermUserWrite, h.userActive)
	k.Page("POST /org/users/{id}/reset", org.PermUserReset, h.userReset)
	k.Page("POST /org/users/{id}/unlock", org.PermUserReset, h.userUnlock)
	k.Page("POST /org/users/{id}/sign-out", org.PermUserReset, h.userSignOut)
	k.Page("POST /org/users/{id}/phone", org.PermUserPhone, h.userPhone)
}

func (h *handlers) importPages(k *web.Kit) {
	k.Page("GET /org/import", org.PermImport, h.importForm)
	k.Page("POST /org/import", org.PermImport, h.importUpload, web.MaxBody(maxUpload))
	k.Page("GET /org/import/{id}", org.PermImport, h.importShow)
	k.Page("POST /org/import/{id}", org.PermImport, h.importApply)
	k.Page("POST /org/import/{id}/cancel", org.PermImport, h.importCancel)
}

func (h *handlers) otherPages(k *web.Kit) {
	k.Page("GET /org/roles", org.PermRoleRead, h.roles)
	k.Page("GET /org/divisions", org.PermDivisionImport, h.divisions)
	k.Page("POST /org/divisions", org.PermDivisionImport, h.divisionImport, web.MaxBody(maxUpload))
	k.Page("GET /org/centre", org.PermCentreWrite, h.centreEdit)
	k.Page("POST /org/centre", org.PermCentreWrite, h.centreChange)
}
