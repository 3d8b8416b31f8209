package supervision

import (
	"context"
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// ListPage is how many rows a page of a list holds.
const ListPage = 50

// AlertFilter chooses alerts: those in force, or with All every one. Unit and Site name whom they are about.
type AlertFilter struct {
	State  State
	Level  Level
	Type   Type
	UnitID string
	SiteID string
	All    bool
	Cards  bool // without reminders
	From   clock.Date
	To     clock.Date // the day after the last; From and To unset as the zero Date or NoDate
	After  string     // id of the last one of the page before
	Limit  int        // 0 is ListPage
}

// ListedAlert is an alert with the names of whom it is about.
type ListedAlert struct {
	Alert
	Label      string `json:"label"`
	Unit       string `json:"unit_name,omitempty"`
	Site       string `json:"site_name,omitempty"`
	Staff      string `json:"staff_name,omitempty"`
	Unanswered bool   `json:"unanswered"`
}

func (f *AlertFilter) where(a *actor.Actor) *store.Where {
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	reach(w, a, PermAlertRead)
	if !f.All && (f.State == "" || f.State.Open()) {
		w.And("open")
	}
	for column, value := range map[string]string{"level": string(f.Level), "type": string(f.Type), "unit_id": f.UnitID, "site_id": f.SiteID} {
		if value != "" {
			w.And(column+" = ?", value)
		}
	}
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.Cards {
		w.And("level <> 'remind'")
	}
	if f.From > 0 {
		w.And("at >= ?", f.From.Start())
	}
	if f.To > 0 {
		w.And("at < ?", f.To.Start())
	}
	if f.After != "" {
		w.And("id < ?", f.After)
	}
	return w
}

// Alerts lists the alerts that the actor may see, newest first.
func (m *Module) Alerts(ctx context.Context, f AlertFilter) (list []ListedAlert, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertRead); err != nil {
		return nil, "", err
	}
	n := f.Limit
	if n <= 0 || n > exportLimit {
		n = ListPage
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w := f.where(a)
		found, err := store.Select[Alert](tx, "SELECT "+alertColumns+" FROM supervision_alert"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(n+1), w.Args...)
		if err != nil {
			return err
		}
		if len(found) > n {
			found = found[:n]
			next = string(found[n-1].ID)
		}
		list, err = m.listed(tx, a.CentreID, found)
		return err
	})
	return list, next, err
}

// exportLimit is how many alerts a spreadsheet holds.
const exportLimit = 20000

// ExportAlerts lists the alerts of a filter for a spreadsheet.
func (m *Module) ExportAlerts(ctx context.Context, f AlertFilter) ([]ListedAlert, error) {
	f.Limit, f.After = exportLimit, ""
	list, _, err := m.Alerts(ctx, f)
	return list, err
}

// listed adds names.
func (m *Module) listed(tx *store.Tx, centre string, found []Alert) ([]ListedAlert, error) {
	units, users := map[string]bool{}, map[string]bool{}
	sites := map[string]string{}
	for i := range found {
		units[found[i].UnitID], users[found[i].StaffID] = true, true
		if id := found[i].SiteID; id != "" && sites[id] == "" {
			s, err := m.org.SiteTx(tx, centre, id)
			if err != nil {
				return nil, err
			}
			sites[id] = s.Name
		}
	}
	unitNames, err := m.org.UnitsTx(tx, centre, keys(units))
	if err != nil {
		return nil, err
	}
	userNames, err := m.org.UserNamesTx(tx, centre, keys(users))
	if err != nil {
		return nil, err
	}
	out := make([]ListedAlert, len(found))
	for i, l := range found {
		out[i] = ListedAlert{Alert: l, Label: l.Word(), Unit: unitNames[l.UnitID].Name, Site: sites[l.SiteID], Staff: userNames[l.StaffID], Unanswered: l.Unanswered(tx.Now())}
	}
	return out, nil
}

// keys lists the ids of a set in order, without the empty one.
func keys(set map[string]bool) []string {
	var out []string
	for k := range set {
		if k != "" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// AlertSheet (预警单) is an alert with the rule by which it was given and everything that was done about it.
type AlertSheet struct {
	ListedAlert
	ByRule  Rule     `json:"by_rule"`
	Steps   []Step   `json:"steps"`
	Allowed []Action `json:"allowed"`
	// Own is set where the actor raised the alert by hand: it is open, and somebody else clears it.
	Own bool `json:"own,omitempty"`
}

// Find gives an alert that the actor may see.
func (m *Module) Find(ctx context.Context, id AlertID) (AlertSheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermAlertRead); err != nil {
		return AlertSheet{}, err
	}
	var s AlertSheet
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		l, err := store.Get[Alert](tx, "SELECT "+alertColumns+" FROM supervision_alert WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrAlert
		}
		if err != nil {
			return err
		}
		if !l.readable(a) {
			return ErrAlert.Hide()
		}
		list, err := m.listed(tx, a.CentreID, []Alert{l})
		if err != nil {
			return err
		}
		s = AlertSheet{ListedAlert: list[0], Allowed: l.Allowed(a), Own: l.Open && l.raisedBy(a)}
		if s.ByRule, err = m.ruleOf(tx, &l); err != nil {
			return err
		}
		steps, err := store.Select[Step](tx, "SELECT "+store.Columns[Step]("")+" FROM supervision_alert_step WHERE centre_id = $1 AND alert_id = $2 ORDER BY seq", a.CentreID, l.ID)
		s.Steps = l.history(steps)
		return err
	})
	return s, err
}

// ruleOf gives the rule that an alert is pinned to, as it was then.
func (m *Module) ruleOf(tx *store.Tx, l *Alert) (Rule, error) {
	s, err := parseSet(store.Get[RuleSet](tx, "SELECT "+ruleSetColumns+" FROM supervision_ruleset WHERE centre_id = $1 AND revision = $2", l.CentreID, l.Revision))
	if errors.Is(err, ErrRevision) {
		return Rule{}, nil
	}
	for _, r := range s.Rules.Rules {
		if r.Code == l.Rule {
			return r, err
		}
	}
	return Rule{}, err
}

// alertsOf gives the alerts of a case for its sheet.
func (m *Module) alertsOf(tx *store.Tx, centre string, id casework.CaseID) ([]casework.Alert, error) {
	list, err := store.Select[Alert](tx, "SELECT "+alertColumns+" FROM supervision_alert WHERE centre_id = $1 AND case_id = $2 ORDER BY id", centre, id)
	out := make([]casework.Alert, len(list))
	for i := range list {
		l := &list[i]
		out[i] = casework.Alert{ID: string(l.ID), CaseID: l.CaseID, Rung: l.Rung, Level: string(l.Level), Label: l.Word(), Kind: string(l.Type), Text: l.Text, SiteID: l.SiteID, State: string(l.State), Open: l.Open, At: l.At, Due: l.Due, Reason: l.Reason}
	}
	return out, err
}

// alertsInForce counts the alerts in force about each of some cases.
func (m *Module) alertsInForce(tx *store.Tx, centre string, ids []casework.CaseID) (map[casework.CaseID]int64, error) {
	w := (&store.Where{}).And("centre_id = ?", centre).And("open")
	store.In(w, "case_id", ids)
	found, err := store.Select[casework.CaseID](tx, "SELECT case_id FROM supervision_alert"+w.SQL(), w.Args...)
	out := map[casework.CaseID]int64{}
	for _, id := range found {
		out[id]++
	}
	return out, err
}

// Waiting counts what waits for the actor: cards to be served and answers to be settled for 政务监察股, cards to be answered for
// a unit or site, proposals for the leader. It is the number beside a line of the navigation.
func (m *Module) Waiting(ctx context.Context) (int, error) {
	a := actor.From(ctx)
	var states []State
	switch {
	case a.Can(PermAlertLift):
		states = []State{Proposed}
	case a.Can(PermAlertHandle):
		states = []State{Raised, Answered, Defended}
	case a.Can(PermAlertAnswer):
		states = []State{Served, Correcting}
	default:
		return 0, nil
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("open").And("level <> 'remind'")
	reach(w, a, PermAlertRead)
	store.In(w, "state", states)
	var ids []AlertID
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = store.Select[AlertID](tx, "SELECT id FROM supervision_alert"+w.SQL()+" LIMIT 100", w.Args...)
		return err
	})
	return len(ids), err
}
