package hotline

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Kinds of request (诉求类型), as national rules name them.
const (
	Consult   = "咨询"
	Help      = "求助"
	Complaint = "投诉"
	Report    = "举报"
	Suggest   = "建议"
	Praise    = "表扬"
)

// Kinds lists the kinds of request.
var Kinds = []string{Consult, Help, Complaint, Report, Suggest, Praise}

// Urgencies (紧急程度).
const (
	Ordinary = "普通"
	Urgent   = "紧急"
	Critical = "特急" // life or property in danger: limits in natural minutes
)

// Urgencies lists the degrees of urgency.
var Urgencies = []string{Ordinary, Urgent, Critical}

// Channels lists where requests come from (来源渠道).
var Channels = []string{"电话", "网站", "微信", "小程序", "APP", "来访", "信箱", "短信", "上级派发", "部门转办", "领导留言板", "110转警", ChannelOpen311, "导入"}

// Degrees of confidentiality (保密要求).
const (
	NotConfidential    = "none"
	ConfidentialCaller = "caller" // who called is hidden from the units
	ConfidentialAll    = "all"    // the content too: it is not indexed and not shown in lists
)

// Confidentialities lists the degrees of confidentiality.
var Confidentialities = []string{NotConfidential, ConfidentialCaller, ConfidentialAll}

const confidentialChoice = "请选择保密要求：不保密、来电人信息保密、内容和来电人信息保密。"

// TicketID identifies a ticket; people use its number.
type TicketID string

// Ticket (工单) is one request with its state. Its texts are in TicketText, so that actions need not carry them.
type Ticket struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           TicketID      `db:"id" json:"id"`
	No           string        `db:"no" json:"no"` // 工单号: day and number within the day
	State        State         `db:"state" json:"state"`
	Open         bool          `db:"open" json:"open"`
	QueueAt      clock.Instant `db:"queue_at" json:"queue_at"` // what the queue of its state is sorted by
	Round        int           `db:"round" json:"round"`       // 1, and one more for each rework (重办)
	Channel      string        `db:"channel" json:"channel"`
	Kind         string        `db:"kind" json:"kind"`
	Urgency      string        `db:"urgency" json:"urgency"`
	Category     string        `db:"category" json:"category"` // code of the centre's taxonomy, or the source's own words
	Area         string        `db:"area" json:"area"`         // division code
	Title        string        `db:"title" json:"title"`
	EventAt      clock.Instant `db:"event_at" json:"event_at,omitzero"`
	Anonymous    bool          `db:"anonymous" json:"anonymous"`
	Confidential string        `db:"confidential" json:"confidential"`
	ReplyWanted  bool          `db:"reply_wanted" json:"reply_wanted"`
	CallerID     string        `db:"caller_id" json:"-"`
	AccusedUnit  string        `db:"accused_unit" json:"accused_unit,omitempty"` // 被反映单位: must not handle the ticket
	UnitID       string        `db:"unit_id" json:"unit_id,omitempty"`           // lead unit of the current round
	Due          clock.Instant `db:"due" json:"due,omitzero"`                    // lead leg's due
	CitizenDue   clock.Instant `db:"citizen_due" json:"citizen_due,omitzero"`    // what the caller was promised; a return does not move it
	Provisional  bool          `db:"provisional" json:"provisional"`             // 暂定: a calendar year is missing
	UpstreamRef  string        `db:"upstream_ref" json:"upstream_ref,omitempty"`
	UpstreamDue  clock.Instant `db:"upstream_due" json:"upstream_due,omitzero"`
	Source       string        `db:"source" json:"source,omitempty"`
	SourceRef    string        `db:"source_ref" json:"source_ref,omitempty"`
	CloseKind    string        `db:"close_kind" json:"close_kind,omitempty"`
	CreatedBy    string        `db:"created_by" json:"created_by,omitempty"`
	CreatedAt    clock.Instant `db:"created_at" json:"created_at"`
	AcceptedAt   clock.Instant `db:"accepted_at" json:"accepted_at,omitzero"`
	ClosedAt     clock.Instant `db:"closed_at" json:"closed_at,omitzero"`
	ArchivedAt   clock.Instant `db:"archived_at" json:"archived_at,omitzero"`
	DestroyedAt  clock.Instant `db:"destroyed_at" json:"destroyed_at,omitzero"` // when what people wrote and who they are was taken out
	Urged        int           `db:"urged" json:"urged"`
	CallAfter    clock.Instant `db:"call_after" json:"call_after,omitzero"`    // when a caller who was not reached may be called again
	Supervised   int           `db:"supervised" json:"supervised"`             // supervisions (督办) that are open
	MergedInto   TicketID      `db:"merged_into" json:"merged_into,omitempty"` // 并单: the ticket that carries the matter on
	MergedCount  int           `db:"merged" json:"merged,omitempty"`           // how many tickets were merged into this one
	EventSeq     int64         `db:"event_seq" json:"-"`
	EventHash    []byte        `db:"event_hash" json:"-"`
	Version      int64         `db:"version" json:"version"`
}

// TicketText is what the caller said.
type TicketText struct {
	Content string `db:"content" json:"content"`
	Address string `db:"address" json:"address,omitempty"`
}

// CloseKinds: how a ticket ended (办结方式).
const (
	CloseDirect      = "direct"      // 直接答复
	CloseSatisfied   = "satisfied"   // 回访满意或基本满意
	CloseUnreachable = "unreachable" // 无法回访
	CloseAdjudicated = "adjudicated" // 不满意, found unreasonable or already dealt with by law
	CloseNoCallback  = "no_callback" // 无需回访
	CloseUnsampled   = "unsampled"   // 未抽中回访
	CloseImported    = "imported"    // closed where it came from
)

// CloseKindLabel is the Chinese name of a close kind.
func CloseKindLabel(k string) string {
	return map[string]string{CloseDirect: "直接答复", CloseSatisfied: "回访满意", CloseUnreachable: "无法回访", CloseAdjudicated: "不满意但诉求不合理或已依法处理",
		CloseNoCallback: "无需回访", CloseUnsampled: "未抽中回访", CloseImported: "来源系统已办结"}[k]
}

// RegisterInput is a request as a call-taker, a citizen, a program or an import gives it.
type RegisterInput struct {
	Key          string        `json:"-"` // Idempotency-Key
	Channel      string        `json:"channel"`
	Kind         string        `json:"kind"`
	Urgency      string        `json:"urgency,omitempty"`
	Category     string        `json:"category,omitempty"`
	Area         string        `json:"area,omitempty"`
	Title        string        `json:"title"`
	Content      string        `json:"content"`
	Address      string        `json:"address,omitempty"`
	EventAt      clock.Instant `json:"event_at,omitzero"`
	Name         string        `json:"name,omitempty"`
	Phone        string        `json:"phone,omitempty"`
	Anonymous    bool          `json:"anonymous,omitempty"`
	Confidential string        `json:"confidential,omitempty"`
	NoReply      bool          `json:"no_reply,omitempty"`
	AccusedUnit  string        `json:"accused_unit,omitempty"`
	UpstreamRef  string        `json:"upstream_ref,omitempty"`
	UpstreamDue  clock.Instant `json:"upstream_due,omitzero"`
	Follows      string        `json:"follows,omitempty"` // id or number of the archived ticket that this one continues
	Place        Place         `json:"place,omitzero"`
	CallID       string        `json:"call_id,omitempty"` // the telephone call that it came with
	Files        []blob.Upload `json:"-"`                 // the caller's, saved by the attachment store
}

// ErrInput refuses a form or request body; its Fields say what is wrong where.
var ErrInput = errs.New(errs.Invalid, "hotline.input", "有几处填写需要改正，内容已保留，请按提示修改后再提交。")

// Limits of what people may write, in characters.
const (
	maxTitle   = 120
	maxContent = 8000
	maxShort   = 200
)

// Normalize trims the texts and fills in the defaults.
func (in *RegisterInput) Normalize() {
	for _, s := range []*string{&in.Channel, &in.Kind, &in.Urgency, &in.Category, &in.Area, &in.Title, &in.Content, &in.Address, &in.Name, &in.Phone, &in.AccusedUnit, &in.UpstreamRef} {
		*s = strings.TrimSpace(*s)
	}
	in.Phone = strings.NewReplacer(" ", "", "-", "", "－", "", "（", "", "）", "", "(", "", ")", "").Replace(in.Phone)
	if in.Urgency == "" {
		in.Urgency = Ordinary
	}
	if in.Confidential == "" {
		in.Confidential = NotConfidential
	}
	if in.Title == "" {
		in.Title = firstRunes(in.Content, 30)
	}
}

func firstRunes(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// Validate refuses what cannot be worked on: hotline.input with the fields that are wrong.
func (in *RegisterInput) Validate() error {
	e := ErrInput
	oneOf := func(field, value string, list []string, what string) {
		for _, v := range list {
			if v == value {
				return
			}
		}
		e = e.Field(field, "请选择%s：%s。", what, strings.Join(list, "、"))
	}
	oneOf("channel", in.Channel, Channels, "来源渠道")
	oneOf("kind", in.Kind, Kinds, "诉求类型")
	oneOf("urgency", in.Urgency, Urgencies, "紧急程度")
	if !slices.Contains(Confidentialities, in.Confidential) {
		e = e.Field("confidential", confidentialChoice)
	}
	atMost := func(field, value string, n int) {
		if utf8.RuneCountInString(value) > n {
			e = e.Field(field, "最多 %d 个字，现在有 %d 个字。", n, utf8.RuneCountInString(value))
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			e = e.Field(field, "含有无法识别的字符，请重新输入。")
		}
	}
	if in.Content == "" {
		e = e.Field("content", "请写明诉求内容：时间、地点、事情、希望怎样解决。")
	}
	atMost("title", in.Title, maxTitle)
	atMost("content", in.Content, maxContent)
	for field, v := range map[string]string{"address": in.Address, "name": in.Name, "category": in.Category, "area": in.Area, "upstream_ref": in.UpstreamRef} {
		atMost(field, v, maxShort)
	}
	switch {
	case in.Phone == "" && !in.Anonymous:
		e = e.Field("phone", "请填写联系电话；不愿留电话的，请勾选“匿名”。")
	case in.Phone != "" && !plausiblePhone(in.Phone):
		e = e.Field("phone", "电话号码应为 5 至 20 位数字，例如 13800000000 或 09306210000。")
	}
	if fault := in.Place.fault(); fault != "" {
		e = e.Field("place", "%s", fault)
	}
	return e.OrNil()
}

func plausiblePhone(s string) bool {
	s = strings.TrimPrefix(s, "+")
	if len(s) < 5 || len(s) > 20 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
