package complaint

import (
	"strings"

	"yichuang/internal/errs"
)

// The refusals of this package.
var (
	ErrState    = errs.New(errs.Conflict, "complaint.wrong_state", "当前的状态不能进行这一操作。请刷新后再看。")
	ErrNotFound = errs.New(errs.NotFound, "complaint.not_found", "没有这件反映，或您无权查看。请核对编号。")
	ErrVersion  = errs.New(errs.Conflict, "complaint.version", "这件反映刚被别人改过，您的操作没有进行。请刷新后核对再提交。")
	ErrInput    = errs.New(errs.Invalid, "complaint.input", "填写的内容有误，没有保存。请按提示修改。")

	ErrContactFirst   = errs.New(errs.Conflict, "complaint.contact_first", "还没有联系反映人的记录，不能延期。请先联系反映人，说明原因和新的期限。")
	ErrContactLate    = errs.New(errs.Conflict, "complaint.contact_late", "今天就到期，不能延期：须在到期日之前联系反映人，说明原因和新的期限。请在今天办结。")
	ErrOwnVisit       = errs.New(errs.Conflict, "complaint.conflict_of_interest", "承办单位不能回访自己承办的事。请由政务监察股或热线回访。")
	ErrSameSigner     = errs.New(errs.Conflict, "complaint.same_signer", "拟否定答复的人不能自己批准。请由另一名审批人批准。")
	ErrInvestigators  = errs.New(errs.Conflict, "complaint.need_two_checkers", "调查须有两名以上人员，被投诉人及其同事不能参加。请重新指定调查人。")
	ErrInvolved       = errs.New(errs.Forbidden, "complaint.involved", "您是被投诉人或其同事，不能办理这件投诉。请由政务监察股的其他人员办理。")
	ErrDenyBarred     = errs.New(errs.Conflict, "complaint.deny_barred", "定性为“法定不能”的，须写明依据作否定答复并经批准，不能直接办结。")
	ErrTicketTaken    = errs.New(errs.Conflict, "complaint.ticket_taken", "这张热线工单已经转过。请打开已有的反映件。")
	ErrTicketClosed   = errs.New(errs.Conflict, "complaint.ticket_closed", "这张热线工单已经办结，不能再转。反映人另有诉求的，请重新登记。")
	ErrTicketOpen     = errs.New(errs.Conflict, "complaint.ticket_not_confidential", "转投诉前须先为投诉人保密。请在热线工单上更正为“来电人信息保密”，再转投诉。")
	ErrTicketAccused  = errs.New(errs.Conflict, "complaint.ticket_accused", "转投诉前须先在热线工单上更正“被反映单位”，这样工单就不会派给被投诉的单位。")
	ErrTicketAssigned = errs.New(errs.Conflict, "complaint.ticket_dispatched", "这张热线工单已经派给承办单位，不能转投诉，以免被投诉人知道投诉人是谁。请撤回派单或另行登记。")
	ErrCase           = errs.New(errs.Invalid, "complaint.case", "没有这个办件编号。请核对接件回执上的编号，或留空。")
	ErrQuery          = errs.New(errs.NotFound, "complaint.query", "没有查到：请核对查询码和手机号后四位。查询码在提交成功的页面上。")
	ErrUnit           = errs.New(errs.Invalid, "complaint.unit", "请选择涉及的单位。")
)

// RefusalCode is the stable code of a refusal as the hall reference lists it (§3): AFTER_DUE, SAME_SIGNER. It is "" for what is no
// error of the program.
func RefusalCode(err error) string {
	if err == nil {
		return ""
	}
	_, name, _ := strings.Cut(errs.CodeOf(err), ".")
	return strings.ToUpper(name)
}
