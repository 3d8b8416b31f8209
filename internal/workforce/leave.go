package workforce

import (
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// LeaveKind is why somebody is not there.
type LeaveKind string

// The kinds of leave (hall reference §1.3); 旷工 is not asked for but recorded by the office.
const (
	OfficialLeave LeaveKind = "official" // 公假（公出）
	PersonalLeave LeaveKind = "personal" // 事假
	SickLeave     LeaveKind = "sick"     // 病假
	Errand        LeaveKind = "errand"   // 临时外出
	Holiday       LeaveKind = "holiday"  // 休假
	Truancy       LeaveKind = "truancy"  // 旷工
)

// LeaveKinds lists the kinds that can be asked for.
func LeaveKinds() []LeaveKind {
	return []LeaveKind{PersonalLeave, SickLeave, Holiday, OfficialLeave, Errand}
}

// Label is the kind's Chinese name.
func (k LeaveKind) Label() string {
	return map[LeaveKind]string{OfficialLeave: "公假（公出）", PersonalLeave: "事假", SickLeave: "病假", Errand: "临时外出", Holiday: "休假", Truancy: "旷工"}[k]
}

func (k LeaveKind) status() Status {
	switch k {
	case OfficialLeave:
		return OnTrip
	case Truancy:
		return Absent
	}
	return OnLeave
}

// LeaveState is where an application stands.
type LeaveState string

// The states of an application (hall reference §4.8).
const (
	Asked     LeaveState = "asked"     // 待 AB 岗确认
	Agreed    LeaveState = "agreed"    // 待审批
	Granted   LeaveState = "granted"   // 已批准
	Back      LeaveState = "back"      // 已销假
	Refused   LeaveState = "refused"   // 未批准
	Withdrawn LeaveState = "withdrawn" // 已撤回
	Recorded  LeaveState = "recorded"  // 已登记: 旷工, recorded by the office
)

// Label is the state's Chinese name.
func (s LeaveState) Label() string {
	return map[LeaveState]string{Asked: "待 AB 岗确认", Agreed: "待审批", Granted: "已批准", Back: "已销假", Refused: "未批准", Withdrawn: "已撤回", Recorded: "已登记"}[s]
}

// Open reports whether somebody still has to do something about it.
func (s LeaveState) Open() bool { return s == Asked || s == Agreed }

// Leave (请假) is one application, from asking to reporting back.
type Leave struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	UserID    string        `db:"user_id" json:"user_id"`
	UnitID    string        `db:"unit_id" json:"unit_id"`
	SiteID    string        `db:"site_id" json:"site_id"`
	Chief     bool          `db:"chief" json:"chief"` // asked by a chief representative
	Kind      LeaveKind     `db:"kind" json:"kind"`
	From      clock.Instant `db:"from_at" json:"from"`
	To        clock.Instant `db:"to_at" json:"to"`
	Halves    int64         `db:"halves" json:"halves"` // half days of planned work that it takes
	Reason    string        `db:"reason" json:"reason"`
	StandIn   string        `db:"stand_in" json:"stand_in,omitempty"` // AB岗: who takes over
	Cover     bool          `db:"cover" json:"cover"`                 // 顶岗: the stand-in works at this window
	State     LeaveState    `db:"state" json:"state"`
	StepList  string        `db:"steps" json:"-"` // approvers of the ladder, joined by commas
	StepNo    int64         `db:"step_no" json:"step_no"`
	Waiting   string        `db:"waiting" json:"waiting,omitempty"` // the approver whose turn it is
	AskedAt   clock.Instant `db:"asked_at" json:"asked_at"`
	GrantedAt clock.Instant `db:"granted_at" json:"granted_at,omitzero"`
	BackAt    clock.Instant `db:"back_at" json:"back_at,omitzero"`
	Version   int64         `db:"version" json:"version"`
}

// Row is the application as an object of the scope model.
func (l *Leave) Row() org.Row {
	return org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID, OwnerID: l.UserID}
}

// Steps are the approvers of the ladder, in order.
func (l *Leave) Steps() []string {
	if l.StepList == "" {
		return nil
	}
	return strings.Split(l.StepList, ",")
}

// ends is when the leave counts as over: when the person reported back, if that was before its end.
func (l *Leave) ends() clock.Instant {
	if l.BackAt != 0 && l.BackAt < l.To {
		return l.BackAt
	}
	return l.To
}

// counts reports whether the leave excuses, or accuses, in the attendance.
func (l *Leave) counts() bool {
	return l.State == Granted || l.State == Back || l.State == Recorded
}

// The approvers of the ladder.
const (
	StepChief   = "chief"   // 首席代表
	StepSection = "section" // 业务科: 政务监察股
	StepLeader  = "leader"  // 中心领导
)

// StepLabel is an approver's Chinese name.
func StepLabel(step string) string {
	return map[string]string{StepChief: "首席代表", StepSection: "政务监察股", StepLeader: "中心领导"}[step]
}

// stepPermission is what an approver must hold.
func stepPermission(step string) actor.Permission {
	return map[string]actor.Permission{StepChief: PermLeaveChief, StepSection: PermLeaveSection, StepLeader: PermLeaveLeader}[step]
}

// Rung is one line of the ladder of approval: who asks, up to how many half days, and who approves in which order.
type Rung struct {
	Chief     bool     `json:"chief"`      // asked by a chief representative
	MaxHalves int64    `json:"max_halves"` // 0 is without limit
	Steps     []string `json:"steps"`
}

// DefaultLadder is the ladder of hall reference §1.3: staff up to one day the chief representative, up to two the section,
// above first the chief representative and then the leader; a chief representative up to one day the section, above the
// leader.
func DefaultLadder() []Rung {
	return []Rung{{false, 2, []string{StepChief}}, {false, 4, []string{StepSection}}, {false, 0, []string{StepChief, StepLeader}},
		{true, 2, []string{StepSection}}, {true, 0, []string{StepLeader}}}
}

// approvers finds the steps for an application. Where the unit has no chief representative, the section takes that step;
// who approves as section or leader asks the leader.
func approvers(ladder []Rung, halves int64, chief, hasChief bool, roles []string) []string {
	for _, r := range ladder {
		if r.Chief != chief || r.MaxHalves != 0 && halves > r.MaxHalves {
			continue
		}
		var out []string
		for _, s := range r.Steps {
			if s == StepChief && !hasChief {
				s = StepSection
			}
			if s == StepSection && contains(roles, org.RoleSupervisor) {
				s = StepLeader
			}
			if len(out) == 0 || out[len(out)-1] != s {
				out = append(out, s)
			}
		}
		return out
	}
	return []string{StepLeader}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// halvesOf counts the half days of planned work that a leave takes: every part that it touches, and none less than one.
func halvesOf(parts []Part, from, to clock.Instant) int64 {
	n := int64(0)
	for _, p := range parts {
		if p.From < to && p.To > from {
			n += p.Halves
		}
	}
	return max(n, 1)
}

// LeaveStep is one line of an application's history.
type LeaveStep struct {
	CentreID string        `db:"centre_id" json:"-"`
	LeaveID  string        `db:"leave_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	What     string        `db:"what" json:"what"`
	ByUser   string        `db:"by_user" json:"by_user"`
	Name     string        `db:"-" json:"by_name,omitempty"`
	At       clock.Instant `db:"at" json:"at"`
	Text     string        `db:"text" json:"text,omitempty"`
}

var leaveColumns = store.Columns[Leave]("")
