package hotline

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// SupervisionID identifies a supervision.
type SupervisionID string

// SupervisionState is where a supervision stands.
type SupervisionState string

// The states of a supervision.
const (
	SupervisionOpen    SupervisionState = "OPEN"    // 待答复: the unit owes its reply
	SupervisionReplied SupervisionState = "REPLIED" // 待核结: the supervisor has to look at the reply
	SupervisionClosed  SupervisionState = "CLOSED"  // 已办结
	SupervisionRaised  SupervisionState = "RAISED"  // 已升级: a supervision of the next level took its place
)

// Label is the state's name in the office.
func (s SupervisionState) Label() string {
	return map[SupervisionState]string{SupervisionOpen: "待答复", SupervisionReplied: "待核结", SupervisionClosed: "已办结", SupervisionRaised: "已升级"}[s]
}

// Levels of supervision (督办级别): the hotline office's own, and two of the government office.
const (
	LevelOffice     = 1 // 日常督办, by the hotline office
	LevelGovernment = 2 // 挂牌督办, by the government office
	LevelInterview  = 3 // 约谈督办, by the government office with the unit's head
)

// LevelLabel is the Chinese name of a level.
func LevelLabel(level int) string {
	return map[int]string{LevelOffice: "日常督办", LevelGovernment: "挂牌督办", LevelInterview: "约谈督办"}[level]
}

// SupervisionCauses are the grounds of a supervision (督办情形), after the regulations of 济南 art. 28 and 潍坊 art. 26,
// and of a caller who is still not satisfied after rework.
var SupervisionCauses = []string{"拒收或推诿", "逾期未办结", "应解决未解决", "办理不力造成负面影响", "多次集中反映", "知识库更新不及时", "重办后仍不满意", "不满意经认定合理", "领导批示", "其他"}

// Supervision (督办) presses one unit on one ticket. While one is open the ticket cannot close.
type Supervision struct {
	CentreID    string           `db:"centre_id" json:"-"`
	ID          SupervisionID    `db:"id" json:"id"`
	No          string           `db:"no" json:"no"` // the ticket's number and which supervision of it
	TicketID    TicketID         `db:"ticket_id" json:"ticket_id"`
	TicketNo    string           `db:"ticket_no" json:"ticket_no"`
	LegID       LegID            `db:"leg_id" json:"leg_id"`
	UnitID      string           `db:"unit_id" json:"unit_id"`
	Level       int              `db:"level" json:"level"`
	Cause       string           `db:"cause" json:"cause"`
	Demand      string           `db:"demand" json:"demand"` // what the unit is to do
	State       SupervisionState `db:"state" json:"state"`
	Open        bool             `db:"open" json:"open"`
	Since       clock.Instant    `db:"since" json:"-"` // the limit counts from here, and
	Days        int              `db:"days" json:"-"`  // so many working days
	Due         clock.Instant    `db:"due" json:"due"` // of the unit's reply
	Provisional bool             `db:"provisional" json:"provisional"`
	RaisedFrom  SupervisionID    `db:"raised_from" json:"raised_from,omitempty"`
	OpenedBy    string           `db:"opened_by" json:"opened_by"`
	OpenedAt    clock.Instant    `db:"opened_at" json:"opened_at"`
	Reply       string           `db:"reply" json:"reply,omitempty"`
	RepliedBy   string           `db:"replied_by" json:"replied_by,omitempty"`
	RepliedAt   clock.Instant    `db:"replied_at" json:"replied_at,omitzero"`
	Finding     string           `db:"finding" json:"finding,omitempty"` // of the supervisor at the end
	ClosedBy    string           `db:"closed_by" json:"closed_by,omitempty"`
	ClosedAt    clock.Instant    `db:"closed_at" json:"closed_at,omitzero"`
	Version     int64            `db:"version" json:"version"`
}

// Overdue reports whether the unit should have replied before now and has not.
func (s *Supervision) Overdue(now clock.Instant) bool {
	return s.State == SupervisionOpen && now > s.Due
}

// SupervisionInput is what a supervisor demands.
type SupervisionInput struct {
	Level  int    `json:"level"`
	Cause  string `json:"cause"`
	Demand string `json:"demand"`
}

// Refusals of supervision.
var (
	ErrSupervision      = errs.New(errs.NotFound, "hotline.supervision", "没有这件督办，或您无权查看。请返回督办列表重新选择。")
	ErrSupervisionState = errs.New(errs.Conflict, "hotline.supervision_state", "这件督办刚被处理过，现在不能这样做。请刷新后再看。")
	ErrSupervisionOpen  = errs.New(errs.Conflict, "hotline.supervision_open", "这个单位在这张工单上已有未结的督办，请先核结或升级。")
	ErrSupervised       = errs.New(errs.Conflict, "hotline.supervised", "这张工单还有未结的督办：承办单位答复、督办人核结后才能办结。")
	ErrOwnAlert         = errs.New(errs.Forbidden, "hotline.own_alert", "不能解除针对本单位或本人的提醒和督办，请由热线办、督办机构的其他人员处理。")
	ErrSupervisionLevel = errs.New(errs.Forbidden, "hotline.supervision_level", "挂牌督办、约谈督办由政府办、督查机构办理，您的角色不能操作。")
)

func (in *SupervisionInput) Validate() error {
	e := ErrInput
	if LevelLabel(in.Level) == "" {
		e = e.Field("level", "请选择督办级别。")
	}
	if !slices.Contains(SupervisionCauses, in.Cause) {
		e = e.Field("cause", "请选择督办情形。")
	}
	demand, err := Reason("demand", "督办要求", in.Demand)
	if err != nil {
		e = e.Field("demand", "%s", errs.As(err).Fields[0].Public)
	}
	in.Demand = demand
	return e.OrNil()
}

// mayLevel refuses those who may supervise, but not at this level.
func mayLevel(a *actor.Actor, level int) error {
	if level > LevelOffice && !a.Can(PermSuperviseHigh) {
		return ErrSupervisionLevel.With("permission", string(PermSuperviseHigh))
	}
	return nil
}

// stands refuses an actor who would clear what he caused: somebody of the unit, or who answered for it.
func MayClear(a *actor.Actor, unit, answeredBy string) error {
	if unit != "" && (a.UnitID == unit || slices.Contains(a.UnitIDs, unit)) || answeredBy != "" && a.UserID == answeredBy {
		return ErrOwnAlert
	}
	return nil
}

var supervisionColumns = store.Columns[Supervision]("")

func loadSupervisions(tx *store.Tx, centre string, ticket TicketID) ([]Supervision, error) {
	return store.Select[Supervision](tx, "SELECT "+supervisionColumns+" FROM hotline_supervision WHERE centre_id = $1 AND ticket_id = $2 ORDER BY id", centre, ticket)
}

// supervisionOf finds a supervision of an order.
func supervisionOf(tx *store.Tx, o *order, id SupervisionID) (*Supervision, error) {
	list, err := loadSupervisions(tx, o.CentreID, o.ID)
	for i := range list {
		if list[i].ID == id {
			return &list[i], nil
		}
	}
	if err == nil {
		err = ErrSupervision
	}
	return nil, err
}

// saveSupervision writes a changed supervision.
func saveSupervision(tx *store.Tx, s *Supervision) error {
	s.Open = s.State == SupervisionOpen || s.State == SupervisionReplied
	s.Version++
	return store.Update(tx, "hotline_supervision", *s, "centre_id", "id")
}

// Allowed lists what the actor may do with a supervision now.
func (s *Supervision) Allowed(a *actor.Actor) []Action {
	var out []Action
	if !s.Open {
		return out
	}
	if s.State == SupervisionOpen && org.Sees(a, PermSuperviseReply, org.Row{CentreID: s.CentreID, UnitID: s.UnitID}) {
		out = append(out, ActSuperviseReply)
	}
	if a.Scope(PermSupervise) < actor.Centre || mayLevel(a, s.Level) != nil || MayClear(a, s.UnitID, s.RepliedBy) != nil {
		return out
	}
	if s.State == SupervisionReplied {
		out = append(out, ActSuperviseClose, ActSuperviseReturn)
	}
	if s.Level < LevelInterview && mayLevel(a, s.Level+1) == nil {
		out = append(out, ActSuperviseRaise)
	}
	return out
}
