package workforce

import (
	"context"
	"net/netip"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// Method is how a punch came about. None of them reads a face (个人信息保护法 art. 28: faces are sensitive personal data).
type Method string

// The methods.
const (
	ByCode       Method = "code"       // 打卡码: the code on the screen of the hall
	ByNetwork    Method = "network"    // 大厅网络: from a permitted network
	ByPaper      Method = "paper"      // 纸质签到: during an outage
	ByCorrection Method = "correction" // 办公室更正
)

// Label is the method's Chinese name.
func (m Method) Label() string {
	return map[Method]string{ByCode: "打卡码", ByNetwork: "大厅网络", ByPaper: "纸质签到", ByCorrection: "办公室更正"}[m]
}

// Punch (打卡) is one mark of being there. It is only ever added; what the office adds carries a reason and who added it.
type Punch struct {
	CentreID string        `db:"centre_id" json:"-"`
	UserID   string        `db:"user_id" json:"user_id"`
	ID       string        `db:"id" json:"id"`
	UnitID   string        `db:"unit_id" json:"unit_id"`
	SiteID   string        `db:"site_id" json:"site_id"`
	At       clock.Instant `db:"at" json:"at"`
	Method   Method        `db:"method" json:"method"`
	GateID   string        `db:"gate_id" json:"-"`
	OutageID string        `db:"outage_id" json:"outage_id,omitempty"`
	Reason   string        `db:"reason" json:"reason,omitempty"`
	ByUser   string        `db:"by_user" json:"by_user"`
	MadeAt   clock.Instant `db:"made_at" json:"made_at"`
}

var punchColumns = store.Columns[Punch]("")

// Punch punches for the actor now: with the code that a screen of the hall shows, or with none from a permitted network.
func (m *Module) Punch(ctx context.Context, code string) (Punch, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPunch); err != nil {
		return Punch{}, err
	}
	if a.UserID == "" {
		return Punch{}, ErrNoPosting
	}
	var p Punch
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		g, method, err := m.gateFor(tx, a, strings.TrimSpace(code))
		if err != nil {
			return err
		}
		last, err := store.Select[clock.Instant](tx, "SELECT at FROM workforce_punch WHERE centre_id = $1 AND user_id = $2 AND at > $3 AND at <= $4 LIMIT 1", a.CentreID, a.UserID, tx.Now()-minute, tx.Now())
		if err == nil && len(last) > 0 {
			err = ErrTwice
		}
		if err != nil {
			return err
		}
		p = Punch{CentreID: a.CentreID, UserID: a.UserID, ID: tx.NewID(), UnitID: a.UnitID, SiteID: g.SiteID, At: tx.Now(), Method: method, GateID: g.ID, ByUser: a.UserID, MadeAt: tx.Now()}
		if err := store.Insert(tx, "workforce_punch", p); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.punch", Permission: PermPunch, Kind: "workforce_punch", Object: a.UserID, Detail: map[string]any{"method": p.Method, "gate": g.Name}})
	})
	return p, err
}

// gateFor finds the place to punch that takes a code now, or that lets the actor's network in without one.
func (m *Module) gateFor(tx *store.Tx, a *actor.Actor, code string) (Gate, Method, error) {
	gates, err := store.Select[Gate](tx, "SELECT "+store.Columns[Gate]("")+" FROM workforce_gate WHERE centre_id = $1 AND active ORDER BY id", a.CentreID)
	if err != nil {
		return Gate{}, "", err
	}
	if code == "" {
		from, _ := netip.ParseAddr(a.IP)
		for _, g := range gates {
			if g.lets(from) {
				return g, ByNetwork, nil
			}
		}
		return Gate{}, "", ErrCode.Say("不在大厅网络内，请输入大厅打卡屏上的六位数字。")
	}
	for _, g := range gates {
		if code == m.gateCode(g.ID, tx.Now()) || code == m.gateCode(g.ID, tx.Now()-gateStep) {
			return g, ByCode, nil
		}
	}
	return Gate{}, "", ErrCode
}

// CorrectionInput is a punch that the office adds, because one was forgotten or a device failed.
type CorrectionInput struct {
	UserID string        `json:"user_id" maxLength:"40" doc:"账号"`
	At     clock.Instant `json:"at" doc:"补记的打卡时间"`
	Reason string        `json:"reason" maxLength:"500" doc:"理由和依据"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// Correct adds a punch (补卡) with a reason; the office may not add one for itself.
func (m *Module) Correct(ctx context.Context, in CorrectionInput) (Punch, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCorrect); err != nil {
		return Punch{}, err
	}
	e := need(ErrInput, "reason", "理由", &in.Reason, 500)
	if in.At == 0 {
		e = e.Field("at", "请填写时间。")
	}
	if err := e.OrNil(); err != nil {
		return Punch{}, err
	}
	var p Punch
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if in.At > tx.Now() {
			return ErrInput.Field("at", "不能补记还没有到的时间。")
		}
		prior, repeated, err := once.ClaimContent(tx, in.Key, "workforce.correct", in, "")
		if err != nil {
			return err
		}
		if repeated {
			p, err = store.Get[Punch](tx, "SELECT "+punchColumns+" FROM workforce_punch WHERE centre_id = $1 AND user_id = $2 AND id = $3", a.CentreID, in.UserID, prior)
			return missing(err)
		}
		if p, err = m.enter(tx, a, in.UserID, in.At, ByCorrection, "", in.Reason); err != nil {
			return err
		}
		return once.Name(tx, in.Key, p.ID)
	})
	return p, err
}

// enter adds a punch for somebody else.
func (m *Module) enter(tx *store.Tx, a *actor.Actor, user string, moment clock.Instant, method Method, outage, reason string) (Punch, error) {
	if user == a.UserID {
		return Punch{}, ErrSelf
	}
	post, err := postingOn(tx, a.CentreID, user, moment.Date())
	if err != nil {
		return Punch{}, ErrInput.Field("user_id", "这个人在 %s 没有派驻岗位。", moment.Date())
	}
	if err := sees(a, PermCorrect, post.Row()); err != nil {
		return Punch{}, err
	}
	if err := m.unlocked(tx, a.CentreID, moment.Date()); err != nil {
		return Punch{}, err
	}
	p := Punch{CentreID: a.CentreID, UserID: user, ID: tx.NewID(), UnitID: post.UnitID, SiteID: post.SiteID, At: moment, Method: method, OutageID: outage, Reason: reason, ByUser: a.UserID, MadeAt: tx.Now()}
	if err := store.Insert(tx, "workforce_punch", p); err != nil {
		return p, err
	}
	return p, audit.Record(tx, audit.Entry{Action: "workforce.punch_" + string(method), Permission: PermCorrect, Kind: "workforce_punch", Object: user, Detail: map[string]any{"at": moment.String(), "outage": outage}})
}

// punchesOf lists somebody's punches of [from, to).
func punchesOf(tx *store.Tx, centre, user string, from, to clock.Instant) ([]Punch, error) {
	return store.Select[Punch](tx, "SELECT "+punchColumns+" FROM workforce_punch WHERE centre_id = $1 AND user_id = $2 AND at >= $3 AND at < $4 ORDER BY at, id", centre, user, from, to)
}

// Today is what the page of punching shows: the parts of today with what became of them, and whether a code is needed.
type Today struct {
	Posted   bool     `json:"posted"`
	Post     string   `json:"post,omitempty"`
	Parts    []Worked `json:"parts"`
	Punches  []Punch  `json:"punches"`
	NeedCode bool     `json:"need_code"`
}

// Today gives the actor's own day, with what is left of a night shift of yesterday.
func (m *Module) Today(ctx context.Context) (Today, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPunch); err != nil {
		return Today{}, err
	}
	var t Today
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		t = Today{NeedCode: true}
		day := tx.Now().Date()
		b, err := m.bookOf(tx, a.CentreID, []string{a.UserID}, day-1, day)
		if err != nil {
			return err
		}
		if p := b.posting(a.UserID, day); p != nil {
			t.Posted = true
			post, err := store.Get[Post](tx, "SELECT "+store.Columns[Post]("")+" FROM workforce_post WHERE centre_id = $1 AND id = $2", a.CentreID, p.PostID)
			if err != nil {
				return err
			}
			t.Post = post.Name
		}
		for _, w := range b.fold(a.UserID, day-1, day) {
			if w.Day == day || w.To > day.Start() {
				t.Parts = append(t.Parts, w)
			}
		}
		if _, _, err := m.gateFor(tx, a, ""); err == nil {
			t.NeedCode = false
		}
		t.Punches, err = punchesOf(tx, a.CentreID, a.UserID, day.Start(), day.End())
		return err
	})
	return t, err
}
