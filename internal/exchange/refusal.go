package exchange

import "yichuang/internal/errs"

// The refusals of this package. The part of a code after the point is, in capitals, the code that the hall reference lists
// (§3): NO_GRANT, PURPOSE_MISMATCH, CONFLICT_OF_INTEREST, REASON_REQUIRED.
var (
	ErrInput    = errs.New(errs.Invalid, "exchange.input", "填写的内容有误，没有保存。请按提示修改。")
	ErrReason   = errs.New(errs.Invalid, "exchange.reason_required", "请写明理由或依据，没有保存。")
	ErrState    = errs.New(errs.Conflict, "exchange.wrong_state", "当前的状态不能进行这一操作。请刷新后再看。")
	ErrVersion  = errs.New(errs.Conflict, "exchange.version", "这条记录刚被别人改过，您的操作没有进行。请刷新后核对再提交。")
	ErrEntry    = errs.New(errs.NotFound, "exchange.entry", "没有这个数据目录，或您无权查看。")
	ErrRequest  = errs.New(errs.NotFound, "exchange.request", "没有这件共享申请，或您无权查看。")
	ErrUsage    = errs.New(errs.NotFound, "exchange.usage", "没有这条使用记录，或您无权查看。")
	ErrFix      = errs.New(errs.NotFound, "exchange.fix", "没有这件校核申请，或您无权查看。")
	ErrBackflow = errs.New(errs.NotFound, "exchange.backflow", "没有这条回流记录，或您无权查看。")
	ErrPaper    = errs.New(errs.NotFound, "exchange.paper", "还没有这种单据：申请提交后有申请单，答复后有答复单。")
	ErrSeal     = errs.New(errs.NotFound, "exchange.seal", "没有这张链头单，或您无权查看。")
	ErrCode     = errs.New(errs.Conflict, "exchange.entry_code", "目录代码已经有了，没有保存。请换一个代码，或修改原来的目录。")
	ErrConflict = errs.New(errs.Forbidden, "exchange.conflict_of_interest", "不能审查本股室或本人提出的申请。请报中心领导协调。")

	ErrNotShared = errs.New(errs.Conflict, "exchange.not_shared", "这项数据属于不予共享类，不能同意共享。请依据目录列明的依据答复不予共享。")
	ErrNotLive   = errs.New(errs.Conflict, "exchange.not_live", "这个数据目录现在没有发布的版本，不能申请。请联系提供单位或政务信息股。")

	ErrSubject = errs.New(errs.NotFound, "exchange.subject", "没有查到：请核对查询码、手机号后四位和证件号码。查询码印在接件回执上。")

	ErrNoGrant = errs.New(errs.Forbidden, "exchange.no_grant", "没有查询这项数据的有效授权，没有准许查询，已记入使用记录。请由办理单位先申请共享。")
	ErrPurpose = errs.New(errs.Forbidden, "exchange.purpose_mismatch", "这个办件不在授权的用途之内，没有准许查询，已记入使用记录。")
	ErrRate    = errs.New(errs.TooMany, "exchange.rate_limit", "今天按这项授权查询的次数已到上限，没有准许查询，已记入使用记录。请明天再查，或由提供单位调整上限。")
)
