package honour

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Fact (否决事实) is something on record about a member of staff that may bar him.
type Fact struct {
	UserID string
	Code   string // of the disqualifier
	Day    clock.Date
	Record string // number of the complaint, alert, sheet …
	Reason string
	Until  clock.Date // last day of the time that it bars from; the zero date where it bars the period of its day only
}

// FactSource lists what is on record about the staff of the context's centre from one day to the day before another.
type FactSource func(ctx context.Context, from, to clock.Date) ([]Fact, error)

// UseFacts adds a source; the composition root does so before the program serves.
func (m *Module) UseFacts(s FactSource) { m.sources = append(m.sources, s) }

// facts asks every source about the period of a round and the days since, before the transaction begins.
func (m *Module) facts(ctx context.Context, round string) ([]Fact, error) {
	a := actor.From(ctx)
	var r Round
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = store.Get[Round](tx, "SELECT "+roundColumns+" FROM honour_round WHERE centre_id = $1 AND id = $2", a.CentreID, round)
		if errors.Is(err, store.ErrNotFound) {
			err = ErrMissing.Hide()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Fact
	system := actor.With(ctx, actor.SystemFor(a.CentreID))
	for _, source := range m.sources {
		list, err := source(system, r.From, max(r.To, m.db.Clock().Now().Date())+1)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// bar vetoes a running candidate of whom a fact is on record that the rules of the round name; it reports whether it did.
func (c *Candidate) bar(r *Round, facts []Fact) bool {
	if c.State != Running {
		return false
	}
	for _, f := range facts {
		if _, named := r.Rules.Disqualifier(f.Code); named && f.UserID == c.UserID && max(f.Day, f.Until) >= r.From {
			c.veto(f, "")
			return true
		}
	}
	return false
}

func (c *Candidate) veto(f Fact, by string) {
	c.State, c.VetoCode, c.VetoDay, c.VetoReason, c.VetoRecord, c.VetoBy = Vetoed, f.Code, f.Day, f.Reason, f.Record, by
	c.Proposed, c.Place = false, 0
}

// recheck bars every running candidate of a round of whom something has come on record, and gives all of them.
func recheck(tx *store.Tx, r *Round, facts []Fact) ([]Candidate, error) {
	list, err := candidatesOf(tx, r.CentreID, r.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if !list[i].bar(r, facts) {
			continue
		}
		if err := saveCandidate(tx, &list[i]); err != nil {
			return nil, err
		}
		if err := record(tx, "honour.veto_found", PermManage, r, map[string]any{"candidate": list[i].ID, "code": list[i].VetoCode, "record": list[i].VetoRecord}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// VetoInput is a veto by hand.
type VetoInput struct {
	Code   string     `json:"code" maxLength:"20" doc:"评选办法中的否决项"`
	Day    clock.Date `json:"day" doc:"发生的日期"`
	Reason string     `json:"reason" maxLength:"500" doc:"对外公布的理由"`
	Record string     `json:"record" maxLength:"200" doc:"佐证：文号、投诉编号、通报名称"`
}

// Veto bars a candidate by hand, with reason and evidence, until the decision (否决).
func (m *Module) Veto(ctx context.Context, round, candidate string, in VetoInput) (Candidate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermScore); err != nil {
		return Candidate{}, err
	}
	e := ErrInput
	if in.Reason = strings.TrimSpace(in.Reason); !sized(in.Reason, 500) {
		e = e.Field("reason", "请写明否决的理由，500 个字以内。")
	}
	if in.Record = strings.TrimSpace(in.Record); !sized(in.Record, 200) {
		e = e.Field("record", "请写明佐证（文号、投诉编号或通报名称），200 个字以内。")
	}
	if in.Day.IsZero() {
		e = e.Field("day", "请填写发生的日期。")
	}
	if err := e.OrNil(); err != nil {
		return Candidate{}, err
	}
	var c Candidate
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, found, err := loadCandidate(tx, a.CentreID, round, candidate, Nominating, Scoring, Voting, Publicity)
		if err != nil {
			return err
		}
		c = found
		if _, named := r.Rules.Disqualifier(in.Code); !named {
			return ErrInput.Field("code", "请选择评选办法中的否决项。")
		}
		if c.State != Running {
			return ErrVetoed
		}
		c.veto(Fact{Code: in.Code, Day: in.Day, Reason: in.Reason, Record: in.Record}, a.UserID)
		if err := saveCandidate(tx, &c); err != nil {
			return err
		}
		c.hideVotes(&r)
		return record(tx, "honour.veto", PermScore, &r, map[string]any{"candidate": c.ID, "code": in.Code, "record": in.Record})
	})
	return c, err
}

// Lift takes back a veto that turned out wrong (撤销否决), before the votes are counted; the leader says why. Where the fact is
// still on record, the next step bars the candidate again.
func (m *Module) Lift(ctx context.Context, round, candidate, reason string) (Candidate, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDecide); err != nil {
		return Candidate{}, err
	}
	if reason = strings.TrimSpace(reason); !sized(reason, 500) {
		return Candidate{}, ErrInput.Field("reason", "请写明撤销否决的理由，500 个字以内。")
	}
	var c Candidate
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, found, err := loadCandidate(tx, a.CentreID, round, candidate, Nominating, Scoring, Voting)
		if err != nil {
			return err
		}
		if c = found; c.State != Vetoed {
			return ErrState
		}
		was := c.VetoRecord
		c.State, c.VetoCode, c.VetoDay, c.VetoReason, c.VetoRecord, c.VetoBy = Running, "", clock.NoDate, "", "", ""
		if r.State == Voting && !c.scored(&r.Rules) {
			return ErrUnscored.Say("%s还没有评完分，投票阶段不能恢复候选。", c.Name)
		}
		if err := saveCandidate(tx, &c); err != nil {
			return err
		}
		c.hideVotes(&r)
		return record(tx, "honour.veto_lift", PermDecide, &r, map[string]any{"candidate": c.ID, "record": was, "reason": reason})
	})
	return c, err
}
