package exchange

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// State is where a share request stands (hall reference §4.7).
type State string

// The states.
const (
	Draft       State = "DRAFT"      // 草稿
	InReview    State = "REVIEW"     // 待审查, by 政务信息股
	Answering   State = "ANSWER"     // 待答复, by the provider
	Providing   State = "PROVIDE"    // 待提供: the provider has agreed
	Negotiating State = "NEGOTIATE"  // 协商中: the provider has disagreed
	Coordinate  State = "COORDINATE" // 协调中, by the leader
	InUse       State = "ACTIVE"     // 使用中
	Ended       State = "ENDED"      // 已终止: expired, purpose achieved or revoked
	Rejected    State = "REJECTED"   // 不予共享
	Withdrawn   State = "WITHDRAWN"  // 已撤回
)

// States lists the states in the order of a request's life.
var States = []State{Draft, InReview, Answering, Providing, Negotiating, Coordinate, InUse, Ended, Rejected, Withdrawn}

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Draft: "草稿", InReview: "待审查", Answering: "待答复", Providing: "待提供", Negotiating: "协商中", Coordinate: "协调中", InUse: "使用中", Ended: "已终止", Rejected: "不予共享", Withdrawn: "已撤回"}[s]
}

// Open reports whether something is still to come.
func (s State) Open() bool { return s != Ended && s != Rejected && s != Withdrawn }

// List is a list of codes in one column.
type List []string

// Text is the list as it is stored.
func (l List) Text() string {
	b, err := json.Marshal([]string(l))
	if err != nil {
		return "[]"
	}
	return string(b)
}

// readList reads a stored list; what cannot be read is empty.
func readList(text string) List {
	var out []string
	if json.Unmarshal([]byte(text), &out) != nil {
		return nil
	}
	return out
}

// Request (共享申请) is one organ's wish to use the data of another for a named purpose.
type Request struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	No          string        `db:"no" json:"no"`
	EntryID     string        `db:"entry_id" json:"entry_id"`
	VersionID   string        `db:"version_id" json:"version_id"` // what the catalogue said when it was asked for
	EntryName   string        `db:"entry_name" json:"entry_name"`
	Class       Class         `db:"class" json:"class"`
	ProviderID  string        `db:"provider_id" json:"provider_id"`
	RequesterID string        `db:"requester_id" json:"requester_id"`
	SiteID      string        `db:"site_id" json:"-"`
	State       State         `db:"state" json:"state"`
	Open        bool          `db:"open" json:"open"`
	Purpose     string        `db:"purpose" json:"purpose"`
	Basis       string        `db:"basis" json:"basis"`
	FieldsText  string        `db:"fields" json:"-"`
	ItemsText   string        `db:"items" json:"-"`
	From        clock.Date    `db:"from_day" json:"from"`
	To          clock.Date    `db:"to_day" json:"to"`
	Rate        int64         `db:"rate" json:"rate"` // uses a day, 0 for no limit
	CreatedBy   string        `db:"created_by" json:"created_by"`
	SubmittedBy string        `db:"submitted_by" json:"submitted_by,omitempty"`
	SubmittedAt clock.Instant `db:"submitted_at" json:"submitted_at,omitzero"`
	AnsweredAt  clock.Instant `db:"answered_at" json:"answered_at,omitzero"`
	Reason      string        `db:"reason" json:"reason,omitempty"` // of the last answer that needed one
	Clock       ClockKind     `db:"clock" json:"clock,omitempty"`
	Anchor      clock.Date    `db:"anchor" json:"anchor"`
	Budget      int64         `db:"budget" json:"budget,omitempty"`
	Due         clock.Instant `db:"due" json:"due,omitzero"`
	Provisional bool          `db:"provisional" json:"provisional,omitempty"`
	Revision    int64         `db:"calendar_revision" json:"-"`
	Alerts      int64         `db:"alerts" json:"alerts"`
	GrantID     string        `db:"grant_id" json:"grant_id,omitempty"`
	LastEvent   int64         `db:"last_event" json:"-"`
	Version     int64         `db:"version" json:"version"`
}

var requestColumns = store.Columns[Request]("")

// Fields are the codes of the fields that are asked for.
func (r *Request) Fields() List { return readList(r.FieldsText) }

// Items are the items whose cases need the data: the purpose as the program can test it.
func (r *Request) Items() List { return readList(r.ItemsText) }

// sees reports whether the actor may see the request with a permission: the unit that asks, the unit that is asked, its
// site, or the centre.
func (r *Request) sees(a *actor.Actor, p actor.Permission) bool {
	return r.requesterSees(a, p) || r.providerSees(a, p)
}

func (r *Request) requesterSees(a *actor.Actor, p actor.Permission) bool {
	return org.Sees(a, p, org.Row{CentreID: r.CentreID, UnitID: r.RequesterID, SiteID: r.SiteID, OwnerID: r.CreatedBy})
}

func (r *Request) providerSees(a *actor.Actor, p actor.Permission) bool {
	return r.State != Draft && org.Sees(a, p, org.Row{CentreID: r.CentreID, UnitID: r.ProviderID})
}

// Event (申请记录) is one line of a request's timeline.
type Event struct {
	CentreID  string        `db:"centre_id" json:"-"`
	RequestID string        `db:"request_id" json:"-"`
	Seq       int64         `db:"seq" json:"seq"`
	Action    Action        `db:"action" json:"action"`
	Was       State         `db:"was" json:"was,omitempty"`
	State     State         `db:"state" json:"state"`
	ActorKind string        `db:"actor_kind" json:"actor_kind"`
	ActorID   string        `db:"actor_id" json:"actor_id,omitempty"`
	ActorName string        `db:"actor_name" json:"actor_name,omitempty"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	At        clock.Instant `db:"at" json:"at"`
	Text      string        `db:"text" json:"text,omitempty"`
}

// RequestInput is what a requester asks for.
type RequestInput struct {
	EntryID string     `json:"entry_id"`
	UnitID  string     `json:"unit_id"`
	Purpose string     `json:"purpose"`
	Basis   string     `json:"basis"` // by which rule the requester needs the data
	Fields  []string   `json:"fields"`
	Items   []string   `json:"items"` // items whose cases need the data
	From    clock.Date `json:"from"`
	To      clock.Date `json:"to"`
	Rate    int64      `json:"rate,omitempty"`
	Key     string     `json:"-"` // idempotency key
}

// longest is how far a grant may reach: what is needed longer is asked for again.
const longest = 3 * 366

func (in *RequestInput) validate(today clock.Date) *errs.Error {
	e := ErrInput
	in.Purpose, in.Basis = strings.TrimSpace(in.Purpose), strings.TrimSpace(in.Basis)
	if n := utf8.RuneCountInString(in.Purpose); n == 0 || n > 200 {
		e = e.Field("purpose", "请写明用途，最多 200 个字。")
	}
	if n := utf8.RuneCountInString(in.Basis); n == 0 || n > 500 {
		e = e.Field("basis", "请写明履行职责的依据，最多 500 个字。")
	}
	if len(in.Fields) == 0 {
		e = e.Field("fields", "请选择需要的数据项，只申请办事必需的。")
	}
	if len(in.Items) == 0 || len(in.Items) > 100 {
		e = e.Field("items", "请选择用这些数据办理的事项，最多 100 项。")
	}
	if in.From.IsZero() || in.To.IsZero() || in.To < in.From || in.To < today || in.To-in.From > longest {
		e = e.Field("to", "使用期限应从今天或以后开始，截止不早于开始，最长三年。")
	}
	if in.Rate < 0 || in.Rate > 100000 {
		e = e.Field("rate", "每天查询次数应在 0 到 100000 之间，0 为不限。")
	}
	return e
}

// fit refuses fields that the entry does not have.
func (in *RequestInput) fit(e *errs.Error, c *EntryContent) *errs.Error {
	for _, code := range in.Fields {
		if _, ok := c.Field(code); !ok {
			e = e.Field("fields", "目录里没有数据项“%s”。", code)
		}
	}
	return e
}
