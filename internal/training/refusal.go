package training

import "yichuang/internal/errs"

// Refusals of training.
var (
	ErrInput     = errs.New(errs.Invalid, "training.input", "填写的内容有误，没有保存。请按提示修改。")
	ErrMissing   = errs.New(errs.NotFound, "training.missing", "没有这场培训或这道题，或您无权查看。")
	ErrState     = errs.New(errs.Conflict, "training.state", "培训已不在这个阶段，没有保存。请刷新后再看。")
	ErrFull      = errs.New(errs.Conflict, "training.full", "这场培训已报满，没有报名。请选择其他场次。")
	ErrEnrolled  = errs.New(errs.Conflict, "training.enrolled", "已经报过名，没有重复登记。")
	ErrAbsent    = errs.New(errs.NotFound, "training.not_enrolled", "没有这位人员的报名记录，或您无权查看。")
	ErrCode      = errs.New(errs.Invalid, "training.code", "签到码不对，没有签到。请看会场大屏上的签到码。")
	ErrSigned    = errs.New(errs.Conflict, "training.signed", "已经签到，不用再签。")
	ErrUnsigned  = errs.New(errs.Conflict, "training.unsigned", "没有签到，不能参加测验。请联系办公室补签。")
	ErrNoQuiz    = errs.New(errs.Conflict, "training.no_quiz", "这场培训没有测验。")
	ErrAttempted = errs.New(errs.Conflict, "training.attempted", "这份测验已经交卷，每人一次，不能再答。")
	ErrBank      = errs.New(errs.Conflict, "training.bank", "题库里这个专题的题目不够，不能开讲。请先补充题目，或减少抽题数。")
)
