package workforce

import (
	"context"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// LeaveInput is what somebody asks for.
type LeaveInput struct {
	Kind    LeaveKind     `json:"kind" enum:"personal,sick,holiday,official,errand" doc:"事假、病假、休假、公假或临时外出"`
	From    clock.Instant `json:"from" doc:"开始"`
	To      clock.Instant `json:"to" doc:"结束"`
	Reason  string        `json:"reason" maxLength:"500" doc:"事由"`
	StandIn string        `json:"stand_in" maxLength:"40" doc:"AB 岗：接替的人"`
	Cover   bool          `json:"cover,omitempty" doc:"接替的人到本窗口顶岗"`
}

func (in *LeaveInput) check() error {
	e := need(ErrInput, "reason", "事由", &in.Reason, 500)
	if !slices.Contains(LeaveKinds(), in.Kind) {
		e = e.Field("kind", "请选择请假类型。")
	}
	if in.From == 0 || in.To <= in.From || in.To-in.From > 200*24*3600_000 {
		e = e.Field("to", "结束时间应在开始之后。")
	}
	if in.StandIn == "" {
		e = e.Field("stand_in", "请选择 AB 岗接替人员。")
	}
	return e.OrNil()
}

// AskLeave asks for leave. The stand-in confirms first, then the approvers of the ladder decide in their order.
func (m *Module) AskLeave(ctx context.Context, in LeaveInput) (Leave, error) {
	a := actor.From(ctx)
	if err := a.Require(PermApply); err != nil {
		return Leave{}, err
	}
	if err := in.check(); err != nil {
		return Leave{}, err
	}
	if in.StandIn == a.UserID {
		return Leave{}, ErrInput.Field("stand_in", "接替的人不能是本人。")
	}
	var l Leave
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		l, err = m.askLeave(tx, a, in)
		return err
	})
	return l, err
}

func (m *Module) askLeave(tx *store.Tx, a *actor.Actor, in LeaveInput) (Leave, error) {
	first, last := in.From.Date(), (in.To - 1).Date()
	p, err := postingOn(tx, a.CentreID, a.UserID, first)
	if err != nil {
		return Leave{}, err
	}
	if _, err := postingOn(tx, a.CentreID, in.StandIn, first); err != nil {
		return Leave{}, ErrInput.Field("stand_in", "接替的人在 %s 没有派驻岗位。", first)
	}
	if twice, err := store.Select[string](tx, "SELECT id FROM workforce_leave WHERE centre_id = $1 AND user_id = $2 AND to_at > $3 AND from_at < $4 AND state IN ('asked', 'agreed', 'granted') LIMIT 1", a.CentreID, a.UserID, in.From, in.To); err != nil || len(twice) > 0 {
		if err == nil {
			err = ErrInput.Field("from", "这段时间已经有一份请假。")
		}
		return Leave{}, err
	}
	b, err := m.bookOf(tx, a.CentreID, []string{a.UserID}, first, last)
	if err != nil {
		return Leave{}, err
	}
	l := Leave{CentreID: a.CentreID, ID: tx.NewID(), UserID: a.UserID, UnitID: p.UnitID, SiteID: p.SiteID, Chief: p.Chief, Kind: in.Kind, From: in.From, To: in.To, Reason: in.Reason, StandIn: in.StandIn, Cover: in.Cover,
		Halves: halvesOf(b.parts(a.UserID, first-1, last), in.From, in.To), State: Asked, AskedAt: tx.Now(), Version: 1}
	month, _ := monthSpan(first)
	rules, err := rulesFor(tx, a.CentreID, month)
	if err != nil {
		return l, err
	}
	chiefs, err := m.team(tx, &l, first, true)
	if err != nil {
		return l, err
	}
	l.StepList = strings.Join(approvers(rules.Def.Ladder, l.Halves, l.Chief, len(chiefs) > 0, a.Roles), ",")
	if err := m.staffed(tx, &l); err != nil {
		return l, err
	}
	if err := store.Insert(tx, "workforce_leave", l); err != nil {
		return l, err
	}
	return l, m.note(tx, a, &l, "申请", PermApply, in.Reason)
}

// note adds a line to an application's history and to the audit log.
func (m *Module) note(tx *store.Tx, a *actor.Actor, l *Leave, what string, perm actor.Permission, text string) error {
	if err := store.Insert(tx, "workforce_leave_step", LeaveStep{CentreID: l.CentreID, LeaveID: l.ID, ID: tx.NewID(), What: what, ByUser: a.UserID, At: tx.Now(), Text: text}); err != nil {
		return err
	}
	return audit.Record(tx, audit.Entry{Action: "workforce.leave_" + string(l.State), Permission: perm, Kind: "workforce_leave", Object: l.ID,
		Detail: map[string]any{"user": l.UserID, "kind": l.Kind, "halves": l.Halves, "step": l.StepNo, "waiting": l.Waiting}})
}

// team lists the unit's other people at the site of an application on a day, or only its chief representatives.
func (m *Module) team(tx *store.Tx, l *Leave, day clock.Date, chiefs bool) ([]string, error) {
	list, err := store.Select[Posting](tx, "SELECT "+postingColumns+" FROM workforce_posting WHERE centre_id = $1 AND unit_id = $2 AND from_day <= $3 AND (to_day = '' OR to_day >= $3) ORDER BY user_id", l.CentreID, l.UnitID, day)
	var out []string
	for _, p := range list {
		if p.UserID != l.UserID && p.SiteID == l.SiteID && (!chiefs || p.Chief) {
			out = append(out, p.UserID)
		}
	}
	return out, err
}

// staffed refuses leave that would leave a window without anybody (hall reference §4.8), unless the stand-in covers it.
// It holds the window's other applications until the transaction ends.
func (m *Module) staffed(tx *store.Tx, l *Leave) error {
	if err := audit.Lock(tx, l.CentreID, "workforce.window/"+l.UnitID); err != nil {
		return err
	}
	first, last := l.From.Date(), (l.To - 1).Date()
	mates, err := m.team(tx, l, first, false)
	if err != nil {
		return err
	}
	others := append(mates, l.UserID)
	if l.Cover && !slices.Contains(others, l.StandIn) {
		others = append(others, l.StandIn)
	}
	posts, err := windowPosts(tx, l.CentreID)
	if err != nil {
		return err
	}
	b, err := m.bookOf(tx, l.CentreID, others, first, last)
	if err != nil {
		return err
	}
	at := func(user string, day clock.Date) bool { // at a window of the unit
		p := b.posting(user, day)
		return p != nil && p.UnitID == l.UnitID && p.SiteID == l.SiteID && slices.Contains(posts, p.PostID)
	}
	for _, p := range b.parts(l.UserID, first-1, last) {
		if p.From >= l.To || p.To <= l.From || !at(l.UserID, p.Day) {
			continue
		}
		if !slices.ContainsFunc(others, func(u string) bool {
			cover := u == l.StandIn && l.Cover
			return u != l.UserID && (cover || at(u, p.Day)) && b.there(u, p, cover)
		}) {
			return ErrEmptyPost.Say("%s %s–%s 窗口将没有人在岗。请先安排顶岗人员，再提交或批准。", p.Day, p.From.Time().Format("15:04"), p.To.Time().Format("15:04"))
		}
	}
	return nil
}

// windowPosts lists the posts at windows of a centre. Who guides or works behind is not at a window.
func windowPosts(tx *store.Tx, centre string) ([]string, error) {
	return store.Select[string](tx, "SELECT id FROM workforce_post WHERE centre_id = $1 AND kind = $2 ORDER BY id", centre, WindowPost)
}

// there reports whether somebody is to be there during a part: at work by his own plan, or as cover, and not on leave.
func (b *book) there(user string, during Part, cover bool) bool {
	for _, e := range b.excuses[user] {
		if e.From < during.To && e.To > during.From {
			return false
		}
	}
	if cover {
		return true
	}
	return slices.ContainsFunc(b.parts(user, during.Day-1, during.Day), func(p Part) bool { return p.From < during.To && p.To > during.From })
}

// changeLeave loads an application, lets a rule change it, and saves it with a line of history.
func (m *Module) changeLeave(ctx context.Context, perm actor.Permission, id string, version int64, what, text string, rule func(tx *store.Tx, a *actor.Actor, l *Leave) error) (Leave, error) {
	a := actor.From(ctx)
	if err := a.Require(perm); err != nil {
		return Leave{}, err
	}
	if in := atMost(ErrInput, "text", "说明", &text, 500); in.OrNil() != nil {
		return Leave{}, in
	}
	var l Leave
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if l, err = store.Get[Leave](tx, "SELECT "+leaveColumns+" FROM workforce_leave WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), a.CentreID, id); missing(err) != nil {
			return missing(err)
		}
		if l.StandIn != a.UserID && !org.Sees(a, perm, l.Row()) {
			return ErrMissing.Hide()
		}
		if l.Version != version {
			return store.ErrStale.With("version", l.Version)
		}
		if err := rule(tx, a, &l); err != nil {
			return err
		}
		l.Version++
		if err := put(tx, "workforce_leave", l, false); err != nil {
			return err
		}
		return m.note(tx, a, &l, what, perm, text)
	})
	return l, err
}

// StandIn is the answer of the stand-in (AB岗确认): yes hands the application to the first approver.
func (m *Module) StandIn(ctx context.Context, id string, version int64, agree bool, text string) (Leave, error) {
	what := "AB 岗确认"
	if !agree {
		what = "AB 岗不能接替"
	}
	return m.changeLeave(ctx, PermApply, id, version, what, text, func(tx *store.Tx, a *actor.Actor, l *Leave) error {
		if l.StandIn != a.UserID {
			return ErrNotYours
		}
		if l.State != Asked {
			return ErrState
		}
		l.State = Refused
		if agree {
			l.State, l.StepNo, l.Waiting = Agreed, 0, l.Steps()[0]
		}
		return nil
	})
}

// DecideLeave is the decision of the approver whose turn it is; the last yes grants the leave.
func (m *Module) DecideLeave(ctx context.Context, id string, version int64, agree bool, text string) (Leave, error) {
	a := actor.From(ctx)
	l, err := m.peekLeave(ctx, id)
	if err != nil {
		return Leave{}, err
	}
	if l.State != Agreed {
		return Leave{}, ErrState
	}
	what := StepLabel(l.Waiting) + "同意"
	if !agree {
		what = StepLabel(l.Waiting) + "不同意"
	}
	perm := stepPermission(l.Waiting)
	if !a.Can(perm) && canApprove(a) {
		return Leave{}, ErrNotYours.Say("这份请假由%s审批。", StepLabel(l.Waiting))
	}
	return m.changeLeave(ctx, perm, id, version, what, text, func(tx *store.Tx, a *actor.Actor, l *Leave) error {
		if l.State != Agreed || stepPermission(l.Waiting) != perm {
			return ErrState
		}
		if l.UserID == a.UserID || !org.Sees(a, perm, org.Row{CentreID: l.CentreID, UnitID: l.UnitID, SiteID: l.SiteID}) {
			return ErrSelf
		}
		if !agree {
			l.State, l.Waiting = Refused, ""
			return nil
		}
		if err := m.staffed(tx, l); err != nil {
			return err
		}
		if l.StepNo++; int(l.StepNo) < len(l.Steps()) {
			l.Waiting = l.Steps()[l.StepNo]
			return nil
		}
		l.State, l.Waiting, l.GrantedAt = Granted, "", tx.Now()
		return nil
	})
}

func canApprove(a *actor.Actor) bool {
	return a.Can(PermLeaveChief) || a.Can(PermLeaveSection) || a.Can(PermLeaveLeader)
}

// peekLeave reads an application that the actor may see.
func (m *Module) peekLeave(ctx context.Context, id string) (Leave, error) {
	a := actor.From(ctx)
	if !a.Can(PermApply) && !canApprove(a) {
		if err := a.Require(PermAttendance); err != nil {
			return Leave{}, err
		}
	}
	var l Leave
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		l, err = store.Get[Leave](tx, "SELECT "+leaveColumns+" FROM workforce_leave WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		return missing(err)
	})
	if err == nil && !seesLeave(a, &l) {
		err = ErrMissing.Hide()
	}
	return l, err
}

// seesLeave lets those see an application whom it concerns: who asked, who stands in, who approves, who reads attendance.
func seesLeave(a *actor.Actor, l *Leave) bool {
	if a.UserID != "" && (l.UserID == a.UserID || l.StandIn == a.UserID) && l.CentreID == a.CentreID {
		return true
	}
	for _, p := range []actor.Permission{PermAttendance, PermLeaveChief, PermLeaveSection, PermLeaveLeader} {
		if a.Can(p) && org.Sees(a, p, l.Row()) {
			return true
		}
	}
	return false
}

// Withdraw takes an application back before it begins (撤回).
func (m *Module) Withdraw(ctx context.Context, id string, version int64) (Leave, error) {
	return m.changeLeave(ctx, PermApply, id, version, "撤回", "", func(tx *store.Tx, a *actor.Actor, l *Leave) error {
		if l.UserID != a.UserID {
			return ErrNotYours
		}
		if !l.State.Open() && (l.State != Granted || tx.Now() >= l.From) {
			return ErrState
		}
		l.State, l.Waiting = Withdrawn, ""
		return nil
	})
}

// Return reports back from leave (销假); who comes back early is expected again from then on.
func (m *Module) Return(ctx context.Context, id string, version int64) (Leave, error) {
	return m.changeLeave(ctx, PermApply, id, version, "销假", "", func(tx *store.Tx, a *actor.Actor, l *Leave) error {
		if l.UserID != a.UserID {
			return ErrNotYours
		}
		if l.State != Granted || tx.Now() < l.From {
			return ErrState
		}
		l.State, l.BackAt = Back, tx.Now()
		return nil
	})
}

// TruancyInput is an absence that the office has established.
type TruancyInput struct {
	UserID string        `json:"user_id" maxLength:"40" doc:"账号"`
	From   clock.Instant `json:"from" doc:"开始"`
	To     clock.Instant `json:"to" doc:"结束"`
	Reason string        `json:"reason" maxLength:"500" doc:"认定的依据"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// RecordTruancy notes that somebody was absent without leave (旷工) although there are punches, such as those of another.
func (m *Module) RecordTruancy(ctx context.Context, in TruancyInput) (Leave, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCorrect); err != nil {
		return Leave{}, err
	}
	e := need(ErrInput, "reason", "认定的依据", &in.Reason, 500)
	if in.From == 0 || in.To <= in.From || in.To-in.From > 31*24*3600_000 {
		e = e.Field("to", "结束时间应在开始之后，最长 31 天。")
	}
	if err := e.OrNil(); err != nil {
		return Leave{}, err
	}
	var l Leave
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		p, err := postingOn(tx, a.CentreID, in.UserID, in.From.Date())
		if err != nil {
			return ErrInput.Field("user_id", "这个人在 %s 没有派驻岗位。", in.From.Date())
		}
		if err := sees(a, PermCorrect, p.Row()); err != nil {
			return err
		}
		if in.UserID == a.UserID {
			return ErrSelf
		}
		if in.To > tx.Now() {
			return ErrInput.Field("to", "不能登记还没有到的时间。")
		}
		if err := m.unlocked(tx, a.CentreID, in.From.Date()); err != nil {
			return err
		}
		b, err := m.bookOf(tx, a.CentreID, []string{in.UserID}, in.From.Date(), in.To.Date())
		if err != nil {
			return err
		}
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "workforce.truancy", in, id)
		if err != nil {
			return err
		}
		if repeated {
			l, err = store.Get[Leave](tx, "SELECT "+leaveColumns+" FROM workforce_leave WHERE centre_id = $1 AND id = $2", a.CentreID, prior)
			return missing(err)
		}
		l = Leave{CentreID: a.CentreID, ID: id, UserID: in.UserID, UnitID: p.UnitID, SiteID: p.SiteID, Kind: Truancy, From: in.From, To: in.To, Reason: in.Reason, State: Recorded, AskedAt: tx.Now(), Version: 1,
			Halves: halvesOf(b.parts(in.UserID, in.From.Date()-1, in.To.Date()), in.From, in.To)}
		if err := store.Insert(tx, "workforce_leave", l); err != nil {
			return err
		}
		return m.note(tx, a, &l, "登记旷工", PermCorrect, in.Reason)
	})
	return l, err
}
