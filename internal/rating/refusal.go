package rating

import "yichuang/internal/errs"

// The refusals of this package.
var (
	ErrNoCase     = errs.New(errs.NotFound, "rating.no_case", "没有这个办件，还没有答复，或您无权查看。请核对办件编号。")
	ErrNotFound   = errs.New(errs.NotFound, "rating.not_found", "没有这个差评任务，或您无权查看。请核对任务编号。")
	ErrState      = errs.New(errs.Conflict, "rating.wrong_state", "差评任务当前的状态不能进行这一操作。请刷新后再看。")
	ErrVersion    = errs.New(errs.Conflict, "rating.version", "这个差评任务刚被别人改过，您的操作没有进行。请刷新后核对再提交。")
	ErrInput      = errs.New(errs.Invalid, "rating.input", "填写的内容有误，没有保存。请按提示修改。")
	ErrCode       = errs.New(errs.NotFound, "rating.code", "没有找到可以评价的服务：请核对评价码。服务结束后才能评价；提交了申请的，办结后凭送达回证上的评价码评价。")
	ErrOver       = errs.New(errs.Conflict, "rating.over", "评价期限已过，没有记录这次评价。有意见请拨打 12345，或到大厅投诉窗口反映。")
	ErrRated      = errs.New(errs.Conflict, "rating.rated", "这次服务已经评价过，一次服务评价一次。凭评价后得到的回执码可以查看处理经过；有新的意见请拨打 12345。")
	ErrAnonymous  = errs.New(errs.Conflict, "rating.anonymous", "这是匿名评价，没有可以联系的人。")
	ErrStaff      = errs.New(errs.Forbidden, "rating.staff", "您已用工作账号登录，不能在这里代替群众评价。请群众用自己的手机评价；来电评价请用“电话评价”。")
	ErrAppealed   = errs.New(errs.Conflict, "rating.appealed", "这个差评任务已经申诉过，不能再次申诉。")
	ErrOpinion    = errs.New(errs.Conflict, "rating.opinion_first", "申诉须先由政务监察股复核并写明意见，再由中心领导裁定。")
	ErrSamePerson = errs.New(errs.Conflict, "rating.same_person", "申诉的人、复核的人和裁定的人不能是同一人。请由另一人办理。")
	ErrService    = errs.New(errs.NotFound, "rating.service", "没有这次服务，或您无权查看。")
	ErrParameter  = errs.New(errs.Invalid, "rating.parameter", "参数填写有误，没有保存。请按提示修改。")
	ErrName       = errs.New(errs.NotFound, "rating.parameter_name", "没有这个参数。请返回列表重新选择。")
	ErrExport     = errs.New(errs.TooLarge, "rating.export_too_long", "符合条件的评价超过 50,000 条，没有导出。请缩小日期范围，分几次导出。")
)
