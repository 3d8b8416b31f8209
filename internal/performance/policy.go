package performance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

// Choice (选定的评分办法) is the policy by which a centre scores a year.
type Choice struct {
	CentreID string        `db:"centre_id" json:"-"`
	Year     int           `db:"year" json:"year"`
	Policy   string        `db:"policy" json:"policy"`
	Reason   string        `db:"reason" json:"reason"`
	At       clock.Instant `db:"at" json:"at,omitzero"`
	By       string        `db:"by_user" json:"by,omitempty"`
	Version  int64         `db:"version" json:"version"` // 0 while nobody has chosen
}

// Refusals about the choice of a policy.
var (
	ErrPolicy       = errs.New(errs.Invalid, "performance.policy", "没有选定评分办法，没有保存。请按提示修改。")
	ErrPolicyLocked = errs.New(errs.Conflict, "performance.policy_locked", "这一年已有提交或锁定的自评，不能再换评分办法。请先退回或重开。")
)

// choiceTx reads the choice of a year; the national policy where there is none.
func choiceTx(tx *store.Tx, centre string, year int) (Choice, error) {
	c, err := store.Get[Choice](tx, "SELECT "+store.Columns[Choice]("")+" FROM performance_choice WHERE centre_id = $1 AND year = $2", centre, year)
	if errors.Is(err, store.ErrNotFound) {
		return Choice{CentreID: centre, Year: year, Policy: score.DefaultPolicy}, nil
	}
	return c, err
}

func (m *Module) policyTx(tx *store.Tx, centre string, year int) (*score.Policy, error) {
	c, err := choiceTx(tx, centre, year)
	if err != nil {
		return nil, err
	}
	return m.findPolicy(c.Policy)
}

// PolicyOf gives the policy of a year and who chose it.
func (m *Module) PolicyOf(ctx context.Context, year int) (Choice, *score.Policy, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Choice{}, nil, err
	}
	var c Choice
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = choiceTx(tx, a.CentreID, year)
		return err
	})
	if err != nil {
		return c, nil, err
	}
	p, err := m.findPolicy(c.Policy)
	return c, p, err
}

// ChoosePolicy chooses the policy of a year, while nothing of the year is scored (选定评分办法).
func (m *Module) ChoosePolicy(ctx context.Context, year int, version int64, policy, reason string) (Choice, error) {
	a := actor.From(ctx)
	if err := a.Require(PermPolicy); err != nil {
		return Choice{}, err
	}
	reason = strings.TrimSpace(reason)
	p, err := m.findPolicy(policy)
	switch {
	case year < minYear || year > maxYear:
		return Choice{}, ErrPolicy.Field("year", "年度应在 %d 至 %d 之间。", minYear, maxYear)
	case err != nil:
		return Choice{}, ErrPolicy.Field("policy", "请从列出的评分办法中选择。")
	case p.Checking:
		return Choice{}, ErrPolicy.Field("policy", "“%s”只用来核对已公开的数，不能用来评分。", p.Name)
	case year < p.FromYear:
		return Choice{}, ErrPolicy.Field("policy", "“%s”从 %d 年起用。", p.Name, p.FromYear)
	case reason == "" || utf8.RuneCountInString(reason) > 200:
		return Choice{}, ErrPolicy.Field("reason", "请写明依据，如财政部门的通知，200 个字以内。")
	}
	var c Choice
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		if c, err = choiceTx(tx, a.CentreID, year); err != nil {
			return err
		}
		if c.Version != version {
			return store.ErrStale.With("version", c.Version)
		}
		list, err := programmesTx(tx, a.CentreID, year)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.State.UnderReview() || x.State == Locked {
				return ErrPolicyLocked
			}
		}
		fresh := c.Version == 0
		c.Policy, c.Reason, c.At, c.By, c.Version = policy, reason, tx.Now(), a.UserID, c.Version+1
		if fresh {
			err = store.Insert(tx, "performance_choice", c)
		} else {
			err = store.Update(tx, "performance_choice", c, "centre_id", "year")
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "performance.policy", Permission: PermPolicy, Kind: "policy", Object: itoa(year), Detail: map[string]any{"policy": policy, "hash": p.Hash()}})
	})
	return c, err
}

// UsePolicies adds policies of the place to those of the program; the composition root reads them before the program serves.
func (m *Module) UsePolicies(list []*score.Policy) { m.policies = list }

func (m *Module) findPolicy(id string) (*score.Policy, error) {
	return score.FindPolicy(id, m.policies...)
}

// Policies lists the policies of the place, then those of the program.
func (m *Module) Policies() ([]*score.Policy, error) {
	list, err := score.Policies()
	return append(slices.Clone(m.policies), slices.DeleteFunc(list, func(p *score.Policy) bool {
		return slices.ContainsFunc(m.policies, func(x *score.Policy) bool { return x.ID == p.ID })
	})...), err
}

// Trials scores a programme's form by every policy, side by side, and keeps nothing (换一种办法会得多少分).
func (m *Module) Trials(ctx context.Context, id string) (*Evaluation, []score.Trial, error) {
	e, err := m.Evaluation(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	list, err := m.Policies()
	if err != nil {
		return nil, nil, err
	}
	return e, score.SideBySide(&e.Form, list), nil
}
