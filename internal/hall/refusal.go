package hall

import "yichuang/internal/errs"

// Refusals of the queue. Their codes are stable; hall.ticket_taken is the TICKET_TAKEN of the hall reference §3.
var (
	ErrInput         = errs.New(errs.Invalid, "hall.input", "填写的内容有误，没有保存。请按提示修改。")
	ErrMissing       = errs.New(errs.NotFound, "hall.missing", "没有这条记录，或您无权查看。")
	ErrClosed        = errs.New(errs.Conflict, "hall.closed", "这个大厅没有开通叫号，或已经停用。请联系中心办公室。")
	ErrQueueClosed   = errs.New(errs.Conflict, "hall.queue_closed", "这项业务现在不能取号。请选择其他业务，或到导办台询问。")
	ErrTaken         = errs.New(errs.Conflict, "hall.taken", "这个大厅已有同名的记录，没有保存。请换一个名称或编号。")
	ErrDevice        = errs.New(errs.NotFound, "hall.device", "没有这台终端，或它已停用。请工作人员核对终端地址。")
	ErrTicketTaken   = errs.New(errs.Conflict, "hall.ticket_taken", "这个号已由其他窗口叫走，操作没有进行。请叫下一位。")
	ErrTicketState   = errs.New(errs.Conflict, "hall.ticket_state", "这个号现在的状态不能进行这项操作。请刷新后再看。")
	ErrNobody        = errs.New(errs.Conflict, "hall.nobody_waiting", "现在没有人等候，没有叫号。")
	ErrCounterBusy   = errs.New(errs.Conflict, "hall.counter_busy", "本窗口手上还有一个号，没有叫号。请先办完、挂起、转移或按过号处理。")
	ErrCounterClosed = errs.New(errs.Conflict, "hall.counter_closed", "本窗口没有上岗或已暂停，没有叫号。请先上岗。")
	ErrCounterTaken  = errs.New(errs.Conflict, "hall.counter_taken", "这个窗口已有人上岗。请选择其他窗口，或请在岗人员先离岗。")
	ErrSeated        = errs.New(errs.Conflict, "hall.seated", "您已在另一个窗口上岗，没有换窗口。请先离岗。")
	ErrCallsUsed     = errs.New(errs.Conflict, "hall.calls_used", "已按规定的次数呼叫，没有再叫。到场的请确认到场，没有到场的请按过号处理。")
	ErrCallsLeft     = errs.New(errs.Conflict, "hall.calls_left", "还没有叫满规定的次数，不能按过号处理。请再呼叫。")
	ErrTooLate       = errs.New(errs.Conflict, "hall.return_late", "过号已超过可以回队的时间，没有回队。请重新取号。")
	ErrSameQueue     = errs.New(errs.Invalid, "hall.same_queue", "请选择另一个队列，没有转移。")
	ErrWrongQueue    = errs.New(errs.Conflict, "hall.wrong_queue", "这个号不属于本窗口办理的业务，操作没有进行。")
)

// Refusals of appointments.
var (
	ErrDayClosed    = errs.New(errs.Invalid, "hall.day_closed", "这一天不能预约：只能预约从明天起的几个工作日。请另选日期。")
	ErrSlotFull     = errs.New(errs.Conflict, "hall.slot_full", "这个时段已约满，没有预约。请另选时段。")
	ErrBookedToday  = errs.New(errs.Conflict, "hall.booked_that_day", "这位办事人当天已有预约，每人每天只能预约一次。请取消原预约或另选日期。")
	ErrAbsent       = errs.New(errs.Conflict, "hall.absent_too_often", "近期多次预约没有到场，暂时不能预约。请直接到大厅取号。")
	ErrCancelLate   = errs.New(errs.Conflict, "hall.cancel_late", "离预约时段太近，不能再取消。不能到场的，请致电大厅说明。")
	ErrCheckInEarly = errs.New(errs.Conflict, "hall.check_in_early", "还没有到可以签到的时间。请在预约时段开始前一会儿再来签到。")
	ErrCheckInLate  = errs.New(errs.Conflict, "hall.check_in_late", "已超过预约时段的宽限时间，预约失效。请取普通号。")
	ErrBooking      = errs.New(errs.NotFound, "hall.booking", "没有找到这个预约。请核对预约码和手机号后四位。")
	ErrBookingState = errs.New(errs.Conflict, "hall.booking_state", "这个预约已经签到、取消或失效，操作没有进行。")
)
