package honour

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// State is the phase of a round.
type State string

// The phases, in their order.
const (
	Nominating State = "nominate"  // 提名
	Scoring    State = "score"     // 评分
	Voting     State = "vote"      // 投票
	Publicity  State = "publicity" // 公示
	Closed     State = "closed"    // 已审定
	Void       State = "void"      // 终止
)

// Label is the phase in Chinese.
func (s State) Label() string {
	return map[State]string{Nominating: "提名", Scoring: "评分", Voting: "投票", Publicity: "公示", Closed: "已审定", Void: "终止"}[s]
}

// next is the phase that follows by Advance; publicity ends with the leader's decision.
var next = map[State]State{Nominating: Scoring, Scoring: Voting, Voting: Publicity}

// Round (评选) is one selection of stars for a period.
type Round struct {
	CentreID       string        `db:"centre_id" json:"-"`
	ID             string        `db:"id" json:"id"`
	Title          string        `db:"title" json:"title"`
	From           clock.Date    `db:"from_day" json:"from"`
	To             clock.Date    `db:"to_day" json:"to"` // its last day
	Seats          int64         `db:"seats" json:"seats"`
	RulesText      string        `db:"rules" json:"-"`
	Rules          Rules         `db:"-" json:"rules"`
	State          State         `db:"state" json:"state"`
	Codes          int64         `db:"codes" json:"codes"` // how many voting codes were issued
	StaffBallots   int64         `db:"staff_ballots" json:"staff_ballots"`
	PublicBallots  int64         `db:"public_ballots" json:"public_ballots"`
	PublicityFrom  clock.Instant `db:"publicity_from" json:"publicity_from,omitzero"`
	PublicityUntil clock.Instant `db:"publicity_until" json:"publicity_until,omitzero"`
	At             clock.Instant `db:"at" json:"at"`
	ByUser         string        `db:"by_user" json:"by_user"`
	DecidedAt      clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
	DecidedBy      string        `db:"decided_by" json:"decided_by,omitempty"`
	Remark         string        `db:"remark" json:"remark,omitempty"`
	Version        int64         `db:"version" json:"version"`
}

var roundColumns = store.Columns[Round]("")

func (r *Round) read() error { return json.Unmarshal([]byte(r.RulesText), &r.Rules) }

// RoundInput is what the office says about a new round.
type RoundInput struct {
	Title string     `json:"title" maxLength:"60"`
	From  clock.Date `json:"from" doc:"评选期的第一天"`
	To    clock.Date `json:"to" doc:"评选期的最后一天"`
	Seats int64      `json:"seats" minimum:"1" maximum:"100" doc:"名额"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

func (in *RoundInput) validate() error {
	e := ErrInput
	if in.Title = strings.TrimSpace(in.Title); !sized(in.Title, 60) {
		e = e.Field("title", "请填写评选名称，60 个字以内。")
	}
	if in.From.IsZero() || in.To.IsZero() || in.To < in.From {
		e = e.Field("to", "请填写评选期，最后一天不早于第一天。")
	}
	if in.Seats < 1 || in.Seats > 100 {
		e = e.Field("seats", "名额应为 1 到 100。")
	}
	return e.OrNil()
}

// OpenRound opens a round by the rules in force (发起评选).
func (m *Module) OpenRound(ctx context.Context, in RoundInput) (Round, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return Round{}, err
	}
	if err := in.validate(); err != nil {
		return Round{}, err
	}
	var r Round
	var prior string
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		var repeated bool
		var err error
		if prior, repeated, err = once.ClaimContent(tx, in.Key, "honour.round_open", in, id); err != nil || repeated {
			return err
		}
		prior = ""
		rules, err := currentRules(tx, a.CentreID)
		if err != nil {
			return err
		}
		text, err := json.Marshal(rules)
		if err != nil {
			return err
		}
		r = Round{CentreID: a.CentreID, ID: id, Title: in.Title, From: in.From, To: in.To, Seats: in.Seats, RulesText: string(text), Rules: rules,
			State: Nominating, At: tx.Now(), ByUser: a.UserID, Version: 1}
		if err := store.Insert(tx, "honour_round", r); err != nil {
			return err
		}
		return record(tx, "honour.round_open", PermManage, &r, map[string]any{"title": r.Title, "seats": r.Seats, "rules": rules.Revision})
	})
	if prior != "" {
		sheet, err := m.Round(ctx, prior)
		return sheet.Round, err
	}
	return r, err
}

// record leaves the audit line of a change of a round.
func record(tx *store.Tx, action string, p actor.Permission, r *Round, detail map[string]any) error {
	return audit.Record(tx, audit.Entry{Action: action, Permission: p, Kind: "honour_round", Object: r.ID, Detail: detail})
}

// loadRound loads a round, locked; version 0 takes the newest.
func loadRound(tx *store.Tx, centre, id string, version int64) (Round, error) {
	r, err := store.Get[Round](tx, "SELECT "+roundColumns+" FROM honour_round WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, ErrMissing.Hide()
	}
	if err == nil && version != 0 && r.Version != version {
		err = store.ErrStale.With("version", r.Version)
	}
	if err == nil {
		err = r.read()
	}
	return r, err
}

func saveRound(tx *store.Tx, r *Round) error {
	r.Version++
	return store.Update(tx, "honour_round", r, "centre_id", "id")
}

// Advance takes a round to its next phase: 提名 → 评分 → 投票 → 公示. Every step looks again for what bars a candidate.
func (m *Module) Advance(ctx context.Context, id string, version int64) (Round, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return Round{}, err
	}
	facts, err := m.facts(ctx, id)
	if err != nil {
		return Round{}, err
	}
	var r Round
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if r, err = loadRound(tx, a.CentreID, id, version); err != nil {
			return err
		}
		to, ok := next[r.State]
		if !ok {
			return ErrState
		}
		list, err := recheck(tx, &r, facts)
		if err == nil {
			err = ready(&r, list)
		}
		if err == nil && to == Publicity {
			err = m.publish(tx, &r, list)
		}
		if err != nil {
			return err
		}
		was := r.State
		r.State = to
		if err := saveRound(tx, &r); err != nil {
			return err
		}
		return record(tx, "honour.round_advance", PermManage, &r, map[string]any{"from": was, "to": to})
	})
	return r, err
}

// ready says whether the candidates allow the round to go on.
func ready(r *Round, list []Candidate) error {
	running := 0
	for i := range list {
		c := &list[i]
		if c.State != Running {
			continue
		}
		running++
		if r.State == Scoring && !c.scored(&r.Rules) {
			return ErrUnscored.Say("%s还没有评完分，不能开始投票。", c.Name)
		}
	}
	if running == 0 {
		return ErrNobody
	}
	return nil
}

// publish computes the totals, proposes the best for the seats, and begins the days of publicity (公示), which end at the
// end of a working day of the calendar.
func (m *Module) publish(tx *store.Tx, r *Round, list []Candidate) error {
	cal, err := m.calendar.ForCentre(tx, r.CentreID, "")
	if err != nil {
		return err
	}
	r.PublicityFrom = tx.Now()
	r.PublicityUntil = cal.Due(calendar.Workdays(r.Rules.PublicityDays).AtEndOfDay(), tx.Now(), "").At
	Rank(&r.Rules, r.Seats, list)
	for i := range list {
		if err := saveCandidate(tx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// VoidRound ends a round without result (终止).
func (m *Module) VoidRound(ctx context.Context, id string, version int64, reason string) (Round, error) {
	a := actor.From(ctx)
	if err := a.Require(PermManage); err != nil {
		return Round{}, err
	}
	if reason = strings.TrimSpace(reason); !sized(reason, 500) {
		return Round{}, ErrInput.Field("reason", "请写明终止的理由，500 个字以内。")
	}
	var r Round
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if r, err = loadRound(tx, a.CentreID, id, version); err != nil {
			return err
		}
		if r.State == Closed || r.State == Void {
			return ErrState
		}
		r.State, r.Remark = Void, reason
		if err := saveRound(tx, &r); err != nil {
			return err
		}
		return record(tx, "honour.round_void", PermManage, &r, nil)
	})
	return r, err
}

// DecideInput is whom the leader honours.
type DecideInput struct {
	Awards []string `json:"awards" maxItems:"100" doc:"表彰的候选人编号"`
	Remark string   `json:"remark,omitempty" maxLength:"500"`
}

// Decide ends the publicity with the leader's decision (审定): the stars get their numbers.
func (m *Module) Decide(ctx context.Context, id string, version int64, in DecideInput) (Round, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDecide); err != nil {
		return Round{}, err
	}
	if utf8.RuneCountInString(in.Remark) > 500 {
		return Round{}, ErrInput.Field("remark", "说明最多 500 个字。")
	}
	facts, err := m.facts(ctx, id)
	if err != nil {
		return Round{}, err
	}
	var r Round
	err = m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if r, err = loadRound(tx, a.CentreID, id, version); err != nil {
			return err
		}
		if r.State != Publicity {
			return ErrState
		}
		if tx.Now() < r.PublicityUntil {
			return ErrPublicity.Say("公示到 %s 结束，还不能审定。", calendar.FormatDue(r.PublicityUntil))
		}
		list, err := recheck(tx, &r, facts)
		if err == nil {
			err = award(tx, &r, list, in.Awards)
		}
		if err != nil {
			return err
		}
		r.State, r.DecidedAt, r.DecidedBy, r.Remark = Closed, tx.Now(), a.UserID, strings.TrimSpace(in.Remark)
		if err := saveRound(tx, &r); err != nil {
			return err
		}
		return record(tx, "honour.round_decide", PermDecide, &r, map[string]any{"awards": len(in.Awards)})
	})
	if errors.Is(err, store.ErrUnique) {
		err = ErrState.Say("另一次评选刚刚审定，证书编号重了，没有保存。请再审定一次。")
	}
	return r, err
}
