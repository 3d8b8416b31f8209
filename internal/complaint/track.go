package complaint

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// reporter is who reported a matter, in clear. It must not be logged or put into an error.
type reporter Person

func (r reporter) masked() Person {
	c := party.Contact(r).Masked()
	return Person{c.Name, c.Phone}
}

// contact decrypts the reporter; the zero value where there is none.
func (m *Module) contact(tx *store.Tx, c *Matter) (reporter, error) {
	if c.ReporterID == "" {
		return reporter{}, nil
	}
	p, err := party.Load(tx, c.CentreID, c.ReporterID)
	if err != nil {
		return reporter{}, err
	}
	who, err := m.party.Open(p)
	return reporter(who), err
}

// Progress (办理进度) is what a reporter sees of a matter on the public page: no name of a person, no internal text.
type Progress struct {
	No       string         `json:"no"`
	Kind     Kind           `json:"kind"`
	Title    string         `json:"title"`
	State    State          `json:"state"`
	Label    string         `json:"state_label"`
	Open     bool           `json:"open"`
	Received clock.Instant  `json:"received_at"`
	Due      clock.Instant  `json:"due,omitzero"`
	Unit     string         `json:"unit,omitempty"`
	Remedy   string         `json:"remedy,omitempty"` // for one that was not taken up
	Finding  string         `json:"finding,omitempty"`
	Steps    []ProgressStep `json:"steps"`
}

// ProgressStep is one step that the reporter is told of.
type ProgressStep struct {
	At   clock.Instant `json:"at"`
	Text string        `json:"text"`
}

// publicSteps words the events that a reporter is told of; others are not shown.
var publicSteps = map[Action]string{ActRegister: "已登记", ActAccept: "已受理", ActRefuse: "不予受理", ActDispatch: "已转承办单位，当天会联系您", ActContact: "承办单位已联系您", ActExtend: "情况复杂，办理时限已延长",
	ActFinish: "已办结，等待回访", ActApprove: "已答复，等待回访", ActOrder: "中心领导已批示，重新办理", ActSettle: "已终结", ActFeedback: "已有处理结果", ActFile: "有关单位已整改", ActWithdraw: "已按您的要求撤回"}

// toldSteps are the steps whose words the reporter reads.
var toldSteps = []Action{ActRefuse, ActExtend, ActFinish, ActFeedback, ActSettle}

// Track gives the progress of a matter by its query code and the last four digits of the reporter's phone; one without a phone needs
// the code alone. The one answer to a wrong code and a wrong number tells nothing.
func (m *Module) Track(ctx context.Context, code, tail string) (Progress, error) {
	var p Progress
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		c, err := m.tracked(tx, code, tail)
		if err != nil {
			return err
		}
		p, err = m.progress(tx, &c)
		return err
	})
	return p, err
}

// tracked gives the matter of a query code and the end of its reporter's phone.
func (m *Module) tracked(tx *store.Tx, code, tail string) (Matter, error) {
	code, tail = plainCode(code), strings.TrimSpace(tail)
	if len(code) != codeLen || len(tail) > 4 {
		return Matter{}, ErrQuery
	}
	found, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND query_bix = $2", actor.From(tx.Context()).CentreID, m.codeIndex(code))
	if err != nil {
		return Matter{}, err
	}
	if len(found) != 1 {
		return Matter{}, ErrQuery
	}
	if c := found[0]; c.ReporterID != "" {
		who, err := party.Load(tx, c.CentreID, c.ReporterID)
		if err != nil {
			return Matter{}, err
		}
		if forgotten := who.TailBix == "" && len(who.NameEnc) == 0; forgotten || who.TailBix != "" && who.TailBix != m.party.TailIndex(tail) {
			return Matter{}, ErrQuery
		}
	}
	return found[0], nil
}

func (m *Module) progress(tx *store.Tx, c *Matter) (Progress, error) {
	titled := []Matter{*c}
	if err := m.titles(tx, c.CentreID, titled); err != nil {
		return Progress{}, err
	}
	c = &titled[0]
	p := Progress{No: c.No, Kind: c.Kind, Title: c.Title, State: c.State, Label: c.State.Label(), Open: c.Open, Received: c.ReceivedAt}
	if c.Open {
		p.Due = c.Due
	}
	if g, ok := GroundOf(c.Kind, c.Ground); ok {
		p.Remedy = g.Remedy
	}
	if c.FinishedAt != 0 && c.Kind == Complaint {
		p.Finding = c.Finding.Label()
	}
	if c.UnitID != "" && c.Kind == Stuck {
		u, err := m.org.UnitTx(tx, c.CentreID, c.UnitID)
		if err != nil {
			return p, err
		}
		p.Unit = u.Name
	}
	events, err := loadEvents(tx, c.CentreID, c.ID)
	denial := ""
	for _, e := range events {
		text, ok := publicSteps[e.Action]
		if e.Action == ActDeny {
			denial = e.Text
		}
		switch {
		case !ok:
			continue
		case e.Action == ActApprove:
			text += "：" + denial
		case slices.Contains(toldSteps, e.Action) && e.Text != "":
			text += "：" + e.Text
		}
		p.Steps = append(p.Steps, ProgressStep{e.At, text})
	}
	return p, err
}

// Followed (热线关联) is how a matter that a ticket of the hotline became stands.
type Followed struct {
	No    string        `db:"no" json:"no"`
	Kind  Kind          `db:"kind" json:"kind"`
	State State         `db:"state" json:"state"`
	Due   clock.Instant `db:"due" json:"due,omitzero"`
	May   bool          `db:"-" json:"may_open"` // the actor may open it
}

// ByTicket tells how the matter stands that a ticket became, for those who see the ticket; no row where there is none. It says where the
// work is, not what was found.
func (m *Module) ByTicket(ctx context.Context, ticket string) (out []Followed, err error) {
	a := actor.From(ctx)
	if !a.Can(PermStuckRegister) && !a.Can(PermStuckRead) && !a.Can(PermComplaintRead) && !a.Can(PermComplaintRegister) {
		return nil, nil
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND ticket_id = $2 AND ticket_id <> ''", a.CentreID, ticket)
		for i := range found {
			c := &found[i]
			if c.Kind == Complaint && a.Scope(PermComplaintRegister) < actor.Centre {
				continue // a unit that sees the ticket must not learn that its own people are complained of
			}
			out = append(out, Followed{c.No, c.Kind, c.State, c.Due, c.visible(a, readPerm(c.Kind)) == nil})
		}
		return err
	})
	return out, err
}
