package telephony

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Call (来电) is one call offered to the hotline.
type Call struct {
	CentreID   string        `db:"centre_id" json:"-"`
	ID         string        `db:"id" json:"id"`
	Ref        string        `db:"ref" json:"ref"` // the switch's own name of the call
	PhoneEnc   []byte        `db:"phone_enc" json:"-"`
	PhoneBix   string        `db:"phone_bix" json:"-"`
	Seat       string        `db:"seat" json:"seat,omitempty"`       // extension (座席号)
	UserID     string        `db:"user_id" json:"user_id,omitempty"` // who sat there when it rang or was answered
	OfferedAt  clock.Instant `db:"offered_at" json:"offered_at"`
	AnsweredAt clock.Instant `db:"answered_at" json:"answered_at,omitzero"`
	EndedAt    clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	Recording  string        `db:"recording" json:"-"` // address of the recording at the switch
	TicketID   string        `db:"ticket_id" json:"ticket_id,omitempty"`
}

// State is where a call stands.
type State string

// The states of a call.
const (
	Ringing   State = "ringing"   // 振铃
	Talking   State = "talking"   // 通话中
	Answered  State = "answered"  // 已接听
	Abandoned State = "abandoned" // 未接通: the caller gave up, or nobody was there
)

// Label is the Chinese name of the state.
func (s State) Label() string {
	return map[State]string{Ringing: "振铃", Talking: "通话中", Answered: "已接听", Abandoned: "未接通"}[s]
}

// State follows from the moments.
func (c *Call) State() State {
	switch {
	case c.EndedAt == 0 && c.AnsweredAt == 0:
		return Ringing
	case c.EndedAt == 0:
		return Talking
	case c.AnsweredAt != 0:
		return Answered
	}
	return Abandoned
}

// Waited is how long the caller waited for an answer, or until giving up; so far, while it rings.
func (c *Call) Waited(now clock.Instant) time.Duration {
	switch {
	case c.AnsweredAt != 0:
		return c.AnsweredAt.Sub(c.OfferedAt)
	case c.EndedAt != 0:
		return c.EndedAt.Sub(c.OfferedAt)
	}
	return max(now.Sub(c.OfferedAt), 0)
}

// Talked is how long was spoken, 0 while it is not over.
func (c *Call) Talked() time.Duration {
	if c.AnsweredAt == 0 || c.EndedAt == 0 {
		return 0
	}
	return c.EndedAt.Sub(c.AnsweredAt)
}

// Report kinds.
const (
	Offer  = "offered"  // the call arrived, and rings at Seat once there is one
	Answer = "answered" // somebody at Seat took it
	End    = "ended"    // it is over
	Record = "recorded" // its recording lies at Recording
)

// Report (话务报告) is one thing that the switch says of a call.
type Report struct {
	Ref       string        `json:"ref"`
	Kind      string        `json:"kind"`
	At        clock.Instant `json:"at,omitzero"` // the moment of arrival, where the switch gives none
	Phone     string        `json:"phone,omitempty"`
	Seat      string        `json:"seat,omitempty"`
	Recording string        `json:"recording,omitempty"`
}

// ErrReport refuses a report; its fields say what is wrong.
var ErrReport = errs.New(errs.Invalid, "telephony.report", "话务报告有几处需要改正。")

// maxSkew is how far ahead of our clock the switch's may be.
const maxSkew = 5 * time.Minute

// check refuses a report that cannot be kept: telephony.report.
func (r *Report) check(now clock.Instant) error {
	e := ErrReport
	if r.Ref == "" || len(r.Ref) > 100 || !plain(r.Ref) {
		e = e.Field("ref", "请给出话务平台的通话编号，1 到 100 个可见字符。")
	}
	switch r.Kind {
	case Offer, Answer, End, Record:
	default:
		e = e.Field("kind", "只能是 offered、answered、ended、recorded。")
	}
	if r.At < 0 || r.At.Sub(now) > maxSkew {
		e = e.Field("at", "时间不能晚于现在。请核对话务平台的时钟。")
	}
	if len(r.Phone) > 24 || strings.Trim(r.Phone, "+0123456789") != "" {
		e = e.Field("phone", "主叫号码只能是数字，可以带 +。")
	}
	if len(r.Seat) > 20 || !plain(r.Seat) {
		e = e.Field("seat", "座席号最多 20 个可见字符。")
	}
	if r.Kind == Answer && r.Seat == "" {
		e = e.Field("seat", "接听要给出座席号。")
	}
	if u, err := url.Parse(r.Recording); r.Kind == Record && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(r.Recording) > 500) {
		e = e.Field("recording", "录音地址应以 http:// 或 https:// 开头，不超过 500 个字符。")
	}
	return e.OrNil()
}

// plain reports text that is visible ASCII, as switches name things.
func plain(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// apply is the call after a report. Reports may be repeated and come in any order: the first offer and answer count, the
// last end and recording, a call's answer never precedes its offer, and what is missing is filled from what is there.
func (c Call) apply(r Report) Call {
	if c.OfferedAt == 0 || r.Kind == Offer && r.At < c.OfferedAt {
		c.OfferedAt = r.At
	}
	switch r.Kind {
	case Answer:
		if c.AnsweredAt == 0 || r.At < c.AnsweredAt {
			c.AnsweredAt = r.At
		}
		c.Seat = r.Seat
	case Offer:
		if c.AnsweredAt == 0 && r.Seat != "" {
			c.Seat = r.Seat
		}
	case End:
		c.EndedAt = max(c.EndedAt, r.At)
	case Record:
		c.Recording = r.Recording
	}
	if c.AnsweredAt != 0 {
		c.OfferedAt = min(c.OfferedAt, c.AnsweredAt)
	}
	if c.EndedAt != 0 {
		c.OfferedAt = min(c.OfferedAt, c.EndedAt)
		c.EndedAt = max(c.EndedAt, c.AnsweredAt)
	}
	return c
}
