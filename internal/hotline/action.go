package hotline

import "yichuang/internal/actor"

// Action is something that a person or the program does to a ticket.
type Action string

// The actions. Register makes the ticket and therefore has no state to leave.
const (
	ActRegister        Action = "register"         // 登记
	ActAccept          Action = "accept"           // 受理
	ActAnswer          Action = "answer"           // 直接答复: a consultation answered at once
	ActRefuse          Action = "refuse"           // 不予受理
	ActEmergency       Action = "emergency"        // 紧急移交
	ActEscalate        Action = "escalate"         // 标为特急
	ActDispatch        Action = "dispatch"         // 派单
	ActSign            Action = "sign"             // 签收
	ActPropose         Action = "propose"          // 报签: liaison hands the reply to the unit's head
	ActSendBack        Action = "send_back"        // 退改: the head returns it to the liaison
	ActSubmit          Action = "submit"           // 提交: the reply goes to the hotline office, signed off by the head
	ActApprove         Action = "approve"          // 审核通过
	ActReject          Action = "reject"           // 审核退回
	ActCallback        Action = "callback"         // 回访
	ActClose           Action = "close"            // 办结
	ActRework          Action = "rework"           // 重办
	ActUrge            Action = "urge"             // 催办
	ActWithdraw        Action = "withdraw"         // 撤回
	ActArchive         Action = "archive"          // 归档
	ActDestroy         Action = "destroy"          // 销毁 of an archived ticket's personal data
	ActComment         Action = "comment"          // 备注
	ActAttach          Action = "attach"           // 附件
	ActAskExtension    Action = "ask_extension"    // 申请延期
	ActGrantExt        Action = "grant_ext"        // 批准延期
	ActDenyExt         Action = "deny_ext"         // 不予延期
	ActSuspend         Action = "suspend"          // 挂账
	ActResume          Action = "resume"           // 恢复办理
	ActAskReturn       Action = "ask_return"       // 申请退单
	ActDraftReturn     Action = "draft_return"     // 拟退单: for the unit's head to confirm
	ActDropReturn      Action = "drop_return"      // 撤下退单拟稿
	ActAcceptReturn    Action = "accept_return"    // 同意退单: the next unit gets a leg of its own
	ActDenyReturn      Action = "deny_return"      // 不予退单: the unit is designated
	ActSendDown        Action = "send_down"        // 转办下级
	ActRecallDown      Action = "recall_down"      // 收回下级件
	ActRejectDown      Action = "reject_down"      // 退回下级重报
	ActAskHelp         Action = "ask_help"         // 申请加派: the lead unit asks for a helping unit
	ActAddHelp         Action = "add_help"         // 加派
	ActDenyHelp        Action = "deny_help"        // 不予加派
	ActAskSuspend      Action = "ask_suspend"      // 申请挂账
	ActDenySuspend     Action = "deny_suspend"     // 不予挂账
	ActAskTerminate    Action = "ask_terminate"    // 申请终止办理
	ActTerminate       Action = "terminate"        // 终止办理
	ActDenyTerminate   Action = "deny_terminate"   // 不予终止
	ActReopen          Action = "reopen"           // 重新打开
	ActMerge           Action = "merge"            // 并单
	ActUnmerge         Action = "unmerge"          // 拆单: a merged ticket stands for itself again
	ActDispute         Action = "dispute"          // 评价异议
	ActAdjudicate      Action = "adjudicate"       // 评价裁定
	ActCorrect         Action = "correct"          // 更正
	ActRate            Action = "rate"             // 群众评价, on the public page
	ActNotice          Action = "notice"           // 预警: yellow or red card, by the program
	ActReproject       Action = "reproject"        // 重算时限 after a new calendar, by the program
	ActReveal          Action = "reveal"           // 查看联系人: personal data was shown
	ActOpenFile        Action = "open_file"        // 查看附件 of a confidential ticket
	ActImport          Action = "import"           // 导入
	ActExport          Action = "export"           // 导出
	ActRuleChange      Action = "rule_change"      // 派单目录变更
	ActSupervise       Action = "supervise"        // 督办
	ActSuperviseReply  Action = "supervise_reply"  // 督办答复
	ActSuperviseReturn Action = "supervise_return" // 督办退回
	ActSuperviseClose  Action = "supervise_close"  // 督办核结
	ActSuperviseRaise  Action = "supervise_raise"  // 督办升级
	ActPolicyChange    Action = "policy_change"    // 时限规则变更
	ActParameterChange Action = "parameter_change" // 办理参数变更
)

var actionLabels = map[Action]string{
	ActRegister: "登记", ActAccept: "受理", ActAnswer: "直接答复", ActRefuse: "不予受理", ActEmergency: "紧急移交", ActEscalate: "标为特急",
	ActDispatch: "派单", ActSign: "签收", ActPropose: "报签", ActSendBack: "退改", ActSubmit: "提交", ActApprove: "审核通过", ActReject: "审核退回",
	ActCallback: "回访", ActClose: "办结", ActRework: "重办", ActUrge: "催办", ActWithdraw: "撤回", ActArchive: "归档", ActDestroy: "销毁", ActComment: "备注", ActAttach: "附件", ActOpenFile: "查看附件",
	ActAskExtension: "申请延期", ActGrantExt: "批准延期", ActDenyExt: "不予延期", ActSuspend: "挂账", ActResume: "恢复办理", ActRate: "群众评价",
	ActAskReturn: "申请退单", ActDraftReturn: "拟退单", ActDropReturn: "撤下退单拟稿", ActAcceptReturn: "同意退单", ActDenyReturn: "不予退单", ActSendDown: "转办下级", ActRecallDown: "收回下级件", ActRejectDown: "退回下级重报",
	ActAskHelp: "申请加派", ActAddHelp: "加派", ActDenyHelp: "不予加派", ActAskSuspend: "申请挂账", ActDenySuspend: "不予挂账", ActAskTerminate: "申请终止办理",
	ActTerminate: "终止办理", ActDenyTerminate: "不予终止", ActReopen: "重新打开", ActMerge: "并单", ActUnmerge: "拆单", ActDispute: "评价异议", ActAdjudicate: "评价裁定", ActCorrect: "更正",
	ActSupervise: "督办", ActSuperviseReply: "督办答复", ActSuperviseReturn: "督办退回", ActSuperviseClose: "督办核结", ActSuperviseRaise: "督办升级",
	ActNotice: "预警", ActReproject: "重算时限", ActReveal: "查看联系人", ActImport: "导入", ActExport: "导出", ActRuleChange: "派单目录变更", ActPolicyChange: "时限规则变更", ActParameterChange: "办理参数变更",
}

// Label is the action's name in the office.
func (a Action) Label() string { return actionLabels[a] }

// The permissions of the module. Every use case and route names one.
const (
	PermRegister     actor.Permission = "hotline.ticket.register"
	PermAccept       actor.Permission = "hotline.ticket.accept"
	PermRefuse       actor.Permission = "hotline.ticket.refuse"
	PermEmergency    actor.Permission = "hotline.ticket.emergency"
	PermDispatch     actor.Permission = "hotline.ticket.dispatch"
	PermSign         actor.Permission = "hotline.ticket.sign"
	PermSubmit       actor.Permission = "hotline.ticket.submit"
	PermSignOff      actor.Permission = "hotline.ticket.signoff"
	PermReview       actor.Permission = "hotline.ticket.review"
	PermCallback     actor.Permission = "hotline.ticket.callback"
	PermRework       actor.Permission = "hotline.ticket.rework"
	PermUrge         actor.Permission = "hotline.ticket.urge"
	PermWithdraw     actor.Permission = "hotline.ticket.withdraw"
	PermArchive      actor.Permission = "hotline.ticket.archive"
	PermComment      actor.Permission = "hotline.ticket.comment"
	PermExtend       actor.Permission = "hotline.ticket.extend"
	PermDecide       actor.Permission = "hotline.ticket.decide"
	PermSuspend      actor.Permission = "hotline.ticket.suspend"
	PermReturn       actor.Permission = "hotline.ticket.return"
	PermDraftReturn  actor.Permission = "hotline.ticket.draft_return"
	PermSendDown     actor.Permission = "hotline.ticket.send_down"
	PermDispute      actor.Permission = "hotline.ticket.dispute"
	PermTerminate    actor.Permission = "hotline.ticket.terminate"
	PermMerge        actor.Permission = "hotline.ticket.merge"
	PermCorrect      actor.Permission = "hotline.ticket.correct"
	PermRead         actor.Permission = "hotline.ticket.read"
	PermReadPersonal actor.Permission = "hotline.ticket.read_personal"
	PermImport       actor.Permission = "hotline.ticket.import"
	PermReport       actor.Permission = "hotline.report.read"
	PermMetric       actor.Permission = "hotline.metric.change"
	PermRuleRead     actor.Permission = "hotline.rule.read"
	PermRule         actor.Permission = "hotline.rule.change"
	PermPolicy       actor.Permission = "hotline.policy.change"

	PermSupervise      actor.Permission = "hotline.supervision.open"
	PermSuperviseHigh  actor.Permission = "hotline.supervision.high"
	PermSuperviseReply actor.Permission = "hotline.supervision.reply"
	PermLift           actor.Permission = "hotline.notice.lift"
	PermAnswer         actor.Permission = "hotline.notice.answer"
	PermOverdue        actor.Permission = "hotline.overdue.read"
	PermMessages       actor.Permission = "hotline.message.read"
	PermDuty           actor.Permission = "hotline.duty.change"
	PermDutyRead       actor.Permission = "hotline.duty.read"
	PermTopic          actor.Permission = "hotline.topic.gather" // gathers the topics anew
	PermModel          actor.Permission = "hotline.model.change" // trains models and chooses the version in use
	PermAudit          actor.Permission = "audit.log.read"       // reads the audit log (审计日志) of the centre, whatever module wrote its lines
)

// Permissions lists the module's permissions with the labels that the roles page shows.
var Permissions = []actor.PermissionInfo{
	{Name: PermRegister, Label: "登记工单"}, {Name: PermAccept, Label: "受理"}, {Name: PermRefuse, Label: "不予受理"},
	{Name: PermEmergency, Label: "紧急移交、标为特急"}, {Name: PermDispatch, Label: "派单"}, {Name: PermSign, Label: "签收"},
	{Name: PermSubmit, Label: "拟写答复、报签"}, {Name: PermSignOff, Label: "签批并提交答复"}, {Name: PermReview, Label: "审核答复"},
	{Name: PermCallback, Label: "回访、办结"}, {Name: PermRework, Label: "重办"}, {Name: PermUrge, Label: "催办"},
	{Name: PermWithdraw, Label: "为来电人撤回"}, {Name: PermArchive, Label: "归档"}, {Name: PermComment, Label: "备注"},
	{Name: PermExtend, Label: "申请延期、挂账、加派和终止"}, {Name: PermDecide, Label: "审批延期"}, {Name: PermSuspend, Label: "挂账与恢复"},
	{Name: PermReturn, Label: "申请退单"}, {Name: PermDraftReturn, Label: "拟退单"}, {Name: PermSendDown, Label: "转办下级单位"}, {Name: PermDispute, Label: "对评价提出异议"},
	{Name: PermTerminate, Label: "审批终止办理"}, {Name: PermMerge, Label: "并单、拆单"}, {Name: PermCorrect, Label: "更正工单"},
	{Name: PermRead, Label: "查看工单"}, {Name: PermReadPersonal, Label: "查看来电人信息"}, {Name: PermImport, Label: "批量导入工单"},
	{Name: PermReport, Label: "查看统计"}, {Name: PermMetric, Label: "维护统计口径"}, {Name: PermRuleRead, Label: "查看派单目录、时限规则和办理参数"}, {Name: PermAudit, Label: "查看审计日志"},
	{Name: PermSupervise, Label: "督办、核结督办"}, {Name: PermSuperviseHigh, Label: "挂牌督办、约谈督办"}, {Name: PermSuperviseReply, Label: "答复督办"},
	{Name: PermLift, Label: "解除提醒"}, {Name: PermAnswer, Label: "对提醒作说明"}, {Name: PermOverdue, Label: "查看超期公示"}, {Name: PermDuty, Label: "维护值班表"}, {Name: PermDutyRead, Label: "查看值班表"}, {Name: PermMessages, Label: "查看短信"},
	{Name: PermRule, Label: "维护派单目录"}, {Name: PermPolicy, Label: "维护时限规则和办理参数"}, {Name: PermModel, Label: "训练和启用建议模型"}, {Name: PermTopic, Label: "重新汇集热点"},
}
