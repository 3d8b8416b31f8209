package hotlinehttp

import (
	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// RegisterAdmin adds the pages of those who lead and look after the hotline: figures with the records behind them,
// notices, the dispatch catalogue, time limits, the import of tickets and the audit log, with their lines in the navigation.
func RegisterAdmin(kit *web.Kit, d Deps) {
	r := reports{d}
	kit.Page("GET /overview", hotline.PermReport, r.overview)
	kit.Page("GET /overview/export.xlsx", hotline.PermReport, r.overviewExport)
	kit.Page("GET /overview/cohort", hotline.PermReport, r.cohort)
	kit.Page("GET /overview/cohort.xlsx", hotline.PermReport, r.cohortExport)
	kit.Page("GET /overview/metrics", hotline.PermReport, r.metrics)
	kit.Page("GET /overview/metrics/export.xlsx", hotline.PermReport, r.metricsExport)
	kit.Page("GET /overview/metrics/units", hotline.PermReport, r.metricUnits)
	kit.Page("GET /overview/metrics/units.xlsx", hotline.PermReport, r.metricUnitsExport)
	kit.Page("GET /overview/frequent", hotline.PermReport, r.frequent)
	kit.Page("GET /overview/frequent.xlsx", hotline.PermReport, r.frequentExport)
	kit.Page("GET /overview/residents", hotline.PermReport, r.residents)
	kit.Page("POST /overview/residents", hotline.PermMetric, r.saveResidents)
	kit.Page("POST /overview/residents/import", hotline.PermMetric, r.importResidents)
	kit.Page("POST /overview/residents/remove", hotline.PermMetric, r.removeResidents)
	kit.Page("POST /overview/metrics/unrated", hotline.PermMetric, r.setUnrated)
	kit.Page("POST /overview/metrics/unrated/{id}/end", hotline.PermMetric, r.endUnrated)

	n := alerts{d}
	kit.Page("GET /hotline/notices", hotline.PermRead, n.notices)
	kit.Page("POST /hotline/notices/{id}/seen", hotline.PermRead, n.see)
	kit.Page("GET /hotline/notices/{id}", hotline.PermRead, n.sheet)
	kit.Page("GET /hotline/notices/{id}/print", hotline.PermRead, n.printNotice)
	kit.Page("POST /hotline/notices/{id}/answer", hotline.PermAnswer, n.answer)
	kit.Page("POST /hotline/notices/{id}/lift", hotline.PermLift, n.lift)
	kit.Page("GET /hotline/overdue", hotline.PermOverdue, n.overdue)
	kit.Page("GET /hotline/urging", hotline.PermUrge, n.urging)
	kit.Page("GET /hotline/urging/export.xlsx", hotline.PermUrge, n.exportUrging)
	kit.Page("POST /hotline/urging/{id}", hotline.PermUrge, n.phoned)
	registerSupervision(kit, d)

	c := catalogue{d}
	kit.Page("GET /hotline/rules", hotline.PermRuleRead, c.rules)
	kit.Page("GET /hotline/rules/export.xlsx", hotline.PermRuleRead, c.exportRules)
	kit.Page("GET /hotline/rules/new", hotline.PermRule, c.newRule)
	kit.Page("POST /hotline/rules/new", hotline.PermRule, c.saveRule)
	kit.Page("GET /hotline/rules/import", hotline.PermRule, c.importForm)
	kit.Page("POST /hotline/rules/import/preview", hotline.PermRule, c.previewImport, web.MaxBody(5<<20))
	kit.Page("POST /hotline/rules/import", hotline.PermRule, c.runImport, web.MaxBody(5<<20))
	kit.Page("GET /hotline/rules/trial", hotline.PermRule, c.tryRules)
	kit.Page("POST /hotline/rules/trial", hotline.PermRule, c.tryLines, web.MaxBody(5<<20))
	kit.Page("GET /hotline/rules/{id}", hotline.PermRule, c.editRule)
	kit.Page("POST /hotline/rules/{id}", hotline.PermRule, c.saveRule)
	kit.Page("POST /hotline/rules/{id}/end", hotline.PermRule, c.endRule)

	kit.Page("GET /hotline/categories", hotline.PermRuleRead, c.categories)
	kit.Page("GET /hotline/categories/export.xlsx", hotline.PermRuleRead, c.exportCategories)
	kit.Page("GET /hotline/categories/import", hotline.PermRule, c.categoryForm)
	kit.Page("POST /hotline/categories/preview", hotline.PermRule, c.previewCategories, web.MaxBody(3<<20))
	kit.Page("POST /hotline/categories/import", hotline.PermRule, c.publishCategories, web.MaxBody(3<<20))

	l := timeLimits{d}
	kit.Page("GET /hotline/policies", hotline.PermRuleRead, l.policies)
	kit.Page("GET /hotline/policies/new", hotline.PermPolicy, l.newPolicy)
	kit.Page("POST /hotline/policies/new", hotline.PermPolicy, l.changePolicy)
	kit.Page("GET /hotline/policies/{id}", hotline.PermPolicy, l.editPolicy)
	kit.Page("POST /hotline/policies/{id}", hotline.PermPolicy, l.changePolicy)
	kit.Page("POST /hotline/policies/{id}/confirm", hotline.PermPolicy, l.confirmPolicy)

	kit.Page("GET /hotline/parameters", hotline.PermRuleRead, l.parameters)
	kit.Page("GET /hotline/parameters/{name}", hotline.PermPolicy, l.editParameter)
	kit.Page("POST /hotline/parameters/{name}", hotline.PermPolicy, l.changeParameter)
	kit.Page("POST /hotline/parameters/{name}/confirm", hotline.PermPolicy, l.confirmParameter)

	kit.Page("GET /hotline/index", hotline.PermPolicy, l.indexState)
	kit.Page("POST /hotline/index/rebuild", hotline.PermPolicy, l.rebuildIndex)

	hot := topics{d}
	kit.Page("GET /hotline/topics", hotline.PermReport, hot.list)
	kit.Page("GET /hotline/topics/export.xlsx", hotline.PermReport, hot.export)
	kit.Page("POST /hotline/topics/gather", hotline.PermTopic, hot.gather)
	kit.Page("GET /hotline/topics/{id}", hotline.PermReport, hot.show)
	kit.Page("POST /hotline/topics/{id}/supervise", hotline.PermSupervise, hot.supervise)

	mo := models{d}
	kit.Page("GET /hotline/models", hotline.PermRuleRead, mo.list)
	kit.Page("POST /hotline/models/train", hotline.PermModel, mo.train)
	kit.Page("GET /hotline/models/{id}", hotline.PermRuleRead, mo.show)
	kit.Page("POST /hotline/models/{id}/activate", hotline.PermModel, mo.activate)

	i := imports{d}
	kit.Page("GET /hotline/import", hotline.PermImport, i.form)
	kit.Page("POST /hotline/import", hotline.PermImport, i.preview, web.MaxBody(hotline.ImportFileSize+2<<20))
	kit.Page("GET /hotline/import/{id}", hotline.PermImport, i.show)
	kit.Page("GET /hotline/import/{id}/progress", hotline.PermImport, i.progress)
	kit.Page("GET /hotline/import/{id}/refused.xlsx", hotline.PermImport, i.refused)
	kit.Page("POST /hotline/import/{id}/apply", hotline.PermImport, i.apply)
	kit.Page("POST /hotline/import/{id}/stop", hotline.PermImport, i.stop)

	registerKnowledge(kit, d)

	a := logs{d}
	kit.Page("GET /audit", hotline.PermAudit, a.list)
	kit.Page("GET /audit/export.xlsx", hotline.PermAudit, a.export)
	kit.Page("POST /audit/verify", hotline.PermAudit, a.verify)

	kit.Nav(
		web.NavItem{Group: "12345 热线", Label: "提醒", Href: "/hotline/notices", Permission: hotline.PermRead, Icon: "bell", Count: d.Desk.UnseenNotices, Most: desk.NoticeBound},
		web.NavItem{Group: "12345 热线", Label: "催办清单", Href: "/hotline/urging", Permission: hotline.PermUrge, Icon: "phone"},
		web.NavItem{Group: "12345 热线", Label: "督办", Href: "/hotline/supervisions", Permission: hotline.PermRead, Icon: "gavel", Count: d.Desk.OpenSupervisions},
		web.NavItem{Group: "12345 热线", Label: "超期公示", Href: "/hotline/overdue", Permission: hotline.PermOverdue, Icon: "alert-triangle"},
		web.NavItem{Group: "设置", Label: "值班表", Href: "/hotline/duty", Permission: hotline.PermDutyRead, Icon: "id-badge"},
		web.NavItem{Group: "12345 热线", Label: "热点话题", Href: "/hotline/topics", Permission: hotline.PermReport, Least: actor.Centre, Icon: "report-analytics"},
		web.NavItem{Group: "12345 热线", Label: "统计", Href: "/overview", Permission: hotline.PermReport, Icon: "chart-bar"},
		web.NavItem{Group: "12345 热线", Label: "指标", Href: "/overview/metrics", Permission: hotline.PermReport, Icon: "list"},
		web.NavItem{Group: "12345 热线", Label: "高频高发", Href: "/overview/frequent", Permission: hotline.PermReport, Least: actor.Centre, Icon: "chart-bar"},
		web.NavItem{Group: "设置", Label: "派单目录", Href: "/hotline/rules", Permission: hotline.PermRuleRead, Icon: "list"},
		web.NavItem{Group: "设置", Label: "事项分类", Href: "/hotline/categories", Permission: hotline.PermRuleRead, Icon: "list"},
		web.NavItem{Group: "设置", Label: "时限规则", Href: "/hotline/policies", Permission: hotline.PermRuleRead, Icon: "clock"},
		web.NavItem{Group: "设置", Label: "办理参数", Href: "/hotline/parameters", Permission: hotline.PermRuleRead, Icon: "settings"},
		web.NavItem{Group: "设置", Label: "建议模型", Href: "/hotline/models", Permission: hotline.PermRuleRead, Icon: "checklist"},
		web.NavItem{Group: "设置", Label: "导入工单", Href: "/hotline/import", Permission: hotline.PermImport, Icon: "upload"},
		web.NavItem{Group: "设置", Label: "查找索引", Href: "/hotline/index", Permission: hotline.PermPolicy, Icon: "search"},
		web.NavItem{Group: "设置", Label: "审计日志", Href: "/audit", Permission: hotline.PermAudit, Icon: "shield"},
	)
}

// registerSupervision adds the pages of supervision and of the duty roster.
func registerSupervision(kit *web.Kit, d Deps) {
	s := supervisions{d}
	kit.Page("GET /hotline/supervisions", hotline.PermRead, s.list)
	kit.Page("GET /hotline/supervisions/new", hotline.PermSupervise, s.begin)
	kit.Page("POST /hotline/supervisions/new", hotline.PermSupervise, s.open)
	kit.Page("GET /hotline/supervisions/export.xlsx", hotline.PermRead, s.export)
	kit.Page("GET /hotline/supervisions/{id}", hotline.PermRead, s.show)
	kit.Page("GET /hotline/supervisions/{id}/print", hotline.PermRead, s.print)
	kit.Page("POST /hotline/supervisions/{id}/reply", hotline.PermSuperviseReply, s.act(replyDeed))
	kit.Page("POST /hotline/supervisions/{id}/return", hotline.PermSupervise, s.act(returnDeed))
	kit.Page("POST /hotline/supervisions/{id}/close", hotline.PermSupervise, s.act(closeDeed))
	kit.Page("POST /hotline/supervisions/{id}/raise", hotline.PermSupervise, s.act(raiseDeed))

	r := duties{d}
	kit.Page("GET /hotline/duty", hotline.PermDutyRead, r.month)
	kit.Page("POST /hotline/duty", hotline.PermDuty, r.set)
	kit.Page("POST /hotline/duty/import", hotline.PermDuty, r.upload, web.MaxBody(2<<20))
}
