package performance

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// Sheet (自评表) is a form as it is printed or exported: the evaluation with how far it is.
type Sheet struct {
	Programme  Programme
	Evaluation *Evaluation
	Round      int64
	Locked     bool
	Hash       string
}

// Sheet gives the form of a programme for a file: of a submitted round the sealed one, of round 0 as it stands now. The
// format is for the audit line.
func (m *Module) Sheet(ctx context.Context, id string, round int64, format string) (*Sheet, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, err
	}
	out := &Sheet{Round: round}
	var r Result
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Programme, err = programmeTx(tx, a.CentreID, id, false); err == nil && round > 0 {
			r, err = resultTx(tx, &out.Programme, round)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if round > 0 {
		out.Locked, out.Hash = r.Locked, r.Hash
		out.Evaluation, err = m.dressed(ctx, &out.Programme, r)
	} else {
		out.Evaluation, err = m.Evaluation(ctx, id)
		out.Round, out.Locked, out.Hash = out.Programme.Round, out.Programme.State == Locked, out.Programme.Hash
	}
	if err != nil {
		return nil, err
	}
	return out, m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "performance.export", Permission: PermRead, Kind: "programme", Object: id, Detail: map[string]any{"round": out.Round, "format": format, "hash": out.Hash}})
	})
}
