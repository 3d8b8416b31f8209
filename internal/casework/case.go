package casework

import (
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/money"
)

// CaseID is the id of a case.
type CaseID string

// Case (办件) is one application for one item, from the window to the archive.
type Case struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           CaseID        `db:"id" json:"id"`
	No           string        `db:"no" json:"no"` // 办件编号
	VisitID      string        `db:"visit_id" json:"visit_id"`
	ItemID       string        `db:"item_id" json:"item_id"`
	VersionID    string        `db:"version_id" json:"version_id"` // the version of the item that it is pinned to
	ItemName     string        `db:"item_name" json:"item_name"`
	UnitID       string        `db:"unit_id" json:"unit_id"` // the organ in whose hands it is: the one that decides, before its report the one that reviews first
	SiteID       string        `db:"site_id" json:"site_id"`
	Window       string        `db:"window_no" json:"window,omitempty"`
	Kind         item.CaseKind `db:"kind" json:"kind"`
	State        State         `db:"state" json:"state"`
	Open         bool          `db:"open" json:"open"`
	ApplicantID  string        `db:"applicant_id" json:"-"`
	AgentID      string        `db:"agent_id" json:"-"` // who came in the applicant's place; "" for himself
	Channel      string        `db:"channel" json:"channel"`
	ReceivedAt   clock.Instant `db:"received_at" json:"received_at"`
	CompleteAt   clock.Instant `db:"complete_at" json:"complete_at,omitzero"`
	AcceptedAt   clock.Instant `db:"accepted_at" json:"accepted_at,omitzero"` // as the law counts it: the receipt for one deemed accepted
	Mode         Mode          `db:"accept_mode" json:"accept_mode,omitempty"`
	DecidedAt    clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	Decision     Decision      `db:"decision" json:"decision,omitempty"`
	IssuedAt     clock.Instant `db:"issued_at" json:"issued_at,omitzero"`
	ResultNo     string        `db:"result_no" json:"result_no,omitempty"` // number of the certificate
	DeliveredAt  clock.Instant `db:"delivered_at" json:"delivered_at,omitzero"`
	ClosedAt     clock.Instant `db:"closed_at" json:"closed_at,omitzero"`
	CloseCode    string        `db:"close_code" json:"close_code,omitempty"`
	Trips        int64         `db:"visits" json:"visits"` // how often the applicant came
	Notices      int64         `db:"notices" json:"notices"`
	Ground       string        `db:"ground" json:"ground,omitempty"` // why it was refused or redirected
	Checked      bool          `db:"pledge_checked" json:"pledge_checked"`
	Pledge       PledgeState   `db:"pledge_state" json:"pledge_state,omitempty"` // what the check of a declaration came to
	CheckDue     clock.Instant `db:"check_due" json:"check_due,omitzero"`        // by when a declaration is checked, or put right
	Fee          FeeState      `db:"fee_state" json:"fee_state,omitempty"`
	FeePaid      money.Fen     `db:"fee_paid" json:"fee_paid,omitempty"`             // 0 where the amount was not written down
	Overdue      string        `db:"overdue_reason" json:"overdue_reason,omitempty"` // 超期公开说明
	PublicAt     clock.Instant `db:"overdue_public_at" json:"-"`                     // when that was published; 0 for one that only the applicant reads
	Follows      CaseID        `db:"follows" json:"-"`                               // the ended case that it takes up again: see Annex
	FirstUnit    string        `db:"first_unit_id" json:"first_unit_id,omitempty"`   // 初审机关; "" where nobody reviews first
	FirstAt      clock.Instant `db:"first_at" json:"first_at,omitzero"`              // when it reported
	Renews       CaseID        `db:"renews" json:"-"`                                // the licence that is to be renewed: see Annex
	Handler      string        `db:"handler" json:"handler,omitempty"`
	Reviewer     string        `db:"reviewer" json:"reviewer,omitempty"`
	CreatedBy    string        `db:"created_by" json:"created_by"`
	PromiseDue   clock.Instant `db:"promise_due" json:"promise_due,omitzero"`
	StatutoryDue clock.Instant `db:"statutory_due" json:"statutory_due,omitzero"`
	NextDue      clock.Instant `db:"next_due" json:"next_due,omitzero"` // the nearest end of a clock that somebody must keep
	StandsUntil  clock.Instant `db:"stands_until" json:"-"`             // see Stands
	EventSeq     int64         `db:"event_seq" json:"-"`
	EventHash    []byte        `db:"event_hash" json:"-"`
	ExternalNo   string        `db:"external_no" json:"external_no,omitempty"` // the provincial platform's number of it
	Messages     bool          `db:"messages" json:"messages"`                 // who came agreed to short messages (同意接收短信)
	Reminders    bool          `db:"reminders" json:"reminders"`               // and the words he agreed to named the reminder that a licence ends
	Version      int64         `db:"version" json:"version"`
	Timing
}

// FeeState is what has become of a case's fee.
type FeeState string

// The states of a fee.
const (
	NoFee     FeeState = ""       // free of charge
	FeeOwed   FeeState = "owed"   // 待缴
	FeePaid   FeeState = "paid"   // 已缴
	FeeWaived FeeState = "waived" // 减免
)

// Label is the fee state's Chinese name.
func (f FeeState) Label() string {
	return map[FeeState]string{NoFee: "不收费", FeeOwed: "待缴费", FeePaid: "已缴费", FeeWaived: "已减免"}[f]
}

// Close codes (办结方式).
const (
	CloseIssued  = "出证"
	CloseDenied  = "不予决定"
	CloseNoPaper = "准予（无证照）"
)

// Channels of application (申请渠道, the 办理形式 of GB/T 39046-2020 A.5).
const (
	ChannelWindow = "窗口"
	ChannelOnline = "网上"  // from a computer
	ChannelMobile = "移动端" // online from a phone
	ChannelPost   = "邮寄"  // by post or courier: nobody came
	ChannelVisit  = "上门"  // taken at the applicant's place by somebody of the office
)

// IntakeChannels lists the channels by which a window takes applications.
func IntakeChannels() []string { return []string{ChannelWindow, ChannelPost, ChannelVisit} }

// online reports whether a channel is one of those without a window: its cases begin with the preliminary look (预审).
func online(channel string) bool { return channel == ChannelOnline || channel == ChannelMobile }

// CaseMaterial is one material of a case: what was handed in, when, and what is promised.
type CaseMaterial struct {
	CentreID   string        `db:"centre_id" json:"-"`
	CaseID     CaseID        `db:"case_id" json:"-"`
	MaterialID string        `db:"material_id" json:"material_id"`
	Name       string        `db:"name" json:"name"`
	State      string        `db:"state" json:"state"`
	At         clock.Instant `db:"at" json:"at,omitzero"` // when it was handed in
}

// States of a material of a case.
const (
	MaterialHad      = "had"      // 已收
	MaterialMissing  = "missing"  // 缺
	MaterialPromised = "promised" // 承诺后补
	MaterialPledged  = "pledged"  // 以承诺代替
)

// MaterialLabel is the Chinese name of a material's state.
func MaterialLabel(state string) string {
	return map[string]string{MaterialHad: "已收", MaterialMissing: "未交", MaterialPromised: "承诺后补", MaterialPledged: "承诺代替"}[state]
}
