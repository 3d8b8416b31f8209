package hotlinehttp

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// logs are the pages of the audit log (审计日志).
type logs struct{ Deps }

// auditDays is how far back the log is shown where nothing else is asked for.
const auditDays = 31

// auditView is a page of the log.
type auditView struct {
	Form   *web.Form
	Rows   []desk.AuditRow
	Next   string
	From   string // shown in the filter where nothing was typed
	Active []web.ActiveFilter
	Check  *desk.AuditCheck
}

// auditModules are the prefixes of actions, as the filter offers them.
func auditModules() []web.Option {
	return []web.Option{{Value: "hotline.", Label: "12345 热线"}, {Value: "org.", Label: "单位与账号"}, {Value: "calendar.", Label: "工作日历"}, {Value: "web.", Label: "被拒绝的访问"},
		{Value: "audit.", Label: "审计日志"}}
}

func outcomeOptions() []web.Option {
	return []web.Option{{Value: audit.OK, Label: "成功"}, {Value: audit.Denied, Label: "拒绝"}}
}

// auditFilter reads the filters of the address. Without a day and an object, the log starts a month ago.
func auditFilter(c *web.Ctx) (desk.AuditFilter, *web.Form) {
	f := c.Form()
	q := desk.AuditFilter{Actor: f.Text("actor"), Filter: audit.Filter{Object: f.Text("object"), Action: f.Text("action"), Outcome: f.Choice("outcome", audit.OK, audit.Denied), Before: f.Text("after")}}
	from, to := f.Date("from"), f.Date("to")
	if from.IsZero() && q.Object == "" {
		from = c.Now().Date() - auditDays
	}
	if !from.IsZero() {
		q.From = from.Start()
	}
	if !to.IsZero() {
		q.To = (to + 1).Start()
	}
	return q, f
}

// list shows the log, newest first.
func (s logs) list(c *web.Ctx) error {
	v, err := s.view(c)
	if err != nil {
		return err
	}
	return c.Render(auditPage(v))
}

func (s logs) view(c *web.Ctx) (auditView, error) {
	q, f := auditFilter(c)
	v := auditView{Form: f}
	if q.From != 0 {
		v.From = q.From.Date().String()
	}
	var err error
	v.Rows, v.Next, err = s.Desk.AuditLog(c.Context(), q)
	return v, err
}

// verify walks all chains and shows what it found above the log.
func (s logs) verify(c *web.Ctx) error {
	check, err := s.Desk.VerifyLog(c.Context())
	if err != nil {
		return err
	}
	return c.Render(auditCheckPage(check))
}

// export sends the filtered log as a spreadsheet.
func (s logs) export(c *web.Ctx) error {
	q, f := auditFilter(c)
	if !f.OK() {
		return hotline.ErrInput.Say("筛选条件有误，没有导出。请返回改正后再下载。")
	}
	q.Before, q.Limit = "", 200
	columns := []xlsx.Column{{Label: "时间", Width: 20}, {Label: "操作人", Width: 16}, {Label: "单位", Width: 20}, {Label: "操作", Width: 20}, {Label: "代码", Width: 26}, {Label: "结果", Width: 8},
		{Label: "对象", Width: 20}, {Label: "内容", Width: 60}, {Label: "地址", Width: 16}, {Label: "请求编号", Width: 18}, {Label: "链", Width: 6}, {Label: "序号", Width: 8}}
	return c.Stream("审计日志 "+c.Now().Date().String()+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return xlsx.Table(w, "审计日志", columns, func(add func(...any) error) error {
			for n := 0; ; {
				rows, next, err := s.Desk.AuditLog(c.Context(), q)
				if err != nil {
					return err
				}
				if n += len(rows); n > hotline.ExportLimit {
					return hotline.ErrExportTooLong
				}
				for _, r := range rows {
					if err := add(r.At.String(), actorText(r), r.UnitName, actionText(r.Action), r.Action, outcomeText(r.Outcome), objectText(r), r.Detail, r.IP, r.RequestID, r.Stream, r.Seq); err != nil {
						return err
					}
				}
				if next == "" {
					return nil
				}
				q.Before = next
			}
		})
	})
}

// actorText names who did it.
func actorText(r desk.AuditRow) string {
	switch r.ActorKind {
	case "system":
		if r.IP == actor.Local {
			return "本机管理员"
		}
		return "系统"
	case "citizen":
		return "群众"
	case "anonymous":
		if r.ObjectKind == "user" && r.Person != "" { // signing in: the account that was tried
			return r.Person
		}
		return "未登录"
	case "token":
		return cmp.Or(r.ActorName, r.ActorID) + "（接口）"
	}
	return cmp.Or(r.ActorName, r.ActorID)
}

// otherActions name actions of other modules and those without a state.
var otherActions = map[string]string{"web.denied": "访问被拒绝", "audit.verify": "核验审计日志", "hotline.notice_seen": "提醒已阅", "hotline.rule_import": "导入派单目录",
	"org.sign_in": "登录", "org.lock": "登录失败锁定", "org.unlock": "解除锁定", "org.sign_out_all": "结束全部登录", "org.session_end": "结束登录", "org.session_end_all": "结束全部登录",
	"org.password_change": "修改密码", "org.password_reset": "重置密码", "org.centre_create": "新建中心", "org.centre_change": "修改中心", "org.unit_create": "新建单位", "org.unit_change": "修改单位",
	"org.unit_deactivate": "停用单位", "org.site_create": "新建站点", "org.site_change": "修改站点", "org.site_active": "启停站点", "org.user_create": "新建用户", "org.user_change": "修改用户",
	"org.user_active": "启停用户", "org.user_roles": "分配角色", "org.user_phone_read": "查看用户手机号", "org.division_import": "导入行政区划", "org.import": "批量导入", "org.import_cancel": "取消导入",
	"org.token_create": "创建接口令牌", "org.token_revoke": "吊销接口令牌", "calendar.day_publish": "发布放假安排", "calendar.hours_publish": "发布办公时间", "calendar.seed": "装入内置日历"}

// actionText is the Chinese of an action; what has none is shown by its module.
func actionText(action string) string {
	if s := otherActions[action]; s != "" {
		return s
	}
	module, name, _ := strings.Cut(action, ".")
	if s := hotline.Action(name).Label(); module == "hotline" && s != "" {
		return s
	}
	i := slices.IndexFunc(auditModules(), func(o web.Option) bool { return o.Value == module+"." })
	if i < 0 {
		return "其他"
	}
	return auditModules()[i].Label
}

func outcomeText(o string) string {
	if o == audit.Denied {
		return "拒绝"
	}
	return "成功"
}

// kindNames are the kinds of object.
var kindNames = map[string]string{"ticket": "工单", "user": "用户", "unit": "单位", "site": "站点", "centre": "中心", "rule": "派单目录", "policy": "时限规则", "route": "页面", "token": "接口令牌",
	"division": "行政区划", "calendar": "工作日历", "cohort": "统计明细", "urging_list": "催办清单", "ticket_list": "工单列表", "audit_log": "审计日志", "population": "常住人口"}

func objectText(r desk.AuditRow) string {
	if r.No != "" {
		return "工单 " + r.No
	}
	return strings.TrimSpace(cmp.Or(kindNames[r.ObjectKind], "其他") + " " + r.Person)
}

func (v auditView) table() web.Table {
	t := web.Table{ID: "log", Caption: "审计日志", Next: v.Next, Download: "/audit/export.xlsx",
		Columns: []web.Column{{Label: "时间"}, {Label: "操作人"}, {Label: "单位", Minor: true}, {Label: "对象"}, {Label: "操作", Grow: true}, {Label: "结果"}, {Label: "地址", Minor: true}},
		Empty:   web.Empty{Title: "没有符合条件的记录", Text: "每一次变更、被拒绝的访问和查看个人信息，都会在这里留下一行。"}}
	for _, r := range v.Rows {
		row := web.Row{ID: r.ID}
		object := web.CellText(objectText(r))
		if r.No != "" {
			object = web.CellLink("/audit?object="+r.No, objectText(r))
		}
		outcome := web.CellText("成功")
		if r.Outcome == audit.Denied {
			outcome = web.StateBadge(web.Danger, "拒绝")
		}
		row.Cells = []templ.Component{web.CellText(r.At.String()), web.CellText(actorText(r)), web.CellText(r.UnitName), object, auditAction(actionText(r.Action), auditDetail(r)), outcome, web.CellText(r.IP)}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// detailWords are the Chinese of the names in an audit detail, in the order in which they are read.
var detailWords = []struct{ name, label string }{{"state", "状态"}, {"kind", "种类"}, {"step", "环节"}, {"limit", "时限"}, {"category", "分类"}, {"area", "区域"}, {"basis", "依据"}, {"name", "名称"},
	{"username", "用户名"}, {"roles", "角色"}, {"reason", "原因"}, {"route", "页面"}, {"side", "一方"}, {"from", "从"}, {"to", "到"}, {"added", "新增"}, {"changed", "修改"}, {"refused", "拒绝"}, {"lines", "日志行数"}, {"log_faults", "日志问题"}, {"data_faults", "数据问题"}}

func checkOK(c desk.AuditCheck) bool { return len(c.Log.Faults) == 0 && len(c.Data.Faults) == 0 }

func checkTiles(c desk.AuditCheck) []web.Tile {
	n := func(v int64) string { return web.GroupDigits(strconv.FormatInt(v, 10)) }
	return []web.Tile{{Label: "审计日志", Value: n(c.Log.Lines), Unit: "行"}, {Label: "工单", Value: n(c.Data.Tickets), Unit: "张"}, {Label: "办理记录", Value: n(c.Data.Events), Unit: "条"},
		{Label: "在办承办件", Value: n(c.Data.Legs), Unit: "件"}, {Label: "日志问题", Value: itoa(len(c.Log.Faults)), Unit: "处"},
		{Label: "数据问题", Value: itoa(len(c.Data.Faults)), Unit: "处"}}
}

// faultTable lists what does not hold.
func faultTable(c desk.AuditCheck) web.Table {
	t := web.Table{ID: "faults", Caption: "不符之处", Columns: []web.Column{{Label: "所在"}, {Label: "问题", Grow: true, Wrap: true}}}
	for _, f := range c.Log.Faults {
		t.Rows = append(t.Rows, web.Row{State: web.Red, Cells: []templ.Component{web.CellText("日志链 " + strconv.FormatInt(f.Stream, 10) + " 第 " + strconv.FormatInt(f.Seq, 10) + " 行"), web.CellText(f.Public)}})
	}
	for _, f := range c.Data.Faults {
		t.Rows = append(t.Rows, web.Row{State: web.Red, Cells: []templ.Component{web.CellText(f.Object), web.CellText(f.Public)}})
	}
	return t
}

// auditDetail words what the line says beyond who did what to which object. Names without a Chinese word are left out
// here and stand in the export.
func auditDetail(r desk.AuditRow) string {
	var facts map[string]any
	if r.Detail == "" || json.Unmarshal([]byte(r.Detail), &facts) != nil {
		return ""
	}
	var parts []string
	for _, d := range detailWords {
		if v, ok := facts[d.name]; ok && fmt.Sprint(v) != "" {
			parts = append(parts, d.label+" "+detailValue(d.name, v))
		}
	}
	return strings.Join(parts, "；")
}

func detailValue(name string, v any) string {
	text := fmt.Sprint(v)
	switch name {
	case "state":
		return cmp.Or(hotline.State(text).Label(), text)
	case "kind":
		return cmp.Or(hotline.NoticeLabel(text), text)
	case "step":
		return cmp.Or(hotline.StepLabel(text), text)
	case "side":
		return map[string]string{"unit": "承办单位", "office": "热线办", "duty": "值班领导"}[text]
	case "roles":
		return org.RoleNames(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("[] ,", r) }))
	}
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return text
}
