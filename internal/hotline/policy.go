package hotline

import (
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Steps that have a time limit.
const (
	StepDispatch = "dispatch" // 派单
	StepSign     = "sign"     // 签收
	StepHandle   = "handle"   // 办理
	StepRework   = "rework"   // 重办
	StepCallback = "callback" // 回访
)

// StepLabel is the Chinese name of a step.
func StepLabel(step string) string {
	return map[string]string{StepDispatch: "派单", StepSign: "签收", StepHandle: "办理", StepRework: "重办", StepCallback: "回访"}[step]
}

// Policy (时限规则) is the time limit of a step for a kind of request, an urgency and a channel; "" matches any. The
// most specific row wins. Rows are superseded, never edited, and a leg keeps what it was given. A row that is not
// confirmed shows 未确认 until an administrator confirms it with a document number.
type Policy struct {
	CentreID  string         `db:"centre_id" json:"-"`
	ID        string         `db:"id" json:"id"`
	Revision  int64          `db:"revision" json:"revision"`
	Step      string         `db:"step" json:"step"`
	Kind      string         `db:"kind" json:"kind,omitempty"`
	Urgency   string         `db:"urgency" json:"urgency,omitempty"`
	Channel   string         `db:"channel" json:"channel,omitempty"`
	Limit     calendar.Limit `db:"time_limit" json:"limit"`
	Basis     string         `db:"basis" json:"basis,omitempty"` // document and article
	Confirmed bool           `db:"confirmed" json:"confirmed"`
	Current   bool           `db:"current" json:"-"`
	At        clock.Instant  `db:"at" json:"at"`
	By        string         `db:"by_user" json:"by,omitempty"`
	// Key is the idempotency key (幂等键) of a request that sets the limit; "" for none.
	Key string `db:"-" json:"-"`
}

// DefaultPolicies are the limits that a new centre starts with (hotline reference §5.3): a mix of the values of §1.4,
// unconfirmed until the centre's own rule is known.
func DefaultPolicies() []Policy {
	return []Policy{
		{Step: StepDispatch, Limit: calendar.WorkMinutes(30), Basis: "即转即签"},
		{Step: StepSign, Limit: calendar.Workdays(1), Basis: "普通件 1 个工作日内签收"},
		{Step: StepSign, Urgency: Urgent, Limit: calendar.Minutes(30), Basis: "水电气热等不区分工作日"},
		{Step: StepSign, Urgency: Critical, Limit: calendar.Minutes(15), Basis: "危及生命财产不区分工作日"},
		{Step: StepHandle, Limit: calendar.Workdays(5), Basis: "各类诉求 5 个工作日"},
		{Step: StepHandle, Kind: Consult, Limit: calendar.Workdays(2), Basis: "咨询 2 个工作日"},
		{Step: StepHandle, Kind: Report, Limit: calendar.Workdays(10), Basis: "举报 10 个工作日"},
		{Step: StepHandle, Urgency: Urgent, Limit: calendar.Workdays(1), Basis: "紧急件 1 个工作日"},
		{Step: StepHandle, Urgency: Critical, Limit: calendar.Workdays(1), Basis: "特急件 1 个工作日"},
		{Step: StepRework, Limit: calendar.Workdays(3), Basis: "重办 3 个工作日"},
		{Step: StepCallback, Limit: calendar.Workdays(2), Basis: "审核通过后 2 个工作日内回访"},
	}
}

// limitFor picks the most specific policy: urgency before kind before channel. A step for which the centre has no rule
// that fits gets the default limit.
func limitFor(list []Policy, step string, t *Ticket) calendar.Limit {
	best, ok := fitting(list, step, t)
	if !ok {
		best, _ = fitting(DefaultPolicies(), step, t)
	}
	return best
}

func fitting(list []Policy, step string, t *Ticket) (best calendar.Limit, ok bool) {
	score := -1
	for _, p := range list {
		if p.Step != step || p.Kind != "" && p.Kind != t.Kind || p.Urgency != "" && p.Urgency != t.Urgency || p.Channel != "" && p.Channel != t.Channel {
			continue
		}
		s := 0
		for i, v := range []string{p.Channel, p.Kind, p.Urgency} {
			if v != "" {
				s += 1 << i
			}
		}
		if s > score {
			best, score = p.Limit, s
		}
	}
	return best, score >= 0
}

var policyQuery = "SELECT " + store.Columns[Policy]("") + " FROM hotline_policy WHERE centre_id = $1 AND current ORDER BY step, id"

// limitQuery reads of the limits in force only what a deadline depends on.
const limitQuery = "SELECT step, kind, urgency, channel, time_limit FROM hotline_policy WHERE centre_id = $1 AND current"

func loadPolicies(tx *store.Tx, centre string) ([]Policy, error) {
	return store.Select[Policy](tx, policyQuery, centre)
}

// Policies lists the centre's limits in force.
func (m *Module) Policies(tx *store.Tx, centre string) ([]Policy, error) {
	return loadPolicies(tx, centre)
}

// seedPolicies gives a centre that has no limits the default ones.
func (m *Module) seedPolicies(tx *store.Tx, centre string) error {
	if has, err := loadPolicies(tx, centre); err != nil || len(has) > 0 {
		return err
	}
	for _, p := range DefaultPolicies() {
		p.CentreID, p.ID, p.Revision, p.Current, p.At = centre, tx.NewID(), 1, true, tx.Now()
		if err := store.Insert(tx, "hotline_policy", p); err != nil {
			return err
		}
	}
	if err := rulesChanged(tx, centre); err != nil {
		return err
	}
	return audit.RecordIn(tx, centre, audit.Entry{Action: "hotline.seed", Permission: PermPolicy, Kind: "policy", Object: centre, Detail: map[string]any{"limits": len(DefaultPolicies())}})
}
