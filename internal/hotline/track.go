package hotline

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Progress (办理进度) is what a caller sees of a ticket on the public page: no name of a person, no internal text.
type Progress struct {
	CentreID  string         `json:"-"`
	ID        TicketID       `json:"-"`
	At        TicketID       `json:"-"` // the ticket that carries the matter on: ID, unless it was merged
	No        string         `json:"no"`
	Title     string         `json:"title"`
	State     State          `json:"state"`
	Label     string         `json:"state_label"`
	Received  clock.Instant  `json:"received_at"`
	Due       clock.Instant  `json:"due,omitzero"`
	Tentative bool           `json:"provisional"`
	Unit      string         `json:"unit,omitempty"`
	Replies   []string       `json:"replies"`
	Steps     []ProgressStep `json:"steps"`
	MayRate   bool           `json:"may_rate"`
}

// ProgressStep is one step that the caller is told of.
type ProgressStep struct {
	At   clock.Instant `json:"at"`
	Text string        `json:"text"`
}

// ErrQuery answers a wrong code and a wrong number alike.
var ErrQuery = errs.New(errs.NotFound, "hotline.query", "没有查到：请核对查询码和手机号后四位。查询码在提交成功的页面上，也可拨打 12345 查询。")

// Track gives the progress of a ticket by its query code and the last four digits of the caller's phone; a request
// without a phone needs the code alone.
func (m *Module) Track(ctx context.Context, code, tail string) (Progress, error) {
	a := actor.From(ctx)
	code, tail = plainCode(code), strings.TrimSpace(tail)
	if len(code) != codeLen || len(tail) > 4 {
		return Progress{}, ErrQuery
	}
	var p Progress
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND query_bix = $2 AND query_bix <> ''", a.CentreID, m.codeIndex(code))
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return ErrQuery
		}
		if err := m.checkTail(tx, &found[0], tail); err != nil {
			return err
		}
		p, err = m.progress(tx, &found[0])
		return err
	})
	return p, err
}

// plainCode undoes what people do to a code when they copy it from paper: small letters, spaces, hyphens, and the letters
// that a code does not use for the digits that they look like.
func plainCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
}

func (m *Module) checkTail(tx *store.Tx, t *Ticket, tail string) error {
	if t.CallerID == "" {
		return nil
	}
	who, err := party.Load(tx, t.CentreID, t.CallerID)
	if err != nil {
		return err
	}
	if who.TailBix != "" && who.TailBix != m.party.TailIndex(tail) {
		return ErrQuery
	}
	return nil
}

// publicSteps words the events that a caller is told of; others are not shown.
var publicSteps = map[Action]string{
	ActRegister: "已登记", ActAccept: "已受理", ActAnswer: "已答复", ActRefuse: "不予受理", ActEmergency: "已移交紧急电话", ActDispatch: "已转承办单位",
	ActSign: "承办单位已签收，正在办理", ActGrantExt: "情况复杂，办理时限已延长", ActSuspend: "因客观条件限制暂时无法解决，已制定措施，继续跟踪", ActResume: "已恢复办理",
	ActSubmit: "承办单位已办理，正在审核", ActApprove: "审核通过，等待回访评价", ActClose: "已办结", ActRework: "已退回承办单位重新办理", ActWithdraw: "已按您的要求撤回",
	ActReopen: "已重新打开，继续办理", ActTerminate: "已终止办理", ActMerge: "已与同一事项的其他诉求合并办理", ActUnmerge: "已恢复单独办理",
	ActUrge: "已催办", ActRate: "已收到您的评价", ActImport: "已转入",
}

func (m *Module) progress(tx *store.Tx, t *Ticket) (Progress, error) {
	p := Progress{CentreID: t.CentreID, ID: t.ID, No: t.No, Title: t.Title, State: t.State, Label: t.State.Label(), Received: t.CreatedAt, Due: t.CitizenDue, Tentative: t.Provisional,
		At: t.ID}
	events, err := loadEvents(tx, t.CentreID, t.ID)
	if err != nil {
		return p, err
	}
	if t.State == Merged {
		if t, events, err = followMerge(tx, t, events); err != nil {
			return p, err
		}
		p.At, p.State, p.Label, p.Due, p.Tentative = t.ID, t.State, t.State.Label(), t.CitizenDue, t.Provisional
	}
	if p.MayRate, err = m.mayRate(tx, t, p.ID); err != nil {
		return p, err
	}
	for _, e := range events {
		s, ok := publicSteps[e.Action]
		if !ok {
			continue
		}
		if e.Action == ActRefuse || e.Action == ActAnswer {
			s += "：" + e.Text
		}
		if told := toldIn(e.Data); told != "" {
			s += "：" + told
		}
		p.Steps = append(p.Steps, ProgressStep{At: e.At, Text: s})
	}
	legs, err := store.Select[Leg](tx, "SELECT "+store.Columns[Leg]("")+" FROM hotline_leg WHERE centre_id = $1 AND ticket_id = $2 ORDER BY round, id", t.CentreID, t.ID)
	if err != nil {
		return p, err
	}
	for _, l := range legs {
		if l.State == Accepted && l.Role == Lead {
			p.Replies = append(p.Replies, l.ReplyPublic)
		}
	}
	if t.UnitID != "" {
		u, err := m.org.UnitTx(tx, t.CentreID, t.UnitID)
		if err != nil {
			return p, err
		}
		p.Unit = u.Name
	}
	return p, nil
}

// followMerge gives the ticket that carries a merged one on, and the events that its caller is told of: his own up to the
// merging, the other ticket's after it.
func followMerge(tx *store.Tx, t *Ticket, own []Event) (*Ticket, []Event, error) {
	target, err := store.Get[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND id = $2", t.CentreID, t.MergedInto)
	if err != nil {
		return t, own, err
	}
	theirs, err := loadEvents(tx, t.CentreID, target.ID)
	since := t.ClosedAt
	for _, e := range theirs {
		// Urgings and mergings of others are not this caller's business.
		if e.At > since && e.Action != ActUrge && e.Action != ActMerge && e.Action != ActUnmerge && e.Action != ActRate {
			own = append(own, e)
		}
	}
	return &target, own, err
}

// mayRate reports whether the caller of a ticket may rate now: the reply of the ticket that carries the matter on is
// approved, and this caller has not been reached in this round. One that the sample left out may be rated after closing.
func (m *Module) mayRate(tx *store.Tx, t *Ticket, caller TicketID) (bool, error) {
	if t.State == Closed {
		return m.mayRateClosed(tx, t)
	}
	if t.State != Callback {
		return false, nil
	}
	if caller == t.ID {
		return true, nil
	}
	all, err := loadCallbacks(tx, t.CentreID, t.ID)
	return !slices.ContainsFunc(ofRound(all, t.Round), func(c CallbackResult) bool { return c.About == caller && c.Reached && c.Result != Unsatisfied }), err
}

// toldIn gives the explanation to the caller that an event carries.
func toldIn(data string) string {
	var d struct {
		Told string `json:"told"`
	}
	if data == "" || json.Unmarshal([]byte(data), &d) != nil {
		return ""
	}
	return d.Told
}
