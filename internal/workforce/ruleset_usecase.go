package workforce

import (
	"context"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

var ruleColumns = store.Columns[RuleSet]("")

// rulesFor gives the rules of a month: those of the centre with the latest beginning that is not after it, else the
// built-in ones.
func rulesFor(tx *store.Tx, centre string, month clock.Date) (RuleSet, error) {
	list, err := store.Select[RuleSet](tx, "SELECT "+ruleColumns+" FROM workforce_ruleset WHERE centre_id = $1 AND state = 'in_force' AND from_month <= $2 ORDER BY from_month DESC, number DESC LIMIT 1", centre, month)
	if err != nil {
		return RuleSet{}, err
	}
	if len(list) == 0 {
		return builtIn()
	}
	return list[0], list[0].read()
}

// tolerances gives what lateness comes to on a day, by the rules of its month.
func (m *Module) tolerances(tx *store.Tx, centre string) (func(day clock.Date) Tolerance, error) {
	list, err := store.Select[RuleSet](tx, "SELECT "+ruleColumns+" FROM workforce_ruleset WHERE centre_id = $1 AND state = 'in_force' ORDER BY from_month DESC, number DESC LIMIT 100", centre)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := list[i].read(); err != nil {
			return nil, err
		}
	}
	return func(day clock.Date) Tolerance {
		for i := range list {
			if list[i].From <= day {
				return Tolerance{AwayFrom: list[i].Def.AwayFrom}
			}
		}
		return Tolerance{AwayFrom: DefaultDefinition().AwayFrom}
	}, nil
}

// mayReadRules lets everybody who reads sheets, proposes or decides read the rules.
func mayReadRules(a *actor.Actor) error {
	for _, p := range []actor.Permission{PermSheetRead, PermScoreFile} {
		if a.Can(p) {
			return nil
		}
	}
	return a.Require(PermRules)
}

// RuleSets lists the centre's rules, newest first, with the built-in ones at the end.
func (m *Module) RuleSets(ctx context.Context) ([]RuleSet, error) {
	a := actor.From(ctx)
	if err := mayReadRules(a); err != nil {
		return nil, err
	}
	var out []RuleSet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[RuleSet](tx, "SELECT "+ruleColumns+" FROM workforce_ruleset WHERE centre_id = $1 ORDER BY number DESC LIMIT 100", a.CentreID)
		for i := range out {
			if err := out[i].read(); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	first, err := builtIn()
	return append(out, first), err
}

// Rules gives the rules in force in a month.
func (m *Module) Rules(ctx context.Context, month clock.Date) (RuleSet, error) {
	a := actor.From(ctx)
	if err := mayReadRules(a); err != nil {
		return RuleSet{}, err
	}
	var r RuleSet
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		first, _ := monthSpan(month)
		r, err = rulesFor(tx, a.CentreID, first)
		return err
	})
	return r, err
}

// RulesInput is a draft of rules.
type RulesInput struct {
	Name       string     `json:"name" maxLength:"60" doc:"名称"`
	Basis      string     `json:"basis" maxLength:"500" doc:"依据，如 本中心考核办法的文号"`
	Definition Definition `json:"definition" doc:"规则"`
	// Key is the idempotency key (幂等键) of the request; "" for none.
	Key string `json:"-"`
}

// DraftRules writes a new version of the rules (拟订); it holds for nothing until somebody else confirms it.
func (m *Module) DraftRules(ctx context.Context, in RulesInput) (RuleSet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRules); err != nil {
		return RuleSet{}, err
	}
	e := need(ErrInput, "name", "名称", &in.Name, 60)
	e = need(e, "basis", "依据", &in.Basis, 500)
	if err := e.OrNil(); err != nil {
		return RuleSet{}, err
	}
	if err := in.Definition.Check(); err != nil {
		return RuleSet{}, err
	}
	var r RuleSet
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		last, err := store.Select[int64](tx, "SELECT number FROM workforce_ruleset WHERE centre_id = $1 ORDER BY number DESC LIMIT 1", a.CentreID)
		if err != nil {
			return err
		}
		id := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "workforce.rules_draft", in, id)
		if err != nil {
			return err
		}
		if repeated {
			if r, err = store.Get[RuleSet](tx, "SELECT "+ruleColumns+" FROM workforce_ruleset WHERE centre_id = $1 AND id = $2", a.CentreID, prior); err != nil {
				return missing(err)
			}
			return r.read()
		}
		r = RuleSet{CentreID: a.CentreID, ID: id, Number: 1, Name: in.Name, Basis: in.Basis, State: RulesDraft, From: clock.NoDate, ByUser: a.UserID, At: tx.Now(), Version: 1}
		if len(last) > 0 {
			r.Number = last[0] + 1
		}
		if err := r.seal(in.Definition); err != nil {
			return err
		}
		if err := store.Insert(tx, "workforce_ruleset", r); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.rules_draft", Permission: PermRules, Kind: "workforce_ruleset", Object: r.ID, Detail: map[string]any{"number": r.Number, "hash": r.Hash}})
	})
	return r, taken(err)
}

// ConfirmRules puts a draft in force from a month on whose sheet is not locked; not by who wrote it.
func (m *Module) ConfirmRules(ctx context.Context, id string, version int64, month clock.Date) (RuleSet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRulesConfirm); err != nil {
		return RuleSet{}, err
	}
	var r RuleSet
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if r, err = getOne[RuleSet](tx, "workforce_ruleset", a.CentreID, id, version); err != nil {
			return err
		}
		if r.State != RulesDraft {
			return ErrState
		}
		if r.ByUser == a.UserID && a.UserID != "" {
			return ErrSelf
		}
		if month.IsZero() {
			return ErrInput.Field("month", "请选择从哪个月起执行。")
		}
		first, _ := monthSpan(month)
		if locked, err := store.Select[clock.Date](tx, "SELECT month FROM workforce_sheet WHERE centre_id = $1 AND month >= $2 AND state = 'locked' LIMIT 1", a.CentreID, first); err != nil || len(locked) > 0 {
			if err == nil {
				err = ErrLocked
			}
			return err
		}
		r.State, r.From, r.Confirmed, r.Version = RulesInForce, first, true, r.Version+1
		if err := put(tx, "workforce_ruleset", r, false); err != nil {
			return err
		}
		if err := r.read(); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "workforce.rules_confirm", Permission: PermRulesConfirm, Kind: "workforce_ruleset", Object: r.ID, Detail: map[string]any{"number": r.Number, "from": first, "hash": r.Hash}})
	})
	return r, err
}
