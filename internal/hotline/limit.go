package hotline

import "strings"

// Limits are the numbers of a centre's rules that are not the time limit of a step (hotline reference §5.2, §5.3): how
// often, how long, how many. Each is a Parameter that the centre may change; DefaultLimits are what a new centre has.
type Limits struct {
	AutoDispatch int // 1 where marked lines of the catalogue dispatch by themselves

	Returns       int // 退单: how often a unit may ask to return one leg
	ReturnDays    int // 工作日 after the dispatch in which it may
	ReturnSteps   int // 2 where the liaison writes a return and the head confirms it; 1 where the head asks alone
	Extensions    int // 延期: how often a leg may be extended
	ExtensionDays int // 工作日, at most, of one extension

	SuspendDays      int // 挂账: days to the review of one suspension, at most
	SuspendTotalDays int // days of all suspensions of a leg, at most

	CoHours       int // 协办 due at least so many hours before the lead's
	ChildHours    int // 下级承办件 due at least so many hours before the parent's
	UpstreamHours int // 上级派发件 due at least so many hours before what the tier above demands

	CallbackTries   int // attempts, on at least CallbackDays different days, before 无法回访
	CallbackDays    int
	CallbackShare   int // percent of the closed orders that are called back; those that always are do not count
	CallbackMinutes int // how long a call-back desk keeps the person it has claimed
	RatingDays      int // how long the link of a rating is good
	RatingMessages  int // 1 where a message with such a link is sent when a reply is approved
	DisputeDays     int // 工作日 in which a unit may dispute a rating
	Reworks         int // 重办: further rounds after the first
	ReopenDays      int // days after closing in which a ticket may be taken up again
	ArchiveDays     int // quiet days after closing before 归档

	CiteRequired   int    // 1 where an answer must cite the knowledge base
	CiteCategories string // codes of the categories for which it must, with blanks between them; "" for all

	UrgesPerDay   int // 来电人催办 that count on one day
	UrgeHours     int // 催办清单: how many hours before the due a leg is on it
	YellowDays    int // 黄牌: 工作日 before the due
	DemandDays    int // 催办通知书: on which 工作日 after the due
	BulletinDays  int // 通报候选: after how many 工作日 overdue
	SuperviseDays int // 督办: 工作日 for the unit's reply
}

// ParameterInfo describes one of the Limits: its name, its words, and between which values a centre may choose.
type ParameterInfo struct {
	Name  string `json:"name"`
	Group string `json:"group"`
	Label string `json:"label"`
	Unit  string `json:"unit"`
	Hint  string `json:"hint,omitempty"` // what it does, in a sentence
	Min   int    `json:"min"`
	Max   int    `json:"max"`
	// Scoped parameters hold for the categories that the centre names with them, or for all.
	Scoped bool `json:"scoped,omitempty"`

	start int
	field func(*Limits) *int
}

// Groups of parameters, in the order of the page.
const (
	groupDispatch  = "派单"
	groupReturn    = "退单与延期"
	groupSuspend   = "挂账"
	groupTogether  = "协同与上下级"
	groupAfter     = "审核、回访与办结"
	groupKnowledge = "知识引用"
	groupSupervise = "催办与督办"
)

var parameters = []ParameterInfo{
	{Name: autoParameter, Group: groupDispatch, Label: "自动派单", Unit: "（1 开，0 关）", Hint: "受理时按派单目录里标为“自动派单”的条目直接派出；举报、保密、匿名、写明被反映单位和特急的工单一律由人派", Min: 0, Max: 1, start: 0, field: func(l *Limits) *int { return &l.AutoDispatch }},

	{Name: "return_max", Group: groupReturn, Label: "退单次数", Unit: "次", Hint: "同一承办件最多申请退单几次；被指定承办的不能再退", Min: 0, Max: 3, start: 1, field: func(l *Limits) *int { return &l.Returns }},
	{Name: "return_days", Group: groupReturn, Label: "退单期限", Unit: "个工作日", Hint: "派单后几个工作日内可以申请退单", Min: 1, Max: 5, start: 1, field: func(l *Limits) *int { return &l.ReturnDays }},
	{Name: "return_steps", Group: groupReturn, Label: "退单步骤", Unit: "步", Hint: "1 为分管负责人直接申请；2 为联络员拟稿、分管负责人确认后才提交热线办，两步不能是同一人", Min: 1, Max: 2, start: 1, field: func(l *Limits) *int { return &l.ReturnSteps }},
	{Name: "extension_max", Group: groupReturn, Label: "延期次数", Unit: "次", Hint: "每个承办件最多延期几次", Min: 0, Max: 3, start: 1, field: func(l *Limits) *int { return &l.Extensions }},
	{Name: "extension_days", Group: groupReturn, Label: "每次延期", Unit: "个工作日", Hint: "一次最多延长几个工作日，从原时限算起", Min: 1, Max: 30, start: 5, field: func(l *Limits) *int { return &l.ExtensionDays }},

	{Name: "suspend_days", Group: groupSuspend, Label: "挂账复查", Unit: "天", Hint: "复查日期最远在几天以后", Min: 1, Max: 365, start: 90, field: func(l *Limits) *int { return &l.SuspendDays }},
	{Name: "suspend_total_days", Group: groupSuspend, Label: "挂账合计", Unit: "天", Hint: "同一承办件各次挂账合计不超过几天", Min: 1, Max: 1095, start: 180, field: func(l *Limits) *int { return &l.SuspendTotalDays }},

	{Name: "co_hours", Group: groupTogether, Label: "协办提前", Unit: "小时", Hint: "协办件的时限比主办件至少提前多久", Min: 0, Max: 240, start: 0, field: func(l *Limits) *int { return &l.CoHours }},
	{Name: "child_hours", Group: groupTogether, Label: "下级提前", Unit: "小时", Hint: "转给下级单位的时限比本单位至少提前多久", Min: 0, Max: 240, start: 4, field: func(l *Limits) *int { return &l.ChildHours }},
	{Name: "upstream_hours", Group: groupTogether, Label: "上级派发件提前", Unit: "小时", Hint: "本级时限比上级要求的时限至少提前多久", Min: 0, Max: 240, start: 4, field: func(l *Limits) *int { return &l.UpstreamHours }},

	{Name: "callback_tries", Group: groupAfter, Label: "回访次数", Unit: "次", Hint: "联系不上时，试过几次才算无法回访", Min: 1, Max: 10, start: 3, field: func(l *Limits) *int { return &l.CallbackTries }},
	{Name: "callback_days", Group: groupAfter, Label: "回访天数", Unit: "天", Hint: "这几次至少分在几个不同的日子", Min: 1, Max: 5, start: 2, field: func(l *Limits) *int { return &l.CallbackDays }},
	{Name: shareParameter, Group: groupAfter, Label: "回访比例", Unit: "%", Hint: "100 为全部回访；低于 100 的按工单抽样，举报、紧急、重办、督办件一律回访", Min: 1, Max: 100, start: 100, field: func(l *Limits) *int { return &l.CallbackShare }},
	{Name: "callback_minutes", Group: groupAfter, Label: "回访占用", Unit: "分钟", Hint: "一人打开一件回访后，别人多久以内不会打给同一来电人", Min: 1, Max: 120, start: 15, field: func(l *Limits) *int { return &l.CallbackMinutes }},
	{Name: "rating_days", Group: groupAfter, Label: "评价链接有效", Unit: "天", Hint: "短信里的评价链接几天内有效；没有抽中回访就办结的工单，来电人在查询页也是几天内可以评价", Min: 1, Max: 90, start: 7, field: func(l *Limits) *int { return &l.RatingDays }},
	{Name: "rating_messages", Group: groupAfter, Label: "短信邀请评价", Unit: "（1 发，0 不发）", Hint: "审核通过时给来电人发一条带评价链接的短信；要先接好短信网关", Min: 0, Max: 1, start: 0, field: func(l *Limits) *int { return &l.RatingMessages }},
	{Name: "dispute_days", Group: groupAfter, Label: "评价异议期限", Unit: "个工作日", Hint: "承办单位对不满意评价提出异议的期限", Min: 1, Max: 10, start: 2, field: func(l *Limits) *int { return &l.DisputeDays }},
	{Name: "rework_max", Group: groupAfter, Label: "重办次数", Unit: "次", Hint: "同一工单最多重办几次，再不满意的转督办", Min: 0, Max: 5, start: 2, field: func(l *Limits) *int { return &l.Reworks }},
	{Name: "reopen_days", Group: groupAfter, Label: "重新打开期限", Unit: "天", Hint: "办结后几天内可以重新打开", Min: 0, Max: 90, start: 7, field: func(l *Limits) *int { return &l.ReopenDays }},
	{Name: "archive_days", Group: groupAfter, Label: "归档等待", Unit: "天", Hint: "办结后静置几天才归档，不少于重新打开的期限", Min: 0, Max: 365, start: 15, field: func(l *Limits) *int { return &l.ArchiveDays }},

	{Name: citeParameter, Group: groupKnowledge, Label: "答复须引用知识库", Unit: "（1 须引用，0 不强制）", Hint: "报签、提交答复和直接答复时须引用有效的知识条目，没有引用的不予提交；可以只对写明的事项分类执行", Min: 0, Max: 1, start: 0, Scoped: true, field: func(l *Limits) *int { return &l.CiteRequired }},

	{Name: "urges_per_day", Group: groupSupervise, Label: "来电人催办", Unit: "次／天", Hint: "来电人一天里催办，计入几次", Min: 1, Max: 10, start: 1, field: func(l *Limits) *int { return &l.UrgesPerDay }},
	{Name: "urge_hours", Group: groupSupervise, Label: "催办清单", Unit: "小时内", Hint: "多少小时以内到期的承办件列入催办清单，由热线办打电话催办", Min: 1, Max: 240, start: 24, field: func(l *Limits) *int { return &l.UrgeHours }},
	{Name: "yellow_days", Group: groupSupervise, Label: "黄牌", Unit: "个工作日前", Hint: "到期前几个工作日的上班时间亮黄牌", Min: 1, Max: 5, start: 1, field: func(l *Limits) *int { return &l.YellowDays }},
	{Name: "demand_days", Group: groupSupervise, Label: "催办通知书", Unit: "个工作日后", Hint: "到期后第几个工作日发催办通知书，抄送分管领导", Min: 1, Max: 10, start: 1, field: func(l *Limits) *int { return &l.DemandDays }},
	{Name: "bulletin_days", Group: groupSupervise, Label: "通报候选", Unit: "个工作日", Hint: "超期多少个工作日以上列为通报候选", Min: 1, Max: 60, start: 5, field: func(l *Limits) *int { return &l.BulletinDays }},
	{Name: "supervise_days", Group: groupSupervise, Label: "督办答复", Unit: "个工作日", Hint: "承办单位收到督办后几个工作日内答复", Min: 1, Max: 30, start: 3, field: func(l *Limits) *int { return &l.SuperviseDays }},
}

// shareParameter is the parameter whose change draws a new sample.
const shareParameter = "callback_share"

// citeParameter is the parameter that makes answers cite the knowledge base.
const citeParameter = "cite_required"

// MustCite reports whether an answer to a request of a category must cite the knowledge base (答复须引用知识库). A category
// stands for those below it.
func (l Limits) MustCite(category string) bool {
	if l.CiteRequired == 0 {
		return false
	}
	codes := strings.Fields(l.CiteCategories)
	for _, c := range codes {
		if strings.HasPrefix(category, c) {
			return true
		}
	}
	return len(codes) == 0
}

// ParameterInfos describes every parameter, in the order of the page.
func ParameterInfos() []ParameterInfo { return append([]ParameterInfo{}, parameters...) }

// Default is the value that a new centre starts with.
func (p ParameterInfo) Default() int { return p.start }

// DefaultLimits are the limits of a centre that has changed none.
func DefaultLimits() Limits {
	var l Limits
	for _, p := range parameters {
		*p.field(&l) = p.start
	}
	return l
}

// infoOf finds a parameter by name.
func infoOf(name string) (ParameterInfo, bool) {
	for _, p := range parameters {
		if p.Name == name {
			return p, true
		}
	}
	return ParameterInfo{}, false
}
