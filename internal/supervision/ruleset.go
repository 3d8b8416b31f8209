package supervision

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// RuleSetState is how far a revision is.
type RuleSetState string

// The states of a revision.
const (
	RulesDraft   RuleSetState = "draft"
	RulesInForce RuleSetState = "in_force"
	RulesPast    RuleSetState = "superseded"
)

// Label is the state's Chinese name.
func (s RuleSetState) Label() string {
	return map[RuleSetState]string{RulesDraft: "草稿", RulesInForce: "生效", RulesPast: "已被取代"}[s]
}

// RuleSet (监察规则版本) is one revision of the rules. Every alert names the revision by which it was given.
type RuleSet struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Revision int64         `db:"revision" json:"revision"`
	State    RuleSetState  `db:"state" json:"state"`
	Basis    string        `db:"basis" json:"basis"`
	Text     string        `db:"body" json:"-"`
	Hash     string        `db:"hash" json:"hash"`
	From     clock.Date    `db:"valid_from" json:"valid_from"`
	To       clock.Date    `db:"valid_to" json:"valid_to,omitzero"` // first day on which it no longer holds
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by,omitempty"`
	Version  int64         `db:"version" json:"version"`
	Rules    Rules         `db:"-" json:"rules"`
}

// Unconfirmed counts the rules in use whose source was inferred.
func (s *RuleSet) Unconfirmed() int {
	n := 0
	for _, r := range s.Rules.Rules {
		if !r.Off && !r.Confirmed {
			n++
		}
	}
	return n
}

var ruleSetColumns = store.Columns[RuleSet]("")

func parseSet(s RuleSet, err error) (RuleSet, error) {
	if errors.Is(err, store.ErrNotFound) {
		return s, ErrRevision
	}
	if err == nil {
		err = json.Unmarshal([]byte(s.Text), &s.Rules)
	}
	return s, err
}

// Seed gives a centre the rules that are ready to use, and its run over the clocks. A centre that has rules keeps them.
func (m *Module) Seed(tx *store.Tx, centre string) error {
	if err := Schedule(tx, centre); err != nil {
		return err
	}
	n, err := store.Select[string](tx, "SELECT id FROM supervision_ruleset WHERE centre_id = $1 LIMIT 1", centre)
	if err != nil || len(n) > 0 {
		return err
	}
	s := RuleSet{CentreID: centre, ID: tx.NewID(), Revision: 1, State: RulesInForce, Basis: "缺省规则", From: clock.Day(2020, 1, 1), To: clock.NoDate, At: tx.Now(), Version: 1, Rules: ReadyRules()}
	if s.Text, s.Hash, err = s.Rules.text(); err != nil {
		return err
	}
	if err := store.Insert(tx, "supervision_ruleset", s); err != nil {
		return err
	}
	return audit.RecordIn(tx, centre, audit.Entry{Action: "supervision.seed", Permission: PermRuleChange, Kind: "supervision_rules", Object: s.ID, Detail: map[string]any{"rules": len(s.Rules.Rules)}})
}

// inForce gives the revision that holds on a day.
func (m *Module) inForce(tx *store.Tx, centre string, day clock.Date) (RuleSet, error) {
	s, err := parseSet(store.Get[RuleSet](tx, "SELECT "+ruleSetColumns+` FROM supervision_ruleset WHERE centre_id = $1 AND state <> 'draft' AND valid_from <= $2 AND (valid_to = '' OR valid_to > $2)
		ORDER BY revision DESC LIMIT 1`, centre, day))
	if errors.Is(err, ErrRevision) {
		return s, ErrNoRules
	}
	return s, err
}

// pledgeDays is the limit of checking a declaration (告知承诺核查) that the rules in force set; 0 where they set none.
func (m *Module) pledgeDays(tx *store.Tx, centre string) (int64, error) {
	set, err := m.inForce(tx, centre, tx.Now().Date())
	if errors.Is(err, ErrNoRules) {
		return 0, nil
	}
	return set.Rules.Pledge, err
}

// RuleSets lists every revision, the newest first.
func (m *Module) RuleSets(ctx context.Context) ([]RuleSet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return nil, err
	}
	var out []RuleSet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[RuleSet](tx, "SELECT "+ruleSetColumns+" FROM supervision_ruleset WHERE centre_id = $1 ORDER BY revision DESC", a.CentreID)
		return err
	})
	for i := range out {
		if err == nil {
			out[i], err = parseSet(out[i], nil)
		}
	}
	return out, err
}

// RuleSet gives one revision.
func (m *Module) RuleSet(ctx context.Context, id string) (RuleSet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleRead); err != nil {
		return RuleSet{}, err
	}
	var s RuleSet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		s, err = setTx(tx, a.CentreID, id)
		return err
	})
	return s, err
}

func setTx(tx *store.Tx, centre, id string) (RuleSet, error) {
	return parseSet(store.Get[RuleSet](tx, "SELECT "+ruleSetColumns+" FROM supervision_ruleset WHERE centre_id = $1 AND id = $2", centre, id))
}

// RuleSetInput is what a person says about a revision.
type RuleSetInput struct {
	Key     string `json:"-"`
	ID      string `json:"id,omitempty" doc:"要修改的草稿；不填为另起一版"`
	Version int64  `json:"version,omitempty"`
	Basis   string `json:"basis" maxLength:"200" doc:"依据：文号和条款"`
	Rules   Rules  `json:"rules"`
}

// SaveRuleSet keeps a draft: the next revision, or a change of one that is not in force yet (修订监察规则).
func (m *Module) SaveRuleSet(ctx context.Context, in RuleSetInput) (RuleSet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleChange); err != nil {
		return RuleSet{}, err
	}
	in.Basis = strings.TrimSpace(in.Basis)
	if in.Basis == "" || utf8.RuneCountInString(in.Basis) > maxRuleText {
		return RuleSet{}, ErrRules.Field("basis", "请填写修订的依据，%d 个字以内。", maxRuleText)
	}
	if err := in.Rules.Validate(); err != nil {
		return RuleSet{}, err
	}
	var s RuleSet
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "supervision.rules_save", in, id)
		if err != nil || repeated {
			if repeated {
				s, err = setTx(tx, a.CentreID, prior)
			}
			return err
		}
		if s, err = m.draft(tx, a.CentreID, id, &in); err != nil {
			return err
		}
		fresh := s.Version == 0
		s.Basis, s.Rules, s.At, s.By, s.Version = in.Basis, in.Rules, tx.Now(), a.UserID, s.Version+1
		if s.Text, s.Hash, err = s.Rules.text(); err != nil {
			return err
		}
		if fresh {
			err = store.Insert(tx, "supervision_ruleset", s)
		} else {
			err = store.Update(tx, "supervision_ruleset", s, "centre_id", "id")
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "supervision.rules_save", Permission: PermRuleChange, Kind: "supervision_rules", Object: s.ID, Detail: map[string]any{"revision": s.Revision, "hash": s.Hash}})
	})
	return s, err
}

// draft loads the draft that is to be changed, or begins the next revision.
func (m *Module) draft(tx *store.Tx, centre, id string, in *RuleSetInput) (RuleSet, error) {
	if in.ID == "" {
		last, err := store.Get[int64](tx, "SELECT COALESCE(MAX(revision), 0) FROM supervision_ruleset WHERE centre_id = $1", centre)
		return RuleSet{CentreID: centre, ID: id, Revision: last + 1, State: RulesDraft, From: clock.NoDate, To: clock.NoDate}, err
	}
	s, err := setTx(tx, centre, in.ID)
	switch {
	case err != nil:
		return s, err
	case s.State != RulesDraft:
		return s, ErrFixed
	case in.Version != s.Version:
		return s, store.ErrStale.With("version", s.Version)
	}
	return s, nil
}

// ActivateRuleSet takes a draft into force from a day on, today at the earliest; the revision before ends there. What was
// given by an earlier revision stays as it was given.
func (m *Module) ActivateRuleSet(ctx context.Context, id string, version int64, from clock.Date) (RuleSet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRuleChange); err != nil {
		return RuleSet{}, err
	}
	var s RuleSet
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if s, err = setTx(tx, a.CentreID, id); err != nil {
			return err
		}
		switch {
		case s.State != RulesDraft:
			return ErrFixed
		case version != s.Version:
			return store.ErrStale.With("version", s.Version)
		case from < tx.Now().Date():
			return ErrRules.Field("valid_from", "生效日期不能早于今天。")
		}
		s.State, s.From, s.At, s.By, s.Version = RulesInForce, from, tx.Now(), a.UserID, s.Version+1
		if _, err := tx.Exec(`UPDATE supervision_ruleset SET state = 'superseded', valid_to = $3, version = version + 1
			WHERE centre_id = $1 AND id <> $2 AND state <> 'draft' AND (valid_to = '' OR valid_to > $3)`, s.CentreID, s.ID, from); err != nil {
			return err
		}
		if err := store.Update(tx, "supervision_ruleset", s, "centre_id", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "supervision.rules_activate", Permission: PermRuleChange, Kind: "supervision_rules", Object: s.ID, Detail: map[string]any{"revision": s.Revision, "from": from.String()}})
	})
	return s, err
}
