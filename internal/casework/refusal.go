package casework

import (
	"strings"

	"yichuang/internal/errs"
)

// The refusals of this package. The part of a code after the point, in capitals, is the code that the hall reference lists
// (§3): see RefusalCode.
var (
	ErrState    = errs.New(errs.Conflict, "casework.wrong_state", "办件当前的状态不能进行这一操作。请刷新后再看。")
	ErrNotFound = errs.New(errs.NotFound, "casework.not_found", "没有这个办件，或您无权查看。请核对办件编号。")
	ErrVersion  = errs.New(errs.Conflict, "casework.version", "这个办件刚被别人改过，您的操作没有进行。请刷新后核对再提交。")
	ErrInput    = errs.New(errs.Invalid, "casework.input", "填写的内容有误，没有保存。请按提示修改。")

	ErrNotInForce        = errs.New(errs.Conflict, "casework.not_in_force", "这个事项现在没有生效的办事指南，不能接件。请向政务信息股核对事项状态。")
	ErrDuplicateOpen     = errs.New(errs.Conflict, "casework.duplicate_open", "申请人的同一事项已有办件在办，没有再次接件。确需另办的，请写明理由。")
	ErrFollows           = errs.New(errs.Conflict, "casework.follows", "没有查到申请人这个事项的原办件，没有接件。请核对原办件编号；不是接续原办件的，不填。")
	ErrSecondNotice      = errs.New(errs.Conflict, "casework.second_notice", "补正内容只能一次告知。确需再次告知的，由首席代表写明理由后办理。")
	ErrMaterialNotListed = errs.New(errs.Invalid, "casework.material_not_listed", "补正的材料不在办事指南的材料清单里，不能要求。")
	ErrNoticeRequired    = errs.New(errs.Invalid, "casework.notice_required", "特别程序须先书面告知申请人所需时间，请填写告知日期，不得晚于开始日期。")
	ErrTypeNotAllowed    = errs.New(errs.Invalid, "casework.type_not_allowed", "这一类程序不在法定的特别程序之列，或本事项没有列明，不能暂停计时。")
	ErrTooLong           = errs.New(errs.Invalid, "casework.procedure_too_long", "特别程序计划的时间超过了本事项规定的最长时间，没有提请。请改结束日期。")
	ErrSameSigner        = errs.New(errs.Conflict, "casework.same_signer", "审查和决定、提请和批准不能是同一人。请由另一人办理。")
	ErrTwoCheckers       = errs.New(errs.Conflict, "casework.need_two_checkers", "需要核实实质内容的，应有两名以上工作人员核查。请补充另一名核查人。")
	ErrReasonRequired    = errs.New(errs.Invalid, "casework.reason_required", "请写明理由。")
	ErrMissing           = errs.New(errs.Conflict, "casework.incomplete", "材料还不齐全，不能按材料齐全受理。可以一次告知补正，或按规定容缺受理。")
	ErrProposal          = errs.New(errs.Conflict, "casework.proposal", "没有待批的呈请，或已经批过。请刷新后再看。")
	ErrProposalOpen      = errs.New(errs.Conflict, "casework.proposal_open", "同类的呈请还没有批复，不能再次提出。")
	ErrQuery             = errs.New(errs.NotFound, "casework.query", "没有查到：请核对查询码和手机号后四位。查询码印在接件回执上。")
	ErrVerify            = errs.New(errs.NotFound, "casework.verify", "没有查到这份文书：请核对文书编号和验证码。两项都查不到的，可能不是本中心出具的。")
	ErrVoucher           = errs.New(errs.NotFound, "casework.voucher", "没有这份文书，或您无权查看。")
	ErrOwed              = errs.New(errs.Conflict, "casework.materials_owed", "材料还没有补齐，不能准予。请先收齐补交的材料，再作决定。")
	ErrFee               = errs.New(errs.Conflict, "casework.fee_open", "费用还没有缴清或减免，不能办结。")
	ErrInstantOnly       = errs.New(errs.Forbidden, "casework.instant_only", "窗口人员只能决定授权书列明的即办件。这个办件请交首席代表或审批人决定。")
	ErrReviewFirst       = errs.New(errs.Conflict, "casework.review_first", "承诺件须先审查再决定。请先完成审查。")
	ErrFirst             = errs.New(errs.Conflict, "casework.first_review", "下级机关还没有报送初审意见和材料，决定机关不能审查。")
	ErrChecked           = errs.New(errs.Conflict, "casework.checked", "这个办件不是告知承诺办理的，或已经核查过。")
	ErrUnchecked         = errs.New(errs.Conflict, "casework.unchecked", "告知承诺还没有核查，或承诺不实还没有撤销，不能归档。")
	ErrConflict          = errs.New(errs.Forbidden, "casework.conflict_of_interest", "您与这个办件的申请人有利害关系，或已经登记回避，不能办理。请由另一人办理。")
	ErrFile              = errs.New(errs.NotFound, "casework.file", "没有这个材料文件，或您无权查看。")
	errAfterDue          = errs.New(errs.Conflict, "casework.after_due", "期限已经届满，不能办理。")
	ErrHearingOpen       = errs.New(errs.Conflict, "casework.hearing_open", "听证还没有结束，不能作出决定。请在听证举行后根据听证笔录决定；申请人放弃听证的，先登记放弃。")
	ErrHearingNone       = errs.New(errs.Conflict, "casework.hearing_none", "现在没有这一步可办的听证。请刷新后再看。")
	ErrHearingNotice     = errs.New(errs.Invalid, "casework.hearing_notice", "听证的时间应在举行的七个工作日前通知，并在组织听证的期限以内。")
	ErrOffline           = errs.New(errs.Conflict, "casework.offline", "这个事项还没有开通网上申请。请到大厅窗口办理。")
	ErrNothingPromised   = errs.New(errs.Conflict, "casework.nothing_promised", "这个办件不是容缺受理的，或材料已经补齐。")
)

// RefusalCode is the stable code of a refusal as the hall reference lists it, whichever package refused: NO_DELEGATION,
// AFTER_DUE. It is "" for what is no error of the program.
func RefusalCode(err error) string {
	if err == nil {
		return ""
	}
	_, name, _ := strings.Cut(errs.CodeOf(err), ".")
	return strings.ToUpper(name)
}
