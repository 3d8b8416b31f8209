package workforce

import "yichuang/internal/errs"

// The refusals of this package. The part of a code after the point, in capitals, is the code that the hall reference lists
// (§3), as in casework: LOCKED_PERIOD.
var (
	ErrInput      = errs.New(errs.Invalid, "workforce.input", "填写的内容有几处需要改正，没有保存。请按提示修改。")
	ErrMissing    = errs.New(errs.NotFound, "workforce.missing", "没有这条记录，或您无权查看。")
	ErrTaken      = errs.New(errs.Conflict, "workforce.taken", "已有同名的记录，没有保存。请换一个名称。")
	ErrNoPosting  = errs.New(errs.Conflict, "workforce.no_posting", "您今天没有派驻岗位，不用打卡。如有疑问请联系办公室。")
	ErrCode       = errs.New(errs.Invalid, "workforce.code", "打卡码不对或已经过期，没有打卡。请看大厅打卡屏上现在的六位数字。")
	ErrTwice      = errs.New(errs.Conflict, "workforce.punch_twice", "一分钟内已经打过卡，不用再打。")
	ErrState      = errs.New(errs.Conflict, "workforce.state", "当前的状态不能进行这一操作。请刷新后再看。")
	ErrSelf       = errs.New(errs.Conflict, "workforce.self", "不能办理本人的申请或提出的事项。请由另一人办理。")
	ErrNotYours   = errs.New(errs.Forbidden, "workforce.not_yours", "这一步不由您办理。")
	ErrEmptyPost  = errs.New(errs.Conflict, "workforce.empty_window", "请假期间窗口将没有人在岗。请先安排顶岗人员，再提交或批准。")
	ErrNotice     = errs.New(errs.Conflict, "workforce.notice", "人员调整须提前 7 个工作日书面告知。")
	ErrTerm       = errs.New(errs.Conflict, "workforce.term", "派驻未满两年，原则上不调换。确需调换的，请写明理由和鉴定意见。")
	ErrEmployment = errs.New(errs.Invalid, "workforce.employment", "首席代表必须是在编人员，没有保存。")
	ErrGrade      = errs.New(errs.Invalid, "workforce.grade", "首席代表必须是股级以上人员，没有保存。")
	ErrLocked     = errs.New(errs.Conflict, "workforce.locked_period", "这个月的考核表已经锁定，不能再改。更正计入下一个月。")
	ErrEarly      = errs.New(errs.Conflict, "workforce.early", "这个月还没有结束，数据不完整。请到下个月再进行。")
	ErrUndecided  = errs.New(errs.Conflict, "workforce.undecided", "还有没有决定的扣分、加分或申诉，请先逐条决定。")
	ErrShown      = errs.New(errs.Conflict, "workforce.shown", "公示期还没有结束，不能锁定。")
)
