package workforce

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/evidence"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ScoreState is where an event stands.
type ScoreState string

// The states of an event.
const (
	Proposed  ScoreState = "proposed"  // 待复核
	Confirmed ScoreState = "confirmed" // 已认定
	Declined  ScoreState = "declined"  // 不予认定
	Void      ScoreState = "void"      // 已撤销: its fact was corrected, or an appeal was upheld
)

// Label is the Chinese name.
func (s ScoreState) Label() string {
	return map[ScoreState]string{Proposed: "待复核", Confirmed: "已认定", Declined: "不予认定", Void: "已撤销"}[s]
}

// AppealState is what became of an appeal against an event.
type AppealState string

// The states of an appeal.
const (
	NoAppeal      AppealState = ""
	AppealWaiting AppealState = "waiting"  // 申诉中
	AppealUpheld  AppealState = "upheld"   // 申诉成立
	AppealFailed  AppealState = "rejected" // 申诉不成立
)

// Label is the Chinese name.
func (s AppealState) Label() string {
	return map[AppealState]string{AppealWaiting: "申诉中", AppealUpheld: "申诉成立", AppealFailed: "申诉不成立"}[s]
}

// ScoreEvent (考核事项) takes points from somebody or gives them, with what proves it. Machines propose, persons confirm.
type ScoreEvent struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           string        `db:"id" json:"id"`
	Month        clock.Date    `db:"month" json:"month"` // first day of the month whose sheet it is on
	Day          clock.Date    `db:"day" json:"day"`     // when it happened
	UserID       string        `db:"user_id" json:"user_id,omitempty"`
	UnitID       string        `db:"unit_id" json:"unit_id"`
	SiteID       string        `db:"site_id" json:"site_id,omitempty"`
	Kind         EntryKind     `db:"kind" json:"kind"`
	Code         string        `db:"code" json:"code"`
	Points       int64         `db:"points" json:"points"` // hundredths
	Text         string        `db:"text" json:"text"`
	Evidence     string        `db:"evidence" json:"evidence"`
	Source       string        `db:"source" json:"source"` // manual, or the module that proposed it
	SourceKey    string        `db:"source_key" json:"-"`
	State        ScoreState    `db:"state" json:"state"`
	ByUser       string        `db:"by_user" json:"by_user,omitempty"`
	At           clock.Instant `db:"at" json:"at"`
	DecidedBy    string        `db:"decided_by" json:"decided_by,omitempty"`
	DecidedAt    clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	Remark       string        `db:"remark" json:"remark,omitempty"`
	Appeal       AppealState   `db:"appeal" json:"appeal,omitempty"`
	AppealText   string        `db:"appeal_text" json:"appeal_text,omitempty"`
	AppealBy     string        `db:"appeal_by" json:"appeal_by,omitempty"`
	AppealAt     clock.Instant `db:"appeal_at" json:"appeal_at,omitzero"`
	AppealAnswer string        `db:"appeal_answer" json:"appeal_answer,omitempty"`
	Corrects     string        `db:"corrects" json:"corrects,omitempty"` // the event of a locked sheet that it puts right
	Version      int64         `db:"version" json:"version"`
}

func (e ScoreEvent) revision() int64 { return e.Version }

// Row is the event as an object of the scope model; whom it is about owns it.
func (e *ScoreEvent) Row() org.Row {
	return org.Row{CentreID: e.CentreID, UnitID: e.UnitID, SiteID: e.SiteID, OwnerID: e.UserID}
}

// Manual is the source of what a person proposed.
const Manual = "manual"

var scoreColumns = store.Columns[ScoreEvent]("")

// ScoreInput is what a person proposes.
type ScoreInput struct {
	Day      clock.Date `json:"day" doc:"发生日期"`
	UserID   string     `json:"user_id,omitempty" maxLength:"40" doc:"人员；整个窗口的不填"`
	UnitID   string     `json:"unit_id,omitempty" maxLength:"40" doc:"单位；填了人员可以不填"`
	Code     string     `json:"code" maxLength:"40" doc:"考核规则里的标准编号"`
	Points   int64      `json:"points,omitempty" doc:"分值，百分之一分；标准固定的不填"`
	Text     string     `json:"text" maxLength:"500" doc:"事由"`
	Evidence string     `json:"evidence" maxLength:"500" doc:"佐证：文号、办件编号、巡查记录等"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// FileScore proposes an event. The office proposes housekeeping only; others those of their own people.
func (m *Module) FileScore(ctx context.Context, in ScoreInput) (ScoreEvent, error) {
	a := actor.From(ctx)
	if err := a.Require(PermScoreFile); err != nil {
		return ScoreEvent{}, err
	}
	e := need(ErrInput, "text", "事由", &in.Text, 500)
	e = need(e, "evidence", "佐证", &in.Evidence, 500)
	if in.Day.IsZero() {
		e = e.Field("day", "请填写发生日期。")
	}
	if err := e.OrNil(); err != nil {
		return ScoreEvent{}, err
	}
	var ev ScoreEvent
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if in.Day > tx.Now().Date() {
			return ErrInput.Field("day", "发生日期不能在今天之后。")
		}
		month, _ := monthSpan(in.Day)
		rules, err := rulesFor(tx, a.CentreID, month)
		if err != nil {
			return err
		}
		c, points, err := in.charge(&rules.Def, a)
		if err != nil {
			return err
		}
		ev = ScoreEvent{CentreID: a.CentreID, ID: tx.NewID(), Day: in.Day, UserID: in.UserID, UnitID: in.UnitID, Kind: Deduct, Code: c.Code, Points: points, Text: in.Text, Evidence: in.Evidence,
			Source: Manual, State: Proposed, ByUser: a.UserID, At: tx.Now(), Version: 1}
		if c.Item == ItemBonus {
			ev.Kind = Bonus
		}
		if err := m.addressed(tx, a, &ev); err != nil {
			return err
		}
		if ev.Month, err = m.openMonth(tx, a.CentreID, month); err != nil {
			return err
		}
		prior, repeated, err := once.ClaimContent(tx, in.Key, "workforce.score_file", in, ev.ID)
		if repeated {
			ev, err = store.Get[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
		}
		if err != nil || repeated {
			return err
		}
		if err := store.Insert(tx, "workforce_score", ev); err != nil {
			return err
		}
		return audit.Record(tx, scoreEntry("workforce.score_file", PermScoreFile, &ev))
	})
	return ev, err
}

func scoreEntry(action string, p actor.Permission, e *ScoreEvent) audit.Entry {
	return audit.Entry{Action: action, Permission: p, Kind: "workforce_score", Object: e.ID,
		Detail: map[string]any{"user": e.UserID, "unit": e.UnitID, "code": e.Code, "points": e.Points, "month": e.Month, "state": e.State}}
}

// charge finds the standard that the input names and what it comes to.
func (in *ScoreInput) charge(d *Definition, a *actor.Actor) (Charge, int64, error) {
	c, ok := d.charge(in.Code)
	if !ok || !a.Can(PermScoreAny) && c.Item != ItemHousekeeping {
		return c, 0, ErrInput.Field("code", "请从列出的标准中选择。")
	}
	points := c.Cost(1, 0)
	if c.Free {
		points = in.Points
		if points <= 0 || points > c.Cap {
			return c, 0, ErrInput.Field("points", "分值应大于 0，最多 %s 分。", PointsText(c.Cap))
		}
	}
	return c, points, nil
}

// addressed fills in whose window an event is of, and refuses one that is not the actor's to propose.
func (m *Module) addressed(tx *store.Tx, a *actor.Actor, ev *ScoreEvent) error {
	if ev.UserID != "" {
		p, err := postingOn(tx, a.CentreID, ev.UserID, ev.Day)
		if err != nil {
			return ErrInput.Field("user_id", "这个人在 %s 没有派驻岗位。", ev.Day)
		}
		ev.UnitID, ev.SiteID = p.UnitID, p.SiteID
		if ev.UserID == a.UserID && ev.Kind == Bonus {
			return ErrSelf
		}
	} else if _, err := m.org.UnitTx(tx, a.CentreID, ev.UnitID); err != nil {
		return ErrInput.Field("unit_id", "请选择人员或单位。")
	}
	row := ev.Row()
	row.OwnerID = ""
	if !org.Sees(a, PermScoreFile, row) {
		return ErrInput.Field("user_id", "只能对本单位（本站点）的人员提出。")
	}
	return nil
}

// ScoreFilter chooses events; empty fields do not restrict.
type ScoreFilter struct {
	Month  clock.Date
	State  ScoreState
	UserID string
	UnitID string
	Mine   bool // proposed by the actor
	Appeal bool // only those whose appeal waits
	After  string
	Limit  int
}

// ScoreLine is an event with the names that a list shows.
type ScoreLine struct {
	ScoreEvent
	Name   string `json:"name,omitempty"`
	Unit   string `json:"unit"`
	Charge string `json:"charge"`
	// Files prove the event, or its appeal.
	Files []evidence.File `json:"files,omitempty"`
}

// Scores lists the events of a month that the actor may see, by age.
func (m *Module) Scores(ctx context.Context, f ScoreFilter) (list []ScoreLine, next string, err error) {
	a := actor.From(ctx)
	perm := PermScoreRead
	if !a.Can(perm) {
		perm, f.Mine = PermScoreFile, true
	}
	if err := a.Require(perm); err != nil {
		return nil, "", err
	}
	month, _ := monthSpan(f.Month)
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if !f.Mine {
		cond, args := org.Filter(a, perm, org.Columns{Centre: "centre_id", Unit: "unit_id", Site: "site_id", Owner: "user_id"})
		w.And(cond, args...)
	} else {
		w.And("by_user = ?", a.UserID)
	}
	for _, c := range []struct {
		cond  string
		value string
	}{{"state = ?", string(f.State)}, {"user_id = ?", f.UserID}, {"unit_id = ?", f.UnitID}, {"id > ?", f.After}} {
		if c.value != "" {
			w.And(c.cond, c.value)
		}
	}
	if f.Month > 0 {
		w.And("month = ?", month)
	}
	if f.Appeal {
		w.And("appeal = ?", string(AppealWaiting))
	}
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 100
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		events, err := store.Select[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score"+w.SQL()+" ORDER BY id LIMIT "+itoa(int64(f.Limit+1)), w.Args...)
		if len(events) > f.Limit {
			events, next = events[:f.Limit], events[f.Limit-1].ID
		}
		if err != nil {
			return err
		}
		list, err = m.nameScores(tx, a.CentreID, events)
		return err
	})
	return list, next, err
}

func (m *Module) nameScores(tx *store.Tx, centre string, events []ScoreEvent) ([]ScoreLine, error) {
	out := make([]ScoreLine, len(events))
	if len(events) == 0 {
		return out, nil
	}
	users, units := make([]string, len(events)), make([]string, len(events))
	for i, e := range events {
		users[i], units[i] = e.UserID, e.UnitID
	}
	names, err := m.org.UserNamesTx(tx, centre, users)
	if err != nil {
		return nil, err
	}
	unitNames, err := m.org.UnitsTx(tx, centre, units)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(events))
	for i := range events {
		ids[i] = events[i].ID
	}
	files, err := evidence.Of(tx, centre, evidenceKind, ids...)
	if err != nil {
		return nil, err
	}
	rules := map[clock.Date]RuleSet{}
	for i, e := range events {
		r, ok := rules[e.Month]
		if !ok {
			if r, err = rulesFor(tx, centre, e.Month); err != nil {
				return nil, err
			}
			rules[e.Month] = r
		}
		c, _ := r.Def.charge(e.Code)
		u := unitNames[e.UnitID]
		out[i] = ScoreLine{ScoreEvent: e, Name: names[e.UserID], Unit: u.Short(), Charge: c.Name, Files: files[e.ID]}
	}
	return out, nil
}

// changeScore loads an event, checks that its sheet is open, lets a rule change it, and saves it.
func (m *Module) changeScore(ctx context.Context, perm actor.Permission, action, id string, version int64, rule func(tx *store.Tx, a *actor.Actor, e *ScoreEvent) error) (ScoreEvent, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return ScoreEvent{}, err
	}
	var e ScoreEvent
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if e, err = store.Get[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id); missing(err) != nil {
			return missing(err)
		}
		if err := sees(a, perm, e.Row()); err != nil {
			return err
		}
		if e.Version != version {
			return store.ErrStale.With("version", e.Version)
		}
		if err := m.unlocked(tx, a.CentreID, e.Month); err != nil {
			return err
		}
		if err := rule(tx, a, &e); err != nil {
			return err
		}
		e.Version++
		if err := put(tx, "workforce_score", e, false); err != nil {
			return err
		}
		return audit.Record(tx, scoreEntry(action, perm, &e))
	})
	return e, err
}

// DecideScore confirms or declines a proposal (复核); whoever proposed it, and whom it is about, may not.
func (m *Module) DecideScore(ctx context.Context, id string, version int64, uphold bool, remark string) (ScoreEvent, error) {
	return m.changeScore(ctx, PermScoreDecide, "workforce.score_decide", id, version, func(tx *store.Tx, a *actor.Actor, e *ScoreEvent) error {
		if e.State != Proposed {
			return ErrState
		}
		if e.ByUser == a.UserID || e.UserID == a.UserID {
			return ErrSelf
		}
		remark = strings.TrimSpace(remark)
		if !uphold && remark == "" {
			return ErrInput.Field("remark", "不予认定的，请写明理由。")
		}
		if in := atMost(ErrInput, "remark", "复核意见", &remark, 500); in.OrNil() != nil {
			return in
		}
		e.State, e.DecidedBy, e.DecidedAt, e.Remark = Confirmed, a.UserID, tx.Now(), remark
		if !uphold {
			e.State = Declined
		}
		return nil
	})
}

// Appeal objects to an event, by whom it is about or by the chief representative for his people.
func (m *Module) Appeal(ctx context.Context, id string, version int64, text string) (ScoreEvent, error) {
	return m.changeScore(ctx, PermScoreAppeal, "workforce.score_appeal", id, version, func(tx *store.Tx, a *actor.Actor, e *ScoreEvent) error {
		if in := need(ErrInput, "text", "申诉理由", &text, 1000); in.OrNil() != nil {
			return in
		}
		if e.Kind != Deduct || e.State != Confirmed && e.State != Proposed || e.Appeal != NoAppeal {
			return ErrState.Say("这一条已经申诉过，或者没有扣分，不能申诉。")
		}
		s, err := sheetOf(tx, a.CentreID, e.Month)
		if err != nil {
			return err
		}
		if s.State == SheetShown && tx.Now().Date() > s.AppealTo {
			return ErrState.Say("公示期已于 %s 结束，不能再申诉。", s.AppealTo)
		}
		e.Appeal, e.AppealText, e.AppealBy, e.AppealAt = AppealWaiting, text, a.UserID, tx.Now()
		return nil
	})
}

// AnswerAppeal decides an appeal; an upheld one voids the event.
func (m *Module) AnswerAppeal(ctx context.Context, id string, version int64, uphold bool, answer string) (ScoreEvent, error) {
	return m.changeScore(ctx, PermScoreDecide, "workforce.score_answer", id, version, func(tx *store.Tx, a *actor.Actor, e *ScoreEvent) error {
		if in := need(ErrInput, "answer", "答复", &answer, 1000); in.OrNil() != nil {
			return in
		}
		if e.Appeal != AppealWaiting {
			return ErrState
		}
		if e.AppealBy == a.UserID || e.UserID == a.UserID {
			return ErrSelf
		}
		e.Appeal, e.AppealAnswer = AppealFailed, answer
		if uphold {
			e.Appeal, e.State = AppealUpheld, Void
		}
		return nil
	})
}

// PutRight proposes to give back, in the first month that is still open, what a locked sheet took wrongly. The locked sheet
// stays as it is (invariant I7).
func (m *Module) PutRight(ctx context.Context, id, reason string) (ScoreEvent, error) {
	a := actor.From(ctx)
	if err := a.Require(PermScoreDecide); err != nil {
		return ScoreEvent{}, err
	}
	if e := need(ErrInput, "reason", "更正理由", &reason, 500); e.OrNil() != nil {
		return ScoreEvent{}, e
	}
	var back ScoreEvent
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		e, err := store.Get[ScoreEvent](tx, "SELECT "+scoreColumns+" FROM workforce_score WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id)
		if err = missing(err); err != nil {
			return err
		}
		if e.Kind != Deduct || e.State != Confirmed || m.unlocked(tx, a.CentreID, e.Month) == nil {
			return ErrState.Say("只有已锁定月份里认定的扣分才这样更正。")
		}
		back = e
		back.ID, back.Kind, back.State, back.Source, back.SourceKey, back.Corrects = tx.NewID(), Refund, Proposed, Manual, "refund:"+e.ID, e.ID
		back.ByUser, back.At, back.DecidedBy, back.DecidedAt, back.Remark, back.Version = a.UserID, tx.Now(), "", 0, "", 1
		back.Appeal, back.AppealText, back.AppealBy, back.AppealAt, back.AppealAnswer = NoAppeal, "", "", 0, ""
		back.Text, back.Evidence = "更正 "+e.Month.String()[:7]+" 的扣分：“"+e.Text+"”", reason
		if back.Month, err = m.openMonth(tx, a.CentreID, e.Month); err != nil {
			return err
		}
		if err := store.Insert(tx, "workforce_score", back); err != nil {
			return err
		}
		return audit.Record(tx, scoreEntry("workforce.score_put_right", PermScoreDecide, &back))
	})
	return back, taken(err)
}

// standing are the events of a month that a sheet counts: those that were confirmed.
func standing(events []ScoreEvent) []Entry {
	var out []Entry
	for _, e := range events {
		if e.State == Confirmed {
			out = append(out, Entry{e.ID, e.UserID, e.UnitID, e.Kind, e.Code, e.Points})
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
	return out
}
