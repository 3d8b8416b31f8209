package hotline

import (
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// AskKind is what a unit asks for.
type AskKind string

// The kinds of ask.
const (
	AskedReturn     AskKind = "return"      // 退单
	AskedExtension  AskKind = "extension"   // 延期
	AskedSuspension AskKind = "suspension"  // 挂账
	AskedHelp       AskKind = "help"        // 加派
	AskedTerminate  AskKind = "termination" // 终止办理
	AskedDispute    AskKind = "dispute"     // 评价异议
)

// AskKinds lists the kinds of ask in the order of pages.
var AskKinds = []AskKind{AskedReturn, AskedExtension, AskedSuspension, AskedHelp, AskedTerminate, AskedDispute}

// Label is the Chinese name of a kind of ask.
func (k AskKind) Label() string {
	return map[AskKind]string{AskedReturn: "退单", AskedExtension: "延期", AskedSuspension: "挂账", AskedHelp: "加派", AskedTerminate: "终止办理", AskedDispute: "评价异议"}[k]
}

// AskState is how far an ask is.
type AskState string

// The states of an ask.
const (
	AskWaiting AskState = "waiting" // 待审批
	AskGranted AskState = "granted" // 同意
	AskDenied  AskState = "denied"  // 不予同意
	AskVoid    AskState = "void"    // 失效: the leg ended before anybody decided
)

// Label is the Chinese name of an ask's state.
func (s AskState) Label() string {
	return map[AskState]string{AskWaiting: "待审批", AskGranted: "同意", AskDenied: "不予同意", AskVoid: "失效", AskDrafted: "拟稿"}[s]
}

// Ask (申请) is what a unit asks of the hotline office about one of its legs, with the decision: the record of reviewed
// returns (派单异议审核) and of everything else that a unit may not decide by itself.
type Ask struct {
	CentreID   string        `db:"centre_id" json:"-"`
	TicketID   TicketID      `db:"ticket_id" json:"ticket_id"`
	ID         string        `db:"id" json:"id"`
	LegID      LegID         `db:"leg_id" json:"leg_id"`
	UnitID     string        `db:"unit_id" json:"unit_id"` // who asks
	Kind       AskKind       `db:"kind" json:"kind"`
	Ground     string        `db:"ground" json:"ground,omitempty"`           // one of ReturnReasons or TerminateReasons
	Reason     string        `db:"reason" json:"reason"`                     // in the unit's words
	Told       string        `db:"told" json:"told,omitempty"`               // what the caller is told
	Days       int           `db:"days" json:"days,omitempty"`               // of an extension
	ReviewOn   clock.Date    `db:"review_on" json:"review_on,omitzero"`      // of a suspension
	OtherUnit  string        `db:"other_unit" json:"other_unit,omitempty"`   // whose duty it is, or who should help
	CallbackID string        `db:"callback_id" json:"callback_id,omitempty"` // the rating that is disputed
	Due        clock.Instant `db:"due" json:"due,omitzero"`                  // the leg's, when it was asked
	State      AskState      `db:"state" json:"state"`
	AskedAt    clock.Instant `db:"asked_at" json:"asked_at"`
	AskedBy    string        `db:"asked_by" json:"asked_by"`
	DecidedAt  clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	DecidedBy  string        `db:"decided_by" json:"decided_by,omitempty"`
	Remark     string        `db:"remark" json:"remark,omitempty"`   // with the decision
	Finding    string        `db:"finding" json:"finding,omitempty"` // of an adjudicated dispute
	DraftedAt  clock.Instant `db:"drafted_at" json:"drafted_at,omitzero"`
	DraftedBy  string        `db:"drafted_by" json:"drafted_by,omitempty"` // who wrote a return that the head confirmed
}

// Refusals of asks.
var (
	// ErrAskPending refuses what must wait for the decision on another ask of the same leg.
	ErrAskPending = errs.New(errs.Conflict, "hotline.ask_pending", "这个承办件还有申请没有审批，请等审批后再操作。")
	// ErrNoAsk refuses a decision where nothing was asked.
	ErrNoAsk = errs.New(errs.Conflict, "hotline.no_ask", "没有等待审批的这项申请，可能已由别人审批。请刷新后再看。")
)

var askColumns = store.Columns[Ask]("")

// ask writes what the unit of a leg asks for. One ask of a leg waits at a time, except that several units may be asked
// to help.
func (o *order) ask(tx *store.Tx, l *Leg, a Ask) (Ask, error) {
	if l.Asks > 0 {
		waiting, err := waitingAsks(tx, o, l.ID)
		if err != nil {
			return a, err
		}
		if slices.ContainsFunc(waiting, func(w Ask) bool {
			return a.Kind != AskedHelp && w.Kind != AskedHelp || w.Kind == a.Kind && w.OtherUnit == a.OtherUnit
		}) {
			return a, ErrAskPending
		}
	}
	l.Asks++
	o.change(l)
	a.CentreID, a.TicketID, a.ID, a.LegID, a.UnitID, a.Due = o.CentreID, o.ID, tx.NewID(), l.ID, l.UnitID, l.Due
	a.State, a.AskedAt, a.AskedBy = AskWaiting, tx.Now(), actorID(tx)
	if a.Kind != AskedSuspension {
		a.ReviewOn = clock.NoDate
	}
	return a, store.Insert(tx, "hotline_ask", a)
}

// waitingAsks lists the asks of a ticket that wait for a decision; leg "" is any.
func waitingAsks(tx *store.Tx, o *order, leg LegID) ([]Ask, error) {
	w := (&store.Where{}).And("centre_id = ?", o.CentreID).And("ticket_id = ?", o.ID).And("state = 'waiting'")
	if leg != "" {
		w.And("leg_id = ?", leg)
	}
	return store.Select[Ask](tx, "SELECT "+askColumns+" FROM hotline_ask"+w.SQL()+" ORDER BY id", w.Args...)
}

// waitingAsk finds the ask of a kind that waits: by its id, or the oldest of a leg ("" is any leg of the ticket).
func waitingAsk(tx *store.Tx, o *order, kind AskKind, leg LegID, id string) (Ask, error) {
	list, err := waitingAsks(tx, o, leg)
	for _, a := range list {
		if a.Kind == kind && (id == "" || a.ID == id) {
			return a, err
		}
	}
	return Ask{}, errors.Join(err, ErrNoAsk)
}

// decide writes the decision on an ask and takes it off its leg, if that is of the current round.
func (o *order) decide(tx *store.Tx, a *Ask, state AskState, remark string) error {
	a.State, a.Remark, a.DecidedAt, a.DecidedBy = state, strings.TrimSpace(remark), tx.Now(), actorID(tx)
	if l := o.leg(a.LegID); l != nil && l.ID == a.LegID && l.Asks > 0 {
		l.Asks--
		o.change(l)
	}
	return store.Update(tx, "hotline_ask", *a, "centre_id", "ticket_id", "id")
}

// voidAsks ends what a leg still asks for, because it ended before anybody decided.
func voidAsks(tx *store.Tx, o *order, l *Leg) error {
	l.Asks = 0
	return tx.Queue("UPDATE hotline_ask SET state = 'void', decided_at = $1 WHERE centre_id = $2 AND ticket_id = $3 AND leg_id = $4 AND state = 'waiting'",
		tx.Now(), o.CentreID, o.ID, l.ID)
}

func loadAsks(tx *store.Tx, centre string, t TicketID) ([]Ask, error) {
	return store.Select[Ask](tx, "SELECT "+askColumns+" FROM hotline_ask WHERE centre_id = $1 AND ticket_id = $2 ORDER BY id", centre, t)
}

// shownAsks leaves out of a ticket's asks those that only the hotline office and the unit that asked may read.
func shownAsks(a *actor.Actor, o *order, list []Ask) []Ask {
	lead := o.lead()
	leads := lead != nil && o.holds(a, PermRead, lead)
	return slices.DeleteFunc(list, func(k Ask) bool {
		if k.State == AskDrafted { // its unit has asked nothing yet
			return !a.HasUnit(k.UnitID)
		}
		return !leads && a.Scope(PermRead) < actor.Centre && !a.HasUnit(k.UnitID)
	})
}
