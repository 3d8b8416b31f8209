package casework

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Recusal (回避) is somebody of the office who keeps away from a case.
type Recusal struct {
	CentreID string        `db:"centre_id" json:"-"`
	CaseID   CaseID        `db:"case_id" json:"-"`
	UserID   string        `db:"user_id" json:"user_id"`
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by"`
}

// Recuse notes that somebody keeps away from the case (回避), because he asked to or because the applicant did: from then on
// every act of his that takes authority is refused with CONFLICT_OF_INTEREST.
func (m *Module) Recuse(ctx context.Context, cmd Command, user, why string) (Case, error) {
	return m.run(ctx, cmd, ActRecuse, []any{user, why}, func(tx *store.Tx, d *dossier) (note, error) {
		u, err := m.org.UserTx(tx, d.CentreID, user)
		if err != nil {
			return note{}, ErrInput.Field("user_id", "请选择回避的人员。")
		}
		why, err := reason("reason", "回避的理由", why)
		if err != nil {
			return note{}, err
		}
		_, err = tx.Exec("INSERT INTO casework_recusal (centre_id, case_id, user_id, at, by_user) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (centre_id, case_id, user_id) DO NOTHING",
			d.CentreID, d.ID, u.ID, tx.Now(), actor.From(tx.Context()).UserID)
		if d.Handler == u.ID {
			d.Handler = ""
		}
		return note{text: why, data: map[string]any{"user": u.ID}}, err
	})
}

// unbiased refuses somebody who keeps away from the case, or whose own telephone is the applicant's or the agent's.
func (m *Module) unbiased(tx *store.Tx, d *dossier, user string) error {
	out, err := store.Select[string](tx, "SELECT user_id FROM casework_recusal WHERE centre_id = $1 AND case_id = $2 AND user_id = $3", d.CentreID, d.ID, user)
	if err != nil {
		return err
	}
	if len(out) > 0 {
		return ErrConflict
	}
	u, err := m.org.UserTx(tx, d.CentreID, user)
	if err != nil || u.PhoneBix == "" {
		return err
	}
	for _, id := range nonEmpty(d.ApplicantID, d.AgentID) {
		who, err := party.Load(tx, d.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if who.PhoneBix == u.PhoneBix {
			return ErrConflict
		}
	}
	return nil
}
