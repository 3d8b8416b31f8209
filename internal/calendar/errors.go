package calendar

import "yichuang/internal/errs"

// Refusals and faults of this package.
var (
	// ErrLimit is a text that is not a limit.
	ErrLimit = errs.New(errs.Invalid, "calendar.limit", "时限写法不对。请写成 5wd（5个工作日）、240wm（240工作分钟）、15m（15分钟）或 3d（3个自然日）。")
	// ErrAfterDue refuses a suspension or extension that comes after the limit has ended.
	ErrAfterDue = errs.New(errs.Conflict, "calendar.after_due", "已经超过到期时间，不能再暂停或延期。")
	// ErrBackdated refuses a suspension or resumption that starts before it is entered.
	ErrBackdated = errs.New(errs.Invalid, "calendar.backdated", "开始日期不能早于今天，时钟不能倒填。")
	// ErrNoticeRequired refuses a suspension without a written notice sent on or before its first day.
	ErrNoticeRequired = errs.New(errs.Invalid, "calendar.notice_required", "特别程序须先书面告知申请人所需时间，请填写告知书日期，不得晚于开始日期。")
	// ErrAlreadyExtended refuses a further extension.
	ErrAlreadyExtended = errs.New(errs.Conflict, "calendar.already_extended", "延期次数已用完，不能再次延期。")
	// ErrOpenSuspension refuses what needs a running clock.
	ErrOpenSuspension = errs.New(errs.Conflict, "calendar.open_suspension", "还有暂停没有结束，请先恢复计时。")
	// ErrNotSuspended refuses to end a suspension where none is open.
	ErrNotSuspended = errs.New(errs.Conflict, "calendar.not_suspended", "当前没有进行中的暂停，无需恢复。")
	// ErrEndRequired refuses a suspension without an end and without an expected end.
	ErrEndRequired = errs.New(errs.Invalid, "calendar.end_required", "请填写暂停的结束日期或预计结束日期，且不得早于开始日期。")
	// ErrHours is a table of office hours that leaves days without hours or overlaps.
	ErrHours = errs.New(errs.Invalid, "calendar.hours", "办公时间填写有误，没有保存。")
	// ErrLayer is a set of days that cannot form a layer.
	ErrLayer = errs.New(errs.Invalid, "calendar.layer", "放假安排有误，没有保存。")
)
