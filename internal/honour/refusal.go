package honour

import "yichuang/internal/errs"

// Refusals of the selection.
var (
	ErrInput     = errs.New(errs.Invalid, "honour.input", "填写的内容有误，没有保存。请按提示修改。")
	ErrMissing   = errs.New(errs.NotFound, "honour.missing", "没有这次评选或这位候选人，或您无权查看。")
	ErrState     = errs.New(errs.Conflict, "honour.state", "评选已不在这个阶段，没有保存。请刷新后再看。")
	ErrTwice     = errs.New(errs.Conflict, "honour.nominated", "这位同志在本次评选中已被提名，没有重复登记。")
	ErrVetoed    = errs.New(errs.Conflict, "honour.vetoed", "这位候选人已被否决，不能评分、投票和表彰。")
	ErrNobody    = errs.New(errs.Conflict, "honour.nobody", "还没有有效的候选人，不能进入下一阶段。")
	ErrUnscored  = errs.New(errs.Conflict, "honour.unscored", "还有候选人没有评完分，不能开始投票。")
	ErrVoted     = errs.New(errs.Conflict, "honour.voted", "您在本次评选中已经投过票，每人一票，没有重复计票。")
	ErrCode      = errs.New(errs.Invalid, "honour.code", "投票码不对、已经用过，或不是本次评选的。请核对后重新输入。")
	ErrPublicity = errs.New(errs.Conflict, "honour.publicity", "公示期还没有结束，不能审定。")
	ErrAwards    = errs.New(errs.Invalid, "honour.awards", "表彰名单有误，没有保存。请在公示的拟表彰人员中选择，不超过名额。")
)
