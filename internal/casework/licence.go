package casework

import (
	"errors"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// LicenceState is where a licence stands.
type LicenceState string

// The states of a licence.
const (
	InForce   LicenceState = "active"    // 有效
	Renewed   LicenceState = "renewed"   // 被延续: another one follows it
	Expired   LicenceState = "expired"   // 到期
	Cancelled LicenceState = "cancelled" // 注销 (行政许可法 art. 70)
	Annulled  LicenceState = "revoked"   // 撤销 (行政许可法 art. 69)
	Forfeited LicenceState = "forfeited" // 吊销 (行政处罚法 art. 9)
)

var licenceStates = map[LicenceState]string{InForce: "有效", Renewed: "被延续", Expired: "到期", Cancelled: "注销", Annulled: "撤销", Forfeited: "吊销"}

// Label is the state's Chinese name.
func (s LicenceState) Label() string { return licenceStates[s] }

// LicenceAction is one thing that happens to a licence.
type LicenceAction string

// What happens to a licence.
const (
	LicenceGive     LicenceAction = "give"    // 登记
	LicencePrint    LicenceAction = "print"   // 制证: of one that a renewal gave before
	LicenceNotice   LicenceAction = "notice"  // 期满提醒
	LicenceRenew    LicenceAction = "renew"   // 被延续
	LicenceExpire   LicenceAction = "expire"  // 到期
	LicenceCancel   LicenceAction = "cancel"  // 注销
	LicenceAnnul    LicenceAction = "annul"   // 撤销
	LicenceForfeit  LicenceAction = "forfeit" // 吊销
	LicenceRestore  LicenceAction = "restore" // 恢复: what renewed it was revoked
	LicenceCorrects LicenceAction = "correct" // 更正
)

var licenceActions = map[LicenceAction]string{LicenceGive: "登记", LicencePrint: "制证", LicenceNotice: "期满提醒", LicenceRenew: "被延续", LicenceExpire: "到期", LicenceCancel: "注销", LicenceAnnul: "撤销", LicenceForfeit: "吊销",
	LicenceRestore: "恢复有效", LicenceCorrects: "更正"}

// Label is the action's Chinese name.
func (a LicenceAction) Label() string { return licenceActions[a] }

// licenceFlow is the table of what may happen to a licence: from which states, and to which; "" keeps the state.
var licenceFlow = map[LicenceAction]struct {
	from []LicenceState
	to   LicenceState
}{
	LicenceGive:     {[]LicenceState{""}, InForce},
	LicencePrint:    {[]LicenceState{InForce}, ""},
	LicenceNotice:   {[]LicenceState{InForce}, ""},
	LicenceRenew:    {[]LicenceState{InForce}, Renewed},
	LicenceExpire:   {[]LicenceState{InForce, Renewed}, Expired},
	LicenceCancel:   {[]LicenceState{InForce, Expired, Annulled, Forfeited}, Cancelled},
	LicenceAnnul:    {[]LicenceState{InForce, Renewed, Expired}, Annulled},
	LicenceForfeit:  {[]LicenceState{InForce}, Forfeited},
	LicenceRestore:  {[]LicenceState{Renewed}, InForce},
	LicenceCorrects: {[]LicenceState{InForce, Renewed, Expired}, ""},
}

// Licence (证照) is what a decision gave, in the register of the organ that decided (许可证件登记). It has the id of the case by
// which it was given; the holder is the applicant of that case, encrypted as all of them.
type Licence struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        CaseID        `db:"id" json:"id"`
	No        string        `db:"no" json:"no"`
	Name      string        `db:"name" json:"name"`
	ItemID    string        `db:"item_id" json:"item_id"`
	ItemName  string        `db:"item_name" json:"item_name"`
	UnitID    string        `db:"unit_id" json:"unit_id"`
	SiteID    string        `db:"site_id" json:"site_id"`
	HolderID  string        `db:"holder_id" json:"-"`
	CreatedBy string        `db:"created_by" json:"-"`
	From      clock.Date    `db:"valid_from" json:"valid_from"`
	Until     clock.Date    `db:"valid_until" json:"valid_until"` // last day; "" where no end is fixed
	ApplyBy   clock.Date    `db:"apply_by" json:"apply_by"`       // last day on which an application for renewal is in time
	State     LicenceState  `db:"state" json:"state"`
	Deemed    bool          `db:"deemed" json:"deemed"`                // 视为准予延续: nobody decided
	Renews    CaseID        `db:"renews" json:"renews,omitempty"`      // the licence that it follows
	IssuedAt  clock.Instant `db:"issued_at" json:"issued_at,omitzero"` // when the paper was made
	NoticedOn clock.Date    `db:"noticed_on" json:"noticed_on"`        // when its end was announced
	EndedOn   clock.Date    `db:"ended_on" json:"ended_on"`            // last day in force
	Ground    string        `db:"ground" json:"ground,omitempty"`      // why it is no longer in force: see GroundText
	Document  string        `db:"document" json:"document,omitempty"`  // number of the paper that ended it
	EventSeq  int64         `db:"event_seq" json:"-"`
	EventHash []byte        `db:"event_hash" json:"-"`
	Version   int64         `db:"version" json:"version"`
}

var licenceColumns = store.Columns[Licence]("")

// The refusals about licences.
var (
	ErrLicence      = errs.New(errs.NotFound, "casework.licence", "没有这份证照，或您无权查看。请核对证照编号。")
	ErrLicenceState = errs.New(errs.Conflict, "casework.licence_state", "证照当前的状态不能进行这一操作。请刷新后再看。")
	ErrTerm         = errs.New(errs.Forbidden, "casework.licence_term", "有效期和事项规定的不同，须由有决定和用印权限的人员制证。请按事项规定的有效期填写，或请审批人员办理。")
	ErrRenewalOver  = errs.New(errs.Conflict, "casework.renewal_over", "原证照的有效期已经届满，系统正在登记届满的结果，操作没有进行。请过几分钟刷新后再看。")
	ErrRenews       = errs.New(errs.Conflict, "casework.renews", "没有查到申请人名下有效的这份证照，没有接件。请核对证照编号；不是申请延续的，不填。")
)

// row is the licence as an object of the scope model, as its case is.
func (l *Licence) row() org.Row {
	return org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID, OwnerID: l.CreatedBy}
}

func (l *Licence) visible(a *actor.Actor, perm actor.Permission) error {
	if org.Sees(a, perm, l.row()) {
		return nil
	}
	return ErrLicence.Hide()
}

// Ends reports whether an end is fixed.
func (l *Licence) Ends() bool { return !l.Until.IsZero() }

// TermText is the period as pages print it.
func (l *Licence) TermText() string {
	switch {
	case l.From.IsZero() && !l.Ends():
		return "未登记"
	case !l.Ends():
		return l.From.String() + " 起，未定期限"
	case l.From.IsZero():
		return "至 " + l.Until.String()
	}
	return l.From.String() + " 至 " + l.Until.String()
}

// term puts the last day, and with it the last day to apply for renewal.
func (l *Licence) term(t *Terms, until clock.Date) {
	l.Until, l.ApplyBy = until, clock.NoDate
	if l.Ends() {
		l.ApplyBy = calendar.ApplyBy(until, t.Renewal.LeadDays())
	}
}

// lastDay is the last day of what an item gives, from its first one on; NoDate where the item fixes no term.
func (t *Terms) lastDay(first clock.Date) clock.Date {
	switch n := t.Renewal.Term.N; t.Renewal.Term.Unit {
	case item.Day:
		return first + clock.Date(n) - 1
	case item.Month:
		return calendar.LastDayOfTerm(first, n)
	case item.Year:
		return calendar.LastDayOfTerm(first, 12*n)
	}
	return clock.NoDate
}

// happen adds an event to the licence and saves it: its state moves by the table, or stays.
func (l *Licence) happen(tx *store.Tx, action LicenceAction, n note) error {
	step, was := licenceFlow[action], l.State
	if !slices.Contains(step.from, was) {
		return ErrLicenceState.Say("证照 %s 处于“%s”，不能%s。", l.No, was.Label(), action.Label())
	}
	if step.to != "" {
		l.State = step.to
	}
	e, err := nextEvent(tx, Event{CentreID: l.CentreID, CaseID: l.ID, Seq: l.EventSeq, Action: Action(action), Was: State(was), State: State(l.State), Hash: l.EventHash}, n)
	if err != nil {
		return err
	}
	l.EventSeq, l.EventHash = e.Seq, e.Hash
	l.Version++
	if err := store.Insert(tx, "casework_licence_event", *e); err != nil {
		return err
	}
	if was == "" {
		return store.Insert(tx, "casework_licence", *l)
	}
	return store.Update(tx, "casework_licence", *l, "centre_id", "id")
}

// licenceOf loads the licence of a case for change; ok is false where it gave none.
func licenceOf(tx *store.Tx, centre string, id CaseID) (l Licence, ok bool, err error) {
	if id == "" {
		return l, false, nil
	}
	l, err = store.Get[Licence](tx, "SELECT "+licenceColumns+" FROM casework_licence WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return l, false, nil
	}
	return l, err == nil, err
}

func licenceEvents(tx *store.Tx, centre string, id CaseID) ([]Event, error) {
	return store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM casework_licence_event WHERE centre_id = $1 AND case_id = $2 ORDER BY seq", centre, id)
}
