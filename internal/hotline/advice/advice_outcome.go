package advice

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// What became of a suggestion (建议采纳).
const (
	AdviceFirst      = "first"      // the first that was suggested was chosen
	AdviceListed     = "listed"     // another one of those suggested
	AdviceOverridden = "overridden" // something else
	AdviceIgnored    = "ignored"    // nothing was chosen
)

// AdviceRecord is a suggestion for a ticket with the version of the model that made it and what people chose.
type AdviceRecord struct {
	CentreID  string           `db:"centre_id" json:"-"`
	ID        string           `db:"id" json:"id"`
	TicketID  hotline.TicketID `db:"ticket_id" json:"ticket_id"`
	ModelID   string           `db:"model_id" json:"model_id"`
	Kind      string           `db:"kind" json:"kind"`
	Suggested string           `db:"suggested" json:"suggested"` // the first
	PerMille  int              `db:"per_mille" json:"per_mille"` // its probability
	Chosen    string           `db:"chosen" json:"chosen"`
	Outcome   string           `db:"outcome" json:"outcome"`
	At        clock.Instant    `db:"at" json:"at"`
	By        string           `db:"by_user" json:"by,omitempty"`
}

// NoteAdvice records what was suggested for a ticket that has just been registered (ModelCategory) or dispatched
// (ModelUnit), and what was chosen. It is a transaction of its own, so that registering and dispatching need not wait
// for it; without a model in use there is nothing to record.
func (m *Module) NoteAdvice(ctx context.Context, ticket hotline.TicketID, kind string) error {
	a := actor.From(ctx)
	perm := hotline.PermRegister
	if kind == ModelUnit {
		perm = hotline.PermDispatch
	}
	if err := a.Require(perm); err != nil {
		return err
	}
	if a.Scope(hotline.PermRead) < actor.Centre {
		return hotline.ErrNotFound.Hide()
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		r, err := m.compareAdvice(tx, a, ticket, kind)
		if err != nil || r.ModelID == "" {
			return err
		}
		known, err := store.Select[string](tx, "SELECT id FROM hotline_advice WHERE centre_id = $1 AND ticket_id = $2 AND kind = $3", a.CentreID, ticket, kind)
		if err != nil || len(known) > 0 {
			return err
		}
		if err := store.Insert(tx, "hotline_advice", r); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO hotline_advice_count (centre_id, model_id, outcome, n) VALUES ($1, $2, $3, 1)
			ON CONFLICT (centre_id, model_id, outcome) DO UPDATE SET n = hotline_advice_count.n + 1`, a.CentreID, r.ModelID, r.Outcome); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.advice", Permission: perm, Kind: "ticket", Object: string(ticket),
			Detail: map[string]any{"kind": kind, "model": r.ModelID, "outcome": r.Outcome}})
	})
}

// FollowAdvice is NoteAdvice for pages: what cannot be recorded is logged, and stops nobody.
func (m *Module) FollowAdvice(ctx context.Context, ticket hotline.TicketID, kind string) {
	if err := m.NoteAdvice(ctx, ticket, kind); err != nil {
		m.log.Warn("what became of a suggestion could not be recorded", "module", "hotline", "kind", kind, "error", err.Error())
	}
}

// compareAdvice asks the model in use again about the ticket as it was registered, and compares.
func (m *Module) compareAdvice(tx *store.Tx, a *actor.Actor, ticket hotline.TicketID, kind string) (AdviceRecord, error) {
	type row struct {
		hotline.Ticket
		hotline.TicketText
	}
	found, err := store.Select[row](tx, "SELECT "+store.Columns[row]("")+" FROM hotline_ticket WHERE centre_id = $1 AND id = $2", a.CentreID, ticket)
	if err == nil && len(found) == 0 {
		err = hotline.ErrNotFound.Hide()
	}
	if err != nil || found[0].Confidential == hotline.ConfidentialAll {
		return AdviceRecord{}, err
	}
	t := found[0]
	in := hotline.RegisterInput{Title: t.Title, Content: t.Content, Category: t.Category, Area: t.Area, Kind: t.Kind, AccusedUnit: t.AccusedUnit}
	var out Advice
	if err := m.adviseTx(tx, a, &in, &out); err != nil {
		return AdviceRecord{}, err
	}
	r := AdviceRecord{CentreID: a.CentreID, ID: tx.NewID(), TicketID: ticket, Kind: kind, At: tx.Now(), By: a.UserID}
	var offered []string
	if kind == ModelCategory && len(out.Categories) > 0 {
		r.ModelID, r.Chosen, r.PerMille = out.CategoryModel, t.Category, perMille(out.Categories[0].Probability)
		for _, c := range out.Categories {
			offered = append(offered, c.Code)
		}
	}
	if kind == ModelUnit && len(out.Units) > 0 {
		r.ModelID, r.Chosen, r.PerMille = out.UnitModel, t.UnitID, perMille(out.Units[0].Probability)
		for _, u := range out.Units {
			offered = append(offered, u.UnitID)
		}
	}
	if len(offered) > 0 {
		r.Suggested, r.Outcome = offered[0], outcomeOf(offered, r.Chosen)
	}
	return r, nil
}

// outcomeOf says what became of what was offered.
func outcomeOf(offered []string, chosen string) string {
	switch {
	case chosen == "":
		return AdviceIgnored
	case chosen == offered[0]:
		return AdviceFirst
	case slices.Contains(offered, chosen):
		return AdviceListed
	}
	return AdviceOverridden
}

// adviceCounts gives the sums by model and outcome.
func adviceCounts(tx *store.Tx, centre string) (map[string]map[string]int64, error) {
	type row struct {
		Model   string `db:"model_id"`
		Outcome string `db:"outcome"`
		N       int64  `db:"n"`
	}
	list, err := store.Select[row](tx, "SELECT model_id, outcome, n FROM hotline_advice_count WHERE centre_id = $1", centre)
	out := map[string]map[string]int64{}
	for _, r := range list {
		if out[r.Model] == nil {
			out[r.Model] = map[string]int64{}
		}
		out[r.Model][r.Outcome] = r.N
	}
	return out, err
}
